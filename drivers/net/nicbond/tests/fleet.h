/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_TESTS_FLEET_H
#define _NICBOND_TESTS_FLEET_H

#include "../fw/adaptor.h"

#include <kunit/test.h>

#define FLEET		4
#define FLEET_LOG	256

/**
 * struct nicbond_fleet - adaptors of one master, wired, without the master
 * @port: Their ports, which only remember what they were given.
 * @adaptor: Themselves.
 * @transmitted: Packets that each port was given.
 * @doorbells: Those of which no more followed.
 * @sequence: Packets that they were given, ever;
 * @at: and when each got its last by that count.
 * @log: The numbers of the first of these, in order.
 * @source: The source address of the last.
 * @attention: Times that an adaptor called the host.
 * @refuse: The ports' queues drop everything.
 * @scratch: A packet's scratch for programs, which is 0xff at hand-over, was not zero
 *	when one left.
 * @scheduled: Times that a ring was asked to be drained.
 * @drains: All are drained after each packet; else when the case says so.
 * @burst: The last packet handed over had more that follow.
 * @queue: The host's transmit queue that packets are in.
 * @now: The firmware's time in us, while its clock is stopped.
 *
 * It is test->priv of the cases.
 */
struct nicbond_fleet {
	struct net_device *port[FLEET];
	struct nicbond_adaptor *adaptor[FLEET];
	unsigned int transmitted[FLEET];
	unsigned int doorbells[FLEET];
	unsigned int sequence;
	unsigned int at[FLEET];
	u32 log[FLEET][FLEET_LOG];
	u8 source[FLEET][ETH_ALEN];
	unsigned int attention;
	bool refuse;
	bool scratch;
	unsigned int scheduled;
	bool drains;
	bool burst;
	u16 queue;
	u32 now;
};

/*
 * All are up with weight 1, nobody is primary; the flowlet gap is 0, so that
 * buckets move at once.
 */
int nicbond_fleet_init(struct kunit *test);
void nicbond_fleet_exit(struct kunit *test);

/* Adaptor @i's registers and counters. */
void nicbond_fleet_write(struct kunit *test, unsigned int i, u32 reg, u32 value);
void nicbond_fleet_write_all(struct kunit *test, u32 reg, u32 value);
u32 nicbond_fleet_read(struct kunit *test, unsigned int i, u32 reg);

#define FLEET_COUNTER(test, i, id)					\
	nicbond_fleet_read(test, i, NICBOND_REG_COUNTER_LOW(NICBOND_COUNTER_##id))

#define EXPECT_COUNTER(test, i, id, value)				\
	KUNIT_EXPECT_EQ(test, FLEET_COUNTER(test, i, id), value)

void nicbond_fleet_set_peer(struct kunit *test, unsigned int slot, bool up);
void nicbond_fleet_promote(struct kunit *test, unsigned int i, u32 epoch);
void nicbond_fleet_cut(struct kunit *test, unsigned int i, bool cut);

/* Hand adaptor @i a packet, number @n, to the @n-th of many destinations. */
int nicbond_fleet_handover(struct kunit *test, unsigned int i, u32 n);

/* The same, with another number; @more: the stack says that others follow. */
int nicbond_fleet_xmit(struct kunit *test, unsigned int i, u32 n, u32 number,
		       bool more);

/* Hand adaptor @i a packet to each of @count destinations; none is dropped. */
void nicbond_fleet_stream(struct kunit *test, unsigned int i, u32 count);

/* Packets that all ports together were given. */
unsigned int nicbond_fleet_sent(struct kunit *test);
void nicbond_fleet_forget(struct kunit *test);

/* A destination that adaptor @i, as primary, has adaptor @slot transmit to. */
u32 nicbond_fleet_destination(struct kunit *test, unsigned int i,
			      unsigned int slot);

/* The bucket of the @n-th destination, in adaptor @i's table. */
unsigned int nicbond_fleet_bucket(struct kunit *test, unsigned int i, u32 n);

/* Drain the ring from @i to @slot now, once. */
void nicbond_fleet_drain(struct kunit *test, unsigned int i, unsigned int slot);

/* Buckets that @slot has by @adaptor's TABLE; that one need not be of a fleet. */
unsigned int nicbond_fleet_buckets(struct nicbond_adaptor *adaptor,
				   unsigned int slot);

/*
 * From now on the case's clock is fleet->now, which begins at @now; until time goes
 * on. What runs in a work item beside the case sees the true one at all times.
 */
void nicbond_fleet_stop_clock(struct kunit *test, u32 now);
void nicbond_fleet_start_clock(struct kunit *test);

/* What BQL knows of a queue, in bytes; false: the kernel has no BQL. */
#ifdef CONFIG_BQL
static inline bool nicbond_fleet_set_bql(struct netdev_queue *queue, u32 queued,
					 u32 completed)
{
	queue->dql.num_queued = queued;
	queue->dql.num_completed = completed;

	return true;
}
#else
static inline bool nicbond_fleet_set_bql(struct netdev_queue *queue, u32 queued,
					 u32 completed)
{
	return false;
}
#endif

#endif /* _NICBOND_TESTS_FLEET_H */
