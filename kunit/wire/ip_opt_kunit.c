// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/ip_opt.c.
 */
#include <kunit/test.h>

#include <expstack/wire.h>

struct exs_ip_opt_test_row {
	const char *name;
	u8 opt[40];
	u8 len;
	u8 bad;			/* 0: right */
	u8 srr, rr, ts, ra;
};

static const struct exs_ip_opt_test_row exs_ip_opt_test_rows[] = {
	{ "none", { 0 }, 0 },
	{ "end", { 0, 0xff, 0xff, 0xff }, 4 },
	{ "noops", { 1, 1, 1, 1 }, 4 },
	{ "record route, empty", { 7, 7, 4, 0, 0, 0, 0, 0 }, 8, .rr = 20 },
	{ "record route, full", { 7, 7, 8, 1, 2, 3, 4, 0 }, 8, .rr = 20 },
	{ "behind a noop", { 1, 7, 7, 4, 0, 0, 0, 0 }, 8, .rr = 21 },
	{ "record route, pointer 3", { 7, 7, 3, 0, 0, 0, 0, 0 }, 8, .bad = 22 },
	{ "record route, half a slot", { 7, 7, 5, 0, 0, 0, 0, 0 }, 8, .bad = 22 },
	{ "record route, length 2", { 7, 2, 0, 0 }, 4, .bad = 21 },
	{ "record route twice", { 7, 3, 4, 7, 3, 4, 0, 0 }, 8, .bad = 23, .rr = 20 },
	{ "loose", { 131, 7, 4, 10, 0, 0, 1, 0 }, 8, .srr = 20 },
	{ "strict", { 137, 7, 4, 10, 0, 0, 1, 0 }, 8, .srr = 20 },
	{ "source route, length 2", { 131, 2, 0, 0 }, 4, .bad = 21 },
	{ "loose and strict", { 131, 3, 4, 137, 3, 4, 0, 0 }, 8, .bad = 23, .srr = 20 },
	{ "timestamps", { 68, 8, 5, 0, 0, 0, 0, 0 }, 8, .ts = 20 },
	{ "timestamp, pointer 4", { 68, 8, 4, 0, 0, 0, 0, 0 }, 8, .bad = 22 },
	{ "timestamp, length 3", { 68, 3, 5, 0 }, 4, .bad = 21 },
	{ "timestamp with address", { 68, 12, 5, 1 }, 12, .ts = 20 },
	{ "with address, half a slot", { 68, 8, 5, 1, 0, 0, 0, 0 }, 8, .bad = 22 },
	{ "router alert", { 148, 4, 0, 0 }, 4, .ra = 20 },
	{ "router alert, other value", { 148, 4, 0, 1 }, 4 },
	{ "router alert, length 3", { 148, 3, 0, 0 }, 4, .bad = 21 },
	{ "unknown is skipped", { 130, 4, 9, 9, 148, 4, 0, 0 }, 8, .ra = 24 },
	{ "length 0", { 130, 0, 0, 0 }, 4, .bad = 21 },
	{ "length 1", { 130, 1, 0, 0 }, 4, .bad = 21 },
	{ "length at the end", { 130, 4, 0, 0 }, 4 },
	{ "length beyond the end", { 130, 5, 0, 0 }, 4, .bad = 21 },
	{ "no length byte", { 1, 1, 1, 7 }, 4, .bad = 23 },
};

static void exs_ip_opt_test_rows_run(struct kunit *test)
{
	struct exs_ip_opt o;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(exs_ip_opt_test_rows); i++) {
		const struct exs_ip_opt_test_row *r = &exs_ip_opt_test_rows[i];

		memset(&o, 0xff, sizeof(o));
		err = exs_ip_opt_parse(r->opt, r->len, &o);
		KUNIT_EXPECT_EQ_MSG(test, err, r->bad ? -EINVAL : 0, "%s", r->name);
		KUNIT_EXPECT_EQ_MSG(test, o.bad, r->bad, "%s", r->name);
		KUNIT_EXPECT_EQ_MSG(test, o.srr, r->srr, "%s", r->name);
		KUNIT_EXPECT_EQ_MSG(test, o.rr, r->rr, "%s", r->name);
		KUNIT_EXPECT_EQ_MSG(test, o.ts, r->ts, "%s", r->name);
		KUNIT_EXPECT_EQ_MSG(test, o.router_alert, r->ra, "%s", r->name);
	}
}

static void exs_ip_opt_test_strictness(struct kunit *test)
{
	static const u8 loose[] = { 131, 3, 4, 0 }, strict[] = { 137, 3, 4, 0 };
	struct exs_ip_opt o;

	KUNIT_EXPECT_EQ(test, 0, exs_ip_opt_parse(loose, 4, &o));
	KUNIT_EXPECT_FALSE(test, o.is_strictroute);
	KUNIT_EXPECT_EQ(test, 0, exs_ip_opt_parse(strict, 4, &o));
	KUNIT_EXPECT_TRUE(test, o.is_strictroute);
}

/* Nothing beyond the length is read: a buffer of its own for the sanitizer. */
static void exs_ip_opt_test_stays_inside(struct kunit *test)
{
	struct exs_ip_opt o;
	unsigned int len, a, b;
	u8 *p;

	for (len = 1; len <= 4; len++) {
		for (a = 0; a < 256; a++) {
			p = kunit_kzalloc(test, len, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p);
			for (b = 0; b <= len + 1; b++) {
				memset(p, b, len);
				p[0] = a;
				exs_ip_opt_parse(p, len, &o);
				KUNIT_EXPECT_LE(test, o.bad, 20 + len);
			}
			kunit_kfree(test, p);
		}
	}
}

static struct kunit_case exs_ip_opt_test_cases[] = {
	KUNIT_CASE(exs_ip_opt_test_rows_run),
	KUNIT_CASE(exs_ip_opt_test_strictness),
	KUNIT_CASE(exs_ip_opt_test_stays_inside),
	{}
};

static struct kunit_suite exs_ip_opt_test_suite = {
	.name = "expstack_wire_ip_opt",
	.test_cases = exs_ip_opt_test_cases,
};
kunit_test_suite(exs_ip_opt_test_suite);
