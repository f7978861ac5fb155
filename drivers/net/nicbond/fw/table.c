// SPDX-License-Identifier: GPL-2.0
/* The resilient indirection table: who takes which bucket, moving few. */
#include "table.h"

#include <linux/bitfield.h>
#include <linux/string.h>

/* A table being rebalanced: each slot's weight, and the buckets it has. */
struct nicbond_share {
	unsigned int total;
	u8 weight[NICBOND_SLOTS];
	u16 count[NICBOND_SLOTS];
};

/* Weights of the slots whose PEER has all bits of @mask; false if there are none. */
static bool nicbond_share_init(struct nicbond_share *share,
			       const u32 peer[NICBOND_SLOTS], u32 mask)
{
	bool equal = true;
	unsigned int i;

	memset(share, 0, sizeof(*share));
	for (i = 0; i < NICBOND_SLOTS; i++)
		if ((peer[i] & mask) == mask &&
		    FIELD_GET(NICBOND_PEER_WEIGHT, peer[i]))
			equal = false;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if ((peer[i] & mask) != mask)
			continue;
		share->weight[i] = equal ? 1 : FIELD_GET(NICBOND_PEER_WEIGHT,
							 peer[i]);
		share->total += share->weight[i];
	}

	return share->total;
}

/* How far a slot is above (below: negative) its quota, in 1/total of a bucket. */
static int nicbond_share_excess(const struct nicbond_share *share,
				unsigned int slot)
{
	return share->count[slot] * (int)share->total -
	       NICBOND_BUCKETS * share->weight[slot];
}

static unsigned int nicbond_share_neediest(const struct nicbond_share *share)
{
	unsigned int i, best = 0;
	int excess, least = INT_MAX;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!share->weight[i])
			continue;
		excess = nicbond_share_excess(share, i);
		if (excess < least) {
			least = excess;
			best = i;
		}
	}

	return best;
}

static unsigned int nicbond_share_fullest(const struct nicbond_share *share)
{
	unsigned int i, best = 0;
	int excess, most = INT_MIN;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		if (!share->count[i])
			continue;
		excess = nicbond_share_excess(share, i);
		if (excess > most) {
			most = excess;
			best = i;
		}
	}

	return best;
}

static void nicbond_share_move(struct nicbond_share *share, u8 *owner,
			       unsigned int from, unsigned int to)
{
	if (share->weight[from])
		share->count[from]--;
	share->count[to]++;
	WRITE_ONCE(*owner, to);
}

/*
 * A bucket for @slot to give away: of those on loan, one of the home that lends
 * it most, so that what a home gets back later comes from all borrowers alike.
 */
static u8 *nicbond_share_give(u8 *owner, const u8 *home, unsigned int slot)
{
	u16 lent[NICBOND_SLOTS] = { };
	unsigned int i, from = slot;
	u8 *bucket = NULL;

	for (i = 0; i < NICBOND_BUCKETS; i++)
		if (owner[i] == slot && home[i] != slot)
			lent[home[i]]++;
	for (i = 0; i < NICBOND_SLOTS; i++)
		if (lent[i] > lent[from])
			from = i;
	for (i = 0; i < NICBOND_BUCKETS; i++)
		if (owner[i] == slot && home[i] == from)
			bucket = &owner[i];

	return bucket;
}

/* Buckets of @home that nobody with weight has: to the neediest, in turn. */
static unsigned int nicbond_share_adopt(struct nicbond_share *share, u8 *owner,
					const u8 *home, unsigned int slot)
{
	unsigned int i, to, moved = 0;

	for (i = 0; i < NICBOND_BUCKETS; i++) {
		if (home[i] != slot || share->weight[owner[i]])
			continue;
		to = nicbond_share_neediest(share);
		nicbond_share_move(share, &owner[i], owner[i], to);
		moved++;
	}

	return moved;
}

/*
 * Give each bucket of @owner to a slot with weight: to its home when that has
 * one, else it stays, else the neediest gets it. Then level: while somebody is
 * a whole bucket away from his quota, the fullest gives one to the neediest.
 */
static unsigned int nicbond_share_settle(struct nicbond_share *share, u8 *owner,
					 const u8 *home)
{
	unsigned int i, from, to, moved = 0;

	for (i = 0; i < NICBOND_BUCKETS; i++)
		if (share->weight[owner[i]])
			share->count[owner[i]]++;

	for (i = 0; i < NICBOND_BUCKETS; i++) {
		if (owner[i] == home[i] || !share->weight[home[i]])
			continue;
		nicbond_share_move(share, &owner[i], owner[i], home[i]);
		moved++;
	}

	for (i = 0; i < NICBOND_SLOTS; i++)
		moved += nicbond_share_adopt(share, owner, home, i);

	for (;;) {
		from = nicbond_share_fullest(share);
		to = nicbond_share_neediest(share);
		if (nicbond_share_excess(share, from) < (int)share->total &&
		    nicbond_share_excess(share, to) > -(int)share->total)
			return moved;
		nicbond_share_move(share, nicbond_share_give(owner, home, from),
				   from, to);
		moved++;
	}
}

unsigned int nicbond_table_update(struct nicbond_table *table,
				  const u32 peer[NICBOND_SLOTS])
{
	struct nicbond_share share;

	if (nicbond_share_init(&share, peer, NICBOND_PEER_PRESENT))
		nicbond_share_settle(&share, table->home, table->home);

	if (!nicbond_share_init(&share, peer,
				NICBOND_PEER_PRESENT | NICBOND_PEER_UP))
		return 0;

	return nicbond_share_settle(&share, table->bucket, table->home);
}

void nicbond_table_init(struct nicbond_table *table, unsigned int slot)
{
	memset(table->home, slot, sizeof(table->home));
	memset(table->bucket, slot, sizeof(table->bucket));
}
