/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the rooms of this layer offer each other.
 * Nobody outside module/tcp and kunit/tcp includes this.
 */
#ifndef _EXS_TCP_PRIV_H
#define _EXS_TCP_PRIV_H

#include "tcp/tcp_obj.h"
#include "tcp/tcp_loss.h"
#include "tcp/tcp_metrics.h"
#include "tcp/tcp_mtup.h"
#include "tcp/tcp_route.h"
#include "tcp/tcp_tx_delay.h"

/* tcp_fsm.c: the one writer of sk_state. */
void exs_tcp_set_state(struct sock *sk, u8 next);
bool exs_tcp_fsm_legal(u8 from, u8 to);

/* tcp_demux.c */
void exs_tcp_rcv(struct sk_buff *skb);
int exs_tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb);
/* Parse the header into the control block. False: dropped. */
bool exs_tcp_prepare(struct sk_buff *skb);

/* tcp_icmp.c */
void exs_tcp_err(struct sk_buff *skb, const struct exs_icmp_err *e);
/* Send again what is too large for the path as it is now. */
void exs_tcp_err_mtu(struct sock *sk);
struct sock *exs_tcp_listener_rcu(struct sk_buff *skb);
/* A segment no connection claims; isn: of a TIME-WAIT's successor, or 0. */
void exs_tcp_rcv_listener(struct sk_buff *skb, u32 isn);

/* tcp_state.c: RFC 9293 3.10.7. Socket locked. Consumes. */
void exs_tcp_state_segment(struct sock *sk, struct sk_buff *skb);
/* Established fast path first. */
void exs_tcp_established_segment(struct sock *sk, struct sk_buff *skb);
void exs_tcp_ts_update(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb);

void exs_tcp_sync_decide(struct sock *sk, struct sk_buff *skb,
			 struct exs_tcp_verdict *v);
void exs_tcp_parse_options(struct sock *sk, struct sk_buff *skb);
/* tcp_state_synsent.c */
void exs_tcp_synsent_decide(struct sock *sk, struct sk_buff *skb,
			    struct exs_tcp_verdict *v);

/* tcp_verdict.c */
void exs_tcp_verdict_execute(struct sock *sk, struct sk_buff *skb,
			     struct exs_tcp_verdict *v);
/* Finish a connection from softirq or process: unhash, wake, free when orphan. */
void exs_tcp_done(struct sock *sk);
/* Same with an error for the user. err positive. */
void exs_tcp_abort(struct sock *sk, int err);
/* The peer reset us: errno by state (ECONNREFUSED, EPIPE, ECONNRESET). */
void exs_tcp_reset_received(struct sock *sk);
void exs_tcp_fin_received(struct sock *sk);

/* tcp_timewait.c */
/* sk becomes a TIME-WAIT (or orphan FIN-WAIT-2) object and is done. */
void exs_tcp_timewait_enter(struct sock *sk, u8 substate, unsigned long timeo);
void exs_tcp_timewait_segment(struct exs_tcp_tw *tw, struct sk_buff *skb);
bool exs_tcp_timewait_reuse(struct exs_conn *tw, struct exs_conn *c);
bool exs_tcp_timewait_reuse_bound(struct exs_conn *tw, struct exs_conn *c);
/* A connect() took over tw's tuple: free it. */
void exs_tcp_timewait_takeover(struct exs_conn *tw, struct sock *sk);
void exs_tcp_timewait_kill(struct exs_tcp_tw *tw);
void exs_tcp_timewait_again(struct exs_tcp_tw *tw, u8 substate);
u32 exs_tcp_timewait_isn(const struct exs_tcp_tw *tw);
void exs_tcp_timewait_row(struct exs_tcp_tw *tw, struct exs_tcp_row *row);
int exs_tcp_timewait_init(void);
void exs_tcp_timewait_exit(void);
int exs_tcp_timewait_net_init(struct exs_tcp_net *tn);
void exs_tcp_timewait_net_exit(struct exs_tcp_net *tn);

/* tcp_ack.c: acknowledgment processing, RFC 9293 3.10.7.4 fifth. */
/* False: the ACK is not acceptable; v says what to do. */
bool exs_tcp_ack_process(struct sock *sk, struct sk_buff *skb,
			 struct exs_tcp_verdict *v);
/* Plain ACK or in-order data on the fast path: advance snd_una and clean. */
void exs_tcp_ack_fast(struct sock *sk, struct sk_buff *skb, u32 ack);

/* tcp_rtt.c: RFC 6298. */
void exs_tcp_rtt_min(struct exs_tcp_sock *tp, u32 rtt_us);
void exs_tcp_rtt_sample(struct exs_tcp_sock *tp, long rtt_us, u32 rto_min_us);
void exs_tcp_rtt_init(struct exs_tcp_sock *tp);
void exs_tcp_rtt_fallback(struct exs_tcp_sock *tp);
u32 exs_tcp_rto_bound(u32 rto);
u32 exs_tcp_rtt_rto(const struct exs_tcp_sock *tp);

/* tcp_reasm.c: in-order delivery, out-of-order queue. Consume skb. */
void exs_tcp_data_queue(struct sock *sk, struct sk_buff *skb,
			struct exs_tcp_verdict *v);
void exs_tcp_data_queue_fast(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_rmem_fits(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_coalesce(struct sock *sk, struct sk_buff *to, struct sk_buff *from);
void exs_tcp_queue_in_order(struct sock *sk, struct sk_buff *skb);
void exs_tcp_data_ready(struct sock *sk);
bool exs_tcp_poll_readable(const struct sock *sk, int target);

/* tcp_ooo.c: what arrived out of order; SACK blocks. */
void exs_tcp_ooo_purge(struct sock *sk);
void exs_tcp_ooo_queue(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_ooo_drain(struct sock *sk);
bool exs_tcp_prune(struct sock *sk, struct sk_buff *skb);
void exs_tcp_dsack_set(struct sock *sk, u32 start, u32 end);
void exs_tcp_sack_add(struct sock *sk, u32 start, u32 end);
void exs_tcp_sack_forget(struct exs_tcp_sock *tp);
/* Fill SACK blocks of the next ACK. */
u8 exs_tcp_sack_blocks(struct exs_tcp_sock *tp, struct exs_tcp_opt_out *o);

/* tcp_collapse.c: what is queued takes less memory. */
void exs_tcp_collapse(struct sock *sk);

/* tcp_ext.c: state that few connections need. */
extern const struct exs_tcp_ext exs_tcp_ext_none;
struct exs_tcp_ext *exs_tcp_ext_own(struct exs_tcp_sock *tp, gfp_t gfp);
const struct exs_tcp_ext *exs_tcp_ext_dup(const struct exs_tcp_sock *tp);
void exs_tcp_ext_discard(const struct exs_tcp_ext *ext);
void exs_tcp_ext_reset(struct exs_tcp_sock *tp);
void exs_tcp_ext_free(struct exs_tcp_sock *tp);
/* To be read. Socket lock held, or RCU. */
static inline const struct exs_tcp_ext *
exs_tcp_ext(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(tp->ext);
}

/* tcp_ecn.c: explicit congestion notification. */
u8 exs_tcp_ecn_syn(struct sock *sk);
u8 exs_tcp_ecn_syn_again(const struct sock *sk, u8 flags);
void exs_tcp_ecn_answer(struct exs_tcp_sock *tp, u8 flags);
u8 exs_tcp_ecn_synack(const struct exs_tcp_sock *tp, u8 flags);
bool exs_tcp_ecn_offered(struct sock *lsk, const struct sk_buff *syn,
			 const struct exs_route_attr *attr);
void exs_tcp_ecn_tos(struct sock *sk);
void exs_tcp_ecn_xmit(struct sock *sk, struct sk_buff *skb, struct tcphdr *th,
		      bool text);
void exs_tcp_ecn_text(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_ecn_flags(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb,
		       struct exs_tcp_ack_state *as);
void exs_tcp_ecn_delivered(struct exs_tcp_sock *tp, u32 segs);
void exs_tcp_ecn_acked(struct exs_tcp_sock *tp,
		       const struct exs_tcp_ack_state *as);
/* Its algorithm wants ECT on everything. Socket lock held, or RCU. */
static inline bool exs_tcp_needs_ecn(const struct exs_tcp_sock *tp)
{
	const struct exs_cc_ops *ops = READ_ONCE(tp->cc.ops);

	return ops && READ_ONCE(ops->flags) & EXS_CC_NEEDS_ECN;
}

/* tcp_urg.c */
void exs_tcp_urg_segment(struct sock *sk, struct sk_buff *skb,
			 const struct tcphdr *th);

/* tcp_acksched.c: when we acknowledge. */
/* Text is to be queued: learn the peer's segment size. */
void exs_tcp_rcv_mss_learn(struct sock *sk, const struct sk_buff *skb);
/* Text was queued: an ACK is owed; learn the peer's pace. */
void exs_tcp_ack_owed(struct sock *sk, struct sk_buff *skb);
/* End of a segment: send the owed ACK now, or later by the timer. */
void exs_tcp_ack_check(struct sock *sk);
/* Acknowledge the next segments without delay. */
void exs_tcp_quickack_enter(struct sock *sk, unsigned int max);
bool exs_tcp_quickack_mode(const struct sock *sk);

/* tcp_window.c: what we offer (receive side) and SWS avoidance. */
/* Window for the next segment, in bytes before scaling; updates rcv_wnd. */
u16 exs_tcp_window_select(struct sock *sk);
u32 exs_tcp_window_offer(struct sock *sk);
void exs_tcp_window_init(struct sock *sk);
/* Largest window and scale for a SYN. */
u32 exs_tcp_window_limit(const struct sock *sk, u32 metric);
void exs_tcp_window_syn(struct exs_net *en, u32 space, u32 mss, bool scaling,
			u32 *rcv_wnd, u32 *clamp, u8 *wscale);
void exs_tcp_window_unscaled(struct exs_tcp_sock *tp);
/* Space the receive buffer has left, in payload bytes. */
int exs_tcp_window_space(const struct sock *sk);
int exs_tcp_window_full_space(const struct sock *sk);
/* The user read: is an update of the window worth an ACK? May send it. */
void exs_tcp_window_read(struct sock *sk, int copied);

/* tcp_rcvbuf.c: growing the buffer and the window with the connection. */
u32 exs_tcp_window_truesize(const struct sk_buff *skb);
void exs_tcp_window_grow(struct sock *sk, u32 len, u32 truesize);
void exs_tcp_window_ratio(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_rcvbuf_clamp(struct sock *sk);
void exs_tcp_window_echo(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_window_arrived(struct sock *sk, u32 len, u32 truesize);
void exs_tcp_rcvbuf_adjust(struct sock *sk);
/* Bytes of the offered window still open. */
static inline u32 exs_tcp_receive_window(const struct exs_tcp_sock *tp)
{
	s32 win = tp->rcv_wup + tp->rcv_wnd - tp->rcv_nxt;

	return win < 0 ? 0 : win;
}

/* tcp_mss.c */
u32 exs_tcp_half_window(const struct exs_tcp_sock *tp, u32 bytes);

/* tcp_cwnd.c: is the congestion window used, what is it worth after idle. */
u32 exs_tcp_init_cwnd(const struct sock *sk);
u32 exs_tcp_cwnd_ssthresh(const struct exs_cc *cc);
u32 exs_tcp_cwnd_decay(u32 cwnd, u32 restart, s32 idle, u32 rto);
void exs_tcp_cwnd_idle(struct sock *sk);
void exs_tcp_cwnd_validate(struct sock *sk, bool limited);
/* May cwnd grow by this ACK? Half-used counts in slow start. */
static inline bool exs_tcp_cwnd_is_limited(const struct exs_tcp_sock *tp)
{
	if (tp->is_cwnd_limited)
		return true;
	return exs_cc_in_slow_start(&tp->cc) &&
	       tp->cc.cwnd < 2 * tp->max_packets_out;
}

/* tcp_chrono.c: what kept data from being sent. */
void exs_tcp_chrono_set(struct exs_tcp_sock *tp, enum exs_tcp_chrono kind);
void exs_tcp_chrono_read(const struct exs_tcp_sock *tp, struct tcp_info *info);
/* A reason appears: the one nearest to the user counts. */
static inline void exs_tcp_chrono_start(struct exs_tcp_sock *tp,
					enum exs_tcp_chrono kind)
{
	if (kind > tp->chrono_kind)
		exs_tcp_chrono_set(tp, kind);
}

/* It is gone: what remains is the network, or nothing to send. */
static inline void exs_tcp_chrono_stop(struct sock *sk,
				       enum exs_tcp_chrono kind)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (skb_queue_empty(&tp->rtx_queue) &&
	    skb_queue_empty(&sk->sk_write_queue))
		exs_tcp_chrono_set(tp, EXS_TCP_CHRONO_NONE);
	else if (kind == tp->chrono_kind && kind != EXS_TCP_CHRONO_BUSY)
		exs_tcp_chrono_set(tp, EXS_TCP_CHRONO_BUSY);
}

/* tcp_pacing.c: how fast, and how much at once. */
void exs_tcp_pacing_update(struct sock *sk);
/* Segments one packet may have. */
static inline u32 exs_tcp_burst(const struct exs_tcp_sock *tp)
{
	return min(tp->burst_segs, tp->gso_segs) ?: 1;
}

/* tcp_comp_ack.c */
bool exs_tcp_comp_ack_hold(struct sock *sk);
void exs_tcp_comp_ack_flush(struct sock *sk);
void exs_tcp_comp_ack_late(struct sock *sk);
void exs_tcp_comp_ack_sent(struct sock *sk);
void exs_tcp_comp_ack_stop(struct sock *sk);
void exs_tcp_comp_ack_reset(struct exs_tcp_comp_ack *ca);
void exs_tcp_comp_ack_free(struct exs_tcp_comp_ack *ca);
u64 exs_tcp_comp_ack_delay(u32 rtt8_us, u32 most_ns);

/* tcp_pacer.c: when. */
bool exs_tcp_pacer_waits(struct sock *sk);
unsigned long exs_tcp_pacer_delay(const struct sock *sk);
u64 exs_tcp_pacer_start(const struct sock *sk);
void exs_tcp_pacer_sent(struct sock *sk, u32 len);
void exs_tcp_pacer_stop(struct sock *sk);
void exs_tcp_pacer_reset(struct exs_tcp_pacer *p);
void exs_tcp_pacer_free(struct exs_tcp_pacer *p);
u64 exs_tcp_pacer_next(const struct exs_tcp_pacer *p);
/* The socket's packets are spaced, by us or by sch_fq. */
static inline bool exs_tcp_paced(const struct sock *sk)
{
	return READ_ONCE(sk->sk_pacing_status) != SK_PACING_NONE;
}

/* tcp_output.c: what to send now. Socket locked. */
/* Send what Nagle, cwnd, the peer's window and TSQ allow. */
void exs_tcp_push(struct sock *sk, unsigned int mss_now, int nonagle);
void exs_tcp_push_pending(struct sock *sk);
void exs_tcp_push_one(struct sock *sk, unsigned int mss_now);
/* A tail loss probe of new data. False: there is none that may go. */
bool exs_tcp_push_probe(struct sock *sk, unsigned int mss_now);
void exs_tcp_send_fin(struct sock *sk);
bool exs_tcp_nagle_holds(const struct exs_tcp_sock *tp, bool partial,
			 int nonagle);
u32 exs_tcp_cwnd_quota(const struct exs_tcp_sock *tp);
u32 exs_tcp_output_limit(const struct exs_tcp_sock *tp,
			 const struct sk_buff *skb, bool last, unsigned int mss,
			 u32 max_segs, int nonagle);
/* The current MSS; path MTU changes and options are followed here. */
unsigned int exs_tcp_current_mss(struct sock *sk);
unsigned int exs_tcp_sync_mss(struct sock *sk, u32 pmtu);
unsigned int exs_tcp_mtu_to_mss(const struct sock *sk, u32 pmtu);
u32 exs_tcp_size_goal(struct sock *sk, unsigned int mss_now);

/* tcp_xmit.c: one segment onto the wire. */
/* skb keeps living (a clone is sent) when clone is true, else it is consumed. */
int exs_tcp_xmit_skb(struct sock *sk, struct sk_buff *skb, bool clone, gfp_t gfp);
/* The clone that is sent of a packet in a queue. */
struct sk_buff *exs_tcp_xmit_copy(struct sk_buff *skb, gfp_t gfp);
/* Account a transmission of new data: snd_nxt, packets_out, timers. */
void exs_tcp_xmit_sent(struct sock *sk, struct sk_buff *skb);

/* tcp_rtx.c: retransmission queue. */
struct sk_buff *exs_tcp_alloc_skb(struct sock *sk, gfp_t gfp, bool force);
void exs_tcp_force_mem(struct sock *sk, int size);
bool exs_tcp_rtx_waits(struct sock *sk, const struct sk_buff *skb);
/* Send again; exs_tcp_rtx_skb() counts it as a retransmission in flight too. */
int exs_tcp_rtx_send(struct sock *sk, struct sk_buff *skb, u32 most);
int exs_tcp_rtx_skb(struct sock *sk, struct sk_buff *skb);
int exs_tcp_rtx_head(struct sock *sk);
/* Retransmit what is marked lost as far as cwnd allows. */
void exs_tcp_rtx_lost(struct sock *sk);
int exs_tcp_fragment(struct sock *sk, struct sk_buff_head *list,
		     struct sk_buff *skb, u32 len, unsigned int mss, gfp_t gfp);
int exs_tcp_trim_head(struct sock *sk, struct sk_buff *skb, u32 len);
/* Unlink from rtx_queue and free. skb_mstamp_ns: when it was last sent. */
void exs_tcp_rtx_free(struct sock *sk, struct sk_buff *skb);
void exs_tcp_rtx_uncount(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			 u32 segs);
void exs_tcp_write_queue_purge(struct sock *sk);

/* tcp_reply.c: segments without data or without a socket. */
void exs_tcp_send_ack(struct sock *sk);
void exs_tcp_send_dupack(struct sock *sk, struct sk_buff *skb);
void exs_tcp_send_challenge_ack(struct sock *sk);
void exs_tcp_send_active_reset(struct sock *sk, gfp_t gfp);
/* Reset in answer to a segment; sk may be NULL. RFC 9293 3.10.7.1. */
void exs_tcp_send_reset(struct sock *sk, struct sk_buff *skb);
/* ACK for a request or a TIME-WAIT: all from arguments. */
struct exs_tcp_ack_reply {
	const struct exs_tcp_md5_key *md5;	/* to sign with, or NULL */
	u32 seq, ack, tsval, tsecr;
	u32 mark;
	u32 tx_delay;
	int oif;
	u16 win;
	u8 tos;
	bool use_ts;
};

void exs_tcp_send_ack_reply(struct exs_net *en, struct sk_buff *skb,
			    const struct exs_tcp_ack_reply *r);
struct exs_tcp_fo_cookie;
int exs_tcp_send_synack(struct exs_tcp_req *req, struct sk_buff *syn,
			const struct exs_tcp_fo_cookie *foc);
int exs_tcp_send_probe(struct sock *sk, bool urgent);
/* Simultaneous open: our SYN again, now with an ACK. */
void exs_tcp_send_synack_sk(struct sock *sk);
/* Probe with data where the window has room, else bare (counted as kind). */
int exs_tcp_send_wakeup(struct sock *sk, enum exs_mib_item kind);
u8 exs_tcp_reset_numbers(const struct tcphdr *th, u32 len, u32 *seq, u32 *ack);
/* True: too many challenge ACKs lately; see the budget of RFC 5961 7. */
bool exs_tcp_challenge_limited(struct exs_net *en, u32 *last);
/* True: too many out-of-window ACKs lately, be silent (tcp_invalid_ratelimit). */
bool exs_tcp_oow_limited(struct exs_net *en, u32 *last);

/* tcp_timer.c: timers are named by events. Socket locked. */
void exs_tcp_timers_init(struct sock *sk);
void exs_tcp_timers_data_sent(struct sock *sk);
void exs_tcp_timers_ack_received(struct sock *sk, bool progress);
void exs_tcp_timers_rearm(struct sock *sk);
void exs_tcp_timers_window_closed(struct sock *sk);
void exs_tcp_timers_ack_owed(struct sock *sk);		/* delayed ACK */
void exs_tcp_timers_ack_third(struct sock *sk);
void exs_tcp_timers_ack_sent(struct sock *sk);
void exs_tcp_timers_connect(struct sock *sk);
void exs_tcp_timers_syn_refused(struct sock *sk);
void exs_tcp_timers_established(struct sock *sk);
void exs_tcp_timers_keepalive(struct sock *sk, bool on);
void exs_tcp_timers_fin_wait2(struct sock *sk, unsigned long timeo);
void exs_tcp_timers_stop(struct sock *sk);
void exs_tcp_timers_rtx(struct sock *sk, enum exs_tcp_rtx_kind kind,
			unsigned long after);
void exs_tcp_timers_paced(struct sock *sk, enum exs_tcp_rtx_kind kind,
			  unsigned long after);
void exs_tcp_timers_keep(struct sock *sk, unsigned long after);
void exs_tcp_timers_run(struct sock *sk);		/* what is due */
unsigned long exs_tcp_probe0_when(const struct sock *sk);
unsigned long exs_tcp_probe0_backoff(u32 rto, u8 backoff);
u32 exs_tcp_ato_bound(const struct exs_tcp_sock *tp);

/* tcp_timeout.c: what happens when a deadline passes. Socket locked. */
void exs_tcp_delack_deadline(struct sock *sk);
void exs_tcp_rtx_deadline(struct sock *sk);
void exs_tcp_keep_deadline(struct sock *sk);
void exs_tcp_give_up(struct sock *sk);
u32 exs_tcp_model_timeout(u32 boundary, u32 base);

/* tcp_tsq.c: output limited by what sits in the device queue. */
void exs_tcp_wfree(struct sk_buff *skb);
void exs_tcp_tsq_freed(struct sock *sk);
void exs_tcp_tsq_handle(struct sock *sk);
u32 exs_tcp_tsq_limit(const struct sock *sk, u32 least, u32 most);
bool exs_tcp_tsq_blocked(struct sock *sk, const struct sk_buff *skb,
			 bool again);
void exs_tcp_release_cb(struct sock *sk);
int exs_tcp_tsq_init(void);
void exs_tcp_tsq_exit(void);

/* tcp_connect.c */
void exs_tcp_connect_now(struct sock *sk);
void exs_tcp_finish_connect(struct sock *sk, struct sk_buff *skb);
void exs_tcp_init_transfer(struct sock *sk);
u32 exs_tcp_isn(struct exs_net *en, __be32 saddr, __be32 daddr, __be16 sport,
		__be16 dport);
void exs_tcp_rcv_mss_init(struct exs_tcp_sock *tp);
void exs_tcp_unconnect(struct sock *sk);
/* tcp_isn.c */
u32 exs_tcp_isn_at(const siphash_key_t *key, __be32 saddr, __be32 daddr,
		   __be16 sport, __be16 dport, u64 now_ns);
u32 exs_tcp_ts_offset(struct exs_net *en, __be32 saddr, __be32 daddr);

/* tcp_close.c */
bool exs_tcp_orphan_oom(struct sock *sk, int shift);
/*
 * The end of an orphan (SOCK_DEAD) in CLOSED: queues, memory, the owner's
 * reference. Only by exs_tcp_done(), exs_tcp_close() and a listener's stop.
 */
void exs_tcp_orphan_destroy(struct sock *sk);

/* tcp_send.c */
/* ACKs made room in the send buffer: let it grow with cwnd, wake writers. */
void exs_tcp_new_space(struct sock *sk);
void exs_tcp_sndbuf_grow(struct sock *sk);
void exs_tcp_write_space(struct sock *sk);
bool exs_tcp_memory_free(const struct sock *sk, int wake);
size_t exs_tcp_send_memory(struct sock *sk, size_t room);

/* tcp_sock.c */
extern unsigned long exs_tcp_memory_pressure;
/* Called by the layer (tcp_layer.c): proto_register, counters of all sockets. */
int exs_tcp_sock_layer_init(void);
void exs_tcp_sock_layer_exit(void);
int exs_tcp_sock_init(struct sock *sk);
/* No connection yet; what options set stays. */
void exs_tcp_sock_reset(struct sock *sk);
void exs_tcp_sock_destroy(struct sock *sk);
/*
 * A child of a listener, locked (bh), from a request that is complete: state
 * SYN_RECV, snd_una = iss, snd_nxt = write_seq = iss + 1, rcv_nxt = irs + 1,
 * rcv_wnd as offered, port inherited, not in the connection hash yet. Two
 * references: the owner's (accept queue, later the socket) and the caller's.
 */
struct sock *exs_tcp_sock_clone(struct sock *lsk, struct exs_tcp_req *req);

/* tcp_sockopt.c */
u8 exs_tcp_secs_to_retrans(int seconds);
int exs_tcp_retrans_to_secs(u8 n);

/* tcp_cc.c */
struct exs_cc_ops *exs_cc_get(const char *name);
struct exs_cc_ops *exs_cc_get_load(const char *name);
void exs_cc_net_init(struct exs_net *en);
void exs_cc_net_exit(struct exs_net *en);
/* What is built in is there as long as any socket. */
static inline bool exs_cc_pin(const struct exs_cc_ops *ops)
{
	return ops->owner == THIS_MODULE || try_module_get(ops->owner);
}

static inline void exs_cc_unpin(const struct exs_cc_ops *ops)
{
	if (ops->owner != THIS_MODULE)
		module_put(ops->owner);
}

/* tcp_cc_sock.c */
void exs_cc_assign(struct sock *sk);
void exs_cc_init_transfer(struct sock *sk);
void exs_cc_cleanup(struct sock *sk);
void exs_cc_reset(struct sock *sk);
int exs_cc_set(struct sock *sk, const char *name, bool load, bool admin);
void exs_cc_acked(struct exs_tcp_sock *tp, const struct exs_tcp_ack_state *as);
union tcp_cc_info;
size_t exs_cc_info(struct sock *sk, union tcp_cc_info *info);
int exs_cc_layer_init(void);
void exs_cc_layer_exit(void);
extern struct exs_cc_ops exs_cc_reno;
extern struct exs_cc_ops exs_cc_cubic;

/* TIME-WAITs in order of expiry; the timer runs for the first. */
struct exs_tcp_tw_queue {
	spinlock_t lock;		/* list and timer (BH) */
	struct list_head list;		/* exs_tcp_tw.list */
	struct timer_list timer;
	bool closing;			/* the namespace goes: no timer any more */
};

/* Per namespace. */
struct exs_tcp_net {
	struct exs_net *en;
	struct exs_tcp_tw_queue tw[2];			/* [0] TIME-WAIT, [1] orphan FIN-WAIT-2 */
	atomic_t tw_count;
	struct exs_tcp_metrics_table *metrics;
	struct exs_tcp_fo_keys __rcu *fo_keys;	/* tcp_fastopen_key */
	unsigned long fo_off_until;	/* jiffies; tcp_fo_blackhole.c */
	atomic_t fo_off_times;		/* in a row, 0: Fast Open is on */
	u32 challenge_count;		/* racy on purpose */
	u32 challenge_stamp;
};

#include "tcp/tcp_fo.h"
#include "tcp/tcp_md5.h"

extern struct percpu_counter exs_tcp_orphans;

/* Time as TCP uses it: refresh once per event. */
static inline void exs_tcp_mstamp_refresh(struct exs_tcp_sock *tp)
{
	tp->mstamp_us = exs_clock_us();
}

/* The clock of retrans_stamp, ms: our timestamps without the offset. */
static inline u32 exs_tcp_retrans_clock(const struct exs_tcp_sock *tp)
{
	return (u32)div_u64(tp->mstamp_us, USEC_PER_MSEC);
}

/* Segments of an skb that is or was to be sent. */
static inline u32 exs_tcp_skb_segs(const struct sk_buff *skb)
{
	return max_t(u32, EXS_TCPCB(skb)->gso_segs, 1);
}

/* A segment came, header and all: TCP_INFO's counts. */
static inline void exs_tcp_count_in(struct exs_tcp_sock *tp,
				    const struct sk_buff *skb)
{
	u32 segs = max_t(u16, 1, skb_shinfo(skb)->gso_segs);

	tp->segs_in += segs;
	if (skb->len > tcp_hdrlen(skb))
		tp->data_segs_in += segs;
}

/* The first skb never sent. */
static inline struct sk_buff *exs_tcp_send_head(const struct sock *sk)
{
	return skb_peek(&sk->sk_write_queue);
}

/* When an skb of the retransmission queue was last sent, microseconds. */
static inline u64 exs_tcp_sent_us(const struct sk_buff *skb)
{
	return div_u64(skb->skb_mstamp_ns, NSEC_PER_USEC);
}

/* Microseconds until the oldest segment's timeout; negative: it is past. */
static inline s64 exs_tcp_rto_left(const struct exs_tcp_sock *tp)
{
	const struct sk_buff *head = skb_peek(&tp->rtx_queue);

	if (!head)
		return jiffies_to_usecs(tp->rto);
	return (s64)(exs_tcp_sent_us(head) + jiffies_to_usecs(tp->rto) -
		     tp->mstamp_us);
}

/* Behind the last sequence number the peer's window takes. */
static inline u32 exs_tcp_wnd_end(const struct exs_tcp_sock *tp)
{
	return tp->snd_una + tp->snd_wnd;
}

/* After so many answers to what came a connection is interactive. */
static inline u8 exs_tcp_pingpong_thresh(const struct exs_tcp_sock *tp)
{
	return EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_pingpong_thresh);
}

/* Interactive: an answer will soon carry the ACK. */
static inline bool exs_tcp_pingpong(const struct exs_tcp_sock *tp)
{
	return tp->ack.pingpong >= exs_tcp_pingpong_thresh(tp);
}

static inline void exs_tcp_pingpong_enter(struct exs_tcp_sock *tp)
{
	tp->ack.pingpong = exs_tcp_pingpong_thresh(tp);
}

/* Payload of each segment but the last of an skb to be sent. */
static inline unsigned int exs_tcp_skb_mss(const struct sk_buff *skb)
{
	return EXS_TCPCB(skb)->gso_size ?: skb->len;
}

/* Count the segments of an skb to be sent. Return: how many, at least 1. */
static inline u32 exs_tcp_set_segs(struct sk_buff *skb, unsigned int mss)
{
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);

	cb->gso_size = skb->len > mss ? mss : 0;
	cb->gso_segs = cb->gso_size ? DIV_ROUND_UP(skb->len, mss) : 1;
	return cb->gso_segs;
}

/* The options' values, jiffies: the socket's, else the sysctl's. */
static inline u32 exs_tcp_keepalive_time(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(exs_tcp_ext(tp)->keepalive_time) * HZ ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_time);
}

static inline u32 exs_tcp_keepalive_intvl(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(exs_tcp_ext(tp)->keepalive_intvl) * HZ ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_intvl);
}

static inline u32 exs_tcp_keepalive_probes(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(exs_tcp_ext(tp)->keepalive_probes) ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_probes);
}

/* The timestamps of a received segment. */
static inline void exs_tcp_set_ts(const struct exs_tcp_sock *tp,
				  struct exs_tcp_cb *cb, u32 tsval, u32 tsecr)
{
	cb->has_tstamp = 1;
	cb->tsval = tsval;
	cb->tsecr = tsecr ? tsecr - tp->tsoffset : 0;
}

/* Our timestamp clock: milliseconds, plus the connection's offset. */
static inline u32 exs_tcp_tsval(const struct exs_tcp_sock *tp)
{
	return (u32)div_u64(tp->mstamp_us, USEC_PER_MSEC) + tp->tsoffset;
}

/* How long FIN-WAIT-2 of an orphan lasts, jiffies: TCP_LINGER2 or the sysctl. */
static inline unsigned long exs_tcp_fin_time(const struct sock *sk)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	unsigned long t = exs_tcp_ext(tp)->linger2 * HZ;

	if (!t)
		t = EXS_SYSCTL(exs_sock_net(sk), tcp_fin_timeout);
	/* Long enough for the peer to hear of a lost ACK. */
	return max_t(unsigned long, t, (tp->rto << 2) - (tp->rto >> 1));
}

static inline bool exs_tcp_fin_sent(const struct sock *sk)
{
	return (1 << sk->sk_state) &
	       (TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_CLOSING |
		TCPF_LAST_ACK | TCPF_TIME_WAIT);
}

#endif /* _EXS_TCP_PRIV_H */
