// SPDX-License-Identifier: GPL-2.0
/* When an adaptor calls its host for what it drops. */
#include "fleet.h"

/* What the host was told last, and how often. */
static u64 nicbond_alarm_drops;
static unsigned int nicbond_alarm_calls;

static void nicbond_alarm_take(struct nicbond_adaptor *adaptor, u64 drops)
{
	nicbond_alarm_drops = drops;
	nicbond_alarm_calls++;
}

static int nicbond_alarm_init(struct kunit *test)
{
	struct nicbond_fleet *t;
	int err;

	err = nicbond_fleet_init(test);
	if (err)
		return err;
	t = test->priv;
	/* The case looks. */
	nicbond_alarm_stop(nicbond_software_of(t->adaptor[0]));
	t->adaptor[0]->alarm = nicbond_alarm_take;
	nicbond_alarm_calls = 0;
	nicbond_fleet_stop_clock(test, 0);
	nicbond_fleet_promote(test, 0, 1);
	t->refuse = true;

	return 0;
}

/* Seconds go by; the looks are the case's. */
static void nicbond_alarm_time(struct kunit *test, unsigned int seconds)
{
	struct nicbond_fleet *t = test->priv;

	t->now += seconds * USEC_PER_SEC;
}

/* A second in which adaptor 0 drops @count packets, and a look. */
static void nicbond_alarm_second(struct kunit *test, unsigned int count)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	for (i = 0; i < count; i++)
		nicbond_fleet_handover(test, 0, nicbond_fleet_destination(test, 0, 0));
	nicbond_alarm_time(test, 1);
	nicbond_alarm_look(nicbond_software_of(t->adaptor[0]));
}

static void nicbond_alarm_test_threshold(struct kunit *test)
{
	nicbond_alarm_second(test, 20);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 0);

	nicbond_fleet_write(test, 0, NICBOND_REG_DROP_THRESHOLD, 10);
	nicbond_alarm_second(test, 0);
	nicbond_alarm_second(test, 9);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 0);
	nicbond_alarm_second(test, 10);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 1);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_drops, 10);
	nicbond_alarm_second(test, 30);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 2);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_drops, 30);
	nicbond_alarm_second(test, 0);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 2);
	EXPECT_COUNTER(test, 0, DROP_REFUSED, 69);

	nicbond_fleet_write(test, 0, NICBOND_REG_DROP_THRESHOLD, 0);
	nicbond_alarm_second(test, 30);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 2);
}

/* What was dropped before there was a threshold, or with another, is not judged. */
static void nicbond_alarm_test_new(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 30; i++)
		nicbond_fleet_handover(test, 0, nicbond_fleet_destination(test, 0, 0));
	nicbond_fleet_write(test, 0, NICBOND_REG_DROP_THRESHOLD, 10);
	nicbond_alarm_second(test, 0);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 0);
	nicbond_alarm_second(test, 30);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 1);
	EXPECT_COUNTER(test, 0, DROP_REFUSED, 60);
}

/* Looks that are late: so many a second all the same, and so soon only. */
static void nicbond_alarm_test_late(struct kunit *test)
{
	nicbond_fleet_write(test, 0, NICBOND_REG_DROP_THRESHOLD, 10);
	nicbond_alarm_second(test, 0);
	nicbond_alarm_time(test, 2);
	nicbond_alarm_second(test, 29);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 0);
	nicbond_alarm_time(test, 2);
	nicbond_alarm_second(test, 30);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 1);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_drops, 30);
}

/* Whatever they were dropped for; what is not dropped does not count. */
static void nicbond_alarm_test_reasons(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_fleet_write(test, 0, NICBOND_REG_DROP_THRESHOLD, 1);
	t->refuse = false;
	nicbond_alarm_second(test, 0);
	nicbond_alarm_second(test, 10);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 0);

	for (i = 0; i < FLEET; i++)
		nicbond_fleet_cut(test, i, true);
	nicbond_alarm_second(test, 10);
	KUNIT_EXPECT_EQ(test, nicbond_alarm_calls, 1);
	EXPECT_COUNTER(test, 0, DROP_NO_LIVE, 10);
}

static struct kunit_case nicbond_alarm_cases[] = {
	KUNIT_CASE(nicbond_alarm_test_threshold),
	KUNIT_CASE(nicbond_alarm_test_new),
	KUNIT_CASE(nicbond_alarm_test_late),
	KUNIT_CASE(nicbond_alarm_test_reasons),
	{ }
};

static struct kunit_suite nicbond_alarm_suite = {
	.name = "nicbond_alarm",
	.init = nicbond_alarm_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_alarm_cases,
};

kunit_test_suite(nicbond_alarm_suite);
