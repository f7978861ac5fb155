// SPDX-License-Identifier: GPL-2.0
/* What an adaptor does with a packet. */
#include "fleet.h"
#include "../fw/clock.h"

#include <linux/err.h>

/* Rules 1 and 3: the primary selects and forwards, the others transmit. */
static void nicbond_adaptor_test_primary(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_fleet_promote(test, 1, 1);
	nicbond_fleet_stream(test, 1, 1000);

	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1000);
	EXPECT_COUNTER(test, 1, SELECTED, 1000);
	EXPECT_COUNTER(test, 1, FORWARDED, 1000 - t->transmitted[1]);
	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_GT(test, t->transmitted[i], 200);
		EXPECT_COUNTER(test, i, TRANSMITTED, t->transmitted[i]);
		EXPECT_COUNTER(test, i, TRANSMIT_BYTES, 60 * t->transmitted[i]);
		if (i == 1)
			continue;
		EXPECT_COUNTER(test, i, SELECTED, 0);
		EXPECT_COUNTER(test, i, CHAN_RECEIVED, t->transmitted[i]);
	}
}

/* Rule 2: a secondary that the host hands a packet to transmits it itself. */
static void nicbond_adaptor_test_secondary(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_fleet_promote(test, 1, 1);
	nicbond_fleet_stream(test, 2, 100);

	KUNIT_EXPECT_EQ(test, t->transmitted[2], 100);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 100);
	EXPECT_COUNTER(test, 2, SELECTED, 0);
	EXPECT_COUNTER(test, 2, FORWARDED, 0);
}

/* Rule 4, primary: what a dead port should transmit goes elsewhere, at once. */
static void nicbond_adaptor_test_resteer(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i, dead;

	nicbond_fleet_promote(test, 0, 1);
	for (dead = 0; dead < 2; dead++) {
		nicbond_fleet_forget(test);
		set_bit(__LINK_STATE_NOCARRIER, &t->port[dead]->state);
		nicbond_fleet_stream(test, 0, 1000);
		KUNIT_EXPECT_EQ(test, t->transmitted[dead], 0);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1000);
		for (i = 0; i < FLEET; i++)
			if (i != dead)
				KUNIT_EXPECT_GT(test, t->transmitted[i], 250);
		KUNIT_EXPECT_GT(test, t->attention, 0);

		/* Once the host knows, nothing is selected for it any more. */
		nicbond_fleet_set_peer(test, dead, false);
		t->attention = 0;
		nicbond_fleet_stream(test, 0, 1000);
		KUNIT_EXPECT_EQ(test, t->attention, 0);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 2000);

		clear_bit(__LINK_STATE_NOCARRIER, &t->port[dead]->state);
		nicbond_fleet_set_peer(test, dead, true);
	}
}

/* Rule 4, secondary: it has nobody to turn to; one drop, with its reason. */
static void nicbond_adaptor_test_secondary_dead(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_fleet_promote(test, 0, 1);
	clear_bit(__LINK_STATE_START, &t->port[2]->state);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 2, 0), -ENETDOWN);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
	EXPECT_COUNTER(test, 2, DROP_PORT_DEAD, 1);
}

static void nicbond_adaptor_test_nobody_live(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_fleet_promote(test, 0, 1);
	for (i = 0; i < FLEET; i++)
		set_bit(__LINK_STATE_NOCARRIER, &t->port[i]->state);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 0, i), -ENETDOWN);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 0);
	EXPECT_COUNTER(test, 0, DROP_NO_LIVE, 10);
	EXPECT_COUNTER(test, 0, RESTEERED, 0);
}

static void nicbond_adaptor_test_refused(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;

	nicbond_fleet_promote(test, 0, 1);
	t->refuse = true;
	KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 3, 0), -ENOBUFS);
	EXPECT_COUNTER(test, 3, DROP_REFUSED, 1);
	EXPECT_COUNTER(test, 3, TRANSMITTED, 0);
}

/* Two primaries, of two epochs, in the middle of a switch: no packet loops. */
static void nicbond_adaptor_test_switch(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_promote(test, 1, 2);
	for (i = 0; i < 500; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 0, i), 0);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_handover(test, 1, i), 0);
	}
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1000);
	/* Both sent each destination the same way. */
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_EQ(test, t->transmitted[i] % 2, 0);
}

/*
 * Once the switch is over the fence goes up: what the old primary still forwards
 * is refused, once each; it steps down, and its packets leave by its own port.
 */
static void nicbond_adaptor_test_fence(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i;

	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_promote(test, 1, 2);
	for (i = 1; i < FLEET; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_FENCE, 2);

	for (i = 0; i < 500; i++)
		nicbond_fleet_handover(test, 0, i);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), t->transmitted[0]);
	EXPECT_COUNTER(test, 0, FORWARDED, 500 - t->transmitted[0]);
	for (i = 1; i < FLEET; i++)
		EXPECT_COUNTER(test, i, DROP_STALE,
			       FLEET_COUNTER(test, i, CHAN_RECEIVED));

	nicbond_fleet_write(test, 0, NICBOND_REG_FENCE, 2);
	nicbond_fleet_forget(test);
	nicbond_fleet_stream(test, 0, 500);
	KUNIT_EXPECT_EQ(test, t->transmitted[0], 500);

	/* The new one's frames pass. */
	nicbond_fleet_stream(test, 1, 500);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_sent(test), 1000);
}

static u32 nicbond_test_moving(struct kunit *test, unsigned int i)
{
	struct nicbond_fleet *t = test->priv;

	return t->adaptor[i]->ops->reg_read(t->adaptor[i], NICBOND_REG_MOVING);
}

/* Wait until adaptor @i has nothing left to move; a minute at most. */
static void nicbond_test_wait_moved(struct kunit *test, unsigned int i)
{
	int n;

	for (n = 0; n < 600 && nicbond_test_moving(test, i); n++)
		schedule_timeout_uninterruptible(HZ / 10);
}

/*
 * Who returns gets its buckets when they are idle. The primary decides, the
 * others follow, and a new primary goes on where the old one stopped.
 */
static void nicbond_adaptor_test_return(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	unsigned int i, left;

	nicbond_fleet_promote(test, 0, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	nicbond_fleet_set_peer(test, 3, false);
	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[i], 3), 0);
		nicbond_fleet_write(test, i, NICBOND_REG_FLOWLET_GAP,
				    NICBOND_FLOWLET_GAP_MAX);
	}
	/* Time stands still, and no sweep runs, however long a slow machine takes. */
	nicbond_fleet_stop_clock(test, nicbond_clock_us());
	nicbond_fleet_set_peer(test, 3, true);
	cancel_delayed_work_sync(&nicbond_software_of(t->adaptor[0])->sweep);
	nicbond_fleet_forget(test);
	nicbond_fleet_stream(test, 0, 1000);
	KUNIT_EXPECT_EQ(test, t->transmitted[3], 0);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_EQ(test, nicbond_test_moving(test, i), 64);

	/* By the next packets after the gap, without waiting for a sweep. */
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_FLOWLET_GAP, 1);
	t->now += 2;
	nicbond_fleet_stream(test, 0, 20);
	left = nicbond_test_moving(test, 0);
	KUNIT_EXPECT_LT(test, left, 64);
	for (i = 1; i < FLEET; i++)
		KUNIT_EXPECT_LE(test, nicbond_test_moving(test, i), left);

	/* The rest by the sweeps of the new primary. */
	nicbond_fleet_start_clock(test);
	nicbond_fleet_promote(test, 2, 2);
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_FENCE, 2);
	nicbond_test_wait_moved(test, 2);
	for (i = 0; i < FLEET; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_moving(test, i), 0);
		KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[i], 3), 64);
	}
}

/* An adaptor that joins learns the table, so it answers as the others do. */
static void nicbond_adaptor_test_learn(struct kunit *test)
{
	struct nicbond_fleet *t = test->priv;
	struct nicbond_adaptor *late;
	unsigned int i;
	u32 reg;

	/* Some history first, which the table depends on. */
	nicbond_fleet_promote(test, 1, 1);
	nicbond_fleet_set_peer(test, 2, false);
	for (i = 0; i < FLEET; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_PEER(0), 0);

	late = nicbond_software_ops.create(t->port[0], 9);
	KUNIT_ASSERT_FALSE(test, IS_ERR(late));
	/* It is plugged in at both ends, and the others are told; one is primary. */
	for (i = 1; i < FLEET; i++) {
		KUNIT_EXPECT_EQ(test, late->ops->connect(late, i, t->adaptor[i]),
				0);
		KUNIT_EXPECT_EQ(test, t->adaptor[i]->ops->connect(t->adaptor[i],
								  9, late), 0);
	}
	for (i = 1; i < FLEET; i++)
		nicbond_fleet_write(test, i, NICBOND_REG_PEER(9),
				    NICBOND_PEER_PRESENT);
	for (i = 0; i < NICBOND_RESET_TABLE_SIZE / NICBOND_TABLE_PER_REG; i++) {
		reg = NICBOND_REG_TABLE(i);
		KUNIT_EXPECT_EQ(test, late->ops->reg_read(late, reg),
				t->adaptor[3]->ops->reg_read(t->adaptor[3], reg));
	}
	for (i = 1; i < FLEET; i++)
		t->adaptor[i]->ops->connect(t->adaptor[i], 9, NULL);
	synchronize_net();
	late->ops->destroy(late);
}

/* A message of another make, with one thing in it that cannot be; adaptor 1's. */
struct nicbond_adaptor_rubbish {
	const char *name;
	struct nicbond_message message;
};

static const u8 nicbond_adaptor_slots[NICBOND_RESET_TABLE_SIZE] = { 2, 2, 2 };
static const u8 nicbond_adaptor_no_slots[NICBOND_RESET_TABLE_SIZE] = {
	[NICBOND_RESET_TABLE_SIZE - 1] = NICBOND_SLOTS,
};

#define OWNERS(_kind, _from, _size, _home, _want, _slots) {		\
	.kind = NICBOND_MESSAGE_##_kind, .from = _from, .epoch = 1,	\
	.size = _size,							\
	.home = nicbond_adaptor_##_home,				\
	.want = nicbond_adaptor_##_want,				\
	.slots = nicbond_adaptor_##_slots,				\
}

#define TABLE(...)	OWNERS(TABLE, __VA_ARGS__)
#define REMIND(...)	OWNERS(REMIND, __VA_ARGS__)

#define MOVED(_from, _size, _bucket, _slot) {				\
	.kind = NICBOND_MESSAGE_MOVED, .from = _from, .epoch = 1,	\
	.size = _size, .bucket = _bucket, .slot = _slot,		\
}

#define SIZE	NICBOND_RESET_TABLE_SIZE

static const struct nicbond_adaptor_rubbish nicbond_adaptor_rubbish[] = {
	{ "table: home", TABLE(1, SIZE, no_slots, slots, slots) },
	{ "table: want", TABLE(1, SIZE, slots, no_slots, slots) },
	{ "table: slots", TABLE(1, SIZE, slots, slots, no_slots) },
	{ "table: size", TABLE(1, 100, slots, slots, slots) },
	{ "table: sender", TABLE(NICBOND_SLOTS, SIZE, slots, slots, slots) },
	{ "remind: want", REMIND(1, SIZE, slots, no_slots, slots) },
	{ "remind: size", REMIND(1, SIZE / 2, slots, slots, slots) },
	{ "moved: bucket", MOVED(1, SIZE, SIZE, 2) },
	{ "moved: slot", MOVED(1, SIZE, 0, NICBOND_SLOTS) },
	{ "moved: size", MOVED(1, SIZE / 2, 0, 2) },
	{ "moved: sender", MOVED(U8_MAX, SIZE, 0, 2) },
	{ "load: sender", { .kind = NICBOND_MESSAGE_LOAD, .from = NICBOND_SLOTS } },
};

#undef SIZE
#undef MOVED
#undef REMIND
#undef TABLE
#undef OWNERS

static void nicbond_adaptor_describe(const struct nicbond_adaptor_rubbish *rubbish,
				     char *text)
{
	strscpy(text, rubbish->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nicbond_adaptor, nicbond_adaptor_rubbish,
		  nicbond_adaptor_describe);

/* A table is told in process context, all else with BH disabled. */
static void nicbond_adaptor_tell(struct nicbond_adaptor *adaptor,
				 const struct nicbond_message *message)
{
	if (message->kind == NICBOND_MESSAGE_TABLE) {
		adaptor->ops->message(adaptor, message);
		return;
	}
	local_bh_disable();
	adaptor->ops->message(adaptor, message);
	local_bh_enable();
}

/* It is not believed, nor half of it; what is right is. */
static void nicbond_adaptor_test_rubbish(struct kunit *test)
{
	const struct nicbond_adaptor_rubbish *rubbish = test->param_value;
	struct nicbond_message table = nicbond_adaptor_rubbish[0].message;
	struct nicbond_message moved = {
		.kind = NICBOND_MESSAGE_MOVED, .from = 1, .epoch = 1,
		.size = NICBOND_RESET_TABLE_SIZE, .bucket = 7, .slot = 3,
	};
	struct nicbond_fleet *t = test->priv;
	unsigned int i, before[FLEET];

	nicbond_fleet_promote(test, 1, 1);
	nicbond_fleet_write_all(test, NICBOND_REG_FENCE, 1);
	for (i = 0; i < FLEET; i++)
		before[i] = nicbond_fleet_buckets(t->adaptor[0], i);

	nicbond_adaptor_tell(t->adaptor[0], &rubbish->message);
	for (i = 0; i < FLEET; i++)
		KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[0], i),
				before[i]);

	table.home = nicbond_adaptor_slots;
	nicbond_adaptor_tell(t->adaptor[0], &table);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[0], 2), 3);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[0], 3), 0);
	nicbond_adaptor_tell(t->adaptor[0], &moved);
	KUNIT_EXPECT_EQ(test, nicbond_fleet_buckets(t->adaptor[0], 3), 1);
}

static struct kunit_case nicbond_adaptor_test_cases[] = {
	KUNIT_CASE(nicbond_adaptor_test_primary),
	KUNIT_CASE(nicbond_adaptor_test_secondary),
	KUNIT_CASE(nicbond_adaptor_test_resteer),
	KUNIT_CASE(nicbond_adaptor_test_secondary_dead),
	KUNIT_CASE(nicbond_adaptor_test_nobody_live),
	KUNIT_CASE(nicbond_adaptor_test_refused),
	KUNIT_CASE(nicbond_adaptor_test_switch),
	KUNIT_CASE(nicbond_adaptor_test_fence),
	KUNIT_CASE(nicbond_adaptor_test_return),
	KUNIT_CASE(nicbond_adaptor_test_learn),
	KUNIT_CASE_PARAM(nicbond_adaptor_test_rubbish, nicbond_adaptor_gen_params),
	{}
};

static struct kunit_suite nicbond_adaptor_suite = {
	.name = "nicbond_adaptor",
	.init = nicbond_fleet_init,
	.exit = nicbond_fleet_exit,
	.test_cases = nicbond_adaptor_test_cases,
};

kunit_test_suite(nicbond_adaptor_suite);
