// SPDX-License-Identifier: GPL-2.0
/* What an adaptor counts, summed over the CPUs. */
#include "counters.h"

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
						      forwarded[slot]));
}

u64 nicbond_counters_bytes(const struct nicbond_counters __percpu *pcpu,
			   unsigned int slot)
{
	return nicbond_counters_sum_at(pcpu, offsetof(struct nicbond_counters,
						      forwarded_bytes[slot]));
}

u64 nicbond_counters_sum(const struct nicbond_counters __percpu *pcpu,
			 enum nicbond_counter id)
{
	u64 sum = 0;
	int i;

	if (id != NICBOND_COUNTER_FORWARDED)
		return nicbond_counters_sum_at(pcpu,
					       offsetof(struct nicbond_counters,
							value[id]));

	for (i = 0; i < NICBOND_SLOTS; i++)
		sum += nicbond_counters_packets(pcpu, i);

	return sum;
}
