// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: what the stack sent, taken apart. A packet that is wrong by
 * itself (lengths, checksums) carries its fault along; matching reports it.
 * Flow:   drill_tun_poll -> drill_dissect -> drill.queue
 */
#include <arpa/inet.h>
#include <linux/icmp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/virtio_net.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"

static void drill_fault(struct drill_packet *p, const char *fault)
{
	if (!p->fault)
		p->fault = strdup(fault);
}

/*
 * With checksum offload the field holds the pseudo header's sum and the
 * virtio header says where the rest belongs.
 */
static void drill_check_csum(struct drill_packet *p, const uint8_t *seg,
			     size_t len, size_t at,
			     const struct virtio_net_hdr *vh)
{
	uint32_t sum = drill_sum_pseudo(p->src, p->dst, p->proto, len);
	uint16_t field = seg[at] << 8 | seg[at + 1];

	if (vh->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		if (field != drill_sum_fold(sum))
			drill_fault(p, "wrong partial checksum");
		if (vh->csum_start != seg - p->frame || vh->csum_offset != at)
			drill_fault(p, "wrong place for the checksum");
		return;
	}
	if (p->proto == DRILL_UDP && !field) {
		p->no_csum = true;
		return;
	}
	if (drill_sum_fold(drill_sum(seg, len, sum)) != 0xffff)
		drill_fault(p, "bad checksum");
}

static void drill_dissect_options(struct drill_packet *p)
{
	struct drill_tcpopt *o = &p->opt;
	int i = 0, len;

	o->ts_at = -1;
	o->sack_at = -1;
	o->md5_at = -1;
	while (i < o->len && o->bytes[i]) {
		if (o->bytes[i] == 1) {
			i++;
			continue;
		}
		len = i + 1 < o->len ? o->bytes[i + 1] : 0;
		if (len < 2 || i + len > o->len) {
			drill_fault(p, "malformed TCP options");
			return;
		}
		if (o->bytes[i] == 8 && len == 10)
			o->ts_at = i;
		if (o->bytes[i] == 19 && len == 2 + DRILL_MD5_LEN)
			o->md5_at = i + 2;
		if (o->bytes[i] == 5) {
			o->sack_at = i + 2;
			o->sack_blocks = (len - 2) / 8;
		}
		i += len;
	}
}

static void drill_dissect_tcp(struct drill_packet *p, const uint8_t *seg,
			      size_t len, const struct virtio_net_hdr *vh)
{
	const struct tcphdr *th = (const struct tcphdr *)seg;
	size_t head;

	head = len < sizeof(*th) ? 0 : th->doff * 4;
	if (head < sizeof(*th) || head > len) {
		drill_fault(p, "malformed TCP header");
		return;
	}
	p->sport = ntohs(th->source);
	p->dport = ntohs(th->dest);
	p->seq = ntohl(th->seq);
	p->ack = ntohl(th->ack_seq);
	p->flags = seg[13];
	p->reserved = seg[12] & 15;
	p->has_ack = p->flags & DRILL_ACK;
	p->win = ntohs(th->window);
	p->urg = ntohs(th->urg_ptr);
	p->opt.len = head - sizeof(*th);
	memcpy(p->opt.bytes, seg + sizeof(*th), p->opt.len);
	p->len = len - head;
	p->data = seg + head;
	drill_dissect_options(p);
	drill_check_csum(p, seg, len, 16, vh);
}

static void drill_dissect_udp(struct drill_packet *p, const uint8_t *seg,
			      size_t len, const struct virtio_net_hdr *vh)
{
	const struct udphdr *uh = (const struct udphdr *)seg;

	if (len < sizeof(*uh) || ntohs(uh->len) != len) {
		drill_fault(p, "wrong UDP length");
		return;
	}
	p->sport = ntohs(uh->source);
	p->dport = ntohs(uh->dest);
	p->len = len - sizeof(*uh);
	p->data = seg + sizeof(*uh);
	drill_check_csum(p, seg, len, 6, vh);
}

static void drill_dissect_quote(struct drill_packet *p, const uint8_t *at,
				size_t len)
{
	const struct iphdr *ip = (const struct iphdr *)at;
	struct drill_quote *q = &p->quote;
	const uint8_t *seg;
	size_t head;

	if (len < sizeof(*ip) || len < ip->ihl * 4u + 8) {
		drill_fault(p, "ICMP error quotes too little");
		return;
	}
	seg = at + ip->ihl * 4;
	q->proto = ip->protocol;
	q->src.s_addr = ip->saddr;
	q->dst.s_addr = ip->daddr;
	q->sport = seg[0] << 8 | seg[1];
	q->dport = seg[2] << 8 | seg[3];
	head = 8;
	if (q->proto == DRILL_TCP) {
		memcpy(&q->seq, seg + 4, 4);
		q->seq = ntohl(q->seq);
		head = len >= ip->ihl * 4u + 13 ? seg[12] / 16 * 4 : 20;
	}
	q->len = ntohs(ip->tot_len) - ip->ihl * 4 - head;
}

static void drill_dissect_icmp(struct drill_packet *p, const uint8_t *seg,
			       size_t len)
{
	const struct icmphdr *ih = (const struct icmphdr *)seg;

	if (len < sizeof(*ih)) {
		drill_fault(p, "malformed ICMP header");
		return;
	}
	if (drill_sum_fold(drill_sum(seg, len, 0)) != 0xffff)
		drill_fault(p, "bad checksum");
	p->type = ih->type;
	p->code = ih->code;
	p->len = len - sizeof(*ih);
	p->data = seg + sizeof(*ih);
	if (p->type == ICMP_ECHO || p->type == ICMP_ECHOREPLY) {
		p->echo_id = ntohs(ih->un.echo.id);
		p->echo_seq = ntohs(ih->un.echo.sequence);
	} else {
		p->mtu = ntohs(ih->un.frag.mtu);
		drill_dissect_quote(p, p->data, p->len);
	}
}

static void drill_dissect_ip(struct drill_packet *p, size_t len,
			     const struct virtio_net_hdr *vh)
{
	const struct iphdr *ip = (const struct iphdr *)p->frame;
	size_t head = ip->ihl * 4;
	const uint8_t *seg = p->frame + head;

	if (head < sizeof(*ip) || ntohs(ip->tot_len) != len || head > len) {
		drill_fault(p, "wrong IPv4 length");
		return;
	}
	if (drill_sum_fold(drill_sum(ip, head, 0)) != 0xffff)
		drill_fault(p, "bad IPv4 checksum");
	p->src.s_addr = ip->saddr;
	p->dst.s_addr = ip->daddr;
	p->tos = ip->tos;
	p->ecn = ip->tos & 3;
	p->ttl = ip->ttl;
	p->id = ntohs(ip->id);
	p->df = !!(ntohs(ip->frag_off) & 0x4000);
	p->proto = ip->protocol;
	if (ntohs(ip->frag_off) & 0x3fff) {
		p->proto = DRILL_RAW;
		p->data = p->frame;
		p->len = len;
		return;
	}
	len -= head;
	if (p->proto == DRILL_TCP)
		drill_dissect_tcp(p, seg, len, vh);
	else if (p->proto == DRILL_UDP)
		drill_dissect_udp(p, seg, len, vh);
	else if (p->proto == DRILL_ICMP)
		drill_dissect_icmp(p, seg, len);
}

/**
 * drill_dissect() - what a read from the tun device gave
 * @buf: a virtio header and an IPv4 packet
 * @len: bytes of both
 *
 * Return: the packet, or NULL for what scripts do not look at (IPv6, IGMP).
 */
struct drill_packet *drill_dissect(const uint8_t *buf, size_t len)
{
	struct virtio_net_hdr vh;
	struct drill_packet *p;

	memcpy(&vh, buf, sizeof(vh));
	buf += sizeof(vh);
	len -= sizeof(vh);
	if (len < sizeof(struct iphdr) || buf[0] >> 4 != 4 ||
	    buf[9] == IPPROTO_IGMP)
		return NULL;
	p = drill_alloc(sizeof(*p));
	p->frame = drill_alloc(len);
	memcpy(p->frame, buf, len);
	p->doff = -1;
	if (vh.gso_type & ~VIRTIO_NET_HDR_GSO_ECN)
		p->gso_size = vh.gso_size;
	drill_dissect_ip(p, len, &vh);
	return p;
}

/**
 * drill_split() - cut the first bytes off a packet the device is to segment
 * @p: keeps the rest
 * @len: payload bytes of the first part, a multiple of the segment size
 *
 * Return: the first part, with a frame of its own, without FIN and PSH.
 */
struct drill_packet *drill_split(struct drill_packet *p, uint32_t len)
{
	struct drill_packet *first = drill_alloc(sizeof(*first));
	size_t head = p->data - p->frame;

	*first = *p;
	first->frame = drill_alloc(head + len);
	memcpy(first->frame, p->frame, head + len);
	first->data = first->frame + head;
	first->next = NULL;
	first->len = len;
	first->flags &= ~(DRILL_FIN | DRILL_PSH);
	first->fault = p->fault ? strdup(p->fault) : NULL;
	p->seq += len;
	p->data += len;
	p->len -= len;
	p->flags &= ~DRILL_CWR;
	return first;
}

/**
 * drill_packet_free() - forget a packet of the wire
 * @p: may be NULL
 */
void drill_packet_free(struct drill_packet *p)
{
	if (!p)
		return;
	free(p->fault);
	free(p->frame);
	free(p);
}
