// SPDX-License-Identifier: GPL-2.0
/* A flow's packets go one way where an adaptor dies, and where the role moves. */
#include "fleet.h"
#include "../fw/clock.h"

#include <kunit/static_stub.h>

#define GAP	NICBOND_FLOWLET_GAP_MAX
#define FLOWS	800
#define A	0		/* the primary */
#define B	2		/* who dies; who is primary next */

/* The case's own time. */
static u32 nicbond_order_now;

static u32 nicbond_order_clock(void)
{
	return nicbond_order_now;
}

/* So that nobody's buckets lie side by side. */
static void nicbond_order_mix(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 10 * FLEET; i++) {
		nicbond_fleet_write_all(test, NICBOND_REG_PEER(i % FLEET), 0);
		nicbond_fleet_set_peer(test, i % FLEET, true);
	}
}

static int nicbond_order_test_init(struct kunit *test)
{
	int err = nicbond_fleet_init(test);

	if (err)
		return err;
	nicbond_order_now = 1;
	kunit_activate_static_stub(test, nicbond_clock_us, nicbond_order_clock);
	nicbond_fleet_promote(test, A, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_order_mix(test);
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLET_GAP, GAP);
	nicbond_fleet_write_all(test, NICBOND_REG_MOVE_DEADLINE, 0);
	nicbond_fleet_write_all(test, NICBOND_REG_LOAD_INTERVAL,
				NICBOND_LOAD_INTERVAL_MAX);

	return 0;
}

/* Who transmits a packet of flow @n that adaptor @i is handed. */
static unsigned int nicbond_order_by(struct kunit *test, unsigned int i, u32 n)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int by;

	nicbond_fleet_forget(test);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, i, n), 0);
	KUNIT_ASSERT_EQ(test, nicbond_fleet_sent(test), 1);
	for (by = 0; !fleet->transmitted[by]; by++)
		;

	return by;
}

/* A sweep would run by another clock. */
static void nicbond_order_no_sweep(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i;

	for (i = 0; i < FLEET; i++)
		cancel_delayed_work_sync(&nicbond_software_of(fleet->adaptor[i])->sweep);
}

/* Note who transmitted which flow; false if that goes on another way than before. */
static void nicbond_order_note(struct kunit *test, u8 *by)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int i, k;
	u32 n;

	for (i = 0; i < FLEET; i++)
		for (k = 0; k < fleet->transmitted[i]; k++) {
			n = fleet->log[i][k];
			KUNIT_EXPECT_TRUE(test, by[n] == FLEET || by[n] == i);
			by[n] = i;
		}
}

static void nicbond_order_empty(struct kunit *test, unsigned int slot)
{
	while (nicbond_fleet_read(test, A, NICBOND_REG_CHANNEL_PENDING(slot)))
		nicbond_fleet_drain(test, A, slot);
}

enum nicbond_order_told { NOT_TOLD, TOLD_AFTER, TOLD_BEFORE };

/*
 * B dies with packets of many flows in its ring; the host is @told before they go on,
 * or after, or not yet. Each flow goes on where those packets went.
 */
static void nicbond_order_death(struct kunit *test, u32 selector,
				enum nicbond_order_told told)
{
	struct nicbond_fleet *fleet = test->priv;
	u8 by[FLOWS];
	u32 n;

	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR, selector);
	nicbond_fleet_write_all(test, NICBOND_REG_CHANNEL_MODE,
				NICBOND_CHANNEL_MODE_RING);
	fleet->drains = false;
	for (n = 0; n < FLOWS; n++)
		nicbond_fleet_handover(test, A, n);
	nicbond_order_empty(test, 1);
	nicbond_order_empty(test, 3);
	KUNIT_ASSERT_GT(test, nicbond_fleet_read(test, A,
						 NICBOND_REG_CHANNEL_PENDING(B)),
			FLOWS / FLEET / 2);

	nicbond_fleet_forget(test);
	nicbond_fleet_cut(test, B, true);
	if (told != TOLD_BEFORE)
		nicbond_order_empty(test, B);
	fleet->drains = true;
	if (told != NOT_TOLD)
		nicbond_fleet_set_peer(test, B, false);
	nicbond_order_no_sweep(test);
	memset(by, FLEET, sizeof(by));
	nicbond_order_note(test, by);
	KUNIT_EXPECT_EQ(test, fleet->transmitted[B], 0);
	/* Nobody else called the host: all that was for B waited in its ring. */
	KUNIT_EXPECT_GT(test, fleet->attention, 0);

	nicbond_fleet_write_all(test, NICBOND_REG_CHANNEL_MODE,
				NICBOND_CHANNEL_MODE_DIRECT);
	for (n = 0; n < FLOWS; n++)
		if (by[n] != FLEET)
			KUNIT_EXPECT_EQ(test, nicbond_order_by(test, A, n), by[n]);
}

static void nicbond_order_test_hash(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_DST_HASH, NOT_TOLD);
}

static void nicbond_order_test_hash_after(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_DST_HASH, TOLD_AFTER);
}

static void nicbond_order_test_hash_before(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_DST_HASH, TOLD_BEFORE);
}

static void nicbond_order_test_load(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_LOAD, NOT_TOLD);
}

static void nicbond_order_test_load_after(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_LOAD, TOLD_AFTER);
}

static void nicbond_order_test_load_before(struct kunit *test)
{
	nicbond_order_death(test, NICBOND_SELECTOR_LOAD, TOLD_BEFORE);
}

/* All flows send, after a pause each, to one primary and the other: as in @by. */
static void nicbond_order_overlap(struct kunit *test, const u8 *by)
{
	u32 n;

	for (n = 0; n < FLOWS; n++) {
		nicbond_order_now += 2 * GAP;
		KUNIT_EXPECT_EQ(test, nicbond_order_by(test, n % 2 ? A : B, n),
				by[n]);
		nicbond_order_now += 2 * GAP;
		KUNIT_EXPECT_EQ(test, nicbond_order_by(test, n % 2 ? B : A, n),
				by[n]);
	}
}

/* The role goes from A to B; no packet is handed to A once the fence is up. */
static void nicbond_order_fence(struct kunit *test)
{
	nicbond_fleet_write(test, A, NICBOND_REG_ROLE, NICBOND_ROLE_SECONDARY);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	nicbond_order_no_sweep(test);
}

/* Buckets have still to move to an adaptor that came back: not while two decide. */
static void nicbond_order_test_buckets(struct kunit *test)
{
	u8 by[FLOWS];
	u32 n, moved = 0;

	nicbond_fleet_set_peer(test, 3, false);
	nicbond_fleet_set_peer(test, 3, true);
	nicbond_order_no_sweep(test);
	for (n = 0; n < FLOWS; n++)
		by[n] = nicbond_order_by(test, A, n);
	KUNIT_ASSERT_GT(test, nicbond_fleet_read(test, A, NICBOND_REG_MOVING), 0);

	nicbond_fleet_promote(test, B, 2);
	nicbond_order_no_sweep(test);
	nicbond_order_overlap(test, by);
	nicbond_order_fence(test);

	/* Whoever sent last, it may have been just now. */
	nicbond_order_now += GAP;
	for (n = 0; n < FLOWS; n++)
		KUNIT_EXPECT_EQ(test, nicbond_order_by(test, B, n), by[n]);
	nicbond_order_now += GAP + 1;
	for (n = 0; n < FLOWS; n++)
		moved += nicbond_order_by(test, B, n) != by[n];
	KUNIT_EXPECT_GT(test, moved, 0);
}

/* Likewise flows; those that begin meanwhile go one way, too. */
static void nicbond_order_test_flows(struct kunit *test)
{
	u8 by[FLOWS];
	u32 n, moved = 0;

	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR, NICBOND_SELECTOR_LOAD);
	for (n = 0; n < FLOWS / 2; n++)
		by[n] = nicbond_order_by(test, A, n);
	nicbond_fleet_promote(test, B, 2);
	for (; n < FLOWS; n++)
		by[n] = nicbond_order_by(test, A, n);
	nicbond_order_overlap(test, by);
	nicbond_order_fence(test);

	nicbond_order_now += GAP;
	for (n = 0; n < FLOWS; n++)
		KUNIT_EXPECT_EQ(test, nicbond_order_by(test, B, n), by[n]);
	nicbond_order_now += 2 * GAP;
	for (n = 0; n < FLOWS; n++)
		moved += nicbond_order_by(test, B, n) != by[n];
	KUNIT_EXPECT_GT(test, moved, 0);
}

/* Flows that begin at the old primary alone: to the new one they are not new either. */
static void nicbond_order_test_begun(struct kunit *test)
{
	u8 by[FLOWS];
	u32 n;

	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR, NICBOND_SELECTOR_LOAD);
	nicbond_fleet_promote(test, B, 2);
	for (n = 0; n < FLOWS; n++)
		by[n] = nicbond_order_by(test, A, n);
	nicbond_order_fence(test);
	nicbond_order_now += GAP;
	for (n = 0; n < FLOWS; n++)
		KUNIT_EXPECT_EQ(test, nicbond_order_by(test, B, n), by[n]);
}

static struct kunit_case nicbond_order_test_cases[] = {
	KUNIT_CASE(nicbond_order_test_hash),
	KUNIT_CASE(nicbond_order_test_hash_after),
	KUNIT_CASE(nicbond_order_test_hash_before),
	KUNIT_CASE(nicbond_order_test_load),
	KUNIT_CASE(nicbond_order_test_load_after),
	KUNIT_CASE(nicbond_order_test_load_before),
	KUNIT_CASE(nicbond_order_test_buckets),
	KUNIT_CASE(nicbond_order_test_flows),
	KUNIT_CASE(nicbond_order_test_begun),
	{}
};

static struct kunit_suite nicbond_order_suite = {
	.name = "nicbond_order",
	.init = nicbond_order_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_order_test_cases,
};

kunit_test_suite(nicbond_order_suite);
