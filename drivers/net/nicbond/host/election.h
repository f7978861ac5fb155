/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_ELECTION_H
#define _NICBOND_HOST_ELECTION_H

#include <linux/types.h>

/**
 * struct nicbond_candidate - what counts in an election
 * @live: Its port carries traffic.
 * @primary: It is primary now.
 * @priority: The user's preference, the highest first.
 * @speed: In Mb/s, 0 if unknown.
 * @full_duplex: Breaks a tie of speed.
 */
struct nicbond_candidate {
	bool live;
	bool primary;
	u32 priority;
	u32 speed;
	bool full_duplex;
};

/*
 * Should @a be primary rather than @b? A live port beats a dead one, the primary
 * stays while that does not decide, then the higher priority, the faster one, full
 * duplex.
 * Between equals the answer is no, so whoever walks a list keeps the first.
 * No side effects.
 */
bool nicbond_election_better(const struct nicbond_candidate *a,
			     const struct nicbond_candidate *b);

#endif /* _NICBOND_HOST_ELECTION_H */
