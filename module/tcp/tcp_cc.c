// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: the registry of congestion controls.
 * Flow:   socket(2), TCP_CONGESTION, sysctl -> [here] -> cc/
 * Owns:   exs_cc_list; a module's reference for each socket that uses it
 * Locks:  exs_cc_mutex for writers, RCU for readers
 * Spec:   RFC 5681 3.1 for the building blocks
 * Tests:  kunit/tcp/tcp_cc_kunit.c
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/rculist.h>

#include "tcp/tcp_priv.h"

static LIST_HEAD(exs_cc_list);
static DEFINE_MUTEX(exs_cc_mutex);

/* RCU or the mutex held. */
static struct exs_cc_ops *exs_cc_find(const char *name)
{
	struct exs_cc_ops *ops;

	list_for_each_entry_rcu(ops, &exs_cc_list, list,
				lockdep_is_held(&exs_cc_mutex))
		if (!strcmp(ops->name, name))
			return ops;
	return NULL;
}

/* Find, and pin the module. */
static struct exs_cc_ops *exs_cc_get(const char *name)
{
	struct exs_cc_ops *ops;

	rcu_read_lock();
	ops = exs_cc_find(name);
	if (ops && !try_module_get(ops->owner))
		ops = NULL;
	rcu_read_unlock();
	return ops;
}

/* As exs_cc_get(), and load the module when need be. May sleep. */
static struct exs_cc_ops *exs_cc_get_load(const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get(name);

	if (ops)
		return ops;
	request_module("expstack-cc-%s", name);
	return exs_cc_get(name);
}

/**
 * exs_cc_register - a congestion control becomes available
 * @ops: stays valid until exs_cc_unregister()
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: a required operation is missing; -EEXIST: name taken.
 */
int exs_cc_register(struct exs_cc_ops *ops)
{
	int err = 0;

	if (!ops->name || !ops->ssthresh || !ops->undo_cwnd ||
	    !(ops->cong_avoid || ops->cong_control) ||
	    strlen(ops->name) >= EXS_CC_NAME_MAX)
		return -EINVAL;
	mutex_lock(&exs_cc_mutex);
	if (exs_cc_find(ops->name))
		err = -EEXIST;
	else
		list_add_tail_rcu(&ops->list, &exs_cc_list);
	mutex_unlock(&exs_cc_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(exs_cc_register);

/**
 * exs_cc_unregister - a congestion control goes
 * @ops: no socket uses it: each holds a reference to its module
 *
 * Context: process, sleeps for an RCU grace period.
 */
void exs_cc_unregister(struct exs_cc_ops *ops)
{
	mutex_lock(&exs_cc_mutex);
	list_del_rcu(&ops->list);
	mutex_unlock(&exs_cc_mutex);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(exs_cc_unregister);

/* Begin with what the algorithm remembers, once data may flow. */
static void exs_cc_start(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;

	cc->started = 1;
	memset(cc->priv, 0, sizeof(cc->priv));
	if (cc->ops->init)
		cc->ops->init(cc);
}

/**
 * exs_cc_assign - the congestion control of a new socket
 * @sk: socket; a child has a copy of its listener's choice
 *
 * The one chosen by TCP_CONGESTION, else the namespace's default, else Reno.
 *
 * Context: any; the socket is not shared yet or locked.
 */
void exs_cc_assign(struct sock *sk)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	const struct exs_cc_ops *ops = NULL;

	if (cc->setsockopt && cc->ops && try_module_get(cc->ops->owner))
		ops = cc->ops;
	if (!ops) {
		cc->setsockopt = 0;
		ops = exs_cc_get(exs_sock_net(sk)->sysctl.tcp_congestion_control);
	}
	if (!ops) {
		ops = &exs_cc_reno;
		__module_get(ops->owner);
	}
	cc->ops = ops;
	cc->started = 0;
}

/**
 * exs_cc_init_transfer - data may flow
 * @sk: socket
 *
 * Context: socket lock held.
 */
void exs_cc_init_transfer(struct sock *sk)
{
	exs_cc_start(sk);
}

static void exs_cc_stop(struct exs_cc *cc)
{
	if (cc->started && cc->ops->release)
		cc->ops->release(cc);
	cc->started = 0;
	module_put(cc->ops->owner);
}

/**
 * exs_cc_cleanup - the connection is over
 * @sk: socket
 *
 * ops stays as the memory of what was chosen; it is not to be called.
 *
 * Context: socket lock held.
 */
void exs_cc_cleanup(struct sock *sk)
{
	exs_cc_stop(&exs_tcp_sk(sk)->cc);
}

/**
 * exs_cc_set - TCP_CONGESTION
 * @sk: socket
 * @name: of the algorithm
 * @load: load its module when need be
 * @admin: may choose restricted ones
 *
 * Context: process, socket locked.
 * Return: 0, -ENOENT, -EPERM.
 */
int exs_cc_set(struct sock *sk, const char *name, bool load, bool admin)
{
	struct exs_cc *cc = &exs_tcp_sk(sk)->cc;
	bool started = cc->started;
	struct exs_cc_ops *ops;

	ops = load && admin ? exs_cc_get_load(name) : exs_cc_get(name);
	if (!ops)
		return -ENOENT;
	if (ops == cc->ops) {
		cc->setsockopt = 1;
		module_put(ops->owner);
		return 0;
	}
	if (!admin && !(ops->flags & EXS_CC_NON_RESTRICTED)) {
		module_put(ops->owner);
		return -EPERM;
	}
	exs_cc_stop(cc);
	cc->ops = ops;
	cc->setsockopt = 1;
	if (started)
		exs_cc_start(sk);
	return 0;
}

/**
 * exs_cc_set_default - the default of a namespace
 * @en: namespace
 * @name: of the algorithm
 *
 * Context: process, may load a module.
 * Return: 0, -ENOENT.
 */
int exs_cc_set_default(struct exs_net *en, const char *name)
{
	struct exs_cc_ops *ops = exs_cc_get_load(name);

	if (!ops)
		return -ENOENT;
	mutex_lock(&exs_cc_mutex);
	/* Whoever may set the default opens it to every user. */
	ops->flags |= EXS_CC_NON_RESTRICTED;
	strscpy(en->sysctl.tcp_congestion_control, ops->name,
		sizeof(en->sysctl.tcp_congestion_control));
	mutex_unlock(&exs_cc_mutex);
	module_put(ops->owner);
	return 0;
}

/**
 * exs_cc_get_default - the default of a namespace
 * @en: namespace
 * @name: EXS_CC_NAME_MAX bytes, filled
 *
 * Context: process.
 */
void exs_cc_get_default(struct exs_net *en, char *name)
{
	mutex_lock(&exs_cc_mutex);
	strscpy(name, en->sysctl.tcp_congestion_control, EXS_CC_NAME_MAX);
	mutex_unlock(&exs_cc_mutex);
}

/**
 * exs_cc_get_available - names of all, separated by blanks
 * @buf: filled
 * @len: its size
 */
void exs_cc_get_available(char *buf, size_t len)
{
	struct exs_cc_ops *ops;
	size_t at = 0;

	*buf = 0;
	rcu_read_lock();
	list_for_each_entry_rcu(ops, &exs_cc_list, list)
		at += scnprintf(buf + at, len - at, "%s%s", at ? " " : "",
				ops->name);
	rcu_read_unlock();
}

/**
 * exs_cc_slow_start - one segment more for each acknowledged
 * @cc: congestion state
 * @acked: segments
 *
 * Return: those left when ssthresh was reached.
 */
u32 exs_cc_slow_start(struct exs_cc *cc, u32 acked)
{
	u32 cwnd = min(cc->cwnd + acked, cc->ssthresh);

	acked -= cwnd - cc->cwnd;
	cc->cwnd = min(cwnd, cc->cwnd_clamp);
	return acked;
}
EXPORT_SYMBOL_GPL(exs_cc_slow_start);

/**
 * exs_cc_cong_avoid_ai - additive increase
 * @cc: congestion state
 * @w: segments to be acknowledged for one of growth
 * @acked: segments
 */
void exs_cc_cong_avoid_ai(struct exs_cc *cc, u32 w, u32 acked)
{
	/* w may have become smaller since the fraction was gathered. */
	if (cc->cwnd_cnt >= w) {
		cc->cwnd_cnt = 0;
		cc->cwnd++;
	}
	cc->cwnd_cnt += acked;
	if (cc->cwnd_cnt >= w) {
		cc->cwnd += cc->cwnd_cnt / w;
		cc->cwnd_cnt %= w;
	}
	cc->cwnd = min(cc->cwnd, cc->cwnd_clamp);
}
EXPORT_SYMBOL_GPL(exs_cc_cong_avoid_ai);
