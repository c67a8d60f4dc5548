/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: the objects: socket, listener, request, TIME-WAIT, verdict.
 * Who holds each, what frees it and under which lock stands above it.
 * Included by tcp_priv.h alone.
 */
#ifndef _EXS_TCP_OBJ_H
#define _EXS_TCP_OBJ_H

#include <linux/llist.h>
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
#define EXS_TCP_TSOPT_LEN	12U		/* a timestamp and what aligns it */
#define EXS_TCP_MAX_WSCALE	14U		/* RFC 7323 2.3 */
#define EXS_TCP_MAX_WINDOW	32767U		/* initial window without scaling */
#define EXS_TCP_RTO_INIT	(HZ)		/* RFC 6298 2.1 */
#define EXS_TCP_RTO_MAX		(120 * HZ)
#define EXS_TCP_RTO_FALLBACK	(3 * HZ)	/* RFC 6298 5.7 */
#define EXS_TCP_RTO_MIN		(HZ / 5)
#define EXS_TCP_TIMEOUT_MIN_US	(2 * USEC_PER_MSEC)	/* of probes, beyond the RTT */
#define EXS_TCP_SYN_AGAIN	2		/* after a refused SYN-ACK; jiffies */
#define EXS_TCP_DELACK_MIN	(HZ / 25)	/* 40 ms */
#define EXS_TCP_DELACK_MAX	(HZ / 5)
#define EXS_TCP_ATO_MIN		(HZ / 25)
#define EXS_TCP_TIMEWAIT_LEN	(60 * HZ)
#define EXS_TCP_MAX_QUICKACKS	16
#define EXS_TCP_PAWS_24DAYS	(60 * 60 * 24 * 24)	/* seconds */
#define EXS_TCP_PAWS_RST	60	/* seconds a reset may not be older */
#define EXS_TCP_KEEPALIVE_MAX	32767			/* seconds */
#define EXS_TCP_KEEPCNT_MAX	127
#define EXS_TCP_SYNCNT_MAX	127
#define EXS_TCP_THIN_PACKETS	4	/* in flight: fewer are a thin stream */
#define EXS_TCP_THIN_RETRIES	6	/* timeouts that do not grow */

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
#define EXS_TCP_ACK_NOMEM	BIT(5)	/* no memory for text: offer no window */
#define EXS_TCP_ACK_HELD	BIT(6)	/* tcp_comp_ack.c has some to send as one */
#define EXS_TCP_ACK_RETRY	BIT(7)	/* there was no memory for one */

/* tp->urg_data, Linux's values */
#define EXS_TCP_URG_VALID	0x0100	/* the low byte is the urgent byte */
#define EXS_TCP_URG_NOTYET	0x0200	/* announced, not here yet */
#define EXS_TCP_URG_READ	0x0400	/* the user has read it */

/* tcp_recovery, Linux's values */
#define EXS_TCP_RECOVERY_RACK		BIT(0)	/* else RFC 6675 */
#define EXS_TCP_RECOVERY_STATIC_REO	BIT(1)	/* DSACKs widen nothing */
#define EXS_TCP_RECOVERY_NO_DUPTHRESH	BIT(2)	/* wait, however many SACKs */

/* sk->sk_tsq_flags: set without the socket lock; see tcp_tsq.c */
enum exs_tcp_tsq_flag {
	EXS_TCP_TSQ_THROTTLED,	/* output waits for the device */
	EXS_TCP_TSQ_QUEUED,	/* on a CPU's list */
	EXS_TCP_TSQ_DEFERRED,	/* output is due when the user lets go */
	EXS_TCP_TIMER_DEFERRED,	/* so is exs_tcp_timers_run() */
	EXS_TCP_MTU_DEFERRED,	/* and exs_tcp_err_mtu() */
	EXS_TCP_ACK_DEFERRED,	/* and an ACK; without a reference */
};

#define EXS_TCP_DEFERRED_ALL	(BIT(EXS_TCP_TSQ_DEFERRED) |	\
				 BIT(EXS_TCP_TIMER_DEFERRED) |	\
				 BIT(EXS_TCP_MTU_DEFERRED) |	\
				 BIT(EXS_TCP_ACK_DEFERRED))

/* What keeps data from being sent, and TCP_INFO's sums of it. */
enum exs_tcp_chrono {
	EXS_TCP_CHRONO_NONE,	/* there is none */
	EXS_TCP_CHRONO_BUSY,	/* the network: it is in flight */
	EXS_TCP_CHRONO_RWND,	/* the peer's window */
	EXS_TCP_CHRONO_SNDBUF,	/* a send buffer too small */
};

#define EXS_TCP_CHRONOS	EXS_TCP_CHRONO_SNDBUF

/* What runs on the retransmission timer. */
enum exs_tcp_rtx_kind {
	EXS_TCP_RTX_NONE,
	EXS_TCP_RTX_RTO,	/* retransmission timeout */
	EXS_TCP_RTX_PROBE,	/* zero-window probe */
	EXS_TCP_RTX_TLP,	/* tail loss probe */
	EXS_TCP_RTX_REO,	/* RACK reordering window */
};

/* A block of sequence space: start is in it, end is behind it. */
struct exs_tcp_block {
	u32 start;
	u32 end;
};

struct exs_tcp_comp_ack;
struct exs_tcp_pacer;
struct exs_tcp_fo_keys;
struct exs_tcp_fo_queue;
struct exs_tcp_fo_req;
struct exs_tcp_md5;
struct exs_tcp_md5_key;

/* Headers of a SYN; owned by a request, then by its child. */
struct exs_tcp_saved_syn {
	u32 len;
	u8 data[] __counted_by(len);
};

/*
 * What few connections need. A socket has one of its own from when something
 * in it is first written; before, it reads the one all share, which is zeros.
 * Protected by the socket lock; the options are read under RCU too, and so it
 * is freed after a grace period.
 */
struct exs_tcp_ext {
	/* options: outlive the connection, children of a listener inherit them */
	u32 user_timeout;		/* ms, 0: none */
	u32 notsent_lowat;
	u32 tx_delay;			/* TCP_TX_DELAY, microseconds */
	u16 keepalive_time;		/* seconds, 0: sysctl */
	u16 keepalive_intvl;
	u16 user_mss;			/* TCP_MAXSEG */
	u8 keepalive_probes;
	u8 linger2;			/* seconds, 0: sysctl */
	u8 defer_accept;
	u8 syn_retries;			/* TCP_SYNCNT, 0: sysctl */
	u8 save_syn;			/* TCP_SAVE_SYN */
	u8 thin_linear;			/* TCP_THIN_LINEAR_TIMEOUTS */
	u8 fo_connect;			/* TCP_FASTOPEN_CONNECT */
	u8 fo_no_cookie;		/* TCP_FASTOPEN_NO_COOKIE */
	/* the socket's own, never inherited */
	struct exs_tcp_pacer *pacer;	/* once it was needed; tcp_pacer.c */
	struct exs_tcp_comp_ack *comp_ack;	/* likewise; tcp_comp_ack.c */
	struct exs_tcp_fo_queue *fo_queue;	/* TCP_FASTOPEN; tcp_fo_queue.c */
	struct exs_tcp_fo_keys __rcu *fo_keys;	/* TCP_FASTOPEN_KEY */
	struct exs_tcp_md5 __rcu *md5;	/* TCP_MD5SIG; tcp_md5_key.c */
	u32 rehash;			/* timeouts that chose another path */
	struct rcu_head rcu;
	/* of one connection: zeroed with it, from here to the end */
	struct exs_tcp_block sack[EXS_TCP_MAX_SACKS];
				/* to report, latest first */
	struct exs_tcp_block dsack;	/* to report next (RFC 2883) */
	struct exs_tcp_block told[EXS_TCP_MAX_SACKS];
				/* blocks of the peer's last SACK */
	u64 bytes_retrans;
	struct exs_tcp_saved_syn *saved_syn;	/* until it is read */
	u32 reord_seen;			/* times reordering was seen */
	u32 dsack_dups;			/* segments reported as duplicates */
	u32 rack_round;			/* delivered when rack_steps last grew */
	u8 rack_steps;			/* reo_wnd in min_rtt / 4, 0: 1 */
	u8 rack_persist;		/* recoveries until it is 1 again */
	u8 rack_dsack;			/* a DSACK came: it is to grow */
	u16 total_rto;			/* timeouts */
	u16 rto_recoveries;		/* episodes of them */
	u32 rto_time;			/* ms spent in them */
	u32 rto_stamp;			/* when this one began, 0: none */
	u32 delivered_ce;		/* segments acknowledged with ECE */
	u32 rcv_ooopack;		/* segments that came before their turn */
	struct exs_tcp_fo_req *fo;	/* Fast Open in the making */
	struct exs_tcp_req *fo_rsk;	/* child: handshake not complete */
	u8 fo_defer;			/* connect() waits for a write */
	u8 syn_fastopen:1,		/* our SYN had the option */
	   syn_fo_exp:1,		/* by its experimental number */
	   syn_data:1,			/* our SYN had text */
	   syn_data_acked:1,		/* text of a SYN was taken */
	   syn_retry:1,			/* the first after a black hole */
	   fo_fail:2;			/* TFO_*: why it did not work */
	struct {			/* tcp_mtup.c; valid when mtup_on */
		u32 low;		/* packets of this size arrive */
		u32 high;		/* larger ones do not */
		u32 size;		/* of the packet that probes */
		u32 seq;		/* its text */
		u32 end_seq;
		u32 stamp;		/* jiffies when the search began */
	} mtup;
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
	struct llist_node tsq_node;	/* list of a CPU: outlives a connection */
	const struct exs_tcp_ext *ext;	/* what few need; see tcp_ext.c */

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
	u64 mstamp_us;			/* time of the event in hand */
	u32 tsoffset;			/* added to our timestamps */
	u16 advmss;			/* MSS we advertised; without timestamps' room once open */
	u8 header_len;			/* TCP header with the usual options */
	u8 nonagle;			/* EXS_TCP_NAGLE_* */
	u8 snd_wscale:4,
	   rcv_wscale:4;
	u8 tstamp_ok:1,
	   sack_ok:1,
	   wscale_ok:1,
	   ecn_ok:1,
	   is_cwnd_limited:1,
	   rate_app_limited:1,		/* so was the sample of rate_delivered */
	   chrono_kind:2;		/* enum exs_tcp_chrono */
	u8 linger2_neg:1,		/* TCP_LINGER2 < 0: no FIN-WAIT-2 wait */
	   keep_armed:1,		/* keep_timeout is valid */
	   dsack_set:1,			/* dsack is to be reported */
	   ecn_echo:1,			/* CE came: ECE on every segment */
	   ecn_cwr:1,			/* CWR on the next new text */
	   ecn_seen:1,			/* the peer sent something ECT */
	   inq:1,			/* TCP_INQ: recvmsg() tells what is left */
	   urg_mode:1;			/* we are sending urgent data */
	u8 num_sacks;
	struct {
		u8 pending;		/* EXS_TCP_ACK_* */
		u8 quick;		/* quick ACKs left */
		u8 pingpong;		/* answers; see exs_tcp_pingpong() */
		u8 scaling_ratio;	/* of 256: payload per truesize */
		u16 rcv_mss;		/* peer's segments seem this long */
		u16 last_seg_size;
		u32 ato;		/* delayed-ACK timeout, jiffies */
		u32 lrcvtime;		/* last data arrived, jiffies */
		u32 timeout;		/* when the timer is due, jiffies */
	} ack;
	struct sk_buff_head rtx_queue;	/* sent, not acknowledged; in order */
	struct rb_root ooo_queue;	/* arrived out of order, by seq */
	struct list_head tsorted;	/* in flight, in order of sending */

	/* -- loss recovery and RTT, microseconds -- */
	struct sk_buff *sack_high;	/* the highest SACKed in rtx_queue */
	struct sk_buff *rtx_hint;	/* none before it is to go again; NULL: head */
	u64 rack_mstamp_us;		/* latest sending that arrived */
	u32 rack_end_seq;		/* where it ended */
	u32 rack_rtt_us;		/* and its round trip */
	u32 high_seq;			/* snd_nxt when recovery began */
	u32 tlp_high_seq;		/* snd_nxt when a probe was sent, 0: none */
	u32 lost;			/* segments ever deemed lost */
	u32 retrans_out;		/* segments retransmitted, in flight */
	u32 lost_out;			/* segments deemed lost */
	u32 sacked_out;			/* SACKed, or duplicate ACKs without SACK */
	u32 undo_marker;		/* snd_una at the start of recovery, 0: none */
	s32 undo_retrans;		/* sent again, no DSACK yet; -1: none sent */
	u32 retrans_stamp;		/* ms, of the first retransmission; of a SYN: first sent */
	u32 mdev_us;			/* RFC 6298 state, scaled as Linux's */
	u32 mdev_max_us;
	u32 rttvar_us;
	u32 rtt_seq;
	u32 rto;			/* jiffies */
	u32 total_retrans;
	u32 delivered_us;		/* when cc.delivered grew, low bits */
	u32 first_tx_us;		/* when the latest to arrive was sent */
	u32 rate_delivered;		/* best sample: segments */
	u32 rate_interval_us;		/* and their time, 0: none */
	u32 prr_delivered;
	u32 prr_out;
	u32 min_rtt_next;		/* shortest of the second half */
	u32 rcv_tstamp;			/* last ACK received, jiffies */
	u8 retransmits;			/* timeouts in a row */
	u8 backoff;
	u8 probes_out;			/* unanswered window or keep-alive probes */
	u8 rtx_kind;			/* enum exs_tcp_rtx_kind */
	u8 syn_retrans;			/* SYNs or SYN-ACKs repeated before this */
	u8 rack_advanced:1,		/* something arrived since losses were sought */
	   reord_seen:1,		/* the network reorders */
	   tlp_retrans:1,		/* the probe was sent before */
	   frto:1,			/* the timeout may have been needless */
	   sack_reneg:1,		/* the peer dropped what it had reported */
	   mtup_on:1,			/* the path's MTU is searched */
	   mtup_probe:1;		/* a probe of it is out */
	u16 reordering;			/* segments it reorders by, at most */
	u32 snd_cwnd_stamp;		/* jiffies of the last cwnd validation */
	struct exs_cc cc;

	/* -- sending -- */
	u32 pushed_seq;			/* last PSH */
	u32 snd_sml;			/* end of the last small segment (Nagle) */
	u32 snd_up;			/* urgent pointer, valid when urg_mode */
	u32 max_window;			/* largest window the peer ever offered */
	u16 mss_cache;			/* payload of a full segment */
	u16 pmtu;			/* path MTU that mss_cache follows */
	u32 lsndtime;			/* last data sent, jiffies */
	u32 cwnd_used;			/* RFC 7661 */
	u32 cwnd_usage_seq;		/* snd_nxt when max_packets_out was taken */
	u32 max_packets_out;		/* in the last window */
	u32 probes_since;		/* jiffies of the first probe, 0: none */
	u16 mss_clamp;			/* from the peer's MSS option */
	u16 gso_segs;			/* segments per skb at most */
	u16 burst_segs;			/* those of about a millisecond */
	u16 min_rtt_stamp;		/* cc.min_rtt_us is no older; tcp_rtt.c */

	/* -- receiving -- */
	u32 window_clamp;
	u32 rcv_ssthresh;		/* window we may offer now */
	u32 urg_seq;
	u16 urg_data;			/* EXS_TCP_URG_* and the byte */
	u16 rcv_rtt_tsecr;		/* last echo of ours, low bits */
	u32 rcvq_space;			/* receive buffer tuning: bytes, seq, time */
	u32 rcvq_seq;
	u32 rcvq_time;
	u32 rcv_rtt_us;
	u32 rcv_rtt_seq;
	u32 rcv_rtt_time;

	/*
	 * -- timers; see tcp_timer.c. The three deadlines (this, ack.timeout,
	 * keep_timeout) share sk->sk_timer, which is moved only when it would
	 * fire too late and looks for what is due when it fires.
	 */
	u32 rtx_timeout;		/* jiffies; valid when rtx_kind is set */
	u32 keep_timeout;		/* keep-alive or FIN-WAIT-2; keep_armed */

	/* -- accounts, seldom touched -- */
	u32 last_oow_ack_time;		/* ms */
	u32 segs_in;
	u32 segs_out;
	u32 data_segs_in;
	u32 data_segs_out;
	u32 chrono[EXS_TCP_CHRONOS];	/* jiffies; see tcp_chrono.c */
	u64 bytes_received;
	u64 bytes_acked;
	u64 bytes_sent;
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
	unsigned long overflow;		/* jiffies of the last cookie; racy */
	u8 warned;			/* of a flood, once */
	bool stopped;			/* lock: nothing is added any more */
	struct rcu_head rcu;
};

/*
 * A half-open passive connection: SYN received, SYN-ACK sent. In the connection
 * hash; holds a reference to its listener. ref: hash and timer count one each.
 * That of a Fast Open child is in no hash and has no timer: the child holds the
 * one reference, then the listener's queue (tcp_fo_queue.c). Freed by RCU.
 */
struct exs_tcp_req {
	struct exs_conn conn;		/* must be first */
	struct sock *listener;
	union {
		struct timer_list timer;	/* SYN-ACK retransmission */
		struct {			/* of a Fast Open child */
			struct exs_tcp_fo_queue *queue;
			struct exs_tcp_req *next;
			unsigned long expires;	/* jiffies */
		} fo;
		struct rcu_head rcu;		/* last: freeing */
	};
	struct exs_tcp_saved_syn *saved_syn;	/* TCP_SAVE_SYN */
	u32 irs;			/* peer's initial sequence number */
	u32 iss;			/* ours */
	u32 text;			/* bytes of the SYN that a child took */
	u32 ts_recent;
	u32 tsoffset;
	u32 sent_us;			/* first SYN-ACK, low bits of the clock */
	u32 mark;
	u32 rcv_wnd;			/* its field holds 65535 at most */
	u32 last_oow_ack_time;
	refcount_t ref;
	u16 mss;			/* the peer's option */
	u8 num_timeout;
	u8 num_retrans;
	u8 snd_wscale:4,
	   rcv_wscale:4;
	u8 wscale_ok:1,
	   tstamp_ok:1,
	   sack_ok:1,
	   acked:1,			/* the ACK came but made no child yet */
	   ecn_ok:1,
	   cookie:1,			/* on a stack: nobody else knows it */
	   fo_option:1,			/* the SYN has the Fast Open option */
	   fo_child:1;			/* a child has been made */
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
	struct exs_tcp_md5_key *md5;	/* its own, or NULL */
	u32 rcv_nxt;
	u32 snd_nxt;
	u32 rcv_wnd;
	u32 ts_recent;
	u32 ts_recent_stamp;
	u32 tsoffset;
	u32 last_oow_ack_time;
	u32 mark;
	u32 tx_delay;
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
#define EXS_TCP_DO_FASTOPEN	BIT(17)	/* a Fast Open child's handshake is complete */

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

#endif /* _EXS_TCP_OBJ_H */
