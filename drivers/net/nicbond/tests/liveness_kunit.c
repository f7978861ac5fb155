// SPDX-License-Identifier: GPL-2.0
/* When a port that goes or comes back counts, step by step. */
#include "../host/liveness.h"

#include <kunit/test.h>

#define STEPS_MAX	16

/**
 * struct nicbond_liveness_look - a look at the port
 * @at: When.
 * @live: What is seen.
 * @alone: No other member is up.
 * @up: What counts then.
 */
struct nicbond_liveness_look {
	u64 at;
	bool live;
	bool alone;
	bool up;
};

struct nicbond_liveness_case {
	const char *name;
	struct nicbond_patience patience;
	struct nicbond_liveness_look look[STEPS_MAX];
};

#define UP	true
#define DOWN	false
#define SEEN(when, port, counts)	{ when, port, false, counts }
#define ALONE(when, port, counts)	{ when, port, true, counts }

/* All begin up, at 0; the last look is the first one of time 0 after another. */
static const struct nicbond_liveness_case nicbond_liveness_cases[] = {
	{ "no delay", { }, {
		SEEN(1, DOWN, DOWN), SEEN(1, UP, UP), SEEN(2, DOWN, DOWN) } },
	{ "down_delay", { .down_delay = 100 }, {
		SEEN(10, DOWN, UP), SEEN(109, DOWN, UP), SEEN(110, DOWN, DOWN),
		SEEN(111, UP, UP) } },
	{ "down_delay begins anew", { .down_delay = 100 }, {
		SEEN(10, DOWN, UP), SEEN(60, UP, UP), SEEN(61, DOWN, UP),
		SEEN(160, DOWN, UP), SEEN(161, DOWN, DOWN) } },
	{ "up_delay", { .up_delay = 100 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), SEEN(119, UP, DOWN),
		SEEN(120, UP, UP) } },
	{ "up_delay begins anew", { .up_delay = 100 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), SEEN(119, DOWN, DOWN),
		SEEN(130, UP, DOWN), SEEN(229, UP, DOWN), SEEN(230, UP, UP) } },
	{ "alone: up at once", { .up_delay = 100 }, {
		SEEN(10, DOWN, DOWN), ALONE(20, UP, UP) } },
	{ "alone by now", { .up_delay = 100 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), ALONE(30, UP, UP) } },
	{ "alone: down at once", { .down_delay = 100 }, { ALONE(10, DOWN, DOWN) } },
	{ "flapping is damped", { .hold_max = 1000 }, {
		SEEN(1500, DOWN, DOWN), SEEN(1510, UP, UP),	/* after a long time */
		SEEN(1520, DOWN, DOWN), SEEN(1530, UP, DOWN),
		SEEN(1629, UP, DOWN), SEEN(1630, UP, UP),	/* 100 */
		SEEN(1640, DOWN, DOWN), SEEN(1650, UP, DOWN),
		SEEN(1849, UP, DOWN), SEEN(1850, UP, UP),	/* 200 */
		SEEN(1860, DOWN, DOWN), SEEN(2000, UP, DOWN),
		SEEN(2399, UP, DOWN), SEEN(2400, UP, UP) } },	/* 400 */
	{ "as far as allowed", { .hold_max = 150 }, {
		SEEN(100, DOWN, DOWN), SEEN(110, UP, DOWN), SEEN(210, UP, UP),
		SEEN(220, DOWN, DOWN), SEEN(230, UP, DOWN), SEEN(379, UP, DOWN),
		SEEN(380, UP, UP),
		SEEN(390, DOWN, DOWN), SEEN(400, UP, DOWN), SEEN(549, UP, DOWN),
		SEEN(550, UP, UP) } },
	{ "less than the first hold", { .hold_max = 50 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), SEEN(69, UP, DOWN),
		SEEN(70, UP, UP) } },
	{ "forgiven", { .hold_max = 1000 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), SEEN(120, UP, UP),
		SEEN(1120, DOWN, DOWN), SEEN(1130, UP, UP) } },
	{ "alone: no hold", { .hold_max = 1000 }, {
		SEEN(10, DOWN, DOWN), ALONE(20, UP, UP) } },
	{ "the longer of hold and up_delay", { .up_delay = 300, .hold_max = 1000 }, {
		SEEN(10, DOWN, DOWN), SEEN(20, UP, DOWN), SEEN(319, UP, DOWN),
		SEEN(320, UP, UP) } },
};

static void nicbond_liveness_describe(const struct nicbond_liveness_case *c,
				      char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_liveness, nicbond_liveness_cases,
		  nicbond_liveness_describe);

static void nicbond_liveness_test_steps(struct kunit *test)
{
	const struct nicbond_liveness_case *c = test->param_value;
	const struct nicbond_liveness_look *look;
	struct nicbond_liveness liveness;
	bool before;

	nicbond_liveness_init(&liveness, true, 0);
	for (look = c->look; look->at; look++) {
		before = liveness.up;
		liveness.live = look->live;
		KUNIT_EXPECT_EQ(test,
				nicbond_liveness_step(&liveness, look->alone,
						      NICBOND_CAUSE_NOTIFIER,
						      look->at, &c->patience),
				before != look->up);
		KUNIT_EXPECT_EQ_MSG(test, liveness.up, look->up, "at %llu",
				    look->at);
		KUNIT_EXPECT_EQ(test, liveness.waiting,
				look->live != look->up);
		KUNIT_EXPECT_TRUE(test, !liveness.waiting ||
				  liveness.due > look->at);
	}
}

/* A delay that was shortened meanwhile; one that was made longer. */
static void nicbond_liveness_test_shortened(struct kunit *test)
{
	struct nicbond_patience patience = { .down_delay = 1000 };
	struct nicbond_liveness liveness;

	nicbond_liveness_init(&liveness, true, 0);
	liveness.live = false;
	nicbond_liveness_step(&liveness, false, NICBOND_CAUSE_NOTIFIER, 10,
			      &patience);
	KUNIT_EXPECT_EQ(test, liveness.due, 1010);
	patience.down_delay = 100;
	nicbond_liveness_step(&liveness, false, NICBOND_CAUSE_OPTION, 20,
			      &patience);
	KUNIT_EXPECT_EQ(test, liveness.due, 120);
	patience.down_delay = 5000;
	KUNIT_EXPECT_TRUE(test, nicbond_liveness_step(&liveness, false,
						      NICBOND_CAUSE_OPTION, 120,
						      &patience));
	KUNIT_EXPECT_FALSE(test, liveness.up);
}

/* What was first to see it is what found it out. */
static void nicbond_liveness_test_cause(struct kunit *test)
{
	struct nicbond_patience patience = { .down_delay = 100 };
	struct nicbond_liveness liveness;

	nicbond_liveness_init(&liveness, true, 0);
	liveness.live = false;
	nicbond_liveness_step(&liveness, false, NICBOND_CAUSE_TRANSMIT, 10,
			      &patience);
	nicbond_liveness_step(&liveness, false, NICBOND_CAUSE_NOTIFIER, 110,
			      &patience);
	KUNIT_EXPECT_FALSE(test, liveness.up);
	KUNIT_EXPECT_EQ(test, liveness.cause, NICBOND_CAUSE_TRANSMIT);
}

static struct kunit_case nicbond_liveness_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_liveness_test_steps, nicbond_liveness_gen_params),
	KUNIT_CASE(nicbond_liveness_test_shortened),
	KUNIT_CASE(nicbond_liveness_test_cause),
	{}
};

static struct kunit_suite nicbond_liveness_suite = {
	.name = "nicbond_liveness",
	.test_cases = nicbond_liveness_test_cases,
};

kunit_test_suite(nicbond_liveness_suite);
