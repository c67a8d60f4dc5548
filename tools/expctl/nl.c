// SPDX-License-Identifier: GPL-2.0
/*
 * expctl: the netlink socket. A request that the kernel refuses ends the
 * program, with the kernel's own words.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expctl/expctl.h"

#define EC_NL_SIZE	(64 * 1024)

static struct mnl_socket *ec_nl;
static uint16_t ec_nl_family;
static uint32_t ec_nl_seq;

struct ec_nl_call {
	void (*row)(const struct ec_row *row, void *arg);
	void *arg;
	bool interrupted;
};

static int ec_nl_attr(const struct nlattr *attr, void *arg)
{
	struct ec_row *row = arg;

	if (mnl_attr_get_type(attr) < EC_ATTRS_MAX)
		row->attr[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int ec_nl_row(const struct nlmsghdr *nlh, void *arg)
{
	struct ec_nl_call *call = arg;
	struct ec_row row = { 0 };

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		call->interrupted = true;
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), ec_nl_attr, &row);
	if (call->row)
		call->row(&row, call->arg);
	return MNL_CB_OK;
}

/* What an error message says besides its number; NULL when nothing. */
static const char *ec_nl_words(const struct nlmsghdr *nlh, size_t hdr)
{
	struct ec_row row = { 0 };

	mnl_attr_parse(nlh, hdr, ec_nl_attr, &row);
	return row.attr[NLMSGERR_ATTR_MSG] ?
	       mnl_attr_get_str(row.attr[NLMSGERR_ATTR_MSG]) : NULL;
}

static noreturn void ec_nl_refused(const char *words, int err)
{
	size_t len = words ? strlen(words) : 0;

	/* The full stop is ours. */
	if (len && words[len - 1] == '.')
		len--;
	if (len)
		ec_die(EC_REFUSED, "%.*s", (int)len, words);
	ec_die(EC_REFUSED, "%s", strerror(err));
}

static int ec_nl_error(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	const char *words = NULL;
	size_t hdr = sizeof(*err);

	(void)arg;
	if (!err->error)
		return MNL_CB_STOP;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		hdr += mnl_nlmsg_get_payload_len(&err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		words = ec_nl_words(nlh, hdr);
	ec_nl_refused(words, -err->error);
}

static int ec_nl_done(const struct nlmsghdr *nlh, void *arg)
{
	const int *err = mnl_nlmsg_get_payload(nlh);

	(void)arg;
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(*err) && *err < 0)
		ec_nl_refused(nlh->nlmsg_flags & NLM_F_ACK_TLVS ?
			      ec_nl_words(nlh, sizeof(*err)) : NULL, -*err);
	return MNL_CB_STOP;
}

static mnl_cb_t ec_nl_control[] = {
	[NLMSG_ERROR] = ec_nl_error,
	[NLMSG_DONE] = ec_nl_done,
};

static struct nlmsghdr *ec_nl_header(char *buf, uint8_t cmd, uint16_t flags,
				     uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

static void ec_nl_found(const struct ec_row *row, void *arg)
{
	(void)arg;
	if (row->attr[CTRL_ATTR_FAMILY_ID])
		ec_nl_family = mnl_attr_get_u16(row->attr[CTRL_ATTR_FAMILY_ID]);
}

/* Asked for by name, so that the kernel may load the module. */
static void ec_nl_find_family(void)
{
	struct ec_nl_call call = { .row = ec_nl_found };
	char buf[8192];
	struct nlmsghdr *nlh;
	ssize_t n;

	nlh = ec_nl_header(buf, CTRL_CMD_GETFAMILY, 0, 1);
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_seq = ++ec_nl_seq;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, EXPSTACK_FAMILY_NAME);
	if (mnl_socket_sendto(ec_nl, nlh, nlh->nlmsg_len) < 0)
		ec_die(EC_REFUSED, "netlink: %s", strerror(errno));
	n = mnl_socket_recvfrom(ec_nl, buf, sizeof(buf));
	if (n > 0)
		mnl_cb_run(buf, n, ec_nl_seq, mnl_socket_get_portid(ec_nl),
			   ec_nl_row, &call);
	if (!ec_nl_family)
		ec_die(EC_REFUSED,
		       "expstack is not loaded (modprobe expstack)");
}

static void ec_nl_open(void)
{
	int on = 1;

	ec_nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!ec_nl || mnl_socket_bind(ec_nl, 0, MNL_SOCKET_AUTOPID) < 0)
		ec_die(EC_REFUSED, "netlink: %s", strerror(errno));
	mnl_socket_setsockopt(ec_nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(ec_nl, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(ec_nl, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	ec_nl_seq = time(NULL);
	ec_nl_find_family();
}

static void ec_nl_talk(struct nlmsghdr *nlh, struct ec_nl_call *call)
{
	static char answer[EC_NL_SIZE];
	ssize_t n;
	int more;

	if (!ec_nl)
		ec_nl_open();
	nlh->nlmsg_type = ec_nl_family;
	nlh->nlmsg_seq = ++ec_nl_seq;
	if (mnl_socket_sendto(ec_nl, nlh, nlh->nlmsg_len) < 0)
		ec_die(EC_REFUSED, "netlink: %s", strerror(errno));
	do {
		n = mnl_socket_recvfrom(ec_nl, answer, sizeof(answer));
		if (n < 0)
			ec_die(EC_REFUSED, "netlink: %s", strerror(errno));
		more = mnl_cb_run2(answer, n, ec_nl_seq,
				   mnl_socket_get_portid(ec_nl), ec_nl_row,
				   call, ec_nl_control,
				   MNL_ARRAY_SIZE(ec_nl_control));
	} while (more == MNL_CB_OK);
	if (more == MNL_CB_ERROR)
		ec_die(EC_REFUSED, "netlink: %s", strerror(errno));
}

/*
 * A request of ours, to which attributes can be added; one at a time. Nothing
 * is opened before it is sent: wrong words are reported first.
 */
struct nlmsghdr *ec_nl_request(uint8_t cmd, uint16_t flags)
{
	static char request[EC_NL_SIZE];

	/* NLM_F_REPLACE and NLM_F_EXCL are halves of NLM_F_DUMP. */
	if ((flags & NLM_F_DUMP) != NLM_F_DUMP)
		flags |= NLM_F_ACK;
	return ec_nl_header(request, cmd, flags, EXPSTACK_FAMILY_VERSION);
}

/* Attributes of a request. There is an end to what the words may add up to. */
void ec_put(struct nlmsghdr *nlh, uint16_t type, size_t len, const void *data)
{
	if (!mnl_attr_put_check(nlh, EC_NL_SIZE, type, len, data))
		ec_die(EC_USAGE, "the words do not fit one request");
}

void ec_put_u8(struct nlmsghdr *nlh, uint16_t type, uint8_t value)
{
	ec_put(nlh, type, sizeof(value), &value);
}

void ec_put_u16(struct nlmsghdr *nlh, uint16_t type, uint16_t value)
{
	ec_put(nlh, type, sizeof(value), &value);
}

void ec_put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t value)
{
	ec_put(nlh, type, sizeof(value), &value);
}

void ec_put_str(struct nlmsghdr *nlh, uint16_t type, const char *value)
{
	ec_put(nlh, type, strlen(value) + 1, value);
}

/* A change. */
void ec_nl_do(struct nlmsghdr *nlh)
{
	struct ec_nl_call call = { 0 };

	ec_nl_talk(nlh, &call);
}

/* A question; row is called for every answer. */
void ec_nl_get(struct nlmsghdr *nlh,
	       void (*row)(const struct ec_row *row, void *arg), void *arg)
{
	struct ec_nl_call call = { .row = row, .arg = arg };

	ec_nl_talk(nlh, &call);
	if (call.interrupted)
		fputs("Dump was interrupted and may be inconsistent.\n",
		      stderr);
}
