/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/workqueue.h>: work in softirq came with 6.9, a name with 6.17. */
#ifndef _NICBOND_COMPAT_LINUX_WORKQUEUE_H
#define _NICBOND_COMPAT_LINUX_WORKQUEUE_H

#include <linux/version.h>
#include_next <linux/workqueue.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
/* In a thread instead, at once; what runs there disables BH where it must. */
#define system_bh_wq system_highpri_wq
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define system_percpu_wq system_wq
#endif

#endif /* _NICBOND_COMPAT_LINUX_WORKQUEUE_H */
