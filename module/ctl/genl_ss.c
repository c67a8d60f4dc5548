// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: sockets over netlink.
 * Flow:   sock-get -> sock_batch.c -> [here]
 * Owns:   nothing
 * Locks:  none; the batch holds references
 * Spec:   Documentation/netlink/specs/expstack.yaml
 * Tests:  kunit/ctl/genl_ss_kunit.c, qemu/tests/expctl_ss.sh
 */
#include <linux/sock_diag.h>

#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"
#include "ctl/genl_ss.h"
#include "ctl/sock_batch.h"

/* Where a dump stands, in cb->args. */
enum {
	EXS_CTL_SS_SEEN,	/* entries of the present protocol done */
	EXS_CTL_SS_PROTO,	/* index in exs_ctl_ss_protos */
};

#define EXS_CTL_SS_KEYS		16U	/* shown of a socket, at most */

static const u8 exs_ctl_ss_protos[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_RAW,
};

static int exs_ctl_ss_put_mem(struct sk_buff *skb, struct sock *sk)
{
	u32 mem[SK_MEMINFO_VARS] = {
		[SK_MEMINFO_RMEM_ALLOC] = sk_rmem_alloc_get(sk),
		[SK_MEMINFO_RCVBUF] = READ_ONCE(sk->sk_rcvbuf),
		[SK_MEMINFO_WMEM_ALLOC] = sk_wmem_alloc_get(sk),
		[SK_MEMINFO_SNDBUF] = READ_ONCE(sk->sk_sndbuf),
		[SK_MEMINFO_FWD_ALLOC] = sk_forward_alloc_get(sk),
		[SK_MEMINFO_WMEM_QUEUED] = READ_ONCE(sk->sk_wmem_queued),
		[SK_MEMINFO_OPTMEM] = atomic_read(&sk->sk_omem_alloc),
		[SK_MEMINFO_BACKLOG] = READ_ONCE(sk->sk_backlog.len),
		[SK_MEMINFO_DROPS] = atomic_read(&sk->sk_drops),
	};

	return nla_put(skb, EXPSTACK_A_SOCK_MEMINFO, sizeof(mem), mem);
}

static int exs_ctl_ss_put_info(struct sk_buff *skb, struct sock *sk)
{
	struct nlattr *nla;

	/* Filled in place: the structure is too big for the stack. */
	nla = nla_reserve(skb, EXPSTACK_A_SOCK_TCP_INFO,
			  sizeof(struct tcp_info));
	if (!nla)
		return -EMSGSIZE;
	memset(nla_data(nla), 0, sizeof(struct tcp_info));
	exs_tcp_get_info(sk, nla_data(nla));
	return 0;
}

/* The keys of TCP_MD5SIG; a page must have room for them. */
static int exs_ctl_ss_put_md5sig(struct sk_buff *skb, struct sock *sk)
{
	unsigned int n = exs_tcp_md5_show(sk, NULL, 0);
	struct nlattr *nla;

	if (!n)
		return 0;
	n = min(n, EXS_CTL_SS_KEYS);
	nla = nla_reserve(skb, EXPSTACK_A_SOCK_MD5SIG,
			  n * sizeof(struct tcp_diag_md5sig));
	if (!nla)
		return -EMSGSIZE;
	/* One may have gone meanwhile. */
	memset(nla_data(nla), 0, nla_len(nla));
	exs_tcp_md5_show(sk, nla_data(nla), n);
	return 0;
}

static int exs_ctl_ss_put_ext(struct sk_buff *skb, u8 proto, u32 ext,
			      struct sock *sk)
{
	if ((ext & EXPSTACK_SOCK_EXT_MEM) && exs_ctl_ss_put_mem(skb, sk))
		return -EMSGSIZE;
	if (proto != IPPROTO_TCP)
		return 0;
	if ((ext & EXPSTACK_SOCK_EXT_INFO) && exs_ctl_ss_put_info(skb, sk))
		return -EMSGSIZE;
	if (ext & EXPSTACK_SOCK_EXT_MD5SIG)
		return exs_ctl_ss_put_md5sig(skb, sk);
	return 0;
}

/**
 * exs_ctl_ss_fill - a row's attributes
 * @skb: the message
 * @proto: one of exs_ctl_ss_protos
 * @ext: EXPSTACK_SOCK_EXT_*
 * @row: the row; the caller holds a reference to its socket
 *
 * Context: process, may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int exs_ctl_ss_fill(struct sk_buff *skb, u8 proto, u32 ext,
		    const struct exs_tcp_row *row)
{
	if (nla_put_u8(skb, EXPSTACK_A_SOCK_PROTOCOL, proto) ||
	    nla_put_in_addr(skb, EXPSTACK_A_SOCK_LADDR, row->laddr) ||
	    nla_put_be16(skb, EXPSTACK_A_SOCK_LPORT, row->lport) ||
	    nla_put_in_addr(skb, EXPSTACK_A_SOCK_RADDR, row->raddr) ||
	    nla_put_be16(skb, EXPSTACK_A_SOCK_RPORT, row->rport) ||
	    nla_put_u8(skb, EXPSTACK_A_SOCK_STATE, row->state) ||
	    nla_put_u32(skb, EXPSTACK_A_SOCK_RQUEUE, row->rqueue) ||
	    nla_put_u32(skb, EXPSTACK_A_SOCK_WQUEUE, row->wqueue) ||
	    nla_put_u32(skb, EXPSTACK_A_SOCK_UID, row->uid) ||
	    nla_put_uint(skb, EXPSTACK_A_SOCK_INODE, row->ino) ||
	    nla_put_uint(skb, EXPSTACK_A_SOCK_COOKIE, row->cookie) ||
	    nla_put_u32(skb, EXPSTACK_A_SOCK_REFCNT, row->refcnt))
		return -EMSGSIZE;
	if (row->timer &&
	    (nla_put_u8(skb, EXPSTACK_A_SOCK_TIMER, row->timer) ||
	     nla_put_u32(skb, EXPSTACK_A_SOCK_TIMER_MS, row->timer_ms) ||
	     nla_put_u8(skb, EXPSTACK_A_SOCK_RETRANSMITS, row->retransmits) ||
	     nla_put_u8(skb, EXPSTACK_A_SOCK_PROBES, row->probes)))
		return -EMSGSIZE;
	if ((row->bound_dev_if &&
	     nla_put_u32(skb, EXPSTACK_A_SOCK_IFINDEX, row->bound_dev_if)) ||
	    (row->mark && nla_put_u32(skb, EXPSTACK_A_SOCK_MARK, row->mark)))
		return -EMSGSIZE;
	return row->sk ? exs_ctl_ss_put_ext(skb, proto, ext, row->sk) : 0;
}

/* Rows of a batch into the page, or as many as fit. */
static int exs_ctl_ss_rows(struct sk_buff *skb, struct netlink_callback *cb,
			   u32 ext, const struct exs_ctl_batch *b)
{
	unsigned int i;
	void *hdr;

	for (i = 0; i < b->n; i++) {
		cb->args[EXS_CTL_SS_SEEN] = b->rows[i].index;
		hdr = exs_ctl_put_row(skb, cb, EXPSTACK_CMD_SOCK_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (exs_ctl_ss_fill(skb, b->proto, ext, &b->rows[i].row)) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(skb, hdr);
	}
	cb->args[EXS_CTL_SS_SEEN] = b->seen;
	return 0;
}

static u32 exs_ctl_ss_u32(struct netlink_callback *cb, int attr, u32 dflt)
{
	struct nlattr *nla = exs_ctl_dump_attr(cb, attr);

	return nla ? nla_get_u32(nla) : dflt;
}

static bool exs_ctl_ss_wants(struct netlink_callback *cb, u8 proto)
{
	struct nlattr *nla = exs_ctl_dump_attr(cb, EXPSTACK_A_SOCK_PROTOCOL);

	return !nla || !nla_get_u8(nla) || nla_get_u8(nla) == proto;
}

static int exs_ctl_ss_proto(struct sk_buff *skb, struct netlink_callback *cb,
			    u8 proto)
{
	u32 states = exs_ctl_ss_u32(cb, EXPSTACK_A_SOCK_STATES, ~0u);
	u32 ext = exs_ctl_ss_u32(cb, EXPSTACK_A_SOCK_EXT, 0);
	struct exs_ctl_batch *b;
	int err = 0;

	/* Keys are nobody else's business. */
	if (!netlink_net_capable(cb->skb, CAP_NET_ADMIN))
		ext &= ~EXPSTACK_SOCK_EXT_MD5SIG;
	b = exs_ctl_batch_new(sock_net(cb->skb->sk), proto, states,
			      cb->args[EXS_CTL_SS_SEEN]);
	if (!b)
		return -ENOMEM;
	while (!err && exs_ctl_batch_next(b))
		err = exs_ctl_ss_rows(skb, cb, ext, b);
	exs_ctl_batch_free(b);
	return err;
}

/**
 * expstack_nl_sock_get_dumpit - sock-get
 * @skb: the page to be filled
 * @cb: the dump
 *
 * Return: 0 at the end, -EMSGSIZE for another page, or another errno.
 */
int expstack_nl_sock_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	int err = 0;
	u8 proto;

	while (cb->args[EXS_CTL_SS_PROTO] < ARRAY_SIZE(exs_ctl_ss_protos)) {
		proto = exs_ctl_ss_protos[cb->args[EXS_CTL_SS_PROTO]];
		if (exs_ctl_ss_wants(cb, proto))
			err = exs_ctl_ss_proto(skb, cb, proto);
		if (err)
			return err;
		cb->args[EXS_CTL_SS_PROTO]++;
		cb->args[EXS_CTL_SS_SEEN] = 0;
	}
	return 0;
}
