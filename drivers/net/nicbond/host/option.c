// SPDX-License-Identifier: GPL-2.0
/* The options of a master, from text to the registers of its adaptors. */
#include "option.h"
#include "failover.h"

#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/unaligned.h>

/**
 * struct nicbond_option_kind - how values are written down
 * @parse: As nicbond_option_parse().
 * @format: As nicbond_option_format().
 * @accepted: What a value may be, in words.
 * @secret: Never in the log.
 */
struct nicbond_option_kind {
	int (*parse)(const struct nicbond_option *option, const char *text,
		     struct nicbond_option_value *value);
	void (*format)(const struct nicbond_option *option,
		       const struct nicbond_option_value *value, char *text);
	void (*accepted)(const struct nicbond_option *option, char *text);
	bool secret;
};

__printf(2, 3)
static void nicbond_option_append(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vscnprintf(text + used, NICBOND_OPTION_TEXT - used, format, args);
	va_end(args);
}

/* A number of the register's range. */
static int nicbond_number_parse(const struct nicbond_option *option,
				const char *text,
				struct nicbond_option_value *value)
{
	/* Not octal, whatever it starts with. */
	if (kstrtou32(text, 10, &value->word[0]))
		return -EINVAL;

	return nicbond_map_check(option->reg, value->word[0]);
}

static void nicbond_number_format(const struct nicbond_option *option,
				  const struct nicbond_option_value *value,
				  char *text)
{
	nicbond_option_append(text, "%u", value->word[0]);
}

static void nicbond_number_accepted(const struct nicbond_option *option,
				    char *text)
{
	const struct nicbond_map_range *range;

	for (range = nicbond_map_ranges; range->unit; range++)
		if (range->reg == option->reg)
			nicbond_option_append(text, "%u to %u %s%s",
					      range->least, range->most,
					      range->unit,
					      range->steps == NICBOND_EACH ? "" :
					      ", a power of two");
}

/* One of the register's values, by name. */
static int nicbond_name_parse(const struct nicbond_option *option,
			      const char *text,
			      struct nicbond_option_value *value)
{
	const struct nicbond_map_value *row;

	for (row = nicbond_map_values; row->name; row++) {
		if (row->reg != option->reg || !sysfs_streq(row->name, text))
			continue;
		value->word[0] = row->number;
		return 0;
	}

	return -EINVAL;
}

static void nicbond_name_format(const struct nicbond_option *option,
				const struct nicbond_option_value *value,
				char *text)
{
	const struct nicbond_map_value *row;

	for (row = nicbond_map_values; row->name; row++)
		if (row->reg == option->reg && row->number == value->word[0])
			nicbond_option_append(text, "%s", row->name);
}

static void nicbond_name_accepted(const struct nicbond_option *option,
				  char *text)
{
	const struct nicbond_map_value *row;

	for (row = nicbond_map_values; row->name; row++)
		if (row->reg == option->reg)
			nicbond_option_append(text, "%s%s", *text ? ", " : "",
					      row->name);
}

/* Some of the register's fields, by name, with commas between; one at least. */
static int nicbond_set_parse(const struct nicbond_option *option,
			     const char *text,
			     struct nicbond_option_value *value)
{
	const struct nicbond_map_field *field;
	size_t len;
	u32 set = 0;

	for (;; text += len + 1) {
		len = strcspn(text, ",\n");
		for (field = nicbond_map_fields; field->name; field++)
			if (field->reg == option->reg &&
			    strlen(field->name) == len &&
			    !strncmp(field->name, text, len))
				break;
		if (!field->name)
			return -EINVAL;
		set |= field->mask;
		if (text[len] != ',')
			break;
	}
	if (text[len] && text[len + 1])
		return -EINVAL;
	value->word[0] = set;

	return 0;
}

static void nicbond_set_format(const struct nicbond_option *option,
			       const struct nicbond_option_value *value,
			       char *text)
{
	const struct nicbond_map_field *field;

	for (field = nicbond_map_fields; field->name; field++)
		if (field->reg == option->reg && field->mask & value->word[0])
			nicbond_option_append(text, "%s%s", *text ? "," : "",
					      field->name);
}

static void nicbond_set_accepted(const struct nicbond_option *option, char *text)
{
	const struct nicbond_option_value all = { { U32_MAX } };

	nicbond_set_format(option, &all, text);
	nicbond_option_append(text, ", with commas between");
}

/* A key, as hexadecimal digits. */
static int nicbond_key_parse(const struct nicbond_option *option,
			     const char *text,
			     struct nicbond_option_value *value)
{
	u8 key[NICBOND_KEY_WORDS * sizeof(u32)];
	size_t len = strcspn(text, "\n");
	int i;

	if (len != 2 * sizeof(key) || text[len + !!text[len]] ||
	    hex2bin(key, text, sizeof(key)))
		return -EINVAL;
	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		value->word[i] = get_unaligned_be32(key + sizeof(u32) * i);
	memzero_explicit(key, sizeof(key));

	return 0;
}

static void nicbond_key_format(const struct nicbond_option *option,
			       const struct nicbond_option_value *value,
			       char *text)
{
	int i;

	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_option_append(text, "%08x", value->word[i]);
}

static void nicbond_key_accepted(const struct nicbond_option *option, char *text)
{
	nicbond_option_append(text, "%zu hexadecimal digits",
			      2 * NICBOND_KEY_WORDS * sizeof(u32));
}

#define NICBOND_OPTION_KIND(kind, is_secret)				\
	static const struct nicbond_option_kind nicbond_##kind##_kind = { \
		.parse = nicbond_##kind##_parse,			\
		.format = nicbond_##kind##_format,			\
		.accepted = nicbond_##kind##_accepted,			\
		.secret = (is_secret),					\
	}
NICBOND_OPTION_KIND(number, false);
NICBOND_OPTION_KIND(name, false);
NICBOND_OPTION_KIND(set, false);
NICBOND_OPTION_KIND(key, true);

#define NICBOND_OPTION_ROW(ID, label, REG, count, how, mode, text)		\
	[NICBOND_OPTION_##ID] = { .name = #label,			\
				  .reg = NICBOND_REG_##REG,		\
				  .words = (count),			\
				  .kind = &nicbond_##how##_kind },
const struct nicbond_option nicbond_options[NICBOND_OPTION_COUNT] = {
	NICBOND_OPTIONS(NICBOND_OPTION_ROW)
};

int nicbond_option_parse(const struct nicbond_option *option, const char *text,
			 struct nicbond_option_value *value)
{
	return option->kind->parse(option, text, value);
}

void nicbond_option_format(const struct nicbond_option *option,
			   const struct nicbond_option_value *value,
			   char text[NICBOND_OPTION_TEXT])
{
	*text = '\0';
	option->kind->format(option, value, text);
}

void nicbond_option_explain(const struct nicbond_option *option,
			    const char *text,
			    char why[2 * NICBOND_OPTION_TEXT])
{
	char accepted[NICBOND_OPTION_TEXT] = "";

	option->kind->accepted(option, accepted);
	if (option->kind->secret)
		snprintf(why, 2 * NICBOND_OPTION_TEXT,
			 "%s is not taken as given; accepted: %s",
			 option->name, accepted);
	else
		snprintf(why, 2 * NICBOND_OPTION_TEXT,
			 "%s=%.*s is not taken; accepted: %s", option->name,
			 (int)min(strcspn(text, "\n"), (size_t)64), text,
			 accepted);
}

static int nicbond_option_write(struct nicbond_member *member,
				const struct nicbond_option *option,
				const struct nicbond_option_value *value)
{
	int i, err = 0;

	for (i = 0; !err && i < option->words; i++)
		err = nicbond_failover_write(member,
					     option->reg + sizeof(u32) * i,
					     value->word[i]);

	return err;
}

int nicbond_option_set(struct nicbond_master *master, enum nicbond_option_id id,
		       const struct nicbond_option_value *value)
{
	const struct nicbond_option *option = &nicbond_options[id];
	struct nicbond_member *member;
	int i, err;

	ASSERT_RTNL();

	nicbond_for_each_member(master, member) {
		err = nicbond_option_write(member, option, value);
		if (err)
			goto undo;
	}
	for (i = 0; i < option->words; i++)
		WRITE_ONCE(master->option[id].word[i], value->word[i]);

	return 0;

undo:
	/* This one, too: it may have taken some words. */
	list_for_each_entry_from_reverse(member, &master->members, list)
		nicbond_option_write(member, option, &master->option[id]);
	return err;
}

int nicbond_option_program(struct nicbond_member *member)
{
	int i, err = 0;

	for (i = 0; !err && i < NICBOND_OPTION_COUNT; i++)
		err = nicbond_option_write(member, &nicbond_options[i],
					   &member->master->option[i]);

	return err;
}
