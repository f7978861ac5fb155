// SPDX-License-Identifier: GPL-2.0
/*
 * nbcable: simulated network cards, two and two connected by a cable. For tests.
 *
 * `insmod nbcable.ko pairs=N` makes cable0a and cable0b, and so on; each is to be
 * moved to a network namespace of its own. `ip link set DEVICE carrier off` cuts
 * the cable for both ends, `carrier on` mends it. Who is closed (`ip link set DEVICE down`)
 * takes its peer's carrier until it is open again.
 *
 * `ethtool --set-priv-flags DEVICE hold on` stops the transmit queue, or all of them, as a
 * driver does whose ring is full; `hold off` starts it again. With `ask on` a member asks
 * its master of each packet that it transmits who would; with `fixed-address on` it refuses
 * another address than it has. With `prompt on` its link events are urgent to the kernel,
 * as a switch's are to it; else they can come a second late, as with many real cards.
 *
 * `ethtool -S DEVICE` is what a driver knows that offloads link aggregation: how the
 * card's master spreads packets (enum netdev_lag_tx_type, enum netdev_lag_hash) and
 * what it takes the card for; how many packets it would have had this card
 * transmit, and how many another, or nobody; what the card was given that it cannot do, by
 * its features, or as another's, and lost (unfit); and packets after which no more were to
 * follow (doorbells).
 *
 * Each says that it has a clock of its own, of the number of its pair, and keeps what it
 * is told of time stamps; there are none.
 *
 * Why not veth: a veth loses packets for a while before its peer's carrier goes
 * off. Here the carrier bit is the cable: what a driver is given before it is
 * cleared arrives, what it is given after is lost and counted in tx_dropped, so a
 * test can count exactly what the layer above lost by not looking. Like many real
 * cards, and unlike veth, these do not change their address while they are up.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#define NBCABLE_PAIRS_MAX	64
#define NBCABLE_QUEUES_MAX	16

static int pairs = 1;
module_param(pairs, int, 0444);
MODULE_PARM_DESC(pairs, "Pairs of cards, 1 (default) to 64");

static int queues = 1;
module_param(queues, int, 0444);
MODULE_PARM_DESC(queues, "Transmit queues of each card, 1 (default) to 16");

static int speed = 1000;
module_param(speed, int, 0444);
MODULE_PARM_DESC(speed, "Speed that the cards report until ethtool sets another, in Mb/s, 1000 by default");

static const char nbcable_stats[][ETH_GSTRING_LEN] = {
	"lag_tx_type", "lag_hash_type", "lag_link_up", "lag_tx_enabled",
	"asked_this", "asked_other", "unfit", "doorbells",
};

static const char nbcable_flags[][ETH_GSTRING_LEN] = { "hold", "ask", "fixed-address", "prompt" };

/* In @flags. */
#define NBCABLE_HOLD	0x1
#define NBCABLE_ASK	0x2
#define NBCABLE_FIXED	0x4
#define NBCABLE_PROMPT	0x8

/*
 * The private part of a card; @peer is set before either is registered. rtnl, but for
 * what is counted, and @flags are read without.
 */
struct nbcable {
	struct net_device *peer;
	bool cut;
	bool closed;
	u32 speed;
	u32 flags;
	struct netdev_lag_upper_info upper;
	struct netdev_lag_lower_state_info lower;
	atomic64_t asked_this;
	atomic64_t asked_other;
	atomic64_t unfit;
	atomic64_t doorbells;
	int clock;
	int tx_type;
	int rx_filter;
};

static struct net_device *nbcable_cards[2 * NBCABLE_PAIRS_MAX];

/* BH disabled, so in an RCU section. */
static void nbcable_ask(struct nbcable *cable, struct sk_buff *skb,
			struct net_device *dev)
{
	struct net_device *master, *slave;

	rcu_read_lock();
	master = netdev_master_upper_dev_get_rcu(dev);
	if (master) {
		slave = netdev_get_xmit_slave(master, skb, false);
		atomic64_inc(slave == dev ? &cable->asked_this :
					    &cable->asked_other);
	}
	rcu_read_unlock();
}

/* Is @skb @dev's, with nothing left to do to it that the card does not offer to do? */
static bool nbcable_fits(const struct sk_buff *skb, const struct net_device *dev)
{
	netdev_features_t features = dev->features;

	if (skb->dev != dev)
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL && !(features & NETIF_F_HW_CSUM))
		return false;
	if (skb_is_gso(skb) && !net_gso_ok(features, skb_shinfo(skb)->gso_type))
		return false;

	return !skb_vlan_tag_present(skb) &&
	       (!skb_is_nonlinear(skb) || features & NETIF_F_SG);
}

static netdev_tx_t nbcable_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nbcable *cable = netdev_priv(dev);
	unsigned int len = skb->len;

	if (READ_ONCE(cable->flags) & NBCABLE_ASK)
		nbcable_ask(cable, skb, dev);
	if (!netdev_xmit_more())
		atomic64_inc(&cable->doorbells);
	if (!nbcable_fits(skb, dev))
		atomic64_inc(&cable->unfit);
	if (!netif_carrier_ok(dev) || !nbcable_fits(skb, dev)) {
		dev_core_stats_tx_dropped_inc(dev);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}

	skb_tx_timestamp(skb);
	if (dev_forward_skb(cable->peer, skb) == NET_RX_SUCCESS)
		dev_sw_netstats_tx_add(dev, 1, len);
	else
		dev_core_stats_tx_dropped_inc(dev);

	return NETDEV_TX_OK;
}

static void nbcable_set_carrier(struct net_device *dev)
{
	struct nbcable *cable = netdev_priv(dev);
	const struct nbcable *peer = netdev_priv(cable->peer);

	if (cable->cut || peer->closed)
		netif_carrier_off(dev);
	else
		netif_carrier_on(dev);
}

static int nbcable_change_carrier(struct net_device *dev, bool on)
{
	struct nbcable *cable = netdev_priv(dev);
	struct nbcable *peer = netdev_priv(cable->peer);

	cable->cut = !on;
	peer->cut = !on;
	nbcable_set_carrier(dev);
	nbcable_set_carrier(cable->peer);

	return 0;
}

static int nbcable_open(struct net_device *dev)
{
	struct nbcable *cable = netdev_priv(dev);

	cable->closed = false;
	nbcable_set_carrier(cable->peer);

	return 0;
}

static int nbcable_stop(struct net_device *dev)
{
	struct nbcable *cable = netdev_priv(dev);

	cable->closed = true;
	nbcable_set_carrier(cable->peer);

	return 0;
}

static int nbcable_init_dev(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);

	return dev->tstats ? 0 : -ENOMEM;
}

static void nbcable_uninit_dev(struct net_device *dev)
{
	free_percpu(dev->tstats);
	dev->tstats = NULL;
}

static void nbcable_get_stats64(struct net_device *dev,
				struct rtnl_link_stats64 *stats)
{
	dev_fetch_sw_netstats(stats, dev->tstats);
}

static int nbcable_get_link_ksettings(struct net_device *dev,
				      struct ethtool_link_ksettings *cmd)
{
	struct nbcable *cable = netdev_priv(dev);

	cmd->base.speed = netif_carrier_ok(dev) ? cable->speed : SPEED_UNKNOWN;
	cmd->base.duplex = netif_carrier_ok(dev) ? DUPLEX_FULL : DUPLEX_UNKNOWN;

	return 0;
}

/* `ethtool -s DEVICE speed N`; as with a real card, the link is negotiated anew. */
static int nbcable_set_link_ksettings(struct net_device *dev,
				      const struct ethtool_link_ksettings *cmd)
{
	struct nbcable *cable = netdev_priv(dev);

	cable->speed = cmd->base.speed;
	netdev_state_change(dev);

	return 0;
}

static int nbcable_get_sset_count(struct net_device *dev, int set)
{
	switch (set) {
	case ETH_SS_PRIV_FLAGS:
		return ARRAY_SIZE(nbcable_flags);
	case ETH_SS_STATS:
		return ARRAY_SIZE(nbcable_stats);
	}

	return -EOPNOTSUPP;
}

static void nbcable_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_PRIV_FLAGS)
		memcpy(data, nbcable_flags, sizeof(nbcable_flags));
	else if (set == ETH_SS_STATS)
		memcpy(data, nbcable_stats, sizeof(nbcable_stats));
}

static void nbcable_get_ethtool_stats(struct net_device *dev,
				      struct ethtool_stats *stats, u64 *data)
{
	struct nbcable *cable = netdev_priv(dev);

	*data++ = cable->upper.tx_type;
	*data++ = cable->upper.hash_type;
	*data++ = cable->lower.link_up;
	*data++ = cable->lower.tx_enabled;
	*data++ = atomic64_read(&cable->asked_this);
	*data++ = atomic64_read(&cable->asked_other);
	*data++ = atomic64_read(&cable->unfit);
	*data++ = atomic64_read(&cable->doorbells);
}

static int nbcable_set_mac_address(struct net_device *dev, void *address)
{
	struct nbcable *cable = netdev_priv(dev);

	return cable->flags & NBCABLE_FIXED ? -EOPNOTSUPP :
					      eth_mac_addr(dev, address);
}

/* Events are urgent of who is part of another device: linkwatch_urgent_event(). */
static int nbcable_get_iflink(const struct net_device *dev)
{
	const struct nbcable *cable = netdev_priv(dev);

	return READ_ONCE(cable->flags) & NBCABLE_PROMPT ? 0 : dev->ifindex;
}

static u32 nbcable_get_priv_flags(struct net_device *dev)
{
	return ((struct nbcable *)netdev_priv(dev))->flags;
}

static int nbcable_set_priv_flags(struct net_device *dev, u32 flags)
{
	struct nbcable *cable = netdev_priv(dev);

	u32 changed = flags ^ cable->flags;

	WRITE_ONCE(cable->flags, flags);
	if (!(changed & NBCABLE_HOLD))
		return 0;
	if (flags & NBCABLE_HOLD)
		netif_tx_stop_all_queues(dev);
	else
		netif_tx_wake_all_queues(dev);

	return 0;
}

static int nbcable_get_ts_info(struct net_device *dev,
			       struct kernel_ethtool_ts_info *info)
{
	struct nbcable *cable = netdev_priv(dev);

	ethtool_op_get_ts_info(dev, info);
	info->so_timestamping |= SOF_TIMESTAMPING_TX_HARDWARE |
				 SOF_TIMESTAMPING_RX_HARDWARE |
				 SOF_TIMESTAMPING_RAW_HARDWARE;
	info->tx_types = BIT(HWTSTAMP_TX_OFF) | BIT(HWTSTAMP_TX_ON);
	info->rx_filters = BIT(HWTSTAMP_FILTER_NONE) | BIT(HWTSTAMP_FILTER_ALL);
	info->phc_index = cable->clock;

	return 0;
}

static int __maybe_unused nbcable_hwtstamp_get(struct net_device *dev,
					       struct kernel_hwtstamp_config *config)
{
	struct nbcable *cable = netdev_priv(dev);

	config->tx_type = cable->tx_type;
	config->rx_filter = cable->rx_filter;

	return 0;
}

static int __maybe_unused nbcable_hwtstamp_set(struct net_device *dev,
					       struct kernel_hwtstamp_config *config,
					       struct netlink_ext_ack *extack)
{
	struct nbcable *cable = netdev_priv(dev);

	cable->tx_type = config->tx_type;
	cable->rx_filter = config->rx_filter;

	return 0;
}

#ifndef NICBOND_TIMESTAMP_OPS
#define NICBOND_TIMESTAMP_OPS(get, set)					\
	.ndo_hwtstamp_get = get,					\
	.ndo_hwtstamp_set = set,
#endif

static const struct net_device_ops nbcable_netdev_ops = {
	.ndo_init		= nbcable_init_dev,
	.ndo_uninit		= nbcable_uninit_dev,
	.ndo_open		= nbcable_open,
	.ndo_stop		= nbcable_stop,
	.ndo_start_xmit		= nbcable_xmit,
	.ndo_get_stats64	= nbcable_get_stats64,
	.ndo_change_carrier	= nbcable_change_carrier,
	.ndo_get_iflink		= nbcable_get_iflink,
	.ndo_set_mac_address	= nbcable_set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	NICBOND_TIMESTAMP_OPS(nbcable_hwtstamp_get, nbcable_hwtstamp_set)
};

static const struct ethtool_ops nbcable_ethtool_ops = {
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= nbcable_get_link_ksettings,
	.set_link_ksettings	= nbcable_set_link_ksettings,
	.get_ts_info		= nbcable_get_ts_info,
	.get_sset_count		= nbcable_get_sset_count,
	.get_strings		= nbcable_get_strings,
	.get_ethtool_stats	= nbcable_get_ethtool_stats,
	.get_priv_flags		= nbcable_get_priv_flags,
	.set_priv_flags		= nbcable_set_priv_flags,
};

static void nbcable_change_upper(struct nbcable *cable,
				 const struct netdev_notifier_changeupper_info *info)
{
	if (!info->master)
		return;

	memset(&cable->upper, 0, sizeof(cable->upper));
	memset(&cable->lower, 0, sizeof(cable->lower));
	if (info->linking && info->upper_info)
		cable->upper = *(struct netdev_lag_upper_info *)info->upper_info;
}

static int nbcable_event(struct notifier_block *nb, unsigned long event,
			 void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	const struct netdev_notifier_changelowerstate_info *state = info;
	struct nbcable *cable = netdev_priv(dev);

	if (dev->netdev_ops != &nbcable_netdev_ops)
		return NOTIFY_DONE;
	if (event == NETDEV_CHANGEUPPER)
		nbcable_change_upper(cable, info);
	else if (event == NETDEV_CHANGELOWERSTATE)
		cable->lower = *(struct netdev_lag_lower_state_info *)state->lower_state_info;

	return NOTIFY_DONE;
}

static struct notifier_block nbcable_notifier = {
	.notifier_call = nbcable_event,
};

static struct net_device *nbcable_alloc(int pair, char end)
{
	struct net_device *dev = alloc_etherdev_mq(sizeof(struct nbcable), queues);

	if (!dev)
		return NULL;

	snprintf(dev->name, IFNAMSIZ, "cable%d%c", pair, end);
	eth_hw_addr_random(dev);
	((struct nbcable *)netdev_priv(dev))->speed = speed;
	((struct nbcable *)netdev_priv(dev))->clock = pair;
	dev->netdev_ops = &nbcable_netdev_ops;
	dev->ethtool_ops = &nbcable_ethtool_ops;
	/* The peer's stack owns what it is sent, so pktgen may not share it. */
	dev->priv_flags &= ~(IFF_LIVE_ADDR_CHANGE | IFF_TX_SKB_SHARING);
	dev->max_mtu = ETH_MAX_MTU;
	dev->features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE;
	dev->vlan_features = dev->features;
	/* These do nothing here; they are there to be switched. */
	dev->hw_features = dev->features | NETIF_F_LRO | NETIF_F_FCOE_CRC | NETIF_F_FSO;
	dev->vlan_features |= NETIF_F_FCOE_CRC | NETIF_F_FSO;

	return dev;
}

/* Both ends go in one step, so neither sends to a card that is gone. */
static void nbcable_destroy(int count)
{
	LIST_HEAD(list);
	int i;

	rtnl_lock();
	for (i = 0; i < count; i++)
		if (nbcable_cards[i] &&
		    nbcable_cards[i]->reg_state == NETREG_REGISTERED)
			unregister_netdevice_queue(nbcable_cards[i], &list);
	unregister_netdevice_many(&list);
	rtnl_unlock();

	for (i = 0; i < count; i++)
		if (nbcable_cards[i])
			free_netdev(nbcable_cards[i]);
}

static int __init nbcable_init(void)
{
	struct nbcable *cable;
	int i, err = -ENOMEM;

	if (pairs < 1 || pairs > NBCABLE_PAIRS_MAX || queues < 1 || queues > NBCABLE_QUEUES_MAX)
		return -EINVAL;

	for (i = 0; i < 2 * pairs; i++) {
		nbcable_cards[i] = nbcable_alloc(i / 2, "ab"[i % 2]);
		if (!nbcable_cards[i])
			goto destroy;
	}
	for (i = 0; i < 2 * pairs; i++) {
		cable = netdev_priv(nbcable_cards[i]);
		cable->peer = nbcable_cards[i ^ 1];
	}
	err = register_netdevice_notifier(&nbcable_notifier);
	if (err)
		goto destroy;
	for (i = 0; i < 2 * pairs; i++) {
		err = register_netdev(nbcable_cards[i]);
		if (err)
			goto unregister;
	}

	return 0;

unregister:
	unregister_netdevice_notifier(&nbcable_notifier);
destroy:
	nbcable_destroy(2 * pairs);
	return err;
}

static void __exit nbcable_exit(void)
{
	unregister_netdevice_notifier(&nbcable_notifier);
	nbcable_destroy(2 * pairs);
}

module_init(nbcable_init);
module_exit(nbcable_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Simulated network cards on a cable, for the tests of nicbond");
