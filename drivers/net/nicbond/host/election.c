// SPDX-License-Identifier: GPL-2.0
/* Who becomes primary. */
#include "election.h"

bool nicbond_election_better(const struct nicbond_candidate *a,
			     const struct nicbond_candidate *b)
{
	if (a->live != b->live)
		return a->live;
	if (a->primary != b->primary)
		return a->primary;
	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (a->speed != b->speed)
		return a->speed > b->speed;

	return a->full_duplex && !b->full_duplex;
}
