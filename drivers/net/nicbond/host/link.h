/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_LINK_H
#define _NICBOND_HOST_LINK_H

#include <net/rtnetlink.h>

/* Masters and their members as rtnetlink's links. */
extern struct rtnl_link_ops nicbond_link_ops;

/* A new master with the options that are given. rtnl. */
int nicbond_link_newlink(struct net_device *dev,
			 struct rtnl_newlink_params *params,
			 struct netlink_ext_ack *extack);

#endif /* _NICBOND_HOST_LINK_H */
