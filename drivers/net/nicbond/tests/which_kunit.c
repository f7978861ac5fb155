// SPDX-License-Identifier: GPL-2.0
/*
 * Which adaptor would transmit a frame: the one that then does, for frames of all
 * kinds and each selector; and asking leaves no trace.
 */
#include "fleet.h"
#include "frame.h"
#include "../fw/clock.h"

#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include <linux/string.h>

#define GAP	1000		/* us */
#define FRAMES	(4 * NICBOND_FRAME_CASES)
#define WORDS	(NICBOND_REGISTERS_SIZE / sizeof(u32))

/**
 * struct nicbond_which_state - what asking must not change, of one adaptor
 * @reg: Its registers, but for those that time changes.
 * @flowlet: Its flowlets;
 * @cpu: what it gave to the others from this CPU;
 * @stamp: its buckets' last packets.
 */
struct nicbond_which_state {
	u32 reg[WORDS];
	s64 flowlet[NICBOND_RESET_FLOWLETS];
	struct nicbond_load_cpu cpu;
	u32 stamp[NICBOND_RESET_TABLE_SIZE];
};

static const u32 nicbond_which_selectors[] = {
	NICBOND_SELECTOR_DST_HASH, NICBOND_SELECTOR_LOAD, NICBOND_SELECTOR_BPF,
};

static void nicbond_which_describe(const u32 *selector, char *text)
{
	snprintf(text, KUNIT_PARAM_DESC_SIZE, "selector %u", *selector);
}

KUNIT_ARRAY_PARAM(nicbond_which, nicbond_which_selectors,
		  nicbond_which_describe);

/* Adaptor 0 is primary, and time stands still. */
static int nicbond_which_test_init(struct kunit *test)
{
	int err = nicbond_fleet_init(test);

	if (err)
		return err;
	nicbond_fleet_stop_clock(test, 1);
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_LOAD_INTERVAL,
				NICBOND_LOAD_INTERVAL_MAX);
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLET_GAP, GAP);

	return 0;
}

/* The program names one of eight slots by the frame's length; half are nobody's. */
static void nicbond_test_program(struct kunit *test)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 7),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog_kern program = {
		.len = ARRAY_SIZE(code), .filter = code,
	};
	struct nicbond_fleet *fleet = test->priv;
	struct bpf_prog *prog;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, bpf_prog_create(&prog, &program), 0);
	/* Classic programs are not counted; from here on this one is. */
	atomic64_set(&prog->aux->refcnt, 1);
	prog->cb_access = 1;
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_EQ(test, fleet->adaptor[i]->ops->program(fleet->adaptor[i],
								      prog), 0);
	bpf_prog_put(prog);
}

/* What the adaptors have to report, they report now, and nothing from then on. */
static void nicbond_test_report_now(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct delayed_work *report;
	unsigned int i;

	for (i = 0; i < FLEET; i++) {
		report = &nicbond_software_of(fleet->adaptor[i])->report;
		flush_delayed_work(report);
		cancel_delayed_work_sync(report);
	}
}

/* All adaptors have the selector of the case. */
static u32 nicbond_test_select(struct kunit *test)
{
	u32 selector = *(const u32 *)test->param_value;

	if (selector == NICBOND_SELECTOR_BPF)
		nicbond_test_program(test);
	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR, selector);
	nicbond_test_report_now(test);

	return selector;
}

/* Frame @n: of all kinds, then again with other addresses; some with a tag beside. */
static struct sk_buff *nicbond_test_frame(struct kunit *test, unsigned int n)
{
	unsigned int kind = n % NICBOND_FRAME_CASES, i;
	struct nicbond_frame *frame;
	struct rnd_state rnd;
	struct sk_buff *skb;

	prandom_seed_state(&rnd, n);
	frame = nicbond_frame_build(test, nicbond_frame_cases[kind].headers);
	for (i = 0; i < frame->len; i++)
		if (frame->map[i] >= 0)
			frame->data[i] ^= prandom_u32_state(&rnd) & 1;
	skb = nicbond_frame_skb(test, frame->data, frame->len, frame->len);
	kunit_kfree(test, frame);
	if (n % 3 == 0)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), n);
	memset(bpf_skb_cb(skb), 0xff, BPF_SKB_CB_LEN);

	return skb;
}

/* Who would transmit frame @n, in adaptor @i's words. */
static int nicbond_test_ask(struct kunit *test, unsigned int i, unsigned int n)
{
	struct sk_buff *skb = nicbond_test_frame(test, n);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int len = skb->len;
	int slot;

	local_bh_disable();
	slot = fleet->adaptor[i]->ops->which(fleet->adaptor[i], skb);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_NULL(test, memchr_inv(bpf_skb_cb(skb), 0xff,
					   BPF_SKB_CB_LEN));
	kfree_skb(skb);

	return slot;
}

/* Who transmits frame @n, handed over to adaptor @i; -ENETDOWN: nobody. */
static int nicbond_test_send(struct kunit *test, unsigned int i, unsigned int n)
{
	struct sk_buff *skb = nicbond_test_frame(test, n);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int before[FLEET], slot;

	memcpy(before, fleet->transmitted, sizeof(before));
	local_bh_disable();
	fleet->adaptor[i]->ops->handover(fleet->adaptor[i], skb);
	local_bh_enable();
	if (fleet->drains)
		nicbond_channel_flush_all(nicbond_software_of(fleet->adaptor[i]));

	for (slot = 0; slot < FLEET; slot++)
		if (fleet->transmitted[slot] != before[slot])
			return slot;

	return -ENETDOWN;
}

/* Each frame: who was to transmit it, does. @used: by slot, how many. */
static void nicbond_test_agree(struct kunit *test, unsigned int used[FLEET])
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int n;
	int slot;

	memset(used, 0, FLEET * sizeof(*used));
	for (n = 0; n < FRAMES; n++) {
		slot = nicbond_test_ask(test, 0, n);
		KUNIT_EXPECT_EQ_MSG(test, nicbond_test_send(test, 0, n), slot,
				    "frame %u", n);
		if (slot >= 0 && slot < FLEET)
			used[slot]++;
		fleet->now++;
	}
}

static bool nicbond_test_is_timed(u32 reg)
{
	return reg == NICBOND_REG_HEARTBEAT || reg == NICBOND_REG_LOAD ||
	       reg == NICBOND_REG_INFLIGHT ||
	       (reg >= NICBOND_REG_PEER_LOAD(0) &&
		reg < NICBOND_REG_PEER_LOAD(NICBOND_SLOTS));
}

static struct nicbond_which_state *nicbond_test_state(struct kunit *test,
						      unsigned int i)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[i]);
	struct nicbond_which_state *state;
	struct nicbond_flowlets *flowlets;
	struct nicbond_table *table;
	u32 reg;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	for (reg = 0; reg < NICBOND_REGISTERS_SIZE; reg += sizeof(u32))
		if (!nicbond_test_is_timed(reg))
			state->reg[reg / sizeof(u32)] =
				nicbond_fleet_read(test, i, reg);

	flowlets = rcu_dereference_protected(sw->flowlets, true);
	if (flowlets)
		memcpy(state->flowlet, flowlets->entry, sizeof(state->flowlet));
	table = rcu_dereference_protected(sw->table, true);
	memcpy(state->stamp, table->stamp, sizeof(state->stamp));
	state->cpu = *per_cpu_ptr(sw->load.cpu, raw_smp_processor_id());

	return state;
}

/* Ask everybody for each frame; nothing is as if it had been sent. */
static void nicbond_test_leaves_no_trace(struct kunit *test)
{
	struct nicbond_which_state *before[FLEET], *after;
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, n;

	nicbond_fleet_forget(test);
	for (i = 0; i < FLEET; i++)
		before[i] = nicbond_test_state(test, i);
	for (n = 0; n < FRAMES; n++)
		for (i = 0; i < FLEET; i++)
			nicbond_test_ask(test, i, n);
	for (i = 0; i < FLEET; i++) {
		after = nicbond_test_state(test, i);
		KUNIT_EXPECT_MEMEQ(test, after, before[i], sizeof(*after));
		kunit_kfree(test, after);
		kunit_kfree(test, before[i]);
	}
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
	KUNIT_EXPECT_EQ(test, fleet->attention, 0);
	KUNIT_EXPECT_EQ(test, fleet->scheduled, 0);
}

static void nicbond_which_test_agrees(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int used[FLEET], i;

	nicbond_test_select(test);
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_GT(test, used[i], FRAMES / FLEET / 4);

	/* With flows that go on, then with such as had a pause. */
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	fleet->now += 2 * GAP;
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
}

/* A port is dead; its host does not know it yet, then it does. */
static void nicbond_which_test_dead(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int used[FLEET], dead;

	nicbond_test_select(test);
	nicbond_test_agree(test, used);
	for (dead = 0; dead < 2; dead++) {
		nicbond_fleet_cut(test, dead, true);
		nicbond_test_leaves_no_trace(test);
		nicbond_test_agree(test, used);
		KUNIT_EXPECT_EQ(test, used[dead], 0);

		fleet->now += 2 * GAP;
		nicbond_fleet_set_peer(test, dead, false);
		nicbond_test_agree(test, used);
		KUNIT_EXPECT_EQ(test, used[dead], 0);
	}
}

static void nicbond_which_test_nobody(struct kunit *test)
{
	unsigned int i, n;

	nicbond_test_select(test);
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_cut(test, i, true);
	for (n = 0; n < NICBOND_FRAME_CASES; n++)
		for (i = 0; i < FLEET; i++)
			KUNIT_EXPECT_EQ(test, nicbond_test_ask(test, i, n),
					-ENETDOWN);
	EXPECT_COUNTER(test, 0, DROP_NO_LIVE, 0);
}

/*
 * All are asked as primaries. What flows are sent by whom, the primary alone knows;
 * where it matters, the others go by the table, also who was primary before.
 */
static void nicbond_which_test_secondary(struct kunit *test)
{
	bool load = nicbond_test_select(test) == NICBOND_SELECTOR_LOAD;
	unsigned int used[FLEET], n, i, others = 0;
	struct nicbond_fleet *fleet = test->priv;
	int slot;

	nicbond_test_agree(test, used);
	nicbond_fleet_promote(test, 3, 2);
	nicbond_fleet_write(test, 0, NICBOND_REG_ROLE, NICBOND_ROLE_SECONDARY);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	nicbond_test_report_now(test);
	fleet->now += 2 * GAP;
	for (n = 0; n < FRAMES; n++) {
		slot = nicbond_test_ask(test, 0, n);
		for (i = 1; i < FLEET - 1; i++)
			KUNIT_EXPECT_EQ(test, nicbond_test_ask(test, i, n), slot);
		others += nicbond_test_ask(test, 3, n) != slot;
		KUNIT_EXPECT_EQ(test, nicbond_test_ask(test, 3, n),
				nicbond_test_send(test, 3, n));
	}
	if (load)
		KUNIT_EXPECT_GT(test, others, 0);
	else
		KUNIT_EXPECT_EQ(test, others, 0);

	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR,
				NICBOND_SELECTOR_DST_HASH);
	for (n = 0; n < FRAMES && load; n++) {
		slot = nicbond_test_ask(test, 3, n);
		nicbond_fleet_write(test, 0, NICBOND_REG_SELECTOR,
				    NICBOND_SELECTOR_LOAD);
		KUNIT_EXPECT_EQ(test, nicbond_test_ask(test, 0, n), slot);
	}
}

/* Two primaries, in the middle of a switch: nothing moves, and both choose alike. */
static void nicbond_which_test_overlap(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int used[FLEET], n;

	nicbond_test_select(test);
	nicbond_fleet_set_peer(test, 2, false);
	nicbond_fleet_set_peer(test, 2, true);
	cancel_delayed_work_sync(&nicbond_software_of(fleet->adaptor[0])->sweep);
	nicbond_test_agree(test, used);
	nicbond_fleet_promote(test, 1, 2);
	nicbond_test_report_now(test);
	fleet->now += 2 * GAP;
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	for (n = 0; n < FRAMES; n++)
		KUNIT_EXPECT_EQ(test, nicbond_test_ask(test, 1, n),
				nicbond_test_send(test, 1, n));
}

/*
 * Buckets that are to move stay while they have packets; without, they go with the
 * next one, but not to a dead port. A new primary would let none go at first.
 */
static void nicbond_which_test_moving(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int used[FLEET], n;

	nicbond_fleet_set_peer(test, 3, false);
	nicbond_fleet_set_peer(test, 3, true);
	cancel_delayed_work_sync(&nicbond_software_of(fleet->adaptor[0])->sweep);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, 0, NICBOND_REG_MOVING), 64);
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	KUNIT_EXPECT_EQ(test, used[3], 0);

	fleet->now += 2 * GAP;
	nicbond_fleet_cut(test, 3, true);
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	KUNIT_EXPECT_EQ(test, used[3], 0);

	fleet->now += 2 * GAP;
	nicbond_fleet_cut(test, 3, false);
	for (n = 0; n < FRAMES; n++)
		KUNIT_EXPECT_NE(test, nicbond_test_ask(test, 1, n), 3);
	nicbond_test_leaves_no_trace(test);
	nicbond_test_agree(test, used);
	KUNIT_EXPECT_GT(test, used[3], 0);
}

/* What joins others in the ring of a port that died goes on with them. */
static void nicbond_which_test_ring(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int n, before;
	int slot;

	nicbond_fleet_write_all(test, NICBOND_REG_CHANNEL_MODE,
				NICBOND_CHANNEL_MODE_RING);
	for (n = 0; nicbond_test_ask(test, 0, n) != 2; n++)
		;
	fleet->drains = false;
	KUNIT_EXPECT_EQ(test, nicbond_test_send(test, 0, n), -ENETDOWN);
	nicbond_fleet_cut(test, 2, true);
	slot = nicbond_test_ask(test, 0, n);
	KUNIT_ASSERT_GE(test, slot, 0);
	KUNIT_ASSERT_LT(test, slot, FLEET);
	KUNIT_EXPECT_NE(test, slot, 2);

	before = fleet->transmitted[slot];
	nicbond_test_send(test, 0, n);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[slot], before);
	nicbond_fleet_drain(test, 0, 2);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[slot], before + 2);
}

static struct kunit_case nicbond_which_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_which_test_agrees, nicbond_which_gen_params),
	KUNIT_CASE_PARAM(nicbond_which_test_dead, nicbond_which_gen_params),
	KUNIT_CASE_PARAM(nicbond_which_test_nobody, nicbond_which_gen_params),
	KUNIT_CASE_PARAM(nicbond_which_test_secondary, nicbond_which_gen_params),
	KUNIT_CASE_PARAM(nicbond_which_test_overlap, nicbond_which_gen_params),
	KUNIT_CASE(nicbond_which_test_moving),
	KUNIT_CASE(nicbond_which_test_ring),
	{}
};

static struct kunit_suite nicbond_which_suite = {
	.name = "nicbond_which",
	.init = nicbond_which_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_which_test_cases,
};

kunit_test_suite(nicbond_which_suite);
