/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_CLOCK_H
#define _NICBOND_FW_CLOCK_H

#include <linux/timekeeping.h>
#include <linux/types.h>

/*
 * Now, in us; wraps after 71 minutes, so what compares such times looks at them
 * more often than that. Any context.
 */
static inline u32 nicbond_clock_us(void)
{
	return ktime_to_us(ktime_get());
}

#endif /* _NICBOND_FW_CLOCK_H */
