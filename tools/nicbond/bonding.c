// SPDX-License-Identifier: GPL-2.0
/*
 * nicbond from-bonding: a script does it, as what a host has on a device is best read, and given
 * to another one, by ip.
 */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Where the Makefile installs it. */
#ifndef LIBDIR
#define LIBDIR "/usr/local/lib/nicbond"
#endif

void from_bonding_run(const struct arguments *arguments)
{
	const char *bond = argument(arguments, 0), *master = argument(arguments, 1);
	const char *apply = arguments->apply ? "--apply" : NULL;

	if (master)
		execl(LIBDIR "/from-bonding", "from-bonding", bond, master, apply, NULL);
	else
		execl(LIBDIR "/from-bonding", "from-bonding", bond, apply, NULL);
	fail("%s/from-bonding: %s", LIBDIR, strerror(errno));
}
