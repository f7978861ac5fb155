// SPDX-License-Identifier: GPL-2.0
/*
 * The port: the bytes that its queues hold, by the qdiscs and by BQL, also in the
 * INFLIGHT register; the fleet's second adaptor is the one.
 */
#include "fleet.h"
#include "../fw/balance.h"

#include <net/sch_generic.h>

#define QUEUES	3
#define MTU	1500

/* A port of three queues, each with an empty qdisc of its own. */
static int nicbond_port_test_init(struct kunit *test)
{
	struct nicbond_fleet *fleet;
	struct netdev_queue *queue;
	int i, err = nicbond_fleet_init(test);

	if (err)
		return err;
	fleet = test->priv;
	queue = kunit_kcalloc(test, QUEUES, sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return -ENOMEM;
	for (i = 0; i < QUEUES; i++) {
		rcu_assign_pointer(queue[i].qdisc,
				   kunit_kzalloc(test, sizeof(*queue[i].qdisc),
						 GFP_KERNEL));
		if (!rcu_access_pointer(queue[i].qdisc))
			return -ENOMEM;
	}
	fleet->port[1]->_tx = queue;
	fleet->port[1]->num_tx_queues = QUEUES;
	fleet->port[1]->real_num_tx_queues = QUEUES;
	nicbond_fleet_stop_clock(test, 1);

	/* Others know which queue is the last. */
	nicbond_software_of(fleet->adaptor[1])->last = nicbond_port_last(fleet->port[1]);
	return fleet->adaptor[0]->ops->connect(fleet->adaptor[0], 1, fleet->adaptor[1]);
}

static struct netdev_queue *nicbond_test_queue(struct kunit *test,
					       unsigned int i)
{
	struct nicbond_fleet *fleet = test->priv;

	return netdev_get_tx_queue(fleet->port[1], i);
}

static void nicbond_test_set_backlog(struct kunit *test, unsigned int i,
				     u32 bytes)
{
	struct netdev_queue *queue = nicbond_test_queue(test, i);

	rcu_dereference_protected(queue->qdisc, true)->qstats.backlog = bytes;
}

static void nicbond_test_expect(struct kunit *test, u32 bytes, bool exact)
{
	struct nicbond_fleet *fleet = test->priv;
	bool is;

	KUNIT_EXPECT_EQ(test, nicbond_port_backlog(fleet->port[1], &is), bytes);
	KUNIT_EXPECT_EQ(test, is, exact);
}

/* No BQL: what the qdiscs of the queues in use have; one for all counts once. */
static void nicbond_port_test_qdisc(struct kunit *test)
{
	struct netdev_queue *first = nicbond_test_queue(test, 0);
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i;

	nicbond_test_expect(test, 0, false);
	for (i = 0; i < QUEUES; i++)
		nicbond_test_set_backlog(test, i, MTU << i);
	nicbond_test_expect(test, 7 * MTU, false);
	fleet->port[1]->real_num_tx_queues = 2;
	nicbond_test_expect(test, 3 * MTU, false);

	fleet->port[1]->real_num_tx_queues = QUEUES;
	for (i = 1; i < QUEUES; i++)
		rcu_assign_pointer(nicbond_test_queue(test, i)->qdisc,
				   rcu_dereference_protected(first->qdisc, true));
	nicbond_test_expect(test, MTU, false);
}

/* What the driver was given and has not completed, of all queues; its words wrap. */
static void nicbond_port_test_bql(struct kunit *test)
{
	bool bql = nicbond_fleet_set_bql(nicbond_test_queue(test, 0), 9 * MTU,
					 9 * MTU);

	nicbond_test_expect(test, 0, bql);
	nicbond_fleet_set_bql(nicbond_test_queue(test, 0), 9 * MTU, 4 * MTU);
	nicbond_test_expect(test, bql ? 5 * MTU : 0, bql);
	nicbond_fleet_set_bql(nicbond_test_queue(test, 2), 5, 5 - 2 * MTU);
	nicbond_test_expect(test, bql ? 7 * MTU : 0, bql);
	nicbond_test_set_backlog(test, 2, MTU);
	nicbond_test_expect(test, bql ? 8 * MTU : MTU, bql);
}

/* Read the meter 10 ms later, in the case, where time and ports are its own. */
static u32 nicbond_test_inflight(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[1]);

	cancel_delayed_work_sync(&sw->report);
	fleet->now += 10000;
	nicbond_balance_measure(&sw->report.work);

	return nicbond_fleet_read(test, 1, NICBOND_REG_INFLIGHT);
}

/*
 * INFLIGHT: with BQL just those bytes; else the qdisc's, or more if the link cannot
 * have sent what it was given.
 */
static void nicbond_port_test_inflight(struct kunit *test)
{
	bool bql;

	nicbond_fleet_write(test, 1, NICBOND_REG_SPEED, 1);
	nicbond_test_inflight(test);
	KUNIT_EXPECT_EQ(test, nicbond_test_inflight(test), 0);
	nicbond_test_set_backlog(test, 1, 2 * MTU);
	KUNIT_EXPECT_EQ(test, nicbond_test_inflight(test), 2 * MTU);

	/* 1250 bytes go in 10 ms. */
	nicbond_test_set_backlog(test, 1, 0);
	nicbond_fleet_stream(test, 1, 100);
	KUNIT_EXPECT_EQ(test, nicbond_test_inflight(test), 100 * 60 - 1250);
	bql = nicbond_fleet_set_bql(nicbond_test_queue(test, 1), 5 * MTU,
				    4 * MTU);
	KUNIT_EXPECT_EQ(test, nicbond_test_inflight(test),
			bql ? MTU : 100 * 60 - 2 * 1250);
}

/* Whose queues the kernel has taken away is not live, whatever its carrier says. */
static void nicbond_port_test_active(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct netdev_queue *last = nicbond_test_queue(test, QUEUES - 1);
	void *qdisc;
	u32 n;

	qdisc = rcu_dereference_protected(last->qdisc, true);
	nicbond_fleet_promote(test, 0, 1);
	n = nicbond_fleet_destination(test, 0, 1);
	KUNIT_EXPECT_TRUE(test, nicbond_port_live(fleet->port[1]));
	rcu_assign_pointer(last->qdisc, &noop_qdisc);
	KUNIT_EXPECT_FALSE(test, nicbond_port_live(fleet->port[1]));
	nicbond_fleet_forget(test);
	nicbond_fleet_handover(test, 0, n);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[1], 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1);
	EXPECT_COUNTER(test, 0, RESTEERED, 1);

	rcu_assign_pointer(last->qdisc, qdisc);
	KUNIT_EXPECT_TRUE(test, nicbond_port_live(fleet->port[1]));
}

/* A queue in use that was stopped, and given nothing since; not that of a dead link. */
static void nicbond_port_test_stalled(struct kunit *test)
{
	struct netdev_queue *queue = nicbond_test_queue(test, 1);
	struct nicbond_fleet *fleet = test->priv;
	struct net_device *port = fleet->port[1];
	unsigned long then = jiffies - HZ;
	unsigned int i;

	for (i = 0; i < QUEUES; i++)
		nicbond_test_queue(test, i)->trans_start = then - 1;
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, then));
	netif_tx_stop_queue(queue);
	queue->trans_start = then - 1;
	KUNIT_EXPECT_TRUE(test, nicbond_port_stalled(port, then));
	nicbond_test_queue(test, 2)->trans_start = then;
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, then));
	nicbond_test_queue(test, 2)->trans_start = then - 1;
	queue->trans_start = then;
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, then));
	KUNIT_EXPECT_TRUE(test, nicbond_port_stalled(port, jiffies));

	set_bit(__LINK_STATE_NOCARRIER, &port->state);
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, jiffies));
	clear_bit(__LINK_STATE_NOCARRIER, &port->state);
	KUNIT_EXPECT_TRUE(test, nicbond_port_stalled(port, jiffies));
	port->real_num_tx_queues = 1;
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, jiffies));
	port->real_num_tx_queues = QUEUES;
	netif_tx_start_queue(queue);
	KUNIT_EXPECT_FALSE(test, nicbond_port_stalled(port, jiffies));
}

static struct kunit_case nicbond_port_test_cases[] = {
	KUNIT_CASE(nicbond_port_test_qdisc),
	KUNIT_CASE(nicbond_port_test_active),
	KUNIT_CASE(nicbond_port_test_bql),
	KUNIT_CASE(nicbond_port_test_stalled),
	KUNIT_CASE(nicbond_port_test_inflight),
	{}
};

static struct kunit_suite nicbond_port_suite = {
	.name = "nicbond_port",
	.init = nicbond_port_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_port_test_cases,
};

kunit_test_suite(nicbond_port_suite);
