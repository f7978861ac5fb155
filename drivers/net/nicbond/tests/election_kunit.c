// SPDX-License-Identifier: GPL-2.0
/* Who becomes primary, by table. */
#include "../host/election.h"

#include <kunit/test.h>

#define CANDIDATES_MAX	4

struct nicbond_election_case {
	const char *name;
	struct nicbond_candidate candidates[CANDIDATES_MAX];
	unsigned int count;
	unsigned int winner;
};

#define DEAD(mbps)	{ .speed = mbps, .full_duplex = true }
#define LIVE(mbps)	{ .live = true, .speed = mbps, .full_duplex = true }
#define HALF(mbps)	{ .live = true, .speed = mbps }
#define PRIMARY(mbps)	{ .live = true, .primary = true, .speed = mbps }
#define FAILED(mbps)	{ .primary = true, .speed = mbps }
#define CHOSEN(mbps, level) \
	{ .live = true, .speed = mbps, .full_duplex = true, .priority = level }
#define LOST(mbps, level)	{ .speed = mbps, .priority = level }

static const struct nicbond_election_case nicbond_election_cases[] = {
	{ "alone", { LIVE(0) }, 1, 0 },
	{ "alone and dead", { DEAD(0) }, 1, 0 },
	{ "first of equals", { LIVE(1000), LIVE(1000), LIVE(1000) }, 3, 0 },
	{ "the live one", { DEAD(10000), DEAD(10000), LIVE(10) }, 3, 2 },
	{ "the fastest", { LIVE(1000), LIVE(25000), LIVE(10000) }, 3, 1 },
	{ "unknown speed is slowest", { LIVE(0), LIVE(10) }, 2, 1 },
	{ "full duplex", { HALF(1000), LIVE(1000) }, 2, 1 },
	{ "speed before duplex", { LIVE(100), HALF(1000) }, 2, 1 },
	{ "priority before speed", { LIVE(25000), CHOSEN(10, 1) }, 2, 1 },
	{ "the highest priority",
	  { CHOSEN(10, 7), CHOSEN(10, 255), CHOSEN(25000, 254) }, 3, 1 },
	{ "equal priority: the fastest", { CHOSEN(10, 7), CHOSEN(100, 7) }, 2, 1 },
	{ "a dead one has no priority", { LOST(10, 255), LIVE(10) }, 2, 1 },
	{ "the primary stays before priority",
	  { CHOSEN(25000, 255), PRIMARY(10) }, 2, 1 },
	{ "the primary stays", { LIVE(25000), LIVE(25000), PRIMARY(10) }, 3, 2 },
	{ "a failed primary goes", { FAILED(25000), LIVE(10) }, 2, 1 },
	{ "to the fastest",
	  { LIVE(10), FAILED(100), LIVE(1000), DEAD(25000) }, 4, 2 },
	{ "nobody live: the primary stays", { DEAD(1000), FAILED(10) }, 2, 1 },
	{ "nobody live, no primary: the fastest", { DEAD(10), DEAD(100) }, 2, 1 },
};

static void nicbond_election_describe(const struct nicbond_election_case *c,
				      char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_election, nicbond_election_cases,
		  nicbond_election_describe);

/* As host/failover.c walks its members. */
static void nicbond_election_test_winner(struct kunit *test)
{
	const struct nicbond_election_case *c = test->param_value;
	unsigned int i, best = 0;

	for (i = 1; i < c->count; i++)
		if (nicbond_election_better(&c->candidates[i],
					    &c->candidates[best]))
			best = i;

	KUNIT_EXPECT_EQ(test, best, c->winner);
}

/* A strict order: nobody is better than himself, or than who is better. */
static void nicbond_election_test_order(struct kunit *test)
{
	const struct nicbond_election_case *c = test->param_value;
	unsigned int i, j;

	for (i = 0; i < c->count; i++)
		for (j = 0; j < c->count; j++)
			KUNIT_EXPECT_FALSE(test,
					   nicbond_election_better(&c->candidates[i],
								   &c->candidates[j]) &&
					   nicbond_election_better(&c->candidates[j],
								   &c->candidates[i]));
}

static struct kunit_case nicbond_election_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_election_test_winner, nicbond_election_gen_params),
	KUNIT_CASE_PARAM(nicbond_election_test_order, nicbond_election_gen_params),
	{}
};

static struct kunit_suite nicbond_election_suite = {
	.name = "nicbond_election",
	.test_cases = nicbond_election_test_cases,
};

kunit_test_suite(nicbond_election_suite);
