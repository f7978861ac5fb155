/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_FLOWLET_H
#define _NICBOND_FW_FLOWLET_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/* In an entry that was used; slots have fewer bits than this is high. */
#define NICBOND_FLOWLET_USED	0x100

/* No adaptor: the flow is idle, or was never seen. */
#define NICBOND_FLOWLET_NONE	0xff

/**
 * struct nicbond_flowlets - by whom the flows are sent, since their last pause
 * @rcu: Frees it.
 * @size: Entries, a power of two.
 * @shift: A hash shifted right by this is an entry.
 * @entry: The slot in the low 8 bits, when a packet passed last in the high 32, in
 *	us; 0: never used.
 *
 * Flows that share an entry are one flow here. An entry is one word, so that a
 * flow is claimed for an adaptor by one CPU only. Nothing ages but by being idle.
 */
struct nicbond_flowlets {
	struct rcu_head rcu;
	u32 size;
	u8 shift;
	atomic64_t entry[];
};

/* NULL without memory; freed by kvfree() or kvfree_rcu(). Process context. */
struct nicbond_flowlets *nicbond_flowlets_create(unsigned int size);

/* As those of another adaptor, if of the same size. Beside all others. */
void nicbond_flowlets_learn(struct nicbond_flowlets *flowlets,
			    const atomic64_t *entry, unsigned int size);

/* All that were used have had a packet @now. Beside all others. */
void nicbond_flowlets_touch(struct nicbond_flowlets *flowlets, u32 now);

/*
 * Who sends the flow of @hash; NONE after a pause longer than @gap, in us, unless it
 * is to @stay. Notes the packet. Any context.
 */
unsigned int nicbond_flowlets_find(struct nicbond_flowlets *flowlets, u32 hash,
				   u32 now, u32 gap, bool stay);

/*
 * The same, where it does not matter whether it is to stay: after a pause it is NONE. A packet
 * needs no note if one was noted less than an eighth of @gap ago. Any context.
 */
static inline unsigned int nicbond_flowlets_follow(struct nicbond_flowlets *flowlets, u32 hash,
						   u32 now, u32 gap)
{
	u64 entry = atomic64_read(&flowlets->entry[hash >> flowlets->shift]);

	if (likely(entry & NICBOND_FLOWLET_USED && now - (u32)(entry >> 32) <= gap / 8))
		return (u8)entry;

	return nicbond_flowlets_find(flowlets, hash, now, gap, false);
}

/* The same for a packet that does not come: notes nothing. Any context. */
unsigned int nicbond_flowlets_peek(const struct nicbond_flowlets *flowlets,
				   u32 hash, u32 now, u32 gap, bool stay);

/*
 * Slot @slot is to send the flow of @hash. Returns who does: another CPU may have
 * been quicker; but not @dead, if that is a slot. @moved: it was another's before.
 * Any context.
 */
unsigned int nicbond_flowlets_claim(struct nicbond_flowlets *flowlets, u32 hash,
				    u32 now, u32 gap, unsigned int slot,
				    unsigned int dead, bool *moved);

#endif /* _NICBOND_FW_FLOWLET_H */
