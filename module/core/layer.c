// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: core's own line in the table of layers.
 * Owns:   the lifetime of the connection hash
 * Locks:  none
 * Tests:  kunit/core/pernet_kunit.c, qemu/tests/load_unload.sh
 */
#include <expstack/conn.h>

static int exs_core_init(void)
{
	exs_port_init();
	return exs_conn_init();
}

const struct exs_layer exs_core_layer = {
	.name = "core",
	.init = exs_core_init,
	.exit = exs_conn_exit,
};
