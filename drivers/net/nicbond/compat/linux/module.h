/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/module.h>: symbol namespaces were no strings before 6.13. */
#ifndef _NICBOND_COMPAT_LINUX_MODULE_H
#define _NICBOND_COMPAT_LINUX_MODULE_H

#include <linux/version.h>
#include_next <linux/module.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)
#endif

#endif /* _NICBOND_COMPAT_LINUX_MODULE_H */
