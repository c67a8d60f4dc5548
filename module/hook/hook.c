// SPDX-License-Identifier: GPL-2.0
/*
 * expstack hook: registration and running of the five hook points.
 * Flow:   exs_hook_run() at a point of the packet path -> [here] -> owner's fn
 * Owns:   exs_hook_keys[], struct exs_hook_net
 * Locks:  exs_hook_mutex for registration; packets read under RCU
 * Tests:  kunit/hook/hook_kunit.c, qemu/tests/hook_sample.sh
 */
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <expstack/drop.h>
#include <expstack/hook.h>

/* A hook that says REPEAT more often than this to one packet is stuck. */
#define EXS_HOOK_REPEAT_MAX	8

/*
 * The hooks of one point in one namespace, in the order in which they run.
 * Never changed once published: a change publishes a new array and frees the
 * old one after a grace period.
 */
struct exs_hook_array {
	struct rcu_head rcu;
	unsigned int n;
	struct {
		exs_hook_fn fn;
		void *priv;
	} hook[] __counted_by(n);
};

/* A namespace's hooks. Lists are in order of running; under exs_hook_mutex. */
struct exs_hook_net {
	struct exs_hook_array __rcu *array[EXS_HOOK_MAX];
	struct list_head ops[EXS_HOOK_MAX];
};

static DEFINE_MUTEX(exs_hook_mutex);

DEFINE_STATIC_KEY_ARRAY_FALSE(exs_hook_keys, EXS_HOOK_MAX);

/* Publish what the list says. A hook must be removable without memory. */
static int exs_hook_publish_locked(struct exs_hook_net *hn, unsigned int point,
				   gfp_t gfp)
{
	struct exs_hook_array *old, *new = NULL;
	struct exs_hook_ops *ops;
	size_t n;

	lockdep_assert_held(&exs_hook_mutex);
	n = list_count_nodes(&hn->ops[point]);
	if (n) {
		new = kzalloc(struct_size(new, hook, n), gfp);
		if (!new)
			return -ENOMEM;
		new->n = n;
		n = 0;
		list_for_each_entry(ops, &hn->ops[point], list) {
			new->hook[n].fn = ops->fn;
			new->hook[n++].priv = ops->priv;
		}
	}
	old = rcu_replace_pointer(hn->array[point], new,
				  lockdep_is_held(&exs_hook_mutex));
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

static void exs_hook_insert_locked(struct exs_hook_net *hn,
				   struct exs_hook_ops *ops)
{
	struct exs_hook_ops *pos;

	lockdep_assert_held(&exs_hook_mutex);
	list_for_each_entry(pos, &hn->ops[ops->point], list)
		if (pos->priority > ops->priority)
			break;
	/* Behind all of equal priority; at the end where none is behind. */
	list_add_tail(&ops->list, &pos->list);
}

/**
 * exs_hook_register - let a function see the packets of a point
 * @ops: filled but for list; the owner's, constant until unregistered
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: no such point or no function; -ENODEV: the namespace is
 * going away; -ENOMEM.
 */
int exs_hook_register(struct exs_hook_ops *ops)
{
	struct exs_hook_net *hn;
	int err = -ENODEV;

	if (ops->point >= EXS_HOOK_MAX || !ops->fn)
		return -EINVAL;
	mutex_lock(&exs_hook_mutex);
	INIT_LIST_HEAD(&ops->list);
	hn = exs_net(ops->net)->hook;
	if (!hn)
		goto out;
	exs_hook_insert_locked(hn, ops);
	err = exs_hook_publish_locked(hn, ops->point, GFP_KERNEL);
	if (err)
		list_del_init(&ops->list);
	else
		static_branch_inc(&exs_hook_keys[ops->point]);
out:
	mutex_unlock(&exs_hook_mutex);
	return err;
}
EXPORT_SYMBOL_GPL(exs_hook_register);

static void exs_hook_remove(struct exs_hook_ops *ops)
{
	struct exs_hook_net *hn;

	mutex_lock(&exs_hook_mutex);
	/* Empty: never registered, or its namespace has ended before. */
	if (ops->list.next && !list_empty(&ops->list)) {
		hn = exs_net(ops->net)->hook;
		list_del_init(&ops->list);
		exs_hook_publish_locked(hn, ops->point,
					GFP_KERNEL | __GFP_NOFAIL);
		static_branch_dec(&exs_hook_keys[ops->point]);
	}
	mutex_unlock(&exs_hook_mutex);
}

/**
 * exs_hook_unregister - show a function no more packets
 * @ops: as registered
 *
 * When it returns, no CPU runs the function any more.
 *
 * Context: process, may sleep.
 */
void exs_hook_unregister(struct exs_hook_ops *ops)
{
	exs_hook_unregister_many(ops, 1);
}
EXPORT_SYMBOL_GPL(exs_hook_unregister);

/**
 * exs_hook_register_many - register all of an array or none
 * @ops: array
 * @n: how many
 *
 * Context: process, may sleep.
 * Return: as exs_hook_register() of the first that failed.
 */
int exs_hook_register_many(struct exs_hook_ops *ops, unsigned int n)
{
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		err = exs_hook_register(&ops[i]);
		if (err) {
			exs_hook_unregister_many(ops, i);
			return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL_GPL(exs_hook_register_many);

/**
 * exs_hook_unregister_many - unregister an array with one grace period
 * @ops: array
 * @n: how many
 *
 * Context: process, may sleep.
 */
void exs_hook_unregister_many(struct exs_hook_ops *ops, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		exs_hook_remove(&ops[i]);
	synchronize_net();
}
EXPORT_SYMBOL_GPL(exs_hook_unregister_many);

/**
 * exs_hook_slow - run the hooks of a point of a namespace
 * @skb: the packet; the caller keeps it only when 1 comes back
 * @st: where the packet is
 *
 * Context: softirq or process, RCU held.
 * Return: 1 go on, 0 stolen, -EPERM dropped.
 */
int exs_hook_slow(struct sk_buff *skb, const struct exs_hook_state *st)
{
	struct exs_hook_net *hn = READ_ONCE(st->en->hook);
	enum exs_drop_reason reason = EXS_DROP_HOOK;
	const struct exs_hook_array *a;
	unsigned int i, repeat;

	a = hn ? rcu_dereference(hn->array[st->point]) : NULL;
	if (!a)
		return 1;
	for (i = 0; i < a->n; i++) {
		repeat = 0;
again:
		switch (a->hook[i].fn(a->hook[i].priv, skb, st)) {
		case EXS_HOOK_ACCEPT:
			continue;
		case EXS_HOOK_STOLEN:
			return 0;
		case EXS_HOOK_REPEAT:
			if (++repeat <= EXS_HOOK_REPEAT_MAX)
				goto again;
			reason = EXS_DROP_HOOK_REPEAT;
			break;
		case EXS_HOOK_QUEUE:
			reason = EXS_DROP_HOOK_QUEUE;
			break;
		case EXS_HOOK_DROP:
			break;
		}
		exs_drop(skb, reason);
		return -EPERM;
	}
	return 1;
}

static int exs_hook_net_init(struct exs_net *en)
{
	struct exs_hook_net *hn = kzalloc(sizeof(*hn), GFP_KERNEL);
	unsigned int i;

	if (!hn)
		return -ENOMEM;
	for (i = 0; i < EXS_HOOK_MAX; i++)
		INIT_LIST_HEAD(&hn->ops[i]);
	mutex_lock(&exs_hook_mutex);
	WRITE_ONCE(en->hook, hn);
	mutex_unlock(&exs_hook_mutex);
	return 0;
}

/*
 * Owners that are still registered (their own end of the namespace may come
 * after ours) find themselves on no list and unregister without effect.
 */
static void exs_hook_net_exit(struct exs_net *en)
{
	struct exs_hook_net *hn = en->hook;
	struct exs_hook_ops *ops, *tmp;
	unsigned int i;

	mutex_lock(&exs_hook_mutex);
	for (i = 0; i < EXS_HOOK_MAX; i++) {
		list_for_each_entry_safe(ops, tmp, &hn->ops[i], list) {
			list_del_init(&ops->list);
			static_branch_dec(&exs_hook_keys[i]);
		}
		exs_hook_publish_locked(hn, i, GFP_KERNEL);
	}
	WRITE_ONCE(en->hook, NULL);
	mutex_unlock(&exs_hook_mutex);
	synchronize_net();
	kfree(hn);
}

const struct exs_layer exs_hook_layer = {
	.name = "hook",
	.net_init = exs_hook_net_init,
	.net_exit = exs_hook_net_exit,
};
