/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack tcp: what the search for the path's MTU offers the other rooms, and
 * what it needs of them.
 * Included by tcp_priv.h alone, behind tcp_obj.h.
 */
#ifndef _EXS_TCP_MTUP_H
#define _EXS_TCP_MTUP_H

/* tcp_merge.c: take text of the next packet of the write queue. */
u32 exs_tcp_merge_next(struct sock *sk, struct sk_buff *skb, u32 most);
/* tcp_merge.c: send small segments again as one. */
void exs_tcp_merge_sent(struct sock *sk, struct sk_buff *skb, u32 most);
/* tcp_rtx.c, for tcp_merge.c */
void exs_tcp_rtx_release(struct sock *sk, struct sk_buff *skb);
int exs_tcp_rtx_unclone(struct sk_buff *skb, gfp_t gfp);
void exs_tcp_rtx_eat(struct sk_buff *skb, u32 len);

/* tcp_mtup.c */
enum exs_tcp_mtup {
	EXS_TCP_MTUP_NONE,	/* nothing to probe, or not now */
	EXS_TCP_MTUP_SENT,	/* a probe is out */
	EXS_TCP_MTUP_WAIT,	/* send nothing: ACKs will make room for one */
};

/* A connection begins: with a search when tcp_mtu_probing is 2. */
void exs_tcp_mtup_init(struct sock *sk);
/* The segment size that the search allows; mtup_on is set. */
u32 exs_tcp_mtup_mss(struct sock *sk, u32 pmtu, u32 mss);
/* Retransmissions do not arrive. */
void exs_tcp_mtup_black_hole(struct sock *sk);
/* Before new text is sent; mtup_on is set. */
enum exs_tcp_mtup exs_tcp_mtup_probe(struct sock *sk);
u32 exs_tcp_mtup_next(const struct sock *sk);
enum exs_tcp_mtup exs_tcp_mtup_room(const struct exs_tcp_sock *tp, u32 size);
/* snd_una advanced while a probe was out. */
void exs_tcp_mtup_acked(struct sock *sk);
/* Something is lost while a probe is out. True: it, and that was all of it. */
bool exs_tcp_mtup_lost(struct sock *sk);

#endif /* _EXS_TCP_MTUP_H */
