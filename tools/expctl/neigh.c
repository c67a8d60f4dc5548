// SPDX-License-Identifier: GPL-2.0
/*
 * expctl neigh: neighbours and their link-layer addresses.
 */
#include <ctype.h>
#include <inttypes.h>
#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>

#include "expctl/expctl.h"

#define EC_LLADDR_MAX	32

/* What was told: of "show" and "flush" a filter. */
struct ec_neigh_args {
	const char *prefix;	/* as given, when it is not one address */
	uint32_t addr;
	uint8_t len;
	bool has_addr;
	int ifindex;
	bool has_nud;
	unsigned int nud;
	uint8_t lladdr[EC_LLADDR_MAX];
	unsigned int lladdr_len;
};

static void ec_neigh_lladdr(struct ec_neigh_args *a, const char *given)
{
	const char *p = given;
	unsigned long byte;
	char *end;

	while (*p && a->lladdr_len < EC_LLADDR_MAX) {
		byte = strtoul(p, &end, 16);
		if (!isxdigit((unsigned char)*p) || byte > 0xff ||
		    (*end && *end != ':') || (*end && !end[1]))
			ec_wrong("link-layer address", given);
		a->lladdr[a->lladdr_len++] = byte;
		p = *end ? end + 1 : end;
	}
	if (*p || !a->lladdr_len)
		ec_wrong("link-layer address", given);
}

static void ec_neigh_words(struct ec_neigh_args *a)
{
	const char *word;

	while (ec_more()) {
		if (ec_is("dev")) {
			a->ifindex = ec_ifindex(ec_value("dev"));
		} else if (ec_is("lladdr")) {
			ec_neigh_lladdr(a, ec_value("lladdr"));
		} else if (ec_is("nud") || ec_is("state")) {
			word = ec_value("nud");
			a->has_nud = strcmp(word, "all");
			if (a->has_nud)
				a->nud = ec_number8(ec_nud, "state", word);
			else
				a->nud = 0;
		} else {
			ec_is("to");
			if (a->has_addr)
				ec_wrong("word of \"neigh\"", ec_peek());
			a->has_addr = true;
			word = ec_value("to");
			if (ec_prefix(word, &a->addr, &a->len))
				a->prefix = word;
		}
	}
}

static struct nlmsghdr *ec_neigh_request(uint8_t cmd, uint16_t flags,
					 struct ec_neigh_args *a)
{
	struct nlmsghdr *nlh;

	ec_neigh_words(a);
	if (!a->has_addr)
		ec_die(EC_USAGE, "an address is needed");
	if (a->prefix)
		ec_wrong("address", a->prefix);
	if (!a->ifindex)
		ec_die(EC_USAGE, "\"dev\" is needed");
	nlh = ec_nl_request(cmd, flags);
	ec_put_u32(nlh, EXPSTACK_A_NEIGH_IFINDEX, a->ifindex);
	ec_put_u32(nlh, EXPSTACK_A_NEIGH_DST, a->addr);
	return nlh;
}

static int ec_neigh_set(uint16_t flags)
{
	struct ec_neigh_args a = { 0 };
	struct nlmsghdr *nlh = ec_neigh_request(EXPSTACK_CMD_NEIGH_ADD, flags,
						&a);

	if (a.lladdr_len)
		ec_put(nlh, EXPSTACK_A_NEIGH_LLADDR, a.lladdr_len, a.lladdr);
	ec_put_u16(nlh, EXPSTACK_A_NEIGH_STATE,
		   a.has_nud ? a.nud : NUD_PERMANENT);
	ec_nl_do(nlh);
	return EC_OK;
}

static int ec_neigh_add(void)
{
	return ec_neigh_set(NLM_F_CREATE | NLM_F_EXCL);
}

static int ec_neigh_replace(void)
{
	return ec_neigh_set(NLM_F_CREATE | NLM_F_REPLACE);
}

static int ec_neigh_change(void)
{
	return ec_neigh_set(NLM_F_REPLACE);
}

static int ec_neigh_del(void)
{
	struct ec_neigh_args a = { 0 };

	ec_nl_do(ec_neigh_request(EXPSTACK_CMD_NEIGH_DEL, 0, &a));
	return EC_OK;
}

static int ec_neigh_flush(void)
{
	struct ec_neigh_args a = { 0 };
	struct nlmsghdr *nlh;

	ec_neigh_words(&a);
	if (a.has_addr)
		ec_die(EC_USAGE,
		       "\"neigh flush\" takes a device or \"all\", \"neigh del\" an address");
	/* The kernel knows only whether permanent ones go too. */
	if (a.has_nud && a.nud != NUD_PERMANENT)
		ec_die(EC_USAGE, "\"neigh flush\" takes no state but permanent");
	nlh = ec_nl_request(EXPSTACK_CMD_NEIGH_FLUSH, 0);
	if (a.ifindex)
		ec_put_u32(nlh, EXPSTACK_A_NEIGH_IFINDEX, a.ifindex);
	if (a.has_nud)
		ec_put_u16(nlh, EXPSTACK_A_NEIGH_STATE, a.nud);
	ec_nl_do(nlh);
	return EC_OK;
}

static bool ec_neigh_wanted(const struct ec_neigh_args *f,
			    const struct ec_row *r)
{
	uint32_t addr = ntohl(ec_row_u32(r, EXPSTACK_A_NEIGH_DST));
	uint16_t nud = ec_row_u16(r, EXPSTACK_A_NEIGH_STATE);

	if (f->has_addr && f->len &&
	    ((addr ^ ntohl(f->addr)) >> (32 - f->len)))
		return false;
	if (f->has_nud)
		return nud == f->nud;
	return nud != NUD_NONE && nud != NUD_NOARP;
}

static void ec_neigh_stats(const struct ec_row *r)
{
	ec_out_num("refcnt", "ref %" PRIu64 " ",
		   ec_row_u32(r, EXPSTACK_A_NEIGH_REFCNT));
	ec_out_num("used", "used %" PRIu64 "/",
		   ec_row_u32(r, EXPSTACK_A_NEIGH_USED) / 1000);
	ec_out_num("confirmed", "%" PRIu64 "/",
		   ec_row_u32(r, EXPSTACK_A_NEIGH_CONFIRMED) / 1000);
	ec_out_num("updated", "%" PRIu64 " ",
		   ec_row_u32(r, EXPSTACK_A_NEIGH_UPDATED) / 1000);
	ec_out_num("probes", "probes %" PRIu64 " ",
		   ec_row_u32(r, EXPSTACK_A_NEIGH_PROBES));
}

static void ec_neigh_row(const struct ec_row *r, void *arg)
{
	uint8_t flags = ec_row_u8(r, EXPSTACK_A_NEIGH_FLAGS);
	const struct ec_neigh_args *f = arg;
	char state[16];
	char *p;

	if (!ec_neigh_wanted(f, r))
		return;
	ec_out_open(NULL);
	ec_out_str("dst", "%s ",
		   ec_addr_text(ec_row_u32(r, EXPSTACK_A_NEIGH_DST)));
	ec_out_str("dev", "dev %s ",
		   ec_ifname(ec_row_u32(r, EXPSTACK_A_NEIGH_IFINDEX)));
	if (r->attr[EXPSTACK_A_NEIGH_LLADDR])
		ec_out_str("lladdr", "lladdr %s ",
			   ec_row_lladdr(r, EXPSTACK_A_NEIGH_LLADDR));
	if (flags & NTF_ROUTER)
		ec_out_flag("router", "router ");
	if (ec.stats)
		ec_neigh_stats(r);
	strncpy(state, ec_name_of(ec_nud, ec_row_u16(r, EXPSTACK_A_NEIGH_STATE)),
		sizeof(state) - 1);
	state[sizeof(state) - 1] = '\0';
	for (p = state; *p; p++)
		*p = toupper((unsigned char)*p);
	ec_out_list("state");
	ec_out_str(NULL, "%s ", state);
	ec_out_list_close();
	ec_out_text("\n");
	ec_out_close();
}

static int ec_neigh_show(void)
{
	struct ec_neigh_args f = { 0 };
	struct nlmsghdr *nlh;

	ec_neigh_words(&f);
	nlh = ec_nl_request(EXPSTACK_CMD_NEIGH_GET, NLM_F_DUMP);
	if (f.ifindex)
		ec_put_u32(nlh, EXPSTACK_A_NEIGH_IFINDEX, f.ifindex);
	ec_out_begin();
	ec_nl_get(nlh, ec_neigh_row, &f);
	ec_out_end();
	return EC_OK;
}

int ec_neigh(void)
{
	static const struct ec_command commands[] = {
		{ "show", ec_neigh_show },
		{ "list", ec_neigh_show },
		{ "lst", ec_neigh_show },
		{ "add", ec_neigh_add },
		{ "change", ec_neigh_change },
		{ "chg", ec_neigh_change },
		{ "replace", ec_neigh_replace },
		{ "delete", ec_neigh_del },
		{ "flush", ec_neigh_flush },
		{ NULL, NULL },
	};

	return ec_dispatch("neighbour", commands, "show");
}
