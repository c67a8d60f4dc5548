// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: core's own line in the table of layers.
 * Owns:   the connection, port and listener tables' lifetime
 * Locks:  none
 */
#include <expstack/net.h>

#include "core/core_priv.h"

const struct exs_layer exs_core_layer = {
	.name = "core",
};
