/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_ALARM_H
#define _NICBOND_FW_ALARM_H

#include <linux/types.h>

struct nicbond_software;

/**
 * struct nicbond_alarm - when an adaptor calls its host for what it drops
 * @threshold: The DROP_THRESHOLD register.
 * @judged: What that was at the last look;
 * @drops: and what it had dropped until then;
 * @stamp: and when, in us.
 * @beats: Heartbeats since then.
 *
 * All but @threshold is the heartbeat's work's alone.
 */
struct nicbond_alarm {
	u32 threshold;
	u32 judged;
	u64 drops;
	u32 stamp;
	unsigned int beats;
};

/* With each heartbeat: look once a second. Process context. */
void nicbond_alarm_beat(struct nicbond_software *sw);

#endif /* _NICBOND_FW_ALARM_H */
