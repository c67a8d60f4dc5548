/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: the address family, handed down by the sock layer.
 */
#ifndef _EXPSTACK_FAMILY_H
#define _EXPSTACK_FAMILY_H

struct net_proto_family;

void exs_family_set(const struct net_proto_family *family);

#endif /* _EXPSTACK_FAMILY_H */
