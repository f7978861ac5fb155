// SPDX-License-Identifier: GPL-2.0
/* The register file: resets, access, ranges, epochs. */
#include "../fw/adaptor.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/err.h>

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
	t->adaptor = nicbond_software_create(t->port, SLOT);
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

static void nicbond_registers_test_reset(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ID),
			NICBOND_ID_MARK | SLOT);
	KUNIT_EXPECT_EQ(test, FIELD_GET(NICBOND_CAPS_BUCKETS,
					nicbond_test_read(test, NICBOND_REG_CAPS)),
			NICBOND_BUCKETS);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_ROLE),
			NICBOND_ROLE_SECONDARY);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_EPOCH), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_SELECTOR),
			NICBOND_SELECTOR_DST_HASH);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_PEER(63)), 0);
	/* All buckets are its own. */
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_TABLE(0)),
			0x05050505);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_TABLE(63)),
			0x05050505);
}

static void nicbond_registers_test_status(struct kunit *test)
{
	struct nicbond_registers_test *t = test->priv;

	set_bit(__LINK_STATE_NOCARRIER, &t->port->state);
	t->port->operstate = IF_OPER_DOWN;
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS), 0);
	set_bit(__LINK_STATE_START, &t->port->state);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_RUNNING);
	clear_bit(__LINK_STATE_NOCARRIER, &t->port->state);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_RUNNING | NICBOND_STATUS_CARRIER);
	t->port->operstate = IF_OPER_UP;
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_STATUS),
			NICBOND_STATUS_LIVE);
}

static void nicbond_registers_test_access(struct kunit *test)
{
	static const u32 read_only[] = {
		NICBOND_REG_ID, NICBOND_REG_CAPS, NICBOND_REG_STATUS,
		NICBOND_REG_HEARTBEAT, NICBOND_REG_COUNTER_LOW(0),
		NICBOND_REG_COUNTER_HIGH(NICBOND_COUNTER_MAX - 1),
		NICBOND_REG_TABLE(0), NICBOND_REG_TABLE(63),
	};
	static const u32 none[] = { 1, 2, 3, 0x30, 0x1001, NICBOND_REGISTERS_SIZE,
				    NICBOND_REG_PEER(0) + 2, U32_MAX };
	int i;

	for (i = 0; i < ARRAY_SIZE(read_only); i++)
		KUNIT_EXPECT_EQ(test, nicbond_test_write(test, read_only[i], 0),
				-EROFS);
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_write(test, none[i], 0),
				-ENOENT);
		KUNIT_EXPECT_EQ(test, nicbond_test_read(test, none[i]), 0);
	}
	/* The key is written, never read. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_HASH_KEY(3),
						 0x12345678), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_HASH_KEY(3)),
			0);
}

static void nicbond_registers_test_ranges(struct kunit *test)
{
	u32 peer = NICBOND_PEER_PRESENT | FIELD_PREP(NICBOND_PEER_WEIGHT, 9);

	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_ROLE, 2),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_SELECTOR,
						 NICBOND_SELECTORS), -EINVAL);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(1), peer),
			0);
	/* Reserved bits, and up without being present. */
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(1), 4),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(1),
						 BIT(16) | peer), -EINVAL);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(1),
						 NICBOND_PEER_UP), -EINVAL);
	KUNIT_EXPECT_EQ(test, nicbond_test_read(test, NICBOND_REG_PEER(1)), peer);
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

static void nicbond_registers_test_peer_makes_table(struct kunit *test)
{
	u32 up = NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
		 FIELD_PREP(NICBOND_PEER_WEIGHT, 1);
	unsigned int i, own = 0;
	u32 value;

	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(SLOT),
						 up), 0);
	KUNIT_EXPECT_EQ(test, nicbond_test_write(test, NICBOND_REG_PEER(9), up),
			0);
	for (i = 0; i < NICBOND_BUCKETS; i++) {
		value = nicbond_test_read(test, NICBOND_REG_TABLE(i / 4));
		own += ((value >> (i % 4 * 8)) & 0xff) == SLOT;
	}
	KUNIT_EXPECT_EQ(test, own, NICBOND_BUCKETS / 2);
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
	KUNIT_CASE(nicbond_registers_test_status),
	KUNIT_CASE(nicbond_registers_test_access),
	KUNIT_CASE(nicbond_registers_test_ranges),
	KUNIT_CASE(nicbond_registers_test_epoch),
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
