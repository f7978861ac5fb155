/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow of <linux/ethtool.h>: before instance locks one call served both with
 * and without the lock.
 */
#ifndef _NICBOND_COMPAT_LINUX_ETHTOOL_H
#define _NICBOND_COMPAT_LINUX_ETHTOOL_H

#include <linux/version.h>
#include_next <linux/ethtool.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define netif_get_link_ksettings __ethtool_get_link_ksettings
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define ethtool_puts(data, text) ethtool_sprintf(data, text)
#endif

#endif /* _NICBOND_COMPAT_LINUX_ETHTOOL_H */
