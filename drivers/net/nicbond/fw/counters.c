// SPDX-License-Identifier: GPL-2.0
/* What an adaptor counts, summed over the CPUs. */
#include "counters.h"

/*
 * For each drop that the adaptor counts, the nearest of the kernel's own reasons:
 * subsystems with others are a fixed list of the kernel's, and no module can add to
 * it. A packet that was refused has the reason of the queue that freed it; this is
 * what most queues say.
 */
static const enum skb_drop_reason nicbond_counters_reasons[NICBOND_COUNTER_MAX] = {
	[NICBOND_COUNTER_DROP_NO_LIVE]		= SKB_DROP_REASON_NO_TX_TARGET,
	[NICBOND_COUNTER_DROP_PORT_DEAD]	= SKB_DROP_REASON_DEV_READY,
	[NICBOND_COUNTER_DROP_REFUSED]		= SKB_DROP_REASON_QDISC_DROP,
	[NICBOND_COUNTER_DROP_STALE]		= SKB_DROP_REASON_DEV_HDR,
	[NICBOND_COUNTER_DROP_RING_FULL]	= SKB_DROP_REASON_FULL_RING,
};

enum skb_drop_reason nicbond_counters_reason(enum nicbond_counter id)
{
	return nicbond_counters_reasons[id];
}

/* The value at @offset of each CPU's part. */
static u64 nicbond_counters_sum_at(const struct nicbond_counters __percpu *pcpu,
				   size_t offset)
{
	const struct nicbond_counters *counters;
	const u64_stats_t *at;
	unsigned int start;
	u64 value, sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		counters = per_cpu_ptr(pcpu, cpu);
		at = (const void *)counters + offset;
		do {
			start = u64_stats_fetch_begin(&counters->syncp);
			value = u64_stats_read(at);
		} while (u64_stats_fetch_retry(&counters->syncp, start));
		sum += value;
	}

	return sum;
}

u64 nicbond_counters_packets(const struct nicbond_counters __percpu *pcpu,
			     unsigned int slot)
{
	return nicbond_counters_sum_at(pcpu, offsetof(struct nicbond_counters,
						      forwarded[slot].packets));
}

u64 nicbond_counters_bytes(const struct nicbond_counters __percpu *pcpu,
			   unsigned int slot)
{
	return nicbond_counters_sum_at(pcpu, offsetof(struct nicbond_counters,
						      forwarded[slot].bytes));
}

u64 nicbond_counters_sum(const struct nicbond_counters __percpu *pcpu,
			 enum nicbond_counter id)
{
	u64 sum = nicbond_counters_sum_at(pcpu, offsetof(struct nicbond_counters,
							 value[id]));
	int i;

	switch (id) {
	case NICBOND_COUNTER_HANDED_OVER:
		sum += nicbond_counters_sum(pcpu, NICBOND_COUNTER_SELECTED);
		break;
	case NICBOND_COUNTER_FORWARDED:
		for (i = 0; i < NICBOND_SLOTS; i++)
			sum += nicbond_counters_packets(pcpu, i);
		break;
	default:
		break;
	}

	return sum;
}

/* What has a reason is a drop. */
u64 nicbond_counters_drops(const struct nicbond_counters __percpu *pcpu)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		if (nicbond_counters_reason(i))
			sum += nicbond_counters_sum(pcpu, i);

	return sum;
}
