// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: answers that need no socket: resets, ACKs of TIME-WAIT and of
 * requests, the SYN-ACK.
 * Flow:   tcp_demux, tcp_listen, tcp_timewait -> [here] -> exs_ip_output
 * Owns:   nothing: all comes from the segment answered or from arguments
 * Locks:  none; RCU held by the caller
 * Spec:   RFC 9293 3.10.7.1, 3.5.2; RFC 7323 3.2
 * Tests:  kunit/tcp/tcp_reply_raw_kunit.c
 */
#include <net/inet_ecn.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_req.h"
#include "tcp/tcp_route.h"

/* One answer: where it goes and what its header says. */
struct exs_tcp_raw {
	__be32 saddr, daddr;
	__be16 sport, dport;
	u32 seq, ack;
	u16 win;
	u8 flags;
	u8 tos;
	u32 mark;
	u32 tx_delay;
	int oif;
	const struct exs_tcp_md5_key *md5;	/* to sign with, or NULL */
	struct exs_tcp_opt_out opt;
};

static void exs_tcp_raw_init(struct exs_tcp_raw *r)
{
	memset(r, 0, sizeof(*r));
	r->opt.fo_len = -1;
}

/* It is to be signed, if there is a key. */
static void exs_tcp_raw_md5(struct exs_tcp_raw *r,
			    const struct exs_tcp_md5_key *key)
{
	r->md5 = key;
	r->opt.md5 = key;
}

/* From the segment back to where it came from. */
static void exs_tcp_raw_reverse(struct exs_tcp_raw *r, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);

	exs_tcp_raw_init(r);
	r->saddr = iph->daddr;
	r->daddr = iph->saddr;
	r->sport = th->dest;
	r->dport = th->source;
}

static void exs_tcp_raw_header(struct sk_buff *skb, const struct exs_tcp_raw *r)
{
	unsigned int hlen = sizeof(struct tcphdr) + exs_tcp_opt_size(&r->opt);
	struct tcphdr *th = skb_push(skb, hlen);

	skb_reset_transport_header(skb);
	th->source = r->sport;
	th->dest = r->dport;
	th->seq = htonl(r->seq);
	th->ack_seq = htonl(r->ack);
	*((__be16 *)th + 6) = htons(((hlen >> 2) << 12) | r->flags);
	th->window = htons(r->win);
	th->urg_ptr = 0;
	exs_tcp_opt_write((__be32 *)(th + 1), &r->opt);
	if (unlikely(r->md5))
		exs_tcp_md5_sign(r->md5, r->saddr, r->daddr, skb);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = (u8 *)th - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	th->check = ~csum_tcpudp_magic(r->saddr, r->daddr, skb->len,
				       IPPROTO_TCP, 0);
}

/* Route, build and send. sk: whose mark and options count for IP, or NULL. */
static int exs_tcp_raw_send(struct exs_net *en, struct sock *sk,
			    const struct exs_tcp_raw *r,
			    const struct exs_rt *rt)
{
	struct exs_ip_tx tx = {
		.saddr = r->saddr,
		.daddr = r->daddr,
		.proto = IPPROTO_TCP,
		.tos = r->tos,
		.df = true,
		.id_set = true,
	};
	struct sk_buff *skb = alloc_skb(EXS_MAX_TCP_HEADER,
					GFP_ATOMIC | __GFP_NOWARN);
	int err;

	if (!skb)
		return -ENOBUFS;
	skb_reserve(skb, EXS_MAX_TCP_HEADER);
	exs_tcp_raw_header(skb, r);
	skb->mark = r->mark;
	if (unlikely(r->tx_delay))
		exs_tcp_tx_delay_stamp(skb, 0, r->tx_delay);
	EXS_INC(en, TCP_OutSegs);
	local_bh_disable();
	err = exs_ip_output(en, sk, skb, rt, &tx);
	local_bh_enable();
	/* With NET_XMIT_CN it is sent; there is no window yet to be lowered. */
	return min(err, 0);
}

/* RFC 1122 4.2.3.10: what came from a group address is not answered. */
static int exs_tcp_raw_route(struct exs_net *en, const struct exs_tcp_raw *r,
			     struct exs_rt *rt)
{
	struct exs_flow flow = {
		.saddr = r->saddr,
		.daddr = r->daddr,
		.sport = r->sport,
		.dport = r->dport,
		.proto = IPPROTO_TCP,
		.tos = r->tos,
		.oif = r->oif,
		.mark = r->mark,
		.anysrc = 1,
	};
	int err = exs_route_output(en, &flow, rt);

	if (!err && unlikely(rt->type == RTN_BROADCAST ||
			     rt->type == RTN_MULTICAST))
		return -EACCES;
	return err;
}

/**
 * exs_tcp_reset_numbers - sequence and acknowledgment of a reset
 * @th: header of the segment that provoked it
 * @len: its text in bytes
 * @seq: set
 * @ack: set
 *
 * RFC 9293 3.10.7.1: where the segment had an ACK, its acknowledgment number
 * is the reset's sequence number; else the reset acknowledges the segment.
 *
 * Return: flags of the reset.
 */
u8 exs_tcp_reset_numbers(const struct tcphdr *th, u32 len, u32 *seq, u32 *ack)
{
	if (th->ack) {
		*seq = ntohl(th->ack_seq);
		*ack = 0;
		return EXS_TCPHDR_RST;
	}
	*seq = 0;
	*ack = ntohl(th->seq) + th->syn + th->fin + len;
	return EXS_TCPHDR_RST | EXS_TCPHDR_ACK;
}

/**
 * exs_tcp_send_reset - answer a segment with a reset
 * @sk: socket or listener it was for, or NULL
 * @skb: the segment; the caller's
 *
 * Never in answer to a reset, nor to what was not sent to this host alone, nor
 * unsigned to what was signed.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_send_reset(struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct exs_net *en = exs_net(dev_net(skb->dev));
	const struct exs_tcp_md5_key *md5;
	struct exs_tcp_raw r;
	struct exs_rt rt;

	if (th->rst)
		return;
	if (EXS_IPCB(skb)->flags & (EXS_IPCB_BROADCAST | EXS_IPCB_MULTICAST))
		return;
	if (!sk && exs_route_addr_type(en, ip_hdr(skb)->daddr) != RTN_LOCAL)
		return;
	if (!exs_tcp_md5_reset(sk, skb, &md5))
		return;
	exs_tcp_raw_reverse(&r, skb);
	exs_tcp_raw_md5(&r, md5);
	r.flags = exs_tcp_reset_numbers(th, skb->len - th->doff * 4, &r.seq,
					&r.ack);
	r.tos = ip_hdr(skb)->tos & ~INET_ECN_MASK;
	r.mark = exs_reply_mark(en, skb->mark);
	if (sk) {
		r.mark = r.mark ?: READ_ONCE(sk->sk_mark);
		r.oif = exs_sk(sk)->conn.bound_dev_if;
		r.tx_delay = exs_tcp_tx_delay(exs_tcp_sk(sk));
	}
	if (exs_tcp_raw_route(en, &r, &rt))
		return;
	if (!exs_tcp_raw_send(en, NULL, &r, &rt))
		EXS_INC(en, TCP_OutRsts);
}

/**
 * exs_tcp_send_ack_reply - an ACK all of arguments
 * @en: namespace
 * @skb: segment to answer; the caller's
 * @reply: sequence numbers, window, timestamps
 *
 * It is not ECT, even where the connection's ACKs are.
 *
 * Context: softirq, RCU held.
 */
void exs_tcp_send_ack_reply(struct exs_net *en, struct sk_buff *skb,
			    const struct exs_tcp_ack_reply *reply)
{
	struct exs_tcp_raw r;
	struct exs_rt rt;

	exs_tcp_raw_reverse(&r, skb);
	r.seq = reply->seq;
	r.ack = reply->ack;
	r.win = reply->win;
	r.tos = reply->tos & ~INET_ECN_MASK;
	r.mark = exs_reply_mark(en, skb->mark) ?: reply->mark;
	r.tx_delay = reply->tx_delay;
	r.oif = reply->oif;
	r.flags = EXS_TCPHDR_ACK;
	r.opt.use_ts = reply->use_ts;
	r.opt.tsval = reply->tsval;
	r.opt.tsecr = reply->tsecr;
	exs_tcp_raw_md5(&r, reply->md5);
	if (!exs_tcp_raw_route(en, &r, &rt))
		exs_tcp_raw_send(en, NULL, &r, &rt);
}

/**
 * exs_tcp_rt_advmss - the MSS to advertise over a route
 * @rt: route
 * @user_mss: TCP_MAXSEG, 0: none
 *
 * What ICMP taught of the way there says nothing of the way here.
 *
 * Context: RCU, or @rt is kept.
 * Return: bytes, TCP options not taken off (RFC 6691); a route's own is not less
 * than EXS_TCP_MIN_MSS.
 */
u16 exs_tcp_rt_advmss(const struct exs_rt *rt, u16 user_mss)
{
	u32 hdr = sizeof(struct iphdr) + sizeof(struct tcphdr);
	const struct exs_route_attr *attr = exs_rt_attr(rt);
	u32 mtu = likely(rt->ldev) ? READ_ONCE(rt->ldev->mtu) : rt->mtu;
	u32 mss = max_t(u32, mtu, 256 + hdr) - hdr;

	if (unlikely(attr))
		mss = exs_tcp_route_mss(attr, mss);
	mss = clamp_t(u32, mss, EXS_TCP_MIN_MSS, 65535 - hdr);
	if (user_mss && user_mss < mss)
		mss = user_mss;
	return mss;
}

/**
 * exs_tcp_send_synack - answer the SYN of a request
 * @req: the request
 * @syn: its SYN, or NULL when the SYN-ACK is repeated, which is counted: the
 *	ACK then gives no round-trip time (Karn)
 * @foc: Fast Open's option, or NULL
 *
 * Context: softirq, RCU held.
 * Return: 0 or a negative errno.
 */
int exs_tcp_send_synack(struct exs_tcp_req *req, struct sk_buff *syn,
			const struct exs_tcp_fo_cookie *foc)
{
	struct exs_tcp_sock *ltp = exs_tcp_sk(req->listener);
	struct exs_net *en = exs_net(req->conn.net);
	u64 now = exs_clock_us();
	struct exs_tcp_raw r;
	struct exs_rt rt;
	int err;
	u32 ts;

	exs_tcp_raw_init(&r);
	r.saddr = req->conn.laddr;
	r.daddr = req->conn.raddr;
	r.sport = req->conn.lport;
	r.dport = req->conn.rport;
	r.seq = req->iss;
	r.ack = exs_tcp_req_rcv_nxt(req);
	r.win = exs_tcp_req_offered(req);
	r.flags = EXS_TCPHDR_SYN | EXS_TCPHDR_ACK;
	if (req->ecn_ok)
		r.flags |= EXS_TCPHDR_ECE;
	r.tos = req->tos;
	r.mark = req->mark;
	r.tx_delay = exs_tcp_tx_delay(ltp);
	r.oif = req->conn.bound_dev_if;
	err = exs_tcp_raw_route(en, &r, &rt);
	if (err)
		return err;
	r.opt.mss = exs_tcp_rt_advmss(&rt, exs_tcp_ext(ltp)->user_mss);
	exs_tcp_raw_md5(&r, exs_tcp_md5_key(req->listener, &req->conn));
	/* No room for SACK blocks beside both: then rather SACK. */
	if (unlikely(r.md5) && !req->cookie && req->sack_ok && req->tstamp_ok)
		req->tstamp_ok = 0;
	r.opt.use_wscale = req->wscale_ok;
	r.opt.wscale = req->rcv_wscale;
	r.opt.sack_perm = req->sack_ok;
	r.opt.use_ts = req->tstamp_ok;
	if (unlikely(foc && foc->len >= 0)) {
		r.opt.fo_len = foc->len;
		r.opt.fo_exp = foc->exp;
		r.opt.fo_cookie = foc->val;
	}
	ts = (u32)div_u64(now, USEC_PER_MSEC);
	if (req->cookie)
		ts = exs_tcp_cookie_tsval(req, ts);
	r.opt.tsval = ts + req->tsoffset;
	r.opt.tsecr = req->ts_recent;
	if (syn)
		req->sent_us = (u32)now;
	err = exs_tcp_raw_send(en, req->listener, &r, &rt);
	if (err || syn)
		return err;
	req->num_retrans++;
	EXS_INC(en, TCPEXT_TCPSynRetrans);
	EXS_INC(en, TCP_RetransSegs);
	return 0;
}
