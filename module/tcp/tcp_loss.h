/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what an ACK told, and what the rooms of loss recovery offer each
 * other: tcp_ack to tcp_recovery. Included by tcp_priv.h alone, behind tcp_obj.h.
 */
#ifndef _EXS_TCP_LOSS_H
#define _EXS_TCP_LOSS_H

/* What an ACK lets out, once cwnd is known. */
enum exs_tcp_rexmit {
	EXS_TCP_REXMIT_NONE,
	EXS_TCP_REXMIT_LOST,	/* what is deemed lost */
	EXS_TCP_REXMIT_NEW,	/* new data (F-RTO) */
};

/* What one ACK told, gathered from tcp_ack to tcp_recovery. */
struct exs_tcp_ack_state {
	u32 prior_una;
	u32 prior_in_flight;
	u32 prior_lost;		/* tp->lost before it */
	u32 acked_packets;	/* newly acknowledged */
	u32 acked_retrans;	/* among them, ever retransmitted */
	u32 delivered;		/* segments that arrived, by ACK or SACK */
	u32 reord;		/* lowest that filled a hole, sent once */
	u32 tsecr;		/* timestamp echoed, 0: none */
	s32 rtt_us;		/* sample, -1: none */
	u16 dupacks;		/* duplicates this one stands for */
	u8 rexmit;		/* enum exs_tcp_rexmit */
	bool progress;		/* snd_una advanced */
	bool not_dup;		/* data, an update of the window, or acked_packets */
	bool window_update;
	bool data;		/* the segment carried text, SYN or FIN */
	bool syn_acked;
	bool sacked;		/* SACK told of something new */
	bool once_acked;	/* something sent once, below high_seq, arrived */
	bool dsack;		/* of what was sent twice both arrived */
	bool dsack_tlp;		/* of a probe */
	bool reneged;		/* what is now the oldest was SACKed */
	bool lost_again;	/* retransmissions are deemed lost */
	bool set_timer;		/* the retransmission timer starts anew */
	bool ece;		/* the peer echoes congestion */
	u64 first_sent_us;	/* of the newly acknowledged, sent once */
	u64 last_sent_us;
	u64 first_sack_us;	/* of those reported by SACK */
	u64 last_sack_us;
	/* rate sample in the making, of the latest sent that arrived */
	u32 rate_end_seq;
	u32 rate_send_us;	/* how long sending took */
	u32 rate_prior_us;	/* tp->delivered_us then */
	u32 rate_prior_delivered;
	bool rate_valid;
	bool rate_app_limited;
	bool sack_reneg;	/* the peer dropped what it had reported */
};

/* tcp_rate.c: how fast data is delivered. */
void exs_tcp_rate_sent(struct exs_tcp_sock *tp, struct sk_buff *skb);
void exs_tcp_rate_arrived(struct exs_tcp_sock *tp, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as);
void exs_tcp_rate_sample(struct exs_tcp_sock *tp,
			 const struct exs_tcp_ack_state *as,
			 struct exs_cc_ack *ack);
void exs_tcp_rate_app_limited(struct sock *sk);
u64 exs_tcp_rate_bytes(const struct exs_tcp_sock *tp);

/* tcp_loss.c: what is lost. */
void exs_tcp_loss_ack(struct sock *sk, struct exs_tcp_ack_state *as);
void exs_tcp_loss_send(struct sock *sk, const struct exs_tcp_ack_state *as);
void exs_tcp_loss_timeout(struct sock *sk);	/* RTO: enter LOSS */
void exs_tcp_loss_keep_open(struct sock *sk);
void exs_tcp_loss_dupacks(struct sock *sk, struct exs_tcp_ack_state *as);
void exs_tcp_loss_reno_acked(struct sock *sk, struct exs_tcp_ack_state *as);
void exs_tcp_mark_lost(struct exs_tcp_sock *tp, struct sk_buff *skb);
bool exs_tcp_loss_larger(struct sock *sk, int mss);

/* tcp_sack.c: the scoreboard. tcp_dsack.c: duplicates the peer reports. */
bool exs_tcp_sack_process(struct sock *sk, const struct sk_buff *skb,
			  struct exs_tcp_ack_state *as);
void exs_tcp_sack_mark_lost(struct exs_tcp_sock *tp);
bool exs_tcp_sack_renege(struct exs_tcp_sock *tp);
bool exs_tcp_dsack_received(struct sock *sk, const struct exs_tcp_opt *o,
			    u32 ack, struct exs_tcp_ack_state *as);

/* Behind the highest that arrived. */
static inline u32 exs_tcp_fack(const struct exs_tcp_sock *tp)
{
	return tp->sack_high ? EXS_TCPCB(tp->sack_high)->end_seq : tp->snd_una;
}

/* tcp_rack.c: lost by time. */
void exs_tcp_rack_advance(struct exs_tcp_sock *tp, const struct sk_buff *skb);
bool exs_tcp_rack_mark_lost(struct sock *sk);
s32 exs_tcp_rack_remaining(const struct exs_tcp_sock *tp,
			   const struct sk_buff *skb, u32 reo_wnd);
void exs_tcp_rack_deadline(struct sock *sk);
void exs_tcp_rack_dsack(struct sock *sk, const struct exs_tcp_ack_state *as);
void exs_tcp_rack_recovered(struct exs_tcp_sock *tp, bool undone);

/* tcp_reorder.c: how far the network reorders. */
void exs_tcp_reorder_sack(struct sock *sk, u32 low, bool ts);
void exs_tcp_reorder_reno(struct sock *sk, u32 acked);

/* tcp_tlp.c: tail loss probes. */
u32 exs_tcp_tlp_after(u32 srtt_us, u32 packets, u32 rto_min_us);
bool exs_tcp_tlp_schedule(struct sock *sk, bool restart);
void exs_tcp_tlp_deadline(struct sock *sk);
void exs_tcp_tlp_ack(struct sock *sk, u32 ack,
		     const struct exs_tcp_ack_state *as);

/* tcp_undo.c: it was not lost after all. */
void exs_tcp_undo_init(struct exs_tcp_sock *tp);
bool exs_tcp_undo_stamp(struct exs_tcp_sock *tp);
bool exs_tcp_undo_recovery(struct sock *sk, const struct exs_tcp_ack_state *as);
bool exs_tcp_undo_dsack(struct sock *sk);
bool exs_tcp_undo_loss(struct sock *sk, const struct exs_tcp_ack_state *as,
		       bool frto);
bool exs_tcp_undo_partial(struct sock *sk, const struct exs_tcp_ack_state *as);
void exs_tcp_undo_syn(struct exs_tcp_sock *tp, const struct exs_tcp_cb *cb);

/* tcp_frto.c: after a timeout. */
void exs_tcp_frto_begin(struct sock *sk, bool first);
void exs_tcp_frto_count(struct exs_tcp_sock *tp);
void exs_tcp_frto_ack(struct sock *sk, struct exs_tcp_ack_state *as);
void exs_tcp_frto_over(struct exs_tcp_sock *tp);

/* tcp_recovery.c: cwnd during and after loss. */
void exs_tcp_ca_state(struct sock *sk, u8 state);
void exs_tcp_cc_event(struct sock *sk, enum exs_cc_event event);
void exs_tcp_recovery_start(struct sock *sk);
void exs_tcp_recovery_cwr(struct sock *sk);
void exs_tcp_recovery_enter(struct sock *sk);
void exs_tcp_recovery_end(struct sock *sk);
void exs_tcp_recovery_resend(struct sock *sk);
void exs_tcp_recovery_prr(struct exs_tcp_sock *tp, u32 delivered, u32 lost,
			  bool progress);
void exs_tcp_recovery_cwnd(struct sock *sk, struct exs_tcp_ack_state *as);

/* cwnd is being lowered, in proportion to what is delivered. */
static inline bool exs_tcp_reducing(const struct exs_tcp_sock *tp)
{
	return tp->cc.ca_state == EXS_CA_CWR ||
	       tp->cc.ca_state == EXS_CA_RECOVERY;
}

static inline u32 exs_tcp_in_flight(const struct exs_tcp_sock *tp)
{
	return tp->packets_out - tp->sacked_out - tp->lost_out + tp->retrans_out;
}

#endif /* _EXS_TCP_LOSS_H */
