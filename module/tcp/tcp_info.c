// SPDX-License-Identifier: GPL-2.0
/*
 * expstack tcp: TCP_INFO.
 * Flow:   getsockopt(2), sock_diag, netlink -> [here]
 * Owns:   nothing
 * Locks:  takes the socket lock; of a listener it reads racily
 * Spec:   struct tcp_info of linux/tcp.h
 * Tests:  kunit/tcp/tcp_info_kunit.c, qemu/tests/iperf3.sh
 */
#include "tcp/tcp_priv.h"

static void exs_tcp_info_options(const struct exs_tcp_sock *tp,
				 struct tcp_info *info)
{
	if (tp->tstamp_ok)
		info->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if (tp->sack_ok)
		info->tcpi_options |= TCPI_OPT_SACK;
	if (tp->wscale_ok) {
		info->tcpi_options |= TCPI_OPT_WSCALE;
		info->tcpi_snd_wscale = tp->snd_wscale;
		info->tcpi_rcv_wscale = tp->rcv_wscale;
	}
	if (tp->ecn_ok)
		info->tcpi_options |= TCPI_OPT_ECN;
	if (tp->ecn_seen)
		info->tcpi_options |= TCPI_OPT_ECN_SEEN;
	if (tp->ext->syn_data_acked)
		info->tcpi_options |= TCPI_OPT_SYN_DATA;
	info->tcpi_fastopen_client_fail = tp->ext->fo_fail;
}

static void exs_tcp_info_times(const struct exs_tcp_sock *tp,
			       struct tcp_info *info)
{
	u32 now = (u32)jiffies;

	info->tcpi_rto = jiffies_to_usecs(tp->rto);
	info->tcpi_ato = jiffies_to_usecs(tp->ack.ato);
	info->tcpi_last_data_sent = jiffies_to_msecs(now - tp->lsndtime);
	info->tcpi_last_data_recv = jiffies_to_msecs(now - tp->ack.lrcvtime);
	info->tcpi_last_ack_recv = jiffies_to_msecs(now - tp->rcv_tstamp);
	info->tcpi_rtt = tp->cc.srtt_us >> 3;
	info->tcpi_rttvar = tp->mdev_us >> 2;
	info->tcpi_min_rtt = tp->cc.min_rtt_us;
	info->tcpi_rcv_rtt = tp->rcv_rtt_us >> 3;
}

static void exs_tcp_info_counts(const struct exs_tcp_sock *tp,
				struct tcp_info *info)
{
	info->tcpi_retransmits = tp->retransmits;
	info->tcpi_probes = tp->probes_out;
	info->tcpi_backoff = tp->backoff;
	info->tcpi_unacked = tp->packets_out;
	info->tcpi_sacked = tp->sacked_out;
	info->tcpi_lost = tp->lost_out;
	info->tcpi_retrans = tp->retrans_out;
	info->tcpi_total_retrans = tp->total_retrans;
	info->tcpi_bytes_acked = tp->bytes_acked;
	info->tcpi_bytes_received = tp->bytes_received;
	info->tcpi_bytes_sent = tp->bytes_sent;
	info->tcpi_bytes_retrans = tp->ext->bytes_retrans;
	info->tcpi_segs_out = tp->segs_out;
	info->tcpi_segs_in = tp->segs_in;
	info->tcpi_data_segs_in = tp->data_segs_in;
	info->tcpi_data_segs_out = tp->data_segs_out;
	info->tcpi_notsent_bytes = max_t(int, 0, tp->write_seq - tp->snd_nxt);
	info->tcpi_delivered = tp->cc.delivered;
	info->tcpi_delivered_ce = tp->ext->delivered_ce;
	info->tcpi_rcv_ooopack = tp->ext->rcv_ooopack;
}

static void exs_tcp_info_recovery(const struct exs_tcp_sock *tp,
				  struct tcp_info *info)
{
	const struct exs_tcp_ext *ext = exs_tcp_ext(tp);

	info->tcpi_rehash = ext->rehash;
	info->tcpi_reord_seen = ext->reord_seen;
	info->tcpi_dsack_dups = ext->dsack_dups;
	info->tcpi_total_rto = ext->total_rto;
	info->tcpi_total_rto_recoveries = ext->rto_recoveries;
	info->tcpi_total_rto_time = ext->rto_time;
	if (ext->rto_stamp)
		info->tcpi_total_rto_time += (u32)div_u64(exs_clock_us(),
							  USEC_PER_MSEC) -
					     ext->rto_stamp;
}

/**
 * exs_tcp_get_info - the state of a connection as Linux's struct shows it
 * @sk: socket
 * @info: filled
 *
 * Context: process.
 */
void exs_tcp_get_info(struct sock *sk, struct tcp_info *info)
{
	struct exs_tcp_sock *tp = exs_tcp_sk(sk);
	bool slow;

	memset(info, 0, sizeof(*info));
	info->tcpi_state = READ_ONCE(sk->sk_state);
	info->tcpi_pacing_rate = READ_ONCE(sk->sk_pacing_rate);
	info->tcpi_max_pacing_rate = READ_ONCE(sk->sk_max_pacing_rate);
	info->tcpi_reordering = tp->reordering;
	info->tcpi_snd_cwnd = tp->cc.cwnd;
	if (info->tcpi_state == TCP_LISTEN) {
		info->tcpi_unacked = READ_ONCE(sk->sk_ack_backlog);
		info->tcpi_sacked = READ_ONCE(sk->sk_max_ack_backlog);
		return;
	}
	slow = lock_sock_fast(sk);
	info->tcpi_ca_state = tp->cc.ca_state;
	exs_tcp_info_options(tp, info);
	exs_tcp_info_times(tp, info);
	exs_tcp_info_counts(tp, info);
	exs_tcp_info_recovery(tp, info);
	exs_tcp_chrono_read(tp, info);
	info->tcpi_snd_mss = tp->mss_cache;
	info->tcpi_rcv_mss = tp->ack.rcv_mss;
	info->tcpi_pmtu = tp->pmtu;
	info->tcpi_advmss = tp->advmss;
	info->tcpi_rcv_ssthresh = tp->rcv_ssthresh;
	info->tcpi_snd_ssthresh = tp->cc.ssthresh;
	info->tcpi_rcv_space = tp->rcvq_space;
	info->tcpi_snd_wnd = tp->snd_wnd;
	info->tcpi_rcv_wnd = tp->rcv_wnd;
	info->tcpi_delivery_rate = exs_tcp_rate_bytes(tp);
	info->tcpi_delivery_rate_app_limited = tp->rate_app_limited;
	unlock_sock_fast(sk, slow);
}
