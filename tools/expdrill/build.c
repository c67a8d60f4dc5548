// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the bytes of a packet that a script injects.
 * Flow:   drill_run -> drill_build -> drill_tun_send
 */
#include <arpa/inet.h>
#include <linux/icmp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <netinet/ip.h>
#include <string.h>

#include "expdrill/drill.h"

static void drill_put32(uint8_t *at, uint32_t v)
{
	v = htonl(v);
	memcpy(at, &v, sizeof(v));
}

static uint32_t drill_get32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return ntohl(v);
}

static void drill_build_ip(const struct drill_packet *p, struct iphdr *ip,
			   size_t len, int proto)
{
	ip->version = 4;
	ip->ihl = 5;
	ip->tos = p->tos >= 0 ? p->tos : 0;
	if (p->ecn > 0)
		ip->tos = (ip->tos & ~3) | (p->ecn & 3);
	ip->tot_len = htons(sizeof(*ip) + len);
	ip->id = htons(p->id >= 0 ? p->id : 0);
	ip->frag_off = htons(p->df ? 0x4000 : 0);
	ip->ttl = p->ttl >= 0 ? p->ttl : 64;
	ip->protocol = proto;
	ip->check = htons(~drill_sum_fold(drill_sum(ip, sizeof(*ip), 0)));
	if (p->bad_ip_csum)
		ip->check ^= htons(0x5555);
}

static uint16_t drill_build_csum(const struct drill_packet *p,
				 const struct iphdr *ip, const void *seg,
				 size_t len)
{
	struct in_addr src = { ip->saddr }, dst = { ip->daddr };
	uint32_t sum = drill_sum_pseudo(src, dst, ip->protocol, len);
	uint16_t csum = ~drill_sum_fold(drill_sum(seg, len, sum));

	if (p->bad_csum)
		csum ^= 0x5555;
	if (!csum && ip->protocol == IPPROTO_UDP)
		csum = 0xffff;
	return htons(csum);
}

static void drill_build_tcpopt(const struct drill_packet *p,
			       struct drill_conn *c, uint8_t *at)
{
	int i;

	memcpy(at, p->opt.bytes, p->opt.len);
	if (p->opt.ts_at >= 0) {
		uint8_t *ecr = at + p->opt.ts_at + 6;

		drill_put32(ecr, drill_conn_ts_wire(c, drill_get32(ecr)));
	}
	for (i = 0; i < 2 * p->opt.sack_blocks; i++) {
		uint8_t *edge = at + p->opt.sack_at + 4 * i;

		drill_put32(edge,
			    drill_conn_seq_wire(c, drill_get32(edge), false));
	}
}

static void drill_build_md5(const struct drill_packet *p,
			    const struct iphdr *ip, uint8_t *seg, size_t len)
{
	const struct drill_tcpopt *o = &p->opt;
	struct in_addr src = { ip->saddr }, dst = { ip->daddr };
	size_t head = sizeof(struct tcphdr) + o->len;

	if (o->md5_at >= 0)
		drill_md5_segment(src, dst, seg, len, head, o->md5_key,
				  o->md5_key_len,
				  seg + sizeof(struct tcphdr) + o->md5_at);
}

static size_t drill_build_tcp(const struct drill_packet *p,
			      struct drill_conn *c, const struct iphdr *ip,
			      uint8_t *seg)
{
	struct tcphdr *th = (struct tcphdr *)seg;
	size_t head = sizeof(*th) + p->opt.len;
	bool syn = p->flags & DRILL_SYN;
	size_t len = head + p->len;

	th->source = htons(p->sport ? p->sport : c->rport);
	th->dest = htons(p->dport ? p->dport : c->lport);
	th->seq = htonl(p->seq + drill_conn_peer(c, syn));
	if (p->has_ack)
		th->ack_seq = htonl(p->flags & DRILL_ACK ?
				    drill_conn_seq_wire(c, p->ack, syn) :
				    p->ack);
	seg[13] = p->flags;
	seg[12] = (p->doff >= 0 ? p->doff : (int)(head / 4)) << 4 |
		(p->reserved & 15);
	th->window = htons(p->win >= 0 ? p->win : 0);
	th->urg_ptr = htons(p->urg >= 0 ? p->urg : 0);
	drill_build_tcpopt(p, c, seg + sizeof(*th));
	if (p->data)
		memcpy(seg + head, p->data, p->len);
	drill_build_md5(p, ip, seg, len);
	th->check = drill_build_csum(p, ip, seg, len);
	return len;
}

static size_t drill_build_udp(const struct drill_packet *p,
			      struct drill_conn *c, const struct iphdr *ip,
			      uint8_t *seg)
{
	struct udphdr *uh = (struct udphdr *)seg;
	size_t len = sizeof(*uh) + p->len;

	uh->source = htons(p->sport ? p->sport : c->rport);
	uh->dest = htons(p->dport ? p->dport : c->lport);
	uh->len = htons(len);
	if (p->data)
		memcpy(seg + sizeof(*uh), p->data, p->len);
	if (!p->no_csum)
		uh->check = drill_build_csum(p, ip, seg, len);
	return len;
}

/* The first bytes of a packet the stack sent, as a router quotes them. */
static size_t drill_build_quote(const struct drill_packet *p,
				struct drill_conn *c, uint8_t *at)
{
	const struct drill_quote *q = &p->quote;
	struct drill_packet plain = { .tos = -1, .id = -1, .ttl = 63, .df = 1 };
	int proto = q->proto ? q->proto : c->proto;
	struct iphdr *ip = (struct iphdr *)at;
	uint8_t *seg = at + sizeof(*ip);
	size_t head = proto == DRILL_TCP ? sizeof(struct tcphdr) : 8;
	uint32_t seq = c->last_seq;

	if (q->proto)
		seq = drill_conn_seq_wire(c, q->seq, false);
	ip->saddr = c->local.s_addr;
	ip->daddr = c->remote.s_addr;
	drill_build_ip(&plain, ip, head + q->len, proto);
	*(uint16_t *)seg = htons(c->lport);
	*(uint16_t *)(seg + 2) = htons(c->rport);
	if (proto == DRILL_TCP)
		drill_put32(seg + 4, seq);
	else
		*(uint16_t *)(seg + 4) = htons(8 + q->len);
	return sizeof(*ip) + 8;
}

static size_t drill_build_icmp(const struct drill_packet *p,
			       struct drill_conn *c, uint8_t *seg)
{
	struct icmphdr *ih = (struct icmphdr *)seg;
	size_t len = sizeof(*ih);
	uint16_t csum;

	ih->type = p->type;
	ih->code = p->code >= 0 ? p->code : 0;
	if (p->type == ICMP_ECHO || p->type == ICMP_ECHOREPLY) {
		ih->un.echo.id = htons(p->echo_id >= 0 ? p->echo_id : 0);
		ih->un.echo.sequence = htons(p->echo_seq >= 0 ? p->echo_seq :
					     0);
		if (p->data)
			memcpy(seg + len, p->data, p->len);
		len += p->len;
	} else {
		ih->un.frag.mtu = htons(p->mtu >= 0 ? p->mtu : 0);
		len += drill_build_quote(p, c, seg + len);
	}
	csum = ~drill_sum_fold(drill_sum(seg, len, 0));
	ih->checksum = htons(p->bad_csum ? csum ^ 0x5555 : csum);
	return len;
}

/**
 * drill_build() - make the frame
 * @d: whose addresses are used
 * @p: the script's packet
 * @c: its connection: ports and sequence numbers
 * @frame: takes it
 *
 * Return: the length.
 */
size_t drill_build(struct drill *d, const struct drill_packet *p,
		   struct drill_conn *c, uint8_t *frame)
{
	struct iphdr *ip = (struct iphdr *)frame;
	uint8_t *seg = frame + sizeof(*ip);
	size_t len;

	memset(frame, 0, DRILL_MAX_FRAME);
	if (p->proto == DRILL_RAW) {
		memcpy(frame, p->data, p->len);
		return p->len;
	}
	if (p->len > 65000)
		drill_die(DRILL_ERROR, p->line, "the packet is too long");
	ip->saddr = p->src.s_addr ? p->src.s_addr :
		c ? c->remote.s_addr : d->cfg->remote.s_addr;
	ip->daddr = p->dst.s_addr ? p->dst.s_addr : d->cfg->local.s_addr;
	ip->protocol = p->proto;
	switch (p->proto) {
	case DRILL_TCP:
		len = drill_build_tcp(p, c, ip, seg);
		break;
	case DRILL_UDP:
		len = drill_build_udp(p, c, ip, seg);
		break;
	default:
		len = drill_build_icmp(p, c, seg);
	}
	drill_build_ip(p, ip, len, p->proto);
	return sizeof(*ip) + len;
}
