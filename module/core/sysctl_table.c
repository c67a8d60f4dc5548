// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: every run-time setting: name, place, kind, range, default.
 * Flow:   namespace born -> defaults; ctl/sysctl.c shows the table in /proc/sys
 * Owns:   exs_sysctl_table[]
 * Locks:  none; values are single words, read with READ_ONCE
 * Tests:  kunit/core/sysctl_table_kunit.c
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <expstack/sysctl.h>

#define EXS_ROW(d, n, f, k, lo, hi, ...) {				\
	.dir = d, .name = n, .offset = offsetof(struct exs_sysctl, f),	\
	.kind = EXS_SYSCTL_##k, .min = lo, .max = hi, .def = { __VA_ARGS__ } }
#define EXS_INT(f, lo, hi, def)	EXS_ROW("", #f, f, INT, lo, hi, def)
#define EXS_SEC(f, lo, hi, def)	EXS_ROW("", #f, f, JIFFIES, lo, hi, def)
#define EXS_NEIGH(n, k, lo, hi, def)					\
	EXS_ROW("neigh/default", #n, neigh_##n, k, lo, hi, def)

const struct exs_sysctl_desc exs_sysctl_table[] = {
	EXS_INT(ip_default_ttl, 1, 255, 64),
	EXS_INT(ip_forward, INT_MIN, INT_MAX, 0),
	EXS_INT(ip_no_pmtu_disc, 0, 255, 0),
	EXS_INT(ip_forward_use_pmtu, 0, 255, 0),
	EXS_INT(ip_forward_update_priority, 0, 1, 1),
	EXS_INT(ip_nonlocal_bind, 0, 255, 0),
	EXS_INT(ip_unprivileged_port_start, 0, 65535, 1024),
	EXS_ROW("", "ip_local_port_range", ip_local_port_range, INT2, 1, 65535,
		32768, 60999),
	EXS_INT(ip_autobind_reuse, 0, 1, 0),
	EXS_INT(fwmark_reflect, 0, 255, 0),
	EXS_ROW("route", "min_pmtu", min_pmtu, INT, 68, INT_MAX, 552),
	EXS_ROW("route", "mtu_expires", mtu_expires, JIFFIES, 0, INT_MAX / HZ, 600),
	EXS_INT(ipfrag_high_thresh, 0, INT_MAX, 4 << 20),
	EXS_INT(ipfrag_low_thresh, 0, INT_MAX, 3 << 20),
	EXS_SEC(ipfrag_time, 0, INT_MAX / HZ, 30),
	EXS_INT(ipfrag_max_dist, 0, INT_MAX, 64),

	EXS_INT(icmp_echo_ignore_all, 0, 1, 0),
	EXS_INT(icmp_echo_ignore_broadcasts, 0, 1, 1),
	EXS_INT(icmp_ignore_bogus_error_responses, 0, 1, 1),
	EXS_INT(icmp_errors_use_inbound_ifaddr, 0, 1, 0),
	EXS_ROW("", "icmp_ratelimit", icmp_ratelimit, MS_JIFFIES, 0, INT_MAX,
		1000),
	EXS_INT(icmp_ratemask, INT_MIN, INT_MAX, 6168),
	EXS_INT(icmp_msgs_per_sec, 0, INT_MAX, 1000),
	EXS_INT(icmp_msgs_burst, 0, INT_MAX, 50),
	EXS_ROW("", "ping_group_range", ping_group_range, INT2, 0, INT_MAX,
		1, 0),

	EXS_NEIGH(gc_thresh1, INT, 0, INT_MAX, 128),
	EXS_NEIGH(gc_thresh2, INT, 0, INT_MAX, 512),
	EXS_NEIGH(gc_thresh3, INT, 0, INT_MAX, 1024),
	EXS_ROW("neigh/default", "base_reachable_time_ms",
		neigh_base_reachable_time, MS_JIFFIES, 1, INT_MAX, 30000),
	EXS_ROW("neigh/default", "retrans_time_ms", neigh_retrans_time,
		MS_JIFFIES, 1, INT_MAX, 1000),
	EXS_NEIGH(gc_stale_time, JIFFIES, 0, INT_MAX / HZ, 60),
	EXS_NEIGH(delay_first_probe_time, JIFFIES, 0, INT_MAX / HZ, 5),
	EXS_NEIGH(mcast_solicit, INT, 0, 255, 3),
	EXS_NEIGH(ucast_solicit, INT, 0, 255, 3),
	EXS_NEIGH(unres_qlen_bytes, INT, 0, INT_MAX, 212992),

	EXS_INT(rmem_default, 2048, INT_MAX, 212992),
	EXS_INT(wmem_default, 4096, INT_MAX, 212992),
	EXS_INT(udp_rmem_min, 1, INT_MAX, 4096),
	EXS_INT(udp_wmem_min, 1, INT_MAX, 4096),

	EXS_ROW("", "tcp_rmem", tcp_rmem, INT3, 4096, INT_MAX,
		4096, 131072, 6291456),
	EXS_ROW("", "tcp_wmem", tcp_wmem, INT3, 1, INT_MAX, 4096, 16384, 4194304),
	EXS_INT(tcp_syn_retries, 1, 127, 6),
	EXS_INT(tcp_syn_linear_timeouts, 0, 127, 4),
	EXS_INT(tcp_synack_retries, 0, 255, 5),
	EXS_INT(tcp_retries1, 0, 255, 3),
	EXS_INT(tcp_retries2, 0, 255, 15),
	EXS_INT(tcp_orphan_retries, 0, 255, 0),
	EXS_SEC(tcp_fin_timeout, 0, INT_MAX / HZ, 60),
	EXS_SEC(tcp_keepalive_time, 0, INT_MAX / HZ, 7200),
	EXS_SEC(tcp_keepalive_intvl, 0, INT_MAX / HZ, 75),
	EXS_INT(tcp_keepalive_probes, 0, 255, 9),
	EXS_INT(tcp_max_syn_backlog, INT_MIN, INT_MAX, 1024),
	EXS_INT(tcp_syncookies, 0, 255, 1),
	EXS_INT(tcp_max_tw_buckets, INT_MIN, INT_MAX, 65536),
	EXS_INT(tcp_max_orphans, INT_MIN, INT_MAX, 65536),
	EXS_INT(tcp_tw_reuse, 0, 2, 2),
	EXS_INT(tcp_abort_on_overflow, 0, 255, 0),
	EXS_INT(tcp_stdurg, 0, 255, 0),
	EXS_INT(tcp_fwmark_accept, 0, 255, 0),
	EXS_INT(tcp_rfc1337, 0, 255, 0),
	EXS_INT(tcp_window_scaling, 0, 255, 1),
	EXS_INT(tcp_timestamps, 0, 255, 1),
	EXS_INT(tcp_sack, 0, 255, 1),
	EXS_INT(tcp_dsack, 0, 255, 1),
	EXS_INT(tcp_ecn, 0, 2, 2),
	EXS_INT(tcp_ecn_fallback, 0, 1, 1),
	EXS_INT(tcp_moderate_rcvbuf, 0, 255, 1),
	EXS_INT(tcp_adv_win_scale, -31, 31, 1),
	EXS_INT(tcp_app_win, 0, 31, 31),
	EXS_INT(tcp_shrink_window, 0, 1, 0),
	EXS_INT(tcp_workaround_signed_windows, 0, 255, 0),
	EXS_INT(tcp_limit_output_bytes, INT_MIN, INT_MAX, 1 << 20),
	EXS_INT(tcp_challenge_ack_limit, INT_MIN, INT_MAX, INT_MAX),
	EXS_ROW("", "tcp_invalid_ratelimit", tcp_invalid_ratelimit, MS_JIFFIES,
		0, INT_MAX, 500),
	EXS_INT(tcp_slow_start_after_idle, 0, 255, 1),
	EXS_INT(tcp_pingpong_thresh, 1, 255, 1),
	EXS_INT(tcp_reordering, 1, U16_MAX, 3),
	EXS_INT(tcp_max_reordering, 1, INT_MAX, 300),
	EXS_INT(tcp_recovery, 0, 255, 1),
	EXS_INT(tcp_early_retrans, 0, 4, 3),
	EXS_INT(tcp_frto, 0, 255, 2),
	EXS_INT(tcp_fack, 0, 255, 0),
	EXS_INT(tcp_low_latency, INT_MIN, INT_MAX, 0),
	EXS_INT(tcp_comp_sack_delay_ns, 0, INT_MAX, NSEC_PER_MSEC),
	EXS_INT(tcp_comp_sack_slack_ns, 0, INT_MAX, 100 * NSEC_PER_USEC),
	EXS_INT(tcp_comp_sack_nr, 0, 255, 44),
	EXS_INT(tcp_backlog_ack_defer, 0, 1, 1),
	EXS_INT(tcp_min_tso_segs, 1, 255, 2),
	EXS_INT(tcp_tso_win_divisor, 0, 255, 3),
	EXS_INT(tcp_tso_rtt_log, 0, 31, 9),
	EXS_INT(tcp_pacing_ss_ratio, 0, 1000, 200),
	EXS_INT(tcp_pacing_ca_ratio, 0, 1000, 120),
	EXS_ROW("", "tcp_notsent_lowat", tcp_notsent_lowat, UINT, -1, INT_MAX, -1),
	EXS_INT(tcp_fastopen, INT_MIN, INT_MAX, 1),
	EXS_INT(tcp_fastopen_blackhole_timeout_sec, 0, INT_MAX, 0),
	EXS_INT(tcp_no_metrics_save, 0, 255, 0),
	EXS_INT(tcp_no_ssthresh_metrics_save, 0, 1, 1),
	EXS_INT(tcp_base_mss, INT_MIN, INT_MAX, 1024),
	EXS_INT(tcp_min_snd_mss, 48, 65535, 48),
	EXS_INT(tcp_mtu_probing, 0, 255, 0),
	EXS_INT(tcp_mtu_probe_floor, 48, 65535, 48),
	EXS_SEC(tcp_probe_interval, 0, INT_MAX / HZ, 600),
	EXS_INT(tcp_probe_threshold, INT_MIN, INT_MAX, 8),
	EXS_INT(tcp_autocorking, 0, 1, 1),
	EXS_INT(tcp_rto_min_us, 1, INT_MAX, 200000),
	EXS_INT(tcp_retrans_collapse, 0, 255, 1),
	EXS_INT(tcp_thin_linear_timeouts, 0, 255, 0),
	EXS_INT(tcp_reflect_tos, 0, 1, 0),
	EXS_INT(tcp_min_rtt_wlen, 0, 86400, 300),
	EXS_ROW("core", "somaxconn", somaxconn, INT, 0, INT_MAX, 4096),
	EXS_ROW("", "tcp_congestion_control", tcp_congestion_control, CC, 0, 0, 0),
};

const unsigned int exs_sysctl_count = ARRAY_SIZE(exs_sysctl_table);

static int exs_sysctl_unit(enum exs_sysctl_kind kind, int shown)
{
	switch (kind) {
	case EXS_SYSCTL_JIFFIES:
		return shown * HZ;
	case EXS_SYSCTL_MS_JIFFIES:
		return msecs_to_jiffies(shown);
	default:
		return shown;
	}
}

/**
 * exs_sysctl_defaults - a new namespace's settings
 * @s: to be filled
 */
void exs_sysctl_defaults(struct exs_sysctl *s)
{
	unsigned int i, k;

	for (i = 0; i < exs_sysctl_count; i++) {
		const struct exs_sysctl_desc *d = &exs_sysctl_table[i];
		int *p = (void *)s + d->offset;
		unsigned int n = 1;

		if (d->kind == EXS_SYSCTL_CC)
			continue;
		if (d->kind == EXS_SYSCTL_INT2)
			n = 2;
		else if (d->kind == EXS_SYSCTL_INT3)
			n = 3;
		for (k = 0; k < n; k++)
			p[k] = exs_sysctl_unit(d->kind, d->def[k]);
	}
}
