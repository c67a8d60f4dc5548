// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_client.c: text in the SYN.
 */
#include "tcp_fo_test.h"

#define MIB(name)	exs_wire_mib(test, EXS_MIB_TCPEXT_TCPFastOpen##name)

/* The tuple is known once connect() was called. */
static void exs_fo_took_off(struct exs_wire *w)
{
	w->lport = ntohs(w->tp->es.conn.lport);
	w->iss = w->tp->snd_una;
}

/* sendto(MSG_FASTOPEN) without waiting; text begins behind the SYN. */
static int exs_fo_sendto_flags(struct exs_wire *w, u32 len, int flags)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(EXS_WIRE_PORT),
		.sin_addr.s_addr = htonl(EXS_WIRE_PEER),
	};
	struct msghdr msg = {
		.msg_name = &sin, .msg_namelen = sizeof(sin),
		.msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_FASTOPEN | flags,
	};
	struct kvec iov = { .iov_len = len };
	u32 i;
	int ret;

	iov.iov_base = kunit_kzalloc(w->test, max(len, 1U), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(w->test, iov.iov_base);
	for (i = 0; i < len; i++)
		((u8 *)iov.iov_base)[i] = (i + 1) ^ ((i + 1) >> 8);
	ret = kernel_sendmsg(w->sock, &msg, &iov, 1, len);
	exs_fo_took_off(w);
	return ret;
}

static int exs_fo_sendto(struct exs_wire *w, u32 len)
{
	return exs_fo_sendto_flags(w, len, 0);
}

/* A cookie of the peer's is known, or with NULL none. */
static struct exs_wire *exs_fo_client(struct kunit *test,
				      const struct exs_tcp_fo_cookie *c)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_sock *es = exs_sk(w->sk);

	if (!c)
		return w;
	es->saddr = htonl(EXS_WIRE_ADDR);
	es->conn.raddr = htonl(EXS_WIRE_PEER);
	exs_tcp_fo_cache_set(w->sk, EXS_WIRE_MSS, c, false, 0);
	es->saddr = 0;
	es->conn.raddr = 0;
	return w;
}

static void exs_fo_synack(struct exs_wire *w, u32 ack,
			  const struct exs_tcp_fo_cookie *c)
{
	struct exs_wire_seg synack = {
		.flags = W_SYN | W_ACK, .ack = ack, .win = 65535,
		.opt.mss = EXS_WIRE_MSS, .foc = c,
	};

	exs_wire_rcv(w, &synack);
}

static void cookie__asked_for_and_kept(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, NULL);
	struct exs_tcp_fo_cookie c = { };
	u16 mss = 0;

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), -EINPROGRESS);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ext->fo_fail, TFO_COOKIE_UNAVAILABLE);
	exs_fo_synack(w, 1, &exs_fo_wrong);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	exs_tcp_fo_cache_get(w->sk, &mss, &c);
	KUNIT_EXPECT_EQ(test, mss, EXS_WIRE_MSS);
	KUNIT_EXPECT_EQ(test, c.len, exs_fo_wrong.len);
	KUNIT_EXPECT_EQ(test, memcmp(c.val, exs_fo_wrong.val, c.len), 0);
}

static void text__in_the_syn(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);
	unsigned long active = MIB(Active);

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, exs_fo_wrong.len);
	KUNIT_EXPECT_EQ(test, memcmp(w->last.o.fo_cookie, exs_fo_wrong.val,
				     exs_fo_wrong.len), 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 2U);
	exs_fo_synack(w, 101, NULL);
	EXS_WIRE_OUT(w, W_ACK, 101, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 1U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ext->syn_data_acked, 1);
	KUNIT_EXPECT_EQ(test, MIB(Active), active + 1);
}

/* A segment of the peer's MSS less all options; the rest is the user's. */
static void text__what_fits(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 3000), EXS_WIRE_MSS - 40);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, EXS_WIRE_MSS - 40);
}

/* MSG_ZEROCOPY: it is copied, but the call ends with the acknowledgment. */
static void text__zerocopy_ends_when_acknowledged(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);

	sock_set_flag(w->sk, SOCK_ZEROCOPY);
	KUNIT_EXPECT_EQ(test, exs_fo_sendto_flags(w, 100, MSG_ZEROCOPY), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_error_queue), 0U);
	exs_fo_synack(w, 101, NULL);
	EXS_WIRE_OUT(w, W_ACK, 101, 1, 0);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&w->sk->sk_error_queue), 1U);
}

/* Nobody on the way had to copy: it was copied all the same, and is told so. */
static void text__zerocopy_is_a_copy(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);
	struct exs_link_test *t = test->priv;
	const struct sk_buff *note;

	t->dev->features |= NETIF_F_SG | NETIF_F_HW_CSUM;
	sock_set_flag(w->sk, SOCK_ZEROCOPY);
	KUNIT_EXPECT_EQ(test, exs_fo_sendto_flags(w, 100, MSG_ZEROCOPY), 100);
	skb_queue_purge(&t->sent);
	exs_fo_synack(w, 101, NULL);
	note = skb_peek(&w->sk->sk_error_queue);
	KUNIT_ASSERT_NOT_NULL(test, note);
	KUNIT_EXPECT_EQ(test, (int)SKB_EXT_ERR(note)->ee.ee_code,
			SO_EE_CODE_ZEROCOPY_COPIED);
	skb_queue_purge(&t->sent);
}

static void text__not_acknowledged_goes_again(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);
	unsigned long fail = MIB(ActiveFail);

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	exs_fo_synack(w, 1, NULL);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 100);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ext->fo_fail, TFO_DATA_NOT_ACKED);
	KUNIT_EXPECT_EQ(test, MIB(ActiveFail), fail + 1);
	exs_wire_in(w, W_ACK, 1, 101, 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 0U);
	/* Without SACK it ends with what is sent after it (RFC 6582 3.2). */
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 101, 50, MSG_DONTWAIT), 50);
	EXS_WIRE_OUT(w, W_ACK, 101, 1, 50);
	exs_wire_in(w, W_ACK, 1, 151, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_OPEN);
}

/* RFC 7413 4.2.1: what is sent again is an ordinary SYN. */
static void syn__again_without_text(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);
	struct exs_tcp_metrics_row row;

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0xff);
	exs_fo_synack(w, 1, NULL);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 100);
	KUNIT_EXPECT_EQ(test, (int)w->tp->ext->fo_fail, TFO_SYN_RETRANSMITTED);
	KUNIT_ASSERT_EQ(test, 0,
			exs_tcp_metrics_get(exs_wire_net(test),
					    htonl(EXS_WIRE_PEER), NULL, &row));
	KUNIT_EXPECT_EQ(test, row.fo_syn_drops, 1);
}

/* Each of the two packets fits, but they were sent as one. */
static void syn__too_long_for_the_path(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	exs_pmtu_update(exs_wire_net(test), htonl(EXS_WIRE_PEER), 600);
	exs_wire_call(w, exs_tcp_err_mtu);
	/* The peer has offered no window for the text yet. */
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0xff);
	EXS_WIRE_SILENT(w);
	exs_fo_synack(w, 1, NULL);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 100);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
}

/* A server's text may come with its SYN-ACK. */
static void text__with_the_syn_ack(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);
	struct exs_wire_seg synack = {
		.flags = W_SYN | W_ACK, .ack = 101, .win = 65535, .len = 30,
		.opt.mss = EXS_WIRE_MSS,
	};

	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 100), 100);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 100);
	exs_wire_rcv(w, &synack);
	EXS_WIRE_OUT(w, W_ACK, 101, 31, 0);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 30);
}

static void defer__connect_waits_for_the_first_write(struct kunit *test)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET, .sin_port = htons(EXS_WIRE_PORT),
		.sin_addr.s_addr = htonl(EXS_WIRE_PEER),
	};
	struct exs_wire *w = exs_fo_client(test, &exs_fo_wrong);

	exs_tcp_ext_own(w->tp, GFP_KERNEL)->fo_connect = 1;
	KUNIT_EXPECT_EQ(test, 0, kernel_connect(w->sock,
						(struct sockaddr *)&sin,
						sizeof(sin), O_NONBLOCK));
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, exs_tcp_connect_deferred(w->sk));
	KUNIT_EXPECT_EQ(test, -EISCONN,
			kernel_connect(w->sock, (struct sockaddr *)&sin,
				       sizeof(sin), O_NONBLOCK));
	/* Nobody can answer what was not sent. */
	exs_fo_took_off(w);
	exs_wire_in(w, W_SYN, 0, 0, 0);
	exs_wire_in(w, W_ACK, 1, 7, 0);
	exs_wire_in(w, W_SYN | W_ACK, 0, 1, 0);
	EXS_WIRE_SILENT(w);
	EXS_WIRE_STATE(w, TCP_SYN_SENT);
	KUNIT_EXPECT_EQ(test, w->tp->rcv_nxt, 0U);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 50, 0), 50);
	exs_fo_took_off(w);
	EXS_WIRE_OUT(w, W_SYN, 0, 0, 50);
	KUNIT_EXPECT_FALSE(test, exs_tcp_connect_deferred(w->sk));
	exs_fo_synack(w, 51, NULL);
	EXS_WIRE_OUT(w, W_ACK, 51, 1, 0);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
}

/* Without a cookie it sends the SYN, which asks for one. */
static void defer__not_without_a_cookie(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, NULL);

	exs_tcp_ext_own(w->tp, GFP_KERNEL)->fo_connect = 1;
	exs_wire_connect(w);
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, 0);
	exs_fo_synack(w, 1, NULL);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
}

static void sendmsg__errnos(struct kunit *test)
{
	struct exs_wire *w = exs_fo_client(test, NULL);

	exs_wire_net(test)->sysctl.tcp_fastopen = EXS_TCP_FO_SERVER;
	KUNIT_EXPECT_EQ(test, exs_fo_sendto(w, 1), -EOPNOTSUPP);
	exs_wire_net(test)->sysctl.tcp_fastopen = EXS_TCP_FO_CLIENT;
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, MSG_FASTOPEN), -EINVAL);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 1, MSG_FASTOPEN), -EISCONN);
}

static struct kunit_case exs_tcp_fo_client_cases[] = {
	KUNIT_CASE(cookie__asked_for_and_kept),
	KUNIT_CASE(text__in_the_syn),
	KUNIT_CASE(text__what_fits),
	KUNIT_CASE(text__zerocopy_ends_when_acknowledged),
	KUNIT_CASE(text__zerocopy_is_a_copy),
	KUNIT_CASE(text__not_acknowledged_goes_again),
	KUNIT_CASE(syn__again_without_text),
	KUNIT_CASE(syn__too_long_for_the_path),
	KUNIT_CASE(text__with_the_syn_ack),
	KUNIT_CASE(defer__connect_waits_for_the_first_write),
	KUNIT_CASE(defer__not_without_a_cookie),
	KUNIT_CASE(sendmsg__errnos),
	{}
};

static struct kunit_suite exs_tcp_fo_client_suite = {
	.name = "expstack_tcp_fo_client",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_fo_client_cases,
};

kunit_test_suite(exs_tcp_fo_client_suite);
