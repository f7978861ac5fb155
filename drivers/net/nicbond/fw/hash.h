/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_HASH_H
#define _NICBOND_FW_HASH_H

#include <linux/types.h>
#include <net/nicbond.h>

struct sk_buff;

/**
 * struct nicbond_hash - a keyed hash of the destination address
 * @key: What HASH_KEY was given.
 * @mask: Added to the address (xor) before it is multiplied.
 * @factor: Secret odd factors.
 *
 * @mask and @factor are stretched from @key by SipHash when the key is set, so
 * that the packet pays for two multiplications only (three for IPv6). A packet
 * that races with a new key may see parts of both: it gets a valid hash that
 * belongs to neither.
 */
struct nicbond_hash {
	u32 key[NICBOND_KEY_WORDS];
	u64 mask[2];
	u64 factor[3];
};

/* Process context; the caller serializes. */
void nicbond_hash_set_key(struct nicbond_hash *hash, unsigned int word,
			  u32 value);

/*
 * The hash of the frame's destination: IPv4 or IPv6 address, D_ID when it is
 * FCoE, otherwise (or when that header is cut short) the MAC address. @skb
 * starts with its Ethernet header. Any context.
 */
u32 nicbond_hash_frame(const struct nicbond_hash *hash,
		       const struct sk_buff *skb);

#endif /* _NICBOND_FW_HASH_H */
