// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC addresses of members, by what the switches know of them.
 *
 * Where they know nothing, each has an address of its own for as long as it is a member, and
 * hears the master's, too, as a second one: so no card changes its address when the role
 * moves, for which many have to be closed, and what a card's own stack sends shows the
 * switch nothing else. Who brought the address that the master has (it was lent by him)
 * gets another one for that.
 */
#include "topology.h"
#include "failover.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/unaligned.h>

/* How long the old primary goes on taking what a switch still sends there, in jiffies. */
#define NICBOND_TOPOLOGY_LATE	HZ

/* In the first byte of an address: administered locally (IEEE 802). */
#define NICBOND_TOPOLOGY_LOCAL	0x02

/* In the second: far from others, as addresses often come in rows. */
#define NICBOND_TOPOLOGY_FAR	0x80

static u32 nicbond_topology(const struct nicbond_master *master)
{
	return READ_ONCE(master->option[NICBOND_OPTION_TOPOLOGY].word[0]);
}

bool nicbond_topology_static(const struct nicbond_master *master)
{
	return nicbond_topology(master) == NICBOND_TOPOLOGY_STATIC;
}

/*
 * What a member has, and sends from as secondary: what it brought. If that is the master's
 * now, a sister of it that is nobody's: administered locally, elsewhere, and another one
 * for each slot.
 */
static void nicbond_topology_own(struct nicbond_member *member)
{
	const struct nicbond_master *master = member->master;

	ether_addr_copy(member->own, member->saved_addr);
	if (nicbond_topology(master) != NICBOND_TOPOLOGY_INDEPENDENT ||
	    !ether_addr_equal(member->own, master->dev->dev_addr))
		return;
	member->own[0] |= NICBOND_TOPOLOGY_LOCAL;
	member->own[1] ^= NICBOND_TOPOLOGY_FAR | member->slot;
}

const u8 *nicbond_topology_address(struct nicbond_member *member)
{
	nicbond_topology_own(member);

	return nicbond_topology_static(member->master) ?
	       member->master->dev->dev_addr : member->own;
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

/* The device hears @address besides its own, or nothing if that is zero. */
static int nicbond_topology_hear(struct nicbond_member *member,
				 const u8 *address)
{
	int err = 0;

	if (ether_addr_equal(member->heard, address))
		return 0;
	if (!is_zero_ether_addr(address))
		err = dev_uc_add(member->dev, address);
	if (err) {
		netdev_err(member->master->dev, "%s does not hear %pM: error %d\n",
			   member->dev->name, address, err);
		return err;
	}
	if (!is_zero_ether_addr(member->heard))
		dev_uc_del(member->dev, member->heard);
	ether_addr_copy(member->heard, address);

	return 0;
}

void nicbond_topology_forget(struct nicbond_member *member)
{
	static const u8 nothing[ETH_ALEN] __aligned(2);

	nicbond_topology_hear(member, nothing);
}

int nicbond_topology_listen(struct nicbond_member *member)
{
	const u8 *address = member->master->dev->dev_addr;

	if (!nicbond_topology_static(member->master) &&
	    !ether_addr_equal(address, member->dev->dev_addr))
		return nicbond_topology_hear(member, address);

	nicbond_topology_forget(member);

	return 0;
}

int nicbond_topology_program(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	int err, refused;

	nicbond_topology_own(member);
	err = nicbond_failover_write(member, NICBOND_REG_DEPUTY,
				     master->deputy ? master->deputy->slot : 0);
	refused = nicbond_topology_write(member, NICBOND_REG_ADDRESS(0),
					 master->dev->dev_addr);
	err = err ?: refused;
	refused = nicbond_topology_write(member, NICBOND_REG_OWN_ADDRESS(0),
					 member->own);

	return err ?: refused;
}

void nicbond_topology_tell(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		nicbond_topology_program(member);
		nicbond_topology_listen(member);
	}
}

int nicbond_topology_set(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	const u8 *address = nicbond_topology_address(member);
	int err;

	/* One that is closed for that is no reason for the role to move. */
	master->address_changing = true;
	err = nicbond_member_set_addr(member, address, NULL);
	master->address_changing = false;
	if (err) {
		netdev_err(master->dev, "%s does not take the address %pM: error %d\n",
			   member->dev->name, address, err);
		return err;
	}

	/* After that: many a driver would delete, with its old address, a filter for the same. */
	return nicbond_topology_listen(member);
}

void nicbond_topology_follow(struct nicbond_master *master)
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

int nicbond_topology_apply(struct nicbond_master *master)
{
	struct nicbond_member *member;
	int err = 0, refused;

	ASSERT_RTNL();

	/* What a secondary sends from is its own before its device's address is. */
	nicbond_for_each_member(master, member)
		nicbond_topology_program(member);
	nicbond_for_each_member(master, member) {
		refused = nicbond_topology_set(member);
		err = err ?: refused;
	}
	/* The master's last, which it keeps if one of them refuses. */
	if (!err)
		nicbond_topology_follow(master);

	return err;
}

void nicbond_topology_prepare(struct nicbond_member *old)
{
	WRITE_ONCE(old->late, get_jiffies_64() + NICBOND_TOPOLOGY_LATE);
}
