/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow of <linux/ethtool.h>: before instance locks one call served both with
 * and without the lock; the answer on time stamps was user space's own structure.
 */
#ifndef _NICBOND_COMPAT_LINUX_ETHTOOL_H
#define _NICBOND_COMPAT_LINUX_ETHTOOL_H

#include <linux/version.h>
#include_next <linux/ethtool.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define netif_get_link_ksettings __ethtool_get_link_ksettings
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define kernel_ethtool_ts_info ethtool_ts_info
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/phy.h>

/* Of the PHY, of the device, or what any device can; rtnl. */
static inline int ethtool_get_ts_info_by_layer(struct net_device *dev,
					       struct ethtool_ts_info *info)
{
	if (phy_has_tsinfo(dev->phydev))
		return phy_ts_info(dev->phydev, info);
	if (dev->ethtool_ops->get_ts_info)
		return dev->ethtool_ops->get_ts_info(dev, info);

	info->so_timestamping = SOF_TIMESTAMPING_RX_SOFTWARE |
				SOF_TIMESTAMPING_SOFTWARE;
	info->phc_index = -1;

	return 0;
}

#define ethtool_puts(data, text) ethtool_sprintf(data, text)
#endif

#endif /* _NICBOND_COMPAT_LINUX_ETHTOOL_H */
