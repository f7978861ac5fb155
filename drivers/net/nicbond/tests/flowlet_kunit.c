// SPDX-License-Identifier: GPL-2.0
/* Flowlets: who sends a flow, until when. */
#include "../fw/flowlet.h"

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>

#define SIZE	64
#define GAP	800		/* us */
#define LONG	(GAP + GAP / 8 + 1)	/* is a pause, however the stamp was written */
#define NONE	NICBOND_FLOWLET_NONE
#define HASH	0x12345678

struct nicbond_flowlet_test {
	struct nicbond_flowlets *flowlets;
	u32 now;
};

static int nicbond_flowlet_test_init(struct kunit *test)
{
	struct nicbond_flowlet_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	test->priv = t;
	t->flowlets = nicbond_flowlets_create(SIZE);
	/* The clock wraps soon. */
	t->now = U32_MAX - 2 * GAP;

	return t->flowlets ? 0 : -ENOMEM;
}

static void nicbond_flowlet_test_exit(struct kunit *test)
{
	struct nicbond_flowlet_test *t = test->priv;

	if (t)
		kvfree(t->flowlets);
}

/* As packets do: that asks nicbond_flowlets_find() where it has to. */
static unsigned int nicbond_test_find(struct nicbond_flowlet_test *t, u32 hash)
{
	return nicbond_flowlets_follow(t->flowlets, hash, t->now, GAP);
}

static unsigned int nicbond_test_claim(struct nicbond_flowlet_test *t, u32 hash,
				       unsigned int slot, unsigned int dead,
				       bool *moved)
{
	return nicbond_flowlets_claim(t->flowlets, hash, t->now, GAP, slot, dead,
				      moved);
}

/* However packets follow each other: never moved before a pause of the gap. */
static void nicbond_flowlet_test_pause(struct kunit *test)
{
	struct nicbond_flowlet_test *t = test->priv;
	u32 step, i;
	bool moved;

	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), NONE);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 5, NONE, &moved), 5);
	KUNIT_EXPECT_FALSE(test, moved);
	for (step = 1; step <= GAP; step += 7)
		for (i = 0; i < 20; i++) {
			t->now += step;
			KUNIT_ASSERT_EQ(test, nicbond_test_find(t, HASH), 5);
		}
	t->now += LONG;
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), NONE);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 6, NONE, &moved), 6);
	KUNIT_EXPECT_TRUE(test, moved);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), 6);
	t->now += LONG;
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 6, NONE, &moved), 6);
	KUNIT_EXPECT_FALSE(test, moved);
}

/* The second of two that found it idle goes where the first one sent it. */
static void nicbond_flowlet_test_race(struct kunit *test)
{
	struct nicbond_flowlet_test *t = test->priv;
	bool moved;

	nicbond_test_claim(t, HASH, 1, NONE, &moved);
	t->now += LONG;
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), NONE);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 2, NONE, &moved), 2);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 3, NONE, &moved), 2);
	KUNIT_EXPECT_FALSE(test, moved);
	/* Half a wrap of the clock is a pause, too. */
	t->now += BIT(31) + BIT(28);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), NONE);
	t->now -= BIT(31) + BIT(28);
	/* Also with a clock that lags. */
	t->now -= 100;
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, HASH), 2);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 3, NONE, &moved), 2);
}

/* Off a dead one it goes at once, and once. */
static void nicbond_flowlet_test_dead(struct kunit *test)
{
	struct nicbond_flowlet_test *t = test->priv;
	bool moved;

	nicbond_test_claim(t, HASH, 1, NONE, &moved);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 2, 1, &moved), 2);
	KUNIT_EXPECT_TRUE(test, moved);
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, HASH, 3, 1, &moved), 2);
	KUNIT_EXPECT_FALSE(test, moved);
}

/* Slot 0 at time 0 is as good an entry as any; others' flows are others'. */
static void nicbond_flowlet_test_zero(struct kunit *test)
{
	struct nicbond_flowlet_test *t = test->priv;
	bool moved;

	t->now = 0;
	KUNIT_EXPECT_EQ(test, nicbond_test_claim(t, 0, 0, NONE, &moved), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, 0), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, U32_MAX), NONE);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, U32_MAX / SIZE), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_find(t, U32_MAX / SIZE + 1), NONE);
}

static void nicbond_flowlet_test_learn(struct kunit *test)
{
	struct nicbond_flowlets *other = nicbond_flowlets_create(SIZE);
	struct nicbond_flowlets *more = nicbond_flowlets_create(2 * SIZE);
	struct nicbond_flowlet_test *t = test->priv;
	bool moved;

	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_ASSERT_NOT_NULL(test, more);
	nicbond_test_claim(t, HASH, 4, NONE, &moved);
	nicbond_flowlets_learn(other, t->flowlets->entry, SIZE);
	nicbond_flowlets_learn(more, t->flowlets->entry, SIZE);
	KUNIT_EXPECT_EQ(test, nicbond_flowlets_find(other, HASH, t->now, GAP, false), 4);
	KUNIT_EXPECT_EQ(test, nicbond_flowlets_find(more, HASH, t->now, GAP, false), NONE);
	kvfree(other);
	kvfree(more);
}

static struct kunit_case nicbond_flowlet_test_cases[] = {
	KUNIT_CASE(nicbond_flowlet_test_pause),
	KUNIT_CASE(nicbond_flowlet_test_race),
	KUNIT_CASE(nicbond_flowlet_test_dead),
	KUNIT_CASE(nicbond_flowlet_test_zero),
	KUNIT_CASE(nicbond_flowlet_test_learn),
	{}
};

static struct kunit_suite nicbond_flowlet_suite = {
	.name = "nicbond_flowlet",
	.init = nicbond_flowlet_test_init,
	.exit = nicbond_flowlet_test_exit,
	.test_cases = nicbond_flowlet_test_cases,
};

kunit_test_suite(nicbond_flowlet_suite);
