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
		{ IP_PMTUDISC_PROBE, 0, 255, true, 255 },
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

static struct kunit_case exs_tcp_xmit_cases[] = {
	KUNIT_CASE(header__of_ip),
	KUNIT_CASE(header__identification),
	KUNIT_CASE(header__urgent_pointer),
	KUNIT_CASE(options__blocks_while_there_is_a_hole),
	KUNIT_CASE(window__what_was_offered_is_remembered),
	KUNIT_CASE(route__none),
	KUNIT_CASE(counts__of_what_left),
	KUNIT_CASE(pingpong__is_noticed),
	{}
};

static struct kunit_suite exs_tcp_xmit_suite = {
	.name = "expstack_tcp_xmit",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_xmit_cases,
};

kunit_test_suite(exs_tcp_xmit_suite);
