// SPDX-License-Identifier: GPL-2.0
/*
 * expctl addr: addresses of attached devices.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "expctl/expctl.h"

/* What "addr add" and "addr del" were told. */
struct ec_addr_args {
	uint32_t local;
	uint32_t peer;
	uint32_t broadcast;
	uint8_t prefixlen;
	bool has_local;
	bool has_peer;
	int ifindex;
	int scope;		/* -1: not said */
	const char *label;
};

static uint32_t ec_addr_broadcast(const char *given, uint32_t local,
				  uint8_t prefixlen)
{
	uint32_t host = prefixlen ? htonl(~(~0u << (32 - prefixlen))) : ~0u;

	if (!strcmp(given, "+"))
		return prefixlen < 31 ? local | host : 0;
	if (!strcmp(given, "-"))
		return local & ~host;
	return ec_addr(given);
}

static void ec_addr_words(struct ec_addr_args *a)
{
	const char *brd = NULL;
	uint8_t len;

	while (ec_more()) {
		if (ec_is("dev")) {
			a->ifindex = ec_ifindex(ec_value("dev"));
		} else if (ec_is("peer") || ec_is("remote")) {
			a->has_peer = true;
			if (ec_prefix(ec_value("peer"), &a->peer, &len) ||
			    len < a->prefixlen)
				a->prefixlen = len;
		} else if (ec_is("broadcast") || ec_is("brd")) {
			brd = ec_value("broadcast");
		} else if (ec_is("label")) {
			a->label = ec_value("label");
		} else if (ec_is("scope")) {
			a->scope = ec_number8(ec_scopes, "scope",
					      ec_value("scope"));
		} else {
			ec_is("local");
			if (a->has_local)
				ec_wrong("word of \"addr\"", ec_peek());
			a->has_local = true;
			ec_prefix(ec_value("local"), &a->local, &a->prefixlen);
		}
	}
	if (!a->has_local)
		ec_die(EC_USAGE, "an address is needed");
	if (!a->ifindex)
		ec_die(EC_USAGE, "\"dev\" is needed");
	if (a->label && strlen(a->label) >= IF_NAMESIZE)
		ec_wrong("label", a->label);
	if (brd)
		a->broadcast = ec_addr_broadcast(brd, a->local, a->prefixlen);
}

static struct nlmsghdr *ec_addr_request(uint8_t cmd, struct ec_addr_args *a)
{
	struct nlmsghdr *nlh;

	ec_addr_words(a);
	nlh = ec_nl_request(cmd, 0);
	ec_put_u32(nlh, EXPSTACK_A_ADDR_IFINDEX, a->ifindex);
	ec_put_u32(nlh, EXPSTACK_A_ADDR_LOCAL, a->local);
	ec_put_u8(nlh, EXPSTACK_A_ADDR_PREFIXLEN, a->prefixlen);
	return nlh;
}

static int ec_addr_add(void)
{
	struct ec_addr_args a = { .scope = -1 };
	struct nlmsghdr *nlh = ec_addr_request(EXPSTACK_CMD_ADDR_ADD, &a);

	if (a.has_peer)
		ec_put_u32(nlh, EXPSTACK_A_ADDR_PEER, a.peer);
	if (a.broadcast)
		ec_put_u32(nlh, EXPSTACK_A_ADDR_BROADCAST, a.broadcast);
	if (a.scope < 0 && (ntohl(a.local) >> 24) == IN_LOOPBACKNET)
		a.scope = RT_SCOPE_HOST;
	if (a.scope >= 0)
		ec_put_u8(nlh, EXPSTACK_A_ADDR_SCOPE, a.scope);
	if (a.label)
		ec_put_str(nlh, EXPSTACK_A_ADDR_LABEL, a.label);
	ec_nl_do(nlh);
	return EC_OK;
}

static int ec_addr_del(void)
{
	struct ec_addr_args a = { .scope = -1 };

	ec_nl_do(ec_addr_request(EXPSTACK_CMD_ADDR_DEL, &a));
	return EC_OK;
}

static void ec_addr_line(const struct ec_row *row)
{
	uint32_t local = ec_row_u32(row, EXPSTACK_A_ADDR_LOCAL);
	uint32_t peer = ec_row_u32(row, EXPSTACK_A_ADDR_PEER);
	uint32_t brd = ec_row_u32(row, EXPSTACK_A_ADDR_BROADCAST);

	ec_out_open(NULL);
	ec_out_str("family", "    %s ", "inet");
	ec_out_str("local", "%s", ec_addr_text(local));
	if (peer && peer != local)
		ec_out_str("address", " peer %s", ec_addr_text(peer));
	ec_out_num("prefixlen", "/%" PRIu64 " ",
		   ec_row_u8(row, EXPSTACK_A_ADDR_PREFIXLEN));
	if (brd)
		ec_out_str("broadcast", "brd %s ", ec_addr_text(brd));
	ec_out_str("scope", "scope %s ",
		   ec_name_of(ec_scopes,
			      ec_row_u8(row, EXPSTACK_A_ADDR_SCOPE)));
	if (row->attr[EXPSTACK_A_ADDR_SECONDARY])
		ec_out_flag("secondary", "secondary ");
	ec_out_str("label", "%s\n", ec_row_str(row, EXPSTACK_A_ADDR_LABEL));
	ec_out_num("valid_life_time", NULL, UINT32_MAX);
	ec_out_num("preferred_life_time", NULL, UINT32_MAX);
	ec_out_text("       valid_lft forever preferred_lft forever\n");
	ec_out_close();
}

/* "to", "label", "scope" and the device narrow the list. */
struct ec_addr_filter {
	int ifindex;
	int scope;
	const char *label;
};

static bool ec_addr_wanted(const struct ec_addr_filter *f,
			   const struct ec_row *row)
{
	if (f->scope >= 0 &&
	    ec_row_u8(row, EXPSTACK_A_ADDR_SCOPE) != f->scope)
		return false;
	return !f->label ||
	       !strcmp(ec_row_str(row, EXPSTACK_A_ADDR_LABEL), f->label);
}

static void ec_addr_filter_words(struct ec_addr_filter *f)
{
	while (ec_more()) {
		if (ec_is("label")) {
			f->label = ec_value("label");
		} else if (ec_is("scope")) {
			f->scope = ec_number(ec_scopes, "scope",
					     ec_value("scope"));
		} else {
			ec_is("dev");
			if (f->ifindex)
				ec_wrong("word of \"addr show\"", ec_peek());
			f->ifindex = ec_ifindex(ec_value("dev"));
		}
	}
}

static void ec_addr_of_link(const struct ec_addr_filter *f,
			    const struct ec_row *link,
			    const struct ec_rows *addrs)
{
	uint32_t ifindex = ec_row_u32(link, EXPSTACK_A_LINK_IFINDEX);
	size_t i;

	ec_out_open(NULL);
	ec_link_head(link, false);
	ec_out_list("addr_info");
	for (i = 0; i < addrs->n; i++)
		if (ec_row_u32(addrs->row[i], EXPSTACK_A_ADDR_IFINDEX) ==
		    ifindex && ec_addr_wanted(f, addrs->row[i]))
			ec_addr_line(addrs->row[i]);
	ec_out_list_close();
	ec_out_close();
}

static int ec_addr_show(void)
{
	struct ec_addr_filter f = { .scope = -1 };
	struct ec_rows links = { 0 }, addrs = { 0 };
	struct nlmsghdr *nlh;
	size_t i;

	ec_addr_filter_words(&f);
	ec_link_fetch(&links, f.ifindex);
	nlh = ec_nl_request(EXPSTACK_CMD_ADDR_GET, NLM_F_DUMP);
	if (f.ifindex)
		ec_put_u32(nlh, EXPSTACK_A_ADDR_IFINDEX, f.ifindex);
	ec_nl_get(nlh, ec_rows_keep, &addrs);
	ec_out_begin();
	for (i = 0; i < links.n; i++)
		ec_addr_of_link(&f, links.row[i], &addrs);
	ec_out_end();
	return EC_OK;
}

int ec_addr_object(void)
{
	static const struct ec_command commands[] = {
		{ "show", ec_addr_show },
		{ "list", ec_addr_show },
		{ "lst", ec_addr_show },
		{ "add", ec_addr_add },
		{ "delete", ec_addr_del },
		{ NULL, NULL },
	};

	return ec_dispatch("address", commands, "show");
}
