// SPDX-License-Identifier: GPL-2.0
/*
 * The host's packets, as most of them go: an adaptor that is primary names who transmits, and
 * that one is itself or gets it by a call. All else is adaptor.c's to consider.
 */
#include "balance.h"
#include "bpf.h"
#include "clock.h"
#include "direct.h"
#include "usual.h"

#include <linux/skbuff.h>

/* Apart, so that @err need not be kept where there is none. */
static noinline int nicbond_software_refused(struct nicbond_software *sw,
					     bool received, int err)
{
	if (received)
		nicbond_counters_inc(sw->counters, NICBOND_COUNTER_CHAN_RECEIVED);
	nicbond_software_drop(sw, NICBOND_COUNTER_DROP_REFUSED, NULL);

	return err;
}

/* Transmit on the own port. @received: it came over the channel, and is not counted. */
static __always_inline int nicbond_software_send_usual(struct nicbond_software *sw,
						       struct sk_buff *skb,
						       bool received, bool more)
{
	unsigned int len = skb->len;
	int err;

	err = nicbond_direct_transmit_inline(sw->adaptor.port, skb, &sw->picky, more);
	if (unlikely(err))
		return nicbond_software_refused(sw, received, err);

	nicbond_counters_sent(sw->counters, received, len);

	return 0;
}

int nicbond_software_send(struct nicbond_software *sw, struct sk_buff *skb)
{
	return nicbond_software_send_usual(sw, skb, false, false);
}

/* It was forwarded in an epoch that is over. */
static noinline int nicbond_software_stale(struct nicbond_software *sw, struct sk_buff *skb)
{
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_CHAN_RECEIVED);

	return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_STALE, skb);
}

/*
 * To @to: itself, or another of the same make, where the channel's call is none. @selected:
 * for it, and not yet counted.
 */
static __always_inline int nicbond_software_give_usual(struct nicbond_software *sw,
						       struct nicbond_software *to,
						       struct sk_buff *skb,
						       bool selected, bool more)
{
	if (to == sw) {
		if (selected)
			nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);
		return nicbond_software_send_usual(sw, skb, false, more);
	}

	nicbond_counters_forwarded(sw->counters, selected, to->adaptor.slot, skb->len);
	if (unlikely(nicbond_epoch_newer(READ_ONCE(to->fence), READ_ONCE(sw->role_epoch))))
		return nicbond_software_stale(to, skb);

	return nicbond_software_send_usual(to, skb, true, more);
}

/* Who was named, if that is up in the host's eyes, as well; or NULL. */
static __always_inline struct nicbond_software *
nicbond_handover_to(struct nicbond_software *sw, u32 slot)
{
	return likely(nicbond_load_is_up(&sw->load, slot)) ? nicbond_software_open(sw, slot) : NULL;
}

/* By the flow's flowlet, if that goes on. */
static noinline int nicbond_handover_load(struct nicbond_software *sw, struct sk_buff *skb)
{
	struct nicbond_flowlets *flowlets = rcu_dereference_bh(sw->flowlets);
	struct nicbond_software *to;
	u32 hash, now;
	unsigned int slot;

	/* The selector is being changed. */
	if (unlikely(!flowlets))
		return nicbond_software_consider(sw, skb, false);

	hash = nicbond_hash_default(&sw->hash, skb);
	now = nicbond_clock_us_inline();
	slot = nicbond_flowlets_follow(flowlets, hash, now, READ_ONCE(sw->flowlet_gap));
	to = nicbond_handover_to(sw, slot);
	if (likely(to)) {
		nicbond_load_charge(&sw->load, slot, skb->len, now);
		return nicbond_software_give_usual(sw, to, skb, true, false);
	}

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);

	return nicbond_software_take(sw, nicbond_balance_steer(sw, skb, hash, now), skb, false);
}

/* By the program. */
static noinline int nicbond_handover_bpf(struct nicbond_software *sw, struct sk_buff *skb)
{
	u32 slot = nicbond_bpf_run(sw, skb);
	struct nicbond_software *to = nicbond_handover_to(sw, slot);

	if (likely(to))
		return nicbond_software_give_usual(sw, to, skb, true, false);

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);

	return nicbond_software_take(sw, nicbond_bpf_heed(sw, skb, slot), skb, false);
}

/* Apart, so that nothing is saved for who is not usual, or has another selector. */
static noinline int nicbond_handover_other(struct nicbond_software *sw, struct sk_buff *skb,
					   enum nicbond_usual usual)
{
	if (likely(!nicbond_software_traced())) {
		if (usual == NICBOND_USUAL_LOAD)
			return nicbond_handover_load(sw, skb);
		if (usual == NICBOND_USUAL_BPF)
			return nicbond_handover_bpf(sw, skb);
	}

	return nicbond_software_consider(sw, skb, false);
}

int nicbond_software_handover(struct nicbond_adaptor *adaptor, struct sk_buff *skb)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	enum nicbond_usual usual = READ_ONCE(sw->usual);
	struct nicbond_software *to;

	if (unlikely(usual != NICBOND_USUAL_HASH))
		return nicbond_handover_other(sw, skb, usual);

	to = nicbond_software_lookup(sw, rcu_dereference_bh(sw->table), skb);
	if (unlikely(!to))
		return nicbond_software_consider(sw, skb, false);

	return nicbond_software_give_usual(sw, to, skb, true, false);
}

int nicbond_software_carry(struct nicbond_software *sw, unsigned int slot,
			   struct sk_buff *skb, bool more)
{
	struct nicbond_software *to = nicbond_software_open(sw, slot);
	struct nicbond_channel *channel;

	if (likely(to && !trace_nicbond_fw_forward_enabled()))
		return nicbond_software_give_usual(sw, to, skb, false, more);
	channel = rcu_dereference_bh(sw->channel[slot]);
	if (!nicbond_channel_usable(channel))
		return nicbond_software_again(sw, slot, skb);
	if (channel == &sw->own)
		return nicbond_software_send(sw, skb);

	return nicbond_channel_forward(channel, skb, false);
}
