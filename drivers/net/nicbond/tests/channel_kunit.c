// SPDX-License-Identifier: GPL-2.0
/* The channel: rings, their order across modes, when full, and when the target dies. */
#include "fleet.h"

#define A	0	/* the primary */
#define B	2	/* whom it forwards to */

/**
 * nicbond_channel_test_setup - A is primary, and rings are drained by the case
 * @test: The case.
 * @mode: CHANNEL_MODE of all.
 *
 * Return: a destination that is B's.
 */
static u32 nicbond_channel_test_setup(struct kunit *test, u32 mode)
{
	struct nicbond_fleet *fleet = test->priv;

	nicbond_fleet_promote(test, A, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_CHANNEL_MODE, mode);
	fleet->drains = false;

	return nicbond_fleet_destination(test, A, B);
}

static u32 nicbond_test_pending(struct kunit *test)
{
	return nicbond_fleet_read(test, A, NICBOND_REG_CHANNEL_PENDING(B));
}

/* Port @i transmitted the packets from @first, @count of them, in order. */
static void nicbond_test_expect_order(struct kunit *test, unsigned int i,
				      u32 first, unsigned int count)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int n;

	KUNIT_ASSERT_EQ(test, fleet->transmitted[i], count);
	for (n = 0; n < count; n++)
		KUNIT_EXPECT_EQ(test, fleet->log[i][n], first + n);
}

static void nicbond_test_send(struct kunit *test, u32 n, u32 first,
			      unsigned int count)
{
	u32 number;

	for (number = first; number < first + count; number++)
		KUNIT_EXPECT_EQ(test, nicbond_fleet_xmit(test, A, n, number,
							 false), 0);
}

static void nicbond_channel_test_direct(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_DIRECT);

	nicbond_test_send(test, n, 0, 10);
	nicbond_test_expect_order(test, B, 0, 10);
	EXPECT_COUNTER(test, A, FORWARDED, 10);
	EXPECT_COUNTER(test, A, STORED, 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_PACKETS(B)),
			10);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_BYTES(B)),
			600);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_PACKETS(1)),
			0);
}

static void nicbond_channel_test_ring(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_test_send(test, n, 0, 10);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[B], 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 10);
	KUNIT_EXPECT_EQ(test, fleet->scheduled, 10);
	EXPECT_COUNTER(test, A, STORED, 10);
	EXPECT_COUNTER(test, A, FORWARDED, 0);

	nicbond_fleet_drain(test, A, B);
	nicbond_test_expect_order(test, B, 0, 10);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 0);
	EXPECT_COUNTER(test, A, FORWARDED, 10);
	EXPECT_COUNTER(test, B, CHAN_RECEIVED, 10);
	EXPECT_COUNTER(test, B, TRANSMITTED, 10);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_HIGH(B)), 10);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_DOORBELLS(B)),
			10);
}

/* While a batch goes on no doorbell rings; its end rings those that are due. */
static void nicbond_channel_test_more(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	u32 other = nicbond_fleet_destination(test, A, 3);
	u32 own = nicbond_fleet_destination(test, A, A);
	struct nicbond_fleet *fleet = test->priv;
	u32 number;

	for (number = 0; number < 8; number++) {
		nicbond_fleet_xmit(test, A, n, number, true);
		nicbond_fleet_xmit(test, A, other, number, true);
	}
	KUNIT_EXPECT_EQ(test, fleet->scheduled, 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 8);

	/* The last one of the batch goes by another way. */
	nicbond_fleet_xmit(test, A, own, 8, false);
	KUNIT_EXPECT_EQ(test, fleet->scheduled, 2);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_DOORBELLS(B)),
			1);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_DOORBELLS(3)),
			1);
	nicbond_fleet_xmit(test, A, own, 9, false);
	KUNIT_EXPECT_EQ(test, fleet->scheduled, 2);
}

/* Direct packets stay behind what is in the ring: until it is delivered. */
static void nicbond_channel_test_order(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_AUTO);
	struct nicbond_fleet *fleet = test->priv;
	struct netdev_queue *queue = fleet->port[B]->_tx;

	nicbond_test_send(test, n, 0, 3);
	nicbond_test_expect_order(test, B, 0, 3);

	/* The port's queue is stopped: ring; it goes on: still the ring. */
	set_bit(__QUEUE_STATE_DRV_XOFF, &queue->state);
	nicbond_test_send(test, n, 3, 3);
	clear_bit(__QUEUE_STATE_DRV_XOFF, &queue->state);
	nicbond_test_send(test, n, 6, 3);
	nicbond_test_expect_order(test, B, 0, 3);
	nicbond_fleet_drain(test, A, B);
	nicbond_test_expect_order(test, B, 0, 9);

	/* Delivered, but the drain has not looked again: busy as before. */
	nicbond_test_send(test, n, 9, 2);
	nicbond_test_expect_order(test, B, 0, 9);
	nicbond_fleet_drain(test, A, B);
	nicbond_fleet_drain(test, A, B);
	nicbond_test_send(test, n, 11, 4);
	nicbond_test_expect_order(test, B, 0, 15);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 0);
}

/* A change of mode leaves nothing behind, and overtakes nothing. */
static void nicbond_channel_test_modes(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int round;

	for (round = 0; round < 6; round++) {
		nicbond_test_send(test, n, 7 * round, 7);
		fleet->drains = true;
		nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_MODE,
				    round % 2 ? NICBOND_CHANNEL_MODE_RING :
						NICBOND_CHANNEL_MODE_DIRECT);
		fleet->drains = false;
		KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 0);
	}
	nicbond_test_expect_order(test, B, 0, 42);
}

static void nicbond_channel_test_full_drop(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);

	nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_DEPTH, 5);
	nicbond_test_send(test, n, 0, 5);
	KUNIT_EXPECT_LT(test, nicbond_fleet_xmit(test, A, n, 5, false), 0);
	EXPECT_COUNTER(test, A, DROP_RING_FULL, 1);
	EXPECT_COUNTER(test, A, STORED, 5);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 5);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_OVERFLOWS(B)),
			1);

	/* Deeper: at once. */
	nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_DEPTH, 6);
	nicbond_test_send(test, n, 5, 1);
	nicbond_fleet_drain(test, A, B);
	nicbond_test_expect_order(test, B, 0, 6);
}

static void nicbond_channel_test_full_resteer(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_DEPTH, 1);
	nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_FULL,
			    NICBOND_CHANNEL_FULL_RESTEER);
	nicbond_test_send(test, n, 0, 1);
	nicbond_test_send(test, n, 100, 3);
	nicbond_test_expect_order(test, A, 100, 3);

	/* Not by the own port, if that is dead; and by nobody, if all are. */
	nicbond_fleet_cut(test, A, true);
	nicbond_test_send(test, n, 200, 3);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[1] + fleet->transmitted[3], 3);
	EXPECT_COUNTER(test, A, EVADED, 6);
	EXPECT_COUNTER(test, A, FORWARDED, 3);
	nicbond_fleet_cut(test, 1, true);
	nicbond_fleet_cut(test, 3, true);
	KUNIT_EXPECT_LT(test, nicbond_fleet_xmit(test, A, n, 300, false), 0);
	EXPECT_COUNTER(test, A, DROP_RING_FULL, 1);
	EXPECT_COUNTER(test, A, EVADED, 6);
}

/* The target dies: what is in its ring goes elsewhere, and ahead of what follows. */
static void nicbond_channel_test_dead(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, heir = FLEET;

	nicbond_test_send(test, n, 0, 5);
	nicbond_fleet_cut(test, B, true);
	nicbond_test_send(test, n, 5, 5);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 10);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
	nicbond_fleet_drain(test, A, B);
	nicbond_fleet_drain(test, A, B);

	nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_MODE,
			    NICBOND_CHANNEL_MODE_DIRECT);
	nicbond_test_send(test, n, 10, 5);
	for (i = 0; i < FLEET; i++)
		if (fleet->transmitted[i])
			heir = i;
	KUNIT_ASSERT_LT(test, heir, FLEET);
	KUNIT_EXPECT_NE(test, heir, B);
	nicbond_test_expect_order(test, heir, 0, 15);
	EXPECT_COUNTER(test, A, RESTEERED, 11);
	KUNIT_EXPECT_EQ(test, FLEET_COUNTER(test, A, FORWARDED) +
			FLEET_COUNTER(test, A, TRANSMITTED), 15);
}

/* Flows of one bucket go one way, also from the ring of a dead one. */
static void nicbond_channel_test_dead_bucket(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, k, bucket, seen = 0;
	u8 by[NICBOND_RESET_TABLE_SIZE];

	/* Fewer than the ring holds, and more than there are buckets of B's. */
	for (; n < 900; n++)
		nicbond_fleet_xmit(test, A, n, n, false);
	nicbond_fleet_forget(test);
	nicbond_fleet_cut(test, B, true);
	while (nicbond_test_pending(test))
		nicbond_fleet_drain(test, A, B);

	memset(by, FLEET, sizeof(by));
	for (i = 0; i < FLEET; i++)
		for (k = 0; k < min(fleet->transmitted[i], FLEET_LOG); k++) {
			bucket = nicbond_fleet_bucket(test, A, fleet->log[i][k]);
			seen += by[bucket] == i;
			KUNIT_EXPECT_TRUE(test, by[bucket] == FLEET ||
					  by[bucket] == i);
			by[bucket] = i;
		}
	KUNIT_EXPECT_GT(test, seen, 50);
}

static void nicbond_channel_test_all_dead(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	unsigned int i;

	nicbond_test_send(test, n, 0, 5);
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_cut(test, i, true);
	nicbond_fleet_drain(test, A, B);
	EXPECT_COUNTER(test, A, DROP_NO_LIVE, 5);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
}

/* The host is told of a death: the rings to it are emptied before buckets move. */
static void nicbond_channel_test_told(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_test_send(test, n, 0, 5);
	nicbond_fleet_cut(test, B, true);
	fleet->drains = true;
	nicbond_fleet_set_peer(test, B, false);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 5);
}

/* Demoted, it has nothing left to forward, so the fence can go up. */
static void nicbond_channel_test_demoted(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_test_send(test, n, 0, 5);
	fleet->drains = true;
	nicbond_fleet_promote(test, 1, 2);
	nicbond_fleet_write(test, A, NICBOND_REG_ROLE, NICBOND_ROLE_SECONDARY);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	nicbond_test_expect_order(test, B, 0, 5);
	EXPECT_COUNTER(test, B, DROP_STALE, 0);
}

/* While two are primary none waits in a ring: the other's packets would overtake it. */
static void nicbond_channel_test_overlap(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_test_send(test, n, 0, 3);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 3);
	fleet->drains = true;
	nicbond_fleet_promote(test, 1, 2);
	fleet->drains = false;
	nicbond_test_expect_order(test, B, 0, 3);
	nicbond_test_send(test, n, 3, 2);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_xmit(test, 1, n, 5, false), 0);
	nicbond_test_expect_order(test, B, 0, 6);

	nicbond_fleet_write(test, A, NICBOND_REG_ROLE, NICBOND_ROLE_SECONDARY);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_xmit(test, 1, n, 6, false), 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 6);
	nicbond_fleet_drain(test, 1, B);
	nicbond_test_expect_order(test, B, 0, 7);
}

/* A packet that is stored bears the epoch of then. */
static void nicbond_channel_test_stale(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);

	nicbond_test_send(test, n, 0, 5);
	nicbond_fleet_write(test, B, NICBOND_REG_FENCE, 2);
	nicbond_fleet_drain(test, A, B);
	EXPECT_COUNTER(test, B, DROP_STALE, 5);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
}

/* Unplugged: what is in the ring was delivered, what comes goes elsewhere. */
static void nicbond_channel_test_unplugged(struct kunit *test)
{
	u32 n = nicbond_channel_test_setup(test, NICBOND_CHANNEL_MODE_RING);
	struct nicbond_fleet *fleet = test->priv;

	nicbond_test_send(test, n, 0, 5);
	fleet->drains = true;
	fleet->adaptor[A]->ops->connect(fleet->adaptor[A], B, NULL);
	nicbond_test_expect_order(test, B, 0, 5);
	KUNIT_EXPECT_EQ(test, nicbond_test_pending(test), 0);
	nicbond_test_send(test, n, 5, 5);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 10);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[B], 5);
	/* What was forwarded is remembered. */
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_PACKETS(B)),
			5);
}

static struct kunit_case nicbond_channel_test_cases[] = {
	KUNIT_CASE(nicbond_channel_test_direct),
	KUNIT_CASE(nicbond_channel_test_ring),
	KUNIT_CASE(nicbond_channel_test_more),
	KUNIT_CASE(nicbond_channel_test_order),
	KUNIT_CASE(nicbond_channel_test_modes),
	KUNIT_CASE(nicbond_channel_test_full_drop),
	KUNIT_CASE(nicbond_channel_test_full_resteer),
	KUNIT_CASE(nicbond_channel_test_dead),
	KUNIT_CASE(nicbond_channel_test_dead_bucket),
	KUNIT_CASE(nicbond_channel_test_all_dead),
	KUNIT_CASE(nicbond_channel_test_told),
	KUNIT_CASE(nicbond_channel_test_demoted),
	KUNIT_CASE(nicbond_channel_test_overlap),
	KUNIT_CASE(nicbond_channel_test_stale),
	KUNIT_CASE(nicbond_channel_test_unplugged),
	{}
};

static struct kunit_suite nicbond_channel_suite = {
	.name = "nicbond_channel",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_channel_test_cases,
};

kunit_test_suite(nicbond_channel_suite);
