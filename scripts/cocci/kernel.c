// SPDX-License-Identifier: GPL-2.0
/* What one of the kernel's semantic patches, ifnullfree.cocci, is to find. Compiled by nobody. */

void planted_free(struct planted *planted)
{
	if (planted->memory)
		kfree(planted->memory);	/* found */
}
