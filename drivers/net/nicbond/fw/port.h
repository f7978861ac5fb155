/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_PORT_H
#define _NICBOND_FW_PORT_H

#include <linux/netdevice.h>
#include <linux/types.h>

/*
 * Can the port transmit right now? Two bits of one word, read for each packet,
 * so a lost carrier is seen before any notifier has run. Any context.
 */
static inline bool nicbond_port_live(const struct net_device *port)
{
	unsigned long state = READ_ONCE(port->state);

	return (state & (BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER))) ==
	       BIT(__LINK_STATE_START);
}

/*
 * Does the port's driver take packets, as far as one of its queues tells: the
 * first one, while there is no better guess which the packet will get. Any context.
 */
static inline bool nicbond_port_ready(const struct net_device *port)
{
	return !netif_xmit_frozen_or_stopped(netdev_get_tx_queue(port, 0));
}

/* The STATUS register. */
u32 nicbond_port_status(const struct net_device *port);

/* Transmit; consumes @skb. 0, or -ENOBUFS when the port's queue dropped it. */
int nicbond_port_transmit(struct net_device *port, struct sk_buff *skb);

#endif /* _NICBOND_FW_PORT_H */
