/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_FW_LOAD_H
#define _NICBOND_FW_LOAD_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <net/nicbond.h>

/* LOAD of a link that sends at its full speed. */
#define NICBOND_LOAD_FULL	65536

/* The speed of a link whose speed nobody knows, in Mb/s. */
#define NICBOND_LOAD_SPEED	1000

/**
 * struct nicbond_load_cpu - what one CPU gave to the adaptors lately
 * @charge: By slot: the time that it takes to send that, in 2^-10 ns. It
 *	fades: by half in 2^NICBOND_LOAD_HALF us in which nothing is given, and by 0.39
 *	of it in the many steps of a stream.
 * @stamp: By slot: when it faded last, in us.
 *
 * Each CPU levels what it gives itself, so the sum is level, too, and the CPUs need
 * not share a line for each packet.
 */
struct nicbond_load_cpu {
	u64 charge[NICBOND_SLOTS];
	u32 stamp[NICBOND_SLOTS];
};

#define NICBOND_LOAD_HALF	16

/**
 * struct nicbond_load_peer - what is known of an adaptor
 * @load: The LOAD that it reported.
 * @wait: The time that it takes to send what it has in flight, in ns.
 * @per_byte: The time that it takes to send a byte, by its weight, in 2^-30 ns.
 *
 * Words that are old or new.
 */
struct nicbond_load_peer {
	u32 load;
	u32 wait;
	u64 per_byte;
};

/**
 * struct nicbond_load - the loads of all adaptors, as one of them sees them
 * @cpu: What was given to them.
 * @peer: What they reported, by slot.
 * @speed: What SPEED they reported, in Mb/s, by slot; 0: not known.
 * @up: Slots that are up.
 * @eligible: Of these, those that take balanced traffic.
 */
struct nicbond_load {
	struct nicbond_load_cpu __percpu *cpu;
	struct nicbond_load_peer peer[NICBOND_SLOTS];
	u32 speed[NICBOND_SLOTS];
	u64 up;
	u64 eligible;
};

/* 0 or -ENOMEM. Process context. */
int nicbond_load_init(struct nicbond_load *load);
void nicbond_load_uninit(struct nicbond_load *load);

/*
 * Follow the PEER registers, or what adaptor @slot reported. Beside each other: a
 * report that met an old PEER is put right by the next one.
 */
void nicbond_load_follow(struct nicbond_load *load,
			 const u32 peer[NICBOND_SLOTS]);
void nicbond_load_report(struct nicbond_load *load, unsigned int slot,
			 u32 peer, const struct nicbond_message *report);

/* Is it up? Of no slot, too. Any context. */
static inline bool nicbond_load_is_up(const struct nicbond_load *load, unsigned int slot)
{
	return slot < NICBOND_SLOTS && READ_ONCE(load->up) & BIT_ULL(slot);
}

/* How long it takes to send some bytes, in 2^-10 ns. Likewise. */
static inline u64 nicbond_load_time(const struct nicbond_load *load, unsigned int slot,
				    unsigned int bytes)
{
	return bytes * READ_ONCE(load->peer[slot].per_byte) >> 20;
}

/* What @cpu gave to @slot fades by how long ago that was. BH disabled. */
void nicbond_load_age(struct nicbond_load_cpu *cpu, unsigned int slot, u32 now);

/*
 * The adaptor gets @bytes more to send. What it got before fades in steps of 2^-10 of what halves
 * it, not for each packet. BH disabled.
 */
static inline void nicbond_load_charge(struct nicbond_load *load, unsigned int slot,
				       unsigned int bytes, u32 now)
{
	struct nicbond_load_cpu *cpu = this_cpu_ptr(load->cpu);

	if (unlikely(now - cpu->stamp[slot] >= BIT(NICBOND_LOAD_HALF - 10)))
		nicbond_load_age(cpu, slot, now);
	cpu->charge[slot] += nicbond_load_time(load, slot, bytes);
}

/*
 * The slot among @live that would have sent @bytes more soonest, by what it was
 * given, what it has in flight and how loaded it is; NICBOND_SLOTS if none may. BH
 * disabled.
 */
unsigned int nicbond_load_choose(struct nicbond_load *load, u64 live,
				 unsigned int bytes, u32 now);

/**
 * struct nicbond_meter - how loaded an adaptor is itself
 * @bytes: Bytes that it had sent at the last reading.
 * @stamp: When that was, in us.
 * @load: The LOAD register.
 * @queue: Bytes that are still in the queue, if it sends at its speed and nothing
 *	better is known.
 * @inflight: The INFLIGHT register.
 *
 * Written by the readings, one at a time; @load and @inflight are read beside them.
 */
struct nicbond_meter {
	u64 bytes;
	u32 stamp;
	u32 load;
	u64 queue;
	u32 inflight;
};

/*
 * Read at @now: @bytes were sent so far, by a link of @speed (0: not known) and
 * @weight; the port says that @backlog of them are in its queue, which is all there
 * is if it is @exact. Process context.
 */
void nicbond_meter_read(struct nicbond_meter *meter, u64 bytes, u32 now,
			u32 speed, unsigned int weight, u32 backlog, bool exact);

#endif /* _NICBOND_FW_LOAD_H */
