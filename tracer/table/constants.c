/* SPDX-License-Identifier: MIT */
#include "tracer/table/constants.h"

/* bits/socket.h; address_families(7) */
const struct constant constants_families[] = {
	{"AF_UNSPEC", 0},
	{"AF_UNIX", 1},
	{"AF_INET", 2},
	{"AF_AX25", 3},
	{"AF_IPX", 4},
	{"AF_APPLETALK", 5},
	{"AF_NETROM", 6},
	{"AF_BRIDGE", 7},
	{"AF_ATMPVC", 8},
	{"AF_X25", 9},
	{"AF_INET6", 10},
	{"AF_ROSE", 11},
	{"AF_DECnet", 12},
	{"AF_NETBEUI", 13},
	{"AF_SECURITY", 14},
	{"AF_KEY", 15},
	{"AF_NETLINK", 16},
	{"AF_PACKET", 17},
	{"AF_ASH", 18},
	{"AF_ECONET", 19},
	{"AF_ATMSVC", 20},
	{"AF_RDS", 21},
	{"AF_SNA", 22},
	{"AF_IRDA", 23},
	{"AF_PPPOX", 24},
	{"AF_WANPIPE", 25},
	{"AF_LLC", 26},
	{"AF_IB", 27},
	{"AF_MPLS", 28},
	{"AF_CAN", 29},
	{"AF_TIPC", 30},
	{"AF_BLUETOOTH", 31},
	{"AF_IUCV", 32},
	{"AF_RXRPC", 33},
	{"AF_ISDN", 34},
	{"AF_PHONET", 35},
	{"AF_IEEE802154", 36},
	{"AF_CAIF", 37},
	{"AF_ALG", 38},
	{"AF_NFC", 39},
	{"AF_VSOCK", 40},
	{"AF_KCM", 41},
	{"AF_QIPCRTR", 42},
	{"AF_SMC", 43},
	{"AF_XDP", 44},
	{"AF_MCTP", 45},
	{NULL, 0},
};

/* bits/socket_type.h; socket(2) */
const struct constant constants_types[] = {
	{"SOCK_STREAM", 1},
	{"SOCK_DGRAM", 2},
	{"SOCK_RAW", 3},
	{"SOCK_RDM", 4},
	{"SOCK_SEQPACKET", 5},
	{"SOCK_DCCP", 6},
	{"SOCK_PACKET", 10},
	{NULL, 0},
};

const struct constant constants_socket_flags[] = {
	{"SOCK_NONBLOCK", 0x800},
	{"SOCK_CLOEXEC", 0x80000},
	{NULL, 0},
};

/* linux/in.h; ip(7) */
const struct constant constants_ip_protocols[] = {
	{"IPPROTO_IP", 0},
	{"IPPROTO_ICMP", 1},
	{"IPPROTO_IGMP", 2},
	{"IPPROTO_IPIP", 4},
	{"IPPROTO_TCP", 6},
	{"IPPROTO_EGP", 8},
	{"IPPROTO_PUP", 12},
	{"IPPROTO_UDP", 17},
	{"IPPROTO_IDP", 22},
	{"IPPROTO_TP", 29},
	{"IPPROTO_DCCP", 33},
	{"IPPROTO_IPV6", 41},
	{"IPPROTO_RSVP", 46},
	{"IPPROTO_GRE", 47},
	{"IPPROTO_ESP", 50},
	{"IPPROTO_AH", 51},
	{"IPPROTO_MTP", 92},
	{"IPPROTO_BEETPH", 94},
	{"IPPROTO_ENCAP", 98},
	{"IPPROTO_PIM", 103},
	{"IPPROTO_COMP", 108},
	{"IPPROTO_L2TP", 115},
	{"IPPROTO_SCTP", 132},
	{"IPPROTO_UDPLITE", 136},
	{"IPPROTO_MPLS", 137},
	{"IPPROTO_ETHERNET", 143},
	{"IPPROTO_AGGFRAG", 144},
	{"IPPROTO_RAW", 255},
	{"IPPROTO_SMC", 256},
	{"IPPROTO_MPTCP", 262},
	{NULL, 0},
};

/* linux/netlink.h; netlink(7) */
const struct constant constants_netlink_protocols[] = {
	{"NETLINK_ROUTE", 0},
	{"NETLINK_UNUSED", 1},
	{"NETLINK_USERSOCK", 2},
	{"NETLINK_FIREWALL", 3},
	{"NETLINK_SOCK_DIAG", 4},
	{"NETLINK_NFLOG", 5},
	{"NETLINK_XFRM", 6},
	{"NETLINK_SELINUX", 7},
	{"NETLINK_ISCSI", 8},
	{"NETLINK_AUDIT", 9},
	{"NETLINK_FIB_LOOKUP", 10},
	{"NETLINK_CONNECTOR", 11},
	{"NETLINK_NETFILTER", 12},
	{"NETLINK_IP6_FW", 13},
	{"NETLINK_DNRTMSG", 14},
	{"NETLINK_KOBJECT_UEVENT", 15},
	{"NETLINK_GENERIC", 16},
	{"NETLINK_SCSITRANSPORT", 18},
	{"NETLINK_ECRYPTFS", 19},
	{"NETLINK_RDMA", 20},
	{"NETLINK_CRYPTO", 21},
	{"NETLINK_SMC", 22},
	{NULL, 0},
};

/* bits/socket.h, linux/in.h, linux/can.h, vsock(7); setsockopt(2). 0 is called by the name that
 * programs use. */
const struct constant constants_levels[] = {
	{"IPPROTO_IP", 0},
	{"SOL_SOCKET", 1},
	{"IPPROTO_TCP", 6},
	{"IPPROTO_UDP", 17},
	{"AF_VSOCK", 40},
	{"IPPROTO_IPV6", 41},
	{"IPPROTO_ICMPV6", 58},
	{"SOL_CAN_RAW", 101},
	{"IPPROTO_SCTP", 132},
	{"IPPROTO_UDPLITE", 136},
	{"SOL_RAW", 255},
	{"SOL_DECNET", 261},
	{"SOL_X25", 262},
	{"SOL_PACKET", 263},
	{"SOL_ATM", 264},
	{"SOL_AAL", 265},
	{"SOL_IRDA", 266},
	{"SOL_NETBEUI", 267},
	{"SOL_LLC", 268},
	{"SOL_DCCP", 269},
	{"SOL_NETLINK", 270},
	{"SOL_TIPC", 271},
	{"SOL_RXRPC", 272},
	{"SOL_PPPOL2TP", 273},
	{"SOL_BLUETOOTH", 274},
	{"SOL_PNPIPE", 275},
	{"SOL_RDS", 276},
	{"SOL_IUCV", 277},
	{"SOL_CAIF", 278},
	{"SOL_ALG", 279},
	{"SOL_NFC", 280},
	{"SOL_KCM", 281},
	{"SOL_TLS", 282},
	{"SOL_XDP", 283},
	{"SOL_MPTCP", 284},
	{"SOL_MCTP", 285},
	{"SOL_SMC", 286},
	{"SOL_VSOCK", 287},
	{NULL, 0},
};

/* bits/socket.h; recv(2), send(2) */
const struct constant constants_message_flags[] = {
	{"MSG_OOB", 0x1},
	{"MSG_PEEK", 0x2},
	{"MSG_DONTROUTE", 0x4},
	{"MSG_CTRUNC", 0x8},
	{"MSG_PROXY", 0x10},
	{"MSG_TRUNC", 0x20},
	{"MSG_DONTWAIT", 0x40},
	{"MSG_EOR", 0x80},
	{"MSG_WAITALL", 0x100},
	{"MSG_FIN", 0x200},
	{"MSG_SYN", 0x400},
	{"MSG_CONFIRM", 0x800},
	{"MSG_RST", 0x1000},
	{"MSG_ERRQUEUE", 0x2000},
	{"MSG_NOSIGNAL", 0x4000},
	{"MSG_MORE", 0x8000},
	{"MSG_WAITFORONE", 0x10000},
	{"MSG_BATCH", 0x40000},
	{"MSG_SOCK_DEVMEM", 0x2000000},
	{"MSG_ZEROCOPY", 0x4000000},
	{"MSG_FASTOPEN", 0x20000000},
	{"MSG_CMSG_CLOEXEC", 0x40000000},
	{NULL, 0},
};

/* netinet/tcp.h. Of other connected sockets, too: sk_state in net/sock.h. */
const struct constant constants_tcp_states[] = {
	{"TCP_ESTABLISHED", 1},
	{"TCP_SYN_SENT", 2},
	{"TCP_SYN_RECV", 3},
	{"TCP_FIN_WAIT1", 4},
	{"TCP_FIN_WAIT2", 5},
	{"TCP_TIME_WAIT", 6},
	{"TCP_CLOSE", 7},
	{"TCP_CLOSE_WAIT", 8},
	{"TCP_LAST_ACK", 9},
	{"TCP_LISTEN", 10},
	{"TCP_CLOSING", 11},
	{NULL, 0},
};

/* shutdown(2) */
const struct constant constants_how[] = {
	{"SHUT_RD", 0},
	{"SHUT_WR", 1},
	{"SHUT_RDWR", 2},
	{NULL, 0},
};

/* bits/poll.h; poll(2) */
const struct constant constants_poll_events[] = {
	{"POLLIN", 0x1},
	{"POLLPRI", 0x2},
	{"POLLOUT", 0x4},
	{"POLLERR", 0x8},
	{"POLLHUP", 0x10},
	{"POLLNVAL", 0x20},
	{"POLLRDNORM", 0x40},
	{"POLLRDBAND", 0x80},
	{"POLLWRNORM", 0x100},
	{"POLLWRBAND", 0x200},
	{"POLLMSG", 0x400},
	{"POLLREMOVE", 0x1000},
	{"POLLRDHUP", 0x2000},
	{NULL, 0},
};

/* sys/epoll.h; epoll_ctl(2) */
const struct constant constants_epoll_events[] = {
	{"EPOLLIN", 0x1},
	{"EPOLLPRI", 0x2},
	{"EPOLLOUT", 0x4},
	{"EPOLLERR", 0x8},
	{"EPOLLHUP", 0x10},
	{"EPOLLNVAL", 0x20},
	{"EPOLLRDNORM", 0x40},
	{"EPOLLRDBAND", 0x80},
	{"EPOLLWRNORM", 0x100},
	{"EPOLLWRBAND", 0x200},
	{"EPOLLMSG", 0x400},
	{"EPOLLRDHUP", 0x2000},
	{"EPOLLEXCLUSIVE", 0x10000000},
	{"EPOLLWAKEUP", 0x20000000},
	{"EPOLLONESHOT", 0x40000000},
	{"EPOLLET", 0x80000000},
	{NULL, 0},
};

/* sys/epoll.h; epoll_ctl(2) */
const struct constant constants_epoll_operations[] = {
	{"EPOLL_CTL_ADD", 1},
	{"EPOLL_CTL_DEL", 2},
	{"EPOLL_CTL_MOD", 3},
	{NULL, 0},
};

/* linux/close_range.h; close_range(2) */
const struct constant constants_range_flags[] = {
	{"CLOSE_RANGE_UNSHARE", 2},
	{"CLOSE_RANGE_CLOEXEC", 4},
	{NULL, 0},
};

/* linux/fs.h; preadv2(2) */
const struct constant constants_io_flags[] = {
	{"RWF_HIPRI", 0x1},
	{"RWF_DSYNC", 0x2},
	{"RWF_SYNC", 0x4},
	{"RWF_NOWAIT", 0x8},
	{"RWF_APPEND", 0x10},
	{"RWF_NOAPPEND", 0x20},
	{"RWF_ATOMIC", 0x40},
	{"RWF_DONTCACHE", 0x80},
	{"RWF_NOSIGNAL", 0x100},
	{NULL, 0},
};

/* bits/fcntl-linux.h; splice(2) */
const struct constant constants_splice_flags[] = {
	{"SPLICE_F_MOVE", 1},
	{"SPLICE_F_NONBLOCK", 2},
	{"SPLICE_F_MORE", 4},
	{"SPLICE_F_GIFT", 8},
	{NULL, 0},
};

/* asm-generic/fcntl.h, linux/fcntl.h; fcntl(2) */
const struct constant constants_control_commands[] = {
	{"F_DUPFD", 0},
	{"F_GETFD", 1},
	{"F_SETFD", 2},
	{"F_GETFL", 3},
	{"F_SETFL", 4},
	{"F_GETLK", 5},
	{"F_SETLK", 6},
	{"F_SETLKW", 7},
	{"F_SETOWN", 8},
	{"F_GETOWN", 9},
	{"F_SETSIG", 10},
	{"F_GETSIG", 11},
	{"F_SETOWN_EX", 15},
	{"F_GETOWN_EX", 16},
	{"F_GETOWNER_UIDS", 17},
	{"F_OFD_GETLK", 36},
	{"F_OFD_SETLK", 37},
	{"F_OFD_SETLKW", 38},
	{"F_SETLEASE", 1024},
	{"F_GETLEASE", 1025},
	{"F_NOTIFY", 1026},
	{"F_DUPFD_QUERY", 1027},
	{"F_CREATED_QUERY", 1028},
	{"F_CANCELLK", 1029},
	{"F_DUPFD_CLOEXEC", 1030},
	{"F_SETPIPE_SZ", 1031},
	{"F_GETPIPE_SZ", 1032},
	{"F_ADD_SEALS", 1033},
	{"F_GET_SEALS", 1034},
	{"F_GET_RW_HINT", 1035},
	{"F_SET_RW_HINT", 1036},
	{"F_GET_FILE_RW_HINT", 1037},
	{"F_SET_FILE_RW_HINT", 1038},
	{"F_GETDELEG", 1039},
	{"F_SETDELEG", 1040},
	{NULL, 0},
};

/* asm-generic/fcntl.h; open(2). Those that are made of others stand before them. */
const struct constant constants_status_flags[] = {
	{"O_WRONLY", 0x1},
	{"O_RDWR", 0x2},
	{"O_CREAT", 0x40},
	{"O_EXCL", 0x80},
	{"O_NOCTTY", 0x100},
	{"O_TRUNC", 0x200},
	{"O_APPEND", 0x400},
	{"O_NONBLOCK", 0x800},
	{"O_SYNC", 0x101000},
	{"O_DSYNC", 0x1000},
	{"O_ASYNC", 0x2000},
	{"O_DIRECT", 0x4000},
	{"O_LARGEFILE", 0x8000},
	{"O_TMPFILE", 0x410000},
	{"O_DIRECTORY", 0x10000},
	{"O_NOFOLLOW", 0x20000},
	{"O_NOATIME", 0x40000},
	{"O_CLOEXEC", 0x80000},
	{"O_PATH", 0x200000},
	{"O_EMPTYPATH", 0x4000000},
	{NULL, 0},
};

const struct constant constants_descriptor_flags[] = {
	{"FD_CLOEXEC", 1},
	{NULL, 0},
};

const char *constant_name(const struct constant *constants, uint64_t value)
{
	for (; constants->name; constants++)
		if (constants->value == value)
			return constants->name;
	return NULL;
}

void constant_write(
	struct json_writer *w, const char *key, const struct constant *constants, int64_t value)
{
	const char *name = constant_name(constants, (uint64_t)value);

	if (name)
		json_text(w, key, name);
	else
		json_number(w, key, value);
}

void flags_write(
	struct json_writer *w, const char *key, const struct constant *constants, uint64_t flags)
{
	json_array_begin(w, key);
	for (; constants->name; constants++) {
		if (constants->value == 0 || (flags & constants->value) != constants->value)
			continue;
		json_text(w, NULL, constants->name);
		flags &= ~constants->value;
	}
	if (flags)
		json_unsigned(w, NULL, flags);
	json_array_end(w);
}
