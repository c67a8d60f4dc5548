/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expbench: what its rooms share.
 *
 * A test is a pair of functions, one for each end of a flow. Each end of each
 * flow is a process of its own, so that the measured path is a plain blocking
 * system call on a file table nobody else uses; its figures are in memory
 * shared with the parent. A control connection in text lines says what to
 * run and brings the server's figures back.
 */
#ifndef EXPBENCH_H
#define EXPBENCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdnoreturn.h>

#define EB_ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

#define EB_PORT		5400
#define EB_MAX_FLOWS	256
#define EB_MAX_PORTS	256
#define EB_MAX_SIZE	(4 << 20)
/*
 * Connections to one port in idle, timewait: fewer than half of the local
 * ports, as connect() tries every second one first.
 */
#define EB_PER_PORT	10000
#define EB_RATE_OF	1000	/* connections at either end of idle, timewait */
#define EB_MAX_SLABS	512

#define EB_HIST_SUB	32	/* steps in a power of two: 3% precision */
#define EB_HIST_SIZE	(60 * EB_HIST_SUB)

/* The lines of the control connection, see client.c. */
#define EB_LINE_TEST	"test=%31s size=%u reply=%u flows=%u window=%u " \
			"nports=%u seconds=%lf count=%lu"
#define EB_LINE_RESULT	"count=%lu bytes=%lu lost=%lu ns=%lu failed=%d " \
			"user=%lf sys=%lf"

#define EB_NSEC		1000000000ULL

enum eb_kind { EB_RATE, EB_BITS, EB_PACKETS, EB_MEMORY };

/* One end of one flow; shared between its process and the parent. */
struct eb_flow {
	uint64_t count;		/* transactions, datagrams, connections */
	uint64_t bytes;
	uint64_t lost;		/* datagrams that had to be sent again */
	uint64_t ns;		/* what the measured part took */
	uint64_t first_ns;	/* idle, timewait: the first EB_RATE_OF */
	uint64_t last_ns;	/* and the last ones; 0 when there are less */
	bool ready;		/* idle, timewait: all connections are there */
	bool failed;
	uint32_t hist[EB_HIST_SIZE];
};

struct eb_conf {
	const struct eb_test *test;
	int client_family;
	int server_family;
	const char *client_netns;
	const char *server_netns;
	struct sockaddr_in host;	/* the server, with the control port */
	struct sockaddr_in local;	/* what to bind to */
	double seconds;			/* 0: until count */
	uint64_t count;			/* 0: until seconds */
	unsigned int size;
	unsigned int reply;
	unsigned int flows;
	unsigned int window;		/* 0: datagrams without pause */
	unsigned int nports;
	uint16_t ports[EB_MAX_PORTS];
	bool compact;
};

/* The process of one end of one flow. */
struct eb_end {
	const struct eb_conf *conf;
	struct eb_flow *flow;
	int index;
	int *fds;		/* server: its listeners or datagram sockets */
	char *buf;		/* EB_MAX_SIZE, touched */
	uint64_t deadline;	/* clock value, or never */
};

struct eb_test {
	const char *name;
	const char *what;
	enum eb_kind kind;
	int type;
	unsigned int size;
	unsigned int reply;
	void (*client)(struct eb_end *end);
	void (*server)(struct eb_end *end);
};

struct eb_cpu {
	double user;
	double sys;
};

/* One cache of /proc/slabinfo. */
struct eb_slab {
	char name[40];
	int64_t objects;
	int64_t size;		/* of an object, with what aligns it */
	int64_t bytes;		/* of its slabs */
};

struct eb_mem {
	int64_t unfree;		/* bytes the page allocator has given out */
	int64_t slab;		/* bytes of slabs */
	struct eb_slab slabs[EB_MAX_SLABS];
	unsigned int nslabs;
};

struct eb_result {
	struct eb_flow client;	/* sums over the flows; ns is the longest */
	struct eb_flow server;
	struct eb_cpu client_cpu;
	struct eb_cpu server_cpu;
	struct eb_mem before;
	struct eb_mem after;
	double busy;		/* share of the machine that was not idle */
};

/* conf.c */
int eb_conf_parse(struct eb_conf *conf, int argc, char **argv);
const char *eb_family_name(int family);
const struct eb_test *eb_test_find(const char *name);

/* net.c */
noreturn void eb_die(const char *what);
uint64_t eb_clock(void);
void eb_netns_enter(const char *name);
void eb_files_raise(uint64_t n);
int eb_socket(int family, int type);
int eb_listen(int family, int type, const struct sockaddr_in *local,
	      uint16_t port);
uint16_t eb_port_of(int fd);
int eb_connect(int family, int type, const struct sockaddr_in *local,
	       const struct sockaddr_in *host, uint16_t port);
int eb_accept(int fd);
void eb_nodelay(int fd);
size_t eb_recv_all(int fd, char *buf, size_t len);
void eb_send_all(int fd, const char *buf, size_t len);

/* client.c, server.c: eb_start forks the ends; they wait for eb_go. */
struct eb_ends {
	struct eb_flow *flows;
	pid_t pids[EB_MAX_FLOWS];
	unsigned int n;
	int go;
};

void eb_ends_start(struct eb_ends *ends, const struct eb_conf *conf, int *fds,
		   void (*run)(struct eb_end *end));
void eb_ends_go(struct eb_ends *ends);
void eb_ends_stop(struct eb_ends *ends, bool kill_them);
void eb_ends_sum(const struct eb_ends *ends, struct eb_flow *sum);
bool eb_end_is_over(const struct eb_end *end);
int eb_client(struct eb_conf *conf, int ctl);
int eb_server(const struct eb_conf *conf);
int eb_server_session(const struct eb_conf *conf, int ctl);

/* tcp.c, udp.c, hold.c: the tests */
void eb_stream_client(struct eb_end *end);
void eb_stream_server(struct eb_end *end);
void eb_maerts_client(struct eb_end *end);
void eb_maerts_server(struct eb_end *end);
void eb_rr_client(struct eb_end *end);
void eb_rr_server(struct eb_end *end);
void eb_crr_client(struct eb_end *end);
void eb_crr_server(struct eb_end *end);
void eb_udp_stream_client(struct eb_end *end);
void eb_udp_stream_server(struct eb_end *end);
void eb_udp_recv_client(struct eb_end *end);
void eb_udp_recv_server(struct eb_end *end);
void eb_udp_rr_client(struct eb_end *end);
void eb_udp_rr_server(struct eb_end *end);
void eb_idle_client(struct eb_end *end);
void eb_idle_server(struct eb_end *end);
void eb_timewait_client(struct eb_end *end);
void eb_timewait_server(struct eb_end *end);

/* memory.c */
void eb_mem_read(struct eb_mem *mem);
const struct eb_slab *eb_mem_find(const struct eb_mem *mem, const char *name);
void eb_cpu_read(uint64_t *busy, uint64_t *all);

/* hist.c */
void eb_hist_add(struct eb_flow *flow, uint64_t ns);
double eb_hist_percentile(const struct eb_flow *flow, double share);

/* report.c */
void eb_report(const struct eb_conf *conf, const struct eb_result *res);

#endif /* EXPBENCH_H */
