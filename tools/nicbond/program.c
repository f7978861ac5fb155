// SPDX-License-Identifier: GPL-2.0
/* program: what selector bpf runs. */
#include "command.h"
#include "device.h"
#include "family.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_pinned(const char *path)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)path;
	fd = syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	if (fd < 0)
		fail("%s: %s; a pinned program of type socket_filter is needed, or none",
		     path, strerror(errno));

	return fd;
}

void program_run(const struct arguments *arguments)
{
	const char *path = arguments->operand[1];
	struct devices devices = { 0 };
	const struct device *master;
	int error, fd = -1;

	devices_get(&devices);
	master = devices_master(&devices, argument(arguments, 0));
	if (strcmp(path, "none"))
		fd = open_pinned(path);
	error = family_program(master->ifindex, fd);
	if (error)
		family_fail(master->name, error);
	if (fd >= 0)
		close(fd);
	devices_put(&devices);
}
