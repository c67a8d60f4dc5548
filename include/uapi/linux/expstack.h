/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * expstack: what user programs need.
 *
 * An AF_EXPSTACK socket takes and gives plain struct sockaddr_in. The family
 * in it is AF_INET; AF_EXPSTACK is accepted on input, AF_UNSPEC disconnects.
 * Levels, options, ioctls and structures are those of AF_INET.
 *
 * The netlink interface is in linux/expstack_netlink.h, generated from
 * Documentation/netlink/specs/expstack.yaml.
 */
#ifndef _UAPI_LINUX_EXPSTACK_H
#define _UAPI_LINUX_EXPSTACK_H

/* AF_ASH's number, which no code ever used. */
#define AF_EXPSTACK	18
#define PF_EXPSTACK	AF_EXPSTACK

#endif /* _UAPI_LINUX_EXPSTACK_H */
