/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_LAG_H
#define _NICBOND_HOST_LAG_H

#include "master.h"

/* What the kernel's other parts take the master and its members for. */

/*
 * ndo_get_xmit_slave: the member that would transmit @skb, which starts with its
 * Ethernet header and stays the caller's; NULL: nobody, or it cannot be told. @all, who
 * would if all members were up, no firmware knows: it changes nothing. RCU, and
 * interrupts on; the answer is valid under that RCU.
 */
struct net_device *nicbond_lag_get_member(struct net_device *dev,
					  struct sk_buff *skb, bool all);

/* How a new member's master spreads packets; for its upper link. rtnl. */
struct netdev_lag_upper_info
nicbond_lag_describe(const struct nicbond_master *master);

/* Tell which members went up or down, if any did. rtnl. */
void nicbond_lag_update(struct nicbond_master *master);
void nicbond_lag_tell(const struct nicbond_member *member);

#endif /* _NICBOND_HOST_LAG_H */
