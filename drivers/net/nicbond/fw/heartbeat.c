// SPDX-License-Identifier: GPL-2.0
/*
 * Signs of life. Each adaptor's HEARTBEAT grows; over the channel the primary watches
 * those that it forwards to, and they watch it. Who stands still is SILENT, and the host
 * is called, which looks for itself before it believes that. With each beat the primary
 * reminds the others of its table.
 */
#include "adaptor.h"
#include "mover.h"

#include <linux/bitops.h>
#include <linux/jiffies.h>

/* Does @sw depend on the adaptor in @slot, which the host calls up? */
static bool nicbond_heartbeat_watches(const struct nicbond_software *sw,
				      unsigned int slot)
{
	if (slot == sw->adaptor.slot ||
	    !nicbond_table_is_up(READ_ONCE(sw->peer[slot])))
		return false;

	return READ_ONCE(sw->role) == NICBOND_ROLE_PRIMARY ||
	       READ_ONCE(sw->primary) == slot;
}

/* Is the adaptor in @slot silent? @count: a look that finds no change counts. */
static bool nicbond_heartbeat_look(struct nicbond_software *sw,
				   unsigned int slot, bool count)
{
	struct nicbond_pulse *pulse = &sw->heartbeat.pulse[slot];
	u32 misses = READ_ONCE(sw->heartbeat.misses), beat;
	const struct nicbond_channel *channel;

	channel = rcu_dereference(sw->channel[slot]);
	if (!channel || !nicbond_heartbeat_watches(sw, slot)) {
		pulse->missed = 0;
		return false;
	}

	beat = channel->to->ops->reg_read(channel->to, NICBOND_REG_HEARTBEAT);
	nicbond_pulse_look(pulse, beat, count);

	return nicbond_pulse_stopped(pulse, misses);
}

static bool nicbond_heartbeat_counts(struct nicbond_heartbeat *heartbeat)
{
	unsigned long interval = msecs_to_jiffies(READ_ONCE(heartbeat->interval));
	unsigned long since = jiffies - heartbeat->looked;

	if (since >= interval - interval / 4)
		heartbeat->looked = jiffies;

	return nicbond_pulse_counts(since, interval);
}

void nicbond_heartbeat_beat(struct nicbond_software *sw)
{
	struct nicbond_heartbeat *heartbeat = &sw->heartbeat;
	bool count = nicbond_heartbeat_counts(heartbeat);
	u64 before = (u64)heartbeat->silent[1] << 32 | heartbeat->silent[0];
	u64 silent = 0;
	unsigned int i;

	/* Who cannot transmit is not alive, whatever its link says. */
	if (!nicbond_port_stalled(sw->adaptor.port, heartbeat->beaten))
		WRITE_ONCE(heartbeat->beat, heartbeat->beat + 1);
	heartbeat->beaten = jiffies;

	rcu_read_lock();
	for (i = 0; i < NICBOND_SLOTS; i++)
		if (nicbond_heartbeat_look(sw, i, count))
			silent |= BIT_ULL(i);
	rcu_read_unlock();

	WRITE_ONCE(heartbeat->silent[0], lower_32_bits(silent));
	WRITE_ONCE(heartbeat->silent[1], upper_32_bits(silent));
	if (silent & ~before && sw->adaptor.attention)
		sw->adaptor.attention(&sw->adaptor);

	nicbond_mover_remind(sw);
}

static void nicbond_heartbeat_work(struct work_struct *work)
{
	struct nicbond_software *sw =
		container_of(to_delayed_work(work), struct nicbond_software,
			     heartbeat.work);

	unsigned long interval;

	nicbond_heartbeat_beat(sw);
	interval = msecs_to_jiffies(READ_ONCE(sw->heartbeat.interval));
	schedule_delayed_work(&sw->heartbeat.work,
			      nicbond_pulse_delay(&sw->heartbeat.due, interval));
}

void nicbond_heartbeat_set_interval(struct nicbond_software *sw, u32 ms)
{
	if (sw->heartbeat.interval == ms)
		return;

	WRITE_ONCE(sw->heartbeat.interval, ms);
	mod_delayed_work(system_percpu_wq, &sw->heartbeat.work, 0);
}

void nicbond_heartbeat_start(struct nicbond_software *sw)
{
	sw->heartbeat.beaten = jiffies;
	sw->heartbeat.looked = jiffies;
	sw->heartbeat.due = jiffies;
	INIT_DELAYED_WORK(&sw->heartbeat.work, nicbond_heartbeat_work);
	schedule_delayed_work(&sw->heartbeat.work,
			      msecs_to_jiffies(NICBOND_RESET_HEARTBEAT_INTERVAL));
}

void nicbond_heartbeat_stop(struct nicbond_software *sw)
{
	cancel_delayed_work_sync(&sw->heartbeat.work);
}
