// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_state.c: the verdict, and nothing else.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

#define A	EXS_TCPHDR_ACK
#define R	EXS_TCPHDR_RST
#define S	EXS_TCPHDR_SYN
#define F	EXS_TCPHDR_FIN

struct exs_state_row {
	u8 state;
	u8 flags;
	s32 seq;		/* from rcv_nxt */
	s32 ack;		/* from snd_una */
	u32 len;
	u32 actions;
	u8 next_state;
	enum exs_drop_reason reason;
};

/* One byte of ours, the FIN where there is one, is in flight. */
static void exs_state_check(struct kunit *test, const struct exs_state_row *t,
			    unsigned int row)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, t->state);
	struct exs_tcp_verdict v = { .reason = EXS_DROP_TCP_FLAGS };
	struct sk_buff *skb;

	f.tp->snd_nxt += 1;
	f.tp->write_seq += 1;
	skb = exs_tcp_fix_seg(test, t->flags, EXS_FIX_IRS + t->seq,
			      EXS_FIX_ISS + t->ack, t->len);
	exs_tcp_sync_decide(f.sk, skb, &v);
	KUNIT_EXPECT_EQ_MSG(test, v.actions & ~EXS_TCP_DO_PUSH, t->actions,
			    "row %u", row);
	KUNIT_EXPECT_EQ_MSG(test, v.next_state, t->next_state, "row %u", row);
	KUNIT_EXPECT_EQ_MSG(test, v.reason, t->reason, "row %u", row);
	KUNIT_EXPECT_EQ_MSG(test, f.sk->sk_state, t->state, "row %u", row);
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

static void sequence_number(struct kunit *test)
{
	static const struct exs_state_row t[] = {
		{ TCP_ESTABLISHED, A, 0, 0, 10, EXS_TCP_DO_DATA, 0,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_ESTABLISHED, A, -10, 0, 10, EXS_TCP_DO_DATA, 0,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_ESTABLISHED, A, -11, 0, 10, EXS_TCP_DO_DUPACK, 0,
		  EXS_DROP_TCP_OLD_SEQ },
		{ TCP_ESTABLISHED, A, EXS_FIX_WND, 0, 10, EXS_TCP_DO_DATA, 0,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_ESTABLISHED, A, EXS_FIX_WND + 1, 0, 10,
		  EXS_TCP_DO_DUPACK, 0, EXS_DROP_TCP_WINDOW },
		{ TCP_ESTABLISHED, 0, 0, 0, 10, 0, 0, EXS_DROP_TCP_FLAGS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_state_check(test, &t[i], i);
}

static void reset_only_at_rcv_nxt(struct kunit *test)
{
	static const struct exs_state_row t[] = {
		{ TCP_ESTABLISHED, R, 0, 0, 0, EXS_TCP_DO_ABORT, 0,
		  EXS_DROP_TCP_RESET },
		{ TCP_ESTABLISHED, R | A, 0, 0, 0, EXS_TCP_DO_ABORT, 0,
		  EXS_DROP_TCP_RESET },
		{ TCP_ESTABLISHED, R, 1, 0, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_INVALID_RST },
		{ TCP_ESTABLISHED, R, EXS_FIX_WND, 0, 0, EXS_TCP_DO_CHALLENGE,
		  0, EXS_DROP_TCP_INVALID_RST },
		{ TCP_ESTABLISHED, R, EXS_FIX_WND + 1, 0, 0, 0, 0,
		  EXS_DROP_TCP_INVALID_RST },
		{ TCP_ESTABLISHED, R, -1, 0, 0, 0, 0,
		  EXS_DROP_TCP_INVALID_RST },
		{ TCP_FIN_WAIT2, R, 0, 0, 0, EXS_TCP_DO_ABORT, 0,
		  EXS_DROP_TCP_RESET },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_state_check(test, &t[i], i);
}

static void syn_is_challenged(struct kunit *test)
{
	static const struct exs_state_row t[] = {
		{ TCP_ESTABLISHED, S, 0, 0, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_INVALID_SYN },
		{ TCP_ESTABLISHED, S | A, -1, 1, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_INVALID_SYN },
		{ TCP_ESTABLISHED, S, EXS_FIX_WND + 9, 0, 0,
		  EXS_TCP_DO_CHALLENGE, 0, EXS_DROP_TCP_INVALID_SYN },
		{ TCP_CLOSE_WAIT, S, 0, 0, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_INVALID_SYN },
		/* Simultaneous open: the SYN-ACK repeats the SYN. */
		{ TCP_SYN_RECV, S | A, -1, 1, 0,
		  EXS_TCP_DO_ESTABLISH | EXS_TCP_DO_DATA, TCP_ESTABLISHED,
		  EXS_DROP_TCP_PURE_ACK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_state_check(test, &t[i], i);
}

static void ack_moves_the_states(struct kunit *test)
{
	static const struct exs_state_row t[] = {
		{ TCP_SYN_RECV, A, 0, 1, 0, EXS_TCP_DO_ESTABLISH,
		  TCP_ESTABLISHED, EXS_DROP_TCP_PURE_ACK },
		{ TCP_SYN_RECV, A, 0, 0, 0, EXS_TCP_DO_RST, 0,
		  EXS_DROP_TCP_INVALID_ACK },
		{ TCP_SYN_RECV, A, 0, 2, 0, EXS_TCP_DO_RST, 0,
		  EXS_DROP_TCP_INVALID_ACK },
		{ TCP_FIN_WAIT1, A, 0, 0, 0, 0, 0, EXS_DROP_TCP_PURE_ACK },
		{ TCP_FIN_WAIT1, A, 0, 1, 0, EXS_TCP_DO_WAKE_STATE,
		  TCP_FIN_WAIT2, EXS_DROP_TCP_PURE_ACK },
		{ TCP_FIN_WAIT1, A | F, 0, 1, 0,
		  EXS_TCP_DO_WAKE_STATE | EXS_TCP_DO_DATA, TCP_FIN_WAIT2,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_CLOSING, A, 0, 0, 0, 0, 0, EXS_DROP_TCP_PURE_ACK },
		{ TCP_CLOSING, A, 0, 1, 0, EXS_TCP_DO_TIMEWAIT, 0,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_LAST_ACK, A, 0, 0, 0, 0, 0, EXS_DROP_TCP_PURE_ACK },
		{ TCP_LAST_ACK, A, 0, 1, 0, EXS_TCP_DO_DONE, 0,
		  EXS_DROP_TCP_PURE_ACK },
		/* Of what was never sent. */
		{ TCP_ESTABLISHED, A, 0, 2, 0, 0, 0, EXS_DROP_TCP_INVALID_ACK },
		{ TCP_CLOSE_WAIT, A, 0, 2, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_INVALID_ACK },
		/* Older than anything the peer could still mean. */
		{ TCP_ESTABLISHED, A, 0, -1, 0, EXS_TCP_DO_CHALLENGE, 0,
		  EXS_DROP_TCP_OLD_ACK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_state_check(test, &t[i], i);
}

static void text_behind_a_fin_is_dropped(struct kunit *test)
{
	static const struct exs_state_row t[] = {
		{ TCP_CLOSE_WAIT, A, 0, 0, 1, 0, 0, EXS_DROP_TCP_AFTER_CLOSE },
		{ TCP_LAST_ACK, A, 0, 0, 1, 0, 0, EXS_DROP_TCP_AFTER_CLOSE },
		{ TCP_CLOSE_WAIT, A | F, -1, 0, 0, EXS_TCP_DO_DATA, 0,
		  EXS_DROP_TCP_PURE_ACK },
		{ TCP_FIN_WAIT2, A, 0, 1, 1, EXS_TCP_DO_DATA, 0,
		  EXS_DROP_TCP_PURE_ACK },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++)
		exs_state_check(test, &t[i], i);
}

static void text_nobody_reads_is_reset(struct kunit *test)
{
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_FIN_WAIT2);
	struct exs_tcp_verdict v = { };
	struct sk_buff *skb;

	f.sk->sk_shutdown = SHUTDOWN_MASK;
	skb = exs_tcp_fix_seg(test, A, EXS_FIX_IRS, EXS_FIX_ISS, 1);
	exs_tcp_sync_decide(f.sk, skb, &v);
	KUNIT_EXPECT_TRUE(test, v.actions & EXS_TCP_DO_RST);
	KUNIT_EXPECT_TRUE(test, v.actions & EXS_TCP_DO_ABORT);
	KUNIT_EXPECT_EQ(test, v.reason, EXS_DROP_TCP_AFTER_CLOSE);
	kfree_skb(skb);
	/* A bare FIN is welcome. */
	memset(&v, 0, sizeof(v));
	skb = exs_tcp_fix_seg(test, A | F, EXS_FIX_IRS, EXS_FIX_ISS, 0);
	exs_tcp_sync_decide(f.sk, skb, &v);
	KUNIT_EXPECT_FALSE(test, v.actions & EXS_TCP_DO_RST);
	KUNIT_EXPECT_TRUE(test, v.actions & EXS_TCP_DO_DATA);
	kfree_skb(skb);
	exs_tcp_fix_close(test, &f);
}

static void paws(struct kunit *test)
{
	static const struct {
		u32 tsval;
		u32 age;	/* of ts_recent, seconds */
		u8 flags;
		u32 len;
		bool dropped;
	} t[] = {
		{ 0xffffffff, 1, A, 1, true },
		{ 0, 1, A, 1, true },
		{ 1, 1, A, 1, false },
		{ 2, 1, A, 1, false },
		{ 0xffffffff, EXS_TCP_PAWS_24DAYS - 1, A, 1, true },
		{ 0xffffffff, EXS_TCP_PAWS_24DAYS, A, 1, false },
		{ 0xffffffff, 1, R, 0, false },
		/* A duplicate ACK that was overtaken. */
		{ 0xffffffff, 1, A, 0, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct exs_tcp_verdict v = { };
		struct sk_buff *skb;

		f.tp->tstamp_ok = 1;
		f.tp->ts_recent = 1;
		f.tp->ts_recent_stamp = (u32)ktime_get_seconds() - t[i].age;
		if (!f.tp->ts_recent_stamp)
			f.tp->ts_recent_stamp = 1;
		f.tp->snd_wnd = 65535;
		skb = exs_tcp_fix_seg(test, t[i].flags, EXS_FIX_IRS,
				      EXS_FIX_ISS, t[i].len);
		exs_tcp_set_ts(f.tp, EXS_TCPCB(skb), t[i].tsval, 0);
		exs_tcp_sync_decide(f.sk, skb, &v);
		KUNIT_EXPECT_EQ_MSG(test, v.reason == EXS_DROP_TCP_PAWS,
				    t[i].dropped, "row %u", i);
		kfree_skb(skb);
		exs_tcp_fix_close(test, &f);
	}
}

static void timestamp_is_learned_at_the_left_edge(struct kunit *test)
{
	static const struct {
		s32 off;
		u32 expect;
	} t[] = { { 0, 7 }, { -1, 7 }, { 1, 5 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
		struct exs_tcp_verdict v = { };
		struct sk_buff *skb;

		f.tp->tstamp_ok = 1;
		f.tp->ts_recent = 5;
		f.tp->ts_recent_stamp = (u32)ktime_get_seconds();
		skb = exs_tcp_fix_seg(test, A, EXS_FIX_IRS + t[i].off,
				      EXS_FIX_ISS, 10);
		exs_tcp_set_ts(f.tp, EXS_TCPCB(skb), 7, 0);
		exs_tcp_sync_decide(f.sk, skb, &v);
		KUNIT_EXPECT_EQ_MSG(test, f.tp->ts_recent, t[i].expect,
				    "row %u", i);
		kfree_skb(skb);
		exs_tcp_fix_close(test, &f);
	}
}

/* Each answer that is left out is counted, and so is each SYN. */
static void answers__are_counted(struct kunit *test)
{
	static const struct {
		u8 flags;
		u32 seq;
		s32 ts;			/* added to the peer's clock */
		enum exs_mib_item item;
	} t[] = {
		{ W_ACK, 1000000, 0, EXS_MIB_TCPEXT_TCPACKSkippedSeq },
		{ W_ACK, 2, -5000, EXS_MIB_TCPEXT_TCPACKSkippedPAWS },
		{ W_SYN, 1, 0, EXS_MIB_TCPEXT_TCPSYNChallenge },
		{ W_SYN, 1000000, 0, EXS_MIB_TCPEXT_TCPSYNChallenge },
		{ W_SYN, 1, -5000, EXS_MIB_TCPEXT_TCPSYNChallenge },
		{ W_SYN, 1, 0, EXS_MIB_TCP_InErrs },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, false);
		unsigned long n = exs_wire_mib(test, t[i].item);

		/* One was answered just now. */
		w->tp->last_oow_ack_time = exs_clock_ms() ?: 1;
		w->tsval += t[i].ts;
		exs_wire_in(w, t[i].flags, t[i].seq, 1, 0);
		EXS_WIRE_SILENT(w);
		KUNIT_EXPECT_EQ_MSG(test, n + 1, exs_wire_mib(test, t[i].item),
				    "row %u", i);
		exs_wire_release(w);
	}
}

static struct kunit_case exs_tcp_state_cases[] = {
	KUNIT_CASE(sequence_number),
	KUNIT_CASE(reset_only_at_rcv_nxt),
	KUNIT_CASE(syn_is_challenged),
	KUNIT_CASE(ack_moves_the_states),
	KUNIT_CASE(text_behind_a_fin_is_dropped),
	KUNIT_CASE(text_nobody_reads_is_reset),
	KUNIT_CASE(paws),
	KUNIT_CASE(timestamp_is_learned_at_the_left_edge),
	KUNIT_CASE(answers__are_counted),
	{}
};

static struct kunit_suite exs_tcp_state_suite = {
	.name = "expstack_tcp_state",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_state_cases,
};

kunit_test_suite(exs_tcp_state_suite);
