/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of cells, printed in columns when all are there. */
#ifndef GRID_H
#define GRID_H

#include <stdio.h>

/* The first line is the head. What is a number in it is told by the line after that. */
void grid_cell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void grid_end_line(void);

/* Print them, each line behind @indent, and forget them. */
void grid_print(FILE *file, const char *indent);

#endif /* GRID_H */
