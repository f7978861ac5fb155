/* SPDX-License-Identifier: GPL-2.0 */
/* Formats that the C library's headers lack, and the kernel's helpers for them. */
#ifndef _NICBOND_FUZZ_HEADERS_H
#define _NICBOND_FUZZ_HEADERS_H

#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_tunnel.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/mpls.h>
#include <linux/ppp_defs.h>
#include <linux/udp.h>

/* <linux/if_vlan.h> */
#define VLAN_HLEN	4
#define VLAN_VID_MASK	0x0fff
#define VLAN_MAX_DEPTH	8

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

static inline bool eth_type_vlan(__be16 type)
{
	return type == htons(ETH_P_8021Q) || type == htons(ETH_P_8021AD);
}

static inline __be16 vlan_get_protocol(const struct sk_buff *skb)
{
	unsigned int offset = skb->mac_len ? skb->mac_len - VLAN_HLEN : ETH_HLEN;
	unsigned int left = VLAN_MAX_DEPTH;
	__be16 type = skb->protocol;
	struct vlan_hdr copy, *vlan;

	while (eth_type_vlan(type)) {
		vlan = skb_header_pointer(skb, offset, sizeof(copy), &copy);
		if (!vlan || !--left)
			return 0;
		type = vlan->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
	}

	return type;
}

/* <linux/etherdevice.h> */
static inline u64 ether_addr_to_u64(const u8 *addr)
{
	return (u64)get_unaligned_be16(addr) << 32 | get_unaligned_be32(addr + 2);
}

static inline bool ether_addr_equal(const u8 *a, const u8 *b)
{
	return !memcmp(a, b, ETH_ALEN);
}

/* The kernel's may read two bytes behind each; its answer does not depend on them. */
static inline bool ether_addr_equal_64bits(const u8 *a, const u8 *b)
{
	return ether_addr_equal(a, b);
}

static inline void ether_addr_copy(u8 *to, const u8 *from)
{
	memcpy(to, from, ETH_ALEN);
}

static inline bool is_multicast_ether_addr(const u8 *addr)
{
	return addr[0] & 1;
}

int eth_header(struct sk_buff *skb, struct net_device *dev, unsigned short type,
	       const void *to, const void *from, unsigned int len);

/* <net/ip.h> */
#define IP_MF		0x2000
#define IP_OFFSET	0x1fff

static inline int proto_ports_offset(int proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_ESP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return 0;
	case IPPROTO_AH:
		return 4;
	default:
		return -EINVAL;
	}
}

/* <net/ipv6.h> */
#define IP6_MF		0x0001
#define IP6_OFFSET	0xfff8
#define IPV6_FLOWLABEL_MASK cpu_to_be32(0x000fffff)
#define ipv6_optlen(p)	(((p)->hdrlen + 1) << 3)
#define ipv6_authlen(p)	(((p)->hdrlen + 2) << 2)

struct frag_hdr {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

static inline int ipv6_addr_cmp(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static inline void ipv6_addr_set(struct in6_addr *addr, __be32 w1, __be32 w2, __be32 w3,
				 __be32 w4)
{
	addr->s6_addr32[0] = w1;
	addr->s6_addr32[1] = w2;
	addr->s6_addr32[2] = w3;
	addr->s6_addr32[3] = w4;
}

void ip6_flow_hdr(struct ipv6hdr *header, unsigned int class, __be32 label);

/* <net/gre.h> */
struct gre_base_hdr {
	__be16 flags;
	__be16 protocol;
} __packed;

/* <net/vxlan.h> */
#define IANA_VXLAN_UDP_PORT 4789
#define VXLAN_HF_VNI	cpu_to_be32(BIT(27))

struct vxlanhdr {
	__be32 vx_flags;
	__be32 vx_vni;
};

/* <scsi/fc/fc_fcoe.h>, <scsi/fc/fc_fs.h> */
struct fcoe_hdr {
	__u8 fcoe_ver;
	__u8 fcoe_resvd[12];
	__u8 fcoe_sof;
};

struct fc_frame_header {
	__u8 fh_r_ctl;
	__u8 fh_d_id[3];
	__u8 fh_cs_ctl;
	__u8 fh_s_id[3];
	__u8 fh_type;
	__u8 fh_f_ctl[3];
	__u8 fh_seq_id;
	__u8 fh_df_ctl;
	__be16 fh_seq_cnt;
	__be16 fh_ox_id;
	__be16 fh_rx_id;
	__be32 fh_parm_offset;
};

/* <net/addrconf.h>: RFC 4291, appendix A. */
static inline int addrconf_addr_eui48(u8 *eui, const char *const addr)
{
	memcpy(eui, addr, 3);
	eui[3] = 0xff;
	eui[4] = 0xfe;
	memcpy(eui + 5, addr + 3, 3);
	eui[0] ^= 2;

	return 0;
}

void addrconf_addr_solict_mult(const struct in6_addr *addr, struct in6_addr *group);
void ipv6_eth_mc_map(const struct in6_addr *addr, u8 *mac);

/* <net/ndisc.h> */
#define NDISC_NEIGHBOUR_SOLICITATION	135
#define NDISC_NEIGHBOUR_ADVERTISEMENT	136
#define ND_OPT_SOURCE_LL_ADDR		1

struct nd_msg {
	struct icmp6hdr icmph;
	struct in6_addr target;
	__u8 opt[];
};

/* <net/arp.h>, <net/ip6_checksum.h> */
struct sk_buff *arp_create(int type, int ptype, __be32 to, struct net_device *dev,
			   __be32 from, const u8 *to_hw, const u8 *from_hw,
			   const u8 *target_hw);
u16 csum_ipv6_magic(const struct in6_addr *from, const struct in6_addr *to, u32 len,
		    u8 proto, u32 sum);
u32 csum_partial(const void *data, int len, u32 sum);

#endif /* _NICBOND_FUZZ_HEADERS_H */
