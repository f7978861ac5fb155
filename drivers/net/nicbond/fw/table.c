// SPDX-License-Identifier: GPL-2.0
/* The resilient indirection table: who has which bucket, and when that changes. */
#include "table.h"
#include "plan.h"

#include <linux/bitmap.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

struct nicbond_table *nicbond_table_create(unsigned int size, unsigned int slot)
{
	struct nicbond_table *table;

	table = kvzalloc(sizeof(*table) + size * (3 * sizeof(u8) + 2 * sizeof(u32)) +
			 BITS_TO_LONGS(size) * sizeof(long), GFP_KERNEL);
	if (!table)
		return NULL;

	table->size = size;
	table->shift = 32 - ilog2(size);
	table->home = table->slot + size;
	table->want = table->home + size;
	table->stamp = (u32 *)(table->want + size);
	table->began = table->stamp + size;
	table->onward = (unsigned long *)(table->began + size);
	memset(table->slot, slot, 3 * size);

	return table;
}

/* A bucket of the larger is a part of one of the smaller, by its top bits. */
void nicbond_table_copy(struct nicbond_table *to,
			const struct nicbond_table *from)
{
	unsigned int i, source;

	for (i = 0; i < to->size; i++) {
		source = i * from->size / to->size;
		to->home[i] = from->home[source];
		to->began[i] = from->began[source];
		if (test_bit(source, from->onward))
			__set_bit(i, to->onward);
		WRITE_ONCE(to->stamp[i], READ_ONCE(from->stamp[source]));
		/* As below. */
		smp_store_release(&to->want[i], from->want[source]);
		/* As below. */
		smp_store_release(&to->slot[i], from->slot[source]);
	}
	WRITE_ONCE(to->moving, from->moving);
}

unsigned int nicbond_table_adopt(struct nicbond_table *table,
				 const struct nicbond_plan *plan,
				 const u32 peer[NICBOND_SLOTS], u32 now,
				 bool at_once)
{
	unsigned int i, moved = 0;
	bool moving = false;
	u8 want;

	memcpy(table->home, plan->home, table->size);
	for (i = 0; i < table->size; i++) {
		want = plan->want[i];
		if (want != table->want[i]) {
			table->began[i] = now;
			WRITE_ONCE(table->stamp[i], now);
			/* Who sees the new owner sees that stamp. */
			smp_store_release(&table->want[i], want);
		}
		if (want == table->slot[i])
			continue;
		if (at_once || !nicbond_table_is_up(peer[table->slot[i]])) {
			nicbond_table_change(table);
			WRITE_ONCE(table->slot[i], want);
			moved++;
		} else {
			moving = true;
		}
	}
	WRITE_ONCE(table->moving, moving);

	return moved;
}

void nicbond_table_lend(struct nicbond_table *table, unsigned int index,
			unsigned int slot, u32 now)
{
	table->began[index] = now;
	clear_bit(index, table->onward);
	WRITE_ONCE(table->stamp[index], now);
	nicbond_table_change(table);
	/* Who sees where it went sees that stamp. */
	smp_store_release(&table->slot[index], slot);
	if (slot != table->want[index])
		WRITE_ONCE(table->moving, true);
}

void nicbond_table_learn(struct nicbond_table *table, const u8 *home,
			 const u8 *want, const u8 *slot, u32 now)
{
	bool moving = false, changed;
	unsigned int i;
	u8 due, has;

	memcpy(table->home, home, table->size);
	for (i = 0; i < table->size; i++) {
		due = READ_ONCE(want[i]);
		has = READ_ONCE(slot[i]);
		changed = due != table->want[i] || has != table->slot[i];
		WRITE_ONCE(table->want[i], due);
		if (changed)
			nicbond_table_lend(table, i, has, now);
		moving |= has != due;
	}
	WRITE_ONCE(table->moving, moving);
}

bool nicbond_table_move(struct nicbond_table *table, unsigned int index)
{
	if (table->slot[index] == table->want[index])
		return false;

	nicbond_table_change(table);
	WRITE_ONCE(table->slot[index], table->want[index]);

	return true;
}

/* Is it time for bucket @index to move? */
static bool nicbond_table_due(const struct nicbond_table *table,
			      unsigned int index, u32 now, u32 gap, u32 deadline)
{
	return nicbond_table_idle(table, index, now, gap) ||
	       (deadline && now - table->began[index] >= deadline);
}

bool nicbond_table_sweep(struct nicbond_table *table, u32 now, u32 gap,
			 u32 deadline, u64 live, unsigned long *moved)
{
	bool moving = false;
	unsigned int i;

	for (i = 0; i < table->size; i++) {
		if (table->slot[i] == table->want[i])
			continue;
		if (live & BIT_ULL(table->want[i]) &&
		    nicbond_table_due(table, i, now, gap, deadline)) {
			nicbond_table_move(table, i);
			__set_bit(i, moved);
		} else {
			moving = true;
		}
	}
	WRITE_ONCE(table->moving, moving);

	return moving;
}

void nicbond_table_touch(struct nicbond_table *table, u32 now)
{
	unsigned int i;

	for (i = 0; i < table->size; i++)
		if (table->slot[i] != table->want[i])
			WRITE_ONCE(table->stamp[i], now);
}

unsigned int nicbond_table_moving(const struct nicbond_table *table)
{
	unsigned int i, count = 0;

	for (i = 0; i < table->size; i++)
		count += READ_ONCE(table->slot[i]) != READ_ONCE(table->want[i]);

	return count;
}
