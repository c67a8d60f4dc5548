// SPDX-License-Identifier: GPL-2.0
/*
 * expstack core: loading and unloading.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("expstack: a TCP/IPv4 stack beside AF_INET");
MODULE_LICENSE("GPL");
