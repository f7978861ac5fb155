/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_ADAPTOR_H
#define _NICBOND_FW_ADAPTOR_H

#include "alarm.h"
#include "channel.h"
#include "counters.h"
#include "flowlet.h"
#include "hash.h"
#include "heartbeat.h"
#include "load.h"
#include "port.h"
#include "reach.h"
#include "table.h"

#include <linux/bitmap.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/nicbond.h>

/**
 * enum nicbond_usual - what a packet needs no more than, unless somebody traces it
 * @NICBOND_USUAL_NOT: Anything.
 * @NICBOND_USUAL_HASH: A look at the table: the adaptor is primary and selects by the hash of
 *	the destination, forwards by a call, and nothing is an exception.
 * @NICBOND_USUAL_LOAD: The same, but selector load: at the flowlets.
 * @NICBOND_USUAL_BPF: The same, but selector bpf: a run of the program.
 */
enum nicbond_usual {
	NICBOND_USUAL_NOT,
	NICBOND_USUAL_HASH,
	NICBOND_USUAL_LOAD,
	NICBOND_USUAL_BPF,
};

/**
 * struct nicbond_software - the software model of an adaptor
 * @adaptor: What others see of it, its port and its slot, too.
 * @counters: Per CPU.
 * @last: As nicbond_port_last() says of its port.
 * @usual: Of enum nicbond_usual.
 * @role: The ROLE register, and the only place that holds the role.
 * @selector: The SELECTOR register.
 * @channel_mode: The CHANNEL_MODE register;
 * @channel_full: CHANNEL_FULL.
 * @fence: The FENCE register.
 * @role_epoch: The epoch in which @role was last written; frames that are
 *	forwarded bear it.
 * @table: Who has which bucket. The pointer changes with TABLE_SIZE.
 * @hash: HASH_KEY and what is made of it.
 * @burst: Per CPU.
 * @picky: As nicbond_direct_picky() says of its port.
 * @program: What selector bpf runs, with a reference; or NULL.
 * @flowlets: Of the load selector; NULL with another.
 * @flowlet_gap: The FLOWLET_GAP register, in us.
 * @exceptions: Something but the selector may choose: @topology or a queue in @peer.
 * @overlap: Another primary may be at work beside this one: from ROLE until FENCE, or
 *	from when its successor spoke until the role is gone. Both choose alike
 *	meanwhile: no bucket and no flow moves, but off a dead port, and unknown flows
 *	go by the table.
 * @settled: When the last overlap was over, in us: for a flowlet gap unknown flows still go
 *	by the table, as the old primary sent them.
 * @channel_depth: The CHANNEL_DEPTH register.
 * @open: By slot: the adaptor that packets get to by a call, as it is a software model,
 *	too, and nothing waits in the ring; or itself. NULL: neither.
 * @channel: To the adaptors it can forward to, by slot.
 * @own: Stands for itself in @channel, so that looking up the chosen adaptor is one
 *	dereference for all. Nothing is forwarded there.
 * @load: What the load selector knows of all adaptors.
 * @move_deadline: The MOVE_DEADLINE register, in ms.
 * @peer: The PEER registers.
 * @epoch: The EPOCH register.
 * @topology: The TOPOLOGY register;
 * @address: ADDRESS;
 * @own_address: OWN_ADDRESS;
 * @deputy: DEPUTY.
 * @speed: The SPEED register.
 * @load_interval: The LOAD_INTERVAL register, in ms.
 * @flowlets_size: The FLOWLETS register.
 * @primary: The slot of the primary that spoke last, or its own: who wants reports.
 * @heard: The newest epoch that a message was of.
 * @meter: How loaded the adaptor is itself; @report's.
 * @report: Reads @meter and tells @primary.
 * @alarm: DROP_THRESHOLD, and what was dropped.
 * @heartbeat: HEARTBEAT to SILENT.
 * @reach: PROBE_INTERVAL to PROBE_KIND.
 * @lock: Guards @table and what it points to against writers, and that @overlap begins
 *	while one moves a bucket, or @role changes while one learns; taken with BH disabled,
 *	never two at once.
 * @sweep: Lets idle buckets of @table move, while the adaptor is primary.
 * @moved: @sweep's own: the buckets that it has just moved. Too large for a stack.
 *
 * Packets read @usual to @role_epoch, @hash, @flowlet_gap to @channel_depth, @peer
 * and @topology to @deputy without a lock, each a word or a byte that is old or
 * new (of an address, for a moment, one word of each); @table, @flowlets, @program,
 * @open and @channel are RCU. The host serializes all register writes, connects and
 * programs (struct nicbond_adaptor_ops); @sweep, @report and what other adaptors tell
 * run beside them.
 */
struct nicbond_software {
	/* What a packet needs in the usual case, with @open: see scripts/check-layout. */
	struct nicbond_adaptor adaptor;
	struct nicbond_counters __percpu *counters;
	const struct netdev_queue *last;
	u8 usual;
	u8 role;
	u8 selector;
	u8 channel_mode;
	u8 channel_full;
	u32 fence;
	u32 role_epoch;
	struct nicbond_table __rcu *table;
	struct nicbond_hash hash;

	/* What it needs in others. */
	struct nicbond_burst __percpu *burst;
	u64 picky;
	struct bpf_prog __rcu *program;
	struct nicbond_flowlets __rcu *flowlets;
	u32 flowlet_gap;
	bool exceptions;
	bool overlap;
	u32 settled;
	u32 channel_depth;
	struct nicbond_software __rcu *open[NICBOND_SLOTS];
	struct nicbond_channel __rcu *channel[NICBOND_SLOTS];
	struct nicbond_channel own;
	struct nicbond_load load;

	u32 move_deadline;
	u32 peer[NICBOND_SLOTS];
	u32 epoch;
	u32 topology;
	u32 address[2];
	u32 own_address[2];
	u32 deputy;
	u32 speed;
	u32 load_interval;
	u32 flowlets_size;
	u8 primary;
	u32 heard;
	struct nicbond_meter meter;
	struct delayed_work report;
	struct nicbond_alarm alarm;
	struct nicbond_heartbeat heartbeat;
	struct nicbond_reach reach;
	spinlock_t lock;	/* @table against writers */
	struct delayed_work sweep;
	DECLARE_BITMAP(moved, NICBOND_BUCKETS_MAX);
};

static inline struct nicbond_software *
nicbond_software_of(struct nicbond_adaptor *adaptor)
{
	return container_of(adaptor, struct nicbond_software, adaptor);
}

static inline const struct nicbond_software *
nicbond_software_of_const(const struct nicbond_adaptor *adaptor)
{
	return container_of(adaptor, struct nicbond_software, adaptor);
}

/* registers.c: nicbond_adaptor_ops.reg_read and .reg_write. */
u32 nicbond_registers_read(const struct nicbond_adaptor *adaptor, u32 reg);
int nicbond_registers_write(struct nicbond_adaptor *adaptor, u32 reg, u32 value);

/*
 * registers.c: give all registers their reset values. Fails for want of memory,
 * and then changed nothing. Process context, serialized as register writes.
 */
int nicbond_registers_reset(struct nicbond_software *sw);

/* adaptor.c: nicbond_adaptor_ops.receive */
int nicbond_software_receive(struct nicbond_adaptor *adaptor,
			     struct sk_buff *skb, u32 epoch);

/* which.c: nicbond_adaptor_ops.which */
int nicbond_software_which(struct nicbond_adaptor *adaptor,
			   struct sk_buff *skb);

/*
 * adaptor.c: the port of slot @dead that @skb was chosen for died, or left, before it
 * got there; or the ring of @channel is full: another takes the packet. Consumes it; returns as
 * .handover. BH disabled.
 */
int nicbond_software_again(struct nicbond_software *sw, unsigned int dead,
			   struct sk_buff *skb);
int nicbond_software_evade(struct nicbond_software *sw,
			   const struct nicbond_channel *channel,
			   struct sk_buff *skb);

/*
 * adaptor.c: nicbond_adaptor_ops.handover in all other cases (enum nicbond_usual); @more: others
 * follow. And from where @channel was selected for it, which is counted; NULL: there is none.
 */
int nicbond_software_consider(struct nicbond_software *sw, struct sk_buff *skb,
			      bool more);
int nicbond_software_take(struct nicbond_software *sw, struct nicbond_channel *channel,
			  struct sk_buff *skb, bool more);

/* handover.c: transmit on the own port, which was just found live; likewise. */
int nicbond_software_send(struct nicbond_software *sw, struct sk_buff *skb);

/*
 * handover.c: transmit what was selected, and counted so, for @slot a moment ago, or instead of
 * it. Consumes it; returns as .handover. BH disabled.
 */
int nicbond_software_carry(struct nicbond_software *sw, unsigned int slot,
			   struct sk_buff *skb, bool more);

/* adaptor.c: who transmits what has @hash, by the table; NULL: no port is live. */
struct nicbond_channel *nicbond_software_by_table(struct nicbond_software *sw,
						  u32 hash);

/*
 * adaptor.c: who transmits what has @hash instead of slot @dead, whoever selected that:
 * the table's choice, else its substitute. NULL: no port is live. BH disabled.
 */
struct nicbond_channel *nicbond_software_instead(struct nicbond_software *sw,
						 u32 hash, unsigned int dead);

/* adaptor.c: the substitute for whoever has bucket @index of @table. Likewise. */
struct nicbond_channel *
nicbond_software_substitute(struct nicbond_software *sw,
			    const struct nicbond_table *table,
			    unsigned int index);

/*
 * adaptor.c: who transmits @skb whatever the selector says, by the topology or the
 * host's queue; NULL: that is up to the selector. BH disabled.
 */
struct nicbond_channel *nicbond_software_except(struct nicbond_software *sw,
						struct sk_buff *skb);

/* adaptor.c: call the host, unless it knows that slot @dead cannot transmit. */
void nicbond_software_call(struct nicbond_software *sw, unsigned int dead);

/*
 * adaptor.c: the one way out for what is dropped: @skb, counted under @counter; NULL:
 * the port's queue has freed it. -ENETDOWN. BH disabled.
 */
int nicbond_software_drop(struct nicbond_software *sw,
			  enum nicbond_counter counter, struct sk_buff *skb);

#endif /* _NICBOND_FW_ADAPTOR_H */
