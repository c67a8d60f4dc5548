// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: suite of module/udp/udp_rcv.c and module/sock/dgram_rcv.c: whom
 * a datagram or an error reaches, what a program reads, and what is dropped.
 */
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/udp.h>

#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include "udp/udp_priv.h"

static void exs_rcv_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static int exs_rcv_setup(struct kunit *test)
{
	struct exs_link_test *t;
	int err = exs_path_init(test);

	if (err)
		return err;
	t = test->priv;
	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 0);
	return 0;
}

/* recvmsg(2) without waiting. */
static int exs_rcv_read(struct socket *sock, void *buf, size_t len, int flags,
			struct sockaddr_in *from, int *msg_flags)
{
	struct kvec vec = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_name = from };
	int ret;

	ret = kernel_recvmsg(sock, &msg, &vec, 1, len, flags | MSG_DONTWAIT);
	if (msg_flags)
		*msg_flags = msg.msg_flags;
	return ret;
}

static struct socket *exs_rcv_open(struct kunit *test, u32 addr, u16 port)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, addr, port));
	return sock;
}

static void recvmsg__a_datagram_and_its_sender(struct kunit *test)
{
	struct socket *sock = exs_rcv_open(test, EXS_PATH_SELF, 5000);
	const struct exs_path_packet p = {};
	struct sockaddr_in from;
	u8 buf[200] = {};
	int flags;

	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 200, 0, NULL, NULL));
	exs_path_rcv_udp(test, &p, 53, 5000, 100);
	/* Peeking leaves it there. */
	KUNIT_EXPECT_EQ(test, 100, exs_rcv_read(sock, buf, 200, MSG_PEEK, NULL, NULL));
	KUNIT_EXPECT_EQ(test, 100, exs_rcv_read(sock, buf, 200, 0, &from, &flags));
	KUNIT_EXPECT_EQ(test, buf[99], 99);
	KUNIT_EXPECT_EQ(test, buf[100], 0);
	KUNIT_EXPECT_EQ(test, flags & MSG_TRUNC, 0);
	KUNIT_EXPECT_EQ(test, from.sin_family, AF_INET);
	KUNIT_EXPECT_EQ(test, ntohl(from.sin_addr.s_addr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ntohs(from.sin_port), 53);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 200, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, 0, sk_rmem_alloc_get(sock->sk));
}

/* The rest of a datagram that does not fit is gone (recv(2), MSG_TRUNC). */
static void recvmsg__too_little_room(struct kunit *test)
{
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	const struct exs_path_packet p = {};
	u8 buf[200];
	int flags;

	exs_path_rcv_udp(test, &p, 53, 5000, 100);
	exs_path_rcv_udp(test, &p, 53, 5000, 0);
	KUNIT_EXPECT_EQ(test, 100, exs_rcv_read(sock, buf, 40,
						MSG_TRUNC | MSG_PEEK, NULL, &flags));
	KUNIT_EXPECT_EQ(test, 40, exs_rcv_read(sock, buf, 40, 0, NULL, &flags));
	KUNIT_EXPECT_NE(test, flags & MSG_TRUNC, 0);
	/* An empty one is a datagram too. */
	KUNIT_EXPECT_EQ(test, 0, exs_rcv_read(sock, buf, 40, 0, NULL, &flags));
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 40, 0, NULL, NULL));
}

/* RFC 768, RFC 1122 4.1.3.4: what is wrong with the header. */
struct exs_rcv_bad {
	const char *name;
	int len;			/* of the packet's 8 + 12 bytes, 0: all */
	int field;			/* length field */
	int check;			/* 1: wrong, 0: none, -1: right */
	enum exs_drop_reason reason;	/* MAX: delivered */
};

static const struct exs_rcv_bad exs_rcv_bads[] = {
	{ "right", 0, 20, -1, EXS_DROP_MAX },
	{ "no checksum", 0, 20, 0, EXS_DROP_MAX },
	{ "wrong checksum", 0, 20, 1, EXS_DROP_UDP_CSUM },
	{ "seven bytes", 7, 20, -1, EXS_DROP_UDP_LENGTH },
	{ "field below the header", 0, 7, 0, EXS_DROP_UDP_LENGTH },
	{ "field beyond the packet", 0, 21, 0, EXS_DROP_UDP_LENGTH },
	{ "padded", 0, 19, 0, EXS_DROP_MAX },
};

static void exs_rcv_bad_desc(const struct exs_rcv_bad *b, char *desc)
{
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_rcv_bad, exs_rcv_bads, exs_rcv_bad_desc);

static void rcv__header(struct kunit *test)
{
	const struct exs_rcv_bad *b = test->param_value;
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	const struct exs_path_packet p = { .proto = IPPROTO_UDP };
	struct exs_link_test *t = test->priv;
	unsigned long errors = exs_mib_read(t->en, EXS_MIB_UDP_InErrors);
	unsigned long drops = 0;
	u8 buf[20] = {}, got[20];
	struct udphdr *uh = (struct udphdr *)buf;

	if (b->reason != EXS_DROP_MAX)
		drops = exs_mib_read_drop(t->en, b->reason);
	uh->source = htons(53);
	uh->dest = htons(5000);
	uh->len = htons(b->field);
	if (b->check)
		uh->check = csum_tcpudp_magic(htonl(EXS_PATH_PEER),
					      htonl(EXS_PATH_SELF), 20,
					      IPPROTO_UDP,
					      csum_partial(buf, 20, 0));
	if (b->check > 0)
		uh->check ^= (__force __sum16)htons(1);
	exs_path_rcv(test, &p, buf, b->len ?: 20);
	if (b->reason == EXS_DROP_MAX) {
		KUNIT_EXPECT_EQ(test, b->field - 8,
				exs_rcv_read(sock, got, 20, 0, NULL, NULL));
		return;
	}
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, got, 20, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, errors + 1, exs_mib_read(t->en, EXS_MIB_UDP_InErrors));
	KUNIT_EXPECT_EQ(test, drops + 1, exs_mib_read_drop(t->en, b->reason));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* RFC 1122 4.1.3.1: nobody there: the sender is told, but not about a group. */
static void rcv__no_socket(struct kunit *test)
{
	const struct exs_path_packet one = {}, all = {
		.daddr = EXS_PATH_BCAST, .pkt_type = PACKET_BROADCAST,
	};
	struct exs_link_test *t = test->priv;
	unsigned long ports = exs_mib_read(t->en, EXS_MIB_UDP_NoPorts);
	unsigned long multi = exs_mib_read(t->en, EXS_MIB_UDP_IgnoredMulti);
	struct sk_buff *skb;

	exs_path_rcv_udp(test, &one, 53, 5000, 10);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, icmp_hdr(skb)->type, ICMP_DEST_UNREACH);
	KUNIT_EXPECT_EQ(test, icmp_hdr(skb)->code, ICMP_PORT_UNREACH);
	KUNIT_EXPECT_EQ(test, ports + 1, exs_mib_read(t->en, EXS_MIB_UDP_NoPorts));
	exs_path_rcv_udp(test, &all, 53, 5000, 10);
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, multi + 1,
			exs_mib_read(t->en, EXS_MIB_UDP_IgnoredMulti));
}

/* A full receive buffer refuses, and says so in the counters. */
static void rcv__buffer_is_full(struct kunit *test)
{
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	const struct exs_path_packet p = {};
	struct exs_link_test *t = test->priv;
	unsigned long full = exs_mib_read(t->en, EXS_MIB_UDP_RcvbufErrors);
	u8 buf[10];

	sock->sk->sk_rcvbuf = 1;
	/* One is always taken. */
	exs_path_rcv_udp(test, &p, 53, 5000, 10);
	exs_path_rcv_udp(test, &p, 53, 5000, 10);
	KUNIT_EXPECT_EQ(test, full + 1,
			exs_mib_read(t->en, EXS_MIB_UDP_RcvbufErrors));
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&sock->sk->sk_drops));
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
}

/* A filter reads from the UDP header on and may cut the text, not the header. */
static void rcv__filter_sees_the_header(struct kunit *test)
{
	static struct sock_filter from_53[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 53, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 12),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog_kern prog = {
		.len = ARRAY_SIZE(from_53), .filter = from_53,
	};
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	const struct exs_path_packet p = {};
	struct sk_filter filter = {};
	u8 buf[20];

	KUNIT_ASSERT_EQ(test, 0, bpf_prog_create(&filter.prog, &prog));
	rcu_assign_pointer(sock->sk->sk_filter, &filter);
	exs_path_rcv_udp(test, &p, 54, 5000, 10);
	exs_path_rcv_udp(test, &p, 53, 5000, 10);
	rcu_assign_pointer(sock->sk->sk_filter, NULL);
	synchronize_rcu();
	bpf_prog_destroy(filter.prog);
	KUNIT_EXPECT_EQ(test, 1, atomic_read(&sock->sk->sk_drops));
	KUNIT_EXPECT_EQ(test, 4, exs_rcv_read(sock, buf, 20, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, buf[3], 3);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 20, 0, NULL, NULL));
}

static void rcv__everybody_gets_a_broadcast(struct kunit *test)
{
	const struct exs_path_packet p = {
		.daddr = EXS_PATH_BCAST, .pkt_type = PACKET_BROADCAST,
	};
	struct socket *any, *bcast, *one;
	u8 buf[10];

	any = exs_sock_test_open(test, SOCK_DGRAM);
	bcast = exs_sock_test_open(test, SOCK_DGRAM);
	any->sk->sk_reuse = SK_CAN_REUSE;
	bcast->sk->sk_reuse = SK_CAN_REUSE;
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(any, 0, 5000));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(bcast, EXS_PATH_BCAST, 5000));
	one = exs_rcv_open(test, EXS_PATH_SELF, 5001);
	exs_path_rcv_udp(test, &p, 53, 5000, 10);
	exs_path_rcv_udp(test, &p, 53, 5001, 10);
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(any, buf, 10, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, buf[9], 9);
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(bcast, buf, 10, 0, NULL, NULL));
	KUNIT_EXPECT_EQ(test, buf[9], 9);
	/* Bound to the host's own address: not meant. */
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(one, buf, 10, 0, NULL, NULL));
}

/* IP_MULTICAST_ALL off: groups that were not joined are not heard. */
static void rcv__groups_of_others(struct kunit *test)
{
	const struct exs_path_packet all = {
		.daddr = INADDR_ALLHOSTS_GROUP, .pkt_type = PACKET_MULTICAST,
	}, bcast = {
		.daddr = EXS_PATH_BCAST, .pkt_type = PACKET_BROADCAST,
	};
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	u8 buf[10];

	exs_path_rcv_udp(test, &all, 53, 5000, 10);
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP,
						   IP_MULTICAST_ALL, 0));
	exs_path_rcv_udp(test, &all, 53, 5000, 10);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
	/* A broadcast is for everybody. */
	exs_path_rcv_udp(test, &bcast, 53, 5000, 10);
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
}

/* A connected socket hears its peer only. */
static void rcv__connected_hears_its_peer(struct kunit *test)
{
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	const struct exs_path_packet peer = {}, other = { .saddr = EXS_PATH_PEER + 1 };
	u8 buf[10];

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	exs_path_rcv_udp(test, &other, 53, 5000, 10);
	exs_path_rcv_udp(test, &peer, 54, 5000, 10);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
	exs_path_rcv_udp(test, &peer, 53, 5000, 10);
	KUNIT_EXPECT_EQ(test, 10, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
}

static void rcv__min_ttl(struct kunit *test)
{
	struct socket *sock = exs_rcv_open(test, 0, 5000);
	u8 buf[10];

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_MINTTL, 255));
	exs_path_rcv_udp(test, &(struct exs_path_packet) { .ttl = 254 }, 53, 5000, 1);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
	exs_path_rcv_udp(test, &(struct exs_path_packet) { .ttl = 255 }, 53, 5000, 1);
	KUNIT_EXPECT_EQ(test, 1, exs_rcv_read(sock, buf, 10, 0, NULL, NULL));
}

/* Destination unreachable, about a datagram from port 5000 to the peer's port 53. */
static void exs_rcv_error(struct kunit *test, u8 code, u16 mtu)
{
	struct {
		struct icmphdr icmp;
		struct iphdr inner;
		struct udphdr uh;
	} m = { .icmp = { .type = ICMP_DEST_UNREACH, .code = code } };
	const struct exs_path_packet p = {};

	m.icmp.un.frag.mtu = htons(mtu);
	exs_ip_hdr_build(&m.inner, htonl(EXS_PATH_SELF), htonl(EXS_PATH_PEER),
			 IPPROTO_UDP, 0, 60, 1500, 0, true);
	m.uh.source = htons(5000);
	m.uh.dest = htons(53);
	m.uh.len = htons(1480);
	exs_path_rcv_icmp(test, &p, &m, sizeof(m));
}

struct exs_rcv_err {
	const char *name;
	u8 code, disc;
	bool connected, recverr;
	int err;			/* what the next call tells */
};

/* RFC 1122 4.1.3.3, udp(7): hard errors to connected sockets, all on request. */
static const struct exs_rcv_err exs_rcv_errs[] = {
	{ "hard, connected", ICMP_PORT_UNREACH, IP_PMTUDISC_WANT, true, false,
	  ECONNREFUSED },
	{ "hard, not connected", ICMP_PORT_UNREACH, IP_PMTUDISC_WANT, false, false, 0 },
	{ "hard, asked for", ICMP_PORT_UNREACH, IP_PMTUDISC_WANT, false, true,
	  ECONNREFUSED },
	{ "soft, connected", ICMP_HOST_UNREACH, IP_PMTUDISC_WANT, true, false, 0 },
	{ "soft, asked for", ICMP_HOST_UNREACH, IP_PMTUDISC_WANT, true, true,
	  EHOSTUNREACH },
	{ "too big, DONT", ICMP_FRAG_NEEDED, IP_PMTUDISC_DONT, true, false, 0 },
	{ "too big, WANT", ICMP_FRAG_NEEDED, IP_PMTUDISC_WANT, true, false, EMSGSIZE },
	{ "too big, DO", ICMP_FRAG_NEEDED, IP_PMTUDISC_DO, true, false, EMSGSIZE },
	{ "too big, not connected", ICMP_FRAG_NEEDED, IP_PMTUDISC_DO, false, false, 0 },
};

static void exs_rcv_err_desc(const struct exs_rcv_err *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_rcv_err, exs_rcv_errs, exs_rcv_err_desc);

static void err__whom_it_reaches(struct kunit *test)
{
	const struct exs_rcv_err *c = test->param_value;
	struct socket *sock = exs_rcv_open(test, EXS_PATH_SELF, 5000);
	struct exs_link_test *t = test->priv;

	exs_path_set(test, &t->en->sysctl.mtu_expires, 0);
	exs_sock_test_set(sock, SOL_IP, IP_MTU_DISCOVER, c->disc);
	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, c->recverr);
	if (c->connected)
		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	exs_rcv_error(test, c->code, 1300);
	KUNIT_EXPECT_EQ(test, -c->err, sock_error(sock->sk));
	KUNIT_EXPECT_EQ(test, c->recverr, !skb_queue_empty(&sock->sk->sk_error_queue));
}

/* RFC 1191 3: the path MTU is learned whatever the socket hears of it. */
static void err__path_mtu_is_learned(struct kunit *test)
{
	static const struct {
		u8 disc;
		u32 mtu;
	} c[] = {
		{ IP_PMTUDISC_INTERFACE, 0 },
		{ IP_PMTUDISC_OMIT, 0 },
		{ IP_PMTUDISC_DONT, 1300 },
		{ IP_PMTUDISC_WANT, 1300 },
		{ IP_PMTUDISC_DO, 1300 },
		{ IP_PMTUDISC_PROBE, 1300 },
	};
	struct socket *sock = exs_rcv_open(test, EXS_PATH_SELF, 5000);
	struct exs_link_test *t = test->priv;
	unsigned int i;
	u32 mtu;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		exs_path_set(test, &t->en->sysctl.mtu_expires, 10 * HZ);
		exs_sock_test_set(sock, SOL_IP, IP_MTU_DISCOVER, c[i].disc);
		exs_rcv_error(test, ICMP_FRAG_NEEDED, 1300);
		rcu_read_lock();
		mtu = exs_pmtu_get(t->en, htonl(EXS_PATH_PEER), NULL);
		WRITE_ONCE(t->en->sysctl.mtu_expires, 0);
		exs_pmtu_update(t->en, htonl(EXS_PATH_PEER), 1300);
		rcu_read_unlock();
		KUNIT_EXPECT_EQ_MSG(test, mtu, c[i].mtu, "disc %u", c[i].disc);
	}
}

static void err__of_nobody_is_counted(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ICMP_InErrors);

	exs_rcv_error(test, ICMP_PORT_UNREACH, 0);
	KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
}

static struct kunit_case exs_rcv_cases[] = {
	KUNIT_CASE(recvmsg__a_datagram_and_its_sender),
	KUNIT_CASE(recvmsg__too_little_room),
	KUNIT_CASE_PARAM(rcv__header, exs_rcv_bad_gen_params),
	KUNIT_CASE(rcv__no_socket),
	KUNIT_CASE(rcv__buffer_is_full),
	KUNIT_CASE(rcv__filter_sees_the_header),
	KUNIT_CASE(rcv__everybody_gets_a_broadcast),
	KUNIT_CASE(rcv__groups_of_others),
	KUNIT_CASE(rcv__connected_hears_its_peer),
	KUNIT_CASE(rcv__min_ttl),
	KUNIT_CASE_PARAM(err__whom_it_reaches, exs_rcv_err_gen_params),
	KUNIT_CASE(err__path_mtu_is_learned),
	KUNIT_CASE(err__of_nobody_is_counted),
	{}
};

static struct kunit_suite exs_rcv_suite = {
	.name = "expstack_udp_rcv",
	.init = exs_rcv_setup,
	.exit = exs_rcv_teardown,
	.test_cases = exs_rcv_cases,
};

kunit_test_suite(exs_rcv_suite);
