// SPDX-License-Identifier: GPL-2.0
/*
 * expctl ss: a line for each socket, in columns as wide as they must be.
 */
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expctl/ss.h"

enum {
	EC_SS_NETID, EC_SS_STATE, EC_SS_RECVQ, EC_SS_SENDQ, EC_SS_LADDR,
	EC_SS_LPORT, EC_SS_RADDR, EC_SS_RPORT, EC_SS_COLUMNS,
};

struct ec_ss_line {
	char column[EC_SS_COLUMNS][48];
};

static const char *const ec_ss_heads[EC_SS_COLUMNS] = {
	"Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port",
	"Peer Address", "Port",
};

const struct ec_name ec_ss_states[] = {
	{ 1, "ESTAB" }, { 2, "SYN-SENT" }, { 3, "SYN-RECV" },
	{ 4, "FIN-WAIT-1" }, { 5, "FIN-WAIT-2" }, { 6, "TIME-WAIT" },
	{ 7, "UNCONN" }, { 8, "CLOSE-WAIT" }, { 9, "LAST-ACK" },
	{ 10, "LISTEN" }, { 11, "CLOSING" }, { 12, "SYN-RECV" },
	{ 0, NULL },
};

static const struct ec_name ec_ss_timers[] = {
	{ 1, "on" }, { 2, "keepalive" }, { 3, "timewait" }, { 4, "persist" },
	{ 0, NULL },
};

static const char *ec_ss_netid(const struct ec_row *r)
{
	switch (ec_row_u8(r, EXPSTACK_A_SOCK_PROTOCOL)) {
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_RAW:
		return "raw";
	default:
		return "tcp";
	}
}

/* A port has the name of a service, the number of a raw socket a protocol's. */
static const char *ec_ss_port_name(const struct ec_row *r, uint16_t port)
{
	struct protoent *p;
	struct servent *s;

	if (ec_row_u8(r, EXPSTACK_A_SOCK_PROTOCOL) == IPPROTO_RAW) {
		p = getprotobynumber(ntohs(port));
		return p ? p->p_name : NULL;
	}
	s = getservbyport(port, ec_ss_netid(r));
	return s ? s->s_name : NULL;
}

static void ec_ss_port(const struct ec_ss_args *a, const struct ec_row *r,
		       int attr, char *buf, size_t len)
{
	uint16_t port = ec_row_u16(r, attr);
	const char *name = NULL;

	if (!port) {
		snprintf(buf, len, "*");
		return;
	}
	if (!a->numeric)
		name = ec_ss_port_name(r, port);
	if (name)
		snprintf(buf, len, "%s", name);
	else
		snprintf(buf, len, "%u", ntohs(port));
}

static void ec_ss_columns(const struct ec_ss_args *a, const struct ec_row *r,
			  struct ec_ss_line *l)
{
	uint32_t ifindex = ec_row_u32(r, EXPSTACK_A_SOCK_IFINDEX);
	const size_t len = sizeof(l->column[0]);

	snprintf(l->column[EC_SS_NETID], len, "%s", ec_ss_netid(r));
	snprintf(l->column[EC_SS_STATE], len, "%s",
		 ec_name_of(ec_ss_states, ec_row_u8(r, EXPSTACK_A_SOCK_STATE)));
	snprintf(l->column[EC_SS_RECVQ], len, "%u",
		 ec_row_u32(r, EXPSTACK_A_SOCK_RQUEUE));
	snprintf(l->column[EC_SS_SENDQ], len, "%u",
		 ec_row_u32(r, EXPSTACK_A_SOCK_WQUEUE));
	snprintf(l->column[EC_SS_LADDR], len, "%s%s%s",
		 ec_addr_text(ec_row_u32(r, EXPSTACK_A_SOCK_LADDR)),
		 ifindex ? "%" : "", ifindex ? ec_ifname(ifindex) : "");
	ec_ss_port(a, r, EXPSTACK_A_SOCK_LPORT, l->column[EC_SS_LPORT], len);
	snprintf(l->column[EC_SS_RADDR], len, "%s",
		 ec_addr_text(ec_row_u32(r, EXPSTACK_A_SOCK_RADDR)));
	ec_ss_port(a, r, EXPSTACK_A_SOCK_RPORT, l->column[EC_SS_RPORT], len);
}

static void ec_ss_timer(const struct ec_row *r)
{
	uint32_t ms = ec_row_u32(r, EXPSTACK_A_SOCK_TIMER_MS);
	uint8_t timer = ec_row_u8(r, EXPSTACK_A_SOCK_TIMER);
	uint32_t sec = ms / 1000;

	if (!timer)
		return;
	ec_out_open("timer");
	ec_out_str("name", " timer:(%s,", ec_name_of(ec_ss_timers, timer));
	/* As ss: 12min, 7.2sec under ten seconds, 042ms under one. */
	if (sec >= 60)
		ec_out_text("%umin", sec / 60);
	if (sec && sec < 10)
		ec_out_text("%u.%03usec", sec, ms % 1000);
	else if (sec % 60)
		ec_out_text("%usec", sec % 60);
	else if (!sec)
		ec_out_text("%03ums", ms);
	ec_out_num("ms", NULL, ms);
	ec_out_num("retransmits", ",%" PRIu64 ")",
		   ec_row_u8(r, EXPSTACK_A_SOCK_RETRANSMITS) +
		   ec_row_u8(r, EXPSTACK_A_SOCK_PROBES));
	ec_out_close();
}

static void ec_ss_extended(const struct ec_row *r)
{
	uint32_t uid = ec_row_u32(r, EXPSTACK_A_SOCK_UID);
	uint32_t mark = ec_row_u32(r, EXPSTACK_A_SOCK_MARK);

	if (uid || ec.json)
		ec_out_num("uid", " uid:%" PRIu64, uid);
	ec_out_num("ino", " ino:%" PRIu64,
		   ec_row_uint(r, EXPSTACK_A_SOCK_INODE));
	ec_out_num("sk", " sk:%" PRIx64,
		   ec_row_uint(r, EXPSTACK_A_SOCK_COOKIE));
	if (mark)
		ec_out_num("fwmark", " fwmark:0x%" PRIx64, mark);
}

static void ec_ss_memory(const struct ec_row *r)
{
	/* In the order of SK_MEMINFO, with ss's letters. */
	static const char *const keys[] = {
		"r", "rb", "t", "tb", "f", "w", "o", "bl", "d",
	};
	const struct nlattr *nla = r->attr[EXPSTACK_A_SOCK_MEMINFO];
	const uint32_t *mem;
	size_t i, n;

	if (!nla)
		return;
	mem = mnl_attr_get_payload(nla);
	n = mnl_attr_get_payload_len(nla) / sizeof(*mem);
	ec_out_open("skmem");
	ec_out_text(" skmem:(");
	for (i = 0; i < n && i < MNL_ARRAY_SIZE(keys); i++) {
		ec_out_text("%s%s", i ? "," : "", keys[i]);
		ec_out_num(keys[i], "%" PRIu64, mem[i]);
	}
	ec_out_text(")");
	ec_out_close();
}

static void ec_ss_details(const struct ec_ss_args *a, const struct ec_row *r)
{
	bool below = (a->memory && r->attr[EXPSTACK_A_SOCK_MEMINFO]) ||
		     (a->info && r->attr[EXPSTACK_A_SOCK_TCP_INFO]);

	if (a->timers)
		ec_ss_timer(r);
	if (a->extended)
		ec_ss_extended(r);
	if (below && !a->oneline)
		ec_out_text("\n\t");
	if (a->memory)
		ec_ss_memory(r);
	if (a->info) {
		ec_ss_info(r);
		ec_ss_md5sig(r);
	}
}

static void ec_ss_json(const struct ec_ss_args *a, const struct ec_row *r,
		       const struct ec_ss_line *l)
{
	ec_out_open(NULL);
	ec_out_str("netid", NULL, l->column[EC_SS_NETID]);
	ec_out_str("state", NULL, l->column[EC_SS_STATE]);
	ec_out_num("recv_q", NULL, ec_row_u32(r, EXPSTACK_A_SOCK_RQUEUE));
	ec_out_num("send_q", NULL, ec_row_u32(r, EXPSTACK_A_SOCK_WQUEUE));
	ec_out_str("local", NULL, l->column[EC_SS_LADDR]);
	ec_out_num("local_port", NULL,
		   ntohs(ec_row_u16(r, EXPSTACK_A_SOCK_LPORT)));
	ec_out_str("peer", NULL, l->column[EC_SS_RADDR]);
	ec_out_num("peer_port", NULL,
		   ntohs(ec_row_u16(r, EXPSTACK_A_SOCK_RPORT)));
	ec_ss_details(a, r);
	ec_out_close();
}

static void ec_ss_text(const struct ec_ss_args *a, const struct ec_ss_line *l,
		       const int *width)
{
	if (a->tcp + a->udp + a->raw > 1 || a->raw)
		printf("%-*s ", width[EC_SS_NETID], l->column[EC_SS_NETID]);
	printf("%-*s %-*s %-*s %*s:%-*s %*s:%-*s",
	       width[EC_SS_STATE], l->column[EC_SS_STATE],
	       width[EC_SS_RECVQ], l->column[EC_SS_RECVQ],
	       width[EC_SS_SENDQ], l->column[EC_SS_SENDQ],
	       width[EC_SS_LADDR], l->column[EC_SS_LADDR],
	       width[EC_SS_LPORT], l->column[EC_SS_LPORT],
	       width[EC_SS_RADDR], l->column[EC_SS_RADDR],
	       width[EC_SS_RPORT], l->column[EC_SS_RPORT]);
}

void ec_ss_show(const struct ec_ss_args *a, const struct ec_rows *rows)
{
	struct ec_ss_line *lines = calloc(rows->n + 1, sizeof(*lines));
	int width[EC_SS_COLUMNS] = { 0 };
	size_t i, c;

	if (!lines)
		ec_die(EC_REFUSED, "no memory");
	for (c = 0; c < EC_SS_COLUMNS; c++)
		snprintf(lines[0].column[c], sizeof(lines[0].column[c]), "%s",
			 ec_ss_heads[c]);
	for (i = 0; i < rows->n; i++)
		ec_ss_columns(a, rows->row[i], &lines[i + 1]);
	for (i = 0; i <= rows->n; i++)
		for (c = 0; c < EC_SS_COLUMNS; c++)
			if ((int)strlen(lines[i].column[c]) > width[c])
				width[c] = strlen(lines[i].column[c]);
	ec_out_begin();
	if (!ec.json && !a->no_header) {
		ec_ss_text(a, &lines[0], width);
		putchar('\n');
	}
	for (i = 0; i < rows->n; i++) {
		if (ec.json) {
			ec_ss_json(a, rows->row[i], &lines[i + 1]);
			continue;
		}
		ec_ss_text(a, &lines[i + 1], width);
		ec_ss_details(a, rows->row[i]);
		putchar('\n');
	}
	ec_out_end();
	free(lines);
}
