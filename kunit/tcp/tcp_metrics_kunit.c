// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_metrics.c: what is remembered of
 * destinations.
 */
#include "../kunit/expect.h"
#include "tcp_fix.h"

#define EXS_MET_PEER	0x0a640001	/* 10.100.0.1 and on */
#define EXS_MET_OURS	0x0a650001
#define EXS_MET_FULL	6		/* entries of a bucket */

/* One by its last numbers; made when it is not there. RCU held. */
static struct exs_tcp_metrics *exs_met_make(struct exs_tcp_fix *f, u32 peer,
					    u32 ours)
{
	return exs_tcp_metrics_make(f->sk, htonl(EXS_MET_OURS + ours),
				    htonl(EXS_MET_PEER + peer));
}

static struct exs_tcp_metrics *exs_met_find(struct exs_tcp_fix *f, u32 peer,
					    u32 ours)
{
	return exs_tcp_metrics_find(exs_sock_net(f->sk),
				    htonl(EXS_MET_OURS + ours),
				    htonl(EXS_MET_PEER + peer), NULL);
}

static void exs_met_close(struct kunit *test, struct exs_tcp_fix *f)
{
	rcu_read_unlock();
	local_bh_enable();
	exs_tcp_metrics_flush(exs_sock_net(f->sk));
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_fix_close(test, f);
}

static void make__one_a_pair(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_metrics *m;

	KUNIT_EXPECT_NULL(test, exs_met_find(&f, 0, 0));
	m = exs_met_make(&f, 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_EXPECT_PTR_EQ(test, exs_met_make(&f, 0, 0), m);
	KUNIT_EXPECT_PTR_EQ(test, exs_met_find(&f, 0, 0), m);
	KUNIT_EXPECT_NULL(test, exs_met_find(&f, 0, 1));
	KUNIT_EXPECT_NULL(test, exs_met_find(&f, 1, 0));
	KUNIT_EXPECT_PTR_NE(test, exs_met_make(&f, 0, 1), m);
	exs_met_close(test, &f);
}

/* Those of one peer share a bucket. */
static void make__the_oldest_gives_way(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_metrics *m;
	u32 i;

	for (i = 0; i < EXS_MET_FULL; i++) {
		m = exs_met_make(&f, 0, i);
		KUNIT_ASSERT_NOT_NULL(test, m);
		m->stamp = jiffies - (i == 3 ? 100 : 50 - i);
	}
	for (i = 0; i < EXS_MET_FULL; i++)
		KUNIT_EXPECT_NOT_NULL_MSG(test, exs_met_find(&f, 0, i),
					  "row %u", i);
	KUNIT_EXPECT_NOT_NULL(test, exs_met_make(&f, 0, EXS_MET_FULL));
	for (i = 0; i <= EXS_MET_FULL; i++)
		KUNIT_EXPECT_EQ_MSG(test, !exs_met_find(&f, 0, i), i == 3,
				    "row %u", i);
	exs_met_close(test, &f);
}

static void find__an_hour_is_enough(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_tcp_metrics *m = exs_met_make(&f, 0, 0);

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->val[EXS_TCP_METRIC_CWND] = 7;
	m->stamp = jiffies - 3590 * HZ;
	KUNIT_EXPECT_EQ(test, exs_met_find(&f, 0, 0)->val[EXS_TCP_METRIC_CWND],
			7U);
	m->stamp = jiffies - 3601 * HZ;
	KUNIT_EXPECT_EQ(test, exs_met_find(&f, 0, 0)->val[EXS_TCP_METRIC_CWND],
			0U);
	KUNIT_EXPECT_LE(test, jiffies - m->stamp, (unsigned long)HZ);
	exs_met_close(test, &f);
}

static void del__one_or_all_of_a_peer(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_net *en = exs_sock_net(f.sk);
	__be32 peer = htonl(EXS_MET_PEER);
	__be32 ours = htonl(EXS_MET_OURS + 1);
	struct exs_tcp_metrics_row row;
	u32 i;

	for (i = 0; i < 3; i++)
		exs_met_make(&f, 0, i)->val[EXS_TCP_METRIC_RTT] = 100 + i;
	exs_met_make(&f, 1, 0);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_get(en, peer, &ours, &row), 0);
	KUNIT_EXPECT_EQ(test, row.val[EXS_TCP_METRIC_RTT], 101U);
	EXS_EXPECT_BEEQ(test, row.laddr, ours);
	EXS_EXPECT_BEEQ(test, row.raddr, peer);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_del(en, peer, &ours), 0);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_del(en, peer, &ours), -ESRCH);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_get(en, peer, &ours, &row),
			-ESRCH);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_get(en, peer, NULL, &row), 0);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_del(en, peer, NULL), 0);
	KUNIT_EXPECT_NULL(test, exs_met_find(&f, 0, 0));
	KUNIT_EXPECT_NULL(test, exs_met_find(&f, 0, 2));
	KUNIT_EXPECT_NOT_NULL(test, exs_met_find(&f, 1, 0));
	exs_met_close(test, &f);
}

static int exs_met_count(const struct exs_tcp_metrics_row *row, void *arg)
{
	u32 *left = arg;

	if ((ntohl(row->raddr) & 0xffff0000) != (EXS_MET_PEER & 0xffff0000))
		return 0;
	return --*left ? 0 : -EMSGSIZE;
}

static void walk__until_told_to_stop(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	struct exs_net *en = exs_sock_net(f.sk);
	u32 i, left = 100;

	for (i = 0; i < 20; i++)
		exs_met_make(&f, i, 0);
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_walk(en, exs_met_count, &left),
			0);
	KUNIT_EXPECT_EQ(test, left, 80U);
	left = 5;
	KUNIT_EXPECT_EQ(test, exs_tcp_metrics_walk(en, exs_met_count, &left),
			-EMSGSIZE);
	KUNIT_EXPECT_EQ(test, left, 0U);
	exs_met_close(test, &f);
}

static struct kunit_case exs_tcp_metrics_cases[] = {
	KUNIT_CASE(make__one_a_pair),
	KUNIT_CASE(make__the_oldest_gives_way),
	KUNIT_CASE(find__an_hour_is_enough),
	KUNIT_CASE(del__one_or_all_of_a_peer),
	KUNIT_CASE(walk__until_told_to_stop),
	{}
};

static struct kunit_suite exs_tcp_metrics_suite = {
	.name = "expstack_tcp_metrics",
	.test_cases = exs_tcp_metrics_cases,
};

kunit_test_suite(exs_tcp_metrics_suite);
