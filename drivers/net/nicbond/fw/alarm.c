// SPDX-License-Identifier: GPL-2.0
/* Too many packets are dropped: call the host. */
#include "adaptor.h"
#include "clock.h"

#include <linux/jiffies.h>

void nicbond_alarm_look(struct nicbond_software *sw)
{
	u32 threshold = READ_ONCE(sw->alarm.threshold), now, us;
	struct nicbond_alarm *alarm = &sw->alarm;
	u64 drops, more;
	bool judge;

	/* Not what was dropped before this threshold was. */
	judge = threshold && threshold == alarm->judged;
	now = nicbond_clock_us();
	/* A look may be late, never early. */
	us = max_t(u32, now - alarm->stamp, USEC_PER_SEC);
	drops = nicbond_counters_drops(sw->counters);
	more = drops - alarm->drops;
	alarm->judged = threshold;
	alarm->stamp = now;
	alarm->drops = drops;
	if (judge && more * USEC_PER_SEC >= (u64)threshold * us &&
	    sw->adaptor.alarm)
		sw->adaptor.alarm(&sw->adaptor, more);
}

static void nicbond_alarm_work(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software,
			     alarm.work);

	nicbond_alarm_look(sw);
	schedule_delayed_work(&sw->alarm.work, HZ);
}

void nicbond_alarm_start(struct nicbond_software *sw)
{
	INIT_DELAYED_WORK(&sw->alarm.work, nicbond_alarm_work);
	schedule_delayed_work(&sw->alarm.work, HZ);
}

void nicbond_alarm_stop(struct nicbond_software *sw)
{
	cancel_delayed_work_sync(&sw->alarm.work);
}
