// SPDX-License-Identifier: GPL-2.0
/* The master net device: every packet goes to the primary adaptor. */
#include "master.h"
#include "alarm.h"
#include "announce.h"
#include "debugfs.h"
#include "failover.h"
#include "heartbeat.h"
#include "lag.h"
#include "netpoll.h"
#include "probing.h"
#include "program.h"
#include "timestamp.h"
#include "topology.h"
#include "trace.h"
#include "xdp.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/indirect_call_wrapper.h>
#include <linux/net.h>
#include <linux/user_namespace.h>
#include <net/netdev_lock.h>

/* Lines in the log, in jiffies. */
#define NICBOND_MASTER_LOG_LINES	50
#define NICBOND_MASTER_LOG_INTERVAL	(5 * HZ)

static void nicbond_master_count_tx(struct nicbond_master_stats *stats,
				    int verdict, unsigned int len)
{
	u64_stats_update_begin(&stats->syncp);
	if (likely(!verdict)) {
		u64_stats_inc(&stats->tx_packets);
		u64_stats_add(&stats->tx_bytes, len);
	} else {
		u64_stats_inc(&stats->tx_dropped);
	}
	u64_stats_update_end(&stats->syncp);
}

static void nicbond_master_no_member(struct nicbond_master *master,
				     struct sk_buff *skb)
{
	struct nicbond_master_stats *stats = this_cpu_ptr(master->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->tx_no_primary);
	u64_stats_update_end(&stats->syncp);
	trace_nicbond_drop(master->dev, skb);
	dev_kfree_skb_any_reason(skb, SKB_DROP_REASON_NO_TX_TARGET);
}

/*
 * One of a burst. All of it goes to one primary, also if the role moves meanwhile: that waits
 * for a grace period before it takes the old one's away.
 */
static noinline int nicbond_master_burst(struct nicbond_master_stats *stats,
					 struct nicbond_adaptor *primary,
					 struct sk_buff *skb)
{
	bool more = netdev_xmit_more();
	int verdict;

	if (stats->burst)
		primary = stats->burst;
	if (primary->ops->burst)
		verdict = INDIRECT_CALL_1(primary->ops->burst, nicbond_burst_handover,
					  primary, skb, more);
	else
		verdict = primary->ops->handover(primary, skb);
	/* Last, as a driver below may send something of its own through here meanwhile. */
	stats->burst = more ? primary : NULL;

	return verdict;
}

/*
 * Is the CPU in a burst? Not where somebody else may run on it between two packets, though
 * BH are disabled.
 */
static bool nicbond_master_bursts(const struct nicbond_master_stats *stats)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       unlikely(netdev_xmit_more() || stats->burst);
}

bool nicbond_master_forget(struct nicbond_master *master, struct nicbond_adaptor *adaptor)
{
	bool forgotten = false;
	int cpu;

	/* Who broke the promise that more follow. */
	for_each_possible_cpu(cpu)
		if (cmpxchg(&per_cpu_ptr(master->stats, cpu)->burst, adaptor, NULL) == adaptor)
			forgotten = true;

	return forgotten;
}

/*
 * Consumes @skb. The primary pointer is the only choice there is; the adaptor
 * stays valid until a grace period after it was taken off. netpoll's packets go by the
 * primary's port.
 */
static netdev_tx_t nicbond_master_xmit(struct sk_buff *skb,
				       struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_master_stats *stats = this_cpu_ptr(master->stats);
	struct nicbond_adaptor *primary;
	unsigned int len = skb->len;
	int verdict;

	primary = rcu_dereference_bh(master->primary) ?: stats->burst;
	if (unlikely(!primary)) {
		nicbond_master_no_member(master, skb);
		return NETDEV_TX_OK;
	}

	if (nicbond_netpoll_running(dev))
		verdict = nicbond_netpoll_transmit(primary, skb);
	else if (nicbond_master_bursts(stats))
		verdict = nicbond_master_burst(stats, primary, skb);
	else
		verdict = INDIRECT_CALL_1(primary->ops->handover,
					  nicbond_software_handover, primary,
					  skb);
	nicbond_master_count_tx(stats, verdict, len);

	return NETDEV_TX_OK;
}

/*
 * The queues are there to name members by (queue_id), and for who names none it is 0.
 * tc's action skbedit names one, and so does who sends through AF_XDP.
 */
static u16 nicbond_master_select_queue(struct net_device *dev,
				       struct sk_buff *skb,
				       struct net_device *sb_dev)
{
	return 0;
}

static void nicbond_master_get_stats64(struct net_device *dev,
				       struct rtnl_link_stats64 *sum)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_master_stats *stats, copy;
	unsigned int start;
	int cpu;

	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(master->stats, cpu);
		do {
			start = u64_stats_fetch_begin(&stats->syncp);
			copy = *stats;
		} while (u64_stats_fetch_retry(&stats->syncp, start));

		sum->rx_packets += u64_stats_read(&copy.rx_packets);
		sum->rx_bytes += u64_stats_read(&copy.rx_bytes);
		sum->multicast += u64_stats_read(&copy.rx_multicast);
		sum->tx_packets += u64_stats_read(&copy.tx_packets);
		sum->tx_bytes += u64_stats_read(&copy.tx_bytes);
		sum->tx_dropped += u64_stats_read(&copy.tx_dropped) +
				   u64_stats_read(&copy.tx_no_primary);
	}
}

static u64 nicbond_master_no_primary(const struct nicbond_master *master)
{
	const struct nicbond_master_stats *stats;
	unsigned int start;
	u64 value, sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(master->stats, cpu);
		do {
			start = u64_stats_fetch_begin(&stats->syncp);
			value = u64_stats_read(&stats->tx_no_primary);
		} while (u64_stats_fetch_retry(&stats->syncp, start));
		sum += value;
	}

	return sum;
}

u64 nicbond_master_xstat(const struct nicbond_master *master,
			 unsigned int attribute)
{
	switch (attribute) {
	case IFLA_NICBOND_XSTATS_FAILOVERS:
		return master->failovers;
	case IFLA_NICBOND_XSTATS_ROLE_WRITES:
		return master->role_writes;
	case IFLA_NICBOND_XSTATS_DROP_NO_MEMBER:
		return nicbond_master_no_primary(master);
	case IFLA_NICBOND_XSTATS_DOWN_NOTIFIER:
		return master->downs[NICBOND_CAUSE_NOTIFIER];
	case IFLA_NICBOND_XSTATS_DOWN_TRANSMIT:
		return master->downs[NICBOND_CAUSE_TRANSMIT];
	case IFLA_NICBOND_XSTATS_DOWN_HEARTBEAT:
		return master->downs[NICBOND_CAUSE_HEARTBEAT];
	case IFLA_NICBOND_XSTATS_DOWN_PROBE:
		return master->downs[NICBOND_CAUSE_PROBE];
	}

	return 0;
}

void nicbond_master_compute_features(struct nicbond_master *master)
{
	netdev_compute_master_upper_features(master->dev, true);
	nicbond_xdp_compute_features(master);
}

static netdev_features_t
nicbond_master_fix_features(struct net_device *dev, netdev_features_t wanted)
{
	struct nicbond_master *master = netdev_priv(dev);
	netdev_features_t features = wanted;
	struct nicbond_member *member;

	features &= ~NETIF_F_ONE_FOR_ALL;
	/*
	 * Nobody behind a port does FCoE's segmentation for it, nor its checksum, so with a
	 * member that joins and cannot, what is under way would be lost: neither is offered.
	 */
	features |= NETIF_F_ALL_FOR_ALL & ~NETIF_F_FSO;
	nicbond_for_each_member(master, member)
		features = netdev_increment_features(features,
						     member->dev->features,
						     wanted);

	return netdev_add_tso_features(features, wanted);
}

static int nicbond_master_change_mtu(struct net_device *dev, int mtu)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	int err;

	/* For nicbond_notifier, which lets nobody else change a member's MTU. */
	master->mtu_changing = true;
	nicbond_for_each_member(master, member) {
		err = dev_set_mtu(member->dev, mtu);
		if (err)
			goto undo;
	}
	master->mtu_changing = false;
	WRITE_ONCE(dev->mtu, mtu);

	return 0;

undo:
	netdev_err(dev, "%s does not take an MTU of %d: error %d\n",
		   member->dev->name, mtu, err);
	list_for_each_entry_continue_reverse(member, &master->members, list)
		dev_set_mtu(member->dev, dev->mtu);
	master->mtu_changing = false;
	return err;
}

static int nicbond_master_set_addr(struct net_device *dev, void *p)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct sockaddr *address = p;
	u8 before[ETH_ALEN] __aligned(2);
	int err;

	if (!is_valid_ether_addr(address->sa_data))
		return -EADDRNOTAVAIL;
	err = nicbond_topology_check_address(master);
	if (err)
		return err;

	ether_addr_copy(before, dev->dev_addr);
	eth_hw_addr_set(dev, address->sa_data);
	err = nicbond_topology_apply(master);
	if (err) {
		eth_hw_addr_set(dev, before);
		nicbond_topology_apply(master);
	}
	if (master->member_count)
		nicbond_failover_update(master, NICBOND_CAUSE_NOTIFIER);
	/* It may be one that the switch knows as a secondary's. */
	if (!err && !nicbond_topology_static(master))
		nicbond_announce_start(master);

	return err;
}

static void nicbond_master_change_rx_flags(struct net_device *dev, int change)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		if (change & IFF_PROMISC)
			dev_set_promiscuity(member->dev,
					    dev->flags & IFF_PROMISC ? 1 : -1);
		if (change & IFF_ALLMULTI)
			dev_set_allmulti(member->dev,
					 dev->flags & IFF_ALLMULTI ? 1 : -1);
	}
}

/* Called under the master's address lock, not always with rtnl. */
static void nicbond_master_set_rx_mode(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;

	rcu_read_lock();
	list_for_each_entry_rcu(member, &master->members, list) {
		dev_uc_sync_multiple(member->dev, dev);
		dev_mc_sync_multiple(member->dev, dev);
	}
	rcu_read_unlock();
}

static int nicbond_master_add_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	int err;

	nicbond_for_each_member(master, member) {
		err = vlan_vid_add(member->dev, proto, vid);
		if (err)
			goto undo;
	}

	return 0;

undo:
	list_for_each_entry_continue_reverse(member, &master->members, list)
		vlan_vid_del(member->dev, proto, vid);
	return err;
}

static int nicbond_master_kill_vid(struct net_device *dev, __be16 proto,
				   u16 vid)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		vlan_vid_del(member->dev, proto, vid);

	return 0;
}

/* What carries packets are the members; their primary may be another than before. */
static int nicbond_master_open(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	if (nicbond_failover_primary(master))
		nicbond_announce_start(master);

	return 0;
}

static int nicbond_master_stop(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		dev_uc_unsync(member->dev, dev);
		dev_mc_unsync(member->dev, dev);
	}

	return 0;
}

static int nicbond_master_init(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	master->dev = dev;
	INIT_DELAYED_WORK(&master->attention_work,
			  nicbond_failover_attention_work);
	INIT_DELAYED_WORK(&master->timer_work, nicbond_failover_timer_work);
	INIT_DELAYED_WORK(&master->heartbeat_work, nicbond_heartbeat_watch);
	INIT_DELAYED_WORK(&master->announce_work, nicbond_announce_work);
	ratelimit_state_init(&master->log, NICBOND_MASTER_LOG_INTERVAL,
			     NICBOND_MASTER_LOG_LINES);
	INIT_WORK(&master->alarm_work, nicbond_alarm_work);
	master->stats = netdev_alloc_pcpu_stats(struct nicbond_master_stats);
	if (!master->stats)
		return -ENOMEM;

	dev->sysfs_groups[0] = &nicbond_master_group;
	netif_carrier_off(dev);
	netdev_lockdep_set_classes(dev);
	nicbond_xdp_compute_features(master);
	nicbond_debugfs_master_init(master);
	nicbond_probing_follow(master);

	return 0;
}

static void nicbond_master_uninit(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member, *next;

	list_for_each_entry_safe(member, next, &master->members, list)
		nicbond_member_release(member, false);
	nicbond_probing_stop(master);
	nicbond_debugfs_master_uninit(master);
	nicbond_program_release(master);
}

/* All adaptors are gone, so nothing queues the work again. Not under rtnl. */
static void nicbond_master_destruct(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	cancel_delayed_work_sync(&master->heartbeat_work);
	cancel_delayed_work_sync(&master->attention_work);
	cancel_delayed_work_sync(&master->timer_work);
	cancel_delayed_work_sync(&master->announce_work);
	cancel_work_sync(&master->alarm_work);
	free_percpu(master->stats);
}

static const struct net_device_ops nicbond_master_ops = {
	.ndo_init		= nicbond_master_init,
	.ndo_uninit		= nicbond_master_uninit,
	.ndo_open		= nicbond_master_open,
	.ndo_stop		= nicbond_master_stop,
	.ndo_start_xmit		= nicbond_master_xmit,
	.ndo_select_queue	= nicbond_master_select_queue,
	.ndo_bpf		= nicbond_xdp_bpf,
	.ndo_xdp_xmit		= nicbond_xdp_xmit,
	.ndo_get_stats64	= nicbond_master_get_stats64,
	.ndo_add_slave		= nicbond_member_add,
	.ndo_del_slave		= nicbond_member_del,
	.ndo_fix_features	= nicbond_master_fix_features,
	.ndo_features_check	= passthru_features_check,
	.ndo_change_mtu		= nicbond_master_change_mtu,
	.ndo_set_mac_address	= nicbond_master_set_addr,
	.ndo_change_rx_flags	= nicbond_master_change_rx_flags,
	.ndo_set_rx_mode	= nicbond_master_set_rx_mode,
	.ndo_vlan_rx_add_vid	= nicbond_master_add_vid,
	.ndo_vlan_rx_kill_vid	= nicbond_master_kill_vid,
	.ndo_get_xmit_slave	= nicbond_lag_get_member,
	NICBOND_NETPOLL_OPS
	NICBOND_TIMESTAMP_OPS(nicbond_timestamp_get, nicbond_timestamp_set)
};

#define NICBOND_MASTER_FEATURES						\
	(MASTER_UPPER_DEV_VLAN_FEATURES | NETIF_F_HW_VLAN_CTAG_RX |	\
	 NETIF_F_HW_VLAN_STAG_RX | NETIF_F_GSO_ENCAP_ALL)

void nicbond_master_setup(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);

	INIT_LIST_HEAD(&master->members);
	nicbond_option_init(master);

	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->max_mtu = ETH_MAX_MTU;
	dev->netdev_ops = &nicbond_master_ops;
	dev->ethtool_ops = &nicbond_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = nicbond_master_destruct;

	dev->flags |= IFF_MASTER;
	dev->priv_flags &= ~(IFF_XMIT_DST_RELEASE | IFF_TX_SKB_SHARING);
	dev->priv_flags |= IFF_NO_QUEUE | IFF_UNICAST_FLT |
			   IFF_LIVE_ADDR_CHANGE;
	dev->lltx = true;
	dev->netns_immutable = true;
	/* A limit comes with members, and goes with the last. */
	netif_set_tso_max_size(dev, TSO_MAX_SIZE);

	dev->hw_features = NICBOND_MASTER_FEATURES;
	dev->features |= NICBOND_MASTER_FEATURES | NETIF_F_GRO |
			 NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX |
			 NETIF_F_HW_VLAN_CTAG_FILTER |
			 NETIF_F_HW_VLAN_STAG_FILTER;
}

struct nicbond_member *nicbond_master_find(struct nicbond_master *master,
					   int ifindex)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		if (member->dev->ifindex == ifindex)
			return member;

	return NULL;
}

void nicbond_master_tell(struct nicbond_master *master)
{
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, master->dev);
}

bool nicbond_is_master(const struct net_device *dev)
{
	return dev->netdev_ops == &nicbond_master_ops;
}

bool nicbond_may_log(const struct net_device *dev)
{
	return dev_net(dev)->user_ns == &init_user_ns || net_ratelimit();
}
