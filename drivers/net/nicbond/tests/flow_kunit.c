// SPDX-License-Identifier: GPL-2.0
/*
 * The parser: frames of all kinds, whose map says what each byte is; what cannot
 * be said by a map; cuts and garbage.
 */
#include "frame.h"
#include "../fw/flow.h"

#include <linux/if_vlan.h>

/* @skb is consumed. */
static struct nicbond_flow nicbond_flow_of(struct sk_buff *skb)
{
	struct nicbond_flow flow;

	/* What is not found must not matter. */
	memset(&flow, 0x77, sizeof(flow));
	nicbond_flow_parse(&flow, skb);
	kfree_skb(skb);

	return flow;
}

static struct nicbond_flow nicbond_flow_of_frame(struct kunit *test,
						 const struct nicbond_frame *frame)
{
	return nicbond_flow_of(nicbond_frame_skb(test, frame->data, frame->len,
						 frame->len));
}

static struct nicbond_flow nicbond_flow_of_headers(struct kunit *test,
						   const char *headers)
{
	return nicbond_flow_of_frame(test, nicbond_frame_build(test, headers));
}

/* The fields that differ, a bit each. */
static u32 nicbond_flow_compare(const struct nicbond_flow *a,
				const struct nicbond_flow *b)
{
	u32 differ = (a->found ^ b->found) | (a->wide ^ b->wide);
	unsigned int f;

	for (f = 0; f < NICBOND_HASH_FIELD_MAX; f++) {
		if (!nicbond_flow_has(a, f) || !nicbond_flow_has(b, f))
			continue;
		if (a->low[f] != b->low[f])
			differ |= BIT(f);
		if (a->wide & b->wide & BIT(f) && a->high[f] != b->high[f])
			differ |= BIT(f);
	}

	return differ;
}

KUNIT_ARRAY_PARAM(nicbond_flow, nicbond_frame_cases, nicbond_frame_describe);

static void nicbond_flow_test_found(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	struct nicbond_flow flow = nicbond_flow_of_frame(test, frame);

	KUNIT_EXPECT_EQ(test, flow.found, frame->found);
	KUNIT_EXPECT_EQ(test, flow.wide & ~flow.found, 0);
}

/* Another byte means another value of the field that it is in, and nothing else. */
static void nicbond_flow_test_bytes(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	struct nicbond_flow before = nicbond_flow_of_frame(test, frame), after;
	struct sk_buff *skb;
	unsigned int i;
	u32 expected;

	skb = nicbond_frame_skb(test, frame->data, frame->len, frame->len);
	for (i = 0; i < frame->len; i++) {
		if (frame->map[i] == NICBOND_FRAME_SHAPE)
			continue;
		expected = frame->map[i] < 0 ? 0 : BIT(frame->map[i]);
		skb->data[i] ^= 1;
		nicbond_flow_parse(&after, skb);
		skb->data[i] ^= 1;
		KUNIT_EXPECT_EQ_MSG(test, nicbond_flow_compare(&before, &after),
				    expected, "byte %u", i);
	}
	kfree_skb(skb);
}

/*
 * Of a frame that ends early, at any byte, the answer is the same however it is
 * split into head and fragment, and whatever is behind its end in memory.
 */
static void nicbond_flow_test_cut(struct kunit *test)
{
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	struct nicbond_flow *whole, flow;
	unsigned int len, linear;
	struct sk_buff *skb;

	whole = kunit_kcalloc(test, frame->len + 1, sizeof(*whole), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, whole);
	skb = nicbond_frame_skb(test, frame->data, 0, 0);
	for (len = 0; len <= frame->len; len++) {
		nicbond_frame_fill(skb, frame->data, len, len);
		nicbond_flow_parse(&whole[len], skb);
	}

	for (linear = 0; linear < frame->len; linear++) {
		nicbond_frame_fill(skb, frame->data, frame->len, linear);
		for (len = frame->len; len > linear; len--) {
			nicbond_flow_parse(&flow, skb);
			if (nicbond_flow_compare(&flow, &whole[len]))
				KUNIT_FAIL(test, "%u of %u bytes", linear, len);
			nicbond_frame_cut(skb);
		}
	}
	kfree_skb(skb);
}

/* What is to be segmented has the fields of each segment, wherever it is split. */
static void nicbond_flow_test_gso(struct kunit *test)
{
	static const u32 types[] = {
		SKB_GSO_TCPV4, SKB_GSO_TCPV6 | SKB_GSO_DODGY, SKB_GSO_FCOE,
		SKB_GSO_UDP_L4, SKB_GSO_TCPV4 | SKB_GSO_UDP_TUNNEL_CSUM,
	};
	const struct nicbond_frame_case *c = test->param_value;
	const struct nicbond_frame *frame = nicbond_frame_build(test, c->headers);
	struct nicbond_flow segment = nicbond_flow_of_frame(test, frame), whole;
	unsigned int linear, i;

	for (linear = 0; linear <= frame->len; linear++) {
		for (i = 0; i < ARRAY_SIZE(types); i++) {
			whole = nicbond_flow_of(nicbond_frame_gso(test, frame,
								  linear,
								  types[i]));
			if (nicbond_flow_compare(&segment, &whole))
				KUNIT_FAIL(test, "type %#x, %u in the head",
					   types[i], linear);
		}
	}
}

/**
 * struct nicbond_flow_value - what a field's value must be
 * @headers: The frame.
 * @field: The field.
 * @low: Its value.
 * @high: Its first 64 bits, of an IPv6 address.
 */
struct nicbond_flow_value {
	const char *headers;
	enum nicbond_hash_field field;
	u64 low;
	u64 high;
};

#define VALUE(headers, field, ...) { headers, NICBOND_HASH_FIELD_##field, __VA_ARGS__ }

static const struct nicbond_flow_value nicbond_flow_values[] = {
	VALUE("E4T", DST_MAC, 0x020000000001),
	VALUE("E4T", SRC_MAC, 0x020000000002),
	VALUE("E4T", DST_IP, 0x100000a010203),
	VALUE("EoT", SRC_IP, 0x10000c0000201),
	VALUE("EoT", L4_PORTS, 0x04d201bb),
	VALUE("E4e", L4_PORTS, 0xaabbccdd),
	VALUE("E4AI", L4_PORTS, 0xaabbccdd),
	VALUE("E6AT", L4_PORTS, 0x04d201bb),
	VALUE("E6T", FLOW_LABEL, 0x12345),
	VALUE("E6T", DST_IP, 0x0003000400050006, 0x20010db800010002),
	VALUE("E6T", SRC_IP, 0x0000000000000009, 0xfe80000000000000),
	VALUE("Ev4T", VLAN_ID, 0x123000),
	VALUE("Eqv4T", VLAN_ID, 0x456123),
	VALUE("Eqvv4T", VLAN_ID, 0x456123),
	VALUE("E0v4T", VLAN_ID, 0x123000),
	VALUE("Evv4T", VLAN_ID, 0x123123),
	VALUE("E4UXEH", INNER_DST, 0x020000000001),
	VALUE("E4UXEH", INNER_SRC, 0x020000000002),
	VALUE("E4UXE4T", INNER_DST, 0x100000a010203),
	VALUE("E4UXE4T", INNER_SRC, 0x10000c0000201),
	VALUE("E4UXE4T", INNER_PORTS, 0x04d201bb),
	VALUE("E4UXE4T", L4_PORTS, 0x04d212b5),
	VALUE("E4UXE6T", INNER_DST, 0x0003000400050006, 0x20010db800010002),
	VALUE("EK", FC_D_ID, 0x2000000010203),
	VALUE("EK", FC_S_ID, 0x20000000a0b0c),
	VALUE("EK", FC_OX_ID, 0x1234),
};

static void nicbond_flow_test_values(struct kunit *test)
{
	const struct nicbond_flow_value *v = nicbond_flow_values;
	struct nicbond_flow flow;
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_flow_values); i++, v++) {
		flow = nicbond_flow_of_headers(test, v->headers);
		KUNIT_EXPECT_TRUE_MSG(test, nicbond_flow_has(&flow, v->field),
				      "value %d", i);
		KUNIT_EXPECT_EQ_MSG(test, flow.low[v->field], v->low,
				    "value %d", i);
		KUNIT_EXPECT_EQ_MSG(test, !!(flow.wide & BIT(v->field)),
				    !!v->high, "value %d", i);
		if (v->high)
			KUNIT_EXPECT_EQ_MSG(test, flow.high[v->field], v->high,
					    "value %d", i);
	}
}

/* With this change of one byte of a frame it has just these fields. */
static void nicbond_flow_expect(struct kunit *test, const char *headers,
				unsigned int at, u8 byte, u32 found)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, headers);
	struct nicbond_flow flow;

	frame->data[at] = byte;
	flow = nicbond_flow_of_frame(test, frame);
	KUNIT_EXPECT_EQ_MSG(test, flow.found, found, "%s: byte %u is %#x",
			    headers, at, byte);
}

#define MACS	(BIT(NICBOND_HASH_FIELD_DST_MAC) | BIT(NICBOND_HASH_FIELD_SRC_MAC))
#define IPS	(MACS | BIT(NICBOND_HASH_FIELD_DST_IP) | BIT(NICBOND_HASH_FIELD_SRC_IP))
#define LABEL	BIT(NICBOND_HASH_FIELD_FLOW_LABEL)
#define PORTS	BIT(NICBOND_HASH_FIELD_L4_PORTS)
#define VID	BIT(NICBOND_HASH_FIELD_VLAN_ID)
#define INNER	(BIT(NICBOND_HASH_FIELD_INNER_DST) | BIT(NICBOND_HASH_FIELD_INNER_SRC))
#define INNERS	(INNER | BIT(NICBOND_HASH_FIELD_INNER_PORTS))

/* Headers that are not what the one before them says, or have no such size. */
static void nicbond_flow_test_malformed(struct kunit *test)
{
	nicbond_flow_expect(test, "E4T", 14, 0x45, IPS | PORTS);
	nicbond_flow_expect(test, "E4T", 14, 0x44, MACS);
	nicbond_flow_expect(test, "E4T", 14, 0x40, MACS);
	nicbond_flow_expect(test, "E4T", 14, 0x65, MACS);
	nicbond_flow_expect(test, "E4T", 14, 0x4f, IPS);
	nicbond_flow_expect(test, "E6T", 14, 0x60, IPS | LABEL | PORTS);
	nicbond_flow_expect(test, "E6T", 14, 0x40, MACS);
	nicbond_flow_expect(test, "EB4T", 18, 0x55, MACS);
	nicbond_flow_expect(test, "EB4T", 18, 0x65, IPS | LABEL);
	nicbond_flow_expect(test, "EP4T", 14, 0x21, MACS);
	nicbond_flow_expect(test, "E44T", 34, 0x44, IPS);
	nicbond_flow_expect(test, "E4UXE4T", 64, 0x44, IPS | PORTS | INNER);
	nicbond_flow_expect(test, "E4UN4T", 50, 0x65, IPS | PORTS);
	/* a GRE header with a route, which RFC 2784 has no more */
	nicbond_flow_expect(test, "E4G4T", 34, 0x40, IPS);
	/* an extension header that is longer than the frame; one that is not */
	nicbond_flow_expect(test, "E6hT", 55, 0xff, IPS | LABEL);
	nicbond_flow_expect(test, "E6hT", 55, 0x01, IPS | LABEL | PORTS);
}

/* IPv4 has no extension headers but AH; a fragment of what AH protects. */
static void nicbond_flow_test_extensions(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E4hT").found, IPS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E4rT").found, IPS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E4dT").found, IPS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E4aT").found, IPS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E6AFT").found,
			IPS | LABEL);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E6ALT").found,
			IPS | LABEL);
}

/* All fragments of a datagram have the same fields, with the same values. */
static void nicbond_flow_test_fragments(struct kunit *test)
{
	static const char * const same[][3] = {
		{ "EfT", "EmI", "ElI" }, { "EfUXE4T", "Em", "El" },
		{ "EfG4T", "EmT", "ElI" }, { "E6FT", "E6L", "E6LI" },
		{ "E6FUXE4T", "E6L", "E6LT" }, { "E6hFAT", "E6hL", "E6hLT" },
		{ "E4fT", "E4m", "E4lT" }, { "E4UXEfT", "E4UXEmI", "E4UXEl" },
		{ "E4UXE6FT", "E4UXE6L", "E4UXE6LT" },
	};
	struct nicbond_flow first, other;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		first = nicbond_flow_of_headers(test, same[i][0]);
		for (j = 1; j < 3; j++) {
			other = nicbond_flow_of_headers(test, same[i][j]);
			KUNIT_EXPECT_EQ_MSG(test,
					    nicbond_flow_compare(&first, &other),
					    0, "%s", same[i][j]);
		}
	}
}

/* As much as is walked, and one more. */
static void nicbond_flow_test_depth(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "Eqqqqvvvv4T").found,
			IPS | PORTS | VID);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "Eqqqqvvvvv4T").found,
			MACS | VID);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test,
						      "EMMMMMMMMMMMMMMMB4T").found,
			IPS | PORTS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test,
						      "EMMMMMMMMMMMMMMMMB4T").found,
			MACS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E6hdddddddT").found,
			IPS | LABEL | PORTS);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E6hddddddddT").found,
			IPS | LABEL);
	/* the second tunnel's headers count for nothing */
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E444T").found,
			IPS | INNER);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_headers(test, "E4UXE4UXE4T").found,
			IPS | PORTS | INNERS);
}

static struct nicbond_flow nicbond_flow_of_tagged(struct kunit *test,
						  const char *headers,
						  __be16 proto, u16 tci)
{
	struct nicbond_frame *frame = nicbond_frame_build(test, headers);
	struct sk_buff *skb = nicbond_frame_skb(test, frame->data, frame->len,
						frame->len);

	__vlan_hwaccel_put_tag(skb, proto, tci);

	return nicbond_flow_of(skb);
}

/* One frame, its outermost tag in it or beside it. */
static void nicbond_flow_test_accelerated(struct kunit *test)
{
	static const struct {
		const char *in_frame, *beside;
		u16 proto, tci;
	} same[] = {
		{ "Ev4T", "E4T", ETH_P_8021Q, 0x6123 },
		{ "Ev4T", "E4T", ETH_P_8021Q, 0x0123 },
		{ "Eqv4T", "Ev4T", ETH_P_8021AD, 0x0456 },
		{ "Eqvv6T", "Evv6T", ETH_P_8021AD, 0xf456 },
		{ "EqK", "EK", ETH_P_8021AD, 0x0456 },
		{ "E0v4T", "Ev4T", ETH_P_8021Q, 0xe000 },
		{ "E04T", "E4T", ETH_P_8021Q, 0xe000 },
		{ "E4T", "E4T", ETH_P_8021Q, 0x1000 },
		{ "Ev4T", "Ev4T", ETH_P_8021Q, 0 },
	};
	struct nicbond_flow a, b;
	int i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		a = nicbond_flow_of_headers(test, same[i].in_frame);
		b = nicbond_flow_of_tagged(test, same[i].beside,
					   htons(same[i].proto), same[i].tci);
		KUNIT_EXPECT_EQ_MSG(test, nicbond_flow_compare(&a, &b), 0,
				    "pair %d", i);
	}
}

/* Bits beside a field's in its bytes: priority, traffic class; and no label. */
static void nicbond_flow_test_bits(struct kunit *test)
{
	static const struct {
		const char *headers;
		u8 at, bits;
	} same[] = {
		{ "Ev4T", 14, 0xf0 }, { "Eqv4T", 18, 0xf0 },
		{ "E6T", 14, 0x0f }, { "E6T", 15, 0xf0 }, { "E4T", 20, 0x40 },
		{ "E4T", 20, 0x80 }, { "E6aT", 57, 0x06 }, { "EB4T", 16, 0xfe },
	};
	struct nicbond_frame *frame;
	struct nicbond_flow a, b;
	int i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		frame = nicbond_frame_build(test, same[i].headers);
		a = nicbond_flow_of_frame(test, frame);
		frame->data[same[i].at] ^= same[i].bits;
		b = nicbond_flow_of_frame(test, frame);
		KUNIT_EXPECT_EQ_MSG(test, nicbond_flow_compare(&a, &b), 0,
				    "case %d", i);
	}

	frame = nicbond_frame_build(test, "E6T");
	memset(frame->data + 15, 0, 3);
	KUNIT_EXPECT_EQ(test, nicbond_flow_of_frame(test, frame).found, IPS | PORTS);
}

/* Nothing is read that is not there (KASAN), and splits do not matter. */
static void nicbond_flow_test_garbage(struct kunit *test)
{
	struct nicbond_frame_garbage *garbage = nicbond_frame_garbage(test);
	struct sk_buff *skb = nicbond_frame_skb(test, garbage->data, 0, 0);
	struct nicbond_flow a, b;
	unsigned int n, len;
	u32 seen = 0;

	for (n = 0; n < 30000; n++) {
		len = nicbond_frame_garble(garbage);
		nicbond_frame_fill(skb, garbage->data, len, len);
		nicbond_flow_parse(&a, skb);
		nicbond_frame_fill(skb, garbage->data, len, garbage->linear);
		nicbond_flow_parse(&b, skb);
		if (nicbond_flow_compare(&a, &b))
			KUNIT_FAIL(test, "frame %u", n);
		seen |= a.found;
	}
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, seen, BIT(NICBOND_HASH_FIELD_MAX) - 1);
}

static struct kunit_case nicbond_flow_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_flow_test_found, nicbond_flow_gen_params),
	KUNIT_CASE_PARAM(nicbond_flow_test_bytes, nicbond_flow_gen_params),
	KUNIT_CASE_PARAM(nicbond_flow_test_cut, nicbond_flow_gen_params),
	KUNIT_CASE_PARAM(nicbond_flow_test_gso, nicbond_flow_gen_params),
	KUNIT_CASE(nicbond_flow_test_values),
	KUNIT_CASE(nicbond_flow_test_malformed),
	KUNIT_CASE(nicbond_flow_test_extensions),
	KUNIT_CASE(nicbond_flow_test_fragments),
	KUNIT_CASE(nicbond_flow_test_depth),
	KUNIT_CASE(nicbond_flow_test_accelerated),
	KUNIT_CASE(nicbond_flow_test_bits),
	KUNIT_CASE(nicbond_flow_test_garbage),
	{}
};

static struct kunit_suite nicbond_flow_suite = {
	.name = "nicbond_flow",
	.test_cases = nicbond_flow_test_cases,
};

kunit_test_suite(nicbond_flow_suite);
