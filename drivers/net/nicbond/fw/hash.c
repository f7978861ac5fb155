// SPDX-License-Identifier: GPL-2.0
/*
 * The dst-hash selector's hash: which address names a frame's destination, and
 * a keyed hash of it; or of the fields that were chosen instead.
 *
 * The default set has a path of its own, the shortest of it in the header. Everything
 * else goes through the parser.
 */
#include "hash.h"

#include <linux/bitops.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <scsi/fc/fc_fcoe.h>
#include <scsi/fc/fc_fs.h>

/* FC-BB-6, 7.7: the FCoE header; FC-FS: R_CTL, then the D_ID of 3 bytes. */
#define NICBOND_FCOE_HLEN	sizeof(struct fcoe_hdr)
#define NICBOND_FC_D_ID		offsetof(struct fc_frame_header, fh_d_id)

static u32 nicbond_hash_fc(const struct nicbond_hash *hash, const u8 *fc)
{
	return nicbond_hash_kinded(hash, NICBOND_FLOW_FC,
				   get_unaligned_be24(fc + NICBOND_FC_D_ID));
}

/* The destination of a parsed frame. */
static u32 nicbond_hash_destination(const struct nicbond_hash *hash,
				    const struct nicbond_flow *flow)
{
	enum nicbond_hash_field field = NICBOND_HASH_FIELD_DST_MAC;

	if (nicbond_flow_has(flow, NICBOND_HASH_FIELD_DST_IP))
		field = NICBOND_HASH_FIELD_DST_IP;
	else if (nicbond_flow_has(flow, NICBOND_HASH_FIELD_FC_D_ID))
		field = NICBOND_HASH_FIELD_FC_D_ID;
	else if (!nicbond_flow_has(flow, NICBOND_HASH_FIELD_DST_MAC))
		return 0;

	if (flow->wide & BIT(field))
		return nicbond_hash_wide(hash, flow->high[field],
					 flow->low[field]);

	return nicbond_hash_word(hash, flow->low[field]);
}

/*
 * The first word says which words follow. Each step (xor, odd factor, fold) is one
 * to one in its word and in what came before, so that two frames which differ in
 * one word cannot be confused but by the last cut to 32 bits, or, if that word is an
 * IPv6 address, as seldom by narrowing it. The fold brings down the high bits, which a
 * product mixes best, and the next factor carries them up to the top again. No sender
 * chooses the topmost bits of a word, where a product mixes nothing: an address of
 * 48 bits at most and its kind leave them alone, and a narrowed one is not his choice.
 */
static u32 nicbond_hash_fields(const struct nicbond_hash *hash,
			       const struct nicbond_flow *flow, u32 fields)
{
	u64 x = nicbond_hash_mix(hash, (u64)(flow->wide & fields) << 32 | fields);
	unsigned long set = fields;
	unsigned int field;
	u64 word;

	for_each_set_bit(field, &set, NICBOND_HASH_FIELD_MAX) {
		word = flow->low[field];
		if (flow->wide & BIT(field))
			word = nicbond_hash_narrow(hash, flow->high[field], word);
		x = nicbond_hash_mix(hash, x ^ word);
	}

	return nicbond_hash_word(hash, x);
}

static noinline u32 nicbond_hash_parsed(const struct nicbond_hash *hash,
					const struct sk_buff *skb, u32 fields)
{
	struct nicbond_flow flow;

	nicbond_flow_parse(&flow, skb);
	fields &= flow.found;
	if (!(fields & ~NICBOND_HASH_FIELDS_DEFAULT))
		return nicbond_hash_destination(hash, &flow);

	return nicbond_hash_fields(hash, &flow, fields);
}

/* The Ethernet type behind the tags in the frame; *offset goes past it. */
static __be16 nicbond_hash_skip_vlan(const struct sk_buff *skb, __be16 type,
				     unsigned int *offset)
{
	struct vlan_hdr copy, *vlan;
	int depth;

	for (depth = 0; eth_type_vlan(type); depth++) {
		vlan = skb_header_pointer(skb, *offset, sizeof(copy), &copy);
		if (!vlan || depth == NICBOND_FLOW_VLAN_DEPTH)
			return 0;
		type = vlan->h_vlan_encapsulated_proto;
		*offset += VLAN_HLEN;
	}

	return type;
}

/*
 * Can there be an IP header farther down? MPLS and PPPoE session frames. The few
 * other types of 0x8840 to 0x887f lose nothing, and all the rest one comparison.
 */
static inline bool nicbond_hash_hides_ip(__be16 type)
{
	return (type & htons(0xffc0)) == htons(0x8840);
}

u32 nicbond_hash_any(const struct nicbond_hash *hash, const struct sk_buff *skb)
{
	u32 fields = READ_ONCE(hash->fields);
	union {
		struct iphdr ipv4;
		struct ipv6hdr ipv6;
		u8 fc[NICBOND_FC_D_ID + 3];
	} copy;
	unsigned int offset = ETH_HLEN;
	struct ethhdr eth_copy, *eth;
	__be16 type;
	void *header;

	if (unlikely(fields & ~NICBOND_HASH_FIELDS_DEFAULT))
		return nicbond_hash_parsed(hash, skb, fields);

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
	default:
		if (unlikely(nicbond_hash_hides_ip(type)))
			return nicbond_hash_parsed(hash, skb,
						   NICBOND_HASH_FIELDS_DEFAULT);
		break;
	}

	return nicbond_hash_kinded(hash, NICBOND_FLOW_MAC,
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
	for (i = 0; i < ARRAY_SIZE(hash->addend); i++)
		hash->addend[i] = siphash_1u64(0x200 + i, &key);
}

bool nicbond_hash_fields_valid(u32 fields)
{
	return fields && !(fields >> NICBOND_HASH_FIELD_MAX);
}

void nicbond_hash_set_fields(struct nicbond_hash *hash, u32 fields)
{
	WRITE_ONCE(hash->fields, fields);
}
