/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/netlink.h>: a message with arguments has no place before 6.2. */
#ifndef _NICBOND_COMPAT_LINUX_NETLINK_H
#define _NICBOND_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef NL_SET_ERR_MSG_FMT
#include <linux/printk.h>

/* So the log has it. */
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	struct netlink_ext_ack *__ack = (extack);			\
									\
	if (!__ack)							\
		break;							\
	pr_err("nicbond: " fmt "\n", ##args);				\
	NL_SET_ERR_MSG(__ack, "Refused; the kernel log says why");	\
} while (0)
#endif

#endif /* _NICBOND_COMPAT_LINUX_NETLINK_H */
