// SPDX-License-Identifier: GPL-2.0
/*
 * expctl route: changes of routes.
 */
#include <linux/rtnetlink.h>
#include <string.h>

#include "expctl/expctl.h"

/* Words of a route that take one value; false when it is none of them. */
static bool ec_route_word(struct nlmsghdr *nlh)
{
	if (ec_is("via")) {
		ec_is("inet");
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_GATEWAY,
			   ec_addr(ec_value("via")));
	} else if (ec_is("dev") || ec_is("oif")) {
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_OIF,
			   ec_ifindex(ec_value("dev")));
	} else if (ec_is("src")) {
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_PREFSRC,
			   ec_addr(ec_value("src")));
	} else if (ec_is("metric") || ec_is("priority") || ec_is("preference")) {
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_PRIORITY,
			   ec_u32("metric", ec_value("metric")));
	} else if (ec_is("onlink")) {
		ec_put(nlh, EXPSTACK_A_ROUTE_ONLINK, 0, NULL);
	} else {
		return false;
	}
	return true;
}

/* Words of a route whose values have names. */
static bool ec_route_named(struct nlmsghdr *nlh)
{
	if (ec_is("table"))
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_TABLE,
			   ec_number(ec_tables, "table",
				     ec_value("table")));
	else if (ec_is("proto") || ec_is("protocol"))
		ec_put_u8(nlh, EXPSTACK_A_ROUTE_PROTOCOL,
			  ec_number8(ec_protos, "protocol",
				     ec_value("proto")));
	else if (ec_is("scope"))
		ec_put_u8(nlh, EXPSTACK_A_ROUTE_SCOPE,
			  ec_number8(ec_scopes, "scope",
				     ec_value("scope")));
	else if (ec_is("tos") || ec_is("dsfield"))
		ec_put_u8(nlh, EXPSTACK_A_ROUTE_TOS,
			  ec_u8("tos", ec_value("tos")));
	else
		return false;
	return true;
}

static int ec_route_change(uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = ec_nl_request(cmd, flags);
	bool has_dst = false;
	uint32_t dst, locked = 0;
	unsigned int type;
	uint8_t len;

	while (ec_more()) {
		if (ec_route_word(nlh) || ec_route_named(nlh) ||
		    ec_route_attr(nlh, &locked))
			continue;
		ec_is("to");
		if (ec_find_name(ec_route_types, ec_peek(), &type)) {
			ec_next();
			ec_put_u8(nlh, EXPSTACK_A_ROUTE_TYPE, type);
			continue;
		}
		if (has_dst)
			ec_wrong("word of \"route\"", ec_peek());
		has_dst = true;
		ec_prefix(ec_value("to"), &dst, &len);
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_DST, dst);
		ec_put_u8(nlh, EXPSTACK_A_ROUTE_DST_LEN, len);
	}
	if (!has_dst)
		ec_die(EC_USAGE, "a prefix is needed");
	ec_route_attr_end(nlh, locked);
	ec_nl_do(nlh);
	return EC_OK;
}

static int ec_route_add(void)
{
	return ec_route_change(EXPSTACK_CMD_ROUTE_ADD,
			       NLM_F_CREATE | NLM_F_EXCL);
}

static int ec_route_replace(void)
{
	return ec_route_change(EXPSTACK_CMD_ROUTE_ADD,
			       NLM_F_CREATE | NLM_F_REPLACE);
}

static int ec_route_change_one(void)
{
	return ec_route_change(EXPSTACK_CMD_ROUTE_ADD, NLM_F_REPLACE);
}

static int ec_route_append(void)
{
	return ec_route_change(EXPSTACK_CMD_ROUTE_ADD,
			       NLM_F_CREATE | NLM_F_APPEND);
}

static int ec_route_del(void)
{
	return ec_route_change(EXPSTACK_CMD_ROUTE_DEL, 0);
}

int ec_route(void)
{
	static const struct ec_command commands[] = {
		{ "show", ec_route_show },
		{ "list", ec_route_show },
		{ "lst", ec_route_show },
		{ "get", ec_route_get },
		{ "add", ec_route_add },
		{ "append", ec_route_append },
		{ "change", ec_route_change_one },
		{ "chg", ec_route_change_one },
		{ "replace", ec_route_replace },
		{ "delete", ec_route_del },
		{ NULL, NULL },
	};

	return ec_dispatch("route", commands, "show");
}
