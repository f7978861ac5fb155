// SPDX-License-Identifier: GPL-2.0
/*
 * The inter-adaptor channel. Direct: what one adaptor has for another, a packet or
 * a word, is a call into it: no copy, no queue, no lock. Ring: store and forward,
 * drained in softirq.
 *
 * Order holds across both: while a ring is busy, all packets for it go through it,
 * and it is busy until its last packet was delivered. When its target dies, what is
 * in it is selected anew, in order.
 */
#include "adaptor.h"
#include "mover.h"
#include "trace.h"

#include <kunit/static_stub.h>
#include <linux/bitops.h>
#include <linux/indirect_call_wrapper.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Packets that are drained in one go, before others may use the softirq. */
#define NICBOND_CHANNEL_BATCH	64

/* What a packet in a ring has with it. */
struct nicbond_channel_cb {
	u32 epoch;
};

static struct nicbond_channel_cb *nicbond_channel_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct nicbond_channel_cb) > sizeof(skb->cb));

	return (struct nicbond_channel_cb *)skb->cb;
}

static int nicbond_channel_send(struct nicbond_channel *channel,
				struct sk_buff *skb, u32 epoch)
{
	nicbond_counters_forwarded(channel->from->counters, false,
				   channel->to->slot, skb->len);

	return INDIRECT_CALL_1(channel->to->ops->receive,
			       nicbond_software_receive, channel->to, skb,
			       epoch);
}

/* Apart, and last, so that nothing is saved for it where it is off. */
static noinline int nicbond_channel_trace(struct nicbond_channel *channel,
					  struct sk_buff *skb, u32 epoch,
					  bool ring)
{
	trace_nicbond_fw_forward(channel, ring, skb);

	return nicbond_channel_send(channel, skb, epoch);
}

int nicbond_channel_deliver(struct nicbond_channel *channel,
			    struct sk_buff *skb)
{
	u32 epoch = READ_ONCE(channel->from->role_epoch);

	if (trace_nicbond_fw_forward_enabled())
		return nicbond_channel_trace(channel, skb, epoch, false);

	return nicbond_channel_send(channel, skb, epoch);
}

void nicbond_channel_schedule(struct nicbond_channel *channel)
{
	KUNIT_STATIC_STUB_REDIRECT(nicbond_channel_schedule, channel);

	queue_work(system_bh_wq, &channel->drain);
}

/* Under the lock, so that nobody asks for a drain of a ring that was closed. */
static void nicbond_channel_ring_doorbell(struct nicbond_channel *channel)
{
	spin_lock(&channel->ring.lock);
	if (!channel->closed) {
		WRITE_ONCE(channel->doorbells, channel->doorbells + 1);
		nicbond_channel_schedule(channel);
	}
	spin_unlock(&channel->ring.lock);
}

/* 0, -ENOSPC: the ring is full, -ENOTCONN: it is gone. */
static int nicbond_channel_put(struct nicbond_channel *channel,
			       struct sk_buff *skb)
{
	const struct nicbond_software *from = channel->from;
	int err = 0;

	spin_lock(&channel->ring.lock);
	if (channel->closed) {
		err = -ENOTCONN;
	} else if (channel->pending >= READ_ONCE(from->channel_depth)) {
		WRITE_ONCE(channel->overflows, channel->overflows + 1);
		err = -ENOSPC;
	} else {
		nicbond_channel_cb(skb)->epoch = READ_ONCE(from->role_epoch);
		__skb_queue_tail(&channel->ring, skb);
		WRITE_ONCE(channel->pending, channel->pending + 1);
		if (channel->pending > channel->high)
			WRITE_ONCE(channel->high, channel->pending);
		WRITE_ONCE(channel->busy, true);
		RCU_INIT_POINTER(channel->from->open[channel->to->slot], NULL);
	}
	spin_unlock(&channel->ring.lock);

	return err;
}

static noinline int nicbond_channel_store(struct nicbond_channel *channel,
					  struct sk_buff *skb, bool more)
{
	struct nicbond_software *from = channel->from;
	int err = nicbond_channel_put(channel, skb);

	if (err == -ENOTCONN)
		return nicbond_software_again(from, channel->to->slot, skb);
	if (err) {
		if (READ_ONCE(from->channel_full) ==
		    NICBOND_CHANNEL_FULL_RESTEER)
			return nicbond_software_evade(from, channel, skb);
		return nicbond_software_drop(from,
					     NICBOND_COUNTER_DROP_RING_FULL,
					     skb);
	}

	/* The packet is the ring's now. */
	nicbond_counters_inc(from->counters, NICBOND_COUNTER_STORED);
	/* With this mode nobody looks for doorbells that are due. */
	if (more && READ_ONCE(from->channel_mode) != NICBOND_CHANNEL_MODE_DIRECT)
		nicbond_counters_defer(from->counters, channel->to->slot);
	else
		nicbond_channel_ring_doorbell(channel);

	return 0;
}

static bool nicbond_channel_direct(const struct nicbond_channel *channel)
{
	u8 mode = READ_ONCE(channel->from->channel_mode);

	/* Who sees it idle comes after what was in it: pairs with the drain. */
	if (unlikely(smp_load_acquire(&channel->busy)))
		return false;

	/* Chosen while it was busy, it may be dead: what is in a ring is selected anew. */
	if (unlikely(!nicbond_port_live(channel->port)))
		return false;

	/* Two primaries have two rings to a port: neither may wait in its own. */
	return likely(mode == NICBOND_CHANNEL_MODE_DIRECT) ||
	       READ_ONCE(channel->from->overlap) ||
	       (mode == NICBOND_CHANNEL_MODE_AUTO &&
		nicbond_port_ready(channel->port));
}

int nicbond_channel_forward(struct nicbond_channel *channel,
			    struct sk_buff *skb, bool more)
{
	if (likely(nicbond_channel_direct(channel)))
		return nicbond_channel_deliver(channel, skb);

	return nicbond_channel_store(channel, skb, more);
}

void nicbond_channel_ring_doorbells(struct nicbond_software *sw)
{
	u64 slots = nicbond_counters_deferred(sw->counters);
	struct nicbond_channel *channel;

	for (; slots; slots &= slots - 1) {
		channel = rcu_dereference_bh(sw->channel[__ffs64(slots)]);
		if (channel)
			nicbond_channel_ring_doorbell(channel);
	}
}

/* Take some of what is in the ring; with nothing left there it is idle. */
static unsigned int nicbond_channel_take(struct nicbond_channel *channel,
					 struct sk_buff_head *batch)
{
	struct sk_buff *skb;

	spin_lock_bh(&channel->ring.lock);
	while (skb_queue_len(batch) < NICBOND_CHANNEL_BATCH &&
	       (skb = __skb_dequeue(&channel->ring)))
		__skb_queue_tail(batch, skb);
	if (skb_queue_empty(batch)) {
		/* What was delivered is ahead of whoever sees this. */
		smp_store_release(&channel->busy, false);
		if (!channel->closed)
			rcu_assign_pointer(channel->from->open[channel->to->slot],
					   channel->peer);
	}
	spin_unlock_bh(&channel->ring.lock);

	return skb_queue_len(batch);
}

static void nicbond_channel_delivered(struct nicbond_channel *channel,
				      unsigned int count)
{
	spin_lock_bh(&channel->ring.lock);
	WRITE_ONCE(channel->pending, channel->pending - count);
	spin_unlock_bh(&channel->ring.lock);
}

static void nicbond_channel_put_out(struct nicbond_channel *channel,
				    struct sk_buff *skb)
{
	unsigned int slot = channel->to->slot;

	if (likely(nicbond_port_live(channel->port))) {
		nicbond_channel_trace(channel, skb,
				      nicbond_channel_cb(skb)->epoch, true);
		return;
	}

	/* While the ring is busy no selector sees it. */
	nicbond_software_call(channel->from, slot);
	nicbond_software_again(channel->from, slot, skb);
}

/* One batch, then others' turn, until there is none. */
static void nicbond_channel_drain(struct work_struct *work)
{
	struct nicbond_channel *channel =
		container_of(work, struct nicbond_channel, drain);
	unsigned int count;
	struct sk_buff_head batch;
	struct sk_buff *skb;

	__skb_queue_head_init(&batch);
	count = nicbond_channel_take(channel, &batch);
	if (!count)
		return;

	rcu_read_lock_bh();
	while ((skb = __skb_dequeue(&batch)))
		nicbond_channel_put_out(channel, skb);
	rcu_read_unlock_bh();

	nicbond_channel_delivered(channel, count);
	nicbond_channel_schedule(channel);
}

void nicbond_channel_init(struct nicbond_channel *channel,
			  struct nicbond_software *from,
			  struct nicbond_adaptor *to)
{
	channel->to = to;
	channel->peer = to->ops == &nicbond_software_ops ? nicbond_software_of(to) : NULL;
	channel->port = to->port;
	channel->queue = nicbond_port_last(to->port);
	channel->from = from;
	skb_queue_head_init(&channel->ring);
	INIT_WORK(&channel->drain, nicbond_channel_drain);
}

void nicbond_channel_run(struct nicbond_channel *channel)
{
	KUNIT_STATIC_STUB_REDIRECT(nicbond_channel_run, channel);

	queue_work(system_bh_wq, &channel->drain);
	flush_work(&channel->drain);
}

/* Empty a ring; if others go on filling it, try only so often. */
#define NICBOND_CHANNEL_TRIES	10000
/* While packets wait for the new primary. */
#define NICBOND_CHANNEL_FEW	16

static void nicbond_channel_empty(struct nicbond_channel *channel,
				  unsigned int tries)
{
	while (tries-- && READ_ONCE(channel->busy))
		nicbond_channel_run(channel);
}

/*
 * Unpublish, close, drain, free. A sender that still sees it finds it closed; the
 * host keeps the other end until a grace period has ended that, too.
 */
static void nicbond_channel_close(struct nicbond_software *sw, unsigned int slot)
{
	struct nicbond_channel *channel =
		rcu_replace_pointer(sw->channel[slot], NULL, true);

	if (!channel)
		return;

	spin_lock_bh(&channel->ring.lock);
	channel->closed = true;
	RCU_INIT_POINTER(sw->open[slot], NULL);
	spin_unlock_bh(&channel->ring.lock);
	nicbond_channel_empty(channel, NICBOND_CHANNEL_TRIES);
	cancel_work_sync(&channel->drain);
	kfree_rcu(channel, rcu);
}

void nicbond_channel_close_all(struct nicbond_software *sw)
{
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++)
		if (i != sw->adaptor.slot)
			nicbond_channel_close(sw, i);
}

int nicbond_channel_connect(struct nicbond_adaptor *adaptor, unsigned int slot,
			    struct nicbond_adaptor *peer)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	struct nicbond_channel *channel;

	if (WARN_ON_ONCE(slot >= NICBOND_SLOTS || slot == adaptor->slot))
		return -EINVAL;

	nicbond_channel_close(sw, slot);
	if (!peer)
		return 0;

	channel = kzalloc_obj(*channel);
	if (!channel)
		return -ENOMEM;

	nicbond_channel_init(channel, sw, peer);
	rcu_assign_pointer(sw->channel[slot], channel);
	rcu_assign_pointer(sw->open[slot], channel->peer);

	return 0;
}

static void nicbond_channel_try_flush(struct nicbond_software *sw,
				      unsigned int slot, unsigned int tries)
{
	struct nicbond_channel *channel =
		rcu_dereference_protected(sw->channel[slot], true);

	if (channel)
		nicbond_channel_empty(channel, tries);
}

void nicbond_channel_flush(struct nicbond_software *sw, unsigned int slot)
{
	nicbond_channel_try_flush(sw, slot, NICBOND_CHANNEL_TRIES);
}

static void nicbond_channel_try_flush_all(struct nicbond_software *sw,
					  unsigned int tries)
{
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++)
		nicbond_channel_try_flush(sw, i, tries);
}

void nicbond_channel_flush_all(struct nicbond_software *sw)
{
	nicbond_channel_try_flush_all(sw, NICBOND_CHANNEL_TRIES);
}

void nicbond_channel_flush_soon(struct nicbond_software *sw)
{
	nicbond_channel_try_flush_all(sw, NICBOND_CHANNEL_FEW);
}

/* Some are told where channels can come and go, some where they cannot. */
static bool nicbond_channel_serialized(const struct nicbond_message *message)
{
	return message->kind == NICBOND_MESSAGE_TABLE ||
	       message->kind == NICBOND_MESSAGE_ASK ||
	       message->kind == NICBOND_MESSAGE_FLOWLETS;
}

void nicbond_channel_tell_one(struct nicbond_software *sw, unsigned int slot,
			      struct nicbond_message *message)
{
	struct nicbond_channel *channel;

	if (slot >= NICBOND_SLOTS)
		return;

	channel = rcu_dereference_check(sw->channel[slot],
					rcu_read_lock_bh_held() ||
					nicbond_channel_serialized(message));
	if (!channel || channel == &sw->own)
		return;

	message->from = sw->adaptor.slot;
	message->epoch = READ_ONCE(sw->role_epoch);
	channel->to->ops->message(channel->to, message);
}

void nicbond_channel_tell(struct nicbond_software *sw,
			  struct nicbond_message *message)
{
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++)
		nicbond_channel_tell_one(sw, i, message);
}
