// SPDX-License-Identifier: GPL-2.0
/*
 * What adaptors that probe need of the host: to be shown what comes in at their ports,
 * and that the answers come in.
 */
#include "probing.h"
#include "topology.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

DEFINE_STATIC_KEY_FALSE(nicbond_probing);

static void nicbond_probing_set(struct nicbond_master *master, bool on)
{
	if (master->probing == on)
		return;

	master->probing = on;
	if (on)
		static_branch_inc(&nicbond_probing);
	else
		static_branch_dec(&nicbond_probing);
}

/*
 * Where the switches take all ports for one, an answer to one member's own address may
 * come in at any other.
 */
static void nicbond_probing_listen(struct nicbond_member *member, bool on)
{
	struct net_device *dev = member->master->dev;

	if (member->listens == on)
		return;
	if (!on)
		dev_uc_del(dev, member->saved_addr);
	else if (dev_uc_add(dev, member->saved_addr))
		return;
	member->listens = on;
}

void nicbond_probing_follow(struct nicbond_master *master)
{
	bool on = master->option[NICBOND_OPTION_PROBE_INTERVAL].word[0];
	struct nicbond_member *member;

	ASSERT_RTNL();

	nicbond_probing_set(master, on);
	nicbond_for_each_member(master, member)
		nicbond_probing_listen(member,
				       on && nicbond_topology_static(master));
}

void nicbond_probing_leave(struct nicbond_member *member)
{
	nicbond_probing_listen(member, false);
}

void nicbond_probing_stop(struct nicbond_master *master)
{
	nicbond_probing_set(master, false);
}
