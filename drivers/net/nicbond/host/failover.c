// SPDX-License-Identifier: GPL-2.0
/*
 * Members come, fail, return and go; the adaptors learn of it, and the role of
 * primary moves.
 *
 * The switch makes before it breaks: the new primary is promoted in a newer
 * epoch and published, then a grace period ends all hand-overs to the old one,
 * and only then is that demoted, and everybody fences the older epochs off. So a
 * packet in flight always meets a primary, which re-steers it if its own port is
 * dead, and no two adaptors are ever primary in the same epoch.
 */
#include "failover.h"
#include "election.h"
#include "lag.h"
#include "netlink.h"
#include "program.h"
#include "topology.h"
#include "trace.h"

#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rtnetlink.h>

/* How soon who refused to be told something is told it again. */
#define NICBOND_FAILOVER_AGAIN	HZ

int nicbond_failover_write(struct nicbond_member *member, u32 reg, u32 value)
{
	int err = member->adaptor->ops->reg_write(member->adaptor, reg, value);

	/* Without the value, which may be a word of the hash key. */
	if (err)
		netdev_err(member->master->dev,
			   "%s: adaptor refused a write to register %#x: error %d\n",
			   member->dev->name, reg, err);

	return err;
}

bool nicbond_failover_live(const struct nicbond_member *member)
{
	u32 status = member->adaptor->ops->reg_read(member->adaptor,
						    NICBOND_REG_STATUS);

	return (status & NICBOND_STATUS_LIVE) == NICBOND_STATUS_LIVE;
}

struct nicbond_member *nicbond_failover_primary(struct nicbond_master *master)
{
	struct nicbond_adaptor *primary = rtnl_dereference(master->primary);

	return primary ? primary->context : NULL;
}

static int nicbond_failover_write_role(struct nicbond_member *member, u32 role)
{
	int err = nicbond_failover_write(member, NICBOND_REG_ROLE, role);

	if (!err)
		member->master->role_writes++;

	return err;
}

static int nicbond_failover_promote(struct nicbond_member *member, u32 epoch)
{
	return nicbond_failover_write(member, NICBOND_REG_EPOCH, epoch) ?:
	       nicbond_failover_write_role(member, NICBOND_ROLE_PRIMARY);
}

static int nicbond_failover_move(struct nicbond_master *master,
				 struct nicbond_member *member, const char *cause)
{
	struct nicbond_member *old = nicbond_failover_primary(master);
	struct nicbond_member *other;
	ktime_t start = ktime_get();
	s64 us;
	int err;

	if (member) {
		nicbond_topology_prepare(member);
		err = nicbond_failover_promote(member, ++master->epoch);
		if (err) {
			nicbond_topology_restore(master);
			return err;
		}
	}

	master->fence = master->epoch;
	rcu_assign_pointer(master->primary, member ? member->adaptor : NULL);
	synchronize_net();

	if (old)
		nicbond_failover_write_role(old, NICBOND_ROLE_SECONDARY);
	nicbond_for_each_member(master, other)
		nicbond_failover_write(other, NICBOND_REG_FENCE, master->fence);

	us = ktime_us_delta(ktime_get(), start);
	nicbond_topology_settle(master);
	nicbond_netlink_role(master, old, member, cause, us);
	trace_nicbond_role(master->dev, old ? old->dev : NULL,
			   member ? member->dev : NULL, master->epoch, cause,
			   us);
	if (net_ratelimit())
		netdev_info(master->dev,
			    "primary %s -> %s, epoch %u, cause: %s, %lld us\n",
			    old ? old->dev->name : "none",
			    member ? member->dev->name : "none", master->epoch,
			    cause, us);

	return 0;
}

/* Tell user space, and who has asked for multicast, of a new primary. */
static void nicbond_failover_announce(struct nicbond_master *master,
				      const struct nicbond_member *old,
				      const struct nicbond_member *member)
{
	nicbond_master_tell(master);
	if (old)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, old->dev);
	if (member)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, member->dev);
	/* A switch that snoops must learn where the groups' listeners are now. */
	if (member && netif_running(master->dev))
		call_netdevice_notifiers(NETDEV_RESEND_IGMP, master->dev);
}

int nicbond_failover_switch(struct nicbond_master *master,
			    struct nicbond_member *member, const char *cause)
{
	struct nicbond_member *old = nicbond_failover_primary(master);
	int err;

	if (member == old)
		return 0;

	err = nicbond_failover_move(master, member, cause);
	if (!err)
		nicbond_failover_announce(master, old, member);

	return err;
}

int nicbond_failover_ask(struct nicbond_master *master,
			 struct nicbond_member *member,
			 struct netlink_ext_ack *extack)
{
	int err;

	if (!member) {
		NL_SET_ERR_MSG(extack, "Cannot be primary: it is no member");
		return -ENODEV;
	}
	if (!nicbond_failover_live(member)) {
		NL_SET_ERR_MSG(extack, "Cannot be primary: it is down or has no carrier");
		return -ENETDOWN;
	}
	err = nicbond_failover_switch(master, member, "asked by user");
	if (err)
		NL_SET_ERR_MSG(extack, "Cannot be primary: its adaptor refused, the log says what");

	return err;
}

static u32 nicbond_failover_peer(const struct nicbond_member *member)
{
	const u32 *option = member->option;

	return NICBOND_PEER_PRESENT | (member->up ? NICBOND_PEER_UP : 0) |
	       FIELD_PREP(NICBOND_PEER_WEIGHT,
			  option[NICBOND_MEMBER_OPTION_WEIGHT]) |
	       FIELD_PREP(NICBOND_PEER_QUEUE,
			  option[NICBOND_MEMBER_OPTION_QUEUE_ID]);
}

/*
 * Write the PEER register of @slot in every adaptor but @except's: 0, or what the
 * first said that refused. Who did is told again with the next update.
 */
static int nicbond_failover_tell(struct nicbond_master *master,
				 unsigned int slot, u32 peer,
				 const struct nicbond_member *except)
{
	struct nicbond_member *member;
	int err = 0, refused;

	nicbond_for_each_member(master, member) {
		if (member == except)
			continue;
		refused = nicbond_failover_write(member, NICBOND_REG_PEER(slot),
						 peer);
		err = err ?: refused;
	}
	__assign_bit(slot, master->untold, err);

	return err;
}

/* What was refused before; from time to time, until it is not any more. */
static void nicbond_failover_tell_again(struct nicbond_master *master)
{
	struct nicbond_member *member;
	unsigned int slot;
	u32 peer;

	for_each_set_bit(slot, master->untold, NICBOND_SLOTS) {
		peer = 0;
		nicbond_for_each_member(master, member)
			if (member->slot == slot)
				peer = nicbond_failover_peer(member);
		nicbond_failover_tell(master, slot, peer, NULL);
	}
	if (!bitmap_empty(master->untold, NICBOND_SLOTS))
		schedule_delayed_work(&master->failover_work,
				      NICBOND_FAILOVER_AGAIN);
}

int nicbond_failover_tell_peer(struct nicbond_member *member)
{
	ASSERT_RTNL();

	return nicbond_failover_tell(member->master, member->slot,
				     nicbond_failover_peer(member), NULL);
}

/* Tell the adaptors what changed; returns how many members are up. */
static unsigned int nicbond_failover_refresh(struct nicbond_master *master)
{
	struct nicbond_member *member;
	unsigned int up = 0;
	bool live;

	nicbond_for_each_member(master, member) {
		live = nicbond_failover_live(member);
		up += live;
		if (live == member->up)
			continue;
		member->up = live;
		nicbond_failover_tell(master, member->slot,
				      nicbond_failover_peer(member), NULL);
		nicbond_netlink_event(member,
				      live ? NICBOND_MEMBER_EVENT_WENT_UP :
					     NICBOND_MEMBER_EVENT_WENT_DOWN);
		trace_nicbond_member(master->dev, member->dev, member->slot,
				     live, live ? "up" : "down");
		netdev_info(master->dev, "%s is %s\n", member->dev->name,
			    live ? "up" : "down");
	}

	return up;
}

/* The member that should be primary, @leaving left out. */
static struct nicbond_member *
nicbond_failover_elect(struct nicbond_master *master,
		       const struct nicbond_member *leaving)
{
	struct nicbond_member *member, *winner = NULL;
	struct nicbond_candidate candidate, best;

	nicbond_for_each_member(master, member) {
		if (member == leaving)
			continue;
		candidate = (struct nicbond_candidate) {
			.live = member->up,
			.primary = member == nicbond_failover_primary(master),
			.priority = member->option[NICBOND_MEMBER_OPTION_PRIORITY],
			.speed = member->speed == SPEED_UNKNOWN ?
				 0 : member->speed,
			.full_duplex = member->duplex == DUPLEX_FULL,
		};
		if (winner && !nicbond_election_better(&candidate, &best))
			continue;
		winner = member;
		best = candidate;
	}

	return winner;
}

void nicbond_failover_update(struct nicbond_master *master, const char *cause)
{
	struct nicbond_member *winner, *old;
	unsigned int up;

	ASSERT_RTNL();

	up = nicbond_failover_refresh(master);
	nicbond_failover_tell_again(master);
	old = nicbond_failover_primary(master);
	winner = nicbond_failover_elect(master, NULL);
	if (winner != old && !nicbond_failover_move(master, winner, cause)) {
		/* What is told has the new count. */
		if (old)
			master->failovers++;
		nicbond_failover_announce(master, old, winner);
	}

	if (up)
		netif_carrier_on(master->dev);
	else
		netif_carrier_off(master->dev);
	nicbond_lag_update(master);
}

/* Unplug the others' ends of the channels to @member. */
static void nicbond_failover_unwire(struct nicbond_member *member)
{
	struct nicbond_member *other;

	nicbond_for_each_member(member->master, other)
		if (other != member)
			other->adaptor->ops->connect(other->adaptor,
						     member->slot, NULL);
}

/* Plug the channels between @member and all others; or none of the others' ends. */
static int nicbond_failover_wire(struct nicbond_member *member)
{
	struct nicbond_adaptor *adaptor = member->adaptor;
	struct nicbond_member *other;
	int err;

	nicbond_for_each_member(member->master, other) {
		err = adaptor->ops->connect(adaptor, other->slot,
					    other->adaptor);
		if (!err)
			err = other->adaptor->ops->connect(other->adaptor,
							   member->slot,
							   adaptor);
		if (err) {
			nicbond_failover_unwire(member);
			return err;
		}
	}

	return 0;
}

int nicbond_failover_tell_speed(struct nicbond_member *member)
{
	return nicbond_failover_write(member, NICBOND_REG_SPEED,
				      member->speed == SPEED_UNKNOWN ?
				      0 : min_t(u32, member->speed,
						NICBOND_SPEED_MAX));
}

static int nicbond_failover_program(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	int err;

	/* Hardware may come with another master's values in it. */
	err = nicbond_failover_write(member, NICBOND_REG_CTRL,
				     NICBOND_CTRL_RESET);
	if (!err)
		err = nicbond_failover_write(member, NICBOND_REG_FENCE,
					     master->fence);
	if (!err)
		err = nicbond_failover_tell_speed(member);

	if (!err)
		err = nicbond_topology_program(member);
	if (!err)
		err = nicbond_option_program(member);

	return err ?: nicbond_program_join(member);
}

int nicbond_failover_join(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	struct nicbond_member *other;
	int err;

	err = nicbond_failover_program(member);
	if (!err)
		err = nicbond_failover_wire(member);
	if (err)
		goto wait;

	nicbond_for_each_member(master, other) {
		err = nicbond_failover_write(member,
					     NICBOND_REG_PEER(other->slot),
					     nicbond_failover_peer(other));
		if (err)
			goto unwire;
	}

	list_add_tail_rcu(&member->list, &master->members);
	master->member_count++;
	member->up = nicbond_failover_live(member);
	trace_nicbond_member(master->dev, member->dev, member->slot,
			     member->up, "joined");
	nicbond_failover_tell(master, member->slot,
			      nicbond_failover_peer(member), NULL);
	nicbond_netlink_event(member, NICBOND_MEMBER_EVENT_JOINED);
	nicbond_failover_update(master, "member added");

	return 0;

unwire:
	nicbond_failover_unwire(member);
wait:
	synchronize_net();
	return err;
}

void nicbond_failover_leave(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;

	/* Rather no primary than one that is about to be freed. */
	if (nicbond_failover_primary(master) == member &&
	    nicbond_failover_switch(master,
				    nicbond_failover_elect(master, member),
				    "member released"))
		nicbond_failover_switch(master, NULL, "member released");

	nicbond_failover_tell(master, member->slot, 0, member);
	nicbond_failover_unwire(member);
	list_del_rcu(&member->list);
	master->member_count--;
	trace_nicbond_member(master->dev, member->dev, member->slot,
			     member->up, "left");
	/* After this no packet is under way in the member's adaptor. */
	synchronize_net();
	nicbond_netlink_event(member, NICBOND_MEMBER_EVENT_LEFT);
	nicbond_failover_update(master, "member released");
}

void nicbond_failover_attention(struct nicbond_adaptor *adaptor)
{
	struct nicbond_member *member = adaptor->context;

	mod_delayed_work(system_percpu_wq, &member->master->failover_work, 0);
}

/*
 * The kernel holds a device's own lock while it tells of it, and a new primary's
 * address is changed under the same.
 */
void nicbond_failover_later(struct nicbond_master *master, const char *cause)
{
	ASSERT_RTNL();

	master->cause = cause;
	mod_delayed_work(system_percpu_wq, &master->failover_work, 0);
}

void nicbond_failover_work(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(to_delayed_work(work), struct nicbond_master,
			     failover_work);

	rtnl_lock();
	nicbond_failover_update(master, master->cause ?:
					"port found dead in transmit");
	master->cause = NULL;
	rtnl_unlock();
}
