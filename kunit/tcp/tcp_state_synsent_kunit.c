// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_state_synsent.c (RFC 9293 3.10.7.3).
 */
#include <linux/delay.h>

#include "tcp_wire.h"

#define NONE	0xff

/* Our SYN has number 0: only 1 acknowledges it. */
static void segment__by_flags(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 ack;
		u8 state;
		u8 out;
		u32 out_seq, out_ack;
		int err;
	} t[] = {
		{ W_SYN | W_ACK, 1, TCP_ESTABLISHED, W_ACK, 1, 1, 0 },
		{ W_SYN | W_ACK, 0, TCP_SYN_SENT, W_RST, 0, 0, 0 },
		{ W_SYN | W_ACK, 2, TCP_SYN_SENT, W_RST, 2, 0, 0 },
		{ W_ACK, 0, TCP_SYN_SENT, W_RST, 0, 0, 0 },
		{ W_ACK, 2, TCP_SYN_SENT, W_RST, 2, 0, 0 },
		/* An acceptable ACK without SYN says nothing. */
		{ W_ACK, 1, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ W_FIN, 0, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ 0, 0, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ W_RST, 0, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ W_RST | W_ACK, 0, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ W_RST | W_ACK, 2, TCP_SYN_SENT, NONE, 0, 0, 0 },
		{ W_RST | W_ACK, 1, TCP_CLOSE, NONE, 0, 0, ECONNREFUSED },
		/* Simultaneous open: figure 7 of 3.5. */
		{ W_SYN, 0, TCP_SYN_RECV, W_SYN | W_ACK, 0, 1, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_socket(test);

		exs_wire_connect(w);
		/* Not the first SYN: none is repeated soon. */
		w->tp->retransmits = 1;
		exs_wire_in(w, t[i].flags, 0, t[i].ack, 0);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_state, t[i].state,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err, t[i].err, "row %u", i);
		if (t[i].out != NONE)
			EXS_WIRE_OUT(w, t[i].out, t[i].out_seq, t[i].out_ack,
				     0);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
	}
}

static void open__synchronizes_the_numbers(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, EXS_WIRE_IRS + 1);
	KUNIT_EXPECT_EQ(test, w->tp->copied_seq, EXS_WIRE_IRS + 1);
	KUNIT_EXPECT_EQ(test, w->tp->snd_una, w->iss + 1);
	KUNIT_EXPECT_EQ(test, w->tp->snd_nxt, w->iss + 1);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_GT(test, w->tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 10U);
}

/* An option counts where both sides sent it. */
static void options__of_the_answer(struct kunit *test)
{
	static const struct {
		struct exs_tcp_opt_out opt;
		u16 user_mss;
		u16 mss;
		u8 wscale_ok, snd_wscale, sack_ok;
	} t[] = {
		{ { }, 0, 536, 0, 0, 0 },
		{ { .mss = 1400 }, 0, 1400, 0, 0, 0 },
		{ { .mss = 1400 }, 700, 700, 0, 0, 0 },
		{ { .mss = 600 }, 700, 600, 0, 0, 0 },
		{ { .use_wscale = true, .wscale = 7 }, 0, 536, 1, 7, 0 },
		/* RFC 7323 2.3: more than 14 is 14. */
		{ { .use_wscale = true, .wscale = 15 }, 0, 536, 1, 14, 0 },
		{ { .use_wscale = true, .wscale = 0 }, 0, 536, 1, 0, 0 },
		{ { .sack_perm = true }, 0, 536, 0, 0, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_socket(test);
		struct exs_wire_seg seg = {
			.flags = W_SYN | W_ACK, .ack = 1, .win = 1000,
			.opt = t[i].opt,
		};

		exs_tcp_ext_own(w->tp, GFP_ATOMIC)->user_mss = t[i].user_mss;
		exs_wire_connect(w);
		KUNIT_EXPECT_TRUE(test, w->last.o.saw_wscale);
		KUNIT_EXPECT_TRUE(test, w->last.o.saw_sack_perm);
		KUNIT_EXPECT_TRUE(test, w->last.o.saw_tstamp);
		exs_wire_rcv(w, &seg);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->mss_clamp, t[i].mss,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (int)w->tp->wscale_ok, t[i].wscale_ok,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (int)w->tp->snd_wscale, t[i].snd_wscale,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!w->tp->rcv_wscale, t[i].wscale_ok,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (int)w->tp->sack_ok, t[i].sack_ok,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, (int)w->tp->tstamp_ok, 0, "row %u", i);
		/* RFC 7323 2.2: the window of a SYN is never scaled. */
		KUNIT_EXPECT_EQ_MSG(test, w->tp->snd_wnd, 1000U, "row %u", i);
		exs_wire_release(w);
	}
}

static void options__not_offered_do_not_count(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_wire_seg seg = {
		.flags = W_SYN | W_ACK, .ack = 1, .win = 1000,
		.opt = { .use_wscale = true, .wscale = 7, .sack_perm = true,
			 .use_ts = true, .tsval = 5 },
	};

	en->sysctl.tcp_timestamps = 0;
	en->sysctl.tcp_sack = 0;
	en->sysctl.tcp_window_scaling = 0;
	exs_wire_connect(w);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_wscale);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_sack_perm);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_tstamp);
	exs_wire_rcv(w, &seg);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, (int)w->tp->wscale_ok, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->snd_wscale, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->sack_ok, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->tstamp_ok, 0);
}

static void timestamp__is_echoed(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);

	KUNIT_EXPECT_TRUE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, w->tsval);
	KUNIT_EXPECT_EQ(test, w->tp->header_len, 32);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, EXS_WIRE_MSS - 12U);
}

/* An echo of what we never sent: an old duplicate, or made up. */
static void timestamp__wrong_echo_is_reset(struct kunit *test)
{
	static const s32 off[] = { 100000, -1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(off); i++) {
		struct exs_wire *w = exs_wire_socket(test);
		struct exs_wire_seg seg = {
			.flags = W_SYN | W_ACK, .ack = 1, .win = 1000,
			.opt = { .use_ts = true, .tsval = 5 },
		};
		unsigned long drops = exs_wire_drops(test, EXS_DROP_TCP_PAWS);

		exs_wire_connect(w);
		seg.opt.tsecr = w->tsecr + off[i];
		exs_wire_rcv(w, &seg);
		EXS_WIRE_STATE(w, TCP_SYN_SENT);
		EXS_WIRE_OUT(w, W_RST, 1, 0, 0);
		KUNIT_EXPECT_EQ(test, exs_wire_drops(test, EXS_DROP_TCP_PAWS),
				drops + 1);
		exs_wire_release(w);
	}
}

/* RFC 9293 3.5.1: the reset ends what the peer had; then it takes a SYN. */
static void refused__syn_comes_again_soon(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_connect(w);
	exs_wire_in(w, W_ACK, 50, 70, 0);
	EXS_WIRE_OUT(w, W_RST, 70, 0, 0);
	msleep(20);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
	/* Once: two that misunderstand each other must not go on for ever. */
	exs_wire_in(w, W_ACK, 50, 70, 0);
	EXS_WIRE_OUT(w, W_RST, 70, 0, 0);
	msleep(20);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_SYN_SENT);
}

/* Somebody waits to write: text will carry the third ACK. */
static void third_ack__waits_for_text(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_connect(w);
	w->sk->sk_write_pending = 1;
	exs_wire_in(w, W_SYN | W_ACK, 0, 1, 0);
	w->sk->sk_write_pending = 0;
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, w->tp->ack.pending & EXS_TCP_ACK_TIMER);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 3, 0), 3);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 3);
	KUNIT_EXPECT_EQ(test, w->tp->ack.pending, 0);
}

static void simultaneous__completes(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_connect(w);
	exs_wire_in(w, W_SYN, 0, 0, 0);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	/* The peer's SYN-ACK repeats its SYN. */
	exs_wire_in(w, W_SYN | W_ACK, 0, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
}

/* Our windows stay what our SYN said; the peer's are not scaled. */
static void simultaneous__without_scaling(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 1000, .opt.mss = EXS_WIRE_MSS,
	};
	int wscale;

	exs_wire_connect(w);
	wscale = w->tp->rcv_wscale;
	KUNIT_ASSERT_GT(test, wscale, 0);
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, (int)w->tp->wscale_ok, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->rcv_wscale, wscale);
	KUNIT_EXPECT_EQ(test, (int)w->tp->snd_wscale, 0);
}

static struct kunit_case exs_tcp_state_synsent_cases[] = {
	KUNIT_CASE(segment__by_flags),
	KUNIT_CASE(open__synchronizes_the_numbers),
	KUNIT_CASE(options__of_the_answer),
	KUNIT_CASE(options__not_offered_do_not_count),
	KUNIT_CASE(timestamp__is_echoed),
	KUNIT_CASE(timestamp__wrong_echo_is_reset),
	KUNIT_CASE(refused__syn_comes_again_soon),
	KUNIT_CASE(third_ack__waits_for_text),
	KUNIT_CASE(simultaneous__completes),
	KUNIT_CASE(simultaneous__without_scaling),
	{}
};

static struct kunit_suite exs_tcp_state_synsent_suite = {
	.name = "expstack_tcp_state_synsent",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_state_synsent_cases,
};

kunit_test_suite(exs_tcp_state_synsent_suite);
