/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells of by itself: changes of role and of members. */
#ifndef EVENT_H
#define EVENT_H

#include <linux/nicbond_netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define EVENT_VALUES	(NICBOND_A_EVENT_MAX + 1)

/* @value: by attribute, those that are @given. @command: NICBOND_CMD_*_NTF. */
struct event {
	struct timespec time;
	int command;
	bool given[EVENT_VALUES];
	unsigned long long value[EVENT_VALUES];
	char cause[64];
};

/* From now on they are kept; the descriptor is readable when there is one. */
int event_open(void);

/* Give @each those that are there, of @master, or of all for 0. */
void event_take(unsigned int master, void (*each)(const struct event *event, void *data),
		void *data);

/* On a line, without its end; the words are those of the kernel's log. */
void event_print(FILE *file, const struct event *event);

/* As an object, on a line. */
void event_print_json(const struct event *event);

#endif /* EVENT_H */
