// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: the tests and the options.
 * Owns:   the table of tests
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/expstack.h>

#include "expbench/expbench.h"

#define EB_OPT_CLIENT_FAMILY	256
#define EB_OPT_SERVER_FAMILY	257
#define EB_OPT_CLIENT_NETNS	258
#define EB_OPT_SERVER_NETNS	259

static const struct eb_test eb_tests[] = {
	{ "stream", "bytes from client to server", EB_BITS, SOCK_STREAM,
	  131072, 0, eb_stream_client, eb_stream_server },
	{ "maerts", "bytes from server to client", EB_BITS, SOCK_STREAM,
	  131072, 0, eb_maerts_client, eb_maerts_server },
	{ "rr", "request and reply", EB_RATE, SOCK_STREAM,
	  1, 1, eb_rr_client, eb_rr_server },
	{ "crr", "connect, request, reply, close", EB_RATE, SOCK_STREAM,
	  1, 1, eb_crr_client, eb_crr_server },
	{ "udp_stream", "datagrams from client to server", EB_PACKETS,
	  SOCK_DGRAM, 64, 0, eb_udp_stream_client, eb_udp_stream_server },
	{ "udp_recv", "datagrams from server to client", EB_PACKETS,
	  SOCK_DGRAM, 64, 0, eb_udp_recv_client, eb_udp_recv_server },
	{ "udp_rr", "request and reply in datagrams", EB_RATE, SOCK_DGRAM,
	  1, 1, eb_udp_rr_client, eb_udp_rr_server },
	{ "idle", "memory of idle connections", EB_MEMORY, SOCK_STREAM,
	  1, 1, eb_idle_client, eb_idle_server },
	{ "timewait", "memory of TIME-WAIT", EB_MEMORY, SOCK_STREAM,
	  1, 1, eb_timewait_client, eb_timewait_server },
};

/**
 * eb_test_find() - a test by its name
 * @name: as given with -t
 *
 * Return: the test or NULL.
 */
const struct eb_test *eb_test_find(const char *name)
{
	for (size_t i = 0; i < EB_ARRAY_SIZE(eb_tests); i++)
		if (!strcmp(eb_tests[i].name, name))
			return &eb_tests[i];
	return NULL;
}

/**
 * eb_family_name() - a family as given with -f
 * @family: AF_INET or AF_EXPSTACK
 *
 * Return: its name.
 */
const char *eb_family_name(int family)
{
	return family == AF_EXPSTACK ? "expstack" : "inet";
}

static void eb_usage(FILE *to)
{
	fputs("usage: expbench server [-f FAMILY] [-B ADDR] [-p PORT]\n"
	      "       expbench client -t TEST [-f FAMILY] -H ADDR [-p PORT] [OPTION...]\n"
	      "       expbench run -t TEST [--client-family F] [--server-family F]\n"
	      "                [--client-netns NS] [--server-netns NS] -H ADDR [OPTION...]\n"
	      "FAMILY is inet (default) or expstack. OPTIONs:\n"
	      "  -B ADDR  bind to this address      -P N     flows at the same time (1)\n"
	      "  -l SECS  run this long (5)         -n N     instead: so many messages, connections\n"
	      "  -s N     bytes of a message        -S N     bytes of a reply\n"
	      "  -w N     datagrams at a time (0)   -j       JSON on one line\n"
	      "TEST is one of:\n", to);
	for (size_t i = 0; i < EB_ARRAY_SIZE(eb_tests); i++)
		fprintf(to, "  %-10s  %s\n", eb_tests[i].name,
			eb_tests[i].what);
}

static noreturn void eb_bad(const char *word, const char *why)
{
	fprintf(stderr,
		"expbench: %s: %s (\"expbench help\" lists what there is)\n",
		word, why);
	exit(2);
}

static int eb_parse_family(const char *word)
{
	if (!strcmp(word, "inet"))
		return AF_INET;
	if (!strcmp(word, "expstack"))
		return AF_EXPSTACK;
	eb_bad(word, "not a family");
}

static struct in_addr eb_parse_addr(const char *word)
{
	struct in_addr addr;

	if (!inet_aton(word, &addr))
		eb_bad(word, "not an IPv4 address");
	return addr;
}

static uint64_t eb_parse_number(const char *word, uint64_t min, uint64_t max)
{
	char *end;
	uint64_t n = strtoull(word, &end, 10);

	if (*end || end == word || n < min || n > max)
		eb_bad(word, "not a number in range");
	return n;
}

static double eb_parse_seconds(const char *word)
{
	char *end;
	double n = strtod(word, &end);

	if (*end || end == word || !(n > 0))
		eb_bad(word, "not a number of seconds");
	return n;
}

static void eb_parse_test(struct eb_conf *conf, const char *word)
{
	conf->test = eb_test_find(word);
	if (!conf->test)
		eb_bad(word, "not a test");
}

static void eb_parse_option(struct eb_conf *conf, int c)
{
	switch (c) {
	case 't':
		eb_parse_test(conf, optarg);
		break;
	case 'f':
		conf->client_family = eb_parse_family(optarg);
		conf->server_family = conf->client_family;
		break;
	case EB_OPT_CLIENT_FAMILY:
		conf->client_family = eb_parse_family(optarg);
		break;
	case EB_OPT_SERVER_FAMILY:
		conf->server_family = eb_parse_family(optarg);
		break;
	case EB_OPT_CLIENT_NETNS:
		conf->client_netns = optarg;
		break;
	case EB_OPT_SERVER_NETNS:
		conf->server_netns = optarg;
		break;
	case 'H':
		conf->host.sin_addr = eb_parse_addr(optarg);
		break;
	case 'B':
		conf->local.sin_addr = eb_parse_addr(optarg);
		break;
	case 'p':
		conf->host.sin_port = htons(eb_parse_number(optarg, 1, 65535));
		break;
	case 'l':
		conf->seconds = eb_parse_seconds(optarg);
		break;
	case 'n':
		conf->count = eb_parse_number(optarg, 1, UINT64_MAX);
		break;
	case 's':
		conf->size = eb_parse_number(optarg, 1, EB_MAX_SIZE);
		break;
	case 'S':
		conf->reply = eb_parse_number(optarg, 1, EB_MAX_SIZE);
		break;
	case 'P':
		conf->flows = eb_parse_number(optarg, 1, EB_MAX_FLOWS);
		break;
	case 'w':
		conf->window = eb_parse_number(optarg, 0, 65536);
		break;
	case 'j':
		conf->compact = true;
		break;
	case 'h':
		eb_usage(stdout);
		exit(0);
	default:
		eb_usage(stderr);
		exit(2);
	}
}

/* What was left open follows from the test. */
static void eb_conf_complete(struct eb_conf *conf)
{
	const struct eb_test *test = conf->test;

	if (!test)
		eb_bad("-t TEST", "is missing");
	if (!conf->host.sin_addr.s_addr)
		eb_bad("-H ADDR", "is missing");
	if (!conf->size)
		conf->size = test->size;
	if (!conf->reply)
		conf->reply = test->reply;
	if (test->type == SOCK_DGRAM && conf->window && conf->size < 8)
		eb_bad("-w", "a datagram has a number of 8 bytes");
	if (!conf->count && test->kind == EB_MEMORY)
		conf->count = 10000;
	if (!conf->count && !conf->seconds)
		conf->seconds = 5;
	conf->nports = conf->flows;
	if (test->kind == EB_MEMORY)
		conf->nports = (conf->count + EB_PER_PORT - 1) / EB_PER_PORT;
	if (conf->nports > EB_MAX_PORTS)
		eb_bad("-n", "too many connections");
}

/**
 * eb_conf_parse() - the command line
 * @conf: receives it
 * @argc: of the words behind the command
 * @argv: the words; the first is the command itself
 *
 * Return: 0; does not return for words that make no sense.
 */
int eb_conf_parse(struct eb_conf *conf, int argc, char **argv)
{
	static const struct option options[] = {
		{ "client-family", required_argument, NULL, EB_OPT_CLIENT_FAMILY },
		{ "server-family", required_argument, NULL, EB_OPT_SERVER_FAMILY },
		{ "client-netns", required_argument, NULL, EB_OPT_CLIENT_NETNS },
		{ "server-netns", required_argument, NULL, EB_OPT_SERVER_NETNS },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	memset(conf, 0, sizeof(*conf));
	conf->client_family = AF_INET;
	conf->server_family = AF_INET;
	conf->host.sin_family = AF_INET;
	conf->host.sin_port = htons(EB_PORT);
	conf->local.sin_family = AF_INET;
	conf->flows = 1;
	while ((c = getopt_long(argc, argv, "t:f:H:B:p:l:n:s:S:P:w:jh",
				options, NULL)) != -1)
		eb_parse_option(conf, c);
	if (optind < argc)
		eb_bad(argv[optind], "one word too many");
	if (strcmp(argv[0], "server"))
		eb_conf_complete(conf);
	return 0;
}
