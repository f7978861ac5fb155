/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/debugfs.h>: renaming in place came with 6.14. */
#ifndef _NICBOND_COMPAT_LINUX_DEBUGFS_H
#define _NICBOND_COMPAT_LINUX_DEBUGFS_H

#include <linux/version.h>
#include_next <linux/debugfs.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#include <linux/dcache.h>
#include <linux/slab.h>

/* Only its owner moves a folder, so its parent stays. */
__printf(2, 3)
static inline int debugfs_change_name(struct dentry *dentry, const char *fmt, ...)
{
	struct dentry *moved;
	va_list args;
	char *name;

	if (IS_ERR_OR_NULL(dentry))
		return 0;

	va_start(args, fmt);
	name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	if (!name)
		return -ENOMEM;

	moved = debugfs_rename(dentry->d_parent, dentry, dentry->d_parent, name);
	kfree(name);

	return PTR_ERR_OR_ZERO(moved);
}
#endif

#endif /* _NICBOND_COMPAT_LINUX_DEBUGFS_H */
