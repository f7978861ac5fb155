/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_FLOW_H
#define _NICBOND_FW_FLOW_H

#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/nicbond.h>

struct sk_buff;

/* Tags in the frame beyond this many: no host sends that, it has only MACs. */
#define NICBOND_FLOW_VLAN_DEPTH	8

/* An address's kind, above its bits: equal numbers of two kinds differ. */
enum nicbond_flow_kind {
	NICBOND_FLOW_MAC	= 0,
	NICBOND_FLOW_IPV4	= 1,
	NICBOND_FLOW_FC		= 2,
};

static inline u64 nicbond_flow_address(enum nicbond_flow_kind kind, u64 address)
{
	return (u64)kind << 48 | address;
}

/**
 * struct nicbond_flow - the fields of a frame
 * @found: Which fields the frame has, a bit for each enum nicbond_hash_field.
 * @wide: Which of them have 128 bits, that is are IPv6 addresses.
 * @low: The fields' values, valid for those that are found: of an IPv6 address
 *	the last 64 bits, of another its kind and its bits
 *	(nicbond_flow_address()), otherwise a number. VLAN_ID has the outermost
 *	VID above the innermost's 12 bits, which are 0 with one tag only.
 * @high: The first 64 bits, valid for those that are wide.
 *
 * A field is found when
 *
 * DST_IP, SRC_IP: there is an IPv4 or IPv6 header behind the Ethernet header and
 * its tags, also behind MPLS labels or PPPoE. Another version than the type
 * says, or an IPv4 header of less than its least size: no IP header.
 *
 * L4_PORTS: that is no fragment and carries what proto_ports_offset() knows: all
 * fragments of a datagram have the same fields, the first one too. An atomic
 * fragment (RFC 6946) is a whole datagram. Behind AH, the ports if there are
 * any, otherwise AH's SPI. IPv6 extension headers are walked.
 *
 * FLOW_LABEL: it is IPv6 and labelled, 0 says that it is not (RFC 6437, 2).
 *
 * VLAN_ID: it has a tag, accelerated (the outermost then) or in the frame, whose
 * VID is not 0: priority tags and priorities do not count.
 *
 * INNER_DST, INNER_SRC, INNER_PORTS: that is no fragment and a tunnel: VXLAN,
 * Geneve, GRE, IPv4 or IPv6 in IP. As above of what it carries, one level deep;
 * of an Ethernet frame without IP header its MACs.
 *
 * DST_MAC, SRC_MAC: always, of the outer Ethernet header.
 *
 * FC_D_ID, FC_S_ID, FC_OX_ID: it is FCoE.
 *
 * A header that is cut short is not there. Lengths that headers claim for what
 * they carry do not count.
 */
struct nicbond_flow {
	u32 found;
	u32 wide;
	u64 low[NICBOND_HASH_FIELD_MAX];
	u64 high[NICBOND_HASH_FIELD_MAX];
};

static inline bool nicbond_flow_has(const struct nicbond_flow *flow,
				    enum nicbond_hash_field field)
{
	return flow->found & BIT(field);
}

/*
 * Look for all fields in @skb, which starts with its Ethernet header, and may be
 * GSO, in fragments and cut short anywhere. The answer depends on the frame and
 * the accelerated tag only; this is why it is not the kernel's flow dissector,
 * which a namespace's BPF program may replace. Any context.
 */
void nicbond_flow_parse(struct nicbond_flow *flow, const struct sk_buff *skb);

#endif /* _NICBOND_FW_FLOW_H */
