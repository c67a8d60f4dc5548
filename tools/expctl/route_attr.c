// SPDX-License-Identifier: GPL-2.0
/*
 * expctl route: what a route tells TCP and its kin, in iproute2's words.
 */
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "expctl/expctl.h"

enum ec_metric_kind {
	EC_METRIC_NUMBER,
	EC_METRIC_TIME,
	EC_METRIC_BOOL,
	EC_METRIC_FEATURES,
	EC_METRIC_NAME,
};

/* In the order of their RTAX numbers: ip shows them so. */
static const struct ec_metric {
	const char *word;
	const char *json;	/* where it is another */
	enum ec_metric_kind kind;
	uint8_t rtax;
	uint8_t attr;
	uint8_t scale;		/* of a time: units in a millisecond */
	bool no_lock;
	bool always;		/* locked without being asked */
} ec_route_metrics[] = {
	{ .word = "mtu", .rtax = RTAX_MTU, .attr = EXPSTACK_A_ROUTE_MTU },
	{ .word = "window", .rtax = RTAX_WINDOW,
	  .attr = EXPSTACK_A_ROUTE_WINDOW },
	{ .word = "rtt", .kind = EC_METRIC_TIME, .rtax = RTAX_RTT,
	  .attr = EXPSTACK_A_ROUTE_RTT, .scale = 8 },
	{ .word = "rttvar", .kind = EC_METRIC_TIME, .rtax = RTAX_RTTVAR,
	  .attr = EXPSTACK_A_ROUTE_RTTVAR, .scale = 4 },
	{ .word = "ssthresh", .rtax = RTAX_SSTHRESH,
	  .attr = EXPSTACK_A_ROUTE_SSTHRESH },
	{ .word = "cwnd", .rtax = RTAX_CWND, .attr = EXPSTACK_A_ROUTE_CWND },
	{ .word = "advmss", .rtax = RTAX_ADVMSS,
	  .attr = EXPSTACK_A_ROUTE_ADVMSS },
	{ .word = "reordering", .rtax = RTAX_REORDERING,
	  .attr = EXPSTACK_A_ROUTE_REORDERING },
	{ .word = "initcwnd", .rtax = RTAX_INITCWND,
	  .attr = EXPSTACK_A_ROUTE_INITCWND },
	{ .word = "features", .kind = EC_METRIC_FEATURES,
	  .rtax = RTAX_FEATURES, .attr = EXPSTACK_A_ROUTE_FEATURES,
	  .no_lock = true },
	{ .word = "rto_min", .kind = EC_METRIC_TIME, .rtax = RTAX_RTO_MIN,
	  .attr = EXPSTACK_A_ROUTE_RTO_MIN, .scale = 1, .no_lock = true,
	  .always = true },
	{ .word = "initrwnd", .rtax = RTAX_INITRWND,
	  .attr = EXPSTACK_A_ROUTE_INITRWND },
	{ .word = "quickack", .kind = EC_METRIC_BOOL, .rtax = RTAX_QUICKACK,
	  .attr = EXPSTACK_A_ROUTE_QUICKACK, .no_lock = true },
	{ .word = "congctl", .json = "congestion", .kind = EC_METRIC_NAME,
	  .rtax = RTAX_CC_ALGO, .attr = EXPSTACK_A_ROUTE_CONGCTL },
	{ .word = "fastopen_no_cookie", .kind = EC_METRIC_BOOL,
	  .rtax = RTAX_FASTOPEN_NO_COOKIE,
	  .attr = EXPSTACK_A_ROUTE_FASTOPEN_NO_COOKIE, .no_lock = true },
	{ .word = NULL }
};

/*
 * A number with s, sec, secs, ms, msec or msecs: a time, rounded up to
 * milliseconds. A number alone is what the kernel keeps.
 */
static uint32_t ec_metric_time(const struct ec_metric *m, const char *given)
{
	uint32_t scale = m->scale;
	double t, ms;
	char *end;

	t = strchr(given, '.') ? strtod(given, &end) :
				 (double)strtoul(given, &end, 0);
	if (end == given || !(t >= 0) || strchr(given, '-'))
		ec_wrong(m->word, given);
	if (!*end)
		scale = 1;
	else if (!strcasecmp(end, "s") || !strcasecmp(end, "sec") ||
		 !strcasecmp(end, "secs"))
		t *= 1000;
	else if (strcasecmp(end, "ms") && strcasecmp(end, "msec") &&
		 strcasecmp(end, "msecs"))
		ec_wrong(m->word, given);
	ms = (double)(uint64_t)t;
	if (ms < t)
		ms++;
	if (t > UINT32_MAX || ms * scale > UINT32_MAX)
		ec_wrong(m->word, given);
	return (uint32_t)ms * scale;
}

static uint32_t ec_metric_number(const struct ec_metric *m, const char *given)
{
	uint32_t val;

	switch (m->kind) {
	case EC_METRIC_TIME:
		return ec_metric_time(m, given);
	case EC_METRIC_BOOL:
		val = ec_u32(m->word, given);
		if (val > 1)
			ec_wrong(m->word, given);
		return val;
	case EC_METRIC_FEATURES:
		if (strcmp(given, "ecn"))
			ec_wrong(m->word, given);
		return RTAX_FEATURE_ECN;
	default:
		return ec_u32(m->word, given);
	}
}

/*
 * Take "WORD [lock] VALUE" of a metric; false when the next word is none.
 * locked: collects them, for ec_route_attr_end().
 */
bool ec_route_attr(struct nlmsghdr *nlh, uint32_t *locked)
{
	const struct ec_metric *m = ec_route_metrics;
	const char *given;

	while (m->word && !ec_is(m->word))
		m++;
	if (!m->word)
		return false;
	if (m->always || (!m->no_lock && ec_is("lock")))
		*locked |= 1u << m->rtax;
	given = ec_value(m->word);
	if (m->kind == EC_METRIC_NAME)
		ec_put_str(nlh, m->attr, given);
	else
		ec_put_u32(nlh, m->attr, ec_metric_number(m, given));
	return true;
}

void ec_route_attr_end(struct nlmsghdr *nlh, uint32_t locked)
{
	if (locked)
		ec_put_u32(nlh, EXPSTACK_A_ROUTE_LOCK, locked);
}

static void ec_metric_put_time(const char *key, uint32_t ms)
{
	if (ms < 1000)
		ec_out_text("%" PRIu32 "ms ", ms);
	else
		ec_out_text("%gs ", ms / 1e3);
	ec_out_num(key, NULL, ms);
}

static void ec_metric_put(const struct ec_row *r, const struct ec_metric *m)
{
	const char *key = m->json ? m->json : m->word;
	uint32_t val = 0;

	if (m->kind == EC_METRIC_NAME) {
		ec_out_str(key, "%s ", ec_row_str(r, m->attr));
		return;
	}
	val = ec_row_u32(r, m->attr);
	if (m->kind == EC_METRIC_TIME)
		ec_metric_put_time(key, val / m->scale);
	else if (m->kind != EC_METRIC_FEATURES)
		ec_out_num(key, "%" PRIu64 " ", val);
	else if (val == RTAX_FEATURE_ECN)
		ec_out_null("ecn", "ecn ");
	else
		ec_out_num(key, "0x%" PRIx64 " ", val);
}

void ec_route_attr_put(const struct ec_row *r)
{
	uint32_t locked = ec_row_u32(r, EXPSTACK_A_ROUTE_LOCK);
	const struct ec_metric *m = ec_route_metrics;
	bool any = false;

	for (; m->word; m++) {
		if (!r->attr[m->attr] && !(locked & 1u << m->rtax))
			continue;
		if (!any) {
			ec_out_list("metrics");
			ec_out_open(NULL);
		}
		any = true;
		ec_out_text("%s ", m->word);
		if (locked & 1u << m->rtax)
			ec_out_text("lock ");
		ec_metric_put(r, m);
	}
	if (!any)
		return;
	ec_out_close();
	ec_out_list_close();
}
