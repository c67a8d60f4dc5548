// SPDX-License-Identifier: GPL-2.0
/*
 * expstack udp: suite of module/udp/udp_send.c and module/sock/dgram_send.c:
 * what a datagram looks like on the wire, and when there is none.
 */
#include <linux/icmp.h>
#include <linux/pkt_sched.h>
#include <linux/udp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include "udp/udp_priv.h"

static void exs_send_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static void send__datagram(struct kunit *test)
{
	static const unsigned int lens[] = { 0, 1, 1471, 1472 };
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	const struct udphdr *uh;
	const struct iphdr *iph;
	struct sk_buff *skb;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, EXS_PATH_SELF, 5000));
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		KUNIT_EXPECT_EQ(test, lens[i],
				exs_sock_test_send(test, sock, EXS_PATH_PEER, 53,
						   lens[i], 0));
		skb = exs_path_sent(test);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, 0, skb_linearize(skb));
		iph = ip_hdr(skb);
		uh = (const struct udphdr *)(iph + 1);
		KUNIT_EXPECT_EQ(test, skb->len, 28 + lens[i]);
		KUNIT_EXPECT_EQ(test, iph->protocol, IPPROTO_UDP);
		KUNIT_EXPECT_EQ(test, ntohl(iph->saddr), EXS_PATH_SELF);
		KUNIT_EXPECT_EQ(test, ntohl(iph->daddr), EXS_PATH_PEER);
		KUNIT_EXPECT_EQ(test, iph->ttl, 64);
		KUNIT_EXPECT_EQ(test, ntohs(iph->frag_off), IP_DF);
		KUNIT_EXPECT_EQ(test, ntohs(uh->source), 5000);
		KUNIT_EXPECT_EQ(test, ntohs(uh->dest), 53);
		KUNIT_EXPECT_EQ(test, ntohs(uh->len), 8 + lens[i]);
		EXS_EXPECT_BENE(test, uh->check, 0);
		EXS_EXPECT_BEEQ(test, 0,
				csum_tcpudp_magic(iph->saddr, iph->daddr,
						  8 + lens[i], IPPROTO_UDP,
						  csum_partial(uh, 8 + lens[i], 0)));
		if (lens[i])
			KUNIT_EXPECT_EQ(test, ((u8 *)(uh + 1))[lens[i] - 1],
					(u8)(lens[i] - 1));
	}
}

struct exs_send_bad {
	const char *name;
	u32 addr;
	u16 port;
	unsigned int len;
	int flags;
	int err;
};

static const struct exs_send_bad exs_send_bads[] = {
	{ "no destination", 0, 0, 1, 0, -EDESTADDRREQ },
	{ "port 0", EXS_PATH_PEER, 0, 1, 0, -EINVAL },
	{ "out of band", EXS_PATH_PEER, 53, 1, MSG_OOB, -EOPNOTSUPP },
	{ "65508 bytes", EXS_PATH_PEER, 53, 65508, 0, -EMSGSIZE },
	{ "65536 bytes", EXS_PATH_PEER, 53, 65536, 0, -EMSGSIZE },
	{ "no route", EXS_PATH_FAR, 53, 1, 0, -ENETUNREACH },
	{ "broadcast without leave", EXS_PATH_BCAST, 53, 1, 0, -EACCES },
	{ "to everybody without leave", 0xffffffff, 53, 1, 0, -EACCES },
};

static void exs_send_bad_desc(const struct exs_send_bad *b, char *desc)
{
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_send_bad, exs_send_bads, exs_send_bad_desc);

static void send__refuses(struct kunit *test)
{
	const struct exs_send_bad *b = test->param_value;
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	unsigned long sent = exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, EXS_PATH_SELF, 0));
	KUNIT_EXPECT_EQ(test, b->err, exs_sock_test_send(test, sock, b->addr,
							 b->port, b->len,
							 b->flags));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, sent, exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams));
	KUNIT_EXPECT_EQ(test, 0, sk_wmem_alloc_get(sock->sk));
}

static void send__name_is_checked(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sockaddr_in sin = exs_sock_test_sin(EXS_PATH_PEER, 53);
	struct kvec vec = { .iov_base = "x", .iov_len = 1 };
	static const struct {
		sa_family_t family;
		int len;
		int want;
	} t[] = {
		{ AF_INET, sizeof(sin) - 1, -EINVAL },
		{ AF_INET6, sizeof(sin), -EAFNOSUPPORT },
		{ AF_INET, sizeof(sin), 1 },
		{ AF_EXPSTACK, sizeof(sin), 1 },
		/* As udp(7): old programs leave it out. */
		{ AF_UNSPEC, sizeof(sin), 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct msghdr msg = { .msg_name = &sin, .msg_namelen = t[i].len };

		sin.sin_family = t[i].family;
		KUNIT_EXPECT_EQ_MSG(test, t[i].want,
				    kernel_sendmsg(sock, &msg, &vec, 1, 1),
				    "row %u", i);
	}
}

static void send__broadcast_with_leave(struct kunit *test)
{
	static const u8 all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sk_buff *skb;

	sock_set_flag(sock->sk, SOCK_BROADCAST);
	KUNIT_EXPECT_EQ(test, 3, exs_sock_test_send(test, sock, EXS_PATH_BCAST,
						    53, 3, 0));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_MEMEQ(test, eth_hdr(skb)->h_dest, all, ETH_ALEN);
}

/* The first send gives the socket a port, and no address. */
static void send__binds_the_socket(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_sock *es = exs_sk(sock->sk);
	u16 port;

	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 1, 0));
	port = ntohs(es->conn.lport);
	KUNIT_EXPECT_GE(test, port, 1024);
	KUNIT_EXPECT_EQ(test, port, sock->sk->sk_num);
	EXS_EXPECT_BEEQ(test, es->conn.laddr, 0);
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 1, 0));
	KUNIT_EXPECT_EQ(test, port, ntohs(es->conn.lport));
}

/* IP_MTU_DISCOVER as ip(7) describes it, on a path of 1000 learned by ICMP. */
struct exs_send_disc {
	const char *name;
	u8 disc;
	unsigned int len;
	int want;			/* len or errno */
	u16 frag_off;			/* of the first packet */
};

static const struct exs_send_disc exs_send_discs[] = {
	{ "DONT, fits", IP_PMTUDISC_DONT, 972, 972, 0 },
	{ "DONT, too big", IP_PMTUDISC_DONT, 973, 973, IP_MF },
	{ "WANT, fits", IP_PMTUDISC_WANT, 972, 972, IP_DF },
	{ "WANT, too big", IP_PMTUDISC_WANT, 973, 973, IP_MF },
	{ "DO, fits", IP_PMTUDISC_DO, 972, 972, IP_DF },
	{ "DO, too big", IP_PMTUDISC_DO, 973, -EMSGSIZE },
	{ "PROBE beyond the path", IP_PMTUDISC_PROBE, 1472, 1472, IP_DF },
	{ "PROBE beyond the device", IP_PMTUDISC_PROBE, 1473, -EMSGSIZE },
	{ "INTERFACE beyond the path", IP_PMTUDISC_INTERFACE, 1472, 1472, 0 },
	{ "INTERFACE beyond the device", IP_PMTUDISC_INTERFACE, 1473, -EMSGSIZE },
	{ "OMIT beyond the path", IP_PMTUDISC_OMIT, 1472, 1472, 0 },
	{ "OMIT beyond the device", IP_PMTUDISC_OMIT, 1473, 1473, IP_MF },
};

static void exs_send_disc_desc(const struct exs_send_disc *d, char *desc)
{
	strscpy(desc, d->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_send_disc, exs_send_discs, exs_send_disc_desc);

static void pmtudisc__as_documented(struct kunit *test)
{
	const struct exs_send_disc *d = test->param_value;
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	struct sk_buff *skb;

	exs_path_set(test, &t->en->sysctl.mtu_expires, 10 * HZ);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_PEER), 1000);
	rcu_read_unlock();
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_MTU_DISCOVER,
						   d->disc));
	KUNIT_EXPECT_EQ(test, d->want, exs_sock_test_send(test, sock,
							  EXS_PATH_PEER, 53,
							  d->len, 0));
	skb = exs_path_sent(test);
	/* Forget what was learned. */
	WRITE_ONCE(t->en->sysctl.mtu_expires, 0);
	rcu_read_lock();
	exs_pmtu_update(t->en, htonl(EXS_PATH_PEER), 1000);
	rcu_read_unlock();
	if (d->want < 0) {
		KUNIT_EXPECT_NULL(test, skb);
		return;
	}
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->frag_off), d->frag_off);
	if (!(d->frag_off & IP_MF))
		KUNIT_EXPECT_EQ(test, skb->len, 28 + d->len);
}

/* A locked MTU is not found out: datagrams may be fragmented on the way. */
static void pmtudisc__locked_route_has_no_df(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	struct exs_route_cfg cfg = {
		.dst = htonl(EXS_PATH_FAR & ~0xff), .dst_len = 24,
		.type = RTN_UNICAST, .table = RT_TABLE_MAIN,
		.attr.val[RTAX_MTU] = 1200,
		.gw = htonl(EXS_PATH_PEER),
		.attr.val[RTAX_LOCK] = BIT(RTAX_MTU),
	};
	struct sk_buff *skb;

	rtnl_lock();
	KUNIT_ASSERT_EQ(test, 0, exs_route_add(t->en, &cfg, NLM_F_CREATE, NULL));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_FAR, 53, 9, 0));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->frag_off), 0);
}

static void header__ttl_and_tos(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int ttl = 3, tos = 0x40;
	struct sk_buff *skb;

	exs_sock_test_set(sock, SOL_IP, IP_TTL, 9);
	exs_sock_test_set(sock, SOL_IP, IP_TOS, 0x20);
	exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 1, 0);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 9);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->tos, 0x20);
	/* Ancillary data is for this one. */
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send_cmsg(sock, EXS_PATH_PEER, 53,
							 IP_TTL, &ttl, sizeof(ttl)));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 3);
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send_cmsg(sock, EXS_PATH_PEER, 53,
							 IP_TOS, &tos, sizeof(tos)));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->tos, 0x40);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 9);
}

/* The device's queue goes by what the TOS asks for, or by SO_PRIORITY. */
static void send__priority(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	static const struct {
		int tos;		/* of the message; -1: none */
		u32 priority;
	} t[] = {
		{ -1, TC_PRIO_BULK },
		{ IPTOS_LOWDELAY, TC_PRIO_INTERACTIVE },
		{ 0, TC_PRIO_BESTEFFORT },
		{ -1, TC_PRIO_BULK },
	};
	struct sk_buff *skb;
	unsigned int i;

	exs_sock_test_set(sock, SOL_IP, IP_TOS, IPTOS_THROUGHPUT);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		if (t[i].tos < 0)
			exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 1, 0);
		else
			exs_sock_test_send_cmsg(sock, EXS_PATH_PEER, 53, IP_TOS,
						&t[i].tos, sizeof(t[i].tos));
		skb = exs_path_sent(test);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ_MSG(test, skb->priority, t[i].priority,
				    "row %u", i);
	}
	sock->sk->sk_priority = 5;
	exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 1, 0);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->priority, 5);
}

/* Group traffic has a TTL of its own, 1 unless said (RFC 1112 6.1). */
static void header__multicast_ttl(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sk_buff *skb;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, EXS_PATH_SELF, 0));
	exs_sock_test_set(sock, SOL_IP, IP_TTL, 9);
	exs_sock_test_send(test, sock, 0xefff0001, 53, 1, 0);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 1);
	exs_sock_test_set(sock, SOL_IP, IP_MULTICAST_TTL, 5);
	exs_sock_test_send(test, sock, 0xefff0001, 53, 1, 0);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ip_hdr(skb)->ttl, 5);
}

/* IP_PKTINFO chooses the source; another's address is refused. */
static void header__source_by_pktinfo(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct in_pktinfo info = {
		.ipi_spec_dst.s_addr = htonl(EXS_PATH_SELF + 8),
	};
	struct sk_buff *skb;

	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send_cmsg(sock, EXS_PATH_PEER, 53,
						IP_PKTINFO, &info, sizeof(info)));
	exs_link_test_addr(test, EXS_PATH_SELF + 8, 24);
	KUNIT_EXPECT_EQ(test, 1,
			exs_sock_test_send_cmsg(sock, EXS_PATH_PEER, 53,
						IP_PKTINFO, &info, sizeof(info)));
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, ntohl(ip_hdr(skb)->saddr), EXS_PATH_SELF + 8);
}

/* A route of a TOS: the message's own counts, else the socket's. */
static void send__route_by_tos(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	struct exs_route_cfg cfg = {
		.dst = htonl(EXS_PATH_FAR & ~0xff), .dst_len = 24, .tos = 0x10,
		.type = RTN_UNICAST, .table = RT_TABLE_MAIN,
		.protocol = RTPROT_STATIC, .gw = htonl(EXS_PATH_PEER),
	};
	int tos = 0x10;

	rtnl_lock();
	KUNIT_EXPECT_EQ(test, 0, exs_route_add(t->en, &cfg, NLM_F_CREATE, NULL));
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send(test, sock, EXS_PATH_FAR, 53, 1, 0));
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send_cmsg(sock, EXS_PATH_FAR, 53,
							 IP_TOS, &tos, sizeof(tos)));
	tos = 0;
	exs_sock_test_set(sock, SOL_IP, IP_TOS, 0x10);
	KUNIT_EXPECT_EQ(test, 1,
			exs_sock_test_send(test, sock, EXS_PATH_FAR, 53, 1, 0));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send_cmsg(sock, EXS_PATH_FAR, 53, IP_TOS,
						&tos, sizeof(tos)));
}

static void send__without_a_checksum(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sk_buff *skb;

	sock->sk->sk_no_check_tx = 1;
	exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 10, 0);
	skb = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_TRUE(test, pskb_may_pull(skb, 28));
	EXS_EXPECT_BEEQ(test, udp_hdr(skb)->check, 0);
}

/* RFC 768: 0 says that there is none; what adds up to it is sent as ones. */
static void header__checksum_is_never_0(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct sk_buff *skb;
	u32 dport = 53;
	int i;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, EXS_PATH_SELF, 5000));
	for (i = 0; i < 2; i++) {
		exs_sock_test_send(test, sock, EXS_PATH_PEER, dport, 2, 0);
		skb = exs_path_sent(test);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_TRUE(test, pskb_may_pull(skb, 28));
		/* To the port that makes up for this sum. */
		dport += ntohs((__force __be16)udp_hdr(skb)->check);
		dport = (dport & 0xffff) + (dport >> 16);
	}
	KUNIT_EXPECT_EQ(test, (__force u16)udp_hdr(skb)->check, 0xffff);
}

/* MSG_DONTROUTE: to neighbours only. */
static void send__dontroute(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	exs_path_route(test, RTN_UNICAST, 0);
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, EXS_PATH_FAR, 53,
						    1, 0));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send(test, sock, EXS_PATH_FAR, 53, 1,
					   MSG_DONTROUTE));
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, EXS_PATH_PEER, 53,
						    1, MSG_DONTROUTE));
	/* The route a connected socket keeps is none for this. */
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_FAR, 53));
	KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, 0, 0, 1, 0));
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send(test, sock, 0, 0, 1, MSG_DONTROUTE));
}

/* The sender's memory is his until the device is done; then all is given back. */
static void send__memory_is_charged(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	sock->sk->sk_sndbuf = 1;
	KUNIT_EXPECT_EQ(test, 100, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						      53, 100, 0));
	KUNIT_EXPECT_EQ(test, 0, sk_wmem_alloc_get(sock->sk));
	refcount_add(2000, &sock->sk->sk_wmem_alloc);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_sock_test_send(test, sock, EXS_PATH_PEER,
							  53, 100, 0));
	WARN_ON(refcount_sub_and_test(2000, &sock->sk->sk_wmem_alloc));
}

/* ip(7): only who has IP_RECVERR is told that a queue was full. */
static void send__full_queue_is_told_on_request(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	unsigned long sent = exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams);
	unsigned long lost = exs_mib_read(t->en, EXS_MIB_UDP_SndbufErrors);

	t->refuse = true;
	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 9, 0));
	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 1);
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 9, 0));
	t->refuse = false;
	KUNIT_EXPECT_EQ(test, sent, exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams));
	KUNIT_EXPECT_EQ(test, lost + 2,
			exs_mib_read(t->en, EXS_MIB_UDP_SndbufErrors));
}

/* It is on its way: that the queue is too long is no error. */
static void send__crowded_queue(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	unsigned long sent = exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams);

	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 1);
	t->crowded = true;
	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 9, 0));
	/* Fragments: all of them. */
	KUNIT_EXPECT_EQ(test, 3000,
			exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 3000,
					   0));
	t->crowded = false;
	KUNIT_EXPECT_EQ(test, skb_queue_len(&t->sent), 4U);
	KUNIT_EXPECT_EQ(test, sent + 2,
			exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams));
}

/* That the datagram could not be made everybody is told. */
static void send__no_memory_is_always_told(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_link_test *t = test->priv;
	unsigned long sent = exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams);
	unsigned long lost = exs_mib_read(t->en, EXS_MIB_UDP_SndbufErrors);

	/* What the allocation of the packet gives back in front of all else. */
	sock->sk->sk_err = ENOBUFS;
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 9, 0));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
	KUNIT_EXPECT_EQ(test, sent, exs_mib_read(t->en, EXS_MIB_UDP_OutDatagrams));
	KUNIT_EXPECT_EQ(test, lost + 1,
			exs_mib_read(t->en, EXS_MIB_UDP_SndbufErrors));
}

/* Of a notification on the error queue: code, or a negative errno. */
static int exs_send_told(struct socket *sock, u32 number)
{
	struct sk_buff *skb = sock_dequeue_err_skb(sock->sk);
	struct sock_extended_err ee;

	if (!skb)
		return -EAGAIN;
	ee = SKB_EXT_ERR(skb)->ee;
	consume_skb(skb);
	if (ee.ee_origin != SO_EE_ORIGIN_ZEROCOPY || ee.ee_errno ||
	    ee.ee_info != number || ee.ee_data != number)
		return -EINVAL;
	return ee.ee_code;
}

/* MSG_ZEROCOPY is a copy, and who asked by SO_ZEROCOPY is told so at once. */
static void send__zerocopy_is_a_copy(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int most = READ_ONCE(init_net.core.sysctl_optmem_max);

	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 9, MSG_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_send_told(sock, 0));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, 1));
	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 9, MSG_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, SO_EE_CODE_ZEROCOPY_COPIED, exs_send_told(sock, 0));
	/* What is not sent has no number; what is empty has one. */
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_send(test, sock, EXS_PATH_FAR, 53, 9,
					   MSG_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 0, MSG_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, SO_EE_CODE_ZEROCOPY_COPIED, exs_send_told(sock, 1));
	KUNIT_EXPECT_EQ(test, 9, exs_sock_test_send(test, sock, EXS_PATH_PEER,
						    53, 9, MSG_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, SO_EE_CODE_ZEROCOPY_COPIED, exs_send_told(sock, 2));
	WRITE_ONCE(init_net.core.sysctl_optmem_max, 0);
	KUNIT_EXPECT_EQ(test, -ENOBUFS,
			exs_sock_test_send(test, sock, EXS_PATH_PEER, 53, 9,
					   MSG_ZEROCOPY));
	WRITE_ONCE(init_net.core.sysctl_optmem_max, most);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_send_told(sock, 3));
}

static struct kunit_case exs_send_cases[] = {
	KUNIT_CASE(send__datagram),
	KUNIT_CASE_PARAM(send__refuses, exs_send_bad_gen_params),
	KUNIT_CASE(send__name_is_checked),
	KUNIT_CASE(send__broadcast_with_leave),
	KUNIT_CASE(send__binds_the_socket),
	KUNIT_CASE_PARAM(pmtudisc__as_documented, exs_send_disc_gen_params),
	KUNIT_CASE(pmtudisc__locked_route_has_no_df),
	KUNIT_CASE(header__ttl_and_tos),
	KUNIT_CASE(send__priority),
	KUNIT_CASE(header__multicast_ttl),
	KUNIT_CASE(header__source_by_pktinfo),
	KUNIT_CASE(send__route_by_tos),
	KUNIT_CASE(send__without_a_checksum),
	KUNIT_CASE(header__checksum_is_never_0),
	KUNIT_CASE(send__dontroute),
	KUNIT_CASE(send__memory_is_charged),
	KUNIT_CASE(send__full_queue_is_told_on_request),
	KUNIT_CASE(send__crowded_queue),
	KUNIT_CASE(send__no_memory_is_always_told),
	KUNIT_CASE(send__zerocopy_is_a_copy),
	{}
};

static struct kunit_suite exs_send_suite = {
	.name = "expstack_udp_send",
	.init = exs_path_init,
	.exit = exs_send_teardown,
	.test_cases = exs_send_cases,
};

kunit_test_suite(exs_send_suite);
