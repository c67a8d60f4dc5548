// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_reply_raw.c: answers without a socket.
 * Which numbers a reset has is in tcp_reply_kunit.c and tcp_demux_kunit.c.
 */
#include "../kunit/expect.h"
#include "tcp_wire.h"

/* A segment as it stands when TCP looks at it. */
static struct sk_buff *exs_raw_seg(struct exs_wire *w, u8 flags, u32 daddr,
				   u8 tos)
{
	u8 buf[sizeof(struct iphdr) + sizeof(struct tcphdr)] = { };
	struct iphdr *iph = (void *)buf;
	struct tcphdr *th = (void *)(iph + 1);
	struct sk_buff *skb;

	exs_ip_hdr_build(iph, htonl(EXS_WIRE_PEER), htonl(daddr), IPPROTO_TCP,
			 tos, 64, sizeof(buf), 0, true);
	th->source = htons(w->rport);
	th->dest = htons(w->lport);
	th->seq = htonl(w->irs + 1);
	th->ack_seq = htonl(w->iss + 7);
	*((__be16 *)th + 6) = htons(0x5000 | flags);
	skb = exs_link_test_frame(w->test, ETH_P_IP, buf, sizeof(buf));
	memset(skb->cb, 0, sizeof(skb->cb));
	__skb_pull(skb, sizeof(*iph));
	skb_reset_transport_header(skb);
	return skb;
}

static struct exs_wire *exs_raw_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);

	w->lport = 9;
	return w;
}

/* RFC 1122 4.2.3.10; and nobody may make us reset others' connections. */
static void reset__to_whom(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 daddr;
		u16 ipcb;
		bool sent;
	} t[] = {
		{ W_ACK, EXS_WIRE_ADDR, 0, true },
		{ W_ACK | W_RST, EXS_WIRE_ADDR, 0, false },
		{ W_ACK, EXS_WIRE_ADDR, EXS_IPCB_BROADCAST, false },
		{ W_ACK, EXS_WIRE_ADDR, EXS_IPCB_MULTICAST, false },
		{ W_ACK, EXS_WIRE_ADDR + 5, 0, false },
		{ W_ACK, 0xcb007101, 0, false },
	};
	struct exs_wire *w = exs_raw_open(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		unsigned long n = exs_wire_mib(test, EXS_MIB_TCP_OutRsts);
		struct sk_buff *skb;

		skb = exs_raw_seg(w, t[i].flags, t[i].daddr, 0);
		EXS_IPCB(skb)->flags = t[i].ipcb;
		local_bh_disable();
		rcu_read_lock();
		exs_tcp_send_reset(NULL, skb);
		rcu_read_unlock();
		local_bh_enable();
		kfree_skb(skb);
		if (t[i].sent)
			EXS_WIRE_OUT(w, W_RST, 7, 0, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, n + t[i].sent,
				    exs_wire_mib(test, EXS_MIB_TCP_OutRsts),
				    "row %u", i);
	}
}

/* The segment's class, but a reset is not ECN-capable (RFC 3168 6.1). */
static void reset__type_of_service(struct kunit *test)
{
	struct exs_wire *w = exs_raw_open(test);
	struct sk_buff *skb = exs_raw_seg(w, W_ACK, EXS_WIRE_ADDR, 0xb8 | 3);

	local_bh_disable();
	rcu_read_lock();
	exs_tcp_send_reset(NULL, skb);
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
	EXS_WIRE_OUT(w, W_RST, 7, 0, 0);
	KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0xb8);
	KUNIT_EXPECT_EQ(test, w->last.win, 0);
	EXS_EXPECT_BEEQ(test, w->last.iph.frag_off, htons(0x4000));
}

static void ack_reply__all_from_arguments(struct kunit *test)
{
	static const bool ts[] = { false, true };
	struct exs_wire *w = exs_raw_open(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ts); i++) {
		struct exs_tcp_ack_reply r = {
			.seq = w->iss + 100, .ack = w->irs + 200, .win = 300,
			.tsval = 400, .tsecr = 500, .tos = 0x10 | 2,
			.use_ts = ts[i],
		};
		struct sk_buff *skb = exs_raw_seg(w, W_ACK, EXS_WIRE_ADDR, 0);

		local_bh_disable();
		rcu_read_lock();
		exs_tcp_send_ack_reply(exs_wire_net(test), skb, &r);
		rcu_read_unlock();
		local_bh_enable();
		kfree_skb(skb);
		EXS_WIRE_OUT(w, W_ACK, 100, 200, 0);
		KUNIT_EXPECT_EQ(test, w->last.win, 300);
		KUNIT_EXPECT_EQ(test, w->last.iph.tos, 0x10);
		KUNIT_EXPECT_EQ(test, w->last.sport, w->lport);
		KUNIT_EXPECT_EQ(test, w->last.dport, w->rport);
		KUNIT_EXPECT_EQ_MSG(test, (bool)w->last.o.saw_tstamp, ts[i],
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, w->last.o.tsval, ts[i] ? 400U : 0);
		KUNIT_EXPECT_EQ(test, w->last.o.tsecr, ts[i] ? 500U : 0);
	}
}

/* No way back to the peer: the SYN-ACK's timer tries again. */
static void synack__no_route(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_tcp_req req = {
		.conn = {
			.net = &init_net, .laddr = htonl(EXS_WIRE_ADDR),
			.raddr = htonl(0xcb007101),
			.lport = htons(EXS_WIRE_PORT), .rport = htons(1),
		},
		.listener = lw->sk,
	};
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCP_RetransSegs);
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = exs_tcp_send_synack(&req, NULL, NULL);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, err, -ENETUNREACH);
	EXS_WIRE_SILENT(lw);
	/* What did not leave is no repetition. */
	KUNIT_EXPECT_EQ(test, req.num_retrans, 0);
	KUNIT_EXPECT_EQ(test, n, exs_wire_mib(test, EXS_MIB_TCP_RetransSegs));
}

static struct kunit_case exs_tcp_reply_raw_cases[] = {
	KUNIT_CASE(reset__to_whom),
	KUNIT_CASE(reset__type_of_service),
	KUNIT_CASE(ack_reply__all_from_arguments),
	KUNIT_CASE(synack__no_route),
	{}
};

static struct kunit_suite exs_tcp_reply_raw_suite = {
	.name = "expstack_tcp_reply_raw",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_reply_raw_cases,
};

kunit_test_suite(exs_tcp_reply_raw_suite);
