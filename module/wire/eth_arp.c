// SPDX-License-Identifier: GPL-2.0
/*
 * expstack wire: ARP packets for Ethernet and IPv4.
 * Flow:   exs_link_rx -> exs_arp_rcv -> [here]; exs_arp_send -> [here]
 * Owns:   nothing
 * Locks:  none
 * Spec:   RFC 826
 * Tests:  kunit/wire/eth_arp_kunit.c
 */
#include <linux/if_ether.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include <expstack/wire.h>

/* Offsets in the packet: the header is 8 bytes, then the four addresses. */
#define EXS_ARP_OFF_HRD	0
#define EXS_ARP_OFF_PRO	2
#define EXS_ARP_OFF_HLN	4
#define EXS_ARP_OFF_PLN	5
#define EXS_ARP_OFF_OP	6
#define EXS_ARP_OFF_SHA	8
#define EXS_ARP_OFF_SIP	14
#define EXS_ARP_OFF_THA	18
#define EXS_ARP_OFF_TIP	24

/**
 * exs_arp_parse - read an ARP packet
 * @data: first byte of the ARP header
 * @len: bytes that may be read
 * @arp: filled on success
 *
 * The operation is not judged: any 16-bit value is handed on.
 *
 * Return: 0; -EINVAL when it is short or not Ethernet with IPv4.
 */
int exs_arp_parse(const void *data, unsigned int len, struct exs_arp *arp)
{
	const u8 *p = data;
	u16 hrd;

	if (len < EXS_ARP_LEN)
		return -EINVAL;
	hrd = get_unaligned_be16(p + EXS_ARP_OFF_HRD);
	if (hrd != ARPHRD_ETHER && hrd != ARPHRD_IEEE802)
		return -EINVAL;
	if (get_unaligned_be16(p + EXS_ARP_OFF_PRO) != ETH_P_IP)
		return -EINVAL;
	if (p[EXS_ARP_OFF_HLN] != ETH_ALEN || p[EXS_ARP_OFF_PLN] != 4)
		return -EINVAL;
	arp->op = get_unaligned_be16(p + EXS_ARP_OFF_OP);
	memcpy(arp->sha, p + EXS_ARP_OFF_SHA, ETH_ALEN);
	memcpy(&arp->sip, p + EXS_ARP_OFF_SIP, 4);
	memcpy(arp->tha, p + EXS_ARP_OFF_THA, ETH_ALEN);
	memcpy(&arp->tip, p + EXS_ARP_OFF_TIP, 4);
	return 0;
}

/**
 * exs_arp_build - write an ARP packet
 * @data: EXS_ARP_LEN bytes to be written
 * @arp: what to say
 */
void exs_arp_build(void *data, const struct exs_arp *arp)
{
	u8 *p = data;

	put_unaligned_be16(ARPHRD_ETHER, p + EXS_ARP_OFF_HRD);
	put_unaligned_be16(ETH_P_IP, p + EXS_ARP_OFF_PRO);
	p[EXS_ARP_OFF_HLN] = ETH_ALEN;
	p[EXS_ARP_OFF_PLN] = 4;
	put_unaligned_be16(arp->op, p + EXS_ARP_OFF_OP);
	memcpy(p + EXS_ARP_OFF_SHA, arp->sha, ETH_ALEN);
	memcpy(p + EXS_ARP_OFF_SIP, &arp->sip, 4);
	memcpy(p + EXS_ARP_OFF_THA, arp->tha, ETH_ALEN);
	memcpy(p + EXS_ARP_OFF_TIP, &arp->tip, 4);
}
