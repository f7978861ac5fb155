// SPDX-License-Identifier: GPL-2.0
/* The net device of a simulated NIC, its cable, and what ethtool says of it. */
#include "nicsim.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/moduleparam.h>
#include <linux/rtnetlink.h>

static int speed = 10000;
module_param(speed, int, 0444);
MODULE_PARM_DESC(speed, "Speed that the NICs report, in Mb/s, 10000 by default");

#define NICSIM_STAT_NAME(id, name, text)	name,
static const char * const nicsim_stat_names[] = {
	NICSIM_STATS(NICSIM_STAT_NAME)
};

/*
 * The carrier bit is the cable (tests/modules/nbcable.c says what that is good for):
 * what comes here before it is cleared arrives, what comes after is lost. A peer
 * that was unplugged is not up and takes nothing; its memory stays.
 */
void nicsim_wire_send(struct nicsim *nic, struct sk_buff *skb)
{
	unsigned int len = skb->len;

	if (!netif_carrier_ok(nic->dev)) {
		nicsim_count(nic, NICSIM_WIRE_NO_CARRIER);
		dev_core_stats_tx_dropped_inc(nic->dev);
		kfree_skb(skb);
		return;
	}

	skb_tx_timestamp(skb);
	if (dev_forward_skb(nic->peer->dev, skb) == NET_RX_SUCCESS) {
		nicsim_count(nic, NICSIM_WIRE_FRAMES);
		dev_sw_netstats_tx_add(nic->dev, 1, len);
	} else {
		nicsim_count(nic, NICSIM_WIRE_REFUSED);
		dev_core_stats_tx_dropped_inc(nic->dev);
	}
}

static netdev_tx_t nicsim_netdev_xmit(struct sk_buff *skb,
				      struct net_device *dev)
{
	nicsim_wire_send(netdev_priv(dev), skb);

	return NETDEV_TX_OK;
}

static void nicsim_netdev_set_carrier(const struct nicsim *nic)
{
	if (nic->cut || nic->peer->closed)
		netif_carrier_off(nic->dev);
	else
		netif_carrier_on(nic->dev);
}

/* Both ends, if there is a NIC at the other one. */
static int nicsim_netdev_change_carrier(struct net_device *dev, bool on)
{
	struct nicsim *nic = netdev_priv(dev);

	if (on && nic->peer->dev->reg_state != NETREG_REGISTERED)
		return -ENOLINK;

	nic->cut = !on;
	nic->peer->cut = !on;
	nicsim_netdev_set_carrier(nic);
	nicsim_netdev_set_carrier(nic->peer);

	return 0;
}

static int nicsim_netdev_open(struct net_device *dev)
{
	struct nicsim *nic = netdev_priv(dev);

	nic->closed = false;
	nicsim_netdev_set_carrier(nic->peer);

	return 0;
}

static int nicsim_netdev_stop(struct net_device *dev)
{
	struct nicsim *nic = netdev_priv(dev);

	nic->closed = true;
	nicsim_netdev_set_carrier(nic->peer);

	return 0;
}

/*
 * The firmware is there before anybody can make the device a member, and as long
 * as anybody can.
 */
static int nicsim_netdev_init(struct net_device *dev)
{
	int err;

	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;

	err = nicbond_adaptor_register(dev, &nicsim_adaptor_ops);
	if (err) {
		free_percpu(dev->tstats);
		dev->tstats = NULL;
	}

	return err;
}

static void nicsim_netdev_uninit(struct net_device *dev)
{
	nicbond_adaptor_unregister(dev);
	free_percpu(dev->tstats);
	dev->tstats = NULL;
}

static void nicsim_netdev_get_stats64(struct net_device *dev,
				      struct rtnl_link_stats64 *stats)
{
	dev_fetch_sw_netstats(stats, dev->tstats);
}

static const struct net_device_ops nicsim_netdev_ops = {
	.ndo_init		= nicsim_netdev_init,
	.ndo_uninit		= nicsim_netdev_uninit,
	.ndo_open		= nicsim_netdev_open,
	.ndo_stop		= nicsim_netdev_stop,
	.ndo_start_xmit		= nicsim_netdev_xmit,
	.ndo_get_stats64	= nicsim_netdev_get_stats64,
	.ndo_change_carrier	= nicsim_netdev_change_carrier,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

static void nicsim_ethtool_get_drvinfo(struct net_device *dev,
				       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "nicsim", sizeof(info->driver));
	snprintf(info->fw_version, sizeof(info->fw_version),
		 "simulated, registers %d", NICBOND_REGISTERS_VERSION);
}

static int nicsim_ethtool_get_link_ksettings(struct net_device *dev,
					     struct ethtool_link_ksettings *cmd)
{
	cmd->base.speed = netif_carrier_ok(dev) ? speed : SPEED_UNKNOWN;
	cmd->base.duplex = netif_carrier_ok(dev) ? DUPLEX_FULL : DUPLEX_UNKNOWN;

	return 0;
}

static int nicsim_ethtool_get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? NICSIM_STAT_COUNT : -EOPNOTSUPP;
}

static void nicsim_ethtool_get_strings(struct net_device *dev, u32 set,
				       u8 *data)
{
	int i;

	for (i = 0; set == ETH_SS_STATS && i < NICSIM_STAT_COUNT; i++)
		ethtool_puts(&data, nicsim_stat_names[i]);
}

static void nicsim_ethtool_get_stats(struct net_device *dev,
				     struct ethtool_stats *stats, u64 *data)
{
	struct nicsim *nic = netdev_priv(dev);
	int i;

	for (i = 0; i < NICSIM_STAT_COUNT; i++)
		data[i] = atomic64_read(&nic->stats[i]);
}

static const struct ethtool_ops nicsim_ethtool_ops = {
	.get_drvinfo		= nicsim_ethtool_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= nicsim_ethtool_get_link_ksettings,
	.get_sset_count		= nicsim_ethtool_get_sset_count,
	.get_strings		= nicsim_ethtool_get_strings,
	.get_ethtool_stats	= nicsim_ethtool_get_stats,
};

struct net_device *nicsim_netdev_alloc(int pair, char end)
{
	struct net_device *dev = alloc_etherdev(sizeof(struct nicsim));
	struct nicsim *nic;

	if (!dev)
		return NULL;

	nic = netdev_priv(dev);
	nic->dev = dev;
	nic->faults.refuse_register = NICSIM_ANY_REGISTER;
	snprintf(dev->name, IFNAMSIZ, "sim%d%c", pair, end);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &nicsim_netdev_ops;
	dev->ethtool_ops = &nicsim_ethtool_ops;
	/* The peer's stack owns what it is sent, so pktgen may not share it. */
	dev->priv_flags &= ~(IFF_LIVE_ADDR_CHANGE | IFF_TX_SKB_SHARING);
	/* The wire is never busy; what the host sends does not wait behind the channel. */
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->max_mtu = ETH_MAX_MTU;
	dev->features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE;
	dev->vlan_features = dev->features;
	dev->hw_features = dev->features;

	return dev;
}

void nicsim_netdev_remove(struct nicsim *nic, struct list_head *list)
{
	ASSERT_RTNL();

	if (nic->dev->reg_state != NETREG_REGISTERED)
		return;

	nicsim_netdev_change_carrier(nic->dev, false);
	unregister_netdevice_queue(nic->dev, list);
}
