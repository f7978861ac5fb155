// SPDX-License-Identifier: GPL-2.0
/* What the cases of failover and of members' liveness share: diarist.h. */
#include "diarist.h"
#include "../host/lag.h"
#include "../host/link.h"

#include <kunit/static_stub.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

struct nicbond_diarist *nicbond_diarist_of(struct nicbond_adaptor *adaptor)
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
	case NICBOND_REG_TABLE_SIZE:
		a->table_size = value;
		break;
	case NICBOND_REG_HASH_KEY(0) ... NICBOND_REG_HASH_KEY(NICBOND_KEY_WORDS - 1):
		a->key[(reg - NICBOND_REG_HASH_KEY(0)) / 4] = value;
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

static int nicbond_diarist_master(struct nicbond_failover_test *t)
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

int nicbond_diarist_init(struct kunit *test)
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
	if (nicbond_diarist_master(t))
		return -ENOMEM;
	for (i = 0; i < ADAPTORS; i++)
		t->a[i].member.master = t->master;
	kunit_activate_static_stub(test, nicbond_lag_tell, nicbond_diarist_tell);
	test->priv = t;

	return 0;
}

/* Some test may have failed in the middle; take out whoever is a member. */
void nicbond_diarist_exit(struct kunit *test)
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

void nicbond_test_join(struct nicbond_failover_test *t, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(t->test, nicbond_failover_join(&t->a[i].member),
				0);
}

void nicbond_test_primary(struct nicbond_failover_test *t, unsigned int i)
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

void nicbond_test_option(struct nicbond_failover_test *t,
			 enum nicbond_option_id id, u32 word)
{
	struct nicbond_option_value value = { { word } };

	KUNIT_EXPECT_EQ(t->test, nicbond_option_set(t->master, id, &value), 0);
}
