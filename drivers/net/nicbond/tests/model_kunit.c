// SPDX-License-Identifier: GPL-2.0
/* What an adaptor decides is, in each case that there may be, what the model's row says. */
#include "fleet.h"
#include "model.h"
#include "../fw/channel.h"

#include <linux/bitops.h>
#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

#define A	0	/* who decides */
#define B	2	/* whom it forwards to */

/* Words of a column, at most. */
#define NICBOND_MODEL_WORDS	4

/**
 * struct nicbond_model_table - one of model_rows.h
 * @row: Its rows;
 * @rows: how many.
 * @columns: Of a case; then comes what is done.
 */
struct nicbond_model_table {
	const struct nicbond_row *row;
	unsigned int rows;
	unsigned int columns;
};

#define NICBOND_MODEL_TABLE(name, NAME, count)				\
	static const struct nicbond_row nicbond_model_##name##_rows[] = {	\
		NICBOND_MODEL_##NAME(NICBOND_ROW_##count)			\
	};								\
	static const struct nicbond_model_table nicbond_model_##name##_table = {	\
		.row = nicbond_model_##name##_rows,			\
		.rows = ARRAY_SIZE(nicbond_model_##name##_rows),	\
		.columns = (count) - 1,					\
	}

NICBOND_MODEL_TABLE(role, ROLE, 5);
NICBOND_MODEL_TABLE(epoch, EPOCH, 2);
NICBOND_MODEL_TABLE(fence, FENCE, 4);
NICBOND_MODEL_TABLE(packet, PACKET, 8);
NICBOND_MODEL_TABLE(channel, CHANNEL, 6);

/* Has the code do case @c, which is to be @what. */
typedef void (*nicbond_model_try)(struct kunit *test, const struct nicbond_row *c,
				  enum nicbond_word what);

static bool nicbond_model_fits(const struct nicbond_model_table *table,
			       const struct nicbond_row *row, const struct nicbond_row *c)
{
	unsigned int i;

	for (i = 0; i < table->columns; i++)
		if (row->word[i] != NICBOND_WORD(ANY) && row->word[i] != c->word[i])
			return false;

	return true;
}

/* Just one row fits @c: which. */
static unsigned int nicbond_model_find(struct kunit *test,
				       const struct nicbond_model_table *table,
				       const struct nicbond_row *c)
{
	unsigned int i, found = 0, fit = 0;

	for (i = 0; i < table->rows; i++) {
		if (!nicbond_model_fits(table, &table->row[i], c))
			continue;
		found = i;
		fit++;
	}
	KUNIT_EXPECT_EQ_MSG(test, fit, 1, "case %*ph", (int)table->columns, c->word);

	return found;
}

/* The words that column @i of a case may have: their number. */
static unsigned int nicbond_model_words(const struct nicbond_model_table *table,
					unsigned int i, u8 word[NICBOND_MODEL_WORDS])
{
	unsigned int k, n = 0;
	u8 w;

	for (k = 0; k < table->rows; k++) {
		w = table->row[k].word[i];
		if (w != NICBOND_WORD(ANY) && !memchr(word, w, n) && n < NICBOND_MODEL_WORDS)
			word[n++] = w;
	}

	return n;
}

/* The @n-th case; false: there are not so many. */
static bool nicbond_model_case(const struct nicbond_model_table *table, unsigned int n,
			       struct nicbond_row *c)
{
	u8 word[NICBOND_MODEL_WORDS];
	unsigned int i, words;

	for (i = 0; i < table->columns; i++) {
		words = nicbond_model_words(table, i, word);
		c->word[i] = word[n % words];
		n /= words;
	}

	return !n;
}

/* All cases; and there is no row but some fit it. */
static void nicbond_model_each(struct kunit *test, const struct nicbond_model_table *table,
			       nicbond_model_try try)
{
	struct nicbond_row c = { };
	unsigned long used = 0;
	unsigned int n, i;

	for (n = 0; nicbond_model_case(table, n, &c); n++) {
		i = nicbond_model_find(test, table, &c);
		used |= BIT(i);
		try(test, &c, table->row[i].word[table->columns]);
	}
	KUNIT_EXPECT_EQ(test, used, GENMASK(table->rows - 1, 0));
}

static struct nicbond_software *nicbond_model_sw(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;

	return nicbond_software_of(fleet->adaptor[A]);
}

static u32 nicbond_model_pending(struct kunit *test)
{
	return nicbond_fleet_read(test, A, NICBOND_REG_CHANNEL_PENDING(B));
}

/*
 * A new fleet; A is primary, or nobody's. @busy: one packet is in its ring to B. Rings are
 * drained when the case, or a register write, says so.
 */
static struct nicbond_software *nicbond_model_begin(struct kunit *test, bool primary, bool busy)
{
	struct nicbond_fleet *fleet;

	nicbond_fleet_exit(test);
	KUNIT_ASSERT_EQ(test, nicbond_fleet_init(test), 0);
	fleet = test->priv;
	if (primary || busy)
		nicbond_fleet_promote(test, A, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	fleet->drains = false;
	if (busy) {
		nicbond_fleet_write(test, A, NICBOND_REG_CHANNEL_MODE, NICBOND_CHANNEL_MODE_RING);
		nicbond_fleet_handover(test, A, nicbond_fleet_destination(test, A, B));
		KUNIT_ASSERT_EQ(test, nicbond_model_pending(test), 1);
	}

	return nicbond_model_sw(test);
}

/* What a register write may change, of A. */
struct nicbond_model_state {
	u32 role;
	u32 epoch;
	u32 role_epoch;
	u32 fence;
	u32 overlap;
	u32 pending;
	u32 stale;
};

static struct nicbond_model_state nicbond_model_state(struct kunit *test)
{
	const struct nicbond_software *sw = nicbond_model_sw(test);

	return (struct nicbond_model_state) {
		.role = sw->role,
		.epoch = sw->epoch,
		.role_epoch = sw->role_epoch,
		.fence = sw->fence,
		.overlap = sw->overlap,
		.pending = nicbond_model_pending(test),
		.stale = FLEET_COUNTER(test, A, STALE_WRITES),
	};
}

static void nicbond_model_expect(struct kunit *test, const struct nicbond_row *c, int err,
				 const struct nicbond_model_state *want, bool refused)
{
	struct nicbond_model_state is = nicbond_model_state(test);

	KUNIT_EXPECT_EQ_MSG(test, err, refused ? -ESTALE : 0, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.role, want->role, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.epoch, want->epoch, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.role_epoch, want->role_epoch, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.fence, want->fence, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.overlap, want->overlap, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.pending, want->pending, "case %4ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.stale, want->stale + refused, "case %4ph", c->word);
}

static int nicbond_model_write(struct kunit *test, u32 reg, u32 value)
{
	struct nicbond_adaptor *adaptor = &nicbond_model_sw(test)->adaptor;

	return adaptor->ops->reg_write(adaptor, reg, value);
}

/* Epochs may wrap: those around which all is tried. */
static const u32 nicbond_model_epochs[] = { 7, 0, U32_MAX, 0x7fffffff, 0x80000000 };

static void nicbond_model_do_role(struct kunit *test, const struct nicbond_row *c,
				  enum nicbond_word what, u32 now, u32 last, u32 fence)
{
	bool primary = c->word[1] == NICBOND_WORD(PRIMARY);
	struct nicbond_software *sw = nicbond_model_begin(test, primary, primary);
	struct nicbond_model_state want;
	int err;

	sw->epoch = now;
	sw->role_epoch = last;
	sw->fence = fence;
	sw->overlap = what == NICBOND_WORD(DEMOTE);
	want = nicbond_model_state(test);

	if (what != NICBOND_WORD(STALE))
		want.role_epoch = now;
	if (what == NICBOND_WORD(PROMOTE)) {
		want.role = NICBOND_ROLE_PRIMARY;
		want.overlap = true;
	}
	if (what == NICBOND_WORD(DEMOTE)) {
		want.role = NICBOND_ROLE_SECONDARY;
		want.overlap = false;
		want.pending = 0;
	}
	err = nicbond_model_write(test, NICBOND_REG_ROLE,
				  c->word[0] == NICBOND_WORD(PRIMARY) ?
				  NICBOND_ROLE_PRIMARY : NICBOND_ROLE_SECONDARY);
	nicbond_model_expect(test, c, err, &want, what == NICBOND_WORD(STALE));
}

static void nicbond_model_try_role(struct kunit *test, const struct nicbond_row *c,
				   enum nicbond_word what)
{
	bool newer = c->word[3] == NICBOND_WORD(NEWER);
	u32 now, last;
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_model_epochs); i++) {
		now = nicbond_model_epochs[i];
		last = now - (c->word[2] == NICBOND_WORD(NEWER));
		nicbond_model_do_role(test, c, what, now, last, newer ? now - 1 : now);
		nicbond_model_do_role(test, c, what, now, last, newer ? now - 9 : now + 1);
	}
}

static void nicbond_model_test_role(struct kunit *test)
{
	nicbond_model_each(test, &nicbond_model_role_table, nicbond_model_try_role);
}

static void nicbond_model_do_epoch(struct kunit *test, const struct nicbond_row *c,
				   enum nicbond_word what, u32 now, u32 value)
{
	struct nicbond_software *sw = nicbond_model_begin(test, true, true);
	struct nicbond_model_state want;
	int err;

	sw->epoch = now;
	want = nicbond_model_state(test);
	if (what == NICBOND_WORD(TAKE))
		want.epoch = value;
	err = nicbond_model_write(test, NICBOND_REG_EPOCH, value);
	nicbond_model_expect(test, c, err, &want, what == NICBOND_WORD(STALE));
}

static void nicbond_model_try_epoch(struct kunit *test, const struct nicbond_row *c,
				    enum nicbond_word what)
{
	bool older = c->word[0] == NICBOND_WORD(OLDER);
	u32 now;
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_model_epochs); i++) {
		now = nicbond_model_epochs[i];
		nicbond_model_do_epoch(test, c, what, now, older ? now - 1 : now);
		nicbond_model_do_epoch(test, c, what, now, older ? now - 9 : now + 1);
	}
}

static void nicbond_model_test_epoch(struct kunit *test)
{
	nicbond_model_each(test, &nicbond_model_epoch_table, nicbond_model_try_epoch);
}

/* @above: the adaptor's EPOCH is by so much above the value that is written. */
static void nicbond_model_do_fence(struct kunit *test, const struct nicbond_row *c,
				   enum nicbond_word what, u32 value, u32 fence, u32 last,
				   int above)
{
	bool primary = c->word[1] == NICBOND_WORD(PRIMARY);
	struct nicbond_software *sw = nicbond_model_begin(test, primary, primary);
	struct nicbond_model_state want;
	int err;

	sw->epoch = value + above;
	sw->role_epoch = last;
	sw->fence = fence;
	sw->overlap = true;
	want = nicbond_model_state(test);

	if (what != NICBOND_WORD(STALE)) {
		want.fence = value;
		want.overlap = false;
		if (above < 0)
			want.epoch = value;
	}
	if (what == NICBOND_WORD(STEP_DOWN)) {
		want.role = NICBOND_ROLE_SECONDARY;
		want.pending = 0;
	}
	err = nicbond_model_write(test, NICBOND_REG_FENCE, value);
	nicbond_model_expect(test, c, err, &want, what == NICBOND_WORD(STALE));
}

static void nicbond_model_try_fence(struct kunit *test, const struct nicbond_row *c,
				    enum nicbond_word what)
{
	bool older = c->word[0] == NICBOND_WORD(OLDER);
	bool newer = c->word[2] == NICBOND_WORD(NEWER);
	int i, above;
	u32 value;

	for (i = 0; i < ARRAY_SIZE(nicbond_model_epochs); i++)
		for (above = -1; above <= 1; above++) {
			value = nicbond_model_epochs[i];
			nicbond_model_do_fence(test, c, what, value,
					       older ? value + 1 : value,
					       newer ? value - 1 : value, above);
			nicbond_model_do_fence(test, c, what, value,
					       older ? value + 9 : value - 1,
					       newer ? value - 9 : value + 1, above);
		}
}

static void nicbond_model_test_fence(struct kunit *test)
{
	nicbond_model_each(test, &nicbond_model_fence_table, nicbond_model_try_fence);
}

/* What became of packets, in all adaptors. */
struct nicbond_model_fate {
	u32 sent;
	u32 own;
	u32 target;
	u32 forwarded;
	u32 stored;
	u32 resteered;
	u32 stale;
	u32 port_dead;
	u32 no_live;
	u32 drops;
};

static struct nicbond_model_fate nicbond_model_fate(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw;
	struct nicbond_model_fate fate = {
		.sent = nicbond_fleet_sent(test),
		.own = fleet->transmitted[A],
		.target = fleet->transmitted[B],
		.forwarded = FLEET_COUNTER(test, A, FORWARDED),
		.stored = FLEET_COUNTER(test, A, STORED),
		.resteered = FLEET_COUNTER(test, A, RESTEERED),
		.stale = FLEET_COUNTER(test, A, DROP_STALE),
		.port_dead = FLEET_COUNTER(test, A, DROP_PORT_DEAD),
		.no_live = FLEET_COUNTER(test, A, DROP_NO_LIVE),
	};
	unsigned int i;

	for (i = 0; i < FLEET; i++) {
		sw = nicbond_software_of(fleet->adaptor[i]);
		fate.drops += nicbond_counters_drops(sw->counters);
	}

	return fate;
}

/* One packet's fate is @what. */
static void nicbond_model_expect_fate(struct kunit *test, const struct nicbond_row *c,
				      struct nicbond_model_fate want, enum nicbond_word what)
{
	struct nicbond_model_fate is = nicbond_model_fate(test);

	want.sent += what == NICBOND_WORD(TRANSMIT) || what == NICBOND_WORD(DELIVER) ||
		     what == NICBOND_WORD(RESTEER);
	want.own += what == NICBOND_WORD(TRANSMIT);
	want.target += what == NICBOND_WORD(DELIVER);
	want.stored += what == NICBOND_WORD(STORE);
	want.resteered += what == NICBOND_WORD(RESTEER);
	want.stale += what == NICBOND_WORD(DROP_STALE);
	want.port_dead += what == NICBOND_WORD(DROP_PORT_DEAD);
	want.no_live += what == NICBOND_WORD(DROP_NO_LIVE);
	want.drops += what == NICBOND_WORD(DROP_STALE) || what == NICBOND_WORD(DROP_PORT_DEAD) ||
		      what == NICBOND_WORD(DROP_NO_LIVE);
	/* Re-steered: by itself, or by who is neither A nor B. */
	want.forwarded += what == NICBOND_WORD(DELIVER);
	if (what == NICBOND_WORD(RESTEER)) {
		want.forwarded += is.own == want.own;
		want.own = is.own;
	}
	KUNIT_EXPECT_EQ_MSG(test, is.sent, want.sent, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.own, want.own, "case %7ph", c->word);
	if (what != NICBOND_WORD(RESTEER) || c->word[3] == NICBOND_WORD(PEER))
		KUNIT_EXPECT_EQ_MSG(test, is.target, want.target, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.forwarded, want.forwarded, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.stored, want.stored, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.resteered, want.resteered, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.stale, want.stale, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.port_dead, want.port_dead, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.no_live, want.no_live, "case %7ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, is.drops, want.drops, "case %7ph", c->word);
}

/* The port of @target, and those of all others. */
static void nicbond_model_cut(struct kunit *test, unsigned int target, bool target_live,
			      bool others_live)
{
	unsigned int i;

	for (i = 0; i < FLEET; i++)
		nicbond_fleet_cut(test, i, i == target ? !target_live : !others_live);
}

static struct sk_buff *nicbond_model_packet(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	u8 *frame;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	frame = skb_put_zero(skb, 60);
	put_unaligned_be16(ETH_P_IP, frame + 12);
	frame[ETH_HLEN] = 0x45;

	return skb;
}

/* @usual: in the way that most packets go (enum nicbond_usual), where A may. */
static void nicbond_model_hand_over(struct kunit *test, const struct nicbond_row *c,
				    enum nicbond_word what, bool usual)
{
	bool primary = c->word[1] == NICBOND_WORD(PRIMARY);
	bool own = c->word[3] == NICBOND_WORD(OWN);
	bool busy = c->word[5] == NICBOND_WORD(BUSY);
	struct nicbond_software *sw = nicbond_model_begin(test, primary, busy);
	u32 n = nicbond_fleet_destination(test, A, own ? A : B);
	struct nicbond_model_fate before;

	/* From ring to direct, while something is in the ring. */
	sw->channel_mode = NICBOND_CHANNEL_MODE_DIRECT;
	sw->usual = usual && primary ? NICBOND_USUAL_HASH : NICBOND_USUAL_NOT;
	nicbond_model_cut(test, own ? A : B, c->word[4] == NICBOND_WORD(LIVE),
			  c->word[6] == NICBOND_WORD(YES));
	before = nicbond_model_fate(test);
	nicbond_fleet_handover(test, A, n);
	if (what == NICBOND_WORD(FORWARD))
		what = busy ? NICBOND_WORD(STORE) : NICBOND_WORD(DELIVER);
	nicbond_model_expect_fate(test, c, before, what);
}

static void nicbond_model_receive(struct kunit *test, const struct nicbond_row *c,
				  enum nicbond_word what, u32 fence, u32 epoch)
{
	struct nicbond_software *sw =
		nicbond_model_begin(test, c->word[1] == NICBOND_WORD(PRIMARY), false);
	struct sk_buff *skb = nicbond_model_packet(test);
	struct nicbond_model_fate before;

	sw->fence = fence;
	nicbond_model_cut(test, A, c->word[4] == NICBOND_WORD(LIVE),
			  c->word[6] == NICBOND_WORD(YES));
	before = nicbond_model_fate(test);
	local_bh_disable();
	sw->adaptor.ops->receive(&sw->adaptor, skb, epoch);
	local_bh_enable();
	nicbond_model_expect_fate(test, c, before, what);
}

static void nicbond_model_drain(struct kunit *test, const struct nicbond_row *c,
				enum nicbond_word what)
{
	struct nicbond_software *sw = nicbond_model_begin(test, true, true);
	struct nicbond_model_fate before;

	/* As who is demoted, and empties his rings. */
	if (c->word[1] == NICBOND_WORD(SECONDARY))
		sw->role = NICBOND_ROLE_SECONDARY;
	nicbond_model_cut(test, B, c->word[4] == NICBOND_WORD(LIVE),
			  c->word[6] == NICBOND_WORD(YES));
	before = nicbond_model_fate(test);
	nicbond_fleet_drain(test, A, B);
	nicbond_model_expect_fate(test, c, before, what);
}

/* Not all cases can be: only a primary has rings, none has one to itself. */
static void nicbond_model_try_packet(struct kunit *test, const struct nicbond_row *c,
				     enum nicbond_word what)
{
	bool older = c->word[2] == NICBOND_WORD(OLDER);
	bool own = c->word[3] == NICBOND_WORD(OWN);
	bool busy = c->word[5] == NICBOND_WORD(BUSY);
	u32 fence;
	int i;

	switch (c->word[0]) {
	case NICBOND_WORD(HANDED_OVER):
		if (older || (own && busy) ||
		    (!own && c->word[1] == NICBOND_WORD(SECONDARY)))
			return;
		nicbond_model_hand_over(test, c, what, false);
		nicbond_model_hand_over(test, c, what, true);
		break;
	case NICBOND_WORD(FORWARDED):
		if (!own || busy)
			return;
		for (i = 0; i < ARRAY_SIZE(nicbond_model_epochs); i++) {
			fence = nicbond_model_epochs[i];
			nicbond_model_receive(test, c, what, fence, older ? fence - 1 : fence);
			nicbond_model_receive(test, c, what, fence, older ? fence - 9 : fence + 1);
		}
		break;
	case NICBOND_WORD(STORED):
		if (!older && !own && busy)
			nicbond_model_drain(test, c, what);
		break;
	}
}

static void nicbond_model_test_packet(struct kunit *test)
{
	nicbond_model_each(test, &nicbond_model_packet_table, nicbond_model_try_packet);
}

static u8 nicbond_model_mode(u8 word)
{
	switch (word) {
	case NICBOND_WORD(DIRECT):
		return NICBOND_CHANNEL_MODE_DIRECT;
	case NICBOND_WORD(RING):
		return NICBOND_CHANNEL_MODE_RING;
	}

	return NICBOND_CHANNEL_MODE_AUTO;
}

/* Chosen already: what is seen of the port, and the ring, may be other than it was then. */
static void nicbond_model_try_channel(struct kunit *test, const struct nicbond_row *c,
				      enum nicbond_word what)
{
	bool busy = c->word[1] == NICBOND_WORD(BUSY);
	struct nicbond_software *sw = nicbond_model_begin(test, true, busy);
	struct sk_buff *skb = nicbond_model_packet(test);
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_model_fate before;

	sw->channel_mode = nicbond_model_mode(c->word[0]);
	sw->overlap = c->word[3] == NICBOND_WORD(YES);
	if (c->word[4] == NICBOND_WORD(STOPPED))
		set_bit(__QUEUE_STATE_DRV_XOFF, &fleet->port[B]->_tx->state);
	nicbond_model_cut(test, B, c->word[2] == NICBOND_WORD(LIVE), true);
	before = nicbond_model_fate(test);
	local_bh_disable();
	nicbond_channel_forward(rcu_dereference_bh(sw->channel[B]), skb, false);
	local_bh_enable();
	nicbond_model_expect_fate(test, c, before, what);

	/* Whatever waits is on its way, and nothing is lost, with the port or without. */
	nicbond_fleet_drain(test, A, B);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_fleet_sent(test), 1 + busy, "case %5ph", c->word);
	KUNIT_EXPECT_EQ_MSG(test, nicbond_model_fate(test).drops, 0, "case %5ph", c->word);
}

static void nicbond_model_test_channel(struct kunit *test)
{
	nicbond_model_each(test, &nicbond_model_channel_table, nicbond_model_try_channel);
}

static struct kunit_case nicbond_model_test_cases[] = {
	KUNIT_CASE(nicbond_model_test_role),
	KUNIT_CASE(nicbond_model_test_epoch),
	KUNIT_CASE(nicbond_model_test_fence),
	KUNIT_CASE(nicbond_model_test_packet),
	KUNIT_CASE(nicbond_model_test_channel),
	{}
};

static struct kunit_suite nicbond_model_suite = {
	.name = "nicbond_model",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_model_test_cases,
};

kunit_test_suite(nicbond_model_suite);
