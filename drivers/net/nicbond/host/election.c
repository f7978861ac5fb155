// SPDX-License-Identifier: GPL-2.0
/* Who becomes primary. */
#include "election.h"

static u64 nicbond_election_capacity(const struct nicbond_candidate *candidate)
{
	return (u64)candidate->speed << candidate->full_duplex;
}

bool nicbond_election_better(const struct nicbond_candidate *a,
			     const struct nicbond_candidate *b)
{
	u64 capacity[] = {
		nicbond_election_capacity(a), nicbond_election_capacity(b)
	};

	if (a->live != b->live)
		return a->live;
	if (a->chosen != b->chosen)
		return a->chosen;
	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (capacity[0] != capacity[1])
		return capacity[0] > capacity[1];
	if (a->deputy != b->deputy)
		return a->deputy;

	return a->load < b->load;
}

bool nicbond_election_takes_over(const struct nicbond_candidate *a,
				 const struct nicbond_candidate *primary,
				 enum nicbond_link_choice reselect)
{
	/* Of two that are dead, neither is worth a switch. */
	if (!a->live || !primary->live)
		return a->live;
	if (a->chosen != primary->chosen)
		return a->chosen;

	switch (reselect) {
	case NICBOND_PRIMARY_RESELECT_ALWAYS:
		return a->priority > primary->priority;
	case NICBOND_PRIMARY_RESELECT_BETTER:
		return a->priority > primary->priority &&
		       nicbond_election_capacity(a) >
		       nicbond_election_capacity(primary);
	default:
		return false;
	}
}
