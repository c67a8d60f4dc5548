// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_mtup.c: the search for the path's MTU.
 */
#include "tcp_fix.h"
#include "tcp_wire.h"

/* The peer's MSS is 1000, so packets have 1040 bytes at most. */
#define EXS_MTUP_HIGH	1040

static struct exs_wire *exs_mtup_open(struct kunit *test, int probing, int base)
{
	struct exs_net *en = exs_wire_net(test);

	en->sysctl.tcp_mtu_probing = probing;
	en->sysctl.tcp_base_mss = base;
	en->sysctl.tcp_timestamps = 0;
	return exs_wire_active(test, true);
}

static u32 exs_mtup_sync(struct exs_wire *w, u32 pmtu)
{
	u32 mss;

	lock_sock(w->sk);
	mss = exs_tcp_sync_mss(w->sk, pmtu);
	release_sock(w->sk);
	return mss;
}

static void init__by_the_sysctl(struct kunit *test)
{
	static const struct {
		int probing, base;
		bool on;
		u32 mss;
	} t[] = {
		{ 0, 500, false, 1000 },
		{ 1, 500, false, 1000 },
		{ 2, 500, true, 500 },
		{ 3, 999, true, 999 },
		{ 2, 1000, true, 1000 },
		{ 2, 1001, true, 1000 },	/* the peer takes no more */
		{ 2, INT_MAX / 2, true, 1000 },
		{ 2, 0, true, 48 },		/* tcp_min_snd_mss */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_mtup_open(test, t[i].probing,
						   t[i].base);

		KUNIT_EXPECT_EQ_MSG(test, (bool)w->tp->mtup_on, t[i].on,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->mss_cache, t[i].mss, "row %u",
				    i);
		/* Without a search there is nothing to pay for. */
		KUNIT_EXPECT_EQ_MSG(test, w->tp->ext != &exs_tcp_ext_none,
				    t[i].on, "row %u", i);
		if (t[i].on) {
			KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low,
					t[i].base + 40U);
			KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high,
					EXS_MTUP_HIGH);
		}
		exs_wire_release(w);
	}
}

/* base_mss is text; the timestamps of each segment come on top. */
static void init__options_count(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w;

	en->sysctl.tcp_mtu_probing = 2;
	en->sysctl.tcp_base_mss = 500;
	w = exs_wire_active(test, false);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 552U);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 500U);
}

/* It began with the SYN, and that had timestamps: their room is text now. */
static void init__timestamps_refused(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w;

	en->sysctl.tcp_mtu_probing = 2;
	en->sysctl.tcp_base_mss = 500;
	w = exs_wire_active(test, true);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 512U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 540U);
	KUNIT_EXPECT_EQ(test, exs_mtup_sync(w, w->tp->pmtu), 500U);
}

/* As on AF_INET a child has full segments until something changes. */
static void init__passive(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	struct exs_wire *w;

	en->sysctl.tcp_mtu_probing = 2;
	en->sysctl.tcp_base_mss = 500;
	w = exs_wire_passive(exs_wire_listen(test, 0, 1), 1000);
	KUNIT_EXPECT_TRUE(test, w->tp->mtup_on);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 1000U);
	KUNIT_EXPECT_EQ(test, exs_mtup_sync(w, w->tp->pmtu), 500U);
}

/* A narrower path bounds the search, a wider one does not widen it. */
static void mss__follows_the_path(struct kunit *test)
{
	static const struct {
		u32 pmtu, high, mss;
	} t[] = {
		{ 1500, EXS_MTUP_HIGH, 500 },
		{ 800, 800, 500 },
		{ 540, 540, 500 },
		{ 539, 539, 499 },
		{ 1500, 539, 500 },
	};
	struct exs_wire *w = exs_mtup_open(test, 2, 500);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		KUNIT_EXPECT_EQ_MSG(test, exs_mtup_sync(w, t[i].pmtu),
				    t[i].mss, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->ext->mtup.high, t[i].high,
				    "row %u", i);
	}
}

/* A route that was let go bounds nothing: the window alone has grown. */
static void mss__without_a_route(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 2, 500);
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1,
		.win = 65535,
	};

	lock_sock(w->sk);
	w->tp->snd_wnd = 30000;
	w->tp->max_window = 30000;
	exs_rt_release(&w->tp->es.rt);
	release_sock(w->sk);
	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ(test, w->tp->max_window, (u32)seg.win);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high, EXS_MTUP_HIGH);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 500U);
}

/* RFC 4821 7.7: half of it each time, and never below the floors. */
static void black_hole__halves(struct kunit *test)
{
	static const struct {
		int base, floor, least;
		u32 mss[6];
	} t[] = {
		{ 800, 48, 48, { 800, 400, 200, 100, 50, 48 } },
		{ 800, 150, 48, { 800, 400, 200, 150, 150, 150 } },
		{ 800, 48, 300, { 800, 400, 300, 300, 300, 300 } },
		/* Beyond what the peer takes. */
		{ 5000, 48, 48, { 1000, 500, 250, 125, 62, 48 } },
		{ 90, 100, 48, { 90, 100, 100, 100, 100, 100 } },
		{ -1, 60, 48, { 48, 60, 60, 60, 60, 60 } },
	};
	struct exs_net *en = exs_wire_net(test);
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_mtup_open(test, 1, t[i].base);

		en->sysctl.tcp_mtu_probe_floor = t[i].floor;
		en->sysctl.tcp_min_snd_mss = t[i].least;
		for (k = 0; k < ARRAY_SIZE(t[i].mss); k++) {
			exs_wire_call(w, exs_tcp_mtup_black_hole);
			KUNIT_EXPECT_EQ_MSG(test, w->tp->mss_cache, t[i].mss[k],
					    "row %u, time %u", i, k);
		}
		KUNIT_EXPECT_TRUE(test, w->tp->mtup_on);
		en->sysctl.tcp_min_snd_mss = 48;
		exs_wire_release(w);
	}
}

static void black_hole__switched_off(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 0, 500);

	exs_wire_call(w, exs_tcp_mtup_black_hole);
	KUNIT_EXPECT_FALSE(test, w->tp->mtup_on);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 1000U);
	KUNIT_EXPECT_PTR_EQ(test, w->tp->ext, &exs_tcp_ext_none);
}

/* What goes again after tcp_retries1 is what the path may take. */
static void black_hole__by_timeouts(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 1, 500);
	u32 before;

	KUNIT_ASSERT_EQ(test, exs_wire_write(w, 1, 1000, 0), 1000);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	/* tcp_retries1 is 3: three seconds, as if from 200 ms on. */
	before = exs_tcp_retrans_clock(w->tp) - 1000;
	w->tp->retrans_stamp = before ?: 1;
	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 1000);
	w->tp->retrans_stamp = before - 2001;
	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 500);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 500U);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 2U);
	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 250);
	exs_wire_in(w, W_ACK, 1, 1001, 0);
	exs_wire_drain(w);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 0U);
}

/* RFC 4821 7.4: as much behind it as three duplicates and one more need. */
static void room__enough_must_follow(struct kunit *test)
{
	static const struct {
		u32 queued, wnd, out, flight, cwnd;
		enum exs_tcp_mtup ret;
	} t[] = {
		{ 5200, 5200, 0, 0, 20, EXS_TCP_MTUP_SENT },
		{ 5199, 9000, 0, 0, 20, EXS_TCP_MTUP_NONE },
		{ 9000, 5199, 0, 0, 20, EXS_TCP_MTUP_NONE },
		/* The window has the room, but not yet. */
		{ 9000, 6200, 1000, 1, 20, EXS_TCP_MTUP_SENT },
		{ 9000, 6199, 1000, 1, 20, EXS_TCP_MTUP_WAIT },
		/* It takes the place of two. */
		{ 9000, 60000, 9000, 9, 11, EXS_TCP_MTUP_SENT },
		{ 9000, 60000, 10000, 10, 11, EXS_TCP_MTUP_WAIT },
		{ 9000, 60000, 0, 0, 1, EXS_TCP_MTUP_NONE },
	};
	struct exs_tcp_fix f = exs_tcp_fix_open(test, TCP_ESTABLISHED);
	unsigned int i;

	f.tp->mss_cache = 1000;
	f.tp->reordering = 3;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.tp->snd_nxt = f.tp->snd_una + t[i].out;
		f.tp->write_seq = f.tp->snd_nxt + t[i].queued;
		f.tp->snd_wnd = t[i].wnd;
		f.tp->packets_out = t[i].flight;
		f.tp->cc.cwnd = t[i].cwnd;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_mtup_room(f.tp, 1200),
				    t[i].ret, "row %u", i);
	}
	f.tp->packets_out = 0;
	exs_tcp_fix_close(test, &f);
}

/* RFC 4821 7.3: it ends, and what it found is at most a few bytes too small. */
static void next__converges(struct kunit *test)
{
	static const u32 path[] = { 540, 541, 548, 600, 789, 790, 791, 1000,
				    1039, EXS_MTUP_HIGH };
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(path); i++) {
		struct exs_wire *w = exs_mtup_open(test, 2, 500);
		struct exs_tcp_ext *ext = (struct exs_tcp_ext *)w->tp->ext;
		u32 size;

		lock_sock(w->sk);
		for (n = 0; n < 20; n++) {
			size = exs_tcp_mtup_next(w->sk);
			if (!size)
				break;
			ext->mtup.size = size + 40;
			ext->mtup.end_seq = w->tp->snd_una;
			if (ext->mtup.size <= path[i])
				exs_tcp_mtup_acked(w->sk);
			else
				ext->mtup.high = ext->mtup.size - 1;
		}
		release_sock(w->sk);
		KUNIT_EXPECT_LE_MSG(test, n, 7U, "path %u", path[i]);
		KUNIT_EXPECT_LE(test, ext->mtup.low, path[i]);
		KUNIT_EXPECT_GE(test, ext->mtup.high, path[i]);
		KUNIT_EXPECT_LT(test, ext->mtup.high - ext->mtup.low, 8U);
		KUNIT_EXPECT_EQ(test, w->tp->mss_cache, ext->mtup.low - 40);
		exs_wire_release(w);
	}
}

static enum exs_tcp_mtup exs_mtup_try(struct exs_wire *w)
{
	enum exs_tcp_mtup ret;

	lock_sock(w->sk);
	local_bh_disable();
	exs_tcp_mstamp_refresh(w->tp);
	ret = exs_tcp_mtup_probe(w->sk);
	local_bh_enable();
	release_sock(w->sk);
	return ret;
}

/* Ten segments are out, ten more wait. */
static struct exs_wire *exs_mtup_waiting(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 2, 500);

	KUNIT_ASSERT_EQ(test, exs_wire_write(w, 1, 10000, 0), 10000);
	exs_wire_drain(w);
	KUNIT_ASSERT_EQ(test, w->tp->packets_out, 10U);
	KUNIT_ASSERT_FALSE(test, w->tp->mtup_probe);
	w->tp->cc.cwnd = 20;
	return w;
}

static void probe__when_not(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_waiting(test);
	struct exs_tcp_sock *tp = w->tp;

	tp->cc.cwnd = 10;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	tp->cc.cwnd = 11;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_WAIT);
	tp->cc.cwnd = 20;
	tp->cc.ca_state = EXS_CA_DISORDER;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	tp->cc.ca_state = EXS_CA_OPEN;
	tp->num_sacks = 1;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	tp->num_sacks = 0;
	tp->dsack_set = 1;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	tp->dsack_set = 0;
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_SENT);
	EXS_WIRE_OUT(w, W_ACK, 5001, 1, 750);
	/* One at a time. */
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, tp->cc.cwnd, 19U);
	KUNIT_EXPECT_EQ(test, tp->packets_out, 11U);
	KUNIT_EXPECT_EQ(test, tp->snd_nxt - w->iss, 5751U);
	KUNIT_EXPECT_EQ(test, tp->ext->mtup.size, 790U);
	KUNIT_EXPECT_EQ(test, tp->ext->mtup.seq - w->iss, 5001U);
	KUNIT_EXPECT_EQ(test, tp->ext->mtup.end_seq - w->iss, 5751U);
}

/* The size is that of the packet: a signature is part of it. */
static void probe__signed(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 2, 500);

	exs_wire_set_key(w, "secret", 32);
	KUNIT_ASSERT_EQ(test, exs_wire_write(w, 1, 10000, 0), 10000);
	exs_wire_drain(w);
	KUNIT_ASSERT_EQ(test, w->tp->packets_out, 10U);
	KUNIT_EXPECT_EQ(test, w->tp->snd_nxt - w->iss, 4801U);
	w->tp->cc.cwnd = 20;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_SENT);
	EXS_WIRE_OUT(w, W_ACK, 4801, 1, 730);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.size, 790U);
	exs_wire_in(w, W_ACK, 1, 5531, 0);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 790U);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 750U);
	exs_wire_drain(w);
}

/* A probe and what follows it: 1:751(750), then 500 each to 5001. */
static struct exs_wire *exs_mtup_probing(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 2, 500);
	u32 seq;

	w->tp->cc.cwnd = 20;
	KUNIT_ASSERT_EQ(test, exs_wire_write(w, 1, 5000, 0), 5000);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 750);
	for (seq = 751; seq < 4751; seq += 500)
		EXS_WIRE_OUT(w, W_ACK, seq, 1, 500);
	EXS_WIRE_OUT(w, W_ACK, 4751, 1, 250);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_TRUE(test, w->tp->mtup_probe);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 19U);
	return w;
}

static void acked__segments_grow(struct kunit *test)
{
	unsigned long n = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPSuccess);
	struct exs_wire *w = exs_mtup_probing(test);

	exs_wire_in(w, W_ACK, 1, 751, 0);
	KUNIT_EXPECT_FALSE(test, w->tp->mtup_probe);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 750U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 790U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high, EXS_MTUP_HIGH);
	KUNIT_EXPECT_EQ(test, n + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPSuccess));
	exs_wire_in(w, W_ACK, 1, 5001, 0);
	/* Halfway again: 915. */
	KUNIT_ASSERT_EQ(test, exs_wire_write(w, 5001, 5000, 0), 5000);
	EXS_WIRE_OUT(w, W_ACK, 5001, 1, 875);
	EXS_WIRE_OUT(w, W_ACK, 5876, 1, 750);
	exs_wire_drain(w);
}

/* cwnd is in segments; in bytes it stays. */
static void acked__cwnd_in_bytes(struct kunit *test)
{
	static const struct {
		u32 cwnd, after;
	} t[] = {
		{ 20, 13 }, { 1, 1 }, { 2, 1 }, { 3, 2 }, { 1000, 683 },
		{ 10000000, 6835443 },
	};
	struct exs_wire *w = exs_mtup_open(test, 2, 500);
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)w->tp->ext;
	unsigned int i;

	lock_sock(w->sk);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		ext->mtup.low = 540;
		exs_tcp_sync_mss(w->sk, w->tp->pmtu);
		ext->mtup.size = 790;
		ext->mtup.end_seq = w->tp->snd_una;
		w->tp->cc.cwnd = t[i].cwnd;
		w->tp->cc.cwnd_cnt = 7;
		w->tp->mtup_probe = 1;
		exs_tcp_mtup_acked(w->sk);
		KUNIT_EXPECT_EQ_MSG(test, w->tp->cc.cwnd, t[i].after, "row %u",
				    i);
		KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd_cnt, 0U);
	}
	/* Not yet. */
	ext->mtup.end_seq++;
	w->tp->mtup_probe = 1;
	exs_tcp_mtup_acked(w->sk);
	KUNIT_EXPECT_TRUE(test, w->tp->mtup_probe);
	w->tp->mtup_probe = 0;
	release_sock(w->sk);
}

/* RFC 4821 7.6.2: no congestion, so cwnd is as before and nothing waits. */
static void lost__is_no_congestion(struct kunit *test)
{
	unsigned long fail = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPFail);
	unsigned long reno = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPRenoRecovery);
	struct exs_wire *w = exs_mtup_probing(test);
	unsigned int i;

	for (i = 0; i < 3; i++)
		exs_wire_in(w, W_ACK, 1, 1, 0);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 500);
	EXS_WIRE_OUT(w, W_ACK, 501, 1, 250);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_FALSE(test, w->tp->mtup_probe);
	KUNIT_EXPECT_EQ(test, w->tp->cc.cwnd, 20U);
	KUNIT_EXPECT_GE(test, w->tp->cc.ssthresh, 1000U);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 500U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 540U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high, 789U);
	KUNIT_EXPECT_EQ(test, fail + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPFail));
	KUNIT_EXPECT_EQ(test, reno,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPRenoRecovery));
	exs_wire_in(w, W_ACK, 1, 5001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->packets_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->lost_out, 0U);
	KUNIT_EXPECT_EQ(test, w->tp->retrans_out, 0U);
}

/* Another was lost, before it: that is congestion, and the probe is forgotten. */
static void lost__another(struct kunit *test)
{
	unsigned long fail = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPFail);
	struct exs_wire *w = exs_mtup_waiting(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_SENT);
	exs_wire_drain(w);
	for (i = 0; i < 3; i++)
		exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, w->tp->cc.ca_state, EXS_CA_RECOVERY);
	KUNIT_EXPECT_FALSE(test, w->tp->mtup_probe);
	KUNIT_EXPECT_LT(test, w->tp->cc.ssthresh, 20U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high, EXS_MTUP_HIGH);
	KUNIT_EXPECT_EQ(test, fail,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMTUPFail));
	exs_wire_drain(w);
}

/* RFC 4821 7.6.4: a timeout tells nothing of the probe. */
static void lost__timeout_is_inconclusive(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_probing(test);

	w->tp->rtx_kind = EXS_TCP_RTX_RTO;
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 500);
	KUNIT_EXPECT_FALSE(test, w->tp->mtup_probe);
	KUNIT_EXPECT_FALSE(test, w->tp->frto);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.low, 540U);
	KUNIT_EXPECT_EQ(test, w->tp->ext->mtup.high, EXS_MTUP_HIGH);
	exs_wire_in(w, W_ACK, 1, 5001, 0);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 500U);
}

/* RFC 4821 7.2: paths become wider, too. */
static void again__after_the_interval(struct kunit *test)
{
	struct exs_wire *w = exs_mtup_open(test, 2, 500);
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)w->tp->ext;
	u32 interval = exs_wire_net(test)->sysctl.tcp_probe_interval;

	KUNIT_EXPECT_EQ(test, interval, 600U * HZ);
	w->tp->cc.cwnd = 20;
	ext->mtup.low = 700;
	ext->mtup.high = 707;
	KUNIT_EXPECT_EQ(test, exs_mtup_sync(w, w->tp->pmtu), 660U);
	ext->mtup.stamp = (u32)jiffies - interval + 60 * HZ;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	KUNIT_EXPECT_EQ(test, ext->mtup.high, 707U);
	ext->mtup.stamp = (u32)jiffies - interval;
	KUNIT_EXPECT_EQ(test, exs_mtup_try(w), EXS_TCP_MTUP_NONE);
	KUNIT_EXPECT_EQ(test, ext->mtup.low, 700U);
	KUNIT_EXPECT_EQ(test, ext->mtup.high, EXS_MTUP_HIGH);
	KUNIT_EXPECT_LT(test, (u32)jiffies - ext->mtup.stamp, 60U * HZ);
	/* The range is as large as the threshold: that is worth a probe. */
	ext->mtup.high = 708;
	KUNIT_EXPECT_EQ(test, exs_tcp_mtup_next(w->sk), 664U);
}

static struct kunit_case exs_tcp_mtup_cases[] = {
	KUNIT_CASE(init__by_the_sysctl),
	KUNIT_CASE(init__options_count),
	KUNIT_CASE(init__timestamps_refused),
	KUNIT_CASE(init__passive),
	KUNIT_CASE(mss__follows_the_path),
	KUNIT_CASE(mss__without_a_route),
	KUNIT_CASE(black_hole__halves),
	KUNIT_CASE(black_hole__switched_off),
	KUNIT_CASE(black_hole__by_timeouts),
	KUNIT_CASE(room__enough_must_follow),
	KUNIT_CASE(next__converges),
	KUNIT_CASE(probe__when_not),
	KUNIT_CASE(probe__signed),
	KUNIT_CASE(acked__segments_grow),
	KUNIT_CASE(acked__cwnd_in_bytes),
	KUNIT_CASE(lost__is_no_congestion),
	KUNIT_CASE(lost__another),
	KUNIT_CASE(lost__timeout_is_inconclusive),
	KUNIT_CASE(again__after_the_interval),
	{}
};

static struct kunit_suite exs_tcp_mtup_suite = {
	.name = "expstack_tcp_mtup",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_mtup_cases,
};

kunit_test_suite(exs_tcp_mtup_suite);
