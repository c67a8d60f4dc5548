// SPDX-License-Identifier: GPL-2.0
/*
 * expctl tcp_metrics: what TCP remembers of destinations.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "expctl/expctl.h"

#define EC_METRICS_USEC	1000000.

/* What was told: a destination, or a filter. */
struct ec_metrics_args {
	uint32_t addr, saddr;
	uint8_t len, slen;
	bool has_addr, has_saddr;
	bool prefix;		/* not one address */
};

static void ec_metrics_words(struct ec_metrics_args *a)
{
	while (ec_more()) {
		if (ec_is("source") || ec_is("src")) {
			a->has_saddr = true;
			a->prefix |= ec_prefix(ec_value("source"), &a->saddr,
					       &a->slen);
			continue;
		}
		ec_is("address");
		if (a->has_addr)
			ec_wrong("word of \"tcp_metrics\"", ec_peek());
		a->has_addr = true;
		a->prefix |= ec_prefix(ec_value("address"), &a->addr, &a->len);
	}
}

static struct nlmsghdr *ec_metrics_request(uint8_t cmd,
					   const struct ec_metrics_args *a)
{
	struct nlmsghdr *nlh = ec_nl_request(cmd, 0);

	ec_put_u32(nlh, EXPSTACK_A_METRICS_ADDR, a->addr);
	if (a->has_saddr)
		ec_put_u32(nlh, EXPSTACK_A_METRICS_SADDR, a->saddr);
	return nlh;
}

static bool ec_metrics_in(uint32_t addr, uint32_t net, uint8_t len)
{
	return !len || !((ntohl(addr) ^ ntohl(net)) >> (32 - len));
}

static bool ec_metrics_wanted(const struct ec_metrics_args *f,
			      const struct ec_row *r)
{
	return ec_metrics_in(ec_row_u32(r, EXPSTACK_A_METRICS_ADDR), f->addr,
			     f->len) &&
	       ec_metrics_in(ec_row_u32(r, EXPSTACK_A_METRICS_SADDR), f->saddr,
			     f->slen);
}

static void ec_metrics_count(const struct ec_row *r, int attr, const char *key,
			     const char *fmt)
{
	if (r->attr[attr])
		ec_out_num(key, fmt, ec_row_u32(r, attr));
}

/* Microseconds as text, seconds as JSON, both as iproute2. */
static void ec_metrics_time(const char *key, uint32_t us)
{
	if (!us)
		return;
	ec_out_text(" %s %" PRIu32 "us", key, us);
	ec_out_real(key, NULL, us / EC_METRICS_USEC);
}

/* Keys are iproute2's, misspelt ones too. */
static void ec_metrics_fastopen(const struct ec_row *r)
{
	const struct nlattr *nla = r->attr[EXPSTACK_A_METRICS_FOPEN_COOKIE];
	const unsigned char *p;
	char text[2 * 16 + 1] = "";
	size_t i, n;

	if (r->attr[EXPSTACK_A_METRICS_FOPEN_MSS])
		ec_out_num("fopen_miss", " fo_mss %" PRIu64,
			   ec_row_u16(r, EXPSTACK_A_METRICS_FOPEN_MSS));
	if (r->attr[EXPSTACK_A_METRICS_FOPEN_SYN_DROPS]) {
		ec_out_num("fopen_syn_drops", " fo_syn_drops %" PRIu64,
			   ec_row_u16(r, EXPSTACK_A_METRICS_FOPEN_SYN_DROPS));
		ec_out_real("fopen_syn_drop_ts", "/%.03fusec ago",
			    ec_row_uint(r, EXPSTACK_A_METRICS_FOPEN_SYN_DROP_TS) /
			    EC_METRICS_USEC);
	}
	if (!nla)
		return;
	p = mnl_attr_get_payload(nla);
	n = mnl_attr_get_payload_len(nla);
	for (i = 0; i < n && i < 16; i++)
		sprintf(text + 2 * i, "%02x", p[i]);
	ec_out_str("fo_cookie", " fo_cookie %s", text);
}

static void ec_metrics_row(const struct ec_row *r, void *arg)
{
	if (!ec_metrics_wanted(arg, r))
		return;
	ec_out_open(NULL);
	ec_out_str("dst", "%s",
		   ec_addr_text(ec_row_u32(r, EXPSTACK_A_METRICS_ADDR)));
	ec_out_real("age", " age %.03fsec",
		    ec_row_uint(r, EXPSTACK_A_METRICS_AGE) / 1000.);
	ec_metrics_count(r, EXPSTACK_A_METRICS_SSTHRESH, "ssthresh",
			 " ssthresh %" PRIu64);
	ec_metrics_count(r, EXPSTACK_A_METRICS_CWND, "cwnd", " cwnd %" PRIu64);
	ec_metrics_count(r, EXPSTACK_A_METRICS_REORDERING, "reordering",
			 " reordering %" PRIu64);
	ec_metrics_time("rtt", ec_row_u32(r, EXPSTACK_A_METRICS_RTT) >> 3);
	ec_metrics_time("rttvar",
			ec_row_u32(r, EXPSTACK_A_METRICS_RTTVAR) >> 2);
	ec_metrics_fastopen(r);
	ec_out_str("source", " source %s",
		   ec_addr_text(ec_row_u32(r, EXPSTACK_A_METRICS_SADDR)));
	ec_out_text("\n");
	ec_out_close();
}

static int ec_metrics_show(void)
{
	struct ec_metrics_args f = { 0 };
	struct nlmsghdr *nlh;

	ec_metrics_words(&f);
	if (f.has_addr && !f.prefix)
		nlh = ec_metrics_request(EXPSTACK_CMD_METRICS_GET, &f);
	else
		nlh = ec_nl_request(EXPSTACK_CMD_METRICS_GET, NLM_F_DUMP);
	ec_out_begin();
	ec_nl_get(nlh, ec_metrics_row, &f);
	ec_out_end();
	return EC_OK;
}

static int ec_metrics_del(void)
{
	struct ec_metrics_args a = { 0 };

	ec_metrics_words(&a);
	if (!a.has_addr)
		ec_die(EC_USAGE, "an address is needed");
	if (a.prefix)
		ec_die(EC_USAGE,
		       "\"tcp_metrics delete\" takes an address, \"tcp_metrics flush\" a prefix");
	ec_nl_do(ec_metrics_request(EXPSTACK_CMD_METRICS_DEL, &a));
	return EC_OK;
}

static int ec_metrics_flush(void)
{
	struct ec_metrics_args f = { 0 }, one = { .has_saddr = true };
	struct ec_rows rows = { 0 };
	size_t i;

	ec_metrics_words(&f);
	if (!f.len && !f.slen) {
		ec_nl_do(ec_nl_request(EXPSTACK_CMD_METRICS_DEL, 0));
		return EC_OK;
	}
	ec_nl_get(ec_nl_request(EXPSTACK_CMD_METRICS_GET, NLM_F_DUMP),
		  ec_rows_keep, &rows);
	for (i = 0; i < rows.n; i++) {
		if (!ec_metrics_wanted(&f, rows.row[i]))
			continue;
		one.addr = ec_row_u32(rows.row[i], EXPSTACK_A_METRICS_ADDR);
		one.saddr = ec_row_u32(rows.row[i], EXPSTACK_A_METRICS_SADDR);
		ec_nl_do(ec_metrics_request(EXPSTACK_CMD_METRICS_DEL, &one));
	}
	return EC_OK;
}

int ec_metrics(void)
{
	static const struct ec_command commands[] = {
		{ "show", ec_metrics_show },
		{ "list", ec_metrics_show },
		{ "lst", ec_metrics_show },
		{ "delete", ec_metrics_del },
		{ "remove", ec_metrics_del },
		{ "flush", ec_metrics_flush },
		{ NULL, NULL },
	};

	return ec_dispatch("tcp_metrics", commands, "show");
}
