// SPDX-License-Identifier: GPL-2.0
/*
 * Selector bpf: a program chooses the adaptor.
 *
 * It is a socket filter, not a tc classifier, because a selector looks and never
 * writes. A socket filter reads the packet, from its Ethernet header on, and its
 * metadata, and has maps; the verifier lets it write nothing but its scratch in
 * skb->cb. A classifier may also rewrite, resize, clone and redirect the packet and
 * would find none of what tc prepares for that. A socket filter asks for no more
 * rights than its loader needs to filter a socket of his own, and every kernel that
 * has eBPF has it, tc or not.
 *
 * What it returns is the slot of an adaptor. Any other number leaves this packet to
 * dst-hash, as does a slot where nobody is up: no packet is lost by a program. As
 * the table has no part in its choice, the order within a flow is the program's
 * care: who changes his mind in the middle of one may reorder it.
 *
 * The register takes bpf also while there is no program, and all packets are left
 * to dst-hash then. That state cannot be ruled out: it is what taking a program away
 * leaves, which must always work; and it lets a new master's default be bpf, and an
 * adaptor be told both in any order.
 */
#include "bpf.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/skbuff.h>

/*
 * Who runs the old program is in a section with BH disabled, and that is an RCU
 * reader. bpf_prog_put() is enough for these: when the last reference goes, it takes
 * the id and symbols away at once but frees the program, and lets go of its maps,
 * by call_rcu() only (sleepable ones wait for more; no socket filter is sleepable).
 * XDP drivers rely on the same when they replace theirs.
 */
int nicbond_bpf_replace(struct nicbond_adaptor *adaptor, struct bpf_prog *prog)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	struct bpf_prog *old;

	if (prog)
		bpf_prog_inc(prog);
	old = rcu_replace_pointer(sw->program, prog, true);
	if (old)
		bpf_prog_put(old);

	return 0;
}

/* In @slot, up in the host's eyes, by whose word the table goes, too; or NULL. */
static struct nicbond_channel *nicbond_bpf_named(struct nicbond_software *sw,
						 u32 slot)
{
	if (slot >= NICBOND_SLOTS ||
	    !nicbond_table_is_up(READ_ONCE(sw->peer[slot])))
		return NULL;

	return rcu_dereference_bh(sw->channel[slot]);
}

struct nicbond_channel *nicbond_bpf_heed(struct nicbond_software *sw,
					 const struct sk_buff *skb, u32 slot)
{
	struct nicbond_channel *channel = nicbond_bpf_named(sw, slot);

	if (likely(nicbond_channel_usable(channel)))
		return channel;
	/* The host does not know yet. */
	if (channel)
		nicbond_software_call(sw, slot);
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_BPF_FALLBACK);

	return nicbond_software_by_table(sw, nicbond_hash_frame(&sw->hash, skb));
}

struct nicbond_channel *nicbond_bpf_select(struct nicbond_software *sw,
					   struct sk_buff *skb)
{
	return nicbond_bpf_heed(sw, skb, nicbond_bpf_run(sw, skb));
}

/* Here skb->cb is another's: the program has it zeroed, too, and it is put back. */
struct nicbond_channel *nicbond_bpf_peek(struct nicbond_software *sw,
					 struct sk_buff *skb)
{
	const struct bpf_prog *prog = rcu_dereference_bh(sw->program);
	struct nicbond_channel *channel;

	if (!prog)
		return NULL;

	channel = nicbond_bpf_named(sw, bpf_prog_run_save_cb(prog, skb));

	return nicbond_channel_usable(channel) ? channel : NULL;
}
