// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the connections of a script, and its numbers against the wire's.
 *
 * Sequence numbers of a SYN are on the wire as the script has them if they
 * are the peer's; the stack's SYN says what the script's number stands for.
 * All other numbers count from the SYN, which is 0. The peer's timestamps are
 * on the wire as written, the stack's are remembered (match.c). The first
 * segment, and the first one after listen(), starts a connection; others
 * belong to it. [conn N] picks or starts another one.
 *
 * Owns:   drill.conns
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "expdrill/drill.h"

#define DRILL_FIRST_PORT	40001	/* of the peer's connections */

/**
 * drill_conn_new() - another connection, which becomes the current one
 * @d: takes it
 * @proto: TCP or UDP
 */
struct drill_conn *drill_conn_new(struct drill *d, int proto)
{
	struct drill_conn *c = drill_alloc(sizeof(*c));

	c->id = ++d->nconns;
	c->proto = proto;
	c->local = d->cfg->local;
	c->remote = d->cfg->remote;
	c->lport = d->port_bound ? d->port_bound : d->cfg->bind_port;
	c->rport = DRILL_FIRST_PORT + d->nconns - 1;
	c->next = d->conns;
	d->conns = c;
	if (proto == DRILL_UDP)
		d->current_udp = c;
	else
		d->current = c;
	return c;
}

static struct drill_conn *drill_conn_by_id(struct drill *d, int id, int proto)
{
	struct drill_conn *c;

	for (c = d->conns; c; c = c->next)
		if (c->id == id)
			return c;
	c = drill_conn_new(d, proto);
	c->id = id;
	return c;
}

/**
 * drill_conn_inbound() - the connection of a packet the script injects
 * @d: the script
 * @p: the packet
 */
struct drill_conn *drill_conn_inbound(struct drill *d,
				      const struct drill_packet *p)
{
	struct drill_conn *c;
	int proto = p->proto;

	if (proto == DRILL_ICMP)
		proto = p->quote.proto == DRILL_UDP ||
			(!p->quote.proto && !d->current) ? DRILL_UDP :
			DRILL_TCP;
	if (p->conn) {
		c = drill_conn_by_id(d, p->conn, proto);
		if (proto == DRILL_UDP)
			d->current_udp = c;
		else
			d->current = c;
	} else if (proto == DRILL_UDP) {
		c = d->current_udp;
	} else {
		c = d->fresh ? NULL : d->current;
	}
	if (!c)
		c = drill_conn_new(d, proto);
	if (proto == DRILL_TCP)
		d->fresh = false;
	if (p->proto == DRILL_TCP && p->flags & DRILL_SYN) {
		if (!c->peer_syn)
			c->peer_isn = p->seq;
		c->peer_syn = true;
		c->peer_isn_next = p->seq;
	}
	return c;
}

static bool drill_conn_is(const struct drill_conn *c, int proto,
			  struct in_addr dst, uint16_t sport, uint16_t dport)
{
	return c->proto == proto && c->lport == sport && c->rport == dport &&
		c->remote.s_addr == dst.s_addr;
}

/**
 * drill_conn_of() - the connection a packet of the stack belongs to
 * @d: the script
 * @p: from the wire
 *
 * Return: NULL if there is none yet.
 */
struct drill_conn *drill_conn_of(struct drill *d, const struct drill_packet *p)
{
	const struct drill_quote *q = &p->quote;
	struct drill_conn *c;

	for (c = d->conns; c; c = c->next) {
		if (p->proto == DRILL_ICMP && q->proto) {
			if (drill_conn_is(c, q->proto, q->src, q->dport,
					  q->sport))
				return c;
		} else if (drill_conn_is(c, p->proto, p->dst, p->sport,
					 p->dport)) {
			return c;
		}
	}
	return NULL;
}

/**
 * drill_conn_outbound() - the connection of a packet that the script expects
 * @d: the script
 * @p: from the wire; the first of a connection makes it
 *
 * Return: NULL if it belongs to nothing the script knows.
 */
struct drill_conn *drill_conn_outbound(struct drill *d, struct drill_packet *p)
{
	struct drill_conn *c = drill_conn_of(d, p);
	bool syn = p->proto == DRILL_TCP &&
		(p->flags & (DRILL_SYN | DRILL_ACK)) == DRILL_SYN;

	if (!c && (syn || p->proto == DRILL_UDP)) {
		c = drill_conn_new(d, p->proto);
		c->lport = p->sport;
		c->rport = p->dport;
		c->local = p->src;
		c->remote = p->dst;
		if (syn)
			d->fresh = false;
	}
	return c;
}

/**
 * drill_conn_fd() - the script's socket of a connection
 * @d: whose descriptors are looked through
 * @c: the connection
 *
 * Return: a descriptor, or -1.
 */
int drill_conn_fd(struct drill *d, const struct drill_conn *c)
{
	struct sockaddr_in me, peer;
	int i, near = -1, any = -1;
	socklen_t len;

	for (i = 0; i < DRILL_MAX_FD; i++) {
		len = sizeof(me);
		if (d->fds[i] < 0 ||
		    getsockname(d->fds[i], (struct sockaddr *)&me, &len))
			continue;
		any = d->fds[i];
		if (!c || me.sin_port != htons(c->lport))
			continue;
		near = d->fds[i];
		len = sizeof(peer);
		if (!getpeername(d->fds[i], (struct sockaddr *)&peer, &len) &&
		    peer.sin_port == htons(c->rport))
			return d->fds[i];
	}
	return near >= 0 ? near : any;
}

/**
 * drill_conn_syn_out() - learn the stack's first number
 * @c: the connection
 * @want: the script's SYN
 * @got: the stack's SYN; one that answers another SYN of the peer's starts
 *	the connection over
 */
void drill_conn_syn_out(struct drill_conn *c, const struct drill_packet *want,
			const struct drill_packet *got)
{
	if (c->peer_isn != c->peer_isn_next &&
	    got->has_ack && got->ack - c->peer_isn_next - 1 < 1500) {
		c->peer_isn = c->peer_isn_next;
		c->have_isn = false;
	}
	if (c->have_isn)
		return;
	c->have_isn = true;
	c->isn = got->seq;
	c->script_isn = want->seq;
}

/**
 * drill_conn_seq_out() - a sequence number of the stack, as scripts have it
 * @c: the connection
 * @wire: as sent
 * @syn: it is a SYN's
 */
uint32_t drill_conn_seq_out(const struct drill_conn *c, uint32_t wire, bool syn)
{
	if (!c || !c->have_isn)
		return wire;
	return wire - c->isn + (syn ? c->script_isn : 0);
}

/**
 * drill_conn_seq_wire() - a sequence number of the stack, as it is sent
 * @c: the connection
 * @script: as the script has it
 * @syn: it is a SYN's, or in the segment of the peer's SYN
 */
uint32_t drill_conn_seq_wire(const struct drill_conn *c, uint32_t script,
			     bool syn)
{
	if (!c || !c->have_isn)
		return script;
	return script + c->isn - (syn ? c->script_isn : 0);
}

/**
 * drill_conn_peer() - how far the peer's numbers are from the script's
 * @c: the connection
 * @syn: in a segment with a SYN
 *
 * Return: what to add to a number of the script.
 */
uint32_t drill_conn_peer(const struct drill_conn *c, bool syn)
{
	return !c || syn ? 0 : c->peer_isn;
}

/**
 * drill_conn_ts_wire() - a timestamp of the stack, as it was sent
 * @c: the connection
 * @script: what the script wrote for it; unknown ones are taken as they are
 */
uint32_t drill_conn_ts_wire(const struct drill_conn *c, uint32_t script)
{
	unsigned int n = DRILL_ARRAY_SIZE(c->ts_map);
	unsigned int i, oldest = c->ts_n > n ? c->ts_n - n : 0;

	for (i = c->ts_n; i > oldest; i--)
		if (c->ts_map[(i - 1) % n].script == script)
			return c->ts_map[(i - 1) % n].wire;
	return script;
}
