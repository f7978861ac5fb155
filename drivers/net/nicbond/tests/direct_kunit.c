// SPDX-License-Identifier: GPL-2.0
/*
 * Straight to the driver: a port goes that way where nobody can tell, and the long way
 * where somebody could, each condition by itself.
 */
#include "../fw/direct.h"

#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/dst.h>
#include <net/sch_generic.h>
#include <net/xfrm.h>

#define QUEUES	2
#define LEN	60
#define OFFERED	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA |	\
		 NETIF_F_GSO_SOFTWARE | NETIF_F_HW_VLAN_CTAG_TX)

/**
 * struct nicbond_direct - a port that remembers what it is given, and which way
 * @port: It; a device that locks itself and has no queue, until the case says otherwise.
 * @master: Who packets were made ready for.
 * @queue: Its queues.
 * @noqueue: Their qdisc, which queues nothing;
 * @qdisc: and one that does, for cases.
 * @skb: The packet.
 * @verdict: What the driver says.
 * @direct: Packets that the driver was given;
 * @index: the last one's queue, also if it went the long way;
 * @more: whether it was told that more follow;
 * @locked: and whether the queue was locked.
 * @queued: Packets that went the long way.
 * @running: The case has the qdisc run.
 * @waits: Stands for a packet of another CPU that waits for the qdisc's lock.
 */
struct nicbond_direct {
	struct net_device *port;
	struct net_device *master;
	struct netdev_queue *queue;
	struct Qdisc noqueue;
	struct Qdisc qdisc;
	struct sk_buff *skb;
	int verdict;
	unsigned int direct;
	unsigned int index;
	bool more;
	bool locked;
	unsigned int queued;
	bool running;
	struct llist_node waits;
};

static netdev_tx_t nicbond_direct_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct kunit *test = kunit_get_current_test();
	struct nicbond_direct *t = test->priv;

	KUNIT_EXPECT_PTR_EQ(test, skb->dev, dev);
	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data);
	t->direct++;
	t->index = skb_get_queue_mapping(skb);
	t->more = netdev_xmit_more();
	t->locked = netif_tx_owned(&t->queue[t->index], smp_processor_id());
	if (t->verdict != NETDEV_TX_BUSY)
		consume_skb(skb);

	return t->verdict;
}

static netdev_features_t nicbond_direct_check(struct sk_buff *skb,
					      struct net_device *dev,
					      netdev_features_t features)
{
	return features & ~NETIF_F_HW_CSUM;
}

static u16 nicbond_direct_select(struct net_device *dev, struct sk_buff *skb,
				 struct net_device *sb_dev)
{
	return 1;
}

static const struct net_device_ops nicbond_direct_ops = {
	.ndo_start_xmit = nicbond_direct_xmit,
};

static const struct net_device_ops nicbond_direct_ops_check = {
	.ndo_start_xmit = nicbond_direct_xmit,
	.ndo_features_check = nicbond_direct_check,
};

static const struct net_device_ops nicbond_direct_ops_select = {
	.ndo_start_xmit = nicbond_direct_xmit,
	.ndo_select_queue = nicbond_direct_select,
};

static int nicbond_direct_queued(struct net_device *port, struct sk_buff *skb)
{
	struct nicbond_direct *t = kunit_get_current_test()->priv;

	t->queued++;
	t->index = skb_get_queue_mapping(skb);
	consume_skb(skb);

	return 0;
}

static struct net_device *nicbond_direct_device(struct kunit *test)
{
	struct net_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev_net_set(dev, &init_net);
	INIT_LIST_HEAD(&dev->ptype_all);
	dev->features = OFFERED;
	dev->gso_max_size = GSO_LEGACY_MAX_SIZE;
	dev->gso_ipv4_max_size = GSO_LEGACY_MAX_SIZE;
	dev->gso_max_segs = GSO_MAX_SEGS;

	return dev;
}

static int nicbond_direct_test_init(struct kunit *test)
{
	struct nicbond_direct *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct sk_buff *skb;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	test->priv = t;
	t->queue = kunit_kcalloc(test, QUEUES, sizeof(*t->queue), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->queue);
	t->master = nicbond_direct_device(test);
	t->port = nicbond_direct_device(test);
	t->port->netdev_ops = &nicbond_direct_ops;
	t->port->priv_flags = IFF_XMIT_DST_RELEASE;
	t->port->lltx = true;
	t->port->_tx = t->queue;
	t->port->num_tx_queues = QUEUES;
	t->port->real_num_tx_queues = 1;
	for (i = 0; i < QUEUES; i++) {
		spin_lock_init(&t->queue[i]._xmit_lock);
		t->queue[i].xmit_lock_owner = -1;
		rcu_assign_pointer(t->queue[i].qdisc, &t->noqueue);
	}
	spin_lock_init(&t->qdisc.seqlock);
	spin_lock_init(qdisc_lock(&t->qdisc));
	gnet_stats_basic_sync_init(&t->qdisc.bstats);
	t->qdisc.flags = TCQ_F_NOLOCK | TCQ_F_CPUSTATS | TCQ_F_CAN_BYPASS;
	t->qdisc.enqueue = (void *)nicbond_direct_queued;
	t->qdisc.cpu_bstats = alloc_percpu(struct gnet_stats_basic_sync);
	KUNIT_ASSERT_NOT_NULL(test, t->qdisc.cpu_bstats);

	skb = alloc_skb(LEN, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	eth_zero_addr(skb_put_zero(skb, LEN));
	skb->dev = t->master;
	skb->protocol = htons(ETH_P_IP);
	skb_set_network_header(skb, ETH_HLEN);
	t->skb = skb;
	kunit_activate_static_stub(test, nicbond_direct_enqueue,
				   nicbond_direct_queued);

	return 0;
}

static void nicbond_direct_test_exit(struct kunit *test)
{
	struct nicbond_direct *t = test->priv;

	if (t)
		free_percpu(t->qdisc.cpu_bstats);
}

static int nicbond_direct_send(struct nicbond_direct *t, bool more)
{
	u64 picky = nicbond_direct_picky(t->port);
	int err;

	local_bh_disable();
	err = nicbond_direct_transmit(t->port, t->skb, &picky, more);
	local_bh_enable();

	return err;
}

/* Conditions: what they change of a port, or a packet, that would go straight. */

static void nicbond_direct_tap(struct nicbond_direct *t)
{
	static LIST_HEAD(tap);

	INIT_LIST_HEAD(&tap);
	list_add(&tap, &t->port->ptype_all);
}

#ifdef CONFIG_NET_XGRESS
static void nicbond_direct_tc(struct nicbond_direct *t)
{
	rcu_assign_pointer(t->port->tcx_egress, (void *)t);
}
#endif

#ifdef CONFIG_NETFILTER_EGRESS
static void nicbond_direct_netfilter(struct nicbond_direct *t)
{
	rcu_assign_pointer(t->port->nf_hooks_egress, (void *)t);
}
#endif

#if IS_ENABLED(CONFIG_CGROUP_NET_PRIO)
static void nicbond_direct_netprio(struct nicbond_direct *t)
{
	rcu_assign_pointer(t->port->priomap, (void *)t);
}
#endif

static void nicbond_direct_stopped(struct nicbond_direct *t)
{
	set_bit(__QUEUE_STATE_DRV_XOFF, &t->queue[0].state);
}

static void nicbond_direct_bql(struct nicbond_direct *t)
{
	set_bit(__QUEUE_STATE_STACK_XOFF, &t->queue[0].state);
}

static void nicbond_direct_unlocked(struct nicbond_direct *t)
{
	t->port->lltx = false;
}

static void nicbond_direct_frozen(struct nicbond_direct *t)
{
	t->port->lltx = false;
	set_bit(__QUEUE_STATE_FROZEN, &t->queue[0].state);
}

static void nicbond_direct_owned(struct nicbond_direct *t)
{
	t->port->lltx = false;
	t->queue[0].xmit_lock_owner = raw_smp_processor_id();
}

static void nicbond_direct_qdisc(struct nicbond_direct *t)
{
	rcu_assign_pointer(t->queue[0].qdisc, &t->qdisc);
}

static void nicbond_direct_shaper(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	t->qdisc.flags &= ~TCQ_F_CAN_BYPASS;
}

static void nicbond_direct_locked(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	t->qdisc.flags &= ~TCQ_F_NOLOCK;
}

static void nicbond_direct_locked_backlog(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	t->qdisc.q.qlen = 1;
}

static void nicbond_direct_locked_running(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	qdisc_run_begin(&t->qdisc);
}

static void nicbond_direct_locked_off(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	set_bit(__QDISC_STATE_DEACTIVATED, &t->qdisc.state);
}

static void nicbond_direct_locked_freeing(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	t->qdisc.to_free = t->skb;
}

static void nicbond_direct_locked_deferring(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	llist_add(&t->waits, &t->qdisc.defer_list);
}

static void nicbond_direct_locked_stopped(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	set_bit(__QUEUE_STATE_DRV_XOFF, &t->queue[0].state);
}

static void nicbond_direct_backlog(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	set_bit(__QDISC_STATE_MISSED, &t->qdisc.state);
}

static void nicbond_direct_running(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	spin_lock(&t->qdisc.seqlock);
	t->running = true;
}

static void nicbond_direct_qdisc_stopped(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	nicbond_direct_stopped(t);
}

static void nicbond_direct_stab(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	rcu_assign_pointer(t->qdisc.stab, (void *)t);
}

static void nicbond_direct_gso(struct nicbond_direct *t)
{
	skb_shinfo(t->skb)->gso_size = 20;
	skb_shinfo(t->skb)->gso_segs = 2;
	skb_shinfo(t->skb)->gso_type = SKB_GSO_TCPV4;
	t->skb->ip_summed = CHECKSUM_PARTIAL;
}

static void nicbond_direct_gso_soft(struct nicbond_direct *t)
{
	nicbond_direct_gso(t);
	t->port->features &= ~NETIF_F_GSO_SOFTWARE;
}

static void nicbond_direct_gso_qdisc(struct nicbond_direct *t)
{
	nicbond_direct_gso(t);
	nicbond_direct_qdisc(t);
}

static void nicbond_direct_vlan(struct nicbond_direct *t)
{
	__vlan_hwaccel_put_tag(t->skb, htons(ETH_P_8021Q), 5);
}

static void nicbond_direct_vlan_soft(struct nicbond_direct *t)
{
	nicbond_direct_vlan(t);
	t->port->features &= ~NETIF_F_HW_VLAN_CTAG_TX;
}

static void nicbond_direct_sum(struct nicbond_direct *t)
{
	t->skb->ip_summed = CHECKSUM_PARTIAL;
}

static void nicbond_direct_sum_soft(struct nicbond_direct *t)
{
	nicbond_direct_sum(t);
	t->port->features &= ~NETIF_F_HW_CSUM;
}

/* The port cannot, but nothing is left to do. */
static void nicbond_direct_no_sum(struct nicbond_direct *t)
{
	t->port->features &= ~NETIF_F_HW_CSUM;
}

static void nicbond_direct_sum_tunnel(struct nicbond_direct *t)
{
	nicbond_direct_sum(t);
	t->skb->encapsulation = 1;
}

static void nicbond_direct_sum_tagged(struct nicbond_direct *t)
{
	nicbond_direct_sum(t);
	t->skb->protocol = htons(ETH_P_8021Q);
}

static void nicbond_direct_tagged(struct nicbond_direct *t)
{
	t->skb->protocol = htons(ETH_P_8021Q);
}

/* Nobody asks for it any more: the packet was in a ring meanwhile. */
static void nicbond_direct_sum_late(struct nicbond_direct *t)
{
	nicbond_direct_sum_soft(t);
	t->master->features &= ~NETIF_F_HW_CSUM;
}

static void nicbond_direct_checks(struct nicbond_direct *t)
{
	t->port->netdev_ops = &nicbond_direct_ops_check;
}

static void nicbond_direct_sum_picky(struct nicbond_direct *t)
{
	nicbond_direct_sum(t);
	nicbond_direct_checks(t);
}

#ifdef CONFIG_XFRM
/* It was put off to encrypt it, and that is put off still. */
static void nicbond_direct_encrypt(struct nicbond_direct *t)
{
	KUNIT_ASSERT_NOT_NULL(kunit_get_current_test(), secpath_set(t->skb));
}
#endif

static void nicbond_direct_fragment(struct nicbond_direct *t)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (page)
		skb_add_rx_frag(t->skb, 0, page, 0, LEN, PAGE_SIZE);
}

static void nicbond_direct_fragment_soft(struct nicbond_direct *t)
{
	nicbond_direct_fragment(t);
	t->port->features &= ~NETIF_F_SG;
}

static void nicbond_direct_stamp(struct nicbond_direct *t)
{
	skb_shinfo(t->skb)->tx_flags |= SKBTX_SCHED_TSTAMP;
}

static void nicbond_direct_dst(struct nicbond_direct *t)
{
	static struct dst_entry dst;

	/* It is for ever. */
	rcu_read_lock();
	skb_dst_set_noref(t->skb, &dst);
	rcu_read_unlock();
}

static void nicbond_direct_dst_kept(struct nicbond_direct *t)
{
	nicbond_direct_dst(t);
	t->port->priv_flags &= ~IFF_XMIT_DST_RELEASE;
}

static void nicbond_direct_queues(struct nicbond_direct *t)
{
	t->port->real_num_tx_queues = QUEUES;
	t->port->netdev_ops = &nicbond_direct_ops_select;
}

static void nicbond_direct_queues_stopped(struct nicbond_direct *t)
{
	nicbond_direct_queues(t);
	set_bit(__QUEUE_STATE_DRV_XOFF, &t->queue[1].state);
}

static void nicbond_direct_busy(struct nicbond_direct *t)
{
	t->verdict = NETDEV_TX_BUSY;
}

static void nicbond_direct_qdisc_busy(struct nicbond_direct *t)
{
	nicbond_direct_qdisc(t);
	nicbond_direct_busy(t);
}

static void nicbond_direct_locked_busy(struct nicbond_direct *t)
{
	nicbond_direct_locked(t);
	nicbond_direct_busy(t);
}

static void nicbond_direct_nothing(struct nicbond_direct *t)
{
}

struct nicbond_direct_case {
	const char *name;
	void (*set)(struct nicbond_direct *t);
	bool direct;
};

static const struct nicbond_direct_case nicbond_direct_cases[] = {
	{ "plain", nicbond_direct_nothing, true },
	{ "a tap", nicbond_direct_tap, false },
#ifdef CONFIG_NET_XGRESS
	{ "tc at egress", nicbond_direct_tc, false },
#endif
#ifdef CONFIG_NETFILTER_EGRESS
	{ "netfilter at egress", nicbond_direct_netfilter, false },
#endif
#if IS_ENABLED(CONFIG_CGROUP_NET_PRIO)
	{ "priorities by control group", nicbond_direct_netprio, false },
#endif
	{ "a stopped queue", nicbond_direct_stopped, false },
	{ "a queue that BQL stopped", nicbond_direct_bql, false },
	{ "a port that is to be locked", nicbond_direct_unlocked, true },
	{ "a frozen queue", nicbond_direct_frozen, false },
	{ "a lock that is held here", nicbond_direct_owned, false },
	{ "an empty qdisc", nicbond_direct_qdisc, true },
	{ "a qdisc that shapes", nicbond_direct_shaper, false },
	{ "a qdisc with a lock", nicbond_direct_locked, true },
	{ "a qdisc with a lock, and packets", nicbond_direct_locked_backlog, false },
	{ "a qdisc with a lock, that runs", nicbond_direct_locked_running, false },
	{ "a qdisc with a lock, being taken off", nicbond_direct_locked_off, false },
	{ "a qdisc with a lock, and packets to be freed", nicbond_direct_locked_freeing, false },
	{ "a qdisc with a lock that others wait for", nicbond_direct_locked_deferring, false },
	{ "a qdisc with a lock over a stopped queue", nicbond_direct_locked_stopped, false },
	{ "a qdisc with packets", nicbond_direct_backlog, false },
	{ "a qdisc that runs", nicbond_direct_running, false },
	{ "a qdisc over a stopped queue", nicbond_direct_qdisc_stopped, false },
	{ "a qdisc with sizes of its own", nicbond_direct_stab, false },
	{ "segments", nicbond_direct_gso, true },
	{ "segments to be cut", nicbond_direct_gso_soft, false },
	{ "segments and a qdisc", nicbond_direct_gso_qdisc, false },
	{ "a tag", nicbond_direct_vlan, true },
	{ "a tag to be put in", nicbond_direct_vlan_soft, false },
	{ "a checksum", nicbond_direct_sum, true },
	{ "a checksum to be done", nicbond_direct_sum_soft, false },
	{ "a checksum in a tunnel, to be done", nicbond_direct_sum_tunnel, false },
	{ "a checksum behind a tag, to be done", nicbond_direct_sum_tagged, false },
	{ "a tag in the frame", nicbond_direct_tagged, true },
	{ "a checksum that was offered", nicbond_direct_sum_late, false },
	{ "no checksum, nor who does any", nicbond_direct_no_sum, true },
	{ "a picky driver", nicbond_direct_checks, true },
	{ "a checksum, and a picky driver", nicbond_direct_sum_picky, false },
#ifdef CONFIG_XFRM
	{ "encryption to be done", nicbond_direct_encrypt, false },
#endif
	{ "two pieces", nicbond_direct_fragment, true },
	{ "two pieces to be joined", nicbond_direct_fragment_soft, false },
	{ "a time stamp of the queue", nicbond_direct_stamp, false },
	{ "a route", nicbond_direct_dst, true },
	{ "a route that is needed", nicbond_direct_dst_kept, false },
	{ "several queues", nicbond_direct_queues, true },
	{ "several queues, the one stopped", nicbond_direct_queues_stopped, false },
};

static void nicbond_direct_describe(const struct nicbond_direct_case *c, char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_direct, nicbond_direct_cases, nicbond_direct_describe);

static void nicbond_direct_test_way(struct kunit *test)
{
	const struct nicbond_direct_case *c = test->param_value;
	struct nicbond_direct *t = test->priv;

	c->set(t);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	KUNIT_EXPECT_EQ(test, t->direct, c->direct);
	KUNIT_EXPECT_EQ(test, t->queued, !c->direct);
	/* Which a packet's queue is chosen by on its long way. */
	if (!c->direct)
		KUNIT_EXPECT_EQ(test, t->index, 0);
	if (t->running)
		spin_unlock(&t->qdisc.seqlock);
}

/* Who taps all devices. */
static int nicbond_direct_all(struct sk_buff *skb, struct net_device *dev,
			      struct packet_type *type, struct net_device *orig)
{
	consume_skb(skb);

	return 0;
}

static void nicbond_direct_test_tap_all(struct kunit *test)
{
	struct packet_type type = {
		.type = htons(ETH_P_ALL), .func = nicbond_direct_all,
		.af_packet_net = &init_net,
	};
	struct nicbond_direct *t = test->priv;

	dev_add_pack(&type);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	dev_remove_pack(&type);
	KUNIT_EXPECT_EQ(test, t->direct, 0);
	KUNIT_EXPECT_EQ(test, t->queued, 1);
}

/* Who takes nothing is asked once, and then the packet goes the long way. */
static void nicbond_direct_test_busy(struct kunit *test)
{
	void (*set[])(struct nicbond_direct *t) = {
		nicbond_direct_busy, nicbond_direct_qdisc_busy,
		nicbond_direct_locked_busy,
	};
	struct nicbond_direct *t = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(set); i++) {
		skb_get(t->skb);
		t->skb->dev = t->master;
		set[i](t);
		KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
		KUNIT_EXPECT_EQ(test, t->direct, i + 1);
		KUNIT_EXPECT_EQ(test, t->queued, i + 1);
	}
	KUNIT_EXPECT_EQ(test, u64_stats_read(&this_cpu_ptr(t->qdisc.cpu_bstats)->packets),
			0);
	KUNIT_EXPECT_EQ(test, u64_stats_read(&t->qdisc.bstats.packets), 0);
	consume_skb(t->skb);
}

/* What a driver loses is refused, what it warns of is not; a queue does not pass that on. */
static void nicbond_direct_test_refused(struct kunit *test)
{
	struct nicbond_direct *t = test->priv;

	t->verdict = NET_XMIT_CN;
	skb_get(t->skb);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	t->verdict = NET_XMIT_DROP;
	skb_get(t->skb);
	t->skb->dev = t->master;
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), -ENOBUFS);
	KUNIT_EXPECT_EQ(test, t->queued, 0);

	nicbond_direct_qdisc(t);
	t->skb->dev = t->master;
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	KUNIT_EXPECT_EQ(test, t->direct, 3);
	KUNIT_EXPECT_EQ(test, t->queued, 0);
}

/* What the driver is told. */
static void nicbond_direct_test_driver(struct kunit *test)
{
	struct nicbond_direct *t = test->priv;

	skb_get(t->skb);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, true), 0);
	KUNIT_EXPECT_TRUE(test, t->more);
	KUNIT_EXPECT_FALSE(test, t->locked);
	KUNIT_EXPECT_EQ(test, t->index, 0);

	nicbond_direct_queues(t);
	t->port->lltx = false;
	t->skb->dev = t->master;
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, true), 0);
	KUNIT_EXPECT_EQ(test, t->direct, 2);
	/* What follows may be for the other queue. */
	KUNIT_EXPECT_FALSE(test, t->more);
	KUNIT_EXPECT_TRUE(test, t->locked);
	KUNIT_EXPECT_EQ(test, t->index, 1);
	KUNIT_EXPECT_EQ(test, t->queue[1].xmit_lock_owner, -1);
}

static void nicbond_direct_add(const struct gnet_stats_basic_sync *stats, u64 *packets,
			       u64 *bytes)
{
	*packets += u64_stats_read(&stats->packets);
	*bytes += u64_stats_read(&stats->bytes);
}

/* The qdisc that is passed by counts the packet, and is as it was. */
static void nicbond_direct_test_qdisc(struct kunit *test)
{
	struct nicbond_direct *t = test->priv;
	u64 packets = 0, bytes = 0;
	int cpu;

	skb_get(t->skb);
	nicbond_direct_qdisc(t);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	KUNIT_EXPECT_EQ(test, t->direct, 1);
	for_each_possible_cpu(cpu)
		nicbond_direct_add(per_cpu_ptr(t->qdisc.cpu_bstats, cpu), &packets, &bytes);
	KUNIT_EXPECT_EQ(test, packets, 1);
	KUNIT_EXPECT_EQ(test, bytes, LEN);
	KUNIT_EXPECT_FALSE(test, qdisc_is_running(&t->qdisc));

	t->skb->dev = t->master;
	nicbond_direct_locked(t);
	KUNIT_EXPECT_EQ(test, nicbond_direct_send(t, false), 0);
	KUNIT_EXPECT_EQ(test, t->direct, 2);
	nicbond_direct_add(&t->qdisc.bstats, &packets, &bytes);
	KUNIT_EXPECT_EQ(test, packets, 2);
	KUNIT_EXPECT_EQ(test, bytes, 2 * LEN);
	KUNIT_EXPECT_FALSE(test, qdisc_is_running(&t->qdisc));
}

static struct kunit_case nicbond_direct_test_cases[] = {
	KUNIT_CASE_PARAM(nicbond_direct_test_way, nicbond_direct_gen_params),
	KUNIT_CASE(nicbond_direct_test_tap_all),
	KUNIT_CASE(nicbond_direct_test_busy),
	KUNIT_CASE(nicbond_direct_test_refused),
	KUNIT_CASE(nicbond_direct_test_driver),
	KUNIT_CASE(nicbond_direct_test_qdisc),
	{}
};

static struct kunit_suite nicbond_direct_suite = {
	.name = "nicbond_direct",
	.init = nicbond_direct_test_init,
	.exit = nicbond_direct_test_exit,
	.test_cases = nicbond_direct_test_cases,
};

kunit_test_suite(nicbond_direct_suite);
