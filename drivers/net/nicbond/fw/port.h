/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_PORT_H
#define _NICBOND_FW_PORT_H

#include <linux/netdevice.h>
#include <linux/types.h>

/**
 * struct nicbond_port - the transmit port of a software adaptor
 * @dev: The net device that it drives.
 */
struct nicbond_port {
	struct net_device *dev;
};

/*
 * Can the port transmit right now? Two bits of one word, read for each packet,
 * so a lost carrier is seen before any notifier has run. Any context.
 */
static inline bool nicbond_port_live(const struct nicbond_port *port)
{
	unsigned long state = READ_ONCE(port->dev->state);

	return (state & (BIT(__LINK_STATE_START) | BIT(__LINK_STATE_NOCARRIER))) ==
	       BIT(__LINK_STATE_START);
}

/* The STATUS register. */
u32 nicbond_port_status(const struct nicbond_port *port);

/* Transmit; consumes @skb. 0, or -ENOBUFS when the port's queue dropped it. */
int nicbond_port_transmit(struct nicbond_port *port, struct sk_buff *skb);

#endif /* _NICBOND_FW_PORT_H */
