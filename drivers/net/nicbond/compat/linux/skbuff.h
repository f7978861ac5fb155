/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/skbuff.h>: not all reasons to drop a packet are in old kernels. */
#ifndef _NICBOND_COMPAT_LINUX_SKBUFF_H
#define _NICBOND_COMPAT_LINUX_SKBUFF_H

#include_next <linux/skbuff.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define SKB_DROP_REASON_NO_TX_TARGET SKB_DROP_REASON_DEV_READY
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define SKBTX_BPF 0
#endif

#endif /* _NICBOND_COMPAT_LINUX_SKBUFF_H */
