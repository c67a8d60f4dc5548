// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: the fields of TCP_INFO, as tcpi_NAME, and of SO_MEMINFO, as
 * meminfo_NAME, for code in scripts. The layout is the user ABI of 6.12, whose
 * tail the C library's headers need not have.
 * Flow:   code_eval.c -> drill_tcpinfo_get
 */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "expdrill/drill.h"

static const struct drill_tcpi {
	const char *name;
	uint16_t at, size;
} drill_tcpi[] = {
	{ "state", 0, 1 },
	{ "ca_state", 1, 1 },
	{ "retransmits", 2, 1 },
	{ "probes", 3, 1 },
	{ "backoff", 4, 1 },
	{ "options", 5, 1 },
	{ "rto", 8, 4 },
	{ "ato", 12, 4 },
	{ "snd_mss", 16, 4 },
	{ "rcv_mss", 20, 4 },
	{ "unacked", 24, 4 },
	{ "sacked", 28, 4 },
	{ "lost", 32, 4 },
	{ "retrans", 36, 4 },
	{ "fackets", 40, 4 },
	{ "last_data_sent", 44, 4 },
	{ "last_ack_sent", 48, 4 },
	{ "last_data_recv", 52, 4 },
	{ "last_ack_recv", 56, 4 },
	{ "pmtu", 60, 4 },
	{ "rcv_ssthresh", 64, 4 },
	{ "rtt", 68, 4 },
	{ "rttvar", 72, 4 },
	{ "snd_ssthresh", 76, 4 },
	{ "snd_cwnd", 80, 4 },
	{ "advmss", 84, 4 },
	{ "reordering", 88, 4 },
	{ "rcv_rtt", 92, 4 },
	{ "rcv_space", 96, 4 },
	{ "total_retrans", 100, 4 },
	{ "pacing_rate", 104, 8 },
	{ "max_pacing_rate", 112, 8 },
	{ "bytes_acked", 120, 8 },
	{ "bytes_received", 128, 8 },
	{ "segs_out", 136, 4 },
	{ "segs_in", 140, 4 },
	{ "notsent_bytes", 144, 4 },
	{ "min_rtt", 148, 4 },
	{ "data_segs_in", 152, 4 },
	{ "data_segs_out", 156, 4 },
	{ "delivery_rate", 160, 8 },
	{ "busy_time", 168, 8 },
	{ "rwnd_limited", 176, 8 },
	{ "sndbuf_limited", 184, 8 },
	{ "delivered", 192, 4 },
	{ "delivered_ce", 196, 4 },
	{ "bytes_sent", 200, 8 },
	{ "bytes_retrans", 208, 8 },
	{ "dsack_dups", 216, 4 },
	{ "reord_seen", 220, 4 },
	{ "rcv_ooopack", 224, 4 },
	{ "snd_wnd", 228, 4 },
	{ "rcv_wnd", 232, 4 },
	{ "rehash", 236, 4 },
	{ "total_rto", 240, 2 },
	{ "total_rto_recoveries", 242, 2 },
	{ "total_rto_time", 244, 4 },
};

#define DRILL_TCPI_WSCALE	6	/* two nibbles */
#define DRILL_TCPI_BITS		7	/* app limited, Fast Open failure */

static bool drill_tcpi_bits(const uint8_t *info, const char *name, double *v)
{
	if (!strcmp(name, "snd_wscale"))
		*v = info[DRILL_TCPI_WSCALE] & 15;
	else if (!strcmp(name, "rcv_wscale"))
		*v = info[DRILL_TCPI_WSCALE] >> 4;
	else if (!strcmp(name, "delivery_rate_app_limited"))
		*v = info[DRILL_TCPI_BITS] & 1;
	else if (!strcmp(name, "fastopen_client_fail"))
		*v = info[DRILL_TCPI_BITS] >> 1 & 3;
	else
		return false;
	return true;
}

static bool drill_meminfo_get(int fd, const char *name, double *v)
{
	static const char * const names[] = {
		"rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc",
		"wmem_queued", "optmem", "backlog", "drops",
	};
	uint32_t mem[DRILL_ARRAY_SIZE(names)] = { 0 };
	socklen_t len = sizeof(mem);
	size_t i;

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len))
		return false;
	for (i = 0; i < DRILL_ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name)) {
			*v = mem[i];
			return true;
		}
	}
	return false;
}

/**
 * drill_tcpinfo_get() - one variable of a socket
 * @fd: the socket
 * @name: tcpi_snd_cwnd and so on
 * @value: filled in
 *
 * Return: false if there is no such variable.
 */
bool drill_tcpinfo_get(int fd, const char *name, double *value)
{
	uint8_t info[512] = { 0 };
	socklen_t len = sizeof(info);
	const struct drill_tcpi *f;
	uint64_t v = 0;
	size_t i;

	if (!strncmp(name, "meminfo_", 8))
		return drill_meminfo_get(fd, name + 8, value);
	if (strncmp(name, "tcpi_", 5) ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len))
		return false;
	name += 5;
	for (i = 0; i < DRILL_ARRAY_SIZE(drill_tcpi); i++) {
		f = &drill_tcpi[i];
		if (strcmp(f->name, name))
			continue;
		memcpy(&v, info + f->at, f->size);
		*value = v;
		return true;
	}
	return drill_tcpi_bits(info, name, value);
}
