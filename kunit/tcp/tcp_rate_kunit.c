// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_rate.c: samples of the delivery rate.
 */
#include "tcp_fix.h"

#define EXS_RAT_T0	5000000ULL	/* us */

static struct exs_tcp_fix exs_rat_open(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);

	f.tp->mstamp_us = EXS_RAT_T0;
	f.tp->cc.min_rtt_us = 1000;
	f.tp->cc.app_limited = 0;
	f.tp->cc.delivered = 100;
	return f;
}

/* One segment of 1000 bytes leaves now. */
static struct sk_buff *exs_rat_send(struct kunit *test, struct exs_tcp_fix *f)
{
	u32 out = f->tp->packets_out;
	struct sk_buff *skb = exs_tcp_fix_sent(test, f, 1, 1000);

	f->tp->packets_out = out;
	skb->skb_mstamp_ns = f->tp->mstamp_us * NSEC_PER_USEC;
	exs_tcp_rate_sent(f->tp, skb);
	f->tp->packets_out = out + 1;
	return skb;
}

static void exs_rat_close(struct kunit *test, struct exs_tcp_fix *f)
{
	exs_tcp_write_queue_purge(f->sk);
	exs_tcp_fix_close(test, f);
}

static void exs_rat_ack(struct exs_tcp_fix *f, struct exs_tcp_ack_state *as,
			u32 n, struct exs_cc_ack *ack)
{
	as->delivered += n;
	as->acked_packets += n;
	f->tp->cc.delivered += n;
	exs_tcp_rate_sample(f->tp, as, ack);
}

/* Ten at once, all acknowledged after 20 ms. */
static void sample__a_window_in_a_round_trip(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state as = { };
	struct exs_cc_ack ack = { };
	struct sk_buff *skb[10];
	unsigned int i;

	for (i = 0; i < 10; i++)
		skb[i] = exs_rat_send(test, &f);
	f.tp->mstamp_us += 20000;
	for (i = 0; i < 10; i++)
		exs_tcp_rate_arrived(f.tp, skb[i], &as);
	exs_rat_ack(&f, &as, 10, &ack);
	KUNIT_EXPECT_EQ(test, ack.delivered, 10);
	KUNIT_EXPECT_EQ(test, ack.interval_us, 20000);
	KUNIT_EXPECT_EQ(test, ack.prior_delivered, 100U);
	KUNIT_EXPECT_FALSE(test, ack.app_limited);
	f.tp->mss_cache = 1000;
	KUNIT_EXPECT_EQ(test, exs_tcp_rate_bytes(f.tp), 500000ULL);
	exs_rat_close(test, &f);
}

/* Sent 30 ms apart, ACKs 5: sending is what took so long. And the reverse. */
static void sample__the_slower_of_sending_and_acks(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state first = { }, last = { };
	struct exs_cc_ack ack = { };
	struct sk_buff *a, *b;

	a = exs_rat_send(test, &f);
	/* Stays in flight: else sending would begin anew. */
	exs_rat_send(test, &f);
	f.tp->mstamp_us += 28000;
	exs_tcp_rate_arrived(f.tp, a, &first);
	exs_rat_ack(&f, &first, 1, &ack);
	KUNIT_EXPECT_EQ(test, ack.interval_us, 28000);
	f.tp->mstamp_us += 2000;
	b = exs_rat_send(test, &f);
	f.tp->mstamp_us += 3000;
	exs_tcp_rate_arrived(f.tp, b, &last);
	exs_rat_ack(&f, &last, 1, &ack);
	KUNIT_EXPECT_EQ(test, ack.delivered, 1);
	KUNIT_EXPECT_EQ(test, ack.interval_us, 30000);
	KUNIT_EXPECT_EQ(test, last.rate_send_us, 30000U);
	KUNIT_EXPECT_EQ(test, (u32)f.tp->mstamp_us - last.rate_prior_us, 5000U);
	exs_rat_close(test, &f);
}

/* The sample is of what was sent last, in whatever order it arrives. */
static void sample__of_the_latest(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state as = { };
	struct sk_buff *a, *b;

	a = exs_rat_send(test, &f);
	f.tp->cc.delivered += 5;
	f.tp->mstamp_us += 4000;
	b = exs_rat_send(test, &f);
	f.tp->mstamp_us += 4000;
	exs_tcp_rate_arrived(f.tp, b, &as);
	exs_tcp_rate_arrived(f.tp, a, &as);
	KUNIT_EXPECT_EQ(test, as.rate_prior_delivered, 105U);
	KUNIT_EXPECT_EQ(test, as.rate_send_us, 4000U);
	KUNIT_EXPECT_EQ(test, f.tp->first_tx_us, (u32)EXS_RAT_T0 + 4000);
	exs_rat_close(test, &f);
}

static void sample__invalid(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state none = { }, fast = { };
	struct exs_cc_ack ack = { };
	struct sk_buff *skb;

	exs_tcp_rate_sample(f.tp, &none, &ack);
	KUNIT_EXPECT_EQ(test, ack.delivered, -1);
	KUNIT_EXPECT_EQ(test, ack.interval_us, -1);
	/* Faster than the least RTT ever seen. */
	skb = exs_rat_send(test, &f);
	f.tp->mstamp_us += 999;
	exs_tcp_rate_arrived(f.tp, skb, &fast);
	exs_rat_ack(&f, &fast, 1, &ack);
	KUNIT_EXPECT_EQ(test, ack.delivered, 1);
	KUNIT_EXPECT_EQ(test, ack.interval_us, -1);
	KUNIT_EXPECT_EQ(test, exs_tcp_rate_bytes(f.tp), 0ULL);
	/* The peer dropped what it had reported. */
	f.tp->mstamp_us += 1;
	fast.sack_reneg = true;
	exs_tcp_rate_sample(f.tp, &fast, &ack);
	KUNIT_EXPECT_EQ(test, ack.delivered, -1);
	KUNIT_EXPECT_EQ(test, ack.interval_us, -1);
	fast.sack_reneg = false;
	exs_tcp_rate_sample(f.tp, &fast, &ack);
	KUNIT_EXPECT_EQ(test, ack.interval_us, 1000);
	exs_rat_close(test, &f);
}

static void sample__losses(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state as = { .prior_lost = f.tp->lost };
	struct exs_cc_ack ack = { };
	struct sk_buff *skb = exs_rat_send(test, &f);

	exs_tcp_mark_lost(f.tp, skb);
	exs_tcp_mark_lost(f.tp, skb);
	exs_tcp_rate_sample(f.tp, &as, &ack);
	KUNIT_EXPECT_EQ(test, ack.losses, 1U);
	exs_rat_close(test, &f);
}

/* A limited sample takes the place of a slower one alone. */
static void app_limited__is_kept_if_better(struct kunit *test)
{
	static const struct {
		u32 delivered, us;
		bool kept;
	} t[] = { { 5, 10000, false }, { 20, 20000, true },
		  { 21, 20000, true } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_rat_open(test);
		struct exs_tcp_ack_state as = {
			.rate_valid = true, .rate_app_limited = true,
			.rate_prior_delivered = 100,
			.rate_send_us = t[i].us,
			.rate_prior_us = (u32)EXS_RAT_T0,
		};
		struct exs_cc_ack ack = { };

		f.tp->rate_delivered = 20;
		f.tp->rate_interval_us = 20000;
		f.tp->rate_app_limited = 0;
		exs_rat_ack(&f, &as, t[i].delivered, &ack);
		KUNIT_EXPECT_TRUE(test, ack.app_limited);
		KUNIT_EXPECT_EQ_MSG(test, !!f.tp->rate_app_limited, t[i].kept,
				    "row %u", i);
		exs_rat_close(test, &f);
	}
}

static void app_limited__until_it_has_arrived(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state as = { };
	struct exs_cc_ack ack = { };
	struct sk_buff *skb;

	f.tp->mss_cache = 1000;
	f.tp->packets_out = 3;
	exs_tcp_rate_app_limited(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 103U);
	skb = exs_rat_send(test, &f);
	KUNIT_EXPECT_EQ(test, (int)EXS_TCPCB(skb)->tx_app_limited, 1);
	exs_rat_ack(&f, &as, 3, &ack);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 103U);
	as.delivered = 0;
	exs_rat_ack(&f, &as, 1, &ack);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 0U);
	/* A full window, or a segment that waits: it is not the user. */
	f.tp->cc.cwnd = 4;
	f.tp->packets_out = 4;
	exs_tcp_rate_app_limited(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 0U);
	f.tp->packets_out = 1;
	f.tp->write_seq = f.tp->snd_nxt + 1000;
	exs_tcp_rate_app_limited(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 0U);
	f.tp->write_seq = f.tp->snd_nxt + 999;
	f.tp->lost_out = 1;
	exs_tcp_rate_app_limited(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 0U);
	f.tp->lost_out = 0;
	exs_tcp_rate_app_limited(f.sk);
	KUNIT_EXPECT_EQ(test, f.tp->cc.app_limited, 105U);
	f.tp->write_seq = f.tp->snd_nxt;
	exs_rat_close(test, &f);
}

static void ack_delayed__alone_and_all_there_is(struct kunit *test)
{
	struct exs_tcp_fix f = exs_rat_open(test);
	struct exs_tcp_ack_state as = {
		.rate_valid = true, .rate_prior_delivered = 100,
		.rate_prior_us = (u32)EXS_RAT_T0,
		.prior_una = f.tp->snd_una - 500,
	};
	struct exs_tcp_ack_state two = as;
	struct exs_cc_ack ack = { };

	exs_rat_ack(&f, &as, 1, &ack);
	KUNIT_EXPECT_TRUE(test, ack.ack_delayed);
	ack.ack_delayed = false;
	exs_rat_ack(&f, &two, 1, &ack);
	KUNIT_EXPECT_FALSE(test, ack.ack_delayed);
	exs_rat_close(test, &f);
}

static struct kunit_case exs_tcp_rate_cases[] = {
	KUNIT_CASE(sample__a_window_in_a_round_trip),
	KUNIT_CASE(sample__the_slower_of_sending_and_acks),
	KUNIT_CASE(sample__of_the_latest),
	KUNIT_CASE(sample__invalid),
	KUNIT_CASE(sample__losses),
	KUNIT_CASE(app_limited__is_kept_if_better),
	KUNIT_CASE(app_limited__until_it_has_arrived),
	KUNIT_CASE(ack_delayed__alone_and_all_there_is),
	{}
};

static struct kunit_suite exs_tcp_rate_suite = {
	.name = "expstack_tcp_rate",
	.test_cases = exs_tcp_rate_cases,
};

kunit_test_suite(exs_tcp_rate_suite);
