// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_req_ack.c: the end of a passive
 * handshake, and what else comes for a request.
 */
#include "../kunit/expect.h"
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

#define NONE	0xff

static struct exs_wire *exs_req_ack_open(struct exs_wire *lw, u16 port,
					 u32 tsval)
{
	struct exs_wire *w = exs_wire_caller(lw, port);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};

	w->ts = tsval;
	w->tsval = tsval;
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	return w;
}

/* enum exs_conn_kind of whom the tuple finds, -1: nobody. */
static int exs_req_ack_kind(struct exs_wire *w)
{
	struct exs_conn *c;
	int kind;

	rcu_read_lock();
	c = exs_wire_conn(w);
	kind = c ? c->kind : -1;
	rcu_read_unlock();
	return kind;
}

static void segment__for_a_request(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 seq, ack, len;
		int kind;
		u8 out;
		u32 out_seq, out_ack;
	} t[] = {
		{ W_ACK, 1, 1, 0, EXS_CONN_SOCK, NONE, 0, 0 },
		{ W_ACK, 1, 2, 0, EXS_CONN_REQUEST, W_RST, 2, 0 },
		{ W_ACK, 1, 0, 0, EXS_CONN_REQUEST, W_RST, 0, 0 },
		{ W_SYN | W_ACK, 0, 2, 0, EXS_CONN_REQUEST, W_RST, 2, 0 },
		/* The SYN again, with the ACK: before the window. */
		{ W_SYN | W_ACK, 0, 1, 0, EXS_CONN_REQUEST, W_ACK, 1, 1 },
		{ W_SYN, 0, 0, 0, EXS_CONN_REQUEST, W_SYN | W_ACK, 0, 1 },
		/* Another SYN inside the window. */
		{ W_SYN, 5, 0, 0, -1, W_RST | W_ACK, -1, 6 },
		{ W_RST, 1, 0, 0, -1, NONE, 0, 0 },
		{ W_RST | W_ACK, 1, 1, 0, -1, NONE, 0, 0 },
		{ W_RST | W_ACK, 1, 2, 0, -1, NONE, 0, 0 },
		/* RFC 5961 3.2: inside the window is not enough. */
		{ W_RST, 5, 0, 0, EXS_CONN_REQUEST, W_ACK, 1, 1 },
		/* Out of the window. */
		{ W_RST, 70000, 0, 0, EXS_CONN_REQUEST, NONE, 0, 0 },
		{ W_RST, 0, 0, 0, EXS_CONN_REQUEST, NONE, 0, 0 },
		{ W_ACK, 70000, 1, 5, EXS_CONN_REQUEST, W_ACK, 1, 1 },
		{ W_ACK, -9, 1, 5, EXS_CONN_REQUEST, W_ACK, 1, 1 },
		/* Nothing that RFC 9293 would look at. */
		{ 0, 1, 0, 5, EXS_CONN_REQUEST, NONE, 0, 0 },
		{ W_FIN, 1, 0, 0, EXS_CONN_REQUEST, NONE, 0, 0 },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 100);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_req_ack_open(lw, 1000 + i, 0);
		u32 iss = w->iss;

		exs_wire_in(w, t[i].flags, t[i].seq, t[i].ack, t[i].len);
		KUNIT_EXPECT_EQ_MSG(test, exs_req_ack_kind(w), t[i].kind,
				    "row %u", i);
		if (t[i].out == (W_RST | W_ACK))
			/* RFC 9293 3.10.7.1: SEQ=0 in absolute numbers. */
			EXS_WIRE_OUT(w, t[i].out, -iss, t[i].out_ack, 0);
		else if (t[i].out != NONE)
			EXS_WIRE_OUT(w, t[i].out, t[i].out_seq, t[i].out_ack,
				     0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ(test, w->iss, iss);
	}
}

/* RFC 4022: from SYN-RECEIVED back to LISTEN is a failed attempt. */
static void reset__is_counted(struct kunit *test)
{
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCP_AttemptFails);
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 0);

	exs_wire_in(w, W_RST, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCP_AttemptFails));
}

static void child__is_what_was_agreed(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_wire_seg seg = {
		.flags = W_SYN, .win = 4000,
		.opt = { .mss = 900, .use_wscale = true, .wscale = 3,
			 .sack_perm = true },
	};

	w->ts = true;
	w->tsval = 500;
	exs_wire_rcv(w, &seg);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	w->tsval = 501;
	seg = (struct exs_wire_seg) {
		.flags = W_ACK, .seq = 1, .ack = 1, .win = 1000,
	};
	exs_wire_rcv(w, &seg);
	KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w), 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->tp->mss_clamp, 900);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 888U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->snd_wscale, 3);
	KUNIT_EXPECT_EQ(test, w->tp->snd_wnd, 8000U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->sack_ok, 1);
	KUNIT_EXPECT_EQ(test, w->tp->ts_recent, 501U);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 1);
	KUNIT_EXPECT_EQ(test, w->tp->snd_una, w->iss + 1);
	KUNIT_EXPECT_EQ(test, w->tp->bytes_acked, 0ULL);
	KUNIT_EXPECT_GT(test, w->tp->cc.srtt_us, 0U);
	EXS_EXPECT_BEEQ(test, w->tp->es.conn.rport, htons(1000));
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5, 0), 5);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 5);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 501U);
}

static void child__takes_text_and_fin_with_the_ack(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 0);

	exs_wire_in(w, W_ACK | W_FIN, 1, 1, 50);
	KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w), 0);
	EXS_WIRE_STATE(w, TCP_CLOSE_WAIT);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 50);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 51, 100, 0), 0);
}

/* Two have come where one may wait and one more; return the third. */
static struct exs_wire *exs_req_ack_full(struct exs_wire *lw,
					 struct exs_wire **first)
{
	struct exs_wire *w[3];

	w[0] = exs_req_ack_open(lw, 1000, 0);
	exs_wire_in(w[0], W_ACK, 1, 1, 0);
	w[1] = exs_req_ack_open(lw, 1001, 0);
	w[2] = exs_req_ack_open(lw, 1002, 0);
	exs_wire_in(w[1], W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(lw->test, lw->sk->sk_ack_backlog, 2U);
	*first = w[0];
	return w[2];
}

static void overflow__waits_for_room(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *a, *b = exs_req_ack_full(lw, &a);
	unsigned long over;

	over = exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows);
	exs_wire_in(b, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(b);
	KUNIT_EXPECT_EQ(test, over + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_ListenOverflows));
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(b), (int)EXS_CONN_REQUEST);
	/* Room: the next ACK completes it. */
	KUNIT_EXPECT_EQ(test, exs_wire_accept(lw, a), 0);
	exs_wire_in(b, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, lw->sk->sk_ack_backlog, 2U);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(b), (int)EXS_CONN_SOCK);
}

static void overflow__reset_when_asked_to(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_wire *a, *b = exs_req_ack_full(lw, &a);

	exs_wire_net(test)->sysctl.tcp_abort_on_overflow = 1;
	exs_wire_in(b, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(b, W_RST, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(b), -1);
}

/* As if its SYN-ACK had been sent again. */
static void exs_req_ack_timeouts(struct exs_wire *w, u8 timeouts, u8 retrans)
{
	struct exs_tcp_req *req;

	rcu_read_lock();
	req = container_of(exs_wire_conn(w), struct exs_tcp_req, conn);
	if (!req->num_timeout && timeouts)
		atomic_dec(&exs_tcp_sk(req->listener)->listener->young);
	req->num_timeout = timeouts;
	req->num_retrans = retrans;
	rcu_read_unlock();
}

/* RFC 7323 5.3 R1 holds in SYN-RECEIVED too. */
static void timestamp__old_is_answered(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 100);
	unsigned long paws = exs_wire_mib(test, EXS_MIB_TCPEXT_PAWSEstab);

	w->tsval = 99;
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.tsecr, 100U);
	KUNIT_EXPECT_EQ(test, paws + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_PAWSEstab));
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(w), (int)EXS_CONN_REQUEST);
	/* So is a reset, until the SYN may be a minute old. */
	exs_wire_in(w, W_RST, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(w), (int)EXS_CONN_REQUEST);
	exs_req_ack_timeouts(w, 5, 0);
	exs_wire_in(w, W_RST, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(w), (int)EXS_CONN_REQUEST);
	exs_req_ack_timeouts(w, 6, 0);
	exs_wire_in(w, W_RST, 1, 0, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(w), -1);
}

/* RFC 6298 5.7: no sample, and 3 seconds, after a repeated SYN-ACK. */
static void rtt__karn(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 0);

	exs_req_ack_timeouts(w, 1, 1);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w), 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->rto, 3U * HZ);
	KUNIT_EXPECT_EQ(test, w->tp->total_retrans, 1U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 10U);
}

/* RFC 6928 2; TCP_INFO tells of the timeouts. */
static void child__after_timeouts(struct kunit *test)
{
	static const struct {
		u8 timeouts, retrans;
		u32 cwnd;
	} t[] = {
		{ 0, 2, 10 },
		{ 1, 1, 10 },
		{ 2, 2, 1 },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_req_ack_open(lw, 1000 + i, 0);
		const struct exs_tcp_ext *ext;

		exs_req_ack_timeouts(w, t[i].timeouts, t[i].retrans);
		exs_wire_in(w, W_ACK, 1, 1, 0);
		KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w), 0);
		ext = exs_tcp_ext(w->tp);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->cc.cwnd, t[i].cwnd, "row %u",
				    i);
		KUNIT_EXPECT_EQ(test, ext->total_rto, t[i].timeouts);
		KUNIT_EXPECT_EQ(test, ext->rto_recoveries, !!t[i].timeouts);
		KUNIT_EXPECT_EQ(test, w->tp->retrans_stamp, 0U);
	}
}

/* Which of the two SYN-ACKs does the ACK answer? */
static void rtt__none_after_a_repeated_syn(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 0);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCP_RetransSegs);

	exs_wire_in(w, W_SYN, 0, 0, 0);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCP_RetransSegs));
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, exs_wire_accept(lw, w), 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.srtt_us, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->rto, 3U * HZ);
}

static void listener__stopped_meanwhile(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_req_ack_open(lw, 1000, 0);

	/* As if the segment had found the request before the listener went. */
	exs_listen_remove(exs_sk(lw->sk));
	WRITE_ONCE(lw->sk->sk_state, TCP_CLOSE);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_req_ack_kind(w), -1);
	EXS_WIRE_OUT(w, W_RST, 1, 0, 0);
	WRITE_ONCE(lw->sk->sk_state, TCP_LISTEN);
	exs_listen_insert(exs_sk(lw->sk));
}

static struct kunit_case exs_tcp_req_ack_cases[] = {
	KUNIT_CASE(segment__for_a_request),
	KUNIT_CASE(reset__is_counted),
	KUNIT_CASE(child__is_what_was_agreed),
	KUNIT_CASE(child__takes_text_and_fin_with_the_ack),
	KUNIT_CASE(overflow__waits_for_room),
	KUNIT_CASE(overflow__reset_when_asked_to),
	KUNIT_CASE(timestamp__old_is_answered),
	KUNIT_CASE(rtt__karn),
	KUNIT_CASE(child__after_timeouts),
	KUNIT_CASE(rtt__none_after_a_repeated_syn),
	KUNIT_CASE(listener__stopped_meanwhile),
	{}
};

static struct kunit_suite exs_tcp_req_ack_suite = {
	.name = "expstack_tcp_req_ack",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_req_ack_cases,
};

kunit_test_suite(exs_tcp_req_ack_suite);
