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
#include "balance.h"
#include "bpf.h"
#include "burst.h"
#include "clock.h"
#include "direct.h"
#include "mover.h"
#include "queue.h"
#include "source.h"
#include "trace.h"

#include <linux/err.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

int nicbond_software_drop(struct nicbond_software *sw,
			  enum nicbond_counter counter, struct sk_buff *skb)
{
	nicbond_counters_inc(sw->counters, counter);
	trace_nicbond_fw_drop(sw, counter, skb);
	kfree_skb_reason(skb, nicbond_counters_reason(counter));

	return -ENETDOWN;
}

/* Transmit on the own port, if it is. */
static int nicbond_software_transmit(struct nicbond_software *sw,
				     struct sk_buff *skb)
{
	if (unlikely(!nicbond_port_live(sw->adaptor.port)))
		return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_PORT_DEAD,
					     skb);

	return nicbond_software_send(sw, skb);
}

/* What was not selected here: as a secondary, unless the roles just change. */
static int nicbond_software_pass(struct nicbond_software *sw,
				 struct sk_buff *skb)
{
	if (unlikely(!nicbond_source_static(sw)) &&
	    READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY &&
	    nicbond_frame_readdress(skb, sw->address, sw->own_address))
		return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_REFUSED,
					     skb);

	return nicbond_software_transmit(sw, skb);
}

static inline struct nicbond_channel *
nicbond_software_at(struct nicbond_software *sw,
		    const struct nicbond_table *table, unsigned int index)
{
	return rcu_dereference_bh(sw->channel[nicbond_table_slot(table, index)]);
}

void nicbond_software_call(struct nicbond_software *sw, unsigned int dead)
{
	if (READ_ONCE(sw->peer[dead]) & NICBOND_PEER_UP && sw->adaptor.attention)
		sw->adaptor.attention(&sw->adaptor);
}

/*
 * Who takes the packets of bucket @index while their adaptor cannot transmit: the next
 * in the plan whose port is live, by steps that depend on the bucket, too, so that
 * what the dead one had is spread by weight. An odd step comes by all buckets. The
 * answer is the same whatever was re-steered meanwhile, so that all packets of a
 * bucket go one way.
 */
struct nicbond_channel *
nicbond_software_substitute(struct nicbond_software *sw,
			    const struct nicbond_table *table,
			    unsigned int index)
{
	unsigned int step = hash_32(index, 16) | 1;
	struct nicbond_channel *channel;
	int i;

	for (i = 1; i < table->size; i++) {
		index = (index + step) & (table->size - 1);
		channel = rcu_dereference_bh(sw->channel[READ_ONCE(table->want[index])]);
		if (channel && nicbond_port_live(channel->port))
			return channel;
	}

	return NULL;
}

struct nicbond_channel *nicbond_software_instead(struct nicbond_software *sw,
						 u32 hash, unsigned int dead)
{
	struct nicbond_table *table = rcu_dereference_bh(sw->table);
	unsigned int index = nicbond_table_index(table, hash);
	struct nicbond_channel *channel = nicbond_software_at(sw, table, index);

	if (channel && channel->to->slot != dead &&
	    nicbond_port_live(channel->port))
		return channel;

	return nicbond_software_substitute(sw, table, index);
}

/*
 * The adaptor that @hash selects cannot transmit: its bucket goes to the substitute
 * with this packet. And tell the host, unless it knows.
 */
static noinline struct nicbond_channel *
nicbond_software_resteer(struct nicbond_software *sw,
			 struct nicbond_table *table, u32 hash)
{
	unsigned int index = nicbond_table_index(table, hash);
	unsigned int dead = nicbond_table_slot(table, index);
	struct nicbond_channel *channel, *other;

	nicbond_software_call(sw, dead);
	channel = nicbond_software_substitute(sw, table, index);
	if (!channel)
		return NULL;

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_RESTEERED);
	nicbond_mover_resteer(sw, table, index, dead, channel->to->slot);
	/* Another CPU may have been quicker, with another choice. */
	other = nicbond_software_at(sw, table, index);

	return nicbond_channel_usable(other) ? other : channel;
}

struct nicbond_channel *nicbond_software_by_table(struct nicbond_software *sw,
						  u32 hash)
{
	struct nicbond_table *table = rcu_dereference_bh(sw->table);
	unsigned int index = nicbond_table_index(table, hash);
	struct nicbond_channel *channel;

	if (unlikely(READ_ONCE(table->moving)))
		nicbond_mover_pass(sw, table, index);
	channel = nicbond_software_at(sw, table, index);
	if (likely(nicbond_channel_usable(channel)))
		return channel;

	return nicbond_software_resteer(sw, table, hash);
}

/* Apart, where it is not in the way of the usual case. */
noinline struct nicbond_channel *
nicbond_software_except(struct nicbond_software *sw, struct sk_buff *skb)
{
	struct nicbond_channel *channel = NULL;

	if (!nicbond_source_static(sw))
		channel = nicbond_source_keep(sw, skb);

	return channel ?: nicbond_queue_select(sw, skb);
}

/* The selector: which adaptor transmits @skb; NULL when no port is live. */
static struct nicbond_channel *
nicbond_software_select(struct nicbond_software *sw, struct sk_buff *skb)
{
	u8 selector = READ_ONCE(sw->selector);
	struct nicbond_channel *channel;

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);
	if (unlikely(READ_ONCE(sw->exceptions))) {
		/* What only the primary may send does not find the dead port by the table. */
		if (unlikely(!nicbond_port_live(sw->adaptor.port)))
			nicbond_software_call(sw, sw->adaptor.slot);
		channel = nicbond_software_except(sw, skb);
		if (channel)
			return channel;
	}
	if (likely(selector == NICBOND_SELECTOR_DST_HASH))
		goto hash;
	if (selector == NICBOND_SELECTOR_LOAD)
		return nicbond_balance_select(sw, skb);

	return nicbond_bpf_select(sw, skb);
hash:
	return nicbond_software_by_table(sw, nicbond_hash_frame(&sw->hash, skb));
}

/* Apart, and passing @channel on, so that nothing is saved for it where it is off. */
static noinline struct nicbond_channel *
nicbond_software_trace(const struct nicbond_software *sw,
		       struct nicbond_channel *channel,
		       const struct sk_buff *skb)
{
	trace_nicbond_fw_select(sw, channel, skb);

	return channel;
}

int nicbond_software_take(struct nicbond_software *sw, struct nicbond_channel *channel,
			  struct sk_buff *skb, bool more)
{
	int err;

	if (trace_nicbond_fw_select_enabled())
		channel = nicbond_software_trace(sw, channel, skb);
	if (unlikely(!channel))
		err = nicbond_software_drop(sw, NICBOND_COUNTER_DROP_NO_LIVE,
					    skb);
	else if (channel == &sw->own)
		err = nicbond_software_send(sw, skb);
	else
		err = nicbond_channel_forward(channel, skb, more);
	if (unlikely(READ_ONCE(sw->channel_mode) != NICBOND_CHANNEL_MODE_DIRECT) &&
	    !more)
		nicbond_channel_ring_doorbells(sw);

	return err;
}

int nicbond_software_consider(struct nicbond_software *sw, struct sk_buff *skb, bool more)
{
	if (unlikely(READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY)) {
		nicbond_counters_inc(sw->counters, NICBOND_COUNTER_HANDED_OVER);
		return nicbond_software_pass(sw, skb);
	}

	return nicbond_software_take(sw, nicbond_software_select(sw, skb), skb, more);
}

/* By itself, or by another, at once. */
static int nicbond_software_give(struct nicbond_software *sw,
				 struct nicbond_channel *channel,
				 struct sk_buff *skb)
{
	if (channel == &sw->own)
		return nicbond_software_transmit(sw, skb);

	return nicbond_channel_deliver(channel, skb);
}

/* The bucket stays: who comes now still goes behind what is in the ring. */
int nicbond_software_again(struct nicbond_software *sw, unsigned int dead,
			   struct sk_buff *skb)
{
	struct nicbond_table *table = rcu_dereference_bh(sw->table);
	u32 hash = nicbond_hash_frame(&sw->hash, skb);
	unsigned int index = nicbond_table_index(table, hash);
	struct nicbond_channel *channel;

	channel = nicbond_software_instead(sw, hash, dead);
	if (!channel)
		return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_NO_LIVE,
					     skb);

	/* The bucket is to follow, once the ring is empty. */
	if (channel->to->slot != nicbond_table_slot(table, index))
		set_bit(index, table->onward);
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_RESTEERED);

	return nicbond_software_give(sw, channel, skb);
}

/* Can @channel take what does not fit into the ring of @full? */
static bool nicbond_software_spare(const struct nicbond_software *sw,
				   const struct nicbond_channel *channel,
				   const struct nicbond_channel *full)
{
	return channel && channel != full && !READ_ONCE(channel->busy) &&
	       nicbond_port_live(channel->port) &&
	       nicbond_table_is_up(READ_ONCE(sw->peer[channel->to->slot]));
}

/* The own port first: that is nearest. */
int nicbond_software_evade(struct nicbond_software *sw,
			   const struct nicbond_channel *full,
			   struct sk_buff *skb)
{
	struct nicbond_channel *channel = &sw->own;
	unsigned int i;

	for (i = 0; !nicbond_software_spare(sw, channel, full); i++) {
		if (i == NICBOND_SLOTS)
			return nicbond_software_drop(sw,
						     NICBOND_COUNTER_DROP_RING_FULL,
						     skb);
		channel = rcu_dereference_bh(sw->channel[i]);
	}
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_EVADED);

	return nicbond_software_give(sw, channel, skb);
}

int nicbond_software_receive(struct nicbond_adaptor *adaptor,
			     struct sk_buff *skb, u32 epoch)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_CHAN_RECEIVED);
	if (unlikely(nicbond_epoch_newer(READ_ONCE(sw->fence), epoch)))
		return nicbond_software_drop(sw, NICBOND_COUNTER_DROP_STALE, skb);

	/* What came over the channel is transmitted, never selected again. */
	return nicbond_software_pass(sw, skb);
}

/*
 * A primary hears of a newer one: nothing moves any more. Who moves a bucket looks at
 * @overlap again under the lock, so the newer one learns of it before this returns, or
 * from a CPU that is about to tell.
 */
static void nicbond_software_succeeded(struct nicbond_software *sw)
{
	if (READ_ONCE(sw->overlap))
		return;

	spin_lock_bh(&sw->lock);
	WRITE_ONCE(sw->overlap, true);
	spin_unlock_bh(&sw->lock);
}

/* May the sender say that? A report is as good from an old epoch as from a new one. */
static bool nicbond_software_hears(struct nicbond_software *sw,
				   const struct nicbond_message *message)
{
	if (message->from >= NICBOND_SLOTS)
		return false;
	if (message->kind == NICBOND_MESSAGE_LOAD ||
	    message->kind == NICBOND_MESSAGE_REACHED)
		return true;

	if (nicbond_epoch_newer(READ_ONCE(sw->fence), message->epoch)) {
		local_bh_disable();
		nicbond_counters_inc(sw->counters, NICBOND_COUNTER_STALE_MESSAGES);
		local_bh_enable();
		return false;
	}
	/* Who reminds may have been replaced meanwhile. */
	if (message->kind == NICBOND_MESSAGE_REMIND &&
	    nicbond_epoch_newer(READ_ONCE(sw->heard), message->epoch))
		return false;
	if (nicbond_epoch_newer(message->epoch, READ_ONCE(sw->heard)))
		WRITE_ONCE(sw->heard, message->epoch);
	if (READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY &&
	    nicbond_epoch_newer(message->epoch, READ_ONCE(sw->role_epoch)))
		nicbond_software_succeeded(sw);

	return true;
}

static void nicbond_software_message(struct nicbond_adaptor *adaptor,
				     const struct nicbond_message *message)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);

	if (!nicbond_software_hears(sw, message))
		return;

	switch (message->kind) {
	case NICBOND_MESSAGE_TABLE:
		nicbond_balance_report_to(sw, message->from);
		nicbond_mover_learn_table(sw, message);
		break;
	case NICBOND_MESSAGE_REMIND:
		nicbond_balance_report_to(sw, message->from);
		nicbond_mover_learn_again(sw, message);
		break;
	case NICBOND_MESSAGE_MOVED:
		nicbond_mover_learn_moved(sw, message);
		break;
	case NICBOND_MESSAGE_LOAD:
		nicbond_balance_report(sw, message);
		break;
	case NICBOND_MESSAGE_ASK:
		nicbond_balance_report_to(sw, message->from);
		/* What is in the rings goes before what the new one sends. */
		if (READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY)
			nicbond_channel_flush_soon(sw);
		nicbond_balance_answer(sw, message->from);
		break;
	case NICBOND_MESSAGE_FLOWLETS:
		nicbond_balance_learn(sw, message);
		break;
	case NICBOND_MESSAGE_REACHED:
		nicbond_reach_learn(sw, message->target, message->address);
		break;
	}
}

static void nicbond_software_destroy(struct nicbond_adaptor *adaptor)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);

	nicbond_heartbeat_stop(sw);
	nicbond_alarm_stop(sw);
	nicbond_reach_stop(sw);
	cancel_delayed_work_sync(&sw->sweep);
	cancel_delayed_work_sync(&sw->report);
	nicbond_burst_abandon(sw);
	nicbond_channel_close_all(sw);
	nicbond_bpf_replace(adaptor, NULL);
	nicbond_load_uninit(&sw->load);
	kvfree(rcu_dereference_protected(sw->flowlets, true));
	kvfree(rcu_dereference_protected(sw->table, true));
	free_percpu(sw->burst);
	free_percpu(sw->counters);
	kfree(sw);
}

static struct nicbond_adaptor *nicbond_software_create(struct net_device *port,
						       unsigned int slot)
{
	struct nicbond_software *sw;

	if (WARN_ON_ONCE(slot >= NICBOND_SLOTS))
		return ERR_PTR(-EINVAL);

	sw = kzalloc_obj(*sw);
	if (!sw)
		return ERR_PTR(-ENOMEM);

	sw->adaptor.ops = &nicbond_software_ops;
	sw->adaptor.port = port;
	sw->adaptor.slot = slot;
	sw->picky = nicbond_direct_picky(port);
	nicbond_channel_init(&sw->own, sw, &sw->adaptor);
	sw->last = nicbond_port_last(port);
	RCU_INIT_POINTER(sw->channel[slot], &sw->own);
	RCU_INIT_POINTER(sw->open[slot], sw);
	spin_lock_init(&sw->lock);
	nicbond_reach_init(sw);
	INIT_DELAYED_WORK(&sw->sweep, nicbond_mover_sweep);
	INIT_DELAYED_WORK(&sw->report, nicbond_balance_measure);
	sw->counters = netdev_alloc_pcpu_stats(struct nicbond_counters);
	if (!sw->counters)
		goto free_adaptor;
	sw->burst = alloc_percpu(struct nicbond_burst);
	if (!sw->burst)
		goto free_counters;
	if (nicbond_load_init(&sw->load))
		goto free_burst;
	sw->meter.stamp = nicbond_clock_us();
	if (nicbond_registers_reset(sw))
		goto uninit_load;
	nicbond_heartbeat_start(sw);
	nicbond_alarm_start(sw);
	schedule_delayed_work(&sw->report, HZ / 10);

	return &sw->adaptor;

uninit_load:
	nicbond_load_uninit(&sw->load);
free_burst:
	free_percpu(sw->burst);
free_counters:
	free_percpu(sw->counters);
free_adaptor:
	kfree(sw);
	return ERR_PTR(-ENOMEM);
}

const struct nicbond_adaptor_ops nicbond_software_ops = {
	.owner		= THIS_MODULE,
	.create		= nicbond_software_create,
	.destroy	= nicbond_software_destroy,
	.reg_read	= nicbond_registers_read,
	.reg_write	= nicbond_registers_write,
	.handover	= nicbond_software_handover,
	.burst		= nicbond_burst_handover,
	.which		= nicbond_software_which,
	.connect	= nicbond_channel_connect,
	.program	= nicbond_bpf_replace,
	.receive	= nicbond_software_receive,
	.arrived	= nicbond_reach_arrived,
	.message	= nicbond_software_message,
};
EXPORT_SYMBOL_GPL(nicbond_software_ops);
