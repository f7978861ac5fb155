/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <net/genetlink.h>: what is known of a dump got another type with 6.6. */
#ifndef _NICBOND_COMPAT_NET_GENETLINK_H
#define _NICBOND_COMPAT_NET_GENETLINK_H

#include <linux/version.h>
#include_next <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define genl_info_dump(cb) genl_dumpit_info(cb)
#endif

#endif /* _NICBOND_COMPAT_NET_GENETLINK_H */
