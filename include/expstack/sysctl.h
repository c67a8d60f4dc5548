/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: run-time settings of a namespace, /proc/sys/net/expstack/.
 *
 * Names, units and defaults are those of net.ipv4. core/sysctl_table.c holds
 * the one table (name, place, kind, range, default); ctl/sysctl.c shows it.
 * Readers use READ_ONCE(); a change takes effect with the next packet or
 * socket that reads it.
 */
#ifndef _EXPSTACK_SYSCTL_H
#define _EXPSTACK_SYSCTL_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct exs_cc_ops;
struct exs_net;

struct exs_sysctl {
	/* ip */
	int ip_default_ttl;
	int ip_forward;
	int ip_no_pmtu_disc;
	int ip_forward_use_pmtu;
	int ip_forward_update_priority;
	int ip_nonlocal_bind;
	int ip_unprivileged_port_start;
	int ip_local_port_range[2];
	int ip_autobind_reuse;
	int fwmark_reflect;
	int min_pmtu;			/* route/min_pmtu */
	int mtu_expires;		/* route/mtu_expires, jiffies */
	int ipfrag_high_thresh;		/* bytes */
	int ipfrag_low_thresh;
	int ipfrag_time;		/* jiffies */
	int ipfrag_max_dist;
	/* icmp */
	int icmp_echo_ignore_all;
	int icmp_echo_ignore_broadcasts;
	int icmp_ignore_bogus_error_responses;
	int icmp_errors_use_inbound_ifaddr;
	int icmp_ratelimit;		/* jiffies */
	int icmp_ratemask;
	int icmp_msgs_per_sec;
	int icmp_msgs_burst;
	int ping_group_range[2];
	/* neighbours, neigh/default/ */
	int neigh_gc_thresh1;
	int neigh_gc_thresh2;
	int neigh_gc_thresh3;
	int neigh_base_reachable_time;	/* jiffies */
	int neigh_retrans_time;		/* jiffies */
	int neigh_gc_stale_time;	/* jiffies */
	int neigh_delay_first_probe_time; /* jiffies */
	int neigh_mcast_solicit;
	int neigh_ucast_solicit;
	int neigh_unres_qlen_bytes;
	/* sockets */
	int rmem_default;
	int wmem_default;
	/* udp */
	int udp_rmem_min;
	int udp_wmem_min;
	/* tcp */
	int tcp_rmem[3];
	int tcp_wmem[3];
	int tcp_syn_retries;
	int tcp_syn_linear_timeouts;
	int tcp_synack_retries;
	int tcp_retries1;
	int tcp_retries2;
	int tcp_orphan_retries;
	int tcp_fin_timeout;		/* jiffies */
	int tcp_keepalive_time;		/* jiffies */
	int tcp_keepalive_intvl;	/* jiffies */
	int tcp_keepalive_probes;
	int tcp_max_syn_backlog;
	int tcp_syncookies;
	int tcp_max_tw_buckets;
	int tcp_max_orphans;
	int tcp_tw_reuse;
	int tcp_abort_on_overflow;
	int tcp_stdurg;
	int tcp_fwmark_accept;
	int tcp_rfc1337;
	int tcp_window_scaling;
	int tcp_timestamps;
	int tcp_sack;
	int tcp_dsack;
	int tcp_ecn;
	int tcp_ecn_fallback;
	int tcp_moderate_rcvbuf;
	int tcp_adv_win_scale;
	int tcp_app_win;
	int tcp_shrink_window;
	int tcp_workaround_signed_windows;
	int tcp_limit_output_bytes;
	int tcp_challenge_ack_limit;
	int tcp_invalid_ratelimit;	/* jiffies */
	int tcp_slow_start_after_idle;
	int tcp_pingpong_thresh;
	int tcp_reordering;
	int tcp_max_reordering;
	int tcp_recovery;		/* EXS_TCP_RECOVERY_* */
	int tcp_comp_sack_delay_ns;
	int tcp_comp_sack_slack_ns;
	int tcp_comp_sack_nr;
	int tcp_backlog_ack_defer;
	int tcp_early_retrans;		/* 3, 4: tail loss probes */
	int tcp_frto;
	int tcp_fack;			/* this and the next: no effect */
	int tcp_low_latency;
	int tcp_min_tso_segs;
	int tcp_tso_win_divisor;
	int tcp_tso_rtt_log;
	int tcp_pacing_ss_ratio;	/* percent */
	int tcp_pacing_ca_ratio;
	int tcp_notsent_lowat;
	int tcp_fastopen;		/* EXS_TCP_FO_* */
	int tcp_fastopen_blackhole_timeout_sec;
	int tcp_no_metrics_save;
	int tcp_no_ssthresh_metrics_save;
	int tcp_base_mss;
	int tcp_min_snd_mss;
	int tcp_mtu_probing;		/* 1: after a black hole, 2: always */
	int tcp_mtu_probe_floor;
	int tcp_probe_interval;		/* jiffies */
	int tcp_probe_threshold;
	int tcp_autocorking;
	int tcp_rto_min_us;
	int tcp_retrans_collapse;
	int tcp_thin_linear_timeouts;
	int tcp_reflect_tos;
	int tcp_min_rtt_wlen;		/* seconds */
	int somaxconn;			/* core/somaxconn of the namespace */
	/* its module pinned; written under exs_cc_mutex (tcp_cc.c) */
	struct exs_cc_ops __rcu *tcp_congestion_control;
};

enum exs_sysctl_kind {
	EXS_SYSCTL_INT,		/* plain */
	EXS_SYSCTL_UINT,	/* shown and taken without a sign, no range */
	EXS_SYSCTL_JIFFIES,	/* shown in seconds, kept in jiffies */
	EXS_SYSCTL_MS_JIFFIES,	/* shown in ms, kept in jiffies */
	EXS_SYSCTL_INT2,
	EXS_SYSCTL_INT3,
	EXS_SYSCTL_CC,		/* congestion control by name */
};

struct exs_sysctl_desc {
	const char *dir;	/* "" or "route", "neigh/default" */
	const char *name;
	u32 offset;		/* in struct exs_sysctl */
	enum exs_sysctl_kind kind;
	int min;
	int max;
	int def[3];		/* in the unit shown */
};

extern const struct exs_sysctl_desc exs_sysctl_table[];
extern const unsigned int exs_sysctl_count;

void exs_sysctl_defaults(struct exs_sysctl *s);

#define EXS_SYSCTL(en, field)	READ_ONCE((en)->sysctl.field)

#endif /* _EXPSTACK_SYSCTL_H */
