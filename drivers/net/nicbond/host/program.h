/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_PROGRAM_H
#define _NICBOND_HOST_PROGRAM_H

#include "master.h"

#include <linux/bpf.h>

/*
 * The program that @text names, with a reference: NULL for none; else an error,
 * after the log was told which and what is accepted. Process context, of who wrote
 * @text: paths and file descriptors are his.
 */
struct bpf_prog *nicbond_program_get(struct nicbond_master *master,
				     const char *text);

/* The program of file descriptor @fd, likewise; else an error, and @extack says why. */
struct bpf_prog *nicbond_program_by_fd(u32 fd, struct netlink_ext_ack *extack);

static inline void nicbond_program_put(struct bpf_prog *prog)
{
	if (prog)
		bpf_prog_put(prog);
}

/*
 * Have the master and all its adaptors run @prog, NULL: none. They take references
 * of their own. 0, or what an adaptor said, and all keep what they had. rtnl.
 */
int nicbond_program_set(struct nicbond_master *master, struct bpf_prog *prog);

/* Give a new member's adaptor the master's program: 0, or what it said. rtnl. */
int nicbond_program_join(struct nicbond_member *member);

/* The master has no members any more and drops its program. rtnl. */
void nicbond_program_release(struct nicbond_master *master);

/* The id of the program (bpf_prog_info.id), 0 without one. Any context. */
u32 nicbond_program_id(struct nicbond_master *master);

/* For sysfs: which program, as a line in @buf; its length. Any context. */
ssize_t nicbond_program_show(struct nicbond_master *master, char *buf);

#endif /* _NICBOND_HOST_PROGRAM_H */
