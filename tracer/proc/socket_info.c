/* SPDX-License-Identifier: MIT */
#include "tracer/proc/socket_info.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* since Linux 6.9: pidfd_open(2) */
#endif

static int copy_descriptor(pid_t pid, pid_t tid, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD);

	if (pidfd < 0 && errno == EINVAL)
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -1;
	int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}

static int integer_option(int fd, int option)
{
	int value;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

typedef int ask_address(int fd, struct sockaddr *address, socklen_t *length);

/* The length of the address; 0 when there is none. The kernel may report a longer one than there
 * was room for: getsockname(2). */
static socklen_t get_address(ask_address *ask, int fd, struct sockaddr_storage *address)
{
	socklen_t length = sizeof(*address);

	if (ask(fd, (struct sockaddr *)address, &length) != 0)
		return 0;
	return length > sizeof(*address) ? sizeof(*address) : length;
}

/* TCP_INFO has it of TCP: tcp(7). The others listen, are connected or neither. */
static int get_state(int fd, const struct socket_info *socket)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);

	if (socket->protocol == IPPROTO_TCP &&
		getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0)
		return info.tcpi_state;
	if (socket->type != SOCK_STREAM && socket->type != SOCK_SEQPACKET)
		return -1;
	if (integer_option(fd, SO_ACCEPTCONN) == 1)
		return TCP_LISTEN;
	return socket->peer_length > 0 ? TCP_ESTABLISHED : TCP_CLOSE;
}

bool socket_info_get(pid_t pid, pid_t tid, int fd, struct socket_info *socket)
{
	int copy = copy_descriptor(pid, tid, fd);

	*socket = (struct socket_info){.family = -1, .type = -1, .protocol = -1, .state = -1};
	if (copy < 0)
		return false;
	socket->family = integer_option(copy, SO_DOMAIN);
	socket->type = integer_option(copy, SO_TYPE);
	socket->protocol = integer_option(copy, SO_PROTOCOL);
	socket->local_length = get_address(getsockname, copy, &socket->local);
	socket->peer_length = get_address(getpeername, copy, &socket->peer);
	socket->state = get_state(copy, socket);
	close(copy);
	return socket->family >= 0;
}
