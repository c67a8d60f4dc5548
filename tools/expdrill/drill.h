/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expdrill: what the rooms share.
 *
 * A script is scanned and parsed into a list of events; the run loop takes
 * them one by one. Each script runs in a process and a network namespace of
 * its own, so an error anywhere ends the process (drill_die).
 */
#ifndef DRILL_H
#define DRILL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRILL_MAX_FRAME		(64 * 1024 + 64)
#define DRILL_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define DRILL_USEC		1000LL
#define DRILL_SEC		1000000000LL

/* Exit status of a script's process, and of the program. */
enum drill_status {
	DRILL_PASS = 0,
	DRILL_FAIL = 1,		/* the stack did something else */
	DRILL_ERROR = 2,	/* the script or the machine is at fault */
};

struct drill_define {
	struct drill_define *next;
	char *name, *value;
};

struct drill_config {
	bool expstack;		/* -f expstack */
	bool ktap;
	bool verbose;
	bool dry_run;
	int64_t tolerance_ns;
	double tolerance_percent;
	int64_t ts_tick_us;	/* 0: TS values of the stack are not checked */
	int64_t timeout_ns;	/* of one script */
	int64_t *late_ns;	/* the most an event was late, 0: none */
	int mtu;
	int tso;
	struct in_addr local, remote, gateway, netmask;
	uint16_t bind_port, connect_port;
	struct drill_define *defines;
};

/* ---- scripts ---- */

enum drill_base { DRILL_ABSOLUTE, DRILL_RELATIVE, DRILL_ANY };

struct drill_when {
	enum drill_base base;
	int64_t start, end;	/* ns; end > start for a range */
};

enum drill_what {
	DRILL_PACKET, DRILL_CALL, DRILL_COMMAND, DRILL_CODE, DRILL_NOTHING,
};

#define DRILL_MAX_TCPOPT	40
#define DRILL_MD5_LEN		16

/* Options as they are on the wire, with marks on what is compared how. */
struct drill_tcpopt {
	uint8_t bytes[DRILL_MAX_TCPOPT + 44];	/* a bad script may overfill */
	int len;
	int ts_at;		/* offset of the TSopt, -1 if none */
	int sack_at;		/* offset of the first block, -1 if none */
	int sack_blocks;
	int md5_at;		/* offset of a digest by md5_key, -1 if none */
	char *md5_key;		/* script: what it is to be made with */
	int md5_key_len;
};

enum drill_proto {
	DRILL_TCP = IPPROTO_TCP,
	DRILL_UDP = IPPROTO_UDP,
	DRILL_ICMP = IPPROTO_ICMP,
	DRILL_RAW = 255,	/* bytes given by the script */
};

#define DRILL_FIN	0x01
#define DRILL_SYN	0x02
#define DRILL_RST	0x04
#define DRILL_PSH	0x08
#define DRILL_ACK	0x10
#define DRILL_URG	0x20
#define DRILL_ECE	0x40
#define DRILL_CWR	0x80

/* The headers an ICMP error carries. */
struct drill_quote {
	int proto;		/* 0: none */
	uint32_t seq;
	uint32_t len;		/* payload of the quoted packet */
	uint16_t sport, dport;
	struct in_addr src, dst;
};

/*
 * One packet: as a script has it (sequence numbers of the script, -1 where
 * it says nothing), or as it came from the stack (numbers of the wire).
 */
struct drill_packet {
	int proto;
	int line;
	int conn;		/* script: [conn N]; 0 is the current one */
	/* IPv4 */
	int tos, ecn, ttl, df, id;
	struct in_addr src, dst;	/* script: 0.0.0.0 is the usual one */
	bool bad_csum, bad_ip_csum, no_csum;
	/* TCP and UDP */
	uint16_t sport, dport;
	uint8_t flags, reserved;
	int doff;		/* script: -1 is the right one */
	uint32_t seq, ack, len;
	bool has_ack;
	int win, urg;
	bool any_options;
	struct drill_tcpopt opt;
	/* ICMP */
	int type, code;
	int mtu;
	int echo_id, echo_seq;
	struct drill_quote quote;
	/* payload: script, bytes to send or expect; wire, points into frame */
	const uint8_t *data;
	/* wire only */
	int64_t at;
	int gso_size;
	uint8_t *frame;
	char *fault;		/* what is wrong with it by itself */
	struct drill_packet *next;
};

enum drill_value_type {
	DRILL_INT, DRILL_STRING, DRILL_ELLIPSIS, DRILL_LIST, DRILL_STRUCT,
};

struct drill_value {
	enum drill_value_type type;
	long long num;
	char *str;		/* string, or a symbol's name */
	int len;		/* of str */
	char *field;		/* name in a struct, NULL for {..., 5} */
	struct drill_value *kids;	/* list or struct */
	struct drill_value *next;
};

struct drill_call {
	int line;
	char *name;
	struct drill_value *args;
	int nargs;
	bool blocking;
	int64_t end, latest;	/* when a blocking call must be done */
	bool any_result;
	long long want;
	int want_errno;
	/* run */
	const struct drill_call_ops *ops;
	struct drill *d;
	long long got;
	int got_errno;
	int64_t began, done_at;
	bool running, done;
	int64_t want_end, want_latest;
	char *fault;
	struct drill_call *next_running;
	unsigned long thread;
};

struct drill_event {
	struct drill_event *next;
	enum drill_what what;
	int line;
	struct drill_when when;
	bool outbound;
	struct drill_packet *packet;
	struct drill_call *call;
	char *text;		/* command or code */
};

struct drill_script {
	const char *name;
	char *text;
	char *init;		/* commands before the start, or NULL */
	struct drill_event *events;
};

/* ---- a running script ---- */

struct drill_conn {
	struct drill_conn *next;
	int id;
	int proto;
	uint16_t lport, rport;
	struct in_addr local, remote;
	bool have_isn;		/* the stack's first sequence number is known */
	uint32_t isn, script_isn;
	uint32_t peer_isn, peer_isn_next;
	bool peer_syn;
	bool have_ts;
	uint32_t ts_first, ts_first_script;
	struct { uint32_t script, wire; } ts_map[64];
	unsigned int ts_n;
	uint32_t last_seq;	/* of the last segment from the stack */
};

#define DRILL_MAX_FD	256

struct drill {
	struct drill_config *cfg;
	struct drill_script *script;
	int tun, timer;
	int64_t start;		/* script time 0 on the monotonic clock */
	int64_t last;		/* script time of the last event */
	int64_t done;		/* @last, or when a slow command ended */
	struct drill_packet *queue, **queue_end;
	struct drill_conn *conns, *current, *current_udp;
	int nconns;
	bool fresh;		/* the next inbound segment is a new connection */
	uint16_t port_bound;	/* by the script's last bind() */
	int fds[DRILL_MAX_FD];	/* script's number to ours, -1 */
	int wake[2];		/* a blocking call is done */
	struct drill_call *running;
	struct drill_vars *vars;
};

/* main.c */
void drill_die(enum drill_status st, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void drill_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *drill_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *drill_alloc(size_t len);

/* opts.c */
bool drill_option(struct drill_config *cfg, const char *arg);
void drill_config_init(struct drill_config *cfg);
const char *drill_define_find(const struct drill_config *cfg, const char *name);

/* symbol.c */
bool drill_symbol(const char *name, long long *value);
int drill_errno(const char *name);
const char *drill_errno_name(int err);

/* parse.c */
struct drill_script *drill_parse(const char *file, struct drill_config *cfg);

/* cksum.c */
uint32_t drill_sum(const void *data, size_t len, uint32_t sum);
uint16_t drill_sum_fold(uint32_t sum);
uint32_t drill_sum_pseudo(struct in_addr src, struct in_addr dst, int proto,
			  size_t len);

/* md5.c */
void drill_md5_segment(struct in_addr src, struct in_addr dst,
		       const uint8_t *seg, size_t len, size_t head,
		       const char *key, size_t key_len, uint8_t *digest);

/* build.c, dissect.c, text.c */
size_t drill_build(struct drill *d, const struct drill_packet *p,
		   struct drill_conn *c, uint8_t *frame);
struct drill_packet *drill_dissect(const uint8_t *buf, size_t len);
struct drill_packet *drill_split(struct drill_packet *p, uint32_t len);
void drill_packet_free(struct drill_packet *p);
char *drill_packet_text(const struct drill_packet *p,
			const struct drill_conn *c);
char *drill_time_text(int64_t ns);

/* conn.c */
struct drill_conn *drill_conn_new(struct drill *d, int proto);
struct drill_conn *drill_conn_inbound(struct drill *d,
				      const struct drill_packet *p);
struct drill_conn *drill_conn_of(struct drill *d, const struct drill_packet *p);
struct drill_conn *drill_conn_outbound(struct drill *d, struct drill_packet *p);
int drill_conn_fd(struct drill *d, const struct drill_conn *c);
void drill_conn_syn_out(struct drill_conn *c, const struct drill_packet *want,
			const struct drill_packet *got);
uint32_t drill_conn_seq_out(const struct drill_conn *c, uint32_t wire,
			    bool syn);
uint32_t drill_conn_seq_wire(const struct drill_conn *c, uint32_t script,
			     bool syn);
uint32_t drill_conn_peer(const struct drill_conn *c, bool syn);
uint32_t drill_conn_ts_wire(const struct drill_conn *c, uint32_t script);

/* match.c */
char *drill_match(struct drill *d, struct drill_conn *c,
		  const struct drill_packet *want,
		  const struct drill_packet *got);

/* clock.c */
int64_t drill_now(void);
void drill_realtime(bool on);
void drill_tun_poll(struct drill *d, int64_t until);
void drill_wait_until(struct drill *d, int64_t when);
struct drill_packet *drill_next_packet(struct drill *d, int64_t until);

/* run.c */
void drill_run(struct drill *d);
char *drill_time_fault(struct drill *d, int64_t from, int64_t to, int64_t at);

/* tun.c, shell.c */
void drill_tun_up(struct drill *d);
void drill_tun_send(struct drill *d, const uint8_t *frame, size_t len);
void drill_shell(struct drill *d, const char *cmd, int line);
bool drill_shell_quiet(const char *cmd);

/* call.c */
void drill_call_run(struct drill *d, struct drill_call *c, int64_t at);
void drill_call_reap(struct drill *d, int64_t before);

/* tcpinfo.c, code.c */
bool drill_tcpinfo_get(int fd, const char *name, double *value);
void drill_code_run(struct drill *d, const char *text, int line);

#endif /* DRILL_H */
