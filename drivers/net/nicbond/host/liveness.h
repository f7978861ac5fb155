/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_LIVENESS_H
#define _NICBOND_HOST_LIVENESS_H

#include <linux/types.h>
#include <uapi/linux/nicbond_link.h>

/**
 * struct nicbond_liveness - whether a member takes part, and since when
 * @live: Its port carries traffic, as last seen.
 * @up: It takes part: its PEER registers say UP.
 * @waiting: These differ, and @live counts at @due if it lasts.
 * @cause: What found @up out; while @waiting, what found the port otherwise.
 * @due: In ms.
 * @since: When it came up last, in ms.
 * @hold: How long its port has to be live before it comes up again, because it failed
 *	often, in ms.
 *
 * Written under rtnl, @up read by others, too. Times are of nicbond_liveness_now().
 */
struct nicbond_liveness {
	bool live;
	bool up;
	bool waiting;
	enum nicbond_cause cause;
	u64 due;
	u64 since;
	u32 hold;
};

/**
 * struct nicbond_patience - how long a change has to last before it counts, in ms
 * @up_delay: To up.
 * @down_delay: To down.
 * @hold_max: Who fails within this after having come up is held down for longer each
 *	time, up to this; 0: nobody is.
 */
struct nicbond_patience {
	u32 up_delay;
	u32 down_delay;
	u32 hold_max;
};

/* The first hold, which each further failure doubles, in ms. */
#define NICBOND_HOLD_MIN	100

/* A clock that only grows, in ms. Any context. */
u64 nicbond_liveness_now(void);

/* A new member is as its port is. */
void nicbond_liveness_init(struct nicbond_liveness *liveness, bool live, u64 now);

/*
 * The port is as @liveness->live says at time @now, as @cause found out; @at_once:
 * nothing is waited for. True if that changes @liveness->up. Pure.
 */
bool nicbond_liveness_step(struct nicbond_liveness *liveness, bool at_once,
			   enum nicbond_cause cause, u64 now,
			   const struct nicbond_patience *patience);

#endif /* _NICBOND_HOST_LIVENESS_H */
