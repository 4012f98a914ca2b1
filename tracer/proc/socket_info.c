/* SPDX-License-Identifier: MIT */
#include "tracer/proc/socket_info.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/proc/fds.h"
#include "tracer/proc/tcp_report.h"

int socket_info_option(int fd, int level, int option)
{
	int value;
	socklen_t length = sizeof(value);

	return getsockopt(fd, level, option, &value, &length) == 0 ? value : -1;
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

/* TCP says it of its own. The others listen, are connected or neither. */
static int get_state(int fd, struct socket_info *socket)
{
	socket->has_report = socket->protocol == IPPROTO_TCP && tcp_report_ask(fd, &socket->report);
	if (socket->has_report)
		return socket->report.tcp.state;
	if (socket->type != SOCK_STREAM && socket->type != SOCK_SEQPACKET)
		return -1;
	if (socket_info_option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1)
		return TCP_LISTEN;
	return socket->peer_length > 0 ? TCP_ESTABLISHED : TCP_CLOSE;
}

bool socket_info_ask(pid_t pid, pid_t tid, int fd, struct socket_info *socket)
{
	int copy = fds_copy(pid, tid, fd);

	*socket = (struct socket_info){.family = -1, .type = -1, .protocol = -1, .state = -1};
	if (copy < 0)
		return false;
	socket->family = socket_info_option(copy, SOL_SOCKET, SO_DOMAIN);
	socket->type = socket_info_option(copy, SOL_SOCKET, SO_TYPE);
	socket->protocol = socket_info_option(copy, SOL_SOCKET, SO_PROTOCOL);
	socket->local_length = get_address(getsockname, copy, &socket->local);
	socket->peer_length = get_address(getpeername, copy, &socket->peer);
	socket->state = get_state(copy, socket);
	close(copy);
	return socket->family >= 0;
}

bool socket_info_get(
	struct socket_tables *tables, pid_t pid, pid_t tid, int fd, struct socket_info *socket)
{
	return socket_info_ask(pid, tid, fd, socket) || socket_table_find(tables, tid, fd, socket);
}

bool socket_info_is_refused(void)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int copy = (int)syscall(SYS_pidfd_getfd, pidfd, pidfd, 0);

	if (pidfd >= 0)
		close(pidfd);
	if (copy >= 0)
		close(copy);
	return copy < 0;
}
