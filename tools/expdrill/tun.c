// SPDX-License-Identifier: GPL-2.0
/*
 * expdrill: a network namespace and the tun device through which the script
 * meets the stack.
 *
 *      script --- tun0 --- 192.168.0.1/16, the stack --- sockets --- script
 *   192.0.2.1 (default route)
 *
 * The device takes segmentation and checksum offload, as real ones do; the
 * virtio header says what is left to do (see drill_split, drill_dissect).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/route.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "expdrill/drill.h"

#define DRILL_TUN	"tun0"

static void drill_ifr(int fd, const char *dev, unsigned long req, int flags,
		      struct in_addr addr)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = addr };
	struct ifreq ifr = { 0 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	if (req == SIOCSIFFLAGS)
		ifr.ifr_flags = flags;
	else if (req == SIOCSIFMTU)
		ifr.ifr_mtu = flags;
	else
		memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	if (ioctl(fd, req, &ifr) < 0)
		drill_die(DRILL_ERROR, 0, "setting up %s: %s", dev,
			  strerror(errno));
}

static void drill_inet_default_route(int fd)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct rtentry rt = { 0 };

	memcpy(&rt.rt_dst, &any, sizeof(any));
	memcpy(&rt.rt_genmask, &any, sizeof(any));
	rt.rt_flags = RTF_UP;
	rt.rt_dev = DRILL_TUN;
	if (ioctl(fd, SIOCADDRT, &rt) < 0)
		drill_die(DRILL_ERROR, 0, "default route: %s", strerror(errno));
}

static void drill_expctl(const char *fmt, const char *arg)
{
	char *cmd = drill_printf(fmt, arg);

	if (!drill_shell_quiet(cmd))
		drill_die(DRILL_ERROR, 0, "%s: failed", cmd);
	free(cmd);
}

static void drill_expstack_up(const struct drill_config *cfg)
{
	int bits = __builtin_popcount(cfg->netmask.s_addr);
	char *addr = drill_printf("%s/%d", inet_ntoa(cfg->local), bits);

	drill_expctl("expctl link attach %s", DRILL_TUN);
	drill_expctl("expctl addr add %s dev " DRILL_TUN, addr);
	drill_expctl("expctl route add default dev %s", DRILL_TUN);
	free(addr);
}

static void drill_tun_open(struct drill *d)
{
	unsigned int offload = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN;
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };

	d->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (d->tun < 0)
		drill_die(DRILL_ERROR, 0, "/dev/net/tun: %s", strerror(errno));
	strcpy(ifr.ifr_name, DRILL_TUN);
	if (ioctl(d->tun, TUNSETIFF, &ifr) < 0 ||
	    (d->cfg->tso && ioctl(d->tun, TUNSETOFFLOAD, offload) < 0))
		drill_die(DRILL_ERROR, 0, "tun: %s", strerror(errno));
}

/* Returns false with errno set if there is no such sysctl, or not this value. */
static bool drill_sysctl_set(struct drill *d, const char *setting)
{
	char *name = strdup(setting), *eq = strchr(name, '='), *path, *p;
	bool ok;
	FILE *f;

	*eq = '\0';
	for (p = name; *p; p++)
		if (*p == '.')
			*p = '/';
	if (d->cfg->expstack && !strncmp(name, "net/ipv4/", 9))
		path = drill_printf("/proc/sys/net/expstack/%s", name + 9);
	else
		path = drill_printf("/proc/sys/%s", name);
	f = fopen(path, "w");
	ok = f && fprintf(f, "%s\n", eq + 1) > 0;
	if (f && fclose(f))
		ok = false;
	free(path);
	free(name);
	return ok;
}

static void drill_sysctls(struct drill *d, const struct drill_define *def)
{
	if (!def)
		return;
	drill_sysctls(d, def->next);	/* in the order they were given */
	if (!strcmp(def->name, "(sysctl)") && !drill_sysctl_set(d, def->value))
		drill_die(DRILL_ERROR, 0, "sysctl %s: %s", def->value,
			  strerror(errno));
}

/*
 * The defaults of buffers, and with them window scales, depend on the size
 * of the machine: have those of a machine with a gigabyte or more.
 */
static void drill_buffers(struct drill *d)
{
	if (!drill_sysctl_set(d, "net.ipv4.tcp_rmem=4096 131072 6291456") ||
	    !drill_sysctl_set(d, "net.ipv4.tcp_wmem=4096 16384 4194304"))
		drill_note("tcp_rmem, tcp_wmem: %s", strerror(errno));
}

/**
 * drill_tun_up() - a fresh namespace with the device and the stack's address
 * @d: takes the device
 */
void drill_tun_up(struct drill *d)
{
	const struct drill_config *cfg = d->cfg;
	struct in_addr none = { 0 };
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		drill_die(DRILL_ERROR, 0, "a network namespace: %s",
			  strerror(errno));
	drill_tun_open(d);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		drill_die(DRILL_ERROR, 0, "socket: %s", strerror(errno));
	drill_ifr(fd, DRILL_TUN, SIOCSIFMTU, cfg->mtu, none);
	drill_ifr(fd, "lo", SIOCSIFFLAGS, IFF_UP, none);
	if (!cfg->expstack) {
		drill_ifr(fd, DRILL_TUN, SIOCSIFADDR, 0, cfg->local);
		drill_ifr(fd, DRILL_TUN, SIOCSIFNETMASK, 0, cfg->netmask);
	}
	drill_ifr(fd, DRILL_TUN, SIOCSIFFLAGS, IFF_UP, none);
	if (cfg->expstack)
		drill_expstack_up(cfg);
	else
		drill_inet_default_route(fd);
	close(fd);
	drill_buffers(d);
	drill_sysctls(d, cfg->defines);
}

/**
 * drill_tun_send() - give the stack a packet
 * @d: the script
 * @frame: an IPv4 packet
 * @len: its length
 */
void drill_tun_send(struct drill *d, const uint8_t *frame, size_t len)
{
	struct virtio_net_hdr vh = { 0 };
	struct iovec iov[2] = {
		{ .iov_base = &vh, .iov_len = sizeof(vh) },
		{ .iov_base = (void *)frame, .iov_len = len },
	};

	if (writev(d->tun, iov, 2) < 0)
		drill_die(DRILL_ERROR, 0, "tun: %s", strerror(errno));
}
