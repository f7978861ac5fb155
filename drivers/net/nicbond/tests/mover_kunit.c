// SPDX-License-Identifier: GPL-2.0
/*
 * Moving buckets among adaptors: a random walk of what host, packets, ports and
 * sweeps do, after each step of which all adaptors have one table, as it must be.
 */
#include "fleet.h"
#include "../fw/mover.h"

#include <linux/bitfield.h>
#include <linux/prandom.h>

#define GAP	100		/* us */
#define STEPS	4000

/**
 * struct nicbond_mover_walk - where the walk is
 * @rnd: Where it goes; always the same way.
 * @primary: Who is, and since which
 * @epoch: epoch.
 */
struct nicbond_mover_walk {
	struct rnd_state rnd;
	unsigned int primary;
	u32 epoch;
};

static const struct nicbond_table *nicbond_test_table(struct kunit *test,
						      unsigned int i)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[i]);

	return rcu_dereference_protected(sw->table, true);
}

static unsigned int nicbond_test_weight(struct kunit *test, unsigned int slot)
{
	u32 peer = nicbond_fleet_read(test, 0, NICBOND_REG_PEER(slot));

	return nicbond_table_is_up(peer) ? FIELD_GET(NICBOND_PEER_WEIGHT, peer) : 0;
}

/* Shares as the weights of those up say, and nothing with one who is not. */
static void nicbond_test_expect_shares(struct kunit *test,
				       const struct nicbond_table *table)
{
	unsigned int i, slot, total = 0, due, down = 0;
	unsigned int count[NICBOND_SLOTS] = { };

	for (slot = 0; slot < FLEET; slot++)
		total += nicbond_test_weight(test, slot);
	if (!total)
		return;

	for (i = 0; i < table->size; i++) {
		count[table->want[i]]++;
		down += !nicbond_test_weight(test, table->slot[i]);
	}
	KUNIT_EXPECT_EQ(test, down, 0);
	for (slot = 0; slot < FLEET; slot++) {
		due = table->size * nicbond_test_weight(test, slot);
		KUNIT_EXPECT_GE(test, count[slot], due / total);
		KUNIT_EXPECT_LE(test, count[slot], DIV_ROUND_UP(due, total));
	}
}

/* What holds at all times. No sweep but the case's runs meanwhile. */
static void nicbond_test_expect_one(struct kunit *test, unsigned int primary)
{
	const struct nicbond_table *table = nicbond_test_table(test, primary), *has;
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i;

	for (i = 0; i < FLEET; i++)
		cancel_delayed_work_sync(&nicbond_software_of(fleet->adaptor[i])->sweep);
	for (i = 0; i < FLEET; i++) {
		has = nicbond_test_table(test, i);
		KUNIT_ASSERT_EQ(test, has->size, table->size);
		KUNIT_EXPECT_MEMEQ(test, has->slot, table->slot, table->size);
		KUNIT_EXPECT_MEMEQ(test, has->want, table->want, table->size);
		KUNIT_EXPECT_MEMEQ(test, has->home, table->home, table->size);
	}
	nicbond_test_expect_shares(test, table);
}

/* The host saw a port come or go, or has another weight for it. */
static void nicbond_test_peer(struct kunit *test, struct nicbond_mover_walk *walk)
{
	u32 dice = prandom_u32_state(&walk->rnd);
	unsigned int slot = dice % FLEET;
	bool up = dice >> 8 & 3;

	nicbond_fleet_write_all(test, NICBOND_REG_PEER(slot),
				NICBOND_PEER_PRESENT |
				(up ? NICBOND_PEER_UP : 0) |
				FIELD_PREP(NICBOND_PEER_WEIGHT,
					   1 + (dice >> 16) % 5));
	nicbond_fleet_cut(test, slot, !up);
}

/* A new primary, which changes nothing. */
static void nicbond_test_promote(struct kunit *test,
				 struct nicbond_mover_walk *walk)
{
	const struct nicbond_table *table;
	static u8 want[NICBOND_BUCKETS_MAX];

	walk->primary = prandom_u32_state(&walk->rnd) % FLEET;
	table = nicbond_test_table(test, walk->primary);
	memcpy(want, table->want, table->size);
	nicbond_fleet_promote(test, walk->primary, ++walk->epoch);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, walk->epoch);
	table = nicbond_test_table(test, walk->primary);
	KUNIT_EXPECT_MEMEQ(test, table->want, want, table->size);
}

/* Of a larger table a few buckets of each, to make the shares exact, have moved. */
static void nicbond_test_resize(struct kunit *test, unsigned int primary,
				unsigned int size)
{
	const struct nicbond_table *table = nicbond_test_table(test, primary);
	unsigned int i, old = table->size, moved = 0;
	static u8 want[NICBOND_BUCKETS_MAX];

	memcpy(want, table->want, old);
	nicbond_fleet_write_all(test, NICBOND_REG_TABLE_SIZE, size);
	table = nicbond_test_table(test, primary);
	for (i = 0; i < size; i++)
		moved += table->want[i] != want[i * old / size];
	if (size >= old)
		KUNIT_EXPECT_LE(test, moved, FLEET * (size / old - 1));
}

static void nicbond_test_sweep(struct kunit *test, unsigned int primary)
{
	struct nicbond_fleet *fleet = test->priv;
	struct delayed_work *sweep = &nicbond_software_of(fleet->adaptor[primary])->sweep;

	fleet->now += GAP / 2;
	/* There is one at a time. */
	cancel_delayed_work_sync(sweep);
	nicbond_mover_sweep(&sweep->work);
}

static void nicbond_test_step(struct kunit *test, struct nicbond_mover_walk *walk)
{
	struct nicbond_fleet *fleet = test->priv;
	u32 dice = prandom_u32_state(&walk->rnd);

	switch (dice % 16) {
	case 0 ... 3:
		return nicbond_test_peer(test, walk);
	case 4:
		return nicbond_test_promote(test, walk);
	case 5:
		return nicbond_test_resize(test, walk->primary,
					   64 << (dice >> 8) % 3);
	case 6 ... 7:
		/* The host does not know yet. */
		return nicbond_fleet_cut(test, (dice >> 8) % FLEET, true);
	case 8:
		return nicbond_test_sweep(test, walk->primary);
	}
	fleet->now += dice >> 8 & 63;
	nicbond_fleet_handover(test, walk->primary, dice >> 16 & 255);
}

static void nicbond_mover_test_walk(struct kunit *test)
{
	struct nicbond_mover_walk walk = { .epoch = 1 };
	unsigned int i, waits = 0;

	prandom_seed_state(&walk.rnd, 5);
	nicbond_fleet_stop_clock(test, 1);
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLET_GAP, GAP);
	for (i = 0; i < STEPS; i++) {
		nicbond_test_step(test, &walk);
		nicbond_test_expect_one(test, walk.primary);
		waits += nicbond_test_table(test, walk.primary)->moving;
	}
	/* It came by what it is for. */
	KUNIT_EXPECT_GT(test, waits, STEPS / 4);
	KUNIT_EXPECT_GT(test, walk.epoch, STEPS / 64);
	KUNIT_EXPECT_GT(test, FLEET_COUNTER(test, 0, RESTEERED), 0);
	KUNIT_EXPECT_GT(test, FLEET_COUNTER(test, 0, BUCKETS_MOVED), 0);
}

static struct kunit_case nicbond_mover_test_cases[] = {
	KUNIT_CASE(nicbond_mover_test_walk),
	{}
};

static struct kunit_suite nicbond_mover_suite = {
	.name = "nicbond_mover",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_mover_test_cases,
};

kunit_test_suite(nicbond_mover_suite);
