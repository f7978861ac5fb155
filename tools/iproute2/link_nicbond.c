// SPDX-License-Identifier: GPL-2.0
/*
 * Masters and members in the words of `ip`: `ip link add|set ... type nicbond[_slave]`,
 * `ip -d link show` and `ip link help nicbond[_slave]`.
 *
 * All words are rows of <linux/nicbond_link.h> and <linux/nicbond.h>. A word that stands
 * for a number is looked up here; whether a number is in range, and an attribute may be
 * written, is for the kernel to say, which does so in words, too.
 */
#include "iproute2.h"
#include "../rows.h"

#include <string.h>

/* Of a request, what ip has room for after its headers. */
#define ROOM	1024

#define KEY	(NICBOND_KEY_WORDS * sizeof(unsigned int))

union option_value {
	unsigned int number;
	unsigned char key[KEY];
};

/* A kind of link, and its rows. */
struct link_kind {
	struct link_util util;
	const struct option *options;
};

static const struct option *options_of(const struct link_util *util)
{
	return ((const struct link_kind *)util)->options;
}

/* Not octal, whatever it starts with; and no sign. */
static bool parse_number(const char *text, unsigned int *number)
{
	return *text && !text[strspn(text, "0123456789")] && !get_unsigned(number, text, 10);
}

static bool parse_name(const struct option *option, const char *text, unsigned int *number)
{
	const struct value *value;

	for (value = values; value->name; value++) {
		if (strcmp(value->reg, option->reg) || strcmp(value->name, text))
			continue;
		*number = value->number;
		return true;
	}

	return false;
}

static bool parse_set(const struct option *option, const char *text, unsigned int *set)
{
	const struct field *field;
	size_t len;

	for (*set = 0;; text += len + 1) {
		len = strcspn(text, ",");
		for (field = fields; field->name; field++)
			if (!strcmp(field->reg, option->reg) &&
			    strlen(field->name) == len && !strncmp(field->name, text, len))
				break;
		if (!field->name)
			return false;
		*set |= field->mask;
		if (!text[len])
			return true;
	}
}

static unsigned int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool parse_key(const char *text, unsigned char key[KEY])
{
	size_t i;

	if (strlen(text) != 2 * KEY || text[strspn(text, "0123456789abcdefABCDEF")])
		return false;
	for (i = 0; i < KEY; i++)
		key[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);

	return true;
}

static bool parse_value(const struct option *option, const char *text,
			union option_value *value)
{
	switch (option->kind) {
	case KIND_name:
		return parse_name(option, text, &value->number);
	case KIND_set:
		return parse_set(option, text, &value->number);
	case KIND_key:
		return parse_key(text, value->key);
	case KIND_device:
		value->number = ll_name_to_index(text);
		return value->number || !strcmp(text, "auto");
	default:
		return parse_number(text, &value->number);
	}
}

static void __attribute__((noreturn)) refuse_value(const struct option *option, const char *text)
{
	const char *accepted = option->accepted;
	char why[400];

	if (!accepted)
		accepted = option->kind == KIND_device ? "the name of a device, or auto" :
							 "a number";
	snprintf(why, sizeof(why), "%s takes %s", option->name, accepted);
	/* A key is not for logs. */
	invarg(why, option->kind == KIND_key ? option->name : text);
}

static void __attribute__((noreturn)) refuse_word(const struct link_util *util, const char *word)
{
	const struct option *option;
	char why[600];
	int len;

	len = snprintf(why, sizeof(why), "%s takes", util->id);
	for (option = options_of(util); option->name; option++)
		if (option->accepted || option->kind == KIND_device)
			len += snprintf(why + len, sizeof(why) - len, " %s", option->name);
	invarg(why, word);
}

static void print_usage(struct link_util *util, int argc, char **argv, FILE *file)
{
	const struct option *option;

	(void)argc;
	(void)argv;
	fprintf(file, "Usage: ... %s [ OPTION VALUE ]...\n\nOPTION and VALUE:\n\n", util->id);
	for (option = options_of(util); option->name; option++)
		if (option->accepted)
			fprintf(file, "  %-24s%s\n%26s%s\n", option->name, option->text,
				"", option->accepted);
	fputs("\nTold by ip -d link show, too:\n\n", file);
	for (option = options_of(util); option->name; option++)
		if (!option->accepted)
			fprintf(file, "  %-24s%s\n", option->name, option->text);
}

static int parse_options(struct link_util *util, int argc, char **argv,
			 struct nlmsghdr *request)
{
	const struct option *option;
	union option_value value;

	for (; argc > 0; argc -= 2, argv += 2) {
		if (!strcmp(*argv, "help")) {
			print_usage(util, 0, NULL, stderr);
			return -1;
		}
		for (option = options_of(util); option->name; option++)
			if (!strcmp(option->name, *argv))
				break;
		if (!option->name)
			refuse_word(util, *argv);
		if (argc < 2)
			missarg(*argv);
		/* Which the kernel reads as it is. */
		if (option->kind == KIND_targets) {
			if (addattr_l(request, ROOM, option->attribute, argv[1],
				      strlen(argv[1]) + 1))
				return -1;
			continue;
		}
		if (!parse_value(option, argv[1], &value))
			refuse_value(option, argv[1]);
		if (addattr_l(request, ROOM, option->attribute, &value,
			      option->kind == KIND_key ? KEY : sizeof(value.number)))
			return -1;
	}

	return 0;
}

/* Of what this does not know by name, which a newer kernel may have, the number. */
static void print_name(const struct option *option, unsigned int number)
{
	const struct value *value;

	for (value = values; value->name; value++)
		if (!strcmp(value->reg, option->reg) && value->number == number)
			break;
	if (value->name)
		print_color_string(PRINT_ANY, COLOR_NONE, option->name, "%s ", value->name);
	else
		print_color_uint(PRINT_ANY, COLOR_NONE, option->name, "%u ", number);
}

static void print_set(const struct option *option, unsigned int set)
{
	const char *format = "%s";
	const struct field *field;
	char rest[16];

	open_json_array(PRINT_JSON, option->name);
	for (field = fields; field->name; field++) {
		if (strcmp(field->reg, option->reg) || !(field->mask & set))
			continue;
		print_color_string(PRINT_ANY, COLOR_NONE, NULL, format, field->name);
		format = ",%s";
		set &= ~field->mask;
	}
	if (set) {
		snprintf(rest, sizeof(rest), "%#x", set);
		print_color_string(PRINT_ANY, COLOR_NONE, NULL, format, rest);
	}
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s", " ");
	close_json_array(PRINT_JSON, NULL);
}

/* Attributes are aligned to 4 bytes, not to 8. */
static unsigned long long attr_number(const struct rtattr *attr)
{
	uint64_t number = 0;
	uint32_t narrow = 0;

	if (RTA_PAYLOAD(attr) >= sizeof(number)) {
		memcpy(&number, RTA_DATA(attr), sizeof(number));
		return number;
	}
	if (RTA_PAYLOAD(attr) >= sizeof(narrow))
		memcpy(&narrow, RTA_DATA(attr), sizeof(narrow));

	return narrow;
}

static void print_number(const char *name, const struct rtattr *attr)
{
	print_color_lluint(PRINT_ANY, COLOR_NONE, name, "%llu ", attr_number(attr));
}

static void print_option(const struct option *option, const struct rtattr *attr)
{
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", option->name);
	switch (option->kind) {
	case KIND_name:
		print_name(option, attr_number(attr));
		break;
	case KIND_set:
		print_set(option, attr_number(attr));
		break;
	case KIND_targets:
		print_color_string(PRINT_ANY, COLOR_NONE, option->name, "%s ",
				   (const char *)RTA_DATA(attr));
		break;
	case KIND_device:
		print_color_string(PRINT_ANY, COLOR_NONE, option->name, "%s ",
				   ll_index_to_name(attr_number(attr)));
		break;
	default:
		print_number(option->name, attr);
	}
}

static void print_options(struct link_util *util, FILE *file, struct rtattr *attrs[])
{
	const struct option *option;

	(void)file;
	if (!attrs)
		return;

	for (option = options_of(util); option->name; option++)
		if (attrs[option->attribute])
			print_option(option, attrs[option->attribute]);
}

static void parse_nested(struct rtattr *attrs[], int max, struct rtattr *nest)
{
	parse_rtattr_flags(attrs, max, RTA_DATA(nest), RTA_PAYLOAD(nest), NLA_F_NESTED);
}

static void print_statistic(const char *name, const struct rtattr *attr)
{
	if (!attr)
		return;
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s ", name);
	print_number(name, attr);
}

static void print_counters(struct rtattr *nest)
{
	struct rtattr *attrs[NICBOND_COUNTER_MAX + 1];
	int i;

	parse_nested(attrs, NICBOND_COUNTER_MAX, nest);
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s    ", _SL_);
	open_json_object("counters");
	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		print_statistic(counters[i].name, attrs[1 + i]);
	close_json_object();
}

static void print_xstats(struct link_util *util, FILE *file, struct rtattr *nest)
{
	struct rtattr *attrs[IFLA_NICBOND_XSTATS_MAX + 1];
	const struct xstat *xstat;

	(void)util;
	(void)file;
	parse_nested(attrs, IFLA_NICBOND_XSTATS_MAX, nest);
	print_color_string(PRINT_FP, COLOR_NONE, NULL, "%s    ", _SL_);
	for (xstat = xstats; xstat->name; xstat++)
		print_statistic(xstat->name, attrs[xstat->attribute]);
	if (attrs[IFLA_NICBOND_XSTATS_COUNTERS])
		print_counters(attrs[IFLA_NICBOND_XSTATS_COUNTERS]);
}

struct link_kind nicbond_link_util = {
	.util = {
		.id		= "nicbond",
		.maxattr	= IFLA_NICBOND_MAX,
		.parse_opt	= parse_options,
		.print_opt	= print_options,
		.print_xstats	= print_xstats,
		.print_help	= print_usage,
	},
	.options = master_options,
};

struct link_kind nicbond_slave_link_util = {
	.util = {
		.id		= "nicbond_slave",
		.maxattr	= IFLA_NICBOND_MEMBER_MAX,
		.parse_opt	= parse_options,
		.print_opt	= print_options,
		.print_help	= print_usage,
	},
	.options = member_options,
};
