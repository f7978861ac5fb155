// SPDX-License-Identifier: GPL-2.0
/*
 * What an adaptor does with a packet: four adaptors, wired to each other, with
 * ports that only remember what they were given.
 */
#include "../fw/adaptor.h"

#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>

#define ADAPTORS	4

/**
 * struct nicbond_adaptor_test - the adaptors of one master, without the master
 * @port: Their ports.
 * @adaptor: Themselves.
 * @transmitted: Packets that each port was given.
 * @attention: Times that an adaptor called the host.
 * @refuse: The ports' queues drop everything.
 */
struct nicbond_adaptor_test {
	struct net_device *port[ADAPTORS];
	struct nicbond_adaptor *adaptor[ADAPTORS];
	unsigned int transmitted[ADAPTORS];
	unsigned int attention;
	bool refuse;
};

static int nicbond_test_transmit(struct nicbond_port *port, struct sk_buff *skb)
{
	struct nicbond_adaptor_test *t = kunit_get_current_test()->priv;
	int i;

	for (i = 0; i < ADAPTORS; i++)
		if (t->port[i] == port->dev && !t->refuse)
			t->transmitted[i]++;
	kfree_skb(skb);

	return t->refuse ? -ENOBUFS : 0;
}

static void nicbond_test_attention(struct nicbond_adaptor *adaptor)
{
	struct nicbond_adaptor_test *t = adaptor->context;

	t->attention++;
}

static void nicbond_test_write(struct kunit *test, unsigned int i, u32 reg,
			       u32 value)
{
	struct nicbond_adaptor_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, t->adaptor[i]->ops->reg_write(t->adaptor[i], reg,
							    value), 0);
}

static u32 nicbond_test_counter(struct kunit *test, unsigned int i,
				enum nicbond_counter id)
{
	struct nicbond_adaptor_test *t = test->priv;

	return t->adaptor[i]->ops->reg_read(t->adaptor[i],
					    NICBOND_REG_COUNTER_LOW(id));
}

#define EXPECT_COUNTER(test, i, id, value)				\
	KUNIT_EXPECT_EQ(test, nicbond_test_counter(test, i,		\
						   NICBOND_COUNTER_##id), value)

static void nicbond_test_set_peer(struct kunit *test, unsigned int slot, bool up)
{
	unsigned int i;

	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_PEER(slot),
				   NICBOND_PEER_PRESENT |
				   (up ? NICBOND_PEER_UP : 0) |
				   FIELD_PREP(NICBOND_PEER_WEIGHT, 1));
}

static void nicbond_test_promote(struct kunit *test, unsigned int i, u32 epoch)
{
	nicbond_test_write(test, i, NICBOND_REG_EPOCH, epoch);
	nicbond_test_write(test, i, NICBOND_REG_ROLE, NICBOND_ROLE_PRIMARY);
}

static int nicbond_adaptor_test_init(struct kunit *test)
{
	struct nicbond_adaptor_test *t;
	struct nicbond_adaptor *a;
	int i, j;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	test->priv = t;
	for (i = 0; i < ADAPTORS; i++) {
		t->port[i] = kunit_kzalloc(test, sizeof(*t->port[i]), GFP_KERNEL);
		if (!t->port[i])
			return -ENOMEM;
		t->port[i]->state = BIT(__LINK_STATE_START);
		a = nicbond_software_create(t->port[i], i);
		if (IS_ERR(a))
			return PTR_ERR(a);
		a->context = t;
		a->attention = nicbond_test_attention;
		t->adaptor[i] = a;
	}
	for (i = 0; i < ADAPTORS; i++)
		for (j = 0; j < ADAPTORS; j++)
			if (i != j)
				t->adaptor[i]->ops->connect(t->adaptor[i], j,
							    t->adaptor[j]);
	/* What moves, moves at once, but where a case is about that. */
	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_FLOWLET_GAP, 0);
	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_set_peer(test, i, true);
	kunit_activate_static_stub(test, nicbond_port_transmit,
				   nicbond_test_transmit);

	return 0;
}

static void nicbond_adaptor_test_exit(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	int i;

	for (i = 0; t && i < ADAPTORS && t->adaptor[i]; i++)
		t->adaptor[i]->ops->destroy(t->adaptor[i]);
}

/* Hand adaptor @i a packet to the @n-th of many destinations. */
static int nicbond_test_handover(struct kunit *test, unsigned int i, u32 n)
{
	struct nicbond_adaptor_test *t = test->priv;
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	u8 *frame;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	frame = skb_put_zero(skb, 60);
	put_unaligned_be16(ETH_P_IP, frame + 12);
	put_unaligned_be32(0x0a000000 + n, frame + ETH_HLEN + 16);

	local_bh_disable();
	err = t->adaptor[i]->ops->handover(t->adaptor[i], skb);
	local_bh_enable();

	return err;
}

/* Hand adaptor @i a packet to each of @count destinations; none is dropped. */
static void nicbond_test_stream(struct kunit *test, unsigned int i, u32 count)
{
	u32 n;

	for (n = 0; n < count; n++)
		KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, i, n), 0);
}

static unsigned int nicbond_test_sent(struct nicbond_adaptor_test *t)
{
	unsigned int i, sum = 0;

	for (i = 0; i < ADAPTORS; i++)
		sum += t->transmitted[i];

	return sum;
}

/* Rules 1 and 3: the primary selects and forwards, the others transmit. */
static void nicbond_adaptor_test_primary(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i;

	nicbond_test_promote(test, 1, 1);
	nicbond_test_stream(test, 1, 1000);

	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 1000);
	EXPECT_COUNTER(test, 1, SELECTED, 1000);
	EXPECT_COUNTER(test, 1, FORWARDED, 1000 - t->transmitted[1]);
	for (i = 0; i < ADAPTORS; i++) {
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
	struct nicbond_adaptor_test *t = test->priv;

	nicbond_test_promote(test, 1, 1);
	nicbond_test_stream(test, 2, 100);

	KUNIT_EXPECT_EQ(test, t->transmitted[2], 100);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 100);
	EXPECT_COUNTER(test, 2, SELECTED, 0);
	EXPECT_COUNTER(test, 2, FORWARDED, 0);
}

/* Rule 4, primary: what a dead port should transmit goes elsewhere, at once. */
static void nicbond_adaptor_test_resteer(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i, dead;

	nicbond_test_promote(test, 0, 1);
	for (dead = 0; dead < 2; dead++) {
		memset(t->transmitted, 0, sizeof(t->transmitted));
		t->attention = 0;
		set_bit(__LINK_STATE_NOCARRIER, &t->port[dead]->state);
		nicbond_test_stream(test, 0, 1000);
		KUNIT_EXPECT_EQ(test, t->transmitted[dead], 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 1000);
		for (i = 0; i < ADAPTORS; i++)
			if (i != dead)
				KUNIT_EXPECT_GT(test, t->transmitted[i], 250);
		KUNIT_EXPECT_GT(test, t->attention, 0);

		/* Once the host knows, nothing is selected for it any more. */
		nicbond_test_set_peer(test, dead, false);
		t->attention = 0;
		nicbond_test_stream(test, 0, 1000);
		KUNIT_EXPECT_EQ(test, t->attention, 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 2000);

		clear_bit(__LINK_STATE_NOCARRIER, &t->port[dead]->state);
		nicbond_test_set_peer(test, dead, true);
	}
}

/* Rule 4, secondary: it has nobody to turn to; one drop, with its reason. */
static void nicbond_adaptor_test_secondary_dead(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;

	nicbond_test_promote(test, 0, 1);
	clear_bit(__LINK_STATE_START, &t->port[2]->state);
	KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, 2, 0), -ENETDOWN);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 0);
	EXPECT_COUNTER(test, 2, DROP_PORT_DEAD, 1);
}

static void nicbond_adaptor_test_nobody_live(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i;

	nicbond_test_promote(test, 0, 1);
	for (i = 0; i < ADAPTORS; i++)
		set_bit(__LINK_STATE_NOCARRIER, &t->port[i]->state);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, 0, i), -ENETDOWN);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 0);
	EXPECT_COUNTER(test, 0, DROP_NO_LIVE, 10);
	EXPECT_COUNTER(test, 0, RESTEERED, 0);
}

static void nicbond_adaptor_test_refused(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;

	nicbond_test_promote(test, 0, 1);
	t->refuse = true;
	KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, 3, 0), -ENOBUFS);
	EXPECT_COUNTER(test, 3, DROP_REFUSED, 1);
	EXPECT_COUNTER(test, 3, TRANSMITTED, 0);
}

/* Two primaries, of two epochs, in the middle of a switch: no packet loops. */
static void nicbond_adaptor_test_switch(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i;

	nicbond_test_promote(test, 0, 1);
	nicbond_test_promote(test, 1, 2);
	for (i = 0; i < 500; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, 0, i), 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_handover(test, 1, i), 0);
	}
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 1000);
	/* Both sent each destination the same way. */
	for (i = 0; i < ADAPTORS; i++)
		KUNIT_EXPECT_EQ(test, t->transmitted[i] % 2, 0);
}

/*
 * Once the switch is over the fence goes up: what the old primary still forwards
 * is refused, once each; it steps down, and its packets leave by its own port.
 */
static void nicbond_adaptor_test_fence(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i;

	nicbond_test_promote(test, 0, 1);
	nicbond_test_promote(test, 1, 2);
	for (i = 1; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_FENCE, 2);

	for (i = 0; i < 500; i++)
		nicbond_test_handover(test, 0, i);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), t->transmitted[0]);
	EXPECT_COUNTER(test, 0, FORWARDED, 500 - t->transmitted[0]);
	for (i = 1; i < ADAPTORS; i++)
		EXPECT_COUNTER(test, i, DROP_STALE,
			       nicbond_test_counter(test, i,
						    NICBOND_COUNTER_CHAN_RECEIVED));

	nicbond_test_write(test, 0, NICBOND_REG_FENCE, 2);
	memset(t->transmitted, 0, sizeof(t->transmitted));
	nicbond_test_stream(test, 0, 500);
	KUNIT_EXPECT_EQ(test, t->transmitted[0], 500);

	/* The new one's frames pass. */
	nicbond_test_stream(test, 1, 500);
	KUNIT_EXPECT_EQ(test, nicbond_test_sent(t), 1000);
}

static unsigned int nicbond_test_slots_buckets(struct kunit *test,
					       unsigned int i, unsigned int slot)
{
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int bucket, count = 0;
	u32 value;

	for (bucket = 0; bucket < NICBOND_RESET_TABLE_SIZE; bucket++) {
		value = t->adaptor[i]->ops->reg_read(t->adaptor[i],
						     NICBOND_REG_TABLE(bucket / 4));
		count += ((value >> (bucket % 4 * 8)) & 0xff) == slot;
	}

	return count;
}

static u32 nicbond_test_moving(struct kunit *test, unsigned int i)
{
	struct nicbond_adaptor_test *t = test->priv;

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
	struct nicbond_adaptor_test *t = test->priv;
	unsigned int i, left;

	nicbond_test_promote(test, 0, 1);
	nicbond_test_set_peer(test, 3, false);
	for (i = 0; i < ADAPTORS; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_slots_buckets(test, i, 3), 0);
		nicbond_test_write(test, i, NICBOND_REG_FLOWLET_GAP,
				   NICBOND_FLOWLET_GAP_MAX);
	}
	nicbond_test_set_peer(test, 3, true);
	memset(t->transmitted, 0, sizeof(t->transmitted));
	nicbond_test_stream(test, 0, 1000);
	KUNIT_EXPECT_EQ(test, t->transmitted[3], 0);
	for (i = 0; i < ADAPTORS; i++)
		KUNIT_EXPECT_EQ(test, nicbond_test_moving(test, i), 64);

	/* By the next packets after the gap, without waiting for a sweep. */
	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_FLOWLET_GAP, 1);
	usleep_range(20, 1000);
	nicbond_test_stream(test, 0, 20);
	left = nicbond_test_moving(test, 0);
	KUNIT_EXPECT_LT(test, left, 64);
	for (i = 1; i < ADAPTORS; i++)
		KUNIT_EXPECT_LE(test, nicbond_test_moving(test, i), left);

	/* The rest by the sweeps of the new primary. */
	nicbond_test_promote(test, 2, 2);
	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_FENCE, 2);
	nicbond_test_wait_moved(test, 2);
	for (i = 0; i < ADAPTORS; i++) {
		KUNIT_EXPECT_EQ(test, nicbond_test_moving(test, i), 0);
		KUNIT_EXPECT_EQ(test, nicbond_test_slots_buckets(test, i, 3), 64);
	}
}

/* An adaptor that joins learns the table, so it answers as the others do. */
static void nicbond_adaptor_test_learn(struct kunit *test)
{
	struct nicbond_adaptor_test *t = test->priv;
	struct nicbond_adaptor *late;
	unsigned int i;
	u32 reg;

	/* Some history first, which the table depends on. */
	nicbond_test_set_peer(test, 2, false);
	for (i = 0; i < ADAPTORS; i++)
		nicbond_test_write(test, i, NICBOND_REG_PEER(0), 0);

	late = nicbond_software_create(t->port[0], 9);
	KUNIT_ASSERT_FALSE(test, IS_ERR(late));
	late->ops->connect(late, 3, t->adaptor[3]);
	for (i = 0; i < NICBOND_RESET_TABLE_SIZE / NICBOND_TABLE_PER_REG; i++) {
		reg = NICBOND_REG_TABLE(i);
		KUNIT_EXPECT_EQ(test, late->ops->reg_read(late, reg),
				t->adaptor[3]->ops->reg_read(t->adaptor[3], reg));
	}
	late->ops->destroy(late);
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
	{}
};

static struct kunit_suite nicbond_adaptor_suite = {
	.name = "nicbond_adaptor",
	.init = nicbond_adaptor_test_init,
	.exit = nicbond_adaptor_test_exit,
	.test_cases = nicbond_adaptor_test_cases,
};

kunit_test_suite(nicbond_adaptor_suite);
