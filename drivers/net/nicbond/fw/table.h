/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_TABLE_H
#define _NICBOND_FW_TABLE_H

#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/types.h>
#include <net/nicbond.h>

/**
 * struct nicbond_table - the resilient indirection table: bucket to slot
 * @home: Whose bucket it is while everybody is up. Only a change of presence
 *	or of weight moves a home.
 * @bucket: Who has it now. A slot that goes down lends its buckets to the
 *	others, and when it comes back gets those same buckets again.
 *
 * Updates are serialized by the caller. Lookups run beside them: a bucket is
 * one byte, old or new.
 */
struct nicbond_table {
	u8 home[NICBOND_BUCKETS];
	u8 bucket[NICBOND_BUCKETS];
};

/* All buckets to @slot, the adaptor's own. */
void nicbond_table_init(struct nicbond_table *table, unsigned int slot);

/*
 * Follow the PEER registers @peer. Each slot that is up then has within one of
 * its weight's share of the buckets (equal shares when no slot up has a weight),
 * and no more buckets moved than that takes. With no slot up nothing moves.
 * Returns the number of buckets that moved. Process context.
 */
unsigned int nicbond_table_update(struct nicbond_table *table,
				  const u32 peer[NICBOND_SLOTS]);

/* The index of @hash: its top bits, which the multiplication mixes best. */
static inline unsigned int nicbond_table_index(u32 hash)
{
	return hash >> (32 - ilog2(NICBOND_BUCKETS));
}

static inline unsigned int nicbond_table_slot(const struct nicbond_table *table,
					      unsigned int index)
{
	return READ_ONCE(table->bucket[index]);
}

#endif /* _NICBOND_FW_TABLE_H */
