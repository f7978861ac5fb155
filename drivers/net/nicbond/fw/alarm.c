// SPDX-License-Identifier: GPL-2.0
/* Too many packets are dropped: call the host. */
#include "adaptor.h"

/* A second of heartbeats. */
#define NICBOND_ALARM_BEATS	10

void nicbond_alarm_beat(struct nicbond_software *sw)
{
	struct nicbond_alarm *alarm = &sw->alarm;
	u32 threshold = READ_ONCE(alarm->threshold);
	u64 drops, more;

	if (++alarm->beats < NICBOND_ALARM_BEATS)
		return;

	alarm->beats = 0;
	drops = nicbond_counters_drops(sw->counters);
	more = drops - alarm->drops;
	alarm->drops = drops;
	if (threshold && more >= threshold && sw->adaptor.alarm)
		sw->adaptor.alarm(&sw->adaptor, more);
}
