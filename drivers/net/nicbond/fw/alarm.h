/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_ALARM_H
#define _NICBOND_FW_ALARM_H

#include <linux/workqueue.h>

struct nicbond_software;

/**
 * struct nicbond_alarm - when an adaptor calls its host for what it drops
 * @threshold: The DROP_THRESHOLD register.
 * @judged: What that was at the last look;
 * @drops: and what it had dropped until then;
 * @stamp: and when, in us.
 * @work: Looks once a second; all but @threshold is its alone.
 */
struct nicbond_alarm {
	u32 threshold;
	u32 judged;
	u64 drops;
	u32 stamp;
	struct delayed_work work;
};

/* Look once a second from now on; and no more. Process context. */
void nicbond_alarm_start(struct nicbond_software *sw);
void nicbond_alarm_stop(struct nicbond_software *sw);

/* A look; @work's alone. */
void nicbond_alarm_look(struct nicbond_software *sw);

#endif /* _NICBOND_FW_ALARM_H */
