// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: a result as JSON.
 * Flow:   eb_client -> eb_report
 */
#include <stdarg.h>

#include "expbench/expbench.h"

#define EB_LATENCY	"\"latency_us\": {\"min\": %.2f, \"p50\": %.2f, " \
			"\"p90\": %.2f, \"p99\": %.2f, \"p999\": %.2f, " \
			"\"max\": %.2f}"
#define EB_CPU		"\"cpu_s\": {\"client_user\": %.3f, " \
			"\"client_sys\": %.3f, \"server_user\": %.3f, " \
			"\"server_sys\": %.3f}"

static const char *eb_sep;	/* after a field: ",\n  " or ", " */

static void eb_field(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fputs(eb_sep, stdout);
}

/* Per second of the longest flow. */
static double eb_rate(double n, const struct eb_flow *flow)
{
	return flow->ns ? n * EB_NSEC / flow->ns : 0;
}

static void eb_report_latency(const struct eb_flow *flow)
{
	eb_field(EB_LATENCY,
		 eb_hist_percentile(flow, 0), eb_hist_percentile(flow, 0.5),
		 eb_hist_percentile(flow, 0.9), eb_hist_percentile(flow, 0.99),
		 eb_hist_percentile(flow, 0.999), eb_hist_percentile(flow, 1));
}

/* The end that receives says what has arrived. */
static const struct eb_flow *eb_receiver(const struct eb_conf *conf,
					 const struct eb_result *res)
{
	return conf->test->client == eb_stream_client ||
	       conf->test->client == eb_udp_stream_client ?
	       &res->server : &res->client;
}

static void eb_report_memory(const struct eb_conf *conf,
			     const struct eb_result *res)
{
	double n = conf->count;

	eb_field("\"connections\": %lu", conf->count);
	eb_field("\"slab_bytes\": %.1f",
		 (res->after.slab - res->before.slab) / n);
	eb_field("\"value\": %.1f",
		 (res->after.unfree - res->before.unfree) / n);
	eb_field("\"unit\": \"B\"");
}

static void eb_report_flow(const struct eb_conf *conf,
			   const struct eb_result *res)
{
	const struct eb_flow *to = eb_receiver(conf, res);
	const struct eb_flow *time = &res->client;

	eb_field("\"seconds\": %.6f", (double)time->ns / EB_NSEC);
	eb_field("\"count\": %lu", to->count);
	if (conf->test->kind != EB_RATE)
		eb_field("\"bytes\": %lu", to->bytes);
	if (conf->test->type == SOCK_DGRAM)
		eb_field("\"sent\": %lu, \"lost\": %lu",
			 to == &res->client ? res->server.count :
			 res->client.count,
			 res->client.lost + res->server.lost);
	if (conf->test->kind == EB_RATE)
		eb_report_latency(&res->client);
	if (conf->test->kind == EB_BITS) {
		eb_field("\"value\": %.6f", eb_rate(to->bytes, time) * 8 / 1e9);
		eb_field("\"unit\": \"Gbit/s\"");
	} else {
		eb_field("\"value\": %.2f", eb_rate(to->count, time));
		eb_field("\"unit\": \"1/s\"");
	}
}

/**
 * eb_report() - print the result of a test
 * @conf: the test
 * @res: its figures
 */
void eb_report(const struct eb_conf *conf, const struct eb_result *res)
{
	eb_sep = conf->compact ? ", " : ",\n  ";
	fputs(conf->compact ? "{" : "{\n  ", stdout);
	eb_field("\"test\": \"%s\"", conf->test->name);
	eb_field("\"client_family\": \"%s\"",
		 eb_family_name(conf->client_family));
	if (conf->server_family)
		eb_field("\"server_family\": \"%s\"",
			 eb_family_name(conf->server_family));
	eb_field("\"size\": %u, \"reply\": %u, \"flows\": %u, \"window\": %u",
		 conf->size, conf->reply, conf->flows, conf->window);
	if (conf->test->kind == EB_MEMORY)
		eb_report_memory(conf, res);
	else
		eb_report_flow(conf, res);
	eb_field(EB_CPU,
		 res->client_cpu.user, res->client_cpu.sys,
		 res->server_cpu.user, res->server_cpu.sys);
	printf("\"busy\": %.4f%s", res->busy,
	       conf->compact ? "}\n" : "\n}\n");
}
