/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/hex.h>: part of <linux/kernel.h> once. */
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#include_next <linux/hex.h>
#else
#include <linux/kernel.h>
#endif
