// SPDX-License-Identifier: GPL-2.0
/*
 * expctl stat: counters and reasons of drops.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include "expctl/expctl.h"

struct ec_stat_args {
	bool zeros;
	const char *pattern;
};

static void ec_stat_row(const struct ec_row *r, void *arg)
{
	const char *name = ec_row_str(r, EXPSTACK_A_STAT_NAME);
	uint64_t value = ec_row_uint(r, EXPSTACK_A_STAT_VALUE);
	const struct ec_stat_args *a = arg;

	if (!value && !a->zeros)
		return;
	if (a->pattern && fnmatch(a->pattern, name, 0))
		return;
	ec_out_text("%-32s", name);
	ec_out_num(name, "%-16" PRIu64, value);
	if (r->attr[EXPSTACK_A_STAT_TEXT])
		ec_out_text("   %s", ec_row_str(r, EXPSTACK_A_STAT_TEXT));
	else
		ec_out_text("   0.0");
	ec_out_text("\n");
}

int ec_stat(void)
{
	struct ec_stat_args a = { 0 };

	while (ec_more()) {
		if (ec_is("-z") || ec_is("-a") || ec_is("-az")) {
			a.zeros = true;
			continue;
		}
		if (a.pattern || ec_peek()[0] == '-')
			ec_wrong("word of \"stat\"", ec_peek());
		a.pattern = ec_next();
	}
	ec_out_open(NULL);
	ec_out_open("kernel");
	ec_out_text("#expstack\n");
	ec_nl_get(ec_nl_request(EXPSTACK_CMD_STAT_GET, NLM_F_DUMP),
		  ec_stat_row, &a);
	ec_out_close();
	ec_out_end();
	return EC_OK;
}
