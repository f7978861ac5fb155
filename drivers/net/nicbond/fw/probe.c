// SPDX-License-Identifier: GPL-2.0
/* Packets that are only asked about: who would transmit this? */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <net/nicbond.h>

/* FCoE and FC headers (T11 FC-BB-5, FC-FS): how long, and where a D_ID is. */
#define NICBOND_PROBE_FCOE_LEN	14
#define NICBOND_PROBE_FC_LEN	24
#define NICBOND_PROBE_D_ID_AT	1

static struct sk_buff *nicbond_probe_alloc(unsigned int len)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	if (!skb)
		return NULL;

	skb_put_zero(skb, len);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);

	return skb;
}

/* An Ethernet header from @dev to nobody, and @len bytes of zeroes behind it. */
static struct sk_buff *nicbond_probe_start(const struct net_device *dev,
					   u16 type, unsigned int len)
{
	struct sk_buff *skb = nicbond_probe_alloc(ETH_HLEN + len);

	if (skb) {
		ether_addr_copy(eth_hdr(skb)->h_source, dev->dev_addr);
		eth_hdr(skb)->h_proto = htons(type);
		skb->protocol = htons(type);
	}

	return skb;
}

static struct sk_buff *nicbond_probe_ipv4(const struct net_device *dev,
					  const u8 *address)
{
	struct sk_buff *skb = nicbond_probe_start(dev, ETH_P_IP,
						  sizeof(struct iphdr));
	struct iphdr *header;

	if (!skb)
		return NULL;

	header = ip_hdr(skb);
	header->version = 4;
	header->ihl = sizeof(*header) / 4;
	header->tot_len = htons(sizeof(*header));
	header->ttl = 64;
	header->protocol = IPPROTO_NONE;
	header->daddr = get_unaligned((const __be32 *)address);

	return skb;
}

static struct sk_buff *nicbond_probe_ipv6(const struct net_device *dev,
					  const u8 *address)
{
	struct sk_buff *skb = nicbond_probe_start(dev, ETH_P_IPV6,
						  sizeof(struct ipv6hdr));
	struct ipv6hdr *header;

	if (!skb)
		return NULL;

	header = ipv6_hdr(skb);
	header->version = 6;
	header->hop_limit = 64;
	header->nexthdr = IPPROTO_NONE;
	memcpy(&header->daddr, address, sizeof(header->daddr));

	return skb;
}

struct sk_buff *nicbond_probe_address(const struct net_device *dev,
				      const u8 *address, unsigned int len)
{
	return len == sizeof(struct in6_addr) ?
	       nicbond_probe_ipv6(dev, address) :
	       nicbond_probe_ipv4(dev, address);
}

struct sk_buff *nicbond_probe_d_id(const struct net_device *dev, u32 d_id)
{
	/* A fabric-provided MAC address begins so (FC-BB-5); the D_ID follows. */
	static const u8 prefix[] = { 0x0e, 0xfc, 0x00 };
	struct sk_buff *skb;
	u8 *header;

	skb = nicbond_probe_start(dev, ETH_P_FCOE, NICBOND_PROBE_FCOE_LEN +
						   NICBOND_PROBE_FC_LEN);
	if (!skb)
		return NULL;

	memcpy(eth_hdr(skb)->h_dest, prefix, sizeof(prefix));
	put_unaligned_be24(d_id, eth_hdr(skb)->h_dest + sizeof(prefix));
	header = skb_network_header(skb) + NICBOND_PROBE_FCOE_LEN;
	put_unaligned_be24(d_id, header + NICBOND_PROBE_D_ID_AT);

	return skb;
}

struct sk_buff *nicbond_probe_frame(const void *frame, unsigned int len)
{
	struct sk_buff *skb = nicbond_probe_alloc(len);

	if (skb) {
		memcpy(skb->data, frame, len);
		skb->protocol = eth_hdr(skb)->h_proto;
	}

	return skb;
}
