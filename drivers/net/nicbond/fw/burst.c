// SPDX-License-Identifier: GPL-2.0
/* Bursts: a doorbell for each adaptor that transmits some of it, and no more. */
#include "adaptor.h"
#include "burst.h"
#include "usual.h"

#include <linux/bitops.h>
#include <linux/skbuff.h>

static struct sk_buff *nicbond_burst_take(struct nicbond_burst *burst, unsigned int slot)
{
	struct sk_buff *skb = burst->skb[slot];

	burst->skb[slot] = NULL;
	burst->holds &= ~BIT_ULL(slot);

	return skb;
}

/* Nothing more comes for any of them. */
static void nicbond_burst_flush(struct nicbond_software *sw, struct nicbond_burst *burst)
{
	unsigned int slot;

	while (burst->holds) {
		slot = __ffs64(burst->holds);
		nicbond_software_carry(sw, slot, nicbond_burst_take(burst, slot), false);
	}
}

/* Were the packets that are held chosen by what the table is now? */
static bool nicbond_burst_fresh(const struct nicbond_burst *burst,
				const struct nicbond_table *table)
{
	/* The bucket of the packet at hand was looked up before: see nicbond_table_change(). */
	smp_rmb();

	return burst->table == table && burst->changes == READ_ONCE(table->changes);
}

int nicbond_burst_handover(struct nicbond_adaptor *adaptor, struct sk_buff *skb, bool more)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	const struct nicbond_table *table = rcu_dereference_bh(sw->table);
	struct nicbond_burst *burst = this_cpu_ptr(sw->burst);
	u32 changes = READ_ONCE(table->changes);
	struct sk_buff *before;
	struct nicbond_software *to = NULL;
	unsigned int slot;
	int err = 0;

	/* Likewise. */
	smp_rmb();
	if (READ_ONCE(sw->usual) == NICBOND_USUAL_HASH)
		to = nicbond_software_lookup(sw, table, skb);
	/* What goes another way now does not overtake what is held. */
	if (!to || (burst->holds && !nicbond_burst_fresh(burst, table)))
		nicbond_burst_flush(sw, burst);
	if (!to)
		return nicbond_software_consider(sw, skb, more);

	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_SELECTED);
	slot = to->adaptor.slot;
	before = nicbond_burst_take(burst, slot);
	if (before)
		nicbond_software_carry(sw, slot, before, true);
	if (more) {
		burst->table = table;
		burst->changes = changes;
		burst->skb[slot] = skb;
		burst->holds |= BIT_ULL(slot);
	} else {
		err = nicbond_software_carry(sw, slot, skb, false);
		nicbond_burst_flush(sw, burst);
	}

	return err;
}

void nicbond_burst_abandon(struct nicbond_software *sw)
{
	struct nicbond_burst *burst;
	unsigned int slot;
	int cpu;

	local_bh_disable();
	for_each_possible_cpu(cpu) {
		burst = per_cpu_ptr(sw->burst, cpu);
		while (burst->holds) {
			slot = __ffs64(burst->holds);
			nicbond_software_drop(sw, NICBOND_COUNTER_DROP_NO_LIVE,
					      nicbond_burst_take(burst, slot));
		}
	}
	local_bh_enable();
}
