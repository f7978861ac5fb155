// SPDX-License-Identifier: GPL-2.0
/*
 * The register file of the software adaptor: one row a register. A row without
 * a write function is read-only; one without a read function reads as zero.
 */
#include "adaptor.h"

#include <linux/bitfield.h>

/**
 * struct nicbond_register - a register, or a run of like registers
 * @base: Byte offset of the first.
 * @count: How many.
 * @stride: Bytes from one to the next.
 * @read: Value of the @index-th.
 * @write: Take @value for the @index-th; errors as nicbond_adaptor_ops.reg_write.
 */
struct nicbond_register {
	u16 base;
	u16 count;
	u16 stride;
	u32 (*read)(const struct nicbond_software *sw, unsigned int index);
	int (*write)(struct nicbond_software *sw, unsigned int index, u32 value);
};

static u32 nicbond_id_read(const struct nicbond_software *sw, unsigned int index)
{
	return NICBOND_ID_MARK | FIELD_PREP(NICBOND_ID_SLOT, sw->slot);
}

static u32 nicbond_caps_read(const struct nicbond_software *sw,
			     unsigned int index)
{
	return FIELD_PREP(NICBOND_CAPS_SELECTORS, GENMASK(NICBOND_SELECTORS - 1, 0)) |
	       FIELD_PREP(NICBOND_CAPS_BUCKETS, NICBOND_BUCKETS);
}

static u32 nicbond_status_read(const struct nicbond_software *sw,
			       unsigned int index)
{
	return nicbond_port_status(&sw->port);
}

static u32 nicbond_heartbeat_read(const struct nicbond_software *sw,
				  unsigned int index)
{
	return READ_ONCE(sw->heartbeat);
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

/*
 * An epoch makes one primary: who is promoted must have been given an epoch
 * newer than that of his last role, so a promotion that arrives late is refused.
 */
static int nicbond_role_write(struct nicbond_software *sw, unsigned int index,
			      u32 value)
{
	if (value > NICBOND_ROLE_PRIMARY)
		return -EINVAL;
	if (value == NICBOND_ROLE_PRIMARY && sw->role != value &&
	    sw->epoch == sw->role_epoch)
		return nicbond_stale(sw);

	sw->role_epoch = sw->epoch;
	WRITE_ONCE(sw->role, value);

	return 0;
}

static u32 nicbond_epoch_read(const struct nicbond_software *sw,
			      unsigned int index)
{
	return READ_ONCE(sw->epoch);
}

static int nicbond_epoch_write(struct nicbond_software *sw, unsigned int index,
			       u32 value)
{
	/* Serial number arithmetic (RFC 1982), so that it may wrap. */
	if ((s32)(value - sw->epoch) < 0)
		return nicbond_stale(sw);

	WRITE_ONCE(sw->epoch, value);

	return 0;
}

static u32 nicbond_selector_read(const struct nicbond_software *sw,
				 unsigned int index)
{
	return READ_ONCE(sw->selector);
}

static int nicbond_selector_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	if (value >= NICBOND_SELECTORS)
		return -EINVAL;

	WRITE_ONCE(sw->selector, value);

	return 0;
}

static int nicbond_hash_key_write(struct nicbond_software *sw,
				  unsigned int index, u32 value)
{
	nicbond_hash_set_key(&sw->hash, index, value);

	return 0;
}

static u32 nicbond_counter_low_read(const struct nicbond_software *sw,
				    unsigned int index)
{
	return lower_32_bits(nicbond_counters_sum(sw->counters, index));
}

static u32 nicbond_counter_high_read(const struct nicbond_software *sw,
				     unsigned int index)
{
	return upper_32_bits(nicbond_counters_sum(sw->counters, index));
}

static u32 nicbond_peer_read(const struct nicbond_software *sw,
			     unsigned int index)
{
	return READ_ONCE(sw->peer[index]);
}

static int nicbond_peer_write(struct nicbond_software *sw, unsigned int index,
			      u32 value)
{
	if (value & ~(NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
		      NICBOND_PEER_WEIGHT))
		return -EINVAL;
	if (value && !(value & NICBOND_PEER_PRESENT))
		return -EINVAL;

	if (sw->peer[index] == value)
		return 0;

	WRITE_ONCE(sw->peer[index], value);
	nicbond_table_update(&sw->table, sw->peer);

	return 0;
}

static u32 nicbond_table_read(const struct nicbond_software *sw,
			      unsigned int index)
{
	u32 value = 0;
	int i;

	for (i = NICBOND_TABLE_PER_REG - 1; i >= 0; i--)
		value = value << 8 |
			nicbond_table_slot(&sw->table,
					   index * NICBOND_TABLE_PER_REG + i);

	return value;
}

static const struct nicbond_register nicbond_register_map[] = {
	{ NICBOND_REG_ID, 1, 4, nicbond_id_read },
	{ NICBOND_REG_CAPS, 1, 4, nicbond_caps_read },
	{ NICBOND_REG_STATUS, 1, 4, nicbond_status_read },
	{ NICBOND_REG_HEARTBEAT, 1, 4, nicbond_heartbeat_read },
	{ NICBOND_REG_ROLE, 1, 4, nicbond_role_read, nicbond_role_write },
	{ NICBOND_REG_EPOCH, 1, 4, nicbond_epoch_read, nicbond_epoch_write },
	{ NICBOND_REG_SELECTOR, 1, 4,
	  nicbond_selector_read, nicbond_selector_write },
	{ NICBOND_REG_HASH_KEY(0), NICBOND_HASH_KEY_WORDS, 4,
	  NULL, nicbond_hash_key_write },
	{ NICBOND_REG_COUNTER_LOW(0), NICBOND_COUNTER_MAX, 8,
	  nicbond_counter_low_read },
	{ NICBOND_REG_COUNTER_HIGH(0), NICBOND_COUNTER_MAX, 8,
	  nicbond_counter_high_read },
	{ NICBOND_REG_PEER(0), NICBOND_SLOTS, 4,
	  nicbond_peer_read, nicbond_peer_write },
	{ NICBOND_REG_TABLE(0), NICBOND_BUCKETS / NICBOND_TABLE_PER_REG, 4,
	  nicbond_table_read },
};

static_assert(NICBOND_REG_COUNTER_HIGH(NICBOND_COUNTER_MAX - 1) <
	      NICBOND_REG_PEER(0));
static_assert(NICBOND_REG_TABLE(NICBOND_BUCKETS / NICBOND_TABLE_PER_REG) ==
	      NICBOND_REGISTERS_SIZE);

/* The row of @reg, and which of the row's registers it is; or NULL. */
static const struct nicbond_register *nicbond_register_find(u32 reg, u32 *index)
{
	const struct nicbond_register *row;
	int i;

	for (i = 0; i < ARRAY_SIZE(nicbond_register_map); i++) {
		row = &nicbond_register_map[i];
		if (reg < row->base || (reg - row->base) % row->stride)
			continue;
		*index = (reg - row->base) / row->stride;
		if (*index < row->count)
			return row;
	}

	return NULL;
}

u32 nicbond_registers_read(const struct nicbond_adaptor *adaptor, u32 reg)
{
	const struct nicbond_register *row;
	u32 index;

	row = nicbond_register_find(reg, &index);
	if (!row || !row->read)
		return 0;

	return row->read(nicbond_software_of_const(adaptor), index);
}

int nicbond_registers_write(struct nicbond_adaptor *adaptor, u32 reg, u32 value)
{
	const struct nicbond_register *row;
	u32 index;

	row = nicbond_register_find(reg, &index);
	if (!row)
		return -ENOENT;
	if (!row->write)
		return -EROFS;

	return row->write(nicbond_software_of(adaptor), index, value);
}
