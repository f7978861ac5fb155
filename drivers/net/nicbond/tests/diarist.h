/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_TESTS_DIARIST_H
#define _NICBOND_TESTS_DIARIST_H

/*
 * A real master over adaptors that transmit nothing, keep a diary, and can be told to
 * refuse a write. The cases hold rtnl, so they expect, and never abort.
 */
#include "../host/failover.h"

#include <kunit/test.h>
#include <linux/rcupdate.h>

#define ADAPTORS	3
#define NEVER		INT_MAX

/**
 * struct nicbond_diarist - an adaptor that keeps a diary
 * @adaptor: What the host sees of it.
 * @member: The host's member of it.
 * @port: The member's net device, never registered.
 * @role: Its ROLE register;
 * @epoch: likewise;
 * @role_epoch: and what that was when @role was written.
 * @beat: Its HEARTBEAT register;
 * @silent: SILENT, of the first slots.
 * @peers: Channels that are plugged in at its end.
 * @peer: Its PEER registers;
 * @refuse_peers: it takes nothing for them.
 * @refuse_role: Likewise, of ROLE.
 * @table_size: Its TABLE_SIZE register.
 * @key: Its HASH_KEY registers.
 * @dead: Its port carries no traffic.
 * @writes_left: Takes so many register writes, then refuses all.
 * @promoted: When it was last promoted, as a grace period to come.
 * @unplugged: When a channel was last unplugged at its end, likewise.
 * @told: Times that others were told whether it is up;
 * @told_up: what, then;
 * @told_by: and who was primary by then.
 */
struct nicbond_diarist {
	struct nicbond_adaptor adaptor;
	struct nicbond_member member;
	struct net_device *port;
	u32 role;
	u32 epoch;
	u32 role_epoch;
	u32 beat;
	u32 silent;
	unsigned long peers;
	u32 peer[ADAPTORS];
	bool refuse_peers;
	bool refuse_role;
	u32 table_size;
	u32 key[NICBOND_KEY_WORDS];
	bool dead;
	int writes_left;
	struct rcu_gp_oldstate promoted;
	struct rcu_gp_oldstate unplugged;
	unsigned int told;
	bool told_up;
	const struct nicbond_member *told_by;
};

/**
 * struct nicbond_failover_test - a master and its would-be members
 * @test: For expectations in the adaptors.
 * @dev: The master's net device.
 * @master: Its private part.
 * @a: The adaptors.
 * @demotions: Demotions, each of which was checked.
 */
struct nicbond_failover_test {
	struct kunit *test;
	struct net_device *dev;
	struct nicbond_master *master;
	struct nicbond_diarist a[ADAPTORS];
	unsigned int demotions;
};

/* Of a suite: the master and its would-be members are test->priv. */
int nicbond_diarist_init(struct kunit *test);
void nicbond_diarist_exit(struct kunit *test);

struct nicbond_diarist *nicbond_diarist_of(struct nicbond_adaptor *adaptor);

/* The first @n become members. */
void nicbond_test_join(struct nicbond_failover_test *t, unsigned int n);

/* Adaptor @i, and it alone, is primary, for the host and for itself. */
void nicbond_test_primary(struct nicbond_failover_test *t, unsigned int i);

/* Set an option of the master. */
void nicbond_test_option(struct nicbond_failover_test *t,
			 enum nicbond_option_id id, u32 word);

#endif /* _NICBOND_TESTS_DIARIST_H */
