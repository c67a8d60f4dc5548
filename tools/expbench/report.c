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

/* What half of the connections or more have an object of. */
static void eb_report_slabs(const struct eb_conf *conf,
			    const struct eb_result *res)
{
	const char *sep = "";

	fputs("\"slabs\": {", stdout);
	for (unsigned int i = 0; i < res->after.nslabs; i++) {
		const struct eb_slab *s = &res->after.slabs[i];
		const struct eb_slab *was = eb_mem_find(&res->before, s->name);
		int64_t more = s->objects - (was ? was->objects : 0);

		if (more < (int64_t)(conf->count + 1) / 2)
			continue;
		printf("%s\"%s\": {\"objects\": %ld, \"size\": %ld, \"bytes\": %ld}",
		       sep, s->name, more, s->size,
		       s->bytes - (was ? was->bytes : 0));
		sep = ", ";
	}
	eb_field("}");
}

/* How fast connections were made, at the beginning and at the end. */
static void eb_report_rates(const struct eb_conf *conf,
			    const struct eb_flow *flow)
{
	double n = (double)EB_RATE_OF * conf->flows * EB_NSEC;

	if (!flow->first_ns || !flow->last_ns)
		return;
	eb_field("\"first_per_s\": %.2f, \"last_per_s\": %.2f",
		 n / flow->first_ns, n / flow->last_ns);
}

static void eb_report_memory(const struct eb_conf *conf,
			     const struct eb_result *res)
{
	double n = conf->count;

	eb_field("\"connections\": %lu", conf->count);
	eb_report_rates(conf, &res->client);
	eb_report_slabs(conf, res);
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
