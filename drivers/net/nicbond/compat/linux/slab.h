/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/slab.h>: allocation by object came with 7.0. */
#ifndef _NICBOND_COMPAT_LINUX_SLAB_H
#define _NICBOND_COMPAT_LINUX_SLAB_H

#include_next <linux/slab.h>

#ifndef kzalloc_obj
#define kzalloc_obj(object) kzalloc(sizeof(object), GFP_KERNEL)
#endif

#endif /* _NICBOND_COMPAT_LINUX_SLAB_H */
