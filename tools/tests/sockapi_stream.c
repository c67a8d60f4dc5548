// SPDX-License-Identifier: GPL-2.0
/*
 * exs-sockapi: sending, receiving and ending a stream.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "tests/sockapi.h"

static void sa_stream_unconnected(void)
{
	int fd = sa_socket(SOCK_STREAM);
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);
	char buf[8];

	sa_sigpipe(NULL);
	sa_ret("recv", recv(fd, buf, 8, 0));
	sa_ret("send", send(fd, buf, 1, 0));
	sa_sigpipe("send");
	sa_ret("send quietly", send(fd, buf, 1, MSG_NOSIGNAL));
	sa_sigpipe("quietly");
	sa_ret("shutdown", shutdown(fd, SHUT_RDWR));
	sa_ret("getpeername", getpeername(fd, (struct sockaddr *)&addr, &len));
	sa_ret("getsockname", getsockname(fd, (struct sockaddr *)&addr, &len));
	sa_say("family %d port %d address %x length %d", addr.sin_family,
	       addr.sin_port, addr.sin_addr.s_addr, len);
	sa_ret("accept", accept(fd, NULL, NULL));
}

static void sa_stream_wrong_state(void)
{
	char buf[8];
	int fd[2];
	int port, listener = sa_listener(&port);

	sa_pair(fd);
	sa_ret("listen, connected", listen(fd[0], 1));
	sa_ret("accept, connected", accept(fd[0], NULL, NULL));
	sa_ret("bind, connected", sa_bind(fd[0], INADDR_ANY, 0));
	sa_ret("connect, connected", sa_connect(fd[0], INADDR_LOOPBACK, port));
	sa_ret("shutdown, no such way", shutdown(fd[0], 7));
	sa_ret("connect, listening",
	       sa_connect(listener, INADDR_LOOPBACK, port));
	sa_ret("recv, listening", recv(listener, buf, 8, 0));
	sa_ret("send, listening", send(listener, buf, 8, MSG_NOSIGNAL));
	sa_ret("listen again", listen(listener, 3));
}

static void sa_stream_flags(void)
{
	char buf[16] = "";
	int fd[2];

	sa_pair(fd);
	sa_ret("empty", recv(fd[0], buf, 16, MSG_DONTWAIT));
	send(fd[1], "abcdef", 6, 0);
	sa_settle();
	sa_bytes("peek", buf, recv(fd[0], buf, 3, MSG_PEEK));
	sa_bytes("peek more", buf, recv(fd[0], buf, 16, MSG_PEEK));
	sa_ret("discard", recv(fd[0], NULL, 2, MSG_TRUNC));
	sa_bytes("rest", buf, recv(fd[0], buf, 16, 0));
	sa_ret("none", recv(fd[0], buf, 0, MSG_DONTWAIT));
	sa_ret("send none", send(fd[0], buf, 0, 0));
	sa_ret("error queue", recv(fd[0], buf, 16, MSG_ERRQUEUE));
}

static void sa_stream_waitall(void)
{
	char buf[16] = "";
	int fd[2];

	sa_pair(fd);
	if (!fork()) {
		for (int i = 0; i < 3; i++) {
			usleep(30000);
			send(fd[1], "abcd", 4, 0);
		}
		_exit(0);
	}
	close(fd[1]);
	sa_bytes("wait for ten", buf, recv(fd[0], buf, 10, MSG_WAITALL));
	sa_bytes("until the end", buf, recv(fd[0], buf, 10, MSG_WAITALL));
	sa_ret("end", recv(fd[0], buf, 10, MSG_WAITALL));
}

static void sa_stream_more(void)
{
	char buf[16] = "";
	int fd[2];

	sa_pair(fd);
	send(fd[0], "abc", 3, MSG_MORE);
	sa_settle();
	sa_ret("held back", recv(fd[1], buf, 16, MSG_DONTWAIT));
	send(fd[0], "def", 3, 0);
	sa_settle();
	sa_bytes("together", buf, recv(fd[1], buf, 16, MSG_DONTWAIT));
	sa_int(fd[0], IPPROTO_TCP, TCP_CORK, 1);
	send(fd[0], "ghi", 3, 0);
	sa_settle();
	sa_ret("corked", recv(fd[1], buf, 16, MSG_DONTWAIT));
	sa_int(fd[0], IPPROTO_TCP, TCP_CORK, 0);
	sa_settle();
	sa_bytes("uncorked", buf, recv(fd[1], buf, 16, MSG_DONTWAIT));
}

static void sa_stream_queues(void)
{
	char buf[16];
	int fd[2], n = -1;

	sa_pair(fd);
	sa_ret("FIONREAD", ioctl(fd[0], FIONREAD, &n));
	sa_say("%d", n);
	send(fd[1], "abcdef", 6, 0);
	sa_settle();
	ioctl(fd[0], FIONREAD, &n);
	sa_say("FIONREAD %d", n);
	recv(fd[0], buf, 2, 0);
	ioctl(fd[0], SIOCINQ, &n);
	sa_say("SIOCINQ %d", n);
	sa_ret("SIOCOUTQ", ioctl(fd[1], SIOCOUTQ, &n));
	sa_say("%d", n);
	sa_ret("SIOCOUTQNSD", ioctl(fd[1], SIOCOUTQNSD, &n));
	sa_say("%d", n);
	sa_ret("unknown", ioctl(fd[1], 0x8fff, &n));
	shutdown(fd[1], SHUT_WR);
	sa_settle();
	ioctl(fd[0], FIONREAD, &n);
	sa_say("FIONREAD with end %d", n);
}

static void sa_stream_listener_ioctl(void)
{
	int port, fd = sa_listener(&port), n = -1;

	sa_ret("FIONREAD", ioctl(fd, FIONREAD, &n));
	sa_ret("SIOCOUTQ", ioctl(fd, SIOCOUTQ, &n));
}

static void sa_stream_urgent(void)
{
	char buf[16] = "";
	int fd[2], n = -1;

	sa_pair(fd);
	sa_ret("none", recv(fd[0], buf, 1, MSG_OOB));
	send(fd[1], "abX", 3, MSG_OOB);
	send(fd[1], "cd", 2, 0);
	sa_settle();
	sa_events("urgent", fd[0]);
	sa_bytes("before the mark", buf, recv(fd[0], buf, 16, 0));
	ioctl(fd[0], SIOCATMARK, &n);
	sa_say("at the mark %d", n);
	sa_bytes("urgent", buf, recv(fd[0], buf, 1, MSG_OOB));
	sa_ret("once", recv(fd[0], buf, 1, MSG_OOB));
	sa_bytes("after the mark", buf, recv(fd[0], buf, 16, 0));
	sa_int(fd[0], SOL_SOCKET, SO_OOBINLINE, 1);
	send(fd[1], "Y", 1, MSG_OOB);
	sa_settle();
	sa_bytes("in line", buf, recv(fd[0], buf, 16, 0));
}

static void sa_stream_pipe(void)
{
	char buf[8];
	int fd[2];

	sa_sigpipe(NULL);
	sa_pair(fd);
	shutdown(fd[0], SHUT_WR);
	sa_ret("send", send(fd[0], buf, 1, 0));
	sa_sigpipe("send");
	sa_ret("send quietly", send(fd[0], buf, 1, MSG_NOSIGNAL));
	sa_sigpipe("quietly");
	sa_ret("write", write(fd[0], buf, 1));
	sa_sigpipe("write");
	close(fd[1]);
	sa_settle();
	sa_ret("recv", recv(fd[0], buf, 8, 0));
}

static void sa_stream_closed_peer(void)
{
	char buf[8];
	int fd[2];

	sa_pair(fd);
	close(fd[1]);
	sa_settle();
	sa_events("peer closed", fd[0]);
	sa_ret("send", send(fd[0], "x", 1, MSG_NOSIGNAL));
	sa_settle();
	sa_events("reset for it", fd[0]);
	sa_ret("send", send(fd[0], "x", 1, MSG_NOSIGNAL));
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_ret("recv", recv(fd[0], buf, 8, 0));
}

static long sa_stream_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 +
	       (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void sa_stream_timeouts(void)
{
	struct timeval tv = { .tv_usec = 100000 };
	static char buf[1 << 20];
	struct timespec start;
	socklen_t len = sizeof(tv);
	int fd[2];

	sa_pair(fd);
	setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	clock_gettime(CLOCK_MONOTONIC, &start);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	sa_say("waited %d", sa_stream_ms(&start) >= 95);
	/* Full is what takes nothing all through a time limit. */
	while (send(fd[0], buf, sizeof(buf), 0) > 0)
		;
	clock_gettime(CLOCK_MONOTONIC, &start);
	sa_ret("send", send(fd[0], buf, 1, 0));
	sa_say("waited %d", sa_stream_ms(&start) >= 95);
	sa_ret("get", getsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &tv, &len));
	sa_say("%ld s %d", (long)tv.tv_sec, tv.tv_usec >= 100000);
}

static void sa_stream_interrupted(void)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	struct itimerval it = { .it_value.tv_usec = 50000 };
	struct timeval tv = { .tv_sec = 5 };
	char buf[8];
	int fd[2];

	sa_pair(fd);
	sa_sigpipe(NULL);
	sigaction(SIGPIPE, NULL, &sa);
	sa.sa_flags = 0;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	sa_ret("recv", recv(fd[0], buf, 8, 0));
	setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	sa.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	sa_ret("recv with a time limit", recv(fd[0], buf, 8, 0));
}

static void sa_stream_vectors(void)
{
	struct iovec out[3] = { { "ab", 2 }, { "", 0 }, { "cdef", 4 } };
	char a[3] = "", b[8] = "";
	struct iovec in[2] = { { a, 2 }, { b, 7 } };
	struct sockaddr_in name = sa_addr(INADDR_LOOPBACK, 9);
	struct msghdr msg = { .msg_iov = in, .msg_iovlen = 2,
			      .msg_name = &name, .msg_namelen = sizeof(name) };
	socklen_t len = sizeof(name);
	int fd[2];

	sa_pair(fd);
	sa_ret("writev", writev(fd[0], out, 3));
	sa_settle();
	sa_ret("recvmsg", recvmsg(fd[1], &msg, 0));
	sa_say("'%s' '%s' name %d flags %x", a, b, msg.msg_namelen,
	       msg.msg_flags);
	sa_ret("sendto an address", sendto(fd[0], "x", 1, 0,
					   (struct sockaddr *)&name,
					   sizeof(name)));
	sa_settle();
	sa_ret("recvfrom", recvfrom(fd[1], a, 1, 0, (struct sockaddr *)&name,
				    &len));
	sa_say("length %d", len);
	sa_ret("read", read(fd[1], a, 0));
	sa_ret("bad address", send(fd[0], (void *)8, 100, 0));
}

static void sa_stream_splice(void)
{
	char buf[5000];
	FILE *f = tmpfile();
	off_t off = 100;
	int fd[2], pipes[2];

	memset(buf, 'a', sizeof(buf));
	fwrite(buf, 1, sizeof(buf), f);
	fflush(f);
	sa_pair(fd);
	sa_ret("sendfile", sendfile(fd[0], fileno(f), &off, 4000));
	sa_ret("recv", recv(fd[1], buf, 4000, MSG_WAITALL));
	if (pipe(pipes))
		return;
	send(fd[0], "hello", 5, 0);
	sa_settle();
	sa_ret("splice from", splice(fd[1], NULL, pipes[1], NULL, 100, 0));
	sa_ret("splice to", splice(pipes[0], NULL, fd[1], NULL, 5, 0));
	sa_settle();
	sa_bytes("recv", buf, recv(fd[0], buf, 8, MSG_DONTWAIT));
}

static void sa_stream_inherit(void)
{
	int port, listener = sa_listener(&port), fd, value;
	struct linger linger = { .l_onoff = 1, .l_linger = 3 };
	socklen_t len = sizeof(value);

	sa_int(listener, IPPROTO_TCP, TCP_NODELAY, 1);
	sa_int(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
	sa_int(listener, SOL_SOCKET, SO_RCVBUF, 50000);
	sa_int(listener, IPPROTO_TCP, TCP_KEEPIDLE, 33);
	sa_int(listener, IPPROTO_IP, IP_TOS, 0x10);
	setsockopt(listener, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	fd = sa_socket(SOCK_STREAM);
	sa_connect(fd, INADDR_LOOPBACK, port);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &len);
	sa_say("TCP_NODELAY %d", value);
	getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &len);
	sa_say("SO_KEEPALIVE %d", value);
	getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &len);
	sa_say("SO_RCVBUF %d", value);
	getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, &len);
	sa_say("TCP_KEEPIDLE %d", value);
	getsockopt(fd, IPPROTO_IP, IP_TOS, &value, &len);
	sa_say("IP_TOS %d", value);
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len);
	sa_say("SO_ACCEPTCONN %d", value);
	len = sizeof(linger);
	getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len);
	sa_say("SO_LINGER %d %d", linger.l_onoff, linger.l_linger);
	sa_ret("flags", fcntl(fd, F_GETFL));
	sa_ret("FD flags", fcntl(fd, F_GETFD));
}

static void sa_stream_names(void)
{
	struct sockaddr_in a, b;
	char little[4];
	socklen_t len = sizeof(a);
	int fd[2];

	sa_pair(fd);
	getsockname(fd[0], (struct sockaddr *)&a, &len);
	getpeername(fd[1], (struct sockaddr *)&b, &len);
	sa_say("family %d %d, the same %d", a.sin_family, b.sin_family,
	       !memcmp(&a, &b, sizeof(a)));
	len = sizeof(little);
	sa_ret("too short", getsockname(fd[0], (struct sockaddr *)little, &len));
	sa_say("length %d", len);
}

const struct sa_case sa_cases_stream[] = {
	{ "stream_unconnected", sa_stream_unconnected },
	{ "stream_wrong_state", sa_stream_wrong_state },
	{ "stream_peek_trunc_dontwait", sa_stream_flags },
	{ "stream_waitall", sa_stream_waitall },
	{ "stream_more_and_cork", sa_stream_more },
	{ "stream_queue_lengths", sa_stream_queues },
	{ "stream_listener_ioctl", sa_stream_listener_ioctl },
	{ "stream_urgent", sa_stream_urgent },
	{ "stream_sigpipe", sa_stream_pipe },
	{ "stream_send_to_closed_peer", sa_stream_closed_peer },
	{ "stream_timeouts", sa_stream_timeouts },
	{ "stream_interrupted", sa_stream_interrupted },
	{ "stream_vectors", sa_stream_vectors },
	{ "stream_sendfile_and_splice", sa_stream_splice },
	{ "stream_accept_inherits", sa_stream_inherit },
	{ "stream_names", sa_stream_names },
	{ }
};
