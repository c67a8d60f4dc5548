// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_acksched.c: when we acknowledge
 * (RFC 1122 4.2.3.2, RFC 5681 4.2).
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

static void quickack__half_the_windows_segments(struct kunit *test)
{
	static const struct {
		u32 rcv_wnd;
		u16 rcv_mss;
		unsigned int max;
		u8 before, quick;
	} t[] = {
		{ 65536, 536, 16, 0, 16 },
		{ 10000, 1000, 16, 0, 5 },
		{ 10000, 1000, 3, 0, 3 },
		{ 2000, 1000, 16, 0, 1 },
		{ 1999, 1000, 16, 0, 2 },
		{ 10000, 1000, 16, 9, 9 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->rcv_wnd = t[i].rcv_wnd;
		f.tp->ack.rcv_mss = t[i].rcv_mss;
		f.tp->ack.quick = t[i].before;
		exs_tcp_pingpong_enter(f.tp);
		f.tp->ack.ato = HZ;
		KUNIT_EXPECT_FALSE(test, exs_tcp_quickack_mode(f.sk));
		exs_tcp_quickack_enter(f.sk, t[i].max);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.quick, t[i].quick,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, f.tp->ack.pingpong, 0);
		KUNIT_EXPECT_EQ(test, f.tp->ack.ato, (u32)EXS_TCP_ATO_MIN);
		KUNIT_EXPECT_TRUE(test, exs_tcp_quickack_mode(f.sk));
	}
	f.tp->ack.quick = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_quickack_mode(f.sk));
	exs_tcp_fix_close(test, &f);
}

/* Text of len bytes was queued. */
static void exs_acksched_owed(struct kunit *test, struct exs_tcp_fix *f,
			      u32 len, u16 gso, bool psh)
{
	struct sk_buff *skb;

	skb = exs_tcp_fix_seg(test, W_ACK | (psh ? W_PSH : 0), f->tp->rcv_nxt,
			      EXS_FIX_ISS, len);
	skb_shinfo(skb)->gso_size = gso;
	__skb_pull(skb, tcp_hdrlen(skb));
	exs_tcp_ack_owed(f->sk, skb);
	skb_shinfo(skb)->gso_size = 0;
	kfree_skb(skb);
}

static void rcv_mss__of_the_peer(struct kunit *test)
{
	static const struct {
		u16 before;
		u32 len;
		u16 gso;
		bool psh;
		u16 rcv_mss, last;
		u8 pending;
	} t[] = {
		{ 536, 1000, 0, false, 1000, 0, 0 },
		/* GRO hands over many at once. */
		{ 536, 5000, 1000, false, 1000, 0, 0 },
		{ 536, 5000, 1000, true, 1000, 0, EXS_TCP_ACK_PUSHED },
		/* Never more than what we said we take. */
		{ 536, 2000, 0, false, 1460, 0, 0 },
		{ 1000, 1000, 0, true, 1000, 0, EXS_TCP_ACK_PUSHED },
		/* Short: the end of a write, unless it comes twice. */
		{ 1000, 600, 0, false, 1000, 600, EXS_TCP_ACK_PUSHED },
		{ 1000, 100, 0, false, 1000, 100, EXS_TCP_ACK_PUSHED },
		{ 1000, 100, 0, true, 1000, 0, EXS_TCP_ACK_PUSHED },
		{ 1000, 50, 0, false, 1000, 0, EXS_TCP_ACK_PUSHED },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		f.tp->ack.rcv_mss = t[i].before;
		exs_acksched_owed(test, &f, t[i].len, t[i].gso, t[i].psh);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.rcv_mss, t[i].rcv_mss,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.last_seg_size, t[i].last,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.pending,
				    t[i].pending | EXS_TCP_ACK_SCHED,
				    "row %u", i);
		f.tp->ack.pending = 0;
		exs_tcp_fix_close(test, &f);
	}
}

static void rcv_mss__short_ones_in_a_row(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->ack.rcv_mss = 1000;
	exs_acksched_owed(test, &f, 600, 0, false);
	exs_acksched_owed(test, &f, 600, 0, false);
	KUNIT_EXPECT_EQ(test, f.tp->ack.rcv_mss, 600);
	/* Two ends of writes without an ACK between. */
	f.tp->ack.pending = 0;
	exs_acksched_owed(test, &f, 10, 0, true);
	KUNIT_EXPECT_FALSE(test, f.tp->ack.pending & EXS_TCP_ACK_PUSHED2);
	exs_acksched_owed(test, &f, 10, 0, true);
	KUNIT_EXPECT_TRUE(test, f.tp->ack.pending & EXS_TCP_ACK_PUSHED2);
	f.tp->ack.pending = 0;
	exs_tcp_fix_close(test, &f);
}

/* ato is half the old and what the gap was; times in ms, a tick more is fine. */
static void ato__follows_the_pace(struct kunit *test)
{
	static const struct {
		unsigned int ato, gap, rto, expect;
		bool quick;
	} t[] = {
		{ 0, 0, 1000, 40, true },
		{ 100, 5, 1000, 70, false },
		{ 100, 30, 1000, 80, false },
		{ 200, 150, 180, 180, false },
		{ 100, 500, 1000, 100, false },
		/* The peer was idle: it may be in slow start again. */
		{ 100, 2000, 1000, 100, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		u32 least = msecs_to_jiffies(t[i].expect);

		f.tp->ack.ato = msecs_to_jiffies(t[i].ato);
		f.tp->rto = msecs_to_jiffies(t[i].rto);
		f.tp->ack.lrcvtime = (u32)jiffies - msecs_to_jiffies(t[i].gap);
		exs_acksched_owed(test, &f, 10, 0, false);
		KUNIT_EXPECT_GE_MSG(test, f.tp->ack.ato, least, "row %u", i);
		KUNIT_EXPECT_LE_MSG(test, f.tp->ack.ato,
				    least + msecs_to_jiffies(10), "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.quick > 1, t[i].quick,
				    "row %u", i);
		f.tp->ack.pending = 0;
		exs_tcp_fix_close(test, &f);
	}
}

static void check__at_the_start_every_segment(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		exs_wire_in(w, W_ACK, 1 + i * 10, 1, 10);
		EXS_WIRE_OUT(w, W_ACK, 1, 11 + i * 10, 0);
	}
}

/*
 * Interactive: the first waits, the second full one does not, unless nobody
 * reads: then reading sends it.
 */
static void check__every_second_full_segment(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_tcp_pingpong_enter(w->tp);
	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	w->tp->ack.rcv_mss = 1000;
	exs_wire_in(w, W_ACK, 1, 1, 1000);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, w->tp->ack.pending & EXS_TCP_ACK_TIMER);
	exs_wire_in(w, W_ACK, 1001, 1, 1000);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 2000, 0), 2000);
	EXS_WIRE_OUT(w, W_ACK, 1, 2001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->ack.pending, 0);
	/* A reader who wants more than that is not waited for. */
	w->sk->sk_rcvlowat = 5000;
	exs_tcp_pingpong_enter(w->tp);
	exs_wire_in(w, W_ACK, 2001, 1, 1000);
	EXS_WIRE_SILENT(w);
	exs_wire_in(w, W_ACK, 3001, 1, 1000);
	EXS_WIRE_OUT(w, W_ACK, 1, 4001, 0);
}

static void check__text_of_ours_carries_it(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_tcp_pingpong_enter(w->tp);
	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 5);
	KUNIT_EXPECT_EQ(test, w->tp->ack.pending, 0);
}

/* RFC 5681 4.2: behind a hole each is acknowledged at once. */
static void check__a_hole_is_told_at_once(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	exs_tcp_pingpong_enter(w->tp);
	w->tp->ack.ato = EXS_TCP_DELACK_MAX;
	for (i = 1; i < 4; i++) {
		exs_wire_in(w, W_ACK, 1 + i * 10, 1, 10);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	}
}

static void check__nothing_owed(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_call(w, exs_tcp_ack_check);
	EXS_WIRE_SILENT(w);
	w->tp->ack.pending = EXS_TCP_ACK_SCHED | EXS_TCP_ACK_NOW;
	exs_wire_call(w, exs_tcp_ack_check);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
}

static struct kunit_case exs_tcp_acksched_cases[] = {
	KUNIT_CASE(quickack__half_the_windows_segments),
	KUNIT_CASE(rcv_mss__of_the_peer),
	KUNIT_CASE(rcv_mss__short_ones_in_a_row),
	KUNIT_CASE(ato__follows_the_pace),
	KUNIT_CASE(check__at_the_start_every_segment),
	KUNIT_CASE(check__every_second_full_segment),
	KUNIT_CASE(check__text_of_ours_carries_it),
	KUNIT_CASE(check__a_hole_is_told_at_once),
	KUNIT_CASE(check__nothing_owed),
	{}
};

static struct kunit_suite exs_tcp_acksched_suite = {
	.name = "expstack_tcp_acksched",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_acksched_cases,
};

kunit_test_suite(exs_tcp_acksched_suite);
