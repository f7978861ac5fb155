/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <net/rtnetlink.h>: newlink got its arguments in a struct with 6.15. */
#ifndef _NICBOND_COMPAT_NET_RTNETLINK_H
#define _NICBOND_COMPAT_NET_RTNETLINK_H

#include <linux/version.h>
#include_next <net/rtnetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

/* The function is called otherwise; what its name stands for is of the old type. */
#define nicbond_link_newlink(dev, params, extack) \
	nicbond_compat_newlink(dev, params, extack)
int nicbond_link_newlink(struct net_device *dev,
			 struct rtnl_newlink_params *params,
			 struct netlink_ext_ack *extack);

static inline int (nicbond_link_newlink)(struct net *src_net,
					 struct net_device *dev,
					 struct nlattr *tb[],
					 struct nlattr *data[],
					 struct netlink_ext_ack *extack)
{
	struct rtnl_newlink_params params = { src_net, tb, data };

	return nicbond_link_newlink(dev, &params, extack);
}
#endif

#endif /* _NICBOND_COMPAT_NET_RTNETLINK_H */
