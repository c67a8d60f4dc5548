// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/ip_defrag.c and ip_reasm.c: fragments in any
 * order, and what makes a datagram impossible.
 */
#include <net/inet_ecn.h>

#include "../kunit/expect.h"
#include "ip/ip_defrag.h"
#include "ip_test.h"

struct exs_defrag_fixture {
	struct exs_ldev *ldev;
	long mem;			/* account before the case */
	u16 id;
};

static int exs_defrag_setup(struct kunit *test)
{
	struct exs_defrag_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->ldev = exs_ip_test_ldev(test);
	f->mem = atomic_long_read(exs_frag_mem(exs_ip_test_net()));
	f->id = 0x1234;
	test->priv = f;
	return 0;
}

static void exs_defrag_teardown(struct kunit *test)
{
	struct exs_defrag_fixture *f = test->priv;

	/* Nothing of any case still waits. */
	KUNIT_EXPECT_EQ(test, f->mem,
			atomic_long_read(exs_frag_mem(exs_ip_test_net())));
}

/* Bytes offset to offset + len of a datagram whose byte i is (u8)(i >> 3). */
static struct sk_buff *exs_defrag_piece(struct kunit *test, unsigned int offset,
					unsigned int len, bool more)
{
	struct exs_defrag_fixture *f = test->priv;
	struct sk_buff *skb = exs_ip_test_packet(test, f->ldev, 253, len);
	unsigned int i;

	for (i = 0; i < len; i++)
		skb->data[sizeof(struct iphdr) + i] = (offset + i) >> 3;
	ip_hdr(skb)->id = htons(f->id);
	ip_hdr(skb)->frag_off = htons(offset / 8 | (more ? IP_MF : 0));
	exs_ip_test_sum(skb);
	return skb;
}

static struct sk_buff *exs_defrag_feed(struct sk_buff *skb)
{
	rcu_read_lock();
	local_bh_disable();
	skb = exs_ip_defrag(exs_ip_test_net(), skb);
	local_bh_enable();
	rcu_read_unlock();
	return skb;
}

static void exs_defrag_expect_whole(struct kunit *test, struct sk_buff *skb,
				    unsigned int len)
{
	unsigned int i, bad = 0;
	u8 byte;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, sizeof(struct iphdr) + len);
	KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->tot_len), skb->len);
	EXS_EXPECT_BEEQ(test, ip_hdr(skb)->frag_off, 0);
	EXS_EXPECT_BEEQ(test, 0, ip_fast_csum(ip_hdr(skb), ip_hdr(skb)->ihl));
	for (i = 0; i < len; i++) {
		skb_copy_bits(skb, sizeof(struct iphdr) + i, &byte, 1);
		bad += byte != (u8)(i >> 3);
	}
	KUNIT_EXPECT_EQ(test, bad, 0);
	KUNIT_EXPECT_TRUE(test, EXS_IPCB(skb)->flags & EXS_IPCB_REASSEMBLED);
	KUNIT_EXPECT_GE(test, skb->truesize, skb->len);
	kfree_skb(skb);
}

struct exs_defrag_order {
	const char *name;
	u8 order[4];
};

static const struct exs_defrag_order exs_defrag_orders[] = {
	{ "in order", { 0, 1, 2, 3 } },
	{ "backwards", { 3, 2, 1, 0 } },
	{ "last first", { 3, 0, 1, 2 } },
	{ "first last", { 1, 2, 3, 0 } },
	{ "crossed", { 2, 0, 3, 1 } },
};

static void exs_defrag_order_desc(const struct exs_defrag_order *o, char *desc)
{
	strscpy(desc, o->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_defrag_order, exs_defrag_orders, exs_defrag_order_desc);

static void defrag__any_order(struct kunit *test)
{
	const struct exs_defrag_order *o = test->param_value;
	struct sk_buff *skb = NULL;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_NULL(test, skb);
		skb = exs_defrag_feed(exs_defrag_piece(test, o->order[i] * 800,
						       o->order[i] == 3 ? 13 : 800,
						       o->order[i] != 3));
	}
	exs_defrag_expect_whole(test, skb, 2413);
}

static void defrag__duplicate_is_dropped_alone(struct kunit *test)
{
	unsigned long before = exs_ip_test_drops(EXS_DROP_IP_FRAG_DUP);

	exs_defrag_feed(exs_defrag_piece(test, 0, 80, true));
	exs_defrag_feed(exs_defrag_piece(test, 0, 80, true));
	exs_defrag_feed(exs_defrag_piece(test, 8, 16, true));
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(EXS_DROP_IP_FRAG_DUP), before + 2);
	exs_defrag_expect_whole(test, exs_defrag_feed(exs_defrag_piece(test, 80, 8, false)),
				88);
}

/* Fragments of which the last discards all those before it. */
struct exs_defrag_bad {
	const char *name;
	struct {
		u16 offset;
		u16 len;
		bool more;
	} piece[2];
	enum exs_drop_reason reason;
};

static const struct exs_defrag_bad exs_defrag_bads[] = {
	{ "overlaps the front by 8", { { 80, 80, 1 }, { 72, 16, 1 } },
	  EXS_DROP_IP_FRAG_OVERLAP },
	{ "overlaps the end by 8", { { 0, 80, 1 }, { 72, 16, 1 } },
	  EXS_DROP_IP_FRAG_OVERLAP },
	{ "covers another", { { 16, 8, 1 }, { 8, 24, 1 } },
	  EXS_DROP_IP_FRAG_OVERLAP },
	{ "a second end", { { 80, 8, 0 }, { 88, 8, 0 } },
	  EXS_DROP_IP_FRAG_INVALID },
	{ "behind the end", { { 80, 8, 0 }, { 88, 8, 1 } },
	  EXS_DROP_IP_FRAG_INVALID },
	{ "an end before what came", { { 80, 8, 1 }, { 40, 8, 0 } },
	  EXS_DROP_IP_FRAG_INVALID },
};

static void exs_defrag_bad_desc(const struct exs_defrag_bad *b, char *desc)
{
	strscpy(desc, b->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_defrag_bad, exs_defrag_bads, exs_defrag_bad_desc);

static struct sk_buff *exs_defrag_feed_piece(struct kunit *test,
					     const struct exs_defrag_bad *b,
					     unsigned int i)
{
	return exs_defrag_feed(exs_defrag_piece(test, b->piece[i].offset,
						b->piece[i].len,
						b->piece[i].more));
}

static void defrag__discards_the_datagram(struct kunit *test)
{
	const struct exs_defrag_bad *b = test->param_value;
	unsigned long before = exs_ip_test_drops(b->reason);
	unsigned int i;

	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_NULL(test, exs_defrag_feed_piece(test, b, i));
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(b->reason), before + 2);
}

/* Fragments that are wrong in themselves are refused. */
static const struct exs_defrag_bad exs_defrag_refusals[] = {
	{ "not a multiple of 8", { { 0, 7, 1 } }, EXS_DROP_IP_FRAG_INVALID },
	{ "empty with MF", { { 8, 0, 1 } }, EXS_DROP_IP_FRAG_INVALID },
	{ "empty at the end", { { 8, 0, 0 } }, EXS_DROP_IP_FRAG_INVALID },
	{ "65,536 with the header", { { 65512, 4, 0 } },
	  EXS_DROP_IP_FRAG_TOO_LONG },
};

KUNIT_ARRAY_PARAM(exs_defrag_refusal, exs_defrag_refusals, exs_defrag_bad_desc);

static void defrag__refuses(struct kunit *test)
{
	const struct exs_defrag_bad *b = test->param_value;
	unsigned long before = exs_ip_test_drops(b->reason);

	KUNIT_EXPECT_NULL(test, exs_defrag_feed_piece(test, b, 0));
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(b->reason), before + 1);
}

static void defrag__largest_datagram(struct kunit *test)
{
	unsigned int offset, len = 0xffff - sizeof(struct iphdr);
	struct sk_buff *skb = NULL;

	for (offset = 0; offset < len; offset += 1480)
		skb = exs_defrag_feed(exs_defrag_piece(test, offset,
						       min(1480U, len - offset),
						       offset + 1480 < len));
	exs_defrag_expect_whole(test, skb, len);
}

static void defrag__memory_limit_refuses(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned long before = exs_ip_test_drops(EXS_DROP_IP_FRAG_MEM);
	int limit = en->sysctl.ipfrag_high_thresh;

	exs_defrag_feed(exs_defrag_piece(test, 0, 80, true));
	en->sysctl.ipfrag_high_thresh = 0;
	exs_defrag_feed(exs_defrag_piece(test, 80, 8, false));
	en->sysctl.ipfrag_high_thresh = limit;
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(EXS_DROP_IP_FRAG_MEM), before + 1);
	exs_defrag_expect_whole(test, exs_defrag_feed(exs_defrag_piece(test, 80, 8, false)),
				88);
}

static void defrag__time_is_up(struct kunit *test)
{
	struct exs_net *en = exs_ip_test_net();
	unsigned long before = exs_ip_test_drops(EXS_DROP_IP_FRAG_TIMEOUT);
	int timeout = en->sysctl.ipfrag_time;

	en->sysctl.ipfrag_time = 1;
	exs_defrag_feed(exs_defrag_piece(test, 0, 80, true));
	exs_defrag_feed(exs_defrag_piece(test, 160, 80, true));
	en->sysctl.ipfrag_time = timeout;
	msleep(50);
	KUNIT_EXPECT_EQ(test, exs_ip_test_drops(EXS_DROP_IP_FRAG_TIMEOUT),
			before + 2);
}

/* RFC 3168 5.3: one CE marks all; what is partly ECT is refused. */
static void defrag__ecn(struct kunit *test)
{
	static const u8 odd[] = { INET_ECN_CE, INET_ECN_ECT_0, INET_ECN_ECT_1 };
	unsigned long before = exs_ip_test_drops(EXS_DROP_IP_FRAG_INVALID);
	struct sk_buff *a = exs_defrag_piece(test, 0, 8, true);
	struct sk_buff *b = exs_defrag_piece(test, 8, 8, false);
	unsigned int i;

	ip_hdr(a)->tos = INET_ECN_ECT_0;
	ip_hdr(b)->tos = INET_ECN_CE;
	exs_defrag_feed(a);
	b = exs_defrag_feed(b);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, ip_hdr(b)->tos, INET_ECN_CE);
	kfree_skb(b);

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		a = exs_defrag_piece(test, 0, 8, true);
		b = exs_defrag_piece(test, 8, 8, false);
		ip_hdr(b)->tos = odd[i];
		exs_defrag_feed(a);
		KUNIT_EXPECT_NULL_MSG(test, exs_defrag_feed(b), "row %u", i);
		before += 2;
		KUNIT_EXPECT_EQ_MSG(test,
				    exs_ip_test_drops(EXS_DROP_IP_FRAG_INVALID),
				    before, "row %u", i);
	}
}

static void defrag__datagrams_are_kept_apart(struct kunit *test)
{
	struct exs_defrag_fixture *f = test->priv;

	exs_defrag_feed(exs_defrag_piece(test, 0, 80, true));
	f->id++;
	exs_defrag_feed(exs_defrag_piece(test, 0, 40, true));
	exs_defrag_expect_whole(test, exs_defrag_feed(exs_defrag_piece(test, 40, 8, false)),
				48);
	f->id--;
	exs_defrag_expect_whole(test, exs_defrag_feed(exs_defrag_piece(test, 80, 8, false)),
				88);
}

/*
 * Where the timer frees a record, the packet that completed the datagram may
 * still work with it in its RCU section. KASAN tells if that is too late.
 */
static void defrag__record_outlives_its_user(struct kunit *test)
{
	struct exs_frag_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	struct exs_net *en = exs_ip_test_net();
	struct iphdr iph = { .saddr = htonl(EXS_IP_TEST_SRC) };
	__be32 saddr;

	KUNIT_ASSERT_NOT_NULL(test, q);
	exs_frag_queue_init(q, en, &iph);
	atomic_long_add(sizeof(*q), exs_frag_mem(en));
	rcu_read_lock();
	exs_frag_queue_free(q);
	saddr = READ_ONCE(q->saddr);
	KUNIT_EXPECT_PTR_EQ(test, READ_ONCE(q->en), en);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, ntohl(saddr), EXS_IP_TEST_SRC);
}

static struct kunit_case exs_defrag_cases[] = {
	KUNIT_CASE_PARAM(defrag__any_order, exs_defrag_order_gen_params),
	KUNIT_CASE(defrag__duplicate_is_dropped_alone),
	KUNIT_CASE_PARAM(defrag__discards_the_datagram, exs_defrag_bad_gen_params),
	KUNIT_CASE_PARAM(defrag__refuses, exs_defrag_refusal_gen_params),
	KUNIT_CASE(defrag__largest_datagram),
	KUNIT_CASE(defrag__memory_limit_refuses),
	KUNIT_CASE(defrag__time_is_up),
	KUNIT_CASE(defrag__ecn),
	KUNIT_CASE(defrag__datagrams_are_kept_apart),
	KUNIT_CASE(defrag__record_outlives_its_user),
	{}
};

static struct kunit_suite exs_defrag_suite = {
	.name = "expstack_ip_ip_defrag",
	.init = exs_defrag_setup,
	.exit = exs_defrag_teardown,
	.test_cases = exs_defrag_cases,
};

kunit_test_suite(exs_defrag_suite);
