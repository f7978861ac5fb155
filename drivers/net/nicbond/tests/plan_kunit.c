// SPDX-License-Identifier: GPL-2.0
/*
 * Who should have which bucket: quotas hold at all times, and nothing moves that
 * the event and the quotas do not force to; whether buckets follow at once, or
 * late, in part, and by way of others.
 */
#include "../fw/plan.h"
#include "../fw/table.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/slab.h>

/**
 * struct nicbond_plan_test - a table, and what it was before the last event
 * @table: What follows each plan, at once or late.
 * @twin: Sees the same events; or, if late, learns what became of @table.
 * @late: Buckets of a slot that is up wait.
 * @before: Who they were meant for before.
 * @had: Who had them.
 * @peer: The PEER registers.
 */
struct nicbond_plan_test {
	struct nicbond_table *table;
	struct nicbond_table *twin;
	bool late;
	u8 before[NICBOND_BUCKETS_MAX];
	u8 had[NICBOND_BUCKETS_MAX];
	u32 peer[NICBOND_SLOTS];
};

static u32 nicbond_test_peer(bool up, unsigned int weight)
{
	return NICBOND_PEER_PRESENT | (up ? NICBOND_PEER_UP : 0) |
	       FIELD_PREP(NICBOND_PEER_WEIGHT, weight);
}

static unsigned int nicbond_test_weight(const struct nicbond_plan_test *t,
					unsigned int slot)
{
	return nicbond_table_is_up(t->peer[slot]) ?
	       FIELD_GET(NICBOND_PEER_WEIGHT, t->peer[slot]) : 0;
}

static unsigned int nicbond_test_total(const struct nicbond_plan_test *t)
{
	unsigned int i, total = 0;

	for (i = 0; i < NICBOND_SLOTS; i++)
		total += nicbond_test_weight(t, i);

	return total;
}

static unsigned int nicbond_test_count(const struct nicbond_plan_test *t,
				       const u8 *owner, unsigned int slot)
{
	unsigned int i, count = 0;

	for (i = 0; i < t->table->size; i++)
		count += owner[i] == slot;

	return count;
}

static unsigned int nicbond_test_floor(const struct nicbond_plan_test *t,
				       unsigned int slot)
{
	return t->table->size * nicbond_test_weight(t, slot) /
	       nicbond_test_total(t);
}

static unsigned int nicbond_test_ceil(const struct nicbond_plan_test *t,
				      unsigned int slot)
{
	return DIV_ROUND_UP(t->table->size * nicbond_test_weight(t, slot),
			    nicbond_test_total(t));
}

static void nicbond_test_follow(struct nicbond_plan_test *t,
				struct nicbond_table *table)
{
	struct nicbond_plan *plan = nicbond_plan_begin(table, t->peer);

	nicbond_table_adopt(table, plan, t->peer, 0, !t->late);
	nicbond_plan_end(plan);
}

static void nicbond_test_expect_quotas(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;
	unsigned int i, count;

	if (!nicbond_test_total(t))
		return;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		count = nicbond_test_count(t, t->table->want, i);
		KUNIT_EXPECT_GE(test, count, nicbond_test_floor(t, i));
		KUNIT_EXPECT_LE(test, count, nicbond_test_ceil(t, i));
	}
}

/*
 * What a dead slot had went where it is meant for, unless all are dead; what a live
 * one has waits.
 */
static void nicbond_test_expect_waits(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;
	unsigned int i, wrong = 0;
	u8 slot;

	for (i = 0; i < t->table->size; i++) {
		slot = t->table->slot[i];
		if (nicbond_table_is_up(t->peer[t->had[i]]))
			wrong += slot != t->had[i];
		else
			wrong += slot != t->table->want[i];
		wrong += nicbond_test_total(t) &&
			 !nicbond_table_is_up(t->peer[slot]);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* The other table is told, as that of a secondary, and is the same then. */
static void nicbond_test_learn(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	nicbond_table_learn(t->twin, t->table->home, t->table->want,
			    t->table->slot, 0);
	KUNIT_EXPECT_MEMEQ(test, t->twin->home, t->table->home, t->table->size);
	KUNIT_EXPECT_MEMEQ(test, t->twin->want, t->table->want, t->table->size);
	KUNIT_EXPECT_MEMEQ(test, t->twin->slot, t->table->slot, t->table->size);
	KUNIT_EXPECT_EQ(test, t->twin->moving, t->table->moving);
	KUNIT_EXPECT_EQ(test, t->table->moving, !!nicbond_table_moving(t->table));
}

/* Plan for the PEER registers as they are, and check what must always be. */
static void nicbond_test_plan(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	memcpy(t->before, t->table->want, t->table->size);
	memcpy(t->had, t->table->slot, t->table->size);
	nicbond_test_follow(t, t->table);
	nicbond_test_expect_quotas(test);
	if (t->late) {
		nicbond_test_expect_waits(test);
		nicbond_test_learn(test);
		return;
	}
	nicbond_test_follow(t, t->twin);
	KUNIT_EXPECT_MEMEQ(test, t->table->slot, t->table->want, t->table->size);
}

/* Write a PEER register, as the host does. */
static void nicbond_test_set(struct kunit *test, unsigned int slot, u32 peer)
{
	struct nicbond_plan_test *t = test->priv;

	t->peer[slot] = peer;
	nicbond_test_plan(test);
}

/* Buckets now meant for another, but not from slot @from, and not to slot @to. */
static unsigned int nicbond_test_strays(const struct nicbond_plan_test *t,
					unsigned int from, unsigned int to)
{
	unsigned int i, count = 0;

	for (i = 0; i < t->table->size; i++)
		count += t->table->want[i] != t->before[i] &&
			 t->before[i] != from && t->table->want[i] != to;

	return count;
}

/* Buckets that others than @except were short of their quota, or had too much. */
static unsigned int nicbond_test_short(const struct nicbond_plan_test *t,
				       unsigned int except)
{
	unsigned int i, count, sum = 0;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		count = nicbond_test_count(t, t->before, i);
		if (i != except && count < nicbond_test_floor(t, i))
			sum += nicbond_test_floor(t, i) - count;
	}

	return sum;
}

static unsigned int nicbond_test_over(const struct nicbond_plan_test *t,
				      unsigned int except)
{
	unsigned int i, count, sum = 0;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		count = nicbond_test_count(t, t->before, i);
		if (i != except && count > nicbond_test_ceil(t, i))
			sum += count - nicbond_test_ceil(t, i);
	}

	return sum;
}

static unsigned int nicbond_test_beyond(unsigned int value, unsigned int limit)
{
	return value > limit ? value - limit : 0;
}

/* Nobody's bucket moved but those of @slot, which lost all, or as forced. */
static void nicbond_test_expect_lost(struct kunit *test, unsigned int slot)
{
	struct nicbond_plan_test *t = test->priv;
	unsigned int had = nicbond_test_count(t, t->before, slot);

	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, slot, NICBOND_SLOTS),
			nicbond_test_beyond(nicbond_test_short(t, slot), had));
}

/* No bucket moved but to @slot, which had none, or as forced. */
static void nicbond_test_expect_gained(struct kunit *test, unsigned int slot)
{
	struct nicbond_plan_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, NICBOND_SLOTS, slot),
			nicbond_test_beyond(nicbond_test_over(t, slot),
					    nicbond_test_ceil(t, slot)));
}

/* A weight changed: as many moved as the quotas force to. */
static void nicbond_test_expect_least(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, NICBOND_SLOTS, NICBOND_SLOTS),
			max(nicbond_test_short(t, NICBOND_SLOTS),
			    nicbond_test_over(t, NICBOND_SLOTS)));
}

static void nicbond_plan_test_use(struct kunit *test, unsigned int size)
{
	struct nicbond_plan_test *t = test->priv;

	kvfree(t->table);
	kvfree(t->twin);
	t->table = nicbond_table_create(size, 0);
	t->twin = nicbond_table_create(size, 0);
	memset(t->peer, 0, sizeof(t->peer));
	KUNIT_ASSERT_NOT_NULL(test, t->table);
	KUNIT_ASSERT_NOT_NULL(test, t->twin);
}

static int nicbond_plan_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct nicbond_plan_test),
				   GFP_KERNEL);
	if (!test->priv)
		return -ENOMEM;
	nicbond_plan_test_use(test, 256);

	return 0;
}

static void nicbond_plan_test_exit(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	if (!t)
		return;
	kvfree(t->table);
	kvfree(t->twin);
}

static void nicbond_plan_test_add(struct kunit *test)
{
	unsigned int i;

	nicbond_test_set(test, 0, nicbond_test_peer(true, 1));
	for (i = 1; i < NICBOND_SLOTS; i++) {
		nicbond_test_set(test, i, nicbond_test_peer(true, 1));
		nicbond_test_expect_gained(test, i);
	}
}

/* Who fails and returns gets the very buckets that he had. */
static void nicbond_plan_test_fail_and_return(struct kunit *test)
{
	static const unsigned int weights[] = { 1, 1, 2, 4, 1, 7, 3 };
	struct nicbond_plan_test *t = test->priv;
	u8 all[256];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(weights); i++)
		nicbond_test_set(test, i, nicbond_test_peer(true, weights[i]));
	memcpy(all, t->table->slot, sizeof(all));

	for (i = 0; i < ARRAY_SIZE(weights); i++) {
		nicbond_test_set(test, i, nicbond_test_peer(false, weights[i]));
		nicbond_test_expect_lost(test, i);
		nicbond_test_set(test, i, nicbond_test_peer(true, weights[i]));
		nicbond_test_expect_gained(test, i);
		KUNIT_EXPECT_MEMEQ(test, t->table->slot, all, sizeof(all));
	}
}

/* Several down at once, back in another order: all is as it was. */
static void nicbond_plan_test_many_fail(struct kunit *test)
{
	static const unsigned int down[] = { 0, 3, 1 }, up[] = { 3, 0, 1 };
	struct nicbond_plan_test *t = test->priv;
	unsigned int i;
	u8 all[256];

	for (i = 0; i < 4; i++)
		nicbond_test_set(test, i, nicbond_test_peer(true, 1));
	memcpy(all, t->table->slot, sizeof(all));

	for (i = 0; i < ARRAY_SIZE(down); i++) {
		nicbond_test_set(test, down[i], nicbond_test_peer(false, 1));
		nicbond_test_expect_lost(test, down[i]);
	}
	for (i = 0; i < ARRAY_SIZE(up); i++) {
		nicbond_test_set(test, up[i], nicbond_test_peer(true, 1));
		nicbond_test_expect_gained(test, up[i]);
	}
	KUNIT_EXPECT_MEMEQ(test, t->table->slot, all, sizeof(all));
}

/* With nobody up nothing moves; who comes first gets all. */
static void nicbond_plan_test_all_down(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	nicbond_test_set(test, 0, nicbond_test_peer(true, 1));
	nicbond_test_set(test, 1, nicbond_test_peer(true, 1));
	nicbond_test_set(test, 0, nicbond_test_peer(false, 1));
	nicbond_test_set(test, 1, nicbond_test_peer(false, 1));
	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, NICBOND_SLOTS, NICBOND_SLOTS),
			0);
	nicbond_test_set(test, 0, nicbond_test_peer(true, 1));
	KUNIT_EXPECT_EQ(test, nicbond_test_count(t, t->table->slot, 0), 256);
}

/* The home of one that was removed is forgotten: who has a bucket keeps it. */
static void nicbond_plan_test_remove_down(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < 5; i++)
		nicbond_test_set(test, i, nicbond_test_peer(true, 1));
	nicbond_test_set(test, 2, nicbond_test_peer(false, 1));
	nicbond_test_set(test, 2, 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, NICBOND_SLOTS, NICBOND_SLOTS),
			0);
}

static void nicbond_plan_test_weight(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	nicbond_test_set(test, 0, nicbond_test_peer(true, 1));
	nicbond_test_set(test, 1, nicbond_test_peer(true, 3));
	KUNIT_EXPECT_EQ(test, nicbond_test_count(t, t->table->slot, 1), 192);
	nicbond_test_set(test, 2, nicbond_test_peer(true, 255));
	nicbond_test_expect_gained(test, 2);
	nicbond_test_set(test, 1, nicbond_test_peer(true, 200));
	nicbond_test_expect_least(test);

	/* No weight: nothing balanced comes, unless nobody else is up. */
	nicbond_test_set(test, 2, nicbond_test_peer(true, 0));
	nicbond_test_expect_lost(test, 2);
	KUNIT_EXPECT_EQ(test, nicbond_test_count(t, t->table->slot, 2), 0);
	nicbond_test_set(test, 0, nicbond_test_peer(false, 1));
	nicbond_test_set(test, 1, nicbond_test_peer(false, 200));
	KUNIT_EXPECT_EQ(test, nicbond_test_count(t, t->table->slot, 2), 256);
}

/* One random event on slot @slot, and what it may move. */
static void nicbond_test_event(struct kunit *test, struct rnd_state *rnd,
			       unsigned int slot, unsigned int weights)
{
	struct nicbond_plan_test *t = test->priv;
	u32 old = t->peer[slot], dice = prandom_u32_state(rnd) % 10;
	unsigned int weight = 1 + prandom_u32_state(rnd) % weights;
	bool was_up = nicbond_table_is_up(old);

	if (!old)
		nicbond_test_set(test, slot, nicbond_test_peer(true, weight));
	else if (dice == 0)
		nicbond_test_set(test, slot, 0);
	else if (dice <= 2)
		nicbond_test_set(test, slot, nicbond_test_peer(was_up, weight));
	else
		nicbond_test_set(test, slot, old ^ NICBOND_PEER_UP);

	if (!nicbond_test_total(t))
		return;
	if (was_up && nicbond_table_is_up(t->peer[slot])) {
		/* One without any comes home, as after a failure. */
		if (nicbond_test_count(t, t->before, slot))
			nicbond_test_expect_least(test);
	} else if (was_up) {
		nicbond_test_expect_lost(test, slot);
	} else if (nicbond_table_is_up(t->peer[slot])) {
		/* Due less than a bucket, it may have to leave one to another. */
		if (nicbond_test_floor(t, slot))
			nicbond_test_expect_gained(test, slot);
	} else {
		nicbond_test_expect_least(test);
	}
}

/**
 * struct nicbond_plan_walk - random events
 * @size: Of the table.
 * @slots: That take part.
 * @weights: From 1 to this.
 * @events: How many.
 */
struct nicbond_plan_walk {
	unsigned int size;
	unsigned int slots;
	unsigned int weights;
	unsigned int events;
};

static const struct nicbond_plan_walk nicbond_plan_walks[] = {
	{ 256, 4, 1, 3000 },
	{ 256, 12, 5, 3000 },
	{ 256, 8, 255, 3000 },
	{ 64, 20, 3, 3000 },
	{ 256, 64, 1, 1000 },
	{ 4096, 64, 255, 200 },
};

static void nicbond_plan_describe(const struct nicbond_plan_walk *walk,
				  char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "%u buckets, %u slots, weights to %u",
		 walk->size, walk->slots, walk->weights);
}

KUNIT_ARRAY_PARAM(nicbond_plan, nicbond_plan_walks, nicbond_plan_describe);

static void nicbond_plan_test_random(struct kunit *test)
{
	const struct nicbond_plan_walk *walk = test->param_value;
	struct nicbond_plan_test *t = test->priv;
	struct rnd_state rnd;
	unsigned int i;

	nicbond_plan_test_use(test, walk->size);
	prandom_seed_state(&rnd, 3);
	for (i = 0; i < walk->events; i++)
		nicbond_test_event(test, &rnd,
				   prandom_u32_state(&rnd) % walk->slots,
				   walk->weights);

	/* Two that saw the same agree. */
	KUNIT_EXPECT_MEMEQ(test, t->table->slot, t->twin->slot, walk->size);
	KUNIT_EXPECT_MEMEQ(test, t->table->home, t->twin->home, walk->size);
}

/* Some of what waits goes: packets came after a pause. */
static void nicbond_test_some_move(struct nicbond_plan_test *t,
				   struct rnd_state *rnd)
{
	unsigned int i;

	for (i = 0; i < t->table->size; i++)
		if (prandom_u32_state(rnd) % 4 == 0 &&
		    nicbond_table_move(t->table, i))
			nicbond_table_lend(t->twin, i, t->table->slot[i], 0);
}

/* A slot that is up; NICBOND_SLOTS if there is none but @except. */
static unsigned int nicbond_test_any(const struct nicbond_plan_test *t,
				     struct rnd_state *rnd, unsigned int except)
{
	unsigned int i, slot = prandom_u32_state(rnd);

	for (i = 0; i < NICBOND_SLOTS; i++, slot++)
		if (slot % NICBOND_SLOTS != except &&
		    nicbond_table_is_up(t->peer[slot % NICBOND_SLOTS]))
			return slot % NICBOND_SLOTS;

	return NICBOND_SLOTS;
}

/* The port of @dead dies: packets of some of its buckets are re-steered. */
static void nicbond_test_resteer(struct nicbond_plan_test *t,
				 struct rnd_state *rnd, unsigned int dead)
{
	unsigned int i, to;

	for (i = 0; i < t->table->size; i++) {
		to = nicbond_test_any(t, rnd, dead);
		if (t->table->slot[i] != dead || to == NICBOND_SLOTS ||
		    prandom_u32_state(rnd) % 2)
			continue;
		nicbond_table_lend(t->table, i, to, 0);
		nicbond_table_lend(t->twin, i, to, 0);
	}
}

/*
 * What was re-steered before the host knew that @slot is dead stays where it is, if
 * that one is to get more: at most one other bucket comes in such a one's place.
 */
static void nicbond_test_expect_stays(struct kunit *test, unsigned int slot)
{
	struct nicbond_plan_test *t = test->priv;
	const struct nicbond_table *table = t->table;
	u16 gone[NICBOND_SLOTS] = { }, got[NICBOND_SLOTS] = { };
	unsigned int i;

	if (nicbond_table_is_up(t->peer[slot]) || !nicbond_test_total(t))
		return;

	for (i = 0; i < table->size; i++) {
		if (t->before[i] != slot)
			continue;
		gone[t->had[i]] += table->want[i] != t->had[i];
		got[table->want[i]] += table->want[i] != t->had[i];
	}
	for (i = 0; i < NICBOND_SLOTS; i++)
		if (gone[i])
			KUNIT_EXPECT_LE(test, got[i], 1);
}

/* The twin is primary from now on, and plans again: nothing changes. */
static void nicbond_test_take_over(struct kunit *test)
{
	struct nicbond_plan_test *t = test->priv;

	swap(t->table, t->twin);
	nicbond_table_touch(t->table, 0);
	nicbond_test_plan(test);
	KUNIT_EXPECT_EQ(test, nicbond_test_strays(t, NICBOND_SLOTS, NICBOND_SLOTS),
			0);
	KUNIT_EXPECT_MEMEQ(test, t->table->slot, t->had, t->table->size);
	KUNIT_EXPECT_MEMEQ(test, t->table->home, t->twin->home, t->table->size);
}

/* A table of another size; each bucket has of the old one all that its hash had. */
static struct nicbond_table *nicbond_test_resized(struct kunit *test,
						  struct nicbond_table *old,
						  unsigned int size)
{
	struct nicbond_table *table = nicbond_table_create(size, 0);
	unsigned int i, from, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, table);
	nicbond_table_copy(table, old);
	for (i = 0; i < size; i++) {
		from = nicbond_table_index(old, i << table->shift);
		wrong += table->home[i] != old->home[from] ||
			 table->want[i] != old->want[from] ||
			 table->slot[i] != old->slot[from];
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, table->moving, old->moving);
	kvfree(old);

	return table;
}

/* Another size: the quotas are others, and no more moves than they force to. */
static void nicbond_test_resize(struct kunit *test, unsigned int size)
{
	struct nicbond_plan_test *t = test->priv;
	bool all = true;
	unsigned int i;

	t->table = nicbond_test_resized(test, t->table, size);
	t->twin = nicbond_test_resized(test, t->twin, size);
	nicbond_test_plan(test);
	for (i = 0; i < NICBOND_SLOTS; i++)
		if (nicbond_test_weight(t, i))
			all &= nicbond_test_count(t, t->before, i) > 0;
	/* One without any comes home, as after a failure. */
	if (all && nicbond_test_total(t))
		nicbond_test_expect_least(test);
}

/* As above, with buckets that wait, are lent, learnt; with new primaries and sizes. */
static void nicbond_plan_test_late(struct kunit *test)
{
	const struct nicbond_plan_walk *walk = test->param_value;
	struct nicbond_plan_test *t = test->priv;
	struct rnd_state rnd;
	unsigned int i, slot;

	nicbond_plan_test_use(test, walk->size);
	t->late = true;
	prandom_seed_state(&rnd, 4);
	for (i = 0; i < walk->events; i++) {
		slot = prandom_u32_state(&rnd) % walk->slots;
		if (prandom_u32_state(&rnd) % 2)
			nicbond_test_some_move(t, &rnd);
		if (prandom_u32_state(&rnd) % 2)
			nicbond_test_resteer(t, &rnd, slot);
		nicbond_test_event(test, &rnd, slot, walk->weights);
		nicbond_test_expect_stays(test, slot);
		if (prandom_u32_state(&rnd) % 8 == 0)
			nicbond_test_take_over(test);
		if (prandom_u32_state(&rnd) % 16 == 0)
			nicbond_test_resize(test, walk->size >> 1 <<
					    prandom_u32_state(&rnd) % 2);
	}
}

static struct kunit_case nicbond_plan_test_cases[] = {
	KUNIT_CASE(nicbond_plan_test_add),
	KUNIT_CASE(nicbond_plan_test_fail_and_return),
	KUNIT_CASE(nicbond_plan_test_many_fail),
	KUNIT_CASE(nicbond_plan_test_all_down),
	KUNIT_CASE(nicbond_plan_test_remove_down),
	KUNIT_CASE(nicbond_plan_test_weight),
	KUNIT_CASE_PARAM(nicbond_plan_test_random, nicbond_plan_gen_params),
	KUNIT_CASE_PARAM(nicbond_plan_test_late, nicbond_plan_gen_params),
	{}
};

static struct kunit_suite nicbond_plan_suite = {
	.name = "nicbond_plan",
	.init = nicbond_plan_test_init,
	.exit = nicbond_plan_test_exit,
	.test_cases = nicbond_plan_test_cases,
};

kunit_test_suite(nicbond_plan_suite);
