/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_PORT_H
#define _NICBOND_FW_PORT_H

#include <linux/netdevice.h>
#include <linux/types.h>
#include <net/sch_generic.h>

/* The last of the port's queues, which is the same as long as the port is. */
static inline const struct netdev_queue *
nicbond_port_last(const struct net_device *port)
{
	return netdev_get_tx_queue(port, port->num_tx_queues - 1);
}

/*
 * Has the port its queues, of which @last is the last? The kernel takes them away some time
 * after the carrier went, and gives them back some time after it came, the last one last;
 * until then whatever is sent is dropped. Any context.
 */
static inline bool nicbond_port_serves(const struct netdev_queue *last)
{
	return rcu_access_pointer(last->qdisc) != &noop_qdisc;
}

/* Is it open, and has it a carrier? Any context. */
static inline bool nicbond_port_runs(const struct net_device *port)
{
	unsigned long state = READ_ONCE(port->state);

	return (state & (BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER))) ==
	       BIT(__LINK_STATE_START);
}

/*
 * Can the port transmit right now? Two bits of one word, and its queues, read for each
 * packet, so a lost carrier is seen before any notifier has run. Any context.
 */
static inline bool nicbond_port_live(const struct net_device *port)
{
	return nicbond_port_runs(port) && nicbond_port_serves(nicbond_port_last(port));
}

/*
 * Does the port's driver take packets, as far as one of its queues tells: the
 * first one, while there is no better guess which the packet will get. Any context.
 */
static inline bool nicbond_port_ready(const struct net_device *port)
{
	return !netif_xmit_frozen_or_stopped(netdev_get_tx_queue(port, 0));
}

/*
 * Has one of the port's queues been stopped, and its driver been given nothing, by none of
 * them, since @since (jiffies), though the link is good? So the kernel's own watchdog looks
 * at it, too, but that waits for seconds. One queue that the peer pauses (IEEE 802.1Qbb)
 * while others transmit is not meant. Any context.
 */
bool nicbond_port_stalled(const struct net_device *port, unsigned long since);

/* What the driver told BQL it has, in bytes; false if it never told. Any context. */
#ifdef CONFIG_BQL
static inline bool nicbond_port_bql(const struct netdev_queue *queue, u32 *bytes)
{
	u32 queued = READ_ONCE(queue->dql.num_queued);

	*bytes = queued - READ_ONCE(queue->dql.num_completed);

	return queued;
}
#else
static inline bool nicbond_port_bql(const struct netdev_queue *queue, u32 *bytes)
{
	*bytes = 0;

	return false;
}
#endif

/*
 * Bytes that the port's queues hold, by the qdiscs; @exact: and by the driver's BQL
 * (<linux/dynamic_queue_limits.h>), which counts what the hardware has. Any context.
 */
u32 nicbond_port_backlog(struct net_device *port, bool *exact);

/* The STATUS register. */
u32 nicbond_port_status(const struct net_device *port);

#endif /* _NICBOND_FW_PORT_H */
