// SPDX-License-Identifier: GPL-2.0
/* How the host follows its members: delays, signs of life, what they refused to take. */
#include "diarist.h"
#include "../host/heartbeat.h"

#include <linux/rtnetlink.h>

/* A change counts when its delay is over, or nobody else carries traffic. */
static void nicbond_watch_test_delays(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_DOWN_DELAY, 3600000);
	nicbond_test_option(t, NICBOND_OPTION_UP_DELAY, 3600000);
	a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
	nicbond_test_primary(t, 0);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	KUNIT_EXPECT_TRUE(test, t->master->waiting);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	a[0].member.liveness.due = nicbond_liveness_now();
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_EQ(test, t->master->downs[NICBOND_CAUSE_TRANSMIT], 1);
	KUNIT_EXPECT_FALSE(test, t->master->waiting);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));

	/* It comes back, and waits, until the others are gone. */
	a[0].dead = false;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	a[2].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	a[0].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(t->dev));
	rtnl_unlock();
}

/* Looks at all, between which all but those in @still beat. */
static void nicbond_test_looks(struct nicbond_failover_test *t,
			       unsigned int count, unsigned long still)
{
	unsigned int i;

	while (count--) {
		for (i = 0; i < ADAPTORS; i++)
			if (!(still & BIT(i)))
				WRITE_ONCE(t->a[i].beat, t->a[i].beat + 1);
		t->master->heartbeat_looked = jiffies - HZ / 10;
		nicbond_heartbeat_check(t->master);
	}
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
}

/* Who gives no sign of life is down, while others do; and is told all when it does. */
static void nicbond_watch_test_hung(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	/* The case looks. */
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 10, 0);
	nicbond_test_looks(t, 2, BIT(0));
	nicbond_test_primary(t, 0);
	a[0].writes_left = 0;
	nicbond_test_looks(t, 1, BIT(0));
	KUNIT_EXPECT_PTR_EQ(test, nicbond_failover_primary(t->master), &a[1].member);
	KUNIT_EXPECT_EQ(test, a[0].role, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_EQ(test, nicbond_member_state(&a[0].member),
			NICBOND_MEMBER_STATE_HUNG);
	KUNIT_EXPECT_EQ(test, t->master->downs[NICBOND_CAUSE_HEARTBEAT], 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));

	/* All stand still: that is the host's own fault. */
	nicbond_test_looks(t, 10, BIT(0) | BIT(1) | BIT(2));
	KUNIT_EXPECT_PTR_EQ(test, nicbond_failover_primary(t->master), &a[1].member);
	KUNIT_EXPECT_TRUE(test, a[2].member.liveness.up);

	a[0].writes_left = NEVER;
	nicbond_test_looks(t, 1, 0);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_TRUE(test, a[0].member.liveness.up);
	KUNIT_EXPECT_EQ(test, a[0].member.liveness.cause, NICBOND_CAUSE_HEARTBEAT);
	KUNIT_EXPECT_EQ(test, a[0].epoch, t->master->fence);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));
	rtnl_unlock();
}

/* No delay for what the firmware does not re-steer; nobody dead becomes primary. */
static void nicbond_watch_test_impatient(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	nicbond_test_option(t, NICBOND_OPTION_DOWN_DELAY, 3600000);
	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 2, 0);

	/* It waits, dead, and is no candidate. */
	a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_TRUE(test, a[1].member.liveness.up);
	a[1].member.option[NICBOND_MEMBER_OPTION_PRIORITY] = 9;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 0);
	nicbond_test_looks(t, 3, BIT(0));
	nicbond_test_primary(t, 2);
	KUNIT_EXPECT_FALSE(test, a[0].member.liveness.up);
	rtnl_unlock();
}

/* Looks that come too early count for nothing, however many. */
static void nicbond_watch_test_early(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	int i;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	t->master->heartbeat_looked = jiffies;
	for (i = 0; i < 100; i++) {
		WRITE_ONCE(t->a[1].beat, i);
		t->master->heartbeat_looked = jiffies;
		nicbond_heartbeat_check(t->master);
	}
	KUNIT_EXPECT_FALSE(test, t->a[0].member.hung);
	KUNIT_EXPECT_FALSE(test, t->a[2].member.hung);
	rtnl_unlock();
}

/* A FENCE that was refused in the switch is written again. */
static void nicbond_watch_test_unfenced(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	a[0].writes_left = 0;
	KUNIT_EXPECT_EQ(test, nicbond_failover_ask(t->master, &a[1].member, NULL), 0);
	KUNIT_EXPECT_EQ(test, a[0].role, NICBOND_ROLE_PRIMARY);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->master->timer_work));
	a[0].writes_left = NEVER;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	nicbond_test_primary(t, 1);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&t->master->timer_work));
	rtnl_unlock();
}

/* Others' word counts at once, if there is something in it; a late look does not. */
static void nicbond_watch_test_accused(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;
	struct nicbond_diarist *a = t->a;

	rtnl_lock();
	nicbond_test_join(t, ADAPTORS);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	nicbond_test_looks(t, 2, 0);
	a[1].silent = BIT(0);
	nicbond_test_looks(t, 2, 0);
	nicbond_test_primary(t, 0);
	nicbond_test_looks(t, 1, BIT(0));
	nicbond_test_primary(t, 1);

	/* By who is still himself, it does not count. */
	a[1].silent = 0;
	nicbond_test_looks(t, 1, 0);
	a[0].silent = BIT(1);
	nicbond_test_looks(t, 1, BIT(0) | BIT(1));
	nicbond_test_primary(t, 1);

	nicbond_test_option(t, NICBOND_OPTION_HEARTBEAT_MISSES, 3);
	cancel_delayed_work_sync(&t->master->heartbeat_work);
	a[0].silent = 0;
	nicbond_test_looks(t, 1, 0);
	nicbond_test_looks(t, 2, BIT(1));
	t->master->heartbeat_looked = jiffies - 60 * HZ;
	WRITE_ONCE(a[0].beat, a[0].beat + 1);
	nicbond_heartbeat_check(t->master);
	nicbond_failover_update(t->master, NICBOND_CAUSE_TRANSMIT);
	nicbond_test_primary(t, 1);
	rtnl_unlock();
}

static void nicbond_watch_test_min_links(struct kunit *test)
{
	struct nicbond_failover_test *t = test->priv;

	rtnl_lock();
	nicbond_test_join(t, 2);
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 2);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	t->a[1].dead = true;
	nicbond_failover_update(t->master, NICBOND_CAUSE_NOTIFIER);
	KUNIT_EXPECT_FALSE(test, netif_carrier_ok(t->dev));
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 1);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	nicbond_test_option(t, NICBOND_OPTION_MIN_LINKS, 3);
	t->a[1].dead = false;
	KUNIT_EXPECT_EQ(test, nicbond_failover_join(&t->a[2].member), 0);
	KUNIT_EXPECT_TRUE(test, netif_carrier_ok(t->dev));
	rtnl_unlock();
}

static struct kunit_case nicbond_watch_test_cases[] = {
	KUNIT_CASE(nicbond_watch_test_delays),
	KUNIT_CASE(nicbond_watch_test_hung),
	KUNIT_CASE(nicbond_watch_test_impatient),
	KUNIT_CASE(nicbond_watch_test_early),
	KUNIT_CASE(nicbond_watch_test_unfenced),
	KUNIT_CASE(nicbond_watch_test_accused),
	KUNIT_CASE(nicbond_watch_test_min_links),
	{}
};

static struct kunit_suite nicbond_watch_suite = {
	.name = "nicbond_watch",
	.init = nicbond_diarist_init,
	.exit = nicbond_diarist_exit,
	.test_cases = nicbond_watch_test_cases,
};

kunit_test_suite(nicbond_watch_suite);
