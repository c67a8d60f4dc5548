// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: what routes say to TCP, of ways that no socket keeps yet, and
 * what it amounts to.
 *
 * Flow:   tcp_req, tcp_cookie, tcp_fo_server, tcp_connect -> [here] -> route.h
 * Owns:   nothing
 * Locks:  RCU held by the caller, or the socket lock
 * Spec:   metrics of Linux's routes: ip-route(8)
 * Tests:  kunit/tcp/tcp_route_kunit.c, qemu/wire/route
 */
#include "tcp/tcp_priv.h"

/**
 * exs_tcp_route_lookup - what the way to a request's peer says
 * @req: the request, its tuple known
 *
 * A SYN needs no other look-up before its answer, so this one is made only
 * where some route has something to say.
 *
 * Context: softirq, RCU held.
 * Return: the metrics, borrowed; NULL: it says nothing.
 */
const struct exs_route_attr *exs_tcp_route_lookup(const struct exs_tcp_req *req)
{
	struct exs_net *en = exs_net(req->conn.net);
	const struct exs_flow flow = {
		.saddr = req->conn.laddr,
		.daddr = req->conn.raddr,
		.sport = req->conn.lport,
		.dport = req->conn.rport,
		.proto = IPPROTO_TCP,
		.tos = req->tos,
		.anysrc = 1,
		.oif = req->conn.bound_dev_if,
		.mark = req->mark,
	};
	struct exs_rt rt;

	if (!exs_route_has_metrics(en) || exs_route_output(en, &flow, &rt))
		return NULL;
	return exs_rt_attr(&rt);
}

/**
 * exs_tcp_route_mss - the MSS to advertise
 * @attr: what the route says
 * @mss: by the device's MTU
 *
 * Return: bytes, TCP options not taken off.
 */
u32 exs_tcp_route_mss(const struct exs_route_attr *attr, u32 mss)
{
	u32 hdr = sizeof(struct iphdr) + sizeof(struct tcphdr);
	u32 mtu = attr->val[RTAX_MTU];

	if (attr->val[RTAX_ADVMSS])
		return max(attr->val[RTAX_ADVMSS], EXS_TCP_MIN_MSS);
	return mtu ? min(mss, max(mtu, 256 + hdr) - hdr) : mss;
}

/**
 * exs_tcp_route_rwnd - the first window to offer
 * @attr: what the route says, or NULL
 * @wnd: by the buffer
 * @mss: payload of a full segment
 *
 * Return: bytes.
 */
u32 exs_tcp_route_rwnd(const struct exs_route_attr *attr, u32 wnd, u32 mss)
{
	u32 segs = exs_route_metric(attr, RTAX_INITRWND);

	return segs ? min_t(u64, wnd, (u64)segs * mss) : wnd;
}

/**
 * exs_tcp_route_rto_min_us - the shortest timeout
 * @sk: socket
 *
 * Context: socket lock held.
 * Return: microseconds: the route's where it is locked, no more than the longest
 * timeout; else the sysctl's.
 */
u32 exs_tcp_route_rto_min_us(const struct sock *sk)
{
	const struct exs_rt *rt = &exs_sk(sk)->rt;
	u32 ms;

	if (!exs_rt_metric_locked(rt, RTAX_RTO_MIN))
		return EXS_SYSCTL(exs_sock_net(sk), tcp_rto_min_us);
	ms = min_t(u32, exs_rt_metric(rt, RTAX_RTO_MIN),
		   jiffies_to_msecs(EXS_TCP_RTO_MAX));
	return jiffies_to_usecs(msecs_to_jiffies(ms));
}

/**
 * exs_tcp_delack_bound - how long an ACK may wait
 * @sk: socket
 * @ato: how long it is to wait, jiffies
 *
 * Less than the shortest timeout: the peer's may be as short as ours.
 *
 * Context: socket lock held.
 * Return: jiffies, @ato at most.
 */
u32 exs_tcp_delack_bound(const struct sock *sk, u32 ato)
{
	u32 rto_us = exs_tcp_rto_min_us(sk);

	/* Nearly always; to make jiffies of microseconds takes a division. */
	if (likely(ato <= EXS_TCP_DELACK_MAX &&
		   (ato + 1) * DIV_ROUND_UP(USEC_PER_SEC, HZ) <= rto_us))
		return ato;
	return min3(ato, (u32)EXS_TCP_DELACK_MAX,
		    max_t(u32, usecs_to_jiffies(rto_us), 2) - 1);
}
