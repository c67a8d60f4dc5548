// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_sack.c: the scoreboard (RFC 2018, 2883
 * and 6675). Ten segments are in flight; blocks are told in bytes.
 */
#include "tcp_wire.h"

#define S	(EXS_WIRE_MSS - 12U)	/* a segment */
#define AT(n)	(1 + (n) * S)		/* where segment n begins */

struct exs_sack_block {
	u32 start, end;
};

static struct exs_wire *exs_sack_open(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, false);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, (int)(10 * S), exs_wire_write(w, 1, 10 * S, 0));
	for (i = 0; i < 10; i++)
		EXS_WIRE_OUT(w, W_ACK, AT(i), 1, S);
	KUNIT_ASSERT_EQ(test, w->tp->packets_out, 10U);
	return w;
}

static void exs_sack_in(struct exs_wire *w, u32 ack, unsigned int n,
			const struct exs_sack_block *b)
{
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = ack, .win = 65535,
	};
	unsigned int i;

	seg.opt.num_sacks = n;
	for (i = 0; i < n; i++) {
		seg.opt.sack[i].start = w->iss + b[i].start;
		seg.opt.sack[i].end = w->iss + b[i].end;
	}
	exs_wire_rcv(w, &seg);
}

/* Which segments carry a flag: bit n is segment n. */
static u32 exs_sack_map(struct exs_wire *w, u8 flag)
{
	struct sk_buff *skb;
	u32 map = 0, n;

	skb_queue_walk(&w->tp->rtx_queue, skb) {
		struct exs_tcp_cb *cb = EXS_TCPCB(skb);

		if (!(cb->sacked & flag))
			continue;
		for (n = 0; n < 10; n++)
			if (exs_seq_between(w->iss + AT(n), cb->seq,
					    cb->end_seq - 1))
				map |= BIT(n);
	}
	return map;
}

static void blocks__tag_whole_segments(struct kunit *test)
{
	static const struct {
		struct exs_sack_block b[3];
		unsigned int n;
		u32 map;
	} t[] = {
		{ { { AT(3), AT(5) } }, 1, 0x018 },
		{ { { AT(9), AT(10) } }, 1, 0x200 },
		{ { { AT(8), AT(9) }, { AT(3), AT(4) } }, 2, 0x108 },
		/* A part of a segment does not count. */
		{ { { AT(3) + 1, AT(5) + 1 } }, 1, 0x010 },
		{ { { AT(3) + 1, AT(4) - 1 } }, 1, 0x000 },
		{ { { AT(3) - 1, AT(4) + 1 } }, 1, 0x008 },
		/* Not of what is in flight. */
		{ { { AT(9), AT(10) + 1 } }, 1, 0x000 },
		{ { { AT(20), AT(21) } }, 1, 0x000 },
		{ { { AT(5), AT(5) } }, 1, 0x000 },
		{ { { AT(5), AT(4) } }, 1, 0x000 },
		{ { { AT(5), AT(4) }, { AT(6), AT(7) } }, 2, 0x040 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_sack_open(test);

		exs_sack_in(w, 1, t[i].n, t[i].b);
		KUNIT_EXPECT_EQ_MSG(test, exs_sack_map(w, EXS_TCPCB_SACKED),
				    t[i].map, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->sacked_out,
				    hweight32(t[i].map), "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->packets_out, 10U, "row %u", i);
		exs_wire_release(w);
	}
}

static void blocks__told_twice_count_once(struct kunit *test)
{
	static const struct exs_sack_block b[] = { { AT(3), AT(5) } };
	struct exs_wire *w = exs_sack_open(test);

	exs_sack_in(w, 1, 1, b);
	exs_sack_in(w, 1, 1, b);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 2U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 3U);	/* and the SYN */
	exs_sack_in(w, AT(10), 0, NULL);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.delivered, 11U);
}

/* RFC 2883 4: of what is acknowledged, or inside the next block. */
static void dsack__is_no_news(struct kunit *test)
{
	static const struct {
		struct exs_sack_block b[2];
		unsigned int n;
		u32 map;
		enum exs_mib_item item;
	} t[] = {
		{ { { AT(0), AT(1) } }, 1, 0, EXS_MIB_TCPEXT_TCPDSACKRecv },
		{ { { AT(5), AT(6) }, { AT(4), AT(6) } }, 2, 0x030,
		  EXS_MIB_TCPEXT_TCPDSACKOfoRecv },
		{ { { AT(0), AT(1) }, { AT(4), AT(5) } }, 2, 0x010,
		  EXS_MIB_TCPEXT_TCPDSACKRecv },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_sack_open(test);
		unsigned long n;

		n = exs_wire_mib(test, t[i].item);
		exs_sack_in(w, AT(2), t[i].n, t[i].b);
		KUNIT_EXPECT_EQ_MSG(test, n + 1, exs_wire_mib(test, t[i].item),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, exs_sack_map(w, EXS_TCPCB_SACKED),
				    t[i].map, "row %u", i);
		exs_wire_release(w);
	}
}

/* RFC 6675 4: three segments behind it have arrived. */
static void lost__three_behind(struct kunit *test)
{
	static const struct exs_sack_block two[] = { { AT(2), AT(4) } };
	static const struct exs_sack_block three[] = { { AT(2), AT(5) } };
	struct exs_wire *w = exs_sack_open(test);

	exs_sack_in(w, 1, 1, two);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_LOST), 0U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_DISORDER);
	EXS_WIRE_SILENT(w);
	exs_sack_in(w, 1, 1, three);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_LOST), 0x003U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 2U);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_RECOVERY);
	EXS_WIRE_OUT(w, W_ACK, AT(0), 1, S);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_RETRANS), 0x001U);
}

static void lost__arrives_after_all(struct kunit *test)
{
	static const struct exs_sack_block a[] = { { AT(2), AT(5) } };
	static const struct exs_sack_block b[] = { { AT(1), AT(5) } };
	struct exs_wire *w = exs_sack_open(test);

	exs_sack_in(w, 1, 1, a);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 2U);
	/* Too soon for the retransmission to be what arrived. */
	w->tp->cc.min_rtt_us = USEC_PER_SEC;
	exs_sack_in(w, 1, 1, b);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_LOST), 0x001U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 1U);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 4U);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0x01eU);
}

/* RFC 2018 8: the peer dropped what it had reported. */
static void renege__forgets_all(struct kunit *test)
{
	static const struct exs_sack_block mid[] = { { AT(1), AT(3) } };
	struct exs_wire *w = exs_sack_open(test);
	unsigned long n;

	n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPSACKReneging);
	exs_sack_in(w, 1, 1, mid);
	lock_sock(w->sk);
	exs_tcp_sack_renege(w->tp);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 2U);
	KUNIT_EXPECT_EQ(test, (int)w->tp->sack_reneg, 0);
	/* Acknowledged up to what it holds, and not that. */
	exs_sack_in(w, AT(1), 0, NULL);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 2U);
	lock_sock(w->sk);
	exs_tcp_sack_renege(w->tp);
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 0U);
	KUNIT_EXPECT_NULL(test, w->tp->sack_high);
	KUNIT_EXPECT_EQ(test, (int)w->tp->sack_reneg, 1);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0U);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPSACKReneging));
}

/* What was told before the peer dropped it is told anew. */
static void renege__forgets_what_was_told(struct kunit *test)
{
	static const struct exs_sack_block b[] = {
		{ AT(1), AT(3) }, { AT(5), AT(7) },
	}, anew[] = {
		{ AT(2), AT(3) }, { AT(5), AT(7) },
	};
	struct exs_wire *w = exs_sack_open(test);

	exs_sack_in(w, 1, 2, b);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0x66U);
	exs_sack_in(w, AT(1), 0, NULL);
	lock_sock(w->sk);
	KUNIT_EXPECT_TRUE(test, exs_tcp_sack_renege(w->tp));
	release_sock(w->sk);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0U);
	exs_sack_in(w, AT(1), 2, anew);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0x64U);
	KUNIT_EXPECT_EQ(test, w->tp->sacked_out, 3U);
}

/* What a block told before is not looked at again; what it adds is. */
static void blocks__grow(struct kunit *test)
{
	static const struct exs_sack_block b[] = {
		{ AT(2), AT(3) }, { AT(2), AT(4) }, { AT(1), AT(6) },
		{ AT(8), AT(9) + 1 }, { AT(8), AT(10) },
	};
	static const u32 map[] = { 0x004, 0x00c, 0x03e, 0x13e, 0x33e };
	struct exs_wire *w = exs_sack_open(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(b); i++) {
		exs_sack_in(w, 1, 1, &b[i]);
		KUNIT_EXPECT_EQ_MSG(test, exs_sack_map(w, EXS_TCPCB_SACKED),
				    map[i], "block %u", i);
		KUNIT_EXPECT_EQ(test, w->tp->sacked_out, hweight32(map[i]));
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_fack(w->tp) - w->iss,
				    AT(fls(map[i])), "block %u", i);
	}
}

static void option__not_agreed_is_ignored(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	static const struct exs_sack_block b[] = { { 1001, 2001 } };

	KUNIT_ASSERT_EQ(test, 3000, exs_wire_write(w, 1, 3000, 0));
	exs_sack_in(w, 1, 1, b);
	KUNIT_EXPECT_EQ(test, exs_sack_map(w, EXS_TCPCB_SACKED), 0U);
}

static struct kunit_case exs_tcp_sack_cases[] = {
	KUNIT_CASE(blocks__tag_whole_segments),
	KUNIT_CASE(blocks__told_twice_count_once),
	KUNIT_CASE(blocks__grow),
	KUNIT_CASE(dsack__is_no_news),
	KUNIT_CASE(lost__three_behind),
	KUNIT_CASE(lost__arrives_after_all),
	KUNIT_CASE(renege__forgets_all),
	KUNIT_CASE(renege__forgets_what_was_told),
	KUNIT_CASE(option__not_agreed_is_ignored),
	{}
};

static struct kunit_suite exs_tcp_sack_suite = {
	.name = "expstack_tcp_sack",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_sack_cases,
};

kunit_test_suite(exs_tcp_sack_suite);
