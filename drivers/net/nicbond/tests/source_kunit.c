// SPDX-License-Identifier: GPL-2.0
/* From which address a frame leaves, and by which port it must. */
#include "fleet.h"
#include "frame.h"

#include <linux/etherdevice.h>
#include <linux/unaligned.h>

/* The addresses of a fleet's frames, and of the adaptors as secondaries. */
static const u8 nicbond_source_nobody[ETH_ALEN];
static const u8 nicbond_source_other[] = { 2, 3, 4, 5, 6, 7 };

static void nicbond_source_write(struct kunit *test, unsigned int i, u32 reg,
				 const u8 *address)
{
	nicbond_fleet_write(test, i, reg, get_unaligned_le32(address));
	nicbond_fleet_write(test, i, reg + 4, get_unaligned_le16(address + 4));
}

static void nicbond_source_own(unsigned int i, u8 own[ETH_ALEN])
{
	memcpy(own, nicbond_source_other, ETH_ALEN);
	own[5] = 0x80 + i;
}

/* The master is @address; adaptor 1 is primary. */
static void nicbond_source_begin(struct kunit *test, u32 topology,
				 const u8 *address)
{
	u8 own[ETH_ALEN];
	unsigned int i;

	for (i = 0; i < FLEET; i++) {
		nicbond_source_own(i, own);
		nicbond_source_write(test, i, NICBOND_REG_ADDRESS(0), address);
		nicbond_source_write(test, i, NICBOND_REG_OWN_ADDRESS(0), own);
	}
	nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY, topology);
	nicbond_fleet_promote(test, 1, 1);
	nicbond_fleet_stream(test, 1, 1000);
}

static void nicbond_source_test_static(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_source_begin(test, NICBOND_TOPOLOGY_STATIC,
			     nicbond_source_nobody);
	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_GT(test, t->transmitted[i], 200);
		KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(t->source[i]));
	}
}

/* All transmit; the primary as the master, the others as themselves. */
static void nicbond_source_test_independent(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	u8 own[ETH_ALEN];
	unsigned int i;

	nicbond_source_begin(test, NICBOND_TOPOLOGY_INDEPENDENT,
			     nicbond_source_nobody);
	for (i = 0; i < FLEET; i++) {
		nicbond_source_own(i, own);
		KUNIT_EXPECT_GT(test, t->transmitted[i], 200);
		KUNIT_EXPECT_MEMEQ(test, t->source[i],
				   i == 1 ? nicbond_source_nobody : own,
				   ETH_ALEN);
	}

	/* What the host hands to one that is not primary any more, too. */
	KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 2, 7), 0);
	nicbond_source_own(2, own);
	KUNIT_EXPECT_MEMEQ(test, t->source[2], own, ETH_ALEN);
}

/*
 * What is not from the master leaves by the primary, as it is; while that cannot, all of
 * it by its deputy.
 */
static void nicbond_source_test_foreign(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_source_begin(test, NICBOND_TOPOLOGY_INDEPENDENT_OWN,
			     nicbond_source_other);
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 1000);
	KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(t->source[1]));

	nicbond_fleet_write_all(test, NICBOND_REG_DEPUTY, 2);
	set_bit(__LINK_STATE_NOCARRIER, &t->port[1]->state);
	t->attention = 0;
	nicbond_fleet_stream(test, 1, 1000);
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 1000);
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 1000);
	KUNIT_EXPECT_GT(test, t->attention, 0);

	/* If that cannot, rather by anybody than not at all. */
	set_bit(__LINK_STATE_NOCARRIER, &t->port[2]->state);
	nicbond_fleet_stream(test, 1, 1000);
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 1000);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 3000);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(t->source[i]));
}

/* Who would transmit a frame of @headers to the address that begins with @first? */
static int nicbond_source_which(struct kunit *test, unsigned int i,
				const char *headers, u8 first)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, headers);
	struct nicbond_fleet *t = test->priv;
	struct sk_buff *skb;
	int slot;

	frame->data[0] = first;
	skb = nicbond_frame_skb(test, frame->data, frame->len, frame->len);
	skb->protocol = get_unaligned((__be16 *)(frame->data + 2 * ETH_ALEN));
	local_bh_disable();
	slot = t->adaptor[i]->ops->which(t->adaptor[i], skb);
	local_bh_enable();

	return slot;
}

/* Whoever is primary sends what is for a group, and ARP; other unicast has its place. */
static void nicbond_source_test_group(struct kunit *test)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, "E4");
	unsigned int i;
	int unicast;

	nicbond_source_begin(test, NICBOND_TOPOLOGY_INDEPENDENT,
			     frame->data + ETH_ALEN);
	unicast = nicbond_source_which(test, 1, "E4", 0x02);
	for (i = 0; i < FLEET; i++) {
		nicbond_fleet_write(test, (i + 1) % FLEET, NICBOND_REG_ROLE,
				    NICBOND_ROLE_SECONDARY);
		nicbond_fleet_promote(test, i, 2 + i);
		KUNIT_EXPECT_EQ(test, nicbond_source_which(test, i, "E4", 0x02),
				unicast);
		KUNIT_EXPECT_EQ(test, nicbond_source_which(test, i, "E4", 0x03),
				i);
		KUNIT_EXPECT_EQ(test, nicbond_source_which(test, i, "EH", 0x02),
				i);
		KUNIT_EXPECT_EQ(test, nicbond_source_which(test, i, "EvH", 0x02),
				i);
	}
}

/* A copy that the stack keeps stays as it was. */
static void nicbond_source_test_shared(struct kunit *test)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, "E4");
	u32 address[2] = {
		get_unaligned_le32(frame->data + ETH_ALEN),
		get_unaligned_le16(frame->data + ETH_ALEN + 4),
	};
	u32 own[2] = {
		get_unaligned_le32(nicbond_source_other),
		get_unaligned_le16(nicbond_source_other + 4),
	};
	struct sk_buff *skb, *copy;

	skb = nicbond_frame_skb(test, frame->data, frame->len, frame->len);
	copy = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, nicbond_frame_readdress(copy, address, own), 0);
	KUNIT_EXPECT_MEMEQ(test, copy->data + ETH_ALEN, nicbond_source_other,
			   ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, skb->data, frame->data, frame->len);
	KUNIT_EXPECT_MEMEQ(test, copy->data, frame->data, ETH_ALEN);

	/* It is not from there any more. */
	own[0]++;
	KUNIT_EXPECT_EQ(test, nicbond_frame_readdress(copy, address, own), 0);
	KUNIT_EXPECT_MEMEQ(test, copy->data + ETH_ALEN, nicbond_source_other,
			   ETH_ALEN);
	kfree_skb(copy);
}

static struct kunit_case nicbond_source_test_cases[] = {
	KUNIT_CASE(nicbond_source_test_static),
	KUNIT_CASE(nicbond_source_test_independent),
	KUNIT_CASE(nicbond_source_test_foreign),
	KUNIT_CASE(nicbond_source_test_group),
	KUNIT_CASE(nicbond_source_test_shared),
	{}
};

static struct kunit_suite nicbond_source_suite = {
	.name = "nicbond_source",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_source_test_cases,
};

kunit_test_suite(nicbond_source_suite);
