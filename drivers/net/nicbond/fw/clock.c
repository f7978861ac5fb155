// SPDX-License-Identifier: GPL-2.0
/* The firmware's clock. */
#include "clock.h"

u32 nicbond_clock_us(void)
{
	return nicbond_clock_us_inline();
}
