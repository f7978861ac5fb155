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

#include <linux/bitmap.h>
#include <linux/jiffies.h>
#include <linux/mm.h>

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
		mod_delayed_work(system_wq, &sw->sweep,
				 usecs_to_jiffies(sw->flowlet_gap) + 1);
}

void nicbond_mover_follow(struct nicbond_software *sw)
{
	struct nicbond_table *table = nicbond_mover_table(sw);
	const struct nicbond_plan *plan;
	unsigned int moved;

	if (sw->role != NICBOND_ROLE_PRIMARY)
		return;

	plan = nicbond_plan_begin(table, sw->peer);
	spin_lock_bh(&sw->lock);
	moved = nicbond_table_adopt(table, plan, sw->peer, nicbond_clock_us(),
				    !sw->flowlet_gap);
	nicbond_mover_count(sw, moved);
	spin_unlock_bh(&sw->lock);
	nicbond_plan_end(plan);

	nicbond_channel_tell_table(sw);
	nicbond_mover_schedule(sw, table->moving);
}

/* A table of @size buckets in the old one's place, with its owners if @keep. */
static int nicbond_mover_replace(struct nicbond_software *sw, unsigned int size,
				 bool keep)
{
	struct nicbond_table *old = nicbond_mover_table(sw), *table;

	table = nicbond_table_create(size, sw->slot);
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

void nicbond_mover_take_over(struct nicbond_software *sw)
{
	spin_lock_bh(&sw->lock);
	nicbond_table_touch(nicbond_mover_table(sw), nicbond_clock_us());
	spin_unlock_bh(&sw->lock);

	/* Changes nothing, unless the old primary did not live to do it. */
	nicbond_mover_follow(sw);
}

void nicbond_mover_learn(struct nicbond_software *sw,
			 struct nicbond_software *from)
{
	struct nicbond_table *table = nicbond_mover_table(from);

	/* Without memory its own table stays; it plans anew if it gets primary. */
	if (nicbond_mover_table(sw)->size != table->size &&
	    nicbond_mover_replace(sw, table->size, true))
		return;

	/* Who nests them is serialized, so the two cannot meet crosswise. */
	spin_lock_bh(&from->lock);
	spin_lock_nested(&sw->lock, SINGLE_DEPTH_NESTING);
	nicbond_table_copy(nicbond_mover_table(sw), table);
	spin_unlock(&sw->lock);
	spin_unlock_bh(&from->lock);
}

void nicbond_mover_pass(struct nicbond_software *sw, struct nicbond_table *table,
			unsigned int index)
{
	bool moved;

	if (!nicbond_table_pass(table, index, nicbond_clock_us(),
				READ_ONCE(sw->flowlet_gap)))
		return;

	spin_lock(&sw->lock);
	moved = nicbond_table_move(table, index);
	spin_unlock(&sw->lock);
	if (!moved)
		return;

	nicbond_mover_count(sw, 1);
	nicbond_channel_tell_moved(sw, table->size, index,
				   nicbond_table_slot(table, index));
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

	nicbond_channel_tell_moved(sw, table->size, index, slot);
	/* Should the port live again before the host knew, it gets it back. */
	nicbond_mover_schedule(sw, true);
}

void nicbond_mover_told(struct nicbond_software *sw, unsigned int size,
			unsigned int index, unsigned int slot)
{
	struct nicbond_table *table;

	spin_lock(&sw->lock);
	table = rcu_dereference_protected(sw->table, lockdep_is_held(&sw->lock));
	if (table->size == size)
		nicbond_table_lend(table, index, slot, nicbond_clock_us());
	spin_unlock(&sw->lock);
}

void nicbond_mover_sweep(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software, sweep);
	DECLARE_BITMAP(moved, NICBOND_BUCKETS_MAX);
	struct nicbond_table *table;
	unsigned int index;
	bool moving;

	if (READ_ONCE(sw->role) != NICBOND_ROLE_PRIMARY)
		return;

	bitmap_zero(moved, NICBOND_BUCKETS_MAX);
	rcu_read_lock_bh();
	spin_lock(&sw->lock);
	table = rcu_dereference_protected(sw->table, lockdep_is_held(&sw->lock));
	moving = nicbond_table_sweep(table, nicbond_clock_us(), sw->flowlet_gap,
				     sw->move_deadline * USEC_PER_MSEC, moved);
	spin_unlock(&sw->lock);

	nicbond_mover_count(sw, bitmap_weight(moved, NICBOND_BUCKETS_MAX));
	for_each_set_bit(index, moved, table->size)
		nicbond_channel_tell_moved(sw, table->size, index,
					   nicbond_table_slot(table, index));
	rcu_read_unlock_bh();

	nicbond_mover_schedule(sw, moving);
}
