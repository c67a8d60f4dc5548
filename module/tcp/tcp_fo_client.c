// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: Fast Open of a client: text in the SYN.
 * Flow:   sendmsg(MSG_FASTOPEN), connect() -> [here] -> tcp_connect;
 *         tcp_state_synsent, tcp_verdict -> [here]
 * Owns:   exs_tcp_ext.fo, .fo_defer, .syn_*
 * Locks:  socket lock held by the caller
 * Spec:   RFC 7413 3.1, 4.2.1
 * Tests:  kunit/tcp/tcp_fo_client_kunit.c, qemu/wire/fastopen
 *
 * The SYN and its text are two packets of the retransmission queue: one is sent
 * that carries both; what is sent again on a timeout is the SYN alone, without
 * the option. Text that the SYN-ACK does not acknowledge goes with the third
 * segment of the handshake.
 *
 * With TCP_FASTOPEN_CONNECT and a cookie connect() sends nothing: it waits for
 * the first write, which knows the text.
 */
#include "tcp/tcp_page.h"
#include "tcp/tcp_priv.h"

#define EXS_TCP_FO_OPTION_SPACE	40	/* boxes on the way may add options */

/**
 * exs_tcp_fo_free - what a sendmsg() or connect() wanted is over
 * @tp: socket
 *
 * Context: socket lock held.
 */
void exs_tcp_fo_free(struct exs_tcp_sock *tp)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;

	if (ext == &exs_tcp_ext_none)
		return;
	kfree(ext->fo);
	ext->fo = NULL;
}

/* May text go with the SYN? Cookie and MSS are those known of the peer. */
static bool exs_tcp_fo_cookie_check(struct sock *sk, u16 *mss,
				    struct exs_tcp_fo_cookie *c)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)exs_tcp_sk(sk)->ext;
	struct exs_net *en = exs_sock_net(sk);

	exs_tcp_fo_cache_get(sk, mss, c);
	if (exs_tcp_fo_disabled(sk)) {
		c->len = -1;
		return false;
	}
	if (EXS_SYSCTL(en, tcp_fastopen) & EXS_TCP_FO_CLIENT_NO_COOKIE ||
	    ext->fo_no_cookie ||
	    exs_rt_metric(&exs_sk(sk)->rt, RTAX_FASTOPEN_NO_COOKIE)) {
		c->len = -1;
		return true;
	}
	if (c->len > 0)
		return true;
	ext->fo_fail = TFO_COOKIE_UNAVAILABLE;
	return false;
}

/**
 * exs_tcp_fo_defer - TCP_FASTOPEN_CONNECT: is the SYN to wait for text?
 * @sk: socket in SYN-SENT, its addresses known
 * @err: set to -ENOBUFS without memory
 *
 * Without a cookie the SYN asks for one.
 *
 * Context: socket lock held, process.
 * Return: true when it is.
 */
bool exs_tcp_fo_defer(struct sock *sk, int *err)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)exs_tcp_sk(sk)->ext;
	struct exs_tcp_fo_cookie cookie = { };
	u16 mss;

	if (likely(!ext->fo_connect) || ext->fo)
		return false;
	if (exs_tcp_fo_cookie_check(sk, &mss, &cookie)) {
		WRITE_ONCE(ext->fo_defer, 1);
		return true;
	}
	ext->fo = kzalloc(sizeof(*ext->fo), sk->sk_allocation);
	if (ext->fo)
		ext->fo->cookie = cookie;
	else
		*err = -ENOBUFS;
	return false;
}

/**
 * exs_tcp_fo_option - the option of a SYN
 * @tp: socket
 * @o: the SYN's options; it is added
 *
 * There is room for it with all the others, but not always beside a signature:
 * then the SYN is as if nobody had asked.
 */
void exs_tcp_fo_option(struct exs_tcp_sock *tp, struct exs_tcp_opt_out *o)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;
	unsigned int size;

	if (likely(!ext->fo) || ext->fo->cookie.len < 0)
		return;
	size = exs_tcp_opt_size(o);
	o->fo_len = ext->fo->cookie.len;
	o->fo_exp = ext->fo->cookie.exp;
	o->fo_cookie = ext->fo->cookie.val;
	if (unlikely(exs_tcp_opt_size(o) == size))
		return;
	ext->syn_fastopen = 1;
	ext->syn_fo_exp = ext->fo->cookie.exp;
}

/* Bytes of text that a SYN takes: a full segment less all options. */
static u32 exs_tcp_fo_space(struct sock *sk, u16 mss)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 space;

	if (tp->ext->user_mss && tp->ext->user_mss < mss)
		mss = tp->ext->user_mss;
	tp->mss_clamp = mss;
	exs_tcp_sync_mss(sk, tp->pmtu);
	space = exs_tcp_mtu_to_mss(sk, tp->pmtu) + tp->header_len -
		sizeof(struct tcphdr);
	space = space > EXS_TCP_FO_OPTION_SPACE ?
		space - EXS_TCP_FO_OPTION_SPACE : 0;
	return min_t(size_t, space, tp->ext->fo->size);
}

static void exs_tcp_fo_discard(struct sock *sk, struct sk_buff *skb)
{
	sk_wmem_queued_add(sk, -skb->truesize);
	sk_mem_uncharge(sk, skb->truesize);
	__kfree_skb(skb);
}

/* At most space bytes of the message, as a packet; NULL: none. */
static struct sk_buff *exs_tcp_fo_copy(struct sock *sk, u32 space)
{
	struct exs_tcp_fo_req *fo = exs_tcp_sk(sk)->ext->fo;
	struct page_frag *pfrag = sk_page_frag(sk);
	struct sk_buff *skb;

	if (!space || !exs_tcp_page_refill(sk, pfrag))
		return NULL;
	skb = exs_tcp_alloc_skb(sk, sk->sk_allocation, false);
	if (!skb)
		return NULL;
	sk_wmem_queued_add(sk, skb->truesize);
	sk_mem_charge(sk, skb->truesize);
	space = min_t(u32, space, pfrag->size - pfrag->offset);
	space = exs_tcp_send_memory(sk, space);
	if (!space ||
	    skb_copy_to_page_nocache(sk, &fo->msg->msg_iter, skb, pfrag->page,
				     pfrag->offset, space)) {
		exs_tcp_fo_discard(sk, skb);
		return NULL;
	}
	skb_fill_page_desc(skb, 0, pfrag->page, pfrag->offset, space);
	page_ref_inc(pfrag->page);
	pfrag->offset += space;
	skb_zcopy_set(skb, fo->ubuf, NULL);
	if (fo->ubuf)
		uarg_to_msgzc(fo->ubuf)->zerocopy = 0;
	fo->copied = space;
	if (space == fo->size)
		fo->msg = NULL;
	return skb;
}

/* SYN and text leave as one. What stays queued is the text alone. */
static int exs_tcp_fo_send_both(struct sock *sk, struct sk_buff *syn,
				struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_cb *cb = EXS_TCPCB(skb);
	int err;

	cb->seq = EXS_TCPCB(syn)->seq;
	cb->end_seq = EXS_TCPCB(syn)->end_seq + skb->len;
	cb->flags = EXS_TCPCB(syn)->flags;
	cb->gso_segs = 1;
	WRITE_ONCE(tp->write_seq, cb->end_seq);
	tp->packets_out++;
	exs_tcp_chrono_start(tp, EXS_TCP_CHRONO_BUSY);
	err = exs_tcp_xmit_skb(sk, skb, true, sk->sk_allocation);
	syn->skb_mstamp_ns = tp->mstamp_us * NSEC_PER_USEC;
	cb->seq++;
	cb->flags = EXS_TCPHDR_ACK | EXS_TCPHDR_PSH;
	if (err) {
		tp->packets_out--;
		__skb_queue_tail(&sk->sk_write_queue, skb);
		return err;
	}
	((struct exs_tcp_ext *)tp->ext)->syn_data = 1;
	__skb_queue_tail(&tp->rtx_queue, skb);
	list_add_tail(&skb->tcp_tsorted_anchor, &tp->tsorted);
	EXS_INC(exs_sock_net(sk), TCPEXT_TCPOrigDataSent);
	return 0;
}

/**
 * exs_tcp_fo_send_syn - the first SYN of a connection that wants Fast Open
 * @sk: socket with ext->fo; the clock is fresh
 * @syn: on the retransmission queue
 *
 * With text where a cookie is known, else with a request for one. Those sent
 * again have neither.
 *
 * Context: socket lock held, process.
 * Return: 0 or a negative errno.
 */
int exs_tcp_fo_send_syn(struct sock *sk, struct sk_buff *syn)
{
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)exs_tcp_sk(sk)->ext;
	struct exs_tcp_fo_req *fo = ext->fo;
	struct sk_buff *skb = NULL;
	u16 mss = exs_tcp_sk(sk)->advmss;
	bool may;
	int err;

	may = exs_tcp_fo_cookie_check(sk, &mss, &fo->cookie);
	if (may)
		skb = exs_tcp_fo_copy(sk, exs_tcp_fo_space(sk, mss));
	if (skb && !exs_tcp_fo_send_both(sk, syn, skb)) {
		err = 0;
		goto done;
	}
	/* A cookie without text is for who has none to send. */
	if (fo->cookie.len > 0 && (!may || fo->size))
		fo->cookie.len = 0;
	err = exs_tcp_xmit_skb(sk, syn, true, sk->sk_allocation);
	if (err)
		ext->syn_fastopen = 0;
done:
	fo->cookie.len = -1;
	return err;
}

/**
 * exs_tcp_fo_unacked - did the SYN-ACK leave the SYN's text out?
 * @tp: socket in SYN-SENT, the SYN-ACK's acknowledgment processed
 *
 * Return: true when it goes again, and with it the ACK.
 */
bool exs_tcp_fo_unacked(const struct exs_tcp_sock *tp)
{
	return tp->ext->syn_data && !skb_queue_empty(&tp->rtx_queue);
}

static void exs_tcp_fo_learn(struct sock *sk, const struct sk_buff *skb,
			     bool unacked)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	const struct exs_tcp_ext *ext = tp->ext;
	struct exs_tcp_fo_cookie c = { .len = -1 };
	u16 mss = tp->mss_clamp;
	struct exs_tcp_opt o;
	bool lost = false;
	u8 try_exp = 0;

	exs_tcp_opt_parse(tcp_hdr(skb), &o);
	/* What the peer said, not what TCP_MAXSEG made of it. */
	if (mss == ext->user_mss)
		mss = o.mss;
	/* Nobody asked: it is ignored. */
	if (ext->syn_fastopen && o.fo_len != 0xff) {
		c.len = o.fo_len;
		c.exp = o.fo_exp;
		memcpy(c.val, o.fo_cookie, sizeof(c.val));
	}
	if (ext->syn_fastopen && tp->total_retrans)
		lost = c.len < 0 && unacked;
	else if (ext->syn_fastopen && c.len < 0 && !ext->syn_data)
		try_exp = ext->syn_fo_exp ? 2 : 1;
	exs_tcp_fo_cache_set(sk, mss, &c, lost, try_exp);
}

/**
 * exs_tcp_fo_synack - the answer to a SYN that had text or the option
 * @sk: socket, just ESTABLISHED
 * @skb: the SYN-ACK; the caller's
 *
 * Context: socket lock held, BH disabled, RCU held.
 */
void exs_tcp_fo_synack(struct sock *sk, struct sk_buff *skb)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = (struct exs_tcp_ext *)tp->ext;
	bool unacked = exs_tcp_fo_unacked(tp);
	struct exs_net *en = exs_sock_net(sk);
	struct sk_buff *data;

	if (likely(!ext->syn_fastopen && !ext->syn_data))
		return;
	exs_tcp_fo_learn(sk, skb, unacked);
	if (unacked) {
		ext->fo_fail = tp->total_retrans ? TFO_SYN_RETRANSMITTED :
						   TFO_DATA_NOT_ACKED;
		/* Nothing was written yet that tells how long a burst may be. */
		exs_tcp_size_goal(sk, exs_tcp_current_mss(sk));
		skb_queue_walk(&tp->rtx_queue, data)
			exs_tcp_mark_lost(tp, data);
		exs_tcp_recovery_resend(sk);
		EXS_INC(en, TCPEXT_TCPFastOpenActiveFail);
		return;
	}
	ext->syn_data_acked = ext->syn_data;
	if (ext->syn_data) {
		EXS_INC(en, TCPEXT_TCPFastOpenActive);
		/* One segment, though it was two packets. */
		if (tp->cc.delivered > 1)
			tp->cc.delivered--;
	}
	exs_tcp_fo_text(sk, skb);
}

/**
 * exs_tcp_connect_deferred - does a SYN wait for the first write?
 * @sk: socket
 *
 * Context: any; the answer may be old at once unless the socket is locked.
 * Return: true when it does.
 */
bool exs_tcp_connect_deferred(const struct sock *sk)
{
	return READ_ONCE(exs_tcp_ext(exs_tcp_sk(sk))->fo_defer);
}

/**
 * exs_tcp_connect_text - is there text for the third segment of the handshake?
 * @sk: socket, locked
 *
 * Return: true when a sendmsg() waits with it for the connection.
 */
bool exs_tcp_connect_text(const struct sock *sk)
{
	const struct exs_tcp_fo_req *fo = exs_tcp_sk(sk)->ext->fo;

	return fo && fo->msg;
}

/**
 * exs_tcp_fo_sendmsg - connect, with text in the SYN
 * @sk: socket
 * @msg: MSG_FASTOPEN with an address, or the first write after a connect() that
 *	waits for it
 * @size: bytes
 * @ubuf: of a MSG_ZEROCOPY, whose end is that of the SYN's text too; or NULL
 * @copied: set to how many of them the SYN has taken
 *
 * Context: socket lock held, process; sleeps until the handshake is complete
 * unless told not to.
 * Return: 0: connected, the rest may be sent; -EINPROGRESS and other errnos.
 */
int exs_tcp_fo_sendmsg(struct sock *sk, struct msghdr *msg, size_t size,
		       struct ubuf_info *ubuf, size_t *copied)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_KERNEL);
	struct sockaddr *uaddr = msg->msg_name;
	int flags = msg->msg_flags & MSG_DONTWAIT ? O_NONBLOCK : 0;
	struct exs_tcp_fo_req *fo;
	int err;

	if (!(EXS_SYSCTL(exs_sock_net(sk), tcp_fastopen) & EXS_TCP_FO_CLIENT) ||
	    (uaddr && msg->msg_namelen >= (int)sizeof(uaddr->sa_family) &&
	     uaddr->sa_family == AF_UNSPEC))
		return -EOPNOTSUPP;
	if (!ext)
		return -ENOBUFS;
	if (ext->fo)
		return -EALREADY;
	fo = kzalloc(sizeof(*fo), sk->sk_allocation);
	if (!fo)
		return -ENOBUFS;
	fo->msg = msg;
	fo->ubuf = ubuf;
	fo->size = size;
	ext->fo = fo;
	if (ext->fo_defer)
		exs_tcp_connect_now(sk);
	err = exs_sock_stream_connect(sk->sk_socket, uaddr, msg->msg_namelen,
				      flags, true);
	/* A connection that failed took it along; there may be another's now. */
	if (err != -EPIPE && ext->fo == fo) {
		*copied = fo->copied;
		exs_tcp_fo_free(exs_tcp_sk(sk));
		WRITE_ONCE(ext->fo_defer, 0);
	}
	return err;
}
