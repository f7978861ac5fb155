/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_ALARM_H
#define _NICBOND_FW_ALARM_H

#include <linux/types.h>

struct nicbond_software;

/**
 * struct nicbond_alarm - when an adaptor calls its host for what it drops
 * @threshold: The DROP_THRESHOLD register.
 * @drops: What it had dropped at the last look.
 * @beats: Heartbeats since then.
 *
 * The heartbeat's work alone uses the last two.
 */
struct nicbond_alarm {
	u32 threshold;
	u64 drops;
	unsigned int beats;
};

/* With each heartbeat: look once a second. Process context. */
void nicbond_alarm_beat(struct nicbond_software *sw);

#endif /* _NICBOND_FW_ALARM_H */
