// SPDX-License-Identifier: GPL-2.0
/* Flowlets: a flow may change its path after a pause that is longer than paths differ. */
#include "flowlet.h"

#include <linux/atomic.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <net/nicbond.h>

static u64 nicbond_flowlet_pack(u32 now, unsigned int slot)
{
	return (u64)now << 32 | NICBOND_FLOWLET_USED | slot;
}

static unsigned int nicbond_flowlet_slot(u64 entry)
{
	return entry & NICBOND_FLOWLET_USED ? entry & 0xff :
					      NICBOND_FLOWLET_NONE;
}

/*
 * How long no packet passed, at most: the stamp is not written for each packet but
 * for the first one an eighth of a gap later, so that it is mostly read.
 */
static s32 nicbond_flowlet_age(u64 entry, u32 now)
{
	return now - (u32)(entry >> 32);
}

static bool nicbond_flowlet_idle(u64 entry, u32 now, u32 gap)
{
	s32 age = nicbond_flowlet_age(entry, now);

	/* Another CPU's clock may be ahead by a bit; more than that is half an hour. */
	return !entry || age > (s32)(gap + gap / 8) ||
	       age < -(s32)USEC_PER_SEC;
}

/* May the flow go to another now? Not if it is to @stay and was ever seen. */
static bool nicbond_flowlet_free(u64 entry, u32 now, u32 gap, bool stay)
{
	return stay ? !entry : nicbond_flowlet_idle(entry, now, gap);
}

struct nicbond_flowlets *nicbond_flowlets_create(unsigned int size)
{
	struct nicbond_flowlets *flowlets;

	flowlets = kvzalloc(struct_size(flowlets, entry, size), GFP_KERNEL);
	if (!flowlets)
		return NULL;

	flowlets->size = size;
	flowlets->shift = 32 - ilog2(size);

	return flowlets;
}

void nicbond_flowlets_learn(struct nicbond_flowlets *flowlets,
			    const atomic64_t *entry, unsigned int size)
{
	unsigned int i;
	u64 value;

	if (flowlets->size != size)
		return;
	for (i = 0; i < size; i++) {
		value = atomic64_read(&entry[i]);
		/* The sender may be of another make. */
		if (nicbond_flowlet_slot(value) < NICBOND_SLOTS)
			atomic64_set(&flowlets->entry[i], value);
	}
}

void nicbond_flowlets_touch(struct nicbond_flowlets *flowlets, u32 now)
{
	unsigned int i;
	s64 old;

	/* Who fails here was too late: a packet noted itself. */
	for (i = 0; i < flowlets->size; i++) {
		old = atomic64_read(&flowlets->entry[i]);
		if (old)
			atomic64_try_cmpxchg(&flowlets->entry[i], &old,
					     nicbond_flowlet_pack(now, nicbond_flowlet_slot(old)));
	}
}

unsigned int nicbond_flowlets_peek(const struct nicbond_flowlets *flowlets,
				   u32 hash, u32 now, u32 gap, bool stay)
{
	s64 entry = atomic64_read(&flowlets->entry[hash >> flowlets->shift]);

	if (nicbond_flowlet_free(entry, now, gap, stay))
		return NICBOND_FLOWLET_NONE;

	return nicbond_flowlet_slot(entry);
}

unsigned int nicbond_flowlets_find(struct nicbond_flowlets *flowlets, u32 hash,
				   u32 now, u32 gap, bool stay)
{
	atomic64_t *at = &flowlets->entry[hash >> flowlets->shift];
	s64 old = atomic64_read(at);
	unsigned int slot;

	if (nicbond_flowlet_free(old, now, gap, stay))
		return NICBOND_FLOWLET_NONE;

	slot = nicbond_flowlet_slot(old);
	/* Who fails here was too late: another noted a packet, or claimed it. */
	if (nicbond_flowlet_age(old, now) > (s32)(gap / 8) &&
	    !atomic64_try_cmpxchg(at, &old, nicbond_flowlet_pack(now, slot)))
		slot = nicbond_flowlet_slot(old);

	return slot;
}

unsigned int nicbond_flowlets_claim(struct nicbond_flowlets *flowlets, u32 hash,
				    u32 now, u32 gap, unsigned int slot,
				    unsigned int dead, bool *moved)
{
	atomic64_t *at = &flowlets->entry[hash >> flowlets->shift];
	s64 old = atomic64_read(at);

	*moved = false;
	do {
		if (!nicbond_flowlet_idle(old, now, gap) &&
		    nicbond_flowlet_slot(old) != dead)
			return nicbond_flowlet_slot(old);
	} while (!atomic64_try_cmpxchg(at, &old, nicbond_flowlet_pack(now, slot)));
	*moved = old && nicbond_flowlet_slot(old) != slot;

	return slot;
}
