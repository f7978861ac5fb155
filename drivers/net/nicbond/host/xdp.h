/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_XDP_H
#define _NICBOND_HOST_XDP_H

#include "master.h"

struct netdev_bpf;

/* ndo_bpf. rtnl. */
int nicbond_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);

/*
 * Give a new member the master's program, before it receives for the master: 0,
 * or why it cannot have that. rtnl.
 */
int nicbond_xdp_join(struct nicbond_member *member,
		     struct netlink_ext_ack *extack);

/* Take it back, after the member received its last packet for the master. rtnl. */
void nicbond_xdp_leave(struct nicbond_member *member);

/* What XDP can do with the master follows its members. rtnl. */
void nicbond_xdp_compute_features(struct nicbond_master *master);

#endif /* _NICBOND_HOST_XDP_H */
