// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_icmp.c: what a message about one of our
 * segments may do (RFC 1122 4.2.3.9, RFC 5461, RFC 5927, RFC 6069).
 */
#include <linux/delay.h>

#include "tcp_wire.h"

struct exs_icmp_msg {
	u32 seq;
	u8 type, code;
	int err;
	bool fatal;
	u32 info;
	unsigned int len;	/* quoted bytes of the transport; 0: 8 */
};

/* The message about a segment of w comes in. */
static void exs_icmp_in(struct exs_wire *w, const struct exs_icmp_msg *m)
{
	struct iphdr iph = {
		.saddr = htonl(EXS_WIRE_ADDR), .daddr = htonl(EXS_WIRE_PEER),
		.protocol = IPPROTO_TCP, .ihl = 5, .version = 4,
	};
	struct tcphdr th = {
		.source = htons(w->lport), .dest = htons(w->rport),
		.seq = htonl(w->iss + m->seq),
	};
	struct exs_icmp_err e = {
		.en = exs_wire_net(w->test), .transport_len = m->len ?: 8,
		.from = htonl(EXS_WIRE_PEER),
		.info = m->info, .type = m->type, .code = m->code,
		.err = m->err, .fatal = m->fatal,
	};
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(w->test, skb);
	skb_reset_network_header(skb);
	skb_reserve(skb, sizeof(iph) + sizeof(struct icmphdr));
	/* What is quoted is part of the message. */
	e.inner = skb_put_data(skb, &iph, sizeof(iph));
	e.transport = skb_put_data(skb, &th, sizeof(th));
	skb->dev = ((struct exs_link_test *)w->test->priv)->dev;
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_err(skb, &e);
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
}

static const struct exs_icmp_msg exs_icmp_port = {
	.type = ICMP_DEST_UNREACH, .code = ICMP_PORT_UNREACH,
	.err = ECONNREFUSED, .fatal = true,
};

/* Ten bytes from 1 are in flight. */
static struct exs_wire *exs_icmp_sent(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	return w;
}

/* RFC 5927 4.1: of what is in flight, or somebody made it up. */
static void sequence__must_be_in_flight(struct kunit *test)
{
	static const struct {
		u32 seq;
		int soft;
	} t[] = {
		{ 0, 0 }, { 1, ECONNREFUSED }, { 11, ECONNREFUSED }, { 12, 0 },
		{ -1, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_icmp_sent(test);
		struct exs_icmp_msg m = exs_icmp_port;
		unsigned long n;

		n = exs_wire_mib(test, EXS_MIB_TCPEXT_OutOfWindowIcmps);
		m.seq = t[i].seq;
		exs_icmp_in(w, &m);
		/* RFC 5461: on a synchronized connection none is hard. */
		EXS_WIRE_STATE(w, TCP_ESTABLISHED);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err_soft, t[i].soft,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, w->sk->sk_err, 0);
		KUNIT_EXPECT_EQ_MSG(test, n + !t[i].soft,
				    exs_wire_mib(test,
					EXS_MIB_TCPEXT_OutOfWindowIcmps),
				    "row %u", i);
		exs_wire_release(w);
	}
}

static void connecting__is_told_at_once(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_icmp_msg m = exs_icmp_port;

	exs_wire_connect(w);
	m.seq = 2;
	exs_icmp_in(w, &m);
	EXS_WIRE_STATE(w, TCP_SYN_SENT);
	m.seq = 0;
	exs_icmp_in(w, &m);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ECONNREFUSED);
}

/* The owner holds the socket: remembered, for when the timer gives up. */
static void connecting__while_in_use(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	unsigned long n;

	n = exs_wire_mib(test, EXS_MIB_TCPEXT_LockDroppedIcmps);
	exs_wire_connect(w);
	lock_sock(w->sk);
	exs_icmp_in(w, &exs_icmp_port);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_LockDroppedIcmps));
	EXS_WIRE_STATE(w, TCP_SYN_SENT);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err_soft, ECONNREFUSED);
}

/* So many timeouts have passed; the samples call for an RTO of base jiffies. */
static void exs_icmp_backoff(struct exs_wire *w, u32 base, u8 retransmits,
			     u8 backoff)
{
	w->tp->cc.srtt_us = jiffies_to_usecs(base) << 3;
	w->tp->rttvar_us = 0;
	w->tp->retransmits = retransmits;
	w->tp->retrans_stamp = exs_tcp_retrans_clock(w->tp);
	w->tp->backoff = backoff;
	w->tp->rto = base << min(backoff, 4);
	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	w->tp->rtx_timeout = (u32)jiffies + EXS_TCP_RTO_MAX;
}

/* Two jiffies ago its deadline would have passed, were the RTO not doubled. */
static struct exs_wire *exs_icmp_due(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_sent(test);

	exs_icmp_backoff(w, 1, 1, 1);
	mdelay(jiffies_to_msecs(3));
	return w;
}

/* RFC 6069 4: of the segment that was retransmitted, for want of a way. */
static void unreachable__a_doubling_is_taken_back(struct kunit *test)
{
	static const struct {
		u32 seq;
		u8 code, retransmits, backoff, want;
		u32 rto, rto_want;	/* jiffies; the samples call for 100 */
	} t[] = {
		{ 1, ICMP_HOST_UNREACH, 3, 3, 2, 800, 400 },
		{ 1, ICMP_NET_UNREACH, 3, 3, 2, 800, 400 },
		{ 1, ICMP_PORT_UNREACH, 3, 3, 3, 800, 800 },
		{ 2, ICMP_HOST_UNREACH, 3, 3, 3, 800, 800 },
		{ 1, ICMP_HOST_UNREACH, 0, 3, 3, 800, 800 },
		{ 1, ICMP_HOST_UNREACH, 3, 0, 0, 800, 800 },
		/* Never longer than it was. */
		{ 1, ICMP_HOST_UNREACH, 1, 4, 3, 200, 200 },
		{ 1, ICMP_HOST_UNREACH, U8_MAX, U8_MAX, U8_MAX - 1,
		  EXS_TCP_RTO_MAX, EXS_TCP_RTO_MAX },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_icmp_sent(test);
		struct exs_icmp_msg m = {
			.seq = t[i].seq, .type = ICMP_DEST_UNREACH,
			.code = t[i].code, .err = EHOSTUNREACH,
		};
		u32 end = (u32)jiffies + EXS_TCP_RTO_MAX;

		exs_icmp_backoff(w, 100, t[i].retransmits, t[i].backoff);
		w->tp->rto = t[i].rto;
		w->tp->rtx_timeout = end;
		exs_icmp_in(w, &m);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->backoff, t[i].want, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->rto, t[i].rto_want, "row %u", i);
		/* Of when it was sent, a moment ago. */
		if (t[i].want < t[i].backoff)
			end = (u32)jiffies + t[i].rto_want;
		KUNIT_EXPECT_LE_MSG(test, w->tp->rtx_timeout, end + 1, "row %u", i);
		KUNIT_EXPECT_GE_MSG(test, w->tp->rtx_timeout, end - 100,
				    "row %u", i);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
	}
}

static const struct exs_icmp_msg exs_icmp_host = {
	.seq = 1, .type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH,
	.err = EHOSTUNREACH,
};

/* Its deadline has passed by that: at once. */
static void unreachable__a_deadline_that_has_passed(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_due(test);

	exs_icmp_in(w, &exs_icmp_host);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 1);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 2);
	exs_wire_release(w);
}

/* It was the last try: the user hears the reason. */
static void unreachable__the_last_try(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_due(test);

	w->tp->retrans_stamp -= 1000000;
	exs_icmp_in(w, &exs_icmp_host);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, EHOSTUNREACH);
	exs_wire_release(w);
}

/* The same of an orphan, which ends with it. */
static void unreachable__the_last_try_of_an_orphan(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_due(test);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnTimeout);
	struct sock *sk = w->sk;

	sock_hold(sk);
	w->tp->retrans_stamp -= 1000000;
	exs_wire_close(w);
	exs_wire_drain(w);
	exs_icmp_in(w, &exs_icmp_host);
	KUNIT_EXPECT_EQ(test, (int)sk->sk_state, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPAbortOnTimeout));
	KUNIT_EXPECT_EQ(test, 1, refcount_read(&sk->sk_refcnt));
	sock_put(sk);
}

/* TCP_USER_TIMEOUT ends sooner than that. */
static void unreachable__no_deadline_becomes_later(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_sent(test);
	u32 end = (u32)jiffies + 50;

	exs_icmp_backoff(w, 100, 3, 3);
	w->tp->rto = 800;
	w->tp->rtx_timeout = end;
	exs_icmp_in(w, &exs_icmp_host);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 2);
	KUNIT_EXPECT_EQ(test, w->tp->rtx_timeout, end);
	exs_wire_release(w);
}

/* Who connects is told, and sends no SYN before. */
static void unreachable__connecting(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_icmp_msg m = exs_icmp_host;

	exs_wire_connect(w);
	exs_icmp_backoff(w, 1, 1, 1);
	mdelay(jiffies_to_msecs(3));
	m.seq = 0;
	exs_icmp_in(w, &m);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, EHOSTUNREACH);
	EXS_WIRE_SILENT(w);
}

static void unreachable__while_in_use(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_due(test);

	lock_sock(w->sk);
	exs_icmp_in(w, &exs_icmp_host);
	KUNIT_EXPECT_EQ(test, w->tp->backoff, 1);
	release_sock(w->sk);
	exs_wire_release(w);
}

/* IP_RECVERR: the user asked to hear of everything. */
static void recverr__is_told(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_sent(test);
	struct exs_icmp_msg m = exs_icmp_port;

	w->tp->es.recverr = 1;
	m.seq = 1;
	exs_icmp_in(w, &m);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ECONNREFUSED);
	KUNIT_EXPECT_EQ(test, w->sk->sk_err_soft, 0);
	/* sk_err is all there is: nothing to be read, as on AF_INET. */
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_error_queue), 0U);
}

/* Why there is no connection can be read, asked for or not. */
static void connecting__the_message_is_kept(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct sockaddr_in sin = {};
	struct msghdr msg = { .msg_name = &sin };
	struct kvec iov = {};

	exs_wire_connect(w);
	exs_icmp_in(w, &exs_icmp_port);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_error_queue), 1U);
	/* Whom it was sent to is the name. */
	KUNIT_EXPECT_EQ(test, kernel_recvmsg(w->sock, &msg, &iov, 0, 0,
					     MSG_ERRQUEUE), 0);
	KUNIT_EXPECT_EQ(test, msg.msg_namelen, (int)sizeof(sin));
	KUNIT_EXPECT_EQ(test, ntohl(sin.sin_addr.s_addr), EXS_WIRE_PEER);
	KUNIT_EXPECT_EQ(test, ntohs(sin.sin_port), w->rport);
}

static void quench_and_redirect__are_nothing(struct kunit *test)
{
	static const struct exs_icmp_msg t[] = {
		{ .seq = 1, .type = ICMP_SOURCE_QUENCH, .err = EPROTO },
		{ .seq = 1, .type = ICMP_REDIRECT, .err = EPROTO },
		{ .seq = 1, .type = ICMP_DEST_UNREACH, .err = 0 },
		/* Less than the eight bytes that hold the number. */
		{ .seq = 1, .type = ICMP_DEST_UNREACH, .err = EPROTO, .len = 7 },
	};
	struct exs_wire *w = exs_icmp_sent(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_icmp_in(w, &t[i]);
		KUNIT_EXPECT_EQ_MSG(test, w->sk->sk_err_soft, 0, "row %u", i);
		EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	}
}

static void nobody__is_counted(struct kunit *test)
{
	unsigned long n = exs_wire_mib(test, EXS_MIB_ICMP_InErrors);
	struct exs_wire *w = exs_wire_socket(test);

	w->lport = 9;
	exs_icmp_in(w, &exs_icmp_port);
	KUNIT_EXPECT_EQ(test, n + 1, exs_wire_mib(test, EXS_MIB_ICMP_InErrors));
}

static void small_objects__request_and_time_wait(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	static const struct {
		u8 type, code;
		bool ends;
	} t[] = {
		{ ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, false },
		{ ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, false },
		{ ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, false },
		{ ICMP_DEST_UNREACH, ICMP_NET_UNREACH, true },
		{ ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, true },
		{ ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, true },
		{ ICMP_PARAMETERPROB, 0, true },
		{ ICMP_SOURCE_QUENCH, 0, false },
	};
	struct exs_wire *w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_icmp_msg m = exs_icmp_port;

		m.type = t[i].type;
		m.code = t[i].code;
		w = exs_wire_caller(lw, 1000 + i);
		exs_wire_in(w, W_SYN, 0, 0, 0);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
		exs_icmp_in(w, &m);
		rcu_read_lock();
		KUNIT_EXPECT_EQ_MSG(test, !exs_wire_conn(w), t[i].ends,
				    "row %u", i);
		rcu_read_unlock();
	}

	w = exs_wire_active(test, true);
	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	exs_icmp_in(w, &exs_icmp_port);
	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, exs_wire_conn(w));
	rcu_read_unlock();
}

/* Three segments of 1000 are out when the path takes 640 (600 of text). */
static const struct exs_icmp_msg exs_icmp_narrower = {
	.seq = 1, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
	.err = EMSGSIZE, .info = 640,
};

static struct exs_wire *exs_icmp_flight(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 seq;

	KUNIT_ASSERT_EQ(test, 3000, exs_wire_write(w, 1, 3000, 0));
	for (seq = 1; seq < 3000; seq += 1000)
		EXS_WIRE_OUT(w, W_ACK, seq, 1, 1000);
	return w;
}

/* RFC 1191: what no longer fits is lost for certain; cwnd stays. */
static void frag_needed__sends_again_smaller(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_flight(test);
	u32 seq;

	exs_icmp_in(w, &exs_icmp_narrower);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 600U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 10U);
	/* All of it, in segments that fit. */
	for (seq = 1; exs_wire_next(w); seq += w->last.len) {
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
		KUNIT_EXPECT_LE(test, w->last.len, 600U);
	}
	KUNIT_EXPECT_EQ(test, seq, 3001U);
	exs_wire_in(w, W_ACK, 1, 3001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->retrans_out, 0U);
}

/* Neither below min_pmtu nor beyond what the path takes already. */
static void frag_needed__within_limits(struct kunit *test)
{
	static const struct {
		u32 mtu, pmtu;
	} t[] = {
		{ 0, 552 }, { 68, 552 }, { 551, 552 }, { 552, 552 },
		{ 553, 553 }, { 800, 800 }, { 801, 800 }, { 65535, 800 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_icmp_sent(test);
		struct exs_icmp_msg m = {
			.seq = 1, .type = ICMP_DEST_UNREACH,
			.code = ICMP_FRAG_NEEDED, .err = EMSGSIZE, .info = 800,
		};

		exs_icmp_in(w, &m);
		KUNIT_EXPECT_EQ(test, w->tp->pmtu, 800U);
		m.info = t[i].mtu;
		exs_icmp_in(w, &m);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->pmtu, t[i].pmtu, "row %u", i);
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
		exs_wire_forget(test);
	}
}

/* cwnd holds some back: they follow by the next ACK, not by the timer. */
static void frag_needed__the_rest_follows(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_flight(test);

	w->tp->cc.cwnd = 2;
	/* Of a timeout long ago. */
	w->tp->frto = 1;
	exs_icmp_in(w, &exs_icmp_narrower);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 600);
	EXS_WIRE_OUT(w, W_ACK, 601, 1, 600);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, !!w->tp->frto, 0);
	exs_wire_in(w, W_ACK, 1, 1201, 0);
	EXS_WIRE_OUT(w, W_ACK, 1201, 1, 600);
	EXS_WIRE_OUT(w, W_ACK, 1801, 1, 600);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 1, 3001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_LOSS);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->retrans_out, 0U);
}

static void frag_needed__when_not(struct kunit *test)
{
	static const struct {
		u8 pmtudisc;
		u32 mtu;
		u32 mss;
	} t[] = {
		{ IP_PMTUDISC_WANT, 640, 600 },
		{ IP_PMTUDISC_DO, 640, 600 },
		{ IP_PMTUDISC_DONT, 640, 1000 },
		{ IP_PMTUDISC_INTERFACE, 640, 1000 },
		{ IP_PMTUDISC_OMIT, 640, 1000 },
		/* Larger than what we send. */
		{ IP_PMTUDISC_WANT, 1400, 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_icmp_sent(test);
		struct exs_icmp_msg m = {
			.seq = 1, .type = ICMP_DEST_UNREACH,
			.code = ICMP_FRAG_NEEDED, .err = EMSGSIZE,
			.info = t[i].mtu,
		};

		w->tp->es.pmtudisc = t[i].pmtudisc;
		exs_icmp_in(w, &m);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->mss_cache, t[i].mss,
				    "row %u", i);
		/* Ten bytes fit either way. */
		EXS_WIRE_SILENT(w);
		exs_wire_release(w);
		exs_wire_forget(test);
	}
}

/* The owner holds the socket: it is done when he lets go. */
static void frag_needed__while_in_use(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_flight(test);
	unsigned long n;
	u32 seq;
	int refs;

	n = exs_wire_mib(test, EXS_MIB_TCPEXT_LockDroppedIcmps);
	refs = refcount_read(&w->sk->sk_refcnt);
	lock_sock(w->sk);
	exs_icmp_in(w, &exs_icmp_narrower);
	/* Twice is once. */
	exs_icmp_in(w, &exs_icmp_narrower);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 1000U);
	EXS_WIRE_SILENT(w);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 600U);
	for (seq = 1; exs_wire_next(w); seq += w->last.len) {
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
		KUNIT_EXPECT_LE(test, w->last.len, 600U);
	}
	KUNIT_EXPECT_EQ(test, seq, 3001U);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->sk->sk_refcnt), refs);
	KUNIT_EXPECT_FALSE(test, test_bit(EXS_TCP_MTU_DEFERRED,
					  &w->sk->sk_tsq_flags));
	/* Not dropped, and not counted as if it were. */
	KUNIT_EXPECT_EQ(test, n, exs_wire_mib(test,
					EXS_MIB_TCPEXT_LockDroppedIcmps));
}

/* He learns of it himself before he lets go. */
static void frag_needed__known_before(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_flight(test);
	u32 seq;

	lock_sock(w->sk);
	exs_icmp_in(w, &exs_icmp_narrower);
	KUNIT_EXPECT_EQ(test, exs_tcp_current_mss(w->sk), 600U);
	release_sock(w->sk);
	for (seq = 1; exs_wire_next(w); seq += w->last.len)
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
	KUNIT_EXPECT_EQ(test, seq, 3001U);
}

/* Segments are too large, though with a short last one their sum is not. */
static void frag_needed__a_short_tail(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_icmp_msg m = {
		.seq = 1, .type = ICMP_DEST_UNREACH, .code = ICMP_FRAG_NEEDED,
		.err = EMSGSIZE, .info = 990,
	};
	u32 seq;

	KUNIT_ASSERT_EQ(test, 2100, exs_wire_write(w, 1, 2100, 0));
	for (seq = 1; seq < 2100 && exs_wire_next(w); seq += w->last.len)
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
	exs_icmp_in(w, &m);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 950U);
	for (seq = 1; exs_wire_next(w); seq += w->last.len) {
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
		KUNIT_EXPECT_LE(test, w->last.len, 950U);
	}
	KUNIT_EXPECT_GE(test, seq, 2001U);
}

/* Without SACK: what duplicate ACKs stood for is deemed lost. */
static void frag_needed__after_duplicates(struct kunit *test)
{
	struct exs_wire *w = exs_icmp_flight(test);
	u32 seq;

	w->tp->sack_ok = 0;
	exs_wire_in(w, W_ACK, 1, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 2U);
	exs_icmp_in(w, &exs_icmp_narrower);
	KUNIT_EXPECT_LE(test, w->tp->sacked_out + w->tp->lost_out,
			w->tp->packets_out);
	for (seq = 1; exs_wire_next(w); seq += w->last.len)
		KUNIT_EXPECT_EQ(test, w->last.seq, seq);
	KUNIT_EXPECT_EQ(test, seq, 3001U);
}

static struct kunit_case exs_tcp_icmp_cases[] = {
	KUNIT_CASE(sequence__must_be_in_flight),
	KUNIT_CASE(connecting__is_told_at_once),
	KUNIT_CASE(connecting__while_in_use),
	KUNIT_CASE(connecting__the_message_is_kept),
	KUNIT_CASE(unreachable__a_doubling_is_taken_back),
	KUNIT_CASE(unreachable__a_deadline_that_has_passed),
	KUNIT_CASE(unreachable__the_last_try),
	KUNIT_CASE(unreachable__the_last_try_of_an_orphan),
	KUNIT_CASE(unreachable__no_deadline_becomes_later),
	KUNIT_CASE(unreachable__connecting),
	KUNIT_CASE(unreachable__while_in_use),
	KUNIT_CASE(recverr__is_told),
	KUNIT_CASE(quench_and_redirect__are_nothing),
	KUNIT_CASE(nobody__is_counted),
	KUNIT_CASE(small_objects__request_and_time_wait),
	KUNIT_CASE(frag_needed__sends_again_smaller),
	KUNIT_CASE(frag_needed__within_limits),
	KUNIT_CASE(frag_needed__the_rest_follows),
	KUNIT_CASE(frag_needed__when_not),
	KUNIT_CASE(frag_needed__while_in_use),
	KUNIT_CASE(frag_needed__known_before),
	KUNIT_CASE(frag_needed__a_short_tail),
	KUNIT_CASE(frag_needed__after_duplicates),
	{}
};

static struct kunit_suite exs_tcp_icmp_suite = {
	.name = "expstack_tcp_icmp",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_icmp_cases,
};

kunit_test_suite(exs_tcp_icmp_suite);
