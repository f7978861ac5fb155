/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_HASH_H
#define _NICBOND_FW_HASH_H

#include "flow.h"

#include <linux/bits.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <net/nicbond.h>

/* The default set: the destination alone. */
#define NICBOND_HASH_FIELDS_DEFAULT	NICBOND_RESET_HASH_FIELDS

/* Words of 32 bits in an IPv6 address. */
#define NICBOND_HASH_WIDE_WORDS		4

/**
 * struct nicbond_hash - a keyed hash of a set of a frame's fields
 * @mask: Added to the address (xor) before it is multiplied.
 * @factor: Secret odd factors.
 * @fields: What HASH_FIELDS was given, a bit for each enum nicbond_hash_field;
 *	the empty set of a new one hashes as the default does.
 * @addend: Secret, of the words of an IPv6 address, the first of them first.
 * @key: What HASH_KEY was given.
 *
 * @mask, @factor and @addend are stretched from @key by SipHash when the key is set,
 * so that the packet pays for two multiplications only (four for IPv6, and some more
 * for another set than the default). A packet that races with a new key or
 * set may see parts of both keys: it gets a valid hash that belongs to neither.
 */
struct nicbond_hash {
	u64 mask[2];
	u64 factor[3];
	u32 fields;
	u32 addend[NICBOND_HASH_WIDE_WORDS];
	u32 key[NICBOND_KEY_WORDS];
};

/* Process context; the caller serializes. */
void nicbond_hash_set_key(struct nicbond_hash *hash, unsigned int word,
			  u32 value);

/* Is there a field in this set, and none that nobody knows? Any context. */
bool nicbond_hash_fields_valid(u32 fields);

/* @fields is valid. Process context; the caller serializes. */
void nicbond_hash_set_fields(struct nicbond_hash *hash, u32 fields);

static inline u64 nicbond_hash_fold(u64 x)
{
	return x ^ (x >> 32);
}

static inline u32 nicbond_hash_word(const struct nicbond_hash *hash, u64 x)
{
	x = nicbond_hash_fold((x ^ hash->mask[0]) * hash->factor[0]);

	return (x * hash->factor[1]) >> 32;
}

/* Make room in @x for another word of 64 bits. */
static inline u64 nicbond_hash_mix(const struct nicbond_hash *hash, u64 x)
{
	return nicbond_hash_fold((x ^ hash->mask[1]) * hash->factor[2]);
}

/*
 * 128 bits to 64: NH of UMAC (RFC 4418, 5.2.2; Black et al., CRYPTO '99). Whoever
 * chooses two addresses without the key has them meet, or differ by what he wants, with
 * a probability of 2^-32. A product of 64 bits by a factor would not do: the topmost bits
 * of a word reach the topmost bits of that only, where the other word can undo them, or
 * the next factor puts them in a row.
 */
static inline u64 nicbond_hash_narrow(const struct nicbond_hash *hash, u64 high,
				      u64 low)
{
	u32 word[NICBOND_HASH_WIDE_WORDS] = {
		(high >> 32) + hash->addend[0], high + hash->addend[1],
		(low >> 32) + hash->addend[2], low + hash->addend[3],
	};

	return (u64)word[0] * word[1] + (u64)word[2] * word[3];
}

static inline u32 nicbond_hash_wide(const struct nicbond_hash *hash, u64 high,
				    u64 low)
{
	return nicbond_hash_word(hash, nicbond_hash_narrow(hash, high, low));
}

static inline u32 nicbond_hash_kinded(const struct nicbond_hash *hash,
				      enum nicbond_flow_kind kind, u64 address)
{
	return nicbond_hash_word(hash, nicbond_flow_address(kind, address));
}

static inline u32 nicbond_hash_ipv4(const struct nicbond_hash *hash,
				    const struct iphdr *ip)
{
	return nicbond_hash_kinded(hash, NICBOND_FLOW_IPV4,
				   be32_to_cpu(ip->daddr));
}

static inline u32 nicbond_hash_ipv6(const struct nicbond_hash *hash,
				    const struct ipv6hdr *ip)
{
	return nicbond_hash_wide(hash,
				 get_unaligned_be64(&ip->daddr.s6_addr[0]),
				 get_unaligned_be64(&ip->daddr.s6_addr[8]));
}

/* The hash of any frame, as below. */
u32 nicbond_hash_any(const struct nicbond_hash *hash, const struct sk_buff *skb);

/* Likewise, by the default set: what most frames are, an address at its usual place. */
static inline u32 nicbond_hash_default(const struct nicbond_hash *hash,
				       const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const void *)skb->data;
	unsigned int len = skb_headlen(skb);

	if (unlikely(len < ETH_HLEN + sizeof(struct iphdr)))
		return nicbond_hash_any(hash, skb);
	if (likely(eth->h_proto == htons(ETH_P_IP)))
		return nicbond_hash_ipv4(hash, (const void *)(eth + 1));
	if (eth->h_proto == htons(ETH_P_IPV6) &&
	    len >= ETH_HLEN + sizeof(struct ipv6hdr))
		return nicbond_hash_ipv6(hash, (const void *)(eth + 1));

	return nicbond_hash_any(hash, skb);
}

/*
 * The hash of those of the frame's fields (struct nicbond_flow) that are in the
 * set; source and destination are told apart. When there are none, and with the
 * default set, it is the destination's: IPv4 or IPv6 address, D_ID when it is
 * FCoE, otherwise (or when that header is cut short) the MAC address. So what
 * a fragment lacks costs it the spreading, not the order. The default set alone
 * takes an IP header behind Ethernet and tags at its word: it does not look at
 * version and size, and such a malformed frame is hashed by what it has there.
 * @skb starts with its Ethernet header. Any context.
 */
static inline u32 nicbond_hash_frame(const struct nicbond_hash *hash,
				     const struct sk_buff *skb)
{
	if (unlikely(READ_ONCE(hash->fields) & ~NICBOND_HASH_FIELDS_DEFAULT))
		return nicbond_hash_any(hash, skb);

	return nicbond_hash_default(hash, skb);
}

#endif /* _NICBOND_FW_HASH_H */
