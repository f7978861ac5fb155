// SPDX-License-Identifier: GPL-2.0
/* The rows of <linux/nicbond_link.h> and <linux/nicbond.h>, as tables. */
#include "rows.h"

#include <string.h>

#define NONE(...)

/* A master's option has the names of its register; all else, its own. */
#define MASTER_OPTION(ID, name, kind, REG, text, accepted)	\
	{ #name, IFLA_NICBOND_##ID, ROW_##kind, #REG },
#define MASTER_STATE(ID, name, kind, text)			\
	{ #name, IFLA_NICBOND_##ID, ROW_##kind, #ID },
const struct row rows_master[] = {
	NICBOND_LINK_ROWS(MASTER_OPTION, MASTER_STATE) { 0 }
};

#define MEMBER_ROW(ID, name, kind, ...)				\
	{ #name, IFLA_NICBOND_MEMBER_##ID, ROW_##kind, #ID },
const struct row rows_member[] = {
	NICBOND_MEMBER_ROWS(MEMBER_ROW, MEMBER_ROW) { 0 }
};

#define REGISTER(NAME, offset, count, access, reset, text)	{ #NAME, offset, count },
const struct row_register rows_registers[] = {
	NICBOND_REGISTERS(REGISTER, NONE, NONE, NONE) { 0 }
};

#define FIELD(REG, NAME, name, mask, text)			{ #REG, name, mask },
const struct row_field rows_fields[] = {
	NICBOND_REGISTERS(NONE, FIELD, NONE, NONE) { 0 }
};

#define VALUE(REG, NAME, name, number, text)			{ #REG, name, number },
#define MEMBER_STATE(ID, name, text)	{ "STATE", name, NICBOND_MEMBER_STATE_##ID },
const struct row_value rows_values[] = {
	NICBOND_REGISTERS(NONE, NONE, VALUE, NONE)
	NICBOND_MEMBER_STATES(MEMBER_STATE) { 0 }
};

#define RANGE(REG, least, most, steps, unit)			{ #REG, unit },
const struct row_range rows_ranges[] = {
	NICBOND_REGISTERS(NONE, NONE, NONE, RANGE) { 0 }
};

#define COUNTER(ID, name, text)					name,
const char * const rows_counters[] = {
	NICBOND_COUNTERS(COUNTER)
};

const char *rows_name(const char *of, uint32_t number)
{
	const struct row_value *row;

	for (row = rows_values; row->of; row++)
		if (row->number == number && !strcmp(row->of, of))
			return row->name;

	return "?";
}

void rows_set(FILE *file, const char *of, uint32_t set)
{
	const struct row_field *row;
	const char *separator = "";

	for (row = rows_fields; row->of; row++) {
		if (!(set & row->mask) || strcmp(row->of, of))
			continue;
		fprintf(file, "%s%s", separator, row->name);
		separator = ",";
	}
}
