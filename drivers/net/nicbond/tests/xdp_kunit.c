// SPDX-License-Identifier: GPL-2.0
/*
 * How many frames a master takes that are redirected to it, and what it says of more
 * to come: frames that are nothing but their addresses, and a device that takes note.
 */
#include "../host/xdp.h"

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

#define NICBOND_XDP_TEST_FRAMES	4

/**
 * struct nicbond_xdp_test - a device, and what it was given
 * @frames: What is redirected to it.
 * @memory: So many skbs can be had.
 * @sent: So many it was given.
 * @more: With these, as bits, it was told that more follow.
 */
struct nicbond_xdp_test {
	struct xdp_frame *frames[NICBOND_XDP_TEST_FRAMES];
	unsigned int memory;
	unsigned int sent;
	unsigned long more;
};

static struct nicbond_xdp_test *nicbond_xdp_test_of(struct net_device *dev)
{
	return *(struct nicbond_xdp_test **)netdev_priv(dev);
}

static struct sk_buff *nicbond_xdp_test_build(struct xdp_frame *frame,
					      struct net_device *dev)
{
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	if (!t->memory)
		return NULL;
	t->memory--;

	return alloc_skb(ETH_ZLEN, GFP_ATOMIC);
}

static netdev_tx_t nicbond_xdp_test_send(struct sk_buff *skb,
					 struct net_device *dev)
{
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	__assign_bit(t->sent++, &t->more, netdev_xmit_more());
	kfree_skb(skb);

	return NETDEV_TX_OK;
}

static const struct net_device_ops nicbond_xdp_test_ops = {
	.ndo_start_xmit = nicbond_xdp_test_send,
};

static int nicbond_xdp_test_init(struct kunit *test)
{
	struct nicbond_xdp_test *t;
	struct net_device *dev;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	dev = alloc_etherdev(sizeof(t));
	if (!dev)
		return -ENOMEM;
	dev->netdev_ops = &nicbond_xdp_test_ops;
	*(struct nicbond_xdp_test **)netdev_priv(dev) = t;
	test->priv = dev;
	kunit_activate_static_stub(test, nicbond_xdp_build_skb,
				   nicbond_xdp_test_build);

	return 0;
}

static void nicbond_xdp_test_exit(struct kunit *test)
{
	if (test->priv)
		free_netdev(test->priv);
}

/* With skbs for @memory frames: what is taken. */
static int nicbond_xdp_test_xmit(struct net_device *dev, unsigned int memory,
				 u32 flags)
{
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);
	int taken;

	t->memory = memory;
	local_bh_disable();
	taken = nicbond_xdp_xmit(dev, NICBOND_XDP_TEST_FRAMES, t->frames,
				 flags);
	local_bh_enable();

	return taken;
}

static u64 nicbond_xdp_test_dropped(struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	return dev_get_stats(dev, &stats)->tx_dropped;
}

static void nicbond_xdp_test_all(struct kunit *test)
{
	struct net_device *dev = test->priv;
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	KUNIT_EXPECT_EQ(test, 4, nicbond_xdp_test_xmit(dev, 4, XDP_XMIT_FLUSH));
	KUNIT_EXPECT_EQ(test, 4, t->sent);
	KUNIT_EXPECT_EQ(test, 0x7, t->more);
	KUNIT_EXPECT_EQ(test, 0, nicbond_xdp_test_dropped(dev));
}

/* The last that could be sent is the one that nothing follows. */
static void nicbond_xdp_test_some(struct kunit *test)
{
	struct net_device *dev = test->priv;
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	KUNIT_EXPECT_EQ(test, 2, nicbond_xdp_test_xmit(dev, 2, 0));
	KUNIT_EXPECT_EQ(test, 2, t->sent);
	KUNIT_EXPECT_EQ(test, 0x1, t->more);
	KUNIT_EXPECT_EQ(test, 2, nicbond_xdp_test_dropped(dev));
}

static void nicbond_xdp_test_none(struct kunit *test)
{
	struct net_device *dev = test->priv;
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	KUNIT_EXPECT_EQ(test, 0, nicbond_xdp_test_xmit(dev, 0, XDP_XMIT_FLUSH));
	KUNIT_EXPECT_EQ(test, 0, t->sent);
	KUNIT_EXPECT_EQ(test, 4, nicbond_xdp_test_dropped(dev));
}

static void nicbond_xdp_test_flags(struct kunit *test)
{
	struct net_device *dev = test->priv;
	struct nicbond_xdp_test *t = nicbond_xdp_test_of(dev);

	KUNIT_EXPECT_EQ(test, -EINVAL,
			nicbond_xdp_test_xmit(dev, 4, ~XDP_XMIT_FLAGS_MASK));
	KUNIT_EXPECT_EQ(test, 0, t->sent);
}

static struct kunit_case nicbond_xdp_test_cases[] = {
	KUNIT_CASE(nicbond_xdp_test_all),
	KUNIT_CASE(nicbond_xdp_test_some),
	KUNIT_CASE(nicbond_xdp_test_none),
	KUNIT_CASE(nicbond_xdp_test_flags),
	{}
};

static struct kunit_suite nicbond_xdp_test_suite = {
	.name = "nicbond_xdp",
	.init = nicbond_xdp_test_init,
	.exit = nicbond_xdp_test_exit,
	.test_cases = nicbond_xdp_test_cases,
};

kunit_test_suite(nicbond_xdp_test_suite);
