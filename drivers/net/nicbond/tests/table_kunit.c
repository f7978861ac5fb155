// SPDX-License-Identifier: GPL-2.0
/* The indirection table: when a bucket that is meant for another goes there. */
#include "../fw/plan.h"
#include "../fw/table.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>

#define SIZE	64
#define GAP	500		/* us */
#define LATER	(GAP + 1)
#define DEADLINE 100000		/* us */

/* Slot 0 has all buckets, and slot 1 is there, or not. */
struct nicbond_table_test {
	struct nicbond_table *table;
	u32 peer[NICBOND_SLOTS];
	u32 now;
	u64 live;
};

static unsigned int nicbond_test_adopt(struct nicbond_table_test *t,
				       bool at_once)
{
	struct nicbond_plan *plan = nicbond_plan_begin(t->table, t->peer);
	unsigned int moved;

	moved = nicbond_table_adopt(t->table, plan, t->peer, t->now, at_once);
	nicbond_plan_end(plan);

	return moved;
}

static u32 nicbond_test_up(unsigned int weight)
{
	return NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
	       FIELD_PREP(NICBOND_PEER_WEIGHT, weight);
}

static unsigned int nicbond_test_has(const struct nicbond_table_test *t,
				     unsigned int slot)
{
	unsigned int i, count = 0;

	for (i = 0; i < SIZE; i++)
		count += nicbond_table_slot(t->table, i) == slot;

	return count;
}

static int nicbond_table_test_init(struct kunit *test)
{
	struct nicbond_table_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	test->priv = t;
	t->table = nicbond_table_create(SIZE, 0);
	if (!t->table)
		return -ENOMEM;
	/* The clock wraps in the middle of each case. */
	t->now = U32_MAX - GAP / 2;
	t->live = U64_MAX;
	t->peer[0] = nicbond_test_up(1);
	nicbond_test_adopt(t, false);

	return 0;
}

static void nicbond_table_test_exit(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;

	if (t)
		kvfree(t->table);
}

static unsigned int nicbond_test_sweep(struct nicbond_table_test *t, u32 deadline,
				       bool *left)
{
	DECLARE_BITMAP(moved, NICBOND_BUCKETS_MAX) = { };

	*left = nicbond_table_sweep(t->table, t->now, GAP, deadline, t->live,
				    moved);

	return bitmap_weight(moved, NICBOND_BUCKETS_MAX);
}

/* A newcomer's share is meant for it at once, and goes there when idle. */
static void nicbond_table_test_idle(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	bool left;

	t->peer[1] = nicbond_test_up(1);
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, false), 0);
	KUNIT_EXPECT_TRUE(test, t->table->moving);
	KUNIT_EXPECT_EQ(test, nicbond_table_moving(t->table), SIZE / 2);
	KUNIT_EXPECT_EQ(test, nicbond_test_has(t, 1), 0);

	t->now += GAP;
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), 0);
	KUNIT_EXPECT_TRUE(test, left);
	t->now++;
	t->live = BIT_ULL(0);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), 0);
	KUNIT_EXPECT_TRUE(test, left);
	t->live |= BIT_ULL(1);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), SIZE / 2);
	KUNIT_EXPECT_FALSE(test, left);
	KUNIT_EXPECT_FALSE(test, t->table->moving);
	KUNIT_EXPECT_EQ(test, nicbond_test_has(t, 1), SIZE / 2);
}

/* The first bucket that is meant for another than has it. */
static unsigned int nicbond_test_pending(const struct nicbond_table_test *t)
{
	unsigned int i;

	for (i = 0; i < SIZE - 1; i++)
		if (t->table->want[i] != t->table->slot[i])
			break;

	return i;
}

/* A bucket that packets pass stays, and goes with the first after a pause. */
static void nicbond_table_test_busy(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	unsigned int i, busy;
	bool left;

	t->peer[1] = nicbond_test_up(1);
	nicbond_test_adopt(t, false);
	busy = nicbond_test_pending(t);

	for (i = 0; i < 20; i++) {
		t->now += GAP;
		KUNIT_EXPECT_FALSE(test, nicbond_table_pass(t->table, busy,
							    t->now, GAP));
	}
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), SIZE / 2 - 1);
	KUNIT_EXPECT_TRUE(test, left);
	KUNIT_EXPECT_EQ(test, nicbond_table_slot(t->table, busy), 0);

	/* A clock that lags behind another CPU's is no pause. */
	KUNIT_EXPECT_FALSE(test, nicbond_table_pass(t->table, busy, t->now - 10,
						    GAP));
	t->now += LATER;
	KUNIT_EXPECT_TRUE(test, nicbond_table_pass(t->table, busy, t->now, GAP));
	KUNIT_EXPECT_TRUE(test, nicbond_table_move(t->table, busy));
	KUNIT_EXPECT_FALSE(test, nicbond_table_move(t->table, busy));
	KUNIT_EXPECT_EQ(test, nicbond_table_slot(t->table, busy), 1);
	KUNIT_EXPECT_FALSE(test, nicbond_table_pass(t->table, busy, t->now, GAP));
}

/* One that is never idle waits for the deadline, and without one for ever. */
static void nicbond_table_test_deadline(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	unsigned int busy;
	bool left;
	u32 start;

	t->peer[1] = nicbond_test_up(1);
	start = t->now;
	nicbond_test_adopt(t, false);
	busy = nicbond_test_pending(t);
	while (t->now - start < DEADLINE - GAP) {
		t->now += GAP;
		nicbond_table_pass(t->table, busy, t->now, GAP);
		nicbond_test_sweep(t, DEADLINE, &left);
		KUNIT_EXPECT_TRUE(test, left);
	}
	t->now += GAP;
	nicbond_table_pass(t->table, busy, t->now, GAP);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, DEADLINE, &left), 1);
	KUNIT_EXPECT_FALSE(test, left);
	KUNIT_EXPECT_EQ(test, nicbond_table_slot(t->table, busy), 1);
}

/* Off a dead one all goes at once, also what was on its way to another. */
static void nicbond_table_test_dead(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;

	t->peer[1] = nicbond_test_up(1);
	nicbond_test_adopt(t, false);
	t->peer[0] &= ~NICBOND_PEER_UP;
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, false), SIZE);
	KUNIT_EXPECT_EQ(test, nicbond_test_has(t, 1), SIZE);
	KUNIT_EXPECT_FALSE(test, t->table->moving);

	/* It returns, and dies before anything went there: nothing moves. */
	t->peer[0] |= NICBOND_PEER_UP;
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, false), 0);
	t->peer[0] &= ~NICBOND_PEER_UP;
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, false), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_has(t, 1), SIZE);
	KUNIT_EXPECT_FALSE(test, t->table->moving);
}

/* Without a gap there is nothing to wait for; a live one's weight 0 waits. */
static void nicbond_table_test_weight(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;

	t->peer[1] = nicbond_test_up(1);
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, true), SIZE / 2);
	t->peer[1] = nicbond_test_up(0);
	KUNIT_EXPECT_EQ(test, nicbond_test_adopt(t, false), 0);
	KUNIT_EXPECT_EQ(test, nicbond_table_moving(t->table), SIZE / 2);
}

/* A second event starts no pause anew for what waits already. */
static void nicbond_table_test_again(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	bool left;

	t->peer[1] = nicbond_test_up(1);
	nicbond_test_adopt(t, false);
	t->now += LATER;
	t->peer[2] = NICBOND_PEER_PRESENT;
	nicbond_test_adopt(t, false);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), SIZE / 2);

	/* A new primary has not seen the packets, so for it the pause begins. */
	t->peer[1] = nicbond_test_up(3);
	nicbond_test_adopt(t, false);
	t->now += LATER;
	nicbond_table_touch(t->table, t->now);
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), 0);
	t->now += LATER;
	KUNIT_EXPECT_EQ(test, nicbond_test_sweep(t, 0, &left), SIZE / 4);
}

/* Twice the buckets: no hash changes its owner; half as many: one of the two. */
static void nicbond_table_test_scale(struct kunit *test)
{
	struct nicbond_table_test *t = test->priv;
	struct nicbond_table *more = nicbond_table_create(4 * SIZE, 9);
	struct nicbond_table *less = nicbond_table_create(SIZE, 9);
	unsigned int i;
	u32 hash;

	KUNIT_ASSERT_NOT_NULL(test, more);
	KUNIT_ASSERT_NOT_NULL(test, less);
	t->peer[1] = nicbond_test_up(2);
	nicbond_test_adopt(t, true);
	__set_bit(3, t->table->onward);
	nicbond_table_copy(more, t->table);
	for (i = 0; i < 4 * SIZE; i++) {
		KUNIT_EXPECT_EQ(test, test_bit(i, more->onward), i / 4 == 3);
		hash = i << (32 - 8);
		KUNIT_EXPECT_EQ(test,
				nicbond_table_slot(more,
						   nicbond_table_index(more, hash)),
				nicbond_table_slot(t->table,
						   nicbond_table_index(t->table, hash)));
	}
	nicbond_table_copy(less, more);
	KUNIT_EXPECT_MEMEQ(test, less->slot, t->table->slot, SIZE);
	KUNIT_EXPECT_MEMEQ(test, less->onward, t->table->onward, SIZE / 8);
	kvfree(more);
	kvfree(less);
}

static struct kunit_case nicbond_table_test_cases[] = {
	KUNIT_CASE(nicbond_table_test_idle),
	KUNIT_CASE(nicbond_table_test_busy),
	KUNIT_CASE(nicbond_table_test_deadline),
	KUNIT_CASE(nicbond_table_test_dead),
	KUNIT_CASE(nicbond_table_test_weight),
	KUNIT_CASE(nicbond_table_test_again),
	KUNIT_CASE(nicbond_table_test_scale),
	{}
};

static struct kunit_suite nicbond_table_suite = {
	.name = "nicbond_table",
	.init = nicbond_table_test_init,
	.exit = nicbond_table_test_exit,
	.test_cases = nicbond_table_test_cases,
};

kunit_test_suite(nicbond_table_suite);
