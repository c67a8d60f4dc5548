// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: suite of module/core/pernet.c, main.c, layer.c and family.c:
 * what stands when the module is loaded. Their ends are shown by loading and
 * unloading (qemu/tests/load_unload.sh).
 */
#include <kunit/test.h>
#include <linux/net.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include <uapi/linux/expstack.h>

#include "core/core_priv.h"

/* Every layer's net_init has run for a namespace older than the module. */
static void pernet__every_layer_has_its_state(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);

	KUNIT_EXPECT_PTR_EQ(test, en->net, &init_net);
	KUNIT_EXPECT_NOT_NULL(test, (__force void *)en->mib);
	KUNIT_EXPECT_NOT_NULL(test, en->link);
	KUNIT_EXPECT_NOT_NULL(test, en->neigh);
	KUNIT_EXPECT_NOT_NULL(test, en->route);
	KUNIT_EXPECT_NOT_NULL(test, en->frag);
	KUNIT_EXPECT_NOT_NULL(test, en->icmp);
	KUNIT_EXPECT_NOT_NULL(test, en->tcp);
	KUNIT_EXPECT_NOT_NULL(test, en->ctl);
	/* 0 is what a route that was never looked up has. */
	KUNIT_EXPECT_NE(test, 0, atomic_read(&en->rt_gen));
}

static void pernet__settings_are_not_empty(struct kunit *test)
{
	struct exs_net *en = exs_net(&init_net);

	KUNIT_EXPECT_GT(test, en->sysctl.ip_default_ttl, 0);
	KUNIT_EXPECT_GT(test, en->sysctl.tcp_rmem[2], en->sysctl.tcp_rmem[0]);
}

/* The number is ours; nobody gets it a second time. */
static void family__is_registered_once(struct kunit *test)
{
	struct socket *sock;

	KUNIT_EXPECT_EQ(test, -EEXIST, exs_core_family_register());
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_DGRAM, 0, &sock));
	KUNIT_EXPECT_EQ(test, AF_EXPSTACK, sock->sk->sk_family);
	sock_release(sock);
}

static struct kunit_case exs_pernet_kunit_cases[] = {
	KUNIT_CASE(pernet__every_layer_has_its_state),
	KUNIT_CASE(pernet__settings_are_not_empty),
	KUNIT_CASE(family__is_registered_once),
	{}
};

static struct kunit_suite exs_pernet_kunit_suite = {
	.name = "expstack_core_pernet",
	.test_cases = exs_pernet_kunit_cases,
};

kunit_test_suite(exs_pernet_kunit_suite);
