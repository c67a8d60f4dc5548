// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: options at IPPROTO_TCP.
 * Flow:   setsockopt(2), getsockopt(2) -> [here]
 * Owns:   ranges and units of the options
 * Locks:  takes the socket lock
 * Spec:   tcp(7); RFC 1122 4.2.3.6; RFC 5482
 * Tests:  kunit/tcp/tcp_sockopt_kunit.c
 */
#include <linux/inet_diag.h>
#include <linux/uaccess.h>

#include "tcp/tcp_priv.h"
#include "tcp/tcp_recv.h"
#include "tcp/tcp_req.h"

#define EXS_TCP_ULP_NAME_MAX	16
#define EXS_TCP_MAXSEG_MAX	32767
#define EXS_TCP_FIN_TIMEOUT_MAX	120			/* seconds */

/**
 * exs_tcp_opt_nodelay - TCP_NODELAY
 * @sk: socket, locked
 * @on: no Nagle
 *
 * Switching it on sends what waits, also through TCP_CORK's end.
 */
static void exs_tcp_opt_nodelay(struct sock *sk, bool on)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!on) {
		tp->nonagle &= ~EXS_TCP_NAGLE_OFF;
		return;
	}
	tp->nonagle |= EXS_TCP_NAGLE_OFF | EXS_TCP_NAGLE_PUSH;
	exs_tcp_push_pending(sk);
}

static void exs_tcp_opt_cork(struct sock *sk, bool on)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (on) {
		tp->nonagle |= EXS_TCP_NAGLE_CORK;
		return;
	}
	tp->nonagle &= ~EXS_TCP_NAGLE_CORK;
	if (tp->nonagle & EXS_TCP_NAGLE_OFF)
		tp->nonagle |= EXS_TCP_NAGLE_PUSH;
	exs_tcp_push_pending(sk);
}

static int exs_tcp_opt_keepidle(struct sock *sk, struct exs_tcp_ext *ext,
				int val)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 now = (u32)jiffies;
	u32 silent;

	if (val < 1 || val > EXS_TCP_KEEPALIVE_MAX)
		return -EINVAL;
	WRITE_ONCE(ext->keepalive_time, val);
	if (!sock_flag(sk, SOCK_KEEPOPEN) ||
	    ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		return 0;
	silent = min(now - tp->ack.lrcvtime, now - tp->rcv_tstamp);
	exs_tcp_timers_keep(sk, val * HZ > silent ? val * HZ - silent : 0);
	return 0;
}

static void exs_tcp_opt_linger2(struct exs_tcp_sock *tp,
				struct exs_tcp_ext *ext, int val)
{
	tp->linger2_neg = val < 0;
	ext->linger2 = clamp(val, 0, EXS_TCP_FIN_TIMEOUT_MAX);
}

/**
 * exs_tcp_secs_to_retrans - TCP_DEFER_ACCEPT: seconds as retransmissions
 * @seconds: how long the user wants to wait for data
 *
 * Return: SYN-ACKs sent within that time.
 */
u8 exs_tcp_secs_to_retrans(int seconds)
{
	int period = EXS_TCP_RTO_INIT / HZ;
	int timeout = period;
	u8 n = 0;

	if (seconds <= 0)
		return 0;
	for (n = 1; seconds > period && n < 255; n++) {
		timeout = min(timeout << 1, EXS_TCP_RTO_MAX / HZ);
		period += timeout;
	}
	return n;
}

/**
 * exs_tcp_retrans_to_secs - the inverse of exs_tcp_secs_to_retrans()
 * @n: retransmissions
 *
 * Return: seconds.
 */
int exs_tcp_retrans_to_secs(u8 n)
{
	int timeout = EXS_TCP_RTO_INIT / HZ;
	int period = 0;

	if (!n)
		return 0;
	period = timeout;
	while (--n) {
		timeout = min(timeout << 1, EXS_TCP_RTO_MAX / HZ);
		period += timeout;
	}
	return period;
}

/* A lower one shows at once; a higher one reopens what was offered last. */
static int exs_tcp_opt_window_clamp(struct sock *sk, int val)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	u32 old = tp->window_clamp;
	u32 most;

	if (!val) {
		if (sk->sk_state != TCP_CLOSE)
			return -EINVAL;
		WRITE_ONCE(tp->window_clamp, 0);
		return 0;
	}
	most = max_t(int, val, SOCK_MIN_RCVBUF / 2);
	WRITE_ONCE(tp->window_clamp, most);
	if (most < old)
		tp->rcv_ssthresh = min(tp->rcv_ssthresh, most);
	else if (most > old)
		tp->rcv_ssthresh = max(tp->rcv_ssthresh,
				       min(tp->rcv_wnd, most));
	return 0;
}

/* 1: acknowledge at once from now on; 0: delay; even values: once. */
static void exs_tcp_opt_quickack(struct sock *sk, int val)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	if (!val) {
		exs_tcp_pingpong_enter(tp);
		return;
	}
	tp->ack.pingpong = 0;
	if (((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) &&
	    (tp->ack.pending & EXS_TCP_ACK_SCHED)) {
		tp->ack.pending |= EXS_TCP_ACK_PUSHED;
		exs_tcp_window_read(sk, 1);
		if (!(val & 1))
			exs_tcp_pingpong_enter(tp);
	}
}

static int exs_tcp_opt_set_u8(u8 *where, int val, int least, int most)
{
	if (val < least || val > most)
		return -EINVAL;
	WRITE_ONCE(*where, val);
	return 0;
}

static int exs_tcp_opt_keepintvl(struct exs_tcp_ext *ext, int val)
{
	if (val < 1 || val > EXS_TCP_KEEPALIVE_MAX)
		return -EINVAL;
	WRITE_ONCE(ext->keepalive_intvl, val);
	return 0;
}

static int exs_tcp_opt_maxseg(struct exs_tcp_ext *ext, int val)
{
	/* 0 goes back to the MSS of the route. */
	if (val && (val < (int)EXS_TCP_MIN_MSS || val > EXS_TCP_MAXSEG_MAX))
		return -EINVAL;
	WRITE_ONCE(ext->user_mss, val);
	return 0;
}

static int exs_tcp_opt_user_timeout(struct exs_tcp_ext *ext, int val)
{
	if (val < 0)
		return -EINVAL;
	WRITE_ONCE(ext->user_timeout, val);
	return 0;
}

/* Fast Open's, of those in tp->ext. */
static int exs_tcp_setsockopt_fo(struct sock *sk, struct exs_tcp_ext *ext,
				 int optname, int val)
{
	struct exs_net *en = exs_sock_net(sk);
	int state = 1 << sk->sk_state;

	switch (optname) {
	case TCP_FASTOPEN:
		if (val < 0 || !(state & (TCPF_CLOSE | TCPF_LISTEN)))
			return -EINVAL;
		exs_tcp_fo_keys_once(en);
		return exs_tcp_fo_queue_tune(sk, val);
	case TCP_FASTOPEN_CONNECT:
		if (val < 0 || val > 1)
			return -EINVAL;
		if (!(EXS_SYSCTL(en, tcp_fastopen) & EXS_TCP_FO_CLIENT))
			return -EOPNOTSUPP;
		if (state != TCPF_CLOSE)
			return -EINVAL;
		ext->fo_connect = val;
		return 0;
	case TCP_FASTOPEN_NO_COOKIE:
		if (!(state & (TCPF_CLOSE | TCPF_LISTEN)))
			return -EINVAL;
		return exs_tcp_opt_set_u8(&ext->fo_no_cookie, val, 0, 1);
	default:
		return -ENOPROTOOPT;
	}
}

/* Options that outlive a connection: in tp->ext. */
static int exs_tcp_setsockopt_ext(struct sock *sk, int optname, int val)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	struct exs_tcp_ext *ext = exs_tcp_ext_own(tp, GFP_KERNEL);

	if (!ext)
		return -ENOMEM;
	switch (optname) {
	case TCP_MAXSEG:
		return exs_tcp_opt_maxseg(ext, val);
	case TCP_KEEPIDLE:
		return exs_tcp_opt_keepidle(sk, ext, val);
	case TCP_KEEPINTVL:
		return exs_tcp_opt_keepintvl(ext, val);
	case TCP_KEEPCNT:
		return exs_tcp_opt_set_u8(&ext->keepalive_probes, val, 1,
					  EXS_TCP_KEEPCNT_MAX);
	case TCP_SYNCNT:
		return exs_tcp_opt_set_u8(&ext->syn_retries, val, 1,
					  EXS_TCP_SYNCNT_MAX);
	case TCP_SAVE_SYN:
		return exs_tcp_opt_set_u8(&ext->save_syn, val, 0, 2);
	case TCP_THIN_LINEAR_TIMEOUTS:
		return exs_tcp_opt_set_u8(&ext->thin_linear, val, 0, 1);
	case TCP_LINGER2:
		exs_tcp_opt_linger2(tp, ext, val);
		return 0;
	case TCP_DEFER_ACCEPT:
		WRITE_ONCE(ext->defer_accept, exs_tcp_secs_to_retrans(val));
		return 0;
	case TCP_USER_TIMEOUT:
		return exs_tcp_opt_user_timeout(ext, val);
	case TCP_TX_DELAY:
		exs_tcp_tx_delay_set(ext, val);
		return 0;
	case TCP_NOTSENT_LOWAT:
		WRITE_ONCE(ext->notsent_lowat, val);
		sk->sk_write_space(sk);
		return 0;
	default:
		return exs_tcp_setsockopt_fo(sk, ext, optname, val);
	}
}

/* Options whose value is an int. Locked. */
static int exs_tcp_setsockopt_int(struct sock *sk, int optname, int val)
{
	switch (optname) {
	case TCP_NODELAY:
		exs_tcp_opt_nodelay(sk, val);
		return 0;
	case TCP_CORK:
		exs_tcp_opt_cork(sk, val);
		return 0;
	case TCP_WINDOW_CLAMP:
		return exs_tcp_opt_window_clamp(sk, val);
	case TCP_QUICKACK:
		exs_tcp_opt_quickack(sk, val);
		return 0;
	case TCP_INQ:
		if (val < 0 || val > 1)
			return -EINVAL;
		exs_tcp_sk(sk)->inq = val;
		return 0;
	case TCP_THIN_DUPACK:
		/* Without effect since RACK. */
		return val < 0 || val > 1 ? -EINVAL : 0;
	case TCP_TIMESTAMP:
		/* For TCP_REPAIR only. */
		return -EPERM;
	default:
		return exs_tcp_setsockopt_ext(sk, optname, val);
	}
}

static int exs_tcp_set_congestion(struct sock *sk, sockptr_t optval,
				  unsigned int optlen)
{
	char name[EXS_CC_NAME_MAX];
	int err;

	if (optlen < 1)
		return -EINVAL;
	err = strncpy_from_sockptr(name, optval,
				   min_t(long, EXS_CC_NAME_MAX - 1, optlen));
	if (err < 0)
		return -EFAULT;
	name[err] = 0;
	lock_sock(sk);
	err = exs_cc_set(sk, name, true,
			 ns_capable(sock_net(sk)->user_ns, CAP_NET_ADMIN));
	release_sock(sk);
	return err;
}

/* TCP_ULP: there is none. */
static int exs_tcp_set_ulp(sockptr_t optval, unsigned int optlen)
{
	char name[EXS_TCP_ULP_NAME_MAX];

	if (optlen < 1)
		return -EINVAL;
	if (strncpy_from_sockptr(name, optval,
				 min_t(long, sizeof(name) - 1, optlen)) < 0)
		return -EFAULT;
	return -ENOENT;
}

/* TCP_FASTOPEN_KEY: one key, or two of them. */
static int exs_tcp_set_fo_key(struct sock *sk, sockptr_t optval,
			      unsigned int optlen)
{
	u8 key[EXS_TCP_FO_KEYS * EXS_TCP_FO_KEY_LEN];
	struct exs_tcp_ext *ext;
	int err = -ENOMEM;

	if (optlen != EXS_TCP_FO_KEY_LEN && optlen != sizeof(key))
		return -EINVAL;
	if (copy_from_sockptr(key, optval, optlen))
		return -EFAULT;
	lock_sock(sk);
	ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_KERNEL);
	if (ext)
		err = exs_tcp_fo_keys_set(&ext->fo_keys, key,
					  optlen == sizeof(key) ?
					  key + EXS_TCP_FO_KEY_LEN : NULL);
	release_sock(sk);
	return err;
}

/**
 * exs_tcp_setsockopt - set an option
 * @sk: socket
 * @level: IPPROTO_TCP; others go on to IP
 * @optname: TCP_*
 * @optval: value
 * @optlen: its length
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT, -ENOENT, -EPERM, -ENOMEM, -EUSERS.
 */
int exs_tcp_setsockopt(struct sock *sk, int level, int optname,
		       sockptr_t optval, unsigned int optlen)
{
	int val, err;

	if (level == IPPROTO_IP)
		return exs_sock_ip_setsockopt(sk, optname, optval, optlen);
	if (level != IPPROTO_TCP)
		return -ENOPROTOOPT;
	if (optname == TCP_CONGESTION)
		return exs_tcp_set_congestion(sk, optval, optlen);
	if (optname == TCP_FASTOPEN_KEY)
		return exs_tcp_set_fo_key(sk, optval, optlen);
	if (optname == TCP_ULP)
		return exs_tcp_set_ulp(optval, optlen);
	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_sockptr(&val, optval, sizeof(val)))
		return -EFAULT;
	if (optname == TCP_MD5SIG || optname == TCP_MD5SIG_EXT)
		return exs_tcp_md5_set(sk, optname, optval, optlen);
	lock_sock(sk);
	err = exs_tcp_setsockopt_int(sk, optname, val);
	release_sock(sk);
	return err;
}

static int exs_tcp_get_maxseg(const struct exs_tcp_sock *tp)
{
	if (tp->ext->user_mss &&
	    ((1 << tp->es.sk.sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		return tp->ext->user_mss;
	return tp->mss_cache;
}

static int exs_tcp_get_linger2(const struct exs_tcp_sock *tp)
{
	if (tp->linger2_neg)
		return -1;
	if (tp->ext->linger2)
		return tp->ext->linger2;
	return EXS_SYSCTL(exs_sock_net(&tp->es.sk), tcp_fin_timeout) / HZ;
}

static int exs_tcp_get_fo_queue(const struct exs_tcp_sock *tp)
{
	const struct exs_tcp_fo_queue *q = exs_tcp_ext(tp)->fo_queue;

	return q ? READ_ONCE(q->max) : 0;
}

static int exs_tcp_getsockopt_int(const struct sock *sk, int optname, int *val)
{
	const struct exs_tcp_sock *tp = exs_tcp_sk(sk);

	switch (optname) {
	case TCP_NODELAY:
		*val = !!(tp->nonagle & EXS_TCP_NAGLE_OFF);
		return 0;
	case TCP_CORK:
		*val = !!(tp->nonagle & EXS_TCP_NAGLE_CORK);
		return 0;
	case TCP_MAXSEG:
		*val = exs_tcp_get_maxseg(tp);
		return 0;
	case TCP_KEEPIDLE:
		*val = exs_tcp_keepalive_time(tp) / HZ;
		return 0;
	case TCP_KEEPINTVL:
		*val = exs_tcp_keepalive_intvl(tp) / HZ;
		return 0;
	case TCP_KEEPCNT:
		*val = exs_tcp_keepalive_probes(tp);
		return 0;
	case TCP_SYNCNT:
		*val = READ_ONCE(tp->ext->syn_retries) ?:
		       EXS_SYSCTL(exs_sock_net(sk), tcp_syn_retries);
		return 0;
	case TCP_SAVE_SYN:
		*val = READ_ONCE(exs_tcp_ext(tp)->save_syn);
		return 0;
	case TCP_LINGER2:
		*val = exs_tcp_get_linger2(tp);
		return 0;
	case TCP_DEFER_ACCEPT:
		*val = exs_tcp_retrans_to_secs(READ_ONCE(tp->ext->defer_accept));
		return 0;
	case TCP_WINDOW_CLAMP:
		*val = READ_ONCE(tp->window_clamp);
		return 0;
	case TCP_QUICKACK:
		*val = !exs_tcp_pingpong(tp);
		return 0;
	case TCP_INQ:
		*val = tp->inq;
		return 0;
	case TCP_THIN_LINEAR_TIMEOUTS:
		*val = READ_ONCE(tp->ext->thin_linear);
		return 0;
	case TCP_USER_TIMEOUT:
		*val = READ_ONCE(tp->ext->user_timeout);
		return 0;
	case TCP_TX_DELAY:
		*val = READ_ONCE(tp->ext->tx_delay);
		return 0;
	case TCP_NOTSENT_LOWAT:
		*val = READ_ONCE(tp->ext->notsent_lowat);
		return 0;
	case TCP_FASTOPEN:
		*val = exs_tcp_get_fo_queue(tp);
		return 0;
	case TCP_FASTOPEN_CONNECT:
		*val = READ_ONCE(tp->ext->fo_connect);
		return 0;
	case TCP_FASTOPEN_NO_COOKIE:
		*val = READ_ONCE(tp->ext->fo_no_cookie);
		return 0;
	case TCP_TIMESTAMP:
		/* In milliseconds: the lowest bit would say microseconds. */
		*val = (exs_clock_ms() + tp->tsoffset) & ~1;
		return 0;
	case TCP_THIN_DUPACK:
	case TCP_IS_MPTCP:
		*val = 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int exs_tcp_getsockopt_copy(char __user *optval, int __user *optlen,
				   int len, const void *data, int size)
{
	len = min(len, size);
	if (put_user(len, optlen))
		return -EFAULT;
	return copy_to_user(optval, data, len) ? -EFAULT : 0;
}

static int exs_tcp_getsockopt_cc(struct sock *sk, char __user *optval,
				 int __user *optlen, int len)
{
	char name[EXS_CC_NAME_MAX] = "";
	const struct exs_cc_ops *ops;

	lock_sock(sk);
	ops = exs_tcp_sk(sk)->cc.ops;
	if (ops)
		strscpy(name, ops->name, sizeof(name));
	release_sock(sk);
	return exs_tcp_getsockopt_copy(optval, optlen, len, name, sizeof(name));
}

static int exs_tcp_getsockopt_fo_key(struct sock *sk, char __user *optval,
				     int __user *optlen, int len)
{
	u8 key[EXS_TCP_FO_KEYS * EXS_TCP_FO_KEY_LEN];
	struct exs_tcp_ext *ext;
	unsigned int num = 0;

	lock_sock(sk);
	ext = (struct exs_tcp_ext *)exs_tcp_sk(sk)->ext;
	num = exs_tcp_fo_keys_get(&ext->fo_keys, key);
	release_sock(sk);
	return exs_tcp_getsockopt_copy(optval, optlen, len, key,
				       num * EXS_TCP_FO_KEY_LEN);
}

/**
 * exs_tcp_getsockopt - read an option
 * @sk: socket
 * @level: IPPROTO_TCP; others go on to IP
 * @optname: TCP_*
 * @optval: where to
 * @optlen: room, then length
 *
 * Context: process.
 * Return: 0, -EINVAL, -EFAULT, -ENOPROTOOPT, -EOPNOTSUPP (another level), and
 * what exs_tcp_zrecv_get() has.
 */
int exs_tcp_getsockopt(struct sock *sk, int level, int optname,
		       char __user *optval, int __user *optlen)
{
	union tcp_cc_info cc_info;
	struct tcp_info info;
	int len, val, err;

	if (level == IPPROTO_IP)
		return exs_sock_ip_getsockopt(sk, optname, optval, optlen);
	if (level != IPPROTO_TCP)
		return -EOPNOTSUPP;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	if (optname == TCP_INFO) {
		exs_tcp_get_info(sk, &info);
		return exs_tcp_getsockopt_copy(optval, optlen, len, &info,
					       sizeof(info));
	}
	if (optname == TCP_SAVED_SYN)
		return exs_tcp_saved_syn_get(sk, optval, optlen);
	if (optname == TCP_CC_INFO) {
		val = exs_cc_info(sk, &cc_info);
		return exs_tcp_getsockopt_copy(optval, optlen, len, &cc_info,
					       val);
	}
	if (optname == TCP_CONGESTION)
		return exs_tcp_getsockopt_cc(sk, optval, optlen, len);
	if (optname == TCP_FASTOPEN_KEY)
		return exs_tcp_getsockopt_fo_key(sk, optval, optlen, len);
	if (optname == TCP_ULP)
		return exs_tcp_getsockopt_copy(optval, optlen, len, "", 0);
	if (optname == TCP_ZEROCOPY_RECEIVE)
		return exs_tcp_zrecv_get(sk, optval, optlen, len);
	err = exs_tcp_getsockopt_int(sk, optname, &val);
	if (err)
		return err;
	return exs_tcp_getsockopt_copy(optval, optlen, len, &val, sizeof(val));
}
