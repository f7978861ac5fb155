/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_ADAPTOR_H
#define _NICBOND_FW_ADAPTOR_H

#include "counters.h"
#include "hash.h"
#include "port.h"
#include "table.h"

#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/nicbond.h>

/**
 * struct nicbond_software - the software model of an adaptor
 * @adaptor: What the host sees of it.
 * @port: Its transmit port.
 * @counters: Per CPU.
 * @role: The ROLE register, and the only place that holds the role.
 * @slot: Its own place in @channel, @peer and the table; fixed.
 * @selector: The SELECTOR register.
 * @hash: HASH_KEY and what is made of it.
 * @table: Who has which bucket. The pointer changes with TABLE_SIZE.
 * @channel: The adaptors it can forward to, by slot; itself in its own slot, so
 *	that looking up the chosen adaptor is one dereference for all.
 * @flowlet_gap: The FLOWLET_GAP register, in us.
 * @move_deadline: The MOVE_DEADLINE register, in ms.
 * @peer: The PEER registers.
 * @epoch: The EPOCH register.
 * @fence: The FENCE register.
 * @role_epoch: The epoch in which @role was last written; frames that are
 *	forwarded bear it.
 * @heartbeat: The HEARTBEAT register; written by @beat only.
 * @beat: Grows @heartbeat.
 * @lock: Guards @table and what it points to against writers; taken with BH
 *	disabled, never two at once.
 * @sweep: Lets idle buckets of @table move, while the adaptor is primary.
 *
 * Packets read @role, @selector, @hash, @flowlet_gap, @role_epoch, @fence and
 * @peer without a lock, each a word or a byte that is old or new; @table and
 * @channel are RCU. The host serializes all register writes and connects (struct
 * nicbond_adaptor_ops); @sweep and what other adaptors tell run beside them.
 */
struct nicbond_software {
	struct nicbond_adaptor adaptor;
	struct nicbond_port port;
	struct nicbond_counters __percpu *counters;
	u8 role;
	u8 slot;
	u8 selector;
	struct nicbond_hash hash;
	struct nicbond_table __rcu *table;
	struct nicbond_software __rcu *channel[NICBOND_SLOTS];

	u32 flowlet_gap;
	u32 move_deadline;
	u32 peer[NICBOND_SLOTS];
	u32 epoch;
	u32 fence;
	u32 role_epoch;
	u32 heartbeat;
	struct delayed_work beat;
	spinlock_t lock;	/* @table against writers */
	struct delayed_work sweep;
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

/* channel.c: .connect, and the forward; it consumes @skb and returns as .handover. */
void nicbond_channel_connect(struct nicbond_adaptor *adaptor, unsigned int slot,
			     struct nicbond_adaptor *peer);
int nicbond_channel_forward(struct nicbond_software *from,
			    struct nicbond_software *to, struct sk_buff *skb);

/* channel.c: the others learn the table. Process context, as register writes. */
void nicbond_channel_tell_table(struct nicbond_software *sw);

/* channel.c: tell the others that bucket @index is @slot's now. BH disabled. */
void nicbond_channel_tell_moved(struct nicbond_software *sw, unsigned int size,
				unsigned int index, unsigned int slot);

/* adaptor.c: transmit on the own port: consumes @skb, counts. BH disabled. */
int nicbond_software_transmit(struct nicbond_software *sw, struct sk_buff *skb);

/* adaptor.c: drop @skb, counted under @reason. -ENETDOWN. BH disabled. */
int nicbond_software_drop(struct nicbond_software *sw,
			  enum nicbond_counter reason, struct sk_buff *skb);

#endif /* _NICBOND_FW_ADAPTOR_H */
