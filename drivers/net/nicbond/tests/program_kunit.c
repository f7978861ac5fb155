// SPDX-License-Identifier: GPL-2.0
/*
 * The host's side of selector bpf: all adaptors run a program or none does, and
 * what names no program is refused.
 */
#include "../host/program.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>

#define ADAPTORS	3

/**
 * struct nicbond_runner - an adaptor that only holds a program
 * @adaptor: What the host sees of it.
 * @member: The host's member of it.
 * @prog: What it was given.
 * @refuse: It takes no other, but none.
 */
struct nicbond_runner {
	struct nicbond_adaptor adaptor;
	struct nicbond_member member;
	struct bpf_prog *prog;
	bool refuse;
};

/**
 * struct nicbond_program_test - a master and its members
 * @dev: Gives names.
 * @master: The master.
 * @runner: The members.
 * @prog: Programs to choose from.
 */
struct nicbond_program_test {
	struct net_device *dev;
	struct nicbond_master *master;
	struct nicbond_runner runner[ADAPTORS];
	struct bpf_prog *prog[2];
};

static int nicbond_runner_program(struct nicbond_adaptor *adaptor,
				  struct bpf_prog *prog)
{
	struct nicbond_runner *r =
		container_of(adaptor, struct nicbond_runner, adaptor);

	if (prog && r->refuse)
		return -ENOSPC;
	if (prog)
		bpf_prog_inc(prog);
	nicbond_program_put(r->prog);
	r->prog = prog;

	return 0;
}

static const struct nicbond_adaptor_ops nicbond_runner_ops = {
	.program	= nicbond_runner_program,
};

static const struct nicbond_adaptor_ops nicbond_runner_no_ops;

static int nicbond_program_test_init(struct kunit *test)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog_kern program = { .len = 1, .filter = code };
	struct nicbond_program_test *t;
	struct nicbond_runner *r;
	int i, err;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->dev = kunit_kzalloc(test, sizeof(*t->dev), GFP_KERNEL);
	t->master = kunit_kzalloc(test, sizeof(*t->master), GFP_KERNEL);
	if (!t->dev || !t->master)
		return -ENOMEM;
	strscpy(t->dev->name, "runner", IFNAMSIZ);
	dev_net_set(t->dev, &init_net);
	t->master->dev = t->dev;
	INIT_LIST_HEAD(&t->master->members);
	test->priv = t;
	for (i = 0; i < ADAPTORS; i++) {
		r = &t->runner[i];
		r->adaptor.ops = &nicbond_runner_ops;
		r->member.adaptor = &r->adaptor;
		r->member.master = t->master;
		r->member.dev = t->dev;
		list_add_tail(&r->member.list, &t->master->members);
	}
	for (i = 0; i < ARRAY_SIZE(t->prog); i++) {
		err = bpf_prog_create(&t->prog[i], &program);
		if (err)
			return err;
		atomic64_set(&t->prog[i]->aux->refcnt, 1);
	}

	return 0;
}

static void nicbond_program_test_exit(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;
	int i;

	for (i = 0; t && i < ARRAY_SIZE(t->prog); i++)
		nicbond_program_put(t->prog[i]);
}

/* The master and its adaptors have @prog, with so many references. */
static void nicbond_test_all_have(struct kunit *test, struct bpf_prog *prog)
{
	struct nicbond_program_test *t = test->priv;
	int i;

	KUNIT_EXPECT_PTR_EQ(test, rtnl_dereference(t->master->program), prog);
	for (i = 0; i < ADAPTORS; i++)
		KUNIT_EXPECT_PTR_EQ(test, t->runner[i].prog, prog);
	for (i = 0; i < ARRAY_SIZE(t->prog); i++)
		KUNIT_EXPECT_EQ(test, atomic64_read(&t->prog[i]->aux->refcnt),
				t->prog[i] == prog ? ADAPTORS + 2 : 1);
}

static void nicbond_program_test_all(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;

	rtnl_lock();
	nicbond_test_all_have(test, NULL);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, t->prog[0]), 0);
	nicbond_test_all_have(test, t->prog[0]);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, t->prog[0]), 0);
	nicbond_test_all_have(test, t->prog[0]);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, t->prog[1]), 0);
	nicbond_test_all_have(test, t->prog[1]);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, NULL), 0);
	nicbond_test_all_have(test, NULL);
	rtnl_unlock();
}

/* Each refuses in turn: all have what they had, be it a program or none. */
static void nicbond_program_test_refused(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;
	struct bpf_prog *had[] = { NULL, t->prog[0] };
	int i, n;

	rtnl_lock();
	for (n = 0; n < ARRAY_SIZE(had); n++) {
		KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, had[n]), 0);
		for (i = 0; i < ADAPTORS; i++) {
			t->runner[i].refuse = true;
			KUNIT_EXPECT_EQ(test,
					nicbond_program_set(t->master, t->prog[1]),
					-ENOSPC);
			nicbond_test_all_have(test, had[n]);
			t->runner[i].refuse = false;
		}
	}
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, NULL), 0);
	rtnl_unlock();
}

/* An adaptor that runs no programs does as long as there is none. */
static void nicbond_program_test_incapable(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;

	rtnl_lock();
	t->runner[1].adaptor.ops = &nicbond_runner_no_ops;
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, NULL), 0);
	KUNIT_EXPECT_EQ(test, nicbond_program_join(&t->runner[1].member), 0);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, t->prog[0]),
			-EOPNOTSUPP);
	nicbond_test_all_have(test, NULL);
	rtnl_unlock();
}

/* Who joins gets the master's; and the last to have it is the master. */
static void nicbond_program_test_join(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;
	struct nicbond_runner *late = &t->runner[ADAPTORS - 1];
	int i;

	rtnl_lock();
	list_del(&late->member.list);
	KUNIT_EXPECT_EQ(test, nicbond_program_join(&late->member), 0);
	KUNIT_EXPECT_NULL(test, late->prog);
	KUNIT_EXPECT_EQ(test, nicbond_program_set(t->master, t->prog[0]), 0);
	late->refuse = true;
	KUNIT_EXPECT_EQ(test, nicbond_program_join(&late->member), -ENOSPC);
	late->refuse = false;
	KUNIT_EXPECT_EQ(test, nicbond_program_join(&late->member), 0);
	nicbond_test_all_have(test, t->prog[0]);

	for (i = 0; i < ADAPTORS; i++)
		nicbond_runner_program(&t->runner[i].adaptor, NULL);
	nicbond_program_release(t->master);
	nicbond_test_all_have(test, NULL);
	rtnl_unlock();
}

/* What is no program, and how it is said. */
static void nicbond_program_test_names(struct kunit *test)
{
	static const struct {
		const char *text;
		int err;
	} names[] = {
		{ "", 0 }, { "\n", 0 }, { "none", 0 }, { "none\n", 0 },
		{ "none\n\n", -EINVAL }, { "\nnone", -EINVAL },
		{ "no", -EINVAL }, { "none ", -EINVAL }, { " none", -EINVAL },
		{ "program", -EINVAL }, { "./program", -EINVAL },
		{ "fd", -EINVAL }, { "fd:", -EINVAL }, { "fd:x\n", -EINVAL },
		{ "fd:-1", -EINVAL }, { "fd:0x3", -EINVAL },
		{ "fd:4294967296", -EINVAL }, { "3", -EINVAL },
		{ "fd:999999\n", -EBADF }, { "fd:4294967295", -EBADF },
		{ "/nowhere/at/all\n", -ENOENT }, { "/\n", -EACCES },
	};
	struct nicbond_program_test *t = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    PTR_ERR_OR_ZERO(nicbond_program_get(t->master,
									names[i].text)),
				    names[i].err, "'%s'", names[i].text);
}

static void nicbond_program_test_show(struct kunit *test)
{
	struct nicbond_program_test *t = test->priv;
	char *line = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, line);
	nicbond_program_show(t->master, line);
	KUNIT_EXPECT_STREQ(test, line, "none\n");

	rtnl_lock();
	nicbond_program_set(t->master, t->prog[0]);
	nicbond_program_show(t->master, line);
	KUNIT_EXPECT_STREQ(test, line, "unnamed id 0 tag 0000000000000000\n");
	strscpy(t->prog[0]->aux->name, "chooser", BPF_OBJ_NAME_LEN);
	memset(t->prog[0]->tag, 0xa5, BPF_TAG_SIZE);
	KUNIT_EXPECT_EQ(test, nicbond_program_show(t->master, line),
			strlen("chooser id 0 tag a5a5a5a5a5a5a5a5\n"));
	KUNIT_EXPECT_STREQ(test, line, "chooser id 0 tag a5a5a5a5a5a5a5a5\n");
	nicbond_program_set(t->master, NULL);
	rtnl_unlock();
}

static struct kunit_case nicbond_program_test_cases[] = {
	KUNIT_CASE(nicbond_program_test_all),
	KUNIT_CASE(nicbond_program_test_refused),
	KUNIT_CASE(nicbond_program_test_incapable),
	KUNIT_CASE(nicbond_program_test_join),
	KUNIT_CASE(nicbond_program_test_names),
	KUNIT_CASE(nicbond_program_test_show),
	{}
};

static struct kunit_suite nicbond_program_suite = {
	.name = "nicbond_program",
	.init = nicbond_program_test_init,
	.exit = nicbond_program_test_exit,
	.test_cases = nicbond_program_test_cases,
};

kunit_test_suite(nicbond_program_suite);
