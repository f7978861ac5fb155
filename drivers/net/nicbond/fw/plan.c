// SPDX-License-Identifier: GPL-2.0
/*
 * Who should have which bucket of the indirection table: each slot that is up the
 * whole number of buckets just below or just above its quota, by as few moves as
 * that takes.
 *
 * Who goes down lends his buckets out; they keep him as their home. When he comes
 * back he takes those same buckets, as far as his quota and the borrowers' allow.
 * What he does not take is theirs then: a home differs from the owner only while it
 * is down.
 */
#include "plan.h"
#include "table.h"

#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/mutex.h>
#include <linux/string.h>

#define NICBOND_PLAN_NONE	U16_MAX

/**
 * struct nicbond_planner - a plan in the making
 * @plan: What comes out.
 * @size: Buckets of the table.
 * @total: Sum of @weight.
 * @weight: By slot; 0: gets none.
 * @count: Buckets that a slot with weight has.
 * @newcomer: The slot that came up: it had no bucket, and needs most;
 *	NICBOND_SLOTS: there is none.
 * @lent: Of a slot's @count, by home.
 * @top: The first of those, linked by @next.
 * @next: By bucket; NICBOND_PLAN_NONE ends.
 */
struct nicbond_planner {
	struct nicbond_plan plan;
	unsigned int size;
	unsigned int total;
	unsigned int newcomer;
	u8 weight[NICBOND_SLOTS];
	u16 count[NICBOND_SLOTS];
	u16 lent[NICBOND_SLOTS][NICBOND_SLOTS];
	u16 top[NICBOND_SLOTS][NICBOND_SLOTS];
	u16 next[NICBOND_BUCKETS_MAX];
};

/* One for all: an adaptor that fails must not need memory for its failing. */
static struct nicbond_planner nicbond_planner;
static DEFINE_MUTEX(nicbond_planner_lock);

/* Weights of the slots that are up; false if there are none. */
static bool nicbond_planner_weigh(struct nicbond_planner *p,
				  const u32 peer[NICBOND_SLOTS])
{
	bool equal = true;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++)
		if (nicbond_table_is_up(peer[i]) &&
		    FIELD_GET(NICBOND_PEER_WEIGHT, peer[i]))
			equal = false;

	p->total = 0;
	memset(p->weight, 0, sizeof(p->weight));
	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!nicbond_table_is_up(peer[i]))
			continue;
		p->weight[i] = equal ? 1 : FIELD_GET(NICBOND_PEER_WEIGHT, peer[i]);
		p->total += p->weight[i];
	}

	return p->total;
}

/* How far a slot is above (below: negative) its quota, in 1/total of a bucket. */
static int nicbond_planner_excess(const struct nicbond_planner *p,
				  unsigned int slot)
{
	return p->count[slot] * (int)p->total - (int)p->size * p->weight[slot];
}

/* Could the slot have another one, or one less, and still be within its quota? */
static bool nicbond_planner_has_room(const struct nicbond_planner *p,
				     unsigned int slot)
{
	return nicbond_planner_excess(p, slot) < 0;
}

static bool nicbond_planner_can_spare(const struct nicbond_planner *p,
				      unsigned int slot)
{
	return nicbond_planner_excess(p, slot) > 0;
}

static unsigned int nicbond_planner_neediest(const struct nicbond_planner *p)
{
	unsigned int i, best = 0;
	int excess, least = INT_MAX;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!p->weight[i])
			continue;
		excess = nicbond_planner_excess(p, i);
		if (excess < least) {
			least = excess;
			best = i;
		}
	}

	return best;
}

static unsigned int nicbond_planner_fullest(const struct nicbond_planner *p)
{
	unsigned int i, best = 0;
	int excess, most = INT_MIN;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!p->count[i])
			continue;
		excess = nicbond_planner_excess(p, i);
		if (excess > most) {
			most = excess;
			best = i;
		}
	}

	return best;
}

static void nicbond_planner_give(struct nicbond_planner *p, unsigned int bucket,
				 unsigned int to)
{
	unsigned int home = p->plan.home[bucket];

	p->plan.want[bucket] = to;
	p->count[to]++;
	p->lent[to][home]++;
	p->next[bucket] = p->top[to][home];
	p->top[to][home] = bucket;
}

/*
 * Of what @from has, the home whose bucket it gives to @to: @to itself; else, of
 * those on loan, the home that lends it most, so that what that gets back later
 * comes from all borrowers alike; else its own.
 */
static unsigned int nicbond_planner_choose(const struct nicbond_planner *p,
					   unsigned int from, unsigned int to)
{
	unsigned int i, most = 0, home = from;

	if (p->lent[from][to])
		return to;
	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (i == from || p->lent[from][i] <= most)
			continue;
		most = p->lent[from][i];
		home = i;
	}

	return home;
}

static void nicbond_planner_move(struct nicbond_planner *p, unsigned int from,
				 unsigned int to)
{
	unsigned int home = nicbond_planner_choose(p, from, to);
	unsigned int bucket = p->top[from][home];

	p->top[from][home] = p->next[bucket];
	p->lent[from][home]--;
	p->count[from]--;
	nicbond_planner_give(p, bucket, to);
}

/* Who has what, of those with a weight. */
static void nicbond_planner_count(struct nicbond_planner *p)
{
	unsigned int i;

	memset(p->count, 0, sizeof(p->count));
	memset(p->lent, 0, sizeof(p->lent));
	memset(p->top, 0xff, sizeof(p->top));
	for (i = 0; i < p->size; i++)
		if (p->weight[p->plan.want[i]])
			nicbond_planner_give(p, i, p->plan.want[i]);

	/* A slot that is due less than a bucket may have none, and be none. */
	i = nicbond_planner_neediest(p);
	p->newcomer = p->count[i] ? NICBOND_SLOTS : i;
}

static bool nicbond_planner_overfull(const struct nicbond_planner *p,
				     unsigned int slot)
{
	return nicbond_planner_excess(p, slot) >= (int)p->total;
}

/*
 * The newcomer takes what others have too much of, then what is his from who can
 * spare it; in this order, so that nobody else has to take what is too much.
 */
static void nicbond_planner_come_home(struct nicbond_planner *p)
{
	unsigned int from = nicbond_planner_fullest(p), to = p->newcomer;

	while (nicbond_planner_overfull(p, from) &&
	       nicbond_planner_has_room(p, to)) {
		nicbond_planner_move(p, from, to);
		from = nicbond_planner_fullest(p);
	}

	for (from = 0; from < NICBOND_SLOTS; from++)
		while (from != to && p->lent[from][to] &&
		       nicbond_planner_can_spare(p, from) &&
		       nicbond_planner_has_room(p, to))
			nicbond_planner_move(p, from, to);
}

/*
 * What nobody has: to whom its packets were re-steered already, while he lacks a whole
 * bucket, so that nobody has to take one from who did not fail; the rest one home after
 * the other, so that each lends to all alike.
 */
static void nicbond_planner_lend(struct nicbond_planner *p, const u8 *now)
{
	u8 *want = p->plan.want, *home = p->plan.home;
	DECLARE_BITMAP(homes, NICBOND_SLOTS) = { };
	unsigned int slot, i;

	for (i = 0; i < p->size; i++) {
		if (p->weight[want[i]])
			continue;
		if (p->weight[now[i]] &&
		    nicbond_planner_excess(p, now[i]) <= -(int)p->total)
			nicbond_planner_give(p, i, now[i]);
		else
			__set_bit(home[i], homes);
	}

	/* Few, mostly: not a walk through the table for each there could be. */
	for_each_set_bit(slot, homes, NICBOND_SLOTS)
		for (i = 0; i < p->size; i++)
			if (home[i] == slot && !p->weight[want[i]])
				nicbond_planner_give(p, i,
						     nicbond_planner_neediest(p));
}

/* While somebody is a whole bucket or more away from his quota. */
static void nicbond_planner_level(struct nicbond_planner *p)
{
	unsigned int from, to;

	for (;;) {
		from = nicbond_planner_fullest(p);
		to = nicbond_planner_neediest(p);
		if (!nicbond_planner_overfull(p, from) &&
		    nicbond_planner_excess(p, to) > -(int)p->total)
			return;
		nicbond_planner_move(p, from, to);
	}
}

/* Who is up, or gone, is no longer home to what another has. */
static void nicbond_planner_rehome(struct nicbond_planner *p,
				   const u32 peer[NICBOND_SLOTS])
{
	u8 *home = p->plan.home;
	unsigned int i;

	for (i = 0; i < p->size; i++)
		if (p->weight[home[i]] ||
		    !(peer[home[i]] & NICBOND_PEER_PRESENT))
			home[i] = p->plan.want[i];
}

struct nicbond_plan *nicbond_plan_begin(const struct nicbond_table *table,
					const u32 peer[NICBOND_SLOTS])
{
	struct nicbond_planner *p = &nicbond_planner;

	mutex_lock(&nicbond_planner_lock);
	p->size = table->size;
	memcpy(p->plan.home, table->home, table->size);
	memcpy(p->plan.want, table->want, table->size);
	if (nicbond_planner_weigh(p, peer)) {
		nicbond_planner_count(p);
		if (p->newcomer < NICBOND_SLOTS)
			nicbond_planner_come_home(p);
		nicbond_planner_lend(p, table->slot);
		nicbond_planner_level(p);
		nicbond_planner_rehome(p, peer);
	}

	return &p->plan;
}

void nicbond_plan_end(struct nicbond_plan *plan)
{
	mutex_unlock(&nicbond_planner_lock);
}
