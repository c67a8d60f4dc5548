/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expstack core: the one way for a packet to die.
 */
#ifndef _EXPSTACK_DROP_H
#define _EXPSTACK_DROP_H

#include <linux/types.h>

struct sk_buff;
struct exs_net;

enum exs_drop_reason {
#define EXS_DROP(name, text) EXS_DROP_##name,
#include <expstack/drop_reasons.def>
#undef EXS_DROP
	EXS_DROP_MAX
};

void exs_drop(struct sk_buff *skb, enum exs_drop_reason reason);
void exs_consume(struct sk_buff *skb);
const char *exs_drop_text(enum exs_drop_reason reason);

#endif /* _EXPSTACK_DROP_H */
