// SPDX-License-Identifier: GPL-2.0
/*
 * The software model of an adaptor: what it does with a packet.
 *
 * From the host, as primary: the selector names an adaptor; transmit, or forward
 * over the channel. From the host, as secondary (the host raced with a change of
 * role), or over the channel: transmit on the own port, never select. A packet
 * is transmitted once or counted as one drop; it never loops, because only a
 * primary forwards and nobody forwards what was forwarded.
 */
#include "adaptor.h"
#include "mover.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#define NICBOND_BEAT	(HZ / 10)

int nicbond_software_drop(struct nicbond_software *sw,
			  enum nicbond_counter reason, struct sk_buff *skb)
{
	nicbond_counters_inc(sw->counters, reason);
	kfree_skb(skb);

	return -ENETDOWN;
}

int nicbond_software_transmit(struct nicbond_software *sw, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int err;

	if (unlikely(!nicbond_port_live(&sw->port)))
		return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_PORT_DEAD,
					     skb);

	err = nicbond_port_transmit(&sw->port, skb);
	if (likely(!err))
		nicbond_counters_sent(sw->counters, len);
	else
		nicbond_counters_inc(sw->counters,
				     NICBOND_COUNTER_DROP_REFUSED);

	return err;
}

static inline struct nicbond_software *
nicbond_software_at(struct nicbond_software *sw,
		    const struct nicbond_table *table, unsigned int index)
{
	return rcu_dereference_bh(sw->channel[nicbond_table_slot(table, index)]);
}

static bool nicbond_software_usable(const struct nicbond_software *target)
{
	return target && nicbond_port_live(&target->port);
}

/*
 * The adaptor that @hash selects cannot transmit. Take the next in the table that
 * can, by steps that depend on @hash too, so that what the dead one had is spread
 * by weight; its bucket goes there with it. And tell the host, unless it knows. An
 * odd step comes by all buckets.
 */
static noinline struct nicbond_software *
nicbond_software_resteer(struct nicbond_software *sw,
			 struct nicbond_table *table, u32 hash)
{
	unsigned int index = nicbond_table_index(table, hash), step = hash | 1;
	unsigned int bucket = index, dead = nicbond_table_slot(table, index);
	struct nicbond_software *target;
	int i;

	if (READ_ONCE(sw->peer[dead]) & NICBOND_PEER_UP && sw->adaptor.attention)
		sw->adaptor.attention(&sw->adaptor);

	for (i = 1; i < table->size; i++) {
		index = (index + step) & (table->size - 1);
		target = nicbond_software_at(sw, table, index);
		if (!nicbond_software_usable(target))
			continue;
		nicbond_counters_inc(sw->counters, NICBOND_COUNTER_RESTEERED);
		nicbond_mover_resteer(sw, table, bucket, dead, target->slot);
		return target;
	}

	return NULL;
}

/* The selector: which adaptor transmits @skb; NULL when no port is live. */
static struct nicbond_software *
nicbond_software_select(struct nicbond_software *sw, const struct sk_buff *skb)
{
	struct nicbond_table *table = rcu_dereference_bh(sw->table);
	struct nicbond_software *target;
	unsigned int index;
	u32 hash;

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);
	hash = nicbond_hash_frame(&sw->hash, skb);
	index = nicbond_table_index(table, hash);
	if (unlikely(READ_ONCE(table->moving)))
		nicbond_mover_pass(sw, table, index);
	target = nicbond_software_at(sw, table, index);
	if (likely(nicbond_software_usable(target)))
		return target;

	return nicbond_software_resteer(sw, table, hash);
}

int nicbond_software_handover(struct nicbond_adaptor *adaptor,
			      struct sk_buff *skb)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	struct nicbond_software *target = sw;

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_HANDED_OVER);
	if (likely(READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY)) {
		target = nicbond_software_select(sw, skb);
		if (unlikely(!target))
			return nicbond_software_drop(sw,
						     NICBOND_COUNTER_DROP_NO_LIVE,
						     skb);
	}

	if (target == sw)
		return nicbond_software_transmit(sw, skb);

	return nicbond_channel_forward(sw, target, skb);
}

static void nicbond_software_beat(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software, beat);

	WRITE_ONCE(sw->heartbeat, sw->heartbeat + 1);
	schedule_delayed_work(&sw->beat, NICBOND_BEAT);
}

static void nicbond_software_destroy(struct nicbond_adaptor *adaptor)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);

	cancel_delayed_work_sync(&sw->beat);
	cancel_delayed_work_sync(&sw->sweep);
	kvfree(rcu_dereference_protected(sw->table, true));
	free_percpu(sw->counters);
	kfree(sw);
}

static const struct nicbond_adaptor_ops nicbond_software_ops = {
	.reg_read	= nicbond_registers_read,
	.reg_write	= nicbond_registers_write,
	.handover	= nicbond_software_handover,
	.connect	= nicbond_channel_connect,
	.destroy	= nicbond_software_destroy,
};

struct nicbond_adaptor *nicbond_software_create(struct net_device *port,
						unsigned int slot)
{
	struct nicbond_software *sw;

	if (WARN_ON_ONCE(slot >= NICBOND_SLOTS))
		return ERR_PTR(-EINVAL);

	sw = kzalloc_obj(*sw);
	if (!sw)
		return ERR_PTR(-ENOMEM);

	sw->adaptor.ops = &nicbond_software_ops;
	sw->port.dev = port;
	sw->slot = slot;
	spin_lock_init(&sw->lock);
	INIT_DELAYED_WORK(&sw->beat, nicbond_software_beat);
	INIT_DELAYED_WORK(&sw->sweep, nicbond_mover_sweep);
	RCU_INIT_POINTER(sw->channel[slot], sw);
	sw->counters = netdev_alloc_pcpu_stats(struct nicbond_counters);
	if (!sw->counters)
		goto free_adaptor;
	if (nicbond_registers_reset(sw))
		goto free_counters;
	schedule_delayed_work(&sw->beat, NICBOND_BEAT);

	return &sw->adaptor;

free_counters:
	free_percpu(sw->counters);
free_adaptor:
	kfree(sw);
	return ERR_PTR(-ENOMEM);
}
