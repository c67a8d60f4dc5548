// SPDX-License-Identifier: GPL-2.0
/*
 * expctl ss -i: what TCP_INFO says, in the words of ss, and the keys of
 * TCP_MD5SIG.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "expctl/ss.h"

#define EC_SSTHRESH_INF		0x7fffffff	/* nothing was lost yet */

static void ec_ss_info_options(const struct tcp_info *i)
{
	if (i->tcpi_options & TCPI_OPT_TIMESTAMPS)
		ec_out_flag("ts", " ts");
	if (i->tcpi_options & TCPI_OPT_SACK)
		ec_out_flag("sack", " sack");
	if (i->tcpi_options & TCPI_OPT_ECN)
		ec_out_flag("ecn", " ecn");
	if (i->tcpi_options & TCPI_OPT_ECN_SEEN)
		ec_out_flag("ecnseen", " ecnseen");
	if (i->tcpi_options & TCPI_OPT_WSCALE) {
		ec_out_num("snd_wscale", " wscale:%" PRIu64,
			   i->tcpi_snd_wscale);
		ec_out_num("rcv_wscale", ",%" PRIu64, i->tcpi_rcv_wscale);
	}
}

static void ec_ss_info_times(const struct tcp_info *i)
{
	if (i->tcpi_rto)
		ec_out_text(" rto:%g", i->tcpi_rto / 1000.0);
	ec_out_num("rto_us", NULL, i->tcpi_rto);
	if (i->tcpi_backoff)
		ec_out_num("backoff", " backoff:%" PRIu64, i->tcpi_backoff);
	if (i->tcpi_rtt)
		ec_out_text(" rtt:%g/%g", i->tcpi_rtt / 1000.0,
			    i->tcpi_rttvar / 1000.0);
	ec_out_num("rtt_us", NULL, i->tcpi_rtt);
	ec_out_num("rttvar_us", NULL, i->tcpi_rttvar);
	if (i->tcpi_ato)
		ec_out_text(" ato:%g", i->tcpi_ato / 1000.0);
	ec_out_num("ato_us", NULL, i->tcpi_ato);
}

/* Numbers that ss leaves out when they are 0. */
static const struct {
	const char *key;
	const char *fmt;
	size_t offset;
	size_t size;
} ec_ss_info_numbers[] = {
#define EC_N(key, field) { key, " " key ":%" PRIu64,			\
	offsetof(struct tcp_info, tcpi_##field),			\
	sizeof(((struct tcp_info *)NULL)->tcpi_##field) }
	EC_N("mss", snd_mss),
	EC_N("pmtu", pmtu),
	EC_N("rcvmss", rcv_mss),
	EC_N("advmss", advmss),
	EC_N("cwnd", snd_cwnd),
	EC_N("bytes_sent", bytes_sent),
	EC_N("bytes_retrans", bytes_retrans),
	EC_N("bytes_acked", bytes_acked),
	EC_N("bytes_received", bytes_received),
	EC_N("segs_out", segs_out),
	EC_N("segs_in", segs_in),
	EC_N("data_segs_out", data_segs_out),
	EC_N("data_segs_in", data_segs_in),
	EC_N("lastsnd", last_data_sent),
	EC_N("lastrcv", last_data_recv),
	EC_N("lastack", last_ack_recv),
	EC_N("delivery_rate", delivery_rate),
	EC_N("delivered", delivered),
	EC_N("delivered_ce", delivered_ce),
	EC_N("unacked", unacked),
	EC_N("total_retrans", total_retrans),
	EC_N("lost", lost),
	EC_N("sacked", sacked),
	EC_N("dsack_dups", dsack_dups),
	EC_N("reord_seen", reord_seen),
	EC_N("rcv_ooopack", rcv_ooopack),
	EC_N("notsent", notsent_bytes),
	EC_N("rcv_rtt_us", rcv_rtt),
	EC_N("rcv_space", rcv_space),
	EC_N("rcv_ssthresh", rcv_ssthresh),
	EC_N("minrtt_us", min_rtt),
	EC_N("snd_wnd", snd_wnd),
#undef EC_N
};

static uint64_t ec_ss_info_number(const struct tcp_info *info, size_t i)
{
	const char *p = (const char *)info + ec_ss_info_numbers[i].offset;
	uint32_t n32;
	uint64_t n64;

	if (ec_ss_info_numbers[i].size == sizeof(n32)) {
		memcpy(&n32, p, sizeof(n32));
		return n32;
	}
	memcpy(&n64, p, sizeof(n64));
	return n64;
}

void ec_ss_info(const struct ec_row *row)
{
	const struct nlattr *nla = row->attr[EXPSTACK_A_SOCK_TCP_INFO];
	struct tcp_info info;
	uint64_t n;
	size_t i;

	if (!nla)
		return;
	/* Older and newer kernels know less or more of it. */
	memset(&info, 0, sizeof(info));
	memcpy(&info, mnl_attr_get_payload(nla),
	       mnl_attr_get_payload_len(nla) < sizeof(info) ?
	       mnl_attr_get_payload_len(nla) : sizeof(info));
	ec_out_open("tcp_info");
	ec_ss_info_options(&info);
	ec_ss_info_times(&info);
	if (info.tcpi_snd_ssthresh < EC_SSTHRESH_INF)
		ec_out_num("ssthresh", " ssthresh:%" PRIu64,
			   info.tcpi_snd_ssthresh);
	for (i = 0; i < MNL_ARRAY_SIZE(ec_ss_info_numbers); i++) {
		n = ec_ss_info_number(&info, i);
		if (n || ec.json)
			ec_out_num(ec_ss_info_numbers[i].key,
				   ec_ss_info_numbers[i].fmt, n);
	}
	ec_out_close();
}

/* As ss prints them: ADDRESS/PREFIX=KEY, what is not plain text as \\x and hex. */
static void ec_ss_md5sig_key(const struct tcp_diag_md5sig *sig)
{
	char text[4 * TCP_MD5SIG_MAXKEYLEN + 1], *p = text;
	char addr[INET_ADDRSTRLEN + 4];
	int i;

	inet_ntop(AF_INET, sig->tcpm_addr, addr, INET_ADDRSTRLEN);
	sprintf(addr + strlen(addr), "/%u", sig->tcpm_prefixlen);
	for (i = 0; i < sig->tcpm_keylen && i < TCP_MD5SIG_MAXKEYLEN; i++) {
		unsigned char c = sig->tcpm_key[i];

		if (isgraph(c) && c != ',' && c != '\\')
			*p++ = c;
		else
			p += sprintf(p, "\\x%02x", c);
	}
	*p = 0;
	ec_out_str(addr, NULL, text);
	ec_out_text("%s=%s", addr, text);
}

void ec_ss_md5sig(const struct ec_row *row)
{
	const struct nlattr *nla = row->attr[EXPSTACK_A_SOCK_MD5SIG];
	const struct tcp_diag_md5sig *sig;
	size_t i, n, shown = 0;

	if (!nla)
		return;
	sig = mnl_attr_get_payload(nla);
	n = mnl_attr_get_payload_len(nla) / sizeof(*sig);
	ec_out_open("md5keys");
	for (i = 0; i < n; i++) {
		if (!sig[i].tcpm_family)
			continue;
		ec_out_text(shown++ ? "," : " md5keys:");
		ec_ss_md5sig_key(&sig[i]);
	}
	ec_out_close();
}
