// SPDX-License-Identifier: GPL-2.0
/*
 * Telling others where the master is now: gratuitous ARP (RFC 5227) and unsolicited
 * neighbour advertisements (RFC 4861) for its addresses and those of what is above it;
 * reports to switches that snoop for who listens to which group; and where switches do
 * not know of the aggregation, frames that show them each address at its new port.
 */
#include "announce.h"
#include "topology.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <net/arp.h>
#include <net/sch_generic.h>
#include <scsi/fc/fc_fcoe.h>

/* How soon to look again whether the queues are there, and how often at most. */
#define NICBOND_ANNOUNCE_SOON	(HZ / 50 ?: 1)
#define NICBOND_ANNOUNCE_WAITS	50

static u32 nicbond_announce_option(const struct nicbond_master *master,
				   enum nicbond_option_id id)
{
	return master->option[id].word[0];
}

/*
 * A reverse ARP request (RFC 903): a broadcast that asks nobody who answers, and so does
 * no more than pass through all switches, and show them where @address is.
 */
static struct sk_buff *nicbond_announce_frame(struct net_device *dev,
					      const u8 *address)
{
	return arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, dev, 0, NULL, address,
			  address);
}

static bool nicbond_announce_may_show(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && !(dev->flags & IFF_NOARP) &&
	       netif_running(dev);
}

static void nicbond_announce_show(struct net_device *dev)
{
	struct sk_buff *skb;

	if (!nicbond_announce_may_show(dev))
		return;
	skb = nicbond_announce_frame(dev, dev->dev_addr);
	if (skb)
		arp_xmit(skb);
}

/* Has something on @dev this address, and is shown for itself, in its VLAN? */
static bool nicbond_announce_is_above(struct net_device *dev, const u8 *address)
{
	struct net_device *upper;
	struct list_head *iter;

	netdev_for_each_upper_dev_rcu(dev, upper, iter)
		if (ether_addr_equal(upper->dev_addr, address) ||
		    nicbond_announce_is_above(upper, address))
			return true;

	return false;
}

/*
 * Addresses that @dev has besides its own: a Fibre Channel port's. It hears a fabric's,
 * too, which is elsewhere (FC-BB-6: 0E:FC:00 and the well-known FF:FF:FE).
 */
static void nicbond_announce_show_others(struct net_device *dev)
{
	static const u8 fabric[ETH_ALEN] __aligned(2) = FC_FCOE_FLOGI_MAC;
	struct netdev_hw_addr *other;
	struct sk_buff_head frames;
	struct sk_buff *skb;

	/* A bridge has it hear what is anywhere behind it. */
	if (!nicbond_announce_may_show(dev) || netif_is_bridge_port(dev))
		return;
	__skb_queue_head_init(&frames);
	netif_addr_lock_bh(dev);
	netdev_for_each_uc_addr(other, dev) {
		if (ether_addr_equal(other->addr, fabric) ||
		    nicbond_announce_is_above(dev, other->addr))
			continue;
		skb = nicbond_announce_frame(dev, other->addr);
		if (skb)
			__skb_queue_tail(&frames, skb);
	}
	netif_addr_unlock_bh(dev);
	/* Without the lock, which what they pass through may take. */
	while ((skb = __skb_dequeue(&frames)))
		arp_xmit(skb);
}

/*
 * What is above @dev, at any height. VLANs, macvlans and ipvlans get these events from
 * what they are on, bridges and other aggregations do not. Neither list changes, as we
 * have rtnl.
 */
static void nicbond_announce_above(struct net_device *dev, bool show)
{
	struct net_device *upper;
	struct list_head *iter;

	netdev_for_each_upper_dev_rcu(dev, upper, iter) {
		if (netif_is_bridge_master(upper) || netif_is_lag_master(upper) ||
		    nicbond_is_master(upper))
			call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, upper);
		if (show)
			nicbond_announce_show(upper);
		nicbond_announce_above(upper, show);
	}
}

static void nicbond_announce(struct nicbond_master *master)
{
	bool show = !nicbond_topology_static(master);
	struct net_device *dev = master->dev;

	if (show) {
		nicbond_announce_show(dev);
		nicbond_announce_show_others(dev);
	}
	call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, dev);
	call_netdevice_notifiers(NETDEV_RESEND_IGMP, dev);
	nicbond_announce_above(dev, show);
}

/* Is there something, at any height, that has no queue yet and drops all? */
static bool nicbond_announce_early(struct net_device *dev)
{
	struct net_device *upper;
	struct list_head *iter;

	if (netif_running(dev) && qdisc_tx_is_noop(dev))
		return true;
	netdev_for_each_upper_dev_rcu(dev, upper, iter)
		if (nicbond_announce_early(upper))
			return true;

	return false;
}

/* Once, if there are some left and the master can send; and see to the rest. */
static void nicbond_announce_next(struct nicbond_master *master)
{
	u32 ms = nicbond_announce_option(master, NICBOND_OPTION_PEER_NOTIFY_INTERVAL);
	struct net_device *dev = master->dev;
	unsigned long delay = msecs_to_jiffies(ms);

	/* It begins anew when there is carrier. */
	if (!master->announcements || !netif_running(dev) ||
	    !netif_carrier_ok(dev))
		return;

	/* What is above may be down for long, for reasons of its own. */
	if (master->announce_waits && nicbond_announce_early(dev)) {
		master->announce_waits--;
		delay = NICBOND_ANNOUNCE_SOON;
	} else {
		master->announcements--;
		nicbond_announce(master);
	}
	if (master->announcements)
		mod_delayed_work(system_percpu_wq, &master->announce_work, delay);
}

void nicbond_announce_start(struct nicbond_master *master)
{
	ASSERT_RTNL();

	master->announcements =
		nicbond_announce_option(master, NICBOND_OPTION_PEER_NOTIFY_COUNT);
	master->announce_waits = NICBOND_ANNOUNCE_WAITS;
	nicbond_announce_next(master);
}

void nicbond_announce_work(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(to_delayed_work(work), struct nicbond_master,
			     announce_work);

	rtnl_lock();
	nicbond_announce_next(master);
	rtnl_unlock();
}
