/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack wire: parsing and building of headers. Pure: no state, no socket, no
 * device. A parser never reads behind the length it is given and says what it
 * found in a struct in host order; it never swaps a header in place.
 */
#ifndef _EXPSTACK_WIRE_H
#define _EXPSTACK_WIRE_H

#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <expstack/drop.h>
#include <expstack/seq.h>

/* eth_arp.c: RFC 826, Ethernet and IPv4 only. */
struct exs_arp {
	u16 op;			/* ARPOP_* */
	u8 sha[6];
	u8 tha[6];
	__be32 sip;
	__be32 tip;
};

#define EXS_ARP_LEN	28

int exs_arp_parse(const void *data, unsigned int len, struct exs_arp *arp);
void exs_arp_build(void *data, const struct exs_arp *arp);

/* ip_hdr.c: RFC 791. The checks every packet gets, without the packet's skb. */
/* Return EXS_DROP_MAX when right, else the reason. */
enum exs_drop_reason exs_ip_hdr_check(const struct iphdr *iph, unsigned int len);
void exs_ip_hdr_build(struct iphdr *iph, __be32 saddr, __be32 daddr, u8 proto,
		      u8 tos, u8 ttl, u16 tot_len, u16 id, bool df);
/* RFC 1624: TTL minus one with the checksum kept right. */
void exs_ip_hdr_decrease_ttl(struct iphdr *iph);

/* ip_opt.c: RFC 791 3.1. */
struct exs_ip_opt {
	u8 srr;			/* offset of a source route in the header, 0: none */
	u8 rr;			/* record route */
	u8 ts;			/* timestamp */
	u8 router_alert;
	bool is_strictroute;
	u8 bad;			/* offset of what is wrong, for parameter problem */
};

/* opt points at the first option byte. Return 0 or -EINVAL with bad set. */
int exs_ip_opt_parse(const u8 *opt, unsigned int optlen, struct exs_ip_opt *o);

/* tcp_opt.c: RFC 9293 3.2, RFC 7323, RFC 2018. */
#define EXS_TCP_MAX_SACKS	4

struct exs_tcp_opt {
	u32 tsval;
	u32 tsecr;
	u16 mss;		/* 0: no option */
	u8 wscale;		/* as sent; the user limits it to 14 */
	u8 saw_tstamp:1,
	   saw_wscale:1,
	   saw_sack_perm:1;
	u8 num_sacks;
	struct {
		u32 start;
		u32 end;
	} sack[EXS_TCP_MAX_SACKS];
	u8 fo_len;		/* fast open cookie: 0xff: no option; 0: request */
	bool fo_exp;		/* the experimental option number */
	u8 fo_cookie[16];
	const u8 *md5;		/* the digest in the header, or NULL */
};

/*
 * Parse all options of a header of th->doff * 4 bytes that is linear. Unknown
 * options are skipped by their length; an illegal length ends parsing.
 */
void exs_tcp_opt_parse(const struct tcphdr *th, struct exs_tcp_opt *o);
/* The MD5 option alone; a header whose options can't be trusted has none. */
int exs_tcp_opt_find_md5(const struct tcphdr *th, const u8 **md5);

#define EXS_TCP_MD5_LEN		16	/* of the digest */
#define EXS_TCP_MD5_AT		4	/* where we write it, behind the header */
#define EXS_TCP_MD5_DOFF	10	/* a shorter header has no room for it */

/**
 * exs_tcp_opt_fast_ts - the aligned NOP NOP TIMESTAMP of established traffic
 * @th: header
 * @tsval: set on success
 * @tsecr: set on success
 *
 * Return: true when the options are exactly that; false: parse them all.
 */
static inline bool exs_tcp_opt_fast_ts(const struct tcphdr *th, u32 *tsval,
				       u32 *tsecr)
{
	const __be32 *p = (const __be32 *)(th + 1);

	if (th->doff != 8 || *p != htonl(0x0101080a))
		return false;
	*tsval = ntohl(p[1]);
	*tsecr = ntohl(p[2]);
	return true;
}

/* What to put on an outgoing segment. */
struct exs_tcp_opt_out {
	u16 mss;		/* SYN only, 0: none */
	u8 wscale;
	bool use_wscale;
	bool sack_perm;
	bool use_ts;
	bool md5;		/* room for a digest, zeros for now */
	u32 tsval;
	u32 tsecr;
	u8 num_sacks;
	struct {
		u32 start;
		u32 end;
	} sack[EXS_TCP_MAX_SACKS];
	s8 fo_len;		/* -1: none, 0: request, > 0: cookie */
	bool fo_exp;
	const u8 *fo_cookie;
};

/* Bytes the options will take, a multiple of 4, at most 40. */
unsigned int exs_tcp_opt_size(const struct exs_tcp_opt_out *o);
/* Write them at p in Linux's order: MD5, MSS, SACKOK/TS, WS, SACK, FO. */
void exs_tcp_opt_write(__be32 *p, const struct exs_tcp_opt_out *o);

/* cksum.c: RFC 1071, 1624. */
__sum16 exs_cksum_tcp(const struct tcphdr *th, unsigned int len, __be32 saddr,
		      __be32 daddr);
void exs_cksum_replace16(__sum16 *sum, __be16 from, __be16 to);
void exs_cksum_replace32(__sum16 *sum, __be32 from, __be32 to);

/* udp_hdr.c: RFC 768. Return EXS_DROP_MAX when right; *len: payload + header. */
enum exs_drop_reason exs_udp_hdr_check(const struct udphdr *uh, unsigned int avail,
				       unsigned int *len);

/* icmp_hdr.c: RFC 792. */
bool exs_icmp_type_is_error(u8 type);
/* Bytes of the offending packet an error quotes: as much as fits 576 (RFC 1812). */
unsigned int exs_icmp_quote_len(unsigned int packet_len, unsigned int optlen);

#endif /* _EXPSTACK_WIRE_H */
