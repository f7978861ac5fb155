// SPDX-License-Identifier: GPL-2.0
/*
 * The parser: which fields a frame has.
 *
 * A cursor goes through the frame from header to header, each read with
 * skb_header_pointer(), so nothing is read that the frame does not have. What
 * comes next is an Ethernet type or an IP protocol; 0 and NICBOND_FLOW_END say
 * that nothing does. Each loop is bounded, and there is no recursion.
 */
#include "flow.h"

#include <linux/etherdevice.h>
#include <linux/if_tunnel.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/mpls.h>
#include <linux/ppp_defs.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/gre.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/vxlan.h>
#include <scsi/fc/fc_fcoe.h>
#include <scsi/fc/fc_fs.h>

/* No IP protocol: nothing follows, or nothing that may be looked at. */
#define NICBOND_FLOW_END	(-1)

/* More labels or extension headers than these: nothing is behind them. */
#define NICBOND_FLOW_MPLS_DEPTH	16
#define NICBOND_FLOW_EXTENSIONS	8

/* What Linux used for VXLAN before IANA gave it a port, and still defaults to. */
#define NICBOND_FLOW_VXLAN_PORT	8472

/*
 * RFC 2516, 4: version 1, type 1, code 0 for session data, session, length; then
 * PPP's protocol of two bytes (RFC 1661, 2). The kernel has structures for this and
 * for Geneve, but in headers that sparse does not like.
 */
#define NICBOND_FLOW_PPPOE	0x1100
#define NICBOND_FLOW_PPPOE_HLEN	8
#define NICBOND_FLOW_PPP	6

/*
 * RFC 8926, 3.4: version (2 bits), length of the options in 4 bytes (6 bits),
 * flags, Ethernet type, VNI.
 */
#define NICBOND_FLOW_GENEVE_PORT	6081
#define NICBOND_FLOW_GENEVE_HLEN	8
#define NICBOND_FLOW_GENEVE_VERSION	0xc0
#define NICBOND_FLOW_GENEVE_OPTIONS	0x3f
#define NICBOND_FLOW_GENEVE_TYPE	2

/**
 * struct nicbond_flow_layer - which fields a layer's headers fill in
 * @dst_mac: The Ethernet header's destination.
 * @src_mac: Its source.
 * @dst: The IP header's destination.
 * @src: Its source.
 * @ports: The ports.
 */
struct nicbond_flow_layer {
	enum nicbond_hash_field dst_mac;
	enum nicbond_hash_field src_mac;
	enum nicbond_hash_field dst;
	enum nicbond_hash_field src;
	enum nicbond_hash_field ports;
};

static const struct nicbond_flow_layer nicbond_flow_outer = {
	.dst_mac	= NICBOND_HASH_FIELD_DST_MAC,
	.src_mac	= NICBOND_HASH_FIELD_SRC_MAC,
	.dst		= NICBOND_HASH_FIELD_DST_IP,
	.src		= NICBOND_HASH_FIELD_SRC_IP,
	.ports		= NICBOND_HASH_FIELD_L4_PORTS,
};

/* MACs first; the addresses of an IP header then take their place. */
static const struct nicbond_flow_layer nicbond_flow_inner = {
	.dst_mac	= NICBOND_HASH_FIELD_INNER_DST,
	.src_mac	= NICBOND_HASH_FIELD_INNER_SRC,
	.dst		= NICBOND_HASH_FIELD_INNER_DST,
	.src		= NICBOND_HASH_FIELD_INNER_SRC,
	.ports		= NICBOND_HASH_FIELD_INNER_PORTS,
};

/**
 * struct nicbond_flow_cursor - where the parser is
 * @flow: What it fills in.
 * @skb: The frame.
 * @layer: The layer that it is in.
 * @offset: Of the next header in the frame.
 */
struct nicbond_flow_cursor {
	struct nicbond_flow *flow;
	const struct sk_buff *skb;
	const struct nicbond_flow_layer *layer;
	unsigned int offset;
};

/* The next header, perhaps in @copy. NULL: it is cut short. */
static void *nicbond_flow_peek(const struct nicbond_flow_cursor *cursor,
			       unsigned int len, void *copy)
{
	return skb_header_pointer(cursor->skb, cursor->offset, len, copy);
}

/* The next header, and go past it. */
static void *nicbond_flow_pull(struct nicbond_flow_cursor *cursor,
			       unsigned int len, void *copy)
{
	void *header = nicbond_flow_peek(cursor, len, copy);

	cursor->offset += len;

	return header;
}

static bool nicbond_flow_is_outer(const struct nicbond_flow_cursor *cursor)
{
	return cursor->layer == &nicbond_flow_outer;
}

static void nicbond_flow_set(struct nicbond_flow *flow,
			     enum nicbond_hash_field field, u64 value)
{
	flow->found |= BIT(field);
	flow->low[field] = value;
}

static void nicbond_flow_set_mac(struct nicbond_flow *flow,
				 enum nicbond_hash_field field, const u8 *mac)
{
	nicbond_flow_set(flow, field,
			 nicbond_flow_address(NICBOND_FLOW_MAC,
					      ether_addr_to_u64(mac)));
}

/* An address in a tunnel may be at any byte. */
static void nicbond_flow_set_ipv4(struct nicbond_flow *flow,
				  enum nicbond_hash_field field,
				  const __be32 *address)
{
	nicbond_flow_set(flow, field,
			 nicbond_flow_address(NICBOND_FLOW_IPV4,
					      get_unaligned_be32(address)));
}

static void nicbond_flow_set_ipv6(struct nicbond_flow *flow,
				  enum nicbond_hash_field field,
				  const struct in6_addr *address)
{
	nicbond_flow_set(flow, field, get_unaligned_be64(&address->s6_addr[8]));
	flow->high[field] = get_unaligned_be64(&address->s6_addr[0]);
	flow->wide |= BIT(field);
}

/* The next tag inwards. */
static void nicbond_flow_add_vid(struct nicbond_flow *flow, u16 tci)
{
	u64 vid = tci & VLAN_VID_MASK, outermost;

	if (!vid)
		return;
	if (!nicbond_flow_has(flow, NICBOND_HASH_FIELD_VLAN_ID)) {
		nicbond_flow_set(flow, NICBOND_HASH_FIELD_VLAN_ID, vid << 12);
		return;
	}
	outermost = flow->low[NICBOND_HASH_FIELD_VLAN_ID] & ~(u64)VLAN_VID_MASK;
	nicbond_flow_set(flow, NICBOND_HASH_FIELD_VLAN_ID, outermost | vid);
}

/* IEEE 802.1Q, 9: the tags, then the type. */
static __be16 nicbond_flow_vlan(struct nicbond_flow_cursor *cursor, __be16 type)
{
	struct vlan_hdr copy, *vlan;
	int depth;

	for (depth = 0; eth_type_vlan(type); depth++) {
		vlan = nicbond_flow_pull(cursor, VLAN_HLEN, &copy);
		if (!vlan || depth == NICBOND_FLOW_VLAN_DEPTH)
			return 0;
		if (nicbond_flow_is_outer(cursor))
			nicbond_flow_add_vid(cursor->flow,
					     be16_to_cpu(vlan->h_vlan_TCI));
		type = vlan->h_vlan_encapsulated_proto;
	}

	return type;
}

static __be16 nicbond_flow_ethernet(struct nicbond_flow_cursor *cursor)
{
	struct ethhdr copy, *eth;

	eth = nicbond_flow_pull(cursor, ETH_HLEN, &copy);
	if (!eth)
		return 0;

	nicbond_flow_set_mac(cursor->flow, cursor->layer->dst_mac, eth->h_dest);
	nicbond_flow_set_mac(cursor->flow, cursor->layer->src_mac, eth->h_source);

	return nicbond_flow_vlan(cursor, eth->h_proto);
}

/* An address of 24 bits, @at bytes behind the cursor. */
static void nicbond_flow_fc_id(const struct nicbond_flow_cursor *cursor,
			       enum nicbond_hash_field field, unsigned int at)
{
	u8 copy[3], *id;

	id = skb_header_pointer(cursor->skb, cursor->offset + at, sizeof(copy),
				copy);
	if (id)
		nicbond_flow_set(cursor->flow, field,
				 nicbond_flow_address(NICBOND_FLOW_FC,
						      get_unaligned_be24(id)));
}

/* FC-BB-6, 7.7: the FCoE header; FC-FS: the frame header. */
static void nicbond_flow_fcoe(struct nicbond_flow_cursor *cursor)
{
	__be16 copy, *ox_id;

	cursor->offset += sizeof(struct fcoe_hdr);
	nicbond_flow_fc_id(cursor, NICBOND_HASH_FIELD_FC_D_ID,
			   offsetof(struct fc_frame_header, fh_d_id));
	nicbond_flow_fc_id(cursor, NICBOND_HASH_FIELD_FC_S_ID,
			   offsetof(struct fc_frame_header, fh_s_id));

	cursor->offset += offsetof(struct fc_frame_header, fh_ox_id);
	ox_id = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (ox_id)
		nicbond_flow_set(cursor->flow, NICBOND_HASH_FIELD_FC_OX_ID,
				 be16_to_cpu(*ox_id));
}

/*
 * RFC 3032, 2.1: labels up to the bottom of the stack. They do not say what
 * follows; RFC 4928, 3: IP has its version in the first four bits, and a
 * pseudowire that wants no such mistake begins with 0.
 */
static __be16 nicbond_flow_mpls(struct nicbond_flow_cursor *cursor)
{
	struct mpls_label copy, *label;
	u8 first_copy, *first;
	int depth = 0;

	do {
		label = nicbond_flow_pull(cursor, sizeof(copy), &copy);
		if (!label || depth++ == NICBOND_FLOW_MPLS_DEPTH)
			return 0;
	} while (!(get_unaligned_be32(&label->entry) & MPLS_LS_S_MASK));

	first = nicbond_flow_peek(cursor, sizeof(first_copy), &first_copy);
	if (!first)
		return 0;
	switch (*first >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	}

	return 0;
}

static __be16 nicbond_flow_pppoe(struct nicbond_flow_cursor *cursor)
{
	u8 copy[NICBOND_FLOW_PPPOE_HLEN], *pppoe;

	pppoe = nicbond_flow_pull(cursor, sizeof(copy), copy);
	if (!pppoe || get_unaligned_be16(pppoe) != NICBOND_FLOW_PPPOE)
		return 0;
	switch (get_unaligned_be16(pppoe + NICBOND_FLOW_PPP)) {
	case PPP_IP:
		return htons(ETH_P_IP);
	case PPP_IPV6:
		return htons(ETH_P_IPV6);
	}

	return 0;
}

/* RFC 4302, 2: what it protects follows in clear; its length counts 4 bytes, less 2. */
static int nicbond_flow_auth(struct nicbond_flow_cursor *cursor)
{
	struct ip_auth_hdr copy, *auth;

	auth = nicbond_flow_peek(cursor, sizeof(copy), &copy);
	if (!auth)
		return NICBOND_FLOW_END;

	nicbond_flow_set(cursor->flow, cursor->layer->ports,
			 get_unaligned_be32(&auth->spi));
	cursor->offset += ipv6_authlen(auth);

	return auth->nexthdr;
}

/* RFC 8200, 4.3, 4.4 and 4.6; the length counts 8 bytes, less 1. */
static int nicbond_flow_option(struct nicbond_flow_cursor *cursor)
{
	struct ipv6_opt_hdr copy, *option;

	option = nicbond_flow_peek(cursor, sizeof(copy), &copy);
	if (!option)
		return NICBOND_FLOW_END;

	cursor->offset += ipv6_optlen(option);

	return option->nexthdr;
}

/* RFC 8200, 4.5; RFC 6946: one that is neither followed nor preceded is whole. */
static int nicbond_flow_fragment(struct nicbond_flow_cursor *cursor)
{
	struct frag_hdr copy, *fragment;

	fragment = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (fragment && !(fragment->frag_off & htons(IP6_MF | IP6_OFFSET)))
		return fragment->nexthdr;

	/* No SPI either, of an AH that does not belong before it. */
	cursor->flow->found &= ~BIT(cursor->layer->ports);

	return NICBOND_FLOW_END;
}

static int nicbond_flow_extensions(struct nicbond_flow_cursor *cursor, int proto)
{
	int i;

	for (i = 0; i <= NICBOND_FLOW_EXTENSIONS; i++) {
		switch (proto) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			proto = nicbond_flow_option(cursor);
			break;
		case IPPROTO_FRAGMENT:
			proto = nicbond_flow_fragment(cursor);
			break;
		case IPPROTO_AH:
			proto = nicbond_flow_auth(cursor);
			break;
		default:
			return proto;
		}
	}

	return NICBOND_FLOW_END;
}

/* RFC 791, 3.1 */
static int nicbond_flow_ipv4(struct nicbond_flow_cursor *cursor)
{
	struct iphdr copy, *ip;

	ip = nicbond_flow_peek(cursor, sizeof(copy), &copy);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return NICBOND_FLOW_END;

	nicbond_flow_set_ipv4(cursor->flow, cursor->layer->dst, &ip->daddr);
	nicbond_flow_set_ipv4(cursor->flow, cursor->layer->src, &ip->saddr);
	if (ip->frag_off & htons(IP_MF | IP_OFFSET))
		return NICBOND_FLOW_END;

	cursor->offset += ip->ihl * 4;
	if (ip->protocol == IPPROTO_AH)
		return nicbond_flow_auth(cursor);

	return ip->protocol;
}

/* RFC 8200, 3 */
static int nicbond_flow_ipv6(struct nicbond_flow_cursor *cursor)
{
	struct ipv6hdr copy, *ip;
	u32 label;

	ip = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (!ip || ip->version != 6)
		return NICBOND_FLOW_END;

	nicbond_flow_set_ipv6(cursor->flow, cursor->layer->dst, &ip->daddr);
	nicbond_flow_set_ipv6(cursor->flow, cursor->layer->src, &ip->saddr);
	label = get_unaligned_be32(ip) & be32_to_cpu(IPV6_FLOWLABEL_MASK);
	if (label && nicbond_flow_is_outer(cursor))
		nicbond_flow_set(cursor->flow, NICBOND_HASH_FIELD_FLOW_LABEL,
				 label);

	return nicbond_flow_extensions(cursor, ip->nexthdr);
}

static int nicbond_flow_network(struct nicbond_flow_cursor *cursor, __be16 type)
{
	switch (type) {
	case htons(ETH_P_MPLS_UC):
	case htons(ETH_P_MPLS_MC):
		type = nicbond_flow_mpls(cursor);
		break;
	case htons(ETH_P_PPP_SES):
		type = nicbond_flow_pppoe(cursor);
		break;
	}

	switch (type) {
	case htons(ETH_P_IP):
		return nicbond_flow_ipv4(cursor);
	case htons(ETH_P_IPV6):
		return nicbond_flow_ipv6(cursor);
	}

	return NICBOND_FLOW_END;
}

static void nicbond_flow_transport(const struct nicbond_flow_cursor *cursor,
				   int proto)
{
	int at = proto_ports_offset(proto);
	__be32 copy, *ports;

	if (at < 0)
		return;

	ports = skb_header_pointer(cursor->skb, cursor->offset + at,
				   sizeof(copy), &copy);
	if (ports)
		nicbond_flow_set(cursor->flow, cursor->layer->ports,
				 get_unaligned_be32(ports));
}

/* RFC 7348, 5: without its I flag there is no VXLAN. */
static __be16 nicbond_flow_vxlan(struct nicbond_flow_cursor *cursor)
{
	struct vxlanhdr copy, *vxlan;

	vxlan = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (!vxlan || !(get_unaligned(&vxlan->vx_flags) & VXLAN_HF_VNI))
		return 0;

	return htons(ETH_P_TEB);
}

static __be16 nicbond_flow_geneve(struct nicbond_flow_cursor *cursor)
{
	u8 copy[NICBOND_FLOW_GENEVE_HLEN], *geneve;

	geneve = nicbond_flow_pull(cursor, sizeof(copy), copy);
	if (!geneve || geneve[0] & NICBOND_FLOW_GENEVE_VERSION)
		return 0;

	cursor->offset += (geneve[0] & NICBOND_FLOW_GENEVE_OPTIONS) * 4;

	return get_unaligned((__be16 *)(geneve + NICBOND_FLOW_GENEVE_TYPE));
}

static __be16 nicbond_flow_udp(struct nicbond_flow_cursor *cursor)
{
	struct udphdr copy, *udp;

	udp = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (!udp)
		return 0;

	switch (udp->dest) {
	case htons(IANA_VXLAN_UDP_PORT):
	case htons(NICBOND_FLOW_VXLAN_PORT):
		return nicbond_flow_vxlan(cursor);
	case htons(NICBOND_FLOW_GENEVE_PORT):
		return nicbond_flow_geneve(cursor);
	}

	return 0;
}

/* RFC 2784, 2 and RFC 2890, 2: checksum, key and sequence number of 4 bytes each. */
static __be16 nicbond_flow_gre(struct nicbond_flow_cursor *cursor)
{
	struct gre_base_hdr copy, *gre;

	gre = nicbond_flow_pull(cursor, sizeof(copy), &copy);
	if (!gre || gre->flags & (GRE_ROUTING | GRE_VERSION))
		return 0;

	if (gre->flags & GRE_CSUM)
		cursor->offset += 4;
	if (gre->flags & GRE_KEY)
		cursor->offset += 4;
	if (gre->flags & GRE_SEQ)
		cursor->offset += 4;

	return gre->protocol;
}

/* What a tunnel carries; IP in IP: RFC 2003, 2473 and 4213. */
static __be16 nicbond_flow_tunnel(struct nicbond_flow_cursor *cursor, int proto)
{
	switch (proto) {
	case IPPROTO_IPIP:
		return htons(ETH_P_IP);
	case IPPROTO_IPV6:
		return htons(ETH_P_IPV6);
	case IPPROTO_GRE:
		return nicbond_flow_gre(cursor);
	case IPPROTO_UDP:
		return nicbond_flow_udp(cursor);
	}

	return 0;
}

void nicbond_flow_parse(struct nicbond_flow *flow, const struct sk_buff *skb)
{
	struct nicbond_flow_cursor cursor = {
		.flow = flow, .skb = skb, .layer = &nicbond_flow_outer,
	};
	__be16 type;
	int proto;

	flow->found = 0;
	flow->wide = 0;
	if (skb_vlan_tag_present(skb))
		nicbond_flow_add_vid(flow, skb_vlan_tag_get(skb));

	type = nicbond_flow_ethernet(&cursor);
	if (type == htons(ETH_P_FCOE))
		nicbond_flow_fcoe(&cursor);
	proto = nicbond_flow_network(&cursor, type);
	nicbond_flow_transport(&cursor, proto);

	type = nicbond_flow_tunnel(&cursor, proto);
	cursor.layer = &nicbond_flow_inner;
	if (type == htons(ETH_P_TEB))
		type = nicbond_flow_ethernet(&cursor);
	proto = nicbond_flow_network(&cursor, type);
	nicbond_flow_transport(&cursor, proto);
}
