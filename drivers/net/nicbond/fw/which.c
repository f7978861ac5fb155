// SPDX-License-Identifier: GPL-2.0
/*
 * Which adaptor would transmit a packet that nobody sends? As handover chooses
 * (adaptor.c), step by step, by the halves of its steps that leave all as it is.
 */
#include "adaptor.h"
#include "balance.h"
#include "bpf.h"
#include "mover.h"

static struct nicbond_channel *
nicbond_which_by_table(struct nicbond_software *sw, u32 hash)
{
	struct nicbond_table *table = rcu_dereference_bh(sw->table);
	unsigned int index = nicbond_table_index(table, hash);
	struct nicbond_channel *channel;
	unsigned int slot;

	slot = nicbond_mover_peek(sw, table, index);
	channel = rcu_dereference_bh(sw->channel[slot]);
	if (nicbond_channel_usable(channel))
		return channel;

	return nicbond_software_substitute(sw, table, index);
}

/* Only the primary keeps flowlets; what another has of them is of its last term. */
static struct nicbond_channel *
nicbond_which_select(struct nicbond_software *sw, struct sk_buff *skb, u32 hash)
{
	u8 selector = READ_ONCE(sw->selector);
	struct nicbond_channel *channel = NULL;

	if (selector == NICBOND_SELECTOR_BPF)
		channel = nicbond_bpf_peek(sw, skb);
	else if (selector == NICBOND_SELECTOR_LOAD &&
		 READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY)
		channel = nicbond_balance_peek(sw, skb, hash);

	return channel ?: nicbond_which_by_table(sw, hash);
}

int nicbond_software_which(struct nicbond_adaptor *adaptor, struct sk_buff *skb)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	u32 hash = nicbond_hash_frame(&sw->hash, skb);
	struct nicbond_channel *channel = nicbond_software_except(sw, skb);

	if (!channel)
		channel = nicbond_which_select(sw, skb, hash);
	/* It would join what is in a dead one's ring, and go on with that. */
	if (channel && !nicbond_port_live(channel->port))
		channel = nicbond_software_instead(sw, hash, channel->to->slot);

	return channel ? channel->to->slot : -ENETDOWN;
}
