/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_XDP_H
#define _NICBOND_HOST_XDP_H

#include "master.h"

struct netdev_bpf;
struct xdp_frame;

/* ndo_bpf. rtnl. */
int nicbond_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);

/* ndo_xdp_xmit. BH disabled. */
int nicbond_xdp_xmit(struct net_device *dev, int n, struct xdp_frame **frames,
		     u32 flags);

/*
 * An skb for @dev to send around @frame, whose memory is its own then; NULL: there is
 * none, and @frame is as it was. BH disabled.
 */
struct sk_buff *nicbond_xdp_build_skb(struct xdp_frame *frame,
				      struct net_device *dev);

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
