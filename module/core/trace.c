// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: the tracepoints' bodies.
 */
#include <linux/module.h>
#define CREATE_TRACE_POINTS
#include <expstack/trace.h>
