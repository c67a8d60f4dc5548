// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: packets in the language of scripts, so that a line of a report
 * can be pasted into one.
 * Flow:   drill_match, drill_run -> drill_packet_text
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"

struct drill_text {
	char buf[1024];
	size_t len;
};

static void drill_add(struct drill_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	if (t->len >= sizeof(t->buf))
		t->len = sizeof(t->buf) - 1;
}

static uint32_t drill_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void drill_text_option(struct drill_text *t, const uint8_t *o, int len)
{
	int i;

	switch (o[0]) {
	case 2:
		drill_add(t, "mss %u", o[2] << 8 | o[3]);
		return;
	case 3:
		drill_add(t, "wscale %u", o[2]);
		return;
	case 4:
		drill_add(t, "sackOK");
		return;
	case 5:
		drill_add(t, "sack");
		for (i = 2; i + 8 <= len; i += 8)
			drill_add(t, " %u:%u", drill_be32(o + i),
				  drill_be32(o + i + 4));
		return;
	case 8:
		drill_add(t, "TS val %u ecr %u", drill_be32(o + 2),
			  drill_be32(o + 6));
		return;
	case 19:
		drill_add(t, len > 2 ? "md5 " : "md5");
		break;
	case 34:
		drill_add(t, len > 2 ? "FO " : "FO");
		break;
	default:
		drill_add(t, "kind %u ", o[0]);
	}
	for (i = 2; i < len; i++)
		drill_add(t, "%02x", o[i]);
}

static void drill_text_options(struct drill_text *t,
			       const struct drill_packet *p)
{
	const struct drill_tcpopt *o = &p->opt;
	int i, len;

	if (p->any_options) {
		drill_add(t, " <...>");
		return;
	}
	if (!o->len)
		return;
	drill_add(t, " <");
	for (i = 0; i < o->len; i += len) {
		if (i)
			drill_add(t, ",");
		len = 1;
		if (o->bytes[i] == 1) {
			drill_add(t, "nop");
		} else if (!o->bytes[i]) {
			drill_add(t, "eol");
		} else {
			len = i + 1 < o->len ? o->bytes[i + 1] : 0;
			if (len < 2 || i + len > o->len) {
				drill_add(t, "malformed");
				break;
			}
			if (o->md5_key && i + 2 == o->md5_at)
				drill_add(t, "md5 \"%s\"", o->md5_key);
			else
				drill_text_option(t, o->bytes + i, len);
		}
	}
	drill_add(t, ">");
}

static void drill_text_tcp(struct drill_text *t, const struct drill_packet *p,
			   const struct drill_conn *c)
{
	static const char chars[] = "FSRP.UEW";
	bool syn = p->flags & DRILL_SYN;
	uint32_t seq = p->seq, ack = p->ack;
	int i;

	if (p->frame && c) {
		seq = drill_conn_seq_out(c, seq, syn);
		ack -= drill_conn_peer(c, syn);
	}
	if (p->frame && !c)
		drill_add(t, "[sport %u, dport %u] ", p->sport, p->dport);
	for (i = 0; i < 8; i++)
		if (p->flags & 1 << i)
			drill_add(t, "%c", chars[i]);
	if (!p->flags)
		drill_add(t, "-");
	drill_add(t, " %u:%u(%u)", seq, seq + p->len, p->len);
	if (p->has_ack)
		drill_add(t, " ack %u", ack);
	if (p->win >= 0)
		drill_add(t, " win %d", p->win);
	if (p->urg > 0 || (p->urg == 0 && p->flags & DRILL_URG))
		drill_add(t, " urg %d", p->urg);
	drill_text_options(t, p);
}

static void drill_text_icmp(struct drill_text *t, const struct drill_packet *p)
{
	const struct drill_quote *q = &p->quote;

	drill_add(t, "icmp type %d", p->type);
	if (p->code >= 0)
		drill_add(t, " code %d", p->code);
	if (p->type == 0 || p->type == 8) {
		drill_add(t, " id %d seq %d (%u)", p->echo_id, p->echo_seq,
			  p->len);
		return;
	}
	if (p->mtu > 0)
		drill_add(t, " mtu %d", p->mtu);
	if (q->proto == DRILL_UDP)
		drill_add(t, " [udp (%u)]", q->len);
	else if (q->proto == DRILL_TCP)
		drill_add(t, " [%u:%u(%u)]", q->seq, q->seq + q->len, q->len);
}

/* The words in brackets; of the wire's packets only what stands out. */
static void drill_text_ip(struct drill_text *t, const struct drill_packet *p)
{
	static const char * const ecn[] = {
		"noecn", "ect1", "ect0", "ce", "ect01",
	};
	bool wire = p->frame;

	if (p->conn)
		drill_add(t, "[conn %d] ", p->conn);
	if (p->ecn > 0 || (!wire && !p->ecn))
		drill_add(t, "[%s] ", ecn[p->ecn]);
	if (p->tos >= 0 && (!wire || p->tos & ~3))
		drill_add(t, "[tos 0x%x] ", p->tos);
	if (!wire && p->ttl >= 0)
		drill_add(t, "[ttl %d] ", p->ttl);
	if (!wire && p->id >= 0)
		drill_add(t, "[id %d] ", p->id);
	if (p->df == 0 || (p->df > 0 && !wire))
		drill_add(t, p->df ? "[df] " : "[nodf] ");
	if (p->bad_csum)
		drill_add(t, "[bad_csum] ");
	if (p->bad_ip_csum)
		drill_add(t, "[bad_ip_csum] ");
	if (p->no_csum)
		drill_add(t, "[no_csum] ");
	if (p->reserved)
		drill_add(t, "[reserved %u] ", p->reserved);
}

/**
 * drill_packet_text() - a packet as scripts write it
 * @p: from a script or from the wire
 * @c: its connection, to turn numbers of the wire into the script's; or NULL
 *
 * Return: a string to free.
 */
char *drill_packet_text(const struct drill_packet *p,
			const struct drill_conn *c)
{
	struct drill_text t = { .len = 0 };
	uint32_t i;

	drill_text_ip(&t, p);
	switch (p->proto) {
	case DRILL_TCP:
		drill_text_tcp(&t, p, c);
		break;
	case DRILL_UDP:
		drill_add(&t, "udp (%u)", p->len);
		break;
	case DRILL_ICMP:
		drill_text_icmp(&t, p);
		break;
	default:
		drill_add(&t, "ip [");
		for (i = 0; p->data && i < p->len && i < 60; i++)
			drill_add(&t, "%02x%s", p->data[i],
				  i % 4 == 3 ? " " : "");
		drill_add(&t, "] (protocol %d, %u bytes)", p->proto, p->len);
	}
	if (p->fault)
		drill_add(&t, " (%s)", p->fault);
	return strdup(t.buf);
}

/**
 * drill_time_text() - seconds with six digits
 * @ns: nanoseconds
 *
 * Return: a string to free.
 */
char *drill_time_text(int64_t ns)
{
	int64_t us = (ns < 0 ? -ns : ns) / 1000;

	return drill_printf("%s%lld.%06lld", ns < 0 ? "-" : "",
			    (long long)(us / 1000000),
			    (long long)(us % 1000000));
}
