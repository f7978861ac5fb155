// SPDX-License-Identifier: GPL-2.0
/* The firmware's clock. */
#include "clock.h"

#include <kunit/static_stub.h>
#include <linux/ktime.h>

u32 nicbond_clock_us(void)
{
	KUNIT_STATIC_STUB_REDIRECT(nicbond_clock_us);

	return ktime_to_us(ktime_get());
}
