// SPDX-License-Identifier: GPL-2.0
/*
 * An example of nicbond's selector bpf: by destination prefix, the rest in turn.
 *
 * It sees each packet of the master from its Ethernet header on and returns the slot
 * of the adaptor that is to transmit it; any other number leaves it to dst-hash.
 * nicbond_selector.c fills the maps; they may change while packets pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "nicbond_selector.h"

/* IPv4 addresses are in it as IPv6, mapped. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u32);
} destinations SEC(".maps");

/* Slots to use in turn for all other packets; the first element is their number. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 + TURNS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} turns SEC(".maps");

/* How many packets had a turn. Each CPU counts its own, so that none waits. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} taken SEC(".maps");

/* Behind the Ethernet header, and a VLAN tag, if there is one in the packet. */
static __always_inline __u32 skip_ethernet(struct __sk_buff *skb, __be16 *type)
{
	struct {
		__be16 tag;
		__be16 type;
	} vlan;

	*type = 0;
	bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_proto), type,
			   sizeof(*type));
	if (*type != bpf_htons(ETH_P_8021Q) && *type != bpf_htons(ETH_P_8021AD))
		return ETH_HLEN;
	vlan.type = 0;
	bpf_skb_load_bytes(skb, ETH_HLEN, &vlan, sizeof(vlan));
	*type = vlan.type;

	return ETH_HLEN + sizeof(vlan);
}

/* The destination as an IPv6 address; 0, or an error for what is not IP. */
static __always_inline long destination(struct __sk_buff *skb,
					struct in6_addr *address)
{
	__be16 type;
	__u32 offset = skip_ethernet(skb, &type);

	if (type == bpf_htons(ETH_P_IPV6))
		return bpf_skb_load_bytes(skb, offset + offsetof(struct ipv6hdr, daddr),
					  address, sizeof(*address));
	if (type != bpf_htons(ETH_P_IP))
		return -1;

	address->in6_u.u6_addr32[2] = bpf_htonl(0xffff);

	return bpf_skb_load_bytes(skb, offset + offsetof(struct iphdr, daddr),
				  &address->in6_u.u6_addr32[3], sizeof(__be32));
}

/* The next in turn; by this the packets of a flow overtake each other. */
static __always_inline __u32 next_turn(void)
{
	__u32 zero = 0, at, *count, *number, *slot;

	number = bpf_map_lookup_elem(&turns, &zero);
	count = bpf_map_lookup_elem(&taken, &zero);
	if (!number || !*number || !count)
		return LEAVE_TO_HASH;

	at = 1 + (*count)++ % *number;
	slot = bpf_map_lookup_elem(&turns, &at);

	return slot ? *slot : LEAVE_TO_HASH;
}

SEC("socket")
int nicbond_selector(struct __sk_buff *skb)
{
	struct prefix key = { .length = 128 };
	__u32 *slot = NULL;

	if (!destination(skb, &key.address))
		slot = bpf_map_lookup_elem(&destinations, &key);

	return slot ? *slot : next_turn();
}

char LICENSE[] SEC("license") = "GPL";
