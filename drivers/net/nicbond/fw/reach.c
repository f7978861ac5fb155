// SPDX-License-Identifier: GPL-2.0
/*
 * Probes: does the port reach those that it has to?
 *
 * An adaptor probes from a MAC address that it alone has, so the answer is its own, and
 * switches keep the address where it is. IPv4 by the ARP probe of RFC 5227, which has no
 * sender's IP address and so changes nobody's table; IPv6 by a neighbour solicitation
 * (RFC 4861) from the link-local address that goes with the MAC address (RFC 4291).
 *
 * In one aggregation of switches the answer may come in at another member: that tells.
 */
#include "reach.h"
#include "adaptor.h"
#include "direct.h"
#include "source.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/unaligned.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ip6_checksum.h>
#include <net/ndisc.h>

/* A solicitation, and its only option, of its own address. */
#define NICBOND_REACH_OPTION	8
#define NICBOND_REACH_NS	(sizeof(struct nd_msg) + NICBOND_REACH_OPTION)
#define NICBOND_REACH_HOPS	255

/* What the switch knows this port by: the address that no other adaptor sends from. */
static void nicbond_reach_source(const struct nicbond_software *sw,
				 u8 mac[ETH_ALEN])
{
	bool primary = READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY;
	const u32 *word = primary && !nicbond_source_static(sw) ?
			  sw->address : sw->own_address;

	put_unaligned_le32(READ_ONCE(word[0]), mac);
	put_unaligned_le16(READ_ONCE(word[1]), mac + sizeof(u32));
}

static const void *nicbond_reach_target(const struct nicbond_software *sw,
					unsigned int index)
{
	return &sw->reach.address[index * NICBOND_TARGET_WORDS];
}

static bool nicbond_reach_probes(const struct nicbond_software *sw,
				 unsigned int index)
{
	return READ_ONCE(sw->reach.kind[index]) & NICBOND_PROBE_KIND_PRESENT;
}

static struct sk_buff *nicbond_reach_arp(const struct nicbond_software *sw,
					 __be32 target, const u8 *source)
{
	return arp_create(ARPOP_REQUEST, ETH_P_ARP, target, sw->adaptor.port, 0,
			  NULL, source, NULL);
}

/* RFC 4291, appendix A. */
static void nicbond_reach_link_local(struct in6_addr *address, const u8 *mac)
{
	ipv6_addr_set(address, htonl(0xfe800000), 0, 0, 0);
	addrconf_addr_eui48(&address->s6_addr[8], mac);
}

static void nicbond_reach_fill_ns(struct sk_buff *skb,
				  const struct in6_addr *target, const u8 *source)
{
	struct ipv6hdr *header = skb_put_zero(skb, sizeof(*header));
	struct nd_msg *message = skb_put_zero(skb, NICBOND_REACH_NS);

	ip6_flow_hdr(header, 0, 0);
	header->payload_len = htons(NICBOND_REACH_NS);
	header->nexthdr = IPPROTO_ICMPV6;
	header->hop_limit = NICBOND_REACH_HOPS;
	nicbond_reach_link_local(&header->saddr, source);
	addrconf_addr_solict_mult(target, &header->daddr);

	message->icmph.icmp6_type = NDISC_NEIGHBOUR_SOLICITATION;
	message->target = *target;
	message->opt[0] = ND_OPT_SOURCE_LL_ADDR;
	message->opt[1] = NICBOND_REACH_OPTION / 8;
	ether_addr_copy(message->opt + 2, source);
	message->icmph.icmp6_cksum =
		csum_ipv6_magic(&header->saddr, &header->daddr, NICBOND_REACH_NS,
				IPPROTO_ICMPV6,
				csum_partial(message, NICBOND_REACH_NS, 0));
}

static struct sk_buff *nicbond_reach_ns(const struct nicbond_software *sw,
					const struct in6_addr *target,
					const u8 *source)
{
	struct net_device *port = sw->adaptor.port;
	struct in6_addr group;
	u8 mac[ETH_ALEN];
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(port) + sizeof(struct ipv6hdr) +
			NICBOND_REACH_NS + port->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return NULL;

	skb->dev = port;
	skb->protocol = htons(ETH_P_IPV6);
	skb_reserve(skb, LL_RESERVED_SPACE(port));
	skb_reset_network_header(skb);
	nicbond_reach_fill_ns(skb, target, source);

	addrconf_addr_solict_mult(target, &group);
	ipv6_eth_mc_map(&group, mac);
	eth_header(skb, port, ETH_P_IPV6, mac, source, skb->len);
	skb_reset_mac_header(skb);

	return skb;
}

struct sk_buff *nicbond_reach_frame(const struct nicbond_software *sw,
				    unsigned int index)
{
	const void *target = nicbond_reach_target(sw, index);
	u32 kind = READ_ONCE(sw->reach.kind[index]);
	u8 source[ETH_ALEN];
	struct sk_buff *skb;

	nicbond_reach_source(sw, source);
	if (kind & NICBOND_PROBE_KIND_IPV6)
		skb = nicbond_reach_ns(sw, target, source);
	else
		skb = nicbond_reach_arp(sw, *(const __be32 *)target, source);
	if (skb && kind & NICBOND_PROBE_KIND_VLAN)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       kind & NICBOND_PROBE_KIND_VLAN);

	return skb;
}

static void nicbond_reach_send(struct nicbond_software *sw, unsigned int index)
{
	struct sk_buff *skb = nicbond_reach_frame(sw, index);

	if (!skb)
		return;
	local_bh_disable();
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_PROBES_SENT);
	nicbond_direct_transmit(sw->adaptor.port, skb, &sw->picky, false);
	local_bh_enable();
}

/* The targets, a bit for each. */
static u32 nicbond_reach_targets(const struct nicbond_software *sw)
{
	u32 targets = 0;
	unsigned int i;

	for (i = 0; i < NICBOND_TARGETS; i++)
		if (nicbond_reach_probes(sw, i))
			targets |= BIT(i);

	return targets;
}

u32 nicbond_reach_status(const struct nicbond_software *sw)
{
	u32 targets = nicbond_reach_targets(sw);
	u32 lost = READ_ONCE(sw->reach.lost) & targets;
	bool enough;

	if (!targets || !READ_ONCE(sw->reach.interval))
		return NICBOND_STATUS_REACH;

	enough = READ_ONCE(sw->reach.require) == NICBOND_PROBE_REQUIRE_ALL ?
		 !lost : lost != targets;

	return enough ? NICBOND_STATUS_REACH : 0;
}

/* These targets are lost now; call the host if that makes a difference. @lock is held. */
static void nicbond_reach_set_lost(struct nicbond_software *sw, u32 lost)
{
	u32 before = nicbond_reach_status(sw);

	WRITE_ONCE(sw->reach.lost, lost);
	if (nicbond_reach_status(sw) != before && sw->adaptor.attention)
		sw->adaptor.attention(&sw->adaptor);
}

/* Who answered, or has to? */
static void nicbond_reach_judge(struct nicbond_software *sw)
{
	struct nicbond_reach *reach = &sw->reach;
	unsigned int i;
	u32 lost = 0;

	spin_lock_bh(&reach->lock);
	for (i = 0; i < NICBOND_TARGETS; i++)
		if (nicbond_reach_probes(sw, i) &&
		    READ_ONCE(reach->unanswered[i]) >= READ_ONCE(reach->misses))
			lost |= BIT(i);
	nicbond_reach_set_lost(sw, lost);
	spin_unlock_bh(&reach->lock);
}

void nicbond_reach_probe(struct nicbond_software *sw)
{
	struct nicbond_reach *reach = &sw->reach;
	unsigned int i;
	u8 count;

	nicbond_reach_judge(sw);
	/* No probe gets out; what was lost stays so until it answers. */
	if (!nicbond_port_live(sw->adaptor.port))
		return;

	for (i = 0; i < NICBOND_TARGETS; i++) {
		if (!nicbond_reach_probes(sw, i))
			continue;
		count = READ_ONCE(reach->unanswered[i]);
		if (count < U8_MAX)
			WRITE_ONCE(reach->unanswered[i], count + 1);
		nicbond_reach_send(sw, i);
	}
}

static void nicbond_reach_work(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software,
			     reach.work);
	u32 ms = READ_ONCE(sw->reach.interval);

	if (!ms)
		return;
	nicbond_reach_probe(sw);
	schedule_delayed_work(&sw->reach.work, msecs_to_jiffies(ms));
}

static void nicbond_reach_note(struct nicbond_software *sw, unsigned int index)
{
	WRITE_ONCE(sw->reach.unanswered[index], 0);
	/* Not only with the next probe. */
	if (unlikely(READ_ONCE(sw->reach.lost) & BIT(index)))
		nicbond_reach_judge(sw);
}

static void nicbond_reach_answered(struct nicbond_software *sw,
				   unsigned int index)
{
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_PROBES_ANSWERED);
	nicbond_reach_note(sw, index);
}

void nicbond_reach_learn(struct nicbond_software *sw, unsigned int index,
			 const u8 *address)
{
	u8 source[ETH_ALEN];

	nicbond_reach_source(sw, source);
	if (index < NICBOND_TARGETS && ether_addr_equal(source, address))
		nicbond_reach_answered(sw, index);
}

/* The answer in @skb is of target @index, and for @address: whose probe was it? */
static bool nicbond_reach_attribute(struct nicbond_software *sw,
				    unsigned int index, const u8 *address)
{
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_REACHED,
		.target = index,
		.address = address,
	};
	u8 source[ETH_ALEN];

	nicbond_reach_source(sw, source);
	if (ether_addr_equal(source, address)) {
		nicbond_reach_answered(sw, index);
		return true;
	}
	if (nicbond_source_static(sw))
		nicbond_channel_tell(sw, &message);

	return false;
}

/* The target whose address and VLAN these are; NICBOND_TARGETS: none. */
static unsigned int nicbond_reach_find(const struct nicbond_software *sw,
				       u32 kind, const void *address,
				       size_t size, const struct sk_buff *skb)
{
	unsigned int i;

	kind |= NICBOND_PROBE_KIND_PRESENT;
	if (skb_vlan_tag_present(skb))
		kind |= skb_vlan_tag_get_id(skb);
	for (i = 0; i < NICBOND_TARGETS; i++)
		if (READ_ONCE(sw->reach.kind[i]) == kind &&
		    !memcmp(nicbond_reach_target(sw, i), address, size))
			break;

	return i;
}

/* An ARP reply, of Ethernet and IPv4 (RFC 826). */
struct nicbond_reach_arp_reply {
	struct arphdr header;
	u8 sender_mac[ETH_ALEN];
	u8 sender[sizeof(__be32)];
	u8 for_mac[ETH_ALEN];
	u8 for_address[sizeof(__be32)];
} __packed;

static bool nicbond_reach_arp_arrived(struct nicbond_software *sw,
				      const struct sk_buff *skb)
{
	struct nicbond_reach_arp_reply room;
	const struct nicbond_reach_arp_reply *arp;
	unsigned int index;

	arp = skb_header_pointer(skb, 0, sizeof(room), &room);
	if (!arp || arp->header.ar_op != htons(ARPOP_REPLY) ||
	    arp->header.ar_hrd != htons(ARPHRD_ETHER) ||
	    arp->header.ar_pro != htons(ETH_P_IP) ||
	    arp->header.ar_hln != ETH_ALEN ||
	    arp->header.ar_pln != sizeof(__be32))
		return false;

	index = nicbond_reach_find(sw, 0, arp->sender,
				   sizeof(arp->sender), skb);

	/* Others may have asked, too, for an address of their own. */
	return index < NICBOND_TARGETS &&
	       nicbond_reach_attribute(sw, index, arp->for_mac) &&
	       !get_unaligned((const u32 *)arp->for_address);
}

static bool nicbond_reach_na_arrived(struct nicbond_software *sw,
				     const struct sk_buff *skb)
{
	struct {
		struct ipv6hdr header;
		struct nd_msg message;
	} __packed room;
	const typeof(room) *na;
	struct in6_addr own;
	unsigned int index;

	na = skb_header_pointer(skb, 0, sizeof(room), &room);
	if (!na || na->header.nexthdr != IPPROTO_ICMPV6 ||
	    na->header.hop_limit != NICBOND_REACH_HOPS ||
	    na->message.icmph.icmp6_type != NDISC_NEIGHBOUR_ADVERTISEMENT ||
	    !na->message.icmph.icmp6_solicited)
		return false;

	index = nicbond_reach_find(sw, NICBOND_PROBE_KIND_IPV6,
				   &na->message.target, sizeof(own), skb);
	if (index >= NICBOND_TARGETS)
		return false;
	nicbond_reach_link_local(&own, eth_hdr(skb)->h_dest);
	if (ipv6_addr_cmp(&own, &na->header.daddr))
		return false;
	nicbond_reach_attribute(sw, index, eth_hdr(skb)->h_dest);

	/* The host may have asked from this address for itself. */
	return false;
}

bool nicbond_reach_arrived(struct nicbond_adaptor *adaptor,
			   const struct sk_buff *skb)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	unsigned int i;

	if (!READ_ONCE(sw->reach.interval))
		return false;
	/* What came in at another's port says nothing of this one. */
	if (READ_ONCE(sw->reach.validate) == NICBOND_PROBE_VALIDATE_TRAFFIC &&
	    skb->dev == adaptor->port)
		for (i = 0; i < NICBOND_TARGETS; i++)
			if (READ_ONCE(sw->reach.unanswered[i]))
				nicbond_reach_note(sw, i);

	if (skb->protocol == htons(ETH_P_ARP))
		return nicbond_reach_arp_arrived(sw, skb);
	if (skb->protocol == htons(ETH_P_IPV6))
		return nicbond_reach_na_arrived(sw, skb);

	return false;
}

void nicbond_reach_renew(struct nicbond_software *sw, unsigned int index)
{
	struct nicbond_reach *reach = &sw->reach;

	spin_lock_bh(&reach->lock);
	WRITE_ONCE(reach->unanswered[index], 0);
	nicbond_reach_set_lost(sw, reach->lost & ~BIT(index));
	spin_unlock_bh(&reach->lock);
}

void nicbond_reach_set_interval(struct nicbond_software *sw, u32 ms)
{
	bool probed = sw->reach.interval;
	unsigned int i;

	for (i = 0; !probed && i < NICBOND_TARGETS; i++)
		nicbond_reach_renew(sw, i);
	WRITE_ONCE(sw->reach.interval, ms);
	mod_delayed_work(system_percpu_wq, &sw->reach.work,
			 probed ? 0 : msecs_to_jiffies(ms));
}

void nicbond_reach_init(struct nicbond_software *sw)
{
	spin_lock_init(&sw->reach.lock);
	INIT_DELAYED_WORK(&sw->reach.work, nicbond_reach_work);
}

void nicbond_reach_stop(struct nicbond_software *sw)
{
	WRITE_ONCE(sw->reach.interval, 0);
	cancel_delayed_work_sync(&sw->reach.work);
}
