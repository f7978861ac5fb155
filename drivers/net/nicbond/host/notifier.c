// SPDX-License-Identifier: GPL-2.0
/* Net device events of members; a new name of masters, too. */
#include "master.h"
#include "debugfs.h"
#include "failover.h"
#include "topology.h"
#include "xdp.h"

/* What the master syncs to a member comes back as that member's event. */
static void nicbond_notifier_features(struct nicbond_master *master)
{
	if (master->features_changing)
		return;

	master->features_changing = true;
	nicbond_master_compute_features(master);
	master->features_changing = false;
}

/* Who changes the addresses looks himself when all have theirs. */
static void nicbond_notifier_update(struct nicbond_master *master)
{
	if (!master->address_changing)
		nicbond_failover_update(master, NICBOND_CAUSE_NOTIFIER);
}

static int nicbond_notifier_event(struct notifier_block *nb,
				  unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct nicbond_member *member = nicbond_member_of(dev);

	if (event == NETDEV_CHANGENAME)
		nicbond_debugfs_rename(dev);
	if (!member)
		return NOTIFY_DONE;

	switch (event) {
	case NETDEV_UP:
	case NETDEV_CHANGE:
		nicbond_member_refresh_speed(member);
		nicbond_failover_tell_speed(member);
		nicbond_notifier_update(member->master);
		break;
	case NETDEV_DOWN:
		nicbond_notifier_update(member->master);
		break;
	case NETDEV_CHANGEADDR:
		if (!member->master->address_changing)
			nicbond_topology_listen(member);
		break;
	case NETDEV_UNREGISTER:
		nicbond_member_release(member, true);
		break;
	case NETDEV_FEAT_CHANGE:
		nicbond_notifier_features(member->master);
		break;
	case NETDEV_XDP_FEAT_CHANGE:
		nicbond_xdp_compute_features(member->master);
		break;
	case NETDEV_RESEND_IGMP:
		call_netdevice_notifiers(event, member->master->dev);
		break;
	case NETDEV_PRECHANGEMTU:
		if (member->master->mtu_changing)
			break;
		netdev_err(dev, "the MTU of a member is that of its master %s\n",
			   member->master->dev->name);
		return notifier_from_errno(-EBUSY);
	case NETDEV_PRE_TYPE_CHANGE:
		return notifier_from_errno(-EBUSY);
	}

	return NOTIFY_DONE;
}

struct notifier_block nicbond_notifier = {
	.notifier_call = nicbond_notifier_event,
};
