// SPDX-License-Identifier: GPL-2.0
/*
 * The table fuzzer: an input is what happens to a table and to flowlets, a byte each, and some
 * bytes more that say to what. What must hold after each:
 *
 * - a plan gives all buckets to who is up, each its share, rounded up or down;
 * - with a plan in force nobody who is down has a bucket;
 * - a bucket that is not where it is meant to be is said to be moving;
 * - who asks without a packet (peek) hears what who has one (find, follow) then hears, and what
 *   was claimed is found.
 */
#include "fuzz.h"

#include "../fw/flowlet.h"
#include "../fw/plan.h"
#include "../fw/table.h"

#define FUZZ_STEPS	32
#define FUZZ_FLOWLETS	64

/**
 * struct fuzz_input - what is left of an input
 * @data: Its bytes;
 * @size: and how many.
 */
struct fuzz_input {
	const u8 *data;
	size_t size;
};

/**
 * struct fuzz_world - what happens to whom
 * @table: A table, of at most 256 buckets, as larger ones take longer to plan for.
 * @flowlets: And flowlets.
 * @peer: Who is there, and up, as the host says.
 * @now: In us.
 * @gap: FLOWLET_GAP.
 */
struct fuzz_world {
	struct nicbond_table *table;
	struct nicbond_flowlets *flowlets;
	u32 peer[NICBOND_SLOTS];
	u32 now;
	u32 gap;
};

static u8 fuzz_byte(struct fuzz_input *in)
{
	if (!in->size)
		return 0;
	in->size--;

	return *in->data++;
}

static u32 fuzz_word(struct fuzz_input *in)
{
	return fuzz_byte(in) | fuzz_byte(in) << 8 | fuzz_byte(in) << 16 | (u32)fuzz_byte(in) << 24;
}

static unsigned int fuzz_index(const struct fuzz_world *w, u32 hash)
{
	unsigned int index = nicbond_table_index(w->table, hash);

	fuzz_expect(index < w->table->size, "a bucket that there is not");

	return index;
}

static unsigned int fuzz_weight(u32 peer)
{
	return nicbond_table_is_up(peer) ? FIELD_GET(NICBOND_PEER_WEIGHT, peer) : 0;
}

/* What all weights that are up sum up to; @equal: none has any, so all have 1. */
static unsigned int fuzz_total(const struct fuzz_world *w, bool *equal)
{
	unsigned int i, total = 0, up = 0;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		total += fuzz_weight(w->peer[i]);
		up += nicbond_table_is_up(w->peer[i]);
	}
	*equal = !total;

	return total ?: up;
}

static void fuzz_check_plan(const struct fuzz_world *w, const struct nicbond_plan *plan)
{
	unsigned int i, total, share, count[NICBOND_SLOTS] = { }, size = w->table->size;
	bool equal;

	total = fuzz_total(w, &equal);
	for (i = 0; i < size; i++) {
		fuzz_expect(plan->want[i] < NICBOND_SLOTS && plan->home[i] < NICBOND_SLOTS,
			    "a plan for who is not there");
		count[plan->want[i]]++;
	}
	for (i = 0; total && i < NICBOND_SLOTS; i++) {
		share = equal ? nicbond_table_is_up(w->peer[i]) : fuzz_weight(w->peer[i]);
		fuzz_expect(count[i] >= size * share / total &&
			    count[i] <= (size * share + total - 1) / total,
			    "a plan with more, or less, than the share");
	}
}

static void fuzz_plan(struct fuzz_world *w, struct fuzz_input *in)
{
	struct nicbond_plan *plan = nicbond_plan_begin(w->table, w->peer);
	unsigned int i;
	bool equal;

	fuzz_check_plan(w, plan);
	nicbond_table_adopt(w->table, plan, w->peer, w->now, fuzz_byte(in) & 1);
	nicbond_plan_end(plan);
	for (i = 0; fuzz_total(w, &equal) && i < w->table->size; i++)
		fuzz_expect(nicbond_table_is_up(w->peer[w->table->slot[i]]),
			    "who is down has a bucket");
}

static void fuzz_peer(struct fuzz_world *w, struct fuzz_input *in)
{
	u8 slot = fuzz_byte(in) % NICBOND_SLOTS, what = fuzz_byte(in);

	w->peer[slot] = (what & 1 ? NICBOND_PEER_PRESENT : 0) | (what & 2 ? NICBOND_PEER_UP : 0) |
			FIELD_PREP(NICBOND_PEER_WEIGHT, what >> 2);
}

static void fuzz_pass(struct fuzz_world *w, struct fuzz_input *in)
{
	unsigned int i = fuzz_index(w, fuzz_word(in));
	bool moves = nicbond_table_moves(w->table, i);

	if (!nicbond_table_pass(w->table, i, w->now, w->gap)) {
		fuzz_expect(!moves || w->table->stamp[i] == w->now, "a packet leaves no stamp");
		return;
	}
	fuzz_expect(moves && nicbond_table_move(w->table, i), "what is to move does not");
	fuzz_expect(w->table->slot[i] == w->table->want[i], "it moved elsewhere");
}

static void fuzz_sweep(struct fuzz_world *w, struct fuzz_input *in)
{
	DECLARE_BITMAP(moved, NICBOND_BUCKETS_MAX) = { };
	u64 live = (u64)fuzz_word(in) << 32 | fuzz_word(in);
	u8 before[NICBOND_BUCKETS_MAX];
	unsigned int i;
	bool left;

	memcpy(before, w->table->slot, w->table->size);
	left = nicbond_table_sweep(w->table, w->now, w->gap, w->gap * fuzz_byte(in), live, moved);
	for (i = 0; i < w->table->size; i++) {
		fuzz_expect(!test_bit(i, moved) ==
			    (before[i] == w->table->slot[i]), "a move that is not told of");
		fuzz_expect(!test_bit(i, moved) || live & BIT_ULL(w->table->slot[i]),
			    "a move to who is dead");
	}
	fuzz_expect(left == !!nicbond_table_moving(w->table), "it does not know what is left");
}

static void fuzz_lend(struct fuzz_world *w, struct fuzz_input *in)
{
	unsigned int i = fuzz_index(w, fuzz_word(in)), slot = fuzz_byte(in) % NICBOND_SLOTS;

	nicbond_table_lend(w->table, i, slot, w->now);
	fuzz_expect(w->table->slot[i] == slot, "lent to somebody else");
}

static void fuzz_learn(struct fuzz_world *w, struct fuzz_input *in)
{
	u8 slot[NICBOND_BUCKETS_MAX];
	unsigned int i;

	memcpy(slot, w->table->slot, w->table->size);
	i = fuzz_index(w, fuzz_word(in));
	slot[i] = fuzz_byte(in) % NICBOND_SLOTS;
	nicbond_table_learn(w->table, w->table->home, w->table->want, slot, w->now);
	fuzz_expect(!memcmp(slot, w->table->slot, w->table->size), "it learnt something else");
}

static struct nicbond_table *fuzz_table(u8 size)
{
	struct nicbond_table *table = nicbond_table_create(64 << size % 3, 0);

	BUG_ON(!table);

	return table;
}

/* Another size: of a bucket and those that it is cut into, the owners are the same. */
static void fuzz_resize(struct fuzz_world *w, struct fuzz_input *in)
{
	struct nicbond_table *table = fuzz_table(fuzz_byte(in));
	unsigned int i;

	nicbond_table_copy(table, w->table);
	for (i = 0; i < table->size; i++)
		fuzz_expect(table->slot[i] == w->table->slot[i * w->table->size / table->size],
			    "another owner after a change of size");
	kvfree(w->table);
	w->table = table;
}

static void fuzz_flow(struct fuzz_world *w, struct fuzz_input *in)
{
	u32 hash = fuzz_word(in);
	bool stay = fuzz_byte(in) & 1;
	unsigned int slot;

	slot = nicbond_flowlets_peek(w->flowlets, hash, w->now, w->gap, stay);
	fuzz_expect(slot < NICBOND_SLOTS || slot == NICBOND_FLOWLET_NONE, "a flow of nobody");
	fuzz_expect(slot == (stay ? nicbond_flowlets_find(w->flowlets, hash, w->now, w->gap, true) :
			     nicbond_flowlets_follow(w->flowlets, hash, w->now, w->gap)),
		    "a packet goes elsewhere than was said");
}

static void fuzz_claim(struct fuzz_world *w, struct fuzz_input *in)
{
	u32 hash = fuzz_word(in);
	unsigned int slot = fuzz_byte(in) % NICBOND_SLOTS, dead = fuzz_byte(in), before, got;
	bool moved;

	before = nicbond_flowlets_peek(w->flowlets, hash, w->now, w->gap, false);
	got = nicbond_flowlets_claim(w->flowlets, hash, w->now, w->gap, slot, dead, &moved);
	fuzz_expect(got == (before == NICBOND_FLOWLET_NONE || before == dead ? slot : before),
		    "a flow that is with another was taken");
	fuzz_expect(got == nicbond_flowlets_find(w->flowlets, hash, w->now, w->gap, false),
		    "what was claimed is not found");
}

static void fuzz_flows(struct fuzz_world *w, struct fuzz_input *in)
{
	atomic64_t entry[FUZZ_FLOWLETS] = { };
	u8 i = fuzz_byte(in) % FUZZ_FLOWLETS;

	/* From another make, anything. */
	memcpy(entry, w->flowlets->entry, sizeof(entry));
	entry[i].counter = (u64)fuzz_word(in) << 32 | fuzz_word(in);
	nicbond_flowlets_learn(w->flowlets, entry, FUZZ_FLOWLETS);
	if (fuzz_byte(in) & 1)
		nicbond_flowlets_touch(w->flowlets, w->now);
}

static void fuzz_time(struct fuzz_world *w, struct fuzz_input *in)
{
	/* Half of the times, less than a gap. */
	u32 us = fuzz_word(in);

	w->now += us & 1 ? us : us % (w->gap + 1);
}

static void fuzz_touch(struct fuzz_world *w, struct fuzz_input *in)
{
	nicbond_table_touch(w->table, w->now);
}

static void (*const fuzz_steps[])(struct fuzz_world *w, struct fuzz_input *in) = {
	fuzz_peer, fuzz_plan, fuzz_pass, fuzz_sweep, fuzz_lend, fuzz_learn, fuzz_resize,
	fuzz_flow, fuzz_claim, fuzz_flows, fuzz_time, fuzz_touch,
};

static void fuzz_check(const struct fuzz_world *w)
{
	const struct nicbond_table *table = w->table;
	unsigned int i;

	for (i = 0; i < table->size; i++) {
		fuzz_expect(table->slot[i] < NICBOND_SLOTS && table->want[i] < NICBOND_SLOTS &&
			    table->home[i] < NICBOND_SLOTS, "a bucket of nobody");
		fuzz_expect(table->moving || table->slot[i] == table->want[i],
			    "a bucket that moves unseen");
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct fuzz_world w = { };
	unsigned int i;

	w.table = fuzz_table(fuzz_byte(&in));
	w.flowlets = nicbond_flowlets_create(FUZZ_FLOWLETS);
	BUG_ON(!w.flowlets);
	w.now = fuzz_word(&in);
	w.gap = fuzz_word(&in) % (USEC_PER_SEC + 1);
	for (i = 0; i < FUZZ_STEPS && in.size; i++) {
		fuzz_steps[fuzz_byte(&in) % ARRAY_SIZE(fuzz_steps)](&w, &in);
		fuzz_check(&w);
	}
	kvfree(w.table);
	kvfree(w.flowlets);

	return 0;
}
