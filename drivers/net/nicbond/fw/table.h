/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_TABLE_H
#define _NICBOND_FW_TABLE_H

#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <net/nicbond.h>

struct nicbond_plan;

/**
 * struct nicbond_table - the resilient indirection table: bucket to slot
 * @rcu: Frees it.
 * @size: Buckets, a power of two.
 * @shift: A hash shifted right by this is a bucket.
 * @changes: How often some bucket's @slot changed.
 * @moving: Some bucket's @slot may be another than its @want.
 * @home: By bucket: who lent it out when he went down, else the same as @want.
 * @want: Who it is meant for now (plan.h).
 * @stamp: While it moves: when its last packet passed, in us.
 * @began: While it moves: since when it is meant for another, in us.
 * @onward: Buckets that had packets in the ring of a dead slot, which went on to the
 *	bucket's substitute.
 * @slot: Who has it now. This alone decides where a packet goes.
 *
 * @home belongs to who plans, one at a time. The owner's lock guards the rest
 * against writers; packets read @moving, @want, @stamp and @slot, and write
 * @stamp and set bits of @onward, beside them.
 */
struct nicbond_table {
	struct rcu_head rcu;
	u16 size;
	u8 shift;
	bool moving;
	u32 changes;
	u8 *home;
	u8 *want;
	u32 *stamp;
	u32 *began;
	unsigned long *onward;
	u8 slot[];
};

/*
 * A table of @size buckets, all of them @slot's; NULL without memory. To be freed
 * by kvfree() or kvfree_rcu(). Process context.
 */
struct nicbond_table *nicbond_table_create(unsigned int size, unsigned int slot);

/* Fill @to from @from; of another size, a flow's bucket keeps its owner if it can. */
void nicbond_table_copy(struct nicbond_table *to,
			const struct nicbond_table *from);

/*
 * Put a plan in force, at time @now: what a slot that is not up still has goes at
 * once, and all else too if @at_once; the rest is @moving from now on. Returns how
 * many buckets went. The owner's lock.
 */
unsigned int nicbond_table_adopt(struct nicbond_table *table,
				 const struct nicbond_plan *plan,
				 const u32 peer[NICBOND_SLOTS], u32 now,
				 bool at_once);

/* Is bucket @index meant for another than has it? Beside all writers. */
static inline bool nicbond_table_moves(const struct nicbond_table *table,
				       unsigned int index)
{
	/* Pairs with adopt and lend: the stamp is of this very move. */
	u8 want = smp_load_acquire(&table->want[index]);

	/* Likewise. */
	return want != smp_load_acquire(&table->slot[index]);
}

/* Has bucket @index, which moves, had no packet for @gap? Likewise. */
static inline bool nicbond_table_idle(const struct nicbond_table *table,
				      unsigned int index, u32 now, u32 gap)
{
	return (s32)(now - READ_ONCE(table->stamp[index])) > (s32)gap;
}

/*
 * A packet passes bucket @index of a table that is moving. True if the bucket is
 * to move now, before that packet: it was idle for @gap. Two packets that find it
 * so at the same time both see it move; one that finds it busy uses the old owner,
 * as did the packet that kept it busy. So packets of a flow stay in order. Beside
 * all writers, BH disabled.
 */
static inline bool nicbond_table_pass(struct nicbond_table *table,
				      unsigned int index, u32 now, u32 gap)
{
	if (!nicbond_table_moves(table, index))
		return false;
	if (nicbond_table_idle(table, index, now, gap))
		return true;
	WRITE_ONCE(table->stamp[index], now);

	return false;
}

/*
 * Bucket @index goes to @slot, whoever it is meant for; it may go on from there as
 * after nicbond_table_adopt(). The owner's lock.
 */
void nicbond_table_lend(struct nicbond_table *table, unsigned int index,
			unsigned int slot, u32 now);

/* Have the table as another adaptor's, of the same size, beside that. The owner's lock. */
void nicbond_table_learn(struct nicbond_table *table, const u8 *home,
			 const u8 *want, const u8 *slot, u32 now);

/* Let bucket @index move; true if it did. The owner's lock. */
bool nicbond_table_move(struct nicbond_table *table, unsigned int index);

/*
 * Let all buckets move that were idle for @gap, or that have waited for
 * @deadline (0: never), in us, if they are meant for one of the slots @live; and
 * mark them in @moved. Returns whether some are left. The owner's lock.
 */
bool nicbond_table_sweep(struct nicbond_table *table, u32 now, u32 gap,
			 u32 deadline, u64 live, unsigned long *moved);

/* All that moves has had a packet @now. The owner's lock. */
void nicbond_table_touch(struct nicbond_table *table, u32 now);

/* Buckets that have not moved yet. Any context. */
unsigned int nicbond_table_moving(const struct nicbond_table *table);

/* Does this PEER register speak of an adaptor that is there and up? */
static inline bool nicbond_table_is_up(u32 peer)
{
	return (peer & (NICBOND_PEER_PRESENT | NICBOND_PEER_UP)) ==
	       (NICBOND_PEER_PRESENT | NICBOND_PEER_UP);
}

/* A bucket's @slot is about to change: who sees it changed sees that count, too. */
static inline void nicbond_table_change(struct nicbond_table *table)
{
	WRITE_ONCE(table->changes, table->changes + 1);
	/* Pairs with the one in nicbond_burst_fresh(). */
	smp_wmb();
}

/* The bucket of @hash: its top bits, which the multiplication mixes best. */
static inline unsigned int nicbond_table_index(const struct nicbond_table *table,
					       u32 hash)
{
	return hash >> table->shift;
}

static inline unsigned int nicbond_table_slot(const struct nicbond_table *table,
					      unsigned int index)
{
	return READ_ONCE(table->slot[index]);
}

#endif /* _NICBOND_FW_TABLE_H */
