// SPDX-License-Identifier: GPL-2.0
/*
 * The order of a switch, of joining and of leaving: a real master over adaptors
 * that transmit nothing, keep a diary, and can be told to refuse a write. The
 * cases hold rtnl, so they expect, and never abort.
 */
#include "../host/failover.h"
#include "../host/heartbeat.h"
#include "../host/lag.h"
#include "../host/link.h"

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>

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

static struct nicbond_diarist *nicbond_diarist_of(struct nicbond_adaptor *adaptor)
{
	return container_of(adaptor, struct nicbond_diarist, adaptor);
}

static struct nicbond_failover_test *
nicbond_diarist_test(struct nicbond_diarist *a)
{
	return container_of(a - a->member.slot, struct nicbond_failover_test,
			    a[0]);
}

static u32 nicbond_diarist_read(const struct nicbond_adaptor *adaptor, u32 reg)
{
	const struct nicbond_diarist *a =
		container_of(adaptor, struct nicbond_diarist, adaptor);

	switch (reg) {
	case NICBOND_REG_STATUS:
		return a->dead ? NICBOND_STATUS_RUNNING : NICBOND_STATUS_LIVE;
	case NICBOND_REG_ROLE:
		return a->role;
	case NICBOND_REG_HEARTBEAT:
		return READ_ONCE(a->beat);
	case NICBOND_REG_SILENT(0):
		return READ_ONCE(a->silent);
	}

	return 0;
}

/*
 * Who is demoted must be out of every packet's reach: another one, or nobody, is
 * published, and since whoever that is was promoted a grace period has passed.
 */
static void nicbond_diarist_demoted(struct nicbond_diarist *a)
{
	struct nicbond_failover_test *t = nicbond_diarist_test(a);
	struct nicbond_member *next = nicbond_failover_primary(t->master);
	struct nicbond_diarist *winner;

	t->demotions++;
	KUNIT_EXPECT_PTR_NE(t->test, next, &a->member);
	if (!next)
		return;

	winner = nicbond_diarist_of(next->adaptor);
	KUNIT_EXPECT_EQ(t->test, winner->role, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_TRUE(t->test,
			  poll_state_synchronize_rcu_full(&winner->promoted));
}

static int nicbond_diarist_write(struct nicbond_adaptor *adaptor, u32 reg,
				 u32 value)
{
	struct nicbond_diarist *a = nicbond_diarist_of(adaptor);

	if (!a->writes_left)
		return -EIO;
	a->writes_left--;

	switch (reg) {
	case NICBOND_REG_FENCE:
		if (nicbond_epoch_newer(value, a->role_epoch))
			a->role = NICBOND_ROLE_SECONDARY;
		fallthrough;
	case NICBOND_REG_EPOCH:
		a->epoch = value;
		break;
	case NICBOND_REG_PEER(0) ... NICBOND_REG_PEER(ADAPTORS - 1):
		if (a->refuse_peers)
			return -EIO;
		a->peer[(reg - NICBOND_REG_PEER(0)) / 4] = value;
		break;
	case NICBOND_REG_ROLE:
		if (a->refuse_role)
			return -EIO;
		if (value == NICBOND_ROLE_PRIMARY)
			get_state_synchronize_rcu_full(&a->promoted);
		else
			nicbond_diarist_demoted(a);
		a->role = value;
		a->role_epoch = a->epoch;
		break;
	}

	return 0;
}

static int nicbond_diarist_connect(struct nicbond_adaptor *adaptor,
				   unsigned int slot,
				   struct nicbond_adaptor *peer)
{
	struct nicbond_diarist *a = nicbond_diarist_of(adaptor);

	__assign_bit(slot, &a->peers, peer);
	if (!peer)
		get_state_synchronize_rcu_full(&a->unplugged);

	return 0;
}

static const struct nicbond_adaptor_ops nicbond_diarist_ops = {
	.reg_read	= nicbond_diarist_read,
	.reg_write	= nicbond_diarist_write,
	.connect	= nicbond_diarist_connect,
};

static void nicbond_diarist_free_port(void *port)
{
	free_netdev(port);
}

/* A port is no net device that others could look at. */
static void nicbond_diarist_tell(const struct nicbond_member *member)
{
	struct nicbond_diarist *a = nicbond_diarist_of(member->adaptor);

	a->told++;
	a->told_up = member->liveness.up;
	a->told_by = nicbond_failover_primary(member->master);
}

static int nicbond_failover_test_master(struct nicbond_failover_test *t)
{
	int err;

	t->dev = alloc_netdev(nicbond_link_ops.priv_size, "kunit%d",
			      NET_NAME_ENUM, nicbond_link_ops.setup);
	if (!t->dev)
		return -ENOMEM;
	t->master = netdev_priv(t->dev);

	err = register_netdev(t->dev);
	if (err)
		free_netdev(t->dev);

	return err;
}

static int nicbond_failover_test_init(struct kunit *test)
{
	struct nicbond_failover_test *t;
	struct nicbond_diarist *a;
	int i;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->test = test;
	for (i = 0; i < ADAPTORS; i++) {
		a = &t->a[i];
		a->port = alloc_netdev(0, "diarist%d", NET_NAME_ENUM, ether_setup);
		if (!a->port ||
		    kunit_add_action_or_reset(test, nicbond_diarist_free_port,
					      a->port))
			return -ENOMEM;
		snprintf(a->port->name, IFNAMSIZ, "diarist%d", i);
		a->adaptor.ops = &nicbond_diarist_ops;
		a->adaptor.context = &a->member;
		a->writes_left = NEVER;
		a->member.adaptor = &a->adaptor;
		a->member.dev = a->port;
		a->member.slot = i;
	}
	if (nicbond_failover_test_master(t))
		return -ENOMEM;
	for (i = 0; i < ADAPTORS; i++)
		t->a[i].member.master = t->master;
	kunit_activate_static_stub(test, nicbond_lag_tell, nicbond_diarist_tell);
	test->priv = t;

	return 0;
}

/* Some test may have failed in the middle; take out whoever is a member. */
static void nicbond_failover_test_exit(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_member *member, *next;

	if (!t)
		return;

	rtnl_lock();
	list_for_each_entry_safe(member, next, &t->master->members, list)
		nicbond_failover_leave(member);
	rtnl_unlock();
	unregister_netdev(t->dev);
}

static void nicbond_test_join(struct nicbond_failover_test *t, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(t->test, nicbond_failover_join(&t->a[i].member),
				0);
}

/* Adaptor @i, and it alone, is primary, for the host and for itself. */
static void nicbond_test_primary(struct nicbond_failover_test *t, unsigned int i)
{
	struct nicbond_member *member;

	KUNIT_EXPECT_PTR_EQ(t->test, nicbond_failover_primary(t->master),
			    &t->a[i].member);
	nicbond_for_each_member(t->master, member)
		KUNIT_EXPECT_EQ(t->test,
				nicbond_diarist_of(member->adaptor)->role,
				member->slot == i ? NICBOND_ROLE_PRIMARY :
						    NICBOND_ROLE_SECONDARY);
}

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

static void nicbond_test_option(struct nicbond_failover_test *t,
				enum nicbond_option_id id, u32 word)
{
	struct nicbond_option_value value = { { word } };

	KUNIT_EXPECT_EQ(t->test, nicbond_option_set(t->master, id, &value), 0);
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

/* A change counts when its delay is over, or nobody else carries traffic. */
static void nicbond_failover_test_delays(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_DOWN_DELAY, 3600000);
	nicbond_test_option(t, NICBOND_OPTION_UP_DELAY, 3600000);
	a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
	nicbond_test_primary(t, 0);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	KUNIT_EXPECT_TRUE(test, t->master->waiting);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	a[0].member.liveness.due = nicbond_liveness_now();
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_EQ(test, t->master->downs[NICBOND_CAUSE_TRANSMIT], 1);
	KUNIT_EXPECT_FALSE(test, t->master->waiting);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));

	/* It comes back, and waits, until the others are gone. */
	a[0].dead = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	a[2].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(t->dev));
	rtnl_unlock();
}

/* Looks at all, between which all but those in @still beat. */
static void nicbond_test_looks(struct nicbond_failover_test *t,
			       unsigned int count, unsigned long still)
{
	unsigned int i;

	while (count--) {
		for (i = 0; i < ADAPTORS; i++)
			if (!(still & BIT(i)))
				WRITE_ONCE(t->a[i].beat, t->a[i].beat + 1);
		t->master->heartbeat_looked = jiffies - HZ / 10;
		nicbond_heartbeat_check(t->master);
	}
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
}

/* Who gives no sign of life is down, while others do; and is told all when it does. */
static void nicbond_failover_test_hung(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	/* The case looks. */
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 10, 0);
	nicbond_test_looks(t, 2, BIT(0));
	nicbond_test_primary(t, 0);
	a[0].writes_left = 0;
	nicbond_test_looks(t, 1, BIT(0));
	KUNIT_EXPECT_PTR_EQ(test, nicbond_failover_primary(t->master), &a[1].member);
	KUNIT_EXPECT_EQ(test, a[0].role, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_EQ(test, nicbond_member_state(&a[0].member),
			NICBOND_MEMBER_STATE_HUNG);
	KUNIT_EXPECT_EQ(test, t->master->downs[NICBOND_CAUSE_HEARTBEAT], 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	/* All stand still: that is the host's own fault. */
	nicbond_test_looks(t, 10, BIT(0) | BIT(1) | BIT(2));
	KUNIT_EXPECT_PTR_EQ(test, nicbond_failover_primary(t->master), &a[1].member);
	KUNIT_EXPECT_TRUE(test, a[2].member.liveness.up);

	a[0].writes_left = NEVER;
	nicbond_test_looks(t, 1, 0);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	KUNIT_EXPECT_EQ(test, a[0].member.liveness.cause, NICBOND_CAUSE_HEARTBEAT);
	KUNIT_EXPECT_EQ(test, a[0].epoch, t->master->fence);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));
	rtnl_unlock();
}

/* No delay for what the firmware does not re-steer; nobody dead becomes primary. */
static void nicbond_failover_test_impatient(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_DOWN_DELAY, 3600000);
	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 2, 0);

	/* It waits, dead, and is no candidate. */
	a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_TRUE(test, a[1].member.liveness.up);
	a[1].member.option[NICBOND_MEMBER_OPTION_PRIORITY] = 9;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 0);
	nicbond_test_looks(t, 3, BIT(0));
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	rtnl_unlock();
}

/* Looks that come too early count for nothing, however many. */
static void nicbond_failover_test_early(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	int i;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	t->master->heartbeat_looked = jiffies;
	for (i = 0; i < 100; i++) {
		WRITE_ONCE(t->a[1].beat, i);
		t->master->heartbeat_looked = jiffies;
		nicbond_heartbeat_check(t->master);
	}
	KUNIT_EXPECT_FALSE(test, t->a[0].member.hung);
	KUNIT_EXPECT_FALSE(test, t->a[2].member.hung);
	rtnl_unlock();
}

/* A FENCE that was refused in the switch is written again. */
static void nicbond_failover_test_unfenced(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	a[0].writes_left = 0;
	KUNIT_EXPECT_EQ(test, nicbond_failover_ask(t->master, &a[1].member, NULL), 0);
	KUNIT_EXPECT_EQ(test, a[0].role, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));
	a[0].writes_left = NEVER;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));
	rtnl_unlock();
}

/* Others' word counts at once, if there is something in it; a late look does not. */
static void nicbond_failover_test_accused(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 2, 0);
	a[1].silent = BIT(0);
	nicbond_test_looks(t, 2, 0);
	nicbond_test_primary(t, 0);
	nicbond_test_looks(t, 1, BIT(0));
	nicbond_test_primary(t, 1);

	/* By who is still himself, it does not count. */
	a[1].silent = 0;
	nicbond_test_looks(t, 1, 0);
	a[0].silent = BIT(1);
	nicbond_test_looks(t, 1, BIT(0) | BIT(1));
	nicbond_test_primary(t, 1);

	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	a[0].silent = 0;
	nicbond_test_looks(t, 1, 0);
	nicbond_test_looks(t, 2, BIT(1));
	t->master->heartbeat_looked = jiffies - 60 * HZ;
	WRITE_ONCE(a[0].beat, a[0].beat + 1);
	nicbond_heartbeat_check(t->master);
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
	nicbond_test_primary(t, 1);
	rtnl_unlock();
}

static void nicbond_failover_test_min_links(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;

	rtnl_lock();
	nicbond_test_join(t, 2);
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 2);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	t->a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(t->dev));
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 1);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 3);
	t->a[1].dead = false;
	KUNIT_EXPECT_EQ(test, nicbond_failover_join(&t->a[2].member), 0);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
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

static struct kunit_case nicbond_failover_test_cases[] = {
	KUNIT_CASE(nicbond_failover_test_order),
	KUNIT_CASE(nicbond_failover_test_refused),
	KUNIT_CASE(nicbond_failover_test_failure),
	KUNIT_CASE(nicbond_failover_test_next),
	KUNIT_CASE(nicbond_failover_test_chosen),
	KUNIT_CASE(nicbond_failover_test_delays),
	KUNIT_CASE(nicbond_failover_test_min_links),
	KUNIT_CASE(nicbond_failover_test_hung),
	KUNIT_CASE(nicbond_failover_test_accused),
	KUNIT_CASE(nicbond_failover_test_impatient),
	KUNIT_CASE(nicbond_failover_test_early),
	KUNIT_CASE(nicbond_failover_test_unfenced),
	KUNIT_CASE(nicbond_failover_test_told),
	KUNIT_CASE(nicbond_failover_test_nobody),
	KUNIT_CASE(nicbond_failover_test_leave),
	KUNIT_CASE(nicbond_failover_test_leave_refused),
	KUNIT_CASE(nicbond_failover_test_join_refused),
	KUNIT_CASE(nicbond_failover_test_untold),
	{}
};

static struct kunit_suite nicbond_failover_suite = {
	.name = "nicbond_failover",
	.init = nicbond_failover_test_init,
	.exit = nicbond_failover_test_exit,
	.test_cases = nicbond_failover_test_cases,
};

kunit_test_suite(nicbond_failover_suite);
