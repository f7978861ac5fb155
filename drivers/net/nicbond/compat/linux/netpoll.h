/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/netpoll.h>: ndo_netpoll_setup had an argument more. */
#ifndef _NICBOND_COMPAT_LINUX_NETPOLL_H
#define _NICBOND_COMPAT_LINUX_NETPOLL_H

#include <linux/version.h>
#include_next <linux/netpoll.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
/* Where it is declared and defined; not where it is named. */
#define nicbond_netpoll_setup(dev)					\
	nicbond_netpoll_setup(dev, struct netpoll_info *info)
#endif

#endif /* _NICBOND_COMPAT_LINUX_NETPOLL_H */
