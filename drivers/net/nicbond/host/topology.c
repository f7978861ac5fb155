// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC addresses of members, by what the switches know of them.
 *
 * A member's own address is what it had before it was one. With independent, who has
 * the master's address as his own (it was lent by him) takes the primary's meanwhile,
 * which nobody uses then: no two ports ever have the same for long.
 */
#include "topology.h"
#include "failover.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/unaligned.h>

static u32 nicbond_topology(const struct nicbond_master *master)
{
	return master->option[NICBOND_OPTION_TOPOLOGY].word[0];
}

bool nicbond_topology_static(const struct nicbond_master *master)
{
	return nicbond_topology(master) == NICBOND_TOPOLOGY_STATIC;
}

/* What @member has to have while it is not primary, but @primary, if anybody, is. */
static const u8 *nicbond_topology_own(const struct nicbond_member *member,
				      const struct nicbond_member *primary)
{
	const struct nicbond_master *master = member->master;

	if (nicbond_topology(master) == NICBOND_TOPOLOGY_INDEPENDENT &&
	    primary && primary != member &&
	    ether_addr_equal(member->saved_addr, master->dev->dev_addr))
		return primary->saved_addr;

	return member->saved_addr;
}

static const u8 *nicbond_topology_of(const struct nicbond_member *member,
				     const struct nicbond_member *primary)
{
	switch (nicbond_topology(member->master)) {
	case NICBOND_TOPOLOGY_INDEPENDENT:
		if (member != primary)
			break;
		fallthrough;
	case NICBOND_TOPOLOGY_STATIC:
		return member->master->dev->dev_addr;
	}

	return nicbond_topology_own(member, primary);
}

const u8 *nicbond_topology_address(const struct nicbond_member *member)
{
	return nicbond_topology_of(member,
				   nicbond_failover_primary(member->master));
}

bool nicbond_topology_shares(const struct nicbond_member *member)
{
	return nicbond_topology_address(member) == member->master->dev->dev_addr;
}

int nicbond_topology_check_address(const struct nicbond_master *master)
{
	if (nicbond_topology(master) != NICBOND_TOPOLOGY_INDEPENDENT_OWN ||
	    !master->member_count)
		return 0;

	netdev_err(master->dev, "topology independent-own: the address is that of the primary\n");

	return -EBUSY;
}

static int nicbond_topology_write(struct nicbond_member *member, u32 reg,
				  const u8 *address)
{
	return nicbond_failover_write(member, reg, get_unaligned_le32(address)) ?:
	       nicbond_failover_write(member, reg + sizeof(u32),
				      get_unaligned_le16(address + sizeof(u32)));
}

int nicbond_topology_program(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	const u8 *own = nicbond_topology_own(member,
					     nicbond_failover_primary(master));

	return nicbond_topology_write(member, NICBOND_REG_ADDRESS(0),
				      master->dev->dev_addr) ?:
	       nicbond_topology_write(member, NICBOND_REG_OWN_ADDRESS(0), own);
}

void nicbond_topology_tell(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		nicbond_topology_program(member);
}

static int nicbond_topology_set(struct nicbond_member *member,
				const struct nicbond_member *primary)
{
	const u8 *address = nicbond_topology_of(member, primary);
	int err = nicbond_member_set_addr(member, address, NULL);

	if (err)
		netdev_err(member->master->dev,
			   "%s does not take the address %pM: error %d\n",
			   member->dev->name, address, err);

	return err;
}

/* The master's address is its primary's own. */
static void nicbond_topology_follow(struct nicbond_master *master)
{
	struct nicbond_member *primary = nicbond_failover_primary(master);
	struct net_device *dev = master->dev;

	if (!primary ||
	    nicbond_topology(master) != NICBOND_TOPOLOGY_INDEPENDENT_OWN ||
	    ether_addr_equal(dev->dev_addr, primary->saved_addr))
		return;

	eth_hw_addr_set(dev, primary->saved_addr);
	dev->addr_assign_type = NET_ADDR_STOLEN;
	nicbond_topology_tell(master);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
}

/* The devices' addresses: 0, or what the first one said that refuses. */
static int nicbond_topology_set_all(struct nicbond_master *master)
{
	struct nicbond_member *primary = nicbond_failover_primary(master);
	struct nicbond_member *member;
	int err = 0, refused;

	/* What a secondary sends from is its own before its device's address is. */
	nicbond_topology_tell(master);
	nicbond_for_each_member(master, member) {
		refused = nicbond_topology_set(member, primary);
		err = err ?: refused;
	}

	return err;
}

int nicbond_topology_apply(struct nicbond_master *master)
{
	int err;

	ASSERT_RTNL();

	/* The master's last, which it keeps if one of them refuses. */
	err = nicbond_topology_set_all(master);
	if (!err)
		nicbond_topology_follow(master);

	return err;
}

void nicbond_topology_prepare(struct nicbond_member *member)
{
	if (nicbond_topology(member->master) == NICBOND_TOPOLOGY_INDEPENDENT)
		nicbond_topology_set(member, member);
}

void nicbond_topology_restore(struct nicbond_master *master)
{
	if (!nicbond_topology_static(master))
		nicbond_topology_apply(master);
}

void nicbond_topology_settle(struct nicbond_master *master)
{
	if (nicbond_topology_static(master))
		return;

	/* Who refuses is in the log; the role has moved all the same. */
	nicbond_topology_set_all(master);
	nicbond_topology_follow(master);
}
