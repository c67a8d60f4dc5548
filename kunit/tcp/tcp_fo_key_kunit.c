// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: suite of module/tcp/tcp_fo_key.c: keys and cookies.
 */
#include <linux/unaligned.h>

#include "tcp_fo_test.h"

/* What Linux makes of the same key and addresses. */
static void cookie__is_linux_s(struct kunit *test)
{
	static const struct {
		u32 saddr, daddr;
		u8 val[EXS_TCP_FO_COOKIE_LEN];
	} t[] = {
		{ 0xc0000201, 0xc0a80001,
		  { 0x30, 0x21, 0xb9, 0xd8, 0x89, 0x01, 0x7e, 0xeb } },
		{ EXS_WIRE_PEER, EXS_WIRE_ADDR, EXS_FO_COOKIE },
	};
	const u8 raw[EXS_TCP_FO_KEY_LEN] = EXS_FO_KEY;
	siphash_key_t key = { { get_unaligned_le64(raw),
				get_unaligned_le64(raw + 8) } };
	struct exs_tcp_fo_cookie c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		exs_tcp_fo_cookie_make(htonl(t[i].saddr), htonl(t[i].daddr),
				       &key, &c);
		KUNIT_EXPECT_EQ_MSG(test, c.len, EXS_TCP_FO_COOKIE_LEN,
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(c.val, t[i].val, c.len), 0,
				    "row %u", i);
	}
}

static void text__there_and_back(struct kunit *test)
{
	static const char one[] = "00000001-0000000a-deadbeef-ffffffff";
	static const char two[] =
		"00000001-0000000a-deadbeef-ffffffff,11111111-22222222-33333333-44444444";
	struct exs_net *en = exs_wire_net(test);
	char was[EXS_TCP_FO_KEY_TEXT], now[EXS_TCP_FO_KEY_TEXT];

	exs_tcp_fo_keys_once(en);
	exs_tcp_fo_key_show(en, was, sizeof(was));
	/* It stays as it is once there is one. */
	exs_tcp_fo_keys_once(en);
	exs_tcp_fo_key_show(en, now, sizeof(now));
	KUNIT_EXPECT_STREQ(test, was, now);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, one), 0);
	exs_tcp_fo_key_show(en, now, sizeof(now));
	KUNIT_EXPECT_STREQ(test, now, one);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, two), 0);
	exs_tcp_fo_key_show(en, now, sizeof(now));
	KUNIT_EXPECT_STREQ(test, now, two);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, ""), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, "1-2-3"), -EINVAL);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, "1-2-3-4,5"), -EINVAL);
	exs_tcp_fo_key_show(en, now, sizeof(now));
	KUNIT_EXPECT_STREQ(test, now, two);
	KUNIT_EXPECT_EQ(test, exs_tcp_fo_key_store(en, was), 0);
}

/* The socket's own key goes before the namespace's; both of two are valid. */
static void rotation__the_old_key_is_good_too(struct kunit *test)
{
	const u8 key[2][EXS_TCP_FO_KEY_LEN] = { { 1 }, EXS_FO_KEY };
	struct exs_wire *lw = exs_fo_listen(test, 5);
	unsigned long alt = exs_wire_mib(test,
					 EXS_MIB_TCPEXT_TCPFastOpenPassiveAltKey);
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)lw->tp->ext;
	struct exs_wire *w;

	KUNIT_ASSERT_EQ(test, exs_tcp_fo_keys_set(&ext->fo_keys, key[0],
						  key[1]), 0);
	w = exs_fo_syn(lw, 1000, 10, &exs_fo_valid);
	EXS_WIRE_OUT(w, W_SYN | W_ACK, 0, 11, 0);
	/* With the new one's cookie. */
	KUNIT_EXPECT_EQ(test, w->last.o.fo_len, EXS_TCP_FO_COOKIE_LEN);
	KUNIT_EXPECT_NE(test, memcmp(w->last.o.fo_cookie, exs_fo_valid.val,
				     EXS_TCP_FO_COOKIE_LEN), 0);
	KUNIT_EXPECT_EQ(test, alt + 1,
			exs_wire_mib(test,
				     EXS_MIB_TCPEXT_TCPFastOpenPassiveAltKey));
}

static struct kunit_case exs_tcp_fo_key_cases[] = {
	KUNIT_CASE(cookie__is_linux_s),
	KUNIT_CASE(text__there_and_back),
	KUNIT_CASE(rotation__the_old_key_is_good_too),
	{}
};

static struct kunit_suite exs_tcp_fo_key_suite = {
	.name = "expstack_tcp_fo_key",
	.init = exs_wire_init,
	.exit = exs_wire_exit,
	.test_cases = exs_tcp_fo_key_cases,
};

kunit_test_suite(exs_tcp_fo_key_suite);
