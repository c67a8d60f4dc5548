// SPDX-License-Identifier: GPL-2.0
/*
 * A template of a congestion control, to start one's own from: it grows by
 * alpha segments in a round trip, and a loss takes 1/2^beta_shift of the window.
 *
 *   insmod expstack_template.ko alpha=2
 *   sysctl net.expstack.tcp_congestion_control=template
 *
 * or TCP_CONGESTION on a socket, which loads expstack_NAME by itself. The module
 * is pinned while a socket or a namespace uses it. What an algorithm may look at
 * and what each operation means is in include/expstack/cc.h; every operation
 * runs with the socket locked and must not sleep.
 */
#include <linux/minmax.h>
#include <linux/module.h>

#include <expstack/cc.h>

static uint alpha = 1;
module_param(alpha, uint, 0644);
MODULE_PARM_DESC(alpha, "segments of growth in a round trip");

static uint beta_shift = 1;
module_param(beta_shift, uint, 0644);
MODULE_PARM_DESC(beta_shift, "a loss takes 1/2^beta_shift of the window");

/* A connection's own state: at most sizeof(cc->priv), zero at the start. */
struct exs_template {
	u32 losses;
};

static u32 exs_template_ssthresh(struct exs_cc *cc)
{
	struct exs_template *t = exs_cc_priv(cc);

	t->losses++;
	return max(cc->cwnd - (cc->cwnd >> min(beta_shift, 31U)), 2U);
}

static void exs_template_cong_avoid(struct exs_cc *cc,
				    const struct exs_cc_ack *ack)
{
	u32 acked = exs_cc_past_slow_start(cc, ack);

	if (acked)
		exs_cc_cong_avoid_ai(cc, max(cc->cwnd / max(alpha, 1U), 1U),
				     acked);
}

static struct exs_cc_ops exs_template = {
	.name = "template",
	.owner = THIS_MODULE,
	.ssthresh = exs_template_ssthresh,
	.cong_avoid = exs_template_cong_avoid,
	.undo_cwnd = exs_cc_reno_undo_cwnd,
};

static int __init exs_template_init(void)
{
	BUILD_BUG_ON(sizeof(struct exs_template) > sizeof_field(struct exs_cc, priv));
	return exs_cc_register(&exs_template);
}

static void __exit exs_template_exit(void)
{
	exs_cc_unregister(&exs_template);
}

module_init(exs_template_init);
module_exit(exs_template_exit);

MODULE_DESCRIPTION("expstack sample: a congestion control to start from");
MODULE_LICENSE("GPL");
