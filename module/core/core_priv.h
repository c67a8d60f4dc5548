/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: private to module/core.
 */
#ifndef _EXS_CORE_PRIV_H
#define _EXS_CORE_PRIV_H

#include <expstack/net.h>

struct net_proto_family;

int exs_core_net_init(struct exs_net *en);
void exs_core_net_stop(struct exs_net *en);
void exs_core_net_exit(struct exs_net *en);

int exs_core_pernet_register(void);
void exs_core_pernet_unregister(void);

/* Registered last and unregistered first; sock/family.c says which. */
int exs_core_family_register(void);
void exs_core_family_unregister(void);

/* port.c */
u32 exs_port_candidate(u32 i, u32 offset, u32 count);

#endif /* _EXS_CORE_PRIV_H */
