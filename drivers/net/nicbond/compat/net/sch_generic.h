/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <net/sch_generic.h>: packets that wait for a qdisc's lock are on a list. */
#ifndef _NICBOND_COMPAT_NET_SCH_GENERIC_H
#define _NICBOND_COMPAT_NET_SCH_GENERIC_H

#include <linux/version.h>
#include_next <net/sch_generic.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define NICBOND_QDISC_DEFERRED(qdisc) false
#endif

#endif /* _NICBOND_COMPAT_NET_SCH_GENERIC_H */
