// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_md5_key.c: TCP_MD5SIG and
 * TCP_MD5SIG_EXT.
 */
#include "tcp_wire.h"

#define PREFIX	TCP_MD5SIG_FLAG_PREFIX
#define IFINDEX	TCP_MD5SIG_FLAG_IFINDEX

struct exs_md5_set {
	bool ext;		/* TCP_MD5SIG_EXT */
	u16 family;
	u32 addr;
	u8 flags, prefixlen;
	int ifindex;
	u16 len;		/* of the key */
	int err;
};

static int exs_md5_set_key(struct exs_wire *w, const struct exs_md5_set *t,
			   u8 fill)
{
	struct tcp_md5sig cmd = {
		.tcpm_flags = t->flags, .tcpm_prefixlen = t->prefixlen,
		.tcpm_ifindex = t->ifindex, .tcpm_keylen = t->len,
	};
	struct sockaddr_in sin = {
		.sin_family = t->family, .sin_addr.s_addr = htonl(t->addr),
	};

	memcpy(&cmd.tcpm_addr, &sin, sizeof(sin));
	memset(cmd.tcpm_key, fill, sizeof(cmd.tcpm_key));
	return exs_tcp_setsockopt(w->sk, IPPROTO_TCP,
				  t->ext ? TCP_MD5SIG_EXT : TCP_MD5SIG,
				  KERNEL_SOCKPTR(&cmd), sizeof(cmd));
}

static unsigned int exs_md5_count(const struct exs_wire *w)
{
	return exs_tcp_md5_show(w->sk, NULL, 0);
}

/* One after the other on one socket. */
static void set__errors(struct kunit *test)
{
	static const struct exs_md5_set t[] = {
		{ false, AF_INET6, 1, 0, 0, 0, 1, -EINVAL },
		{ false, AF_UNSPEC, 1, 0, 0, 0, 1, -EINVAL },
		{ false, AF_INET, 1, 0, 0, 0, 81, -EINVAL },
		{ false, AF_INET, 1, 0, 0, 0, 0, -ENOENT },
		{ true, AF_INET, 1, PREFIX, 33, 0, 1, -EINVAL },
		{ true, AF_INET, 1, IFINDEX, 0, 4711, 1, -EINVAL },
		{ false, AF_INET, 1, 0, 0, 0, 80, 0 },
		{ false, AF_EXPSTACK, 1, 0, 0, 0, 1, 0 },
		/* The old option knows neither prefixes nor devices. */
		{ false, AF_INET, 1, PREFIX, 33, 4711, 1, 0 },
		/* Other words, another key. */
		{ true, AF_INET, 1, PREFIX, 31, 0, 0, -ENOENT },
		{ false, AF_INET, 1, IFINDEX, 0, 0, 0, -ENOENT },
		{ true, AF_INET, 1, PREFIX, 31, 0, 1, 0 },
		{ true, AF_INET, 1, 0, 31, 0, 0, 0 },
		{ true, AF_INET, 1, PREFIX, 31, 0, 0, 0 },
		{ true, AF_INET, 1, PREFIX, 31, 0, 0, -ENOENT },
		{ true, AF_INET, 1, IFINDEX, 0, 0, 1, 0 },
		{ true, AF_INET, 1, IFINDEX, 0, 0, 0, 0 },
	};
	struct exs_wire *w = exs_wire_socket(test);
	u8 short_one[sizeof(struct tcp_md5sig) - 1] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ_MSG(test, exs_md5_set_key(w, &t[i], 'k'),
				    t[i].err, "row %u", i);
	KUNIT_EXPECT_EQ(test, exs_md5_count(w), 0U);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), 0);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			exs_tcp_setsockopt(w->sk, IPPROTO_TCP, TCP_MD5SIG,
					   KERNEL_SOCKPTR(short_one),
					   sizeof(short_one)));
}

/* A key is paid for once; a new one takes the place of the old. */
static void set__memory_is_limited(struct kunit *test)
{
	struct exs_md5_set t = { false, AF_INET, 1, 0, 0, 0, 5, 0 };
	struct exs_wire *w = exs_wire_socket(test);
	int size = sizeof(struct exs_tcp_md5_key);
	struct tcp_diag_md5sig info[2];
	int optmem;

	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'a'), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), size);
	t.len = 3;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'b'), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), size);
	KUNIT_ASSERT_EQ(test, exs_tcp_md5_show(w->sk, info, 2), 1U);
	KUNIT_EXPECT_EQ(test, info[0].tcpm_keylen, 3);
	KUNIT_EXPECT_EQ(test, info[0].tcpm_key[2], 'b');
	KUNIT_EXPECT_EQ(test, info[0].tcpm_key[3], 0);
	optmem = sock_net(w->sk)->core.sysctl_optmem_max;
	sock_net(w->sk)->core.sysctl_optmem_max = size;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'c'), 0);
	t.addr++;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'd'), -ENOMEM);
	sock_net(w->sk)->core.sysctl_optmem_max = optmem;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'd'), 0);
	/* The latest first, and no more than there is room for. */
	KUNIT_ASSERT_EQ(test, exs_tcp_md5_show(w->sk, info, 2), 2U);
	KUNIT_EXPECT_EQ(test, info[0].tcpm_key[0], 'd');
	KUNIT_EXPECT_EQ(test, info[1].tcpm_key[0], 'c');
	info[1].tcpm_key[0] = 'x';
	KUNIT_EXPECT_EQ(test, exs_tcp_md5_show(w->sk, info, 1), 2U);
	KUNIT_EXPECT_EQ(test, info[1].tcpm_key[0], 'x');
	t.len = 0;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 0), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), size);
}

/* Packets of several segments end with the first key, for good. */
static void set__ends_gso(struct kunit *test)
{
	struct exs_md5_set t = { false, AF_INET, 1, 0, 0, 0, 1, 0 };
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_GT(test, w->sk->sk_gso_max_size, 0U);
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'a'), 0);
	KUNIT_EXPECT_EQ(test, w->sk->sk_gso_max_size, 0U);
	KUNIT_EXPECT_EQ(test, exs_tcp_burst(w->tp), 1U);
	t.len = 0;
	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'a'), 0);
	lock_sock(w->sk);
	exs_tcp_sync_mss(w->sk, w->tp->pmtu);
	KUNIT_EXPECT_EQ(test, exs_tcp_size_goal(w->sk, 1000), 1000U);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_burst(w->tp), 1U);
}

/* A child has the key of its peer alone; one of another peer has none. */
static void inherit__the_peer_s(struct kunit *test)
{
	struct exs_md5_set other = { false, AF_INET, EXS_WIRE_PEER + 1, 0, 0, 0,
				     1, 0 };
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	int size = sizeof(struct exs_tcp_md5_key);
	struct tcp_diag_md5sig info[2];
	struct exs_wire *w;

	KUNIT_EXPECT_EQ(test, exs_md5_set_key(lw, &other, 'o'), 0);
	w = exs_wire_passive(lw, 1000);
	KUNIT_EXPECT_EQ(test, exs_md5_count(w), 0U);
	KUNIT_EXPECT_NULL(test, (__force void *)w->tp->ext->md5);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), 0);

	exs_wire_set_key(lw, "secret", 24);
	w = exs_wire_passive(lw, 1001);
	KUNIT_ASSERT_EQ(test, exs_tcp_md5_show(w->sk, info, 2), 1U);
	KUNIT_EXPECT_EQ(test, info[0].tcpm_prefixlen, 32);
	KUNIT_EXPECT_EQ(test, (__force u32)info[0].tcpm_addr[0],
			(__force u32)htonl(EXS_WIRE_PEER));
	KUNIT_EXPECT_EQ(test, info[0].tcpm_keylen, 6);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->sk->sk_omem_alloc), size);
	KUNIT_EXPECT_EQ(test, exs_tcp_burst(w->tp), 1U);
	/* It is its own. */
	exs_wire_set_key(lw, NULL, 24);
	KUNIT_EXPECT_EQ(test, exs_md5_count(w), 1U);
}

/* A listener gets its first key while a child of it is made without options. */
static void inherit__nothing_goes_to_what_all_share(struct kunit *test)
{
	struct exs_tcp_ext *none = (struct exs_tcp_ext *)&exs_tcp_ext_none;
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	const struct exs_conn c = {
		.net = sock_net(lw->sk), .raddr = htonl(EXS_WIRE_PEER),
	};

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_tcp_md5_inherit(lw->sk, &c, none), 0);
	rcu_read_unlock();
	exs_wire_set_key(lw, "secret", 24);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, exs_tcp_md5_inherit(lw->sk, &c, none), -ENOMEM);
	rcu_read_unlock();
}

/* A key outlives a connection of its socket. */
static void disconnect__keeps_keys(struct kunit *test)
{
	struct exs_md5_set t = { false, AF_INET, EXS_WIRE_PEER, 0, 0, 0, 1, 0 };
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_EXPECT_EQ(test, exs_md5_set_key(w, &t, 'a'), 0);
	lock_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_tcp_disconnect(w->sk, 0), 0);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_md5_count(w), 1U);
}

static struct kunit_case exs_tcp_md5_key_cases[] = {
	KUNIT_CASE(set__errors),
	KUNIT_CASE(set__memory_is_limited),
	KUNIT_CASE(set__ends_gso),
	KUNIT_CASE(inherit__the_peer_s),
	KUNIT_CASE(inherit__nothing_goes_to_what_all_share),
	KUNIT_CASE(disconnect__keeps_keys),
	{}
};

static struct kunit_suite exs_tcp_md5_key_suite = {
	.name = "expstack_tcp_md5_key",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_md5_key_cases,
};

kunit_test_suite(exs_tcp_md5_key_suite);
