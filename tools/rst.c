// SPDX-License-Identifier: GPL-2.0
/* reStructuredText: headings, paragraphs, tables. */
#include "rst.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS	6
#define ROWS	256
#define CELL	400

/* A table: its head is its first row. */
static char cells[ROWS][CELLS][CELL];
static int rows, columns;

void table_begin(int count)
{
	rows = 0;
	columns = count;
}

static void too_much(const char *what)
{
	fprintf(stderr, "rst: more than there is room for: %s\n", what);
	exit(1);
}

/* Text with nothing in it that reStructuredText takes for a mark. */
static void escape(char *to, const char *text)
{
	const char *end = to + CELL - 2;

	for (; *text; text++) {
		if (to >= end)
			too_much(text);
		if (strchr("*`|\\", *text) ||
		    (*text == '_' && !isalnum((unsigned char)text[1])))
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
}

/* A text for each column. */
void table_row(const char *text, ...)
{
	va_list args;
	int i;

	if (rows == ROWS)
		too_much(text);
	va_start(args, text);
	for (i = 0; i < columns; i++) {
		escape(cells[rows][i], text);
		if (i < columns - 1)
			text = va_arg(args, const char *);
	}
	va_end(args);
	rows++;
}

/* The last column may be wider than its rule. */
static int table_width(int column)
{
	int width = 0, i;

	for (i = 0; i < (column == columns - 1 ? 1 : rows); i++)
		if ((int)strlen(cells[i][column]) > width)
			width = strlen(cells[i][column]);

	return width;
}

static void table_rule(void)
{
	int i, j;

	for (i = 0; i < columns; i++) {
		for (j = 0; j < table_width(i); j++)
			putchar('=');
		if (i < columns - 1)
			fputs("  ", stdout);
	}
	putchar('\n');
}

void table_end(void)
{
	int i, j;

	if (rows < 2)
		return;

	table_rule();
	for (i = 0; i < rows; i++) {
		for (j = 0; j < columns - 1; j++)
			printf("%-*s  ", table_width(j), cells[i][j]);
		puts(cells[i][columns - 1]);
		if (!i)
			table_rule();
	}
	table_rule();
	putchar('\n');
}

void heading(const char *text, char mark)
{
	size_t i;

	puts(text);
	for (i = 0; i < strlen(text); i++)
		putchar(mark);
	fputs("\n\n", stdout);
}

void sentence(const char *text)
{
	char escaped[CELL];

	escape(escaped, text);
	escaped[0] = toupper((unsigned char)escaped[0]);
	printf("%s.\n\n", escaped);
}
