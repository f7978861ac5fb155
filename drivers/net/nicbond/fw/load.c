// SPDX-License-Identifier: GPL-2.0
/*
 * The load selector's measure: how long an adaptor would take for one packet more.
 *
 * The sum of three times, in ns: for that packet and what this CPU gave it lately, at
 * its speed and weight; for what it has in flight; and its reported load over the same window,
 * which covers what others gave it. Where one of them is level on all adaptors the
 * others decide.
 */
#include "load.h"
#include "table.h"

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

/* 2^-30 ns for a byte at 1 Mb/s: something is left at 1e9 Mb/s and a weight of 255. */
#define NICBOND_LOAD_PER_BYTE	(8ULL * NSEC_PER_USEC << 30)

/*
 * What a link is charged with that is full of packets, in ns: each us takes 2^-(HALF + 1) of
 * that away, so it is 2^(HALF + 1) us.
 */
#define NICBOND_LOAD_WINDOW	((u64)NSEC_PER_USEC << (NICBOND_LOAD_HALF + 1))

int nicbond_load_init(struct nicbond_load *load)
{
	load->cpu = alloc_percpu(struct nicbond_load_cpu);

	return load->cpu ? 0 : -ENOMEM;
}

void nicbond_load_uninit(struct nicbond_load *load)
{
	free_percpu(load->cpu);
}

static void nicbond_load_capacity(struct nicbond_load *load, unsigned int slot,
				  u32 peer)
{
	u64 capacity = FIELD_GET(NICBOND_PEER_WEIGHT, peer) ?: 1;

	capacity *= load->speed[slot] ?: NICBOND_LOAD_SPEED;
	WRITE_ONCE(load->peer[slot].per_byte,
		   max(div64_u64(NICBOND_LOAD_PER_BYTE, capacity), 1ULL));
}

void nicbond_load_follow(struct nicbond_load *load,
			 const u32 peer[NICBOND_SLOTS])
{
	u64 up = 0, weighted = 0;
	unsigned int i;

	for (i = 0; i < NICBOND_SLOTS; i++) {
		nicbond_load_capacity(load, i, peer[i]);
		if (!nicbond_table_is_up(peer[i]))
			continue;
		up |= BIT_ULL(i);
		if (FIELD_GET(NICBOND_PEER_WEIGHT, peer[i]))
			weighted |= BIT_ULL(i);
	}
	/* As the table: when nobody has a weight, all have the same. */
	WRITE_ONCE(load->up, up);
	WRITE_ONCE(load->eligible, weighted ?: up);
}

void nicbond_load_report(struct nicbond_load *load, unsigned int slot,
			 u32 peer, const struct nicbond_message *report)
{
	u64 speed = report->speed ?: NICBOND_LOAD_SPEED;

	WRITE_ONCE(load->peer[slot].load, report->load);
	WRITE_ONCE(load->peer[slot].wait,
		   min(div64_u64(report->inflight * 8ULL * NSEC_PER_USEC, speed),
		       (u64)U32_MAX));
	WRITE_ONCE(load->speed[slot], report->speed);
	nicbond_load_capacity(load, slot, peer);
}

/* Halved once a 2^HALF us, in between by a straight line. */
static u64 nicbond_load_decayed(u64 charge, u32 age)
{
	u32 halvings = age >> NICBOND_LOAD_HALF;
	u32 rest = age & (BIT(NICBOND_LOAD_HALF) - 1);

	/* Somebody read the clock before, and gets here later; more than that is half an hour. */
	if ((s32)age < 0 && (s32)age > -(s32)USEC_PER_SEC)
		return charge;
	if (halvings >= 64)
		return 0;
	charge >>= halvings;

	return charge - mul_u64_u32_shr(charge, rest, NICBOND_LOAD_HALF + 1);
}

void nicbond_load_age(struct nicbond_load_cpu *cpu, unsigned int slot, u32 now)
{
	cpu->charge[slot] = nicbond_load_decayed(cpu->charge[slot],
						 now - cpu->stamp[slot]);
	cpu->stamp[slot] = now;
}

unsigned int nicbond_load_choose(struct nicbond_load *load, u64 live,
				 unsigned int bytes, u32 now)
{
	const struct nicbond_load_cpu *cpu = this_cpu_ptr(load->cpu);
	u64 slots = READ_ONCE(load->eligible) & live, cost, least = U64_MAX;
	unsigned int slot, best = NICBOND_SLOTS;

	for (; slots; slots &= slots - 1) {
		slot = __ffs64(slots);
		cost = nicbond_load_decayed(cpu->charge[slot],
					    now - cpu->stamp[slot]) +
		       nicbond_load_time(load, slot, bytes) +
		       ((u64)READ_ONCE(load->peer[slot].wait) << 10) +
		       (READ_ONCE(load->peer[slot].load) * NICBOND_LOAD_WINDOW >>
			(16 - 10));
		if (cost < least) {
			least = cost;
			best = slot;
		}
	}

	return best;
}

void nicbond_meter_read(struct nicbond_meter *meter, u64 bytes, u32 now,
			u32 speed, unsigned int weight, u32 backlog, bool exact)
{
	u64 sent = bytes - meter->bytes, could;
	u32 us = now - meter->stamp, load;

	meter->bytes = bytes;
	meter->stamp = now;
	if (!us)
		return;

	/* Bits in us are Mb/s. */
	speed = speed ?: NICBOND_LOAD_SPEED;
	could = div_u64((u64)speed * us, 8);
	meter->queue = max(meter->queue + sent, could) - could;
	load = min(div64_u64(sent * 8 * NICBOND_LOAD_FULL,
			     (u64)us * speed * (weight ?: 1)), (u64)U32_MAX / 4);
	/* A quarter of the new reading, so some readings are averaged. */
	WRITE_ONCE(meter->load, meter->load - meter->load / 4 + load / 4);
	WRITE_ONCE(meter->inflight,
		   exact ? backlog : min(max_t(u64, meter->queue, backlog),
					 (u64)U32_MAX));
}
