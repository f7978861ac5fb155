// SPDX-License-Identifier: GPL-2.0
/*
 * The dst-hash selector's hash: which address counts in which frame, by vectors
 * that were computed with another implementation; and sets of other fields.
 */
#include "frame.h"
#include "../fw/flow.h"
#include "../fw/hash.h"

#include <kunit/test.h>
#include <linux/if_vlan.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

/* Hashes under the key 00010203 04050607 08090a0b 0c0d0e0f. */
#define HASH_IPV4	0x784d7835	/* 10.1.2.3 */
#define HASH_IPV6	0x52f9675d	/* 2001:db8:1:2:3:4:5:6 */
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

static u32 nicbond_hash_of(struct kunit *test, const char *frame,
			   unsigned int len, unsigned int linear)
{
	struct sk_buff *skb = nicbond_frame_skb(test, frame, len, linear);
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
	struct sk_buff *skb = nicbond_frame_skb(test, c->frame, c->len, c->len);

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
	struct sk_buff *skb = nicbond_frame_skb(test, c->frame, c->len, c->len);
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

#define FIELD(id)	BIT(NICBOND_HASH_FIELD_##id)
#define ALL		(BIT(NICBOND_HASH_FIELD_MAX) - 1)
#define FLOW		(FIELD(SRC_IP) | FIELD(DST_IP) | FIELD(L4_PORTS))

static u32 nicbond_hash_of_frame(struct kunit *test,
				 const struct nicbond_frame *frame, u32 fields)
{
	nicbond_hash_set_fields(test->priv, fields);

	return nicbond_hash_of(test, frame->data, frame->len, frame->len);
}

static void nicbond_hash_test_fields_valid(struct kunit *test)
{
	int field;

	KUNIT_EXPECT_FALSE(test, nicbond_hash_fields_valid(0));
	KUNIT_EXPECT_TRUE(test, nicbond_hash_fields_valid(ALL));
	for (field = 0; field < 32; field++) {
		KUNIT_EXPECT_EQ(test, nicbond_hash_fields_valid(BIT(field)),
				field < NICBOND_HASH_FIELD_MAX);
		KUNIT_EXPECT_EQ(test, nicbond_hash_fields_valid(ALL | BIT(field)),
				field < NICBOND_HASH_FIELD_MAX);
	}
}

/* Sets, by vectors; with the default one IP addresses also behind more headers. */
static void nicbond_hash_test_sets(struct kunit *test)
{
	static const struct {
		const char *headers;
		u32 fields, hash;
	} sets[] = {
		{ "E4T", 0, HASH_IPV4 },
		{ "E4T", FIELD(DST_IP), HASH_IPV4 },
		{ "EB4T", FIELD(DST_IP), HASH_IPV4 },
		{ "EvMMB6T", FIELD(DST_IP), HASH_IPV6 },
		{ "Eb4U", FIELD(DST_IP), HASH_IPV4 },
		{ "EMBWE4T", FIELD(DST_IP), HASH_MAC },
		{ "EP4T", FIELD(DST_IP), HASH_IPV4 },
		{ "EvP6T", FIELD(DST_IP), HASH_IPV6 },
		{ "Ep4T", FIELD(DST_IP), HASH_MAC },
		{ "EfT", FIELD(L4_PORTS), HASH_IPV4 },
		{ "E6FT", FIELD(L4_PORTS), HASH_IPV6 },
		{ "EH", FIELD(SRC_IP) | FIELD(VLAN_ID), HASH_MAC },
		{ "EK", FIELD(SRC_IP), HASH_FC },
		{ "EK", FIELD(FC_D_ID), 0x8943b250 },
		{ "E4T", FLOW, 0xbb026a89 },
		{ "EfT", FLOW, 0xed802491 },
		{ "E6T", FLOW, 0x1b7174a5 },
		{ "Eqv4UXE6T", ALL, 0x7cf94063 },
	};
	const struct nicbond_frame *frame;
	u32 hash;
	int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		frame = nicbond_frame_build(test, sets[i].headers);
		hash = nicbond_hash_of_frame(test, frame, sets[i].fields);
		KUNIT_EXPECT_EQ_MSG(test, hash, sets[i].hash, "set %d", i);
	}
}

KUNIT_ARRAY_PARAM(nicbond_frame, nicbond_frame_cases, nicbond_frame_describe);

/* What a frame is hashed by, with @field selected alone. */
static int nicbond_hash_effective(u32 found, int field)
{
	if (found & BIT(field))
		return field;
	if (found & FIELD(DST_IP))
		return NICBOND_HASH_FIELD_DST_IP;
	if (found & FIELD(FC_D_ID))
		return NICBOND_HASH_FIELD_FC_D_ID;

	return NICBOND_HASH_FIELD_DST_MAC;
}

/*
 * For each byte of a frame: does another one there mean another hash? @counts is
 * the field that does, or -1: each.
 */
static void nicbond_hash_expect_bytes(struct kunit *test,
				      const struct nicbond_frame *frame,
				      u32 fields, int counts)
{
	struct sk_buff *skb = nicbond_frame_skb(test, frame->data, frame->len,
						frame->len);
	bool expected, differs;
	unsigned int i;
	u32 before;

	nicbond_hash_set_fields(test->priv, fields);
	before = nicbond_hash_frame(test->priv, skb);
	for (i = 0; i < frame->len; i++) {
		if (frame->map[i] == NICBOND_FRAME_SHAPE)
			continue;
		expected = frame->map[i] >= 0 &&
			   (counts < 0 || frame->map[i] == counts);
		skb->data[i] ^= 1;
		differs = nicbond_hash_frame(test->priv, skb) != before;
		skb->data[i] ^= 1;
		if (differs != expected)
			KUNIT_FAIL(test, "fields %#x, byte %u", fields, i);
	}
	kfree_skb(skb);
}

/* A field alone: its bytes count, no others. All: the bytes of each count. */
static void nicbond_hash_test_field(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	int f;

	for (f = 0; f < NICBOND_HASH_FIELD_MAX; f++)
		nicbond_hash_expect_bytes(test, frame, BIT(f),
					  nicbond_hash_effective(frame->found, f));
	nicbond_hash_expect_bytes(test, frame, ALL, -1);
}

/*
 * A frame that has none of the fields, cut short anywhere, is hashed as the
 * default does; so is one that has only the destination of them.
 */
static void nicbond_hash_test_fallback(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	struct sk_buff *skb = nicbond_frame_skb(test, frame->data, 0, 0);
	struct nicbond_hash *hash = test->priv;
	struct nicbond_flow flow;
	unsigned int len;
	u32 expected;

	for (len = 0; len <= frame->len; len++) {
		nicbond_frame_fill(skb, frame->data, len, len / 2);
		nicbond_flow_parse(&flow, skb);
		nicbond_hash_set_fields(hash, NICBOND_HASH_FIELDS_DEFAULT);
		expected = nicbond_hash_frame(hash, skb);
		nicbond_hash_set_fields(hash, ALL & ~flow.found);
		KUNIT_EXPECT_EQ(test, nicbond_hash_frame(hash, skb), expected);
		nicbond_hash_set_fields(hash, (ALL & ~flow.found) | FIELD(DST_IP));
		KUNIT_EXPECT_EQ(test, nicbond_hash_frame(hash, skb), expected);
	}
	kfree_skb(skb);
}

static void nicbond_hash_expect_cut(struct kunit *test,
				    const struct nicbond_frame *frame, u32 fields)
{
	struct sk_buff *skb = nicbond_frame_skb(test, frame->data, 0, 0);
	unsigned int len, linear;
	u32 *whole;

	whole = kunit_kcalloc(test, frame->len + 1, sizeof(*whole), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, whole);
	nicbond_hash_set_fields(test->priv, fields);
	for (len = 0; len <= frame->len; len++) {
		nicbond_frame_fill(skb, frame->data, len, len);
		whole[len] = nicbond_hash_frame(test->priv, skb);
	}

	for (linear = 0; linear < frame->len; linear++) {
		nicbond_frame_fill(skb, frame->data, frame->len, linear);
		for (len = frame->len; len > linear; len--) {
			if (nicbond_hash_frame(test->priv, skb) != whole[len])
				KUNIT_FAIL(test, "fields %#x: %u of %u bytes",
					   fields, linear, len);
			nicbond_frame_cut(skb);
		}
	}
	kfree_skb(skb);
}

/* Cut and split anywhere. */
static void nicbond_hash_test_cut(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);

	nicbond_hash_expect_cut(test, frame, ALL);
	nicbond_hash_expect_cut(test, frame, NICBOND_HASH_FIELDS_DEFAULT);
}

/* A frame by which a stack sends many goes where each of those would go. */
static void nicbond_hash_test_gso(struct kunit *test)
{
	static const u32 sets[] = { NICBOND_HASH_FIELDS_DEFAULT, FLOW, ALL };
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	unsigned int i, linear, wrong = 0;
	u32 type, hash[ARRAY_SIZE(sets)];
	struct sk_buff *skb;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		hash[i] = nicbond_hash_of_frame(test, frame, sets[i]);
	for (linear = 0; linear <= frame->len; linear++) {
		/* All types in turn, whatever the frame is. */
		type = BIT(linear % 20);
		skb = nicbond_frame_gso(test, frame, linear, type);
		for (i = 0; i < ARRAY_SIZE(sets); i++) {
			nicbond_hash_set_fields(test->priv, sets[i]);
			wrong += nicbond_hash_frame(test->priv, skb) != hash[i];
		}
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Equal numbers in other fields, or exchanged, make another hash. */
static void nicbond_hash_test_order(struct kunit *test)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, "E44T");
	static const u32 alone[] = { FIELD(DST_IP), FIELD(SRC_IP),
				     FIELD(INNER_DST), FIELD(INNER_SRC) };
	u32 there, back, hash[ARRAY_SIZE(alone)];
	u8 *source = frame->data + ETH_HLEN + 12;
	__be32 kept;
	int i, j;

	there = nicbond_hash_of_frame(test, frame, FIELD(SRC_IP) | FIELD(DST_IP));
	kept = get_unaligned((__be32 *)source);
	memmove(source, source + 4, 4);
	put_unaligned(kept, (__be32 *)(source + 4));
	back = nicbond_hash_of_frame(test, frame, FIELD(SRC_IP) | FIELD(DST_IP));
	KUNIT_EXPECT_NE(test, there, back);

	for (i = 0; i < 2; i++) {
		memset(source + 20 * i, 10, 8);
		KUNIT_EXPECT_EQ(test, frame->map[source + 20 * i - frame->data],
				i ? NICBOND_HASH_FIELD_INNER_SRC :
				    NICBOND_HASH_FIELD_SRC_IP);
	}
	for (i = 0; i < ARRAY_SIZE(alone); i++) {
		hash[i] = nicbond_hash_of_frame(test, frame, alone[i]);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, hash[i], hash[j]);
	}
}

/* Two adaptors with one key and one set agree, on anything. */
static void nicbond_hash_test_agree(struct kunit *test)
{
	struct nicbond_frame_garbage *garbage = nicbond_frame_garbage(test);
	struct sk_buff *skb = nicbond_frame_skb(test, garbage->data, 0, 0);
	struct nicbond_hash *hash = test->priv, other = {};
	unsigned int n, len;
	u32 value;
	int i;

	for (i = NICBOND_KEY_WORDS - 1; i >= 0; i--)
		nicbond_hash_set_key(&other, i, hash->key[i]);
	for (n = 0; n < 30000; n++) {
		len = nicbond_frame_garble(garbage);
		nicbond_hash_set_fields(hash, n % 2 ? ALL : n / 2 % ALL + 1);
		nicbond_hash_set_fields(&other, hash->fields);
		nicbond_frame_fill(skb, garbage->data, len, len);
		value = nicbond_hash_frame(hash, skb);
		nicbond_frame_fill(skb, garbage->data, len, garbage->linear);
		if (nicbond_hash_frame(&other, skb) != value)
			KUNIT_FAIL(test, "frame %u", n);
	}
	kfree_skb(skb);
}

/* The fullest quarter and sixteenth of 1024 flows, under 200 keys. */
static void nicbond_hash_expect_spread(struct kunit *test, const char *headers,
				       unsigned int at, unsigned int shift)
{
	const struct nicbond_frame *frame = nicbond_frame_build(test, headers);
	struct sk_buff *skb = nicbond_frame_skb(test, frame->data, frame->len,
						frame->len);
	unsigned int part[16], n, key, quarter;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 1);
	nicbond_hash_set_fields(test->priv, FLOW);
	for (key = 0; key < 200; key++) {
		for (n = 0; n < NICBOND_KEY_WORDS; n++)
			nicbond_hash_set_key(test->priv, n,
					     prandom_u32_state(&rnd));
		memset(part, 0, sizeof(part));
		for (n = 0; n < 1024; n++) {
			put_unaligned_be32(0x0a001000 + (n << shift),
					   skb->data + at);
			part[nicbond_hash_frame(test->priv, skb) >> 28]++;
		}
		for (n = 0; n < 16; n += 4) {
			quarter = part[n] + part[n + 1] + part[n + 2] + part[n + 3];
			KUNIT_EXPECT_LE_MSG(test, quarter, 320, "%s, byte %u, key %u",
					    headers, at, key);
		}
		for (n = 0; n < 16; n++)
			KUNIT_EXPECT_LE_MSG(test, part[n], 128, "%s, byte %u, key %u",
					    headers, at, key);
	}
	kfree_skb(skb);
}

/*
 * Flows that differ as those of a host do: in the destination's port, in their
 * own port by 1 or 2 (as Linux hands them out), in an address. A quarter has at
 * most 1.25 times its share, a sixteenth twice its.
 */
static void nicbond_hash_test_spread_flows(struct kunit *test)
{
	nicbond_hash_expect_spread(test, "E4T", 34, 0);
	nicbond_hash_expect_spread(test, "E4T", 34, 16);
	nicbond_hash_expect_spread(test, "E4T", 34, 17);
	nicbond_hash_expect_spread(test, "E4T", 26, 0);
	nicbond_hash_expect_spread(test, "E4T", 30, 0);
	nicbond_hash_expect_spread(test, "E4T", 30, 8);
	nicbond_hash_expect_spread(test, "E6T", 54, 0);
	nicbond_hash_expect_spread(test, "E6T", 54, 16);
	nicbond_hash_expect_spread(test, "E6T", 34, 0);
	nicbond_hash_expect_spread(test, "E6T", 50, 0);
	nicbond_hash_expect_spread(test, "E6T", 26, 16);
}

static struct kunit_case nicbond_hash_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_hash_test_vector, nicbond_hash_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_nonlinear, nicbond_hash_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_truncated, nicbond_hash_gen_params),
	KUNIT_CASE(nicbond_hash_test_accelerated_vlan),
	KUNIT_CASE(nicbond_hash_test_key),
	KUNIT_CASE(nicbond_hash_test_spread),
	KUNIT_CASE(nicbond_hash_test_fields_valid),
	KUNIT_CASE(nicbond_hash_test_sets),
	KUNIT_CASE_PARAM(nicbond_hash_test_field, nicbond_frame_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_fallback, nicbond_frame_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_cut, nicbond_frame_gen_params),
	KUNIT_CASE_PARAM(nicbond_hash_test_gso, nicbond_frame_gen_params),
	KUNIT_CASE(nicbond_hash_test_order),
	KUNIT_CASE(nicbond_hash_test_agree),
	KUNIT_CASE(nicbond_hash_test_spread_flows),
	{}
};

static struct kunit_suite nicbond_hash_suite = {
	.name = "nicbond_hash",
	.init = nicbond_hash_test_init,
	.test_cases = nicbond_hash_test_cases,
};

kunit_test_suite(nicbond_hash_suite);
