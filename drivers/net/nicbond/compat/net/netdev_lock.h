/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <net/netdev_lock.h>: older net devices have no lock of their own. */
#ifndef _NICBOND_COMPAT_NET_NETDEV_LOCK_H
#define _NICBOND_COMPAT_NET_NETDEV_LOCK_H

#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>

static inline void netdev_lock_ops(struct net_device *dev)
{
}

static inline void netdev_unlock_ops(struct net_device *dev)
{
}
#endif

#endif /* _NICBOND_COMPAT_NET_NETDEV_LOCK_H */
