// SPDX-License-Identifier: GPL-2.0
/*
 * Selector bpf: three adaptors, of which the first is primary and runs programs
 * made from classic BPF, which are socket filters, too; ports that only remember
 * what they were given.
 */
#include "../fw/adaptor.h"

#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/bpf.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/workqueue.h>

#define ADAPTORS	3
/* The last byte of an IPv4 destination, in a frame. */
#define LAST_BYTE	(ETH_HLEN + 19)

/**
 * struct nicbond_bpf_test - the adaptors of one master, without the master
 * @port: Their ports.
 * @adaptor: Themselves.
 * @transmitted: Packets that each port was given.
 * @attention: Times that an adaptor called the host.
 * @scratch: A packet's scratch for programs was not zero when it left.
 * @replacer: Replaces the program without end,
 * @stop: until then.
 * @replaced: How often it did.
 * @failed: Its error, if any.
 * @started: It has replaced once.
 */
struct nicbond_bpf_test {
	struct net_device *port[ADAPTORS];
	struct nicbond_adaptor *adaptor[ADAPTORS];
	unsigned int transmitted[ADAPTORS];
	unsigned int attention;
	bool scratch;
	struct work_struct replacer;
	bool stop;
	unsigned int replaced;
	int failed;
	struct completion started;
};

static int nicbond_test_transmit(struct net_device *port, struct sk_buff *skb)
{
	struct nicbond_bpf_test *t = kunit_get_current_test()->priv;
	int i;

	for (i = 0; i < ADAPTORS; i++)
		if (t->port[i] == port)
			t->transmitted[i]++;
	t->scratch |= !!memchr_inv(bpf_skb_cb(skb), 0, BPF_SKB_CB_LEN);
	kfree_skb(skb);

	return 0;
}

static void nicbond_test_attention(struct nicbond_adaptor *adaptor)
{
	struct nicbond_bpf_test *t = adaptor->context;

	t->attention++;
}

static void nicbond_test_write(struct kunit *test, unsigned int i, u32 reg,
			       u32 value)
{
	struct nicbond_bpf_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, t->adaptor[i]->ops->reg_write(t->adaptor[i], reg,
							    value), 0);
}

static void nicbond_test_set_peer(struct kunit *test, unsigned int slot, bool up)
{
	unsigned int i;

	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_PEER(slot),
				   NICBOND_PEER_PRESENT |
				   (up ? NICBOND_PEER_UP : 0) |
				   FIELD_PREP(NICBOND_PEER_WEIGHT, 1));
}

static u32 nicbond_test_fallbacks(struct nicbond_bpf_test *t)
{
	return t->adaptor[0]->ops->reg_read(t->adaptor[0],
		NICBOND_REG_COUNTER_LOW(NICBOND_COUNTER_BPF_FALLBACK));
}

static int nicbond_bpf_test_init(struct kunit *test)
{
	struct nicbond_bpf_test *t;
	struct nicbond_adaptor *a;
	int i, j;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	test->priv = t;
	for (i = 0; i < ADAPTORS; i++) {
		t->port[i] = kunit_kzalloc(test, sizeof(*t->port[i]), GFP_KERNEL);
		if (!t->port[i])
			return -ENOMEM;
		t->port[i]->state = BIT(__LINK_STATE_START);
		a = nicbond_software_ops.create(t->port[i], i);
		if (IS_ERR(a))
			return PTR_ERR(a);
		a->context = t;
		a->attention = nicbond_test_attention;
		t->adaptor[i] = a;
	}
	for (i = 0; i < ADAPTORS; i++)
		for (j = 0; j < ADAPTORS; j++)
			if (i != j)
				t->adaptor[i]->ops->connect(t->adaptor[i], j,
							    t->adaptor[j]);
	for (i = 0; i < ADAPTORS; i++) {
		nicbond_test_write(test, i, NICBOND_REG_FLOWLET_GAP, 0);
		nicbond_test_set_peer(test, i, true);
	}
	nicbond_test_write(test, 0, NICBOND_REG_EPOCH, 1);
	nicbond_test_write(test, 0, NICBOND_REG_ROLE, NICBOND_ROLE_PRIMARY);
	nicbond_test_write(test, 0, NICBOND_REG_SELECTOR, NICBOND_SELECTOR_BPF);
	kunit_activate_static_stub(test, nicbond_port_transmit,
				   nicbond_test_transmit);

	return 0;
}

static void nicbond_bpf_test_exit(struct kunit *test)
{
	struct nicbond_bpf_test *t = test->priv;
	int i;

	for (i = 0; t && i < ADAPTORS && t->adaptor[i]; i++)
		t->adaptor[i]->ops->destroy(t->adaptor[i]);
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

static int nicbond_test_set(struct nicbond_bpf_test *t, struct bpf_prog *prog)
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

/* Hand adaptor 0 a packet to each of @count destinations; none is lost. */
static void nicbond_test_stream(struct kunit *test, unsigned int count)
{
	struct nicbond_bpf_test *t = test->priv;
	unsigned int n;

	for (n = 0; n < count; n++) {
		struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
		u8 *frame;

		KUNIT_ASSERT_NOT_NULL(test, skb);
		frame = skb_put_zero(skb, 60);
		put_unaligned_be16(ETH_P_IP, frame + 12);
		put_unaligned_be32(0x0a000000 + n, frame + ETH_HLEN + 16);
		memset(bpf_skb_cb(skb), 0xff, BPF_SKB_CB_LEN);

		local_bh_disable();
		KUNIT_EXPECT_EQ(test, t->adaptor[0]->ops->handover(t->adaptor[0],
								   skb), 0);
		local_bh_enable();
	}
}

static unsigned int nicbond_test_sent(struct nicbond_bpf_test *t)
{
	unsigned int i, sum = 0;

	for (i = 0; i < ADAPTORS; i++)
		sum += t->transmitted[i];

	return sum;
}

/* The program sees the packet from its Ethernet header, and its word counts. */
static void nicbond_bpf_test_choice(struct kunit *test)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LAST_BYTE),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct nicbond_bpf_test *t = test->priv;
	int i;

	nicbond_test_give(test, nicbond_test_program(code, ARRAY_SIZE(code)));
	nicbond_test_stream(test, ADAPTORS);
	for (i = 0; i < ADAPTORS; i++)
		KUNIT_EXPECT_EQ(test, t->transmitted[i], 1);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(t), 0);

	for (i = 0; i < ADAPTORS; i++) {
		nicbond_test_give(test, nicbond_test_chooses(i));
		nicbond_test_stream(test, 100);
		KUNIT_EXPECT_EQ(test, t->transmitted[i], 101);
	}
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(t), 0);
	KUNIT_EXPECT_EQ(test, t->attention, 0);

	/* It is not asked unless it is selected. */
	nicbond_test_write(test, 0, NICBOND_REG_SELECTOR,
			   NICBOND_SELECTOR_DST_HASH);
	nicbond_test_stream(test, 100);
	KUNIT_EXPECT_GT(test, t->transmitted[0], 101);
	KUNIT_EXPECT_GT(test, t->transmitted[1], 101);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(t), 0);
}

/* 100 packets left to dst-hash: all sent, spread, and counted. */
static void nicbond_test_falls_back(struct kunit *test, const char *why)
{
	struct nicbond_bpf_test *t = test->priv;
	u32 before = nicbond_test_fallbacks(t);
	unsigned int i, used = 0;

	memset(t->transmitted, 0, sizeof(t->transmitted));
	nicbond_test_stream(test, 100);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_test_sent(t), 100, "%s", why);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_test_fallbacks(t) - before, 100,
			    "%s", why);
	for (i = 0; i < ADAPTORS; i++)
		used += t->transmitted[i] > 10;
	KUNIT_EXPECT_GT_MSG(test, used, 1, "%s", why);
}

static void nicbond_bpf_test_no_slot(struct kunit *test)
{
	static const u32 slots[] = {
		ADAPTORS, NICBOND_SLOTS - 1, NICBOND_SLOTS, 0x100, 0x80000001,
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
	struct nicbond_bpf_test *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(1));
	nicbond_test_set_peer(test, 1, false);
	nicbond_test_falls_back(test, "down");
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 0);
	KUNIT_EXPECT_EQ(test, t->attention, 0);

	nicbond_test_set_peer(test, 1, true);
	nicbond_test_stream(test, 10);
	KUNIT_EXPECT_EQ(test, t->transmitted[1], 10);
}

/* Who is plugged out is not used, though the register says that he is there. */
static void nicbond_bpf_test_unplugged(struct kunit *test)
{
	struct nicbond_bpf_test *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(7));
	nicbond_test_write(test, 0, NICBOND_REG_PEER(7),
			   NICBOND_PEER_PRESENT | NICBOND_PEER_UP);
	nicbond_test_falls_back(test, "unplugged");
	KUNIT_EXPECT_EQ(test, t->attention, 0);
}

/* The host hears of a port that is dead, as from the hash; the packet goes on. */
static void nicbond_bpf_test_dead(struct kunit *test)
{
	struct nicbond_bpf_test *t = test->priv;

	nicbond_test_give(test, nicbond_test_chooses(2));
	set_bit(__LINK_STATE_NOCARRIER, &t->port[2]->state);
	nicbond_test_falls_back(test, "dead");
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 0);
	KUNIT_EXPECT_GE(test, t->attention, 100);

	clear_bit(__LINK_STATE_NOCARRIER, &t->port[2]->state);
	nicbond_test_stream(test, 10);
	KUNIT_EXPECT_EQ(test, t->transmitted[2], 10);
}

static void nicbond_bpf_test_none(struct kunit *test)
{
	struct nicbond_bpf_test *t = test->priv;

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
	struct nicbond_bpf_test *t = test->priv;

	KUNIT_ASSERT_FALSE(test, IS_ERR(prog));
	prog->cb_access = 1;
	nicbond_test_give(test, prog);
	nicbond_test_stream(test, 1);
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
	struct nicbond_bpf_test *t = test->priv;

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
	nicbond_test_write(test, 1, NICBOND_REG_CTRL, NICBOND_CTRL_RESET);
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(a), 1);
	t->adaptor[2]->ops->program(t->adaptor[2], b);
	t->adaptor[0]->ops->connect(t->adaptor[0], 2, NULL);
	t->adaptor[1]->ops->connect(t->adaptor[1], 2, NULL);
	synchronize_net();
	t->adaptor[2]->ops->destroy(t->adaptor[2]);
	t->adaptor[2] = NULL;
	KUNIT_EXPECT_EQ(test, nicbond_test_refs(b), 1);

	bpf_prog_put(a);
	bpf_prog_put(b);
}

static void nicbond_test_replace(struct work_struct *work)
{
	struct nicbond_bpf_test *t =
		container_of(work, struct nicbond_bpf_test, replacer);
	struct bpf_prog *prog;

	while (!READ_ONCE(t->stop) && !t->failed) {
		prog = nicbond_test_chooses(1 + t->replaced % 2);
		if (IS_ERR(prog)) {
			t->failed = PTR_ERR(prog);
		} else {
			t->failed = nicbond_test_set(t, prog);
			bpf_prog_put(prog);
		}
		WRITE_ONCE(t->replaced, t->replaced + 1);
		complete(&t->started);
		cond_resched();
	}
	complete(&t->started);
}

/* Packets met both programs, and each of these came and went many times. */
static bool nicbond_test_mixed(struct nicbond_bpf_test *t)
{
	return READ_ONCE(t->replaced) >= 50 && t->transmitted[1] &&
	       t->transmitted[2];
}

/*
 * While packets pass, the program is replaced over and over, and each time the old
 * one's last reference goes: each packet is chosen for by one or the other. That the
 * old one is freed after a grace period is bpf_prog_put()'s word, and not shown here.
 */
static void nicbond_bpf_test_traffic(struct kunit *test)
{
	struct nicbond_bpf_test *t = test->priv;
	int i;

	init_completion(&t->started);
	INIT_WORK(&t->replacer, nicbond_test_replace);
	queue_work(system_unbound_wq, &t->replacer);
	wait_for_completion(&t->started);
	/* Until it was replaced often enough, however busy the machine is. */
	for (i = 0; i < 100 || (i < 100000 && !nicbond_test_mixed(t)); i++) {
		nicbond_test_stream(test, 100);
		cond_resched();
	}
	WRITE_ONCE(t->stop, true);
	flush_work(&t->replacer);

	KUNIT_EXPECT_EQ(test, t->failed, 0);
	KUNIT_EXPECT_TRUE(test, nicbond_test_mixed(t));
	KUNIT_EXPECT_EQ(test, t->transmitted[0], 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 100 * i);
	KUNIT_EXPECT_EQ(test, nicbond_test_fallbacks(t), 0);
}

static struct kunit_case nicbond_bpf_test_cases[] = {
	KUNIT_CASE(nicbond_bpf_test_choice),
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
	.exit = nicbond_bpf_test_exit,
	.test_cases = nicbond_bpf_test_cases,
};

kunit_test_suite(nicbond_bpf_suite);
