// SPDX-License-Identifier: GPL-2.0
/*
 * expstack ctl: /proc/net/expstack/tcp, udp, raw and icmp.
 * Flow:   read -> sock_batch.c -> [here]
 * Owns:   nothing
 * Locks:  none; the batch holds references
 * Spec:   proc(5), /proc/net/tcp, udp, raw and icmp
 * Tests:  kunit/ctl/proc_sock_kunit.c, qemu/tests/proc_layout.sh
 */
#include <linux/jiffies.h>
#include <linux/seq_file_net.h>

#include "ctl/proc.h"
#include "ctl/sock_batch.h"

/* Columns of a line, without its newline. */
#define EXS_CTL_PROC_TCP_WIDTH	149
#define EXS_CTL_PROC_UDP_WIDTH	127

/* What a line of each file begins with, up to the inode number. */
static void exs_ctl_proc_begin(struct seq_file *seq, long slot, int width,
			       const struct exs_tcp_row *row)
{
	seq_printf(seq, "%*ld: %08X:%04X %08X:%04X %02X ", width, slot,
		   (__force u32)row->laddr, ntohs(row->lport),
		   (__force u32)row->raddr, ntohs(row->rport), row->state);
	/* The column of a listener's backlog is 0 there, as AF_INET has it. */
	seq_printf(seq, "%08X:%08X %02X:%08lX %08X %5u %8u %lu",
		   row->state == TCP_LISTEN ? 0 : row->wqueue,
		   row->rqueue, row->timer,
		   jiffies_to_clock_t(msecs_to_jiffies(row->timer_ms)),
		   row->retransmits, row->uid, row->probes, row->ino);
}

/**
 * exs_ctl_proc_tcp_line - a line of the file tcp
 * @seq: the file
 * @slot: number of the line
 * @row: the socket, request or TIME-WAIT
 * @info: its figures; NULL for requests and TIME-WAITs
 */
void exs_ctl_proc_tcp_line(struct seq_file *seq, long slot,
			   const struct exs_tcp_row *row,
			   const struct tcp_info *info)
{
	unsigned long rto = 0;

	seq_setwidth(seq, EXS_CTL_PROC_TCP_WIDTH);
	exs_ctl_proc_begin(seq, slot, 4, row);
	/* What its children begin with, a second (RFC 6298 2.1). */
	if (row->state == TCP_LISTEN)
		rto = jiffies_to_clock_t(HZ);
	else if (info)
		rto = jiffies_to_clock_t(usecs_to_jiffies(info->tcpi_rto));
	seq_printf(seq, " %d %pK", row->refcnt, row->sk);
	if (info)
		seq_printf(seq, " %lu %lu %u %u %d", rto,
			   jiffies_to_clock_t(usecs_to_jiffies(info->tcpi_ato)),
			   row->ack_mode, info->tcpi_snd_cwnd,
			   info->tcpi_snd_ssthresh >= 0xffff ?
			   -1 : (int)info->tcpi_snd_ssthresh);
	seq_pad(seq, '\n');
}

/* Lines of the file raw are as long as what they say, the others' all alike. */
static void exs_ctl_proc_dgram_end(struct seq_file *seq, u8 proto)
{
	if (proto == IPPROTO_RAW)
		seq_putc(seq, '\n');
	else
		seq_pad(seq, '\n');
}

/**
 * exs_ctl_proc_dgram_line - a line of the files udp, raw and icmp
 * @seq: the file
 * @slot: number of the line
 * @proto: IPPROTO_UDP, IPPROTO_RAW or IPPROTO_ICMP: which of them
 * @row: the socket
 * @drops: datagrams it lost
 */
void exs_ctl_proc_dgram_line(struct seq_file *seq, long slot, u8 proto,
			     const struct exs_tcp_row *row, int drops)
{
	seq_setwidth(seq, EXS_CTL_PROC_UDP_WIDTH);
	exs_ctl_proc_begin(seq, slot, proto == IPPROTO_RAW ? 4 : 5, row);
	seq_printf(seq, " %d %pK %d", row->refcnt, row->sk, drops);
	exs_ctl_proc_dgram_end(seq, proto);
}

static void exs_ctl_proc_rows(struct seq_file *seq, long *slot,
			      const struct exs_ctl_batch *b,
			      struct tcp_info *info)
{
	const struct exs_tcp_row *row;
	unsigned int i;

	for (i = 0; i < b->n; i++) {
		row = &b->rows[i].row;
		if (b->proto != IPPROTO_TCP) {
			exs_ctl_proc_dgram_line(seq, (*slot)++, b->proto, row,
						atomic_read(&row->sk->sk_drops));
			continue;
		}
		if (row->sk) {
			memset(info, 0, sizeof(*info));
			exs_tcp_get_info(row->sk, info);
		}
		exs_ctl_proc_tcp_line(seq, (*slot)++, row,
				      row->sk ? info : NULL);
	}
}

static int exs_ctl_proc_show(struct seq_file *seq, u8 proto)
{
	struct exs_ctl_batch *b;
	struct tcp_info *info;
	long slot = 0;
	int err = -ENOMEM;

	info = kmalloc(sizeof(*info), GFP_KERNEL);
	b = exs_ctl_batch_new(seq_file_single_net(seq), proto, ~0u, 0);
	if (info && b) {
		while (!seq_has_overflowed(seq) && exs_ctl_batch_next(b))
			exs_ctl_proc_rows(seq, &slot, b, info);
		err = 0;
	}
	if (b)
		exs_ctl_batch_free(b);
	kfree(info);
	return err;
}

/**
 * exs_ctl_proc_tcp_show - the file tcp
 * @seq: the file
 * @v: unused
 *
 * Return: 0 or -ENOMEM.
 */
int exs_ctl_proc_tcp_show(struct seq_file *seq, void *v)
{
	seq_setwidth(seq, EXS_CTL_PROC_TCP_WIDTH);
	seq_puts(seq, "  sl  local_address rem_address   st tx_queue rx_queue ");
	seq_puts(seq, "tr tm->when retrnsmt   uid  timeout inode");
	seq_pad(seq, '\n');
	return exs_ctl_proc_show(seq, IPPROTO_TCP);
}

/* The files of datagram sockets differ in blanks only. */
static int exs_ctl_proc_dgram_show(struct seq_file *seq, u8 proto)
{
	seq_setwidth(seq, EXS_CTL_PROC_UDP_WIDTH);
	seq_printf(seq, "%*s  local_address rem_address   st tx_queue rx_queue ",
		   proto == IPPROTO_UDP ? 5 : 4, "sl");
	seq_puts(seq, "tr tm->when retrnsmt   uid  timeout inode ref pointer drops");
	exs_ctl_proc_dgram_end(seq, proto);
	return exs_ctl_proc_show(seq, proto);
}

/**
 * exs_ctl_proc_udp_show - the file udp
 * @seq: the file
 * @v: unused
 *
 * Return: 0 or -ENOMEM.
 */
int exs_ctl_proc_udp_show(struct seq_file *seq, void *v)
{
	return exs_ctl_proc_dgram_show(seq, IPPROTO_UDP);
}

/**
 * exs_ctl_proc_icmp_show - the file icmp: ping sockets
 * @seq: the file
 * @v: unused
 *
 * Return: 0 or -ENOMEM.
 */
int exs_ctl_proc_icmp_show(struct seq_file *seq, void *v)
{
	return exs_ctl_proc_dgram_show(seq, IPPROTO_ICMP);
}

/**
 * exs_ctl_proc_raw_show - the file raw
 * @seq: the file
 * @v: unused
 *
 * Return: 0 or -ENOMEM.
 */
int exs_ctl_proc_raw_show(struct seq_file *seq, void *v)
{
	return exs_ctl_proc_dgram_show(seq, IPPROTO_RAW);
}
