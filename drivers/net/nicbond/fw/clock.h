/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_CLOCK_H
#define _NICBOND_FW_CLOCK_H

#include <kunit/static_stub.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include <linux/types.h>

/*
 * Now, in us; wraps after 71 minutes, so what compares such times looks at them
 * more often than that. Any context.
 */
u32 nicbond_clock_us(void);

/* The same, for who has no time for a call. */
static __always_inline u32 nicbond_clock_us_inline(void)
{
	KUNIT_STATIC_STUB_REDIRECT(nicbond_clock_us);

	return div_u64(ktime_get_ns(), NSEC_PER_USEC);
}

#endif /* _NICBOND_FW_CLOCK_H */
