// SPDX-License-Identifier: GPL-2.0
/* Too many packets are dropped: call the host. */
#include "adaptor.h"
#include "clock.h"

/* A second of heartbeats. */
#define NICBOND_ALARM_BEATS	10

void nicbond_alarm_beat(struct nicbond_software *sw)
{
	u32 threshold = READ_ONCE(sw->alarm.threshold), now, us;
	struct nicbond_alarm *alarm = &sw->alarm;
	u64 drops, more;
	bool judge;

	if (++alarm->beats < NICBOND_ALARM_BEATS)
		return;

	/* Not what was dropped before this threshold was. */
	judge = threshold && threshold == alarm->judged;
	now = nicbond_clock_us();
	/* A heartbeat may be late, never early. */
	us = max_t(u32, now - alarm->stamp, USEC_PER_SEC);
	drops = nicbond_counters_drops(sw->counters);
	more = drops - alarm->drops;
	alarm->beats = 0;
	alarm->judged = threshold;
	alarm->stamp = now;
	alarm->drops = drops;
	if (judge && more * USEC_PER_SEC >= (u64)threshold * us &&
	    sw->adaptor.alarm)
		sw->adaptor.alarm(&sw->adaptor, more);
}
