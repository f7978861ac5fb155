// SPDX-License-Identifier: GPL-2.0
/*
 * The dst-hash selector's hash: which address counts in which frame, by vectors
 * that were computed with another implementation.
 */
#include "../fw/hash.h"

#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

/* Hashes under the key 00010203 04050607 08090a0b 0c0d0e0f. */
#define HASH_IPV4	0x784d7835	/* 10.1.2.3 */
#define HASH_IPV6	0xe62f83d8	/* 2001:db8:1:2:3:4:5:6 */
#define HASH_FC		0x569570c9	/* D_ID 010203 */
#define HASH_MAC	0x7c7ad2ad	/* 02:00:00:00:00:01 */

#define MACS		"\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"
#define VLAN		"\x81\x00\x00\x07"
#define QINQ		"\x88\xa8\x00\x09" VLAN
#define IPV4		"\x08\x00\x45\x00\x00\x1c\x00\x01\x00\x00\x40\x11\x00\x00" \
			"\xc0\x00\x02\x01\x0a\x01\x02\x03"
#define IPV6		"\x86\xdd\x60\x00\x00\x00\x00\x00\x3b\x40"	\
			"\xfe\x80\x00\x00\x00\x00\x00\x00"		\
			"\x00\x00\x00\x00\x00\x00\x00\x09"		\
			"\x20\x01\x0d\xb8\x00\x01\x00\x02"		\
			"\x00\x03\x00\x04\x00\x05\x00\x06"
#define FCOE		"\x89\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
			"\x00\x00\x00\x2e" "\x06\x01\x02\x03" "\x00\x0a\x0b\x0c"
#define ARP		"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01"
#define FIP		"\x89\x14\x10\x00\x00\x01\x00\x01\x00\x00"

/**
 * struct nicbond_hash_case - a frame and its hash
 * @name: What is shown.
 * @frame: The frame.
 * @len: Its length.
 * @need: What of it the address needs; a shorter frame hashes by its MAC.
 * @hash: The expected value.
 */
struct nicbond_hash_case {
	const char *name;
	const char *frame;
	unsigned int len;
	unsigned int need;
	u32 hash;
};

#define FRAME(text, header, tail, value) {				\
	.name = text, .frame = MACS header tail, .hash = value,		\
	.len = sizeof(MACS header tail) - 1, .need = sizeof(MACS header) - 1 }

static const struct nicbond_hash_case nicbond_hash_cases[] = {
	FRAME("IPv4", IPV4, "payload", HASH_IPV4),
	FRAME("IPv4, VLAN", VLAN IPV4, "", HASH_IPV4),
	FRAME("IPv4, QinQ", QINQ IPV4, "payload", HASH_IPV4),
	FRAME("IPv6", IPV6, "", HASH_IPV6),
	FRAME("IPv6, VLAN", VLAN IPV6, "payload", HASH_IPV6),
	FRAME("FCoE", FCOE, "", HASH_FC),
	FRAME("FCoE, VLAN", VLAN FCOE, "payload", HASH_FC),
	FRAME("ARP", ARP, "", HASH_MAC),
	FRAME("FIP", FIP, "", HASH_MAC),
	FRAME("unknown type", "\x88\xb5", "abcdefghijklmnopqrstuvwxyz", HASH_MAC),
	FRAME("802.3 length", "\x00\x03", "abc", HASH_MAC),
	FRAME("nine tags", QINQ QINQ QINQ QINQ VLAN IPV4, "", HASH_MAC),
	FRAME("eight tags", QINQ QINQ QINQ QINQ IPV4, "", HASH_IPV4),
};

static void nicbond_hash_describe(const struct nicbond_hash_case *c, char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_hash, nicbond_hash_cases, nicbond_hash_describe);

static int nicbond_hash_test_init(struct kunit *test)
{
	static const u32 key[] = { 0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f };
	struct nicbond_hash *hash;
	int i;

	hash = kunit_kzalloc(test, sizeof(*hash), GFP_KERNEL);
	if (!hash)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(key); i++)
		nicbond_hash_set_key(hash, i, key[i]);
	test->priv = hash;

	return 0;
}

/* A frame of @linear bytes in the head, the rest in a fragment. */
static struct sk_buff *nicbond_hash_skb(struct kunit *test, const char *frame,
					unsigned int len, unsigned int linear)
{
	struct sk_buff *skb = alloc_skb(linear + 1, GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, frame, linear);
	if (linear < len) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page), frame + linear, len - linear);
		skb_add_rx_frag(skb, 0, page, 0, len - linear, PAGE_SIZE);
	}

	return skb;
}

static u32 nicbond_hash_of(struct kunit *test, const char *frame,
			   unsigned int len, unsigned int linear)
{
	struct sk_buff *skb = nicbond_hash_skb(test, frame, len, linear);
	u32 value = nicbond_hash_frame(test->priv, skb);

	kfree_skb(skb);

	return value;
}

static void nicbond_hash_test_vector(struct kunit *test)
{
	const struct nicbond_hash_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, nicbond_hash_of(test, c->frame, c->len, c->len),
			c->hash);
}

/* However the frame is cut into head and fragment, the hash is the same. */
static void nicbond_hash_test_nonlinear(struct kunit *test)
{
	const struct nicbond_hash_case *c = test->param_value;
	unsigned int linear;

	for (linear = 0; linear < c->len; linear++)
		KUNIT_EXPECT_EQ(test, nicbond_hash_of(test, c->frame, c->len,
						      linear), c->hash);
}

/* A header cut short: the MAC decides; less than that: a constant. */
static void nicbond_hash_test_truncated(struct kunit *test)
{
	const struct nicbond_hash_case *c = test->param_value;
	unsigned int len, header = c->need;
	u32 expected;

	/* Of FCoE only the D_ID is needed, four bytes before the S_ID's end. */
	if (c->hash == HASH_FC)
		header -= 4;
	for (len = 0; len < header; len++) {
		expected = len < ETH_HLEN ? 0 : HASH_MAC;
		KUNIT_EXPECT_EQ(test, nicbond_hash_of(test, c->frame, len, len),
				expected);
		KUNIT_EXPECT_EQ(test, nicbond_hash_of(test, c->frame, len, len / 2),
				expected);
	}
}

/* A tag that the hardware will insert is not in the frame, and changes nothing. */
static void nicbond_hash_test_accelerated_vlan(struct kunit *test)
{
	const struct nicbond_hash_case *c = &nicbond_hash_cases[0];
	struct sk_buff *skb = nicbond_hash_skb(test, c->frame, c->len, c->len);

	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 7);
	KUNIT_EXPECT_EQ(test, nicbond_hash_frame(test->priv, skb), c->hash);
	kfree_skb(skb);
}

/* Each word of the key matters. */
static void nicbond_hash_test_key(struct kunit *test)
{
	const struct nicbond_hash_case *c = &nicbond_hash_cases[0];
	u32 value, last = c->hash;
	int i;

	for (i = 0; i < NICBOND_KEY_WORDS; i++) {
		nicbond_hash_set_key(test->priv, i, 0xdeadbeef);
		value = nicbond_hash_of(test, c->frame, c->len, c->len);
		KUNIT_EXPECT_NE(test, value, last);
		last = value;
	}
}

/*
 * Addresses that people use, in steps of 1, 256 and 65536, under 200 keys: the
 * fullest quarter of the hash has at most 1.25 times its share of 1024, which
 * for a good hash is more than five standard deviations away.
 */
static void nicbond_hash_test_spread(struct kunit *test)
{
	const struct nicbond_hash_case *c = &nicbond_hash_cases[1];
	struct sk_buff *skb = nicbond_hash_skb(test, c->frame, c->len, c->len);
	unsigned int shift, n, q, key, quarter[4];
	u8 *daddr = skb->data + c->need - sizeof(__be32);
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 1);
	for (key = 0; key < 200; key++) {
		for (n = 0; n < NICBOND_KEY_WORDS; n++)
			nicbond_hash_set_key(test->priv, n,
					     prandom_u32_state(&rnd));
		for (shift = 0; shift <= 16; shift += 8) {
			memset(quarter, 0, sizeof(quarter));
			for (n = 0; n < 1024; n++) {
				put_unaligned_be32(0x0a000000 + (n << shift),
						   daddr);
				quarter[nicbond_hash_frame(test->priv, skb) >> 30]++;
			}
			for (q = 0; q < 4; q++)
				KUNIT_EXPECT_LE(test, quarter[q], 320);
		}
	}
	kfree_skb(skb);
}

static struct kunit_case nicbond_hash_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_hash_test_vector, nicbond_hash_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_nonlinear, nicbond_hash_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_truncated, nicbond_hash_gen_params),
	KUNIT_CASE(nicbond_hash_test_accelerated_vlan),
	KUNIT_CASE(nicbond_hash_test_key),
	KUNIT_CASE(nicbond_hash_test_spread),
	{}
};

static struct kunit_suite nicbond_hash_suite = {
	.name = "nicbond_hash",
	.init = nicbond_hash_test_init,
	.test_cases = nicbond_hash_test_cases,
};

kunit_test_suite(nicbond_hash_suite);
