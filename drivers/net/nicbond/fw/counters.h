/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_COUNTERS_H
#define _NICBOND_FW_COUNTERS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <net/nicbond.h>

/**
 * struct nicbond_counters - an adaptor's counters, on one CPU
 * @value: By enum nicbond_counter.
 * @syncp: Lets a 32-bit reader see whole values. Written with BH disabled.
 */
struct nicbond_counters {
	u64_stats_t value[NICBOND_COUNTER_MAX];
	struct u64_stats_sync syncp;
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

static inline void nicbond_counters_sent(struct nicbond_counters __percpu *pcpu,
					 unsigned int bytes)
{
	struct nicbond_counters *counters = this_cpu_ptr(pcpu);

	u64_stats_update_begin(&counters->syncp);
	u64_stats_inc(&counters->value[NICBOND_COUNTER_TRANSMITTED]);
	u64_stats_add(&counters->value[NICBOND_COUNTER_TRANSMIT_BYTES],
		      bytes);
	u64_stats_update_end(&counters->syncp);
}

static inline u64
nicbond_counters_sum(const struct nicbond_counters __percpu *pcpu,
		     enum nicbond_counter id)
{
	const struct nicbond_counters *counters;
	unsigned int start;
	u64 value, sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		counters = per_cpu_ptr(pcpu, cpu);
		do {
			start = u64_stats_fetch_begin(&counters->syncp);
			value = u64_stats_read(&counters->value[id]);
		} while (u64_stats_fetch_retry(&counters->syncp, start));
		sum += value;
	}

	return sum;
}

#endif /* _NICBOND_FW_COUNTERS_H */
