// SPDX-License-Identifier: GPL-2.0
/* netpoll over a master: netconsole and its like, from any context. */
#include "netpoll.h"

#include <linux/rtnetlink.h>
#include <linux/slab.h>

DEFINE_STATIC_KEY_FALSE(nicbond_netpoll_key);

int nicbond_netpoll_transmit(struct nicbond_adaptor *primary,
			     struct sk_buff *skb)
{
	struct nicbond_member *member = primary->context;
	struct netpoll *netpoll = rcu_dereference_bh(member->netpoll);

	/* It is being taken away. */
	if (unlikely(!netpoll)) {
		dev_kfree_skb_any_reason(skb, SKB_DROP_REASON_DEV_READY);
		return -ENETDOWN;
	}

	/* What netpoll keeps for later it sends by this then. */
	skb->dev = member->dev;

	return netpoll_send_skb(netpoll, skb) == NETDEV_TX_OK ? 0 : -ENOBUFS;
}

static int nicbond_netpoll_enable(struct nicbond_member *member)
{
	struct netpoll *netpoll;
	int err;

	netpoll = kzalloc_obj(*netpoll);
	if (!netpoll)
		return -ENOMEM;

	err = __netpoll_setup(netpoll, member->dev);
	if (err) {
		kfree(netpoll);
		return err;
	}
	rcu_assign_pointer(member->netpoll, netpoll);

	return 0;
}

void nicbond_netpoll_leave(struct nicbond_member *member)
{
	struct netpoll *netpoll = rtnl_dereference(member->netpoll);

	if (!netpoll)
		return;

	RCU_INIT_POINTER(member->netpoll, NULL);
	/* Waits for who transmits with it, then frees it. */
	__netpoll_free(netpoll);
}

int nicbond_netpoll_join(struct nicbond_member *member,
			 struct netlink_ext_ack *extack)
{
	int err;

	if (!rtnl_dereference(member->master->dev->npinfo))
		return 0;

	err = nicbond_netpoll_enable(member);
	if (err) {
		NL_SET_ERR_MSG(extack, "The master is used by netpoll, which the device cannot be");
		return -EOPNOTSUPP;
	}
	/* Who polls the device now, and does not know that netpoll may, ends. */
	synchronize_net();

	return 0;
}

static void nicbond_netpoll_disable(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		nicbond_netpoll_leave(member);
	static_branch_dec(&nicbond_netpoll_key);
}

int nicbond_netpoll_setup(struct net_device *dev)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	int err;

	static_branch_inc(&nicbond_netpoll_key);
	nicbond_for_each_member(master, member) {
		err = nicbond_netpoll_enable(member);
		if (err) {
			netdev_err(dev, "%s does not support netpoll: error %d\n",
				   member->dev->name, err);
			nicbond_netpoll_disable(master);
			return err;
		}
	}

	return 0;
}

void nicbond_netpoll_cleanup(struct net_device *dev)
{
	nicbond_netpoll_disable(netdev_priv(dev));
}
