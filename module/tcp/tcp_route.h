/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what routes say to TCP; tcp_route.c. Included by tcp_priv.h
 * alone, behind tcp_obj.h. Costs nothing as long as no route says anything.
 */
#ifndef _EXS_TCP_ROUTE_H
#define _EXS_TCP_ROUTE_H

const struct exs_route_attr *exs_tcp_route_lookup(const struct exs_tcp_req *req);
u32 exs_tcp_route_mss(const struct exs_route_attr *attr, u32 mss);
u32 exs_tcp_route_rwnd(const struct exs_route_attr *attr, u32 wnd, u32 mss);
u32 exs_tcp_route_rto_min_us(const struct sock *sk);
/* tcp_reply_raw.c: the MSS to advertise; user_mss 0: no TCP_MAXSEG. */
u16 exs_tcp_rt_advmss(const struct exs_rt *rt, u16 user_mss);
/* tcp_cc_sock.c, tcp_cc.c: the congestion control a route asks for. */
void exs_cc_route(struct sock *sk);
bool exs_cc_name_needs_ecn(const char *name);
u32 exs_tcp_delack_bound(const struct sock *sk, u32 ato);
/* The route of a request's answers, RCU held. NULL: it says nothing. */
static inline const struct exs_route_attr *
exs_tcp_req_attr(const struct exs_tcp_req *req)
{
	if (!static_branch_unlikely(&exs_route_metrics_key))
		return NULL;
	return exs_tcp_route_lookup(req);
}

/* The shortest timeout: the route's, where it is locked, else tcp_rto_min_us. */
static inline u32 exs_tcp_rto_min_us(const struct sock *sk)
{
	if (static_branch_unlikely(&exs_route_metrics_key))
		return exs_tcp_route_rto_min_us(sk);
	return EXS_SYSCTL(exs_sock_net(sk), tcp_rto_min_us);
}

#endif /* _EXS_TCP_ROUTE_H */
