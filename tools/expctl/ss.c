// SPDX-License-Identifier: GPL-2.0
/*
 * expctl ss: sockets, pending requests and TIME-WAITs.
 */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "expctl/ss.h"

/* States of linux/tcp.h; as words of a filter. */
enum {
	EC_ESTABLISHED = 1, EC_SYN_SENT, EC_SYN_RECV, EC_FIN_WAIT1,
	EC_FIN_WAIT2, EC_TIME_WAIT, EC_CLOSE, EC_CLOSE_WAIT, EC_LAST_ACK,
	EC_LISTEN, EC_CLOSING, EC_NEW_SYN_RECV,
};

#define EC_BIT(state)	(1u << EC_##state)
#define EC_ALL		0x1ffeu
#define EC_CONNECTED	(EC_ALL & ~(EC_BIT(LISTEN) | EC_BIT(CLOSE) | \
				    EC_BIT(TIME_WAIT) | EC_BIT(SYN_RECV) | \
				    EC_BIT(NEW_SYN_RECV)))

static const struct {
	const char *name;
	uint32_t states;
} ec_ss_filters[] = {
	{ "established", EC_BIT(ESTABLISHED) },
	{ "syn-sent", EC_BIT(SYN_SENT) },
	{ "syn-recv", EC_BIT(SYN_RECV) | EC_BIT(NEW_SYN_RECV) },
	{ "fin-wait-1", EC_BIT(FIN_WAIT1) },
	{ "fin-wait-2", EC_BIT(FIN_WAIT2) },
	{ "time-wait", EC_BIT(TIME_WAIT) },
	{ "closed", EC_BIT(CLOSE) },
	{ "unconnected", EC_BIT(CLOSE) },
	{ "close-wait", EC_BIT(CLOSE_WAIT) },
	{ "last-ack", EC_BIT(LAST_ACK) },
	{ "listening", EC_BIT(LISTEN) },
	{ "closing", EC_BIT(CLOSING) },
	{ "all", EC_ALL },
	{ "connected", EC_ALL & ~(EC_BIT(LISTEN) | EC_BIT(CLOSE)) },
	{ "synchronized", EC_CONNECTED & ~EC_BIT(SYN_SENT) },
	{ "bucket", EC_BIT(SYN_RECV) | EC_BIT(NEW_SYN_RECV) |
		    EC_BIT(TIME_WAIT) },
	{ "big", EC_ALL & ~(EC_BIT(SYN_RECV) | EC_BIT(NEW_SYN_RECV) |
			    EC_BIT(TIME_WAIT)) },
};

static uint32_t ec_ss_filter(const char *given)
{
	size_t i;

	for (i = 0; i < MNL_ARRAY_SIZE(ec_ss_filters); i++)
		if (!strcmp(ec_ss_filters[i].name, given))
			return ec_ss_filters[i].states;
	ec_wrong("state", given);
}

/* One letter of -tuwna. */
static void ec_ss_letter(struct ec_ss_args *a, char letter, const char *word)
{
	switch (letter) {
	case 't':
		a->tcp = true;
		break;
	case 'u':
		a->udp = true;
		break;
	case 'w':
		a->raw = true;
		break;
	case 'a':
		a->all = true;
		break;
	case 'l':
		a->listening = true;
		break;
	case 'n':
		a->numeric = true;
		break;
	case 'i':
		a->info = true;
		break;
	case 'e':
		a->extended = true;
		break;
	case 'm':
		a->memory = true;
		break;
	case 'o':
		a->timers = true;
		break;
	case 'O':
		a->oneline = true;
		break;
	case 'H':
		a->no_header = true;
		break;
	case '4':
		break;
	default:
		ec_wrong("option of \"ss\"", word);
	}
}

static const struct {
	const char *name;
	char letter;
} ec_ss_long[] = {
	{ "--tcp", 't' }, { "--udp", 'u' }, { "--raw", 'w' },
	{ "--all", 'a' },
	{ "--listening", 'l' }, { "--numeric", 'n' }, { "--info", 'i' },
	{ "--extended", 'e' }, { "--memory", 'm' }, { "--options", 'o' },
	{ "--oneline", 'O' }, { "--no-header", 'H' }, { "--ipv4", '4' },
};

static void ec_ss_option(struct ec_ss_args *a, const char *word)
{
	const char *p;
	size_t i;

	for (i = 0; i < MNL_ARRAY_SIZE(ec_ss_long); i++)
		if (!strcmp(ec_ss_long[i].name, word)) {
			ec_ss_letter(a, ec_ss_long[i].letter, word);
			return;
		}
	for (p = word + 1; *p; p++)
		ec_ss_letter(a, *p, word);
}

/* Without "state": by the options; all but what is excluded, if anything is. */
static uint32_t ec_ss_default(const struct ec_ss_args *a, uint32_t excluded)
{
	if (a->listening && !a->all)
		return EC_BIT(LISTEN) | EC_BIT(CLOSE);
	return a->all || excluded ? EC_ALL : EC_CONNECTED;
}

static void ec_ss_words(struct ec_ss_args *a)
{
	uint32_t excluded = 0;
	const char *word;

	while (ec_more()) {
		word = ec_next();
		if (!strcmp(word, "state"))
			a->states |= ec_ss_filter(ec_value("state"));
		else if (!strcmp(word, "exclude"))
			excluded |= ec_ss_filter(ec_value("exclude"));
		else if (word[0] == '-' && word[1])
			ec_ss_option(a, word);
		else
			ec_wrong("word of \"ss\"", word);
	}
	if (!a->tcp && !a->udp && !a->raw) {
		a->tcp = true;
		a->udp = true;
		a->raw = true;
	}
	if (!a->states)
		a->states = ec_ss_default(a, excluded);
	a->states &= ~excluded;
}

static void ec_ss_get(const struct ec_ss_args *a, uint8_t proto,
		      struct ec_rows *rows)
{
	struct nlmsghdr *nlh = ec_nl_request(EXPSTACK_CMD_SOCK_GET, NLM_F_DUMP);
	uint32_t ext = 0;

	if (a->info)
		ext |= EXPSTACK_SOCK_EXT_INFO | EXPSTACK_SOCK_EXT_MD5SIG;
	if (a->memory)
		ext |= EXPSTACK_SOCK_EXT_MEM;
	ec_put_u8(nlh, EXPSTACK_A_SOCK_PROTOCOL, proto);
	ec_put_u32(nlh, EXPSTACK_A_SOCK_STATES, a->states);
	if (ext)
		ec_put_u32(nlh, EXPSTACK_A_SOCK_EXT, ext);
	ec_nl_get(nlh, ec_rows_keep, rows);
}

int ec_ss(void)
{
	struct ec_ss_args a = { 0 };
	struct ec_rows rows = { 0 };

	ec_ss_words(&a);
	if (a.raw) {
		ec_ss_get(&a, IPPROTO_ICMP, &rows);
		ec_ss_get(&a, IPPROTO_RAW, &rows);
	}
	if (a.udp)
		ec_ss_get(&a, IPPROTO_UDP, &rows);
	if (a.tcp)
		ec_ss_get(&a, IPPROTO_TCP, &rows);
	ec_ss_show(&a, &rows);
	return EC_OK;
}
