// SPDX-License-Identifier: GPL-2.0
/*
 * expctl route: what routes there are, and which one a packet takes.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "expctl/expctl.h"

enum ec_route_match {
	EC_ROUTE_ANY,
	EC_ROUTE_EXACT,		/* this prefix */
	EC_ROUTE_ROOT,		/* this prefix and those in it */
	EC_ROUTE_MATCH,		/* this prefix and those it is in */
};

struct ec_route_filter {
	enum ec_route_match match;
	uint32_t dst;
	uint8_t len;
	int64_t table;		/* -1: all */
	int64_t proto;		/* -1: not said, as the others */
	int64_t scope;
	int64_t type;
	int64_t ifindex;
	int64_t via;
	int64_t src;
};

static bool ec_route_in(uint32_t addr, uint32_t prefix, uint8_t len)
{
	return !len || !((addr ^ prefix) & htonl(~0u << (32 - len)));
}

static bool ec_route_matches(const struct ec_route_filter *f, uint32_t dst,
			     uint8_t len)
{
	switch (f->match) {
	case EC_ROUTE_EXACT:
		return dst == f->dst && len == f->len;
	case EC_ROUTE_ROOT:
		return len >= f->len && ec_route_in(dst, f->dst, f->len);
	case EC_ROUTE_MATCH:
		return len <= f->len && ec_route_in(f->dst, dst, len);
	default:
		return true;
	}
}

static bool ec_route_same(int64_t wanted, uint32_t got)
{
	return wanted < 0 || wanted == got;
}

static bool ec_route_wanted(const struct ec_route_filter *f,
			    const struct ec_row *r)
{
	return ec_route_same(f->table, ec_row_u32(r, EXPSTACK_A_ROUTE_TABLE)) &&
	       ec_route_same(f->proto,
			     ec_row_u8(r, EXPSTACK_A_ROUTE_PROTOCOL)) &&
	       ec_route_same(f->scope, ec_row_u8(r, EXPSTACK_A_ROUTE_SCOPE)) &&
	       ec_route_same(f->type, ec_row_u8(r, EXPSTACK_A_ROUTE_TYPE)) &&
	       ec_route_same(f->ifindex, ec_row_u32(r, EXPSTACK_A_ROUTE_OIF)) &&
	       ec_route_same(f->via,
			     ec_row_u32(r, EXPSTACK_A_ROUTE_GATEWAY)) &&
	       ec_route_same(f->src,
			     ec_row_u32(r, EXPSTACK_A_ROUTE_PREFSRC)) &&
	       ec_route_matches(f, ec_row_u32(r, EXPSTACK_A_ROUTE_DST),
				ec_row_u8(r, EXPSTACK_A_ROUTE_DST_LEN));
}

static void ec_route_put_dst(const struct ec_row *r)
{
	uint8_t len = ec_row_u8(r, EXPSTACK_A_ROUTE_DST_LEN);
	uint8_t type = ec_row_u8(r, EXPSTACK_A_ROUTE_TYPE);
	char text[INET_ADDRSTRLEN + 4];

	if (type != RTN_UNICAST || ec.details)
		ec_out_str("type", "%s ", ec_name_of(ec_route_types, type));
	if (!len)
		snprintf(text, sizeof(text), "default");
	else
		snprintf(text, sizeof(text), "%s",
			 ec_addr_text(ec_row_u32(r, EXPSTACK_A_ROUTE_DST)));
	if (len && len < 32)
		snprintf(text + strlen(text), 4, "/%u", len);
	ec_out_str("dst", "%s ", text);
	if (ec_row_u8(r, EXPSTACK_A_ROUTE_TOS))
		ec_out_num("tos", "tos 0x%02" PRIx64 " ",
			   ec_row_u8(r, EXPSTACK_A_ROUTE_TOS));
}

static void ec_route_put_via(const struct ec_row *r)
{
	if (r->attr[EXPSTACK_A_ROUTE_GATEWAY])
		ec_out_str("gateway", "via %s ",
			   ec_addr_text(ec_row_u32(r,
						   EXPSTACK_A_ROUTE_GATEWAY)));
	if (r->attr[EXPSTACK_A_ROUTE_OIF])
		ec_out_str("dev", "dev %s ",
			   ec_ifname(ec_row_u32(r, EXPSTACK_A_ROUTE_OIF)));
}

static void ec_route_put_src(const struct ec_row *r)
{
	if (r->attr[EXPSTACK_A_ROUTE_PREFSRC])
		ec_out_str("prefsrc", "src %s ",
			   ec_addr_text(ec_row_u32(r,
						   EXPSTACK_A_ROUTE_PREFSRC)));
}

static void ec_route_line(const struct ec_row *r, bool table)
{
	uint32_t t = ec_row_u32(r, EXPSTACK_A_ROUTE_TABLE);
	uint8_t proto = ec_row_u8(r, EXPSTACK_A_ROUTE_PROTOCOL);
	uint8_t scope = ec_row_u8(r, EXPSTACK_A_ROUTE_SCOPE);

	ec_out_open(NULL);
	ec_route_put_dst(r);
	ec_route_put_via(r);
	if (ec.details || (table && t != RT_TABLE_MAIN))
		ec_out_str("table", "table %s ", ec_name_of(ec_tables, t));
	if (proto != RTPROT_BOOT || ec.details)
		ec_out_str("protocol", "proto %s ",
			   ec_name_of(ec_protos, proto));
	if (scope != RT_SCOPE_UNIVERSE || ec.details)
		ec_out_str("scope", "scope %s ", ec_name_of(ec_scopes, scope));
	ec_route_put_src(r);
	if (r->attr[EXPSTACK_A_ROUTE_PRIORITY])
		ec_out_num("metric", "metric %" PRIu64 " ",
			   ec_row_u32(r, EXPSTACK_A_ROUTE_PRIORITY));
	ec_out_list("flags");
	if (r->attr[EXPSTACK_A_ROUTE_ONLINK])
		ec_out_str(NULL, "%s ", "onlink");
	ec_out_list_close();
	ec_route_attr_put(r);
	ec_out_text("\n");
	ec_out_close();
}

static void ec_route_row(const struct ec_row *r, void *arg)
{
	const struct ec_route_filter *f = arg;

	if (ec_route_wanted(f, r))
		ec_route_line(r, f->table < 0);
}

static int64_t ec_route_table(const char *given)
{
	return strcmp(given, "all") ?
	       (int64_t)ec_number(ec_tables, "table", given) : -1;
}

static void ec_route_prefix_word(struct ec_route_filter *f)
{
	f->match = EC_ROUTE_EXACT;
	ec_is("to");
	if (ec_is("root"))
		f->match = EC_ROUTE_ROOT;
	else if (ec_is("match"))
		f->match = EC_ROUTE_MATCH;
	else
		ec_is("exact");
	ec_prefix(ec_value("to"), &f->dst, &f->len);
}

static void ec_route_filter_words(struct ec_route_filter *f)
{
	unsigned int type;

	while (ec_more()) {
		if (ec_is("table"))
			f->table = ec_route_table(ec_value("table"));
		else if (ec_is("dev") || ec_is("oif"))
			f->ifindex = ec_ifindex(ec_value("dev"));
		else if (ec_is("via"))
			f->via = ec_addr(ec_value("via"));
		else if (ec_is("src"))
			f->src = ec_addr(ec_value("src"));
		else if (ec_is("proto") || ec_is("protocol"))
			f->proto = ec_number(ec_protos, "protocol",
					     ec_value("proto"));
		else if (ec_is("scope"))
			f->scope = ec_number(ec_scopes, "scope",
					     ec_value("scope"));
		else if (ec_is("type"))
			f->type = ec_number(ec_route_types, "type",
					    ec_value("type"));
		else if (ec_find_name(ec_route_types, ec_peek(), &type))
			f->type = type, ec_next();
		else
			ec_route_prefix_word(f);
	}
}

int ec_route_show(void)
{
	struct ec_route_filter f = {
		.table = RT_TABLE_MAIN, .proto = -1, .scope = -1, .type = -1,
		.ifindex = -1, .via = -1, .src = -1,
	};

	ec_route_filter_words(&f);
	ec_out_begin();
	ec_nl_get(ec_nl_request(EXPSTACK_CMD_ROUTE_GET, NLM_F_DUMP),
		  ec_route_row, &f);
	ec_out_end();
	return EC_OK;
}

/* What "route get" was asked, repeated in its answer. */
struct ec_route_question {
	uint32_t src;
	int iif;
	uint32_t uid;
	uint32_t mark;
};

static void ec_route_answer(const struct ec_row *r, void *arg)
{
	const struct ec_route_question *q = arg;

	ec_out_open(NULL);
	ec_route_put_dst(r);
	if (q->src)
		ec_out_str("from", "from %s ", ec_addr_text(q->src));
	ec_route_put_via(r);
	ec_route_put_src(r);
	ec_out_list("flags");
	ec_out_list_close();
	if (q->mark)
		ec_out_num("mark", "mark 0x%" PRIx64 " ", q->mark);
	ec_out_num("uid", "uid %" PRIu64 " ", q->uid);
	ec_out_text("\n    cache ");
	ec_out_list("cache");
	switch (ec_row_u8(r, EXPSTACK_A_ROUTE_TYPE)) {
	case RTN_LOCAL:
		ec_out_str(NULL, "<%s> ", "local");
		break;
	case RTN_BROADCAST:
		ec_out_str(NULL, "<%s> ", "brd");
		break;
	case RTN_MULTICAST:
		ec_out_str(NULL, "<%s> ", "mc");
		break;
	}
	ec_out_list_close();
	ec_route_attr_put(r);
	if (q->iif)
		ec_out_str("iif", "iif %s ", ec_ifname(q->iif));
	ec_out_text("\n");
	ec_out_close();
}

int ec_route_get(void)
{
	struct nlmsghdr *nlh = ec_nl_request(EXPSTACK_CMD_ROUTE_GET, 0);
	struct ec_route_question q = { 0 };
	bool has_dst = false;
	uint32_t dst;
	uint8_t len;

	while (ec_more()) {
		if (ec_is("from")) {
			q.src = ec_addr(ec_value("from"));
		} else if (ec_is("oif") || ec_is("dev")) {
			ec_put_u32(nlh, EXPSTACK_A_ROUTE_OIF,
				   ec_ifindex(ec_value("oif")));
		} else if (ec_is("iif")) {
			q.iif = ec_ifindex(ec_value("iif"));
		} else if (ec_is("mark")) {
			q.mark = ec_u32("mark", ec_value("mark"));
		} else if (ec_is("uid")) {
			q.uid = ec_u32("uid", ec_value("uid"));
		} else if (ec_is("tos") || ec_is("dsfield")) {
			ec_put_u8(nlh, EXPSTACK_A_ROUTE_TOS,
				  ec_u8("tos", ec_value("tos")));
		} else {
			ec_is("to");
			if (has_dst)
				ec_wrong("word of \"route get\"", ec_peek());
			has_dst = true;
			ec_prefix(ec_value("to"), &dst, &len);
		}
	}
	if (!has_dst)
		ec_die(EC_USAGE, "an address is needed");
	ec_put_u32(nlh, EXPSTACK_A_ROUTE_DST, dst);
	if (q.src)
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_SRC, q.src);
	if (q.iif)
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_IIF, q.iif);
	ec_put_u32(nlh, EXPSTACK_A_ROUTE_MARK, q.mark);
	ec_put_u32(nlh, EXPSTACK_A_ROUTE_UID, q.uid);
	ec_out_begin();
	ec_nl_get(nlh, ec_route_answer, &q);
	ec_out_end();
	return EC_OK;
}
