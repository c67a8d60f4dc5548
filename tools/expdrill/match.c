// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: is the packet the one the script expects?
 * Flow:   drill_run -> drill_match -> the first difference, or NULL
 * What the script does not mention is not compared, except TCP options:
 * none written means none expected, <...> means any.
 */
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"

#define DIFFER(what, w, g) \
	drill_printf("%s is %lld, not %lld", what, (long long)(g), (long long)(w))

static uint32_t drill_opt_get(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static char *drill_match_ip(struct drill *d, const struct drill_packet *w,
			    const struct drill_packet *g)
{
	struct in_addr dst = w->dst.s_addr ? w->dst : d->cfg->remote;

	if (w->tos >= 0 && w->tos != g->tos)
		return DIFFER("tos", w->tos, g->tos);
	if (w->ecn == 4 ? g->ecn != 1 && g->ecn != 2 :
	    w->ecn >= 0 && w->ecn != g->ecn)
		return DIFFER("ecn", w->ecn, g->ecn);
	if (w->ttl >= 0 && w->ttl != g->ttl)
		return DIFFER("ttl", w->ttl, g->ttl);
	if (w->df >= 0 && w->df != g->df)
		return DIFFER("df", w->df, g->df);
	if (w->id >= 0 && w->id != g->id)
		return DIFFER("IPv4 id", w->id, g->id);
	if (w->proto != DRILL_RAW && g->dst.s_addr != dst.s_addr)
		return drill_printf("destination is %s", inet_ntoa(g->dst));
	if (w->src.s_addr && w->src.s_addr != g->src.s_addr)
		return drill_printf("source is %s", inet_ntoa(g->src));
	if (w->sport && w->sport != g->sport)
		return DIFFER("source port", w->sport, g->sport);
	if (w->dport && w->dport != g->dport)
		return DIFFER("destination port", w->dport, g->dport);
	return NULL;
}

/* The script's timestamps against the stack's: see conn.c and --tcp_ts_tick. */
static char *drill_match_ts(struct drill *d, struct drill_conn *c,
			    uint32_t script, uint32_t wire)
{
	unsigned int at = c->ts_n % DRILL_ARRAY_SIZE(c->ts_map);
	int64_t off;

	c->ts_map[at].script = script;
	c->ts_map[at].wire = wire;
	c->ts_n++;
	if (!c->have_ts) {
		c->have_ts = true;
		c->ts_first = wire;
		c->ts_first_script = script;
	}
	if (!d->cfg->ts_tick_us)
		return NULL;
	off = (int32_t)(wire - c->ts_first) -
		(int32_t)(script - c->ts_first_script);
	if (llabs(off) * d->cfg->ts_tick_us * DRILL_USEC <=
	    d->cfg->tolerance_ns + d->cfg->ts_tick_us * DRILL_USEC)
		return NULL;
	return DIFFER("TS val", script,
		      wire - c->ts_first + c->ts_first_script);
}

static void drill_opt_set(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

/* Is the digest the one of the script's key? It stands for zeros there. */
static char *drill_match_md5(const struct drill_packet *w,
			     const struct drill_packet *g,
			     struct drill_tcpopt *o)
{
	const struct drill_tcpopt *want = &w->opt;
	size_t head = sizeof(struct tcphdr) + o->len;
	uint8_t digest[DRILL_MD5_LEN];
	char *fault = NULL;

	if (want->md5_at < 0 || o->md5_at != want->md5_at)
		return NULL;
	drill_md5_segment(g->src, g->dst, g->data - head, head + g->len, head,
			  want->md5_key, want->md5_key_len, digest);
	if (memcmp(o->bytes + o->md5_at, digest, sizeof(digest)))
		fault = strdup("the MD5 signature is wrong");
	memset(o->bytes + o->md5_at, 0, sizeof(digest));
	return fault;
}

static char *drill_match_options(struct drill *d, struct drill_conn *c,
				 const struct drill_packet *w,
				 const struct drill_packet *g)
{
	struct drill_tcpopt o = g->opt;
	char *fault = NULL;
	uint32_t val;
	int i;

	if (w->any_options)
		return NULL;
	for (i = 0; i < 2 * o.sack_blocks; i++) {
		uint8_t *edge = o.bytes + o.sack_at + 4 * i;

		drill_opt_set(edge, drill_opt_get(edge) -
			      drill_conn_peer(c, false));
	}
	if (o.ts_at >= 0 && w->opt.ts_at >= 0) {
		val = drill_opt_get(w->opt.bytes + w->opt.ts_at + 2);
		fault = drill_match_ts(d, c, val,
				       drill_opt_get(o.bytes + o.ts_at + 2));
		drill_opt_set(o.bytes + o.ts_at + 2, val);
	}
	if (!fault)
		fault = drill_match_md5(w, g, &o);
	if (o.len != w->opt.len || memcmp(o.bytes, w->opt.bytes, o.len)) {
		free(fault);
		return strdup("the TCP options differ");
	}
	return fault;
}

static char *drill_match_tcp(struct drill *d, struct drill_conn *c,
			     const struct drill_packet *w,
			     const struct drill_packet *g)
{
	bool syn = g->flags & DRILL_SYN;
	uint32_t seq, ack;

	if (syn && w->flags & DRILL_SYN)
		drill_conn_syn_out(c, w, g);
	seq = drill_conn_seq_out(c, g->seq, syn);
	ack = g->ack - drill_conn_peer(c, syn);
	if (w->flags != g->flags)
		return strdup("the flags differ");
	if (w->seq != seq)
		return DIFFER("seq", w->seq, seq);
	if (w->len != g->len)
		return DIFFER("length", w->len, g->len);
	if (w->has_ack && w->ack != ack)
		return DIFFER("ack", w->ack, ack);
	if (w->win >= 0 && w->win != g->win)
		return DIFFER("win", w->win, g->win);
	if (w->urg >= 0 && w->urg != g->urg)
		return DIFFER("urg", w->urg, g->urg);
	if (g->reserved)
		return DIFFER("reserved", 0, g->reserved);
	return drill_match_options(d, c, w, g);
}

static char *drill_match_icmp(struct drill_conn *c,
			      const struct drill_packet *w,
			      const struct drill_packet *g)
{
	const struct drill_quote *wq = &w->quote, *gq = &g->quote;

	if (w->type != g->type)
		return DIFFER("type", w->type, g->type);
	if (w->code >= 0 && w->code != g->code)
		return DIFFER("code", w->code, g->code);
	if (w->mtu >= 0 && w->mtu != g->mtu)
		return DIFFER("mtu", w->mtu, g->mtu);
	if (w->echo_id >= 0 && w->echo_id != g->echo_id)
		return DIFFER("id", w->echo_id, g->echo_id);
	if (w->echo_seq >= 0 && w->echo_seq != g->echo_seq)
		return DIFFER("seq", w->echo_seq, g->echo_seq);
	if (w->len && w->len != g->len)
		return DIFFER("length", w->len, g->len);
	if (!wq->proto)
		return NULL;
	if (wq->proto != gq->proto)
		return DIFFER("quoted protocol", wq->proto, gq->proto);
	if (!c)
		return strdup("it quotes no packet of the script");
	if (wq->len != gq->len)
		return DIFFER("quoted length", wq->len, gq->len);
	if (wq->proto == DRILL_TCP &&
	    wq->seq + drill_conn_peer(c, false) != gq->seq)
		return DIFFER("quoted seq", wq->seq, gq->seq);
	return NULL;
}

/**
 * drill_match() - compare a packet with the script's
 * @d: the script
 * @c: the connection, or NULL; learns the stack's first numbers
 * @want: from the script
 * @got: from the wire
 *
 * Return: NULL if it is the one, else what is different (to free).
 */
char *drill_match(struct drill *d, struct drill_conn *c,
		  const struct drill_packet *want,
		  const struct drill_packet *got)
{
	char *fault;

	if (got->fault)
		return strdup(got->fault);
	if (want->proto != got->proto)
		return DIFFER("protocol", want->proto, got->proto);
	fault = drill_match_ip(d, want, got);
	if (fault)
		return fault;
	if (!c && (want->proto == DRILL_TCP || want->proto == DRILL_UDP))
		return strdup("it belongs to no connection of the script");
	if (want->conn && c && c->id != want->conn)
		return DIFFER("connection", want->conn, c->id);
	if (want->proto == DRILL_TCP)
		fault = drill_match_tcp(d, c, want, got);
	else if (want->proto == DRILL_ICMP)
		fault = drill_match_icmp(c, want, got);
	else if (want->len != got->len)
		fault = DIFFER("length", want->len, got->len);
	if (!fault && want->no_csum && !got->no_csum)
		fault = strdup("it has a checksum");
	if (!fault && want->data && memcmp(want->data, got->data, want->len))
		fault = strdup("the payload differs");
	return fault;
}
