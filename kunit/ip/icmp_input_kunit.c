// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ip: suite of module/ip/icmp_input.c: what a message means, whom it
 * reaches, and what is refused.
 */
#include <linux/icmp.h>

#include "ip/icmp.h"
#include "../kunit/ip/path_test.h"

struct exs_icmp_errno_case {
	u8 type, code;
	int err;
	bool fatal;
};

static const struct exs_icmp_errno_case exs_icmp_errnos[] = {
	{ ICMP_DEST_UNREACH, ICMP_NET_UNREACH, ENETUNREACH, false },
	{ ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, EHOSTUNREACH, false },
	{ ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, ENOPROTOOPT, true },
	{ ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, ECONNREFUSED, true },
	{ ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, EMSGSIZE, false },
	{ ICMP_DEST_UNREACH, ICMP_SR_FAILED, EOPNOTSUPP, false },
	{ ICMP_DEST_UNREACH, NR_ICMP_UNREACH, EHOSTUNREACH, true },
	{ ICMP_DEST_UNREACH, NR_ICMP_UNREACH + 1, EHOSTUNREACH, false },
	{ ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, EHOSTUNREACH, false },
	{ ICMP_PARAMETERPROB, 0, EPROTO, true },
	{ ICMP_SOURCE_QUENCH, 0, 0, false },
	{ ICMP_REDIRECT, 0, 0, false },
	{ ICMP_ECHO, 0, 0, false },
};

static void errno__by_type_and_code(struct kunit *test)
{
	unsigned int i;
	bool fatal;

	for (i = 0; i < ARRAY_SIZE(exs_icmp_errnos); i++) {
		const struct exs_icmp_errno_case *c = &exs_icmp_errnos[i];

		KUNIT_EXPECT_EQ_MSG(test, c->err,
				    exs_icmp_errno(c->type, c->code, &fatal),
				    "type %u code %u", c->type, c->code);
		KUNIT_EXPECT_EQ(test, fatal, c->fatal);
	}
}

static void mtu_guess__next_plateau_below(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(65535), 32000);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1500), 1492);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1493), 1492);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(1492), 576);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(69), 68);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(68), 68);
	KUNIT_EXPECT_EQ(test, exs_icmp_mtu_guess(0), 68);
}

#define EXS_ICMP_PROTO	253

static struct exs_icmp_err exs_icmp_got;
static unsigned int exs_icmp_calls;
static u8 exs_icmp_quoted[8];

static void exs_icmp_test_rcv(struct sk_buff *skb)
{
	exs_consume(skb);
}

static void exs_icmp_test_err(struct sk_buff *skb, const struct exs_icmp_err *e)
{
	exs_icmp_calls++;
	exs_icmp_got = *e;
	memcpy(exs_icmp_quoted, e->transport, sizeof(exs_icmp_quoted));
}

static const struct exs_proto exs_icmp_test_proto = {
	.protocol = EXS_ICMP_PROTO, .rcv = exs_icmp_test_rcv,
	.err = exs_icmp_test_err,
};

static int exs_icmp_setup(struct kunit *test)
{
	int err = exs_path_init(test);

	exs_icmp_calls = 0;
	return err ?: exs_proto_register(&exs_icmp_test_proto);
}

static void exs_icmp_teardown(struct kunit *test)
{
	exs_proto_unregister(&exs_icmp_test_proto);
	exs_path_exit(test);
}

struct exs_icmp_msg {
	struct icmphdr icmp;
	struct iphdr inner;
	u8 data[8];
};

/* An error about a packet from here to a host behind the peer. */
static struct exs_icmp_msg exs_icmp_error(u8 type, u8 code, u16 mtu)
{
	struct exs_icmp_msg m = { .icmp = { .type = type, .code = code } };
	unsigned int i;

	m.icmp.un.frag.mtu = htons(mtu);
	exs_ip_hdr_build(&m.inner, htonl(EXS_PATH_SELF), htonl(EXS_PATH_FAR),
			 EXS_ICMP_PROTO, 0, 60, 1500, 0, true);
	for (i = 0; i < sizeof(m.data); i++)
		m.data[i] = 0xa0 + i;
	return m;
}

static void exs_icmp_in(struct kunit *test, struct exs_icmp_msg *m,
			unsigned int len)
{
	const struct exs_path_packet p = {};

	exs_path_rcv_icmp(test, &p, m, len);
}

struct exs_icmp_told {
	const char *name;
	u8 type, code;
	u16 mtu;
	int err;
	u32 info;
	enum exs_mib_item item;
};

static const struct exs_icmp_told exs_icmp_tolds[] = {
	{ "port unreachable", ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0,
	  ECONNREFUSED, 0, EXS_MIB_ICMP_InDestUnreachs },
	{ "frag needed", ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1300, EMSGSIZE,
	  1300, EXS_MIB_ICMP_InDestUnreachs },
	/* RFC 1191 5: an old router says no MTU: the next plateau. */
	{ "frag needed of old", ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 0,
	  EMSGSIZE, 1492, EXS_MIB_ICMP_InDestUnreachs },
	{ "time exceeded", ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0, EHOSTUNREACH, 0,
	  EXS_MIB_ICMP_InTimeExcds },
	{ "parameter problem", ICMP_PARAMETERPROB, 0, 0, EPROTO, 9,
	  EXS_MIB_ICMP_InParmProbs },
};

static void exs_icmp_told_desc(const struct exs_icmp_told *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_icmp_told, exs_icmp_tolds, exs_icmp_told_desc);

static void error__reaches_its_transport(struct kunit *test)
{
	const struct exs_icmp_told *c = test->param_value;
	struct exs_icmp_msg m = exs_icmp_error(c->type, c->code, c->mtu);
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, c->item);

	if (c->type == ICMP_PARAMETERPROB)
		m.icmp.un.gateway = htonl(9 << 24);
	exs_icmp_in(test, &m, sizeof(m));
	KUNIT_ASSERT_EQ(test, exs_icmp_calls, 1);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.err, c->err);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.info, c->info);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.type, c->type);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.code, c->code);
	KUNIT_EXPECT_EQ(test, ntohl(exs_icmp_got.from), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.iif, t->ldev->ifindex);
	KUNIT_EXPECT_GE(test, exs_icmp_got.transport_len, 8);
	KUNIT_EXPECT_MEMEQ(test, exs_icmp_quoted, m.data, 8);
	KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read(t->en, c->item));
}

/* What no transport of ours can have caused. */
static void error__quote_must_be_ours(struct kunit *test)
{
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read(t->en, EXS_MIB_ICMP_InErrors);
	struct exs_icmp_msg m = exs_icmp_error(ICMP_DEST_UNREACH, 1, 0), bad;
	unsigned int n = 0;

	bad = m;
	bad.inner.saddr = htonl(EXS_PATH_PEER);
	exs_icmp_in(test, &bad, sizeof(bad));
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	bad = m;
	bad.inner.frag_off = htons(1);
	exs_icmp_in(test, &bad, sizeof(bad));
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	bad = m;
	bad.inner.version = 6;
	exs_icmp_in(test, &bad, sizeof(bad));
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	bad = m;
	bad.inner.ihl = 4;
	exs_icmp_in(test, &bad, sizeof(bad));
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	/* RFC 792 promises eight bytes of the transport's header. */
	exs_icmp_in(test, &m, sizeof(m) - 1);
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	exs_icmp_in(test, &m, sizeof(m.icmp) + 19);
	KUNIT_EXPECT_EQ(test, before + ++n, exs_mib_read(t->en, EXS_MIB_ICMP_InErrors));
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 0);
}

/* ip_no_pmtu_disc 2: frag-needed is not believed, other errors are. */
static void error__frag_needed_can_be_ignored(struct kunit *test)
{
	struct exs_icmp_msg m = exs_icmp_error(ICMP_DEST_UNREACH,
					       ICMP_FRAG_NEEDED, 576);
	struct exs_link_test *t = test->priv;

	exs_path_set(test, &t->en->sysctl.ip_no_pmtu_disc, 2);
	exs_icmp_in(test, &m, sizeof(m));
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 0);
	m = exs_icmp_error(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	exs_icmp_in(test, &m, sizeof(m));
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 1);
}

/* An error about an echo of ours: its path MTU is remembered. */
static void error__icmp_learns_the_path_mtu(struct kunit *test)
{
	struct exs_icmp_msg m = exs_icmp_error(ICMP_DEST_UNREACH,
					       ICMP_FRAG_NEEDED, 1200);
	struct exs_link_test *t = test->priv;
	u32 mtu;

	m.inner.protocol = IPPROTO_ICMP;
	exs_path_set(test, &t->en->sysctl.mtu_expires, HZ);
	exs_icmp_in(test, &m, sizeof(m));
	rcu_read_lock();
	mtu = exs_pmtu_get(t->en, htonl(EXS_PATH_FAR), NULL);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, mtu, 1200);
	/* The table has no delete: as good as new after a moment. */
	WRITE_ONCE(t->en->sysctl.mtu_expires, 0);
	exs_icmp_in(test, &m, sizeof(m));
}

struct exs_icmp_odd {
	const char *name;
	u8 type;
	unsigned int len;
	bool bad_sum;
	enum exs_drop_reason reason;
};

static const struct exs_icmp_odd exs_icmp_odds[] = {
	{ "seven bytes", ICMP_ECHO, 7, false, EXS_DROP_ICMP_HEADER },
	{ "checksum", ICMP_ECHO, 16, true, EXS_DROP_ICMP_CSUM },
	{ "echo reply", ICMP_ECHOREPLY, 16, false, EXS_DROP_ICMP_DONE },
	{ "timestamp reply", ICMP_TIMESTAMPREPLY, 20, false, EXS_DROP_ICMP_DONE },
	{ "redirect", ICMP_REDIRECT, 36, false, EXS_DROP_ICMP_IGNORED },
	{ "source quench", ICMP_SOURCE_QUENCH, 36, false, EXS_DROP_ICMP_IGNORED },
	{ "address mask", ICMP_ADDRESS, 12, false, EXS_DROP_ICMP_IGNORED },
	{ "type 99", 99, 16, false, EXS_DROP_ICMP_IGNORED },
};

static void exs_icmp_odd_desc(const struct exs_icmp_odd *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_icmp_odd, exs_icmp_odds, exs_icmp_odd_desc);

/* RFC 1122 3.2.2: dropped, and nothing is said. */
static void rcv__drops(struct kunit *test)
{
	const struct exs_icmp_odd *c = test->param_value;
	struct exs_link_test *t = test->priv;
	unsigned long before = exs_mib_read_drop(t->en, c->reason);
	const struct exs_path_packet p = { .proto = IPPROTO_ICMP };
	u8 buf[40] = { c->type };
	struct icmphdr *icmp = (struct icmphdr *)buf;

	icmp->checksum = csum_fold(csum_partial(buf, c->len, 0));
	if (c->bad_sum)
		icmp->checksum ^= (__force __sum16)htons(1);
	exs_path_rcv(test, &p, buf, c->len);
	KUNIT_EXPECT_EQ(test, before + 1, exs_mib_read_drop(t->en, c->reason));
	KUNIT_EXPECT_NULL(test, exs_path_sent(test));
}

/* A next hop that never answered: the transport here is told at once. */
static void link_failure__tells_the_sender_here(struct kunit *test)
{
	struct exs_path_packet p = {
		.saddr = EXS_PATH_SELF, .daddr = EXS_PATH_PEER,
		.proto = EXS_ICMP_PROTO,
	};
	u8 payload[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct sk_buff *skb = exs_path_make(test, &p, payload, sizeof(payload));

	rcu_read_lock();
	exs_ip_link_failure(skb);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 1);
	KUNIT_EXPECT_EQ(test, exs_icmp_got.err, EHOSTUNREACH);
	KUNIT_EXPECT_EQ(test, ntohl(exs_icmp_got.from), EXS_PATH_SELF);
	KUNIT_EXPECT_MEMEQ(test, exs_icmp_quoted, payload, 8);
	kfree_skb(skb);
	/* A later fragment has no transport header to go by. */
	p.frag_off = 1;
	skb = exs_path_make(test, &p, payload, sizeof(payload));
	rcu_read_lock();
	exs_ip_link_failure(skb);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 1);
	kfree_skb(skb);
}

/* Another's packet: a router's host unreachable goes back. */
static void link_failure__tells_another_host(struct kunit *test)
{
	struct exs_path_packet p = {
		.daddr = EXS_PATH_FAR, .proto = EXS_ICMP_PROTO,
	};
	u8 payload[8] = {};
	struct sk_buff *skb = exs_path_make(test, &p, payload, sizeof(payload));
	struct exs_link_test *t = test->priv;
	struct sk_buff *sent;

	exs_path_set(test, &t->en->sysctl.icmp_ratelimit, 0);
	local_bh_disable();
	rcu_read_lock();
	exs_ip_link_failure(skb);
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
	sent = exs_path_sent(test);
	KUNIT_ASSERT_NOT_NULL(test, sent);
	KUNIT_EXPECT_EQ(test, icmp_hdr(sent)->type, ICMP_DEST_UNREACH);
	KUNIT_EXPECT_EQ(test, icmp_hdr(sent)->code, ICMP_HOST_UNREACH);
	KUNIT_EXPECT_EQ(test, exs_icmp_calls, 0);
}

static struct kunit_case exs_icmp_cases[] = {
	KUNIT_CASE(errno__by_type_and_code),
	KUNIT_CASE(mtu_guess__next_plateau_below),
	KUNIT_CASE_PARAM(error__reaches_its_transport, exs_icmp_told_gen_params),
	KUNIT_CASE(error__quote_must_be_ours),
	KUNIT_CASE(error__frag_needed_can_be_ignored),
	KUNIT_CASE(error__icmp_learns_the_path_mtu),
	KUNIT_CASE_PARAM(rcv__drops, exs_icmp_odd_gen_params),
	KUNIT_CASE(link_failure__tells_the_sender_here),
	KUNIT_CASE(link_failure__tells_another_host),
	{}
};

static struct kunit_suite exs_icmp_suite = {
	.name = "expstack_ip_icmp_input",
	.init = exs_icmp_setup,
	.exit = exs_icmp_teardown,
	.test_cases = exs_icmp_cases,
};

kunit_test_suite(exs_icmp_suite);
