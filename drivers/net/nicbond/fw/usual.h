/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_USUAL_H
#define _NICBOND_FW_USUAL_H

#include "adaptor.h"
#include "trace.h"

/* Does somebody follow each packet? */
static __always_inline bool nicbond_software_traced(void)
{
	return trace_nicbond_fw_select_enabled() || trace_nicbond_fw_forward_enabled();
}

/* Who has @slot, if a packet gets there by a call, and its port is live; or NULL. BH disabled. */
static __always_inline struct nicbond_software *
nicbond_software_open(struct nicbond_software *sw, unsigned int slot)
{
	struct nicbond_software *to = rcu_dereference_bh(sw->open[slot]);

	return likely(to && nicbond_port_runs(to->adaptor.port) &&
		      nicbond_port_serves(to->last)) ? to : NULL;
}

/*
 * By the hash, as is usual: whoever has the packet's bucket in @table gets it so. NULL: it does
 * not, or somebody follows it.
 */
static __always_inline struct nicbond_software *
nicbond_software_lookup(struct nicbond_software *sw, const struct nicbond_table *table,
			const struct sk_buff *skb)
{
	unsigned int index;

	if (unlikely(READ_ONCE(table->moving) || nicbond_software_traced()))
		return NULL;

	index = nicbond_table_index(table, nicbond_hash_default(&sw->hash, skb));

	return nicbond_software_open(sw, nicbond_table_slot(table, index));
}

#endif /* _NICBOND_FW_USUAL_H */
