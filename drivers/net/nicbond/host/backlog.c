// SPDX-License-Identifier: GPL-2.0
/*
 * What waits in a member's queueing discipline when the member turns out to be dead. Of a
 * carrier that goes the kernel itself deactivates the device, which drops that; here the
 * carrier is good, and a driver that takes no packet, or a firmware that hangs, is found by
 * heartbeat or by probes.
 */
#include "backlog.h"

#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netdev_lock.h>
#include <net/sch_generic.h>

/*
 * One discipline for all queues, or one for each. Below 0, it may be, where packets come and
 * go meanwhile, as each CPU counts its own.
 */
static int nicbond_backlog_waiting(const struct net_device *dev)
{
	const struct Qdisc *root = rtnl_dereference(dev->qdisc), *qdisc;
	unsigned int i;
	int waiting = 0;

	for (i = 0; i < dev->num_tx_queues; i++) {
		qdisc = rtnl_dereference(netdev_get_tx_queue(dev, i)->qdisc_sleeping);
		if (qdisc == root)
			return qdisc_qlen_sum(root);
		waiting += qdisc_qlen_sum(qdisc);
	}

	return waiting;
}

/*
 * A device that is activated looks as if it had just transmitted: to the firmware, whose
 * heart would beat once for that, and to the kernel's watchdog, which would never bite. So
 * @transmitted has room for when each queue really did.
 */
static void nicbond_backlog_reset(struct net_device *dev,
				  unsigned long *transmitted)
{
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		transmitted[i] = READ_ONCE(netdev_get_tx_queue(dev, i)->trans_start);
	dev_deactivate(dev, true);
	dev_activate(dev);
	for (i = 0; i < dev->num_tx_queues; i++)
		WRITE_ONCE(netdev_get_tx_queue(dev, i)->trans_start,
			   transmitted[i]);
}

bool nicbond_backlog_drop(struct nicbond_member *member)
{
	struct net_device *dev = member->dev;
	unsigned long *transmitted;
	int waiting;

	ASSERT_RTNL();

	transmitted = kmalloc_array(dev->num_tx_queues, sizeof(*transmitted),
				    GFP_KERNEL);
	if (!transmitted)
		return false;

	/* Nobody gives it more, once all see that it is down. */
	synchronize_net();
	netdev_lock_ops(dev);
	waiting = nicbond_backlog_waiting(dev);
	if (waiting > 0 && netif_running(dev) && netif_carrier_ok(dev)) {
		nicbond_backlog_reset(dev, transmitted);
		while (waiting--)
			dev_core_stats_tx_dropped_inc(dev);
	}
	netdev_unlock_ops(dev);
	kfree(transmitted);

	return true;
}
