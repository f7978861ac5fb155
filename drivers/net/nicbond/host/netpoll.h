/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_NETPOLL_H
#define _NICBOND_HOST_NETPOLL_H

#include <linux/jump_label.h>
#include <linux/netpoll.h>

#include "master.h"

#ifdef CONFIG_NETPOLL

/* Some master is used by netpoll. */
DECLARE_STATIC_KEY_FALSE(nicbond_netpoll_key);

/* Is it netpoll that transmits on @dev? Costs nothing while no master is used so. */
static inline bool nicbond_netpoll_running(struct net_device *dev)
{
	return static_branch_unlikely(&nicbond_netpoll_key) &&
	       netpoll_tx_running(dev);
}

/*
 * Transmit for netpoll, by the port of @primary: netpoll may have interrupted the
 * adaptors, so it cannot ask them to choose. Consumes @skb; 0, or a negative errno when
 * it was dropped. Interrupts disabled.
 */
int nicbond_netpoll_transmit(struct nicbond_adaptor *primary,
			     struct sk_buff *skb);

/* ndo_netpoll_setup, ndo_netpoll_cleanup. rtnl. */
int nicbond_netpoll_setup(struct net_device *dev);
void nicbond_netpoll_cleanup(struct net_device *dev);

/* Let netpoll use a new member if it uses the master: 0, or why it cannot. rtnl. */
int nicbond_netpoll_join(struct nicbond_member *member,
			 struct netlink_ext_ack *extack);

/* No longer; waits for who transmits by it meanwhile. rtnl. */
void nicbond_netpoll_leave(struct nicbond_member *member);

#define NICBOND_NETPOLL_OPS						\
	.ndo_netpoll_setup	= nicbond_netpoll_setup,		\
	.ndo_netpoll_cleanup	= nicbond_netpoll_cleanup,

#else

static inline bool nicbond_netpoll_running(struct net_device *dev)
{
	return false;
}

static inline int nicbond_netpoll_transmit(struct nicbond_adaptor *primary,
					   struct sk_buff *skb)
{
	return -ENETDOWN;
}

static inline int nicbond_netpoll_join(struct nicbond_member *member,
				       struct netlink_ext_ack *extack)
{
	return 0;
}

static inline void nicbond_netpoll_leave(struct nicbond_member *member)
{
}

#define NICBOND_NETPOLL_OPS

#endif /* CONFIG_NETPOLL */

#endif /* _NICBOND_HOST_NETPOLL_H */
