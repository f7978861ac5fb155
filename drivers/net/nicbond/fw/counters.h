/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_COUNTERS_H
#define _NICBOND_FW_COUNTERS_H

#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>
#include <net/nicbond.h>

/**
 * struct nicbond_counters_forwarded - what an adaptor forwarded to one other
 * @packets: Packets;
 * @bytes: and bytes of these.
 */
struct nicbond_counters_forwarded {
	u64_stats_t packets;
	u64_stats_t bytes;
};

/**
 * struct nicbond_counters - what an adaptor keeps on one CPU
 * @value: The counters, by enum nicbond_counter; but forwarded, which is the sum
 *	of the next, and of handed_over what was not selected, too.
 * @forwarded: By slot.
 * @syncp: Lets a 32-bit reader see whole values. Written with BH disabled.
 * @deferred: Slots whose doorbell is still to be rung; this CPU's alone.
 */
struct nicbond_counters {
	u64_stats_t value[NICBOND_COUNTER_MAX];
	struct nicbond_counters_forwarded forwarded[NICBOND_SLOTS];
	struct u64_stats_sync syncp;
	u64 deferred;
};

static inline void nicbond_counters_add(struct nicbond_counters __percpu *pcpu,
					enum nicbond_counter id,
					unsigned int amount)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&counters->syncp);
	u64_stats_add(&counters->value[id], amount);
	u64_stats_update_end(&counters->syncp);
}

static inline void nicbond_counters_inc(struct nicbond_counters __percpu *pcpu,
					enum nicbond_counter id)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&counters->syncp);
	u64_stats_inc(&counters->value[id]);
	u64_stats_update_end(&counters->syncp);
}

/* What was transmitted; @received: and came over the channel. */
static inline void nicbond_counters_sent(struct nicbond_counters __percpu *pcpu,
					 bool received, unsigned int bytes)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&counters->syncp);
	if (received)
		u64_stats_inc(&counters->value[NICBOND_COUNTER_CHAN_RECEIVED]);
	u64_stats_inc(&counters->value[NICBOND_COUNTER_TRANSMITTED]);
	u64_stats_add(&counters->value[NICBOND_COUNTER_TRANSMIT_BYTES],
		      bytes);
	u64_stats_update_end(&counters->syncp);
}

/* What was forwarded; @selected: and by this one's choice, not yet counted. */
static inline void
nicbond_counters_forwarded(struct nicbond_counters __percpu *pcpu,
			   bool selected, unsigned int slot, unsigned int bytes)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&counters->syncp);
	if (selected)
		u64_stats_inc(&counters->value[NICBOND_COUNTER_SELECTED]);
	u64_stats_inc(&counters->forwarded[slot].packets);
	u64_stats_add(&counters->forwarded[slot].bytes, bytes);
	u64_stats_update_end(&counters->syncp);
}

/* A doorbell is left out; and those that were, to be rung now. BH disabled. */
static inline void nicbond_counters_defer(struct nicbond_counters __percpu *pcpu,
					  unsigned int slot)
{
	this_cpu_ptr(pcpu)->deferred |= BIT_ULL(slot);
}

static inline u64
nicbond_counters_deferred(struct nicbond_counters __percpu *pcpu)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);
	u64 slots = counters->deferred;

	counters->deferred = 0;

	return slots;
}

/* Sums over all CPUs. Any context. */
u64 nicbond_counters_sum(const struct nicbond_counters __percpu *pcpu,
			 enum nicbond_counter id);
u64 nicbond_counters_packets(const struct nicbond_counters __percpu *pcpu,
			     unsigned int slot);
u64 nicbond_counters_bytes(const struct nicbond_counters __percpu *pcpu,
			   unsigned int slot);

/* All that was dropped, whatever the reason. Likewise. */
u64 nicbond_counters_drops(const struct nicbond_counters __percpu *pcpu);

/* Why the kernel is told that a packet was dropped that is counted under @id. */
enum skb_drop_reason nicbond_counters_reason(enum nicbond_counter id);

#endif /* _NICBOND_FW_COUNTERS_H */
