// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_save_syn.c: TCP_SAVE_SYN.
 */
#include "../kunit/expect.h"
#include "tcp/tcp_req.h"
#include "tcp_wire.h"

/* A listener that keeps SYNs, and a connection accepted from it. */
static struct exs_wire *exs_saved_open(struct kunit *test, u8 how)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 1);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(lw->tp, GFP_KERNEL);
	struct exs_wire *w = exs_wire_caller(lw, 1000);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};

	KUNIT_ASSERT_NOT_NULL(test, ext);
	ext->save_syn = how;
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	return w;
}

static void taken__ip_and_tcp_headers(struct kunit *test)
{
	struct exs_wire *w = exs_saved_open(test, 1);
	const struct exs_tcp_saved_syn *s = w->tp->ext->saved_syn;
	const struct iphdr *iph;
	const struct tcphdr *th;

	KUNIT_ASSERT_NOT_NULL(test, s);
	/* 20 of IP, 20 of TCP, the MSS option. */
	KUNIT_ASSERT_EQ(test, s->len, 44U);
	iph = (const struct iphdr *)s->data;
	th = (const struct tcphdr *)(s->data + 20);
	EXS_EXPECT_BEEQ(test, iph->saddr, htonl(EXS_WIRE_PEER));
	EXS_EXPECT_BEEQ(test, iph->daddr, htonl(EXS_WIRE_ADDR));
	EXS_EXPECT_BEEQ(test, th->source, htons(1000));
	KUNIT_EXPECT_TRUE(test, th->syn);
	KUNIT_EXPECT_EQ(test, ntohl(th->seq), EXS_WIRE_IRS);
	/* The child would do the same as a listener. */
	KUNIT_EXPECT_EQ(test, w->tp->ext->save_syn, 1);
}

static void taken__only_when_asked_for(struct kunit *test)
{
	struct exs_wire *w = exs_saved_open(test, 0);

	KUNIT_EXPECT_NULL(test, w->tp->ext->saved_syn);
}

static void free__is_idempotent(struct kunit *test)
{
	struct exs_wire *w = exs_saved_open(test, 1);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(w->tp, GFP_KERNEL);

	exs_tcp_saved_syn_free(ext);
	KUNIT_EXPECT_NULL(test, ext->saved_syn);
	exs_tcp_saved_syn_free(ext);
	KUNIT_EXPECT_EQ(test, ext->save_syn, 1);
}

static struct kunit_case exs_tcp_save_syn_cases[] = {
	KUNIT_CASE(taken__ip_and_tcp_headers),
	KUNIT_CASE(taken__only_when_asked_for),
	KUNIT_CASE(free__is_idempotent),
	{}
};

static struct kunit_suite exs_tcp_save_syn_suite = {
	.name = "expstack_tcp_save_syn",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_save_syn_cases,
};

kunit_test_suite(exs_tcp_save_syn_suite);
