// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: sockets for the suites. Cases run one after another: one list
 * of what is open is enough.
 */
#include "../kunit/sock/sock_test.h"

static struct socket *exs_sock_test_socks[192];

struct socket *exs_sock_test_open(struct kunit *test, int type)
{
	struct socket *sock;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK, type,
						  0, &sock));
	for (i = 0; i < ARRAY_SIZE(exs_sock_test_socks); i++) {
		if (exs_sock_test_socks[i])
			continue;
		exs_sock_test_socks[i] = sock;
		return sock;
	}
	sock_release(sock);
	KUNIT_FAIL_AND_ABORT(test, "too many sockets");
	return NULL;
}

void exs_sock_test_close(struct socket *sock)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_sock_test_socks); i++) {
		if (exs_sock_test_socks[i] != sock)
			continue;
		exs_sock_test_socks[i] = NULL;
		sock_release(sock);
	}
}

void exs_sock_test_exit(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(exs_sock_test_socks); i++)
		if (exs_sock_test_socks[i])
			exs_sock_test_close(exs_sock_test_socks[i]);
}
