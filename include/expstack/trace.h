/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: tracepoints (perf, bpftrace: expstack:*).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM expstack

#if !defined(_EXPSTACK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _EXPSTACK_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/sock.h>
#include <expstack/drop.h>

TRACE_EVENT(exs_drop,
	TP_PROTO(struct sk_buff *skb, void *location,
		 enum exs_drop_reason reason),
	TP_ARGS(skb, location, reason),
	TP_STRUCT__entry(
		__field(void *, skbaddr)
		__field(void *, location)
		__field(unsigned int, len)
		__field(int, ifindex)
		__field(unsigned int, reason)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->location = location;
		__entry->len = skb->len;
		__entry->ifindex = skb->dev ? skb->dev->ifindex : 0;
		__entry->reason = reason;
	),
	TP_printk("skb=%p location=%pS len=%u ifindex=%d reason=%s",
		  __entry->skbaddr, __entry->location, __entry->len,
		  __entry->ifindex, exs_drop_text(__entry->reason))
);

DECLARE_EVENT_CLASS(exs_packet,
	TP_PROTO(const struct sk_buff *skb),
	TP_ARGS(skb),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(unsigned int, len)
		__field(int, ifindex)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->len = skb->len;
		__entry->ifindex = skb->dev ? skb->dev->ifindex : 0;
	),
	TP_printk("skb=%p len=%u ifindex=%d", __entry->skbaddr, __entry->len,
		  __entry->ifindex)
);

DEFINE_EVENT(exs_packet, exs_rx,
	TP_PROTO(const struct sk_buff *skb), TP_ARGS(skb));

DEFINE_EVENT(exs_packet, exs_tx,
	TP_PROTO(const struct sk_buff *skb), TP_ARGS(skb));

TRACE_EVENT(exs_tcp_state,
	TP_PROTO(const struct sock *sk, int from, int to),
	TP_ARGS(sk, from, to),
	TP_STRUCT__entry(
		__field(const void *, skaddr)
		__field(int, from)
		__field(int, to)
	),
	TP_fast_assign(
		__entry->skaddr = sk;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("sk=%p from=%d to=%d", __entry->skaddr, __entry->from,
		  __entry->to)
);

TRACE_EVENT(exs_tcp_retransmit,
	TP_PROTO(const struct sock *sk, u32 seq, unsigned int len),
	TP_ARGS(sk, seq, len),
	TP_STRUCT__entry(
		__field(const void *, skaddr)
		__field(u32, seq)
		__field(unsigned int, len)
	),
	TP_fast_assign(
		__entry->skaddr = sk;
		__entry->seq = seq;
		__entry->len = len;
	),
	TP_printk("sk=%p seq=%u len=%u", __entry->skaddr, __entry->seq,
		  __entry->len)
);

TRACE_EVENT(exs_neigh_update,
	TP_PROTO(const void *neigh, __be32 addr, u8 from, u8 to),
	TP_ARGS(neigh, addr, from, to),
	TP_STRUCT__entry(
		__field(const void *, neigh)
		__array(__u8, addr, 4)
		__field(u8, from)
		__field(u8, to)
	),
	TP_fast_assign(
		__entry->neigh = neigh;
		memcpy(__entry->addr, &addr, 4);
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("neigh=%p addr=%pI4 from=%#x to=%#x", __entry->neigh,
		  __entry->addr, __entry->from, __entry->to)
);

#endif /* _EXPSTACK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH expstack
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
