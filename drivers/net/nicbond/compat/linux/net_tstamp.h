/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow of <linux/net_tstamp.h>: before 6.6 the settings of hardware time stamps were
 * an ioctl, which is not passed on here.
 */
#ifndef _NICBOND_COMPAT_LINUX_NET_TSTAMP_H
#define _NICBOND_COMPAT_LINUX_NET_TSTAMP_H

#include <linux/version.h>
#include_next <linux/net_tstamp.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#include <linux/netdevice.h>

struct kernel_hwtstamp_config {
	int flags;
	int tx_type;
	int rx_filter;
	struct ifreq *ifr;
	bool copied_to_user;
};

static inline int generic_hwtstamp_get_lower(struct net_device *dev,
					     struct kernel_hwtstamp_config *config)
{
	return -EOPNOTSUPP;
}

static inline int generic_hwtstamp_set_lower(struct net_device *dev,
					     struct kernel_hwtstamp_config *config,
					     struct netlink_ext_ack *extack)
{
	return -EOPNOTSUPP;
}

/* No such ops. */
#define NICBOND_TIMESTAMP_OPS(...)
#endif

#endif /* _NICBOND_COMPAT_LINUX_NET_TSTAMP_H */
