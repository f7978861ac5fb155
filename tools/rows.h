/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rows of <linux/nicbond.h> and <linux/nicbond_link.h> as data, for the programs of
 * this folder and the plug-in of ip. An empty row ends each array.
 */
#ifndef _NICBOND_TOOLS_ROWS_H
#define _NICBOND_TOOLS_ROWS_H

#include <linux/nicbond_link.h>
#include <stddef.h>

struct reg {
	const char *name;
	unsigned int offset;
	unsigned int count;
	int access;
	unsigned int reset;
	const char *text;
};

/* What belongs to a register, or to an option of that name which has none. */
struct field {
	const char *reg;
	const char *id;
	const char *name;
	unsigned int mask;
	const char *text;
};

struct value {
	const char *reg;
	const char *name;
	unsigned int number;
	const char *text;
};

struct range {
	const char *reg;
	unsigned int least;
	unsigned int most;
	int steps;
	const char *unit;
};

struct counter {
	const char *name;
	const char *text;
};

enum kind { KIND_number, KIND_name, KIND_set, KIND_key, KIND_count, KIND_device,
	    KIND_targets };

struct xstat {
	const char *name;
	unsigned short attribute;
};

/* An option, or a state: nothing of that is accepted. */
struct option {
	const char *name;
	enum kind kind;
	const char *attribute_name;
	unsigned short attribute;
	const char *reg;
	unsigned int initial;
	const char *text;
	const char *accepted;
};

#define ROW_REG(NAME, offset, count, access, reset, text)	\
	{ #NAME, offset, count, access, reset, text },
#define ROW_FIELD(REG, NAME, name, mask, text)		{ #REG, #NAME, name, mask, text },
#define ROW_VALUE(REG, NAME, name, number, text)	{ #REG, name, number, text },
#define ROW_RANGE(REG, least, most, steps, unit)	{ #REG, least, most, steps, unit },
#define ROW_COUNTER(ID, name, text)			{ name, text },
#define ROW_STATE_VALUE(ID, name, text)			\
	{ "STATE", name, NICBOND_MEMBER_STATE_##ID, text },
#define ROW_OWN_RANGE(ID, name, kind, least, most, ...)	\
	{ #ID, least, most, NICBOND_EACH, "" },
#define ROW_OPTION(ID, name, kind, REG, text, accepted)	\
	{ #name, KIND_##kind, "IFLA_NICBOND_" #ID, IFLA_NICBOND_##ID, #REG, \
	  NICBOND_RESET_##REG, text, accepted },
#define ROW_HOST_OPTION(ID, name, kind, least, most, initial, text, accepted)	\
	{ #name, KIND_##kind, "IFLA_NICBOND_" #ID, IFLA_NICBOND_##ID, #ID, \
	  initial, text, accepted },
#define ROW_STATE(ID, name, kind, text)	\
	{ #name, KIND_##kind, "IFLA_NICBOND_" #ID, IFLA_NICBOND_##ID, #ID, 0, text, NULL },
#define ROW_MEMBER_OPTION(ID, name, kind, least, most, initial, text, accepted) \
	{ #name, KIND_##kind, "IFLA_NICBOND_MEMBER_" #ID, IFLA_NICBOND_MEMBER_##ID, #ID, \
	  initial, text, accepted },
#define ROW_MEMBER_STATE(ID, name, kind, text)	\
	{ #name, KIND_##kind, "IFLA_NICBOND_MEMBER_" #ID, IFLA_NICBOND_MEMBER_##ID, #ID, \
	  0, text, NULL },
#define ROW_XSTAT(ID, name, text)	{ name, IFLA_NICBOND_XSTATS_##ID },
#define ROW_NONE(...)

static const struct reg regs[] = {
	NICBOND_REGISTERS(ROW_REG, ROW_NONE, ROW_NONE, ROW_NONE) { 0 }
};

static const struct field fields[] = {
	NICBOND_REGISTERS(ROW_NONE, ROW_FIELD, ROW_NONE, ROW_NONE) { 0 }
};

static const struct value values[] = {
	NICBOND_REGISTERS(ROW_NONE, ROW_NONE, ROW_VALUE, ROW_NONE)
	NICBOND_LINK_CHOICES(ROW_VALUE)
	NICBOND_MEMBER_STATES(ROW_STATE_VALUE) { 0 }
};

static const struct range ranges[] = {
	NICBOND_REGISTERS(ROW_NONE, ROW_NONE, ROW_NONE, ROW_RANGE)
	NICBOND_LINK_ROWS(ROW_NONE, ROW_OWN_RANGE, ROW_NONE)
	NICBOND_MEMBER_ROWS(ROW_OWN_RANGE, ROW_NONE) { 0 }
};

static const struct counter counters[] = {
	NICBOND_COUNTERS(ROW_COUNTER) { 0 }
};

static const struct xstat xstats[] = {
	NICBOND_LINK_XSTATS(ROW_XSTAT) { 0 }
};

static const struct option master_options[] = {
	NICBOND_LINK_ROWS(ROW_OPTION, ROW_HOST_OPTION, ROW_STATE) { 0 }
};

static const struct option member_options[] = {
	NICBOND_MEMBER_ROWS(ROW_MEMBER_OPTION, ROW_MEMBER_STATE) { 0 }
};

#endif /* _NICBOND_TOOLS_ROWS_H */
