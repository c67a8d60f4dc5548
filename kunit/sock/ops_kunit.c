// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/ops.c, dgram_ops.c and stream_ops.c: what
 * system calls answer before a protocol is asked.
 */
#include <asm/ioctls.h>
#include <linux/sockios.h>
#include <linux/tcp.h>

#include "../kunit/expect.h"
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"

static void exs_ops_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

static int exs_ops_name(struct socket *sock, struct sockaddr_in *sin, int peer)
{
	return sock->ops->getname(sock, (struct sockaddr *)sin, peer);
}

static void getname__own_and_peer(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	int len = sizeof(struct sockaddr_in);
	struct sockaddr_in sin;

	KUNIT_EXPECT_EQ(test, len, exs_ops_name(sock, &sin, 0));
	KUNIT_EXPECT_EQ(test, sin.sin_family, AF_INET);
	EXS_EXPECT_BEEQ(test, sin.sin_port, 0);
	EXS_EXPECT_BEEQ(test, sin.sin_addr.s_addr, 0);
	KUNIT_EXPECT_EQ(test, -ENOTCONN, exs_ops_name(sock, &sin, 1));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, INADDR_LOOPBACK, 61000));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, INADDR_LOOPBACK, 61001));
	KUNIT_EXPECT_EQ(test, len, exs_ops_name(sock, &sin, 0));
	KUNIT_EXPECT_EQ(test, ntohs(sin.sin_port), 61000);
	KUNIT_EXPECT_EQ(test, ntohl(sin.sin_addr.s_addr), INADDR_LOOPBACK);
	KUNIT_EXPECT_EQ(test, len, exs_ops_name(sock, &sin, 1));
	KUNIT_EXPECT_EQ(test, ntohs(sin.sin_port), 61001);
	KUNIT_EXPECT_EQ(test, sin.sin_zero[0], 0);
}

/* connect(2) of either kind: lengths and families first. */
static void connect__address_is_checked(struct kunit *test)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	static const struct {
		sa_family_t family;
		int len, err;
	} t[] = {
		{ AF_INET, 1, -EINVAL },
		{ AF_INET, sizeof(struct sockaddr_in) - 1, -EINVAL },
		{ AF_INET6, sizeof(struct sockaddr_in), -EAFNOSUPPORT },
		/* Not connected: nothing to dissolve. */
		{ AF_UNSPEC, sizeof(sa_family_t), 0 },
	};
	unsigned int i, k;

	for (k = 0; k < ARRAY_SIZE(types); k++) {
		struct socket *sock = exs_sock_test_open(test, types[k]);

		for (i = 0; i < ARRAY_SIZE(t); i++) {
			struct sockaddr_in sin = exs_sock_test_sin(INADDR_LOOPBACK, 9);

			sin.sin_family = t[i].family;
			KUNIT_EXPECT_EQ_MSG(test, t[i].err,
					    kernel_connect(sock, (struct sockaddr *)&sin,
							   t[i].len, O_NONBLOCK),
					    "type %d row %u", types[k], i);
		}
	}
}

static void shutdown__dgram(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_EXPECT_EQ(test, -EINVAL, kernel_sock_shutdown(sock, 3));
	KUNIT_EXPECT_EQ(test, -EINVAL, kernel_sock_shutdown(sock, -1));
	/* Not connected is said, and done all the same: pollers wake. */
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kernel_sock_shutdown(sock, SHUT_RD));
	KUNIT_EXPECT_EQ(test, RCV_SHUTDOWN, sock->sk->sk_shutdown);
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_connect(sock, INADDR_LOOPBACK, 9));
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(sock, SHUT_RDWR));
	KUNIT_EXPECT_EQ(test, SHUTDOWN_MASK, sock->sk->sk_shutdown);
}

static int exs_ops_ioctl(struct kunit *test, struct socket *sock, int cmd)
{
	int __user *u = exs_sock_test_user(test);
	int err, val = -1;

	err = sock->ops->ioctl(sock, cmd, (unsigned long)u);
	if (err)
		return err;
	return get_user(val, u) ? -EFAULT : val;
}

static void ioctl__queues(struct kunit *test)
{
	struct socket *a = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_EXPECT_EQ(test, 0, exs_ops_ioctl(test, a, SIOCINQ));
	KUNIT_EXPECT_EQ(test, 0, exs_ops_ioctl(test, a, SIOCOUTQ));
	KUNIT_EXPECT_EQ(test, -ENOIOCTLCMD, exs_ops_ioctl(test, a, SIOCATMARK));
	KUNIT_EXPECT_EQ(test, -ENOIOCTLCMD, exs_ops_ioctl(test, a, SIOCGIFNAME));
	KUNIT_EXPECT_EQ(test, -EFAULT, a->ops->ioctl(a, SIOCINQ, 0));
}

/* The generic code keeps these for AF_INET: the family answers itself. */
static void sockopt__reuseport_is_ours(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	u8 byte = 1;

	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_REUSEPORT, 1));
	KUNIT_EXPECT_TRUE(test, sock->sk->sk_reuseport);
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_REUSEPORT, 0));
	KUNIT_EXPECT_FALSE(test, sock->sk->sk_reuseport);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			sock->ops->setsockopt(sock, SOL_SOCKET, SO_REUSEPORT,
					      KERNEL_SOCKPTR(&byte), 1));
	/* All else is the generic code's. */
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_PRIORITY, 3));
	KUNIT_EXPECT_EQ(test, 3, sock->sk->sk_priority);
	KUNIT_EXPECT_EQ(test, -ENOPROTOOPT,
			exs_sock_test_set(sock, SOL_SOCKET, 4711, 1));
}

/* The core does not see that ours can be found already: it would say EBADF. */
static void sockopt__no_program_for_who_is_bound_alone(struct kunit *test)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct socket *sock = exs_sock_test_open(test, types[i]);

		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, INADDR_LOOPBACK, 0));
		if (types[i] == SOCK_STREAM)
			KUNIT_ASSERT_EQ(test, 0, kernel_listen(sock, 1));
		KUNIT_EXPECT_EQ(test, -EINVAL,
				exs_sock_test_set(sock, SOL_SOCKET,
						  SO_ATTACH_REUSEPORT_EBPF, 9999));
		sock = exs_sock_test_open(test, types[i]);
		KUNIT_EXPECT_NE(test, -EINVAL,
				exs_sock_test_set(sock, SOL_SOCKET,
						  SO_ATTACH_REUSEPORT_EBPF, 9999));
		/* Alone of its group is a member, too. */
		exs_sock_test_set(sock, SOL_SOCKET, SO_REUSEPORT, 1);
		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, INADDR_LOOPBACK, 0));
		if (types[i] == SOCK_STREAM)
			KUNIT_ASSERT_EQ(test, 0, kernel_listen(sock, 1));
		KUNIT_EXPECT_NOT_NULL(test, rcu_access_pointer(sock->sk->sk_reuseport_cb));
		KUNIT_EXPECT_NE(test, -EINVAL,
				exs_sock_test_set(sock, SOL_SOCKET,
						  SO_ATTACH_REUSEPORT_EBPF, 9999));
	}
}

/* AF_INET's rule of SO_ZEROCOPY: a boolean of TCP and UDP. */
static void sockopt__zerocopy_is_ours(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct socket *raw;

	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, 1));
	KUNIT_EXPECT_TRUE(test, sock_flag(sock->sk, SOCK_ZEROCOPY));
	sock = exs_sock_test_open(test, SOCK_STREAM);

	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, 1));
	KUNIT_EXPECT_TRUE(test, sock_flag(sock->sk, SOCK_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, 2));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, -1));
	KUNIT_EXPECT_TRUE(test, sock_flag(sock->sk, SOCK_ZEROCOPY));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(sock, SOL_SOCKET, SO_ZEROCOPY, 0));
	KUNIT_EXPECT_FALSE(test, sock_flag(sock->sk, SOCK_ZEROCOPY));
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK, SOCK_RAW,
						  IPPROTO_UDP, &raw));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP,
			exs_sock_test_set(raw, SOL_SOCKET, SO_ZEROCOPY, 1));
	sock_release(raw);
}

/* What the way of packets depends on: the kept route is looked up again. */
static void sockopt__route_is_looked_up_again(struct kunit *test)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	static const int names[] = { SO_MARK, SO_DONTROUTE, SO_BINDTOIFINDEX };
	struct exs_net *en = exs_net(&init_net);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		struct socket *sock = exs_sock_test_open(test, types[i]);
		struct exs_sock *es = exs_sk(sock->sk);
		struct sockaddr_in sin;
		struct socket *peer;

		peer = exs_sock_test_open(test, types[i]);
		KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(peer, INADDR_LOOPBACK, 0));
		if (types[i] == SOCK_STREAM)
			KUNIT_ASSERT_EQ(test, 0, kernel_listen(peer, 1));
		exs_ops_name(peer, &sin, 0);
		exs_sock_test_connect(sock, INADDR_LOOPBACK, ntohs(sin.sin_port));
		for (j = 0; j < ARRAY_SIZE(names); j++) {
			KUNIT_EXPECT_EQ(test, 1,
					exs_sock_test_send(test, sock, 0, 0, 1,
							   MSG_NOSIGNAL));
			KUNIT_EXPECT_TRUE_MSG(test, exs_rt_valid(en, &es->rt),
					      "type %u option %u", i, j);
			KUNIT_EXPECT_EQ(test, 0,
					exs_sock_test_set(sock, SOL_SOCKET, names[j], 1));
			KUNIT_EXPECT_FALSE_MSG(test, exs_rt_valid(en, &es->rt),
					       "type %u option %u", i, j);
		}
		/* Packets of other devices are not for it any more. */
		KUNIT_EXPECT_EQ(test, es->conn.bound_dev_if, 1);
		exs_sock_test_set(sock, SOL_SOCKET, SO_BINDTOIFINDEX, 0);
		KUNIT_EXPECT_EQ(test, es->conn.bound_dev_if, 0);
		sock_no_linger(sock->sk);
	}
}

/* What a kind of socket cannot do at all. */
static void dgram__no_stream_calls(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct socket *other;

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kernel_listen(sock, 1));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kernel_accept(sock, &other, O_NONBLOCK));
}

static void listen__when_and_how_long(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);
	int max = en->sysctl.somaxconn;
	struct socket *sock = exs_sock_test_open(test, SOCK_STREAM);
	struct sockaddr_in sin;

	/* Without bind(2) a port is chosen. */
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, 5));
	KUNIT_EXPECT_EQ(test, TCP_LISTEN, sock->sk->sk_state);
	KUNIT_EXPECT_EQ(test, 5, sock->sk->sk_max_ack_backlog);
	exs_ops_name(sock, &sin, 0);
	EXS_EXPECT_BENE(test, sin.sin_port, 0);
	/* Again: another backlog, not beyond somaxconn. */
	WRITE_ONCE(en->sysctl.somaxconn, 8);
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, 100));
	KUNIT_EXPECT_EQ(test, 8, sock->sk->sk_max_ack_backlog);
	/* A negative one is the largest (listen(2) of old programs). */
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, -1));
	KUNIT_EXPECT_EQ(test, 8, sock->sk->sk_max_ack_backlog);
	/* The first time, too. */
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(sock, SHUT_RD));
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, 100));
	KUNIT_EXPECT_EQ(test, 8, sock->sk->sk_max_ack_backlog);
	WRITE_ONCE(en->sysctl.somaxconn, max);
	KUNIT_EXPECT_EQ(test, -EISCONN, exs_sock_test_connect(sock, INADDR_LOOPBACK, 9));
	/* shutdown(SHUT_RD) of a listener ends it. */
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(sock, SHUT_WR));
	KUNIT_EXPECT_EQ(test, TCP_LISTEN, sock->sk->sk_state);
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(sock, SHUT_RD));
	KUNIT_EXPECT_EQ(test, TCP_CLOSE, sock->sk->sk_state);
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, 5));
}

static void listen__port_is_taken(struct kunit *test)
{
	struct socket *a = exs_sock_test_open(test, SOCK_STREAM);
	struct socket *b = exs_sock_test_open(test, SOCK_STREAM);

	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(a, SOL_SOCKET, SO_REUSEADDR, 1));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_test_set(b, SOL_SOCKET, SO_REUSEADDR, 1));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(a, INADDR_LOOPBACK, 61002));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(b, INADDR_LOOPBACK, 61002));
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(a, 1));
	KUNIT_EXPECT_EQ(test, -EADDRINUSE, kernel_listen(b, 1));
}

/* A whole life over explo: connect, accept, data, names, close. */
static void stream__connect_and_accept(struct kunit *test)
{
	struct socket *lsn = exs_sock_test_open(test, SOCK_STREAM);
	struct socket *cli = exs_sock_test_open(test, SOCK_STREAM);
	struct sockaddr_in sin = exs_sock_test_sin(INADDR_LOOPBACK, 61003), peer;
	struct kvec vec = { .iov_base = "expstack", .iov_len = 8 };
	struct msghdr msg = {};
	struct socket *srv;
	char buf[8];

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(lsn, INADDR_LOOPBACK, 61003));
	KUNIT_ASSERT_EQ(test, 0, kernel_listen(lsn, 1));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kernel_accept(lsn, &srv, O_NONBLOCK));
	KUNIT_ASSERT_EQ(test, 0, kernel_connect(cli, (struct sockaddr *)&sin,
						sizeof(sin), 0));
	KUNIT_EXPECT_EQ(test, SS_CONNECTED, cli->state);
	KUNIT_EXPECT_EQ(test, -EISCONN, exs_sock_test_connect(cli, INADDR_LOOPBACK, 9));
	KUNIT_EXPECT_EQ(test, -EINVAL, kernel_listen(cli, 1));
	KUNIT_ASSERT_EQ(test, 0, kernel_accept(lsn, &srv, 0));
	KUNIT_EXPECT_EQ(test, SS_CONNECTED, srv->state);
	KUNIT_EXPECT_TRUE(test, test_bit(SOCK_CUSTOM_SOCKOPT, &srv->flags));
	exs_ops_name(cli, &sin, 0);
	KUNIT_EXPECT_GT(test, exs_ops_name(srv, &peer, 1), 0);
	EXS_EXPECT_BEEQ(test, sin.sin_port, peer.sin_port);
	KUNIT_EXPECT_EQ(test, 8, kernel_sendmsg(cli, &msg, &vec, 1, 8));
	vec.iov_base = buf;
	memset(&msg, 0, sizeof(msg));
	KUNIT_EXPECT_EQ(test, 8, kernel_recvmsg(srv, &msg, &vec, 1, 8, MSG_WAITALL));
	KUNIT_EXPECT_MEMEQ(test, buf, "expstack", 8);
	KUNIT_EXPECT_EQ(test, 0, kernel_sock_shutdown(cli, SHUT_WR));
	vec.iov_base = buf;
	vec.iov_len = 8;
	KUNIT_EXPECT_EQ(test, 0, kernel_recvmsg(srv, &msg, &vec, 1, 8, 0));
	sock_release(srv);
}

/* Refused at once over explo: the error, and the socket can try again. */
static void stream__refused(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_STREAM);
	struct sockaddr_in sin = exs_sock_test_sin(INADDR_LOOPBACK, 61004);
	int i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, -ECONNREFUSED,
				kernel_connect(sock, (struct sockaddr *)&sin,
					       sizeof(sin), 0));
		KUNIT_EXPECT_EQ(test, SS_UNCONNECTED, sock->state);
	}
}

/* O_NONBLOCK: in progress, then already; AF_UNSPEC gives up. */
static void stream__connect_in_progress(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_STREAM);
	struct sockaddr_in none = { .sin_family = AF_UNSPEC };

	/* A neighbour that has never been heard of: the SYN waits for ARP. */
	KUNIT_EXPECT_EQ(test, -EINPROGRESS,
			exs_sock_test_connect(sock, EXS_PATH_PEER + 40, 9));
	KUNIT_EXPECT_EQ(test, SS_CONNECTING, sock->state);
	KUNIT_EXPECT_EQ(test, -EALREADY,
			exs_sock_test_connect(sock, EXS_PATH_PEER + 40, 9));
	KUNIT_EXPECT_EQ(test, 0, kernel_connect(sock, (struct sockaddr *)&none,
						sizeof(none), 0));
	KUNIT_EXPECT_EQ(test, SS_UNCONNECTED, sock->state);
	KUNIT_EXPECT_EQ(test, TCP_CLOSE, sock->sk->sk_state);
	KUNIT_EXPECT_EQ(test, -ENETUNREACH,
			exs_sock_test_connect(sock, EXS_PATH_FAR, 9));
	KUNIT_EXPECT_EQ(test, SS_UNCONNECTED, sock->state);
}

static struct kunit_case exs_ops_cases[] = {
	KUNIT_CASE(getname__own_and_peer),
	KUNIT_CASE(connect__address_is_checked),
	KUNIT_CASE(shutdown__dgram),
	KUNIT_CASE(ioctl__queues),
	KUNIT_CASE(sockopt__reuseport_is_ours),
	KUNIT_CASE(sockopt__no_program_for_who_is_bound_alone),
	KUNIT_CASE(sockopt__zerocopy_is_ours),
	KUNIT_CASE(sockopt__route_is_looked_up_again),
	KUNIT_CASE(dgram__no_stream_calls),
	KUNIT_CASE(listen__when_and_how_long),
	KUNIT_CASE(listen__port_is_taken),
	KUNIT_CASE(stream__connect_and_accept),
	KUNIT_CASE(stream__refused),
	KUNIT_CASE(stream__connect_in_progress),
	{}
};

static struct kunit_suite exs_ops_suite = {
	.name = "expstack_sock_ops",
	.init = exs_path_init,
	.exit = exs_ops_teardown,
	.test_cases = exs_ops_cases,
};

kunit_test_suite(exs_ops_suite);
