// SPDX-License-Identifier: GPL-2.0
/*
 * expstack link: suite of module/link/neigh_fsm.c.
 */
#include <kunit/test.h>

#include "link/link_priv.h"

/* jiffies just before the wrap. */
#define EXS_NEIGH_TEST_NOW	(0UL - 5000)

static const struct exs_neigh_param exs_neigh_test_param = {
	.reachable_time = 30000,
	.retrans_time = 1000,
	.delay_probe_time = 5000,
	.mcast_solicit = 3,
	.ucast_solicit = 2,
};

static struct exs_neigh_step exs_neigh_test_step(u8 nud)
{
	return (struct exs_neigh_step) {
		.nud = nud,
		.confirmed = EXS_NEIGH_TEST_NOW - 100000,
		.updated = EXS_NEIGH_TEST_NOW - 100000,
		.used = EXS_NEIGH_TEST_NOW - 100000,
		.actions = 0xff,
	};
}

static void exs_neigh_fsm_test_first_packet_asks(struct kunit *test)
{
	static const u8 from[] = { NUD_NONE, NUD_FAILED };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(from[i]);

		exs_neigh_fsm_use(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
		KUNIT_EXPECT_EQ(test, s.nud, NUD_INCOMPLETE);
		KUNIT_EXPECT_EQ(test, s.probes, 1);
		KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_SOLICIT_BCAST);
		KUNIT_EXPECT_TRUE(test, s.timer);
		KUNIT_EXPECT_EQ(test, s.expires, EXS_NEIGH_TEST_NOW + 1000);
	}
}

static void exs_neigh_fsm_test_use_changes_only_stale(struct kunit *test)
{
	static const u8 same[] = {
		NUD_INCOMPLETE, NUD_REACHABLE, NUD_DELAY, NUD_PROBE,
		NUD_PERMANENT, NUD_NOARP,
	};
	struct exs_neigh_step s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		s = exs_neigh_test_step(same[i]);
		exs_neigh_fsm_use(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
		KUNIT_EXPECT_EQ(test, s.nud, same[i]);
		KUNIT_EXPECT_EQ(test, s.actions, 0);
		KUNIT_EXPECT_FALSE(test, s.timer);
	}
	s = exs_neigh_test_step(NUD_STALE);
	exs_neigh_fsm_use(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_DELAY);
	KUNIT_EXPECT_EQ(test, s.actions, 0);
	KUNIT_EXPECT_EQ(test, s.expires, EXS_NEIGH_TEST_NOW + 5000);
}

/* Three requests a second apart, then the queue is given up. */
static void exs_neigh_fsm_test_nobody_answers(struct kunit *test)
{
	struct exs_neigh_step s = exs_neigh_test_step(NUD_NONE);
	unsigned long now = EXS_NEIGH_TEST_NOW;
	unsigned int i;

	exs_neigh_fsm_use(&s, &exs_neigh_test_param, now);
	for (i = 2; i <= 3; i++) {
		now = s.expires;
		exs_neigh_fsm_timer(&s, &exs_neigh_test_param, now);
		KUNIT_EXPECT_EQ(test, s.nud, NUD_INCOMPLETE);
		KUNIT_EXPECT_EQ(test, s.probes, i);
		KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_SOLICIT_BCAST);
		KUNIT_EXPECT_EQ(test, s.expires, now + 1000);
	}
	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, s.expires);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_FAILED);
	KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_FAIL);
	KUNIT_EXPECT_FALSE(test, s.timer);
}

static void exs_neigh_fsm_test_no_requests_allowed(struct kunit *test)
{
	struct exs_neigh_step s = exs_neigh_test_step(NUD_NONE);
	struct exs_neigh_param p = exs_neigh_test_param;

	p.mcast_solicit = 0;
	exs_neigh_fsm_use(&s, &p, EXS_NEIGH_TEST_NOW);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_FAILED);
	KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_FAIL);
}

static void exs_neigh_fsm_test_reachable_ages(struct kunit *test)
{
	static const struct {
		long confirmed;		/* before now */
		long used;
		u8 want;
		long expires;		/* after now; 0: no timer */
	} cases[] = {
		{ 29999, 90000, NUD_REACHABLE, 1 },
		{ 30000, 90000, NUD_STALE, 0 },
		{ 30001, 90000, NUD_STALE, 0 },
		{ 30000, 5000, NUD_STALE, 0 },
		{ 30000, 4999, NUD_DELAY, 5000 },
		{ 30000, 0, NUD_DELAY, 5000 },
		{ 0, 0, NUD_REACHABLE, 30000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(NUD_REACHABLE);

		s.confirmed = EXS_NEIGH_TEST_NOW - cases[i].confirmed;
		s.used = EXS_NEIGH_TEST_NOW - cases[i].used;
		exs_neigh_fsm_timer(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
		KUNIT_EXPECT_EQ_MSG(test, s.nud, cases[i].want, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, s.timer, cases[i].expires != 0, "case %u", i);
		if (s.timer)
			KUNIT_EXPECT_EQ_MSG(test, s.expires, EXS_NEIGH_TEST_NOW +
					    cases[i].expires, "case %u", i);
		KUNIT_EXPECT_EQ(test, s.actions, 0);
	}
}

/* Progress above during DELAY spares the request. */
static void exs_neigh_fsm_test_delay_confirmed(struct kunit *test)
{
	static const struct {
		long confirmed;
		u8 want;
		u8 actions;
	} cases[] = {
		{ 0, NUD_REACHABLE, 0 },
		{ 5000, NUD_REACHABLE, 0 },
		{ 5001, NUD_PROBE, EXS_NEIGH_ACT_SOLICIT_UCAST },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(NUD_DELAY);

		s.confirmed = EXS_NEIGH_TEST_NOW - cases[i].confirmed;
		exs_neigh_fsm_timer(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
		KUNIT_EXPECT_EQ_MSG(test, s.nud, cases[i].want, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, s.actions, cases[i].actions, "case %u", i);
		KUNIT_EXPECT_TRUE(test, s.timer);
	}
}

static void exs_neigh_fsm_test_probe_gives_up(struct kunit *test)
{
	struct exs_neigh_step s = exs_neigh_test_step(NUD_DELAY);

	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
	KUNIT_EXPECT_EQ(test, s.probes, 1);
	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, s.expires);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_PROBE);
	KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_SOLICIT_UCAST);
	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, s.expires);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_FAILED);
	KUNIT_EXPECT_EQ(test, s.actions, EXS_NEIGH_ACT_FAIL);
}

static void exs_neigh_fsm_test_probe_confirmed_above(struct kunit *test)
{
	struct exs_neigh_step s = exs_neigh_test_step(NUD_DELAY);

	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
	KUNIT_ASSERT_EQ(test, s.nud, NUD_PROBE);
	s.confirmed = EXS_NEIGH_TEST_NOW + 500;
	exs_neigh_fsm_timer(&s, &exs_neigh_test_param, s.expires);
	KUNIT_EXPECT_EQ(test, s.nud, NUD_REACHABLE);
	KUNIT_EXPECT_EQ(test, s.expires, EXS_NEIGH_TEST_NOW + 30500);
}

/* State x what is heard -> state, actions. */
static void exs_neigh_fsm_test_heard(struct kunit *test)
{
	const u8 addr = EXS_NEIGH_ACT_NEW_ADDR;
	const u8 flush = EXS_NEIGH_ACT_NEW_ADDR | EXS_NEIGH_ACT_FLUSH;
	const struct {
		u8 nud, news;
		bool same, override;
		u8 want, actions;
	} cases[] = {
		{ NUD_NONE, NUD_STALE, false, true, NUD_STALE, flush },
		{ NUD_NONE, NUD_STALE, false, false, NUD_STALE, flush },
		{ NUD_INCOMPLETE, NUD_REACHABLE, false, true, NUD_REACHABLE, flush },
		{ NUD_INCOMPLETE, NUD_REACHABLE, true, false, NUD_REACHABLE, flush },
		{ NUD_INCOMPLETE, NUD_STALE, false, true, NUD_STALE, flush },
		{ NUD_FAILED, NUD_STALE, true, true, NUD_STALE, flush },
		{ NUD_REACHABLE, NUD_STALE, true, true, NUD_REACHABLE, 0 },
		{ NUD_REACHABLE, NUD_STALE, false, true, NUD_STALE, addr },
		{ NUD_REACHABLE, NUD_STALE, false, false, NUD_REACHABLE, 0 },
		{ NUD_REACHABLE, NUD_REACHABLE, true, true, NUD_REACHABLE, 0 },
		{ NUD_REACHABLE, NUD_REACHABLE, false, true, NUD_REACHABLE, addr },
		{ NUD_REACHABLE, NUD_REACHABLE, false, false, NUD_REACHABLE, 0 },
		{ NUD_STALE, NUD_STALE, true, true, NUD_STALE, 0 },
		{ NUD_STALE, NUD_REACHABLE, true, false, NUD_REACHABLE, 0 },
		{ NUD_STALE, NUD_REACHABLE, false, true, NUD_REACHABLE, addr },
		{ NUD_DELAY, NUD_STALE, true, true, NUD_DELAY, 0 },
		{ NUD_DELAY, NUD_REACHABLE, true, true, NUD_REACHABLE, 0 },
		{ NUD_PROBE, NUD_REACHABLE, true, true, NUD_REACHABLE, 0 },
		{ NUD_PROBE, NUD_STALE, false, true, NUD_STALE, addr },
		{ NUD_PERMANENT, NUD_REACHABLE, false, true, NUD_PERMANENT, 0 },
		{ NUD_NOARP, NUD_STALE, false, true, NUD_NOARP, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(cases[i].nud);
		struct exs_neigh_news news = {
			.nud = cases[i].news, .same_addr = cases[i].same,
			.override = cases[i].override,
		};

		exs_neigh_fsm_heard(&s, &exs_neigh_test_param,
				    EXS_NEIGH_TEST_NOW, &news);
		KUNIT_EXPECT_EQ_MSG(test, s.nud, cases[i].want, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, s.actions, cases[i].actions, "case %u", i);
		if (s.nud == NUD_REACHABLE && s.timer)
			KUNIT_EXPECT_EQ(test, s.expires,
					EXS_NEIGH_TEST_NOW + 30000);
	}
}

static void exs_neigh_fsm_test_set(struct kunit *test)
{
	static const struct {
		u8 from, to;
		bool new_addr;
		u8 actions;
		bool timer;
	} cases[] = {
		{ NUD_NONE, NUD_PERMANENT, true,
		  EXS_NEIGH_ACT_NEW_ADDR | EXS_NEIGH_ACT_FLUSH, false },
		{ NUD_INCOMPLETE, NUD_REACHABLE, true,
		  EXS_NEIGH_ACT_NEW_ADDR | EXS_NEIGH_ACT_FLUSH, true },
		{ NUD_REACHABLE, NUD_STALE, false, 0, false },
		{ NUD_PERMANENT, NUD_STALE, false, 0, false },
		{ NUD_STALE, NUD_DELAY, false, 0, true },
		{ NUD_STALE, NUD_PROBE, false, EXS_NEIGH_ACT_SOLICIT_UCAST, true },
		{ NUD_REACHABLE, NUD_FAILED, false, EXS_NEIGH_ACT_FAIL, false },
		{ NUD_NONE, NUD_FAILED, false, EXS_NEIGH_ACT_FAIL, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(cases[i].from);

		exs_neigh_fsm_set(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW,
				  cases[i].to, cases[i].new_addr);
		KUNIT_EXPECT_EQ_MSG(test, s.nud, cases[i].to, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, s.actions, cases[i].actions, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, s.timer, cases[i].timer, "case %u", i);
	}
}

/* No timer may change what an administrator set, or a state without timer. */
static void exs_neigh_fsm_test_timer_elsewhere(struct kunit *test)
{
	static const u8 states[] = {
		NUD_NONE, NUD_STALE, NUD_FAILED, NUD_PERMANENT, NUD_NOARP,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		struct exs_neigh_step s = exs_neigh_test_step(states[i]);

		exs_neigh_fsm_timer(&s, &exs_neigh_test_param, EXS_NEIGH_TEST_NOW);
		KUNIT_EXPECT_EQ(test, s.nud, states[i]);
		KUNIT_EXPECT_EQ(test, s.actions, 0);
		KUNIT_EXPECT_FALSE(test, s.timer);
	}
}

static struct kunit_case exs_neigh_fsm_test_cases[] = {
	KUNIT_CASE(exs_neigh_fsm_test_first_packet_asks),
	KUNIT_CASE(exs_neigh_fsm_test_use_changes_only_stale),
	KUNIT_CASE(exs_neigh_fsm_test_nobody_answers),
	KUNIT_CASE(exs_neigh_fsm_test_no_requests_allowed),
	KUNIT_CASE(exs_neigh_fsm_test_reachable_ages),
	KUNIT_CASE(exs_neigh_fsm_test_delay_confirmed),
	KUNIT_CASE(exs_neigh_fsm_test_probe_gives_up),
	KUNIT_CASE(exs_neigh_fsm_test_probe_confirmed_above),
	KUNIT_CASE(exs_neigh_fsm_test_heard),
	KUNIT_CASE(exs_neigh_fsm_test_set),
	KUNIT_CASE(exs_neigh_fsm_test_timer_elsewhere),
	{}
};

static struct kunit_suite exs_neigh_fsm_test_suite = {
	.name = "expstack_link_neigh_fsm",
	.test_cases = exs_neigh_fsm_test_cases,
};
kunit_test_suite(exs_neigh_fsm_test_suite);
