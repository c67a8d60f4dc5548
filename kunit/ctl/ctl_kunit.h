/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: what its suites share.
 */
#ifndef _EXS_CTL_KUNIT_H
#define _EXS_CTL_KUNIT_H

#include <kunit/test.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

/* A message to be filled, freed with the test. */
static inline struct sk_buff *exs_ctl_test_msg(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(NLMSG_GOODSIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	return skb;
}

/* The attributes of a message; they are the message's. */
static inline void exs_ctl_test_parse(struct kunit *test, struct sk_buff *skb,
				      struct nlattr **attrs, int max)
{
	KUNIT_ASSERT_EQ(test, 0,
			nla_parse(attrs, max, (struct nlattr *)skb->data,
				  skb->len, NULL, NULL));
}

/* A file whose text is in seq->buf. */
static inline void exs_ctl_test_seq(struct kunit *test, struct seq_file *seq,
				    size_t size)
{
	memset(seq, 0, sizeof(*seq));
	seq->buf = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seq->buf);
	seq->size = size;
	seq->private = &init_net;
}

#endif /* _EXS_CTL_KUNIT_H */
