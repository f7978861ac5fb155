/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow of <net/sch_generic.h>: packets that wait for a qdisc's lock are on a list; who
 * deactivates a device says whether its qdiscs are to be emptied, as they always were.
 */
#ifndef _NICBOND_COMPAT_NET_SCH_GENERIC_H
#define _NICBOND_COMPAT_NET_SCH_GENERIC_H

#include <linux/version.h>
#include_next <net/sch_generic.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define NICBOND_QDISC_DEFERRED(qdisc) false
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
#define dev_deactivate(dev, reset_needed) dev_deactivate(dev)
#endif

#endif /* _NICBOND_COMPAT_NET_SCH_GENERIC_H */
