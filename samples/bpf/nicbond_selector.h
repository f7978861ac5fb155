/* SPDX-License-Identifier: GPL-2.0 */
/* What the example's program and its loader share. */
#ifndef _SAMPLES_NICBOND_SELECTOR_H
#define _SAMPLES_NICBOND_SELECTOR_H

#include <linux/types.h>
#include <linux/in6.h>

#define SLOTS		64
#define TURNS_MAX	64

/* No slot: dst-hash chooses. */
#define LEAVE_TO_HASH	0xffffffff

/* A key of the map of destinations: so many bits of the address count. */
struct prefix {
	__u32 length;
	struct in6_addr address;
};

#endif /* _SAMPLES_NICBOND_SELECTOR_H */
