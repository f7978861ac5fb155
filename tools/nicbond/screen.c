// SPDX-License-Identifier: GPL-2.0
/* A terminal that is drawn on. */
#include "screen.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

static bool is_open;

void screen_close(void)
{
	if (is_open)
		endwin();
	is_open = false;
}

bool screen_open(void)
{
	const char *move;
	int error;

	if (!isatty(STDOUT_FILENO) || setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	move = tigetstr("cup");
	if (!move || move == (const char *)-1 || !initscr())
		return false;

	is_open = true;
	atexit(screen_close);
	cbreak();
	noecho();
	curs_set(0);
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);

	return true;
}

int screen_columns(void)
{
	return COLS;
}

void screen_draw(const char *text)
{
	int line, length;

	erase();
	for (line = 0; line < LINES && *text; line++) {
		length = strcspn(text, "\n");
		mvaddnstr(line, 0, text, length < COLS ? length : COLS);
		text += length;
		text += *text == '\n';
	}
	refresh();
}

enum screen_key screen_read(void)
{
	int key = getch();

	if (key == 'q' || key == 'Q')
		return SCREEN_QUIT;

	return key == KEY_RESIZE ? SCREEN_RESIZED : SCREEN_NOTHING;
}
