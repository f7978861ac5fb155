// SPDX-License-Identifier: GPL-2.0
/* A net device becomes a member, and is given back as it was. */
#include "master.h"
#include "alarm.h"
#include "debugfs.h"
#include "failover.h"
#include "lag.h"
#include "netpoll.h"
#include "registry.h"
#include "topology.h"
#include "xdp.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netdev_lock.h>

struct nicbond_member *nicbond_member_of(struct net_device *dev)
{
	if (rtnl_dereference(dev->rx_handler) != nicbond_receive)
		return NULL;

	return rtnl_dereference(dev->rx_handler_data);
}

u64 nicbond_member_read64(const struct nicbond_member *member, u32 reg)
{
	const struct nicbond_adaptor *adaptor = member->adaptor;
	u32 low, high, again;

	again = adaptor->ops->reg_read(adaptor, reg + sizeof(u32));
	do {
		high = again;
		low = adaptor->ops->reg_read(adaptor, reg);
		again = adaptor->ops->reg_read(adaptor, reg + sizeof(u32));
	} while (again != high);

	return (u64)high << 32 | low;
}

u64 nicbond_member_counter(const struct nicbond_member *member,
			   enum nicbond_counter id)
{
	return nicbond_member_read64(member, NICBOND_REG_COUNTER_LOW(id));
}

enum nicbond_member_state
nicbond_member_state(const struct nicbond_member *member)
{
	const struct nicbond_adaptor *adaptor = member->adaptor;
	u32 status = adaptor->ops->reg_read(adaptor, NICBOND_REG_STATUS);

	if (!(status & NICBOND_STATUS_RUNNING))
		return NICBOND_MEMBER_STATE_DOWN;
	if (!(status & NICBOND_STATUS_CARRIER))
		return NICBOND_MEMBER_STATE_NO_CARRIER;
	if (!(status & NICBOND_STATUS_OPER))
		return NICBOND_MEMBER_STATE_DORMANT;
	if (READ_ONCE(member->hung))
		return NICBOND_MEMBER_STATE_HUNG;
	if (!(status & NICBOND_STATUS_REACH))
		return NICBOND_MEMBER_STATE_UNREACHED;
	if (!READ_ONCE(member->liveness.up))
		return NICBOND_MEMBER_STATE_HELD;

	return NICBOND_MEMBER_STATE_UP;
}

void nicbond_member_refresh_speed(struct nicbond_member *member)
{
	struct ethtool_link_ksettings settings;

	member->speed = SPEED_UNKNOWN;
	member->duplex = DUPLEX_UNKNOWN;
	if (netif_get_link_ksettings(member->dev, &settings))
		return;

	member->speed = settings.base.speed;
	member->duplex = settings.base.duplex;
}

/* Why @dev cannot become a member; 0 if it can. Changes nothing. */
static int nicbond_member_check(struct nicbond_master *master,
				struct net_device *dev,
				struct netlink_ext_ack *extack)
{
	if (dev == master->dev) {
		NL_SET_ERR_MSG(extack, "A master cannot be its own member");
		return -EINVAL;
	}
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "A loopback device cannot be a member");
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !dev->header_ops) {
		NL_SET_ERR_MSG(extack, "Only Ethernet devices can be members");
		return -EINVAL;
	}
	if (netif_is_bond_master(dev)) {
		/* bonding takes any bond with IFF_SLAVE for a slave of its own. */
		NL_SET_ERR_MSG(extack, "A bond cannot be a member");
		return -EINVAL;
	}
	if (netdev_has_upper_dev(master->dev, dev)) {
		NL_SET_ERR_MSG(extack, "The device is above the master: that would make a loop");
		return -ELOOP;
	}
	if (netdev_master_upper_dev_get(dev)) {
		NL_SET_ERR_MSG(extack, "The device is a member of another master");
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG(extack, "The receive path is taken, for example by macvlan");
		return -EBUSY;
	}
	if (dev->features & NETIF_F_VLAN_CHALLENGED && vlan_uses_dev(master->dev)) {
		NL_SET_ERR_MSG(extack, "The device takes no VLANs and the master has some");
		return -EPERM;
	}
	if (master->member_count == NICBOND_SLOTS) {
		NL_SET_ERR_MSG(extack, "The master has 64 members, no more are possible");
		return -ENOSPC;
	}

	return 0;
}

int nicbond_member_set_addr(struct nicbond_member *member, const u8 *addr,
			    struct netlink_ext_ack *extack)
{
	struct sockaddr_storage ss = { .ss_family = member->dev->type };
	struct net_device *dev = member->dev;
	u8 old[ETH_ALEN];
	int err, open_err;

	if (ether_addr_equal(dev->dev_addr, addr))
		return 0;

	ether_addr_copy(old, dev->dev_addr);
	memcpy(ss.__data, addr, ETH_ALEN);
	err = dev_set_mac_address(dev, &ss, extack);
	if (err != -EBUSY || !(dev->flags & IFF_UP))
		return err;

	/* This driver changes its address only while it is down. */
	dev_close(dev);
	err = dev_set_mac_address(dev, &ss, extack);
	open_err = dev_open(dev, extack);
	if (!err && open_err) {
		memcpy(ss.__data, old, ETH_ALEN);
		dev_set_mac_address(dev, &ss, NULL);
	}

	return err ?: open_err;
}

/*
 * A first member lends the master its address, unless the user chose one or the
 * master is a member itself, whose address its own master knows; all others take
 * the master's.
 */
static bool nicbond_member_lends_addr(const struct nicbond_member *member)
{
	struct net_device *dev = member->master->dev;

	return !member->master->member_count &&
	       dev->addr_assign_type != NET_ADDR_SET &&
	       !netdev_master_upper_dev_get(dev) &&
	       is_valid_ether_addr(member->dev->dev_addr);
}

static void nicbond_member_lend_addr(struct nicbond_member *member)
{
	struct net_device *dev = member->master->dev;

	eth_hw_addr_set(dev, member->dev->dev_addr);
	dev->addr_assign_type = NET_ADDR_STOLEN;
	nicbond_topology_tell(member->master);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
}

/*
 * The member has its address again. A master that borrowed it and is empty now
 * takes one of its own; one that others rely on keeps it, with a warning.
 */
static void nicbond_member_end_loan(const struct nicbond_member *member)
{
	struct net_device *dev = member->master->dev;

	if (dev->reg_state != NETREG_REGISTERED ||
	    !ether_addr_equal(dev->dev_addr, member->saved_addr))
		return;

	if (dev->addr_assign_type == NET_ADDR_STOLEN &&
	    !member->master->member_count && !netdev_master_upper_dev_get(dev)) {
		eth_hw_addr_random(dev);
		call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
		return;
	}

	netdev_warn(dev, "still uses %pM, the address of %s, which was released\n",
		    member->saved_addr, member->dev->name);
}

static void nicbond_member_save(struct nicbond_member *member)
{
	member->saved_mtu = member->dev->mtu;
	member->saved_up = member->dev->flags & IFF_UP;
	member->saved_addr_type = member->dev->addr_assign_type;
	memcpy(member->saved_addr, member->dev->dev_addr, ETH_ALEN);
}

/*
 * A member's addresses, IPv6's automatic ones too, belong to the master: marked
 * before the device is opened, which is when IPv6 would give it one.
 */
static void nicbond_member_mark(struct net_device *dev)
{
	dev->flags |= IFF_SLAVE;
	dev->priv_flags |= IFF_NO_ADDRCONF;
}

static void nicbond_member_unmark(struct net_device *dev)
{
	dev->flags &= ~IFF_SLAVE;
	dev->priv_flags &= ~IFF_NO_ADDRCONF;
}

/*
 * Give the device its own address back, and what the kernel said of it. Its driver or a
 * listener may refuse that; it goes with the one that it has, then.
 */
static void nicbond_member_restore_addr(struct nicbond_member *member)
{
	struct net_device *dev = member->dev;
	int err = nicbond_member_set_addr(member, member->saved_addr, NULL);

	if (!err)
		dev->addr_assign_type = member->saved_addr_type;
	else if (dev->reg_state == NETREG_REGISTERED)
		netdev_warn(dev, "does not take %pM back, keeps %pM: error %d\n",
			    member->saved_addr, dev->dev_addr, err);
}

/* Give the device the master's MTU, address and VLANs, and open it. */
static int nicbond_member_configure(struct nicbond_member *member,
				    struct netlink_ext_ack *extack)
{
	struct net_device *dev = member->dev, *master = member->master->dev;
	int err;

	err = dev_set_mtu(dev, master->mtu);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device does not take the master's MTU");
		return err;
	}

	nicbond_member_mark(dev);
	err = nicbond_member_lends_addr(member) ? 0 :
	      nicbond_member_set_addr(member, nicbond_topology_address(member),
				      extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device does not take the master's address");
		goto undo;
	}

	err = vlan_vids_add_by_dev(dev, master);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device does not take the master's VLANs");
		goto undo;
	}

	err = dev_open(dev, extack);
	if (err)
		goto del_vids;

	return 0;

del_vids:
	vlan_vids_del_by_dev(dev, master);
undo:
	nicbond_member_unmark(dev);
	nicbond_member_restore_addr(member);
	dev_set_mtu(dev, member->saved_mtu);
	return err;
}

/*
 * @unregister: the device leaves its namespace or dies, and others forgot it
 * already; the event that goes with dev_set_mtu() would make IPv6 adopt it again.
 */
static void nicbond_member_restore(struct nicbond_member *member,
				   bool unregister)
{
	struct net_device *dev = member->dev;

	if (!member->saved_up)
		dev_close(dev);
	nicbond_member_unmark(dev);
	vlan_vids_del_by_dev(dev, member->master->dev);
	nicbond_member_restore_addr(member);
	if (!unregister) {
		dev_set_mtu(dev, member->saved_mtu);
		return;
	}
	netdev_lock_ops(dev);
	__netif_set_mtu(dev, member->saved_mtu);
	netdev_unlock_ops(dev);
}

/* The master's receive filters on the device. */
static int nicbond_member_sync_filters(struct nicbond_member *member)
{
	struct net_device *dev = member->dev, *master = member->master->dev;
	int err;

	if (master->flags & IFF_PROMISC) {
		err = dev_set_promiscuity(dev, 1);
		if (err)
			return err;
	}
	if (master->flags & IFF_ALLMULTI) {
		err = dev_set_allmulti(dev, 1);
		if (err)
			goto undo_promisc;
	}
	if (master->flags & IFF_UP) {
		netif_addr_lock_bh(master);
		dev_uc_sync_multiple(dev, master);
		dev_mc_sync_multiple(dev, master);
		netif_addr_unlock_bh(master);
	}

	return 0;

undo_promisc:
	if (master->flags & IFF_PROMISC)
		dev_set_promiscuity(dev, -1);
	return err;
}

static void nicbond_member_unsync_filters(struct nicbond_member *member)
{
	struct net_device *dev = member->dev, *master = member->master->dev;

	if (master->flags & IFF_PROMISC)
		dev_set_promiscuity(dev, -1);
	if (master->flags & IFF_ALLMULTI)
		dev_set_allmulti(dev, -1);
	dev_uc_unsync(dev, master);
	dev_mc_unsync(dev, master);
	nicbond_topology_forget(member);
}

/*
 * An adaptor for the device, and a hold on the module that it comes from: this one,
 * or a driver's, which uses this one's symbols and so holds it, too.
 */
static struct nicbond_adaptor *
nicbond_member_create_adaptor(struct net_device *dev, unsigned int slot)
{
	const struct nicbond_adaptor_ops *ops = nicbond_registry_ops(dev);
	struct nicbond_adaptor *adaptor;

	if (!try_module_get(ops->owner))
		return ERR_PTR(-ENODEV);
	adaptor = ops->create(dev, slot);
	if (IS_ERR(adaptor))
		goto put;

	/* What peers go by, and the module that is put in the end. */
	if (adaptor->ops != ops || adaptor->port != dev || adaptor->slot != slot) {
		netdev_err(dev, "the driver's adaptor is not as it was asked for\n");
		(adaptor->ops ?: ops)->destroy(adaptor);
		adaptor = ERR_PTR(-EINVAL);
		goto put;
	}

	return adaptor;

put:
	module_put(ops->owner);
	return adaptor;
}

static void nicbond_member_destroy_adaptor(struct nicbond_member *member)
{
	struct module *owner = member->adaptor->ops->owner;

	member->adaptor->ops->destroy(member->adaptor);
	member->adaptor = NULL;
	module_put(owner);
}

static struct nicbond_member *
nicbond_member_create(struct nicbond_master *master, struct net_device *dev)
{
	struct nicbond_adaptor *adaptor;
	struct nicbond_member *member;

	member = kzalloc_obj(*member);
	if (!member)
		return ERR_PTR(-ENOMEM);

	member->master = master;
	member->dev = dev;
	/* No adaptor begins with that, so the first look misses nothing. */
	member->pulse.beat = U32_MAX;
	nicbond_option_init_member(member);
	member->slot = find_first_zero_bit(master->slots, NICBOND_SLOTS);
	adaptor = nicbond_member_create_adaptor(dev, member->slot);
	if (IS_ERR(adaptor)) {
		kfree(member);
		return ERR_CAST(adaptor);
	}

	adaptor->context = member;
	adaptor->attention = nicbond_failover_attention;
	adaptor->alarm = nicbond_alarm_raise;
	member->adaptor = adaptor;
	__set_bit(member->slot, master->slots);

	return member;
}

static void nicbond_member_destroy(struct nicbond_member *member)
{
	__clear_bit(member->slot, member->master->slots);
	kfree(member);
}

/* Tie the device to the master: receive path, upper link, sysfs, debugfs. */
static int nicbond_member_bind(struct nicbond_member *member,
			       struct netlink_ext_ack *extack)
{
	struct net_device *dev = member->dev, *master = member->master->dev;
	struct netdev_lag_upper_info info = nicbond_lag_describe(member->master);
	int err;

	err = netdev_rx_handler_register(dev, nicbond_receive, member);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device does not give up its receive path");
		return err;
	}

	err = netdev_master_upper_dev_link(dev, master, NULL, &info, extack);
	if (err)
		goto unregister_handler;

	err = sysfs_create_group(&dev->dev.kobj, &nicbond_member_group);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cannot make the member's sysfs folder");
		goto unlink_upper;
	}
	nicbond_debugfs_member_init(member);

	return 0;

unlink_upper:
	netdev_upper_dev_unlink(dev, master);
unregister_handler:
	netdev_rx_handler_unregister(dev);
	return err;
}

static void nicbond_member_unbind(struct nicbond_member *member)
{
	/* These wait for readers in there, so none of them outlives the member. */
	nicbond_debugfs_member_uninit(member);
	sysfs_remove_group(&member->dev->dev.kobj, &nicbond_member_group);
	netdev_rx_handler_unregister(member->dev);
	netdev_upper_dev_unlink(member->dev, member->master->dev);
}

int nicbond_member_add(struct net_device *dev, struct net_device *member_dev,
		       struct netlink_ext_ack *extack)
{
	struct nicbond_master *master = netdev_priv(dev);
	struct nicbond_member *member;
	bool lends;
	int err;

	ASSERT_RTNL();

	err = nicbond_member_check(master, member_dev, extack);
	if (err)
		return err;

	member = nicbond_member_create(master, member_dev);
	if (IS_ERR(member)) {
		NL_SET_ERR_MSG(extack, "Cannot create the device's adaptor");
		return PTR_ERR(member);
	}

	nicbond_member_save(member);
	lends = nicbond_member_lends_addr(member);
	if (lends) {
		err = netif_pre_changeaddr_notify(dev, member_dev->dev_addr,
						  extack);
		if (err)
			goto destroy;
	}
	err = nicbond_member_configure(member, extack);
	if (err)
		goto destroy;

	err = nicbond_netpoll_join(member, extack);
	if (err)
		goto restore;

	err = nicbond_xdp_join(member, extack);
	if (err)
		goto leave_netpoll;

	err = nicbond_member_bind(member, extack);
	if (err)
		goto leave_xdp;

	/* After the link, which puts the address lists' locks in order. */
	err = nicbond_member_sync_filters(member);
	if (err)
		goto unbind;

	netdev_lock_ops(member_dev);
	nicbond_member_refresh_speed(member);
	netdev_unlock_ops(member_dev);
	if (!(dev->features & NETIF_F_LRO))
		dev_disable_lro(member_dev);
	/* Before it is primary: that has the master's address. */
	if (lends)
		nicbond_member_lend_addr(member);
	err = nicbond_topology_set(member);
	if (err) {
		NL_SET_ERR_MSG(extack, "The device does not hear the master's address");
		goto end_loan;
	}
	err = nicbond_failover_join(member);
	if (err) {
		NL_SET_ERR_MSG(extack, "The adaptor refused its configuration");
		goto end_loan;
	}

	nicbond_master_compute_features(master);
	/* Who uses it by itself, as netconsole does, lets go of it. */
	call_netdevice_notifiers(NETDEV_JOIN, member_dev);

	return 0;

end_loan:
	if (lends)
		nicbond_member_end_loan(member);
	nicbond_member_unsync_filters(member);
unbind:
	nicbond_member_unbind(member);
leave_xdp:
	nicbond_xdp_leave(member);
leave_netpoll:
	nicbond_netpoll_leave(member);
restore:
	nicbond_member_restore(member, false);
destroy:
	nicbond_member_destroy_adaptor(member);
	nicbond_member_destroy(member);
	return err;
}

/*
 * Unpublish, wait, free: nicbond_failover_leave() takes the member out of the
 * packets' reach, nicbond_member_unbind() out of everybody else's.
 */
void nicbond_member_release(struct nicbond_member *member, bool unregister)
{
	struct nicbond_master *master = member->master;

	ASSERT_RTNL();

	nicbond_failover_leave(member);
	nicbond_member_unsync_filters(member);
	nicbond_member_unbind(member);
	nicbond_xdp_leave(member);
	nicbond_netpoll_leave(member);
	/*
	 * What it still has goes out, while the port is open. Module exit waits for the
	 * rtnl that we hold, so this text stays.
	 */
	nicbond_member_destroy_adaptor(member);
	nicbond_member_restore(member, unregister);
	nicbond_member_end_loan(member);
	nicbond_member_destroy(member);
	nicbond_master_compute_features(master);
}

int nicbond_member_del(struct net_device *dev, struct net_device *member_dev)
{
	struct nicbond_member *member = nicbond_member_of(member_dev);

	if (!member || member->master->dev != dev)
		return -EINVAL;

	nicbond_member_release(member, false);

	return 0;
}
