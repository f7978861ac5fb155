/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_PLAN_H
#define _NICBOND_FW_PLAN_H

#include <linux/types.h>
#include <net/nicbond.h>

struct nicbond_table;

/**
 * struct nicbond_plan - owners of a table's buckets, worked out but not in force
 * @home: As in struct nicbond_table.
 * @want: likewise.
 * @slot: Room for the caller: who has it, once the plan is in force.
 */
struct nicbond_plan {
	u8 home[NICBOND_BUCKETS_MAX];
	u8 want[NICBOND_BUCKETS_MAX];
	u8 slot[NICBOND_BUCKETS_MAX];
};

/*
 * Work out what follows for @table from the PEER registers @peer. Each slot that
 * is up then has its weight's share of the buckets, rounded up or down (equal
 * shares when no slot up has a weight). With no slot up nothing moves. The plan is
 * there until nicbond_plan_end(). Process context, and nobody else changes @table's
 * owners meanwhile.
 */
struct nicbond_plan *nicbond_plan_begin(const struct nicbond_table *table,
					const u32 peer[NICBOND_SLOTS]);
void nicbond_plan_end(struct nicbond_plan *plan);

#endif /* _NICBOND_FW_PLAN_H */
