// SPDX-License-Identifier: GPL-2.0
/* When a member's port that goes, or comes back, counts as down, or up. */
#include "liveness.h"

#include <linux/ktime.h>
#include <linux/minmax.h>

u64 nicbond_liveness_now(void)
{
	return ktime_to_ms(ktime_get());
}

void nicbond_liveness_init(struct nicbond_liveness *liveness, bool live, u64 now)
{
	*liveness = (struct nicbond_liveness) {
		.live = live,
		.up = live,
		.cause = NICBOND_CAUSE_JOINED,
		.since = now,
	};
}

/* A failure: the sooner after the last one, the longer until it is trusted again. */
static void nicbond_liveness_damp(struct nicbond_liveness *liveness, u64 now,
				  u32 hold_max)
{
	if (now - liveness->since >= hold_max)
		liveness->hold = 0;
	else
		liveness->hold = clamp(2 * (u64)liveness->hold,
				       (u64)min(NICBOND_HOLD_MIN, hold_max),
				       (u64)hold_max);
}

static u32 nicbond_liveness_delay(const struct nicbond_liveness *liveness,
				  const struct nicbond_patience *patience)
{
	if (!liveness->live)
		return patience->down_delay;

	/* The ceiling may be lower by now. */
	return max(patience->up_delay, min(liveness->hold, patience->hold_max));
}

bool nicbond_liveness_step(struct nicbond_liveness *liveness, bool at_once,
			   enum nicbond_cause cause, u64 now,
			   const struct nicbond_patience *patience)
{
	u64 due = now + nicbond_liveness_delay(liveness, patience);

	if (liveness->live == liveness->up) {
		liveness->waiting = false;
		return false;
	}

	/* From when it was first seen; a delay that was shortened is over sooner. */
	if (!liveness->waiting) {
		liveness->waiting = true;
		liveness->cause = cause;
		liveness->due = due;
	}
	liveness->due = min(liveness->due, due);
	if (!at_once && now < liveness->due)
		return false;

	liveness->waiting = false;
	WRITE_ONCE(liveness->up, liveness->live);
	if (liveness->up)
		liveness->since = now;
	else
		nicbond_liveness_damp(liveness, now, patience->hold_max);

	return true;
}
