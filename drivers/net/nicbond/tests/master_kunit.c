// SPDX-License-Identifier: GPL-2.0
/*
 * What user space cannot see of a master: the room for headers that it takes over from its
 * members, and who gets the packets of a burst. A real master and real devices. The cases hold
 * rtnl, so they expect, and never abort.
 */
#include "../host/link.h"
#include "../host/master.h"

#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#define MASTER_DEVS	2

/**
 * struct nicbond_master_test - a master, and devices that can be its members
 * @master: The master.
 * @dev: The devices: one that needs no room of its own, and one that does.
 * @sent: Packets that these were given.
 * @answers: With the next one, a device sends one of its own through the master.
 * @leaves: With the next one, this adaptor is to be forgotten; cleared then.
 * @forgotten: It was.
 */
struct nicbond_master_test {
	struct net_device *master;
	struct net_device *dev[MASTER_DEVS];
	unsigned int sent;
	bool answers;
	struct nicbond_adaptor *leaves;
	bool forgotten;
};

/* One through the master, as the stack does; @more: others follow. BH disabled. */
static void nicbond_master_test_send(struct nicbond_master_test *t, bool more)
{
	struct sk_buff *skb = alloc_skb(ETH_ZLEN, GFP_ATOMIC);

	if (!skb)
		return;
	skb_put_zero(skb, ETH_ZLEN);
	skb->dev = t->master;
	__netdev_start_xmit(t->master->netdev_ops, skb, t->master, more);
}

static netdev_tx_t nicbond_master_test_xmit(struct sk_buff *skb,
					    struct net_device *dev)
{
	struct kunit *test = kunit_get_current_test();
	struct nicbond_master_test *t = test ? test->priv : NULL;

	kfree_skb(skb);
	if (!t)
		return NETDEV_TX_OK;

	t->sent++;
	if (t->answers) {
		t->answers = false;
		nicbond_master_test_send(t, false);
	}
	if (t->leaves)
		t->forgotten = nicbond_master_forget(netdev_priv(t->master), t->leaves);
	t->leaves = NULL;

	return NETDEV_TX_OK;
}

static const struct net_device_ops nicbond_master_test_ops = {
	.ndo_start_xmit		= nicbond_master_test_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
};

static struct net_device *nicbond_master_test_device(void)
{
	struct net_device *dev = alloc_etherdev(0);

	if (!dev)
		return NULL;
	dev->netdev_ops = &nicbond_master_test_ops;
	eth_hw_addr_random(dev);
	if (register_netdev(dev)) {
		free_netdev(dev);
		return NULL;
	}

	return dev;
}

static void nicbond_master_test_exit(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;
	int i;

	if (!t)
		return;
	/* Frees itself. */
	if (t->master)
		unregister_netdev(t->master);
	for (i = 0; i < MASTER_DEVS && t->dev[i]; i++) {
		unregister_netdev(t->dev[i]);
		free_netdev(t->dev[i]);
	}
}

static int nicbond_master_test_init(struct kunit *test)
{
	struct nicbond_master_test *t;
	struct net_device *master;
	int i;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	test->priv = t;

	for (i = 0; i < MASTER_DEVS; i++) {
		t->dev[i] = nicbond_master_test_device();
		if (!t->dev[i])
			return -ENOMEM;
	}
	master = alloc_netdev(nicbond_link_ops.priv_size, "kunit%d",
			      NET_NAME_ENUM, nicbond_link_ops.setup);
	if (!master)
		return -ENOMEM;
	if (register_netdev(master)) {
		free_netdev(master);
		return -ENOMEM;
	}
	t->master = master;

	return 0;
}

static void nicbond_master_expect_rooms(struct kunit *test, unsigned int header,
					unsigned int headroom,
					unsigned int tailroom)
{
	struct nicbond_master_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, t->master->hard_header_len, header);
	KUNIT_EXPECT_EQ(test, t->master->needed_headroom, headroom);
	KUNIT_EXPECT_EQ(test, t->master->needed_tailroom, tailroom);
}

/* The most that any member needs; no more when that has left. */
static void nicbond_master_test_rooms(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;
	struct net_device *greedy = t->dev[1];

	greedy->hard_header_len = 30;
	greedy->needed_headroom = 40;
	greedy->needed_tailroom = 8;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_member_add(t->master, t->dev[0], NULL), 0);
	nicbond_master_expect_rooms(test, ETH_HLEN, 0, 0);
	KUNIT_EXPECT_EQ(test, nicbond_member_add(t->master, greedy, NULL), 0);
	nicbond_master_expect_rooms(test, 30, 40, 8);

	greedy->needed_headroom = 60;
	netdev_features_change(greedy);
	nicbond_master_expect_rooms(test, 30, 60, 8);

	KUNIT_EXPECT_EQ(test, nicbond_member_del(t->master, greedy), 0);
	nicbond_master_expect_rooms(test, ETH_HLEN, 0, 0);
	rtnl_unlock();
}

/* So many are members and up; the master, too, which has sent what it does by itself then. */
static void nicbond_master_test_open(struct kunit *test, unsigned int members)
{
	struct nicbond_master_test *t = test->priv;
	unsigned int i;

	for (i = 0; i < members; i++)
		KUNIT_EXPECT_EQ(test, nicbond_member_add(t->master, t->dev[i], NULL), 0);
	KUNIT_EXPECT_EQ(test, dev_open(t->master, NULL), 0);
	t->sent = 0;
}

/* All of a burst goes to one primary, also if the role is taken away meanwhile. */
static void nicbond_master_test_burst(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;
	struct nicbond_master *master = netdev_priv(t->master);
	struct nicbond_adaptor *primary;

	rtnl_lock();
	nicbond_master_test_open(test, 1);
	local_bh_disable();
	nicbond_master_test_send(t, true);
	primary = rcu_replace_pointer(master->primary, NULL, true);
	nicbond_master_test_send(t, true);
	nicbond_master_test_send(t, false);
	KUNIT_EXPECT_EQ(test, t->sent, 3);
	/* That was its end. */
	nicbond_master_test_send(t, false);
	KUNIT_EXPECT_EQ(test, t->sent, 3);
	rcu_assign_pointer(master->primary, primary);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, nicbond_master_xstat(master, IFLA_NICBOND_XSTATS_DROP_NO_MEMBER), 1);
	rtnl_unlock();
}

/* What a driver sends through the master meanwhile does not end it. */
static void nicbond_master_test_burst_nested(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;
	struct nicbond_master *master = netdev_priv(t->master);
	struct nicbond_adaptor *primary;

	rtnl_lock();
	nicbond_master_test_open(test, 1);
	local_bh_disable();
	nicbond_master_test_send(t, true);
	KUNIT_EXPECT_EQ(test, t->sent, 0);
	/* The first goes now, to who sends another, while this one is held. */
	t->answers = true;
	nicbond_master_test_send(t, true);
	primary = rcu_replace_pointer(master->primary, NULL, true);
	nicbond_master_test_send(t, false);
	KUNIT_EXPECT_EQ(test, t->sent, 4);
	rcu_assign_pointer(master->primary, primary);
	local_bh_enable();
	rtnl_unlock();
}

/* The stack said that more follow, and none did; the primary leaves. */
static void nicbond_master_test_burst_broken(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;

	rtnl_lock();
	nicbond_master_test_open(test, 2);
	local_bh_disable();
	nicbond_master_test_send(t, true);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, nicbond_member_del(t->master, t->dev[0]), 0);
	t->sent = 0;
	local_bh_disable();
	nicbond_master_test_send(t, false);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, t->sent, 1);
	rtnl_unlock();
}

/* It is broken twice, the second time while the adaptor is forgotten. */
static void nicbond_master_test_burst_forgotten(struct kunit *test)
{
	struct nicbond_master_test *t = test->priv;
	struct nicbond_master *master = netdev_priv(t->master);
	struct nicbond_adaptor *primary;

	rtnl_lock();
	nicbond_master_test_open(test, 1);
	local_bh_disable();
	nicbond_master_test_send(t, true);
	primary = rcu_replace_pointer(master->primary, NULL, true);
	t->leaves = primary;
	nicbond_master_test_send(t, true);
	KUNIT_EXPECT_TRUE(test, t->forgotten);
	KUNIT_EXPECT_TRUE(test, nicbond_master_forget(master, primary));
	KUNIT_EXPECT_FALSE(test, nicbond_master_forget(master, primary));
	rcu_assign_pointer(master->primary, primary);
	local_bh_enable();
	rtnl_unlock();
}

static struct kunit_case nicbond_master_cases[] = {
	KUNIT_CASE(nicbond_master_test_rooms),
	KUNIT_CASE(nicbond_master_test_burst),
	KUNIT_CASE(nicbond_master_test_burst_nested),
	KUNIT_CASE(nicbond_master_test_burst_broken),
	KUNIT_CASE(nicbond_master_test_burst_forgotten),
	{ }
};

static struct kunit_suite nicbond_master_suite = {
	.name = "nicbond_master",
	.init = nicbond_master_test_init,
	.exit = nicbond_master_test_exit,
	.test_cases = nicbond_master_cases,
};

kunit_test_suite(nicbond_master_suite);
