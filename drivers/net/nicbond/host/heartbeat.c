// SPDX-License-Identifier: GPL-2.0
/*
 * The host's watch over the adaptors: who gives no sign of life for heartbeat_misses
 * looks is hung, whatever its port says.
 *
 * Only while another does: if all stand still, or the watch is late itself, it is the
 * host that had no time for them, and to leave them all would help nobody.
 */
#include "heartbeat.h"
#include "failover.h"

#include <linux/jiffies.h>
#include <linux/rtnetlink.h>

static u32 nicbond_heartbeat_option(const struct nicbond_master *master,
				    enum nicbond_option_id id)
{
	return READ_ONCE(master->option[id].word[0]);
}

static unsigned long nicbond_heartbeat_interval(const struct nicbond_master *master)
{
	return msecs_to_jiffies(nicbond_heartbeat_option(master,
							 NICBOND_OPTION_HEARTBEAT_INTERVAL));
}

static bool nicbond_heartbeat_counts(struct nicbond_master *master)
{
	unsigned long interval = nicbond_heartbeat_interval(master);
	unsigned long since = jiffies - master->heartbeat_looked;

	if (since >= interval - interval / 4)
		master->heartbeat_looked = jiffies;

	return nicbond_pulse_counts(since, interval);
}

/* A look at all; true if one of them gave a sign of life since the last. RCU. */
static bool nicbond_heartbeat_look(struct nicbond_master *master, bool count)
{
	struct nicbond_member *member;
	bool alive = false;
	u32 beat;

	list_for_each_entry_rcu(member, &master->members, list) {
		beat = member->adaptor->ops->reg_read(member->adaptor,
						      NICBOND_REG_HEARTBEAT);
		nicbond_pulse_look(&member->pulse, beat, count);
		alive |= !member->pulse.missed;
	}

	return alive;
}

/* Does an adaptor that is alive itself call the member's silent? RCU. */
static bool nicbond_heartbeat_accused(const struct nicbond_member *member)
{
	u32 reg = NICBOND_REG_SILENT(member->slot / 32);
	const struct nicbond_member *other;
	const struct nicbond_adaptor *a;

	list_for_each_entry_rcu(other, &member->master->members, list) {
		a = other->adaptor;
		if (other != member && !other->pulse.missed &&
		    a->ops->reg_read(a, reg) & BIT(member->slot % 32))
			return true;
	}

	return false;
}

/* RCU. */
static bool nicbond_heartbeat_is_hung(const struct nicbond_member *member,
				      bool alive)
{
	u32 misses = nicbond_heartbeat_option(member->master,
					      NICBOND_OPTION_HEARTBEAT_MISSES);

	if (!misses || !member->pulse.missed)
		return false;
	/* Once it is, it needs to give a sign itself. */
	if (member->hung || !alive)
		return member->hung;

	return nicbond_pulse_stopped(&member->pulse, misses) ||
	       nicbond_heartbeat_accused(member);
}

void nicbond_heartbeat_check(struct nicbond_master *master)
{
	struct nicbond_member *member;
	bool alive, hung;

	rcu_read_lock();
	alive = nicbond_heartbeat_look(master, nicbond_heartbeat_counts(master));
	list_for_each_entry_rcu(member, &master->members, list) {
		hung = nicbond_heartbeat_is_hung(member, alive);
		if (hung == member->hung)
			continue;
		WRITE_ONCE(member->hung, hung);
		nicbond_failover_attention(member->adaptor);
	}
	rcu_read_unlock();
}

static bool nicbond_heartbeat_wanted(const struct nicbond_master *master)
{
	return READ_ONCE(master->member_count) &&
	       nicbond_heartbeat_option(master, NICBOND_OPTION_HEARTBEAT_MISSES);
}

/* After a last look, with which nobody is hung any more if nobody is to be. */
void nicbond_heartbeat_watch(struct work_struct *work)
{
	struct nicbond_master *master =
		container_of(to_delayed_work(work), struct nicbond_master,
			     heartbeat_work);
	bool wanted = nicbond_heartbeat_wanted(master);

	nicbond_heartbeat_check(master);
	if (wanted)
		schedule_delayed_work(&master->heartbeat_work,
				      nicbond_pulse_delay(&master->heartbeat_due,
							  nicbond_heartbeat_interval(master)));
}

void nicbond_heartbeat_follow(struct nicbond_master *master)
{
	ASSERT_RTNL();

	mod_delayed_work(system_percpu_wq, &master->heartbeat_work, 0);
}
