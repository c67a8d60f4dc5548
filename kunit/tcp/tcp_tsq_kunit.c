// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_tsq.c: output waits for the device.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

#define HELD	BIT(24)	/* more than tcp_limit_output_bytes */

static void blocked__when(struct kunit *test)
{
	static const struct {
		unsigned int queued;	/* truesizes */
		unsigned int flight;	/* packets */
		unsigned int limit;	/* tcp_limit_output_bytes, truesizes */
		bool again;
		bool blocked;
	} t[] = {
		{ 2, 2, 4, false, false },
		{ 4, 2, 4, false, false },
		{ 5, 2, 4, false, true },
		/* Nothing of ours would wake us, or only the one that is out. */
		{ 5, 1, 4, false, false },
		{ 5, 0, 4, false, false },
		{ 2, 2, 1, false, true },
		/* Twice as much for what goes again. */
		{ 8, 2, 4, true, false },
		{ 9, 2, 4, true, true },
	};
	struct exs_net *en = exs_net(&init_net);
	struct exs_sysctl kept = en->sysctl;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct sk_buff *skb = alloc_skb(1000, GFP_ATOMIC);
		unsigned int held = t[i].queued * skb->truesize - 1;

		KUNIT_ASSERT_NOT_NULL(test, skb);
		en->sysctl.tcp_limit_output_bytes = t[i].limit * skb->truesize;
		for (k = 0; k < t[i].flight; k++)
			exs_tcp_fix_sent(test, &f, 1, 1000);
		refcount_add(held, &f.sk->sk_wmem_alloc);
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_tcp_tsq_blocked(f.sk, skb, t[i].again),
				    t[i].blocked, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, test_bit(EXS_TCP_TSQ_THROTTLED,
						   &f.sk->sk_tsq_flags),
				    t[i].blocked, "row %u", i);
		KUNIT_EXPECT_FALSE(test,
				   refcount_sub_and_test(held,
						&f.sk->sk_wmem_alloc));
		f.sk->sk_tsq_flags = 0;
		kfree_skb(skb);
		exs_tcp_write_queue_purge(f.sk);
		exs_tcp_fix_close(test, &f);
	}
	en->sysctl = kept;
}

/* What the rate sends in a millisecond, or in 2^-shift seconds. */
static void limit__of_the_rate(struct kunit *test)
{
	static const struct {
		unsigned long rate;
		u8 shift;
		u32 least, most;
		u32 limit;
	} t[] = {
		{ 1200000, 10, 100, 100000, 1171 },
		{ 1200000, 7, 100, 100000, 9375 },
		{ 1200000, 10, 5000, 100000, 5000 },
		{ 1200000, 10, 100, 1000, 1000 },
		{ 1200000, 10, 5000, 1000, 1000 },
		/* Not measured yet. */
		{ ~0UL, 10, 100, 100000, 100000 },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.sk->sk_pacing_rate = t[i].rate;
		f.sk->sk_pacing_shift = t[i].shift;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_tsq_limit(f.sk, t[i].least,
							    t[i].most),
				    t[i].limit, "row %u", i);
	}
	exs_tcp_fix_close(test, &f);
}

/* One segment is in flight; the next waits for the device. */
static struct exs_wire *exs_tsq_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 1000, exs_wire_write(w, 1, 1000, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	refcount_add(HELD, &w->sk->sk_wmem_alloc);
	KUNIT_ASSERT_EQ(test, 1000, exs_wire_write(w, 1001, 1000, 0));
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, test_bit(EXS_TCP_TSQ_THROTTLED,
					 &w->sk->sk_tsq_flags));
	return w;
}

/* The device frees what it had; softirqs run before this returns. */
static void exs_tsq_freed(struct exs_wire *w)
{
	local_bh_disable();
	KUNIT_EXPECT_FALSE(w->test,
			   refcount_sub_and_test(HELD, &w->sk->sk_wmem_alloc));
	exs_tcp_tsq_freed(w->sk);
	local_bh_enable();
}

static void freed__output_goes_on(struct kunit *test)
{
	struct exs_wire *w = exs_tsq_open(test);

	exs_tsq_freed(w);
	EXS_WIRE_OUT(w, W_ACK, 1001, 1, 1000);
	KUNIT_EXPECT_EQ(test, w->sk->sk_tsq_flags, 0UL);
	/* Nobody waits: nothing happens. */
	local_bh_disable();
	exs_tcp_tsq_freed(w->sk);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, w->sk->sk_tsq_flags, 0UL);
}

static void freed__while_in_use(struct kunit *test)
{
	struct exs_wire *w = exs_tsq_open(test);
	int refs;

	refs = refcount_read(&w->sk->sk_refcnt);
	lock_sock(w->sk);
	exs_tsq_freed(w);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, test_bit(EXS_TCP_TSQ_DEFERRED,
					 &w->sk->sk_tsq_flags));
	KUNIT_EXPECT_EQ(test, refcount_read(&w->sk->sk_refcnt), refs + 1);
	release_sock(w->sk);
	EXS_WIRE_OUT(w, W_ACK, 1001, 1, 1000);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->sk->sk_refcnt), refs);
	KUNIT_EXPECT_EQ(test, w->sk->sk_tsq_flags, 0UL);
}

/* A state without output leaves it where it is. */
static void freed__connection_over(struct kunit *test)
{
	struct exs_wire *w = exs_tsq_open(test);

	exs_wire_in(w, W_RST, 1, 0, 0);
	EXS_WIRE_STATE(w, TCP_CLOSE);
	exs_tsq_freed(w);
	EXS_WIRE_SILENT(w);
}

/* The CPU's list holds others behind it: they must not get lost. */
static void freed__disconnect_before_its_turn(struct kunit *test)
{
	struct exs_wire *a = exs_tsq_open(test);
	struct exs_wire *b = exs_tsq_open(test);

	lock_sock(b->sk);
	local_bh_disable();
	exs_tsq_freed(a);
	exs_tsq_freed(b);
	exs_tcp_disconnect(b->sk, 0);
	local_bh_enable();
	release_sock(b->sk);
	KUNIT_ASSERT_TRUE(test, exs_wire_next(b));
	KUNIT_EXPECT_TRUE(test, b->last.flags & W_RST);
	EXS_WIRE_OUT(a, W_ACK, 1001, 1, 1000);
	EXS_WIRE_SILENT(b);
	KUNIT_EXPECT_EQ(test, a->sk->sk_tsq_flags, 0UL);
	KUNIT_EXPECT_EQ(test, b->sk->sk_tsq_flags, 0UL);
	KUNIT_EXPECT_EQ(test, refcount_read(&b->sk->sk_wmem_alloc), 1);
}

static void release__runs_timers_that_were_due(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);

	KUNIT_ASSERT_EQ(test, 10, exs_wire_write(w, 1, 10, 0));
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	lock_sock(w->sk);
	/* As the timer leaves it when it finds the socket in use. */
	w->tp->rtx_timeout = jiffies - 1;
	sock_hold(w->sk);
	set_bit(EXS_TCP_TIMER_DEFERRED, &w->sk->sk_tsq_flags);
	release_sock(w->sk);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, w->tp->retransmits, 1);
	KUNIT_EXPECT_EQ(test, w->sk->sk_tsq_flags, 0UL);
}

static void wfree__gives_the_memory_back(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	struct sk_buff *skb = alloc_skb(1000, GFP_KERNEL);
	unsigned int before = refcount_read(&w->sk->sk_wmem_alloc);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->sk = w->sk;
	skb->destructor = exs_tcp_wfree;
	refcount_add(skb->truesize, &w->sk->sk_wmem_alloc);
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->sk->sk_wmem_alloc), before);
}

static struct kunit_case exs_tcp_tsq_cases[] = {
	KUNIT_CASE(blocked__when),
	KUNIT_CASE(limit__of_the_rate),
	KUNIT_CASE(freed__output_goes_on),
	KUNIT_CASE(freed__while_in_use),
	KUNIT_CASE(freed__connection_over),
	KUNIT_CASE(freed__disconnect_before_its_turn),
	KUNIT_CASE(release__runs_timers_that_were_due),
	KUNIT_CASE(wfree__gives_the_memory_back),
	{}
};

static struct kunit_suite exs_tcp_tsq_suite = {
	.name = "expstack_tcp_tsq",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_tsq_cases,
};

kunit_test_suite(exs_tcp_tsq_suite);
