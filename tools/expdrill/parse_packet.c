// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: a packet of a script.
 * Flow:   drill_parse -> drill_parse_packet -> IPv4 words in brackets, then
 *         TCP, udp, icmp or raw bytes
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"
#include "expdrill/scan.h"

static struct in_addr drill_parse_address(struct drill_scan *s)
{
	struct in_addr addr;
	char text[16];
	size_t n;

	drill_scan_space(s);
	n = strspn(s->p, "0123456789.");
	if (n >= sizeof(text))
		drill_scan_bad(s, "an IPv4 address");
	memcpy(text, s->p, n);
	text[n] = '\0';
	if (!inet_aton(text, &addr))
		drill_scan_bad(s, "an IPv4 address");
	s->p += n;
	return addr;
}

static bool drill_parse_ecn(struct drill_scan *s, struct drill_packet *p)
{
	static const struct { const char *word; int ecn; } names[] = {
		{ "noecn", 0 }, { "ect1", 1 }, { "ect0", 2 }, { "ce", 3 },
		{ "ect01", 4 },		/* either, from the stack */
	};
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(names); i++) {
		if (drill_scan_word_take(s, names[i].word)) {
			p->ecn = names[i].ecn;
			return true;
		}
	}
	return false;
}

static void drill_parse_ip_word(struct drill_scan *s, struct drill_packet *p)
{
	if (drill_parse_ecn(s, p))
		return;
	if (drill_scan_word_take(s, "tos"))
		p->tos = drill_scan_number(s);
	else if (drill_scan_word_take(s, "ttl"))
		p->ttl = drill_scan_number(s);
	else if (drill_scan_word_take(s, "id"))
		p->id = drill_scan_number(s);
	else if (drill_scan_word_take(s, "df"))
		p->df = 1;
	else if (drill_scan_word_take(s, "nodf"))
		p->df = 0;
	else if (drill_scan_word_take(s, "from"))
		p->src = drill_parse_address(s);
	else if (drill_scan_word_take(s, "to"))
		p->dst = drill_parse_address(s);
	else if (drill_scan_word_take(s, "sport"))
		p->sport = drill_scan_number(s);
	else if (drill_scan_word_take(s, "dport"))
		p->dport = drill_scan_number(s);
	else if (drill_scan_word_take(s, "conn"))
		p->conn = drill_scan_number(s);
	else if (drill_scan_word_take(s, "bad_csum"))
		p->bad_csum = true;
	else if (drill_scan_word_take(s, "bad_ip_csum"))
		p->bad_ip_csum = true;
	else if (drill_scan_word_take(s, "no_csum"))
		p->no_csum = true;
	else if (drill_scan_word_take(s, "reserved"))
		p->reserved = drill_scan_number(s);
	else if (drill_scan_word_take(s, "doff"))
		p->doff = drill_scan_number(s);
	else
		drill_scan_bad(s, "a word such as ect0, ttl or bad_csum");
}

static bool drill_parse_flags(struct drill_scan *s, struct drill_packet *p)
{
	static const char chars[] = "FSRP.UEW";
	const char *at;

	drill_scan_space(s);
	if (*s->p == '-') {
		s->p++;
		return true;
	}
	at = s->p;
	for (; *s->p; s->p++) {
		const char *c = strchr(chars, *s->p == 'C' ? 'W' : *s->p);

		if (!c)
			break;
		p->flags |= 1 << (c - chars);
	}
	return s->p > at;
}

/* 1:1001(1000) */
static void drill_parse_span(struct drill_scan *s, uint32_t *seq, uint32_t *len)
{
	uint32_t end;

	*seq = drill_scan_number(s);
	drill_scan_want(s, ":");
	end = drill_scan_number(s);
	drill_scan_want(s, "(");
	*len = drill_scan_number(s);
	drill_scan_want(s, ")");
	if (end - *seq != *len)
		drill_die(DRILL_ERROR, s->line,
			  "%u:%u is not %u bytes", *seq, end, *len);
}

static void drill_parse_payload(struct drill_scan *s, struct drill_packet *p)
{
	int len;

	if (!drill_scan_is(s, "\""))
		return;
	p->data = (uint8_t *)drill_scan_string(s, &len);
	if ((uint32_t)len != p->len)
		drill_die(DRILL_ERROR, s->line,
			  "payload of %d bytes in a packet of %u", len, p->len);
}

static void drill_parse_tcp(struct drill_scan *s, struct drill_packet *p)
{
	p->proto = DRILL_TCP;
	if (!drill_parse_flags(s, p))
		drill_scan_bad(s, "flags, udp, icmp or ip");
	drill_parse_span(s, &p->seq, &p->len);
	if (drill_scan_word_take(s, "ack")) {
		p->has_ack = true;
		p->ack = drill_scan_number(s);
	}
	if (drill_scan_word_take(s, "win"))
		p->win = drill_scan_number(s);
	if (drill_scan_word_take(s, "urg"))
		p->urg = drill_scan_number(s);
	drill_parse_tcpopt(s, p);
	drill_parse_payload(s, p);
}

static void drill_parse_udp(struct drill_scan *s, struct drill_packet *p)
{
	p->proto = DRILL_UDP;
	drill_scan_want(s, "(");
	p->len = drill_scan_number(s);
	drill_scan_want(s, ")");
	drill_parse_payload(s, p);
}

static int drill_parse_icmp_type(struct drill_scan *s)
{
	static const struct { const char *word; int type; } names[] = {
		{ "echo_reply", 0 }, { "unreachable", 3 },
		{ "source_quench", 4 }, { "redirect", 5 },
		{ "echo_request", 8 }, { "time_exceeded", 11 },
		{ "parameter_problem", 12 }, { "timestamp_request", 13 },
		{ "timestamp_reply", 14 },
	};
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(names); i++)
		if (drill_scan_word_take(s, names[i].word))
			return names[i].type;
	drill_scan_take(s, "type");
	return drill_scan_number(s);
}

static int drill_parse_icmp_code(struct drill_scan *s, int type)
{
	static const char * const unreachable[] = {
		"net_unreachable", "host_unreachable", "protocol_unreachable",
		"port_unreachable", "frag_needed", "source_route_failed",
		"net_unknown", "host_unknown", "source_host_isolated",
		"net_prohibited", "host_prohibited", "net_unreachable_tos",
		"host_unreachable_tos", "admin_prohibited",
		"host_precedence_violation", "precedence_cutoff",
	};
	size_t i;

	for (i = 0; type == 3 && i < DRILL_ARRAY_SIZE(unreachable); i++)
		if (drill_scan_word_take(s, unreachable[i]))
			return i;
	if (type == 11 && drill_scan_word_take(s, "ttl_exceeded"))
		return 0;
	if (type == 11 && drill_scan_word_take(s, "reassembly_time_exceeded"))
		return 1;
	if (drill_scan_word_take(s, "code") || drill_scan_at_number(s))
		return drill_scan_number(s);
	return -1;
}

/* [1:1001(1000)], [udp (100)], [icmp (56)] */
static void drill_parse_quote(struct drill_scan *s, struct drill_quote *q)
{
	if (!drill_scan_take(s, "["))
		return;
	if (drill_scan_word_take(s, "udp") || drill_scan_word_take(s, "icmp")) {
		q->proto = s->p[-1] == 'p' && s->p[-2] == 'd' ? DRILL_UDP :
			DRILL_ICMP;
		drill_scan_want(s, "(");
		q->len = drill_scan_number(s);
		drill_scan_want(s, ")");
	} else {
		struct drill_packet flags = { 0 };

		q->proto = DRILL_TCP;
		if (!drill_scan_at_number(s))
			drill_parse_flags(s, &flags);
		drill_parse_span(s, &q->seq, &q->len);
	}
	drill_scan_want(s, "]");
}

static void drill_parse_icmp(struct drill_scan *s, struct drill_packet *p)
{
	p->proto = DRILL_ICMP;
	p->type = drill_parse_icmp_type(s);
	p->code = drill_parse_icmp_code(s, p->type);
	if (drill_scan_word_take(s, "mtu"))
		p->mtu = drill_scan_number(s);
	if (drill_scan_word_take(s, "id"))
		p->echo_id = drill_scan_number(s);
	if (drill_scan_word_take(s, "seq"))
		p->echo_seq = drill_scan_number(s);
	if (drill_scan_take(s, "(")) {
		p->len = drill_scan_number(s);
		drill_scan_want(s, ")");
	}
	drill_parse_quote(s, &p->quote);
	drill_parse_payload(s, p);
}

/* A whole IPv4 packet, in hexadecimal with space where it pleases. */
static void drill_parse_raw(struct drill_scan *s, struct drill_packet *p)
{
	uint8_t *buf = drill_alloc(2048);
	int n;

	p->proto = DRILL_RAW;
	drill_scan_want(s, "[");
	while ((n = drill_scan_hex(s, buf + p->len, 2048 - p->len)))
		p->len += n;
	drill_scan_want(s, "]");
	p->data = buf;
}

/**
 * drill_parse_packet() - what follows < or >
 * @s: the place
 * @outbound: the stack is to send it
 */
struct drill_packet *drill_parse_packet(struct drill_scan *s, bool outbound)
{
	struct drill_packet *p = drill_alloc(sizeof(*p));

	p->tos = -1;
	p->ecn = -1;
	p->ttl = -1;
	p->df = -1;
	p->id = -1;
	p->win = -1;
	p->urg = -1;
	p->doff = -1;
	p->mtu = -1;
	p->echo_id = -1;
	p->echo_seq = -1;
	while (drill_scan_take(s, "[")) {
		do {
			drill_parse_ip_word(s, p);
		} while (drill_scan_take(s, ",") || !drill_scan_is(s, "]"));
		drill_scan_want(s, "]");
	}
	if (drill_scan_word_take(s, "udp"))
		drill_parse_udp(s, p);
	else if (drill_scan_word_take(s, "icmp"))
		drill_parse_icmp(s, p);
	else if (drill_scan_word_take(s, "ip"))
		drill_parse_raw(s, p);
	else
		drill_parse_tcp(s, p);
	if (!outbound && p->proto == DRILL_TCP && p->any_options)
		drill_die(DRILL_ERROR, s->line,
			  "<...> is for packets from the stack only");
	return p;
}
