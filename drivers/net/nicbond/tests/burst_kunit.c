// SPDX-License-Identifier: GPL-2.0
/* Bursts: one doorbell for each adaptor that transmits some of it; and all stays in order. */
#include "fleet.h"
#include "../fw/burst.h"
#include "../fw/trace.h"

#define FLOWS	100

static int nicbond_burst_test_init(struct kunit *test)
{
	int err = nicbond_fleet_init(test);

	if (err)
		return err;
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_forget(test);

	return 0;
}

static void nicbond_burst_test_doorbells(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, n;

	for (n = 0; n < FLOWS; n++)
		nicbond_fleet_xmit(test, 0, n, n, n < FLOWS - 1);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), FLOWS);
	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_GT(test, fleet->transmitted[i], 1);
		KUNIT_EXPECT_EQ(test, fleet->doorbells[i], 1);
		for (n = 1; n < fleet->transmitted[i]; n++)
			KUNIT_EXPECT_GT(test, fleet->log[i][n], fleet->log[i][n - 1]);
	}
	EXPECT_COUNTER(test, 0, HANDED_OVER, FLOWS);
	EXPECT_COUNTER(test, 0, FORWARDED, FLOWS - fleet->transmitted[0]);
	EXPECT_COUNTER(test, 1, TRANSMITTED, fleet->transmitted[1]);
	EXPECT_COUNTER(test, 1, CHAN_RECEIVED, fleet->transmitted[1]);
}

/* All for one; and no burst at all. */
static void nicbond_burst_test_one(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	u32 n = nicbond_fleet_destination(test, 0, 2);
	unsigned int i;

	nicbond_fleet_forget(test);
	for (i = 0; i < FLOWS; i++)
		nicbond_fleet_xmit(test, 0, n, i, i < FLOWS - 1);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[2], FLOWS);
	KUNIT_EXPECT_EQ(test, fleet->doorbells[2], 1);

	nicbond_fleet_forget(test);
	for (i = 0; i < FLOWS; i++)
		nicbond_fleet_xmit(test, 0, n, i, false);
	KUNIT_EXPECT_EQ(test, fleet->doorbells[2], FLOWS);
}

static void nicbond_burst_test_count(void *data,
				     const struct nicbond_channel *channel,
				     bool ring, const struct sk_buff *skb)
{
	(*(unsigned int *)data)++;
}

/* While somebody traces what is forwarded, it goes another way, and is seen. */
static void nicbond_burst_test_traced(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int n, seen = 0;

	if (register_trace_nicbond_fw_forward(nicbond_burst_test_count, &seen))
		kunit_skip(test, "no tracepoints in this kernel");
	for (n = 0; n < FLOWS; n++)
		nicbond_fleet_xmit(test, 0, n, n, n < FLOWS - 1);
	unregister_trace_nicbond_fw_forward(nicbond_burst_test_count, &seen);
	tracepoint_synchronize_unregister();

	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), FLOWS);
	KUNIT_EXPECT_EQ(test, seen, FLOWS - fleet->transmitted[0]);
	EXPECT_COUNTER(test, 0, FORWARDED, seen);
}

/* Its bucket moves, at once, as the gap is 0. */
static void nicbond_burst_test_moves(struct kunit *test)
{
	u32 n = nicbond_fleet_destination(test, 0, 2);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int to;

	nicbond_fleet_forget(test);
	nicbond_fleet_xmit(test, 0, n, 1, true);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
	/* Held back by its host, but it can transmit what it has. */
	nicbond_fleet_set_peer(test, 2, false);
	nicbond_fleet_xmit(test, 0, n, 2, false);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 2);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[2], 1);
	for (to = 0; to == 2 || !fleet->transmitted[to]; to++)
		KUNIT_ASSERT_LT(test, to, FLEET - 1);
	KUNIT_EXPECT_LT(test, fleet->at[2], fleet->at[to]);
}

/* Its port dies: both go to the substitute. */
static void nicbond_burst_test_dies(struct kunit *test)
{
	u32 n = nicbond_fleet_destination(test, 0, 2);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int to;

	nicbond_fleet_forget(test);
	nicbond_fleet_xmit(test, 0, n, 1, true);
	nicbond_fleet_cut(test, 2, true);
	nicbond_fleet_xmit(test, 0, n, 2, false);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 2);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[2], 0);
	for (to = 0; !fleet->transmitted[to]; to++)
		KUNIT_ASSERT_LT(test, to, FLEET - 1);
	KUNIT_ASSERT_EQ(test, fleet->transmitted[to], 2);
	KUNIT_EXPECT_EQ(test, fleet->log[to][0], 1);
	KUNIT_EXPECT_EQ(test, fleet->log[to][1], 2);
}

/* The selector, or the channel, is another now: who goes by it goes behind. */
static void nicbond_burst_test_register(struct kunit *test)
{
	static const u32 change[][2] = {
		{ NICBOND_REG_SELECTOR, NICBOND_SELECTOR_LOAD },
		{ NICBOND_REG_CHANNEL_MODE, NICBOND_CHANNEL_MODE_RING },
	};
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(change); i++) {
		n = nicbond_fleet_destination(test, 0, 2);
		nicbond_fleet_forget(test);
		nicbond_fleet_xmit(test, 0, n, 1, true);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
		nicbond_fleet_write_all(test, change[i][0], change[i][1]);
		nicbond_fleet_xmit(test, 0, n + 1, 2, true);
		KUNIT_EXPECT_EQ(test, fleet->transmitted[2], 1);
		nicbond_fleet_xmit(test, 0, n, 3, false);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 3);
		nicbond_fleet_write_all(test, change[i][0], 0);
	}
}

/* The stack breaks its promise: what is held is dropped with the adaptor, and counted. */
static void nicbond_burst_test_abandoned(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;

	nicbond_fleet_xmit(test, 0, 1, 1, true);
	nicbond_fleet_xmit(test, 0, nicbond_fleet_destination(test, 0, 2), 2, true);
	fleet->burst = false;
	nicbond_burst_abandon(nicbond_software_of(fleet->adaptor[0]));
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test) +
			FLEET_COUNTER(test, 0, DROP_NO_LIVE), 2);
	KUNIT_EXPECT_GE(test, FLEET_COUNTER(test, 0, DROP_NO_LIVE), 1);
}

static struct kunit_case nicbond_burst_test_cases[] = {
	KUNIT_CASE(nicbond_burst_test_doorbells),
	KUNIT_CASE(nicbond_burst_test_one),
	KUNIT_CASE(nicbond_burst_test_traced),
	KUNIT_CASE(nicbond_burst_test_moves),
	KUNIT_CASE(nicbond_burst_test_dies),
	KUNIT_CASE(nicbond_burst_test_register),
	KUNIT_CASE(nicbond_burst_test_abandoned),
	{}
};

static struct kunit_suite nicbond_burst_suite = {
	.name = "nicbond_burst",
	.init = nicbond_burst_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_burst_test_cases,
};

kunit_test_suite(nicbond_burst_suite);
