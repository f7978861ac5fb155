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
#include "announce.h"
#include "backlog.h"
#include "election.h"
#include "heartbeat.h"
#include "lag.h"
#include "netlink.h"
#include "peer.h"
#include "probing.h"
#include "program.h"
#include "topology.h"
#include "trace.h"

#include <linux/ethtool.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rtnetlink.h>
#include <linux/string_choices.h>

/* How soon who refused something is asked again, in ms. */
#define NICBOND_FAILOVER_AGAIN	1000

/* How soon what waits for a dead member is dropped, after all that is urgent, in ms. */
#define NICBOND_FAILOVER_SOON	10

/* How soon an adaptor is heard that has called while the host lets a delay pass. */
#define NICBOND_FAILOVER_CALM	(HZ / 100 ?: 1)

int nicbond_failover_retry(struct nicbond_member *member, u32 reg, u32 value)
{
	return member->adaptor->ops->reg_write(member->adaptor, reg, value);
}

int nicbond_failover_write(struct nicbond_member *member, u32 reg, u32 value)
{
	int err = nicbond_failover_retry(member, reg, value);

	/* Without the value, which may be a word of the hash key. */
	if (err && __ratelimit(&member->master->log))
		netdev_err(member->master->dev,
			   "%s: adaptor refused a write to register %#x: error %d\n",
			   member->dev->name, reg, err);

	return err;
}

/* What of NICBOND_STATUS_LIVE the port lacks. */
static u32 nicbond_failover_lacks(const struct nicbond_member *member)
{
	u32 status = member->adaptor->ops->reg_read(member->adaptor,
						    NICBOND_REG_STATUS);

	return ~status & NICBOND_STATUS_LIVE;
}

bool nicbond_failover_live(const struct nicbond_member *member)
{
	return !nicbond_failover_lacks(member) && !READ_ONCE(member->hung);
}

struct nicbond_member *nicbond_failover_primary(struct nicbond_master *master)
{
	struct nicbond_adaptor *primary = rtnl_dereference(master->primary);

	return primary ? primary->context : NULL;
}

static int nicbond_failover_write_role(struct nicbond_member *member, u32 role,
				       int (*write)(struct nicbond_member *, u32, u32))
{
	int err = write(member, NICBOND_REG_ROLE, role);

	if (!err)
		member->master->role_writes++;

	return err;
}

static int nicbond_failover_promote(struct nicbond_member *member, u32 epoch)
{
	/* Who refused before is not in the log each time. */
	int (*write)(struct nicbond_member *member, u32 reg, u32 value) =
		member->refused_until ? nicbond_failover_retry : nicbond_failover_write;

	return write(member, NICBOND_REG_EPOCH, epoch) ?:
	       nicbond_failover_write_role(member, NICBOND_ROLE_PRIMARY, write);
}

/* Tell who traces; and when all is settled, user space that listens, and the log. */
static void nicbond_failover_trace(const struct nicbond_master *master,
				   const struct nicbond_role_change *change)
{
	trace_nicbond_role(master->dev, change->old ? change->old->dev : NULL,
			   change->new ? change->new->dev : NULL, master->epoch,
			   nicbond_cause_name(change->cause),
			   change->duration_us);
}

static void nicbond_failover_report(struct nicbond_master *master,
				    const struct nicbond_role_change *change)
{
	nicbond_netlink_role(master, change);
	if (__ratelimit(&master->log))
		netdev_info(master->dev,
			    "primary %s -> %s, epoch %u, cause: %s, %llu us\n",
			    change->old ? change->old->dev->name : "none",
			    change->new ? change->new->dev->name : "none",
			    master->epoch, nicbond_cause_name(change->cause),
			    change->duration_us);
}

static int nicbond_failover_move(struct nicbond_master *master,
				 struct nicbond_member *member,
				 enum nicbond_cause cause)
{
	struct nicbond_member *old = nicbond_failover_primary(master);
	struct nicbond_role_change change = {
		.old = old,
		.new = member,
		.cause = cause,
	};
	struct nicbond_member *other;
	ktime_t start = ktime_get();
	int err;

	if (member) {
		err = nicbond_failover_promote(member, ++master->epoch);
		if (err)
			return err;
	}
	if (old)
		nicbond_topology_prepare(old);

	WRITE_ONCE(master->fence, master->epoch);
	if (member)
		member->refused_until = 0;
	rcu_assign_pointer(master->primary, member ? member->adaptor : NULL);
	change.effect_ns = ktime_to_ns(ktime_sub(ktime_get(), start));
	synchronize_net();

	/* Who does not take that may take the fence: before frames of his meet others' fences. */
	if (old && nicbond_failover_write_role(old, NICBOND_ROLE_SECONDARY,
					       nicbond_failover_write))
		nicbond_failover_retry(old, NICBOND_REG_FENCE, master->fence);
	nicbond_for_each_member(master, other)
		other->unfenced = nicbond_failover_write(other, NICBOND_REG_FENCE,
							 master->fence);

	change.duration_us = ktime_us_delta(ktime_get(), start);
	nicbond_failover_trace(master, &change);
	nicbond_topology_follow(master);
	nicbond_failover_report(master, &change);

	return 0;
}

/* Tell user space, neighbours and switches of a new primary. */
static void nicbond_failover_announce(struct nicbond_master *master,
				      const struct nicbond_member *old,
				      const struct nicbond_member *member)
{
	nicbond_master_tell(master);
	if (old)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, old->dev);
	if (member)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, member->dev);
	if (member)
		nicbond_announce_start(master);
}

int nicbond_failover_switch(struct nicbond_master *master,
			    struct nicbond_member *member,
			    enum nicbond_cause cause)
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

static struct nicbond_candidate
nicbond_failover_candidate(const struct nicbond_member *member)
{
	const struct nicbond_adaptor *adaptor = member->adaptor;

	return (struct nicbond_candidate) {
		/* Who is primary may fail for a while (down_delay_ms). */
		.live = member->liveness.up &&
			(member->liveness.live ||
			 member == nicbond_failover_primary(member->master)),
		.chosen = member == member->master->chosen,
		.priority = member->option[NICBOND_MEMBER_OPTION_PRIORITY],
		.speed = member->speed == SPEED_UNKNOWN ? 0 : member->speed,
		.full_duplex = member->duplex == DUPLEX_FULL,
		.deputy = member == member->master->deputy,
		/* Less is chance. */
		.load = adaptor->ops->reg_read(adaptor, NICBOND_REG_LOAD) / 8192,
	};
}

/*
 * The member that should be primary, of those not in the slots @refused: who is, unless
 * another should take over; NULL: there is none.
 */
static struct nicbond_member *
nicbond_failover_elect(struct nicbond_master *master,
		       const unsigned long *refused)
{
	struct nicbond_member *primary = nicbond_failover_primary(master);
	u32 reselect = master->option[NICBOND_OPTION_PRIMARY_RESELECT].word[0];
	struct nicbond_candidate candidate, incumbent = { }, best = { };
	struct nicbond_member *member, *winner = NULL;

	if (primary && test_bit(primary->slot, refused))
		primary = NULL;
	if (primary)
		incumbent = nicbond_failover_candidate(primary);

	nicbond_for_each_member(master, member) {
		if (member == primary || test_bit(member->slot, refused))
			continue;
		candidate = nicbond_failover_candidate(member);
		if (primary && !nicbond_election_takes_over(&candidate, &incumbent,
							    reselect))
			continue;
		if (winner && !nicbond_election_better(&candidate, &best))
			continue;
		winner = member;
		best = candidate;
	}

	return winner ?: primary;
}

/*
 * Have who should be primary be it: the best one that takes the role, of those that are
 * not in the slots @refused, to which are added who do not. @gone: rather nobody than
 * who is it now. True if the primary changed.
 */
static bool nicbond_failover_reelect(struct nicbond_master *master,
				     unsigned long *refused, bool gone,
				     enum nicbond_cause cause)
{
	struct nicbond_member *old = nicbond_failover_primary(master);
	struct nicbond_member *winner;

	nicbond_for_each_member(master, winner)
		if (winner->refused_until > nicbond_liveness_now())
			__set_bit(winner->slot, refused);

	for (;;) {
		winner = nicbond_failover_elect(master, refused);
		if (winner == old || (!winner && !gone))
			return false;
		if (!nicbond_failover_move(master, winner, cause))
			return true;
		__set_bit(winner->slot, refused);
		if (!winner->refused_until)
			nicbond_netlink_event(winner,
					      NICBOND_MEMBER_EVENT_REFUSED,
					      cause);
		winner->refused_until = nicbond_liveness_now() +
					NICBOND_FAILOVER_AGAIN;
	}
}

/* Could the member be primary, if its adaptor takes the role? Says why not. */
int nicbond_failover_may(const struct nicbond_member *member,
			 struct netlink_ext_ack *extack)
{
	if (!member) {
		NL_SET_ERR_MSG(extack, "Cannot be primary: it is no member");
		return -ENODEV;
	}
	if (!member->liveness.up || !nicbond_failover_live(member)) {
		NL_SET_ERR_MSG(extack, "Cannot be primary: it is down or has no carrier");
		return -ENETDOWN;
	}

	return 0;
}

/* Who did not take the last FENCE may still believe that it is primary, until it does. */
static void nicbond_failover_fence_again(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		if (member->unfenced)
			member->unfenced =
				nicbond_failover_retry(member, NICBOND_REG_FENCE,
						       master->fence);
}

/* Who did not take all options may choose other adaptors than the others do. */
static void nicbond_failover_program_again(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		if (member->unprogrammed)
			member->unprogrammed =
				nicbond_option_program_again(member);
}

int nicbond_failover_ask(struct nicbond_master *master,
			 struct nicbond_member *member,
			 struct netlink_ext_ack *extack)
{
	struct nicbond_member *before = master->chosen;
	int err;

	err = nicbond_failover_may(member, extack);
	if (err)
		return err;

	/* Who still believes to be primary would not notice that it becomes that. */
	nicbond_failover_fence_again(master);
	nicbond_failover_program_again(master);
	/* Whoever is told of the switch is told that, too. */
	WRITE_ONCE(master->chosen, member);
	member->refused_until = 0;
	err = nicbond_failover_switch(master, member, NICBOND_CAUSE_ASKED);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cannot be primary: its adaptor refused, the log says what");
		WRITE_ONCE(master->chosen, before);
		return err;
	}
	if (before != member)
		nicbond_master_tell(master);
	/* Somebody else may have refused something. */
	nicbond_failover_update(master, NICBOND_CAUSE_ASKED);

	return 0;
}

void nicbond_failover_ask_nobody(struct nicbond_master *master)
{
	WRITE_ONCE(master->chosen, NULL);
	nicbond_failover_update(master, NICBOND_CAUSE_ASKED);
	nicbond_master_tell(master);
}

/* Members' states that no other message told of: hung, held. */
static void nicbond_failover_tell_states(struct nicbond_master *master)
{
	enum nicbond_member_state state;
	struct nicbond_member *member;

	nicbond_for_each_member(master, member) {
		state = nicbond_member_state(member);
		if (state == member->told_state)
			continue;
		member->told_state = state;
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, member->dev);
	}
}

static struct nicbond_patience
nicbond_failover_patience(const struct nicbond_master *master)
{
	const struct nicbond_option_value *option = master->option;

	return (struct nicbond_patience) {
		.up_delay = option[NICBOND_OPTION_UP_DELAY].word[0],
		.down_delay = option[NICBOND_OPTION_DOWN_DELAY].word[0],
		.hold_max = option[NICBOND_OPTION_FLAP_HOLD_MAX].word[0],
	};
}

/* Does the firmware re-steer what the port should send? It asks nobody but the port. */
static bool nicbond_failover_resteers(const struct nicbond_member *member)
{
	return nicbond_failover_lacks(member) &
	       (NICBOND_STATUS_RUNNING | NICBOND_STATUS_CARRIER);
}

/*
 * One went down, or came up: who is dead has packets that he was given before that was known,
 * or as long as nobody else was up.
 */
static void nicbond_failover_relieve(struct nicbond_master *master)
{
	struct nicbond_member *member;

	nicbond_for_each_member(master, member)
		member->stuck = !member->liveness.up &&
				!nicbond_failover_resteers(member);
}

/* The member went up or down: who has to know is told. */
static void nicbond_failover_changed(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	bool up = member->liveness.up;
	enum nicbond_cause cause = member->liveness.cause;

	nicbond_failover_relieve(master);
	if (!up) {
		master->downs[cause]++;
		if (master->chosen == member)
			WRITE_ONCE(master->chosen, NULL);
	} else {
		/* What it may not have taken while it hung. */
		nicbond_topology_program(member);
		nicbond_failover_tell_speed(member);
	}
	nicbond_peer_tell(member);
	nicbond_netlink_event(member, up ? NICBOND_MEMBER_EVENT_WENT_UP :
					   NICBOND_MEMBER_EVENT_WENT_DOWN,
			      cause);
	trace_nicbond_member(master->dev, member->dev, member->slot, up,
			     str_up_down(up));
	if (__ratelimit(&master->log))
		netdev_info(master->dev, "%s is %s, cause: %s\n",
			    member->dev->name, str_up_down(up),
			    nicbond_cause_name(cause));
}

static unsigned int nicbond_failover_count(const struct nicbond_master *master)
{
	const struct nicbond_member *member;
	unsigned int up = 0;

	nicbond_for_each_member(master, member)
		up += member->liveness.up;

	return up;
}

/* Does no other member than @member carry traffic? */
static bool nicbond_failover_alone(const struct nicbond_member *member)
{
	const struct nicbond_member *other;

	nicbond_for_each_member(member->master, other)
		if (other != member && other->liveness.up && other->liveness.live)
			return false;

	return true;
}

/*
 * Nothing is waited for while nobody else carries traffic; nor for what the firmware
 * does not see: a member that hangs, is dormant, or reaches nobody, loses what it is given.
 */
static bool nicbond_failover_at_once(const struct nicbond_member *member)
{
	return nicbond_failover_alone(member) ||
	       (!member->liveness.live && !nicbond_failover_resteers(member));
}

/*
 * What found out that the member's port is not as it was, or @cause. A packet finds none
 * that came back: what it was found down by is over then.
 */
static enum nicbond_cause
nicbond_failover_why(const struct nicbond_member *member,
		     enum nicbond_cause cause)
{
	if (member->liveness.live)
		return cause == NICBOND_CAUSE_TRANSMIT ? member->liveness.cause :
							 cause;

	if (!(nicbond_failover_lacks(member) & ~NICBOND_STATUS_REACH))
		return READ_ONCE(member->hung) ? NICBOND_CAUSE_HEARTBEAT :
						 NICBOND_CAUSE_PROBE;

	/* Whatever it was looked at for, its device would have told. */
	return cause == NICBOND_CAUSE_TRANSMIT ? cause : NICBOND_CAUSE_NOTIFIER;
}

/*
 * Follow the members' ports. Again if one changed: who waited because another was up may
 * be the only one now. Each changes once at most.
 */
static void nicbond_failover_refresh(struct nicbond_master *master,
				     enum nicbond_cause cause)
{
	struct nicbond_patience patience = nicbond_failover_patience(master);
	u64 now = nicbond_liveness_now();
	struct nicbond_member *member;
	bool changed;

	nicbond_for_each_member(master, member)
		member->liveness.live = nicbond_failover_live(member);
	do {
		changed = false;
		nicbond_for_each_member(master, member) {
			if (!nicbond_liveness_step(&member->liveness,
						   nicbond_failover_at_once(member),
						   nicbond_failover_why(member, cause),
						   now, &patience))
				continue;
			changed = true;
			nicbond_failover_changed(member);
		}
	} while (changed);
}

/* When to look next, and how soon an adaptor that calls is heard until then. */
static void nicbond_failover_schedule(struct nicbond_master *master, bool again)
{
	u64 now = nicbond_liveness_now(), due = U64_MAX;
	const struct nicbond_member *member;
	bool dead = false;

	nicbond_for_each_member(master, member) {
		if (member->liveness.waiting) {
			due = min(due, max(now, member->liveness.due));
			dead |= !member->liveness.live;
		}
		again |= member->unfenced || member->unprogrammed;
		if (member->stuck)
			due = min(due, now + NICBOND_FAILOVER_SOON);
	}
	WRITE_ONCE(master->waiting, dead);
	if (again)
		due = min(due, now + NICBOND_FAILOVER_AGAIN);

	if (due == U64_MAX)
		cancel_delayed_work(&master->timer_work);
	else
		mod_delayed_work(system_percpu_wq, &master->timer_work,
				 msecs_to_jiffies(due - now) + 1);
}

/* What made the primary fail, if it did, else @cause. */
static enum nicbond_cause
nicbond_failover_cause(const struct nicbond_member *primary,
		       enum nicbond_cause cause)
{
	return primary && !primary->liveness.up ? primary->liveness.cause : cause;
}

/* Who would be primary, if that failed, where addresses tell the ports apart; or NULL. */
static struct nicbond_member *
nicbond_failover_elect_deputy(struct nicbond_master *master)
{
	const struct nicbond_member *primary = nicbond_failover_primary(master);
	DECLARE_BITMAP(dead, NICBOND_SLOTS) = { };

	if (!primary || nicbond_topology_static(master))
		return NULL;
	__set_bit(primary->slot, dead);

	return nicbond_failover_elect(master, dead);
}

/*
 * Until the role has moved from a primary whose port is dead, its deputy takes and sends what
 * only the primary should. Who hangs is told when it is up again.
 */
static void nicbond_failover_name_deputy(struct nicbond_master *master)
{
	struct nicbond_member *deputy = nicbond_failover_elect_deputy(master);
	struct nicbond_member *member;

	if (deputy == master->deputy)
		return;
	WRITE_ONCE(master->deputy, deputy);
	if (!deputy)
		return;
	nicbond_for_each_member(master, member)
		nicbond_failover_retry(member, NICBOND_REG_DEPUTY, deputy->slot);
}

/* Its port is good again, and the role did not move: switches have seen its deputy. */
static void nicbond_failover_take_back(struct nicbond_master *master)
{
	if (nicbond_topology_static(master))
		return;
	if (master->deputy)
		nicbond_topology_prepare(master->deputy);
	nicbond_announce_start(master);
}

static void nicbond_failover_set_carrier(struct nicbond_master *master)
{
	unsigned int least = master->option[NICBOND_OPTION_MIN_LINKS].word[0];

	if (nicbond_failover_count(master) < max(least, 1U)) {
		netif_carrier_off(master->dev);
	} else if (!netif_carrier_ok(master->dev)) {
		netif_carrier_on(master->dev);
		nicbond_announce_start(master);
	}
}

void nicbond_failover_update(struct nicbond_master *master,
			     enum nicbond_cause cause)
{
	const struct nicbond_member *chosen = master->chosen;
	DECLARE_BITMAP(refused, NICBOND_SLOTS) = { };
	struct nicbond_member *old = nicbond_failover_primary(master);
	bool dead = old && !old->liveness.live;
	bool again;

	ASSERT_RTNL();

	/* Before anybody is told that it is up. */
	nicbond_failover_fence_again(master);
	nicbond_failover_program_again(master);
	nicbond_failover_refresh(master, cause);
	again = nicbond_peer_tell_again(master);
	if (nicbond_failover_reelect(master, refused, false,
				     nicbond_failover_cause(old, cause))) {
		/* What is told has the new count. */
		if (old && !old->liveness.up)
			master->failovers++;
		nicbond_failover_announce(master, old,
					  nicbond_failover_primary(master));
	} else if (chosen != master->chosen) {
		nicbond_master_tell(master);
	}
	if (dead && old == nicbond_failover_primary(master) && old->liveness.live)
		nicbond_failover_take_back(master);

	nicbond_failover_name_deputy(master);
	nicbond_failover_set_carrier(master);
	nicbond_lag_update(master);
	nicbond_failover_tell_states(master);
	nicbond_failover_schedule(master, again ||
				  !bitmap_empty(refused, NICBOND_SLOTS));
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
	int err;

	err = nicbond_failover_program(member);
	if (!err)
		err = nicbond_peer_connect(member);
	if (err)
		goto wait;

	err = nicbond_peer_introduce(member);
	if (err)
		goto disconnect;

	list_add_tail_rcu(&member->list, &master->members);
	master->member_count++;
	nicbond_liveness_init(&member->liveness, nicbond_failover_live(member),
			      nicbond_liveness_now());
	trace_nicbond_member(master->dev, member->dev, member->slot,
			     member->liveness.up, "joined");
	nicbond_peer_tell(member);
	nicbond_netlink_event(member, NICBOND_MEMBER_EVENT_JOINED,
			      NICBOND_CAUSE_JOINED);
	nicbond_heartbeat_follow(master);
	nicbond_probing_follow(master);
	nicbond_failover_update(master, NICBOND_CAUSE_JOINED);

	return 0;

disconnect:
	nicbond_peer_disconnect(member);
wait:
	synchronize_net();
	return err;
}

void nicbond_failover_leave(struct nicbond_member *member)
{
	struct nicbond_master *master = member->master;
	DECLARE_BITMAP(refused, NICBOND_SLOTS) = { };

	if (master->chosen == member)
		WRITE_ONCE(master->chosen, NULL);
	if (master->deputy == member)
		WRITE_ONCE(master->deputy, NULL);
	__set_bit(member->slot, refused);
	if (nicbond_failover_primary(master) == member &&
	    nicbond_failover_reelect(master, refused, true,
				     NICBOND_CAUSE_RELEASED))
		nicbond_failover_announce(master, member,
					  nicbond_failover_primary(master));

	nicbond_probing_leave(member);
	nicbond_peer_forget(member);
	nicbond_peer_disconnect(member);
	list_del_rcu(&member->list);
	master->member_count--;
	trace_nicbond_member(master->dev, member->dev, member->slot,
			     member->liveness.up, "left");
	/* After this no packet is under way in the member's adaptor, nor on its way there. */
	do {
		synchronize_net();
	} while (nicbond_master_forget(master, member->adaptor));
	nicbond_netlink_event(member, NICBOND_MEMBER_EVENT_LEFT,
			      NICBOND_CAUSE_RELEASED);
	nicbond_failover_update(master, NICBOND_CAUSE_RELEASED);
}

/*
 * A call for each packet, maybe: one that finds the work pending is answered with it.
 * While a delay passes the port that they call about is known to be dead, so not at once.
 */
void nicbond_failover_attention(struct nicbond_adaptor *adaptor)
{
	struct nicbond_member *member = adaptor->context;
	struct nicbond_master *master = member->master;

	schedule_delayed_work(&master->attention_work,
			      READ_ONCE(master->waiting) ? NICBOND_FAILOVER_CALM : 0);
}

void nicbond_failover_attention_work(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(to_delayed_work(work), struct nicbond_master,
			     attention_work);

	rtnl_lock();
	nicbond_failover_update(master, NICBOND_CAUSE_TRANSMIT);
	rtnl_unlock();
}

/* Of what is found out only now, nobody told. */
void nicbond_failover_timer_work(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(to_delayed_work(work), struct nicbond_master,
			     timer_work);
	struct nicbond_member *member;

	rtnl_lock();
	nicbond_for_each_member(master, member) {
		if (member->stuck)
			member->stuck = !nicbond_backlog_drop(member);
	}
	nicbond_failover_update(master, NICBOND_CAUSE_NOTIFIER);
	rtnl_unlock();
}
