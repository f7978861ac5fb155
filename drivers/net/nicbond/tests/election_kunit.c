// SPDX-License-Identifier: GPL-2.0
/* Who becomes primary, by table. */
#include "../host/election.h"

#include <kunit/test.h>

#define CANDIDATES_MAX	4
#define NOBODY		CANDIDATES_MAX
#define RESELECTS	(NICBOND_PRIMARY_RESELECT_FAILURE + 1)

/**
 * struct nicbond_election_case - an election
 * @name: What it is about.
 * @candidates: Who there is;
 * @count: how many.
 * @primary: Who is primary; NOBODY: nobody is.
 * @winner: Who is then, by primary_reselect.
 */
struct nicbond_election_case {
	const char *name;
	struct nicbond_candidate candidates[CANDIDATES_MAX];
	unsigned int count;
	unsigned int primary;
	unsigned int winner[RESELECTS];
};

#define DEAD(mbps)	{ .speed = mbps, .full_duplex = true }
#define LIVE(mbps)	{ .live = true, .speed = mbps, .full_duplex = true }
#define HALF(mbps)	{ .live = true, .speed = mbps }
#define BUSY(mbps, much) \
	{ .live = true, .speed = mbps, .full_duplex = true, .load = much }
#define DEPUTY(mbps, much) \
	{ .live = true, .speed = mbps, .full_duplex = true, .deputy = true, .load = much }
#define LIKED(mbps, level) \
	{ .live = true, .speed = mbps, .full_duplex = true, .priority = level }
#define LOST(mbps, level)	{ .speed = mbps, .priority = level }
#define CHOSEN(mbps)	{ .live = true, .speed = mbps, .chosen = true }
#define FAILED(mbps)	{ .speed = mbps, .chosen = true }
#define ANYHOW(who)	{ who, who, who }

static const struct nicbond_election_case nicbond_election_cases[] = {
	/* Nobody is primary. */
	{ "alone", { LIVE(0) }, 1, NOBODY, ANYHOW(0) },
	{ "alone and dead", { DEAD(0) }, 1, NOBODY, ANYHOW(0) },
	{ "first of equals", { LIVE(1000), LIVE(1000), LIVE(1000) }, 3, NOBODY, ANYHOW(0) },
	{ "the live one", { DEAD(10000), DEAD(10000), LIVE(10) }, 3, NOBODY, ANYHOW(2) },
	{ "the fastest", { LIVE(1000), LIVE(25000), LIVE(10000) }, 3, NOBODY, ANYHOW(1) },
	{ "unknown speed is slowest", { LIVE(0), LIVE(10) }, 2, NOBODY, ANYHOW(1) },
	{ "full duplex", { HALF(1000), LIVE(1000) }, 2, NOBODY, ANYHOW(1) },
	{ "full duplex is twice", { LIVE(1000), HALF(2500) }, 2, NOBODY, ANYHOW(1) },
	{ "but not more", { HALF(1500), LIVE(1000) }, 2, NOBODY, ANYHOW(1) },
	{ "the least loaded", { BUSY(1000, 9), BUSY(1000, 7), BUSY(1000, 8) }, 3,
	  NOBODY, ANYHOW(1) },
	{ "speed before load", { BUSY(1000, 0), BUSY(2500, 9) }, 2, NOBODY, ANYHOW(1) },
	{ "a deputy before load", { BUSY(1000, 0), DEPUTY(1000, 9) }, 2, NOBODY, ANYHOW(1) },
	{ "speed before that", { BUSY(2500, 9), DEPUTY(1000, 0) }, 2, NOBODY, ANYHOW(0) },
	{ "the deputy follows", { LIVE(1000), DEPUTY(1000, 9), DEAD(1000) }, 3, 2, ANYHOW(1) },
	{ "and is no reason to fail", { DEPUTY(1000, 0), BUSY(1000, 9) }, 2, 1, ANYHOW(1) },
	{ "priority before speed", { LIVE(25000), LIKED(10, 1) }, 2, NOBODY, ANYHOW(1) },
	{ "the highest priority", { LIKED(10, 7), LIKED(10, 255), LIKED(25000, 254) }, 3,
	  NOBODY, ANYHOW(1) },
	{ "equal priority: the fastest", { LIKED(10, 7), LIKED(100, 7) }, 2, NOBODY,
	  ANYHOW(1) },
	{ "a dead one has no priority", { LOST(10, 255), LIVE(10) }, 2, NOBODY, ANYHOW(1) },
	{ "the user's choice before priority", { LIKED(25000, 255), CHOSEN(10) }, 2,
	  NOBODY, ANYHOW(1) },
	{ "nobody live: the fastest", { DEAD(10), DEAD(100) }, 2, NOBODY, ANYHOW(1) },

	/* Somebody is. */
	{ "the primary stays", { LIVE(25000), LIVE(25000), LIVE(10) }, 3, 2, ANYHOW(2) },
	{ "load is no reason", { BUSY(1000, 0), BUSY(1000, 65536) }, 2, 1, ANYHOW(1) },
	{ "a higher priority, slower", { LIKED(10, 255), LIVE(25000) }, 2, 1, { 0, 1, 1 } },
	{ "as fast", { LIKED(1000, 255), LIVE(1000) }, 2, 1, { 0, 1, 1 } },
	{ "faster", { LIKED(2500, 1), LIVE(1000) }, 2, 1, { 0, 0, 1 } },
	{ "in full duplex", { LIKED(1000, 1), HALF(1000) }, 2, 1, { 0, 0, 1 } },
	{ "the best of those", { LIKED(1000, 1), LIKED(1000, 3), LIKED(25000, 2), LIVE(10) },
	  4, 3, { 1, 1, 3 } },
	{ "that are faster", { LIKED(10, 9), LIKED(25000, 2), LIVE(1000) }, 3, 2,
	  { 0, 1, 2 } },
	{ "a lower priority", { LIKED(25000, 1), LIKED(10, 2) }, 2, 1, ANYHOW(1) },
	{ "dead", { LOST(25000, 255), LIVE(10) }, 2, 1, ANYHOW(1) },
	{ "the user's choice stays", { LIKED(25000, 255), CHOSEN(10) }, 2, 1, ANYHOW(1) },
	{ "or takes over", { CHOSEN(10), LIKED(25000, 255) }, 2, 1, ANYHOW(0) },
	{ "a failed primary goes", { DEAD(25000), LIVE(10) }, 2, 0, ANYHOW(1) },
	{ "to the fastest", { LIVE(10), DEAD(100), LIVE(1000), DEAD(25000) }, 4, 1,
	  ANYHOW(2) },
	{ "though the user chose it", { FAILED(25000), LIVE(10) }, 2, 0, ANYHOW(1) },
	{ "nobody live: the primary stays", { LOST(1000, 255), DEAD(10) }, 2, 1, ANYHOW(1) },
};

static void nicbond_election_describe(const struct nicbond_election_case *c,
				      char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_election, nicbond_election_cases,
		  nicbond_election_describe);

/* As host/failover.c walks its members. */
static unsigned int nicbond_election_hold(const struct nicbond_election_case *c,
					  enum nicbond_link_choice reselect)
{
	const struct nicbond_candidate *all = c->candidates;
	unsigned int i, best = NOBODY;

	for (i = 0; i < c->count; i++) {
		if (i == c->primary)
			continue;
		if (c->primary != NOBODY &&
		    !nicbond_election_takes_over(&all[i], &all[c->primary],
						 reselect))
			continue;
		if (best == NOBODY || nicbond_election_better(&all[i], &all[best]))
			best = i;
	}

	return best == NOBODY ? c->primary : best;
}

static void nicbond_election_test_winner(struct kunit *test)
{
	const struct nicbond_election_case *c = test->param_value;
	unsigned int i;

	for (i = 0; i < RESELECTS; i++)
		KUNIT_EXPECT_EQ_MSG(test, nicbond_election_hold(c, i),
				    c->winner[i], "primary_reselect %u", i);
}

/* A strict order: nobody is better than himself, or than who is better. */
static void nicbond_election_test_order(struct kunit *test)
{
	const struct nicbond_election_case *c = test->param_value;
	const struct nicbond_candidate *all = c->candidates;
	unsigned int i, j;

	for (i = 0; i < c->count; i++)
		for (j = 0; j < c->count; j++)
			KUNIT_EXPECT_FALSE(test,
					   nicbond_election_better(&all[i], &all[j]) &&
					   nicbond_election_better(&all[j], &all[i]));
}

/* Who took over does not lose it to who was there before. */
static void nicbond_election_test_rest(struct kunit *test)
{
	struct nicbond_election_case c =
		*(const struct nicbond_election_case *)test->param_value;
	unsigned int i, winner;

	for (i = 0; i < RESELECTS; i++) {
		winner = nicbond_election_hold(&c, i);
		c.primary = winner;
		KUNIT_EXPECT_EQ(test, nicbond_election_hold(&c, i), winner);
	}
}

static struct kunit_case nicbond_election_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_election_test_winner, nicbond_election_gen_params),
	KUNIT_CASE_PARAM(nicbond_election_test_order, nicbond_election_gen_params),
	KUNIT_CASE_PARAM(nicbond_election_test_rest, nicbond_election_gen_params),
	{}
};

static struct kunit_suite nicbond_election_suite = {
	.name = "nicbond_election",
	.test_cases = nicbond_election_test_cases,
};

kunit_test_suite(nicbond_election_suite);
