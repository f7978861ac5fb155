// SPDX-License-Identifier: GPL-2.0
/* Signs of life between adaptors: who watches whom, and who is called silent. */
#include "fleet.h"
#include "../fw/clock.h"
#include "../fw/table.h"

#include <linux/jiffies.h>
#include <linux/string.h>

#define MISSES	3

static struct nicbond_software *nicbond_heart(struct kunit *test, unsigned int i)
{
	struct nicbond_fleet *fleet = test->priv;

	return nicbond_software_of(fleet->adaptor[i]);
}

static int nicbond_heartbeat_init(struct kunit *test)
{
	int err;

	err = nicbond_fleet_init(test);
	if (err)
		return err;
	nicbond_fleet_write_all(test, NICBOND_REG_HEARTBEAT_MISSES, MISSES);
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);

	return 0;
}

/* All but @stopped beat @count times. */
static void nicbond_heartbeat_time(struct kunit *test, unsigned int count,
				   unsigned int stopped)
{
	unsigned int i;

	while (count--)
		for (i = 0; i < FLEET; i++) {
			if (i == stopped)
				continue;
			nicbond_heart(test, i)->heartbeat.looked =
				jiffies - HZ / 10;
			nicbond_heartbeat_beat(nicbond_heart(test, i));
		}
}

/* Who calls whom silent: by adaptor, its SILENT. */
static void nicbond_heartbeat_expect(struct kunit *test,
				     const u32 silent[FLEET])
{
	unsigned int i;

	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_EQ_MSG(test, nicbond_fleet_read(test, i, NICBOND_REG_SILENT(0)),
				    silent[i], "adaptor %u", i);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, i, NICBOND_REG_SILENT(1)), 0);
	}
}

static const u32 nobody[FLEET];

/* The primary watches all; and calls the host once. */
static void nicbond_heartbeat_test_secondary(struct kunit *test)
{
	static const u32 silent[FLEET] = { BIT(2) };
	struct nicbond_fleet *fleet = test->priv;

	nicbond_heartbeat_time(test, 10, FLEET);
	nicbond_heartbeat_expect(test, nobody);
	nicbond_heartbeat_time(test, MISSES - 1, 2);
	nicbond_heartbeat_expect(test, nobody);
	KUNIT_EXPECT_EQ(test, fleet->attention, 0);
	/* Others may look before or after it has beaten. */
	nicbond_heartbeat_time(test, 2, 2);
	nicbond_heartbeat_expect(test, silent);
	nicbond_heartbeat_time(test, 10, 2);
	KUNIT_EXPECT_EQ(test, fleet->attention, 1);

	nicbond_heartbeat_time(test, 2, FLEET);
	nicbond_heartbeat_expect(test, nobody);
	nicbond_heartbeat_time(test, MISSES + 1, 2);
	KUNIT_EXPECT_EQ(test, fleet->attention, 2);
}

/* Nor does it grow whose port's driver takes nothing for as long. */
static void nicbond_heartbeat_test_stalled(struct kunit *test)
{
	static const u32 silent[FLEET] = { BIT(2) };
	struct nicbond_fleet *fleet = test->priv;
	struct netdev_queue *queue = netdev_get_tx_queue(fleet->port[2], 0);

	rcu_assign_pointer(queue->qdisc,
			   kunit_kzalloc(test, sizeof(*queue->qdisc), GFP_KERNEL));
	KUNIT_ASSERT_NOT_NULL(test, rcu_access_pointer(queue->qdisc));
	fleet->port[2]->real_num_tx_queues = 1;
	netif_tx_stop_queue(queue);
	queue->trans_start = jiffies - HZ;
	nicbond_heartbeat_time(test, MISSES - 1, FLEET);
	nicbond_heartbeat_expect(test, nobody);
	nicbond_heartbeat_time(test, 3, FLEET);
	nicbond_heartbeat_expect(test, silent);

	netif_tx_start_queue(queue);
	nicbond_heartbeat_time(test, 2, FLEET);
	nicbond_heartbeat_expect(test, nobody);
}

/* All watch the primary. */
static void nicbond_heartbeat_test_primary(struct kunit *test)
{
	static const u32 silent[FLEET] = { 0, BIT(0), BIT(0), BIT(0) };
	static const u32 new[FLEET] = { 0, BIT(0) };
	struct nicbond_fleet *fleet = test->priv;

	nicbond_heartbeat_time(test, 1, FLEET);
	nicbond_heartbeat_time(test, MISSES + 1, 0);
	nicbond_heartbeat_expect(test, silent);
	KUNIT_EXPECT_EQ(test, fleet->attention, FLEET - 1);

	/* Another is primary: that one alone depends on the silent one now. */
	nicbond_fleet_promote(test, 1, 2);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	nicbond_heartbeat_time(test, MISSES + 1, 0);
	nicbond_heartbeat_expect(test, new);
}

/* Not who is down, nor if nobody is to be; and not in the eyes of who is late. */
static void nicbond_heartbeat_test_excused(struct kunit *test)
{
	unsigned int i;

	nicbond_fleet_set_peer(test, 2, false);
	nicbond_heartbeat_time(test, 2 * MISSES, 2);
	nicbond_heartbeat_expect(test, nobody);
	nicbond_fleet_set_peer(test, 2, true);
	nicbond_heartbeat_time(test, MISSES - 1, 2);
	nicbond_heartbeat_expect(test, nobody);

	nicbond_fleet_write_all(test, NICBOND_REG_HEARTBEAT_MISSES, 0);
	nicbond_heartbeat_time(test, 2 * MISSES, 2);
	nicbond_heartbeat_expect(test, nobody);

	nicbond_heartbeat_time(test, 2, FLEET);
	nicbond_fleet_write_all(test, NICBOND_REG_HEARTBEAT_MISSES, MISSES);
	for (i = 0; i < 2 * MISSES; i++) {
		nicbond_heart(test, 0)->heartbeat.looked = jiffies - 10 * HZ;
		nicbond_heartbeat_beat(nicbond_heart(test, 0));
	}
	nicbond_heartbeat_expect(test, nobody);
}

static void nicbond_heartbeat_hear_nothing(struct nicbond_adaptor *adaptor,
					   const struct nicbond_message *message)
{
}

/* Whether the tables of adaptors @i and @other say the same. */
static bool nicbond_heartbeat_agree(struct kunit *test, unsigned int i, unsigned int other)
{
	const struct nicbond_table *table, *theirs;

	table = rcu_dereference_protected(nicbond_heart(test, i)->table, true);
	theirs = rcu_dereference_protected(nicbond_heart(test, other)->table, true);

	return table->size == theirs->size &&
	       !memcmp(table->slot, theirs->slot, table->size) &&
	       !memcmp(table->want, theirs->want, table->size) &&
	       !memcmp(table->home, theirs->home, table->size);
}

/* Who heard nothing for a while is reminded, by the primary alone, of who has which bucket. */
static void nicbond_heartbeat_test_remind(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_adaptor_ops deaf = *fleet->adaptor[2]->ops;

	deaf.message = nicbond_heartbeat_hear_nothing;
	fleet->adaptor[2]->ops = &deaf;
	nicbond_fleet_set_peer(test, 3, false);
	fleet->adaptor[2]->ops = &nicbond_software_ops;
	KUNIT_EXPECT_TRUE(test, nicbond_heartbeat_agree(test, 0, 1));
	KUNIT_EXPECT_FALSE(test, nicbond_heartbeat_agree(test, 0, 2));

	nicbond_heartbeat_beat(nicbond_heart(test, 1));
	KUNIT_EXPECT_FALSE(test, nicbond_heartbeat_agree(test, 0, 2));
	nicbond_heartbeat_beat(nicbond_heart(test, 0));
	KUNIT_EXPECT_TRUE(test, nicbond_heartbeat_agree(test, 0, 2));
}

/* Not who is primary itself, nor by one of the past; and another size is the host's to tell. */
static void nicbond_heartbeat_test_remind_not(struct kunit *test)
{
	struct nicbond_software *old = nicbond_heart(test, 0), *new = nicbond_heart(test, 1);
	struct nicbond_table *table = rcu_dereference_protected(new->table, true);
	u64 stale;

	nicbond_fleet_promote(test, 1, 2);
	spin_lock_bh(&new->lock);
	nicbond_table_lend(table, 0, 3 - table->slot[0], nicbond_clock_us());
	spin_unlock_bh(&new->lock);
	nicbond_heartbeat_beat(old);
	KUNIT_EXPECT_FALSE(test, nicbond_heartbeat_agree(test, 0, 1));

	/* Who does not know that he is of the past. */
	nicbond_fleet_write(test, 1, NICBOND_REG_FENCE, 2);
	nicbond_fleet_write(test, 2, NICBOND_REG_FENCE, 2);
	stale = nicbond_counters_sum(nicbond_heart(test, 2)->counters,
				     NICBOND_COUNTER_STALE_MESSAGES);
	nicbond_heartbeat_beat(old);
	KUNIT_EXPECT_GT(test, nicbond_counters_sum(nicbond_heart(test, 2)->counters,
						   NICBOND_COUNTER_STALE_MESSAGES), stale);

	nicbond_fleet_write(test, 2, NICBOND_REG_TABLE_SIZE, 64);
	nicbond_heartbeat_beat(new);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, 2, NICBOND_REG_TABLE_SIZE), 64);
}

static struct kunit_case nicbond_heartbeat_cases[] = {
	KUNIT_CASE(nicbond_heartbeat_test_secondary),
	KUNIT_CASE(nicbond_heartbeat_test_stalled),
	KUNIT_CASE(nicbond_heartbeat_test_primary),
	KUNIT_CASE(nicbond_heartbeat_test_excused),
	KUNIT_CASE(nicbond_heartbeat_test_remind),
	KUNIT_CASE(nicbond_heartbeat_test_remind_not),
	{ }
};

static struct kunit_suite nicbond_heartbeat_suite = {
	.name = "nicbond_heartbeat",
	.init = nicbond_heartbeat_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_heartbeat_cases,
};

kunit_test_suite(nicbond_heartbeat_suite);
