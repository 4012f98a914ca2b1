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

/* linux/in.h, linux/in6.h; ip(7), raw(7) */
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
	{"IPPROTO_ROUTING", 43},
	{"IPPROTO_FRAGMENT", 44},
	{"IPPROTO_RSVP", 46},
	{"IPPROTO_GRE", 47},
	{"IPPROTO_ESP", 50},
	{"IPPROTO_AH", 51},
	{"IPPROTO_ICMPV6", 58},
	{"IPPROTO_NONE", 59},
	{"IPPROTO_DSTOPTS", 60},
	{"IPPROTO_MTP", 92},
	{"IPPROTO_BEETPH", 94},
	{"IPPROTO_ENCAP", 98},
	{"IPPROTO_PIM", 103},
	{"IPPROTO_COMP", 108},
	{"IPPROTO_L2TP", 115},
	{"IPPROTO_SCTP", 132},
	{"IPPROTO_MH", 135},
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

/* linux/if_ether.h; packet(7). The programs give them in the byte order of the network. */
const struct constant constants_ethernet_protocols[] = {
	{"ETH_P_802_3", 0x1},
	{"ETH_P_AX25", 0x2},
	{"ETH_P_ALL", 0x3},
	{"ETH_P_802_2", 0x4},
	{"ETH_P_SNAP", 0x5},
	{"ETH_P_DDCMP", 0x6},
	{"ETH_P_WAN_PPP", 0x7},
	{"ETH_P_PPP_MP", 0x8},
	{"ETH_P_LOCALTALK", 0x9},
	{"ETH_P_CAN", 0xc},
	{"ETH_P_CANFD", 0xd},
	{"ETH_P_CANXL", 0xe},
	{"ETH_P_PPPTALK", 0x10},
	{"ETH_P_TR_802_2", 0x11},
	{"ETH_P_MOBITEX", 0x15},
	{"ETH_P_CONTROL", 0x16},
	{"ETH_P_IRDA", 0x17},
	{"ETH_P_ECONET", 0x18},
	{"ETH_P_HDLC", 0x19},
	{"ETH_P_ARCNET", 0x1a},
	{"ETH_P_DSA", 0x1b},
	{"ETH_P_TRAILER", 0x1c},
	{"ETH_P_LOOP", 0x60},
	{"ETH_P_PHONET", 0xf5},
	{"ETH_P_IEEE802154", 0xf6},
	{"ETH_P_CAIF", 0xf7},
	{"ETH_P_XDSA", 0xf8},
	{"ETH_P_MAP", 0xf9},
	{"ETH_P_MCTP", 0xfa},
	{"ETH_P_GRE_OSI", 0xfe},
	{"ETH_P_PUP", 0x200},
	{"ETH_P_PUPAT", 0x201},
	{"ETH_P_IP", 0x800},
	{"ETH_P_X25", 0x805},
	{"ETH_P_ARP", 0x806},
	{"ETH_P_BPQ", 0x8ff},
	{"ETH_P_IEEEPUP", 0xa00},
	{"ETH_P_IEEEPUPAT", 0xa01},
	{"ETH_P_ERSPAN2", 0x22eb},
	{"ETH_P_TSN", 0x22f0},
	{"ETH_P_BATMAN", 0x4305},
	{"ETH_P_DEC", 0x6000},
	{"ETH_P_DNA_DL", 0x6001},
	{"ETH_P_DNA_RC", 0x6002},
	{"ETH_P_DNA_RT", 0x6003},
	{"ETH_P_LAT", 0x6004},
	{"ETH_P_DIAG", 0x6005},
	{"ETH_P_CUST", 0x6006},
	{"ETH_P_SCA", 0x6007},
	{"ETH_P_TEB", 0x6558},
	{"ETH_P_RARP", 0x8035},
	{"ETH_P_ATALK", 0x809b},
	{"ETH_P_AARP", 0x80f3},
	{"ETH_P_8021Q", 0x8100},
	{"ETH_P_IPX", 0x8137},
	{"ETH_P_IPV6", 0x86dd},
	{"ETH_P_PAUSE", 0x8808},
	{"ETH_P_SLOW", 0x8809},
	{"ETH_P_WCCP", 0x883e},
	{"ETH_P_MPLS_UC", 0x8847},
	{"ETH_P_MPLS_MC", 0x8848},
	{"ETH_P_ATMMPOA", 0x884c},
	{"ETH_P_PPP_DISC", 0x8863},
	{"ETH_P_PPP_SES", 0x8864},
	{"ETH_P_LINK_CTL", 0x886c},
	{"ETH_P_8021AC", 0x8870},
	{"ETH_P_ATMFATE", 0x8884},
	{"ETH_P_PAE", 0x888e},
	{"ETH_P_PROFINET", 0x8892},
	{"ETH_P_REALTEK", 0x8899},
	{"ETH_P_AOE", 0x88a2},
	{"ETH_P_ETHERCAT", 0x88a4},
	{"ETH_P_8021AD", 0x88a8},
	{"ETH_P_802_EX1", 0x88b5},
	{"ETH_P_ERSPAN", 0x88be},
	{"ETH_P_MXLGSW", 0x88c3},
	{"ETH_P_PREAUTH", 0x88c7},
	{"ETH_P_TIPC", 0x88ca},
	{"ETH_P_LLDP", 0x88cc},
	{"ETH_P_MRP", 0x88e3},
	{"ETH_P_MACSEC", 0x88e5},
	{"ETH_P_8021AH", 0x88e7},
	{"ETH_P_MVRP", 0x88f5},
	{"ETH_P_1588", 0x88f7},
	{"ETH_P_NCSI", 0x88f8},
	{"ETH_P_PRP", 0x88fb},
	{"ETH_P_CFM", 0x8902},
	{"ETH_P_FCOE", 0x8906},
	{"ETH_P_TDLS", 0x890d},
	{"ETH_P_FIP", 0x8914},
	{"ETH_P_IBOE", 0x8915},
	{"ETH_P_80221", 0x8917},
	{"ETH_P_HSR", 0x892f},
	{"ETH_P_NSH", 0x894f},
	{"ETH_P_LOOPBACK", 0x9000},
	{"ETH_P_QINQ1", 0x9100},
	{"ETH_P_QINQ2", 0x9200},
	{"ETH_P_QINQ3", 0x9300},
	{"ETH_P_YT921X", 0x9988},
	{"ETH_P_EDSA", 0xdada},
	{"ETH_P_DSA_8021Q", 0xdadb},
	{"ETH_P_DSA_A5PSW", 0xe001},
	{"ETH_P_IFE", 0xed3e},
	{"ETH_P_AF_IUCV", 0xfbfb},
	{"ETH_P_NXP_NETC", 0xfd3a},
	{NULL, 0},
};

/* No header of the kernel for programs has these: include/net/bluetooth/bluetooth.h. */
const struct constant constants_bluetooth_protocols[] = {
	{"BTPROTO_L2CAP", 0},
	{"BTPROTO_HCI", 1},
	{"BTPROTO_SCO", 2},
	{"BTPROTO_RFCOMM", 3},
	{"BTPROTO_BNEP", 4},
	{"BTPROTO_CMTP", 5},
	{"BTPROTO_HIDP", 6},
	{"BTPROTO_AVDTP", 7},
	{"BTPROTO_ISO", 8},
	{NULL, 0},
};

/* linux/can.h */
const struct constant constants_can_protocols[] = {
	{"CAN_RAW", 1},
	{"CAN_BCM", 2},
	{"CAN_TP16", 3},
	{"CAN_TP20", 4},
	{"CAN_MCNET", 5},
	{"CAN_ISOTP", 6},
	{"CAN_J1939", 7},
	{NULL, 0},
};

/* linux/phonet.h, linux/caif/caif_socket.h, linux/nfc.h, linux/kcm.h, linux/smc.h */
const struct constant constants_phonet_protocols[] = {
	{"PN_PROTO_TRANSPORT", 0},
	{"PN_PROTO_PHONET", 1},
	{"PN_PROTO_PIPE", 2},
	{NULL, 0},
};

const struct constant constants_caif_protocols[] = {
	{"CAIFPROTO_AT", 0},
	{"CAIFPROTO_DATAGRAM", 1},
	{"CAIFPROTO_DATAGRAM_LOOP", 2},
	{"CAIFPROTO_UTIL", 3},
	{"CAIFPROTO_RFM", 4},
	{"CAIFPROTO_DEBUG", 5},
	{NULL, 0},
};

const struct constant constants_nfc_protocols[] = {
	{"NFC_SOCKPROTO_RAW", 0},
	{"NFC_SOCKPROTO_LLCP", 1},
	{NULL, 0},
};

const struct constant constants_kcm_protocols[] = {
	{"KCMPROTO_CONNECTED", 0},
	{NULL, 0},
};

const struct constant constants_smc_protocols[] = {
	{"SMCPROTO_SMC", 0},
	{"SMCPROTO_SMC6", 1},
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
	{"SOL_IPX", 256},
	{"SOL_AX25", 257},
	{"SOL_ATALK", 258},
	{"SOL_NETROM", 259},
	{"SOL_ROSE", 260},
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

/* sys/epoll.h; epoll_create(2) */
const struct constant constants_epoll_flags[] = {
	{"EPOLL_CLOEXEC", 0x80000},
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

/* linux/in.h; RFC 3678 */
const struct constant constants_filter_modes[] = {
	{"MCAST_EXCLUDE", 0},
	{"MCAST_INCLUDE", 1},
	{NULL, 0},
};

/* The kinds of options in TCP's header: include/net/tcp.h in the kernel's sources */
const struct constant constants_repair_options[] = {
	{"TCPOPT_MSS", 2},
	{"TCPOPT_WINDOW", 3},
	{"TCPOPT_SACK_PERM", 4},
	{"TCPOPT_TIMESTAMP", 8},
	{NULL, 0},
};

/* The bit fields of linux/tcp.h's structs, by their names there */
const struct constant constants_ao_flags[] = {
	{"set_current", 1},
	{"set_rnext", 2},
	{"del_async", 4},
	{NULL, 0},
};

const struct constant constants_ao_info_flags[] = {
	{"set_current", 1},
	{"set_rnext", 2},
	{"ao_required", 4},
	{"set_counters", 8},
	{"accept_icmps", 16},
	{NULL, 0},
};

const struct constant constants_ao_found_flags[] = {
	{"is_current", 1},
	{"is_rnext", 2},
	{"get_all", 4},
	{NULL, 0},
};

/* linux/tcp.h */
const struct constant constants_ao_key_flags[] = {
	{"TCP_AO_KEYF_IFINDEX", 1},
	{"TCP_AO_KEYF_EXCLUDE_OPT", 2},
	{NULL, 0},
};

/* linux/tls.h */
const struct constant constants_tls_versions[] = {
	{"TLS_1_2_VERSION", 0x303},
	{"TLS_1_3_VERSION", 0x304},
	{NULL, 0},
};

const struct constant constants_tls_ciphers[] = {
	{"TLS_CIPHER_AES_GCM_128", 51},
	{"TLS_CIPHER_AES_GCM_256", 52},
	{"TLS_CIPHER_AES_CCM_128", 53},
	{"TLS_CIPHER_CHACHA20_POLY1305", 54},
	{"TLS_CIPHER_SM4_GCM", 55},
	{"TLS_CIPHER_SM4_CCM", 56},
	{"TLS_CIPHER_ARIA_GCM_128", 57},
	{"TLS_CIPHER_ARIA_GCM_256", 58},
	{NULL, 0},
};

/* linux/if_packet.h; packet(7) */
const struct constant constants_packet_memberships[] = {
	{"PACKET_MR_MULTICAST", 0},
	{"PACKET_MR_PROMISC", 1},
	{"PACKET_MR_ALLMULTI", 2},
	{"PACKET_MR_UNICAST", 3},
	{NULL, 0},
};

/* linux/icmp.h; icmp(7) */
const struct constant constants_icmp_types[] = {
	{"ICMP_ECHOREPLY", 0},
	{"ICMP_DEST_UNREACH", 3},
	{"ICMP_SOURCE_QUENCH", 4},
	{"ICMP_REDIRECT", 5},
	{"ICMP_ECHO", 8},
	{"ICMP_TIME_EXCEEDED", 11},
	{"ICMP_PARAMETERPROB", 12},
	{"ICMP_TIMESTAMP", 13},
	{"ICMP_TIMESTAMPREPLY", 14},
	{"ICMP_INFO_REQUEST", 15},
	{"ICMP_INFO_REPLY", 16},
	{"ICMP_ADDRESS", 17},
	{"ICMP_ADDRESSREPLY", 18},
	{"ICMP_EXT_ECHO", 42},
	{"ICMP_EXT_ECHOREPLY", 43},
	{NULL, 0},
};

/* linux/icmpv6.h, netinet/icmp6.h */
const struct constant constants_icmpv6_types[] = {
	{"ICMPV6_DEST_UNREACH", 1},
	{"ICMPV6_PKT_TOOBIG", 2},
	{"ICMPV6_TIME_EXCEED", 3},
	{"ICMPV6_PARAMPROB", 4},
	{"ICMPV6_ECHO_REQUEST", 128},
	{"ICMPV6_ECHO_REPLY", 129},
	{"ICMPV6_MGM_QUERY", 130},
	{"ICMPV6_MGM_REPORT", 131},
	{"ICMPV6_MGM_REDUCTION", 132},
	{"ND_ROUTER_SOLICIT", 133},
	{"ND_ROUTER_ADVERT", 134},
	{"ND_NEIGHBOR_SOLICIT", 135},
	{"ND_NEIGHBOR_ADVERT", 136},
	{"ND_REDIRECT", 137},
	{"ICMPV6_NI_QUERY", 139},
	{"ICMPV6_NI_REPLY", 140},
	{"ICMPV6_MLD2_REPORT", 143},
	{"ICMPV6_DHAAD_REQUEST", 144},
	{"ICMPV6_DHAAD_REPLY", 145},
	{"ICMPV6_MOBILE_PREFIX_SOL", 146},
	{"ICMPV6_MOBILE_PREFIX_ADV", 147},
	{"ICMPV6_MRDISC_ADV", 151},
	{"ICMPV6_MRDISC_SOL", 152},
	{"ICMPV6_EXT_ECHO_REQUEST", 160},
	{"ICMPV6_EXT_ECHO_REPLY", 161},
	{NULL, 0},
};

/* asm-generic/socket.h, linux/socket.h: SO_TXREHASH */
const struct constant constants_rehashing[] = {
	{"SOCK_TXREHASH_DISABLED", 0},
	{"SOCK_TXREHASH_ENABLED", 1},
	{"SOCK_TXREHASH_DEFAULT", 255},
	{NULL, 0},
};

/* linux/tipc.h */
const struct constant constants_tipc_importances[] = {
	{"TIPC_LOW_IMPORTANCE", 0},
	{"TIPC_MEDIUM_IMPORTANCE", 1},
	{"TIPC_HIGH_IMPORTANCE", 2},
	{"TIPC_CRITICAL_IMPORTANCE", 3},
	{NULL, 0},
};

/* linux/if_arp.h */
const struct constant constants_hardware_types[] = {
	{"ARPHRD_NETROM", 0},
	{"ARPHRD_ETHER", 1},
	{"ARPHRD_EETHER", 2},
	{"ARPHRD_AX25", 3},
	{"ARPHRD_PRONET", 4},
	{"ARPHRD_CHAOS", 5},
	{"ARPHRD_IEEE802", 6},
	{"ARPHRD_ARCNET", 7},
	{"ARPHRD_APPLETLK", 8},
	{"ARPHRD_DLCI", 15},
	{"ARPHRD_ATM", 19},
	{"ARPHRD_METRICOM", 23},
	{"ARPHRD_IEEE1394", 24},
	{"ARPHRD_EUI64", 27},
	{"ARPHRD_INFINIBAND", 32},
	{"ARPHRD_SLIP", 256},
	{"ARPHRD_CSLIP", 257},
	{"ARPHRD_SLIP6", 258},
	{"ARPHRD_CSLIP6", 259},
	{"ARPHRD_RSRVD", 260},
	{"ARPHRD_ADAPT", 264},
	{"ARPHRD_ROSE", 270},
	{"ARPHRD_X25", 271},
	{"ARPHRD_HWX25", 272},
	{"ARPHRD_CAN", 280},
	{"ARPHRD_MCTP", 290},
	{"ARPHRD_PPP", 512},
	{"ARPHRD_CISCO", 513},
	{"ARPHRD_LAPB", 516},
	{"ARPHRD_DDCMP", 517},
	{"ARPHRD_RAWHDLC", 518},
	{"ARPHRD_RAWIP", 519},
	{"ARPHRD_TUNNEL", 768},
	{"ARPHRD_TUNNEL6", 769},
	{"ARPHRD_FRAD", 770},
	{"ARPHRD_SKIP", 771},
	{"ARPHRD_LOOPBACK", 772},
	{"ARPHRD_LOCALTLK", 773},
	{"ARPHRD_FDDI", 774},
	{"ARPHRD_BIF", 775},
	{"ARPHRD_SIT", 776},
	{"ARPHRD_IPDDP", 777},
	{"ARPHRD_IPGRE", 778},
	{"ARPHRD_PIMREG", 779},
	{"ARPHRD_HIPPI", 780},
	{"ARPHRD_ASH", 781},
	{"ARPHRD_ECONET", 782},
	{"ARPHRD_IRDA", 783},
	{"ARPHRD_FCPP", 784},
	{"ARPHRD_FCAL", 785},
	{"ARPHRD_FCPL", 786},
	{"ARPHRD_FCFABRIC", 787},
	{"ARPHRD_IEEE802_TR", 800},
	{"ARPHRD_IEEE80211", 801},
	{"ARPHRD_IEEE80211_PRISM", 802},
	{"ARPHRD_IEEE80211_RADIOTAP", 803},
	{"ARPHRD_IEEE802154", 804},
	{"ARPHRD_IEEE802154_MONITOR", 805},
	{"ARPHRD_PHONET", 820},
	{"ARPHRD_PHONET_PIPE", 821},
	{"ARPHRD_CAIF", 822},
	{"ARPHRD_IP6GRE", 823},
	{"ARPHRD_NETLINK", 824},
	{"ARPHRD_6LOWPAN", 825},
	{"ARPHRD_VSOCKMON", 826},
	{"ARPHRD_NONE", 65534},
	{"ARPHRD_VOID", 65535},
	{NULL, 0},
};

/* linux/if_packet.h; packet(7) */
const struct constant constants_packet_types[] = {
	{"PACKET_HOST", 0},
	{"PACKET_BROADCAST", 1},
	{"PACKET_MULTICAST", 2},
	{"PACKET_OTHERHOST", 3},
	{"PACKET_OUTGOING", 4},
	{"PACKET_LOOPBACK", 5},
	{"PACKET_USER", 6},
	{"PACKET_KERNEL", 7},
	{NULL, 0},
};

/* linux/if_xdp.h */
const struct constant constants_xdp_flags[] = {
	{"XDP_SHARED_UMEM", 1},
	{"XDP_COPY", 2},
	{"XDP_ZEROCOPY", 4},
	{"XDP_USE_NEED_WAKEUP", 8},
	{"XDP_USE_SG", 16},
	{NULL, 0},
};

/* linux/if_packet.h: of what was received */
const struct constant constants_packet_status[] = {
	{"TP_STATUS_USER", 0x1},
	{"TP_STATUS_COPY", 0x2},
	{"TP_STATUS_LOSING", 0x4},
	{"TP_STATUS_CSUMNOTREADY", 0x8},
	{"TP_STATUS_VLAN_VALID", 0x10},
	{"TP_STATUS_BLK_TMO", 0x20},
	{"TP_STATUS_VLAN_TPID_VALID", 0x40},
	{"TP_STATUS_CSUM_VALID", 0x80},
	{"TP_STATUS_GSO_TCP", 0x100},
	{"TP_STATUS_TS_SOFTWARE", 0x20000000},
	{"TP_STATUS_TS_SYS_HARDWARE", 0x40000000},
	{"TP_STATUS_TS_RAW_HARDWARE", 0x80000000},
	{NULL, 0},
};

/* linux/if.h; netdevice(7) */
const struct constant constants_interface_flags[] = {
	{"IFF_UP", 0x1},
	{"IFF_BROADCAST", 0x2},
	{"IFF_DEBUG", 0x4},
	{"IFF_LOOPBACK", 0x8},
	{"IFF_POINTOPOINT", 0x10},
	{"IFF_NOTRAILERS", 0x20},
	{"IFF_RUNNING", 0x40},
	{"IFF_NOARP", 0x80},
	{"IFF_PROMISC", 0x100},
	{"IFF_ALLMULTI", 0x200},
	{"IFF_MASTER", 0x400},
	{"IFF_SLAVE", 0x800},
	{"IFF_MULTICAST", 0x1000},
	{"IFF_PORTSEL", 0x2000},
	{"IFF_AUTOMEDIA", 0x4000},
	{"IFF_DYNAMIC", 0x8000},
	{"IFF_LOWER_UP", 0x10000},
	{"IFF_DORMANT", 0x20000},
	{"IFF_ECHO", 0x40000},
	{NULL, 0},
};

/* linux/bpf_common.h, linux/filter.h: the fields of an instruction's code */
const struct constant constants_bpf_classes[] = {
	{"BPF_LD", 0x00},
	{"BPF_LDX", 0x01},
	{"BPF_ST", 0x02},
	{"BPF_STX", 0x03},
	{"BPF_ALU", 0x04},
	{"BPF_JMP", 0x05},
	{"BPF_RET", 0x06},
	{"BPF_MISC", 0x07},
	{NULL, 0},
};

const struct constant constants_bpf_sizes[] = {
	{"BPF_W", 0x00},
	{"BPF_H", 0x08},
	{"BPF_B", 0x10},
	{NULL, 0},
};

const struct constant constants_bpf_modes[] = {
	{"BPF_IMM", 0x00},
	{"BPF_ABS", 0x20},
	{"BPF_IND", 0x40},
	{"BPF_MEM", 0x60},
	{"BPF_LEN", 0x80},
	{"BPF_MSH", 0xa0},
	{NULL, 0},
};

const struct constant constants_bpf_operations[] = {
	{"BPF_ADD", 0x00},
	{"BPF_SUB", 0x10},
	{"BPF_MUL", 0x20},
	{"BPF_DIV", 0x30},
	{"BPF_OR", 0x40},
	{"BPF_AND", 0x50},
	{"BPF_LSH", 0x60},
	{"BPF_RSH", 0x70},
	{"BPF_NEG", 0x80},
	{"BPF_MOD", 0x90},
	{"BPF_XOR", 0xa0},
	{NULL, 0},
};

const struct constant constants_bpf_jumps[] = {
	{"BPF_JA", 0x00},
	{"BPF_JEQ", 0x10},
	{"BPF_JGT", 0x20},
	{"BPF_JGE", 0x30},
	{"BPF_JSET", 0x40},
	{NULL, 0},
};

const struct constant constants_bpf_sources[] = {
	{"BPF_K", 0x00},
	{"BPF_X", 0x08},
	{"BPF_A", 0x10},
	{NULL, 0},
};

const struct constant constants_bpf_moves[] = {
	{"BPF_TAX", 0x00},
	{"BPF_TXA", 0x80},
	{NULL, 0},
};

/* linux/netlink.h: messages of all protocols */
const struct constant constants_netlink_messages[] = {
	{"NLMSG_NOOP", 1},
	{"NLMSG_ERROR", 2},
	{"NLMSG_DONE", 3},
	{"NLMSG_OVERRUN", 4},
	{NULL, 0},
};

/* linux/netlink.h: flags, of which some depend on the kind of message */
const struct constant constants_netlink_get_flags[] = {
	{"NLM_F_REQUEST", 0x1},
	{"NLM_F_MULTI", 0x2},
	{"NLM_F_ACK", 0x4},
	{"NLM_F_ECHO", 0x8},
	{"NLM_F_DUMP_INTR", 0x10},
	{"NLM_F_DUMP_FILTERED", 0x20},
	{"NLM_F_DUMP", 0x300},
	{"NLM_F_ROOT", 0x100},
	{"NLM_F_MATCH", 0x200},
	{"NLM_F_ATOMIC", 0x400},
	{NULL, 0},
};

const struct constant constants_netlink_new_flags[] = {
	{"NLM_F_REQUEST", 0x1},
	{"NLM_F_MULTI", 0x2},
	{"NLM_F_ACK", 0x4},
	{"NLM_F_ECHO", 0x8},
	{"NLM_F_DUMP_INTR", 0x10},
	{"NLM_F_DUMP_FILTERED", 0x20},
	{"NLM_F_REPLACE", 0x100},
	{"NLM_F_EXCL", 0x200},
	{"NLM_F_CREATE", 0x400},
	{"NLM_F_APPEND", 0x800},
	{NULL, 0},
};

const struct constant constants_netlink_delete_flags[] = {
	{"NLM_F_REQUEST", 0x1},
	{"NLM_F_MULTI", 0x2},
	{"NLM_F_ACK", 0x4},
	{"NLM_F_ECHO", 0x8},
	{"NLM_F_DUMP_INTR", 0x10},
	{"NLM_F_DUMP_FILTERED", 0x20},
	{"NLM_F_NONREC", 0x100},
	{"NLM_F_BULK", 0x200},
	{NULL, 0},
};

const struct constant constants_netlink_answer_flags[] = {
	{"NLM_F_REQUEST", 0x1},
	{"NLM_F_MULTI", 0x2},
	{"NLM_F_ACK", 0x4},
	{"NLM_F_ECHO", 0x8},
	{"NLM_F_DUMP_INTR", 0x10},
	{"NLM_F_DUMP_FILTERED", 0x20},
	{"NLM_F_CAPPED", 0x100},
	{"NLM_F_ACK_TLVS", 0x200},
	{NULL, 0},
};

const struct constant constants_netlink_attribute_flags[] = {
	{"NLA_F_NET_BYTEORDER", 0x4000},
	{"NLA_F_NESTED", 0x8000},
	{NULL, 0},
};

/* linux/rtnetlink.h */
const struct constant constants_route_messages[] = {
	{"RTM_NEWLINK", 16},
	{"RTM_DELLINK", 17},
	{"RTM_GETLINK", 18},
	{"RTM_SETLINK", 19},
	{"RTM_NEWADDR", 20},
	{"RTM_DELADDR", 21},
	{"RTM_GETADDR", 22},
	{"RTM_NEWROUTE", 24},
	{"RTM_DELROUTE", 25},
	{"RTM_GETROUTE", 26},
	{"RTM_NEWNEIGH", 28},
	{"RTM_DELNEIGH", 29},
	{"RTM_GETNEIGH", 30},
	{"RTM_NEWRULE", 32},
	{"RTM_DELRULE", 33},
	{"RTM_GETRULE", 34},
	{"RTM_NEWQDISC", 36},
	{"RTM_DELQDISC", 37},
	{"RTM_GETQDISC", 38},
	{"RTM_NEWTCLASS", 40},
	{"RTM_DELTCLASS", 41},
	{"RTM_GETTCLASS", 42},
	{"RTM_NEWTFILTER", 44},
	{"RTM_DELTFILTER", 45},
	{"RTM_GETTFILTER", 46},
	{"RTM_NEWACTION", 48},
	{"RTM_DELACTION", 49},
	{"RTM_GETACTION", 50},
	{"RTM_NEWPREFIX", 52},
	{"RTM_NEWMULTICAST", 56},
	{"RTM_DELMULTICAST", 57},
	{"RTM_GETMULTICAST", 58},
	{"RTM_NEWANYCAST", 60},
	{"RTM_DELANYCAST", 61},
	{"RTM_GETANYCAST", 62},
	{"RTM_NEWNEIGHTBL", 64},
	{"RTM_GETNEIGHTBL", 66},
	{"RTM_SETNEIGHTBL", 67},
	{"RTM_NEWNDUSEROPT", 68},
	{"RTM_NEWADDRLABEL", 72},
	{"RTM_DELADDRLABEL", 73},
	{"RTM_GETADDRLABEL", 74},
	{"RTM_GETDCB", 78},
	{"RTM_SETDCB", 79},
	{"RTM_NEWNETCONF", 80},
	{"RTM_DELNETCONF", 81},
	{"RTM_GETNETCONF", 82},
	{"RTM_NEWMDB", 84},
	{"RTM_DELMDB", 85},
	{"RTM_GETMDB", 86},
	{"RTM_NEWNSID", 88},
	{"RTM_DELNSID", 89},
	{"RTM_GETNSID", 90},
	{"RTM_NEWSTATS", 92},
	{"RTM_GETSTATS", 94},
	{"RTM_SETSTATS", 95},
	{"RTM_NEWCACHEREPORT", 96},
	{"RTM_NEWCHAIN", 100},
	{"RTM_DELCHAIN", 101},
	{"RTM_GETCHAIN", 102},
	{"RTM_NEWNEXTHOP", 104},
	{"RTM_DELNEXTHOP", 105},
	{"RTM_GETNEXTHOP", 106},
	{"RTM_NEWLINKPROP", 108},
	{"RTM_DELLINKPROP", 109},
	{"RTM_GETLINKPROP", 110},
	{"RTM_NEWVLAN", 112},
	{"RTM_DELVLAN", 113},
	{"RTM_GETVLAN", 114},
	{"RTM_NEWNEXTHOPBUCKET", 116},
	{"RTM_DELNEXTHOPBUCKET", 117},
	{"RTM_GETNEXTHOPBUCKET", 118},
	{"RTM_NEWTUNNEL", 120},
	{"RTM_DELTUNNEL", 121},
	{"RTM_GETTUNNEL", 122},
	{NULL, 0},
};

const struct constant constants_route_types[] = {
	{"RTN_UNSPEC", 0},
	{"RTN_UNICAST", 1},
	{"RTN_LOCAL", 2},
	{"RTN_BROADCAST", 3},
	{"RTN_ANYCAST", 4},
	{"RTN_MULTICAST", 5},
	{"RTN_BLACKHOLE", 6},
	{"RTN_UNREACHABLE", 7},
	{"RTN_PROHIBIT", 8},
	{"RTN_THROW", 9},
	{"RTN_NAT", 10},
	{"RTN_XRESOLVE", 11},
	{NULL, 0},
};

const struct constant constants_route_protocols[] = {
	{"RTPROT_UNSPEC", 0},
	{"RTPROT_REDIRECT", 1},
	{"RTPROT_KERNEL", 2},
	{"RTPROT_BOOT", 3},
	{"RTPROT_STATIC", 4},
	{"RTPROT_GATED", 8},
	{"RTPROT_RA", 9},
	{"RTPROT_MRT", 10},
	{"RTPROT_ZEBRA", 11},
	{"RTPROT_BIRD", 12},
	{"RTPROT_DNROUTED", 13},
	{"RTPROT_XORP", 14},
	{"RTPROT_NTK", 15},
	{"RTPROT_DHCP", 16},
	{"RTPROT_MROUTED", 17},
	{"RTPROT_KEEPALIVED", 18},
	{"RTPROT_BABEL", 42},
	{"RTPROT_OVN", 84},
	{"RTPROT_OPENR", 99},
	{"RTPROT_BGP", 186},
	{"RTPROT_ISIS", 187},
	{"RTPROT_OSPF", 188},
	{"RTPROT_RIP", 189},
	{"RTPROT_EIGRP", 192},
	{NULL, 0},
};

const struct constant constants_route_scopes[] = {
	{"RT_SCOPE_UNIVERSE", 0},
	{"RT_SCOPE_SITE", 200},
	{"RT_SCOPE_LINK", 253},
	{"RT_SCOPE_HOST", 254},
	{"RT_SCOPE_NOWHERE", 255},
	{NULL, 0},
};

const struct constant constants_route_tables[] = {
	{"RT_TABLE_UNSPEC", 0},
	{"RT_TABLE_COMPAT", 252},
	{"RT_TABLE_DEFAULT", 253},
	{"RT_TABLE_MAIN", 254},
	{"RT_TABLE_LOCAL", 255},
	{NULL, 0},
};

const struct constant constants_route_flags[] = {
	{"RTNH_F_DEAD", 0x1},
	{"RTNH_F_PERVASIVE", 0x2},
	{"RTNH_F_ONLINK", 0x4},
	{"RTNH_F_OFFLOAD", 0x8},
	{"RTNH_F_LINKDOWN", 0x10},
	{"RTNH_F_UNRESOLVED", 0x20},
	{"RTNH_F_TRAP", 0x40},
	{"RTM_F_NOTIFY", 0x100},
	{"RTM_F_CLONED", 0x200},
	{"RTM_F_EQUALIZE", 0x400},
	{"RTM_F_PREFIX", 0x800},
	{"RTM_F_LOOKUP_TABLE", 0x1000},
	{"RTM_F_FIB_MATCH", 0x2000},
	{"RTM_F_OFFLOAD", 0x4000},
	{"RTM_F_TRAP", 0x8000},
	{"RTM_F_OFFLOAD_FAILED", 0x20000000},
	{NULL, 0},
};

/* linux/if_addr.h */
const struct constant constants_address_flags[] = {
	{"IFA_F_SECONDARY", 0x1},
	{"IFA_F_NODAD", 0x2},
	{"IFA_F_OPTIMISTIC", 0x4},
	{"IFA_F_DADFAILED", 0x8},
	{"IFA_F_HOMEADDRESS", 0x10},
	{"IFA_F_DEPRECATED", 0x20},
	{"IFA_F_TENTATIVE", 0x40},
	{"IFA_F_PERMANENT", 0x80},
	{"IFA_F_MANAGETEMPADDR", 0x100},
	{"IFA_F_NOPREFIXROUTE", 0x200},
	{"IFA_F_MCAUTOJOIN", 0x400},
	{"IFA_F_STABLE_PRIVACY", 0x800},
	{NULL, 0},
};

/* linux/neighbour.h */
const struct constant constants_neighbour_states[] = {
	{"NUD_INCOMPLETE", 0x1},
	{"NUD_REACHABLE", 0x2},
	{"NUD_STALE", 0x4},
	{"NUD_DELAY", 0x8},
	{"NUD_PROBE", 0x10},
	{"NUD_FAILED", 0x20},
	{"NUD_NOARP", 0x40},
	{"NUD_PERMANENT", 0x80},
	{NULL, 0},
};

const struct constant constants_neighbour_flags[] = {
	{"NTF_USE", 0x1},
	{"NTF_SELF", 0x2},
	{"NTF_MASTER", 0x4},
	{"NTF_PROXY", 0x8},
	{"NTF_EXT_LEARNED", 0x10},
	{"NTF_OFFLOADED", 0x20},
	{"NTF_STICKY", 0x40},
	{"NTF_ROUTER", 0x80},
	{NULL, 0},
};

/* linux/fib_rules.h */
const struct constant constants_rule_actions[] = {
	{"FR_ACT_UNSPEC", 0},
	{"FR_ACT_TO_TBL", 1},
	{"FR_ACT_GOTO", 2},
	{"FR_ACT_NOP", 3},
	{"FR_ACT_RES3", 4},
	{"FR_ACT_RES4", 5},
	{"FR_ACT_BLACKHOLE", 6},
	{"FR_ACT_UNREACHABLE", 7},
	{"FR_ACT_PROHIBIT", 8},
	{NULL, 0},
};

const struct constant constants_rule_flags[] = {
	{"FIB_RULE_PERMANENT", 0x1},
	{"FIB_RULE_INVERT", 0x2},
	{"FIB_RULE_UNRESOLVED", 0x4},
	{"FIB_RULE_IIF_DETACHED", 0x8},
	{"FIB_RULE_OIF_DETACHED", 0x10},
	{"FIB_RULE_FIND_SADDR", 0x10000},
	{NULL, 0},
};

/* linux/sock_diag.h */
const struct constant constants_diag_messages[] = {
	{"TCPDIAG_GETSOCK", 18},
	{"DCCPDIAG_GETSOCK", 19},
	{"SOCK_DIAG_BY_FAMILY", 20},
	{"SOCK_DESTROY", 21},
	{NULL, 0},
};

/* linux/unix_diag.h */
const struct constant constants_unix_diag_show[] = {
	{"UDIAG_SHOW_NAME", 0x1},
	{"UDIAG_SHOW_VFS", 0x2},
	{"UDIAG_SHOW_PEER", 0x4},
	{"UDIAG_SHOW_ICONS", 0x8},
	{"UDIAG_SHOW_RQLEN", 0x10},
	{"UDIAG_SHOW_MEMINFO", 0x20},
	{"UDIAG_SHOW_UID", 0x40},
	{NULL, 0},
};

/* linux/genetlink.h */
const struct constant constants_generic_messages[] = {
	{"GENL_ID_CTRL", 16},
	{"GENL_ID_VFS_DQUOT", 17},
	{"GENL_ID_PMCRAID", 18},
	{NULL, 0},
};

const struct constant constants_generic_commands[] = {
	{"CTRL_CMD_NEWFAMILY", 1},
	{"CTRL_CMD_DELFAMILY", 2},
	{"CTRL_CMD_GETFAMILY", 3},
	{"CTRL_CMD_NEWOPS", 4},
	{"CTRL_CMD_DELOPS", 5},
	{"CTRL_CMD_GETOPS", 6},
	{"CTRL_CMD_NEWMCAST_GRP", 7},
	{"CTRL_CMD_DELMCAST_GRP", 8},
	{"CTRL_CMD_GETMCAST_GRP", 9},
	{"CTRL_CMD_GETPOLICY", 10},
	{NULL, 0},
};

/* linux/if.h: RFC 2863 */
const struct constant constants_operational_states[] = {
	{"IF_OPER_UNKNOWN", 0},
	{"IF_OPER_NOTPRESENT", 1},
	{"IF_OPER_DOWN", 2},
	{"IF_OPER_LOWERLAYERDOWN", 3},
	{"IF_OPER_TESTING", 4},
	{"IF_OPER_DORMANT", 5},
	{"IF_OPER_UP", 6},
	{NULL, 0},
};

/* linux/if_link.h, net/if_inet6.h in the kernel's sources */
const struct constant constants_xdp_attachments[] = {
	{"XDP_ATTACHED_NONE", 0},
	{"XDP_ATTACHED_DRV", 1},
	{"XDP_ATTACHED_SKB", 2},
	{"XDP_ATTACHED_HW", 3},
	{"XDP_ATTACHED_MULTI", 4},
	{NULL, 0},
};

const struct constant constants_inet6_modes[] = {
	{"IN6_ADDR_GEN_MODE_EUI64", 0},
	{"IN6_ADDR_GEN_MODE_NONE", 1},
	{"IN6_ADDR_GEN_MODE_STABLE_PRIVACY", 2},
	{"IN6_ADDR_GEN_MODE_RANDOM", 3},
	{NULL, 0},
};

const struct constant constants_inet6_flags[] = {
	{"IF_RS_SENT", 0x10},
	{"IF_RA_RCVD", 0x20},
	{"IF_RA_MANAGED", 0x40},
	{"IF_RA_OTHERCONF", 0x80},
	{"IF_READY", 0x80000000},
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
	for (; flags && constants->name; constants++) {
		if (constants->value == 0 || (flags & constants->value) != constants->value)
			continue;
		json_text(w, NULL, constants->name);
		flags &= ~constants->value;
	}
	if (flags)
		json_unsigned(w, NULL, flags);
	json_array_end(w);
}
