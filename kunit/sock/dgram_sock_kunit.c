// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/dgram_sock.c, on UDP sockets: bind, connect, disconnect.
 */
#include <asm/ioctls.h>
#include <linux/sockios.h>

#include <linux/icmp.h>
#include <linux/udp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"
#include "udp/udp_priv.h"

static void exs_dsock_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static void connect__chooses_address_and_port(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_sock *es = exs_sk(sock->sk);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	KUNIT_EXPECT_EQ(test, sock->sk->sk_state, TCP_ESTABLISHED);
	KUNIT_EXPECT_EQ(test, ntohl(es->conn.laddr), EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(es->conn.raddr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ntohs(es->conn.rport), 53);
	EXS_EXPECT_BENE(test, es->conn.lport, 0);
	KUNIT_EXPECT_EQ(test, 4, exs_sock_test_send(test, sock, 0, 0, 4, 0));
	KUNIT_EXPECT_NOT_NULL(test, exs_path_sent(test));
	/* Another peer, the same port. */
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER + 1, 54));
	KUNIT_EXPECT_EQ(test, ntohl(es->conn.raddr), EXS_PATH_PEER + 1);
}

static void connect__refuses(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_connect(sock, EXS_PATH_FAR, 53));
	KUNIT_EXPECT_EQ(test, -EACCES,
			exs_sock_test_connect(sock, EXS_PATH_BCAST, 53));
	KUNIT_EXPECT_EQ(test, sock->sk->sk_state, TCP_CLOSE);
	sock_set_flag(sock->sk, SOCK_BROADCAST);
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_BCAST, 53));
}

/* The wildcard is this host (RFC 1122 3.2.1.3). */
static void connect__to_nowhere_is_here(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_sock *es = exs_sk(sock->sk);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, 0, 53));
	KUNIT_EXPECT_EQ(test, ntohl(es->conn.raddr), INADDR_LOOPBACK);
	KUNIT_EXPECT_EQ(test, ntohl(es->conn.laddr), INADDR_LOOPBACK);
}

static int exs_dsock_disconnect(struct socket *sock)
{
	struct sockaddr_in sin = { .sin_family = AF_UNSPEC };

	return kernel_connect(sock, (struct sockaddr *)&sin, sizeof(sin), 0);
}

/* What connect() chose goes, what bind() said stays. */
static void disconnect__forgets_what_was_chosen(struct kunit *test)
{
	static const struct {
		u32 addr;
		u16 port;
	} t[] = {
		{ 0, 0 }, { EXS_PATH_SELF, 0 }, { 0, 5000 }, { EXS_PATH_SELF, 5000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
		struct exs_sock *es = exs_sk(sock->sk);

		if (t[i].addr || t[i].port)
			KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, t[i].addr,
								    t[i].port));
		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
		KUNIT_EXPECT_EQ(test, 1, exs_sock_test_send(test, sock, 0, 0, 1, 0));
		KUNIT_ASSERT_EQ(test, 0, exs_dsock_disconnect(sock));
		KUNIT_EXPECT_EQ(test, sock->sk->sk_state, TCP_CLOSE);
		KUNIT_EXPECT_EQ_MSG(test, ntohl(es->conn.laddr), t[i].addr, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, ntohs(es->conn.lport), t[i].port, "row %u", i);
		EXS_EXPECT_BEEQ(test, es->conn.raddr, 0);
		KUNIT_EXPECT_NULL(test, es->rt.ldev);
		KUNIT_EXPECT_EQ(test, -EDESTADDRREQ,
				exs_sock_test_send(test, sock, 0, 0, 1, 0));
		exs_sock_test_close(sock);
	}
}

/* A device goes with the peer, whoever chose it: AF_INET's way. */
static void disconnect__leaves_the_device(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_sock *es = exs_sk(sock->sk);
	struct exs_link_test *t = test->priv;

	lock_sock(sock->sk);
	sock->sk->sk_bound_dev_if = t->dev->ifindex;
	exs_dgram_rehash(sock->sk);
	release_sock(sock->sk);
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, 0, 5000));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, EXS_PATH_PEER, 53));
	KUNIT_EXPECT_EQ(test, es->conn.bound_dev_if, t->dev->ifindex);
	KUNIT_ASSERT_EQ(test, 0, exs_dsock_disconnect(sock));
	KUNIT_EXPECT_EQ(test, sock->sk->sk_bound_dev_if, 0);
	KUNIT_EXPECT_EQ(test, es->conn.bound_dev_if, 0);
	KUNIT_EXPECT_EQ(test, ntohs(es->conn.lport), 5000);
}

static void bind__one_owner(struct kunit *test)
{
	struct socket *a = exs_sock_test_open(test, SOCK_DGRAM);
	struct socket *b = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(a, EXS_PATH_SELF, 5000));
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_sock_test_bind(a, EXS_PATH_SELF, 5001));
	KUNIT_EXPECT_EQ(test, -EADDRINUSE, exs_sock_test_bind(b, 0, 5000));
	KUNIT_EXPECT_EQ(test, -EADDRNOTAVAIL,
			exs_sock_test_bind(b, EXS_PATH_PEER, 5000));
	exs_sock_test_close(a);
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_bind(b, 0, 5000));
}

static int exs_dsock_ioctl(struct kunit *test, struct socket *sock, int cmd)
{
	int val = -1;

	KUNIT_EXPECT_EQ(test, 0, sock->sk->sk_prot->ioctl(sock->sk, cmd, &val));
	return val;
}

/* udp(7): the size of the next datagram, not of all of them. */
static void ioctl__sizes(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	const struct exs_path_packet p = {};
	int val;

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, 0, 5000));
	KUNIT_EXPECT_EQ(test, 0, exs_dsock_ioctl(test, sock, SIOCINQ));
	exs_path_rcv_udp(test, &p, 53, 5000, 30);
	exs_path_rcv_udp(test, &p, 53, 5000, 40);
	KUNIT_EXPECT_EQ(test, 30, exs_dsock_ioctl(test, sock, SIOCINQ));
	KUNIT_EXPECT_EQ(test, 0, exs_dsock_ioctl(test, sock, SIOCOUTQ));
	KUNIT_EXPECT_EQ(test, -ENOIOCTLCMD,
			sock->sk->sk_prot->ioctl(sock->sk, SIOCATMARK, &val));
}

static void sockopt__other_levels(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int len = 4, val;

	KUNIT_EXPECT_EQ(test, -ENOPROTOOPT, exs_sock_test_set(sock, SOL_TCP, 1, 1));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			exs_sock_test_get(test, sock, SOL_TCP, 1, &val, &len));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_TTL, 5));
}

/* Nothing of a closed socket is left: port, hash, memory. */
static void close__leaves_nothing(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	const struct exs_path_packet p = {};

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, 0, 5000));
	exs_path_rcv_udp(test, &p, 53, 5000, 30);
	exs_sock_test_close(sock);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_udp_lookup_rcu(&init_net, NULL,
						   htonl(EXS_PATH_PEER), htons(53),
						   htonl(EXS_PATH_SELF),
						   htons(5000), 0));
	rcu_read_unlock();
	sock = exs_sock_test_open(test, SOCK_DGRAM);
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_bind(sock, 0, 5000));
}

static struct kunit_case exs_dsock_cases[] = {
	KUNIT_CASE(connect__chooses_address_and_port),
	KUNIT_CASE(connect__refuses),
	KUNIT_CASE(connect__to_nowhere_is_here),
	KUNIT_CASE(disconnect__forgets_what_was_chosen),
	KUNIT_CASE(disconnect__leaves_the_device),
	KUNIT_CASE(bind__one_owner),
	KUNIT_CASE(ioctl__sizes),
	KUNIT_CASE(sockopt__other_levels),
	KUNIT_CASE(close__leaves_nothing),
	{}
};

static struct kunit_suite exs_dsock_suite = {
	.name = "expstack_sock_dgram_sock",
	.init = exs_path_init,
	.exit = exs_dsock_teardown,
	.test_cases = exs_dsock_cases,
};

kunit_test_suite(exs_dsock_suite);
