// SPDX-License-Identifier: GPL-2.0
/* The names of numbers, by the rows. */
#include "names.h"

#include <string.h>

const char *name_of_value(const char *reg, uint32_t number)
{
	const struct value *row;

	for (row = values; row->name; row++)
		if (row->number == number && !strcmp(row->reg, reg))
			return row->name;

	return "?";
}

void print_set(FILE *file, const char *reg, uint32_t set)
{
	const char *separator = "";
	const struct field *row;

	for (row = fields; row->name; row++) {
		if (!(set & row->mask) || strcmp(row->reg, reg))
			continue;
		fprintf(file, "%s%s", separator, row->name);
		separator = ",";
	}
}
