// SPDX-License-Identifier: GPL-2.0
/*
 * The program of selector bpf: from what a user writes to all adaptors.
 *
 * He writes the absolute path of a pinned program, fd:N for file descriptor N of
 * the writing process, or none. The type is one that a selector may be (fw/bpf.c).
 */
#include "program.h"

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#define NICBOND_PROGRAM_TYPE	BPF_PROG_TYPE_SOCKET_FILTER

static const char *nicbond_program_reason(int err)
{
	switch (err) {
	case -EBADF:
		return "The file descriptor is not open";
	case -EACCES:
		return "The file is no pinned program, or not for you to read";
	case -EINVAL:
		return "It is no program of type socket_filter";
	case -EOPNOTSUPP:
		return "This kernel runs no programs (CONFIG_BPF_SYSCALL)";
	}

	return "Nothing can be found there";
}

struct bpf_prog *nicbond_program_by_fd(u32 fd, struct netlink_ext_ack *extack)
{
	struct bpf_prog *prog = bpf_prog_get_type(fd, NICBOND_PROGRAM_TYPE);

	if (IS_ERR(prog) && extack)
		extack->_msg = nicbond_program_reason(PTR_ERR(prog));

	return prog;
}

static struct bpf_prog *nicbond_program_refuse(struct nicbond_master *master,
					       const char *text,
					       const char *reason, int err)
{
	if (nicbond_may_log(master->dev))
		netdev_err(master->dev,
			   "selector_program=%*pE is not taken: %s; accepted: the absolute path of a pinned program of type socket_filter, fd:N, or none\n",
			   (int)min(strcspn(text, "\n"), (size_t)64), text, reason);

	return ERR_PTR(err);
}

/* By a name that is one of the two ways to say it, or -ESRCH if it is neither. */
static struct bpf_prog *nicbond_program_find(const char *name)
{
	u32 fd;

	if (*name == '/')
		return bpf_prog_get_type_path(name, NICBOND_PROGRAM_TYPE);
	if (str_has_prefix(name, "fd:") &&
	    !kstrtou32(name + strlen("fd:"), 10, &fd))
		return bpf_prog_get_type(fd, NICBOND_PROGRAM_TYPE);

	return ERR_PTR(-ESRCH);
}

struct bpf_prog *nicbond_program_get(struct nicbond_master *master,
				     const char *text)
{
	size_t len = strcspn(text, "\n");
	struct bpf_prog *prog;
	char *name;

	/* No more than one line. */
	if (text[len] && text[len + 1])
		goto malformed;
	if (!len || sysfs_streq(text, "none"))
		return NULL;

	name = kmemdup_nul(text, len, GFP_KERNEL);
	if (!name)
		return ERR_PTR(-ENOMEM);
	prog = nicbond_program_find(name);
	kfree(name);
	if (PTR_ERR(prog) == -ESRCH)
		goto malformed;
	if (IS_ERR(prog))
		nicbond_program_refuse(master, text,
				       nicbond_program_reason(PTR_ERR(prog)),
				       PTR_ERR(prog));

	return prog;

malformed:
	return nicbond_program_refuse(master, text, "It is none of these",
				      -EINVAL);
}

static int nicbond_program_give(struct nicbond_member *member,
				struct bpf_prog *prog)
{
	struct nicbond_adaptor *adaptor = member->adaptor;
	int err = prog ? -EOPNOTSUPP : 0;

	if (adaptor->ops->program)
		err = adaptor->ops->program(adaptor, prog);
	if (err)
		netdev_err(member->master->dev,
			   "%s: adaptor refused the selector's program: error %d\n",
			   member->dev->name, err);

	return err;
}

int nicbond_program_set(struct nicbond_master *master, struct bpf_prog *prog)
{
	struct bpf_prog *old = rtnl_dereference(master->program);
	struct nicbond_member *member;
	int err;

	ASSERT_RTNL();

	nicbond_for_each_member(master, member) {
		err = nicbond_program_give(member, prog);
		if (err)
			goto undo;
	}
	if (prog)
		bpf_prog_inc(prog);
	rcu_assign_pointer(master->program, prog);
	nicbond_program_put(old);

	return 0;

undo:
	list_for_each_entry_continue_reverse(member, &master->members, list)
		nicbond_program_give(member, old);
	return err;
}

int nicbond_program_join(struct nicbond_member *member)
{
	struct bpf_prog *prog = rtnl_dereference(member->master->program);

	/* A fresh adaptor has none. */
	return prog ? nicbond_program_give(member, prog) : 0;
}

void nicbond_program_release(struct nicbond_master *master)
{
	struct bpf_prog *prog = rtnl_dereference(master->program);

	RCU_INIT_POINTER(master->program, NULL);
	nicbond_program_put(prog);
}

u32 nicbond_program_id(struct nicbond_master *master)
{
	const struct bpf_prog *prog;
	u32 id;

	rcu_read_lock();
	prog = rcu_dereference(master->program);
	id = prog ? prog->aux->id : 0;
	rcu_read_unlock();

	return id;
}

ssize_t nicbond_program_show(struct nicbond_master *master, char *buf)
{
	const struct bpf_prog *prog;
	ssize_t len;

	rcu_read_lock();
	prog = rcu_dereference(master->program);
	if (prog)
		len = sysfs_emit(buf, "%s id %u tag %*phN\n",
				 *prog->aux->name ? prog->aux->name : "unnamed",
				 prog->aux->id, BPF_TAG_SIZE, prog->tag);
	else
		len = sysfs_emit(buf, "none\n");
	rcu_read_unlock();

	return len;
}
