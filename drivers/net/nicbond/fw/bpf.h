/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_BPF_H
#define _NICBOND_FW_BPF_H

#include "adaptor.h"

#include <linux/bits.h>
#include <linux/kconfig.h>

struct bpf_prog;

/* The bit of CAPS: a kernel that loads no programs has none to run. */
#define NICBOND_BPF_CAPS						\
	(IS_ENABLED(CONFIG_BPF_SYSCALL) ? BIT(NICBOND_SELECTOR_BPF) : 0)

/* nicbond_adaptor_ops.program */
int nicbond_bpf_replace(struct nicbond_adaptor *adaptor, struct bpf_prog *prog);

/*
 * The adaptor that the program chose for @skb. NULL: dst-hash shall choose, which
 * is counted: there is no program, or it named no slot, or an empty one, or an
 * adaptor that is not up. BH disabled.
 */
struct nicbond_channel *nicbond_bpf_select(struct nicbond_software *sw,
					   struct sk_buff *skb);

/* The same for @skb that does not come; not counted, the host not called. Likewise. */
struct nicbond_channel *nicbond_bpf_peek(struct nicbond_software *sw,
					 struct sk_buff *skb);

#endif /* _NICBOND_FW_BPF_H */
