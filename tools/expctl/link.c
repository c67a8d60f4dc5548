// SPDX-License-Identifier: GPL-2.0
/*
 * expctl link: devices that are attached to expstack.
 */
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "expctl/expctl.h"

static const struct ec_name ec_link_modes[] = {
	{ EXPSTACK_LINK_MODE_EXCLUSIVE, "exclusive" },
	{ EXPSTACK_LINK_MODE_SHARED, "shared" },
	{ EXPSTACK_LINK_MODE_LOOPBACK, "loopback" },
	{ 0, NULL },
};

static const struct ec_name ec_link_types[] = {
	{ ARPHRD_ETHER, "ether" },
	{ ARPHRD_LOOPBACK, "loopback" },
	{ ARPHRD_NONE, "none" },
	{ ARPHRD_PPP, "ppp" },
	{ ARPHRD_RAWIP, "rawip" },
	{ 0, NULL },
};

static const struct ec_name ec_link_states[] = {
	{ 0, "UNKNOWN" },
	{ 1, "NOTPRESENT" },
	{ 2, "DOWN" },
	{ 3, "LOWERLAYERDOWN" },
	{ 4, "TESTING" },
	{ 5, "DORMANT" },
	{ 6, "UP" },
	{ 0, NULL },
};

static const struct ec_name ec_link_flags[] = {
	{ IFF_LOOPBACK, "LOOPBACK" },
	{ IFF_BROADCAST, "BROADCAST" },
	{ IFF_POINTOPOINT, "POINTOPOINT" },
	{ IFF_MULTICAST, "MULTICAST" },
	{ IFF_NOARP, "NOARP" },
	{ IFF_ALLMULTI, "ALLMULTI" },
	{ IFF_PROMISC, "PROMISC" },
	{ IFF_MASTER, "MASTER" },
	{ IFF_SLAVE, "SLAVE" },
	{ IFF_DEBUG, "DEBUG" },
	{ IFF_DYNAMIC, "DYNAMIC" },
	{ IFF_AUTOMEDIA, "AUTOMEDIA" },
	{ IFF_PORTSEL, "PORTSEL" },
	{ IFF_NOTRAILERS, "NOTRAILERS" },
	{ IFF_UP, "UP" },
	{ IFF_LOWER_UP, "LOWER_UP" },
	{ IFF_DORMANT, "DORMANT" },
	{ IFF_ECHO, "ECHO" },
	{ 0, NULL },
};

static int ec_link_by_index(const void *a, const void *b)
{
	const struct ec_row *x = *(struct ec_row *const *)a;
	const struct ec_row *y = *(struct ec_row *const *)b;

	return (int)ec_row_u32(x, EXPSTACK_A_LINK_IFINDEX) -
	       (int)ec_row_u32(y, EXPSTACK_A_LINK_IFINDEX);
}

/* One device, or all (0) in the order of their numbers. */
void ec_link_fetch(struct ec_rows *links, int ifindex)
{
	struct nlmsghdr *nlh;

	nlh = ec_nl_request(EXPSTACK_CMD_LINK_GET, ifindex ? 0 : NLM_F_DUMP);
	if (ifindex)
		ec_put_u32(nlh, EXPSTACK_A_LINK_IFINDEX, ifindex);
	ec_nl_get(nlh, ec_rows_keep, links);
	if (links->n)
		qsort(links->row, links->n, sizeof(*links->row),
		      ec_link_by_index);
}

static void ec_link_show_flags(uint32_t flags)
{
	const struct ec_name *f;
	const char *sep = "";

	ec_out_list("flags");
	ec_out_text("<");
	if ((flags & IFF_UP) && !(flags & IFF_RUNNING)) {
		ec_out_str(NULL, "%s", "NO-CARRIER");
		sep = ",";
	}
	for (f = ec_link_flags; f->name; f++)
		if (flags & f->number) {
			ec_out_text("%s", sep);
			ec_out_str(NULL, "%s", f->name);
			sep = ",";
		}
	ec_out_text("> ");
	ec_out_list_close();
}

/* The lines of a device, within an open object. */
void ec_link_head(const struct ec_row *row, bool mode)
{
	ec_out_num("ifindex", "%" PRIu64 ": ",
		   ec_row_u32(row, EXPSTACK_A_LINK_IFINDEX));
	ec_out_str("ifname", "%s: ", ec_row_str(row, EXPSTACK_A_LINK_IFNAME));
	ec_link_show_flags(ec_row_u32(row, EXPSTACK_A_LINK_FLAGS));
	ec_out_num("mtu", "mtu %" PRIu64 " ",
		   ec_row_u32(row, EXPSTACK_A_LINK_MTU));
	if (mode || ec.json)
		ec_out_str("mode", "mode %s ",
			   ec_name_of(ec_link_modes,
				      ec_row_u32(row, EXPSTACK_A_LINK_MODE)));
	ec_out_str("operstate", "state %s \n",
		   ec_name_of(ec_link_states,
			      ec_row_u8(row, EXPSTACK_A_LINK_OPERSTATE)));
	ec_out_str("link_type", "    link/%s ",
		   ec_name_of(ec_link_types,
			      ec_row_u16(row, EXPSTACK_A_LINK_TYPE)));
	if (row->attr[EXPSTACK_A_LINK_ADDRESS]) {
		ec_out_str("address", "%s ",
			   ec_row_lladdr(row, EXPSTACK_A_LINK_ADDRESS));
		ec_out_str("broadcast", "brd %s",
			   ec_row_lladdr(row, EXPSTACK_A_LINK_BROADCAST));
	}
	ec_out_text("\n");
}

static void ec_link_show_stats(const struct ec_row *row)
{
	uint64_t rx = ec_row_uint(row, EXPSTACK_A_LINK_RX_PACKETS);
	uint64_t tx = ec_row_uint(row, EXPSTACK_A_LINK_TX_PACKETS);

	ec_out_open("stats64");
	ec_out_open("rx");
	ec_out_num("packets", "    RX:  packets\n         %7" PRIu64 "\n", rx);
	ec_out_close();
	ec_out_open("tx");
	ec_out_num("packets", "    TX:  packets\n         %7" PRIu64 "\n", tx);
	ec_out_close();
	ec_out_close();
}

/* [dev] NAME */
static int ec_link_word_dev(void)
{
	if (!ec_more())
		return 0;
	if (ec_is("dev"))
		return ec_ifindex(ec_value("dev"));
	return ec_ifindex(ec_next());
}

static int ec_link_show(void)
{
	struct ec_rows links = { 0 };
	int ifindex = ec_link_word_dev();
	size_t i;

	if (ec_more())
		ec_wrong("word of \"link show\"", ec_peek());
	ec_link_fetch(&links, ifindex);
	ec_out_begin();
	for (i = 0; i < links.n; i++) {
		ec_out_open(NULL);
		ec_link_head(links.row[i], true);
		if (ec.stats)
			ec_link_show_stats(links.row[i]);
		ec_out_close();
	}
	ec_out_end();
	return EC_OK;
}

static int ec_link_attach(void)
{
	int ifindex = ec_link_word_dev();
	struct nlmsghdr *nlh;
	unsigned int mode = EXPSTACK_LINK_MODE_EXCLUSIVE;
	const char *word;

	if (!ifindex)
		ec_die(EC_USAGE, "a device is needed");
	if (ec_is("mode")) {
		word = ec_value("mode");
		if (!ec_find_name(ec_link_modes, word, &mode) ||
		    mode == EXPSTACK_LINK_MODE_LOOPBACK)
			ec_wrong("mode (exclusive or shared)", word);
	}
	if (ec_more())
		ec_wrong("word of \"link attach\"", ec_peek());
	nlh = ec_nl_request(EXPSTACK_CMD_LINK_ATTACH, 0);
	ec_put_u32(nlh, EXPSTACK_A_LINK_IFINDEX, ifindex);
	ec_put_u32(nlh, EXPSTACK_A_LINK_MODE, mode);
	ec_nl_do(nlh);
	return EC_OK;
}

static int ec_link_detach(void)
{
	int ifindex = ec_link_word_dev();
	struct nlmsghdr *nlh;

	if (!ifindex)
		ec_die(EC_USAGE, "a device is needed");
	if (ec_more())
		ec_wrong("word of \"link detach\"", ec_peek());
	nlh = ec_nl_request(EXPSTACK_CMD_LINK_DETACH, 0);
	ec_put_u32(nlh, EXPSTACK_A_LINK_IFINDEX, ifindex);
	ec_nl_do(nlh);
	return EC_OK;
}

int ec_link(void)
{
	static const struct ec_command commands[] = {
		{ "show", ec_link_show },
		{ "list", ec_link_show },
		{ "lst", ec_link_show },
		{ "attach", ec_link_attach },
		{ "detach", ec_link_detach },
		{ NULL, NULL },
	};

	return ec_dispatch("link", commands, "show");
}
