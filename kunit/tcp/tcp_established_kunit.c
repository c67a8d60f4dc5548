// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_established.c: what the fast path
 * takes, and that it hands the rest to the state machine.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

/* Ten bytes of ours are in flight, no options. */
static struct exs_wire *exs_est_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	return w;
}

static void plain__advances_both_directions(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 ack, len;
		u16 win;
		u32 una, rcv;
	} t[] = {
		{ W_ACK, 1, 0, 65535, 1, 1 },
		{ W_ACK, 11, 0, 65535, 11, 1 },
		{ W_ACK, 6, 0, 65535, 6, 1 },
		{ W_ACK, 1, 7, 65535, 1, 8 },
		{ W_ACK | W_PSH, 11, 7, 65535, 11, 8 },
		{ W_ACK, 11, 0, 1000, 11, 1 },
		/* A closed window takes the long way to the same end. */
		{ W_ACK, 11, 7, 0, 11, 8 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_est_open(test);
		struct exs_wire_seg seg = {
			.flags = t[i].flags, .seq = 1, .ack = t[i].ack,
			.len = t[i].len, .win = t[i].win,
		};

		exs_wire_rcv(w, &seg);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->snd_una - w->iss, t[i].una,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->rcv_nxt - w->irs, t[i].rcv,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->snd_wnd, t[i].win, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->packets_out,
				    t[i].una < 11 ? 1 : 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->bytes_received,
				    (u64)t[i].len, "row %u", i);
		if (t[i].len)
			KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0),
					t[i].len);
		exs_wire_release(w);
	}
}

/* Text, ACKs, and ACKs that took the long way (snmp_counter.rst). */
static void plain__is_counted(struct kunit *test)
{
	static const enum exs_mib_item ids[] = {
		EXS_MIB_TCPEXT_TCPHPHits, EXS_MIB_TCPEXT_TCPHPAcks,
		EXS_MIB_TCPEXT_TCPPureAcks,
	};
	static const struct {
		u32 ack, len;
		u16 win;
		u8 more[ARRAY_SIZE(ids)];
	} t[] = {
		{ 1, 0, 65535, { 0, 0, 1 } },
		{ 11, 0, 65535, { 0, 1, 0 } },
		{ 1, 7, 65535, { 1, 0, 0 } },
		{ 11, 7, 65535, { 1, 1, 0 } },
		{ 11, 0, 0, { 0, 0, 1 } },
		{ 11, 7, 0, { 0, 0, 0 } },
	};
	u64 before[ARRAY_SIZE(ids)];
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_est_open(test);
		struct exs_net *en = exs_sock_net(w->sk);
		struct exs_wire_seg seg = {
			.flags = W_ACK, .seq = 1, .ack = t[i].ack,
			.len = t[i].len, .win = t[i].win,
		};

		for (k = 0; k < ARRAY_SIZE(ids); k++)
			before[k] = exs_mib_read(en, ids[k]);
		exs_wire_rcv(w, &seg);
		for (k = 0; k < ARRAY_SIZE(ids); k++)
			KUNIT_EXPECT_EQ_MSG(test, t[i].more[k],
					    exs_mib_read(en, ids[k]) - before[k],
					    "row %u counter %u", i, k);
		exs_wire_release(w);
	}
}

static void not_plain__is_judged(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 seq, ack, len;
		enum exs_drop_reason reason;
	} t[] = {
		{ W_ACK, 1, 12, 7, EXS_DROP_TCP_INVALID_ACK },
		{ W_ACK, 1, -1, 7, EXS_DROP_TCP_OLD_ACK },
		{ W_PSH, 1, 0, 7, EXS_DROP_TCP_FLAGS },
		{ W_ACK, 70000, 1, 7, EXS_DROP_TCP_WINDOW },
		{ W_ACK, -10, 1, 7, EXS_DROP_TCP_OLD_SEQ },
		{ W_RST | W_ACK, 1, 1, 0, EXS_DROP_TCP_RESET },
		{ W_RST | W_ACK, 2, 1, 0, EXS_DROP_TCP_INVALID_RST },
		{ W_SYN | W_ACK, 1, 1, 0, EXS_DROP_TCP_INVALID_SYN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_est_open(test);
		unsigned long drops = exs_wire_drops(test, t[i].reason);

		exs_wire_in(w, t[i].flags, t[i].seq, t[i].ack, t[i].len);
		KUNIT_EXPECT_EQ_MSG(test, exs_wire_drops(test, t[i].reason),
				    drops + 1, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->rcv_nxt - w->irs, 1U,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->snd_una - w->iss, 1U,
				    "row %u", i);
		exs_wire_release(w);
	}
}

static void hole__next_segment_is_not_plain(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	exs_wire_in(w, W_ACK, 11, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), -EAGAIN);
	/* Fills the hole: all of it is acknowledged at once (RFC 5681 4.2). */
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 21, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 20);
}

static void timestamp__newer_is_taken_older_is_dropped(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);
	unsigned long drops = exs_wire_drops(test, EXS_DROP_TCP_PAWS);

	w->tsval = 0xffffffff;
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 0xffffffffU);
	/* The peer's clock wraps. */
	w->tsval = 3;
	exs_wire_in(w, W_ACK, 11, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 21, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 3U);
	w->tsval = 2;
	exs_wire_in(w, W_ACK, 21, 1, 10);
	KUNIT_EXPECT_EQ(test, exs_wire_drops(test, EXS_DROP_TCP_PAWS),
			drops + 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 21, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 3U);
}

/* RFC 7323 4.3: the echo is of the segment at what was last acknowledged. */
static void timestamp__is_learned_at_the_left_edge(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	static const struct {
		s32 off;
		u32 tsval, expect;
	} t[] = { { 0, 7, 7 }, { 10, 8, 7 }, { 20, 9, 7 } };
	unsigned int i;

	f.tp->tstamp_ok = 1;
	f.tp->header_len += 12;
	f.tp->ts_recent = 5;
	exs_tcp_pingpong_enter(f.tp);
	f.tp->ack.ato = EXS_TCP_ATO_MIN;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct sk_buff *skb;
		struct tcphdr *th;
		__be32 *opt;

		skb = exs_tcp_fix_seg(test, W_ACK, EXS_FIX_IRS + t[i].off,
				      EXS_FIX_ISS, 22);
		/* Twelve of the bytes become the option. */
		th = tcp_hdr(skb);
		th->doff = 8;
		opt = (__be32 *)(th + 1);
		opt[0] = htonl(0x0101080a);
		opt[1] = htonl(t[i].tsval);
		EXS_TCPCB(skb)->end_seq -= 12;
		exs_tcp_established_segment(f.sk, skb);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->rcv_nxt,
				    EXS_FIX_IRS + t[i].off + 10, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ts_recent, t[i].expect,
				    "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

static void ack__clocks_out_more(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int n = 0;

	KUNIT_ASSERT_EQ(test, 15000, exs_wire_write(w, 1, 15000, 0));
	for (; exs_wire_next(w); n++)
		KUNIT_EXPECT_EQ(test, w->last.seq, 1 + n * EXS_WIRE_MSS);
	/* RFC 6928: ten segments. */
	KUNIT_EXPECT_EQ(test, n, 10U);
	exs_wire_in(w, W_ACK, 1, 10001, 0);
	for (; exs_wire_next(w); n++)
		KUNIT_EXPECT_EQ(test, w->last.seq, 1 + n * EXS_WIRE_MSS);
	KUNIT_EXPECT_EQ(test, n, 15U);
	KUNIT_EXPECT_TRUE(test, w->last.flags & W_PSH);
}

static void ack__wakes_a_writer(struct kunit *test)
{
	struct exs_wire *w = exs_est_open(test);

	set_bit(SOCK_NOSPACE, &w->sock->flags);
	exs_wire_in(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_FALSE(test, test_bit(SOCK_NOSPACE, &w->sock->flags));
}

static void text__no_room_in_the_buffer(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long drops = exs_wire_drops(test, EXS_DROP_TCP_RCVBUF);
	int reserved;

	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	w->sk->sk_userlocks |= SOCK_RCVBUF_LOCK;	/* it shall not grow */
	WRITE_ONCE(w->sk->sk_rcvbuf, 1);
	/* Nor is there anything left of what the first was given. */
	reserved = w->sk->sk_forward_alloc;
	w->sk->sk_forward_alloc = 0;
	exs_wire_in(w, W_ACK, 11, 1, 10);
	w->sk->sk_forward_alloc += reserved;
	KUNIT_EXPECT_EQ(test, exs_wire_drops(test, EXS_DROP_TCP_RCVBUF),
			drops + 1);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
}

/* What the socket has reserved may be used where the buffer is full. */
static void text__of_what_is_reserved(struct kunit *test)
{
	static const struct {
		int more;
		int read;
	} t[] = { { 0, 20 }, { -1, 10 }, };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);
		int reserved, given;

		exs_wire_in(w, W_ACK, 1, 1, 10);
		exs_wire_drain(w);
		w->sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
		WRITE_ONCE(w->sk->sk_rcvbuf, 1);
		reserved = w->sk->sk_forward_alloc;
		given = skb_peek(&w->sk->sk_receive_queue)->truesize + t[i].more;
		w->sk->sk_forward_alloc = given;
		exs_wire_in(w, W_ACK, 11, 1, 10);
		w->sk->sk_forward_alloc += reserved - given;
		exs_wire_drain(w);
		KUNIT_EXPECT_EQ_MSG(test, exs_wire_read(w, 1, 100, 0),
				    t[i].read, "row %u", i);
		exs_wire_release(w);
	}
}

static struct kunit_case exs_tcp_established_cases[] = {
	KUNIT_CASE(plain__advances_both_directions),
	KUNIT_CASE(plain__is_counted),
	KUNIT_CASE(not_plain__is_judged),
	KUNIT_CASE(hole__next_segment_is_not_plain),
	KUNIT_CASE(timestamp__newer_is_taken_older_is_dropped),
	KUNIT_CASE(timestamp__is_learned_at_the_left_edge),
	KUNIT_CASE(ack__clocks_out_more),
	KUNIT_CASE(ack__wakes_a_writer),
	KUNIT_CASE(text__no_room_in_the_buffer),
	KUNIT_CASE(text__of_what_is_reserved),
	{}
};

static struct kunit_suite exs_tcp_established_suite = {
	.name = "expstack_tcp_established",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_established_cases,
};

kunit_test_suite(exs_tcp_established_suite);
