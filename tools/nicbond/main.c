// SPDX-License-Identifier: GPL-2.0
/* nicbond - show and control nicbond masters: the subcommands, and their usage. */
#include "command.h"
#include "screen.h"

#include <errno.h>
#include <getopt.h>
#include <linux/nicbond_netlink.h>
#include <linux/nicbond.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @least, @most: how many operands. */
struct command {
	const char *name;
	const char *options;
	int least;
	int most;
	void (*run)(const struct arguments *arguments);
	const char *usage;
	const char *text;
};

static const struct command commands[] = {
	{ "show", "j", 0, 1, show_run, "[-j] [MASTER]",
	  "masters, their options and state, their members" },
	{ "top", "n:", 0, 1, top_run, "[-n COUNT] [MASTER]",
	  "what each adaptor does, once a second; q quits" },
	{ "events", "j", 0, 1, events_run, "[-j] [MASTER]",
	  "changes of role and of members, as they happen" },
	{ "regs", "", 1, 2, regs_run, "MEMBER [REGISTER]",
	  "the registers of an adaptor, decoded" },
	{ "table", "", 0, 1, table_run, "[MEMBER|MASTER]",
	  "who has which buckets" },
	{ "channels", "", 0, 1, channels_run, "[MASTER]",
	  "what adaptors forwarded to each other" },
	{ "which", "", 2, 3, which_run, "MASTER ADDRESS|d-id 0xNNNNNN|frame HEX|frame -",
	  "who would transmit that" },
	{ "primary", "", 1, 2, primary_run, "MASTER [MEMBER]",
	  "who is primary; with MEMBER, make it that" },
	{ "program", "", 2, 2, program_run, "MASTER PATH|none",
	  "give selector bpf a pinned program, or take it away" },
	{ "metrics", "t", 0, 1, metrics_run, "[--http] [MASTER]",
	  "all counters, in the text format of Prometheus" },
	{ "from-bonding", "a", 1, 2, from_bonding_run, "BOND [MASTER] [--apply]",
	  "what makes a master of a bond; with --apply, do it" },
	{ 0 }
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "apply", no_argument, NULL, 'a' },
	{ "http", no_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

/* What is running, for the words on its usage. */
static const struct command *current;

static void print_usage(FILE *file)
{
	const struct command *command;

	if (current) {
		fprintf(file, "usage: nicbond %s %s\n", current->name, current->usage);
		return;
	}
	fputs("usage: nicbond COMMAND [OPTION]... [OPERAND]...\n\n", file);
	for (command = commands; command->name; command++)
		fprintf(file, "  %s %s\n        %s\n", command->name, command->usage,
			command->text);
	fprintf(file, "\n  help [COMMAND], --help, --version\n\n"
		"-j: as JSON. Exit status: 0, %d: refused or failed, %d: not called right.\n",
		EXIT_REFUSED, EXIT_USAGE);
}

void fail(const char *format, ...)
{
	va_list args;

	screen_close();
	fflush(stdout);
	fputs("nicbond: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_REFUSED);
}

void misuse(const char *format, ...)
{
	va_list args;

	fputs("nicbond: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	print_usage(stderr);
	exit(EXIT_USAGE);
}

/* By doubling: only at a power of two there is no room left. */
void *list_grow(void *list, size_t count, size_t size)
{
	void *larger;

	if (count & (count - 1))
		return list;
	larger = realloc(list, (count ? 2 * count : 1) * size);
	if (!larger)
		fail("out of memory");

	return larger;
}

static const struct command *find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	misuse("no command '%s'", name);
}

static unsigned long blocks(const char *text)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || !number)
		misuse("-n '%s': a number from 1 on is needed", text);

	return number;
}

static void help(const char *name)
{
	current = name ? find(name) : NULL;
	print_usage(stdout);
	if (current)
		printf("  %s\n", current->text);
}

/* As it was written: a long one has no letter. */
static void misuse_option(const char *argument, int letter)
{
	if (letter)
		misuse("'-%c' is no option of %s", letter, current->name);
	misuse("'%s' is no option of %s", argument, current->name);
}

static void run(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	int option;

	current = find(argv[0]);
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":jn:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			help(current->name);
			return;
		}
		if (option == ':')
			misuse("'%s' needs a value", argv[optind - 1]);
		if (option == '?')
			misuse_option(argv[optind - 1], optopt);
		if (!strchr(current->options, option))
			misuse_option(argv[optind - 1], option);
		if (option == 'j')
			arguments.json = true;
		else if (option == 'a')
			arguments.apply = true;
		else if (option == 't')
			arguments.http = true;
		else
			arguments.blocks = blocks(optarg);
	}
	arguments.count = argc - optind;
	arguments.operand = argv + optind;
	if (arguments.count < current->least)
		misuse("%s needs more than that", current->name);
	if (arguments.count > current->most)
		misuse("%s takes no '%s'", current->name, arguments.operand[current->most]);
	current->run(&arguments);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		misuse("a command is needed");
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		help(argv[2]);
	else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		printf("nicbond, for version %d of the family and %d of the registers\n",
		       NICBOND_FAMILY_VERSION, NICBOND_REGISTERS_VERSION);
	else
		run(argc - 1, argv + 1);

	if (ferror(stdout) || fflush(stdout))
		fail("standard output: %s", strerror(errno));

	return EXIT_SUCCESS;
}
