// SPDX-License-Identifier: GPL-2.0
/*
 * Moving buckets without reordering a flow: a bucket that is meant for another
 * adaptor goes there when it was idle for the flowlet gap, found by the next
 * packet or by a sweep, or when its deadline is over; off a dead adaptor it goes at
 * once. Where the packet that finds it dead is re-steered to, there the bucket
 * stays, if the plan allows: to go on from there would overtake that packet.
 */
#include "mover.h"
#include "clock.h"
#include "plan.h"

#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

/* The table, for who serializes register writes: only they change the pointer. */
static struct nicbond_table *nicbond_mover_table(struct nicbond_software *sw)
{
	return rcu_dereference_protected(sw->table, true);
}

static void nicbond_mover_count(struct nicbond_software *sw, unsigned int moved)
{
	nicbond_counters_add(sw->counters, NICBOND_COUNTER_BUCKETS_MOVED, moved);
}

/* Sweep soon, if there is something to move and it is ours to decide. */
static void nicbond_mover_schedule(struct nicbond_software *sw, bool moving)
{
	if (moving && READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY)
		schedule_delayed_work(&sw->sweep,
				      usecs_to_jiffies(sw->flowlet_gap) + 1);
}

static void nicbond_mover_tell_moved(struct nicbond_software *sw,
				     const struct nicbond_table *table,
				     unsigned int index)
{
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_MOVED,
		.size = table->size,
		.bucket = index,
		.slot = nicbond_table_slot(table, index),
	};

	nicbond_channel_tell(sw, &message);
}

/* The others learn what was planned; and what packets changed while they did. */
static void nicbond_mover_tell_table(struct nicbond_software *sw,
				     const struct nicbond_table *table,
				     const struct nicbond_plan *plan)
{
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_TABLE,
		.size = table->size,
		.home = plan->home,
		.want = plan->want,
		.slots = plan->slot,
	};
	unsigned int i;

	nicbond_channel_tell(sw, &message);

	rcu_read_lock_bh();
	for (i = 0; i < table->size; i++)
		if (nicbond_table_slot(table, i) != plan->slot[i])
			nicbond_mover_tell_moved(sw, table, i);
	rcu_read_unlock_bh();
}

/*
 * Messages can be lost: an adaptor that hangs for a moment, too short for anybody to notice,
 * would keep the table of before, and go on with that when it becomes primary. No lock: a
 * bucket that changes meanwhile is told of after that.
 */
void nicbond_mover_remind(struct nicbond_software *sw)
{
	struct nicbond_message message = { .kind = NICBOND_MESSAGE_REMIND };
	const struct nicbond_table *table;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY)
			return;
		rcu_read_lock_bh();
		table = rcu_dereference_bh(sw->table);
		message.size = table->size;
		message.home = table->home;
		message.want = table->want;
		message.slots = table->slot;
		nicbond_channel_tell_one(sw, i, &message);
		rcu_read_unlock_bh();
	}
}

/*
 * What was in the ring of who is down now went on to a substitute: so does the bucket,
 * as what comes next would overtake it on another way.
 */
static void nicbond_mover_onward(struct nicbond_software *sw,
				 struct nicbond_table *table)
{
	const struct nicbond_channel *channel;
	unsigned int index;

	rcu_read_lock_bh();
	spin_lock(&sw->lock);
	for_each_set_bit(index, table->onward, table->size) {
		if (nicbond_table_is_up(sw->peer[table->slot[index]]))
			continue;
		channel = nicbond_software_substitute(sw, table, index);
		if (channel)
			nicbond_table_lend(table, index, channel->to->slot,
					   nicbond_clock_us());
	}
	spin_unlock(&sw->lock);
	rcu_read_unlock_bh();
}

void nicbond_mover_follow(struct nicbond_software *sw)
{
	struct nicbond_table *table = nicbond_mover_table(sw);
	struct nicbond_plan *plan;
	unsigned int moved;

	if (sw->role != NICBOND_ROLE_PRIMARY)
		return;

	nicbond_mover_onward(sw, table);

	plan = nicbond_plan_begin(table, sw->peer);
	spin_lock_bh(&sw->lock);
	moved = nicbond_table_adopt(table, plan, sw->peer, nicbond_clock_us(),
				    !sw->flowlet_gap);
	memcpy(plan->slot, table->slot, table->size);
	nicbond_mover_count(sw, moved);
	spin_unlock_bh(&sw->lock);
	nicbond_mover_tell_table(sw, table, plan);
	nicbond_plan_end(plan);

	nicbond_mover_schedule(sw, table->moving);
}

/* A table of @size buckets in the old one's place, with its owners if @keep. */
static int nicbond_mover_replace(struct nicbond_software *sw, unsigned int size,
				 bool keep)
{
	struct nicbond_table *old = nicbond_mover_table(sw), *table;

	table = nicbond_table_create(size, sw->adaptor.slot);
	if (!table)
		return -ENOMEM;

	spin_lock_bh(&sw->lock);
	if (keep)
		nicbond_table_copy(table, old);
	rcu_assign_pointer(sw->table, table);
	spin_unlock_bh(&sw->lock);
	if (old)
		kvfree_rcu(old, rcu);

	return 0;
}

int nicbond_mover_reset(struct nicbond_software *sw, unsigned int size)
{
	return nicbond_mover_replace(sw, size, false);
}

int nicbond_mover_resize(struct nicbond_software *sw, unsigned int size)
{
	int err;

	if (nicbond_mover_table(sw)->size == size)
		return 0;

	err = nicbond_mover_replace(sw, size, true);
	if (!err)
		nicbond_mover_follow(sw);

	return err;
}

/* Has, or gets, one a bucket who is not up; or is one up that should get some, and does not? */
static bool nicbond_mover_strays(const struct nicbond_software *sw,
				 const struct nicbond_table *table)
{
	u64 up = 0, due = 0, has = 0, gets = 0;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!nicbond_table_is_up(sw->peer[i]))
			continue;
		up |= BIT_ULL(i);
		if (FIELD_GET(NICBOND_PEER_WEIGHT, sw->peer[i]))
			due |= BIT_ULL(i);
	}
	for (i = 0; i < table->size; i++) {
		has |= BIT_ULL(table->slot[i]);
		gets |= BIT_ULL(table->want[i]);
	}

	/* Without any weight all are equal (plan.c). */
	return (has | gets) & ~up || (due ?: up) & ~gets;
}

/*
 * Packets wait for this. A table that the old primary did not live to bring up to date is
 * planned now, else later, when it is gone: that changes little, or nothing. Until then
 * nothing moves in the old one's either, which has heard of this one by its ASK.
 */
void nicbond_mover_take_over(struct nicbond_software *sw)
{
	if (nicbond_mover_strays(sw, nicbond_mover_table(sw)))
		nicbond_mover_follow(sw);
}

void nicbond_mover_settle(struct nicbond_software *sw)
{
	struct nicbond_table *table = nicbond_mover_table(sw);

	nicbond_mover_follow(sw);
	/* What the old primary sent last, nobody told. */
	spin_lock_bh(&sw->lock);
	nicbond_table_touch(table, nicbond_clock_us());
	spin_unlock_bh(&sw->lock);
}

/* Slots whose port is live: a bucket that waits does not go to a dead one. */
static u64 nicbond_mover_live(struct nicbond_software *sw)
{
	const struct nicbond_channel *channel;
	u64 live = 0;
	int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		channel = rcu_dereference_bh(sw->channel[i]);
		if (channel && nicbond_port_live(channel->port))
			live |= BIT_ULL(i);
	}

	return live;
}

void nicbond_mover_pass(struct nicbond_software *sw, struct nicbond_table *table,
			unsigned int index)
{
	u32 now = nicbond_clock_us();
	bool moved;

	if (READ_ONCE(sw->overlap))
		return;
	if (!nicbond_table_pass(table, index, now, READ_ONCE(sw->flowlet_gap)))
		return;

	spin_lock(&sw->lock);
	moved = !sw->overlap &&
		nicbond_mover_live(sw) & BIT_ULL(table->want[index]) &&
		nicbond_table_move(table, index);
	spin_unlock(&sw->lock);
	if (!moved) {
		/* It stays, and this packet has passed. */
		WRITE_ONCE(table->stamp[index], now);
		return;
	}

	nicbond_mover_count(sw, 1);
	nicbond_mover_tell_moved(sw, table, index);
}

/* As above; and one that is no primary yet moves nothing when it becomes one. */
unsigned int nicbond_mover_peek(struct nicbond_software *sw,
				const struct nicbond_table *table,
				unsigned int index)
{
	unsigned int want = READ_ONCE(table->want[index]);

	if (READ_ONCE(table->moving) && !READ_ONCE(sw->overlap) &&
	    READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY &&
	    nicbond_table_moves(table, index) &&
	    nicbond_table_idle(table, index, nicbond_clock_us(),
			       READ_ONCE(sw->flowlet_gap)) &&
	    nicbond_mover_live(sw) & BIT_ULL(want))
		return want;

	return nicbond_table_slot(table, index);
}

void nicbond_mover_resteer(struct nicbond_software *sw,
			   struct nicbond_table *table, unsigned int index,
			   unsigned int dead, unsigned int slot)
{
	bool moved;

	spin_lock(&sw->lock);
	moved = nicbond_table_slot(table, index) == dead;
	if (moved)
		nicbond_table_lend(table, index, slot, nicbond_clock_us());
	spin_unlock(&sw->lock);
	if (!moved)
		return;

	nicbond_mover_tell_moved(sw, table, index);
	/* Should the port live again before the host knew, it gets it back. */
	nicbond_mover_schedule(sw, true);
}

/* The sender may be of another make. */
static bool nicbond_mover_sane(const struct nicbond_message *message)
{
	unsigned int i;

	if (nicbond_map_check(NICBOND_REG_TABLE_SIZE, message->size))
		return false;
	for (i = 0; i < message->size; i++)
		if (message->home[i] >= NICBOND_SLOTS ||
		    message->want[i] >= NICBOND_SLOTS ||
		    message->slots[i] >= NICBOND_SLOTS)
			return false;

	return true;
}

void nicbond_mover_learn_table(struct nicbond_software *sw,
			       const struct nicbond_message *message)
{
	if (!nicbond_mover_sane(message))
		return;
	/* Without memory its own table stays; it plans anew if it gets primary. */
	if (nicbond_mover_table(sw)->size != message->size &&
	    nicbond_mover_replace(sw, message->size, true))
		return;

	spin_lock_bh(&sw->lock);
	nicbond_table_learn(nicbond_mover_table(sw), message->home,
			    message->want, message->slots, nicbond_clock_us());
	spin_unlock_bh(&sw->lock);
}

/* Is there nothing to learn from it? */
static bool nicbond_mover_knows(const struct nicbond_software *sw,
				const struct nicbond_message *message)
{
	const struct nicbond_table *table = rcu_dereference_bh(sw->table);

	return table->size == message->size &&
	       !memcmp(table->slot, message->slots, table->size) &&
	       !memcmp(table->want, message->want, table->size) &&
	       !memcmp(table->home, message->home, table->size);
}

/*
 * Not who is primary, but for one that was replaced and does not know it: what it decided is
 * newer. Another size, the host tells of.
 */
void nicbond_mover_learn_again(struct nicbond_software *sw,
			       const struct nicbond_message *message)
{
	struct nicbond_table *table;

	if (nicbond_mover_knows(sw, message) || !nicbond_mover_sane(message))
		return;

	spin_lock(&sw->lock);
	table = rcu_dereference_protected(sw->table, lockdep_is_held(&sw->lock));
	if (table->size == message->size &&
	    (sw->role != NICBOND_ROLE_PRIMARY ||
	     nicbond_epoch_newer(message->epoch, READ_ONCE(sw->role_epoch))))
		nicbond_table_learn(table, message->home, message->want,
				    message->slots, nicbond_clock_us());
	spin_unlock(&sw->lock);
}

void nicbond_mover_learn_moved(struct nicbond_software *sw,
			       const struct nicbond_message *message)
{
	struct nicbond_table *table;

	spin_lock(&sw->lock);
	table = rcu_dereference_protected(sw->table, lockdep_is_held(&sw->lock));
	if (table->size == message->size && message->bucket < table->size &&
	    message->slot < NICBOND_SLOTS)
		nicbond_table_lend(table, message->bucket, message->slot,
				   nicbond_clock_us());
	spin_unlock(&sw->lock);
}

void nicbond_mover_sweep(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software, sweep);
	struct nicbond_table *table;
	unsigned int index;
	bool moving;

	if (READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY)
		return;

	bitmap_zero(sw->moved, NICBOND_BUCKETS_MAX);
	rcu_read_lock_bh();
	spin_lock(&sw->lock);
	table = rcu_dereference_protected(sw->table, lockdep_is_held(&sw->lock));
	moving = sw->overlap ||
		 nicbond_table_sweep(table, nicbond_clock_us(), sw->flowlet_gap,
				     sw->move_deadline * USEC_PER_MSEC,
				     nicbond_mover_live(sw), sw->moved);
	spin_unlock(&sw->lock);

	nicbond_mover_count(sw, bitmap_weight(sw->moved, NICBOND_BUCKETS_MAX));
	for_each_set_bit(index, sw->moved, table->size)
		nicbond_mover_tell_moved(sw, table, index);
	rcu_read_unlock_bh();

	nicbond_mover_schedule(sw, moving);
}
