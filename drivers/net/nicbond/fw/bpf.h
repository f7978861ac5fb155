/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_BPF_H
#define _NICBOND_FW_BPF_H

#include "adaptor.h"

#include <linux/bits.h>
#include <linux/filter.h>
#include <linux/kconfig.h>
#include <linux/skbuff.h>
#include <linux/string.h>

/* The bit of CAPS: a kernel that loads no programs has none to run. */
#define NICBOND_BPF_CAPS						\
	(IS_ENABLED(CONFIG_BPF_SYSCALL) ? BIT(NICBOND_SELECTOR_BPF) : 0)

/* nicbond_adaptor_ops.program */
int nicbond_bpf_replace(struct nicbond_adaptor *adaptor, struct bpf_prog *prog);

/*
 * What the program says of @skb; NICBOND_SLOTS or more: nobody. While a driver has @skb to
 * transmit, skb->cb is its own and holds nothing, so there is nothing to save; but the program
 * is not to read what others left there. BH disabled, so it stays on its CPU.
 */
static inline u32 nicbond_bpf_run(struct nicbond_software *sw, struct sk_buff *skb)
{
	const struct bpf_prog *prog = rcu_dereference_bh(sw->program);

	if (unlikely(!prog))
		return NICBOND_SLOTS;
	if (unlikely(prog->cb_access))
		memset(bpf_skb_cb(skb), 0, BPF_SKB_CB_LEN);

	return bpf_prog_run(prog, skb);
}

/*
 * The adaptor that the program chose for @skb, by @slot. It leaves that to dst-hash, which is
 * counted, if there is no program, or it named no slot, or an empty one, or an adaptor that is
 * not up. NULL when no port is live. BH disabled.
 */
struct nicbond_channel *nicbond_bpf_heed(struct nicbond_software *sw,
					 const struct sk_buff *skb, u32 slot);
struct nicbond_channel *nicbond_bpf_select(struct nicbond_software *sw,
					   struct sk_buff *skb);

/* The same for @skb that does not come; not counted, the host not called. Likewise. */
struct nicbond_channel *nicbond_bpf_peek(struct nicbond_software *sw,
					 struct sk_buff *skb);

#endif /* _NICBOND_FW_BPF_H */
