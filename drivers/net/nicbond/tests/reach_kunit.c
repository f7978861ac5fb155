// SPDX-License-Identifier: GPL-2.0
/* Probes: what they look like, whose an answer is, and when a target is lost. */
#include "fleet.h"
#include "../fw/reach.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <net/ip6_checksum.h>

#define MISSES	3
#define VLAN	7

/* The targets of all cases: IPv4; IPv4 in a VLAN; IPv6. */
enum { PLAIN, TAGGED, SIX, TARGETS };

static const u8 nicbond_target4[] = { 10, 0, 0, 9 };
static const u8 nicbond_target6[] = {
	0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0x56
};

/* Adaptor @i's own address: 02:00:00:00:00:0i; the master's: 02:00:00:00:00:ff. */
#define OWN_LOW		0x00000002
#define OWN_HIGH(i)	((i) << 8)
#define MASTER		0xff

static struct nicbond_software *nicbond_reacher(struct kunit *test, unsigned int i)
{
	struct nicbond_fleet *fleet = test->priv;

	return nicbond_software_of(fleet->adaptor[i]);
}

static void nicbond_reach_set(struct kunit *test, unsigned int index,
			      const u8 *address, unsigned int len, u32 kind)
{
	unsigned int i, word = index * NICBOND_TARGET_WORDS;

	for (i = 0; i < len / sizeof(u32); i++)
		nicbond_fleet_write_all(test, NICBOND_REG_PROBE_ADDRESS(word + i),
					get_unaligned_le32(address + sizeof(u32) * i));
	nicbond_fleet_write_all(test, NICBOND_REG_PROBE_KIND(index),
				kind | NICBOND_PROBE_KIND_PRESENT);
}

static int nicbond_reach_test_init(struct kunit *test)
{
	struct nicbond_fleet *fleet;
	unsigned int i;
	int err;

	err = nicbond_fleet_init(test);
	if (err)
		return err;
	fleet = test->priv;
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_ADDRESS(0), OWN_LOW);
	nicbond_fleet_write_all(test, NICBOND_REG_ADDRESS(1), OWN_HIGH(MASTER));
	nicbond_fleet_write_all(test, NICBOND_REG_PROBE_MISSES, MISSES);
	nicbond_fleet_write_all(test, NICBOND_REG_PROBE_INTERVAL, 3600000);
	for (i = 0; i < FLEET; i++) {
		nicbond_fleet_write(test, i, NICBOND_REG_OWN_ADDRESS(0), OWN_LOW);
		nicbond_fleet_write(test, i, NICBOND_REG_OWN_ADDRESS(1), OWN_HIGH(i));
		/* Probes nothing yet, and not again by itself. */
		flush_delayed_work(&nicbond_reacher(test, i)->reach.work);
		ether_setup(fleet->port[i]);
	}
	nicbond_reach_set(test, PLAIN, nicbond_target4, sizeof(nicbond_target4), 0);
	nicbond_reach_set(test, TAGGED, nicbond_target4, sizeof(nicbond_target4), VLAN);
	nicbond_reach_set(test, SIX, nicbond_target6, sizeof(nicbond_target6),
			  NICBOND_PROBE_KIND_IPV6);
	fleet->attention = 0;

	return 0;
}

static void nicbond_reach_mac(u8 mac[ETH_ALEN], u8 last)
{
	memset(mac, 0, ETH_ALEN);
	mac[0] = 2;
	mac[ETH_ALEN - 1] = last;
}

static struct sk_buff *nicbond_reach_get(struct kunit *test, unsigned int i,
					 unsigned int index)
{
	struct sk_buff *skb = nicbond_reach_frame(nicbond_reacher(test, i), index);

	KUNIT_ASSERT_NOT_NULL(test, skb);

	return skb;
}

/* RFC 5227, 2.1.1: a broadcast, the sender's IP address and the target's MAC all zero. */
static void nicbond_reach_test_arp(struct kunit *test)
{
	struct sk_buff *skb = nicbond_reach_get(test, 2, PLAIN);
	static const u8 head[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 2, 8, 6,
		0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 10, 0, 0, 9
	};

	KUNIT_EXPECT_GE(test, skb->len, sizeof(head));
	KUNIT_EXPECT_MEMEQ(test, skb->data, head, sizeof(head));
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	kfree_skb(skb);

	skb = nicbond_reach_get(test, 2, TAGGED);
	KUNIT_EXPECT_MEMEQ(test, skb->data, head, sizeof(head));
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, skb_vlan_tag_get_id(skb), VLAN);
	kfree_skb(skb);
}

/* RFC 4861, 4.3 and 7.2.2: to the solicited-node group, with the sender's address. */
static void nicbond_reach_test_ns(struct kunit *test)
{
	struct sk_buff *skb = nicbond_reach_get(test, 2, SIX);
	static const u8 head[] = {
		0x33, 0x33, 0xff, 0x12, 0x34, 0x56, 2, 0, 0, 0, 0, 2, 0x86, 0xdd,
		0x60, 0, 0, 0, 0, 32, 58, 255,
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 2,
		0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x12, 0x34, 0x56,
		135, 0
	};
	const struct ipv6hdr *header = (const void *)skb->data + ETH_HLEN;
	const u8 *message = (const u8 *)(header + 1);

	KUNIT_ASSERT_EQ(test, skb->len, ETH_HLEN + sizeof(*header) + 32);
	KUNIT_EXPECT_MEMEQ(test, skb->data, head, sizeof(head));
	KUNIT_EXPECT_MEMEQ(test, message + 8, nicbond_target6, 16);
	KUNIT_EXPECT_EQ(test, message[24], 1);
	KUNIT_EXPECT_EQ(test, message[25], 1);
	KUNIT_EXPECT_MEMEQ(test, message + 26, skb->data + ETH_ALEN, ETH_ALEN);
	KUNIT_EXPECT_EQ(test, csum_ipv6_magic(&header->saddr, &header->daddr, 32,
					      IPPROTO_ICMPV6,
					      csum_partial(message, 32, 0)), 0);
	kfree_skb(skb);
}

/* From an address that is at this port alone. */
static void nicbond_reach_test_source(struct kunit *test)
{
	static const struct {
		u32 topology;
		u8 source[2];
	} cases[] = {
		{ NICBOND_TOPOLOGY_STATIC, { 0, 1 } },
		{ NICBOND_TOPOLOGY_INDEPENDENT, { MASTER, 1 } },
		{ NICBOND_TOPOLOGY_INDEPENDENT_OWN, { MASTER, 1 } },
	};
	struct sk_buff *skb;
	u8 mac[ETH_ALEN];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY, cases[i].topology);
		for (j = 0; j < 2; j++) {
			nicbond_reach_mac(mac, cases[i].source[j]);
			skb = nicbond_reach_get(test, j, PLAIN);
			KUNIT_EXPECT_MEMEQ(test, skb->data + ETH_ALEN, mac, ETH_ALEN);
			kfree_skb(skb);
		}
	}
}

static struct sk_buff *nicbond_reach_answer(struct kunit *test, u16 type, u8 to)
{
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);
	struct ethhdr *header;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	header = skb_put_zero(skb, sizeof(*header));
	nicbond_reach_mac(header->h_dest, to);
	header->h_proto = htons(type);
	skb->protocol = htons(type);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);

	return skb;
}

/* An ARP reply of the target to 02::@to, who asked from @address. */
static struct sk_buff *nicbond_reach_reply(struct kunit *test, u8 to, u32 address)
{
	struct sk_buff *skb = nicbond_reach_answer(test, ETH_P_ARP, to);
	static const u8 head[] = { 0, 1, 8, 0, 6, 4, 0, 2, 2, 9, 9, 9, 9, 9 };
	u8 *bytes = skb_put_zero(skb, 28);

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + 14, nicbond_target4, sizeof(nicbond_target4));
	nicbond_reach_mac(bytes + 18, to);
	put_unaligned(htonl(address), (__be32 *)(bytes + 24));

	return skb;
}

/* A solicited neighbour advertisement, likewise. */
static struct sk_buff *nicbond_reach_na(struct kunit *test, u8 to)
{
	struct sk_buff *skb = nicbond_reach_answer(test, ETH_P_IPV6, to);
	static const u8 for_link_local[] = {
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0
	};
	u8 *bytes = skb_put_zero(skb, 72);

	bytes[0] = 0x60;
	bytes[5] = 32;
	bytes[6] = IPPROTO_ICMPV6;
	bytes[7] = 255;
	memcpy(bytes + 8, nicbond_target6, 16);
	memcpy(bytes + 24, for_link_local, sizeof(for_link_local));
	bytes[39] = to;
	bytes[40] = 136;
	bytes[44] = 0x40;
	memcpy(bytes + 48, nicbond_target6, 16);

	return skb;
}

/* Adaptor @i is shown @skb, and says that it kept it, or not. */
static bool nicbond_reach_show(struct kunit *test, unsigned int i, struct sk_buff *skb)
{
	struct nicbond_adaptor *adaptor = &nicbond_reacher(test, i)->adaptor;
	bool kept;

	local_bh_disable();
	if (!skb->dev)
		skb->dev = adaptor->port;
	kept = adaptor->ops->arrived(adaptor, skb);
	local_bh_enable();
	kfree_skb(skb);

	return kept;
}

static u32 nicbond_reach_lost(struct kunit *test, unsigned int i)
{
	nicbond_fleet_write(test, i, NICBOND_REG_PROBE_REQUIRE, NICBOND_PROBE_REQUIRE_ALL);

	return nicbond_fleet_read(test, i, NICBOND_REG_PROBE_LOST);
}

/* All probe so often, in vain. */
static void nicbond_reach_time(struct kunit *test, unsigned int count)
{
	unsigned int i;

	while (count--)
		for (i = 0; i < FLEET; i++)
			nicbond_reach_probe(nicbond_reacher(test, i));
}

#define ALL	(BIT(PLAIN) | BIT(TAGGED) | BIT(SIX))

static bool nicbond_reach_reaches(struct kunit *test, unsigned int i)
{
	return nicbond_fleet_read(test, i, NICBOND_REG_STATUS) & NICBOND_STATUS_REACH;
}

static void nicbond_reach_test_lost(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;

	nicbond_reach_time(test, MISSES);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), 0);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_reaches(test, 1));
	EXPECT_COUNTER(test, 1, PROBES_SENT, MISSES * TARGETS);
	KUNIT_EXPECT_EQ(test, fleet->attention, 0);
	nicbond_reach_time(test, 1);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL);
	KUNIT_EXPECT_FALSE(test, nicbond_reach_reaches(test, 1));
	KUNIT_EXPECT_EQ(test, fleet->attention, FLEET);
	/* Probes are nobody's packets. */
	EXPECT_COUNTER(test, 1, TRANSMITTED, 0);

	/* One answers: at once, and that is enough for any, not for all. */
	KUNIT_EXPECT_TRUE(test, nicbond_reach_show(test, 1, nicbond_reach_reply(test, 1, 0)));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL & ~BIT(PLAIN));
	KUNIT_EXPECT_FALSE(test, nicbond_reach_reaches(test, 1));
	nicbond_fleet_write(test, 1, NICBOND_REG_PROBE_REQUIRE, NICBOND_PROBE_REQUIRE_ANY);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_reaches(test, 1));
	EXPECT_COUNTER(test, 1, PROBES_ANSWERED, 1);

	/* Nothing is asked any more, or nobody. */
	KUNIT_EXPECT_FALSE(test, nicbond_reach_reaches(test, 2));
	nicbond_fleet_write(test, 2, NICBOND_REG_PROBE_INTERVAL, 0);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_reaches(test, 2));
	KUNIT_EXPECT_FALSE(test, nicbond_reach_reaches(test, 3));
	nicbond_fleet_write(test, 3, NICBOND_REG_PROBE_KIND(PLAIN), 0);
	nicbond_fleet_write(test, 3, NICBOND_REG_PROBE_KIND(TAGGED), 0);
	KUNIT_EXPECT_FALSE(test, nicbond_reach_reaches(test, 3));
	nicbond_fleet_write(test, 3, NICBOND_REG_PROBE_KIND(SIX), 0);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_reaches(test, 3));
}

/* Who begins to probe, or gets another target, has lost none yet. */
static void nicbond_reach_test_anew(struct kunit *test)
{
	nicbond_reach_time(test, MISSES + 1);
	nicbond_fleet_write(test, 1, NICBOND_REG_PROBE_INTERVAL, 0);
	nicbond_fleet_write(test, 1, NICBOND_REG_PROBE_INTERVAL, 3600000);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), 0);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_reaches(test, 1));

	nicbond_fleet_write(test, 2, NICBOND_REG_PROBE_ADDRESS(PLAIN), 1);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL & ~BIT(PLAIN));
	nicbond_reach_time(test, MISSES - 1);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL & ~BIT(PLAIN));
}

/* A dead port's probes are not sent, and nothing is concluded from that. */
static void nicbond_reach_test_dead(struct kunit *test)
{
	nicbond_fleet_cut(test, 1, true);
	nicbond_reach_time(test, 2 * MISSES);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), 0);
	EXPECT_COUNTER(test, 1, PROBES_SENT, 0);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL);

	/* Nor is it found again by its link alone. */
	nicbond_fleet_cut(test, 2, true);
	nicbond_reach_time(test, 1);
	nicbond_fleet_cut(test, 2, false);
	nicbond_reach_time(test, 1);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL);
}

static void nicbond_reach_test_answers(struct kunit *test)
{
	struct sk_buff *skb;

	nicbond_reach_time(test, MISSES + 1);

	/* What is none: a request, another VLAN, another target, too short. */
	skb = nicbond_reach_reply(test, 1, 0);
	skb->data[7] = 1;
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_reply(test, 1, 0);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), VLAN + 1);
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_reply(test, 1, 0);
	skb->data[17]++;
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_reply(test, 1, 0);
	skb_trim(skb, 27);
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_na(test, 1);
	skb->data[7] = 64;
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_na(test, 1);
	skb->data[44] = 0;
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	skb = nicbond_reach_na(test, 1);
	skb->data[63]++;
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL);

	/* What is one; the host has asked for itself, too, so gets its answer. */
	skb = nicbond_reach_reply(test, 1, 0x0a000001);
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, skb));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL & ~BIT(PLAIN));
	skb = nicbond_reach_reply(test, 1, 0);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), VLAN);
	KUNIT_EXPECT_TRUE(test, nicbond_reach_show(test, 1, skb));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), BIT(SIX));
	KUNIT_EXPECT_FALSE(test, nicbond_reach_show(test, 1, nicbond_reach_na(test, 1)));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), 0);
}

/* In one aggregation, who gets another's answer tells; elsewhere it means nothing. */
static void nicbond_reach_test_others(struct kunit *test)
{
	nicbond_reach_time(test, MISSES + 1);
	nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY, NICBOND_TOPOLOGY_INDEPENDENT);
	nicbond_reach_show(test, 1, nicbond_reach_reply(test, 2, 0));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL);

	nicbond_fleet_write_all(test, NICBOND_REG_TOPOLOGY, NICBOND_TOPOLOGY_STATIC);
	nicbond_reach_show(test, 1, nicbond_reach_reply(test, 2, 0));
	nicbond_reach_show(test, 3, nicbond_reach_na(test, 2));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), BIT(TAGGED));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 3), ALL);
}

static void nicbond_reach_test_traffic(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct sk_buff *skb;

	nicbond_reach_time(test, MISSES + 1);
	nicbond_fleet_write(test, 1, NICBOND_REG_PROBE_VALIDATE, NICBOND_PROBE_VALIDATE_TRAFFIC);
	/* The host shows it what came in at the port of one that hangs, too. */
	skb = nicbond_reach_answer(test, ETH_P_IP, 1);
	skb->dev = fleet->port[3];
	nicbond_reach_show(test, 1, skb);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), ALL);
	nicbond_reach_show(test, 1, nicbond_reach_answer(test, ETH_P_IP, 1));
	nicbond_reach_show(test, 2, nicbond_reach_answer(test, ETH_P_IP, 2));
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 1), 0);
	KUNIT_EXPECT_EQ(test, nicbond_reach_lost(test, 2), ALL);
}

static struct kunit_case nicbond_reach_cases[] = {
	KUNIT_CASE(nicbond_reach_test_arp),
	KUNIT_CASE(nicbond_reach_test_ns),
	KUNIT_CASE(nicbond_reach_test_source),
	KUNIT_CASE(nicbond_reach_test_lost),
	KUNIT_CASE(nicbond_reach_test_anew),
	KUNIT_CASE(nicbond_reach_test_dead),
	KUNIT_CASE(nicbond_reach_test_answers),
	KUNIT_CASE(nicbond_reach_test_others),
	KUNIT_CASE(nicbond_reach_test_traffic),
	{ }
};

static struct kunit_suite nicbond_reach_suite = {
	.name = "nicbond_reach",
	.init = nicbond_reach_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_reach_cases,
};

kunit_test_suite(nicbond_reach_suite);
