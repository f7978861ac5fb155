/* SPDX-License-Identifier: GPL-2.0 */
/* What the subcommands share: how they are called, and how they end. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#define EXIT_REFUSED	1
#define EXIT_USAGE	2

/*
 * What a subcommand was called with. @blocks: of -n; 0: without end. @apply: do it.
 * @http: for who asks by HTTP.
 */
struct arguments {
	bool json;
	bool apply;
	bool http;
	unsigned long blocks;
	int count;
	char **operand;
};

/* The i-th operand, or NULL. */
static inline const char *argument(const struct arguments *arguments, int i)
{
	return i < arguments->count ? arguments->operand[i] : NULL;
}

void show_run(const struct arguments *arguments);
void top_run(const struct arguments *arguments);
void events_run(const struct arguments *arguments);
void regs_run(const struct arguments *arguments);
void table_run(const struct arguments *arguments);
void channels_run(const struct arguments *arguments);
void which_run(const struct arguments *arguments);
void primary_run(const struct arguments *arguments);
void program_run(const struct arguments *arguments);
void metrics_run(const struct arguments *arguments);
void from_bonding_run(const struct arguments *arguments);

/* Say why, and end: it was refused, or failed; or it was not called right. */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void misuse(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Room for one more at the end of a list of @count things of @size; never NULL. */
void *list_grow(void *list, size_t count, size_t size);

#endif /* COMMAND_H */
