// SPDX-License-Identifier: GPL-2.0
/* The register map as data, for both sides of the seam. */
#include <net/nicbond.h>

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/log2.h>

#define NICBOND_MAP_REGISTER(NAME, offset, many, rights, value, text)	\
	{ .name = #NAME, .reg = (offset), .count = (many),		\
	  .access = (rights), .reset = (value) },
#define NICBOND_MAP_FIELD(REG, NAME, label, bits, text)			\
	{ .name = (label), .reg = NICBOND_REG_##REG, .mask = (bits) },
#define NICBOND_MAP_VALUE(REG, NAME, label, value, text)		\
	{ .name = (label), .reg = NICBOND_REG_##REG, .number = (value) },
#define NICBOND_MAP_RANGE(REG, from, to, which, of)			\
	{ .unit = (of), .reg = NICBOND_REG_##REG, .steps = (which),	\
	  .least = (from), .most = (to) },

const struct nicbond_map_register nicbond_map_registers[] = {
	NICBOND_REGISTERS(NICBOND_MAP_REGISTER, NICBOND_REG_NONE,
			  NICBOND_REG_NONE, NICBOND_REG_NONE)
	{ }
};

const struct nicbond_map_field nicbond_map_fields[] = {
	NICBOND_REGISTERS(NICBOND_REG_NONE, NICBOND_MAP_FIELD,
			  NICBOND_REG_NONE, NICBOND_REG_NONE)
	{ }
};

const struct nicbond_map_value nicbond_map_values[] = {
	NICBOND_REGISTERS(NICBOND_REG_NONE, NICBOND_REG_NONE,
			  NICBOND_MAP_VALUE, NICBOND_REG_NONE)
	{ }
};

const struct nicbond_map_range nicbond_map_ranges[] = {
	NICBOND_REGISTERS(NICBOND_REG_NONE, NICBOND_REG_NONE,
			  NICBOND_REG_NONE, NICBOND_MAP_RANGE)
	{ }
};

const struct nicbond_map_register *nicbond_map_find(u32 reg,
						    unsigned int *index)
{
	const struct nicbond_map_register *row;

	for (row = nicbond_map_registers; row->name; row++) {
		if (reg < row->reg || (reg - row->reg) % sizeof(u32))
			continue;
		*index = (reg - row->reg) / sizeof(u32);
		if (*index < row->count)
			return row;
	}

	return NULL;
}

/* A register with fields takes bits of these only; one without takes all. */
static bool nicbond_map_fits_fields(u32 reg, u32 value)
{
	const struct nicbond_map_field *field;
	u32 known = 0;

	for (field = nicbond_map_fields; field->name; field++)
		if (field->reg == reg)
			known |= field->mask;

	return !known || !(value & ~known);
}

static bool nicbond_map_fits_values(u32 reg, u32 value)
{
	const struct nicbond_map_value *row;
	bool any = false;

	for (row = nicbond_map_values; row->name; row++) {
		if (row->reg != reg)
			continue;
		if (row->number == value)
			return true;
		any = true;
	}

	return !any;
}

static bool nicbond_map_fits_range(u32 reg, u32 value)
{
	const struct nicbond_map_range *range;

	for (range = nicbond_map_ranges; range->unit; range++)
		if (range->reg == reg)
			return value >= range->least && value <= range->most &&
			       (range->steps == NICBOND_EACH ||
				is_power_of_2(value));

	return true;
}

int nicbond_map_check(u32 reg, u32 value)
{
	const struct nicbond_map_register *row;
	unsigned int index;

	row = nicbond_map_find(reg, &index);
	if (!row)
		return -ENOENT;
	if (row->access == NICBOND_RO)
		return -EROFS;
	if (!nicbond_map_fits_fields(row->reg, value) ||
	    !nicbond_map_fits_values(row->reg, value) ||
	    !nicbond_map_fits_range(row->reg, value))
		return -EINVAL;

	return 0;
}
EXPORT_SYMBOL_GPL(nicbond_map_check);
