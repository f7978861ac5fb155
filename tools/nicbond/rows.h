/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of <linux/nicbond_link.h> and <linux/nicbond.h>, as tables. */
#ifndef ROWS_H
#define ROWS_H

#include <linux/nicbond.h>
#include <linux/nicbond_link.h>
#include <stdint.h>
#include <stdio.h>

enum row_kind {
	ROW_number,
	ROW_name,
	ROW_set,
	ROW_key,
	ROW_count,
	ROW_device,
};

/* An option, or a state. @of: whose values and fields have the names. */
struct row {
	const char *name;
	int attribute;
	enum row_kind kind;
	const char *of;
};

struct row_register {
	const char *name;
	unsigned int offset;
	unsigned int count;
};

struct row_field {
	const char *of;
	const char *name;
	uint32_t mask;
};

struct row_value {
	const char *of;
	const char *name;
	uint32_t number;
};

struct row_range {
	const char *of;
	const char *unit;
};

/* An empty row ends each; the counters are NICBOND_COUNTER_MAX. */
extern const struct row rows_master[];
extern const struct row rows_member[];
extern const struct row_register rows_registers[];
extern const struct row_field rows_fields[];
extern const struct row_value rows_values[];
extern const struct row_range rows_ranges[];
extern const char * const rows_counters[];

/* The name of a value of register @of; "?", if it has none. */
const char *rows_name(const char *of, uint32_t number);

/* The names of the fields of register @of that are in @set, with commas between. */
void rows_set(FILE *file, const char *of, uint32_t set);

#endif /* ROWS_H */
