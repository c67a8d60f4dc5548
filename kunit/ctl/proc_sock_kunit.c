// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: suite of module/ctl/proc_sock.c.
 */
#include <linux/jiffies.h>
#include <linux/string.h>

#include "ctl_kunit.h"
#include "ctl/proc.h"

static const struct exs_tcp_row exs_ctl_test_row = {
	.laddr = htonl(0x0a000001), .raddr = htonl(0x0a000002),
	.lport = htons(8080), .rport = htons(40000),
	.state = TCP_ESTABLISHED, .timer = 1, .timer_ms = 200,
	.retransmits = 2, .probes = 1, .rqueue = 16, .wqueue = 255,
	.uid = 1000, .ino = 4711, .refcnt = 2,
};

static void tcp_line__of_a_connection(struct kunit *test)
{
	static const struct tcp_info info = {
		.tcpi_rto = 200000, .tcpi_ato = 40000, .tcpi_snd_cwnd = 10,
		.tcpi_snd_ssthresh = 0x7fffffff,
	};
	struct exs_tcp_row row = exs_ctl_test_row;
	struct seq_file seq;

	row.ack_mode = 30;
	exs_ctl_test_seq(test, &seq, 512);
	exs_ctl_proc_tcp_line(&seq, 3, &row, &info);
	KUNIT_EXPECT_EQ(test, 0,
			strncmp(seq.buf,
				"   3: 0100000A:1F90 0200000A:9C40 01 "
				"000000FF:00000010 01:00000014 00000002  "
				"1000        1 4711 2 ", 98));
	KUNIT_EXPECT_NOT_NULL(test, strstr(seq.buf, " 20 4 30 10 -1 "));
	KUNIT_EXPECT_EQ(test, (size_t)150, seq.count);
	KUNIT_EXPECT_EQ(test, '\n', seq.buf[149]);
}

static void tcp_line__of_a_listener_has_no_backlog(struct kunit *test)
{
	static const struct tcp_info info = {};
	struct exs_tcp_row row = exs_ctl_test_row;
	struct seq_file seq;

	row.state = TCP_LISTEN;
	exs_ctl_test_seq(test, &seq, 512);
	exs_ctl_proc_tcp_line(&seq, 3, &row, &info);
	KUNIT_EXPECT_NOT_NULL(test, strstr(seq.buf, " 0A 00000000:00000010 "));
	/* A first second for what it answers. */
	KUNIT_EXPECT_NOT_NULL(test, strstr(seq.buf, " 100 0 0 0 0 "));
}

static void tcp_line__without_figures_ends_with_the_pointer(struct kunit *test)
{
	struct seq_file seq;

	exs_ctl_test_seq(test, &seq, 512);
	exs_ctl_proc_tcp_line(&seq, 0, &exs_ctl_test_row, NULL);
	KUNIT_EXPECT_NULL(test, strstr(seq.buf, " 10 -1 "));
	KUNIT_EXPECT_EQ(test, (size_t)150, seq.count);
}

static void udp_line__of_a_socket(struct kunit *test)
{
	struct exs_tcp_row row = exs_ctl_test_row;
	struct seq_file seq;

	row.state = TCP_CLOSE;
	row.raddr = 0;
	row.rport = 0;
	exs_ctl_test_seq(test, &seq, 512);
	exs_ctl_proc_dgram_line(&seq, 12, IPPROTO_UDP, &row, 5);
	KUNIT_EXPECT_EQ(test, 0,
			strncmp(seq.buf,
				"   12: 0100000A:1F90 00000000:0000 07 ", 38));
	KUNIT_EXPECT_EQ(test, (size_t)128, seq.count);
}

static struct kunit_case exs_ctl_proc_sock_cases[] = {
	KUNIT_CASE(tcp_line__of_a_connection),
	KUNIT_CASE(tcp_line__of_a_listener_has_no_backlog),
	KUNIT_CASE(tcp_line__without_figures_ends_with_the_pointer),
	KUNIT_CASE(udp_line__of_a_socket),
	{}
};

static struct kunit_suite exs_ctl_proc_sock_suite = {
	.name = "expstack_ctl_proc_sock",
	.test_cases = exs_ctl_proc_sock_cases,
};

kunit_test_suite(exs_ctl_proc_sock_suite);
