/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_CLOCK_H
#define _NICBOND_FW_CLOCK_H

#include <linux/types.h>

/*
 * Now, in us; wraps after 71 minutes, so what compares such times looks at them
 * more often than that. Any context.
 */
u32 nicbond_clock_us(void);

#endif /* _NICBOND_FW_CLOCK_H */
