// SPDX-License-Identifier: GPL-2.0
/* The load selector's measure: what is level, by speed, weight and reports. */
#include "../fw/load.h"
#include "../fw/table.h"

#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/cpumask.h>
#include <linux/sched.h>

#define SLOTS	4
#define ALL	(BIT_ULL(SLOTS) - 1)

struct nicbond_load_test {
	struct nicbond_load load;
	u32 peer[NICBOND_SLOTS];
	u64 bytes[SLOTS];
	u32 now;
};

static void nicbond_test_report(struct nicbond_load_test *t, unsigned int slot,
				u32 speed, u32 load, u32 inflight)
{
	struct nicbond_message report = {
		.load = load, .inflight = inflight, .speed = speed,
	};

	nicbond_load_report(&t->load, slot, t->peer[slot], &report);
}

static void nicbond_test_weigh(struct nicbond_load_test *t, unsigned int slot,
			       unsigned int weight)
{
	t->peer[slot] = NICBOND_PEER_PRESENT | NICBOND_PEER_UP |
			FIELD_PREP(NICBOND_PEER_WEIGHT, weight);
	nicbond_load_follow(&t->load, t->peer);
}

static int nicbond_load_test_init(struct kunit *test)
{
	struct nicbond_load_test *t;
	unsigned int i;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	if (nicbond_load_init(&t->load))
		return -ENOMEM;
	test->priv = t;
	/* What a CPU gave to an adaptor is a load to that CPU alone. */
	set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
	for (i = 0; i < SLOTS; i++) {
		nicbond_test_weigh(t, i, 1);
		nicbond_test_report(t, i, 1000, 0, 0);
	}

	return 0;
}

static void nicbond_load_test_exit(struct kunit *test)
{
	struct nicbond_load_test *t = test->priv;

	if (t)
		nicbond_load_uninit(&t->load);
}

/* @count packets, each to whom the measure says, one a @us. */
static void nicbond_test_run(struct nicbond_load_test *t, unsigned int count,
			     u32 us, u64 live)
{
	unsigned int i, slot, bytes;

	memset(t->bytes, 0, sizeof(t->bytes));
	local_bh_disable();
	for (i = 0; i < count; i++) {
		t->now += us;
		/* Of all sizes. */
		bytes = 60 + i * 7919 % 1440;
		slot = nicbond_load_choose(&t->load, live, bytes, t->now);
		if (slot >= SLOTS)
			continue;
		nicbond_load_charge(&t->load, slot, bytes, t->now);
		t->bytes[slot] += bytes;
	}
	local_bh_enable();
}

/* 1000 times the greatest deviation from @shares of the sum. */
static unsigned int nicbond_test_uneven(const struct nicbond_load_test *t,
					const unsigned int shares[SLOTS])
{
	u64 bytes = 0, shared = 0, due;
	unsigned int i, worst = 0;

	for (i = 0; i < SLOTS; i++) {
		bytes += t->bytes[i];
		shared += shares[i];
	}
	for (i = 0; i < SLOTS; i++) {
		due = div64_u64(bytes * shares[i], shared);
		if (due)
			worst = max_t(u64, worst,
				      div64_u64(1000 * (max(t->bytes[i], due) -
							min(t->bytes[i], due)),
						due));
	}

	return worst;
}

static void nicbond_load_test_level(struct kunit *test)
{
	static const unsigned int equal[SLOTS] = { 1, 1, 1, 1 };
	struct nicbond_load_test *t = test->priv;

	nicbond_test_run(t, 20000, 10, ALL);
	KUNIT_EXPECT_LE(test, nicbond_test_uneven(t, equal), 5);
	/* And when packets are rare, so that little is remembered. */
	nicbond_test_run(t, 2000, 20000, ALL);
	KUNIT_EXPECT_LE(test, nicbond_test_uneven(t, equal), 50);
}

static void nicbond_load_test_speed(struct kunit *test)
{
	static const unsigned int shares[SLOTS] = { 1, 2, 4, 4 };
	struct nicbond_load_test *t = test->priv;

	nicbond_test_report(t, 1, 2000, 0, 0);
	nicbond_test_report(t, 2, 4000, 0, 0);
	/* 2 x 2000, as good as 4000. */
	nicbond_test_report(t, 3, 2000, 0, 0);
	nicbond_test_weigh(t, 3, 2);
	nicbond_test_run(t, 20000, 10, ALL);
	KUNIT_EXPECT_LE(test, nicbond_test_uneven(t, shares), 10);
}

/* Who is down, has no weight or is dead gets nothing. */
static void nicbond_load_test_eligible(struct kunit *test)
{
	struct nicbond_load_test *t = test->priv;

	nicbond_test_weigh(t, 1, 0);
	t->peer[2] &= ~NICBOND_PEER_UP;
	nicbond_load_follow(&t->load, t->peer);
	nicbond_test_run(t, 100, 10, ALL & ~BIT_ULL(3));
	KUNIT_EXPECT_GT(test, t->bytes[0], 0);
	KUNIT_EXPECT_EQ(test, t->bytes[1] + t->bytes[2] + t->bytes[3], 0);

	/* None has a weight: all are as good. */
	nicbond_test_weigh(t, 0, 0);
	nicbond_test_weigh(t, 3, 0);
	nicbond_test_run(t, 100, 10, ALL);
	KUNIT_EXPECT_GT(test, t->bytes[1], 0);
	KUNIT_EXPECT_EQ(test, nicbond_load_choose(&t->load, 0, 60, t->now),
			NICBOND_SLOTS);
}

/* What was reported counts: a queue, or a load that we did not cause. */
static void nicbond_load_test_reports(struct kunit *test)
{
	struct nicbond_load_test *t = test->priv;

	nicbond_test_report(t, 2, 1000, 0, 1000000);
	nicbond_test_run(t, 1000, 1, ALL);
	KUNIT_EXPECT_EQ(test, t->bytes[2], 0);
	nicbond_test_report(t, 2, 1000, 0, 0);
	nicbond_test_run(t, 1000, 1, ALL);
	KUNIT_EXPECT_GT(test, t->bytes[2], t->bytes[1]);

	nicbond_test_report(t, 1, 1000, NICBOND_LOAD_FULL / 2, 0);
	nicbond_test_run(t, 1000, 1, ALL);
	KUNIT_EXPECT_EQ(test, t->bytes[1], 0);
}

/* What was given is forgotten by half in 65 ms, and by all in time. */
static void nicbond_load_test_decay(struct kunit *test)
{
	struct nicbond_load_test *t = test->priv;
	u64 last = U64_MAX, charge;
	unsigned int i;

	local_bh_disable();
	nicbond_load_charge(&t->load, 0, 1000000, t->now);
	charge = this_cpu_ptr(t->load.cpu)->charge[0];
	KUNIT_EXPECT_LE(test, abs((s64)charge - (8000000LL << 10)), 1024);
	for (i = 1; i <= 64; i++) {
		t->now += BIT(NICBOND_LOAD_HALF) / 2;
		nicbond_load_charge(&t->load, 0, 0, t->now);
		last = charge;
		charge = this_cpu_ptr(t->load.cpu)->charge[0];
		KUNIT_EXPECT_LE(test, charge, last);
	}
	KUNIT_EXPECT_LE(test, charge, 1024);
	t->now += U32_MAX / 2;
	nicbond_load_charge(&t->load, 0, 0, t->now);
	KUNIT_EXPECT_EQ(test, this_cpu_ptr(t->load.cpu)->charge[0], 0);
	local_bh_enable();
}

/* It ages in steps of 64 us, also where the clock wraps; and not by a clock that goes back. */
static void nicbond_load_test_steps(struct kunit *test)
{
	struct nicbond_load_test *t = test->priv;
	struct nicbond_load_cpu *cpu;
	u64 charge;

	local_bh_disable();
	cpu = this_cpu_ptr(t->load.cpu);
	t->now = (u32)-63;
	nicbond_load_charge(&t->load, 0, 0, t->now);
	nicbond_load_charge(&t->load, 0, 1000000, t->now);
	charge = cpu->charge[0];
	nicbond_load_charge(&t->load, 0, 0, t->now + 63);
	KUNIT_EXPECT_EQ(test, cpu->charge[0], charge);
	nicbond_load_charge(&t->load, 0, 0, t->now - 5);
	KUNIT_EXPECT_EQ(test, cpu->charge[0], charge);
	nicbond_load_charge(&t->load, 0, 0, t->now + 64);
	KUNIT_EXPECT_LT(test, cpu->charge[0], charge);
	KUNIT_EXPECT_GT(test, cpu->charge[0], charge - charge / 1000);
	local_bh_enable();
}

/* 100 Mb/s over a link of 1000: a tenth; over one of weight 5, a fiftieth. */
static void nicbond_load_test_meter(struct kunit *test)
{
	struct nicbond_meter one = { }, five = { };
	unsigned int i;

	for (i = 1; i <= 100; i++) {
		nicbond_meter_read(&one, 125000 * i, 10000 * i, 1000, 1, 0, false);
		nicbond_meter_read(&five, 125000 * i, 10000 * i, 1000, 5, 0, false);
	}
	KUNIT_EXPECT_LE(test, abs((int)one.load - NICBOND_LOAD_FULL / 10), 10);
	KUNIT_EXPECT_LE(test, abs((int)five.load - NICBOND_LOAD_FULL / 50), 10);
	KUNIT_EXPECT_EQ(test, one.inflight, 0);
	/* It ends. */
	for (; i <= 200; i++)
		nicbond_meter_read(&one, 12500000, 10000 * i, 1000, 1, 0, false);
	KUNIT_EXPECT_LE(test, one.load, 10);
}

/* In flight: what BQL says; else the queue, or what the link cannot have sent yet. */
static void nicbond_load_test_inflight(struct kunit *test)
{
	struct nicbond_meter meter = { };

	/* 10 ms at 1000 Mb/s are 1250000 bytes. */
	nicbond_meter_read(&meter, 2000000, 10000, 1000, 1, 0, false);
	KUNIT_EXPECT_EQ(test, meter.inflight, 750000);
	nicbond_meter_read(&meter, 2000000, 10000, 1000, 1, 5, false);
	KUNIT_EXPECT_EQ(test, meter.inflight, 750000);
	nicbond_meter_read(&meter, 2000000, 13000, 1000, 1, 0, false);
	KUNIT_EXPECT_EQ(test, meter.inflight, 375000);
	nicbond_meter_read(&meter, 2000000, 14000, 1000, 1, 999999, false);
	KUNIT_EXPECT_EQ(test, meter.inflight, 999999);
	nicbond_meter_read(&meter, 4000000, 24000, 1000, 1, 1234, true);
	KUNIT_EXPECT_EQ(test, meter.inflight, 1234);
	nicbond_meter_read(&meter, 4000000, 1024000, 1000, 1, 0, false);
	KUNIT_EXPECT_EQ(test, meter.inflight, 0);
}

static struct kunit_case nicbond_load_test_cases[] = {
	KUNIT_CASE(nicbond_load_test_level),
	KUNIT_CASE(nicbond_load_test_speed),
	KUNIT_CASE(nicbond_load_test_eligible),
	KUNIT_CASE(nicbond_load_test_reports),
	KUNIT_CASE(nicbond_load_test_decay),
	KUNIT_CASE(nicbond_load_test_steps),
	KUNIT_CASE(nicbond_load_test_meter),
	KUNIT_CASE(nicbond_load_test_inflight),
	{}
};

static struct kunit_suite nicbond_load_suite = {
	.name = "nicbond_load",
	.init = nicbond_load_test_init,
	.exit = nicbond_load_test_exit,
	.test_cases = nicbond_load_test_cases,
};

kunit_test_suite(nicbond_load_suite);
