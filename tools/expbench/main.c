// SPDX-License-Identifier: GPL-2.0
/*
 * expbench: measures a family, between two machines or two namespaces.
 * Flow:   main -> eb_server | eb_client | eb_main_run, which forks both sides
 *         with a socket pair for the control connection
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expbench/expbench.h"

static int eb_main_client(struct eb_conf *conf)
{
	conf->server_family = 0;	/* nobody knows */
	return eb_client(conf, eb_connect(conf->client_family, SOCK_STREAM,
					  &conf->local, &conf->host,
					  ntohs(conf->host.sin_port)));
}

static noreturn void eb_main_run_server(struct eb_conf *conf, int ctl)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	eb_netns_enter(conf->server_netns);
	conf->local.sin_addr = conf->host.sin_addr;
	exit(eb_server_session(conf, ctl));
}

static int eb_main_run(struct eb_conf *conf)
{
	int status, sv[2];
	pid_t server;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv))
		eb_die("socketpair");
	server = fork();
	if (server < 0)
		eb_die("fork");
	if (!server) {
		close(sv[0]);
		eb_main_run_server(conf, sv[1]);
	}
	close(sv[1]);
	eb_netns_enter(conf->client_netns);
	status = eb_client(conf, sv[0]);
	waitpid(server, NULL, 0);
	return status;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "-h";
	struct eb_conf conf;

	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(command, "help"))
		argv[1] = "-h";
	if (argv[1] && argv[1][0] != '-') {
		argc--;
		argv++;
	}
	eb_conf_parse(&conf, argc, argv);
	if (!strcmp(command, "server"))
		return eb_server(&conf);
	if (!strcmp(command, "client"))
		return eb_main_client(&conf);
	if (!strcmp(command, "run"))
		return eb_main_run(&conf);
	fprintf(stderr, "expbench: %s: not a command (help lists them)\n",
		command);
	return 2;
}
