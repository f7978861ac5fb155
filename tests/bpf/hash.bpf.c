// SPDX-License-Identifier: GPL-2.0
/* A program that tests/bench gives to a master: slot 0 or 1, by the IPv4 destination. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int hash_destination(struct __sk_buff *skb)
{
	__u32 address = 0;

	bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct iphdr, daddr), &address,
			   sizeof(address));

	/* Fibonacci's. */
	return address * 0x9e3779b1U >> 31;
}

char LICENSE[] SEC("license") = "GPL";
