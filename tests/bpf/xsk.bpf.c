// SPDX-License-Identifier: GPL-2.0
/* What tests/netns/xdp.sh needs for AF_XDP, which a kernel may not have. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

/* UDP goes to the socket of the device that it came in on, if that has one. */
SEC("xdp")
int to_socket(struct xdp_md *xdp)
{
	struct ethhdr *eth = (void *)(long)xdp->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > (void *)(long)xdp->data_end ||
	    eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP)
		return XDP_PASS;

	return bpf_redirect_map(&sockets, xdp->ingress_ifindex, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
