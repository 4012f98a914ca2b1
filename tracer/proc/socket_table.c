/* SPDX-License-Identifier: MIT */
#include "tracer/proc/socket_table.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/proc/fds.h"

/* The tables' lines have fixed widths, or nearly so. */
#define LINE_SIZE 512

/* --- the tables of /proc/net --------------------------------------------------------------- */

static socklen_t read_address(
	const char *hex, unsigned int port, sa_family_t family, struct sockaddr_storage *address)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

	if (family == AF_INET) {
		if (sscanf(hex, "%8x", &in.sin_addr.s_addr) != 1)
			return 0;
		memcpy(address, &in, sizeof(in));
		return sizeof(in);
	}
	for (size_t i = 0; i < 4; i++)
		if (sscanf(hex + strnlen(hex, 8 * i), "%8x", &in6.sin6_addr.s6_addr32[i]) != 1)
			return 0;
	memcpy(address, &in6, sizeof(in6));
	return sizeof(in6);
}

/* The tables have no scope, which such an address has. */
static bool has_scope(const struct sockaddr_storage *address)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

	return address->ss_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);
}

/* /proc/net/tcp and its kin: proc_net_tcp(5), get_tcp4_sock in net/ipv4/tcp_ipv4.c. */
static bool read_internet(const char *line, uint64_t inode, struct socket_info *info)
{
	char local[40], peer[40];
	unsigned int local_port, peer_port, state;
	unsigned long long owner;

	if (sscanf(line, "%*s %39[0-9A-F]:%x %39[0-9A-F]:%x %x %*s %*s %*s %*u %*d %llu", local,
		    &local_port, peer, &peer_port, &state, &owner) != 6 ||
		owner != inode)
		return false;
	info->local_length =
		read_address(local, local_port, (sa_family_t)info->family, &info->local);
	/* inet_getname in net/ipv4/af_inet.c: no peer without a port, nor of what asks for one. */
	if (peer_port != 0 && state != TCP_CLOSE && state != TCP_SYN_SENT)
		info->peer_length =
			read_address(peer, peer_port, (sa_family_t)info->family, &info->peer);
	if (info->type == SOCK_STREAM)
		info->state = (int)state;
	if (info->type == SOCK_RAW)
		info->protocol = (int)local_port;
	info->is_partial = has_scope(&info->local) || has_scope(&info->peer);
	return true;
}

/* netlink_seq_show in net/netlink/af_netlink.c. */
static bool read_netlink(const char *line, uint64_t inode, struct socket_info *info)
{
	struct sockaddr_nl nl = {.nl_family = AF_NETLINK};
	unsigned long long owner;
	int protocol;

	if (sscanf(line, "%*s %d %u %x %*s %*s %*s %*s %*s %llu", &protocol, &nl.nl_pid,
		    &nl.nl_groups, &owner) != 4 ||
		owner != inode)
		return false;
	info->protocol = protocol;
	memcpy(&info->local, &nl, sizeof(nl));
	info->local_length = sizeof(nl);
	return true;
}

/* packet_seq_show in net/packet/af_packet.c. */
static bool read_packet(const char *line, uint64_t inode, struct socket_info *info)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET};
	unsigned int protocol;
	unsigned long long owner;
	int type;

	if (sscanf(line, "%*s %*d %d %x %d %*s %*s %*s %llu", &type, &protocol, &ll.sll_ifindex,
		    &owner) != 4 ||
		owner != inode)
		return false;
	info->type = type;
	info->protocol = (int)protocol;
	ll.sll_protocol = htons((uint16_t)protocol);
	memcpy(&info->local, &ll, sizeof(ll));
	info->local_length = sizeof(ll);
	return true;
}

/* --- UNIX sockets ---------------------------------------------------------------------------- */

/* A path is shown in /proc/net/unix as it is, newlines too: so its lines are not to be believed. */

struct unix_answer {
	struct nlmsghdr head;
	struct unix_diag_msg message;
	char attributes[512];
};

/* Asks for one socket: sock_diag(7). False where there is none of that inode, as of one in another
 * network namespace. */
static bool ask_unix(uint32_t inode, uint32_t show, struct unix_answer *answer)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req request;
	} question = {
		.head = {.nlmsg_len = sizeof(question),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST},
		.request = {.sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_ino = inode,
			.udiag_show = show,
			.udiag_cookie = {UINT32_MAX, UINT32_MAX}},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t length = -1;

	/* The kernel answers before it returns: netlink_unicast_kernel in
	 * net/netlink/af_netlink.c. */
	if (fd >= 0 && send(fd, &question, sizeof(question), 0) == sizeof(question))
		length = recv(fd, answer, sizeof(*answer), MSG_DONTWAIT);
	if (fd >= 0)
		close(fd);
	return length >= (ssize_t)offsetof(struct unix_answer, attributes) &&
	       answer->head.nlmsg_len <= (size_t)length &&
	       answer->head.nlmsg_type == SOCK_DIAG_BY_FAMILY;
}

/* The attribute of that kind, and its length; NULL when there is none. */
static const void *unix_attribute(const struct unix_answer *answer, int kind, size_t *length)
{
	const char *end = (const char *)answer + answer->head.nlmsg_len;
	const char *at = answer->attributes;
	struct nlattr attribute;

	while (end - at >= NLA_HDRLEN) {
		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > end - at)
			return NULL;
		*length = attribute.nla_len - NLA_HDRLEN;
		if (attribute.nla_type == kind)
			return at + NLA_HDRLEN;
		if (NLA_ALIGN(attribute.nla_len) > end - at)
			return NULL;
		at += NLA_ALIGN(attribute.nla_len);
	}
	return NULL;
}

static socklen_t unix_name(const struct unix_answer *answer, struct sockaddr_storage *address)
{
	const size_t before = offsetof(struct sockaddr_un, sun_path);
	size_t length;
	const void *name = unix_attribute(answer, UNIX_DIAG_NAME, &length);

	address->ss_family = AF_UNIX;
	if (!name || length > sizeof(*address) - before)
		return sizeof(sa_family_t);
	memcpy((char *)address + before, name, length);
	return (socklen_t)(before + length);
}

static bool find_unix(uint64_t inode, struct socket_info *info)
{
	struct unix_answer answer, peer;
	size_t length;
	uint32_t peer_inode;

	/* The request has room for as much. */
	if (inode > UINT32_MAX ||
		!ask_unix((uint32_t)inode, UDIAG_SHOW_NAME | UDIAG_SHOW_PEER, &answer))
		return false;
	info->type = answer.message.udiag_type;
	if (info->type != SOCK_DGRAM)
		info->state = answer.message.udiag_state;
	info->local_length = unix_name(&answer, &info->local);
	const void *number = unix_attribute(&answer, UNIX_DIAG_PEER, &length);
	if (!number || length != sizeof(peer_inode))
		return true;
	memcpy(&peer_inode, number, sizeof(peer_inode));
	/* 0: of one that waits to be accepted, and has no file yet. */
	info->is_partial = peer_inode != 0 && !ask_unix(peer_inode, UDIAG_SHOW_NAME, &peer);
	if (peer_inode != 0 && !info->is_partial)
		info->peer_length = unix_name(&peer, &info->peer);
	return true;
}

/* --- all of them ---------------------------------------------------------------------------- */

typedef bool line_reader(const char *line, uint64_t inode, struct socket_info *info);

/* By what the kernel calls them, struct proto's name: /proc/net/protocols. */
static const struct {
	const char *name;
	int family, type, protocol;
	int column;        /* of the inode in its table, counted from 0 */
	const char *table; /* in /proc/TID */
	line_reader *reader;
} kinds[] = {
	{"TCP", AF_INET, SOCK_STREAM, IPPROTO_TCP, 9, "net/tcp", read_internet},
	{"TCPv6", AF_INET6, SOCK_STREAM, IPPROTO_TCP, 9, "net/tcp6", read_internet},
	{"UDP", AF_INET, SOCK_DGRAM, IPPROTO_UDP, 9, "net/udp", read_internet},
	{"UDPv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP, 9, "net/udp6", read_internet},
	{"UDP-Lite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, 9, "net/udplite", read_internet},
	{"UDPLITEv6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE, 9, "net/udplite6", read_internet},
	{"PING", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 9, "net/icmp", read_internet},
	{"PINGv6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, 9, "net/icmp6", read_internet},
	{"RAW", AF_INET, SOCK_RAW, -1, 9, "net/raw", read_internet},
	{"RAWv6", AF_INET6, SOCK_RAW, -1, 9, "net/raw6", read_internet},
	{"UNIX", AF_UNIX, -1, 0, 0, NULL, NULL},
	{"UNIX-STREAM", AF_UNIX, SOCK_STREAM, 0, 0, NULL, NULL},
	{"NETLINK", AF_NETLINK, -1, -1, 9, "net/netlink", read_netlink},
	{"PACKET", AF_PACKET, -1, -1, 8, "net/packet", read_packet},
	{"MPTCP", AF_INET, SOCK_STREAM, IPPROTO_MPTCP, 0, NULL, NULL},
	{"MPTCPv6", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP, 0, NULL, NULL},
	{"AF_VSOCK", AF_VSOCK, -1, 0, 0, NULL, NULL},
};

/* The index of its kind, or -1: sockfs_xattr_get in net/socket.c. */
static int find_kind(pid_t tid, int fd)
{
	char path[64], name[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	ssize_t length = getxattr(path, "system.sockprotoname", name, sizeof(name) - 1);
	if (length < 0)
		return -1;
	name[length] = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (int)i;
	return -1;
}

static FILE *open_table(pid_t tid, int kind)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, kinds[kind].table);
	return memory_or_escape(fopen(path, "re"));
}

static bool search_table(pid_t tid, int kind, uint64_t inode, struct socket_info *info)
{
	char line[LINE_SIZE];
	bool is_found = false;

	FILE *file = open_table(tid, kind);
	while (file && !is_found && fgets(line, sizeof(line), file))
		is_found = kinds[kind].reader(line, inode, info);
	if (file)
		fclose(file);
	return is_found;
}

static uint64_t inode_of_line(const char *line, int column)
{
	static const char blanks[] = " \t\n";

	line += strspn(line, blanks);
	for (; column > 0; column--) {
		line += strcspn(line, blanks);
		line += strspn(line, blanks);
	}
	return strtoull(line, NULL, 10);
}

static void keep_table(struct socket_tables *tables, pid_t tid, int kind)
{
	char line[LINE_SIZE];

	FILE *file = open_table(tid, kind);
	while (file && fgets(line, sizeof(line), file)) {
		uint64_t inode = inode_of_line(line, kinds[kind].column);
		/* The first of two, as search_table finds it. What waits to end has none. */
		if (inode != 0 && !id_map_get(&tables->lines, inode))
			id_map_put(&tables->lines, inode, xstrdup(line));
	}
	if (file)
		fclose(file);
	tables->read |= 1u << kind;
}

static void forget_lines(struct socket_tables *tables)
{
	void *line;

	for (size_t at = 0; (line = id_map_next(&tables->lines, &at));)
		free(line);
	id_map_free(&tables->lines);
	tables->read = 0;
}

/* The network namespace of the thread; 0 when it is not known. */
static uint64_t space_of(pid_t tid)
{
	char path[64];
	struct stat space;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", tid);
	return stat(path, &space) == 0 ? space.st_ino : 0;
}

static bool search_kept(
	struct socket_tables *tables, pid_t tid, int kind, uint64_t inode, struct socket_info *info)
{
	uint64_t space = space_of(tid);

	if (space != tables->space)
		forget_lines(tables);
	tables->space = space;
	if (!(tables->read & 1u << kind))
		keep_table(tables, tid, kind);
	const char *line = id_map_get(&tables->lines, inode);
	return line && kinds[kind].reader(line, inode, info);
}

void socket_tables_keep(struct socket_tables *tables)
{
	tables->is_kept = true;
}

void socket_tables_forget(struct socket_tables *tables)
{
	forget_lines(tables);
	tables->is_kept = false;
}

static bool search(
	struct socket_tables *tables, pid_t tid, int kind, uint64_t inode, struct socket_info *info)
{
	if (kinds[kind].family == AF_UNIX)
		return find_unix(inode, info);
	if (!kinds[kind].table)
		return false;
	return tables->is_kept ? search_kept(tables, tid, kind, inode, info)
			       : search_table(tid, kind, inode, info);
}

bool socket_table_find(struct socket_tables *tables, pid_t tid, int fd, struct socket_info *info)
{
	uint64_t inode = fds_socket_inode(tid, fd);
	int kind = inode ? find_kind(tid, fd) : -1;

	if (kind < 0)
		return false;
	info->family = kinds[kind].family;
	info->type = kinds[kind].type;
	info->protocol = kinds[kind].protocol;
	info->is_partial |= !search(tables, tid, kind, inode, info);
	return true;
}
