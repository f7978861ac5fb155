// SPDX-License-Identifier: GPL-2.0
/* Packets whose adaptor the host's transmit queue names. */
#include "queue.h"

#include <linux/bitfield.h>
#include <linux/skbuff.h>

struct nicbond_channel *nicbond_queue_select(struct nicbond_software *sw,
					     const struct sk_buff *skb)
{
	u16 queue = skb_get_queue_mapping(skb);
	struct nicbond_channel *channel;
	unsigned int slot;
	u32 peer;

	if (!queue)
		return NULL;

	/* Who is not up for the host may be held back on purpose. */
	for (slot = 0; slot < NICBOND_SLOTS; slot++) {
		peer = READ_ONCE(sw->peer[slot]);
		if (FIELD_GET(NICBOND_PEER_QUEUE, peer) != queue ||
		    !nicbond_table_is_up(peer))
			continue;
		channel = rcu_dereference_bh(sw->channel[slot]);
		if (channel && nicbond_port_live(channel->port))
			return channel;
	}

	return NULL;
}

bool nicbond_queue_given(const struct nicbond_software *sw)
{
	unsigned int slot;

	for (slot = 0; slot < NICBOND_SLOTS; slot++)
		if (sw->peer[slot] & NICBOND_PEER_QUEUE)
			return true;

	return false;
}
