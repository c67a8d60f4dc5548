// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_rcvbuf.c: the receive buffer grows with
 * the connection.
 */
#include "tcp_fix.h"

/* A segment of len bytes that claims so much memory. */
static struct sk_buff *exs_rcvbuf_seg(struct kunit *test, u32 len,
				      unsigned int truesize)
{
	struct sk_buff *skb = exs_tcp_fix_seg(test, EXS_TCPHDR_ACK,
					      EXS_FIX_IRS, EXS_FIX_ISS, len);

	__skb_pull(skb, tcp_hdrlen(skb));
	if (truesize)
		skb->truesize = truesize;
	return skb;
}

static void ratio__payload_of_256(struct kunit *test)
{
	static const struct {
		u32 len;
		unsigned int truesize;
		u8 ratio;
		bool locked;
		u32 clamp;
	} t[] = {
		{ 1024, 4096, 64, false, 25000 },
		{ 1000, 1000, 255, false, 99609 },
		{ 1, 4096, 1, false, 390 },
		/* The same as before: nothing moves. */
		{ 1024, 2048, 128, false, EXS_FIX_WND },
		/* SO_RCVBUF: also where the user has set the buffer. */
		{ 1024, 4096, 64, true, 25000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct sk_buff *skb = exs_rcvbuf_seg(test, t[i].len,
						     t[i].truesize);

		f.sk->sk_rcvbuf = 100000;
		f.tp->rcvq_space = 1000000;
		if (t[i].locked)
			f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
		exs_tcp_window_ratio(f.sk, skb);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ack.scaling_ratio, t[i].ratio,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->window_clamp, t[i].clamp,
				    "row %u", i);
		kfree_skb(skb);
		exs_tcp_fix_close(test, &f);
	}
}

static void grow__by_what_the_memory_is_worth(struct kunit *test)
{
	static const struct {
		u32 len;
		unsigned int truesize;
		u32 clamp;
		bool pressure;
		int grown;
	} t[] = {
		/* half of the memory is text: two segments more */
		{ 1000, 2000, 60000, false, 2920 },
		{ 2000, 2000, 60000, false, 4000 },
		/* tcp_rmem[2] would take twice this window twice: a quarter */
		{ 125, 2000, 60000, false, 1072 },
		{ 124, 2000, 60000, false, 0 },
		{ 1000, 2000, 10100, false, 100 },
		{ 1000, 2000, 10000, false, 0 },
		{ 1000, 2000, 60000, true, 4 * 1460 - 10000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct exs_net *en = exs_sock_net(f.sk);
		int most = en->sysctl.tcp_rmem[2];
		unsigned long pressure = exs_tcp_memory_pressure;

		f.sk->sk_rcvbuf = 200000;
		f.tp->window_clamp = t[i].clamp;
		f.tp->rcv_ssthresh = 10000;
		en->sysctl.tcp_rmem[2] = 4 * 4 * 10000;
		exs_tcp_memory_pressure = t[i].pressure;
		exs_tcp_window_grow(f.sk, t[i].len, t[i].truesize);
		exs_tcp_memory_pressure = pressure;
		en->sysctl.tcp_rmem[2] = most;
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcv_ssthresh,
				    10000 + t[i].grown, "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
}

/* What holds the headers is not counted where all text is in fragments. */
static void truesize__of_the_text(struct kunit *test)
{
	struct sk_buff *skb = exs_rcvbuf_seg(test, 600, 0);
	u32 all = skb->truesize;
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, exs_tcp_window_truesize(skb), all);
	__skb_pull(skb, 600);
	skb_add_rx_frag(skb, 0, page, 0, 1000, 1000);
	KUNIT_EXPECT_EQ(test, exs_tcp_window_truesize(skb),
			all + 1000 - (u32)SKB_TRUESIZE(skb_end_offset(skb)));
	/* Some drivers forget the fragments. */
	skb->truesize = 1000;
	KUNIT_EXPECT_EQ(test, exs_tcp_window_truesize(skb), 1000U);
	skb->truesize = all + 1000;
	kfree_skb(skb);
}

static void exs_rcvbuf_echo(struct exs_tcp_fix *f, struct sk_buff *skb,
			    u32 now_ms, u32 tsecr)
{
	f->tp->mstamp_us = now_ms * USEC_PER_MSEC;
	EXS_TCPCB(skb)->tsecr = tsecr;
	exs_tcp_window_echo(f->sk, skb);
}

/* A round trip is measured by a timestamp that comes back. */
static void rtt__from_timestamps(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct sk_buff *skb = exs_rcvbuf_seg(test, 600, 0);

	EXS_TCPCB(skb)->has_tstamp = 1;
	exs_rcvbuf_echo(&f, skb, 1000, 960);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 40000);
	/* The same echo again is no second sample. */
	exs_rcvbuf_echo(&f, skb, 2000, 960);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 40000);
	/* An eighth of the difference. */
	exs_rcvbuf_echo(&f, skb, 2000, 1880);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 40000 + 80000);
	/* A shorter one counts at once, but not less than the clock's step. */
	exs_rcvbuf_echo(&f, skb, 2000, 1985);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 15000);
	exs_rcvbuf_echo(&f, skb, 2000, 2000);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 15000);
	/* Of a runt nothing is learned, nor of what comes after it. */
	f.tp->ack.rcv_mss = 1000;
	exs_rcvbuf_echo(&f, skb, 2000, 1990);
	f.tp->ack.rcv_mss = 600;
	exs_rcvbuf_echo(&f, skb, 2000, 1990);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 15000);
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

/* And by the time a window takes; the smallest counts. */
static void rtt__from_a_window(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->mstamp_us = 1000000;
	exs_tcp_window_arrived(f.sk, 1, 1);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 0U);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_seq, EXS_FIX_IRS + EXS_FIX_WND);
	f.tp->mstamp_us += 5000;
	f.tp->rcv_nxt += EXS_FIX_WND - 1;
	exs_tcp_window_arrived(f.sk, 1, 1);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 0U);
	f.tp->rcv_nxt++;
	exs_tcp_window_arrived(f.sk, 1, 1);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 5000);
	f.tp->mstamp_us += 9000;
	f.tp->rcv_nxt += EXS_FIX_WND;
	exs_tcp_window_arrived(f.sk, 1, 1);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 5000);
	f.tp->mstamp_us += 2000;
	f.tp->rcv_nxt += EXS_FIX_WND;
	exs_tcp_window_arrived(f.sk, 1, 1);
	KUNIT_EXPECT_EQ(test, f.tp->rcv_rtt_us, 8U * 2000);
	f.tp->copied_seq = f.tp->rcv_nxt;
	exs_tcp_fix_close(test, &f);
}

/* Short segments open nothing. */
static void grow__by_text_of_128_bytes(struct kunit *test)
{
	u32 len;

	for (len = 127; len <= 128; len++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		f.sk->sk_rcvbuf = 200000;
		f.tp->rcv_ssthresh = 10000;
		exs_tcp_window_arrived(f.sk, len, 2 * len);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcv_ssthresh > 10000,
				    len == 128, "%u", len);
		exs_tcp_fix_close(test, &f);
	}
}

/*
 * 20000 bytes read in a round trip, 10000 in the one before: room for
 * 2 * 20000 + 16 * 1460, and twice that in proportion to the growth; memory is
 * twice the payload (ratio 128).
 */
static void adjust__once_a_round_trip(struct kunit *test)
{
	static const struct {
		u32 rtt_us, age_us, copied;
		int most;
		bool moderate, locked;
		int rcvbuf;
		u32 space;
	} t[] = {
		{ 8, 1000, 20000, 6291456, true, false, 380160, 20000 },
		{ 8, 1000, 20000, 200000, true, false, 200000, 20000 },
		{ 8, 1000, 10000, 6291456, true, false, 131072, 10000 },
		{ 8, 1000, 20000, 6291456, false, false, 131072, 20000 },
		{ 8, 1000, 20000, 6291456, true, true, 131072, 20000 },
		/* not measured yet; too early */
		{ 0, 1000, 20000, 6291456, true, false, 131072, 10000 },
		{ 80000000, 0, 20000, 6291456, true, false, 131072, 10000 },
	};
	struct exs_net *en = exs_net(&init_net);
	struct exs_sysctl kept = en->sysctl;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

		en->sysctl.tcp_rmem[2] = t[i].most;
		en->sysctl.tcp_moderate_rcvbuf = t[i].moderate;
		f.sk->sk_rcvbuf = 131072;
		if (t[i].locked)
			f.sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
		f.tp->rcv_rtt_us = t[i].rtt_us;
		f.tp->rcvq_time = (u32)exs_clock_us() - t[i].age_us;
		f.tp->rcvq_space = 10000;
		f.tp->rcvq_seq = f.tp->copied_seq - t[i].copied;
		exs_tcp_rcvbuf_adjust(f.sk);
		KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_rcvbuf, t[i].rcvbuf,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcvq_space, t[i].space,
				    "row %u", i);
		exs_tcp_fix_close(test, &f);
	}
	en->sysctl = kept;
}

static struct kunit_case exs_tcp_rcvbuf_cases[] = {
	KUNIT_CASE(ratio__payload_of_256),
	KUNIT_CASE(grow__by_what_the_memory_is_worth),
	KUNIT_CASE(truesize__of_the_text),
	KUNIT_CASE(rtt__from_timestamps),
	KUNIT_CASE(rtt__from_a_window),
	KUNIT_CASE(grow__by_text_of_128_bytes),
	KUNIT_CASE(adjust__once_a_round_trip),
	{}
};

static struct kunit_suite exs_tcp_rcvbuf_suite = {
	.name = "expstack_tcp_rcvbuf",
	.test_cases = exs_tcp_rcvbuf_cases,
};

kunit_test_suite(exs_tcp_rcvbuf_suite);
