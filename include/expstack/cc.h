/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: the interface of congestion controls. All that a congestion
 * control may see of a connection is here; the socket itself stays TCP's.
 */
#ifndef _EXPSTACK_CC_H
#define _EXPSTACK_CC_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/types.h>

struct sock;

#define EXS_CC_NAME_MAX		16	/* TCP_CA_NAME_MAX */
#define EXS_CC_PRIV_U64		8
#define EXS_CC_SSTHRESH_INF	0x7fffffff
#define EXS_CC_INIT_CWND	10	/* RFC 6928 */
#define EXS_CC_PKTS_SHIFT	3	/* srtt_us is 8 times the smoothed RTT */

struct exs_cc;

/* States of loss recovery, Linux's numbers (TCP_INFO shows them). */
enum exs_ca_state {
	EXS_CA_OPEN,
	EXS_CA_DISORDER,
	EXS_CA_CWR,
	EXS_CA_RECOVERY,
	EXS_CA_LOSS,
};

enum exs_cc_event {
	EXS_CC_TX_START,	/* first transmission with nothing in flight */
	EXS_CC_CWND_RESTART,	/* cwnd was lowered after idle */
	EXS_CC_COMPLETE_CWR,	/* end of a congestion response */
	EXS_CC_LOSS,		/* retransmission timeout */
	/* text arrived; told to who needs ECN, before it is queued */
	EXS_CC_ECN_NO_CE,
	EXS_CC_ECN_IS_CE,
};

/* What one incoming ACK tells; units packets and microseconds. */
struct exs_cc_ack {
	u64 now_us;
	u32 acked;		/* packets that arrived, by ACK or SACK */
	u32 snd_una;		/* after this ACK */
	u32 snd_nxt;
	u32 in_flight;		/* packets in the network after this ACK */
	u32 prior_in_flight;	/* before it */
	s32 rtt_us;		/* sample of this ACK, -1: none */
	bool ece;		/* ECN echo */
	bool cwnd_limited;	/* cwnd was what limited sending */
	u32 losses;		/* packets this ACK shows to be lost */
	/* delivery rate sample (draft-cheng-iccrg-delivery-rate-estimation) */
	s32 delivered;		/* packets over interval_us, -1: invalid */
	s32 interval_us;	/* -1: shorter than any RTT, invalid */
	u32 prior_delivered;	/* cc.delivered when its latest packet left */
	bool app_limited;	/* it says less than the path can do */
	bool ack_delayed;	/* one packet: the peer may have waited */
};

/*
 * A congestion control. Registered by its module, which it pins while a socket
 * uses it. Every operation runs with the socket lock held, in softirq or
 * process context, and must not sleep. Before init and after release no operation
 * is called but those of a SYN's loss and its acknowledgment: the required ones,
 * cong_control, set_state, pkts_acked, and cwnd_event but for EXS_CC_TX_START.
 */
struct exs_cc_ops {
	/* required */
	const char *name;
	struct module *owner;
	/* New slow-start threshold on a loss, in packets. */
	u32 (*ssthresh)(struct exs_cc *cc);
	/* Grow cwnd for acked packets; either this or cong_control. */
	void (*cong_avoid)(struct exs_cc *cc, const struct exs_cc_ack *ack);
	/* cwnd to return to when a reduction proved wrong. */
	u32 (*undo_cwnd)(struct exs_cc *cc);

	/* optional */
	/*
	 * Data may flow. It may hand cc over, by cc->ops, to other operations of
	 * its module.
	 */
	void (*init)(struct exs_cc *cc);
	void (*release)(struct exs_cc *cc);
	/* Takes over cwnd wholly, in every state (BBR). */
	void (*cong_control)(struct exs_cc *cc, const struct exs_cc_ack *ack);
	/* Bytes per second, in place of what cwnd and RTT give. */
	u64 (*pacing_rate)(struct exs_cc *cc);
	void (*set_state)(struct exs_cc *cc, enum exs_ca_state state);
	void (*cwnd_event)(struct exs_cc *cc, enum exs_cc_event event);
	/*
	 * Packets left the network, acknowledged or SACKed, before loss states
	 * and cwnd follow. rtt_us: of the latest of them, -1: none.
	 */
	void (*pkts_acked)(struct exs_cc *cc, u32 acked, s32 rtt_us);
	/*
	 * Each ACK of a connection that has agreed to ECN, behind pkts_acked.
	 * Packets delivered over the connection's life, this ACK's included, and
	 * those of them that were acknowledged with ECE.
	 */
	void (*in_ack)(struct exs_cc *cc, u32 delivered, u32 delivered_ce);
	/* Segments a burst has at least, however slow the path. */
	u32 (*min_tso_segs)(struct exs_cc *cc);
	/* TCP_CC_INFO: fill info (union tcp_cc_info), return its size. */
	size_t (*get_info)(const struct exs_cc *cc, void *info, int *attr);

	u32 flags;		/* EXS_CC_* below */
	struct list_head list;	/* registry's */
};

#define EXS_CC_NON_RESTRICTED	BIT(0)	/* any user may choose it */
#define EXS_CC_NEEDS_ECN	BIT(1)	/* offers ECN, all it sends is ECT */

/*
 * The part of a connection that congestion control owns or reads. Embedded in
 * the TCP socket; protected by the socket lock.
 */
struct exs_cc {
	const struct exs_cc_ops *ops;
	u32 cwnd;		/* congestion window, packets */
	u32 cwnd_cnt;		/* fraction of the next packet of growth */
	u32 ssthresh;		/* packets */
	u32 cwnd_clamp;
	u32 prior_cwnd;		/* cwnd before the last reduction */
	u32 prior_ssthresh;	/* for undo, 0: nothing to undo */
	u32 mss;		/* current effective MSS, bytes */
	u32 srtt_us;		/* smoothed RTT, 8 times, microseconds */
	u32 min_rtt_us;		/* windowed minimum, ~0: unknown */
	u32 delivered;		/* packets delivered over the connection's life */
	u32 app_limited;	/* delivered count up to which samples are, 0: no */
	u8 ca_state;		/* enum exs_ca_state */
	u8 setsockopt:1,	/* chosen by TCP_CONGESTION */
	   cwnd_limited:1,	/* limited by cwnd in the current window */
	   started:1;		/* init was called, release must be */
	/* The algorithm's own; what needs more allocates it in init. */
	u64 priv[EXS_CC_PRIV_U64];
};

static inline void *exs_cc_priv(struct exs_cc *cc)
{
	return cc->priv;
}

static inline bool exs_cc_in_slow_start(const struct exs_cc *cc)
{
	return cc->cwnd < cc->ssthresh;
}

/*
 * What else an algorithm may look at. The socket is for its generic part alone:
 * namespace, sk_pacing_rate, sk_pacing_status, sk_gso_max_size.
 */
struct sock *exs_cc_sock(struct exs_cc *cc);
u64 exs_cc_now_us(struct exs_cc *cc);		/* time of the event in hand */
u32 exs_cc_snd_una(struct exs_cc *cc);
u32 exs_cc_snd_nxt(struct exs_cc *cc);
u32 exs_cc_last_sent(struct exs_cc *cc);	/* jiffies */
bool exs_cc_ecn_ok(const struct exs_cc *cc);	/* both ends have agreed */
u32 exs_cc_delivered_ce(const struct exs_cc *cc);	/* of cc->delivered, with ECE */
/*
 * Echo ce with what is sent from now on. changed: it was different before; what
 * waits to be acknowledged is acknowledged with that, and the next at once.
 */
void exs_cc_echo_ce(struct exs_cc *cc, bool ce, bool changed);
/* HyStart ends slow start here, by an ACK train or by the delay. */
void exs_cc_hystart_ends(struct exs_cc *cc, bool train);

/* Building blocks: RFC 5681 growth, for algorithms that refine Reno. */
u32 exs_cc_slow_start(struct exs_cc *cc, u32 acked);
void exs_cc_cong_avoid_ai(struct exs_cc *cc, u32 w, u32 acked);
/*
 * Slow start, and what is left of an ACK for congestion avoidance: nothing when
 * cwnd was not the limit or slow start goes on.
 */
static inline u32 exs_cc_past_slow_start(struct exs_cc *cc,
					 const struct exs_cc_ack *ack)
{
	if (!ack->cwnd_limited)
		return 0;
	return exs_cc_in_slow_start(cc) ? exs_cc_slow_start(cc, ack->acked) :
					  ack->acked;
}

u32 exs_cc_reno_ssthresh(struct exs_cc *cc);
void exs_cc_reno_cong_avoid(struct exs_cc *cc, const struct exs_cc_ack *ack);
u32 exs_cc_reno_undo_cwnd(struct exs_cc *cc);

int exs_cc_register(struct exs_cc_ops *ops);
void exs_cc_unregister(struct exs_cc_ops *ops);

#endif /* _EXPSTACK_CC_H */
