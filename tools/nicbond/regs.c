// SPDX-License-Identifier: GPL-2.0
/* regs: the registers of an adaptor, decoded; as debugfs has them. */
#include "command.h"
#include "device.h"
#include "family.h"
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORDS	(NICBOND_REGISTERS_SIZE / sizeof(uint32_t))

/* By offset / 4. */
static uint32_t words[WORDS];

static uint32_t word(unsigned int offset)
{
	return offset / sizeof(*words) < WORDS ? words[offset / sizeof(*words)] : 0;
}

static void print_fields(const char *name, uint32_t value)
{
	const struct field *row;
	uint32_t known = 0, part;

	for (row = fields; row->reg; row++) {
		if (strcmp(row->reg, name))
			continue;
		known |= row->mask;
		part = (value & row->mask) >> __builtin_ctz(row->mask);
		if (row->mask & (row->mask - 1))
			printf(" %s=%u", row->name, part);
		else if (part)
			printf(" %s", row->name);
	}
	if (known && value & ~known)
		printf(" reserved=%#x", value & ~known);
}

/* What the value is called, or its unit. */
static void print_values(const char *name, uint32_t value)
{
	const struct value *named;
	const struct range *range;

	for (named = values; named->reg; named++)
		if (named->number == value && !strcmp(named->reg, name))
			printf(" %s", named->name);
	for (range = ranges; range->reg; range++)
		if (!strcmp(range->reg, name))
			printf(" %u %s", value, range->unit);
}

static void print_name(const struct reg *row, unsigned int offset, unsigned int index)
{
	char name[64];

	snprintf(name, sizeof(name), row->count > 1 ? "%s[%u]" : "%s", row->name, index);
	printf("0x%04x %-16s ", offset, name);
}

/* Pairs of registers that are numbers of 64 bits; by index, or counters by name. */
static bool is_wide(const struct reg *row)
{
	return row->offset == NICBOND_REG_COUNTER || row->offset == NICBOND_REG_CHANNEL_PACKETS ||
	       row->offset == NICBOND_REG_CHANNEL_BYTES;
}

static void print_wide(const struct reg *row, unsigned int index)
{
	unsigned int offset = row->offset + 8 * index;
	unsigned long long value = (unsigned long long)word(offset + 4) << 32 | word(offset);

	if (row->offset == NICBOND_REG_COUNTER)
		printf("0x%04x %-16s ", offset, counters[index].name);
	else
		print_name(row, offset, index);
	printf("%llu\n", value);
}

static void print_word(const struct reg *row, unsigned int index)
{
	unsigned int offset = row->offset + 4 * index;
	uint32_t value = word(offset);

	print_name(row, offset, index);
	printf("0x%08x", value);
	if (row->offset == NICBOND_REG_TABLE) {
		printf(" %u %u %u %u\n", value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff,
		       value >> 24);
		return;
	}
	print_fields(row->name, value);
	print_values(row->name, value);
	putchar('\n');
}

/* How many there can be, of those that have a meaning. */
static unsigned int most(const struct reg *row)
{
	if (row->offset == NICBOND_REG_COUNTER)
		return NICBOND_COUNTER_MAX;

	return is_wide(row) ? row->count / 2 : row->count;
}

/* How many are in use. */
static unsigned int used(const struct reg *row)
{
	unsigned int registers = word(NICBOND_REG_TABLE_SIZE) / NICBOND_TABLE_PER_REG;

	return row->offset == NICBOND_REG_TABLE && registers < row->count ? registers : most(row);
}

static void print_one(const struct reg *row, unsigned int index)
{
	if (is_wide(row))
		print_wide(row, index);
	else
		print_word(row, index);
}

static bool is_zero(const struct reg *row, unsigned int index)
{
	if (is_wide(row))
		return !word(row->offset + 8 * index) && !word(row->offset + 8 * index + 4);

	return !word(row->offset + 4 * index);
}

/* By slot, most are nobody's: those that are zero are left out, unless @whole. */
static void print_row(const struct reg *row, bool whole)
{
	bool by_slot = row->count == NICBOND_SLOTS || row->count == 2 * NICBOND_SLOTS;
	unsigned int i;

	if (row->offset == NICBOND_REG_COUNTER)
		by_slot = false;
	for (i = 0; i < used(row); i++)
		if (whole || !by_slot || !is_zero(row, i))
			print_one(row, i);
}

static void choice(const char *text) __attribute__((noreturn));
static void choice(const char *text)
{
	char *names = NULL;
	const struct reg *row;
	size_t length;
	FILE *file;

	file = open_memstream(&names, &length);
	if (!file)
		fail("out of memory");
	for (row = regs; row->name; row++) {
		fprintf(file, " %s", row->name);
		if (row->count > 1)
			fprintf(file, "[0..%u]", most(row) - 1);
	}
	fclose(file);
	fail("%s is no register; one is needed of:%s", text, names);
}

/* From "[3]", a number below @count. */
static bool read_index(const char *text, unsigned int count, int *index)
{
	unsigned long number;
	char *end;

	if (text[1] < '0' || text[1] > '9')
		return false;
	/* One that is too large for it is the largest there is. */
	number = strtoul(text + 1, &end, 10);
	if (strcmp(end, "]") || number >= count)
		return false;
	*index = number;

	return true;
}

/* ROLE, PEER, PEER[3]; in any case. */
static const struct reg *find(const char *text, int *index)
{
	const struct reg *row;
	size_t length = strcspn(text, "[");

	*index = -1;
	for (row = regs; row->name; row++)
		if (strlen(row->name) == length && !strncasecmp(row->name, text, length))
			break;
	if (!row->name)
		choice(text);
	if (text[length] &&
	    (row->count == 1 || !read_index(text + length, most(row), index)))
		choice(text);

	return row;
}

void regs_run(const struct arguments *arguments)
{
	const char *text = argument(arguments, 1);
	struct devices devices = { 0 };
	const struct reg *row = NULL;
	const struct device *member;
	int index = -1, count;

	devices_get(&devices);
	member = devices_member(&devices, argument(arguments, 0));
	if (text)
		row = find(text, &index);
	count = family_registers(member->ifindex, words, WORDS);
	if (count < 0)
		family_fail(member->name, -count);
	if (index >= 0)
		print_one(row, index);
	else if (row)
		print_row(row, true);
	else
		for (row = regs; row->name; row++)
			print_row(row, false);
	devices_put(&devices);
}
