// SPDX-License-Identifier: GPL-2.0
/*
 * The inter-adaptor channel, direct form: the forward is a call into the target
 * adaptor, no copy, no queue, no lock.
 */
#include "adaptor.h"

#include <linux/string.h>

void nicbond_channel_connect(struct nicbond_adaptor *adaptor, unsigned int slot,
			     struct nicbond_adaptor *peer)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	const struct nicbond_software *other;

	if (WARN_ON_ONCE(slot >= NICBOND_SLOTS || slot == sw->slot))
		return;

	if (!peer) {
		RCU_INIT_POINTER(sw->channel[slot], NULL);
		return;
	}

	other = nicbond_software_of(peer);
	/* Nobody present yet: take over what the others agreed on so far. */
	if (!memchr_inv(sw->peer, 0, sizeof(sw->peer))) {
		memcpy(&sw->table, &other->table, sizeof(sw->table));
		memcpy(sw->peer, other->peer, sizeof(sw->peer));
	}
	rcu_assign_pointer(sw->channel[slot], nicbond_software_of(peer));
}

int nicbond_channel_forward(struct nicbond_software *from,
			    struct nicbond_software *to, struct sk_buff *skb)
{
	nicbond_counters_inc(from->counters, NICBOND_COUNTER_FORWARDED);
	nicbond_counters_inc(to->counters, NICBOND_COUNTER_CHAN_RECEIVED);

	/* What came over the channel is transmitted, never selected again. */
	return nicbond_software_transmit(to, skb);
}
