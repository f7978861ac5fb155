// SPDX-License-Identifier: GPL-2.0
/* Which adaptor transmits what the host put into a transmit queue of its own. */
#include "fleet.h"

#include <linux/bitfield.h>

#define QUEUE	3

/* In all adaptors, @slot's PEER register names @queue. */
static void nicbond_queue_name(struct kunit *test, unsigned int slot, u32 queue)
{
	u32 peer = nicbond_fleet_read(test, 0, NICBOND_REG_PEER(slot));

	FIELD_MODIFY(NICBOND_PEER_QUEUE, &peer, queue);
	nicbond_fleet_write_all(test, NICBOND_REG_PEER(slot), peer);
}

/* From adaptor 1, the primary: 1000 packets in @queue; how many each port was given. */
static void nicbond_queue_stream(struct kunit *test, u16 queue,
				 unsigned int transmitted[FLEET])
{
	struct nicbond_fleet *t = test->priv;

	nicbond_fleet_forget(test);
	t->queue = queue;
	nicbond_fleet_stream(test, 1, 1000);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1000);
	memcpy(transmitted, t->transmitted, sizeof(t->transmitted));
}

/* All are for @slot. */
static void nicbond_queue_expect(struct kunit *test, u16 queue, unsigned int slot)
{
	unsigned int transmitted[FLEET];

	nicbond_queue_stream(test, queue, transmitted);
	KUNIT_EXPECT_EQ(test, transmitted[slot], 1000);
}

/* The selector chooses as it did before any queue was named. */
static void nicbond_queue_expect_selected(struct kunit *test, u16 queue,
					  const unsigned int before[FLEET])
{
	unsigned int transmitted[FLEET];

	nicbond_queue_stream(test, queue, transmitted);
	KUNIT_EXPECT_MEMEQ(test, transmitted, before, sizeof(transmitted));
}

static void nicbond_queue_test_named(struct kunit *test)
{
	unsigned int before[FLEET];

	nicbond_fleet_promote(test, 1, 1);
	nicbond_queue_stream(test, 0, before);
	nicbond_queue_expect_selected(test, QUEUE, before);

	nicbond_queue_name(test, 2, QUEUE);
	nicbond_queue_expect(test, QUEUE, 2);
	nicbond_queue_expect_selected(test, 0, before);
	nicbond_queue_expect_selected(test, QUEUE + 1, before);
	/* No more than the low eight bits are a name. */
	nicbond_queue_expect_selected(test, 0x100 + QUEUE, before);

	nicbond_queue_name(test, 1, QUEUE + 1);
	nicbond_queue_expect(test, QUEUE + 1, 1);

	nicbond_queue_name(test, 1, 0);
	nicbond_queue_name(test, 2, 0);
	nicbond_queue_expect_selected(test, QUEUE, before);
}

/* Of several the first that can; if none can, whom the selector chooses. */
static void nicbond_queue_test_dead(struct kunit *test)
{
	unsigned int transmitted[FLEET];

	nicbond_fleet_promote(test, 1, 1);
	nicbond_queue_name(test, 2, QUEUE);
	nicbond_queue_name(test, 3, QUEUE);
	nicbond_queue_expect(test, QUEUE, 2);
	nicbond_fleet_cut(test, 2, true);
	nicbond_queue_expect(test, QUEUE, 3);
	nicbond_fleet_cut(test, 3, true);
	nicbond_queue_stream(test, QUEUE, transmitted);
	KUNIT_EXPECT_EQ(test, transmitted[0] + transmitted[1], 1000);
	KUNIT_EXPECT_GT(test, transmitted[0], 400);

	/* Up again when the host says so. */
	nicbond_fleet_set_peer(test, 3, false);
	nicbond_queue_name(test, 3, QUEUE);
	nicbond_fleet_cut(test, 3, false);
	nicbond_queue_stream(test, QUEUE, transmitted);
	KUNIT_EXPECT_LT(test, transmitted[3], 1000);
	nicbond_fleet_set_peer(test, 3, true);
	nicbond_queue_name(test, 3, QUEUE);
	nicbond_queue_expect(test, QUEUE, 3);
	/* Nobody has that slot any more. */
	nicbond_fleet_write_all(test, NICBOND_REG_PEER(3), 0);
	nicbond_queue_stream(test, QUEUE, transmitted);
	KUNIT_EXPECT_EQ(test, transmitted[0] + transmitted[1], 1000);
}

/* A queue is no way around what the switches have to see. */
static void nicbond_queue_test_topology(struct kunit *test)
{
	nicbond_fleet_promote(test, 1, 1);
	nicbond_queue_name(test, 2, QUEUE);
	/* From another address than the frames are, which must stay with the primary. */
	nicbond_fleet_write_all(test, NICBOND_REG_ADDRESS(0), 0x02);
	nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY,
				NICBOND_TOPOLOGY_INDEPENDENT);
	nicbond_queue_expect(test, QUEUE, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY,
				NICBOND_TOPOLOGY_STATIC);
	nicbond_queue_expect(test, QUEUE, 2);
}

static struct kunit_case nicbond_queue_cases[] = {
	KUNIT_CASE(nicbond_queue_test_named),
	KUNIT_CASE(nicbond_queue_test_dead),
	KUNIT_CASE(nicbond_queue_test_topology),
	{ }
};

static struct kunit_suite nicbond_queue_suite = {
	.name = "nicbond_queue",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_queue_cases,
};

kunit_test_suite(nicbond_queue_suite);
