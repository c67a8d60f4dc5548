/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: what a layer leaves in skb->cb for the next.
 */
#ifndef _EXPSTACK_SKB_H
#define _EXPSTACK_SKB_H

#include <linux/skbuff.h>
#include <linux/if_ether.h>

struct exs_ldev;

#define EXS_IPCB_FORWARDED	BIT(0)	/* is being forwarded */
#define EXS_IPCB_REASSEMBLED	BIT(1)	/* put together from fragments */
#define EXS_IPCB_BROADCAST	BIT(2)	/* destination is a broadcast address */
#define EXS_IPCB_MULTICAST	BIT(3)
#define EXS_IPCB_LOCAL		BIT(4)	/* came over explo */
#define EXS_IPCB_NOFRAG		BIT(5)	/* output: never fragment (DF or probe) */

/*
 * Set by link_rx (ldev) and ip_input; valid up to the transport's rcv. ldev
 * is protected by the RCU section the packet is processed in.
 */
struct exs_ip_cb {
	struct exs_ldev *ldev;		/* where the packet came in */
	u16 flags;			/* EXS_IPCB_* */
	u16 frag_max_size;		/* largest fragment, 0: none; stays for readers */
	u8 optlen;			/* bytes of IP options */
};

#define EXS_TCPHDR_FIN	0x01
#define EXS_TCPHDR_SYN	0x02
#define EXS_TCPHDR_RST	0x04
#define EXS_TCPHDR_PSH	0x08
#define EXS_TCPHDR_ACK	0x10
#define EXS_TCPHDR_URG	0x20
#define EXS_TCPHDR_ECE	0x40
#define EXS_TCPHDR_CWR	0x80

/*
 * A TCP segment, in both directions; lives from tcp_demux (or tcp_send) to the
 * packet's end. It starts behind exs_ip_cb so that a transport can still ask
 * where the packet came from.
 */
struct exs_tcp_cb {
	u32 seq;		/* first sequence number, SYN included */
	u32 end_seq;		/* behind the last, FIN included */
	union {
		u32 ack_seq;	/* receive: acknowledgment number */
		struct {	/* send: skb_shared_info is the clone's to change */
			u16 gso_segs;	/* 0 or 1: no GSO needed */
			u16 gso_size;	/* of each but the last, 0: one */
		};
	};
	u8 flags;		/* EXS_TCPHDR_* */
	u8 sacked;		/* send: EXS_TCPCB_* */
	u8 tos;			/* receive: IP TOS (ECN) */
	u8 eor:1,		/* send: nothing may be appended (MSG_EOR) */
	   has_tstamp:1,	/* receive: tsval and tsecr are valid */
	   tx_app_limited:1,	/* send: the user was what limited sending */
	   ack_tstamp:1;	/* send: who acknowledges tskey is reported */
	union {
		struct {	/* receive: of the timestamp option */
			u32 tsval;
			u32 tsecr;	/* without our offset, 0: none */
		};
		struct {	/* send: the connection then (tcp_rate.c) */
			u32 tx_delivered;
			u32 tx_delivered_us;
			u32 tx_first_us;
		};
	};
};

#define EXS_TCPCB_RETRANS	0x01	/* a retransmission is in flight */
#define EXS_TCPCB_LOST		0x02	/* deemed lost */
#define EXS_TCPCB_SACKED	0x04	/* selectively acknowledged */
#define EXS_TCPCB_EVER_RETRANS	0x80	/* was retransmitted: no RTT sample (Karn) */

struct exs_skb_cb {
	struct exs_ip_cb ip;
	struct exs_tcp_cb tcp;
};

#define EXS_SKB_CB(skb)	((struct exs_skb_cb *)(skb)->cb)
#define EXS_IPCB(skb)	(&EXS_SKB_CB(skb)->ip)
#define EXS_TCPCB(skb)	(&EXS_SKB_CB(skb)->tcp)

static_assert(sizeof(struct exs_skb_cb) <= sizeof_field(struct sk_buff, cb));

/* Room in front of every packet we make: link, IP and TCP headers with options. */
#define EXS_MAX_TCP_HEADER	(LL_MAX_HEADER + 20 + 60 + 60)

#endif /* _EXPSTACK_SKB_H */
