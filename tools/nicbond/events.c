// SPDX-License-Identifier: GPL-2.0
/* events: changes of role and of members, as they happen; a line each. */
#include "command.h"
#include "device.h"
#include "event.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

static void print_event(const struct event *event, void *data)
{
	const bool *json = data;

	if (*json) {
		event_print_json(event);
	} else {
		event_print(stdout, event);
		putchar('\n');
	}
	if (fflush(stdout))
		fail("standard output: %s", strerror(errno));
}

void events_run(const struct arguments *arguments)
{
	struct devices devices = { 0 };
	const struct device *master;
	bool json = arguments->json;
	struct pollfd source = { .events = POLLIN };
	unsigned int only;

	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	only = master ? master->ifindex : 0;
	devices_put(&devices);
	source.fd = event_open();
	for (;;) {
		if (poll(&source, 1, -1) < 0 && errno != EINTR)
			fail("events: %s", strerror(errno));
		event_take(only, print_event, &json);
	}
}
