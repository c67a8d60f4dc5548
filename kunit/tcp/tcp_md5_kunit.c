// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_md5.c: signed segments both ways.
 */
#include "../kunit/expect.h"
#include "tcp_wire.h"

/* RFC 2385 2.0 by another program: python's hashlib. */
struct exs_md5_vector {
	u32 saddr, daddr;
	u16 sport, dport;
	u32 seq, ack;
	u8 doff, flags;
	u16 win, urg;
	unsigned int text;
	u8 step;		/* the text is 0, step, 2 * step ... */
	u8 first;
	u8 len;			/* of the key */
	u8 key[TCP_MD5SIG_MAXKEYLEN];
	u8 digest[EXS_TCP_MD5_LEN];
};

static const struct exs_md5_vector exs_md5_vectors[] = {
	{ .saddr = 0x0a630002, .daddr = 0x0a630001, .sport = 40000,
	  .dport = 179, .seq = 0xffffffe0, .doff = 15, .flags = W_SYN,
	  .win = 65535, .len = 1, .key = "k",
	  .digest = { 0xb1, 0x6f, 0x87, 0x80, 0x3d, 0x9a, 0xba, 0xbe,
		      0xef, 0x98, 0x9c, 0xb4, 0x90, 0x9c, 0xdf, 0x9f } },
	{ .saddr = 0x0a630001, .daddr = 0x0a630002, .sport = 179,
	  .dport = 40000, .seq = 0xfffffff0, .ack = 0xffffffe1, .doff = 10,
	  .flags = W_PSH | W_ACK, .win = 502, .text = 3000, .step = 7,
	  .len = 6, .key = "secret",
	  .digest = { 0x68, 0xf3, 0xf6, 0xc2, 0x58, 0xaf, 0x3b, 0x2b,
		      0xbf, 0xd4, 0xf2, 0x6d, 0x28, 0x0e, 0x68, 0x57 } },
	{ .saddr = 0xc0000201, .daddr = 0xc6336407, .sport = 1,
	  .dport = 65535, .ack = 0xdeadbeef, .doff = 13,
	  .flags = W_URG | W_ACK, .urg = 9, .text = 1, .first = 0x55,
	  .len = 80,	/* of 0, 1, 2 ... */
	  .digest = { 0x44, 0x94, 0xb9, 0x09, 0xd0, 0xd0, 0xb7, 0xee,
		      0x9e, 0x84, 0x52, 0x8d, 0x21, 0x90, 0xd0, 0xe1 } },
};

/* The text in two pages, beginning in the linear part where it has some room. */
static struct sk_buff *exs_md5_segment(struct kunit *test,
				       const struct exs_md5_vector *v,
				       unsigned int linear)
{
	struct sk_buff *skb = alloc_skb(60 + linear, GFP_KERNEL);
	unsigned int i, paged = v->text - linear;
	struct tcphdr *th;
	u8 *text;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	text = kunit_kzalloc(test, v->text + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	for (i = 0; i < v->text; i++)
		text[i] = v->first + i * v->step;
	th = skb_put_zero(skb, v->doff * 4);
	skb_reset_transport_header(skb);
	th->source = htons(v->sport);
	th->dest = htons(v->dport);
	th->seq = htonl(v->seq);
	th->ack_seq = htonl(v->ack);
	*((__be16 *)th + 6) = htons(v->doff << 12 | v->flags);
	th->window = htons(v->win);
	th->urg_ptr = htons(v->urg);
	/* Neither of them counts. */
	th->check = (__force __sum16)htons(0xabcd);
	memset(th + 1, 0xee, v->doff * 4 - sizeof(*th));
	skb_put_data(skb, text, linear);
	for (i = 0; i < 2 && paged; i++) {
		unsigned int n = i ? paged : min(paged, 1001U);
		struct page *page = alloc_page(GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page) + 8, text + v->text - paged, n);
		skb_add_rx_frag(skb, i, page, 8, n, PAGE_SIZE);
		paged -= n;
	}
	return skb;
}

static void hash__is_rfc_2385_s(struct kunit *test)
{
	u8 digest[EXS_TCP_MD5_LEN];
	unsigned int i, k, at;

	KUNIT_ASSERT_EQ(test, exs_tcp_md5_alloc_tfm(), 0);
	for (i = 0; i < ARRAY_SIZE(exs_md5_vectors); i++) {
		const struct exs_md5_vector *v = &exs_md5_vectors[i];
		const unsigned int linear[] = { 0, min(v->text, 100U) };
		struct exs_tcp_md5_key key = { .len = v->len };

		for (k = 0; k < v->len; k++)
			key.key[k] = v->len == 80 ? k : v->key[k];
		for (at = 0; at < ARRAY_SIZE(linear); at++) {
			struct sk_buff *skb = exs_md5_segment(test, v,
							      linear[at]);

			KUNIT_EXPECT_EQ(test, 0,
					exs_tcp_md5_hash(&key, htonl(v->saddr),
							 htonl(v->daddr), skb,
							 digest));
			KUNIT_EXPECT_EQ_MSG(test, 0,
					    memcmp(digest, v->digest,
						   sizeof(digest)),
					    "row %u, %u linear", i, linear[at]);
			kfree_skb(skb);
		}
	}
}

static void sign__behind_two_nops(struct kunit *test)
{
	const struct exs_md5_vector *v = &exs_md5_vectors[1];
	struct exs_tcp_md5_key key = { .len = 6, .key = "secret" };
	struct sk_buff *skb = exs_md5_segment(test, v, 0);

	KUNIT_ASSERT_EQ(test, exs_tcp_md5_alloc_tfm(), 0);
	exs_tcp_md5_sign(&key, htonl(v->saddr), htonl(v->daddr), skb);
	KUNIT_EXPECT_MEMEQ(test, skb->data + 24, v->digest, 16);
	kfree_skb(skb);
}

/* A VRF's key before the longer prefix, the longer before the shorter. */
static void lookup__the_best(struct kunit *test)
{
	static const struct {
		u32 addr;
		int l3index;
		const char *key;
	} t[] = {
		{ 0x0a630002, 0, "host" }, { 0x0a630003, 0, "net" },
		{ 0x0a640003, 0, "any" }, { 0x0a630002, 7, "vrf" },
		{ 0x0a640003, 7, "vrf" }, { 0x0a630002, 8, "host" },
	};
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_tcp_md5_key *vrf;
	const struct exs_tcp_md5_key *key;
	unsigned int i;

	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, exs_tcp_md5_lookup(w->sk, 0, 0));
	rcu_read_unlock();
	exs_wire_set_key(w, "host", 32);
	exs_wire_set_key(w, "any", 0);
	exs_wire_set_key(w, "net", 24);
	/* There is no VRF here, so no call can make this one. */
	exs_wire_set_key(w, "vrf", 1);
	rcu_read_lock();
	vrf = (struct exs_tcp_md5_key *)
	      exs_tcp_md5_lookup(w->sk, htonl(0x01000000), 0);
	KUNIT_ASSERT_EQ(test, vrf->prefixlen, 1);
	vrf->flags = TCP_MD5SIG_FLAG_IFINDEX;
	vrf->l3index = 7;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		key = exs_tcp_md5_lookup(w->sk, htonl(t[i].addr), t[i].l3index);
		KUNIT_ASSERT_NOT_NULL(test, key);
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    memcmp(key->key, t[i].key, key->len),
				    "row %u", i);
	}
	rcu_read_unlock();
}

static unsigned int exs_md5_mss(struct exs_wire *w)
{
	unsigned int mss;

	lock_sock(w->sk);
	mss = exs_tcp_current_mss(w->sk);
	release_sock(w->sk);
	return mss;
}

/* The client's handshake, text both ways, the end: all is signed. */
static void active__all_is_signed(struct kunit *test)
{
	struct exs_wire_seg synack = {
		.flags = W_SYN | W_ACK, .ack = 1, .win = 65535,
		.opt.mss = EXS_WIRE_MSS, .opt.sack_perm = true,
	};
	struct exs_wire *w = exs_wire_socket(test);

	exs_wire_set_key(w, "secret", 32);
	exs_wire_connect(w);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	/* There would be no room for SACK blocks. */
	KUNIT_EXPECT_FALSE(test, w->last.o.saw_tstamp);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_sack_perm);
	exs_wire_rcv(w, &synack);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	w->sock->state = SS_CONNECTED;

	exs_wire_in(w, W_ACK | W_PSH, 1, 1, 10);
	exs_wire_call(w, exs_tcp_delack_deadline);
	exs_wire_drain(w);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	KUNIT_EXPECT_EQ(test, exs_wire_read(w, 1, 100, 0), 10);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 100, 0), 100);
	EXS_WIRE_OUT(w, W_ACK, 1, 11, 100);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	exs_wire_in(w, W_ACK, 11, 101, 0);
	/* A hole: beside the signature two blocks fit. */
	exs_wire_in(w, W_ACK, 21, 101, 10);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 41, 101, 10);
	exs_wire_drain(w);
	exs_wire_in(w, W_ACK, 61, 101, 10);
	EXS_WIRE_OUT(w, W_ACK, 101, 11, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	KUNIT_EXPECT_EQ(test, w->last.o.num_sacks, 2);
}

/* No packet of several segments; 20 bytes less in each; again when sent again. */
static void output__segment_by_segment(struct kunit *test)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_wire_seg synack = {
		.flags = W_SYN | W_ACK, .ack = 1, .win = 65535,
		.opt.mss = EXS_WIRE_MSS,
	};
	unsigned int i;

	exs_wire_set_key(w, "secret", 32);
	exs_wire_connect(w);
	exs_wire_rcv(w, &synack);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	w->sock->state = SS_CONNECTED;
	KUNIT_EXPECT_EQ(test, exs_md5_mss(w), 980U);
	KUNIT_EXPECT_EQ(test, w->tp->mss_cache, 1000);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 5 * 980, 0), 5 * 980);
	for (i = 0; i < 5; i++) {
		EXS_WIRE_OUT(w, W_ACK, 1 + i * 980, 1, 980);
		KUNIT_EXPECT_TRUE(test, w->last.signature);
	}
	EXS_WIRE_SILENT(w);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 980);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
}

/* A key that comes later: what was one packet is cut when it goes again. */
static void output__key_on_the_way(struct kunit *test)
{
	struct exs_wire *w = exs_wire_active(test, true);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 3000, 0), 3000);
	exs_wire_drain(w);
	KUNIT_EXPECT_FALSE(test, w->last.signature);
	exs_wire_set_key(w, "secret", 32);
	exs_wire_call(w, exs_tcp_rtx_deadline);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 980);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 3001, 5000, 0), 5000);
	exs_wire_in(w, W_ACK, 1, 3001, 0);
	for (i = 0; i < 2; i++) {
		EXS_WIRE_OUT(w, W_ACK, 3001 + i * 980, 1, 980);
		KUNIT_EXPECT_TRUE(test, w->last.signature);
	}
	/* And without one: as long as before. */
	exs_wire_drain(w);
	exs_wire_set_key(w, NULL, 32);
	KUNIT_EXPECT_EQ(test, exs_md5_mss(w), 1000U);
}

struct exs_md5_case {
	bool key;		/* we have one */
	const char *sign;	/* by the peer */
	int drop;		/* enum exs_drop_reason, 0: none */
	int mib;
};

static void exs_md5_check_row(struct exs_wire *w, const struct exs_md5_case *t,
			      unsigned int i)
{
	struct exs_wire_seg seg = {
		.flags = W_ACK, .seq = 1, .ack = 1, .len = 10, .win = 65535,
		.md5 = t->sign,
	};
	unsigned long drops = 0, mib = 0;
	u32 rcv_nxt = w->tp->rcv_nxt;

	if (t->drop) {
		drops = exs_wire_drops(w->test, t->drop);
		mib = exs_wire_mib(w->test, t->mib);
	}
	w->md5 = NULL;
	exs_wire_rcv(w, &seg);
	KUNIT_EXPECT_EQ_MSG(w->test, w->tp->rcv_nxt - rcv_nxt, t->drop ? 0 : 10,
			    "row %u", i);
	if (!t->drop)
		return;
	KUNIT_EXPECT_EQ_MSG(w->test, exs_wire_drops(w->test, t->drop),
			    drops + 1, "row %u", i);
	KUNIT_EXPECT_EQ_MSG(w->test, exs_wire_mib(w->test, t->mib), mib + 1,
			    "row %u", i);
	EXS_WIRE_SILENT(w);
}

static void check__established(struct kunit *test)
{
	static const struct exs_md5_case t[] = {
		{ false, NULL },
		{ false, "secret", EXS_DROP_TCP_MD5UNEXPECTED,
		  EXS_MIB_TCPEXT_TCPMD5Unexpected },
		{ true, NULL, EXS_DROP_TCP_MD5NOTFOUND,
		  EXS_MIB_TCPEXT_TCPMD5NotFound },
		{ true, "Secret", EXS_DROP_TCP_MD5FAILURE,
		  EXS_MIB_TCPEXT_TCPMD5Failure },
		{ true, "secret" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_active(test, true);

		if (t[i].key)
			exs_wire_set_key(w, "secret", 32);
		exs_md5_check_row(w, &t[i], i);
		exs_wire_release(w);
	}
}

/* A listener, its request and its child use the key of the listener. */
static void passive__all_is_signed(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
		.opt.sack_perm = true, .opt.use_ts = true, .opt.tsval = 5,
	};
	unsigned long none = exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMD5NotFound);
	const struct exs_tcp_md5_key *key;
	struct exs_wire *w;

	exs_wire_set_key(lw, "secret", 24);
	w = exs_wire_caller(lw, 1000);
	w->md5 = NULL;
	exs_wire_rcv(w, &syn);
	EXS_WIRE_SILENT(w);
	KUNIT_EXPECT_EQ(test, none + 1,
			exs_wire_mib(test, EXS_MIB_TCPEXT_TCPMD5NotFound));
	w->md5 = "secret";
	/* Beside the other options there is no room for all of these. */
	syn.opt.sack_perm = false;
	exs_wire_rcv(w, &syn);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	KUNIT_EXPECT_TRUE(test, w->last.o.saw_tstamp);
	/* Of a request, too, only what is signed counts. */
	w->md5 = NULL;
	exs_wire_in(w, W_RST, 1, 0, 0);
	w->md5 = "secret";
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, exs_wire_accept(lw, w));
	rcu_read_lock();
	key = exs_tcp_md5_lookup(w->sk, htonl(EXS_WIRE_PEER), 0);
	KUNIT_EXPECT_NOT_NULL(test, key);
	if (key)
		KUNIT_EXPECT_EQ(test, key->prefixlen, 32);
	KUNIT_EXPECT_NULL(test, exs_tcp_md5_lookup(w->sk, htonl(EXS_WIRE_PEER +
								1), 0));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, exs_wire_write(w, 1, 10, 0), 10);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 10);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
}

/* With SACK there are no timestamps, but for a cookie, which needs them. */
static void synack__sack_or_timestamps(struct kunit *test)
{
	static const struct {
		int cookies;
		bool sack, ts;
		bool sent_ts;
	} t[] = {
		{ 1, true, true, false }, { 1, false, true, true },
		{ 1, true, false, false }, { 2, true, true, true },
	};
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	unsigned int i;

	exs_wire_set_key(lw, "secret", 32);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct exs_wire *w = exs_wire_caller(lw, 1000 + i);
		struct exs_wire_seg syn = {
			.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
			.opt.sack_perm = t[i].sack, .opt.use_ts = t[i].ts,
			.opt.tsval = 5,
		};

		exs_wire_net(test)->sysctl.tcp_syncookies = t[i].cookies;
		exs_wire_rcv(w, &syn);
		EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 1, 0);
		KUNIT_EXPECT_TRUE(test, w->last.signature);
		KUNIT_EXPECT_EQ_MSG(test, !!w->last.o.saw_tstamp, t[i].sent_ts,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!w->last.o.saw_sack_perm, t[i].sack,
				    "row %u", i);
	}
}

static void time_wait__acks_are_signed(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	struct exs_wire *w;

	exs_wire_set_key(lw, "secret", 32);
	w = exs_wire_passive(lw, 1000);
	exs_wire_state(w, TCP_FIN_WAIT2);
	exs_wire_close(w);
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	/* The key is the TIME-WAIT's own by now. */
	exs_wire_set_key(lw, NULL, 32);
	w->md5 = "secret";
	exs_wire_in(w, W_FIN | W_ACK, 1, 2, 0);
	EXS_WIRE_OUT(w, W_ACK, 2, 2, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
}

/* Whom a reset is for must be able to believe it; else there is none. */
static void reset__signed_or_none(struct kunit *test)
{
	struct exs_wire *lw = exs_wire_listen(test, 0, 5);
	struct exs_wire_seg ack = {
		.flags = W_ACK, .seq = 1, .ack = 7, .win = 65535,
	};
	struct exs_wire *w;

	/* For a listener, by its key. */
	exs_wire_set_key(lw, "secret", 32);
	w = exs_wire_caller(lw, 1000);
	exs_wire_rcv(w, &ack);
	EXS_WIRE_OUT(w, W_RST, 7, 0, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	/* For nobody: who listens on the peer's port may know the key. */
	ack.dport = 9;
	ack.sport = EXS_WIRE_PORT;
	exs_wire_rcv(w, &ack);
	EXS_WIRE_OUT(w, W_RST, 7, 0, 0);
	KUNIT_EXPECT_TRUE(test, w->last.signature);
	ack.md5 = "wrong";
	exs_wire_rcv(w, &ack);
	EXS_WIRE_SILENT(w);
	ack.md5 = NULL;
	ack.sport = 1000;
	exs_wire_rcv(w, &ack);
	EXS_WIRE_SILENT(w);
	/* Unsigned, and nobody knows better. */
	w->md5 = NULL;
	exs_wire_rcv(w, &ack);
	EXS_WIRE_OUT(w, W_RST, 7, 0, 0);
	KUNIT_EXPECT_FALSE(test, w->last.signature);
}

static struct kunit_case exs_tcp_md5_cases[] = {
	KUNIT_CASE(hash__is_rfc_2385_s),
	KUNIT_CASE(sign__behind_two_nops),
	KUNIT_CASE(lookup__the_best),
	KUNIT_CASE(active__all_is_signed),
	KUNIT_CASE(output__segment_by_segment),
	KUNIT_CASE(output__key_on_the_way),
	KUNIT_CASE(check__established),
	KUNIT_CASE(passive__all_is_signed),
	KUNIT_CASE(synack__sack_or_timestamps),
	KUNIT_CASE(time_wait__acks_are_signed),
	KUNIT_CASE(reset__signed_or_none),
	{}
};

static struct kunit_suite exs_tcp_md5_suite = {
	.name = "expstack_tcp_md5",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_md5_cases,
};

kunit_test_suite(exs_tcp_md5_suite);
