/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_TIMESTAMP_H
#define _NICBOND_HOST_TIMESTAMP_H

#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>

/* For ethtool_ops; with or without rtnl. */
int nicbond_timestamp_get_info(struct net_device *dev,
			       struct kernel_ethtool_ts_info *info);

/* For net_device_ops; rtnl. */
int nicbond_timestamp_get(struct net_device *dev,
			  struct kernel_hwtstamp_config *config);
int nicbond_timestamp_set(struct net_device *dev,
			  struct kernel_hwtstamp_config *config,
			  struct netlink_ext_ack *extack);

/* In net_device_ops; nothing on kernels without (compat/linux/net_tstamp.h). */
#ifndef NICBOND_TIMESTAMP_OPS
#define NICBOND_TIMESTAMP_OPS(get, set)					\
	.ndo_hwtstamp_get = get,					\
	.ndo_hwtstamp_set = set,
#endif

#endif /* _NICBOND_HOST_TIMESTAMP_H */
