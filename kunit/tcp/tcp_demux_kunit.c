// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_demux.c: what is a segment, and whose.
 */
#include <linux/filter.h>

#include "tcp/tcp_req.h"
#include "tcp_wire.h"

#define NONE	0xff

/* A packet of hlen bytes of TCP header that claims doff words. */
static void exs_demux_raw(struct exs_wire *w, unsigned int hlen, u8 doff,
			  u32 daddr)
{
	u8 buf[sizeof(struct iphdr) + 64] = { };
	struct tcphdr *th = (void *)(buf + sizeof(struct iphdr));
	struct iphdr *iph = (void *)buf;

	exs_ip_hdr_build(iph, htonl(EXS_WIRE_PEER), htonl(daddr), IPPROTO_TCP,
			 0, 64, sizeof(*iph) + hlen, 0, true);
	th->source = htons(w->rport);
	th->dest = htons(EXS_WIRE_PORT);
	th->doff = doff;
	th->syn = 1;
	th->check = exs_cksum_tcp(th, hlen, iph->saddr, iph->daddr);
	exs_link_test_rx(exs_link_test_frame(w->test, ETH_P_IP, buf,
					     sizeof(*iph) + hlen));
}

static void prepare__malformed(struct kunit *test)
{
	static const struct {
		unsigned int hlen;
		u8 doff;
		bool good;
	} t[] = {
		{ 20, 5, true }, { 19, 5, false }, { 4, 5, false },
		{ 20, 4, false }, { 20, 0, false }, { 20, 6, false },
		{ 24, 6, true }, { 59, 15, false }, { 60, 15, true },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 100);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		unsigned long drops = exs_wire_drops(test, EXS_DROP_TCP_HEADER);
		unsigned long errs = exs_wire_mib(test, EXS_MIB_TCP_InErrs);
		struct exs_wire *w = exs_wire_caller(lw, 1000 + i);

		w->irs = 0;
		exs_demux_raw(w, t[i].hlen, t[i].doff, EXS_WIRE_ADDR);
		if (t[i].good)
			EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, drops + !t[i].good,
				    exs_wire_drops(test, EXS_DROP_TCP_HEADER),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, errs + !t[i].good,
				    exs_wire_mib(test, EXS_MIB_TCP_InErrs),
				    "row %u", i);
	}
}

static void prepare__wrong_checksum(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .len = 9, .win = 65535,
		.bad_csum = true,
	};
	unsigned long sums, errs, drops;

	sums = exs_wire_mib(test, EXS_MIB_TCP_InCsumErrors);
	errs = exs_wire_mib(test, EXS_MIB_TCP_InErrs);
	drops = exs_wire_drops(test, EXS_DROP_TCP_CSUM);
	exs_wire_rcv(w, &seg);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 1);
	KUNIT_EXPECT_EQ(test, sums + 1,
			exs_wire_mib(test, EXS_MIB_TCP_InCsumErrors));
	KUNIT_EXPECT_EQ(test, errs + 1, exs_wire_mib(test, EXS_MIB_TCP_InErrs));
	KUNIT_EXPECT_EQ(test, drops + 1,
			exs_wire_drops(test, EXS_DROP_TCP_CSUM));
}

/* RFC 9293 3.10.7.1: CLOSED. */
static void no_socket__is_reset(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 seq, ack, len;
		u8 out;
		u32 out_seq, out_ack;
	} t[] = {
		{ W_SYN, 5, 0, 0, W_RST | W_ACK, 0, 6 },
		{ W_SYN | W_FIN, 5, 0, 10, W_RST | W_ACK, 0, 17 },
		{ 0, 5, 0, 10, W_RST | W_ACK, 0, 15 },
		{ W_ACK, 5, 77, 10, W_RST, 77, 0 },
		{ W_SYN | W_ACK, 5, 77, 0, W_RST, 77, 0 },
		{ W_RST, 5, 0, 0, NONE },
		{ W_RST | W_ACK, 5, 77, 0, NONE },
	};
	struct exs_wire *w = exs_wire_socket(test);
	unsigned int i;

	w->lport = 9;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		unsigned long n = exs_wire_drops(test, EXS_DROP_TCP_NO_SOCKET);

		exs_wire_in(w, t[i].flags, t[i].seq, t[i].ack, t[i].len);
		if (t[i].out != NONE)
			EXS_WIRE_OUT(w, t[i].out, t[i].out_seq, t[i].out_ack,
				     0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, n + 1,
				    exs_wire_drops(test,
						   EXS_DROP_TCP_NO_SOCKET),
				    "row %u", i);
	}
}

/* RFC 1122 4.2.3.10: never for a broadcast or multicast address. */
static void group__is_never_answered(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_caller(lw, 1000);

	exs_demux_raw(w, 20, 5, EXS_WIRE_ADDR | 0xff);
	exs_demux_raw(w, 20, 5, 0xffffffff);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, atomic_read(&lw->tp->listener->qlen), 0);
}

static void wants__minimum_ttl(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMinTTLDrop);

	/* The peer sends with 64 (RFC 5082). */
	w->tp->es.min_ttl = 64;
	exs_wire_in(w, W_ACK, 1, 1, 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	w->tp->es.min_ttl = 65;
	exs_wire_in(w, W_ACK, 11, 1, 10);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMinTTLDrop));
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 11);
}

/* A socket filter returns how much of a segment is to be kept. */
/* The listener's setting holds for the handshake too. */
static void wants__of_a_request(struct kunit *test)
{
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMinTTLDrop);
	struct exs_wire *lw = exs_wire_listen(test, 0, 10);
	struct exs_wire *w = exs_wire_caller(lw, 1000);

	exs_wire_in(w, W_SYN, 0, 0, 0);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	lw->tp->es.min_ttl = 65;
	exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMinTTLDrop));
	KUNIT_EXPECT_FALSE(test, exs_tcp_accept_ready(lw->sk));
	lw->tp->es.min_ttl = 64;
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_TRUE(test, exs_tcp_accept_ready(lw->sk));
}

static void exs_demux_filter(struct exs_wire *w, u32 keep)
{
	struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, keep);
	struct sock_fprog_kern prog = { .len = 1, .filter = &code };
	struct sk_filter filter = { };

	KUNIT_ASSERT_EQ(w->test, 0, bpf_prog_create(&filter.prog, &prog));
	rcu_assign_pointer(w->sk->sk_filter, &filter);
	exs_wire_in(w, W_ACK, w->tp->rcv_nxt - w->irs, 1, 10);
	RCU_INIT_POINTER(w->sk->sk_filter, NULL);
	synchronize_rcu();
	bpf_prog_destroy(filter.prog);
}

static void wants__socket_filter(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_drops(test, EXS_DROP_SOCKET_FILTER);

	exs_demux_filter(w, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_drops(test, EXS_DROP_SOCKET_FILTER));
	exs_demux_filter(w, 0xffff);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 0);
	/* Header and five bytes: the rest was never received. */
	exs_demux_filter(w, 25);
	EXS_WIRE_OUT(w, W_ACK, 1, 16, 0);
	/* Never into the header. */
	exs_demux_filter(w, 1);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 16);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 15);
}

static void backlog__waits_for_the_owner(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	u32 segs = w->tp->segs_in;

	lock_sock(w->sk);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	exs_wire_in(w, W_ACK, 11, 1, 10);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 1);
	KUNIT_EXPECT_EQ(test, w->tp->segs_in, segs + 2);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, w->irs + 21);
	/* One ACK for both. */
	EXS_WIRE_OUT(w, W_ACK, 1, 21, 0);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 20);
}

static void backlog__has_a_limit(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPBacklogDrop);
	unsigned int i;

	w->sk->sk_rcvbuf = 1000;
	w->sk->sk_sndbuf = 1000;
	lock_sock(w->sk);
	for (i = 0; i < 150; i++)
		exs_wire_in(w, W_ACK, 1, 1, 500);
	KUNIT_EXPECT_LE(test, w->sk->sk_backlog.len, 70000);
	release_sock(w->sk);
	KUNIT_EXPECT_GT(test,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPBacklogDrop), n);
}

/* Memory of text is up to twice what the window counts. */
static void backlog__takes_a_window(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPBacklogDrop);

	w->sk->sk_rcvbuf = 100000;
	w->sk->sk_sndbuf = 1000;
	lock_sock(w->sk);
	while (w->sk->sk_backlog.len < 2 * 100000 &&
	       exs_wire_mib(test, EXS_MIB_TCPEXT_TCPBacklogDrop) == n)
		exs_wire_in(w, W_ACK, 1, 1, 500);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, n,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPBacklogDrop));
	exs_wire_drain(w);
}

/* The connection ended while the segment waited. */
static void backlog__socket_closed_meanwhile(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned long n = exs_wire_drops(test, EXS_DROP_TCP_CLOSED);

	lock_sock(w->sk);
	exs_wire_in(w, W_RST, 1, 0, 0);
	exs_wire_in(w, W_ACK, 1, 1, 10);
	release_sock(w->sk);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, n + 1, exs_wire_drops(test, EXS_DROP_TCP_CLOSED));
	KUNIT_EXPECT_EQ(test, w->sk->sk_err, ECONNRESET);
}

static struct kunit_case exs_tcp_demux_cases[] = {
	KUNIT_CASE(prepare__malformed),
	KUNIT_CASE(prepare__wrong_checksum),
	KUNIT_CASE(no_socket__is_reset),
	KUNIT_CASE(group__is_never_answered),
	KUNIT_CASE(wants__minimum_ttl),
	KUNIT_CASE(wants__of_a_request),
	KUNIT_CASE(wants__socket_filter),
	KUNIT_CASE(backlog__waits_for_the_owner),
	KUNIT_CASE(backlog__has_a_limit),
	KUNIT_CASE(backlog__takes_a_window),
	KUNIT_CASE(backlog__socket_closed_meanwhile),
	{}
};

static struct kunit_suite exs_tcp_demux_suite = {
	.name = "expstack_tcp_demux",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_demux_cases,
};

kunit_test_suite(exs_tcp_demux_suite);
