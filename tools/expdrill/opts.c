// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: options, of the command line and of a script's first lines.
 * Flow:   main, drill_parse -> drill_option
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "expdrill/drill.h"

/**
 * drill_config_init() - what holds where nobody says otherwise
 * @cfg: filled in
 */
void drill_config_init(struct drill_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->expstack = true;
	cfg->tolerance_ns = 4000 * DRILL_USEC;
	cfg->mtu = 1500;
	cfg->tso = 1;
	inet_aton("192.168.0.1", &cfg->local);
	inet_aton("192.168.0.2", &cfg->gateway);
	inet_aton("192.0.2.1", &cfg->remote);
	inet_aton("255.255.0.0", &cfg->netmask);
	cfg->bind_port = 8080;
	cfg->connect_port = 8080;
}

/**
 * drill_define_find() - what a word of the script stands for
 * @cfg: where -D put it
 * @name: the word
 *
 * Return: its text, or NULL.
 */
const char *drill_define_find(const struct drill_config *cfg, const char *name)
{
	const struct drill_define *def;

	for (def = cfg->defines; def; def = def->next)
		if (!strcmp(def->name, name))
			return def->value;
	return NULL;
}

static bool drill_define(struct drill_config *cfg, const char *text)
{
	const char *eq = strchr(text, '=');
	struct drill_define *def;

	if (!eq || eq == text)
		return false;
	def = drill_alloc(sizeof(*def));
	def->name = strndup(text, eq - text);
	def->value = strdup(eq + 1);
	def->next = cfg->defines;
	cfg->defines = def;
	return true;
}

static bool drill_sysctl(struct drill_config *cfg, const char *text)
{
	const char *eq = strchr(text, '=');
	struct drill_define *def;

	if (!eq || eq == text)
		return false;
	def = drill_alloc(sizeof(*def));
	def->name = strdup("(sysctl)");
	def->value = strdup(text);
	def->next = cfg->defines;
	cfg->defines = def;
	return true;
}

/* Options of packetdrill that say nothing here. */
static bool drill_option_ignored(const char *name, size_t len)
{
	static const char * const none[] = {
		"init_scripts", "speed", "wire_client", "wire_server",
		"wire_server_device", "persistent_tun_dev", "send_omit_free",
		"non_fatal", "socket_fd_offset", "so_filename", "so_flags",
		"code_command", "code_format", "code_sockopt", "udp_encaps",
		"use_expect", "fm_filename",
	};
	size_t i;

	for (i = 0; i < DRILL_ARRAY_SIZE(none); i++)
		if (strlen(none[i]) == len && !strncmp(name, none[i], len))
			return true;
	return false;
}

static bool drill_option_number(struct drill_config *cfg, const char *name,
				size_t len, const char *value)
{
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end)
		return false;
#define IS(word) (len == sizeof(word) - 1 && !strncmp(name, word, len))
	if (IS("tolerance_usecs"))
		cfg->tolerance_ns = x * DRILL_USEC;
	else if (IS("tolerance_percent"))
		cfg->tolerance_percent = x;
	else if (IS("tcp_ts_tick_usecs"))
		cfg->ts_tick_us = x;
	else if (IS("timeout"))
		cfg->timeout_ns = x * DRILL_SEC;
	else if (IS("mtu"))
		cfg->mtu = x;
	else if (IS("tso"))
		cfg->tso = x;
	else if (IS("bind_port"))
		cfg->bind_port = x;
	else if (IS("connect_port"))
		cfg->connect_port = x;
	else
		return false;
	return true;
}

static bool drill_option_address(struct drill_config *cfg, const char *name,
				 size_t len, const char *value)
{
	if (IS("local_ip"))
		return inet_aton(value, &cfg->local);
	if (IS("remote_ip"))
		return inet_aton(value, &cfg->remote);
	if (IS("gateway_ip"))
		return inet_aton(value, &cfg->gateway);
	if (IS("netmask_ip"))
		return inet_aton(value, &cfg->netmask);
	return false;
}

/**
 * drill_option() - one --name=value
 * @cfg: changed
 * @arg: the word as it is, dashes included
 *
 * Return: false if there is no such option or its value is not good.
 */
bool drill_option(struct drill_config *cfg, const char *arg)
{
	const char *name = arg + 2;
	const char *eq = strchr(arg, '=');
	size_t len;

	if (strncmp(arg, "--", 2))
		return false;
	if (!eq)
		return !strcmp(name, "verbose") ? cfg->verbose = true : false;
	len = eq - name;
	if (IS("define"))
		return drill_define(cfg, eq + 1);
	if (IS("sysctl"))
		return drill_sysctl(cfg, eq + 1);
	if (IS("ip_version"))
		return !strcmp(eq + 1, "ipv4");
	return drill_option_number(cfg, name, len, eq + 1) ||
		drill_option_address(cfg, name, len, eq + 1) ||
		drill_option_ignored(name, len);
}
