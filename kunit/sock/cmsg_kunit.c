// SPDX-License-Identifier: GPL-2.0
/*
 * expstack sock: suite of module/sock/cmsg.c: ancillary data, in and out.
 */
#include "../kunit/ip/path_test.h"
#include "../kunit/sock/sock_test.h"

static void exs_cmsg_teardown(struct kunit *test)
{
	exs_sock_test_exit(test);
	exs_path_exit(test);
}

/* The data of one kind that came with the next datagram, or NULL. */
static const void *exs_cmsg_next(struct socket *sock, u8 *ctl, size_t room,
				 int type, unsigned int *n)
{
	struct kvec vec = { .iov_base = ctl + room, .iov_len = 8 };
	struct msghdr msg = { .msg_control = ctl, .msg_controllen = room };
	const void *found = NULL;
	struct cmsghdr *cmsg;
	size_t used;

	*n = 0;
	if (kernel_recvmsg(sock, &msg, &vec, 1, 8, MSG_DONTWAIT) < 0)
		return NULL;
	used = room - msg.msg_controllen;
	for (cmsg = (struct cmsghdr *)ctl; (u8 *)cmsg < ctl + used;
	     cmsg = (void *)cmsg + CMSG_ALIGN(cmsg->cmsg_len)) {
		++*n;
		if (cmsg->cmsg_level == SOL_IP && cmsg->cmsg_type == type)
			found = CMSG_DATA(cmsg);
	}
	return found;
}

static struct socket *exs_cmsg_open(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);

	KUNIT_ASSERT_EQ(test, 0, exs_sock_test_bind(sock, 0, 5000));
	return sock;
}

static void recv__only_what_was_asked_for(struct kunit *test)
{
	const struct exs_path_packet p = { .ttl = 33, .tos = 0x2a };
	struct socket *sock = exs_cmsg_open(test);
	struct exs_link_test *t = test->priv;
	const struct in_pktinfo *info;
	const struct sockaddr_in *dst;
	u8 ctl[264] __aligned(8);
	const void *data;
	unsigned int n;

	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	exs_cmsg_next(sock, ctl, 256, 0, &n);
	KUNIT_EXPECT_EQ(test, n, 0);

	exs_sock_test_set(sock, SOL_IP, IP_RECVTTL, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	data = exs_cmsg_next(sock, ctl, 256, IP_TTL, &n);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_EQ(test, n, 1);
	KUNIT_EXPECT_EQ(test, *(const int *)data, 33);

	exs_sock_test_set(sock, SOL_IP, IP_RECVTOS, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	data = exs_cmsg_next(sock, ctl, 256, IP_TOS, &n);
	KUNIT_ASSERT_NOT_NULL(test, data);
	KUNIT_EXPECT_EQ(test, n, 2);
	KUNIT_EXPECT_EQ(test, *(const u8 *)data, 0x2a);

	exs_sock_test_set(sock, SOL_IP, IP_PKTINFO, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	info = exs_cmsg_next(sock, ctl, 256, IP_PKTINFO, &n);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_EQ(test, info->ipi_ifindex, t->ldev->ifindex);
	KUNIT_EXPECT_EQ(test, ntohl(info->ipi_addr.s_addr), EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, ntohl(info->ipi_spec_dst.s_addr), EXS_PATH_SELF);

	exs_sock_test_set(sock, SOL_IP, IP_RECVORIGDSTADDR, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	dst = exs_cmsg_next(sock, ctl, 256, IP_ORIGDSTADDR, &n);
	KUNIT_ASSERT_NOT_NULL(test, dst);
	KUNIT_EXPECT_EQ(test, n, 4);
	KUNIT_EXPECT_EQ(test, ntohl(dst->sin_addr.s_addr), EXS_PATH_SELF);
	KUNIT_EXPECT_EQ(test, ntohs(dst->sin_port), 5000);
}

/* IP_CHECKSUM: of the data alone. Only software summed this datagram. */
static void recv__checksum_of_the_data(struct kunit *test)
{
	const struct exs_path_packet p = {};
	struct socket *sock = exs_cmsg_open(test);
	u8 ctl[264] __aligned(8);
	const __wsum *sum;
	unsigned int n;

	exs_sock_test_set(sock, SOL_IP, IP_CHECKSUM, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 8);
	sum = exs_cmsg_next(sock, ctl, 256, IP_CHECKSUM, &n);
	KUNIT_ASSERT_NOT_NULL(test, sum);
	/* The data is where exs_cmsg_next() had it put. */
	KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(*sum),
			(__force u16)csum_fold(csum_partial(ctl + 256, 8, 0)));
}

/* A device that has checked the sum does not tell it: it is made for the user. */
static void recv__checksum_the_device_has_checked(struct kunit *test)
{
	const struct exs_path_packet p = {};
	struct socket *sock = exs_cmsg_open(test);
	u8 ctl[264] __aligned(8);
	const __wsum *sum;
	struct sk_buff *skb;
	unsigned int n;

	exs_sock_test_set(sock, SOL_IP, IP_CHECKSUM, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 8);
	skb = skb_peek(&sock->sk->sk_receive_queue);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum = 0;
	sum = exs_cmsg_next(sock, ctl, 256, IP_CHECKSUM, &n);
	KUNIT_ASSERT_NOT_NULL(test, sum);
	KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(*sum),
			(__force u16)csum_fold(csum_partial(ctl + 256, 8, 0)));
}

/* A broadcast's own address is none to answer from: ip(7), ipi_spec_dst. */
static void recv__broadcast_names_a_local_address(struct kunit *test)
{
	const struct exs_path_packet p = {
		.daddr = EXS_PATH_BCAST, .pkt_type = PACKET_BROADCAST,
	};
	struct socket *sock = exs_cmsg_open(test);
	const struct in_pktinfo *info;
	u8 ctl[264] __aligned(8);
	unsigned int n;

	exs_sock_test_set(sock, SOL_IP, IP_PKTINFO, 1);
	exs_path_rcv_udp(test, &p, 53, 5000, 4);
	info = exs_cmsg_next(sock, ctl, 256, IP_PKTINFO, &n);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_EQ(test, ntohl(info->ipi_addr.s_addr), EXS_PATH_BCAST);
	KUNIT_EXPECT_EQ(test, ntohl(info->ipi_spec_dst.s_addr), EXS_PATH_SELF);
}

struct exs_cmsg_row {
	const char *name;
	int level, type;
	size_t len;
	int val;
	int err;
	int ttl, tos;			/* afterwards; -1: the socket's */
};

static const struct exs_cmsg_row exs_cmsg_rows[] = {
	{ "ttl", SOL_IP, IP_TTL, 4, 9, 0, 9, -1 },
	{ "ttl 0", SOL_IP, IP_TTL, 4, 0, -EINVAL, -1, -1 },
	{ "ttl 256", SOL_IP, IP_TTL, 4, 256, -EINVAL, -1, -1 },
	{ "ttl as a byte", SOL_IP, IP_TTL, 1, 9, -EINVAL, -1, -1 },
	{ "tos", SOL_IP, IP_TOS, 4, 255, 0, -1, 255 },
	{ "tos as a byte", SOL_IP, IP_TOS, 1, 7, 0, -1, 7 },
	{ "tos 256", SOL_IP, IP_TOS, 4, 256, -EINVAL, -1, -1 },
	{ "tos of two bytes", SOL_IP, IP_TOS, 2, 7, -EINVAL, -1, -1 },
	{ "short pktinfo", SOL_IP, IP_PKTINFO, 4, 1, -EINVAL, -1, -1 },
	{ "unknown", SOL_IP, IP_MTU, 4, 1, -EINVAL, -1, -1 },
	{ "another level", SOL_TCP, 1, 4, 1, 0, -1, -1 },
	{ "segment", SOL_UDP, UDP_SEGMENT, 2, 512, -EINVAL, -1, -1 },
	{ "udp's unknown", SOL_UDP, 4711, 4, 1, -EINVAL, -1, -1 },
	{ "mark", SOL_SOCKET, SO_MARK, 4, 5, 0, -1, -1 },
	{ "socket's unknown", SOL_SOCKET, 4711, 4, 5, -EINVAL, -1, -1 },
};

static void exs_cmsg_row_desc(const struct exs_cmsg_row *r, char *desc)
{
	strscpy(desc, r->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(exs_cmsg_row, exs_cmsg_rows, exs_cmsg_row_desc);

static void send__one_of_each(struct kunit *test)
{
	const struct exs_cmsg_row *r = test->param_value;
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_cmsg_send cm = { .ttl = -1, .tos = -1 };
	u8 ctl[CMSG_SPACE(8)] __aligned(8) = {};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;
	struct msghdr msg = {
		.msg_control = ctl, .msg_controllen = CMSG_SPACE(r->len),
	};

	cmsg->cmsg_level = r->level;
	cmsg->cmsg_type = r->type;
	cmsg->cmsg_len = CMSG_LEN(r->len);
	memcpy(CMSG_DATA(cmsg), &r->val, min(r->len, sizeof(r->val)));
	KUNIT_EXPECT_EQ(test, r->err, exs_sock_cmsg_send(sock->sk, &msg, &cm));
	KUNIT_EXPECT_EQ(test, r->ttl, cm.ttl);
	KUNIT_EXPECT_EQ(test, r->tos, cm.tos);
	if (r->type == SO_MARK && r->level == SOL_SOCKET)
		KUNIT_EXPECT_EQ(test, cm.sockc.mark, 5);
}

static void send__length_beyond_the_buffer(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_cmsg_send cm = { .ttl = -1, .tos = -1 };
	u8 ctl[CMSG_SPACE(4)] __aligned(8) = {};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;
	struct msghdr msg = { .msg_control = ctl, .msg_controllen = sizeof(ctl) };

	cmsg->cmsg_level = SOL_IP;
	cmsg->cmsg_type = IP_TTL;
	cmsg->cmsg_len = sizeof(ctl) + 1;
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_sock_cmsg_send(sock->sk, &msg, &cm));
	cmsg->cmsg_len = sizeof(*cmsg) - 1;
	KUNIT_EXPECT_EQ(test, -EINVAL, exs_sock_cmsg_send(sock->sk, &msg, &cm));
}

static void send__pktinfo(struct kunit *test)
{
	struct socket *sock = exs_sock_test_open(test, SOCK_DGRAM);
	struct exs_cmsg_send cm = { .ttl = -1, .tos = -1, .oif = 3 };
	struct in_pktinfo info = { .ipi_spec_dst.s_addr = htonl(EXS_PATH_SELF) };
	u8 ctl[CMSG_SPACE(sizeof(info))] __aligned(8) = {};
	struct cmsghdr *cmsg = (struct cmsghdr *)ctl;
	struct msghdr msg = { .msg_control = ctl, .msg_controllen = sizeof(ctl) };

	cmsg->cmsg_level = SOL_IP;
	cmsg->cmsg_type = IP_PKTINFO;
	cmsg->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_cmsg_send(sock->sk, &msg, &cm));
	/* No index: the device stays what it was. */
	KUNIT_EXPECT_EQ(test, cm.oif, 3);
	KUNIT_EXPECT_EQ(test, ntohl(cm.saddr), EXS_PATH_SELF);
	info.ipi_ifindex = 5;
	memcpy(CMSG_DATA(cmsg), &info, sizeof(info));
	KUNIT_EXPECT_EQ(test, 0, exs_sock_cmsg_send(sock->sk, &msg, &cm));
	KUNIT_EXPECT_EQ(test, cm.oif, 5);
}

static struct kunit_case exs_cmsg_cases[] = {
	KUNIT_CASE(recv__only_what_was_asked_for),
	KUNIT_CASE(recv__checksum_of_the_data),
	KUNIT_CASE(recv__checksum_the_device_has_checked),
	KUNIT_CASE(recv__broadcast_names_a_local_address),
	KUNIT_CASE_PARAM(send__one_of_each, exs_cmsg_row_gen_params),
	KUNIT_CASE(send__length_beyond_the_buffer),
	KUNIT_CASE(send__pktinfo),
	{}
};

static struct kunit_suite exs_cmsg_suite = {
	.name = "expstack_sock_cmsg",
	.init = exs_path_init,
	.exit = exs_cmsg_teardown,
	.test_cases = exs_cmsg_cases,
};

kunit_test_suite(exs_cmsg_suite);
