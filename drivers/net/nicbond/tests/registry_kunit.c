// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver with firmware of its own may register, and what becomes of a device
 * that has: a real master and a real device, with an adaptor that is the software
 * model under other ops. The cases hold rtnl, so they expect, and never abort.
 */
#include "../host/link.h"
#include "../host/master.h"
#include "../host/registry.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

/**
 * struct nicbond_registry_test - a master, and a device that can be its member
 * @ops: The device's firmware.
 * @master: The master.
 * @dev: The device, not registered as one with firmware.
 */
struct nicbond_registry_test {
	struct nicbond_adaptor_ops ops;
	struct net_device *master;
	struct net_device *dev;
};

static netdev_tx_t nicbond_registry_xmit(struct sk_buff *skb,
					 struct net_device *dev)
{
	kfree_skb(skb);

	return NETDEV_TX_OK;
}

static const struct net_device_ops nicbond_registry_netdev_ops = {
	.ndo_start_xmit		= nicbond_registry_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
};

static struct nicbond_registry_test *
nicbond_registry_test_of(struct net_device *dev)
{
	return *(struct nicbond_registry_test **)netdev_priv(dev);
}

/* As it should be: an adaptor of the ops that were registered. */
static struct nicbond_adaptor *nicbond_registry_create(struct net_device *port,
						       unsigned int slot)
{
	struct nicbond_adaptor *adaptor;

	adaptor = nicbond_software_ops.create(port, slot);
	if (!IS_ERR(adaptor))
		adaptor->ops = &nicbond_registry_test_of(port)->ops;

	return adaptor;
}

static struct nicbond_adaptor *
nicbond_registry_create_nothing(struct net_device *port, unsigned int slot)
{
	return ERR_PTR(-ENXIO);
}

static struct nicbond_adaptor *
nicbond_registry_create_elsewhere(struct net_device *port, unsigned int slot)
{
	return nicbond_registry_create(port, slot + 1);
}

/* Of other ops than were registered. */
static struct nicbond_adaptor *
nicbond_registry_create_foreign(struct net_device *port, unsigned int slot)
{
	return nicbond_software_ops.create(port, slot);
}

static int nicbond_registry_test_device(struct nicbond_registry_test *t)
{
	int err;

	t->dev = alloc_etherdev(sizeof(t));
	if (!t->dev)
		return -ENOMEM;
	*(struct nicbond_registry_test **)netdev_priv(t->dev) = t;
	t->dev->netdev_ops = &nicbond_registry_netdev_ops;
	eth_hw_addr_random(t->dev);

	err = register_netdev(t->dev);
	if (err)
		free_netdev(t->dev);

	return err;
}

static int nicbond_registry_test_init(struct kunit *test)
{
	struct nicbond_registry_test *t;
	int err;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->ops = nicbond_software_ops;
	t->ops.create = nicbond_registry_create;

	err = nicbond_registry_test_device(t);
	if (err)
		return err;

	err = -ENOMEM;
	t->master = alloc_netdev(nicbond_link_ops.priv_size, "kunit%d",
				 NET_NAME_ENUM, nicbond_link_ops.setup);
	if (!t->master)
		goto unregister;
	err = register_netdev(t->master);
	if (err)
		goto free;
	test->priv = t;

	return 0;

free:
	free_netdev(t->master);
unregister:
	unregister_netdev(t->dev);
	free_netdev(t->dev);
	return err;
}

static void nicbond_registry_test_exit(struct kunit *test)
{
	struct nicbond_registry_test *t = test->priv;

	if (!t)
		return;
	unregister_netdev(t->master);
	unregister_netdev(t->dev);
	free_netdev(t->dev);
}

static int nicbond_registry_test_join(struct nicbond_registry_test *t)
{
	return nicbond_member_add(t->master, t->dev, NULL);
}

/* Ops that lack one are refused, whichever that is. */
static void nicbond_registry_test_incomplete(struct kunit *test)
{
	struct nicbond_registry_test *t = test->priv;
	struct nicbond_adaptor_ops ops;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, NULL), -EINVAL);
#define NICBOND_EXPECT_NEEDED(op) do {					\
	ops = t->ops;							\
	ops.op = NULL;							\
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &ops), -EINVAL); \
} while (0)
	NICBOND_EXPECT_NEEDED(create);
	NICBOND_EXPECT_NEEDED(destroy);
	NICBOND_EXPECT_NEEDED(reg_read);
	NICBOND_EXPECT_NEEDED(reg_write);
	NICBOND_EXPECT_NEEDED(handover);
	NICBOND_EXPECT_NEEDED(connect);
	NICBOND_EXPECT_NEEDED(receive);
	NICBOND_EXPECT_NEEDED(message);
	KUNIT_EXPECT_PTR_EQ(test, nicbond_registry_ops(t->dev),
			    &nicbond_software_ops);
	rtnl_unlock();
}

/* A device has one firmware, until it is unregistered. */
static void nicbond_registry_test_twice(struct kunit *test)
{
	struct nicbond_registry_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &t->ops), 0);
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev,
						       &nicbond_software_ops),
			-EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, nicbond_registry_ops(t->dev), &t->ops);
	nicbond_adaptor_unregister(t->dev);
	KUNIT_EXPECT_PTR_EQ(test, nicbond_registry_ops(t->dev),
			    &nicbond_software_ops);
	rtnl_unlock();
}

/* A member keeps the firmware that it has. */
static void nicbond_registry_test_member(struct kunit *test)
{
	struct nicbond_registry_test *t = test->priv;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_registry_test_join(t), 0);
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &t->ops), -EBUSY);
	KUNIT_EXPECT_EQ(test, nicbond_member_del(t->master, t->dev), 0);
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &t->ops), 0);
	nicbond_adaptor_unregister(t->dev);
	rtnl_unlock();
}

/* Its driver goes: a member is released, with the firmware that it had. */
static void nicbond_registry_test_release(struct kunit *test)
{
	struct nicbond_registry_test *t = test->priv;
	struct nicbond_member *member;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &t->ops), 0);
	KUNIT_EXPECT_EQ(test, nicbond_registry_test_join(t), 0);
	member = nicbond_member_of(t->dev);
	KUNIT_EXPECT_NOT_NULL(test, member);
	if (member)
		KUNIT_EXPECT_PTR_EQ(test, member->adaptor->ops, &t->ops);
	nicbond_adaptor_unregister(t->dev);
	KUNIT_EXPECT_NULL(test, nicbond_member_of(t->dev));
	KUNIT_EXPECT_FALSE(test, netdev_has_any_upper_dev(t->dev));
	rtnl_unlock();
}

/*
 * No adaptor, or not the one asked for: no member, and no trace. A hold on the module
 * that was left would not let it go after the tests.
 */
static void nicbond_registry_test_create(struct kunit *test)
{
	static const struct {
		struct nicbond_adaptor *(*create)(struct net_device *port,
						  unsigned int slot);
		int err;
	} cases[] = {
		{ nicbond_registry_create_nothing, -ENXIO },
		{ nicbond_registry_create_elsewhere, -EINVAL },
		{ nicbond_registry_create_foreign, -EINVAL },
	};
	struct nicbond_registry_test *t = test->priv;
	unsigned int flags = t->dev->flags;
	int i;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, nicbond_adaptor_register(t->dev, &t->ops), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		t->ops.create = cases[i].create;
		KUNIT_EXPECT_EQ(test, nicbond_registry_test_join(t),
				cases[i].err);
		KUNIT_EXPECT_NULL(test, nicbond_member_of(t->dev));
		KUNIT_EXPECT_EQ(test, t->dev->flags, flags);
	}
	t->ops.create = nicbond_registry_create;
	KUNIT_EXPECT_EQ(test, nicbond_registry_test_join(t), 0);
	nicbond_adaptor_unregister(t->dev);
	rtnl_unlock();
}

static struct kunit_case nicbond_registry_test_cases[] = {
	KUNIT_CASE(nicbond_registry_test_incomplete),
	KUNIT_CASE(nicbond_registry_test_twice),
	KUNIT_CASE(nicbond_registry_test_member),
	KUNIT_CASE(nicbond_registry_test_release),
	KUNIT_CASE(nicbond_registry_test_create),
	{}
};

static struct kunit_suite nicbond_registry_suite = {
	.name = "nicbond_registry",
	.init = nicbond_registry_test_init,
	.exit = nicbond_registry_test_exit,
	.test_cases = nicbond_registry_test_cases,
};

kunit_test_suite(nicbond_registry_suite);
