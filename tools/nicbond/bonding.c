// SPDX-License-Identifier: GPL-2.0
/*
 * nicbond from-bonding: a script does it, as what a host has on a device is best read, and given
 * to another one, by ip.
 */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void from_bonding_run(const struct arguments *arguments)
{
	char *words[] = { "from-bonding", arguments->operand[0], NULL, NULL, NULL };
	int count = arguments->count;

	if (count > 1)
		words[2] = arguments->operand[1];
	if (arguments->apply)
		words[count + 1] = "--apply";
	execv(LIBDIR "/from-bonding", words);
	fail("%s/from-bonding: %s", LIBDIR, strerror(errno));
}
