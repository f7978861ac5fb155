// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever chooses destinations, but does not know the key, does not have them meet in
 * one bucket or member: the real hash and table, sets made to be bad, many keys.
 *
 * What is expected is what a function chosen at random would do, within limits that it
 * exceeds less than once in 10^9 runs of the whole suite. A set has 1024 destinations, four
 * members have 64 buckets each, so a member has binomial (1024, 1/4) of them, and a bucket
 * binomial (1024, 1/256). Of 24 sets with 128 keys each
 *
 *   a member has more than 370, with a probability of 1.2e-15, 12288 times tried: 1.4e-11;
 *   a bucket has more than 32, 1.2e-19, 786432 times: 1e-13;
 *   chi-square of the members, 3 degrees of freedom a key, the sum over all keys, is above
 *   647: 6.9e-13 (Laurent and Massart 2000, lemma 1), 24 times: 1.7e-11.
 *
 * The keys are always the same ones, so a run finds what the last one found.
 */
#include "frame.h"
#include "../fw/hash.h"
#include "../fw/plan.h"
#include "../fw/table.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/mm.h>
#include <linux/prandom.h>

#define ADDRESSES	1024
#define BUCKETS		256
#define MEMBERS		4
#define KEYS		128
#define MEMBER_MOST	370
#define BUCKET_MOST	32
#define CHI_MOST	647

/* An address: of IPv6; of others the last bits of @low. */
struct nicbond_flood_address {
	u64 high;
	u64 low;
};

struct nicbond_flood;

/**
 * struct nicbond_flood_set - destinations that somebody chose
 * @name: What is shown.
 * @headers: Of a frame to them (frame.c).
 * @at: Where in that the address begins.
 * @bits: How many it has.
 * @fields: What is hashed.
 * @fill: Chooses them, by @how.
 * @how: A number that it takes.
 */
struct nicbond_flood_set {
	const char *name;
	const char *headers;
	unsigned int at;
	unsigned int bits;
	u32 fields;
	void (*fill)(struct nicbond_flood *flood, unsigned int how);
	unsigned int how;
};

/**
 * struct nicbond_flood - a set under test
 * @set: Which.
 * @hash: The hash.
 * @rnd: Where keys come from.
 * @table: The members' table.
 * @skb: A frame of the set.
 * @address: The set's destinations.
 */
struct nicbond_flood {
	const struct nicbond_flood_set *set;
	struct nicbond_hash hash;
	struct rnd_state rnd;
	struct nicbond_table *table;
	struct sk_buff *skb;
	struct nicbond_flood_address address[ADDRESSES];
};

/* Somewhere to begin; 2001:db8::/32, in 10.0.0.0/8, or D_ID and MAC likewise. */
static const struct nicbond_flood_address nicbond_flood_base = {
	.high = 0x20010db800010000, .low = 0x000000000a010000,
};

static void nicbond_flood_key(struct nicbond_flood *flood)
{
	int i;

	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_hash_set_key(&flood->hash, i,
				     prandom_u32_state(&flood->rnd));
}

static unsigned int nicbond_flood_bucket(struct nicbond_flood *flood,
					 const struct nicbond_flood_address *address)
{
	unsigned int at = flood->set->at, bits = flood->set->bits;
	u8 *data = flood->skb->data + at;

	for (; bits; bits -= 8, data++)
		*data = bits > 64 ? address->high >> (bits - 72) :
				    address->low >> (bits - 8);

	return nicbond_table_index(flood->table,
				   nicbond_hash_frame(&flood->hash, flood->skb));
}

/* One after the other, @shift bits from the last. */
static void nicbond_flood_step(struct nicbond_flood *flood, unsigned int shift)
{
	u64 n;

	for (n = 0; n < ADDRESSES; n++) {
		flood->address[n] = nicbond_flood_base;
		if (shift < 64) {
			flood->address[n].low ^= n << shift;
			flood->address[n].high ^= shift ? n >> (64 - shift) : 0;
		} else {
			flood->address[n].high ^= n << (shift - 64);
		}
	}
}

/* All that differ from the first in one bit, and then in more, @most at most. */
static void nicbond_flood_bits(struct nicbond_flood *flood, unsigned int most)
{
	unsigned int bits = flood->set->bits, n, i, j, k;
	struct nicbond_flood_address *address = flood->address;

	for (n = 0; n < ADDRESSES; n++)
		address[n] = nicbond_flood_base;
	for (n = 0, i = 0; i < bits; i++)
		for (j = 0; j <= i; j++)
			for (k = 0; k <= (most > 2 ? j : 0) && n < ADDRESSES; k++, n++) {
				u64 flip[2] = { };

				flip[i / 64] ^= BIT_ULL(i % 64);
				if (j < i)
					flip[j / 64] ^= BIT_ULL(j % 64);
				if (most > 2 && k < j)
					flip[k / 64] ^= BIT_ULL(k % 64);
				address[n].low ^= flip[0];
				address[n].high ^= flip[1];
			}
}

/*
 * The topmost @bits of the high half, and in the low half what would undo that if the high
 * half were multiplied by an odd number and folded: for one bit whatever the number is.
 */
static void nicbond_flood_undone(struct nicbond_flood *flood, unsigned int bits)
{
	u64 n, top;

	for (n = 0; n < ADDRESSES; n++) {
		top = (n & (BIT(bits) - 1)) << (64 - bits);
		flood->address[n].high = nicbond_flood_base.high ^ top;
		flood->address[n].low = (n >> bits) * 0x9e3779b97f4a7c15 ^
					top ^ top >> 32;
	}
}

/* What is in one bucket under another key: the zero key, or one at random. */
static void nicbond_flood_foreign(struct nicbond_flood *flood, unsigned int random)
{
	struct nicbond_flood_address address = nicbond_flood_base;
	unsigned int n = 0;

	if (random)
		nicbond_flood_key(flood);
	while (n < ADDRESSES) {
		address.low++;
		if (nicbond_flood_bucket(flood, &address) == 77)
			flood->address[n++] = address;
	}
}

/* What one member was seen to transmit under another key, of those in steps of @step. */
static void nicbond_flood_seen(struct nicbond_flood *flood, unsigned int step)
{
	struct nicbond_flood_address address = nicbond_flood_base;
	unsigned int n = 0, bucket;

	nicbond_flood_key(flood);
	while (n < ADDRESSES) {
		address.low += step;
		bucket = nicbond_flood_bucket(flood, &address);
		if (nicbond_table_slot(flood->table, bucket) == 2)
			flood->address[n++] = address;
	}
}

#define DEFAULT		NICBOND_HASH_FIELDS_DEFAULT
#define FLOW		(BIT(NICBOND_HASH_FIELD_DST_IP) | BIT(NICBOND_HASH_FIELD_SRC_IP) | \
			 BIT(NICBOND_HASH_FIELD_L4_PORTS))
#define SET(text, frame, where, size, which, way, number) {			\
	.name = text, .headers = frame, .at = where, .bits = size,		\
	.fields = which, .fill = nicbond_flood_##way, .how = number }
#define IPV4(text, way, number)	\
	SET("IPv4, " text, "E4T", ETH_HLEN + 16, 32, DEFAULT, way, number)
#define IPV6(text, way, number)	\
	SET("IPv6, " text, "E6T", ETH_HLEN + 24, 128, DEFAULT, way, number)
#define FLOW6(text, way, number) \
	SET("IPv6 flows, " text, "E6T", ETH_HLEN + 24, 128, FLOW, way, number)

static const struct nicbond_flood_set nicbond_flood_sets[] = {
	IPV4("in a row", step, 0),
	IPV4("same low 8 bits", step, 8),
	IPV4("same low 16 bits", step, 16),
	IPV4("same low 22 bits", step, 22),
	IPV4("a few bits differ", bits, 3),
	IPV4("one bucket under the zero key", foreign, 0),
	IPV4("one bucket under another key", foreign, 1),
	IPV4("one member's under another key", seen, 1),
	IPV6("in a row", step, 0),
	IPV6("same low 32 bits", step, 32),
	IPV6("same low 46 bits", step, 46),
	IPV6("same low 54 bits", step, 54),
	IPV6("same low 64 bits", step, 64),
	IPV6("same low 118 bits", step, 118),
	IPV6("two bits differ", bits, 2),
	IPV6("one topmost bit undone", undone, 1),
	IPV6("eight topmost bits undone", undone, 8),
	IPV6("one bucket under the zero key", foreign, 0),
	IPV6("one member's under another key", seen, 256),
	FLOW6("same low 54 bits", step, 54),
	FLOW6("one topmost bit undone", undone, 1),
	FLOW6("eight topmost bits undone", undone, 8),
	SET("FCoE, D_IDs in a row", "EK", ETH_HLEN + 15, 24, DEFAULT, step, 0),
	SET("MAC, same low 38 bits", "EH", 0, 48, DEFAULT, step, 38),
};

static void nicbond_flood_describe(const struct nicbond_flood_set *set, char *text)
{
	strscpy(text, set->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_flood, nicbond_flood_sets, nicbond_flood_describe);

static void nicbond_flood_prepare(struct kunit *test, struct nicbond_flood *flood)
{
	const struct nicbond_frame *frame =
		nicbond_frame_build(test, flood->set->headers);
	u32 peer[NICBOND_SLOTS] = { };
	struct nicbond_plan *plan;
	int i;

	prandom_seed_state(&flood->rnd, 20);
	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_hash_set_key(&flood->hash, i, 0);
	nicbond_hash_set_fields(&flood->hash, flood->set->fields);
	flood->skb = nicbond_frame_skb(test, frame->data, frame->len, frame->len);

	for (i = 0; i < MEMBERS; i++)
		peer[i] = NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
			  FIELD_PREP(NICBOND_PEER_WEIGHT, 1);
	flood->table = nicbond_table_create(BUCKETS, 0);
	KUNIT_ASSERT_NOT_NULL(test, flood->table);
	plan = nicbond_plan_begin(flood->table, peer);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	nicbond_table_adopt(flood->table, plan, peer, 0, true);
	nicbond_plan_end(plan);
}

/* How the set spreads under the key that is set; returns chi-square, in 1/256. */
static unsigned int nicbond_flood_measure(struct kunit *test,
					  struct nicbond_flood *flood)
{
	unsigned int bucket[BUCKETS] = { }, member[MEMBERS] = { }, chi = 0, i, slot;

	for (i = 0; i < ADDRESSES; i++)
		bucket[nicbond_flood_bucket(flood, &flood->address[i])]++;
	for (i = 0; i < BUCKETS; i++) {
		KUNIT_EXPECT_LE(test, bucket[i], BUCKET_MOST);
		slot = nicbond_table_slot(flood->table, i);
		KUNIT_ASSERT_LT(test, slot, MEMBERS);
		member[slot] += bucket[i];
	}
	for (i = 0; i < MEMBERS; i++) {
		KUNIT_EXPECT_LE(test, member[i], MEMBER_MOST);
		/* Of ADDRESSES / MEMBERS, which are 256. */
		chi += ((int)member[i] - ADDRESSES / MEMBERS) *
		       ((int)member[i] - ADDRESSES / MEMBERS);
	}

	return chi;
}

static void nicbond_flood_test_spread(struct kunit *test)
{
	unsigned int key, chi = 0;
	struct nicbond_flood *flood;

	flood = kunit_kzalloc(test, sizeof(*flood), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, flood);
	flood->set = test->param_value;
	nicbond_flood_prepare(test, flood);
	flood->set->fill(flood, flood->set->how);
	for (key = 0; key < KEYS; key++) {
		nicbond_flood_key(flood);
		chi += nicbond_flood_measure(test, flood);
	}
	KUNIT_EXPECT_LE(test, chi / (ADDRESSES / MEMBERS), CHI_MOST);
	kfree_skb(flood->skb);
	kvfree(flood->table);
}

static struct kunit_case nicbond_flood_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_flood_test_spread, nicbond_flood_gen_params),
	{}
};

static struct kunit_suite nicbond_flood_suite = {
	.name = "nicbond_flood",
	.test_cases = nicbond_flood_test_cases,
};

kunit_test_suite(nicbond_flood_suite);
