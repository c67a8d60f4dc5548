// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the window we offer.
 * Flow:   tcp_xmit -> exs_tcp_window_select; tcp_recv -> exs_tcp_window_read
 * Owns:   rcv_wnd, rcv_wup, rcv_ssthresh, window_clamp, scaling_ratio
 * Locks:  socket lock held by the caller
 * Spec:   RFC 9293 3.8.6.2.2 (SWS avoidance), 3.8.6 (never shrink); RFC 7323 2
 * Tests:  kunit/tcp/tcp_window_kunit.c
 *
 * The receive buffer counts memory, the window counts payload; scaling_ratio
 * (of 256) is how much of the one is the other, measured from what arrives.
 * rcv_ssthresh opens the window slowly while the peer's packets prove to be
 * worth their memory.
 */
#include <linux/log2.h>
#include <net/proto_memory.h>

#include "tcp/tcp_priv.h"

#define EXS_TCP_RATIO_SHIFT	8
#define EXS_TCP_WINDOW_SIGNED	32767U	/* more is negative, for some old peers */

static int exs_tcp_payload(const struct exs_tcp_sock *tp, int space)
{
	s64 scaled = (s64)space * tp->ack.scaling_ratio;

	return scaled >> EXS_TCP_RATIO_SHIFT;
}

/**
 * exs_tcp_window_space - payload the receive buffer can still take
 * @sk: the socket
 *
 * Return: bytes, may be negative.
 */
int exs_tcp_window_space(const struct sock *sk)
{
	return exs_tcp_payload(exs_tcp_sk(sk), READ_ONCE(sk->sk_rcvbuf) -
			       READ_ONCE(sk->sk_backlog.len) -
			       atomic_read(&sk->sk_rmem_alloc));
}

/**
 * exs_tcp_window_full_space - payload an empty receive buffer can take
 * @sk: the socket
 *
 * Return: bytes.
 */
int exs_tcp_window_full_space(const struct sock *sk)
{
	return exs_tcp_payload(exs_tcp_sk(sk), READ_ONCE(sk->sk_rcvbuf));
}

/**
 * exs_tcp_window_limit - the largest window that may ever be offered
 * @sk: a connecting socket, or the listener
 * @metric: RTAX_WINDOW of the route to the peer
 *
 * TCP_WINDOW_CLAMP or else the route says; a buffer whose size the user has set
 * cannot hold more than it does now.
 *
 * Context: socket lock held; of a listener any.
 * Return: bytes, 0: any.
 */
u32 exs_tcp_window_limit(const struct sock *sk, u32 metric)
{
	u32 most = READ_ONCE(exs_tcp_sk(sk)->window_clamp) ?: metric;
	u32 full = exs_tcp_window_full_space(sk);

	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK && (!most || most > full))
		return full;
	return most;
}

/**
 * exs_tcp_window_syn - window and scale to offer in a SYN or SYN-ACK
 * @en: namespace
 * @space: payload the buffer can take
 * @mss: payload of a full segment; the window is a multiple of it
 * @scaling: window scaling may be used
 * @rcv_wnd: set to the window; the field of the SYN holds 65535 of it at most
 * @clamp: in: the largest window allowed, 0: any; out: what scale allows
 * @wscale: set to the shift that reaches the largest possible buffer
 */
void exs_tcp_window_syn(struct exs_net *en, u32 space, u32 mss, bool scaling,
			u32 *rcv_wnd, u32 *clamp, u8 *wscale)
{
	u32 most = EXS_SYSCTL(en, tcp_rmem[2]);

	if (!*clamp)
		*clamp = 65535U << EXS_TCP_MAX_WSCALE;
	space = min(space, *clamp);
	if (mss && space > mss)
		space = rounddown(space, mss);
	*rcv_wnd = space;
	if (unlikely(EXS_SYSCTL(en, tcp_workaround_signed_windows)))
		*rcv_wnd = min(space, EXS_TCP_WINDOW_SIGNED);
	*wscale = 0;
	if (scaling) {
		most = max3(most, space, (u32)READ_ONCE(sysctl_rmem_max));
		most = min(most, *clamp);
		if (most)
			*wscale = clamp(ilog2(most) - 15, 0,
					(int)EXS_TCP_MAX_WSCALE);
	}
	*clamp = min(65535U << *wscale, *clamp);
}

/**
 * exs_tcp_window_unscaled - has the handshake left us without scaling?
 * @tp: socket; the options of both SYNs are known
 *
 * Not called where both ends have sent a SYN: as on Linux our windows are scaled
 * then as our SYN has said, whatever the peer's says. RFC 7323 2.2 is against it:
 * such a peer sees too small a window.
 *
 * Context: socket lock held, or the socket not yet known.
 */
void exs_tcp_window_unscaled(struct exs_tcp_sock *tp)
{
	if (tp->wscale_ok)
		return;
	tp->rcv_wscale = 0;
	tp->window_clamp = min(tp->window_clamp, 65535U);
}

/* Of the buffer, tcp_app_win and at least a segment are not to be offered. */
static u32 exs_tcp_window_reserve(const struct sock *sk, u32 clamp, u32 most)
{
	int share = EXS_SYSCTL(exs_sock_net(sk), tcp_app_win);
	u32 mss = exs_tcp_sk(sk)->advmss;

	if (!share)
		return min(clamp, most);
	if (clamp >= most) {
		clamp = most;
		if (most > 4 * mss)
			clamp = max(most - (most >> share), 4 * mss);
	}
	if (clamp > 2 * mss && clamp + mss > most)
		clamp = max(2 * mss, most - mss);
	return clamp;
}

/**
 * exs_tcp_window_init - the connection is established: size what we offer
 * @sk: the socket
 *
 * Context: socket lock held.
 */
void exs_tcp_window_init(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 mss = tp->advmss;

	if (!tp->window_clamp)
		tp->window_clamp = 65535U << EXS_TCP_MAX_WSCALE;
	tp->window_clamp = min(tp->window_clamp, 65535U << tp->rcv_wscale);
	tp->window_clamp = exs_tcp_window_reserve(sk, tp->window_clamp,
						  exs_tcp_window_full_space(sk));
	tp->rcv_ssthresh = min(tp->rcv_ssthresh, tp->window_clamp);
	tp->rcvq_space = min3(tp->rcv_ssthresh, tp->rcv_wnd,
			      EXS_CC_INIT_CWND * mss);
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_time = (u32)exs_clock_us();
	exs_tcp_rcv_mss_init(tp);
}

/* May what was offered be taken back? Only a scaled window may. */
static bool exs_tcp_window_shrinks(const struct sock *sk)
{
	return unlikely(EXS_SYSCTL(exs_sock_net(sk), tcp_shrink_window)) &&
	       exs_tcp_sk(sk)->rcv_wscale;
}

/**
 * exs_tcp_window_offer - the window to offer if a segment went out now
 * @sk: the socket
 *
 * RFC 9293 3.8.6.2.2: no update smaller than a segment or half the buffer;
 * as far as it goes the window stays what it was. Where it may shrink it is never
 * more than what is free.
 *
 * Context: socket lock held.
 * Return: bytes; not yet the promise not to shrink.
 */
u32 exs_tcp_window_offer(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	int most = exs_tcp_window_full_space(sk);
	int full = min_t(int, tp->window_clamp, most);
	int space = exs_tcp_window_space(sk);
	int mss = tp->ack.rcv_mss;
	int win;

	if (mss > full) {
		mss = full;
		if (mss <= 0)
			return 0;
	}
	if (exs_tcp_window_shrinks(sk))
		space = round_down(space, 1 << tp->rcv_wscale);
	if (space < full >> 1) {
		/* Half full: stop growing; nearly full: close. */
		tp->ack.quick = 0;
		if (sk_under_memory_pressure(sk))
			tp->rcv_ssthresh = min(tp->rcv_ssthresh,
					       4U * tp->advmss);
		space = round_down(space, 1 << tp->rcv_wscale);
		if (space < most >> 4 || space < mss)
			return 0;
	}
	space = min_t(int, space, tp->rcv_ssthresh);
	if (tp->rcv_wscale)
		/* Up, lest a small window be rounded to none. */
		return ALIGN(space, 1 << tp->rcv_wscale);
	win = tp->rcv_wnd;
	if (win <= space - mss || win > space)
		return rounddown(space, mss);
	if (mss == full && space > win + (full >> 1))
		return space;
	return win;
}

/* The most that the field can say. */
static u32 exs_tcp_window_field(const struct sock *sk)
{
	if (!exs_tcp_sk(sk)->rcv_wscale &&
	    EXS_SYSCTL(exs_sock_net(sk), tcp_workaround_signed_windows))
		return EXS_TCP_WINDOW_SIGNED;
	return U16_MAX;
}

/**
 * exs_tcp_window_select - the window field of a segment about to be sent
 * @sk: the socket
 *
 * Never takes back what was offered, but where memory is short and each segment
 * would be dropped, or tcp_shrink_window allows it. Remembers the offer.
 *
 * Context: socket lock held.
 * Return: the field, scaled, in host order.
 */
u16 exs_tcp_window_select(struct sock *sk)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 old = tp->rcv_wnd;
	u32 cur, win;

	if (unlikely(tp->ack.pending & EXS_TCP_ACK_NOMEM)) {
		tp->rcv_wnd = 0;
		tp->rcv_wup = tp->rcv_nxt;
		return 0;
	}
	cur = exs_tcp_receive_window(tp);
	win = exs_tcp_window_offer(sk);
	if (win < cur && !exs_tcp_window_shrinks(sk)) {
		if (!win)
			EXS_INC(exs_sock_net(sk), TCPEXT_TCPWantZeroWindowAdv);
		win = ALIGN(cur, 1 << tp->rcv_wscale);
	}
	tp->rcv_wnd = win;
	tp->rcv_wup = tp->rcv_nxt;
	win = min(win, exs_tcp_window_field(sk) << tp->rcv_wscale);
	win >>= tp->rcv_wscale;
	if (!win && old)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPToZeroWindowAdv);
	else if (win && !old)
		EXS_INC(exs_sock_net(sk), TCPEXT_TCPFromZeroWindowAdv);
	return win;
}

/**
 * exs_tcp_window_read - the user took data out of the buffer
 * @sk: the socket
 * @copied: bytes
 *
 * Sends the owed ACK when the reading ends a burst, or an update when the
 * window would at least double (RFC 9293 3.8.6.2.2).
 *
 * Context: socket lock held, process.
 */
void exs_tcp_window_read(struct sock *sk, int copied)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now, next;

	if (tp->ack.pending & EXS_TCP_ACK_SCHED &&
	    (tp->rcv_nxt - tp->rcv_wup > tp->ack.rcv_mss ||
	     (copied > 0 && (tp->ack.pending & EXS_TCP_ACK_PUSHED2 ||
			     (tp->ack.pending & EXS_TCP_ACK_PUSHED &&
			      !exs_tcp_pingpong(tp))) &&
	      !atomic_read(&sk->sk_rmem_alloc)))) {
		exs_tcp_send_ack(sk);
		return;
	}
	if (copied <= 0 || sk->sk_shutdown & RCV_SHUTDOWN)
		return;
	now = exs_tcp_receive_window(tp);
	if (2 * now > tp->window_clamp)
		return;
	next = exs_tcp_window_offer(sk);
	if (next && next >= 2 * now)
		exs_tcp_send_ack(sk);
}
