/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_HASH_H
#define _NICBOND_FW_HASH_H

#include <linux/bits.h>
#include <linux/types.h>
#include <net/nicbond.h>

struct sk_buff;

/* The default set: the destination alone. */
#define NICBOND_HASH_FIELDS_DEFAULT	NICBOND_RESET_HASH_FIELDS

/**
 * struct nicbond_hash - a keyed hash of a set of a frame's fields
 * @key: What HASH_KEY was given.
 * @fields: What HASH_FIELDS was given, a bit for each enum nicbond_hash_field;
 *	the empty set of a new one hashes as the default does.
 * @mask: Added to the address (xor) before it is multiplied.
 * @factor: Secret odd factors.
 *
 * @mask and @factor are stretched from @key by SipHash when the key is set, so
 * that the packet pays for two multiplications only (three for IPv6, and some
 * more for another set than the default). A packet that races with a new key or
 * set may see parts of both keys: it gets a valid hash that belongs to neither.
 */
struct nicbond_hash {
	u32 key[NICBOND_KEY_WORDS];
	u32 fields;
	u64 mask[2];
	u64 factor[3];
};

/* Process context; the caller serializes. */
void nicbond_hash_set_key(struct nicbond_hash *hash, unsigned int word,
			  u32 value);

/* Is there a field in this set, and none that nobody knows? Any context. */
bool nicbond_hash_fields_valid(u32 fields);

/* @fields is valid. Process context; the caller serializes. */
void nicbond_hash_set_fields(struct nicbond_hash *hash, u32 fields);

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
u32 nicbond_hash_frame(const struct nicbond_hash *hash,
		       const struct sk_buff *skb);

#endif /* _NICBOND_FW_HASH_H */
