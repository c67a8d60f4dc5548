// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: shell commands of a script. A script names the sysctls of
 * net.ipv4; on AF_EXPSTACK those of net.expstack are meant.
 * Flow:   drill_run -> drill_shell
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expdrill/drill.h"

static char *drill_replace(char *text, const char *from, const char *to)
{
	char *at, *next;

	while ((at = strstr(text, from))) {
		next = drill_printf("%.*s%s%s", (int)(at - text), text, to,
				    at + strlen(from));
		free(text);
		text = next;
	}
	return text;
}

/**
 * drill_shell_quiet() - run a command
 * @cmd: for the shell
 *
 * Return: whether its exit status is 0.
 */
bool drill_shell_quiet(const char *cmd)
{
	int st;

	drill_realtime(false);	/* the command is no part of the script's time */
	st = system(cmd);
	drill_realtime(true);
	return WIFEXITED(st) && !WEXITSTATUS(st);
}

/**
 * drill_shell() - run a script's command, which must succeed
 * @d: the script
 * @cmd: as the script has it
 * @line: where
 */
void drill_shell(struct drill *d, const char *cmd, int line)
{
	char *text = strdup(cmd);
	char *pid = drill_printf("%d", (int)getpid());

	if (d->cfg->expstack) {
		text = drill_replace(text, "net.ipv4.", "net.expstack.");
		text = drill_replace(text, "net/ipv4/", "net/expstack/");
	}
	setenv("PACKETDRILL_PID", pid, 1);
	setenv("TUN_DEV", "tun0", 1);
	if (!drill_shell_quiet(text))
		drill_die(DRILL_ERROR, line, "the command failed: %s", text);
	free(pid);
	free(text);
}
