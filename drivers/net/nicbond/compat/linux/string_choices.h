/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <linux/string_choices.h>: not there in 6.1, and later at first without up and down. */
#ifndef _NICBOND_COMPAT_LINUX_STRING_CHOICES_H
#define _NICBOND_COMPAT_LINUX_STRING_CHOICES_H

#include <linux/types.h>
/* sparse does not know this operator. */
#ifdef __CHECKER__
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include_next <linux/string_choices.h>
#endif
#else
#if __has_include_next(<linux/string_choices.h>)
#include_next <linux/string_choices.h>
#endif
#endif

/* Where the kernel has the function, but not this macro, it does no harm. */
#ifndef str_down_up
static inline const char *nicbond_str_up_down(bool up)
{
	if (up)
		return "up";

	return "down";
}

#define str_up_down(up) nicbond_str_up_down(up)
#endif

#endif /* _NICBOND_COMPAT_LINUX_STRING_CHOICES_H */
