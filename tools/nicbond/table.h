/* SPDX-License-Identifier: GPL-2.0 */
/* An indirection table. */
#ifndef TABLE_H
#define TABLE_H

#include <linux/nicbond.h>
#include <stddef.h>
#include <stdint.h>

/* As many slots as a byte of it can name. */
#define TABLE_SLOTS	256

struct table {
	size_t buckets;
	uint8_t slot[NICBOND_BUCKETS_MAX];
};

/* Of a member, or of a master's primary; -errno, or 0. */
int table_read(struct table *table, unsigned int ifindex);

/* How many buckets a slot has. */
unsigned int table_count(const struct table *table, unsigned int slot);

#endif /* TABLE_H */
