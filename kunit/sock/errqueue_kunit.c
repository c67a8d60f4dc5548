// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/errqueue.c: what recvmsg(MSG_ERRQUEUE)
 * tells about an error.
 */
#include <linux/icmp.h>
#include <linux/udp.h>

#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"

static void exs_errq_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

/* As ip(7) lays it out. */
struct exs_errq_got {
	int len;
	int flags;
	u8 payload[64];
	struct sockaddr_in name;
	struct sock_extended_err ee;
	struct sockaddr_in offender;
};

static struct exs_errq_got exs_errq_read(struct socket *sock, size_t room)
{
	u8 ctl[128] __aligned(8) = {};
	struct exs_errq_got got = {};
	struct kvec vec = { .iov_base = got.payload, .iov_len = room };
	struct msghdr msg = {
		.msg_name = &got.name, .msg_control = ctl,
		.msg_controllen = sizeof(ctl),
	};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;

	got.len = kernel_recvmsg(sock, &msg, &vec, 1, room,
				 MSG_ERRQUEUE | MSG_DONTWAIT);
	got.flags = msg.msg_flags;
	if (got.len >= 0 && cmsg->cmsg_level == SOL_IP &&
	    cmsg->cmsg_type == IP_RECVERR) {
		memcpy(&got.ee, CMSG_DATA(cmsg), sizeof(got.ee));
		memcpy(&got.offender, CMSG_DATA(cmsg) + sizeof(got.ee),
		       sizeof(got.offender));
	}
	return got;
}

/* A UDP socket at port 5000 that asked, and a router's word about its datagram. */
static struct socket *exs_errq_open(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, EXS_PATH_SELF, 5000));
	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 1));
	return sock;
}

static void exs_errq_icmp(struct kunit *test, unsigned int payload)
{
	struct {
		struct icmphdr icmp;
		struct iphdr inner;
		struct udphdr uh;
		u8 data[64];
	} m = { .icmp = { .type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH } };
	const struct exs_path_packet p = { .saddr = EXS_PATH_PEER + 7 };
	unsigned int i;

	exs_ip_hdr_build(&m.inner, htonl(EXS_PATH_SELF), htonl(EXS_PATH_FAR),
			 IPPROTO_UDP, 0, 60, 28 + payload, 0, true);
	m.uh.source = htons(5000);
	m.uh.dest = htons(53);
	m.uh.len = htons(8 + payload);
	for (i = 0; i < sizeof(m.data); i++)
		m.data[i] = 0x40 + i;
	exs_path_rcv_icmp(test, &p, &m, sizeof(m) - sizeof(m.data) + payload);
}

static void icmp__told_in_full(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);
	struct exs_errq_got got;

	exs_errq_icmp(test, 20);
	got = exs_errq_read(sock, 64);
	KUNIT_EXPECT_EQ(test, got.len, 20);
	KUNIT_EXPECT_EQ(test, got.payload[0], 0x40);
	KUNIT_EXPECT_EQ(test, got.payload[19], 0x40 + 19);
	KUNIT_EXPECT_NE(test, got.flags & MSG_ERRQUEUE, 0);
	KUNIT_EXPECT_EQ(test, got.flags & MSG_TRUNC, 0);
	/* Where the datagram was going. */
	KUNIT_EXPECT_EQ(test, got.name.sin_family, AF_INET);
	KUNIT_EXPECT_EQ(test, ntohl(got.name.sin_addr.s_addr), EXS_PATH_FAR);
	KUNIT_EXPECT_EQ(test, ntohs(got.name.sin_port), 53);
	KUNIT_EXPECT_EQ(test, got.ee.ee_errno, EHOSTUNREACH);
	KUNIT_EXPECT_EQ(test, got.ee.ee_origin, SO_EE_ORIGIN_ICMP);
	KUNIT_EXPECT_EQ(test, got.ee.ee_type, ICMP_DEST_UNREACH);
	KUNIT_EXPECT_EQ(test, got.ee.ee_code, ICMP_HOST_UNREACH);
	/* Who said so. */
	KUNIT_EXPECT_EQ(test, got.offender.sin_family, AF_INET);
	KUNIT_EXPECT_EQ(test, ntohl(got.offender.sin_addr.s_addr), EXS_PATH_PEER + 7);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_errq_read(sock, 64).len);
}

static void icmp__more_than_the_program_reads(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);
	struct exs_errq_got got;

	exs_errq_icmp(test, 20);
	got = exs_errq_read(sock, 5);
	KUNIT_EXPECT_EQ(test, got.len, 5);
	KUNIT_EXPECT_NE(test, got.flags & MSG_TRUNC, 0);
	/* A quote of the headers only: an error without payload. */
	exs_errq_icmp(test, 0);
	got = exs_errq_read(sock, 5);
	KUNIT_EXPECT_EQ(test, got.len, 0);
	KUNIT_EXPECT_EQ(test, got.ee.ee_errno, EHOSTUNREACH);
}

/* An error of our own: nobody is the offender, the MTU is the information. */
static void local__too_big(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);
	struct exs_errq_got got;

	exs_sock_test_set(sock, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, exs_sock_test_send(test, sock, EXS_PATH_PEER,
							    53, 1473, 0));
	got = exs_errq_read(sock, 64);
	KUNIT_EXPECT_EQ(test, got.len, 0);
	KUNIT_EXPECT_EQ(test, got.ee.ee_errno, EMSGSIZE);
	KUNIT_EXPECT_EQ(test, got.ee.ee_origin, SO_EE_ORIGIN_LOCAL);
	KUNIT_EXPECT_EQ(test, got.ee.ee_info, 1500);
	KUNIT_EXPECT_EQ(test, got.offender.sin_family, AF_UNSPEC);
	KUNIT_EXPECT_EQ(test, ntohl(got.name.sin_addr.s_addr), EXS_PATH_PEER);
	KUNIT_EXPECT_EQ(test, ntohs(got.name.sin_port), 53);
}

static void local__only_on_request(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);

	exs_sock_test_set(sock, SOL_IP, IP_RECVERR, 0);
	exs_sock_local_error(sock->sk, EMSGSIZE, htonl(EXS_PATH_PEER), htons(53), 1500);
	KUNIT_EXPECT_EQ(test, -EAGAIN, exs_errq_read(sock, 64).len);
}

/* The queue is charged to the receive buffer; what does not fit is lost. */
static void queue__is_bounded(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);
	unsigned int i, n = 0;

	sock->sk->sk_rcvbuf = 4096;
	for (i = 0; i < 100; i++)
		exs_errq_icmp(test, 20);
	while (exs_errq_read(sock, 64).len >= 0)
		n++;
	KUNIT_EXPECT_GT(test, n, 0);
	KUNIT_EXPECT_LT(test, n, 20);
	KUNIT_EXPECT_EQ(test, 0, sk_rmem_alloc_get(sock->sk));
}

/* The end of a MSG_ZEROCOPY, as the kernel's core queues it: no addresses. */
static void notification__has_no_address(struct kunit *test)
{
	struct socket *sock = exs_errq_open(test);
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	struct sock_exterr_skb *serr;
	struct exs_errq_got got;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	serr = SKB_EXT_ERR(skb);
	memset(serr, 0, sizeof(*serr));
	serr->ee.ee_origin = SO_EE_ORIGIN_ZEROCOPY;
	serr->ee.ee_code = SO_EE_CODE_ZEROCOPY_COPIED;
	serr->ee.ee_info = 3;
	serr->ee.ee_data = 5;
	KUNIT_ASSERT_EQ(test, 0, sock_queue_err_skb(sock->sk, skb));
	got = exs_errq_read(sock, 64);
	KUNIT_EXPECT_EQ(test, got.len, 0);
	KUNIT_EXPECT_NE(test, got.flags & MSG_ERRQUEUE, 0);
	KUNIT_EXPECT_EQ(test, got.ee.ee_errno, 0);
	KUNIT_EXPECT_EQ(test, got.ee.ee_origin, SO_EE_ORIGIN_ZEROCOPY);
	KUNIT_EXPECT_EQ(test, got.ee.ee_code, SO_EE_CODE_ZEROCOPY_COPIED);
	KUNIT_EXPECT_EQ(test, got.ee.ee_info, 3);
	KUNIT_EXPECT_EQ(test, got.ee.ee_data, 5);
	KUNIT_EXPECT_EQ(test, got.offender.sin_family, AF_UNSPEC);
	/* Nobody's name is given. */
	KUNIT_EXPECT_EQ(test, got.name.sin_family, AF_UNSPEC);
	KUNIT_EXPECT_EQ(test, ntohl(got.name.sin_addr.s_addr), 0);
}

static struct kunit_case exs_errq_cases[] = {
	KUNIT_CASE(icmp__told_in_full),
	KUNIT_CASE(icmp__more_than_the_program_reads),
	KUNIT_CASE(local__too_big),
	KUNIT_CASE(local__only_on_request),
	KUNIT_CASE(queue__is_bounded),
	KUNIT_CASE(notification__has_no_address),
	{}
};

static struct kunit_suite exs_errq_suite = {
	.name = "expstack_sock_errqueue",
	.init = exs_path_init,
	.exit = exs_errq_teardown,
	.test_cases = exs_errq_cases,
};

kunit_test_suite(exs_errq_suite);
