// SPDX-License-Identifier: GPL-2.0
/* The transmit port of a software adaptor: any Ethernet net device. */
#include "port.h"

#include <linux/jiffies.h>
#include <net/nicbond.h>

u32 nicbond_port_status(const struct net_device *port)
{
	return (netif_running(port) ? NICBOND_STATUS_RUNNING : 0) |
	       (netif_carrier_ok(port) ? NICBOND_STATUS_CARRIER : 0) |
	       (netif_oper_up(port) ? NICBOND_STATUS_OPER : 0);
}

bool nicbond_port_stalled(const struct net_device *port, unsigned long since)
{
	const struct netdev_queue *queue;
	bool stopped = false;
	unsigned int i;

	if (!nicbond_port_live(port))
		return false;

	for (i = 0; i < port->real_num_tx_queues; i++) {
		queue = netdev_get_tx_queue(port, i);
		stopped |= netif_xmit_stopped(queue);
		/* Pairs with netif_tx_stop_queue(): the time is not older than that. */
		smp_rmb();
		if (time_after_eq(READ_ONCE(queue->trans_start), since))
			return false;
	}

	return stopped;
}

u32 nicbond_port_backlog(struct net_device *port, bool *exact)
{
	u32 sum = 0, packets, bytes;
	struct netdev_queue *queue;
	unsigned int i;

	*exact = false;
	rcu_read_lock();
	for (i = 0; i < port->real_num_tx_queues; i++) {
		queue = netdev_get_tx_queue(port, i);
		if (nicbond_port_bql(queue, &bytes))
			*exact = true;
		sum += bytes;
		/* One qdisc may have all queues; a registered device's has one. */
		if (i && rcu_access_pointer(queue->qdisc) ==
			 rcu_access_pointer(queue[-1].qdisc))
			continue;
		qdisc_qstats_qlen_backlog(rcu_dereference(queue->qdisc),
					  &packets, &bytes);
		sum += bytes;
	}
	rcu_read_unlock();

	return sum;
}
