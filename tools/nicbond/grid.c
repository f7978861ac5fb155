// SPDX-License-Identifier: GPL-2.0
/* Lines of cells, printed in columns when all are there. */
#include "grid.h"
#include "command.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	16

struct line {
	char *cell[COLUMNS];
};

static struct line *lines;
static size_t count;
static int filled;

void grid_cell(const char *format, ...)
{
	va_list args;

	if (!filled) {
		lines = list_grow(lines, count, sizeof(*lines));
		memset(&lines[count], 0, sizeof(*lines));
	}
	va_start(args, format);
	if (filled >= COLUMNS || vasprintf(&lines[count].cell[filled], format, args) < 0)
		fail("out of memory");
	va_end(args);
	filled++;
}

void grid_end_line(void)
{
	filled = 0;
	count++;
}

static int width(int column)
{
	int widest = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (lines[i].cell[column] && (int)strlen(lines[i].cell[column]) > widest)
			widest = strlen(lines[i].cell[column]);

	return widest;
}

/* Numbers are flush right. */
static int is_number(int column)
{
	return count > 1 && lines[1].cell[column] &&
	       isdigit((unsigned char)lines[1].cell[column][0]);
}

static void print_line(FILE *file, const struct line *line)
{
	int i;

	for (i = 0; i < COLUMNS && line->cell[i]; i++) {
		if (is_number(i))
			fprintf(file, "%*s", width(i), line->cell[i]);
		else if (i + 1 < COLUMNS && line->cell[i + 1])
			fprintf(file, "%-*s", width(i), line->cell[i]);
		else
			fputs(line->cell[i], file);
		if (i + 1 < COLUMNS && line->cell[i + 1])
			fputs("  ", file);
	}
	putc('\n', file);
}

void grid_print(FILE *file, const char *indent)
{
	size_t i;
	int j;

	for (i = 0; i < count; i++) {
		fputs(indent, file);
		print_line(file, &lines[i]);
	}
	for (i = 0; i < count; i++)
		for (j = 0; j < COLUMNS; j++)
			free(lines[i].cell[j]);
	free(lines);
	lines = NULL;
	count = 0;
}
