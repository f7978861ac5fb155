/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In place of KUnit, for who uses its tests' frames (drivers/net/nicbond/tests/frame.c) where
 * there is none: what is asserted there is so, or the sources are wrong; and what is allocated
 * is the caller's, for kfree().
 */
#ifndef _NICBOND_TESTS_MODULES_KUNIT_TEST_H
#define _NICBOND_TESTS_MODULES_KUNIT_TEST_H

#include <linux/bug.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KUNIT_PARAM_DESC_SIZE 128

struct kunit {
	char name[KUNIT_PARAM_DESC_SIZE];
};

#define kunit_kzalloc(test, size, gfp) kzalloc(size, gfp)

#define KUNIT_ASSERT_NOT_NULL(test, p)		\
	do {					\
		if (!(p))			\
			__builtin_trap();	\
	} while (0)
#define KUNIT_ASSERT_EQ(test, a, b) WARN_ON((a) != (b))
#define KUNIT_ASSERT_LE(test, a, b) WARN_ON((a) > (b))
#define KUNIT_FAIL(test, ...) WARN_ON(1)

#endif /* _NICBOND_TESTS_MODULES_KUNIT_TEST_H */
