/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expctl ss: what is shown of a socket.
 */
#ifndef EXPCTL_SS_H
#define EXPCTL_SS_H

#include "expctl/expctl.h"

struct ec_ss_args {
	bool tcp;
	bool udp;
	bool raw;		/* raw and ping sockets */
	bool all;
	bool listening;
	bool numeric;
	bool info;
	bool extended;
	bool memory;
	bool timers;
	bool no_header;
	bool oneline;
	uint32_t states;	/* a bit for each state; 0: by the above */
};

extern const struct ec_name ec_ss_states[];

void ec_ss_show(const struct ec_ss_args *args, const struct ec_rows *rows);
/* ss_info.c: the line below a socket's, and its keys in JSON */
void ec_ss_info(const struct ec_row *row);
/* and behind it the keys of TCP_MD5SIG, where the kernel tells them */
void ec_ss_md5sig(const struct ec_row *row);

#endif /* EXPCTL_SS_H */
