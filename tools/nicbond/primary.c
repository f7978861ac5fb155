// SPDX-License-Identifier: GPL-2.0
/* primary: who has that role; or whom to give it. */
#include "command.h"
#include "device.h"

#include <net/if.h>
#include <stdio.h>

static void print_primary(const struct device *master)
{
	if (master->options.given[IFLA_NICBOND_PRIMARY])
		puts(device_name(master->options.value[IFLA_NICBOND_PRIMARY]));
	else
		puts("none");
}

/* Whether a device is a member of that master, and may be primary, the kernel says. */
void primary_run(const struct arguments *arguments)
{
	const char *name = argument(arguments, 1);
	struct devices devices = { 0 };
	const struct device *master;
	unsigned int ifindex;

	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	ifindex = name ? if_nametoindex(name) : 0;
	if (!name)
		print_primary(master);
	else if (ifindex)
		device_make_primary(master, ifindex);
	else
		devices_member(&devices, name);
	devices_put(&devices);
}
