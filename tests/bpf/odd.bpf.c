// SPDX-License-Identifier: GPL-2.0
/* Programs that tests/netns/bpf.sh gives to a master. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* No selector: of another type. */
SEC("xdp")
int odd_type(struct xdp_md *xdp)
{
	return XDP_PASS;
}

/* Slot 1 if the scratch of each packet is fresh, else a slot that nobody has. */
SEC("socket")
int odd_scratch(struct __sk_buff *skb)
{
	int fresh = !(skb->cb[0] | skb->cb[1] | skb->cb[2] | skb->cb[3] | skb->cb[4]);

	skb->cb[0] = 0x5a5a5a5a;
	skb->cb[4] = 0x5a5a5a5a;

	return fresh ? 1 : 63;
}

char LICENSE[] SEC("license") = "GPL";
