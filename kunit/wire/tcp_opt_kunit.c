// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: suite of module/wire/tcp_opt.c.
 */
#include <kunit/test.h>
#include <linux/unaligned.h>

#include <expstack/wire.h>

struct exs_tcp_opt_test_buf {
	struct tcphdr th;
	u8 opt[40];
} __packed __aligned(4);

static void exs_tcp_opt_test_parse(struct exs_tcp_opt_test_buf *b, bool syn,
				   const u8 *opt, unsigned int len,
				   struct exs_tcp_opt *o)
{
	memset(b, 0, sizeof(*b));
	b->th.doff = 5 + len / 4;
	b->th.syn = syn;
	memcpy(b->opt, opt, len);
	memset(o, 0xff, sizeof(*o));
	exs_tcp_opt_parse(&b->th, o);
}

static void exs_tcp_opt_test_none(struct kunit *test)
{
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;

	exs_tcp_opt_test_parse(&b, true, NULL, 0, &o);
	KUNIT_EXPECT_EQ(test, o.mss, 0);
	KUNIT_EXPECT_FALSE(test, o.saw_tstamp);
	KUNIT_EXPECT_FALSE(test, o.saw_wscale);
	KUNIT_EXPECT_FALSE(test, o.saw_sack_perm);
	KUNIT_EXPECT_EQ(test, o.num_sacks, 0);
	KUNIT_EXPECT_EQ(test, o.fo_len, 0xff);
	KUNIT_EXPECT_NULL(test, o.md5);
}

/* A SYN as Linux sends it. */
static const u8 exs_tcp_opt_test_syn[20] = {
	2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0,
	1, 3, 3, 7,
};

static void exs_tcp_opt_test_syn_of_linux(struct kunit *test)
{
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;

	exs_tcp_opt_test_parse(&b, true, exs_tcp_opt_test_syn, 20, &o);
	KUNIT_EXPECT_EQ(test, o.mss, 1460);
	KUNIT_EXPECT_TRUE(test, o.saw_sack_perm);
	KUNIT_EXPECT_TRUE(test, o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, o.tsval, 0x12345678);
	KUNIT_EXPECT_EQ(test, o.tsecr, 0);
	KUNIT_EXPECT_TRUE(test, o.saw_wscale);
	KUNIT_EXPECT_EQ(test, o.wscale, 7);
}

/* Late options of a SYN are ignored, those of every segment are not. */
static void exs_tcp_opt_test_syn_options_need_syn(struct kunit *test)
{
	static const u8 opt[] = {
		2, 4, 0x05, 0xb4, 4, 2, 3, 3, 7, 34, 6, 1, 2, 3, 4,
		8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 1,
	};
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;

	exs_tcp_opt_test_parse(&b, false, opt, sizeof(opt), &o);
	KUNIT_EXPECT_EQ(test, o.mss, 0);
	KUNIT_EXPECT_FALSE(test, o.saw_sack_perm);
	KUNIT_EXPECT_FALSE(test, o.saw_wscale);
	KUNIT_EXPECT_EQ(test, o.fo_len, 0xff);
	KUNIT_EXPECT_TRUE(test, o.saw_tstamp);
	KUNIT_EXPECT_EQ(test, o.tsval, 1);
	KUNIT_EXPECT_EQ(test, o.tsecr, 2);
	exs_tcp_opt_test_parse(&b, true, opt, sizeof(opt), &o);
	KUNIT_EXPECT_EQ(test, o.mss, 1460);
	KUNIT_EXPECT_EQ(test, o.fo_len, 4);
}

/* An option before and a timestamp behind: is the second still found? */
static void exs_tcp_opt_test_illegal_lengths(struct kunit *test)
{
	static const struct {
		const char *name;
		u8 opt[20];
		u8 len;
		bool found;
	} cases[] = {
		{ "unknown", { 99, 2, 8, 10, 0, 0, 0, 1, [12] = 1, 1, 1, 1 }, 16, true },
		{ "unknown, long", { 99, 6, 0, 0, 0, 0, 8, 10 }, 16, true },
		{ "length 0", { 99, 0, 8, 10 }, 16, false },
		{ "length 1", { 99, 1, 8, 10 }, 16, false },
		{ "up to the end", { 99, 16, 8, 10 }, 16, false },
		{ "beyond the end", { 99, 17, 8, 10 }, 16, false },
		{ "end of list", { 0, 0, 8, 10 }, 16, false },
		{ "short MSS skipped", { 2, 3, 5, 1, 8, 10 }, 16, true },
		{ "long MSS skipped", { 2, 5, 5, 1, 1, 8, 10 }, 20, true },
		{ "short timestamp skipped", { 8, 9, 0, 0, 0, 0, 0, 0, 0, 1, 8, 10 }, 20, true },
		{ "timestamp one over", { 1, 1, 1, 8, 10 }, 12, false },
		{ "timestamp just in", { 1, 1, 8, 10 }, 12, true },
		{ "kind without length", { 1, 1, 1, 8 }, 4, false },
	};
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		exs_tcp_opt_test_parse(&b, true, cases[i].opt, cases[i].len, &o);
		KUNIT_EXPECT_EQ_MSG(test, !!o.saw_tstamp, cases[i].found, "%s",
				    cases[i].name);
		KUNIT_EXPECT_EQ_MSG(test, o.mss, 0, "%s", cases[i].name);
	}
}

static void exs_tcp_opt_test_sack_lengths(struct kunit *test)
{
	static const struct {
		u8 len;
		u8 blocks;
	} cases[] = {
		{ 2, 0 }, { 3, 0 }, { 9, 0 }, { 10, 1 }, { 11, 0 }, { 17, 0 },
		{ 18, 2 }, { 19, 0 }, { 26, 3 }, { 34, 4 }, { 35, 0 },
	};
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	unsigned int i, k;
	u8 opt[40];

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(opt, 1, sizeof(opt));
		opt[2] = 5;
		opt[3] = cases[i].len;
		for (k = 0; k < 4; k++) {
			put_unaligned_be32(0xfffffff0 + k * 8, opt + 4 + k * 8);
			put_unaligned_be32(0xfffffff4 + k * 8, opt + 8 + k * 8);
		}
		/* Nothing else behind the blocks. */
		if (2 + cases[i].len < 40)
			memset(opt + 2 + cases[i].len, 1, 40 - 2 - cases[i].len);
		exs_tcp_opt_test_parse(&b, false, opt, 40, &o);
		KUNIT_EXPECT_EQ_MSG(test, o.num_sacks, cases[i].blocks,
				    "length %u", cases[i].len);
		for (k = 0; k < min_t(unsigned int, o.num_sacks, 4); k++) {
			KUNIT_EXPECT_EQ(test, o.sack[k].start, 0xfffffff0 + k * 8);
			KUNIT_EXPECT_EQ(test, o.sack[k].end, 0xfffffff4 + k * 8);
		}
	}
}

static void exs_tcp_opt_test_fastopen(struct kunit *test)
{
	static const struct {
		bool exp;
		u8 cookie;	/* bytes */
		u8 want;
	} cases[] = {
		{ false, 0, 0 }, { false, 2, 0xff }, { false, 3, 0xff },
		{ false, 4, 4 }, { false, 5, 0xff }, { false, 8, 8 },
		{ false, 16, 16 }, { false, 17, 0xff }, { false, 18, 0xff },
		{ true, 0, 0 }, { true, 3, 0xff }, { true, 4, 4 },
		{ true, 16, 16 }, { true, 18, 0xff },
	};
	static const u8 foreign[8] = { 254, 8, 0xf9, 0x88, 1, 2, 3, 4 };
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	unsigned int i, k, at;
	u8 opt[40];

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(opt, 1, sizeof(opt));
		at = cases[i].exp ? 4 : 2;
		opt[0] = cases[i].exp ? 254 : 34;
		opt[1] = at + cases[i].cookie;
		if (cases[i].exp)
			put_unaligned_be16(0xf989, opt + 2);
		for (k = 0; k < cases[i].cookie; k++)
			opt[at + k] = 0xc0 + k;
		exs_tcp_opt_test_parse(&b, true, opt, 40, &o);
		KUNIT_EXPECT_EQ_MSG(test, o.fo_len, cases[i].want, "case %u", i);
		if (cases[i].want == 0xff)
			continue;
		KUNIT_EXPECT_EQ(test, o.fo_exp, cases[i].exp);
		KUNIT_EXPECT_MEMEQ(test, o.fo_cookie, opt + at, cases[i].want);
	}
	/* The experimental number with another's magic. */
	memset(opt, 1, sizeof(opt));
	memcpy(opt, foreign, 8);
	exs_tcp_opt_test_parse(&b, true, opt, 8, &o);
	KUNIT_EXPECT_EQ(test, o.fo_len, 0xff);
}

static void exs_tcp_opt_test_md5(struct kunit *test)
{
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	u8 opt[20] = { 19, 18 };

	exs_tcp_opt_test_parse(&b, false, opt, 20, &o);
	KUNIT_EXPECT_PTR_EQ(test, o.md5, &b.opt[2]);
	opt[1] = 17;
	exs_tcp_opt_test_parse(&b, false, opt, 20, &o);
	KUNIT_EXPECT_NULL(test, o.md5);
}

/* Found wherever it is; nothing doubtful is believed. */
static void exs_tcp_opt_test_find_md5(struct kunit *test)
{
	static const struct {
		u8 head[4];	/* in front of the option, NOPs behind them */
		u8 kind, len;	/* of the option, at 20 */
		int err;
		bool found;
	} cases[] = {
		{ { 1, 1, 1, 1 }, 1, 1, 0, false },
		{ { 1, 1, 1, 1 }, 19, 18, 0, true },
		{ { 8, 10 }, 19, 18, 0, true },
		{ { 77, 20 }, 19, 18, 0, true },
		{ { 77, 22 }, 19, 18, 0, false },
		{ { 0 }, 19, 18, 0, false },
		{ { 77, 0 }, 19, 18, -EINVAL, false },
		{ { 77, 41 }, 19, 18, -EINVAL, false },
		{ { 19, 17 }, 1, 1, -EINVAL, false },
		{ { 1, 1, 1, 1 }, 19, 17, -EINVAL, false },
		{ { 1, 1, 1, 1 }, 19, 21, -EINVAL, false },
		{ { 19, 18 }, 19, 18, -EEXIST, true },
		{ { 19, 18 }, 1, 1, 0, true },
	};
	struct exs_tcp_opt_test_buf b = { };
	const u8 *md5;
	unsigned int i;

	b.th.doff = 15;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(b.opt, 1, sizeof(b.opt));
		memcpy(b.opt, cases[i].head, sizeof(cases[i].head));
		b.opt[20] = cases[i].kind;
		b.opt[21] = cases[i].len;
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_opt_find_md5(&b.th, &md5),
				    cases[i].err, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!md5, cases[i].found, "case %u", i);
		if (md5 && !cases[i].err && cases[i].kind == 19)
			KUNIT_EXPECT_PTR_EQ(test, md5, &b.opt[22]);
	}
	/* One word less than it takes; then just enough. */
	memset(b.opt, 1, sizeof(b.opt));
	b.opt[2] = 19;
	b.opt[3] = 18;
	b.th.doff = EXS_TCP_MD5_DOFF - 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_find_md5(&b.th, &md5), 0);
	KUNIT_EXPECT_NULL(test, md5);
	b.th.doff = EXS_TCP_MD5_DOFF;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_find_md5(&b.th, &md5), 0);
	KUNIT_EXPECT_PTR_EQ(test, md5, &b.opt[4]);
}

static void exs_tcp_opt_test_fast_ts(struct kunit *test)
{
	static const u8 opt[] = { 1, 1, 8, 10, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xfe };
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	u32 tsval, tsecr;

	exs_tcp_opt_test_parse(&b, false, opt, 12, &o);
	KUNIT_EXPECT_TRUE(test, exs_tcp_opt_fast_ts(&b.th, &tsval, &tsecr));
	KUNIT_EXPECT_EQ(test, tsval, 5);
	KUNIT_EXPECT_EQ(test, tsecr, 0xfffffffe);
	KUNIT_EXPECT_EQ(test, o.tsval, tsval);
	KUNIT_EXPECT_EQ(test, o.tsecr, tsecr);
	b.th.doff = 9;
	KUNIT_EXPECT_FALSE(test, exs_tcp_opt_fast_ts(&b.th, &tsval, &tsecr));
	b.th.doff = 8;
	b.opt[1] = 0;
	KUNIT_EXPECT_FALSE(test, exs_tcp_opt_fast_ts(&b.th, &tsval, &tsecr));
}

static void exs_tcp_opt_test_write_syn_as_linux(struct kunit *test)
{
	static const u8 cookie[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	static const u8 fo[12] = { 34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1 };
	struct exs_tcp_opt_out out = {
		.mss = 1460, .wscale = 7, .use_wscale = true, .sack_perm = true,
		.use_ts = true, .tsval = 0x12345678, .fo_len = -1,
	};
	__be32 buf[10];

	KUNIT_ASSERT_EQ(test, exs_tcp_opt_size(&out), 20);
	exs_tcp_opt_write(buf, &out);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)buf, exs_tcp_opt_test_syn, 20);
	out.fo_len = 8;
	out.fo_cookie = cookie;
	KUNIT_ASSERT_EQ(test, exs_tcp_opt_size(&out), 32);
	exs_tcp_opt_write(buf, &out);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)buf, exs_tcp_opt_test_syn, 20);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)(buf + 5), fo, 12);
}

static void exs_tcp_opt_test_write_without_ts(struct kunit *test)
{
	static const u8 want[] = { 2, 4, 2, 0x18, 1, 1, 4, 2, 1, 3, 3, 14 };
	struct exs_tcp_opt_out out = {
		.mss = 536, .wscale = 14, .use_wscale = true, .sack_perm = true,
		.fo_len = -1,
	};
	__be32 buf[10];

	KUNIT_ASSERT_EQ(test, exs_tcp_opt_size(&out), sizeof(want));
	exs_tcp_opt_write(buf, &out);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)buf, want, sizeof(want));
}

/* As many SACK blocks as fit: 3 beside a timestamp, 4 alone. */
static void exs_tcp_opt_test_sack_room(struct kunit *test)
{
	static const struct {
		bool ts;
		u8 blocks;
		u8 size;
		u8 sent;
	} cases[] = {
		{ false, 0, 0, 0 }, { false, 1, 12, 1 }, { false, 3, 28, 3 },
		{ false, 4, 36, 4 }, { true, 0, 12, 0 }, { true, 1, 24, 1 },
		{ true, 3, 40, 3 }, { true, 4, 40, 3 },
	};
	struct exs_tcp_opt_test_buf b;
	struct exs_tcp_opt o;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_tcp_opt_out out = {
			.use_ts = cases[i].ts, .tsval = 0xdeadbeef,
			.num_sacks = cases[i].blocks, .fo_len = -1,
		};

		for (k = 0; k < cases[i].blocks; k++) {
			out.sack[k].start = 0xfffffff0 + 8 * k;
			out.sack[k].end = 0xfffffff4 + 8 * k;
		}
		KUNIT_EXPECT_EQ_MSG(test, exs_tcp_opt_size(&out), cases[i].size,
				    "case %u", i);
		memset(&b, 0xee, sizeof(b));
		exs_tcp_opt_write((__be32 *)b.opt, &out);
		if (cases[i].size < 40)
			KUNIT_EXPECT_EQ(test, b.opt[cases[i].size], 0xee);
		memset(&b.th, 0, sizeof(b.th));
		b.th.doff = 5 + cases[i].size / 4;
		exs_tcp_opt_parse(&b.th, &o);
		KUNIT_EXPECT_EQ(test, !!o.saw_tstamp, cases[i].ts);
		KUNIT_EXPECT_EQ(test, o.num_sacks, cases[i].sent);
		KUNIT_EXPECT_MEMEQ(test, o.sack, out.sack,
				   cases[i].sent * sizeof(o.sack[0]));
	}
}

static void exs_tcp_opt_test_fastopen_room(struct kunit *test)
{
	static const u8 cookie[16] = { 9, 8, 7 };
	struct exs_tcp_opt_out out = {
		.mss = 1460, .use_wscale = true, .sack_perm = true,
		.use_ts = true, .fo_len = 16, .fo_cookie = cookie,
	};
	__be32 buf[10];
	u8 fo[4] = { 254, 4, 0xf9, 0x89 };

	KUNIT_EXPECT_EQ(test, exs_tcp_opt_size(&out), 40);
	out.fo_exp = true;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_size(&out), 40);
	/* One block more than there is room for: the cookie stays away. */
	out.num_sacks = 1;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_size(&out), 32);
	out.num_sacks = 0;
	out.fo_len = 0;
	KUNIT_ASSERT_EQ(test, exs_tcp_opt_size(&out), 24);
	exs_tcp_opt_write(buf, &out);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)(buf + 5), fo, 4);
}

/* First of all; SACK blocks get what is left: 2 of them, none with timestamps. */
static void exs_tcp_opt_test_md5_room(struct kunit *test)
{
	static const u8 md5[20] = { 1, 1, 19, 18 };
	static const struct {
		bool ts;
		u8 blocks, size;
	} cases[] = {
		{ false, 0, 20 }, { false, 1, 32 }, { false, 2, 40 },
		{ false, 4, 40 }, { true, 0, 32 }, { true, 1, 32 },
		{ true, 4, 32 },
	};
	struct exs_tcp_opt_out syn = {
		.md5 = true, .mss = 1460, .use_wscale = true, .wscale = 7,
		.sack_perm = true, .fo_len = -1,
	};
	unsigned int i;
	__be32 buf[10];

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct exs_tcp_opt_out out = {
			.md5 = true, .use_ts = cases[i].ts,
			.num_sacks = cases[i].blocks, .fo_len = -1,
		};

		KUNIT_ASSERT_EQ_MSG(test, exs_tcp_opt_size(&out),
				    cases[i].size, "case %u", i);
		memset(buf, 0xee, sizeof(buf));
		exs_tcp_opt_write(buf, &out);
		KUNIT_EXPECT_MEMEQ(test, (u8 *)buf, md5, sizeof(md5));
		if (cases[i].size < 40)
			KUNIT_EXPECT_EQ(test, ((u8 *)buf)[cases[i].size], 0xee);
	}
	KUNIT_ASSERT_EQ(test, exs_tcp_opt_size(&syn), 32);
	exs_tcp_opt_write(buf, &syn);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)buf, md5, sizeof(md5));
	KUNIT_EXPECT_EQ(test, ((u8 *)buf)[20], 2);
	/* A cookie of 8 bytes is too much for the rest. */
	syn.fo_len = 8;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_size(&syn), 32);
	syn.fo_len = 4;
	KUNIT_EXPECT_EQ(test, exs_tcp_opt_size(&syn), 40);
}

/* Whatever the bytes are, nothing outside the header is read. */
static void exs_tcp_opt_test_stays_inside(struct kunit *test)
{
	struct exs_tcp_opt o;
	struct tcphdr *th;
	unsigned int len, kind, l;

	for (len = 4; len <= 12; len += 4) {
		th = kunit_kzalloc(test, sizeof(*th) + len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, th);
		th->doff = 5 + len / 4;
		th->syn = 1;
		for (kind = 0; kind < 256; kind++) {
			for (l = 0; l <= len + 1; l++) {
				memset(th + 1, l, len);
				((u8 *)(th + 1))[len - 4] = kind;
				exs_tcp_opt_parse(th, &o);
				memset(th + 1, 1, len);
				((u8 *)(th + 1))[len - 1] = kind;
				exs_tcp_opt_parse(th, &o);
				KUNIT_EXPECT_LE(test, o.num_sacks, 4);
			}
		}
		kunit_kfree(test, th);
	}
}

static struct kunit_case exs_tcp_opt_test_cases[] = {
	KUNIT_CASE(exs_tcp_opt_test_none),
	KUNIT_CASE(exs_tcp_opt_test_syn_of_linux),
	KUNIT_CASE(exs_tcp_opt_test_syn_options_need_syn),
	KUNIT_CASE(exs_tcp_opt_test_illegal_lengths),
	KUNIT_CASE(exs_tcp_opt_test_sack_lengths),
	KUNIT_CASE(exs_tcp_opt_test_fastopen),
	KUNIT_CASE(exs_tcp_opt_test_md5),
	KUNIT_CASE(exs_tcp_opt_test_find_md5),
	KUNIT_CASE(exs_tcp_opt_test_fast_ts),
	KUNIT_CASE(exs_tcp_opt_test_write_syn_as_linux),
	KUNIT_CASE(exs_tcp_opt_test_write_without_ts),
	KUNIT_CASE(exs_tcp_opt_test_sack_room),
	KUNIT_CASE(exs_tcp_opt_test_fastopen_room),
	KUNIT_CASE(exs_tcp_opt_test_md5_room),
	KUNIT_CASE(exs_tcp_opt_test_stays_inside),
	{}
};

static struct kunit_suite exs_tcp_opt_test_suite = {
	.name = "expstack_wire_tcp_opt",
	.test_cases = exs_tcp_opt_test_cases,
};
kunit_test_suite(exs_tcp_opt_test_suite);
