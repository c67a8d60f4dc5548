// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fsm.c.
 */
#include "tcp_fix.h"

static void legal__the_arrows_of_rfc9293(struct kunit *test)
{
	static const u8 yes[][2] = {
		{ TCP_CLOSE, TCP_LISTEN }, { TCP_CLOSE, TCP_SYN_SENT },
		{ TCP_LISTEN, TCP_SYN_RECV }, { TCP_SYN_SENT, TCP_SYN_RECV },
		{ TCP_SYN_SENT, TCP_ESTABLISHED },
		{ TCP_SYN_RECV, TCP_ESTABLISHED },
		{ TCP_SYN_RECV, TCP_FIN_WAIT1 },
		{ TCP_ESTABLISHED, TCP_FIN_WAIT1 },
		{ TCP_ESTABLISHED, TCP_CLOSE_WAIT },
		{ TCP_FIN_WAIT1, TCP_FIN_WAIT2 }, { TCP_FIN_WAIT1, TCP_CLOSING },
		{ TCP_FIN_WAIT1, TCP_TIME_WAIT }, { TCP_FIN_WAIT2, TCP_TIME_WAIT },
		{ TCP_CLOSING, TCP_TIME_WAIT }, { TCP_CLOSE_WAIT, TCP_LAST_ACK },
	};
	static const u8 no[][2] = {
		{ TCP_CLOSE, TCP_ESTABLISHED }, { TCP_LISTEN, TCP_ESTABLISHED },
		{ TCP_ESTABLISHED, TCP_SYN_SENT },
		{ TCP_ESTABLISHED, TCP_TIME_WAIT },
		{ TCP_ESTABLISHED, TCP_LAST_ACK },
		{ TCP_CLOSE_WAIT, TCP_FIN_WAIT1 },
		{ TCP_FIN_WAIT2, TCP_ESTABLISHED },
		{ TCP_TIME_WAIT, TCP_ESTABLISHED },
		{ TCP_LAST_ACK, TCP_TIME_WAIT },
		{ 0, TCP_CLOSE }, { TCP_MAX_STATES, TCP_CLOSE },
		{ TCP_CLOSE, TCP_MAX_STATES },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(yes); i++)
		KUNIT_EXPECT_TRUE_MSG(test, exs_tcp_fsm_legal(yes[i][0], yes[i][1]),
				      "%u -> %u", yes[i][0], yes[i][1]);
	for (i = 0; i < ARRAY_SIZE(no); i++)
		KUNIT_EXPECT_FALSE_MSG(test, exs_tcp_fsm_legal(no[i][0], no[i][1]),
				       "%u -> %u", no[i][0], no[i][1]);
}

static void legal__every_state_may_close(struct kunit *test)
{
	u8 s;

	for (s = TCP_ESTABLISHED; s <= TCP_CLOSING; s++)
		KUNIT_EXPECT_TRUE(test, exs_tcp_fsm_legal(s, TCP_CLOSE));
}

static void set_state__keeps_the_counters(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	unsigned long estab = exs_mib_read(en, EXS_MIB_TCP_CurrEstab);
	unsigned long resets = exs_mib_read(en, EXS_MIB_TCP_EstabResets);
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_TCP_CurrEstab),
			estab + 1);
	exs_tcp_set_state(f.sk, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_TCP_CurrEstab),
			estab + 1);
	exs_tcp_set_state(f.sk, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_TCP_CurrEstab), estab);
	KUNIT_EXPECT_EQ(test, exs_mib_read(en, EXS_MIB_TCP_EstabResets),
			resets + 1);
	exs_tcp_fix_close(test, &f);
}

static struct kunit_case exs_tcp_fsm_cases[] = {
	KUNIT_CASE(legal__the_arrows_of_rfc9293),
	KUNIT_CASE(legal__every_state_may_close),
	KUNIT_CASE(set_state__keeps_the_counters),
	{}
};

static struct kunit_suite exs_tcp_fsm_suite = {
	.name = "expstack_tcp_fsm",
	.test_cases = exs_tcp_fsm_cases,
};

kunit_test_suite(exs_tcp_fsm_suite);
