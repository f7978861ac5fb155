// SPDX-License-Identifier: GPL-2.0
/*
 * options - print the options and states of masters and members as reStructuredText, for
 * scripts/docs; with --shell a line for each option, for the tests:
 *
 *   master|member NAME KIND REGISTER LEAST MOST STEPS DEFAULT WORDS
 *
 * LEAST, MOST and STEPS ("each", "powers") are of a number; WORDS, like
 * dst-hash=0,load=1, of names and sets. What there is not, is "-". Of a state: likewise,
 * after master_state or member_state.
 *
 * Only the introductions are written here. Everything of an option is in its rows in
 * include/uapi/linux/nicbond_link.h, and in its register's in nicbond.h.
 */
#include "rows.h"
#include "rst.h"

#include <stdio.h>
#include <string.h>

static const char * const kinds[] = {
	[KIND_number]	= "number",
	[KIND_name]	= "name",
	[KIND_set]	= "set",
	[KIND_key]	= "key",
	[KIND_count]	= "count",
	[KIND_device]	= "device",
	[KIND_targets]	= "targets",
};

/* Its default, as it is written. */
static void format_initial(const struct option *option, char *text, size_t size)
{
	const struct field *field;
	const struct value *value;
	size_t len = 0;

	*text = '\0';
	for (value = values; option->kind == KIND_name && value->name; value++)
		if (!strcmp(value->reg, option->reg) && value->number == option->initial)
			snprintf(text, size, "%s", value->name);
	for (field = fields; option->kind == KIND_set && field->name; field++)
		if (!strcmp(field->reg, option->reg) && field->mask & option->initial)
			len += snprintf(text + len, size - len, "%s%s", len ? "," : "",
					field->name);
	if (option->kind == KIND_number)
		snprintf(text, size, "%u", option->initial);
	if (option->kind == KIND_key)
		snprintf(text, size, "random");
	if (option->kind == KIND_targets)
		snprintf(text, size, "none");
}

static void print_overview(const struct option *option)
{
	char initial[64];

	table_begin(4);
	table_row("Name", "Attribute", "Default", "Meaning");
	for (; option->name; option++) {
		if (!option->accepted)
			continue;
		format_initial(option, initial, sizeof(initial));
		table_row(option->name, option->attribute_name, initial, option->text);
	}
	table_end();
}

static void print_words(const struct option *option)
{
	const struct field *field;
	const struct value *value;

	table_begin(2);
	table_row("Word", "Meaning");
	for (value = values; option->kind == KIND_name && value->name; value++)
		if (!strcmp(value->reg, option->reg))
			table_row(value->name, value->text);
	for (field = fields; option->kind == KIND_set && field->name; field++)
		if (!strcmp(field->reg, option->reg))
			table_row(field->name, field->text);
	table_end();
}

static void print_options(const struct option *option)
{
	print_overview(option);
	for (; option->name; option++) {
		if (!option->accepted)
			continue;
		heading(option->name, '~');
		sentence(option->text);
		fputs("Accepted: ", stdout);
		puts(option->accepted);
		putchar('\n');
		print_words(option);
	}
}

static void print_states(const struct option *options)
{
	const struct option *option;

	table_begin(4);
	table_row("Name", "Attribute", "Kind", "Meaning");
	for (option = options; option->name; option++)
		if (!option->accepted)
			table_row(option->name, option->attribute_name, kinds[option->kind],
				  option->text);
	table_end();
	for (option = options; option->name; option++) {
		if (option->accepted || option->kind != KIND_name)
			continue;
		heading(option->name, '~');
		sentence(option->text);
		print_words(option);
	}
}

static const char introduction[] =
"===========================================\n"
"nicbond: the options of masters and members\n"
"===========================================\n"
"\n"
"An option has one name, and takes the same words, wherever it is set. What is not\n"
"accepted is refused with what is, and changes nothing.\n"
"\n"
"Of a master, when it is created and later, with the plug-in of ``ip``\n"
"(``make install-tools``), or by sysfs without it::\n"
"\n"
"    ip link add nb0 type nicbond table_size 512 hash_fields dst-ip,l4-ports\n"
"    ip link set nb0 type nicbond flowlet_gap_us 250 primary eth1\n"
"    echo 250 >/sys/class/net/nb0/nicbond/flowlet_gap_us\n"
"\n"
"Of new masters, as a parameter of the module; ``modinfo nicbond`` lists them::\n"
"\n"
"    modprobe nicbond table_size=512 hash_fields=dst-ip,l4-ports\n"
"\n"
"Of a member::\n"
"\n"
"    ip link set eth1 type nicbond_slave weight 2 priority 10\n"
"    echo 2 >/sys/class/net/eth1/nicbond_member/weight\n"
"\n"
"``ip`` changes all that one command names, or nothing. To read them::\n"
"\n"
"    ip -d link show nb0\n"
"    ip -j -d link show nb0 | jq '.[].linkinfo.info_data'\n"
"    cat /sys/class/net/nb0/nicbond/table_size\n"
"    cat /sys/module/nicbond/parameters/table_size    # of new masters\n"
"    ip link help nicbond                             # what there is; or nicbond_slave\n"
"\n"
"Programs use the attributes below, of ``<linux/nicbond_link.h>``, in the IFLA_INFO_DATA\n"
"or IFLA_INFO_SLAVE_DATA of a link. Most options of a master are registers of each of its\n"
"adaptors (registers.rst); the others, from primary_reselect on, are the host driver's own.\n"
"\n";

static const char states[] =
"Files of sysfs, and attributes, that are read-only, but for primary. In sysfs members\n"
"is the list of their names.\n"
"\n";

static void print_document(void)
{
	fputs(introduction, stdout);
	heading("Masters", '=');
	heading("Options of a master", '-');
	print_options(master_options);
	heading("State of a master", '-');
	fputs(states, stdout);
	print_states(master_options);
	heading("Members", '=');
	heading("Options of a member", '-');
	print_options(member_options);
	heading("State of a member", '-');
	print_states(member_options);
}

static void print_range(const struct option *option)
{
	const struct range *range;

	for (range = ranges; option->accepted && range->reg; range++) {
		if (strcmp(range->reg, option->reg))
			continue;
		printf(" %u %u %s", range->least, range->most,
		       range->steps == NICBOND_POWERS_OF_2 ? "powers" : "each");
		return;
	}
	fputs(" - - -", stdout);
}

static void print_numbers(const struct option *option)
{
	const char *before = " ";
	const struct field *field;
	const struct value *value;

	for (value = values; option->kind == KIND_name && value->name; value++) {
		if (strcmp(value->reg, option->reg))
			continue;
		printf("%s%s=%u", before, value->name, value->number);
		before = ",";
	}
	for (field = fields; option->kind == KIND_set && field->name; field++) {
		if (strcmp(field->reg, option->reg))
			continue;
		printf("%s%s=%u", before, field->name, field->mask);
		before = ",";
	}
	puts(*before == ',' ? "" : " -");
}

/* The register that the option is, or "-". */
static const char *name_register(const struct option *option)
{
	const struct reg *reg;

	for (reg = regs; reg->name; reg++)
		if (!strcmp(reg->name, option->reg))
			return reg->name;

	return "-";
}

static void print_lines(const char *whose, const struct option *option)
{
	char initial[64];

	for (; option->name; option++) {
		format_initial(option, initial, sizeof(initial));
		printf("%s%s %s %s %s", whose, option->accepted ? "" : "_state",
		       option->name, kinds[option->kind], name_register(option));
		print_range(option);
		printf(" %s", option->accepted ? initial : "-");
		print_numbers(option);
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--shell")) {
		print_lines("master", master_options);
		print_lines("member", member_options);
	} else if (argc == 1) {
		print_document();
	} else {
		fprintf(stderr, "usage: options [--shell]\n");
		return 2;
	}

	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
