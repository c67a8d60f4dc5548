// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: keys of MD5 signatures.
 * Flow:   TCP_MD5SIG, TCP_MD5SIG_EXT, a listener's child, TIME-WAIT -> [here]
 * Owns:   exs_tcp_ext.md5, exs_tcp_tw.md5
 * Locks:  socket lock held by who adds and removes; readers are under RCU
 * Spec:   RFC 2385 4.5; tcp(7)
 * Tests:  kunit/tcp/tcp_md5_key_kunit.c
 *
 * A key is for the peers of a prefix, and may be for those of one VRF alone. A
 * socket finds the one for its peer with each segment, so keys can be added,
 * replaced and removed at any time. A child of a listener gets the one key that
 * its peer has there.
 */
#include <linux/slab.h>
#include <net/l3mdev.h>

#include "tcp/tcp_priv.h"

static void exs_tcp_md5_key_free_rcu(struct rcu_head *head)
{
	/* Nobody is to find it in memory later. */
	kfree_sensitive(container_of(head, struct exs_tcp_md5_key, rcu));
}

static void exs_tcp_md5_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct exs_tcp_md5, rcu));
	static_branch_slow_dec_deferred(&exs_tcp_md5_needed);
}

/* What the user means; errors as AF_INET has them. */
static int exs_tcp_md5_parse(const struct sock *sk, int optname,
			     const struct tcp_md5sig *cmd,
			     struct exs_tcp_md5_key *key)
{
	const struct sockaddr_in *sin = (const void *)&cmd->tcpm_addr;
	bool ext = optname == TCP_MD5SIG_EXT;
	struct net_device *dev;

	if (sin->sin_family != AF_INET && sin->sin_family != AF_EXPSTACK)
		return -EINVAL;
	key->addr = sin->sin_addr.s_addr;
	key->flags = cmd->tcpm_flags & TCP_MD5SIG_FLAG_IFINDEX;
	key->prefixlen = 32;
	if (ext && cmd->tcpm_flags & TCP_MD5SIG_FLAG_PREFIX)
		key->prefixlen = cmd->tcpm_prefixlen;
	if (key->prefixlen > 32)
		return -EINVAL;
	if (ext && key->flags && cmd->tcpm_ifindex) {
		rcu_read_lock();
		dev = dev_get_by_index_rcu(sock_net(sk), cmd->tcpm_ifindex);
		if (dev && netif_is_l3_master(dev))
			key->l3index = dev->ifindex;
		rcu_read_unlock();
		if (!key->l3index)
			return -EINVAL;
	}
	if (cmd->tcpm_keylen > TCP_MD5SIG_MAXKEYLEN)
		return -EINVAL;
	key->len = cmd->tcpm_keylen;
	memcpy(key->key, cmd->tcpm_key, key->len);
	return 0;
}

static struct exs_tcp_md5 *exs_tcp_md5_locked(const struct sock *sk)
{
	return rcu_dereference_protected(exs_tcp_sk(sk)->ext->md5,
					 lockdep_sock_is_held(sk));
}

/* The key that was set by the same words. */
static struct exs_tcp_md5_key *
exs_tcp_md5_exact(const struct sock *sk, const struct exs_tcp_md5_key *like)
{
	struct exs_tcp_md5 *md5 = exs_tcp_md5_locked(sk);
	struct exs_tcp_md5_key *key;

	if (!md5)
		return NULL;
	hlist_for_each_entry(key, &md5->keys, node)
		if (key->addr == like->addr &&
		    key->prefixlen == like->prefixlen &&
		    key->l3index == like->l3index && key->flags == like->flags)
			return key;
	return NULL;
}

/* Each segment is signed by itself: packets of several are over for good. */
static void exs_tcp_md5_no_gso(struct sock *sk)
{
	sk_gso_disable(sk);
	sk->sk_gso_max_size = 0;
	sk->sk_gso_max_segs = 1;
	exs_tcp_sk(sk)->gso_segs = 1;
}

/* The place for the socket's keys. */
static struct exs_tcp_md5 *exs_tcp_md5_own(struct sock *sk)
{
	struct exs_tcp_ext *ext = exs_tcp_ext_own(exs_tcp_sk(sk), GFP_KERNEL);
	struct exs_tcp_md5 *md5;

	if (!ext)
		return ERR_PTR(-ENOMEM);
	md5 = exs_tcp_md5_locked(sk);
	if (md5)
		return md5;
	md5 = kzalloc(sizeof(*md5), GFP_KERNEL);
	if (!md5)
		return ERR_PTR(-ENOMEM);
	if (!static_branch_inc(&exs_tcp_md5_needed.key)) {
		kfree(md5);
		return ERR_PTR(-EUSERS);
	}
	rcu_assign_pointer(ext->md5, md5);
	exs_tcp_md5_no_gso(sk);
	return md5;
}

static int exs_tcp_md5_add(struct sock *sk, const struct exs_tcp_md5_key *like)
{
	struct exs_tcp_md5 *md5 = exs_tcp_md5_own(sk);
	struct exs_tcp_md5_key *key, *old;

	if (IS_ERR(md5))
		return PTR_ERR(md5);
	old = exs_tcp_md5_exact(sk, like);
	/* In another's place it is paid for. */
	key = old ? kmalloc(sizeof(*key), GFP_KERNEL) :
		    sock_kmalloc(sk, sizeof(*key), GFP_KERNEL);
	if (!key)
		return -ENOMEM;
	*key = *like;
	if (!old) {
		hlist_add_head_rcu(&key->node, &md5->keys);
		return 0;
	}
	hlist_replace_rcu(&old->node, &key->node);
	call_rcu(&old->rcu, exs_tcp_md5_key_free_rcu);
	return 0;
}

static int exs_tcp_md5_del(struct sock *sk, const struct exs_tcp_md5_key *like)
{
	struct exs_tcp_md5_key *key = exs_tcp_md5_exact(sk, like);

	if (!key)
		return -ENOENT;
	hlist_del_rcu(&key->node);
	atomic_sub(sizeof(*key), &sk->sk_omem_alloc);
	call_rcu(&key->rcu, exs_tcp_md5_key_free_rcu);
	return 0;
}

/**
 * exs_tcp_md5_set - TCP_MD5SIG, TCP_MD5SIG_EXT
 * @sk: socket, in any state
 * @optname: which of them
 * @optval: struct tcp_md5sig; a key of no bytes removes the one that is there
 * @optlen: its size
 *
 * Context: process; takes the socket lock.
 * Return: 0, -EINVAL, -EFAULT, -ENOENT, -ENOMEM, -EUSERS.
 */
int exs_tcp_md5_set(struct sock *sk, int optname, sockptr_t optval,
		    unsigned int optlen)
{
	struct exs_tcp_md5_key key = { };
	struct tcp_md5sig cmd;
	int err = -EFAULT;

	if (optlen < sizeof(cmd))
		return -EINVAL;
	if (copy_from_sockptr(&cmd, optval, sizeof(cmd)))
		goto out;
	err = exs_tcp_md5_parse(sk, optname, &cmd, &key);
	/* May load a module: not with the socket locked. */
	if (!err && key.len)
		err = exs_tcp_md5_alloc_tfm();
	if (err)
		goto out;
	lock_sock(sk);
	err = key.len ? exs_tcp_md5_add(sk, &key) : exs_tcp_md5_del(sk, &key);
	release_sock(sk);
out:
	memzero_explicit(&cmd, sizeof(cmd));
	memzero_explicit(&key, sizeof(key));
	return err;
}

/* A copy that counts as somebody's. */
static struct exs_tcp_md5_key *
exs_tcp_md5_copy(const struct exs_tcp_md5_key *from)
{
	struct exs_tcp_md5_key *key = kmemdup(from, sizeof(*key),
					      GFP_ATOMIC | __GFP_NOWARN);

	if (!key)
		return NULL;
	if (static_key_fast_inc_not_disabled(&exs_tcp_md5_needed.key.key))
		return key;
	kfree_sensitive(key);
	return NULL;
}

/**
 * exs_tcp_md5_inherit - the key of a child
 * @lsk: the listener
 * @c: the child's connection
 * @ext: what the child will have; not shared yet, or what all share
 *
 * Context: softirq, RCU held.
 * Return: 0; -ENOMEM: there must be no child, it would talk unsigned.
 */
int exs_tcp_md5_inherit(const struct sock *lsk, const struct exs_conn *c,
			struct exs_tcp_ext *ext)
{
	const struct exs_tcp_md5_key *from = exs_tcp_md5_key(lsk, c);
	struct exs_tcp_md5_key *key;
	struct exs_tcp_md5 *md5;

	if (likely(!from))
		return 0;
	/* The listener's first option, set since: the peer tries again. */
	if (ext == &exs_tcp_ext_none)
		return -ENOMEM;
	md5 = kzalloc(sizeof(*md5), GFP_ATOMIC | __GFP_NOWARN);
	if (!md5)
		return -ENOMEM;
	key = exs_tcp_md5_copy(from);
	if (!key) {
		kfree(md5);
		return -ENOMEM;
	}
	key->addr = c->raddr;
	key->prefixlen = 32;
	key->l3index = l3mdev_master_ifindex_by_index(c->net, c->bound_dev_if);
	hlist_add_head(&key->node, &md5->keys);
	rcu_assign_pointer(ext->md5, md5);
	return 0;
}

/**
 * exs_tcp_md5_adopt - a child is there: it pays for its key
 * @sk: the child, not shared yet
 */
void exs_tcp_md5_adopt(struct sock *sk)
{
	if (likely(!rcu_access_pointer(exs_tcp_sk(sk)->ext->md5)))
		return;
	atomic_add(sizeof(struct exs_tcp_md5_key), &sk->sk_omem_alloc);
	exs_tcp_md5_no_gso(sk);
}

/**
 * exs_tcp_md5_free - who had keys goes
 * @ext: the socket's; of a child that is not to be, too
 * @sk: the socket, or NULL: nobody has paid for them
 */
void exs_tcp_md5_free(struct exs_tcp_ext *ext, struct sock *sk)
{
	struct exs_tcp_md5 *md5 = rcu_dereference_protected(ext->md5, true);
	struct exs_tcp_md5_key *key;
	struct hlist_node *next;

	if (likely(!md5))
		return;
	RCU_INIT_POINTER(ext->md5, NULL);
	hlist_for_each_entry_safe(key, next, &md5->keys, node) {
		hlist_del_rcu(&key->node);
		if (sk)
			atomic_sub(sizeof(*key), &sk->sk_omem_alloc);
		call_rcu(&key->rcu, exs_tcp_md5_key_free_rcu);
	}
	call_rcu(&md5->rcu, exs_tcp_md5_free_rcu);
}

/**
 * exs_tcp_md5_keep - the key of a TIME-WAIT
 * @sk: the socket that becomes one
 *
 * Without memory its ACKs are not signed, and the peer will not believe them.
 *
 * Context: socket lock held.
 * Return: a copy, to be given to exs_tcp_md5_forget(); NULL: none.
 */
struct exs_tcp_md5_key *exs_tcp_md5_keep(const struct sock *sk)
{
	const struct exs_tcp_md5_key *key;

	key = exs_tcp_md5_key(sk, &exs_sk(sk)->conn);
	return unlikely(key) ? exs_tcp_md5_copy(key) : NULL;
}

/**
 * exs_tcp_md5_forget - a TIME-WAIT goes
 * @key: its key; nobody reads it any more
 */
void exs_tcp_md5_forget(struct exs_tcp_md5_key *key)
{
	if (likely(!key))
		return;
	kfree_sensitive(key);
	static_branch_slow_dec_deferred(&exs_tcp_md5_needed);
}

/**
 * exs_tcp_md5_show - the keys of a socket, for who may know them
 * @sk: the socket
 * @info: filled, the latest first
 * @most: entries it has
 *
 * Context: any but hard interrupt.
 * Return: how many keys there are.
 */
unsigned int exs_tcp_md5_show(const struct sock *sk,
			      struct tcp_diag_md5sig *info, unsigned int most)
{
	const struct exs_tcp_md5_key *key;
	const struct exs_tcp_md5 *md5;
	unsigned int n = 0;

	rcu_read_lock();
	md5 = rcu_dereference(exs_tcp_ext(exs_tcp_sk(sk))->md5);
	if (!md5)
		goto out;
	hlist_for_each_entry_rcu(key, &md5->keys, node) {
		if (n++ >= most)
			continue;
		memset(info, 0, sizeof(*info));
		info->tcpm_family = AF_INET;
		info->tcpm_prefixlen = key->prefixlen;
		info->tcpm_keylen = key->len;
		info->tcpm_addr[0] = key->addr;
		memcpy(info->tcpm_key, key->key, key->len);
		info++;
	}
out:
	rcu_read_unlock();
	return n;
}
