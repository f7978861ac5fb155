// SPDX-License-Identifier: GPL-2.0
/* What the kernel is told of a drop. */
#include "../fw/counters.h"

#include <kunit/test.h>
#include <linux/string.h>

#define NICBOND_COUNTERS_NAME(id, name, text)	name,
static const char *const nicbond_counters_names[] = {
	NICBOND_COUNTERS(NICBOND_COUNTERS_NAME)
};

/* Each drop has a reason, one that says something; what is no drop has none. */
static void nicbond_counters_test_reason(struct kunit *test)
{
	enum skb_drop_reason reason;
	unsigned int drops = 0;
	const char *name;
	int i;

	for (i = 0; i < NICBOND_COUNTER_MAX; i++) {
		name = nicbond_counters_names[i];
		reason = nicbond_counters_reason(i);
		if (!strstarts(name, "drop_")) {
			KUNIT_EXPECT_EQ_MSG(test, reason, SKB_NOT_DROPPED_YET,
					    "%s", name);
			continue;
		}
		drops++;
		KUNIT_EXPECT_GT_MSG(test, reason, SKB_DROP_REASON_NOT_SPECIFIED,
				    "%s", name);
		KUNIT_EXPECT_LT_MSG(test, reason, SKB_DROP_REASON_MAX, "%s",
				    name);
	}
	KUNIT_EXPECT_NE(test, drops, 0);
}

static struct kunit_case nicbond_counters_test_cases[] = {
	KUNIT_CASE(nicbond_counters_test_reason),
	{}
};

static struct kunit_suite nicbond_counters_suite = {
	.name = "nicbond_counters",
	.test_cases = nicbond_counters_test_cases,
};

kunit_test_suite(nicbond_counters_suite);
