/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack ip: a host for the suites: an attached Ethernet device of the first
 * namespace with an address and a known neighbour. What goes out is kept, what
 * comes in goes the whole way up.
 */
#ifndef _EXS_PATH_TEST_H
#define _EXS_PATH_TEST_H

#include <linux/udp.h>

#include "../kunit/link/link_test.h"
#include "ip/ip_priv.h"

#define EXS_PATH_SELF	0xc6120001	/* 198.18.0.1/24 (RFC 2544) */
#define EXS_PATH_PEER	0xc6120002
#define EXS_PATH_BCAST	0xc61200ff
#define EXS_PATH_FAR	0xc6130002	/* 198.19.0.2, behind nobody yet */

/* For .init and .exit; test->priv is a struct exs_link_test. */
int exs_path_init(struct kunit *test);
void exs_path_exit(struct kunit *test);

/* Make a host of the device known, at exs_link_test_peer. */
void exs_path_neigh(struct kunit *test, u32 addr);

struct exs_path_packet {
	u32 saddr, daddr;		/* 0: the peer, the device's own address */
	u8 proto;
	u8 ttl;				/* 0: 64 */
	u8 tos;
	u16 frag_off;
	u16 id;
	u8 pkt_type;
	bool raw;			/* zeros in saddr and daddr are meant */
	const u8 *opt;			/* IP options */
	unsigned int optlen;
};

/* A packet as the device hands it up, and up it goes. */
struct sk_buff *exs_path_make(struct kunit *test, const struct exs_path_packet *p,
			      const void *payload, unsigned int len);
void exs_path_rcv(struct kunit *test, const struct exs_path_packet *p,
		  const void *payload, unsigned int len);
/* A UDP datagram with a right checksum; payload byte i is i. */
void exs_path_rcv_udp(struct kunit *test, const struct exs_path_packet *p,
		      u16 sport, u16 dport, unsigned int len);
/* An ICMP message; its checksum is made right. */
void exs_path_rcv_icmp(struct kunit *test, const struct exs_path_packet *p,
		       void *icmp, unsigned int len);

/* The next IPv4 packet the device was given, data at its header, or NULL. */
struct sk_buff *exs_path_sent(struct kunit *test);
void exs_path_forget(struct kunit *test);

/* A route to 198.19.0.0/24 through the peer, until the test ends. */
int exs_path_route(struct kunit *test, u8 type, u32 mtu);

/* A setting of the namespace that goes back with the test. */
void exs_path_set(struct kunit *test, int *setting, int value);

#endif /* _EXS_PATH_TEST_H */
