// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: a device and a peer for the suites; tcp_wire.h tells how.
 */
#include "../kunit/expect.h"
#include "tcp_wire.h"

#define EXS_WIRE_RTO_US		(10 * USEC_PER_SEC)

/* test->priv */
struct exs_wire_test {
	struct exs_link_test link;	/* must be first */
	struct list_head wires;
	struct exs_sysctl sysctl;	/* as it was */
	s64 sockets, orphans;
	long mem[3];			/* tcp_mem as it was */
	int tws;
};

static u8 exs_wire_byte(u32 seq)
{
	return seq ^ (seq >> 8);
}

struct exs_net *exs_wire_net(struct kunit *test)
{
	struct exs_wire_test *t = test->priv;

	return t->link.en;
}

unsigned long exs_wire_drops(struct kunit *test, enum exs_drop_reason reason)
{
	return exs_mib_read_drop(exs_wire_net(test), reason);
}

unsigned long exs_wire_mib(struct kunit *test, enum exs_mib_item item)
{
	return exs_mib_read(exs_wire_net(test), item);
}

int exs_wire_init(struct kunit *test)
{
	struct exs_wire_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	skb_queue_head_init(&t->link.sent);
	INIT_LIST_HEAD(&t->wires);
	t->link.en = exs_net(&init_net);
	test->priv = t;
	exs_link_test_device(test, true);
	exs_link_test_attach(test, EXS_LINK_EXCLUSIVE);
	exs_link_test_addr(test, EXS_WIRE_ADDR, 24);
	t->sysctl = t->link.en->sysctl;
	memcpy(t->mem, exs_tcp_prot.sysctl_mem, sizeof(t->mem));
	/*
	 * No retransmission comes between on a slow machine; short enough for
	 * FIN-WAIT-2 to last its usual minute.
	 */
	t->link.en->sysctl.tcp_rto_min_us = EXS_WIRE_RTO_US;
	/* Nor a probe after two round trips, which are microseconds here. */
	t->link.en->sysctl.tcp_early_retrans = 0;
	t->sockets = percpu_counter_sum(exs_tcp_prot.sockets_allocated);
	t->orphans = percpu_counter_sum(&exs_tcp_orphans);
	t->tws = atomic_read(&t->link.en->tcp->tw_count);
	return 0;
}

void exs_wire_memory(struct kunit *test, bool none)
{
	struct exs_wire_test *t = test->priv;

	if (none) {
		/* Less than nothing: a CPU's share is not in the sum yet. */
		memset(exs_tcp_prot.sysctl_mem, 0xff, sizeof(t->mem));
	} else {
		memcpy(exs_tcp_prot.sysctl_mem, t->mem, sizeof(t->mem));
		exs_tcp_memory_pressure = 0;
	}
}

static void exs_wire_kill_tws(struct exs_net *en)
{
	struct exs_tcp_tw *tw;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(en->tcp->tw); i++)
		while ((tw = list_first_entry_or_null(&en->tcp->tw[i].list,
						      struct exs_tcp_tw, list)))
			exs_tcp_timewait_kill(tw);
	rcu_read_unlock();
}

void exs_wire_forget(struct kunit *test)
{
	struct exs_net *en = exs_wire_net(test);
	int expires = en->sysctl.mtu_expires;

	en->sysctl.mtu_expires = 0;
	exs_pmtu_update(en, htonl(EXS_WIRE_PEER), 0);
	en->sysctl.mtu_expires = expires;
}

/* No socket, orphan or TIME-WAIT more than before. */
void exs_wire_exit(struct kunit *test)
{
	struct exs_wire_test *t = test->priv;
	struct exs_wire *w, *next;

	list_for_each_entry_safe(w, next, &t->wires, list)
		exs_wire_release(w);
	exs_wire_kill_tws(t->link.en);
	exs_wire_forget(test);
	exs_tcp_metrics_flush(t->link.en);
	t->link.en->sysctl = t->sysctl;
	exs_wire_memory(test, false);
	KUNIT_EXPECT_EQ(test, t->sockets,
			percpu_counter_sum(exs_tcp_prot.sockets_allocated));
	KUNIT_EXPECT_EQ(test, t->orphans, percpu_counter_sum(&exs_tcp_orphans));
	KUNIT_EXPECT_EQ(test, t->tws,
			atomic_read(&t->link.en->tcp->tw_count));
	/* What a listener's children and requests held goes after RCU. */
	rcu_barrier();
	exs_link_test_exit(test);
}

static struct exs_wire *exs_wire_alloc(struct kunit *test)
{
	struct exs_wire *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct exs_wire_test *t = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->test = test;
	w->irs = EXS_WIRE_IRS;
	w->rport = EXS_WIRE_PORT;
	list_add(&w->list, &t->wires);
	return w;
}

void exs_wire_set_socket(struct exs_wire *w, struct socket *sock)
{
	w->sock = sock;
	w->sk = sock->sk;
	w->tp = exs_tcp_sk(w->sk);
}

struct exs_wire *exs_wire_socket(struct kunit *test)
{
	struct exs_wire *w = exs_wire_alloc(test);
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_EXPSTACK,
						  SOCK_STREAM, IPPROTO_TCP,
						  &sock));
	exs_wire_set_socket(w, sock);
	return w;
}

void exs_wire_release(struct exs_wire *w)
{
	if (!w->sock)
		return;
	sock_no_linger(w->sk);
	exs_wire_close(w);
	skb_queue_purge(&((struct exs_link_test *)w->test->priv)->sent);
}

void exs_wire_close(struct exs_wire *w)
{
	sock_release(w->sock);
	w->sock = NULL;
	w->sk = NULL;
	w->tp = NULL;
}

struct exs_conn *exs_wire_conn(struct exs_wire *w)
{
	return exs_conn_lookup_rcu(&init_net, htonl(EXS_WIRE_PEER),
				   htons(w->rport), htonl(EXS_WIRE_ADDR),
				   htons(w->lport), 0);
}

static struct sockaddr_in exs_wire_sin(u32 addr, u16 port)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(addr),
		.sin_port = htons(port),
	};
}

/* ECE, CWR or both when the namespace asks for ECN. */
static u8 exs_wire_ecn(struct exs_wire *w, u8 flags)
{
	return exs_wire_net(w->test)->sysctl.tcp_ecn == 1 ? flags : 0;
}

void exs_wire_connect(struct exs_wire *w)
{
	u8 flags = W_SYN | exs_wire_ecn(w, W_ECE | W_CWR);
	struct sockaddr_in sin = exs_wire_sin(EXS_WIRE_PEER, w->rport);

	KUNIT_ASSERT_EQ(w->test, -EINPROGRESS,
			kernel_connect(w->sock, (struct sockaddr *)&sin,
				       sizeof(sin), O_NONBLOCK));
	w->lport = ntohs(w->tp->es.conn.lport);
	w->iss = w->tp->snd_una;
	EXS_WIRE_OUT(w, flags, 0, 0, 0);
}

struct exs_wire *exs_wire_active(struct kunit *test, bool plain)
{
	struct exs_wire *w = exs_wire_socket(test);
	struct exs_wire_seg synack = {
		.flags = W_SYN | W_ACK, .ack = 1, .win = 65535,
		.opt.mss = EXS_WIRE_MSS,
	};

	exs_wire_connect(w);
	synack.flags |= exs_wire_ecn(w, W_ECE);
	if (!plain) {
		w->ts = true;
		w->tsval = 0xfffffffe;
		synack.opt.use_wscale = true;
		synack.opt.wscale = EXS_WIRE_WSCALE;
		synack.opt.sack_perm = true;
	}
	exs_wire_rcv(w, &synack);
	EXS_WIRE_STATE(w, TCP_ESTABLISHED);
	EXS_WIRE_OUT(w, W_ACK, 1, 1, 0);
	w->sock->state = SS_CONNECTED;
	return w;
}

struct exs_wire *exs_wire_listen(struct kunit *test, u16 n, int backlog)
{
	struct sockaddr_in sin = exs_wire_sin(0, EXS_WIRE_PORT + n);
	struct exs_wire *w = exs_wire_socket(test);

	KUNIT_ASSERT_EQ(test, 0, kernel_bind(w->sock, (struct sockaddr *)&sin,
					     sizeof(sin)));
	KUNIT_ASSERT_EQ(test, 0, kernel_listen(w->sock, backlog));
	w->lport = EXS_WIRE_PORT + n;
	return w;
}

struct exs_wire *exs_wire_caller(struct exs_wire *lw, u16 port)
{
	struct exs_wire *w = exs_wire_alloc(lw->test);

	w->lport = lw->lport;
	w->rport = port;
	w->md5 = lw->md5;
	return w;
}

int exs_wire_accept(struct exs_wire *lw, struct exs_wire *w)
{
	struct socket *sock;
	int err;

	err = kernel_accept(lw->sock, &sock, O_NONBLOCK);
	if (!err)
		exs_wire_set_socket(w, sock);
	return err;
}

struct exs_wire *exs_wire_passive(struct exs_wire *lw, u16 port)
{
	struct exs_wire *w = exs_wire_caller(lw, port);
	struct exs_wire_seg syn = {
		.flags = W_SYN, .win = 65535, .opt.mss = EXS_WIRE_MSS,
	};

	exs_wire_rcv(w, &syn);
	KUNIT_ASSERT_TRUE(w->test, exs_wire_next(w));
	KUNIT_ASSERT_EQ(w->test, w->last.flags, W_SYN | W_ACK);
	exs_wire_in(w, W_ACK, 1, 1, 0);
	KUNIT_ASSERT_EQ(w->test, 0, exs_wire_accept(lw, w));
	return w;
}

void exs_wire_set_key(struct exs_wire *w, const char *key, u8 prefixlen)
{
	struct tcp_md5sig cmd = {
		.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
		.tcpm_prefixlen = prefixlen,
		.tcpm_keylen = key ? strlen(key) : 0,
	};
	struct sockaddr_in sin = exs_wire_sin(EXS_WIRE_PEER, 0);

	memcpy(&cmd.tcpm_addr, &sin, sizeof(sin));
	if (key)
		memcpy(cmd.tcpm_key, key, cmd.tcpm_keylen);
	KUNIT_ASSERT_EQ(w->test, 0,
			exs_tcp_setsockopt(w->sk, IPPROTO_TCP, TCP_MD5SIG_EXT,
					   KERNEL_SOCKPTR(&cmd), sizeof(cmd)));
	w->md5 = key;
}

/* The digest of a segment's bytes; what signs, and what checks that. */
static void exs_wire_digest(struct exs_wire *w, const char *key,
			    const struct iphdr *iph, const struct tcphdr *th,
			    unsigned int len, u8 *digest)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);
	struct exs_tcp_md5_key k = { .len = strlen(key) };

	KUNIT_ASSERT_NOT_NULL(w->test, skb);
	KUNIT_ASSERT_EQ(w->test, 0, exs_tcp_md5_alloc_tfm());
	memcpy(k.key, key, k.len);
	skb_put_data(skb, th, len);
	KUNIT_EXPECT_EQ(w->test, 0, exs_tcp_md5_hash(&k, iph->saddr, iph->daddr,
						     skb, digest));
	kfree_skb(skb);
}

/* Where the text of both sides ends. */
static void exs_wire_shut(struct exs_wire *w, u32 seq, u32 ack)
{
	KUNIT_ASSERT_EQ(w->test, 0, kernel_sock_shutdown(w->sock, SHUT_WR));
	EXS_WIRE_OUT(w, W_FIN | W_ACK, seq, ack, 0);
}

void exs_wire_state(struct exs_wire *w, u8 state)
{
	u32 seq = w->tp->snd_nxt - w->iss;
	u32 ack = w->tp->rcv_nxt - w->irs;

	if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK) {
		exs_wire_in(w, W_FIN | W_ACK, ack, seq, 0);
		/* The FIN is acknowledged at once or a little later. */
		exs_wire_call(w, exs_tcp_delack_deadline);
		exs_wire_drain(w);
	}
	if (state == TCP_LAST_ACK)
		exs_wire_shut(w, seq, ack + 1);
	if (state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 ||
	    state == TCP_CLOSING)
		exs_wire_shut(w, seq, ack);
	if (state == TCP_FIN_WAIT2)
		exs_wire_in(w, W_ACK, ack, seq + 1, 0);
	if (state == TCP_CLOSING) {
		exs_wire_in(w, W_FIN | W_ACK, ack, seq, 0);
		EXS_WIRE_OUT(w, W_ACK, seq + 1, ack + 1, 0);
	}
	EXS_WIRE_STATE(w, state);
}

static void exs_wire_text(u8 *p, u32 seq, u32 len)
{
	while (len--)
		*p++ = exs_wire_byte(seq++);
}

static void exs_wire_build(struct exs_wire *w, u8 *buf, u32 hlen,
			   const struct exs_wire_seg *seg,
			   const struct exs_tcp_opt_out *opt)
{
	unsigned int tlen = hlen + seg->len;
	struct iphdr *iph = (struct iphdr *)buf;
	struct tcphdr *th = (struct tcphdr *)(iph + 1);

	exs_ip_hdr_build(iph, htonl(EXS_WIRE_PEER), htonl(EXS_WIRE_ADDR),
			 IPPROTO_TCP, seg->tos, 64, sizeof(*iph) + tlen, 0,
			 true);
	memset(th, 0, sizeof(*th));
	th->source = htons(seg->sport ?: w->rport);
	th->dest = htons(seg->dport ?: w->lport);
	th->seq = htonl(w->irs + seg->seq);
	th->ack_seq = seg->flags & W_ACK ? htonl(w->iss + seg->ack) : 0;
	*((__be16 *)th + 6) = htons(((hlen >> 2) << 12) | seg->flags);
	th->window = htons(seg->win);
	th->urg_ptr = htons(seg->urg);
	exs_tcp_opt_write((__be32 *)(th + 1), opt);
	exs_wire_text((u8 *)th + hlen, seg->seq + !!(seg->flags & W_SYN),
		      seg->len);
	if (opt->md5)
		exs_wire_digest(w, seg->md5 ?: w->md5, iph, th, tlen,
				(u8 *)(th + 1) + EXS_TCP_MD5_AT);
	th->check = exs_cksum_tcp(th, tlen, iph->saddr, iph->daddr);
	if (seg->bad_csum)
		th->check ^= (__force __sum16)htons(0x0100);
}

void exs_wire_rcv(struct exs_wire *w, const struct exs_wire_seg *seg)
{
	struct exs_tcp_opt_out opt = seg->opt;
	unsigned int hlen, len;
	struct sk_buff *skb;
	u8 *buf;

	opt.fo_len = -1;
	opt.md5 = seg->md5 || w->md5;
	if (seg->foc) {
		opt.fo_len = seg->foc->len;
		opt.fo_exp = seg->foc->exp;
		opt.fo_cookie = seg->foc->val;
	}
	if (w->ts && !opt.use_ts) {
		opt.use_ts = true;
		opt.tsval = w->tsval;
		opt.tsecr = w->tsecr;
	}
	hlen = sizeof(struct tcphdr) + exs_tcp_opt_size(&opt);
	len = sizeof(struct iphdr) + hlen + seg->len;
	buf = kunit_kzalloc(w->test, len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(w->test, buf);
	exs_wire_build(w, buf, hlen, seg, &opt);
	skb = exs_link_test_frame(w->test, ETH_P_IP, buf, len);
	kunit_kfree(w->test, buf);
	KUNIT_EXPECT_EQ(w->test, exs_link_test_rx(skb), RX_HANDLER_CONSUMED);
}

void exs_wire_in(struct exs_wire *w, u8 flags, u32 seq, u32 ack, u32 len)
{
	struct exs_wire_seg seg = {
		.flags = flags, .seq = seq, .ack = ack, .len = len,
		.win = 65535,
	};

	exs_wire_rcv(w, &seg);
}

static void exs_wire_check_text(struct exs_wire *w, const u8 *p, u32 seq,
				u32 len)
{
	u32 i;

	for (i = 0; i < len && p[i] == exs_wire_byte(seq + i); i++)
		;
	KUNIT_EXPECT_EQ_MSG(w->test, i, len, "text differs at %u", seq + i);
}

static void exs_wire_parse(struct exs_wire *w, struct sk_buff *skb)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct tcphdr *th = (const struct tcphdr *)(iph + 1);
	unsigned int tlen = skb->len - sizeof(*iph);
	struct exs_wire_seg *s = &w->last;
	u8 digest[EXS_TCP_MD5_LEN];

	KUNIT_EXPECT_EQ(w->test, ntohs(iph->tot_len), skb->len);
	EXS_EXPECT_BEEQ(w->test, iph->saddr, htonl(EXS_WIRE_ADDR));
	EXS_EXPECT_BEEQ(w->test, iph->daddr, htonl(EXS_WIRE_PEER));
	EXS_EXPECT_BEEQ(w->test, csum_tcpudp_magic(iph->saddr, iph->daddr, tlen,
						   IPPROTO_TCP,
						   csum_partial(th, tlen, 0)),
			0);
	memset(s, 0, sizeof(*s));
	s->flags = ((const u8 *)th)[13];
	/* A caller learns our number from the SYN-ACK. */
	if (!w->sock && (s->flags & (W_SYN | W_ACK)) == (W_SYN | W_ACK))
		w->iss = ntohl(th->seq);
	s->seq = ntohl(th->seq) - w->iss;
	if (s->flags & W_ACK)
		s->ack = ntohl(th->ack_seq) - w->irs;
	else
		EXS_EXPECT_BEEQ(w->test, th->ack_seq, 0);
	s->len = tlen - th->doff * 4;
	s->win = ntohs(th->window);
	s->urg = ntohs(th->urg_ptr);
	s->iph = *iph;
	s->sport = ntohs(th->source);
	s->dport = ntohs(th->dest);
	exs_tcp_opt_parse(th, &s->o);
	if (s->o.saw_tstamp)
		w->tsecr = s->o.tsval;
	s->signature = s->o.md5;
	if (w->md5 && s->o.md5) {
		exs_wire_digest(w, w->md5, iph, th, tlen, digest);
		s->signature = !memcmp(digest, s->o.md5, sizeof(digest));
	}
	/* It goes with the packet. */
	s->o.md5 = NULL;
	exs_wire_check_text(w, (const u8 *)th + th->doff * 4,
			    s->seq + th->syn, s->len);
}

bool exs_wire_next(struct exs_wire *w)
{
	struct sk_buff *skb = exs_link_test_sent(w->test);

	if (!skb)
		return false;
	KUNIT_ASSERT_EQ(w->test, 0, skb_linearize(skb));
	KUNIT_ASSERT_GE(w->test, skb->len,
			sizeof(struct iphdr) + sizeof(struct tcphdr));
	exs_wire_parse(w, skb);
	return true;
}

void exs_wire_drain(struct exs_wire *w)
{
	while (exs_wire_next(w))
		;
}

int exs_wire_write(struct exs_wire *w, u32 seq, u32 len, int flags)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL | flags };
	struct kvec iov = { .iov_len = len };
	int ret;

	iov.iov_base = kvmalloc(max(len, 1U), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(w->test, iov.iov_base);
	exs_wire_text(iov.iov_base, seq, len);
	ret = kernel_sendmsg(w->sock, &msg, &iov, 1, len);
	kvfree(iov.iov_base);
	return ret;
}

int exs_wire_read(struct exs_wire *w, u32 seq, u32 len, int flags)
{
	struct kvec iov = { .iov_len = len };
	struct msghdr msg = { };
	int ret;

	iov.iov_base = kvmalloc(max(len, 1U), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(w->test, iov.iov_base);
	ret = kernel_recvmsg(w->sock, &msg, &iov, 1, len,
			     MSG_DONTWAIT | flags);
	if (ret > 0 && !(flags & MSG_TRUNC))
		exs_wire_check_text(w, iov.iov_base, seq, ret);
	kvfree(iov.iov_base);
	return ret;
}

void exs_wire_call(struct exs_wire *w, void (*fn)(struct sock *sk))
{
	lock_sock(w->sk);
	local_bh_disable();
	rcu_read_lock();
	exs_tcp_mstamp_refresh(w->tp);
	fn(w->sk);
	rcu_read_unlock();
	local_bh_enable();
	release_sock(w->sk);
}
