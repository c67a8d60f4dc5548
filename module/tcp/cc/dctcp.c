// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: DCTCP, a module of its own (expstack_dctcp.ko).
 * Flow:   tcp_ecn, tcp_ack, tcp_recovery -> exs_cc_ops -> [here]
 * Owns:   struct exs_dctcp in exs_cc.priv
 * Locks:  socket lock held by the caller
 * Spec:   RFC 8257
 * Tests:  kunit/tcp/cc_dctcp_kunit.c, qemu/wire/ecn/dctcp-*.drill,
 *         qemu/tests/ecn.sh
 *
 * Switches mark by CE as soon as a short queue builds up. The receiver echoes of
 * each segment whether it was marked; the sender takes the part that was, alpha,
 * as the measure of congestion: a window that is marked all through is halved,
 * one that is marked here and there falls by little. Growth and losses are Reno's.
 *
 * Where the peer does not agree to ECN, dctcp-reno takes the connection over.
 */
#include <linux/inet_diag.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include <expstack/cc.h>

#include "dctcp.h"

struct exs_dctcp {
	u32 alpha;		/* the part that is marked, of EXS_DCTCP_ONE */
	u32 window_end;		/* a window is over when this is acknowledged */
	u32 delivered;		/* of the connection when it began */
	u32 delivered_ce;
	u32 loss_cwnd;		/* cwnd before the last reduction */
	bool ce;		/* the peer's last segment was marked */
};

static unsigned int exs_dctcp_shift_g = 4;
static unsigned int exs_dctcp_alpha_on_init = EXS_DCTCP_ONE;

static int exs_dctcp_set_shift_g(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 0, EXS_DCTCP_SHIFT);
}

static const struct kernel_param_ops exs_dctcp_shift_g_param = {
	.set = exs_dctcp_set_shift_g,
	.get = param_get_uint,
};

module_param_cb(dctcp_shift_g, &exs_dctcp_shift_g_param, &exs_dctcp_shift_g,
		0644);
MODULE_PARM_DESC(dctcp_shift_g, "a window counts 1/2^n in alpha, 0 to 10");
module_param_named(dctcp_alpha_on_init, exs_dctcp_alpha_on_init, uint, 0644);
MODULE_PARM_DESC(dctcp_alpha_on_init, "alpha of a new connection, of 1024");

static const struct exs_cc_ops exs_dctcp_reno;

static void exs_dctcp_begin_window(struct exs_cc *cc, u32 delivered,
				   u32 delivered_ce)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	d->window_end = exs_cc_snd_nxt(cc);
	d->delivered = delivered;
	d->delivered_ce = delivered_ce;
}

static void exs_dctcp_init(struct exs_cc *cc)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	if (!exs_cc_ecn_ok(cc)) {
		WRITE_ONCE(cc->ops, &exs_dctcp_reno);
		return;
	}
	d->alpha = min(READ_ONCE(exs_dctcp_alpha_on_init), EXS_DCTCP_ONE);
	exs_dctcp_begin_window(cc, cc->delivered, exs_cc_delivered_ce(cc));
}

/* RFC 8257 3.3. */
static void exs_dctcp_in_ack(struct exs_cc *cc, u32 delivered, u32 delivered_ce)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	if ((s32)(exs_cc_snd_una(cc) - d->window_end) < 0)
		return;
	d->alpha = exs_dctcp_alpha(d->alpha, delivered - d->delivered,
				   delivered_ce - d->delivered_ce,
				   READ_ONCE(exs_dctcp_shift_g));
	exs_dctcp_begin_window(cc, delivered, delivered_ce);
}

static u32 exs_dctcp_ssthresh(struct exs_cc *cc)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	d->loss_cwnd = cc->cwnd;
	return exs_dctcp_window(cc->cwnd, d->alpha);
}

/* RFC 8257 3.5: a loss is a loss, whatever alpha says. */
static void exs_dctcp_loss(struct exs_cc *cc)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	d->loss_cwnd = cc->cwnd;
	cc->ssthresh = exs_cc_reno_ssthresh(cc);
}

static void exs_dctcp_set_state(struct exs_cc *cc, enum exs_ca_state state)
{
	if (state == EXS_CA_RECOVERY)
		exs_dctcp_loss(cc);
}

/* RFC 8257 3.2. */
static void exs_dctcp_text(struct exs_cc *cc, bool ce)
{
	struct exs_dctcp *d = exs_cc_priv(cc);

	exs_cc_echo_ce(cc, ce, ce != d->ce);
	d->ce = ce;
}

static void exs_dctcp_event(struct exs_cc *cc, enum exs_cc_event event)
{
	switch (event) {
	case EXS_CC_ECN_IS_CE:
		exs_dctcp_text(cc, true);
		break;
	case EXS_CC_ECN_NO_CE:
		exs_dctcp_text(cc, false);
		break;
	case EXS_CC_LOSS:
		exs_dctcp_loss(cc);
		break;
	default:
		break;
	}
}

static u32 exs_dctcp_undo_cwnd(struct exs_cc *cc)
{
	const struct exs_dctcp *d = exs_cc_priv(cc);

	return max(cc->cwnd, d->loss_cwnd);
}

static size_t exs_dctcp_get_info(const struct exs_cc *cc, void *info, int *attr)
{
	const struct exs_dctcp *d = (const void *)cc->priv;
	struct tcp_dctcp_info *i = info;

	memset(i, 0, sizeof(*i));
	*attr = INET_DIAG_DCTCPINFO;
	if (cc->ops == &exs_dctcp_reno)
		return sizeof(*i);
	i->dctcp_enabled = 1;
	i->dctcp_ce_state = d->ce;
	i->dctcp_alpha = d->alpha;
	i->dctcp_ab_ecn = cc->mss * (exs_cc_delivered_ce(cc) - d->delivered_ce);
	i->dctcp_ab_tot = cc->mss * (cc->delivered - d->delivered);
	return sizeof(*i);
}

static struct exs_cc_ops exs_dctcp_ops = {
	.name = "dctcp",
	.owner = THIS_MODULE,
	.flags = EXS_CC_NEEDS_ECN,
	.init = exs_dctcp_init,
	.ssthresh = exs_dctcp_ssthresh,
	.cong_avoid = exs_cc_reno_cong_avoid,
	.undo_cwnd = exs_dctcp_undo_cwnd,
	.in_ack = exs_dctcp_in_ack,
	.set_state = exs_dctcp_set_state,
	.cwnd_event = exs_dctcp_event,
	.get_info = exs_dctcp_get_info,
};

/* Never registered: nobody chooses it. */
static const struct exs_cc_ops exs_dctcp_reno = {
	.name = "dctcp-reno",
	.owner = THIS_MODULE,
	.ssthresh = exs_cc_reno_ssthresh,
	.cong_avoid = exs_cc_reno_cong_avoid,
	.undo_cwnd = exs_cc_reno_undo_cwnd,
	.get_info = exs_dctcp_get_info,
};

static int __init exs_dctcp_module_init(void)
{
	BUILD_BUG_ON(sizeof(struct exs_dctcp) > sizeof_field(struct exs_cc, priv));
	return exs_cc_register(&exs_dctcp_ops);
}

static void __exit exs_dctcp_module_exit(void)
{
	exs_cc_unregister(&exs_dctcp_ops);
}

module_init(exs_dctcp_module_init);
module_exit(exs_dctcp_module_exit);

MODULE_DESCRIPTION("expstack congestion control: DCTCP");
MODULE_LICENSE("GPL");
