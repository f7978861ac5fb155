// SPDX-License-Identifier: GPL-2.0
/*
 * What waits in a member's queueing discipline when the member turns out to be dead. Of a
 * carrier that goes the kernel itself deactivates the device, which drops that; here the
 * carrier is good, and a driver that takes no packet, or a firmware that hangs, is found by
 * heartbeat or by probes.
 */
#include "backlog.h"

#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>
#include <net/sch_generic.h>

/* One discipline for all queues, or one for each. */
static unsigned int nicbond_backlog_waiting(const struct net_device *dev)
{
	const struct Qdisc *root = rtnl_dereference(dev->qdisc), *qdisc;
	unsigned int waiting = 0, i;

	for (i = 0; i < dev->num_tx_queues; i++) {
		qdisc = rtnl_dereference(netdev_get_tx_queue(dev, i)->qdisc_sleeping);
		if (qdisc == root)
			return qdisc_qlen_sum(root);
		waiting += qdisc_qlen_sum(qdisc);
	}

	return waiting;
}

void nicbond_backlog_drop(struct nicbond_member *member)
{
	struct net_device *dev = member->dev;
	unsigned int waiting;

	ASSERT_RTNL();

	/* Nobody gives it more, once all see that it is down. */
	synchronize_net();
	netdev_lock_ops(dev);
	if (netif_running(dev) && netif_carrier_ok(dev)) {
		waiting = nicbond_backlog_waiting(dev);
		dev_deactivate(dev, true);
		dev_activate(dev);
		while (waiting--)
			dev_core_stats_tx_dropped_inc(dev);
	}
	netdev_unlock_ops(dev);
}
