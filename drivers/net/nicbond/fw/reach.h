/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_REACH_H
#define _NICBOND_FW_REACH_H

#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/nicbond.h>

struct nicbond_software;

/**
 * struct nicbond_reach - whether an adaptor reaches what it has to
 * @interval: The PROBE_INTERVAL register, in ms;
 * @misses: PROBE_MISSES;
 * @require: PROBE_REQUIRE;
 * @validate: PROBE_VALIDATE;
 * @address: PROBE_ADDRESS;
 * @kind: PROBE_KIND.
 * @unanswered: By target, probes since the last answer. Grown by @work, set to 0 by
 *	packets, beside each other.
 * @lost: The PROBE_LOST register.
 * @lock: Who sets @lost; BH disabled.
 * @work: Sends probes.
 */
struct nicbond_reach {
	u32 interval;
	u32 misses;
	u32 require;
	u32 validate;
	u32 address[NICBOND_TARGETS * NICBOND_TARGET_WORDS];
	u32 kind[NICBOND_TARGETS];
	u8 unanswered[NICBOND_TARGETS];
	u32 lost;
	spinlock_t lock;	/* @lost, and that the host is called for it */
	struct delayed_work work;
};

/* The REACH bit of STATUS. Any context. */
u32 nicbond_reach_status(const struct nicbond_software *sw);

/* nicbond_adaptor_ops.arrived */
bool nicbond_reach_arrived(struct nicbond_adaptor *adaptor,
			   const struct sk_buff *skb);

/* Another adaptor got an answer of target @index that is for @address. BH disabled. */
void nicbond_reach_learn(struct nicbond_software *sw, unsigned int index,
			 const u8 *address);

/* A register of target @index was written: its state begins anew. */
void nicbond_reach_renew(struct nicbond_software *sw, unsigned int index);

/*
 * Probe each @ms from now on; 0: no more. Who did not probe begins anew, and in one
 * interval: the host has yet to be ready for answers. Process context.
 */
void nicbond_reach_set_interval(struct nicbond_software *sw, u32 ms);

/* Ready to probe; never again. Process context. */
void nicbond_reach_init(struct nicbond_software *sw);
void nicbond_reach_stop(struct nicbond_software *sw);

/* Probe each target once, and judge; @work's alone. */
void nicbond_reach_probe(struct nicbond_software *sw);

/* The probe of target @index, which there is; NULL: no memory. */
struct sk_buff *nicbond_reach_frame(const struct nicbond_software *sw,
				    unsigned int index);

#endif /* _NICBOND_FW_REACH_H */
