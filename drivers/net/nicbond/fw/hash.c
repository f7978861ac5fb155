// SPDX-License-Identifier: GPL-2.0
/*
 * The dst-hash selector's hash: which address names a frame's destination, and
 * a keyed hash of it.
 */
#include "hash.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

/* Tags in the frame beyond this many: no host sends that, hash the MAC. */
#define NICBOND_HASH_VLAN_DEPTH	8

/* FC-BB-6, 7.7: version and reserved bits, then SOF; the FC frame follows. */
#define NICBOND_FCOE_HLEN	14
/* FC-FS, frame header: R_CTL, then the D_ID of 3 bytes. */
#define NICBOND_FC_D_ID		1

/* The address's kind, above its bits: equal numbers of two kinds differ. */
enum nicbond_hash_kind {
	NICBOND_HASH_MAC	= 0,
	NICBOND_HASH_IPV4	= 1,
	NICBOND_HASH_FC		= 2,
};

static inline u64 nicbond_hash_fold(u64 x)
{
	return x ^ (x >> 32);
}

static inline u32 nicbond_hash_word(const struct nicbond_hash *hash, u64 x)
{
	x = nicbond_hash_fold((x ^ hash->mask[0]) * hash->factor[0]);

	return (x * hash->factor[1]) >> 32;
}

static inline u32 nicbond_hash_kinded(const struct nicbond_hash *hash,
				      enum nicbond_hash_kind kind, u64 address)
{
	return nicbond_hash_word(hash, (u64)kind << 48 | address);
}

static u32 nicbond_hash_ipv4(const struct nicbond_hash *hash,
			     const struct iphdr *ip)
{
	return nicbond_hash_kinded(hash, NICBOND_HASH_IPV4,
				   be32_to_cpu(ip->daddr));
}

static u32 nicbond_hash_ipv6(const struct nicbond_hash *hash,
			     const struct ipv6hdr *ip)
{
	u64 x = get_unaligned_be64(&ip->daddr.s6_addr[0]);

	x = nicbond_hash_fold((x ^ hash->mask[1]) * hash->factor[2]);

	return nicbond_hash_word(hash,
				 x ^ get_unaligned_be64(&ip->daddr.s6_addr[8]));
}

static u32 nicbond_hash_fc(const struct nicbond_hash *hash, const u8 *fc)
{
	return nicbond_hash_kinded(hash, NICBOND_HASH_FC,
				   get_unaligned_be24(fc + NICBOND_FC_D_ID));
}

/* The Ethernet type behind the tags in the frame; *offset goes past it. */
static __be16 nicbond_hash_skip_vlan(const struct sk_buff *skb, __be16 type,
				     unsigned int *offset)
{
	struct vlan_hdr copy, *vlan;
	int depth;

	for (depth = 0; eth_type_vlan(type); depth++) {
		vlan = skb_header_pointer(skb, *offset, sizeof(copy), &copy);
		if (!vlan || depth == NICBOND_HASH_VLAN_DEPTH)
			return 0;
		type = vlan->h_vlan_encapsulated_proto;
		*offset += VLAN_HLEN;
	}

	return type;
}

u32 nicbond_hash_frame(const struct nicbond_hash *hash,
		       const struct sk_buff *skb)
{
	union {
		struct iphdr ipv4;
		struct ipv6hdr ipv6;
		u8 fc[NICBOND_FC_D_ID + 3];
	} copy;
	unsigned int offset = ETH_HLEN;
	struct ethhdr eth_copy, *eth;
	__be16 type;
	void *header;

	eth = skb_header_pointer(skb, 0, ETH_HLEN, &eth_copy);
	if (unlikely(!eth))
		return 0;

	type = eth->h_proto;
	if (unlikely(eth_type_vlan(type)))
		type = nicbond_hash_skip_vlan(skb, type, &offset);

	switch (type) {
	case htons(ETH_P_IP):
		header = skb_header_pointer(skb, offset, sizeof(copy.ipv4),
					    &copy.ipv4);
		if (likely(header))
			return nicbond_hash_ipv4(hash, header);
		break;
	case htons(ETH_P_IPV6):
		header = skb_header_pointer(skb, offset, sizeof(copy.ipv6),
					    &copy.ipv6);
		if (likely(header))
			return nicbond_hash_ipv6(hash, header);
		break;
	case htons(ETH_P_FCOE):
		header = skb_header_pointer(skb, offset + NICBOND_FCOE_HLEN,
					    sizeof(copy.fc), copy.fc);
		if (likely(header))
			return nicbond_hash_fc(hash, header);
		break;
	}

	return nicbond_hash_kinded(hash, NICBOND_HASH_MAC,
				   ether_addr_to_u64(eth->h_dest));
}

void nicbond_hash_set_key(struct nicbond_hash *hash, unsigned int word,
			  u32 value)
{
	siphash_key_t key;
	int i;

	hash->key[word] = value;
	key.key[0] = (u64)hash->key[1] << 32 | hash->key[0];
	key.key[1] = (u64)hash->key[3] << 32 | hash->key[2];
	for (i = 0; i < ARRAY_SIZE(hash->mask); i++)
		hash->mask[i] = siphash_1u64(i, &key);
	for (i = 0; i < ARRAY_SIZE(hash->factor); i++)
		hash->factor[i] = siphash_1u64(0x100 + i, &key) | 1;
}
