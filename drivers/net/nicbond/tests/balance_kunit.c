// SPDX-License-Identifier: GPL-2.0
/* The load selector among adaptors: flows stay, are level, fail over, are handed on. */
#include "fleet.h"
#include "../fw/balance.h"

#include <linux/delay.h>
#include <linux/jiffies.h>

#define GAP	1000		/* us */
#define FLOWS	50

static int nicbond_balance_test_init(struct kunit *test)
{
	int err = nicbond_fleet_init(test);
	struct nicbond_fleet *fleet;

	if (err)
		return err;
	fleet = test->priv;
	nicbond_fleet_stop_clock(test, 1);
	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	/* Whatever an old primary sent is past. */
	fleet->now += 2 * GAP;
	/* No reports but those of the case. */
	nicbond_fleet_write_all(test, NICBOND_REG_LOAD_INTERVAL,
				NICBOND_LOAD_INTERVAL_MAX);
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLET_GAP, GAP);
	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR,
				NICBOND_SELECTOR_LOAD);

	return 0;
}

/* Each flow sends a packet, which is noted in @by: who transmitted it. */
static void nicbond_test_round(struct kunit *test, unsigned int primary, u8 *by)
{
	struct nicbond_fleet *fleet = test->priv;
	unsigned int n, i, before[FLEET];

	for (n = 0; n < FLOWS; n++) {
		memcpy(before, fleet->transmitted, sizeof(before));
		KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, primary, n), 0);
		fleet->now++;
		for (i = 0; i < FLEET; i++)
			if (fleet->transmitted[i] != before[i])
				by[n] = i;
	}
}

static void nicbond_balance_test_stays(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	u8 first[FLOWS], by[FLOWS];
	unsigned int i, round;

	nicbond_test_round(test, 0, first);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_GE(test, fleet->transmitted[i], FLOWS / FLEET - 1);
	for (round = 0; round < 20; round++) {
		fleet->now += GAP - FLOWS;
		nicbond_test_round(test, 0, by);
		KUNIT_EXPECT_MEMEQ(test, by, first, FLOWS);
	}
	EXPECT_COUNTER(test, 0, FLOWS_MOVED, 0);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 21 * FLOWS);
}

/* One flow sends more than all others: they make room for it. */
static void nicbond_balance_test_elephant(struct kunit *test)
{
	const int mean = 200 * (FLOWS + 15) / FLEET;
	struct nicbond_fleet *fleet = test->priv;
	unsigned int round, i;
	u8 by[FLOWS];

	for (round = 0; round < 200; round++) {
		nicbond_test_round(test, 0, by);
		for (i = 0; i < 15; i++)
			nicbond_fleet_handover(test, 0, 7);
		fleet->now += 2 * GAP;
	}
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_LE(test, abs((int)fleet->transmitted[i] - mean),
				mean / 20);
	KUNIT_EXPECT_GT(test, FLEET_COUNTER(test, 0, FLOWS_MOVED), 0);
}

/* Its flows leave a dead one, at once and for good; no other's do. */
static void nicbond_balance_test_dead(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	u8 first[FLOWS], then[FLOWS], by[FLOWS];
	unsigned int n, moved = 0;

	nicbond_test_round(test, 0, first);
	nicbond_fleet_cut(test, 2, true);
	nicbond_test_round(test, 0, then);
	for (n = 0; n < FLOWS; n++) {
		KUNIT_EXPECT_NE(test, then[n], 2);
		if (first[n] != 2)
			KUNIT_EXPECT_EQ(test, then[n], first[n]);
		else
			moved++;
	}
	EXPECT_COUNTER(test, 0, RESTEERED, moved);
	KUNIT_EXPECT_EQ(test, fleet->attention, moved);

	/* It returns: nothing comes back without a pause. */
	nicbond_fleet_cut(test, 2, false);
	nicbond_test_round(test, 0, by);
	KUNIT_EXPECT_MEMEQ(test, by, then, FLOWS);
	fleet->now += 2 * GAP;
	nicbond_test_round(test, 0, by);
	KUNIT_EXPECT_NE(test, memcmp(by, then, FLOWS), 0);
}

/* A new primary knows by whom the flows are sent. */
static void nicbond_balance_test_handed_on(struct kunit *test)
{
	u8 first[FLOWS], by[FLOWS];

	nicbond_test_round(test, 0, first);
	nicbond_fleet_promote(test, 3, 2);
	nicbond_fleet_write(test, 0, NICBOND_REG_ROLE, NICBOND_ROLE_SECONDARY);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 2);
	nicbond_test_round(test, 3, by);
	KUNIT_EXPECT_MEMEQ(test, by, first, FLOWS);
	EXPECT_COUNTER(test, 3, FLOWS_MOVED, 0);
}

static void nicbond_balance_test_all_dead(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < FLEET; i++)
		nicbond_fleet_cut(test, i, true);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_LT(test, nicbond_fleet_handover(test, 0, i), 0);
	EXPECT_COUNTER(test, 0, DROP_NO_LIVE, 10);
}

/* A change of selector or of size, to and fro, loses nothing. */
static void nicbond_balance_test_changes(struct kunit *test)
{
	u8 by[FLOWS];

	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLETS, 64);
	nicbond_test_round(test, 0, by);
	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR,
				NICBOND_SELECTOR_DST_HASH);
	nicbond_test_round(test, 0, by);
	nicbond_fleet_write_all(test, NICBOND_REG_FLOWLETS, 65536);
	nicbond_fleet_write_all(test, NICBOND_REG_SELECTOR,
				NICBOND_SELECTOR_LOAD);
	nicbond_test_round(test, 0, by);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 3 * FLOWS);
}

/* What an adaptor reports, the primary has in PEER_LOAD. */
static void nicbond_balance_test_reports(struct kunit *test)
{
	struct nicbond_message message = {
		.kind = NICBOND_MESSAGE_LOAD, .from = 2, .epoch = 1,
		.load = 4321, .speed = 100,
	};
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_adaptor *primary = fleet->adaptor[0];

	primary->ops->message(primary, &message);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, 0,
						 NICBOND_REG_PEER_LOAD(2)), 4321);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, 1,
						 NICBOND_REG_PEER_LOAD(2)), 0);
	/* From whatever epoch: who was not told of a newer one is loaded all the same. */
	message.epoch = 0;
	message.load = 1;
	primary->ops->message(primary, &message);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_read(test, 0,
						 NICBOND_REG_PEER_LOAD(2)), 1);
	EXPECT_COUNTER(test, 0, STALE_MESSAGES, 0);
}

/* A new primary knows their speeds at once, not after a whole interval. */
static void nicbond_balance_test_speeds(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[3]);
	/* Half the interval. */
	unsigned long end = jiffies + 5 * HZ;
	unsigned int i;
	u32 speed;

	for (i = 0; i < 3; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_SPEED, 100 << i);
	nicbond_fleet_promote(test, 3, 2);
	for (i = 0; i < 3; i++) {
		while (!READ_ONCE(sw->load.speed[i]) && time_before(jiffies, end))
			msleep(20);
		speed = READ_ONCE(sw->load.speed[i]);
		KUNIT_EXPECT_EQ(test, speed, 100 << i);
	}
}

/* Is adaptor 1 to measure next in @ms? Whether or not it did meanwhile. */
static void nicbond_test_expect_pace(struct kunit *test, unsigned int ms,
				     unsigned long since)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[1]);
	unsigned long due = READ_ONCE(sw->report.timer.expires);

	KUNIT_EXPECT_TRUE(test, time_after_eq(due, since + msecs_to_jiffies(ms)));
	KUNIT_EXPECT_TRUE(test, time_before_eq(due, jiffies + msecs_to_jiffies(ms)));
}

/* LOAD_INTERVAL is from one report to the next, also when it has just changed. */
static void nicbond_balance_test_pace(struct kunit *test)
{
	static const unsigned int intervals[] = { 5000, 300, 10000, 700 };
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[1]);
	unsigned long since;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(intervals); i++) {
		since = jiffies;
		nicbond_fleet_write(test, 1, NICBOND_REG_LOAD_INTERVAL,
				    intervals[i]);
		nicbond_test_expect_pace(test, intervals[i], since);
		cancel_delayed_work_sync(&sw->report);
		since = jiffies;
		nicbond_balance_measure(&sw->report.work);
		nicbond_test_expect_pace(test, intervals[i], since);
	}
	/* Nobody wants reports: its own pace. */
	since = jiffies;
	nicbond_fleet_write(test, 1, NICBOND_REG_SELECTOR,
			    NICBOND_SELECTOR_DST_HASH);
	nicbond_test_expect_pace(test, 100, since);
}

/* Each measure is a report to the primary, of the time since the last one. */
static void nicbond_balance_test_measure(struct kunit *test)
{
	struct nicbond_fleet *fleet = test->priv;
	struct nicbond_software *sw = nicbond_software_of(fleet->adaptor[1]);
	u32 load, last = 0;
	unsigned int i;

	nicbond_fleet_write(test, 1, NICBOND_REG_SPEED, 10);
	cancel_delayed_work_sync(&sw->report);
	sw->meter.stamp = fleet->now;
	for (i = 1; i <= 4; i++) {
		nicbond_fleet_stream(test, 1, 100);
		fleet->now += 10000;
		nicbond_balance_measure(&sw->report.work);
		/* Of 12500 bytes, smoothed. */
		load = nicbond_fleet_read(test, 0, NICBOND_REG_PEER_LOAD(1));
		KUNIT_EXPECT_EQ(test, load,
				last - last / 4 +
				(u32)(6000ULL * NICBOND_LOAD_FULL / 12500) / 4);
		KUNIT_EXPECT_EQ(test, load,
				nicbond_fleet_read(test, 1, NICBOND_REG_LOAD));
		last = load;
	}
	cancel_delayed_work_sync(&sw->report);
}

static struct kunit_case nicbond_balance_test_cases[] = {
	KUNIT_CASE(nicbond_balance_test_stays),
	KUNIT_CASE(nicbond_balance_test_elephant),
	KUNIT_CASE(nicbond_balance_test_dead),
	KUNIT_CASE(nicbond_balance_test_handed_on),
	KUNIT_CASE(nicbond_balance_test_all_dead),
	KUNIT_CASE(nicbond_balance_test_changes),
	KUNIT_CASE(nicbond_balance_test_reports),
	KUNIT_CASE(nicbond_balance_test_speeds),
	KUNIT_CASE(nicbond_balance_test_pace),
	KUNIT_CASE(nicbond_balance_test_measure),
	{}
};

static struct kunit_suite nicbond_balance_suite = {
	.name = "nicbond_balance",
	.init = nicbond_balance_test_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_balance_test_cases,
};

kunit_test_suite(nicbond_balance_suite);
