/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_CHANNEL_H
#define _NICBOND_FW_CHANNEL_H

#include "port.h"

#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>
#include <net/nicbond.h>

struct nicbond_software;

/**
 * struct nicbond_channel - the channel from one adaptor to another
 * @to: The adaptor at the other end; at an adaptor's own slot, itself.
 * @peer: The same, if it is a software model, too; else NULL. It is @from's @open while
 *	the channel is not @busy.
 * @port: Its port: whether it can transmit;
 * @queue: as nicbond_port_last() says.
 * @from: The adaptor at this end; who forwards, and who drains.
 * @busy: Packets are in the ring, or on their way out of it: who comes now has to
 *	go there, too, to stay behind them. Set under the lock of @ring with the
 *	first packet, cleared under it once the last was delivered; read without.
 * @closed: Unplugged: it takes nothing any more. The lock of @ring.
 * @pending: Packets in the ring, or on their way out of it. Likewise.
 * @high: The most that @pending was; read without the lock.
 * @doorbells: Times that @drain was asked for; likewise.
 * @overflows: Packets that found it full; likewise.
 * @ring: The packets; bounded by the adaptor's CHANNEL_DEPTH. Any CPU puts some in,
 *	@drain alone takes them out.
 * @drain: Empties the ring, in softirq.
 * @rcu: Frees it.
 */
struct nicbond_channel {
	struct nicbond_adaptor *to;
	struct nicbond_software *peer;
	struct net_device *port;
	const struct netdev_queue *queue;
	struct nicbond_software *from;
	bool busy;
	bool closed;
	u32 pending;
	u32 high;
	u32 doorbells;
	u32 overflows;
	struct sk_buff_head ring;
	struct work_struct drain;
	struct rcu_head rcu;
};

/* nicbond_adaptor_ops.connect */
int nicbond_channel_connect(struct nicbond_adaptor *adaptor, unsigned int slot,
			    struct nicbond_adaptor *peer);

/* Set up @channel as an end at @from, to @to. */
void nicbond_channel_init(struct nicbond_channel *channel,
			  struct nicbond_software *from,
			  struct nicbond_adaptor *to);

/*
 * Forward @skb: by a call, or by the ring; @more: the stack says that more follow.
 * Consumes it, counts it; returns as nicbond_adaptor_ops.handover. BH disabled.
 */
int nicbond_channel_forward(struct nicbond_channel *channel,
			    struct sk_buff *skb, bool more);

/* Give @skb to the other end now, before what is in the ring. Likewise. */
int nicbond_channel_deliver(struct nicbond_channel *channel,
			    struct sk_buff *skb);

/*
 * Can it take a packet? While it is busy also if the port is dead: then what is in
 * the ring will be re-steered, and who comes now has to stay behind that. Any
 * context.
 */
static inline bool nicbond_channel_usable(const struct nicbond_channel *channel)
{
	return channel && (likely(nicbond_port_runs(channel->port) &&
				  nicbond_port_serves(channel->queue)) ||
			   READ_ONCE(channel->busy));
}

/* Have the ring drained in softirq, soon; any context. Now; process context. */
void nicbond_channel_schedule(struct nicbond_channel *channel);
void nicbond_channel_run(struct nicbond_channel *channel);

/* Ring the doorbells that were left out on this CPU as more followed. BH disabled. */
void nicbond_channel_ring_doorbells(struct nicbond_software *sw);

/*
 * Empty the ring to @slot, or all, so that no packet is left there if none comes
 * meanwhile. Process context, as register writes.
 */
void nicbond_channel_flush(struct nicbond_software *sw, unsigned int slot);
void nicbond_channel_flush_all(struct nicbond_software *sw);

/* All, or what can be had soon, where packets wait. Likewise. */
void nicbond_channel_flush_soon(struct nicbond_software *sw);

/* Unplug all. Likewise. */
void nicbond_channel_close_all(struct nicbond_software *sw);

/* Tell the adaptor in @slot, if it is plugged in; likewise. */
void nicbond_channel_tell_one(struct nicbond_software *sw, unsigned int slot,
			      struct nicbond_message *message);

/* Tell all others. The context that the message's kind asks for. */
void nicbond_channel_tell(struct nicbond_software *sw,
			  struct nicbond_message *message);

#endif /* _NICBOND_FW_CHANNEL_H */
