// SPDX-License-Identifier: GPL-2.0
/* The resilient indirection table: quotas, and who moves when. */
#include "../fw/table.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/prandom.h>

struct nicbond_table_test {
	struct nicbond_table table;
	struct nicbond_table before;
	u32 peer[NICBOND_SLOTS];
};

static u32 nicbond_peer(bool up, unsigned int weight)
{
	return NICBOND_PEER_PRESENT | (up ? NICBOND_PEER_UP : 0) |
	       FIELD_PREP(NICBOND_PEER_WEIGHT, weight);
}

static bool nicbond_peer_is_up(u32 peer)
{
	return (peer & (NICBOND_PEER_PRESENT | NICBOND_PEER_UP)) ==
	       (NICBOND_PEER_PRESENT | NICBOND_PEER_UP);
}

static unsigned int nicbond_table_count(const struct nicbond_table *table,
					unsigned int slot)
{
	unsigned int i, count = 0;

	for (i = 0; i < NICBOND_BUCKETS; i++)
		count += table->bucket[i] == slot;

	return count;
}

/* Write a PEER register, as the host does. */
static unsigned int nicbond_table_set(struct nicbond_table_test *t,
				      unsigned int slot, u32 peer)
{
	t->before = t->table;
	t->peer[slot] = peer;

	return nicbond_table_update(&t->table, t->peer);
}

/* Every slot that is up has its quota, to within one; nobody else has any. */
static void nicbond_table_expect_quotas(struct kunit *test,
					struct nicbond_table_test *t)
{
	unsigned int i, weight, total = 0;
	int excess;

	for (i = 0; i < NICBOND_SLOTS; i++)
		if (nicbond_peer_is_up(t->peer[i]))
			total += FIELD_GET(NICBOND_PEER_WEIGHT, t->peer[i]);
	if (!total)
		return;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		weight = nicbond_peer_is_up(t->peer[i]) ?
			 FIELD_GET(NICBOND_PEER_WEIGHT, t->peer[i]) : 0;
		excess = nicbond_table_count(&t->table, i) * total -
			 NICBOND_BUCKETS * weight;
		KUNIT_EXPECT_LT(test, abs(excess), (int)total);
	}
}

/* Buckets changed hands only away from @from or, if that is < 0, to @to. */
static void nicbond_table_expect_moves(struct kunit *test,
				       struct nicbond_table_test *t, int from,
				       int to)
{
	unsigned int i;

	for (i = 0; i < NICBOND_BUCKETS; i++) {
		if (t->table.bucket[i] == t->before.bucket[i])
			continue;
		if (from >= 0)
			KUNIT_EXPECT_EQ(test, (int)t->before.bucket[i], from);
		else
			KUNIT_EXPECT_EQ(test, (int)t->table.bucket[i], to);
	}
}

static int nicbond_table_test_init(struct kunit *test)
{
	struct nicbond_table_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	nicbond_table_init(&t->table, 0);
	test->priv = t;

	return 0;
}

static void nicbond_table_test_add(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		nicbond_table_set(t, i, nicbond_peer(true, 1));
		nicbond_table_expect_quotas(test, t);
		nicbond_table_expect_moves(test, t, -1, i);
	}
}

static void nicbond_table_test_fail_and_return(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	struct nicbond_table all;
	unsigned int i;

	for (i = 0; i < 7; i++)
		nicbond_table_set(t, i, nicbond_peer(true, 1));
	all = t->table;

	for (i = 0; i < 7; i++) {
		nicbond_table_set(t, i, nicbond_peer(false, 1));
		KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, i), 0);
		nicbond_table_expect_quotas(test, t);
		nicbond_table_expect_moves(test, t, i, -1);

		nicbond_table_set(t, i, nicbond_peer(true, 1));
		KUNIT_EXPECT_MEMEQ(test, t->table.bucket, all.bucket,
				   NICBOND_BUCKETS);
	}
}

/* Several down at once, back in another order: all is as it was. */
static void nicbond_table_test_many_fail(struct kunit *test)
{
	static const unsigned int down[] = { 0, 3, 1 }, up[] = { 3, 0, 1 };
	struct nicbond_table_test *t = test->priv;
	struct nicbond_table all;
	unsigned int i;

	for (i = 0; i < 4; i++)
		nicbond_table_set(t, i, nicbond_peer(true, 1));
	all = t->table;

	for (i = 0; i < ARRAY_SIZE(down); i++) {
		nicbond_table_set(t, down[i], nicbond_peer(false, 1));
		nicbond_table_expect_quotas(test, t);
		nicbond_table_expect_moves(test, t, down[i], -1);
	}
	KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, 2),
			NICBOND_BUCKETS);
	for (i = 0; i < ARRAY_SIZE(up); i++) {
		nicbond_table_set(t, up[i], nicbond_peer(true, 1));
		nicbond_table_expect_quotas(test, t);
		nicbond_table_expect_moves(test, t, -1, up[i]);
	}
	KUNIT_EXPECT_MEMEQ(test, t->table.bucket, all.bucket, NICBOND_BUCKETS);
}

static void nicbond_table_test_all_down(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;

	nicbond_table_set(t, 0, nicbond_peer(true, 1));
	nicbond_table_set(t, 1, nicbond_peer(true, 1));
	nicbond_table_set(t, 0, nicbond_peer(false, 1));
	KUNIT_EXPECT_EQ(test, nicbond_table_set(t, 1, nicbond_peer(false, 1)), 0);
	nicbond_table_set(t, 0, nicbond_peer(true, 1));
	KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, 0),
			NICBOND_BUCKETS);
}

static void nicbond_table_test_remove(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 5; i++)
		nicbond_table_set(t, i, nicbond_peer(true, 1));
	nicbond_table_set(t, 2, 0);
	nicbond_table_expect_quotas(test, t);
	nicbond_table_expect_moves(test, t, 2, -1);
}

static void nicbond_table_test_weight(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;

	nicbond_table_set(t, 0, nicbond_peer(true, 1));
	nicbond_table_set(t, 1, nicbond_peer(true, 3));
	nicbond_table_expect_quotas(test, t);
	KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, 1), 192);
	nicbond_table_set(t, 2, nicbond_peer(true, 255));
	nicbond_table_expect_quotas(test, t);
	nicbond_table_expect_moves(test, t, -1, 2);
	/* No weight: nothing balanced comes, unless nobody else is up. */
	nicbond_table_set(t, 2, nicbond_peer(true, 0));
	KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, 2), 0);
	nicbond_table_set(t, 0, nicbond_peer(false, 1));
	nicbond_table_set(t, 1, nicbond_peer(false, 3));
	KUNIT_EXPECT_EQ(test, nicbond_table_count(&t->table, 2),
			NICBOND_BUCKETS);
}

/* A thousand random writes: quotas always hold, and two that saw the same agree. */
static void nicbond_table_test_random(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	struct nicbond_table *twin;
	struct rnd_state rnd;
	unsigned int i, slot;
	u32 peer;

	twin = kunit_kzalloc(test, sizeof(*twin), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, twin);
	nicbond_table_init(twin, 0);
	prandom_seed_state(&rnd, 2);

	for (i = 0; i < 1000; i++) {
		slot = prandom_u32_state(&rnd) % 12;
		peer = prandom_u32_state(&rnd) % 8 ?
		       nicbond_peer(prandom_u32_state(&rnd) % 3,
				    1 + prandom_u32_state(&rnd) % 5) : 0;
		nicbond_table_set(t, slot, peer);
		nicbond_table_expect_quotas(test, t);
		nicbond_table_update(twin, t->peer);
	}
	KUNIT_EXPECT_MEMEQ(test, twin, &t->table, sizeof(*twin));
}

static struct kunit_case nicbond_table_test_cases[] = {
	KUNIT_CASE(nicbond_table_test_add),
	KUNIT_CASE(nicbond_table_test_fail_and_return),
	KUNIT_CASE(nicbond_table_test_many_fail),
	KUNIT_CASE(nicbond_table_test_all_down),
	KUNIT_CASE(nicbond_table_test_remove),
	KUNIT_CASE(nicbond_table_test_weight),
	KUNIT_CASE(nicbond_table_test_random),
	{}
};

static struct kunit_suite nicbond_table_suite = {
	.name = "nicbond_table",
	.init = nicbond_table_test_init,
	.test_cases = nicbond_table_test_cases,
};

kunit_test_suite(nicbond_table_suite);
