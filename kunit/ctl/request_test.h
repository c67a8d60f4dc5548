/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ctl: requests and dumps as generic netlink hands them to an
 * operation, in the first namespace.
 */
#ifndef _EXS_CTL_REQUEST_TEST_H
#define _EXS_CTL_REQUEST_TEST_H

#include "ctl_kunit.h"
#include "ctl/ctl_priv.h"
#include "ctl/genl_policy.h"

#define EXS_CTL_TEST_ATTRS	48

struct exs_ctl_test_req {
	struct sk_buff *skb;		/* the attributes */
	struct nlmsghdr nlh;
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct netlink_ext_ack extack;
	struct genl_info info;
};

/* An empty request; attributes are put into ->skb. */
static inline struct exs_ctl_test_req *exs_ctl_test_req(struct kunit *test,
							u16 flags)
{
	struct exs_ctl_test_req *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->skb = exs_ctl_test_msg(test);
	r->nlh.nlmsg_flags = flags;
	r->info.nlhdr = &r->nlh;
	r->info.attrs = r->attrs;
	r->info.extack = &r->extack;
	r->info.family = &exs_ctl_family;
	genl_info_net_set(&r->info, &init_net);
	return r;
}

/* Do it; the request is used up. */
static inline int exs_ctl_test_do(struct kunit *test, struct exs_ctl_test_req *r,
				  int (*doit)(struct sk_buff *, struct genl_info *))
{
	int err;

	exs_ctl_test_parse(test, r->skb, r->attrs, EXS_CTL_TEST_ATTRS - 1);
	err = doit(r->skb, &r->info);
	kfree_skb(r->skb);
	return err;
}

struct exs_ctl_test_dump {
	struct netlink_callback cb;
	struct genl_dumpit_info dump;
	struct nlmsghdr nlh;
	struct nlattr *attrs[EXS_CTL_TEST_ATTRS];
	struct sk_buff *req;
	struct sk_buff *page;
};

/* A dump with pages of so many bytes; an attribute, or 0. */
static inline struct exs_ctl_test_dump *
exs_ctl_test_dump(struct kunit *test, unsigned int room, int attr, u32 value)
{
	struct exs_ctl_test_dump *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, d);
	d->req = exs_ctl_test_msg(test);
	if (attr)
		nla_put_u32(d->req, attr, value);
	exs_ctl_test_parse(test, d->req, d->attrs, EXS_CTL_TEST_ATTRS - 1);
	d->req->sk = init_net.genl_sock;
	d->page = alloc_skb(room, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, d->page);
	/* What the allocator gave on top is not to be used. */
	skb_reserve(d->page, skb_tailroom(d->page) - room);
	d->cb.skb = d->req;
	d->cb.nlh = &d->nlh;
	d->cb.data = &d->dump;
	d->dump.info.attrs = d->attrs;
	genl_info_net_set(&d->dump.info, &init_net);
	return d;
}

/* Another page of the same dump. */
static inline void exs_ctl_test_turn(struct exs_ctl_test_dump *d)
{
	skb_trim(d->page, 0);
}

static inline void exs_ctl_test_end(struct exs_ctl_test_dump *d)
{
	d->req->sk = NULL;
	kfree_skb(d->req);
	kfree_skb(d->page);
}

/* Row n of a page, its attributes in attrs; false: there is none. */
static inline bool exs_ctl_test_row(struct kunit *test, struct sk_buff *page,
				    unsigned int n, struct nlattr **attrs, int max)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)page->data;
	int left = page->len;

	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		if (n--)
			continue;
		KUNIT_ASSERT_EQ(test, 0,
				nla_parse(attrs, max,
					  nlmsg_attrdata(nlh, GENL_HDRLEN),
					  nlmsg_attrlen(nlh, GENL_HDRLEN),
					  NULL, NULL));
		return true;
	}
	return false;
}

#endif /* _EXS_CTL_REQUEST_TEST_H */
