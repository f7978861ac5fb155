/* SPDX-License-Identifier: GPL-2.0 */
/* reStructuredText on standard output. */
#ifndef _NICBOND_TOOLS_RST_H
#define _NICBOND_TOOLS_RST_H

/* Underlined by @mark. */
void heading(const char *text, char mark);

/* A paragraph: @text with a capital and a full stop. */
void sentence(const char *text);

/*
 * A table of @columns. Its first row is its head; a row has a text for each column.
 * table_end() prints it, unless there is nothing but the head.
 */
void table_begin(int columns);
void table_row(const char *text, ...);
void table_end(void);

#endif /* _NICBOND_TOOLS_RST_H */
