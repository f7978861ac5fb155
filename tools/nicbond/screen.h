/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal that is drawn on. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>

/*
 * True: from now on, and until the program ends, it is drawn on. False: standard output
 * is no terminal, or one whose cursor cannot be moved, as TERM says.
 */
bool screen_open(void);

/* Give it back, if it was opened, before there are words on it. */
void screen_close(void);

int screen_columns(void);

/* Lines, in place of those that are there; what does not fit is left out. */
void screen_draw(const char *text);

/* What was typed, or happened, is nothing of interest. */
enum screen_key {
	SCREEN_NOTHING,
	SCREEN_QUIT,
	SCREEN_RESIZED,
};

enum screen_key screen_read(void);

#endif /* SCREEN_H */
