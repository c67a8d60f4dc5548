// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_xmit.c: one segment onto the wire.
 * That the checksum is right every segment of every suite shows.
 */
#include "tcp_wire.h"

static void exs_xmit_ack(struct exs_wire *w)
{
	exs_wire_call(w, exs_tcp_send_ack);
}

static void header__of_ip(struct kunit *test)
{
	static const struct {
		u8 pmtudisc, tos;
		s16 ttl;
		bool df;
		u8 ip_ttl;
	} t[] = {
		{ IP_PMTUDISC_WANT, 0, -1, true, 64 },
		{ IP_PMTUDISC_DO, 0x10, 1, true, 1 },
		{ IP_PMTUDISC_PROBE, 0, 255, false, 255 },
		{ IP_PMTUDISC_DONT, 0xb8, -1, false, 64 },
		{ IP_PMTUDISC_INTERFACE, 0, -1, false, 64 },
		{ IP_PMTUDISC_OMIT, 0, -1, false, 64 },
	};
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w->tp->es.pmtudisc = t[i].pmtudisc;
		w->tp->es.tos = t[i].tos;
		w->tp->es.uc_ttl = t[i].ttl;
		exs_xmit_ack(w);
		EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
		KUNIT_EXPECT_EQ_MSG(test, ntohs(w->last.iph.frag_off),
				    t[i].df ? 0x4000 : 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->last.iph.ttl, t[i].ip_ttl,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->last.iph.tos, t[i].tos,
				    "row %u", i);
	}
}

/* Each segment another identification, also those of one GSO packet. */
static void header__identification(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u16 id = ntohs(w->last.iph.id);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 4000, 0), 4000);
	for (i = 0; i < 4; i++) {
		EXS_WIRE_OUT(w, W_ACK, 1 + i * 1000, 1, 1000);
		KUNIT_EXPECT_EQ(test, ntohs(w->last.iph.id), (u16)++id);
	}
	exs_xmit_ack(w);
	EXS_WIRE_OUT(w, W_ACK, 4001, 1, 0);
	KUNIT_EXPECT_EQ(test, ntohs(w->last.iph.id), (u16)++id);
}

/* RFC 9293 3.8.5: 16 bits, relative to the segment. */
static void header__urgent_pointer(struct kunit *test)
{
	static const struct {
		u32 up, nxt;	/* from the segment's number */
		bool urg;
		u16 ptr;
	} t[] = {
		{ 0, 10, false, 0 },
		{ -5, 10, false, 0 },
		{ 1, 10, true, 1 },
		{ 0xffff, 0x10000, true, 0xffff },
		/* Too far to be told exactly: soon. */
		{ 0x10000, 100, true, 0xffff },
		{ 0x10000, 0x20000, false, 0 },
	};
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		u32 una = w->tp->snd_una, nxt = w->tp->snd_nxt;
		struct sk_buff *skb = alloc_skb(EXS_MAX_TCP_HEADER, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_reserve(skb, EXS_MAX_TCP_HEADER);
		EXS_TCPCB(skb)->seq = una;
		EXS_TCPCB(skb)->end_seq = una;
		EXS_TCPCB(skb)->flags = W_ACK;
		lock_sock(w->sk);
		w->tp->urg_mode = 1;
		w->tp->snd_up = una + t[i].up;
		w->tp->snd_nxt = una + t[i].nxt;
		exs_tcp_mstamp_refresh(w->tp);
		KUNIT_EXPECT_EQ(test, exs_tcp_xmit_skb(w->sk, skb, false,
						       GFP_KERNEL), 0);
		w->tp->urg_mode = 0;
		w->tp->snd_nxt = nxt;
		release_sock(w->sk);
		EXS_WIRE_OUT(w, t[i].urg ? W_ACK | W_URG : W_ACK, 1, 1, 0);
		KUNIT_EXPECT_EQ_MSG(test, w->last.urg, t[i].ptr, "row %u", i);
	}
}

static void options__blocks_while_there_is_a_hole(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);

	w->tsval++;
	exs_wire_in(w, W_ACK, 11, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, w->last.o.num_sacks, 1);
	KUNIT_EXPECT_EQ(test, w->last.o.sack[0].start, w->irs + 11);
	KUNIT_EXPECT_EQ(test, w->last.o.sack[0].end, w->irs + 21);
	/* Text carries them too, and is the shorter for it. */
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 2000, 0), 2000);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, EXS_WIRE_MSS - 12 - 12);
	KUNIT_EXPECT_EQ(test, w->last.o.num_sacks, 1);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 2001, 21, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.num_sacks, 0);
}

static void window__what_was_offered_is_remembered(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);

	exs_xmit_ack(w);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, (u32)w->last.win << w->tp->rcv_wscale,
			w->tp->rcv_wnd);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_wup, w->tp->rcv_nxt);
}

/* Our address went away: nothing leaves, and that is counted. */
static void route__none(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_drops(test, EXS_DROP_TCP_OUTPUT);
	__be32 saddr = w->tp->es.saddr;

	exs_rt_release(&w->tp->es.rt);
	w->tp->es.saddr = htonl(0xcb007101);
	exs_xmit_ack(w);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, n + 1, exs_wire_drops(test, EXS_DROP_TCP_OUTPUT));
	w->tp->es.saddr = saddr;
	exs_xmit_ack(w);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
}

static void counts__of_what_left(struct kunit *test)
{
	unsigned long out = exs_wire_mib(test, EXS_MIB_TCP_OutSegs);
	struct exs_wire *w = exs_wire_active(test, true);

	/* SYN and ACK. */
	KUNIT_EXPECT_EQ(test, exs_wire_mib(test, EXS_MIB_TCP_OutSegs), out + 2);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 3500, 0), 3500);
	KUNIT_EXPECT_EQ(test, exs_wire_mib(test, EXS_MIB_TCP_OutSegs), out + 6);
	KUNIT_EXPECT_EQ(test, w->tp->segs_out, 6U);
	KUNIT_EXPECT_EQ(test, w->tp->data_segs_out, 4U);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_sent, 3500ULL);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 4U);
	/* The device has them all: only the socket itself holds a unit. */
	KUNIT_EXPECT_EQ(test, refcount_read(&w->sk->sk_wmem_alloc), 1U);
}

/* An answer soon after a question, as often as tcp_pingpong_thresh: interactive. */
static void pingpong__is_noticed(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	w->tp->nonagle = EXS_TCP_NAGLE_OFF;
	exs_wire_net(test)->sysctl.tcp_pingpong_thresh = 3;
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_FALSE(test, exs_tcp_pingpong(w->tp));
		exs_wire_in(w, W_ACK, 1 + i, 1 + i, 1);
		w->tp->ack.ato = EXS_TCP_DELACK_MAX;
		w->tp->ack.lrcvtime = (u32)jiffies;
		KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1 + i, 1, 0), 1);
	}
	KUNIT_EXPECT_TRUE(test, exs_tcp_pingpong(w->tp));
}

static unsigned int exs_xmit_events;

static void exs_xmit_event(struct exs_cc *cc, enum exs_cc_event event)
{
	exs_xmit_events += event == EXS_CC_TX_START;
}

/* Text with nothing in flight, of who has not begun yet and of who has. */
static void event__not_before_init(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	const struct exs_cc_ops *own = w->tp->cc.ops;
	struct exs_cc_ops ops = exs_cc_reno;
	u8 i;

	ops.cwnd_event = exs_xmit_event;
	exs_xmit_events = 0;
	w->tp->cc.ops = &ops;
	for (i = 0; i < 2; i++) {
		w->tp->cc.started = i;
		KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1 + i * 10, 10, 0), 10);
		EXS_WIRE_OUT(w, W_ACK, 1 + i * 10, 1, 10);
		KUNIT_EXPECT_EQ(test, exs_xmit_events, (unsigned int)i);
		exs_wire_in(w, W_ACK, 1, 11 + i * 10, 0);
	}
	w->tp->cc.ops = own;
}

/* A queue of this host overflows: the window shrinks, once. */
static void congestion__of_this_host(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_link_test *t = test->priv;

	w->tp->cc.cwnd = 10;
	t->refuse = true;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1000, 0), 1000);
	t->refuse = false;
	EXS_WIRE_SILENT(w);
	/* It waits, and is in nobody's hands. */
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_FALSE(test, skb_queue_empty(&w->sk->sk_write_queue));
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_CWR);
	KUNIT_EXPECT_LT(test, w->tp->cc.ssthresh, 10U);

	t->crowded = true;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1001, 1000, 0), 1000);
	t->crowded = false;
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_WIRE_OUT(w, W_ACK, 1001, 1, 1000);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 2U);
}

/* What was refused has taken no time, and does not keep the next back. */
static void congestion__takes_no_time(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_link_test *t = test->priv;
	u8 i;

	w->tp->data_segs_out = 100;
	w->sk->sk_pacing_status = SK_PACING_FQ;
	w->sk->sk_pacing_rate = 1000;
	t->refuse = true;
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1 + i * 100, 100, 0),
				100);
	t->refuse = false;
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_tcp_pacer_next(exs_tcp_ext(w->tp)->pacer),
			0ULL);
	w->sk->sk_pacing_status = SK_PACING_NONE;
}

static void congestion__taken_but_too_many(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_link_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_OPEN);
	t->crowded = true;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1000, 0), 1000);
	t->crowded = false;
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 1U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_CWR);
}

/* The packet a device had may say that it was many; what is one, goes as one. */
static void segments__of_an_earlier_sending(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct sk_buff *skb;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1000, 0), 1000);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	skb = skb_peek(&w->tp->rtx_queue);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_shinfo(skb)->gso_size = 500;
	skb_shinfo(skb)->gso_segs = 2;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	lock_sock(w->sk);
	exs_tcp_mstamp_refresh(w->tp);
	KUNIT_EXPECT_EQ(test, exs_tcp_rtx_head(w->sk), 0);
	release_sock(w->sk);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	EXS_WIRE_SILENT(w);
}

static struct kunit_case exs_tcp_xmit_cases[] = {
	KUNIT_CASE(header__of_ip),
	KUNIT_CASE(header__identification),
	KUNIT_CASE(header__urgent_pointer),
	KUNIT_CASE(options__blocks_while_there_is_a_hole),
	KUNIT_CASE(window__what_was_offered_is_remembered),
	KUNIT_CASE(segments__of_an_earlier_sending),
	KUNIT_CASE(route__none),
	KUNIT_CASE(counts__of_what_left),
	KUNIT_CASE(pingpong__is_noticed),
	KUNIT_CASE(event__not_before_init),
	KUNIT_CASE(congestion__of_this_host),
	KUNIT_CASE(congestion__takes_no_time),
	KUNIT_CASE(congestion__taken_but_too_many),
	{}
};

static struct kunit_suite exs_tcp_xmit_suite = {
	.name = "expstack_tcp_xmit",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_xmit_cases,
};

kunit_test_suite(exs_tcp_xmit_suite);
