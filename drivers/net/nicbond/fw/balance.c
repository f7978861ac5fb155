// SPDX-License-Identifier: GPL-2.0
/*
 * The load selector: a flow stays with its adaptor until it pauses for longer than
 * the flowlet gap, and goes on with the least loaded one. If the paths differ by
 * less than the gap, its packets stay in order.
 */
#include "balance.h"
#include "clock.h"

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/time64.h>

/* How often the meter is read if nobody wants reports. */
#define NICBOND_BALANCE_IDLE_MS	100

static struct nicbond_flowlets *nicbond_balance_swap(struct nicbond_software *sw,
						     struct nicbond_flowlets *flowlets)
{
	return rcu_replace_pointer(sw->flowlets, flowlets, true);
}

int nicbond_balance_enable(struct nicbond_software *sw, unsigned int size)
{
	struct nicbond_flowlets *flowlets = nicbond_flowlets_create(size), *old;

	if (!flowlets)
		return -ENOMEM;

	old = nicbond_balance_swap(sw, flowlets);
	if (old)
		kvfree_rcu(old, rcu);

	return 0;
}

void nicbond_balance_disable(struct nicbond_software *sw)
{
	struct nicbond_flowlets *old = nicbond_balance_swap(sw, NULL);

	if (old)
		kvfree_rcu(old, rcu);
}

/* Of the adaptors that take balanced traffic, those whose port is live. */
static u64 nicbond_balance_live(struct nicbond_software *sw)
{
	u64 slots = READ_ONCE(sw->load.eligible), live = 0;
	const struct nicbond_channel *channel;

	for (; slots; slots &= slots - 1) {
		channel = rcu_dereference_bh(sw->channel[__ffs64(slots)]);
		if (channel && nicbond_port_live(channel->port))
			live |= slots & -slots;
	}

	return live;
}

/*
 * Who has the flow that is with @slot; NULL: nobody. Who is not up in the host's eyes
 * loses his flows at once, as in the table.
 */
static struct nicbond_channel *
nicbond_balance_holder(struct nicbond_software *sw, unsigned int slot)
{
	if (!nicbond_load_is_up(&sw->load, slot))
		return NULL;

	return rcu_dereference_bh(sw->channel[slot]);
}

/*
 * The slot that is to have a flow that had a pause, or that was with @dead, which cannot
 * transmit; NICBOND_SLOTS: none may. @stay: it is new, and another primary that may
 * send it, too, has to choose the same.
 */
static unsigned int nicbond_balance_pick(struct nicbond_software *sw, u32 hash,
					 unsigned int bytes, u32 now,
					 unsigned int dead, bool stay)
{
	const struct nicbond_channel *channel;

	if (dead == NICBOND_FLOWLET_NONE && !stay)
		return nicbond_load_choose(&sw->load, nicbond_balance_live(sw),
					   bytes, now);

	/* Behind what was in the dead one's ring. */
	channel = nicbond_software_instead(sw, hash, dead);

	return channel ? channel->to->slot : NICBOND_SLOTS;
}

/*
 * Is a flow that is not known here one that another primary may send, or may have sent a
 * moment ago?
 */
static bool nicbond_balance_stays(const struct nicbond_software *sw, u32 now)
{
	s32 since;

	/* Pairs with nicbond_fence_write(). */
	if (smp_load_acquire(&sw->overlap))
		return true;

	/* Less than 0: @now was before that. Long ago is not soon. */
	since = now - READ_ONCE(sw->settled);

	return since > -USEC_PER_SEC && since <= (s32)READ_ONCE(sw->flowlet_gap);
}

/* The flow goes where it is to, unless another CPU was quicker. */
static noinline struct nicbond_channel *
nicbond_balance_choose(struct nicbond_software *sw,
		       struct nicbond_flowlets *flowlets, u32 hash,
		       unsigned int bytes, u32 now, unsigned int dead, bool stay)
{
	unsigned int slot;
	bool moved;

	if (dead != NICBOND_FLOWLET_NONE)
		nicbond_software_call(sw, dead);
	slot = nicbond_balance_pick(sw, hash, bytes, now, dead, stay);
	if (slot == NICBOND_SLOTS)
		return NULL;

	slot = nicbond_flowlets_claim(flowlets, hash, now,
				      READ_ONCE(sw->flowlet_gap), slot, dead,
				      &moved);
	if (moved)
		nicbond_counters_inc(sw->counters,
				     dead == NICBOND_FLOWLET_NONE ?
				     NICBOND_COUNTER_FLOWS_MOVED :
				     NICBOND_COUNTER_RESTEERED);

	return rcu_dereference_bh(sw->channel[slot]);
}

struct nicbond_channel *nicbond_balance_steer(struct nicbond_software *sw,
					      const struct sk_buff *skb, u32 hash, u32 now)
{
	struct nicbond_flowlets *flowlets = rcu_dereference_bh(sw->flowlets);
	struct nicbond_channel *channel;
	unsigned int slot;
	bool stay;

	/* The selector is being changed. */
	if (unlikely(!flowlets))
		return nicbond_software_by_table(sw, hash);

	stay = nicbond_balance_stays(sw, now);
	slot = nicbond_flowlets_find(flowlets, hash, now,
				     READ_ONCE(sw->flowlet_gap), stay);
	channel = nicbond_balance_holder(sw, slot);
	if (!nicbond_channel_usable(channel)) {
		channel = nicbond_balance_choose(sw, flowlets, hash, skb->len,
						 now, slot, stay);
		if (unlikely(!nicbond_channel_usable(channel)))
			return nicbond_software_by_table(sw, hash);
	}
	nicbond_load_charge(&sw->load, channel->to->slot, skb->len, now);

	return channel;
}

struct nicbond_channel *nicbond_balance_select(struct nicbond_software *sw,
					       const struct sk_buff *skb)
{
	return nicbond_balance_steer(sw, skb, nicbond_hash_frame(&sw->hash, skb),
				     nicbond_clock_us());
}

/* As above, but for what notes it. */
struct nicbond_channel *nicbond_balance_peek(struct nicbond_software *sw,
					     const struct sk_buff *skb, u32 hash)
{
	struct nicbond_flowlets *flowlets = rcu_dereference_bh(sw->flowlets);
	u32 now = nicbond_clock_us();
	bool stay = nicbond_balance_stays(sw, now);
	struct nicbond_channel *channel;
	unsigned int slot;

	if (!flowlets)
		return NULL;

	slot = nicbond_flowlets_peek(flowlets, hash, now,
				     READ_ONCE(sw->flowlet_gap), stay);
	channel = nicbond_balance_holder(sw, slot);
	if (nicbond_channel_usable(channel))
		return channel;

	slot = nicbond_balance_pick(sw, hash, skb->len, now, slot, stay);
	if (slot == NICBOND_SLOTS)
		return NULL;

	channel = rcu_dereference_bh(sw->channel[slot]);

	return nicbond_channel_usable(channel) ? channel : NULL;
}

void nicbond_balance_take_over(struct nicbond_software *sw)
{
	struct nicbond_message message = { .kind = NICBOND_MESSAGE_ASK };

	WRITE_ONCE(sw->primary, sw->adaptor.slot);
	nicbond_channel_tell(sw, &message);
}

/*
 * What the old primary sent since it answered, nobody told. And what is its own load now?
 */
void nicbond_balance_settle(struct nicbond_software *sw)
{
	struct nicbond_flowlets *flowlets =
		rcu_dereference_protected(sw->flowlets, true);
	u32 now = nicbond_clock_us();

	WRITE_ONCE(sw->settled, now);
	if (!flowlets)
		return;

	nicbond_flowlets_touch(flowlets, now);
	mod_delayed_work(system_percpu_wq, &sw->report, 0);
}

/* Who asks becomes primary; who is primary yet knows. */
void nicbond_balance_answer(struct nicbond_software *sw, unsigned int slot)
{
	struct nicbond_flowlets *flowlets =
		rcu_dereference_protected(sw->flowlets, true);
	struct nicbond_message message = { .kind = NICBOND_MESSAGE_FLOWLETS };

	if (!flowlets || READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY)
		return;

	message.flowlets = flowlets->entry;
	message.size = flowlets->size;
	nicbond_channel_tell_one(sw, slot, &message);
}

void nicbond_balance_learn(struct nicbond_software *sw,
			   const struct nicbond_message *message)
{
	struct nicbond_flowlets *flowlets =
		rcu_dereference_protected(sw->flowlets, true);

	if (flowlets)
		nicbond_flowlets_learn(flowlets, message->flowlets,
				       message->size);
}

void nicbond_balance_report(struct nicbond_software *sw,
			    const struct nicbond_message *message)
{
	nicbond_load_report(&sw->load, message->from,
			    READ_ONCE(sw->peer[message->from]), message);
}

/* It learns nothing of this one's speed and load otherwise until the next report. */
void nicbond_balance_report_to(struct nicbond_software *sw, unsigned int primary)
{
	if (READ_ONCE(sw->primary) == primary)
		return;

	WRITE_ONCE(sw->primary, primary);
	mod_delayed_work(system_percpu_wq, &sw->report, 0);
}

static void nicbond_balance_tell(struct nicbond_software *sw)
{
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_LOAD,
		.from = sw->adaptor.slot,
		.load = sw->meter.load,
		.inflight = sw->meter.inflight,
		.speed = READ_ONCE(sw->speed),
	};

	unsigned int primary = READ_ONCE(sw->primary);

	rcu_read_lock_bh();
	if (primary == sw->adaptor.slot)
		nicbond_balance_report(sw, &message);
	else
		nicbond_channel_tell_one(sw, primary, &message);
	rcu_read_unlock_bh();
}

void nicbond_balance_measure(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software,
			     report);
	u32 peer = READ_ONCE(sw->peer[sw->adaptor.slot]);
	unsigned int ms = NICBOND_BALANCE_IDLE_MS;
	u32 backlog;
	bool exact;

	backlog = nicbond_port_backlog(sw->adaptor.port, &exact);
	nicbond_meter_read(&sw->meter,
			   nicbond_counters_sum(sw->counters,
						NICBOND_COUNTER_TRANSMIT_BYTES),
			   nicbond_clock_us(), READ_ONCE(sw->speed),
			   FIELD_GET(NICBOND_PEER_WEIGHT, peer), backlog, exact);

	if (READ_ONCE(sw->selector) == NICBOND_SELECTOR_LOAD) {
		nicbond_balance_tell(sw);
		ms = READ_ONCE(sw->load_interval);
	}
	schedule_delayed_work(&sw->report, msecs_to_jiffies(ms));
}
