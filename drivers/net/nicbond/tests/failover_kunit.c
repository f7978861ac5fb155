// SPDX-License-Identifier: GPL-2.0
/* The order of a switch, of joining and of leaving; who is primary. */
#include "diarist.h"
#include "../host/option.h"

#include <linux/bitfield.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

/* Promote, publish, wait, demote; and everybody knows the epoch. */
static void nicbond_failover_test_order(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	unsigned int i, n;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_primary(t, 0);
	for (n = 1; n <= 2 * ADAPTORS; n++) {
		KUNIT_EXPECT_EQ(test, nicbond_failover_switch(t->master,
							      &t->a[n % ADAPTORS].member,
							      NICBOND_CAUSE_ASKED), 0);
		nicbond_test_primary(t, n % ADAPTORS);
		for (i = 0; i < ADAPTORS; i++)
			KUNIT_EXPECT_EQ(test, t->a[i].epoch, t->master->epoch);
	}
	KUNIT_EXPECT_EQ(test, t->demotions, 2 * ADAPTORS);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 0);
	rtnl_unlock();
}

/* An adaptor that does not take the role changes nothing for the others. */
static void nicbond_failover_test_refused(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	int writes;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	for (writes = 0; writes < 2; writes++) {
		t->a[1].writes_left = writes;
		KUNIT_EXPECT_EQ(test, nicbond_failover_switch(t->master,
							      &t->a[1].member,
							      NICBOND_CAUSE_ASKED), -EIO);
		nicbond_test_primary(t, 0);
	}
	KUNIT_EXPECT_EQ(test, t->demotions, 0);

	t->a[1].writes_left = NEVER;
	KUNIT_EXPECT_EQ(test, nicbond_failover_switch(t->master,
						      &t->a[1].member, NICBOND_CAUSE_ASKED), 0);
	nicbond_test_primary(t, 1);
	rtnl_unlock();
}

/* The primary fails: one failover, to a live one; it returns: none. */
static void nicbond_failover_test_failure(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	t->a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 0);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 0);

	t->a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 1);

	t->a[0].dead = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 1);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	rtnl_unlock();
}

/* Who should be primary does not take the role: the next one is. */
static void nicbond_failover_test_next(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	u32 epoch;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	t->a[0].dead = true;
	t->a[1].member.speed = 10000;
	t->a[1].refuse_role = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	/* Nobody takes it: who has it, has it; until somebody does. */
	t->a[2].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));
	t->a[1].refuse_role = false;
	/* Not at once. */
	epoch = t->master->epoch;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_EQ(test, t->master->epoch, epoch);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));
	t->a[1].member.refused_until = nicbond_liveness_now();
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_EQ(test, t->a[1].member.refused_until, 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));
	rtnl_unlock();
}

/* Who the user chose stays, whatever the priorities, until it fails. */
static void nicbond_failover_test_chosen(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	int i;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_failover_ask(t->master,
							   &t->a[2].member, NULL), 0);
		t->a[1].member.option[NICBOND_MEMBER_OPTION_PRIORITY] = 9;
		nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
		nicbond_test_primary(t, 2);
		if (i) {
			nicbond_failover_ask_nobody(t->master);
		} else {
			t->a[2].dead = true;
			nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
			nicbond_test_primary(t, 1);
			t->a[2].dead = false;
			nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
		}
		nicbond_test_primary(t, 1);
	}

	/* A priority is for always; or for later. */
	nicbond_test_option(t, NICBOND_OPTION_PRIMARY_RESELECT,
			    NICBOND_PRIMARY_RESELECT_FAILURE);
	t->a[0].member.option[NICBOND_MEMBER_OPTION_PRIORITY] = 10;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 1);
	nicbond_test_option(t, NICBOND_OPTION_PRIMARY_RESELECT,
			    NICBOND_PRIMARY_RESELECT_ALWAYS);
	nicbond_test_primary(t, 0);
	KUNIT_EXPECT_EQ(test, t->master->failovers, 1);
	rtnl_unlock();
}

/* Who follows the members' state is told of each change, after the role has moved. */
static void nicbond_failover_test_told(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;
	unsigned int i;

	rtnl_lock();
	a[2].dead = true;
	nicbond_test_join(t, ADAPTORS);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, a[i].told, 1);
		KUNIT_EXPECT_TRUE(test, a[i].told_up);
	}
	KUNIT_EXPECT_EQ(test, a[2].told, 0);

	a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	KUNIT_EXPECT_EQ(test, a[0].told, 2);
	KUNIT_EXPECT_FALSE(test, a[0].told_up);
	KUNIT_EXPECT_PTR_EQ(test, a[0].told_by, &a[1].member);

	a[0].dead = false;
	a[2].dead = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	KUNIT_EXPECT_EQ(test, a[0].told, 3);
	KUNIT_EXPECT_TRUE(test, a[0].told_up);
	KUNIT_EXPECT_EQ(test, a[1].told, 1);
	KUNIT_EXPECT_EQ(test, a[2].told, 1);
	KUNIT_EXPECT_TRUE(test, a[2].told_up);
	rtnl_unlock();
}

/* Nobody is live: the primary stays one, the master shows no carrier. */
static void nicbond_failover_test_nobody(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	int i;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	for (i = 0; i < ADAPTORS; i++)
		t->a[i].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 0);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(t->dev));

	t->a[2].dead = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	rtnl_unlock();
}

/* Once it has left, no packet can be on its way to it, and none in it. */
static void nicbond_failover_test_leave(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_failover_leave(&t->a[0].member);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_EQ(test, t->a[0].role, NICBOND_ROLE_SECONDARY);
	KUNIT_EXPECT_EQ(test, t->a[1].peers, BIT(2));
	KUNIT_EXPECT_EQ(test, t->a[2].peers, BIT(1));
	KUNIT_EXPECT_TRUE(test,
			  poll_state_synchronize_rcu_full(&t->a[1].unplugged));
	KUNIT_EXPECT_TRUE(test,
			  poll_state_synchronize_rcu_full(&t->a[2].unplugged));
	KUNIT_EXPECT_EQ(test, t->master->member_count, ADAPTORS - 1);
	rtnl_unlock();
}

/* Nobody takes the role of the one that leaves: then nobody has it. */
static void nicbond_failover_test_leave_refused(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;

	rtnl_lock();
	nicbond_test_join(t, 2);
	t->a[1].writes_left = 0;
	nicbond_failover_leave(&t->a[0].member);
	KUNIT_EXPECT_NULL(test, nicbond_failover_primary(t->master));
	KUNIT_EXPECT_EQ(test, t->a[1].role, NICBOND_ROLE_SECONDARY);

	t->a[1].writes_left = NEVER;
	t->a[1].member.refused_until = nicbond_liveness_now();
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_test_primary(t, 1);
	rtnl_unlock();
}

/* Joining fails at each of its register writes in turn, and leaves no trace. */
static void nicbond_failover_test_join_refused(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *late = &t->a[2];
	int i, writes, needed;

	rtnl_lock();
	nicbond_test_join(t, 2);
	needed = 3 + 4 + 2;	/* reset, fence, speed; addresses; two peers */
	for (i = 0; i < NICBOND_OPTION_COUNT; i++)
		if (nicbond_options[i].reg)
			needed += nicbond_option_words(&nicbond_options[i]);
	for (writes = 0; writes < needed; writes++) {
		late->writes_left = writes;
		KUNIT_EXPECT_EQ(test, nicbond_failover_join(&late->member), -EIO);
		KUNIT_EXPECT_EQ(test, t->master->member_count, 2);
		KUNIT_EXPECT_EQ(test, t->a[0].peers, BIT(1));
		KUNIT_EXPECT_EQ(test, t->a[1].peers, BIT(0));
		KUNIT_EXPECT_TRUE(test, writes < needed - 2 ||
				  poll_state_synchronize_rcu_full(&t->a[1].unplugged));
		nicbond_test_primary(t, 0);
	}

	late->writes_left = NEVER;
	KUNIT_EXPECT_EQ(test, nicbond_failover_join(&late->member), 0);
	KUNIT_EXPECT_EQ(test, t->a[0].peers, BIT(1) | BIT(2));
	rtnl_unlock();
}

/* Who does not take what it is told of others is told again, until it does. */
static void nicbond_failover_test_untold(struct kunit *test)
{
	const u32 up = NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
		       FIELD_PREP(NICBOND_PEER_WEIGHT, 1);
	struct nicbond_failover_test *t = test->priv;
	int i;

	rtnl_lock();
	for (i = 0; i < ADAPTORS; i++)
		t->a[i].member.option[NICBOND_MEMBER_OPTION_WEIGHT] = 1;
	nicbond_test_join(t, 2);
	t->a[0].refuse_peers = true;
	KUNIT_EXPECT_EQ(test, nicbond_failover_join(&t->a[2].member), 0);
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	KUNIT_EXPECT_EQ(test, t->a[0].peer[2], 0);
	KUNIT_EXPECT_EQ(test, t->a[1].peer[2], up);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	t->a[0].refuse_peers = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	KUNIT_EXPECT_EQ(test, t->a[0].peer[2], up);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(t->master->untold, NICBOND_SLOTS));

	/* Also that one is down, and that one left. */
	t->a[0].refuse_peers = true;
	t->a[2].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	nicbond_failover_leave(&t->a[1].member);
	t->a[0].refuse_peers = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	KUNIT_EXPECT_EQ(test, t->a[0].peer[1], 0);
	KUNIT_EXPECT_EQ(test, t->a[0].peer[2], up & ~NICBOND_PEER_UP);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(t->master->untold, NICBOND_SLOTS));
	rtnl_unlock();
}

/* One adaptor hangs between two options: in the end none has changed, nor with anybody. */
static void nicbond_failover_test_unprogrammed(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	const struct nicbond_option_value *option = t->master->option;
	u32 size = option[NICBOND_OPTION_TABLE_SIZE].word[0];
	struct nicbond_option_change *change;
	u32 key[NICBOND_KEY_WORDS];
	int i;

	change = kunit_kzalloc(test, sizeof(*change), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, change);
	__set_bit(NICBOND_OPTION_TABLE_SIZE, change->given);
	change->value[NICBOND_OPTION_TABLE_SIZE].word[0] = 2 * size;
	__set_bit(NICBOND_OPTION_HASH_KEY, change->given);
	memset(&change->value[NICBOND_OPTION_HASH_KEY], 0xa5, sizeof(key));
	memcpy(key, option[NICBOND_OPTION_HASH_KEY].word, sizeof(key));

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	t->a[1].writes_left = NICBOND_KEY_WORDS;
	KUNIT_EXPECT_EQ(test, nicbond_option_change(t->master, change), -EIO);
	KUNIT_EXPECT_TRUE(test, t->a[1].member.unprogrammed);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));
	KUNIT_EXPECT_EQ(test, option[NICBOND_OPTION_TABLE_SIZE].word[0], size);
	KUNIT_EXPECT_MEMEQ(test, option[NICBOND_OPTION_HASH_KEY].word, key, sizeof(key));

	t->a[1].writes_left = NEVER;
	nicbond_failover_update(t->master, NICBOND_CAUSE_ASKED);
	for (i = 0; i < ADAPTORS; i++) {
		KUNIT_EXPECT_EQ(test, t->a[i].table_size, size);
		KUNIT_EXPECT_MEMEQ(test, t->a[i].key, key, sizeof(key));
		KUNIT_EXPECT_FALSE(test, t->a[i].member.unprogrammed);
	}
	rtnl_unlock();
}

static struct kunit_case nicbond_failover_test_cases[] = {
	KUNIT_CASE(nicbond_failover_test_order),
	KUNIT_CASE(nicbond_failover_test_refused),
	KUNIT_CASE(nicbond_failover_test_failure),
	KUNIT_CASE(nicbond_failover_test_next),
	KUNIT_CASE(nicbond_failover_test_chosen),
	KUNIT_CASE(nicbond_failover_test_told),
	KUNIT_CASE(nicbond_failover_test_nobody),
	KUNIT_CASE(nicbond_failover_test_leave),
	KUNIT_CASE(nicbond_failover_test_leave_refused),
	KUNIT_CASE(nicbond_failover_test_join_refused),
	KUNIT_CASE(nicbond_failover_test_untold),
	KUNIT_CASE(nicbond_failover_test_unprogrammed),
	{}
};

static struct kunit_suite nicbond_failover_suite = {
	.name = "nicbond_failover",
	.init = nicbond_diarist_init,
	.exit = nicbond_diarist_exit,
	.test_cases = nicbond_failover_test_cases,
};

kunit_test_suite(nicbond_failover_suite);
