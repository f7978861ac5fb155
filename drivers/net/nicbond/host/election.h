/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_ELECTION_H
#define _NICBOND_HOST_ELECTION_H

#include <linux/types.h>
#include <uapi/linux/nicbond_link.h>

/**
 * struct nicbond_candidate - what counts in an election
 * @live: It takes part: its port carries traffic.
 * @chosen: The user chose it.
 * @priority: The user's preference, the highest first.
 * @speed: In Mb/s, 0 if unknown;
 * @full_duplex: which makes it twice that.
 * @deputy: It stands in for a primary that fails: who is that, stays.
 * @load: Its LOAD register, in eighths of what it can carry: the least first.
 */
struct nicbond_candidate {
	bool live;
	bool chosen;
	u32 priority;
	u32 speed;
	bool full_duplex;
	bool deputy;
	u32 load;
};

/*
 * Should @a be primary rather than @b, neither of whom is? A live port beats a dead one,
 * then the user's choice counts, the priority, speed and duplex, who is deputy, and the
 * load. Between equals the answer is no, so whoever walks a list keeps the first. No side
 * effects.
 */
bool nicbond_election_better(const struct nicbond_candidate *a,
			     const struct nicbond_candidate *b);

/*
 * Should @a take over from @primary? If only @a is live, or only @a was chosen by the
 * user; else, if both are, when @reselect says so. No side effects.
 */
bool nicbond_election_takes_over(const struct nicbond_candidate *a,
				 const struct nicbond_candidate *primary,
				 enum nicbond_link_choice reselect);

#endif /* _NICBOND_HOST_ELECTION_H */
