// SPDX-License-Identifier: GPL-2.0
/* The register file: resets, access, ranges, epochs. */
#include "fleet.h"

#include <linux/bitfield.h>
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/filter.h>

#define SLOT	5

struct nicbond_registers_test {
	struct net_device *port;
	struct nicbond_adaptor *adaptor;
};

static u32 nicbond_test_read(struct kunit *test, u32 reg)
{
	struct nicbond_registers_test *t = test->priv;

	return t->adaptor->ops->reg_read(t->adaptor, reg);
}

static int nicbond_test_write(struct kunit *test, u32 reg, u32 value)
{
	struct nicbond_registers_test *t = test->priv;

	return t->adaptor->ops->reg_write(t->adaptor, reg, value);
}

static int nicbond_registers_test_init(struct kunit *test)
{
	struct nicbond_registers_test *t;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	t->port = kunit_kzalloc(test, sizeof(*t->port), GFP_KERNEL);
	if (!t->port)
		return -ENOMEM;
	t->port->_tx = kunit_kzalloc(test, sizeof(*t->port->_tx), GFP_KERNEL);
	if (!t->port->_tx)
		return -ENOMEM;
	t->port->num_tx_queues = 1;
	t->adaptor = nicbond_software_ops.create(t->port, SLOT);
	if (IS_ERR(t->adaptor))
		return PTR_ERR(t->adaptor);
	test->priv = t;

	return 0;
}

static void nicbond_registers_test_exit(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;

	if (t)
		t->adaptor->ops->destroy(t->adaptor);
}

/* Every register that the host writes reads as the map says, the table its own. */
static void nicbond_test_expect_reset(struct kunit *test)
{
	const struct nicbond_map_register *row;
	unsigned int i;

	for (row = nicbond_map_registers; row->name; row++)
		for (i = 0; row->access == NICBOND_RW && i < row->count; i++)
			KUNIT_EXPECT_EQ_MSG(test,
					    nicbond_test_read(test, row->reg + 4 * i),
					    row->reset, "%s[%u]", row->name, i);

	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ID),
			NICBOND_RESET_ID | SLOT);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_CAPS),
			NICBOND_RESET_CAPS);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_MOVING), 0);
	for (i = 0; i < NICBOND_BUCKETS_MAX / NICBOND_TABLE_PER_REG; i++)
		KUNIT_EXPECT_EQ(test,
				nicbond_test_read(test, NICBOND_REG_TABLE(i)),
				4 * i < NICBOND_RESET_TABLE_SIZE ? 0x05050505 : 0);
}

/* A value that the map allows @row's registers, and that is not their reset value. */
static u32 nicbond_test_other(const struct nicbond_map_register *row)
{
	const struct nicbond_map_field *field;
	const struct nicbond_map_value *value;
	const struct nicbond_map_range *range;
	u32 known = 0;

	for (value = nicbond_map_values; value->name; value++)
		if (value->reg == row->reg && value->number != row->reset)
			return value->number;
	for (range = nicbond_map_ranges; range->unit; range++)
		if (range->reg == row->reg)
			return range->most != row->reset ? range->most :
							   range->least;
	for (field = nicbond_map_fields; field->name; field++)
		if (field->reg == row->reg)
			known |= field->mask;

	return known ?: row->reset + 7;
}

/* Write each register that keeps what is written. */
static void nicbond_test_write_all(struct kunit *test)
{
	const struct nicbond_map_register *row;
	unsigned int i;
	u32 reg, value;

	/* A role needs an epoch. */
	KUNIT_ASSERT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 7), 0);
	for (row = nicbond_map_registers; row->name; row++) {
		if (row->access == NICBOND_RO || row->reg == NICBOND_REG_CTRL)
			continue;
		value = nicbond_test_other(row);
		KUNIT_EXPECT_NE_MSG(test, value, row->reset, "%s", row->name);
		for (i = 0; i < row->count; i++) {
			reg = row->reg + 4 * i;
			KUNIT_EXPECT_EQ_MSG(test,
					    nicbond_test_write(test, reg, value),
					    0, "%s[%u]", row->name, i);
			KUNIT_EXPECT_EQ_MSG(test, nicbond_test_read(test, reg),
					    value, "%s[%u]", row->name, i);
		}
	}
}

/* What no register shows, but others told, or the host gave. */
static void nicbond_test_teach(struct kunit *test)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, SLOT) };
	struct sock_fprog_kern filter = { .len = 1, .filter = code };
	struct nicbond_registers_test *t = test->priv;
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_LOAD, .epoch = 7,
		.load = 1, .inflight = 1000, .speed = 100,
	};
	struct bpf_prog *prog;

	nicbond_software_of(t->adaptor)->primary = SLOT;
	for (message.from = 0; message.from < NICBOND_SLOTS; message.from++)
		t->adaptor->ops->message(t->adaptor, &message);
	KUNIT_ASSERT_EQ(test, bpf_prog_create(&prog, &filter), 0);
	/* Classic programs are not counted; from here on this one is. */
	atomic64_set(&prog->aux->refcnt, 1);
	t->adaptor->ops->program(t->adaptor, prog);
	bpf_prog_put(prog);
}

static void nicbond_test_expect_forgotten(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;
	struct nicbond_software *sw = nicbond_software_of(t->adaptor);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sw->primary, NICBOND_SLOTS);
	KUNIT_EXPECT_EQ(test, sw->load.up, 0);
	KUNIT_EXPECT_EQ(test, sw->load.eligible, 0);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(sw->flowlets));
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(sw->program));
	for (i = 0; i < NICBOND_SLOTS; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_read(test,
							NICBOND_REG_PEER_LOAD(i)),
				NICBOND_RESET_PEER_LOAD);
		KUNIT_EXPECT_EQ(test, sw->load.peer[i].wait, 0);
		KUNIT_EXPECT_EQ(test, sw->load.speed[i], 0);
	}
}

static void nicbond_registers_test_reset(struct kunit *test)
{
	nicbond_test_expect_reset(test);
	nicbond_test_write_all(test);
	nicbond_test_teach(test);

	/* No command does nothing. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_CTRL, 0), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_FENCE), 7);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_CTRL,
						 NICBOND_CTRL_RESET), 0);
	nicbond_test_expect_reset(test);
	nicbond_test_expect_forgotten(test);
	/* An epoch from before the reset would not be refused now, nor would a role. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 1), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), 0);
}

/* The map itself: in order, no two in one place, all within the file. */
static void nicbond_registers_test_map(struct kunit *test)
{
	const struct nicbond_map_register *row, *found;
	unsigned int index;
	u32 end = 0;

	for (row = nicbond_map_registers; row->name; row++) {
		KUNIT_EXPECT_GE_MSG(test, row->reg, end, "%s", row->name);
		end = row->reg + 4 * row->count;
		found = nicbond_map_find(end - 4, &index);
		KUNIT_EXPECT_PTR_EQ(test, found, row);
		KUNIT_EXPECT_EQ(test, index, row->count - 1);
	}
	KUNIT_EXPECT_EQ(test, end, NICBOND_REGISTERS_SIZE);
}

static void nicbond_registers_test_status(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;

	set_bit(__LINK_STATE_NOCARRIER, &t->port->state);
	t->port->operstate = IF_OPER_DOWN;
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_REACH);
	set_bit(__LINK_STATE_START, &t->port->state);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_REACH | NICBOND_STATUS_RUNNING);
	clear_bit(__LINK_STATE_NOCARRIER, &t->port->state);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_REACH | NICBOND_STATUS_RUNNING |
			NICBOND_STATUS_CARRIER);
	t->port->operstate = IF_OPER_UP;
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_LIVE);
}

/* What no row names is no register; what the host may not write it cannot. */
static void nicbond_registers_test_access(struct kunit *test)
{
	const struct nicbond_map_register *row;
	unsigned int index;
	u32 reg, before;

	for (reg = 0; reg < NICBOND_REGISTERS_SIZE + 64; reg++) {
		row = nicbond_map_find(reg, &index);
		if (!row) {
			KUNIT_EXPECT_EQ(test, nicbond_test_write(test, reg, 0),
					-ENOENT);
			KUNIT_EXPECT_EQ(test, nicbond_test_read(test, reg), 0);
		} else if (row->access == NICBOND_RO &&
			   row->reg != NICBOND_REG_HEARTBEAT) {
			before = nicbond_test_read(test, reg);
			KUNIT_EXPECT_EQ(test, nicbond_test_write(test, reg, ~before),
					-EROFS);
			KUNIT_EXPECT_EQ(test, nicbond_test_read(test, reg),
					before);
		}
	}
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, U32_MAX, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_HEARTBEAT, 0),
			-EROFS);
}

static void nicbond_test_refused(struct kunit *test, u32 reg, u32 value)
{
	u32 before = nicbond_test_read(test, reg);

	KUNIT_EXPECT_EQ_MSG(test, nicbond_test_write(test, reg, value), -EINVAL,
			    "register %#x, value %#x", reg, value);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, reg), before);
}

/* Each reserved bit of each register with fields, of the first and the last. */
static void nicbond_registers_test_reserved(struct kunit *test)
{
	const struct nicbond_map_register *row;
	const struct nicbond_map_field *field;
	unsigned int bit, checked = 0;
	u32 known;

	for (row = nicbond_map_registers; row->name; row++) {
		known = 0;
		for (field = nicbond_map_fields; field->name; field++)
			if (field->reg == row->reg)
				known |= field->mask;
		if (!known || row->access == NICBOND_RO)
			continue;
		for (bit = 0; bit < 32; bit++) {
			if (known & BIT(bit))
				continue;
			nicbond_test_refused(test, row->reg, BIT(bit));
			nicbond_test_refused(test, row->reg + 4 * row->count - 4,
					     known | BIT(bit));
			checked++;
		}
	}
	KUNIT_EXPECT_GT(test, checked, 40);
}

static void nicbond_registers_test_ranges(struct kunit *test)
{
	u32 peer = NICBOND_PEER_PRESENT | FIELD_PREP(NICBOND_PEER_WEIGHT, 9);
	const struct nicbond_map_range *range;

	for (range = nicbond_map_ranges; range->unit; range++) {
		if (range->least)
			nicbond_test_refused(test, range->reg, range->least - 1);
		nicbond_test_refused(test, range->reg, range->most + 1);
		nicbond_test_refused(test, range->reg, U32_MAX);
		KUNIT_EXPECT_EQ(test, nicbond_test_write(test, range->reg,
							 range->most), 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_read(test, range->reg),
				range->most);
		KUNIT_EXPECT_EQ(test, nicbond_test_write(test, range->reg,
							 range->least), 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_read(test, range->reg),
				range->least);
	}
	nicbond_test_refused(test, NICBOND_REG_TABLE_SIZE, 192);
	nicbond_test_refused(test, NICBOND_REG_ROLE, NICBOND_ROLE_PRIMARY + 1);
	nicbond_test_refused(test, NICBOND_REG_SELECTOR, U32_MAX);
	nicbond_test_refused(test, NICBOND_REG_HASH_FIELDS, 0);
	/* An address has 48 bits; of a target that is not there, nothing is known. */
	nicbond_test_refused(test, NICBOND_REG_ADDRESS(1), U16_MAX + 1);
	nicbond_test_refused(test, NICBOND_REG_OWN_ADDRESS(1), U32_MAX);
	nicbond_test_refused(test, NICBOND_REG_PROBE_KIND(0), NICBOND_PROBE_KIND_IPV6);

	/* Up, or with a weight, without being there. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(1), peer),
			0);
	nicbond_test_refused(test, NICBOND_REG_PEER(1), NICBOND_PEER_UP);
	nicbond_test_refused(test, NICBOND_REG_PEER(1), peer ^ NICBOND_PEER_PRESENT);
}

/* What the case has added to counter @i, and, of HANDED_OVER, to what it is beside. */
static u32 nicbond_test_count(int i)
{
	if (i >= NICBOND_COUNTER_MAX)
		return 0;

	return 3 + i + (i == NICBOND_COUNTER_HANDED_OVER ? 3 + NICBOND_COUNTER_SELECTED : 0);
}

/* Each counter is where the map says, and there is nothing behind them. */
static void nicbond_registers_test_counters(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;
	struct nicbond_software *sw = nicbond_software_of(t->adaptor);
	int i;

	local_bh_disable();
	for (i = 0; i < NICBOND_COUNTER_MAX; i++)
		nicbond_counters_add(sw->counters, i, 3 + i);
	local_bh_enable();
	for (i = 0; i < NICBOND_COUNTERS_MAX; i++) {
		/* The sum of those by slot. */
		if (i == NICBOND_COUNTER_FORWARDED)
			continue;
		KUNIT_EXPECT_EQ(test,
				nicbond_test_read(test, NICBOND_REG_COUNTER_LOW(i)),
				nicbond_test_count(i));
		KUNIT_EXPECT_EQ(test,
				nicbond_test_read(test, NICBOND_REG_COUNTER_HIGH(i)),
				0);
	}
}

static void nicbond_registers_test_epoch(struct kunit *test)
{
	u32 stale = NICBOND_REG_COUNTER_LOW(NICBOND_COUNTER_STALE_WRITES);

	/* No promotion without an epoch for it. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), -ESTALE);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 7), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ROLE),
			NICBOND_ROLE_PRIMARY);

	/* Demoted in epoch 8, it cannot be promoted in that epoch again. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 8), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_SECONDARY), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), -ESTALE);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ROLE),
			NICBOND_ROLE_SECONDARY);

	/* Time does not go back, but it may wrap. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 7),
			-ESTALE);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_EPOCH), 8);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH,
						 0x7fffffff), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH,
						 0xf0000000), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 3), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, stale), 3);
}

/* A fence: older roles are refused, a primary of an older epoch steps down. */
static void nicbond_registers_test_fence(struct kunit *test)
{
	u32 stale = NICBOND_REG_COUNTER_LOW(NICBOND_COUNTER_STALE_WRITES);

	nicbond_test_write(test, NICBOND_REG_EPOCH, 5);
	nicbond_test_write(test, NICBOND_REG_ROLE, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_FENCE, 5), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ROLE),
			NICBOND_ROLE_PRIMARY);

	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_FENCE, 6), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ROLE),
			NICBOND_ROLE_SECONDARY);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_EPOCH), 6);

	/* In the epoch of the fence there is a primary already. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), -ESTALE);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_FENCE, 5),
			-ESTALE);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_FENCE), 6);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 7), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, stale), 2);
}

static void nicbond_registers_test_peer_makes_table(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;
	u32 up = NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
		 FIELD_PREP(NICBOND_PEER_WEIGHT, 1);
	static const u32 sizes[] = { 64, 4096, 1024, 256 };
	int i;

	/* To plan is the primary's. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(SLOT),
						 up), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(9), up),
			0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor, SLOT), 256);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_MOVING), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_FLOWLET_GAP,
						 NICBOND_FLOWLET_GAP_MAX), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_EPOCH, 1), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE,
						 NICBOND_ROLE_PRIMARY), 0);
	/* No sweep, however long a slow machine takes. */
	cancel_delayed_work_sync(&nicbond_software_of(t->adaptor)->sweep);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor, SLOT), 256);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_MOVING), 128);

	/* No gap: nothing waits. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_FLOWLET_GAP,
						 0), 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_write(test,
							 NICBOND_REG_TABLE_SIZE,
							 sizes[i]), 0);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor, SLOT),
				sizes[i] / 2);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor, 9),
				sizes[i] / 2);
		KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_MOVING),
				0);
	}
}

static void nicbond_registers_test_heartbeat(struct kunit *test)
{
	u32 first = nicbond_test_read(test, NICBOND_REG_HEARTBEAT);
	int i;

	for (i = 0; i < 600 &&
	     nicbond_test_read(test, NICBOND_REG_HEARTBEAT) - first < 2; i++)
		schedule_timeout_uninterruptible(HZ / 10);
	KUNIT_EXPECT_GE(test, nicbond_test_read(test, NICBOND_REG_HEARTBEAT) -
			first, 2);
}

static struct kunit_case nicbond_registers_test_cases[] = {
	KUNIT_CASE(nicbond_registers_test_reset),
	KUNIT_CASE(nicbond_registers_test_map),
	KUNIT_CASE(nicbond_registers_test_status),
	KUNIT_CASE(nicbond_registers_test_access),
	KUNIT_CASE(nicbond_registers_test_reserved),
	KUNIT_CASE(nicbond_registers_test_ranges),
	KUNIT_CASE(nicbond_registers_test_counters),
	KUNIT_CASE(nicbond_registers_test_epoch),
	KUNIT_CASE(nicbond_registers_test_fence),
	KUNIT_CASE(nicbond_registers_test_peer_makes_table),
	KUNIT_CASE(nicbond_registers_test_heartbeat),
	{}
};

static struct kunit_suite nicbond_registers_suite = {
	.name = "nicbond_registers",
	.init = nicbond_registers_test_init,
	.exit = nicbond_registers_test_exit,
	.test_cases = nicbond_registers_test_cases,
};

kunit_test_suite(nicbond_registers_suite);
