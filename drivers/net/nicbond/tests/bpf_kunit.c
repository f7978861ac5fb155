// SPDX-License-Identifier: GPL-2.0
/*
 * Selector bpf: the first adaptor is primary and runs programs made from classic
 * BPF, which are socket filters, too.
 */
#include "fleet.h"

#include <linux/bpf.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/workqueue.h>

/* The last byte of an IPv4 destination, in a frame. */
#define LAST_BYTE	(ETH_HLEN + 19)

/**
 * struct nicbond_bpf_replacer - replaces the program of adaptor 0 without end
 * @work: Does it,
 * @stop: until then.
 * @fleet: The adaptors.
 * @replaced: How often it did.
 * @failed: Its error, if any.
 * @started: It has replaced once.
 */
struct nicbond_bpf_replacer {
	struct work_struct work;
	bool stop;
	struct nicbond_fleet *fleet;
	unsigned int replaced;
	int failed;
	struct completion started;
};

static u32 nicbond_test_fallbacks(struct kunit *test)
{
	return FLEET_COUNTER(test, 0, BPF_FALLBACK);
}

static int nicbond_bpf_test_init(struct kunit *test)
{
	int err = nicbond_fleet_init(test);

	if (err)
		return err;
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write(test, 0, NICBOND_REG_SELECTOR, NICBOND_SELECTOR_BPF);

	return 0;
}

/* Classic programs are not counted; from here on this one is, as loaded ones are. */
static struct bpf_prog *nicbond_test_program(struct sock_filter *code, int len)
{
	struct sock_fprog_kern program = { .len = len, .filter = code };
	struct bpf_prog *prog;
	int err;

	err = bpf_prog_create(&prog, &program);
	if (err)
		return ERR_PTR(err);
	atomic64_set(&prog->aux->refcnt, 1);

	return prog;
}

/* A program that chooses @slot for all packets. */
static struct bpf_prog *nicbond_test_chooses(u32 slot)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, slot) };

	return nicbond_test_program(code, ARRAY_SIZE(code));
}

static int nicbond_test_set(struct nicbond_fleet *t, struct bpf_prog *prog)
{
	return t->adaptor[0]->ops->program(t->adaptor[0], prog);
}

/* Have adaptor 0 alone hold @prog. */
static void nicbond_test_give(struct kunit *test, struct bpf_prog *prog)
{
	KUNIT_ASSERT_FALSE(test, IS_ERR(prog));
	KUNIT_EXPECT_EQ(test, nicbond_test_set(test->priv, prog), 0);
	bpf_prog_put(prog);
}

/* The program sees the packet from its Ethernet header, and its word counts. */
static void nicbond_bpf_test_choice(struct kunit *test)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LAST_BYTE),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct nicbond_fleet *t = test->priv;
	int i;

	nicbond_test_give(test, nicbond_test_program(code, ARRAY_SIZE(code)));
	nicbond_fleet_stream(test, 0, FLEET);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_EQ(test, t->transmitted[i], 1);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(test), 0);

	for (i = 0; i < FLEET; i++) {
		nicbond_test_give(test, nicbond_test_chooses(i));
		nicbond_fleet_stream(test, 0, 100);
		KUNIT_EXPECT_EQ(test, t->transmitted[i], 101);
	}
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(test), 0);
	KUNIT_EXPECT_EQ(test, t->attention, 0);

	/* It is not asked unless it is selected. */
	nicbond_fleet_write(test, 0, NICBOND_REG_SELECTOR,
			    NICBOND_SELECTOR_DST_HASH);
	nicbond_fleet_stream(test, 0, 100);
	KUNIT_EXPECT_GT(test, t->transmitted[0], 101);
	KUNIT_EXPECT_GT(test, t->transmitted[1], 101);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(test), 0);
}

/* The same where a packet does not get there by a call. */
static void nicbond_bpf_test_ring(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	int i;

	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_write(test, 0, NICBOND_REG_CHANNEL_MODE, NICBOND_CHANNEL_MODE_RING);
	for (i = 0; i < FLEET; i++) {
		nicbond_test_give(test, nicbond_test_chooses(i));
		nicbond_fleet_stream(test, 0, 100);
		KUNIT_EXPECT_EQ(test, t->transmitted[i], 100);
	}
	EXPECT_COUNTER(test, 0, STORED, 100 * (FLEET - 1));
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(test), 0);
}

/* 100 packets left to dst-hash: all sent, spread, and counted. */
static void nicbond_test_falls_back(struct kunit *test, const char *why)
{
	struct nicbond_fleet *t = test->priv;
	u32 before = nicbond_test_fallbacks(test);
	unsigned int i, used = 0;

	nicbond_fleet_forget(test);
	nicbond_fleet_stream(test, 0, 100);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_fleet_sent(test), 100, "%s", why);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_test_fallbacks(test) - before, 100,
			    "%s", why);
	for (i = 0; i < FLEET; i++)
		used += t->transmitted[i] > 10;
	KUNIT_EXPECT_GT_MSG(test, used, 1, "%s", why);
}

static void nicbond_bpf_test_no_slot(struct kunit *test)
{
	static const u32 slots[] = {
		FLEET, NICBOND_SLOTS - 1, NICBOND_SLOTS, 0x100, 0x80000001,
		U32_MAX,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(slots); i++) {
		nicbond_test_give(test, nicbond_test_chooses(slots[i]));
		nicbond_test_falls_back(test, "no such slot");
	}
}

/* Whom the host calls down is not used, whatever his port says. */
static void nicbond_bpf_test_down(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(1));
	nicbond_fleet_set_peer(test, 1, false);
	nicbond_test_falls_back(test, "down");
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 0);
	KUNIT_EXPECT_EQ(test, t->attention, 0);

	nicbond_fleet_set_peer(test, 1, true);
	nicbond_fleet_stream(test, 0, 10);
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 10);
}

/* Who is plugged out is not used, though the register says that he is there. */
static void nicbond_bpf_test_unplugged(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(7));
	nicbond_fleet_write(test, 0, NICBOND_REG_PEER(7),
			    NICBOND_PEER_PRESENT | NICBOND_PEER_UP);
	nicbond_test_falls_back(test, "unplugged");
	KUNIT_EXPECT_EQ(test, t->attention, 0);
}

/* The host hears of a port that is dead, as from the hash; the packet goes on. */
static void nicbond_bpf_test_dead(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(2));
	nicbond_fleet_cut(test, 2, true);
	nicbond_test_falls_back(test, "dead");
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 0);
	KUNIT_EXPECT_GE(test, t->attention, 100);

	nicbond_fleet_cut(test, 2, false);
	nicbond_fleet_stream(test, 0, 10);
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 10);
}

static void nicbond_bpf_test_none(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_test_falls_back(test, "never had one");
	nicbond_test_give(test, nicbond_test_chooses(1));
	KUNIT_EXPECT_EQ(test, nicbond_test_set(t, NULL), 0);
	nicbond_test_falls_back(test, "taken away");
	KUNIT_EXPECT_EQ(test, nicbond_test_set(t, NULL), 0);
	nicbond_test_falls_back(test, "taken away twice");
}

/* What a program finds in the packet's scratch is zero, not what others left. */
static void nicbond_bpf_test_scratch(struct kunit *test)
{
	struct bpf_prog *prog = nicbond_test_chooses(1);
	struct nicbond_fleet *t = test->priv;

	KUNIT_ASSERT_FALSE(test, IS_ERR(prog));
	prog->cb_access = 1;
	nicbond_test_give(test, prog);
	nicbond_fleet_stream(test, 0, 1);
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 1);
	KUNIT_EXPECT_FALSE(test, t->scratch);
}

static s64 nicbond_test_refs(struct bpf_prog *prog)
{
	return atomic64_read(&prog->aux->refcnt);
}

/* One reference for each adaptor that runs it; none is left behind. */
static void nicbond_bpf_test_references(struct kunit *test)
{
	struct bpf_prog *a = nicbond_test_chooses(1), *b = nicbond_test_chooses(2);
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(a) || IS_ERR(b));
	nicbond_test_set(t, a);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 2);
	t->adaptor[1]->ops->program(t->adaptor[1], a);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 3);
	nicbond_test_set(t, a);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 3);
	nicbond_test_set(t, b);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 2);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(b), 2);
	nicbond_test_set(t, NULL);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(b), 1);

	/* By a reset, and with the adaptor. */
	nicbond_fleet_write(test, 1, NICBOND_REG_CTRL, NICBOND_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 1);
	t->adaptor[3]->ops->program(t->adaptor[3], b);
	for (i = 0; i < 3; i++)
		t->adaptor[i]->ops->connect(t->adaptor[i], 3, NULL);
	synchronize_net();
	t->adaptor[3]->ops->destroy(t->adaptor[3]);
	t->adaptor[3] = NULL;
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(b), 1);

	bpf_prog_put(a);
	bpf_prog_put(b);
}

static void nicbond_test_replace(struct work_struct *work)
{
	struct nicbond_bpf_replacer *r =
		container_of(work, struct nicbond_bpf_replacer, work);
	struct bpf_prog *prog;

	while (!READ_ONCE(r->stop) && !r->failed) {
		prog = nicbond_test_chooses(1 + r->replaced % 2);
		if (IS_ERR(prog)) {
			r->failed = PTR_ERR(prog);
		} else {
			r->failed = nicbond_test_set(r->fleet, prog);
			bpf_prog_put(prog);
		}
		WRITE_ONCE(r->replaced, r->replaced + 1);
		complete(&r->started);
		cond_resched();
	}
	complete(&r->started);
}

/* Packets met both programs, and each of these came and went many times. */
static bool nicbond_test_mixed(const struct nicbond_bpf_replacer *r)
{
	return READ_ONCE(r->replaced) >= 50 && r->fleet->transmitted[1] &&
	       r->fleet->transmitted[2];
}

/*
 * While packets pass, the program is replaced over and over, and each time the old
 * one's last reference goes: each packet is chosen for by one or the other. That the
 * old one is freed after a grace period is bpf_prog_put()'s word, and not shown here.
 */
static void nicbond_bpf_test_traffic(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	struct nicbond_bpf_replacer *r;
	int i;

	r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	r->fleet = t;
	init_completion(&r->started);
	INIT_WORK(&r->work, nicbond_test_replace);
	queue_work(system_unbound_wq, &r->work);
	wait_for_completion(&r->started);
	/* Until it was replaced often enough, however busy the machine is. */
	for (i = 0; i < 100 || (i < 100000 && !nicbond_test_mixed(r)); i++) {
		nicbond_fleet_stream(test, 0, 100);
		cond_resched();
	}
	WRITE_ONCE(r->stop, true);
	flush_work(&r->work);

	KUNIT_EXPECT_EQ(test, r->failed, 0);
	KUNIT_EXPECT_TRUE(test, nicbond_test_mixed(r));
	KUNIT_EXPECT_EQ(test, t->transmitted[0], 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 100 * i);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(test), 0);
}

static struct kunit_case nicbond_bpf_test_cases[] = {
	KUNIT_CASE(nicbond_bpf_test_choice),
	KUNIT_CASE(nicbond_bpf_test_ring),
	KUNIT_CASE(nicbond_bpf_test_no_slot),
	KUNIT_CASE(nicbond_bpf_test_down),
	KUNIT_CASE(nicbond_bpf_test_unplugged),
	KUNIT_CASE(nicbond_bpf_test_dead),
	KUNIT_CASE(nicbond_bpf_test_none),
	KUNIT_CASE(nicbond_bpf_test_scratch),
	KUNIT_CASE(nicbond_bpf_test_references),
	KUNIT_CASE(nicbond_bpf_test_traffic),
	{}
};

static struct kunit_suite nicbond_bpf_suite = {
	.name = "nicbond_bpf",
	.init = nicbond_bpf_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_bpf_test_cases,
};

kunit_test_suite(nicbond_bpf_suite);
