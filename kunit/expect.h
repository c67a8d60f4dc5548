/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack: expectations of values that have a byte order, or are checksums.
 * KUnit's own make a long long of both sides, which sparse does not allow.
 */
#ifndef _EXS_EXPECT_H
#define _EXS_EXPECT_H

#include <kunit/test.h>

#define EXS_EXPECT_BEEQ(test, left, right)				\
	KUNIT_EXPECT_EQ(test, (__force u32)(left), (__force u32)(right))
#define EXS_EXPECT_BENE(test, left, right)				\
	KUNIT_EXPECT_NE(test, (__force u32)(left), (__force u32)(right))
#define EXS_ASSERT_BEEQ(test, left, right)				\
	KUNIT_ASSERT_EQ(test, (__force u32)(left), (__force u32)(right))
#define EXS_ASSERT_BENE(test, left, right)				\
	KUNIT_ASSERT_NE(test, (__force u32)(left), (__force u32)(right))

#endif /* _EXS_EXPECT_H */
