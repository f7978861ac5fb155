// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs of tests/netns/xdp.sh. They deal with UDP to 10.1.0.0/16, which is what
 * the tests send, and count it by the device that it came in on; all else passes.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target SEC(".maps");

static void count(__u32 ifindex)
{
	__u64 one = 1, *value = bpf_map_lookup_elem(&counts, &ifindex);

	if (!value && !bpf_map_update_elem(&counts, &ifindex, &one, BPF_NOEXIST))
		return;
	value = bpf_map_lookup_elem(&counts, &ifindex);
	if (value)
		__sync_fetch_and_add(value, 1);
}

/* The Ethernet header of a packet that counts, or NULL. */
static struct ethhdr *counted(struct xdp_md *xdp)
{
	struct ethhdr *eth = (void *)(long)xdp->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > (void *)(long)xdp->data_end ||
	    eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP ||
	    (ip->daddr & bpf_htonl(0xffff0000)) != bpf_htonl(0x0a010000))
		return NULL;
	count(xdp->ingress_ifindex);

	return eth;
}

SEC("xdp")
int drop(struct xdp_md *xdp)
{
	return counted(xdp) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int pass(struct xdp_md *xdp)
{
	counted(xdp);

	return XDP_PASS;
}

/* As `drop`, and takes packets of any size. */
SEC("xdp.frags")
int frags(struct xdp_md *xdp)
{
	return counted(xdp) ? XDP_DROP : XDP_PASS;
}

/* Back to who sent it. */
SEC("xdp")
int back(struct xdp_md *xdp)
{
	struct ethhdr *eth = counted(xdp);
	unsigned char sender[ETH_ALEN];

	if (!eth)
		return XDP_PASS;
	__builtin_memcpy(sender, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, sender, ETH_ALEN);

	return XDP_TX;
}

SEC("xdp")
int redirect(struct xdp_md *xdp)
{
	return counted(xdp) ? bpf_redirect_map(&target, 0, XDP_ABORTED) : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
