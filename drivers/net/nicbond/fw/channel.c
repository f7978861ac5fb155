// SPDX-License-Identifier: GPL-2.0
/*
 * The inter-adaptor channel, direct form: what one adaptor has for another, a
 * packet or a word about the table, is a call into it: no copy, no queue.
 */
#include "adaptor.h"
#include "mover.h"

#include <linux/string.h>

void nicbond_channel_connect(struct nicbond_adaptor *adaptor, unsigned int slot,
			     struct nicbond_adaptor *peer)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	struct nicbond_software *other;

	if (WARN_ON_ONCE(slot >= NICBOND_SLOTS || slot == sw->slot))
		return;

	if (!peer) {
		RCU_INIT_POINTER(sw->channel[slot], NULL);
		return;
	}

	other = nicbond_software_of(peer);
	/* Nobody present yet: take over what the others agreed on so far. */
	if (!memchr_inv(sw->peer, 0, sizeof(sw->peer))) {
		nicbond_mover_learn(sw, other);
		memcpy(sw->peer, other->peer, sizeof(sw->peer));
	}
	rcu_assign_pointer(sw->channel[slot], other);
}

/* Serial number arithmetic (RFC 1982): epochs may wrap. */
static bool nicbond_channel_stale(const struct nicbond_software *from,
				  const struct nicbond_software *to)
{
	return (s32)(READ_ONCE(from->role_epoch) - READ_ONCE(to->fence)) < 0;
}

int nicbond_channel_forward(struct nicbond_software *from,
			    struct nicbond_software *to, struct sk_buff *skb)
{
	nicbond_counters_inc(from->counters, NICBOND_COUNTER_FORWARDED);
	nicbond_counters_inc(to->counters, NICBOND_COUNTER_CHAN_RECEIVED);

	if (unlikely(nicbond_channel_stale(from, to)))
		return nicbond_software_drop(to, NICBOND_COUNTER_DROP_STALE, skb);

	/* What came over the channel is transmitted, never selected again. */
	return nicbond_software_transmit(to, skb);
}

void nicbond_channel_tell_table(struct nicbond_software *sw)
{
	struct nicbond_software *other;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		other = rcu_dereference_protected(sw->channel[i], true);
		if (other && other != sw && !nicbond_channel_stale(sw, other))
			nicbond_mover_learn(other, sw);
	}
}

void nicbond_channel_tell_moved(struct nicbond_software *sw, unsigned int size,
				unsigned int index, unsigned int slot)
{
	struct nicbond_software *other;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		other = rcu_dereference_bh(sw->channel[i]);
		if (other && other != sw && !nicbond_channel_stale(sw, other))
			nicbond_mover_told(other, size, index, slot);
	}
}
