/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: the socket, and what the rooms of this layer offer each other.
 * Nobody outside module/tcp and kunit/tcp includes this.
 */
#ifndef _EXS_TCP_PRIV_H
#define _EXS_TCP_PRIV_H

#include <linux/siphash.h>
#include <linux/tcp.h>
#include <net/tcp_states.h>
#include <expstack/cc.h>
#include <expstack/clock.h>
#include <expstack/ip.h>
#include <expstack/mib.h>
#include <expstack/seq.h>
#include <expstack/tcp.h>
#include <expstack/wire.h>

#define EXS_TCP_MSS_DEFAULT	536U		/* RFC 9293 3.7.1 */
#define EXS_TCP_MIN_MSS		88U
#define EXS_TCP_MAX_WSCALE	14U		/* RFC 7323 2.3 */
#define EXS_TCP_MAX_WINDOW	32767U		/* initial window without scaling */
#define EXS_TCP_RTO_INIT	(HZ)		/* RFC 6298 2.1 */
#define EXS_TCP_RTO_MAX		(120 * HZ)
#define EXS_TCP_RTO_FALLBACK	(3 * HZ)	/* RFC 6298 5.7 */
#define EXS_TCP_RTO_MIN		(HZ / 5)
#define EXS_TCP_DELACK_MIN	(HZ / 25)	/* 40 ms */
#define EXS_TCP_DELACK_MAX	(HZ / 5)
#define EXS_TCP_ATO_MIN		(HZ / 25)
#define EXS_TCP_TIMEWAIT_LEN	(60 * HZ)
#define EXS_TCP_MAX_QUICKACKS	16
#define EXS_TCP_PAWS_24DAYS	(60 * 60 * 24 * 24)	/* seconds */
#define EXS_TCP_PAWS_MSL	60			/* seconds */
#define EXS_TCP_KEEPALIVE_MAX	32767			/* seconds */
#define EXS_TCP_KEEPCNT_MAX	127
#define EXS_TCP_SYNCNT_MAX	127

/* tp->nonagle, Linux's values */
#define EXS_TCP_NAGLE_OFF	1	/* TCP_NODELAY */
#define EXS_TCP_NAGLE_CORK	2	/* TCP_CORK */
#define EXS_TCP_NAGLE_PUSH	4	/* send the tail once whatever Nagle says */

/* tp->ack.pending */
#define EXS_TCP_ACK_SCHED	BIT(0)	/* an ACK is owed */
#define EXS_TCP_ACK_TIMER	BIT(1)	/* the delayed-ACK timer runs */
#define EXS_TCP_ACK_PUSHED	BIT(2)	/* a PSH came: acknowledge when read */
#define EXS_TCP_ACK_NOW		BIT(3)	/* before leaving this segment */
#define EXS_TCP_ACK_PUSHED2	BIT(4)

/* tp->urg_data, Linux's values */
#define EXS_TCP_URG_VALID	0x0100	/* the low byte is the urgent byte */
#define EXS_TCP_URG_NOTYET	0x0200	/* announced, not here yet */
#define EXS_TCP_URG_READ	0x0400	/* the user has read it */

/* sk->sk_tsq_flags: set without the socket lock; see tcp_tsq.c */
enum exs_tcp_tsq_flag {
	EXS_TCP_TSQ_THROTTLED,	/* output waits for the device */
	EXS_TCP_TSQ_QUEUED,	/* on a CPU's list */
	EXS_TCP_TSQ_DEFERRED,	/* output is due when the user lets go */
	EXS_TCP_TIMER_DEFERRED,	/* so is exs_tcp_timers_run() */
};

#define EXS_TCP_DEFERRED_ALL	(BIT(EXS_TCP_TSQ_DEFERRED) |	\
				 BIT(EXS_TCP_TIMER_DEFERRED))

#define EXS_TCP_PINGPONG	3	/* ack.pingpong from which it is interactive */

/* What runs on the retransmission timer. */
enum exs_tcp_rtx_kind {
	EXS_TCP_RTX_NONE,
	EXS_TCP_RTX_RTO,	/* retransmission timeout */
	EXS_TCP_RTX_PROBE,	/* zero-window probe */
	EXS_TCP_RTX_TLP,	/* tail loss probe */
	EXS_TCP_RTX_REO,	/* RACK reordering window */
};

/*
 * A full TCP socket. All of it is protected by the socket lock (in softirq:
 * bh_lock_sock with sock_owned_by_user false) except where said; lookups reach
 * conn under RCU. It dies by exs_tcp_done() -> unhashed, then by the last
 * sk_refcnt, then after an RCU grace period (SOCK_RCU_FREE). A pending timer
 * holds a reference (sk_reset_timer).
 *
 * Groups follow use; tcp_sock.c asserts that the receive fast path's stays
 * within its cache lines.
 */
struct exs_tcp_sock {
	struct exs_sock es;		/* must be first */

	/* -- read and written by every segment, both directions -- */
	u32 rcv_nxt;			/* next expected */
	u32 copied_seq;			/* next to be read by the user */
	u32 rcv_wup;			/* rcv_nxt at the last window advertised */
	u32 rcv_wnd;			/* window advertised, bytes */
	u32 snd_una;			/* oldest unacknowledged */
	u32 snd_nxt;			/* next to send */
	u32 snd_wl1;			/* segment of the last window update */
	u32 snd_wnd;			/* peer's window, bytes, scaled */
	u32 write_seq;			/* end of data queued by the user */
	u32 packets_out;		/* segments in flight, GSO counted */
	u32 ts_recent;			/* peer's timestamp to echo */
	u32 ts_recent_stamp;		/* seconds when it was set; 0: never */
	u32 rcv_tsval;			/* of the segment in hand */
	u32 rcv_tsecr;
	u64 mstamp_us;			/* time of the event in hand */
	u32 tsoffset;			/* added to our timestamps */
	u16 advmss;			/* MSS we advertised */
	u8 header_len;			/* TCP header with the usual options */
	u8 nonagle;			/* EXS_TCP_NAGLE_* */
	u8 snd_wscale:4,
	   rcv_wscale:4;
	u8 tstamp_ok:1,
	   sack_ok:1,
	   wscale_ok:1,
	   saw_tstamp:1,		/* the segment in hand had timestamps */
	   ecn_ok:1,
	   is_cwnd_limited:1;
	u8 keepopen:1,
	   linger2_neg:1,		/* TCP_LINGER2 < 0: no FIN-WAIT-2 wait */
	   urg_inline:1,
	   repair:1,
	   defer_syn:1,
	   syn_data:1,
	   rst_sent:1,
	   keep_armed:1;		/* keep_timeout is valid */
	struct {
		u8 pending;		/* EXS_TCP_ACK_* */
		u8 quick;		/* quick ACKs left */
		u8 pingpong;		/* >= 3: interactive: delay ACKs */
		u8 retry;
		u16 rcv_mss;		/* peer's segments seem this long */
		u16 last_seg_size;
		u32 ato;		/* delayed-ACK timeout, jiffies */
		u32 lrcvtime;		/* last data arrived, jiffies */
		unsigned long timeout;	/* when the timer is due */
	} ack;
	struct sk_buff_head rtx_queue;	/* sent, not acknowledged; in order */
	struct rb_root ooo_queue;	/* arrived out of order, by seq */
	struct sk_buff *ooo_last;

	/* -- loss recovery and RTT, microseconds -- */
	u32 high_seq;			/* snd_nxt when recovery began */
	u32 retrans_out;		/* segments retransmitted, in flight */
	u32 lost_out;			/* segments deemed lost */
	u32 sacked_out;			/* SACKed, or duplicate ACKs without SACK */
	u32 undo_marker;		/* snd_una at the start of recovery, 0: none */
	u32 retrans_stamp;		/* ts of the first retransmission, ms */
	u32 mdev_us;			/* RFC 6298 state, scaled as Linux's */
	u32 mdev_max_us;
	u32 rttvar_us;
	u32 rtt_seq;
	u32 rto;			/* jiffies */
	u32 total_retrans;
	u32 prr_delivered;
	u32 prr_out;
	u32 min_rtt_stamp;		/* jiffies when cc.min_rtt_us was taken */
	u8 retransmits;			/* timeouts in a row */
	u8 backoff;
	u8 probes_out;			/* unanswered window or keep-alive probes */
	u8 reordering;
	u8 syn_retries;			/* TCP_SYNCNT, 0: sysctl */
	u8 rtx_kind;			/* enum exs_tcp_rtx_kind */
	u8 dupacks;			/* in a row, without SACK */
	u8 syn_retrans;			/* SYNs or SYN-ACKs repeated before this */
	struct exs_cc cc;

	/* -- sending -- */
	u32 pushed_seq;			/* last PSH */
	u32 snd_sml;			/* end of the last small segment (Nagle) */
	u32 snd_up;			/* urgent pointer, valid when urg_mode */
	u32 max_window;			/* largest window the peer ever offered */
	u32 mss_cache;			/* payload of a full segment */
	u32 lsndtime;			/* last data sent, jiffies */
	u32 snd_cwnd_stamp;		/* jiffies of the last cwnd validation */
	u32 cwnd_used;			/* RFC 7661 */
	u32 cwnd_usage_seq;		/* snd_nxt when max_packets_out was taken */
	u32 max_packets_out;		/* in the last window */
	u32 pmtu;			/* path MTU that mss_cache follows */
	u32 probes_since;		/* jiffies of the first probe, 0: none */
	u32 notsent_lowat;
	u16 user_mss;			/* TCP_MAXSEG */
	u16 mss_clamp;			/* from the peer's MSS option */
	u16 gso_segs;			/* segments per skb at most */

	/* -- receiving -- */
	u32 window_clamp;
	u32 rcv_ssthresh;		/* window we may offer now */
	u32 urg_seq;
	u16 urg_data;			/* EXS_TCP_URG_* and the byte */
	u8 urg_mode;			/* we are sending urgent data */
	u8 scaling_ratio;		/* of 256: payload per truesize */
	u32 rcvq_space;			/* receive buffer tuning: bytes, seq, time */
	u32 rcvq_seq;
	u32 rcvq_time;
	struct {
		u32 start;
		u32 end;
	} sack[EXS_TCP_MAX_SACKS],	/* blocks to report, latest first */
	  dsack;			/* duplicate to report next (RFC 2883) */
	u8 num_sacks;
	u8 dsack_set;
	u32 rcv_rtt_us;
	u32 rcv_rtt_seq;
	u32 rcv_rtt_time;

	/*
	 * -- timers; see tcp_timer.c. The three deadlines (this, ack.timeout,
	 * keep_timeout) share sk->sk_timer, which is moved only when it would
	 * fire too late and looks for what is due when it fires.
	 */
	unsigned long rtx_timeout;	/* jiffies; valid when rtx_kind is set */
	unsigned long keep_timeout;	/* keep-alive or FIN-WAIT-2; keep_armed */

	/* -- options and accounts, seldom touched -- */
	u32 keepalive_time;		/* jiffies, 0: sysctl */
	u32 keepalive_intvl;
	u32 user_timeout;		/* ms, 0: none */
	s32 linger2;			/* jiffies, 0: sysctl */
	u32 last_oow_ack_time;		/* ms */
	u32 snd_isn;
	u32 rcv_isn;
	u64 bytes_received;
	u64 bytes_acked;
	u64 bytes_sent;
	u64 bytes_retrans;
	u32 segs_in;
	u32 segs_out;
	u32 data_segs_in;
	u32 data_segs_out;
	u32 rcv_tstamp;			/* last ACK received, jiffies */
	u8 keepalive_probes;
	u8 defer_accept;
	u8 save_syn;
	struct list_head tsq_node;
	union {
		struct exs_tcp_listener *listener;	/* LISTEN: its queues */
		struct sock *parent;	/* child not yet accepted: its listener */
	};
};

#define exs_tcp_sk(ptr) container_of_const(exs_sk(ptr), struct exs_tcp_sock, es)

/*
 * Of a socket in LISTEN; freed after RCU with it. Requests are in the
 * connection hash, each holding a reference to the listener.
 */
struct exs_tcp_listener {
	spinlock_t lock;		/* accept queue (BH) */
	struct list_head accept;	/* children: es.accept_node */
	atomic_t qlen;			/* requests */
	atomic_t young;			/* requests never retransmitted */
	struct rcu_head rcu;
};

/*
 * A half-open passive connection: SYN received, SYN-ACK sent. In the connection
 * hash; holds a reference to its listener. ref: hash and timer count one each.
 * Freed by RCU.
 */
struct exs_tcp_req {
	struct exs_conn conn;		/* must be first */
	struct sock *listener;
	union {
		struct timer_list timer;	/* SYN-ACK retransmission */
		struct rcu_head rcu;		/* last: freeing */
	};
	u32 irs;			/* peer's initial sequence number */
	u32 iss;			/* ours */
	u32 ts_recent;
	u32 tsoffset;
	u32 sent_us;			/* last SYN-ACK, low bits of the clock */
	u32 mark;
	u32 last_oow_ack_time;
	refcount_t ref;
	u16 mss;			/* the peer's option */
	u16 rcv_wnd;			/* offered in the SYN-ACK */
	u8 num_timeout;
	u8 num_retrans;
	u8 snd_wscale:4,
	   rcv_wscale:4;
	u8 wscale_ok:1,
	   tstamp_ok:1,
	   sack_ok:1,
	   acked:1,			/* ACK came while the accept queue was full */
	   ecn_ok:1;
	u8 tos;
};

/*
 * TIME-WAIT, and FIN-WAIT-2 of an orphan. In the connection hash; owns the
 * local port. On exs_tw_queue, which holds the one reference until expiry.
 * Freed by RCU.
 */
struct exs_tcp_tw {
	struct exs_conn conn;		/* must be first */
	struct exs_port_owner port;
	union {
		struct list_head list;	/* exs_tcp_net.tw[fin2], its lock */
		struct rcu_head rcu;	/* last: freeing */
	};
	unsigned long expires;		/* jiffies */
	u32 rcv_nxt;
	u32 snd_nxt;
	u32 rcv_wnd;
	u32 ts_recent;
	u32 ts_recent_stamp;
	u32 tsoffset;
	u32 last_oow_ack_time;
	u8 substate;			/* TCP_TIME_WAIT or TCP_FIN_WAIT2 */
	u8 rcv_wscale;
	u8 tos;
	u8 tstamp_ok;
	u8 queued;			/* on list; under its lock */
};

EXS_PORT_BEHIND_CONN(struct exs_tcp_tw);
static_assert(IS_ENABLED(CONFIG_LOCKDEP) || sizeof(struct exs_tcp_req) <= 160);
static_assert(IS_ENABLED(CONFIG_LOCKDEP) || sizeof(struct exs_tcp_tw) <= 160);

/* Segments whose destiny the state machine decides; see tcp_state.c. */
#define EXS_TCP_DO_ACK_NOW	BIT(0)	/* acknowledge at once */
#define EXS_TCP_DO_DUPACK	BIT(1)	/* rate-limited ACK (RFC 5961 7) */
#define EXS_TCP_DO_CHALLENGE	BIT(2)	/* challenge ACK */
#define EXS_TCP_DO_RST		BIT(3)	/* reset in reply to the segment */
#define EXS_TCP_DO_ABORT	BIT(4)	/* connection is over: v->err */
#define EXS_TCP_DO_ESTABLISH	BIT(5)	/* handshake complete */
#define EXS_TCP_DO_SYNACK	BIT(6)	/* simultaneous open: (re)send SYN-ACK */
#define EXS_TCP_DO_DATA		BIT(7)	/* text to the receive queue */
#define EXS_TCP_DO_FIN		BIT(8)	/* peer's FIN is in order */
#define EXS_TCP_DO_PUSH		BIT(9)	/* ACK-clocked output */
#define EXS_TCP_DO_TIMEWAIT	BIT(10)	/* become a TIME-WAIT object */
#define EXS_TCP_DO_WAKE_WRITE	BIT(11)
#define EXS_TCP_DO_DONE		BIT(12)	/* CLOSED without error: free */
#define EXS_TCP_DO_FINWAIT2	BIT(13)	/* our FIN is acknowledged, orphan waits */
#define EXS_TCP_DO_URG		BIT(14)
#define EXS_TCP_DO_WAKE_STATE	BIT(15)	/* tell who waits for the state */
#define EXS_TCP_DO_ACK_LATER	BIT(16)	/* by the delayed-ACK timer */

/*
 * What one step of "segment arrives" (RFC 9293 3.10.7) decided. Steps fill it;
 * exs_tcp_verdict_execute() alone acts on it and consumes the packet unless
 * text was queued.
 */
struct exs_tcp_verdict {
	u32 actions;			/* EXS_TCP_DO_* */
	int err;			/* errno for the user, positive, with ABORT */
	u8 next_state;			/* TCP_*; 0: no change */
	enum exs_drop_reason reason;	/* why the packet ends, if it does */
	bool stop;			/* no further steps */
};

/* tcp_fsm.c: the one writer of sk_state. */
void exs_tcp_set_state(struct sock *sk, u8 next);
bool exs_tcp_fsm_legal(u8 from, u8 to);

/* tcp_demux.c */
void exs_tcp_rcv(struct sk_buff *skb);
void exs_tcp_err(struct sk_buff *skb, const struct exs_icmp_err *e);
int exs_tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb);
/* Parse the header into the control block. False: dropped. */
bool exs_tcp_prepare(struct sk_buff *skb);
/* A segment no connection claims; isn: of a TIME-WAIT's successor, or 0. */
void exs_tcp_rcv_listener(struct sk_buff *skb, u32 isn);

/* tcp_state.c: RFC 9293 3.10.7. Socket locked. Consumes. */
void exs_tcp_state_segment(struct sock *sk, struct sk_buff *skb);
/* Established fast path first. */
void exs_tcp_established_segment(struct sock *sk, struct sk_buff *skb);

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

/*
 * tcp_listen.c: SYN and accept queues. RCU held, listener not locked. Also
 * exs_tcp_listen_start(), exs_tcp_listen_stop() and exs_tcp_accept().
 */
/* A segment for a request. Consumes. */
void exs_tcp_req_segment(struct exs_tcp_req *req, struct sk_buff *skb);
void exs_tcp_req_err(struct exs_tcp_req *req, const struct exs_icmp_err *e);
void exs_tcp_req_row(struct exs_tcp_req *req, struct exs_tcp_row *row);
/* Next established child for accept(); listener locked. NULL: none. */
struct sock *exs_tcp_accept_dequeue(struct sock *lsk);
bool exs_tcp_accept_ready(const struct sock *lsk);
bool exs_tcp_accept_add(struct sock *lsk, struct sock *child);
void exs_tcp_listen_syn(struct sock *lsk, struct sk_buff *skb, u32 isn);
int exs_tcp_listen_init(void);
void exs_tcp_listen_exit(void);

/* tcp_req.c: requests. RCU held, BH off. */
void exs_tcp_req_syn(struct sock *lsk, struct sk_buff *skb, u32 isn);
void exs_tcp_req_finish(struct exs_tcp_req *req);
void exs_tcp_req_kill(struct exs_tcp_req *req);
void exs_tcp_req_kill_all(struct sock *lsk);
unsigned long exs_tcp_req_timeout(u8 num_timeout);

/* tcp_timewait.c */
/* sk becomes a TIME-WAIT (or orphan FIN-WAIT-2) object and is done. */
void exs_tcp_timewait_enter(struct sock *sk, u8 substate, unsigned long timeo);
void exs_tcp_timewait_segment(struct exs_tcp_tw *tw, struct sk_buff *skb);
bool exs_tcp_timewait_reuse(struct exs_conn *tw, struct exs_conn *c);
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

/* tcp_loss.c, tcp_recovery.c: what is lost and what to do about it. */
struct exs_tcp_ack_state {
	u32 prior_una;
	u32 prior_in_flight;
	u32 acked_packets;	/* newly acknowledged */
	u32 acked_retrans;	/* among them, ever retransmitted */
	u32 delivered;		/* segments that arrived, by ACK or SACK */
	s32 rtt_us;		/* sample, -1: none */
	bool dupack;
	bool window_update;
	bool data;		/* the segment carried text, SYN or FIN */
	bool syn_acked;
	bool fin_acked;
	u64 first_sent_us;	/* of the newly acknowledged */
	u64 last_sent_us;
};

void exs_tcp_loss_ack(struct sock *sk, struct exs_tcp_ack_state *as);
void exs_tcp_loss_timeout(struct sock *sk);	/* RTO: enter LOSS */

/* tcp_sack.c: the scoreboard. */
void exs_tcp_sack_process(struct sock *sk, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as);
void exs_tcp_sack_mark_lost(struct exs_tcp_sock *tp);
void exs_tcp_sack_renege(struct exs_tcp_sock *tp);

/* tcp_loss.c, tcp_recovery.c, continued. */
void exs_tcp_mark_lost(struct exs_tcp_sock *tp, struct sk_buff *skb);
void exs_tcp_ca_state(struct sock *sk, u8 state);
void exs_tcp_cc_event(struct sock *sk, enum exs_cc_event event);
void exs_tcp_recovery_enter(struct sock *sk);
void exs_tcp_recovery_reduce(struct sock *sk);
void exs_tcp_recovery_exit(struct sock *sk);
void exs_tcp_recovery_cwnd(struct sock *sk, struct exs_tcp_ack_state *as);

static inline u32 exs_tcp_in_flight(const struct exs_tcp_sock *tp)
{
	return tp->packets_out - tp->sacked_out - tp->lost_out + tp->retrans_out;
}

/* tcp_rtt.c: RFC 6298. */
void exs_tcp_rtt_sample(struct exs_tcp_sock *tp, long rtt_us, u32 rto_min_us);
void exs_tcp_rtt_init(struct exs_tcp_sock *tp);
u32 exs_tcp_rto_bound(u32 rto);

/* tcp_reasm.c: in-order delivery, out-of-order queue. Consume skb. */
void exs_tcp_data_queue(struct sock *sk, struct sk_buff *skb,
			struct exs_tcp_verdict *v);
void exs_tcp_data_queue_fast(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_rmem_fits(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_coalesce(struct sock *sk, struct sk_buff *to, struct sk_buff *from);
void exs_tcp_queue_in_order(struct sock *sk, struct sk_buff *skb);
void exs_tcp_data_ready(struct sock *sk);

/* tcp_ooo.c: what arrived out of order; SACK blocks. */
void exs_tcp_ooo_purge(struct sock *sk);
void exs_tcp_ooo_queue(struct sock *sk, struct sk_buff *skb);
bool exs_tcp_ooo_drain(struct sock *sk);
bool exs_tcp_prune(struct sock *sk, struct sk_buff *skb);
void exs_tcp_dsack_set(struct sock *sk, u32 start, u32 end);
void exs_tcp_sack_add(struct exs_tcp_sock *tp, u32 start, u32 end);
void exs_tcp_sack_forget(struct exs_tcp_sock *tp);
/* Fill SACK blocks of the next ACK. */
u8 exs_tcp_sack_blocks(struct exs_tcp_sock *tp, struct exs_tcp_opt_out *o);

/* tcp_urg.c */
void exs_tcp_urg_segment(struct sock *sk, struct sk_buff *skb,
			 const struct tcphdr *th);

/* tcp_acksched.c: when we acknowledge. */
/* Text was queued: an ACK is owed; learn the peer's segment size and pace. */
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
void exs_tcp_window_syn(struct exs_net *en, u32 space, u32 mss, bool scaling,
			u32 *rcv_wnd, u32 *clamp, u8 *wscale);
/* Space the receive buffer has left, in payload bytes. */
int exs_tcp_window_space(const struct sock *sk);
int exs_tcp_window_full_space(const struct sock *sk);
/* The user read: is an update of the window worth an ACK? May send it. */
void exs_tcp_window_read(struct sock *sk, int copied);

/* tcp_rcvbuf.c: growing the buffer and the window with the connection. */
void exs_tcp_window_grow(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_window_ratio(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_window_rtt(struct sock *sk, const struct sk_buff *skb);
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

/* tcp_output.c: what to send now. Socket locked. */
/* Send what Nagle, cwnd, the peer's window and TSQ allow. */
void exs_tcp_push(struct sock *sk, unsigned int mss_now, int nonagle);
void exs_tcp_push_pending(struct sock *sk);
void exs_tcp_push_one(struct sock *sk, unsigned int mss_now);
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
/* Account a transmission of new data: snd_nxt, packets_out, timers. */
void exs_tcp_xmit_sent(struct sock *sk, struct sk_buff *skb);

/* tcp_rtx.c: retransmission queue. */
struct sk_buff *exs_tcp_alloc_skb(struct sock *sk, gfp_t gfp, bool force);
void exs_tcp_force_mem(struct sock *sk, int size);
int exs_tcp_rtx_skb(struct sock *sk, struct sk_buff *skb);
int exs_tcp_rtx_head(struct sock *sk);
/* Retransmit what is marked lost as far as cwnd allows. */
void exs_tcp_rtx_lost(struct sock *sk);
int exs_tcp_fragment(struct sock *sk, struct sk_buff_head *list,
		     struct sk_buff *skb, u32 len, unsigned int mss, gfp_t gfp);
int exs_tcp_trim_head(struct sock *sk, struct sk_buff *skb, u32 len);
/* Unlink from rtx_queue and free. skb_mstamp_ns: when it was last sent. */
void exs_tcp_rtx_free(struct sock *sk, struct sk_buff *skb);
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
	u32 seq, ack, tsval, tsecr;
	u16 win;
	u8 tos;
	bool use_ts;
};

void exs_tcp_send_ack_reply(struct exs_net *en, struct sk_buff *skb,
			    const struct exs_tcp_ack_reply *r);
int exs_tcp_send_synack(struct exs_tcp_req *req, struct sk_buff *syn);
int exs_tcp_send_probe(struct sock *sk, bool urgent);
/* Simultaneous open: our SYN again, now with an ACK. */
void exs_tcp_send_synack_sk(struct sock *sk);
/* Probe with data where the window has room, else bare (counted as kind). */
int exs_tcp_send_wakeup(struct sock *sk, enum exs_mib_item kind);
u8 exs_tcp_reset_numbers(const struct tcphdr *th, u32 len, u32 *seq, u32 *ack);
/* The MSS to advertise over a route; user_mss 0: no TCP_MAXSEG. */
u16 exs_tcp_rt_advmss(const struct exs_rt *rt, u16 user_mss);
/* True: too many out-of-window ACKs lately, be silent (tcp_invalid_ratelimit). */
bool exs_tcp_oow_limited(struct exs_net *en, u32 *last);

/* tcp_timer.c: timers are named by events. Socket locked. */
void exs_tcp_timers_init(struct sock *sk);
void exs_tcp_timers_data_sent(struct sock *sk);
void exs_tcp_timers_ack_received(struct sock *sk, bool progress);
void exs_tcp_timers_window_closed(struct sock *sk);
void exs_tcp_timers_ack_owed(struct sock *sk);		/* delayed ACK */
void exs_tcp_timers_ack_sent(struct sock *sk);
void exs_tcp_timers_connect(struct sock *sk);
void exs_tcp_timers_established(struct sock *sk);
void exs_tcp_timers_keepalive(struct sock *sk, bool on);
void exs_tcp_timers_fin_wait2(struct sock *sk, unsigned long timeo);
void exs_tcp_timers_stop(struct sock *sk);
void exs_tcp_timers_rtx(struct sock *sk, enum exs_tcp_rtx_kind kind,
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
u32 exs_tcp_model_timeout(u32 boundary, u32 base);

/* tcp_tsq.c: output limited by what sits in the device queue. */
void exs_tcp_wfree(struct sk_buff *skb);
void exs_tcp_tsq_freed(struct sock *sk);
u32 exs_tcp_tsq_limit(const struct exs_tcp_sock *tp, u32 least, u32 most);
bool exs_tcp_tsq_blocked(struct sock *sk, const struct sk_buff *skb);
void exs_tcp_release_cb(struct sock *sk);
int exs_tcp_tsq_init(void);
void exs_tcp_tsq_exit(void);

/* tcp_connect.c */
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
void exs_cc_assign(struct sock *sk);
void exs_cc_init_transfer(struct sock *sk);
void exs_cc_cleanup(struct sock *sk);
int exs_cc_set(struct sock *sk, const char *name, bool load, bool admin);
extern struct exs_cc_ops exs_cc_reno;

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
	u32 challenge_count;		/* racy on purpose */
	u32 challenge_stamp;
};

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

/* Behind the last sequence number the peer's window takes. */
static inline u32 exs_tcp_wnd_end(const struct exs_tcp_sock *tp)
{
	return tp->snd_una + tp->snd_wnd;
}

static inline bool exs_tcp_pingpong(const struct exs_tcp_sock *tp)
{
	return tp->ack.pingpong >= EXS_TCP_PINGPONG;
}

/* Payload of each segment but the last of an skb to be sent. */
static inline unsigned int exs_tcp_skb_mss(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_size ?: skb->len;
}

/* Count the segments of an skb to be sent. Return: how many, at least 1. */
static inline u32 exs_tcp_set_segs(struct sk_buff *skb, unsigned int mss)
{
	if (skb->len <= mss) {
		skb_shinfo(skb)->gso_size = 0;
		EXS_TCPCB(skb)->gso_segs = 1;
	} else {
		skb_shinfo(skb)->gso_size = mss;
		EXS_TCPCB(skb)->gso_segs = DIV_ROUND_UP(skb->len, mss);
	}
	return EXS_TCPCB(skb)->gso_segs;
}

/* The options' values, jiffies: the socket's, else the sysctl's. */
static inline u32 exs_tcp_keepalive_time(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(tp->keepalive_time) ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_time);
}

static inline u32 exs_tcp_keepalive_intvl(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(tp->keepalive_intvl) ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_intvl);
}

static inline u32 exs_tcp_keepalive_probes(const struct exs_tcp_sock *tp)
{
	return READ_ONCE(tp->keepalive_probes) ?:
	       EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_keepalive_probes);
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
	unsigned long t = tp->linger2;

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
