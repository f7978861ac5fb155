/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/unaligned.h>: <asm/unaligned.h> before 6.12. */
#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif
