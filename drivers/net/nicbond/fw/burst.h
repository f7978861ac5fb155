/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_BURST_H
#define _NICBOND_FW_BURST_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <net/nicbond.h>

struct nicbond_software;
struct nicbond_table;

/**
 * struct nicbond_burst - what one CPU holds of the burst that it is in
 * @holds: Slots that a packet is held for.
 * @table: The table that they were chosen by, and
 * @changes: how often that had changed then.
 * @skb: By slot: the packet.
 *
 * The stack says of a packet that more follow, so that a driver rings its hardware's doorbell
 * for the last one only. The last of all is not the last of each adaptor, and who gets none any
 * more would wait for it. So each adaptor's last packet is held until the next one for it,
 * which more follow then, or the end.
 *
 * A burst is all in one section with BH disabled, as the stack's own promise is, and goes to one
 * primary (host/master.c): so nobody but its CPU sees it, and a grace period after an adaptor
 * is primary no more it holds nothing.
 */
struct nicbond_burst {
	u64 holds;
	const struct nicbond_table *table;
	u32 changes;
	struct sk_buff *skb[NICBOND_SLOTS];
};

/* Drop what is held still: the stack broke its promise. Nobody hands over. Process context. */
void nicbond_burst_abandon(struct nicbond_software *sw);

#endif /* _NICBOND_FW_BURST_H */
