/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_HEARTBEAT_H
#define _NICBOND_FW_HEARTBEAT_H

#include <linux/workqueue.h>
#include <net/nicbond.h>

struct nicbond_software;

/**
 * struct nicbond_heartbeat - signs of life, one's own and the others'
 * @beat: The HEARTBEAT register.
 * @interval: The HEARTBEAT_INTERVAL register, in ms.
 * @misses: The HEARTBEAT_MISSES register.
 * @silent: The SILENT register.
 * @pulse: What is known of the others, by slot.
 * @beaten: When it was time for a beat, last, in jiffies.
 * @looked: When there was a look at them that counted, last, in jiffies;
 * @due: and when @work was to run, last.
 * @work: Grows @beat, looks at the others.
 *
 * @interval and @misses are the host's, the rest is written by @work only.
 */
struct nicbond_heartbeat {
	u32 beat;
	u32 interval;
	u32 misses;
	u32 silent[2];
	struct nicbond_pulse pulse[NICBOND_SLOTS];
	unsigned long beaten;
	unsigned long looked;
	unsigned long due;
	struct delayed_work work;
};

/* Live from now on; and no more. Process context. */
void nicbond_heartbeat_start(struct nicbond_software *sw);
void nicbond_heartbeat_stop(struct nicbond_software *sw);

/* At another pace, from now on. Likewise. */
void nicbond_heartbeat_set_interval(struct nicbond_software *sw, u32 ms);

/* Beat once, and look at the others; @work's alone. */
void nicbond_heartbeat_beat(struct nicbond_software *sw);

#endif /* _NICBOND_FW_HEARTBEAT_H */
