// SPDX-License-Identifier: GPL-2.0
/*
 * The register file of the software adaptor: what happens when a register of the
 * map is read or written. A written value has passed nicbond_map_check().
 */
#include "adaptor.h"
#include "balance.h"
#include "bpf.h"
#include "mover.h"
#include "queue.h"
#include "source.h"
#include "trace.h"

#include <linux/bitfield.h>
#include <linux/string.h>

/**
 * struct nicbond_register - how a register, or a row of like ones, works
 * @reg: The first one's offset.
 * @read: Value of the @index-th; NULL: @word's.
 * @write: Take @value for the @index-th; errors as nicbond_adaptor_ops.reg_write.
 *	NULL: into @word, if the map lets the host write it at all.
 * @word: Where struct nicbond_software has the first, a u32; 0: nowhere, it reads as
 *	zero.
 */
struct nicbond_register {
	u16 reg;
	u32 (*read)(const struct nicbond_software *sw, unsigned int index);
	int (*write)(struct nicbond_software *sw, unsigned int index, u32 value);
	u16 word;
};

static u32 nicbond_id_read(const struct nicbond_software *sw, unsigned int index)
{
	return FIELD_PREP(NICBOND_ID_MARK, 0x4e42) |
	       FIELD_PREP(NICBOND_ID_SLOT, sw->adaptor.slot);
}

static u32 nicbond_caps_read(const struct nicbond_software *sw,
			     unsigned int index)
{
	return FIELD_PREP(NICBOND_CAPS_SELECTORS,
			  BIT(NICBOND_SELECTOR_DST_HASH) |
			  BIT(NICBOND_SELECTOR_LOAD) | NICBOND_BPF_CAPS) |
	       FIELD_PREP(NICBOND_CAPS_BUCKETS, NICBOND_BUCKETS_MAX);
}

static u32 nicbond_status_read(const struct nicbond_software *sw,
			       unsigned int index)
{
	return nicbond_port_status(sw->adaptor.port) | nicbond_reach_status(sw);
}

static u32 nicbond_role_read(const struct nicbond_software *sw,
			     unsigned int index)
{
	return READ_ONCE(sw->role);
}

static int nicbond_stale(struct nicbond_software *sw)
{
	local_bh_disable();
	nicbond_counters_inc(sw->counters, NICBOND_COUNTER_STALE_WRITES);
	local_bh_enable();

	return -ESTALE;
}

static void nicbond_role_set(struct nicbond_software *sw, u8 role)
{
	trace_nicbond_fw_role(sw, role, sw->role_epoch, 0);
	/* Who learns a table looks at it under the lock. */
	spin_lock_bh(&sw->lock);
	WRITE_ONCE(sw->role, role);
	spin_unlock_bh(&sw->lock);
}

/* Nothing is left to forward, and nothing to decide, once this returns. */
static void nicbond_step_down(struct nicbond_software *sw)
{
	nicbond_role_set(sw, NICBOND_ROLE_SECONDARY);
	cancel_delayed_work_sync(&sw->sweep);
	nicbond_channel_flush_all(sw);
}

/*
 * An epoch makes one primary: who is promoted must have been given an epoch
 * newer than that of his last role and than the fence, so a promotion that
 * arrives late is refused.
 */
static int nicbond_role_write(struct nicbond_software *sw, unsigned int index,
			      u32 value)
{
	/* Also who did not take his demotion, and is promoted again. */
	bool promoted = value == NICBOND_ROLE_PRIMARY &&
			(sw->role != value ||
			 nicbond_epoch_newer(sw->epoch, sw->role_epoch));
	bool demoted = value == NICBOND_ROLE_SECONDARY && sw->role != value;

	if (promoted && (!nicbond_epoch_newer(sw->epoch, sw->role_epoch) ||
			 !nicbond_epoch_newer(sw->epoch, sw->fence))) {
		trace_nicbond_fw_role(sw, value, sw->epoch, -ESTALE);
		return nicbond_stale(sw);
	}

	/* Frames bear the epoch of the role that sends them. */
	WRITE_ONCE(sw->role_epoch, sw->epoch);
	if (demoted) {
		nicbond_step_down(sw);
		WRITE_ONCE(sw->overlap, false);
		return 0;
	}
	if (promoted)
		WRITE_ONCE(sw->overlap, true);
	nicbond_role_set(sw, value);
	if (promoted) {
		nicbond_balance_take_over(sw);
		nicbond_mover_take_over(sw);
	}

	return 0;
}

static int nicbond_epoch_write(struct nicbond_software *sw, unsigned int index,
			       u32 value)
{
	if (nicbond_epoch_newer(sw->epoch, value))
		return nicbond_stale(sw);

	WRITE_ONCE(sw->epoch, value);

	return 0;
}

/*
 * A fence is an epoch that has begun. Who is primary in an older one has been
 * replaced without being told, and steps down by himself.
 */
static int nicbond_fence_write(struct nicbond_software *sw, unsigned int index,
			       u32 value)
{
	if (nicbond_epoch_newer(sw->fence, value))
		return nicbond_stale(sw);

	if (nicbond_epoch_newer(value, sw->role_epoch) &&
	    sw->role != NICBOND_ROLE_SECONDARY)
		nicbond_step_down(sw);
	if (nicbond_epoch_newer(value, sw->epoch))
		WRITE_ONCE(sw->epoch, value);
	WRITE_ONCE(sw->fence, value);
	if (sw->overlap) {
		nicbond_balance_settle(sw);
		nicbond_mover_settle(sw);
		/* Who sees it over sees when: pairs with nicbond_balance_stays(). */
		smp_store_release(&sw->overlap, false);
	}

	return 0;
}

static int nicbond_ctrl_write(struct nicbond_software *sw, unsigned int index,
			      u32 value)
{
	return value & NICBOND_CTRL_RESET ? nicbond_registers_reset(sw) : 0;
}

static u32 nicbond_selector_read(const struct nicbond_software *sw,
				 unsigned int index)
{
	return READ_ONCE(sw->selector);
}

static int nicbond_selector_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	int err = 0;

	if (!(FIELD_GET(NICBOND_CAPS_SELECTORS, nicbond_caps_read(sw, 0)) &
	      BIT(value)))
		return -EINVAL;
	if (sw->selector == value)
		return 0;

	if (value == NICBOND_SELECTOR_LOAD)
		err = nicbond_balance_enable(sw, sw->flowlets_size);
	else
		nicbond_balance_disable(sw);
	if (err)
		return err;

	WRITE_ONCE(sw->selector, value);
	/* At the pace of the new one from now on. */
	flush_delayed_work(&sw->report);

	return 0;
}

static u32 nicbond_peer_load_read(const struct nicbond_software *sw,
				  unsigned int index)
{
	return READ_ONCE(sw->load.peer[index].load);
}

static int nicbond_flowlets_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	int err = 0;

	if (sw->flowlets_size == value)
		return 0;
	if (sw->selector == NICBOND_SELECTOR_LOAD)
		err = nicbond_balance_enable(sw, value);
	if (!err)
		WRITE_ONCE(sw->flowlets_size, value);

	return err;
}

static int nicbond_load_interval_write(struct nicbond_software *sw,
				       unsigned int index, u32 value)
{
	WRITE_ONCE(sw->load_interval, value);
	flush_delayed_work(&sw->report);

	return 0;
}

static int nicbond_heartbeat_interval_write(struct nicbond_software *sw,
					    unsigned int index, u32 value)
{
	nicbond_heartbeat_set_interval(sw, value);

	return 0;
}

static int nicbond_probe_interval_write(struct nicbond_software *sw,
					unsigned int index, u32 value)
{
	if (sw->reach.interval != value)
		nicbond_reach_set_interval(sw, value);

	return 0;
}

static int nicbond_probe_address_write(struct nicbond_software *sw,
				       unsigned int index, u32 value)
{
	if (sw->reach.address[index] == value)
		return 0;

	WRITE_ONCE(sw->reach.address[index], value);
	nicbond_reach_renew(sw, index / NICBOND_TARGET_WORDS);

	return 0;
}

static int nicbond_probe_kind_write(struct nicbond_software *sw,
				    unsigned int index, u32 value)
{
	if (value && !(value & NICBOND_PROBE_KIND_PRESENT))
		return -EINVAL;
	if (sw->reach.kind[index] == value)
		return 0;

	WRITE_ONCE(sw->reach.kind[index], value);
	nicbond_reach_renew(sw, index);

	return 0;
}

static u32 nicbond_channel_mode_read(const struct nicbond_software *sw,
				     unsigned int index)
{
	return READ_ONCE(sw->channel_mode);
}

/* A batch that began under the old mode must not end with a doorbell left out. */
static int nicbond_channel_mode_write(struct nicbond_software *sw,
				      unsigned int index, u32 value)
{
	if (sw->channel_mode == value)
		return 0;

	WRITE_ONCE(sw->channel_mode, value);
	synchronize_net();
	nicbond_channel_flush_all(sw);

	return 0;
}

static u32 nicbond_channel_full_read(const struct nicbond_software *sw,
				     unsigned int index)
{
	return READ_ONCE(sw->channel_full);
}

static int nicbond_channel_full_write(struct nicbond_software *sw,
				      unsigned int index, u32 value)
{
	WRITE_ONCE(sw->channel_full, value);

	return 0;
}

static u32 nicbond_half(u64 value, unsigned int index)
{
	return index % 2 ? upper_32_bits(value) : lower_32_bits(value);
}

static u32 nicbond_channel_packets_read(const struct nicbond_software *sw,
					unsigned int index)
{
	return nicbond_half(nicbond_counters_packets(sw->counters, index / 2),
			    index);
}

static u32 nicbond_channel_bytes_read(const struct nicbond_software *sw,
				      unsigned int index)
{
	return nicbond_half(nicbond_counters_bytes(sw->counters, index / 2),
			    index);
}

/* One word of the channel to a slot; zero where there is none. */
static u32 nicbond_channel_word(const struct nicbond_software *sw,
				unsigned int slot, size_t offset)
{
	const struct nicbond_channel *channel;
	u32 value = 0;

	rcu_read_lock();
	channel = rcu_dereference(sw->channel[slot]);
	if (channel)
		value = READ_ONCE(*(const u32 *)((const void *)channel + offset));
	rcu_read_unlock();

	return value;
}

static u32 nicbond_channel_pending_read(const struct nicbond_software *sw,
					unsigned int index)
{
	return nicbond_channel_word(sw, index,
				    offsetof(struct nicbond_channel, pending));
}

static u32 nicbond_channel_high_read(const struct nicbond_software *sw,
				     unsigned int index)
{
	return nicbond_channel_word(sw, index,
				    offsetof(struct nicbond_channel, high));
}

static u32 nicbond_channel_doorbells_read(const struct nicbond_software *sw,
					  unsigned int index)
{
	return nicbond_channel_word(sw, index,
				    offsetof(struct nicbond_channel, doorbells));
}

static u32 nicbond_channel_overflows_read(const struct nicbond_software *sw,
					  unsigned int index)
{
	return nicbond_channel_word(sw, index,
				    offsetof(struct nicbond_channel, overflows));
}

static int nicbond_hash_fields_write(struct nicbond_software *sw,
				     unsigned int index, u32 value)
{
	if (!nicbond_hash_fields_valid(value))
		return -EINVAL;

	nicbond_hash_set_fields(&sw->hash, value);

	return 0;
}

static int nicbond_hash_key_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	nicbond_hash_set_key(&sw->hash, index, value);

	return 0;
}

static u32 nicbond_counter_read(const struct nicbond_software *sw,
				unsigned int index)
{
	if (index / 2 >= NICBOND_COUNTER_MAX)
		return 0;

	return nicbond_half(nicbond_counters_sum(sw->counters, index / 2), index);
}

static void nicbond_exceptions_follow(struct nicbond_software *sw)
{
	WRITE_ONCE(sw->exceptions,
		   !nicbond_source_static(sw) || nicbond_queue_given(sw));
}

static int nicbond_topology_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	WRITE_ONCE(sw->topology, value);
	nicbond_exceptions_follow(sw);

	return 0;
}

static int nicbond_peer_write(struct nicbond_software *sw, unsigned int index,
			      u32 value)
{
	if (value && !(value & NICBOND_PEER_PRESENT))
		return -EINVAL;
	if (sw->peer[index] == value)
		return 0;

	/* What waits for who goes down goes on before what comes after it. */
	if (!nicbond_table_is_up(value))
		nicbond_channel_flush(sw, index);
	WRITE_ONCE(sw->peer[index], value);
	nicbond_exceptions_follow(sw);
	nicbond_load_follow(&sw->load, sw->peer);
	nicbond_mover_follow(sw);

	return 0;
}

static u32 nicbond_table_size_read(const struct nicbond_software *sw,
				   unsigned int index)
{
	u32 size;

	rcu_read_lock();
	size = rcu_dereference(sw->table)->size;
	rcu_read_unlock();

	return size;
}

static int nicbond_table_size_write(struct nicbond_software *sw,
				    unsigned int index, u32 value)
{
	return nicbond_mover_resize(sw, value);
}

static u32 nicbond_moving_read(const struct nicbond_software *sw,
			       unsigned int index)
{
	u32 moving;

	rcu_read_lock();
	moving = nicbond_table_moving(rcu_dereference(sw->table));
	rcu_read_unlock();

	return moving;
}

static u32 nicbond_table_read(const struct nicbond_software *sw,
			      unsigned int index)
{
	unsigned int i, bucket = index * NICBOND_TABLE_PER_REG;
	const struct nicbond_table *table;
	u32 value = 0;

	rcu_read_lock();
	table = rcu_dereference(sw->table);
	for (i = 0; i < NICBOND_TABLE_PER_REG && bucket < table->size; i++)
		value |= nicbond_table_slot(table, bucket++) << 8 * i;
	rcu_read_unlock();

	return value;
}

/* Six bytes fill one word and a half. */
static int nicbond_address_set(u32 word[2], unsigned int index, u32 value)
{
	if (index && value > U16_MAX)
		return -EINVAL;

	WRITE_ONCE(word[index], value);

	return 0;
}

static int nicbond_address_write(struct nicbond_software *sw,
				 unsigned int index, u32 value)
{
	return nicbond_address_set(sw->address, index, value);
}

static int nicbond_own_address_write(struct nicbond_software *sw,
				     unsigned int index, u32 value)
{
	return nicbond_address_set(sw->own_address, index, value);
}

#define NICBOND_WORD(member)	.word = offsetof(struct nicbond_software, member)

static const struct nicbond_register nicbond_registers[] = {
	{ NICBOND_REG_ID, nicbond_id_read },
	{ NICBOND_REG_CAPS, nicbond_caps_read },
	{ NICBOND_REG_STATUS, nicbond_status_read },
	{ NICBOND_REG_HEARTBEAT, NICBOND_WORD(heartbeat.beat) },
	{ NICBOND_REG_MOVING, nicbond_moving_read },
	{ NICBOND_REG_LOAD, NICBOND_WORD(meter.load) },
	{ NICBOND_REG_INFLIGHT, NICBOND_WORD(meter.inflight) },
	{ NICBOND_REG_SPEED, NICBOND_WORD(speed) },
	{ NICBOND_REG_ROLE, nicbond_role_read, nicbond_role_write },
	{ NICBOND_REG_EPOCH, NULL, nicbond_epoch_write, NICBOND_WORD(epoch) },
	{ NICBOND_REG_FENCE, NULL, nicbond_fence_write, NICBOND_WORD(fence) },
	{ NICBOND_REG_CTRL, NULL, nicbond_ctrl_write },
	{ NICBOND_REG_SELECTOR, nicbond_selector_read, nicbond_selector_write },
	{ NICBOND_REG_TABLE_SIZE,
	  nicbond_table_size_read, nicbond_table_size_write },
	{ NICBOND_REG_FLOWLET_GAP, NICBOND_WORD(flowlet_gap) },
	{ NICBOND_REG_MOVE_DEADLINE, NICBOND_WORD(move_deadline) },
	{ NICBOND_REG_HASH_FIELDS, NULL, nicbond_hash_fields_write,
	  NICBOND_WORD(hash.fields) },
	{ NICBOND_REG_CHANNEL_MODE,
	  nicbond_channel_mode_read, nicbond_channel_mode_write },
	{ NICBOND_REG_CHANNEL_DEPTH, NICBOND_WORD(channel_depth) },
	{ NICBOND_REG_CHANNEL_FULL,
	  nicbond_channel_full_read, nicbond_channel_full_write },
	{ NICBOND_REG_HASH_KEY, NULL, nicbond_hash_key_write,
	  NICBOND_WORD(hash.key) },
	{ NICBOND_REG_FLOWLETS, NULL, nicbond_flowlets_write,
	  NICBOND_WORD(flowlets_size) },
	{ NICBOND_REG_LOAD_INTERVAL, NULL, nicbond_load_interval_write,
	  NICBOND_WORD(load_interval) },
	{ NICBOND_REG_TOPOLOGY, NULL, nicbond_topology_write,
	  NICBOND_WORD(topology) },
	{ NICBOND_REG_ADDRESS, NULL, nicbond_address_write,
	  NICBOND_WORD(address) },
	{ NICBOND_REG_OWN_ADDRESS, NULL, nicbond_own_address_write,
	  NICBOND_WORD(own_address) },
	{ NICBOND_REG_DROP_THRESHOLD, NICBOND_WORD(alarm.threshold) },
	{ NICBOND_REG_COUNTER, nicbond_counter_read },
	{ NICBOND_REG_HEARTBEAT_INTERVAL, NULL, nicbond_heartbeat_interval_write,
	  NICBOND_WORD(heartbeat.interval) },
	{ NICBOND_REG_HEARTBEAT_MISSES, NICBOND_WORD(heartbeat.misses) },
	{ NICBOND_REG_SILENT, NICBOND_WORD(heartbeat.silent) },
	{ NICBOND_REG_PROBE_INTERVAL, NULL, nicbond_probe_interval_write,
	  NICBOND_WORD(reach.interval) },
	{ NICBOND_REG_PROBE_MISSES, NICBOND_WORD(reach.misses) },
	{ NICBOND_REG_PROBE_REQUIRE, NICBOND_WORD(reach.require) },
	{ NICBOND_REG_PROBE_VALIDATE, NICBOND_WORD(reach.validate) },
	{ NICBOND_REG_PROBE_LOST, NICBOND_WORD(reach.lost) },
	{ NICBOND_REG_PROBE_ADDRESS, NULL, nicbond_probe_address_write,
	  NICBOND_WORD(reach.address) },
	{ NICBOND_REG_PROBE_KIND, NULL, nicbond_probe_kind_write,
	  NICBOND_WORD(reach.kind) },
	{ NICBOND_REG_DEPUTY, NICBOND_WORD(deputy) },
	{ NICBOND_REG_PEER, NULL, nicbond_peer_write, NICBOND_WORD(peer) },
	{ NICBOND_REG_PEER_LOAD, nicbond_peer_load_read },
	{ NICBOND_REG_TABLE, nicbond_table_read },
	{ NICBOND_REG_CHANNEL_PACKETS, nicbond_channel_packets_read },
	{ NICBOND_REG_CHANNEL_BYTES, nicbond_channel_bytes_read },
	{ NICBOND_REG_CHANNEL_PENDING, nicbond_channel_pending_read },
	{ NICBOND_REG_CHANNEL_HIGH, nicbond_channel_high_read },
	{ NICBOND_REG_CHANNEL_DOORBELLS, nicbond_channel_doorbells_read },
	{ NICBOND_REG_CHANNEL_OVERFLOWS, nicbond_channel_overflows_read },
};

static_assert(NICBOND_COUNTER_MAX <= NICBOND_COUNTERS_MAX);
static_assert(sizeof(struct nicbond_software) <= U16_MAX);

static const struct nicbond_register *nicbond_register_find(u32 reg,
							    unsigned int *index)
{
	const struct nicbond_map_register *row = nicbond_map_find(reg, index);
	int i;

	for (i = 0; row && i < ARRAY_SIZE(nicbond_registers); i++)
		if (nicbond_registers[i].reg == row->reg)
			return &nicbond_registers[i];

	return NULL;
}

u32 nicbond_registers_read(const struct nicbond_adaptor *adaptor, u32 reg)
{
	const struct nicbond_software *sw = nicbond_software_of_const(adaptor);
	const struct nicbond_register *row;
	unsigned int index;

	row = nicbond_register_find(reg, &index);
	if (row && row->read)
		return row->read(sw, index);
	if (!row || !row->word)
		return 0;

	return READ_ONCE(((const u32 *)((const void *)sw + row->word))[index]);
}

static enum nicbond_usual nicbond_registers_usual(const struct nicbond_software *sw)
{
	if (sw->role != NICBOND_ROLE_PRIMARY || sw->exceptions ||
	    sw->channel_mode != NICBOND_CHANNEL_MODE_DIRECT)
		return NICBOND_USUAL_NOT;
	if (sw->selector == NICBOND_SELECTOR_BPF)
		return NICBOND_USUAL_BPF;
	if (sw->hash.fields & ~NICBOND_HASH_FIELDS_DEFAULT)
		return NICBOND_USUAL_NOT;

	return sw->selector == NICBOND_SELECTOR_LOAD ? NICBOND_USUAL_LOAD : NICBOND_USUAL_HASH;
}

int nicbond_registers_write(struct nicbond_adaptor *adaptor, u32 reg, u32 value)
{
	struct nicbond_software *sw = nicbond_software_of(adaptor);
	const struct nicbond_register *row;
	unsigned int index;
	int err;

	row = nicbond_register_find(reg, &index);
	err = row ? nicbond_map_check(reg, value) : -ENOENT;
	if (err)
		return err;

	/* What is just being changed is not usual. */
	WRITE_ONCE(sw->usual, NICBOND_USUAL_NOT);
	if (row->write)
		err = row->write(sw, index, value);
	else
		WRITE_ONCE(((u32 *)((void *)sw + row->word))[index], value);
	/* After the change: a packet that sees it late went by what was there before. */
	smp_store_release(&sw->usual, nicbond_registers_usual(sw));

	return err;
}

int nicbond_registers_reset(struct nicbond_software *sw)
{
	int i, err;

	err = nicbond_mover_reset(sw, NICBOND_RESET_TABLE_SIZE);
	if (err)
		return err;

	WRITE_ONCE(sw->usual, NICBOND_USUAL_NOT);

	nicbond_step_down(sw);
	WRITE_ONCE(sw->role_epoch, NICBOND_RESET_EPOCH);
	WRITE_ONCE(sw->overlap, false);
	WRITE_ONCE(sw->epoch, NICBOND_RESET_EPOCH);
	WRITE_ONCE(sw->fence, NICBOND_RESET_FENCE);
	WRITE_ONCE(sw->selector, NICBOND_RESET_SELECTOR);
	nicbond_bpf_replace(&sw->adaptor, NULL);
	nicbond_balance_disable(sw);
	WRITE_ONCE(sw->flowlets_size, NICBOND_RESET_FLOWLETS);
	WRITE_ONCE(sw->load_interval, NICBOND_RESET_LOAD_INTERVAL);
	WRITE_ONCE(sw->speed, NICBOND_RESET_SPEED);
	WRITE_ONCE(sw->topology, NICBOND_RESET_TOPOLOGY);
	for (i = 0; i < 2; i++) {
		WRITE_ONCE(sw->address[i], NICBOND_RESET_ADDRESS);
		WRITE_ONCE(sw->own_address[i], NICBOND_RESET_OWN_ADDRESS);
	}
	WRITE_ONCE(sw->deputy, NICBOND_RESET_DEPUTY);
	WRITE_ONCE(sw->alarm.threshold, NICBOND_RESET_DROP_THRESHOLD);
	WRITE_ONCE(sw->heartbeat.interval, NICBOND_RESET_HEARTBEAT_INTERVAL);
	WRITE_ONCE(sw->heartbeat.misses, NICBOND_RESET_HEARTBEAT_MISSES);
	WRITE_ONCE(sw->reach.interval, NICBOND_RESET_PROBE_INTERVAL);
	WRITE_ONCE(sw->reach.misses, NICBOND_RESET_PROBE_MISSES);
	WRITE_ONCE(sw->reach.require, NICBOND_RESET_PROBE_REQUIRE);
	WRITE_ONCE(sw->reach.validate, NICBOND_RESET_PROBE_VALIDATE);
	for (i = 0; i < NICBOND_TARGETS; i++)
		WRITE_ONCE(sw->reach.kind[i], NICBOND_RESET_PROBE_KIND);
	for (i = 0; i < NICBOND_TARGETS * NICBOND_TARGET_WORDS; i++)
		WRITE_ONCE(sw->reach.address[i], NICBOND_RESET_PROBE_ADDRESS);
	WRITE_ONCE(sw->primary, NICBOND_SLOTS);
	WRITE_ONCE(sw->heard, NICBOND_RESET_EPOCH);
	WRITE_ONCE(sw->channel_mode, NICBOND_RESET_CHANNEL_MODE);
	WRITE_ONCE(sw->channel_depth, NICBOND_RESET_CHANNEL_DEPTH);
	WRITE_ONCE(sw->channel_full, NICBOND_RESET_CHANNEL_FULL);
	WRITE_ONCE(sw->flowlet_gap, NICBOND_RESET_FLOWLET_GAP);
	WRITE_ONCE(sw->move_deadline, NICBOND_RESET_MOVE_DEADLINE);
	nicbond_hash_set_fields(&sw->hash, NICBOND_RESET_HASH_FIELDS);
	for (i = 0; i < NICBOND_KEY_WORDS; i++)
		nicbond_hash_set_key(&sw->hash, i, NICBOND_RESET_HASH_KEY);
	for (i = 0; i < NICBOND_SLOTS; i++) {
		WRITE_ONCE(sw->peer[i], NICBOND_RESET_PEER);
		WRITE_ONCE(sw->load.peer[i].load, NICBOND_RESET_PEER_LOAD);
		WRITE_ONCE(sw->load.peer[i].wait, 0);
		WRITE_ONCE(sw->load.speed[i], 0);
	}
	nicbond_exceptions_follow(sw);
	nicbond_load_follow(&sw->load, sw->peer);

	return 0;
}
