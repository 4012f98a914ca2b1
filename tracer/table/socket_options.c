/* SPDX-License-Identifier: MIT */
#include "tracer/table/socket_options.h"

#include <string.h>

/* asm-generic/socket.h; socket(7) */
static const struct socket_option socket_level[] = {
	{"SO_DEBUG", 1},
	{"SO_REUSEADDR", 2},
	{"SO_TYPE", 3, OPTION_CONSTANT, .names = constants_types},
	{"SO_ERROR", 4, OPTION_ERROR},
	{"SO_DONTROUTE", 5},
	{"SO_BROADCAST", 6},
	{"SO_SNDBUF", 7},
	{"SO_RCVBUF", 8},
	{"SO_KEEPALIVE", 9},
	{"SO_OOBINLINE", 10},
	{"SO_NO_CHECK", 11},
	{"SO_PRIORITY", 12},
	{"SO_LINGER", 13, OPTION_STRUCT, &structure_linger},
	{"SO_BSDCOMPAT", 14},
	{"SO_REUSEPORT", 15},
	{"SO_PASSCRED", 16},
	{"SO_PEERCRED", 17, OPTION_STRUCT, &structure_credentials},
	{"SO_RCVLOWAT", 18},
	{"SO_SNDLOWAT", 19},
	{"SO_RCVTIMEO", 20, OPTION_TIME},
	{"SO_SNDTIMEO", 21, OPTION_TIME},
	{"SO_SECURITY_AUTHENTICATION", 22},
	{"SO_SECURITY_ENCRYPTION_TRANSPORT", 23},
	{"SO_SECURITY_ENCRYPTION_NETWORK", 24},
	{"SO_BINDTODEVICE", 25, OPTION_STRING},
	{"SO_ATTACH_FILTER", 26, OPTION_PROGRAM},
	{"SO_DETACH_FILTER", 27},
	{"SO_PEERNAME", 28, OPTION_ADDRESS},
	{"SO_TIMESTAMP", 29},
	{"SO_ACCEPTCONN", 30},
	{"SO_PEERSEC", 31, OPTION_STRING},
	{"SO_SNDBUFFORCE", 32},
	{"SO_RCVBUFFORCE", 33},
	{"SO_PASSSEC", 34},
	{"SO_TIMESTAMPNS", 35},
	{"SO_MARK", 36},
	{"SO_TIMESTAMPING", 37, OPTION_INTEGER, &structure_timestamping},
	{"SO_PROTOCOL", 38, OPTION_CONSTANT, .names = constants_ip_protocols},
	{"SO_DOMAIN", 39, OPTION_CONSTANT, .names = constants_families},
	{"SO_RXQ_OVFL", 40},
	{"SO_WIFI_STATUS", 41},
	{"SO_PEEK_OFF", 42},
	{"SO_NOFCS", 43},
	{"SO_LOCK_FILTER", 44},
	{"SO_SELECT_ERR_QUEUE", 45},
	{"SO_BUSY_POLL", 46},
	{"SO_MAX_PACING_RATE", 47, OPTION_WIDE},
	{"SO_BPF_EXTENSIONS", 48},
	{"SO_INCOMING_CPU", 49},
	{"SO_ATTACH_BPF", 50},
	{"SO_ATTACH_REUSEPORT_CBPF", 51, OPTION_PROGRAM},
	{"SO_ATTACH_REUSEPORT_EBPF", 52},
	{"SO_CNX_ADVICE", 53},
	{"SO_MEMINFO", 55, OPTION_NUMBERS},
	{"SO_INCOMING_NAPI_ID", 56},
	{"SO_COOKIE", 57, OPTION_WIDE},
	{"SO_PEERGROUPS", 59, OPTION_NUMBERS},
	{"SO_ZEROCOPY", 60},
	{"SO_TXTIME", 61, OPTION_STRUCT, &structure_txtime},
	{"SO_BINDTOIFINDEX", 62},
	{"SO_TIMESTAMP_NEW", 63},
	{"SO_TIMESTAMPNS_NEW", 64},
	{"SO_TIMESTAMPING_NEW", 65, OPTION_INTEGER, &structure_timestamping},
	{"SO_RCVTIMEO_NEW", 66, OPTION_TIME},
	{"SO_SNDTIMEO_NEW", 67, OPTION_TIME},
	{"SO_DETACH_REUSEPORT_BPF", 68},
	{"SO_PREFER_BUSY_POLL", 69},
	{"SO_BUSY_POLL_BUDGET", 70},
	{"SO_NETNS_COOKIE", 71, OPTION_WIDE},
	{"SO_BUF_LOCK", 72},
	{"SO_RESERVE_MEM", 73},
	{"SO_TXREHASH", 74, OPTION_CONSTANT, .names = constants_rehashing},
	{"SO_RCVMARK", 75},
	{"SO_PASSPIDFD", 76},
	{"SO_PEERPIDFD", 77},
	{"SO_DEVMEM_LINEAR", 78},
	{"SO_DEVMEM_DMABUF", 79},
	{"SO_DEVMEM_DONTNEED", 80, OPTION_BYTES},
	{"SO_RCVPRIORITY", 82},
	{"SO_PASSRIGHTS", 83},
	{"SO_INQ", 84},
	{"SO_RIGHTS_NOTRUNC", 85},
	{NULL},
};

/* linux/in.h, linux/netfilter_ipv4.h; ip(7) */
static const struct socket_option ip_level[] = {
	{"IP_TOS", 1},
	{"IP_TTL", 2},
	{"IP_HDRINCL", 3},
	{"IP_OPTIONS", 4, OPTION_BYTES},
	{"IP_ROUTER_ALERT", 5},
	{"IP_RECVOPTS", 6},
	{"IP_RETOPTS", 7},
	{"IP_PKTINFO", 8},
	{"IP_PKTOPTIONS", 9, OPTION_BYTES},
	{"IP_MTU_DISCOVER", 10},
	{"IP_RECVERR", 11},
	{"IP_RECVTTL", 12},
	{"IP_RECVTOS", 13},
	{"IP_MTU", 14},
	{"IP_FREEBIND", 15},
	{"IP_IPSEC_POLICY", 16, OPTION_BYTES},
	{"IP_XFRM_POLICY", 17, OPTION_BYTES},
	{"IP_PASSSEC", 18},
	{"IP_TRANSPARENT", 19},
	{"IP_ORIGDSTADDR", 20},
	{"IP_MINTTL", 21},
	{"IP_NODEFRAG", 22},
	{"IP_CHECKSUM", 23},
	{"IP_BIND_ADDRESS_NO_PORT", 24},
	{"IP_RECVFRAGSIZE", 25},
	{"IP_RECVERR_RFC4884", 26},
	{"IP_MULTICAST_IF", 32, OPTION_INTERNET, &structure_membership},
	{"IP_MULTICAST_TTL", 33},
	{"IP_MULTICAST_LOOP", 34},
	{"IP_ADD_MEMBERSHIP", 35, OPTION_INTERNET, &structure_membership},
	{"IP_DROP_MEMBERSHIP", 36, OPTION_INTERNET, &structure_membership},
	{"IP_UNBLOCK_SOURCE", 37, OPTION_STRUCT, &structure_source},
	{"IP_BLOCK_SOURCE", 38, OPTION_STRUCT, &structure_source},
	{"IP_ADD_SOURCE_MEMBERSHIP", 39, OPTION_STRUCT, &structure_source},
	{"IP_DROP_SOURCE_MEMBERSHIP", 40, OPTION_STRUCT, &structure_source},
	{"IP_MSFILTER", 41, OPTION_STRUCT, &structure_source_filter},
	{"MCAST_JOIN_GROUP", 42, OPTION_GROUP, &structure_group},
	{"MCAST_BLOCK_SOURCE", 43, OPTION_GROUP, &structure_group_source},
	{"MCAST_UNBLOCK_SOURCE", 44, OPTION_GROUP, &structure_group_source},
	{"MCAST_LEAVE_GROUP", 45, OPTION_GROUP, &structure_group},
	{"MCAST_JOIN_SOURCE_GROUP", 46, OPTION_GROUP, &structure_group_source},
	{"MCAST_LEAVE_SOURCE_GROUP", 47, OPTION_GROUP, &structure_group_source},
	{"MCAST_MSFILTER", 48, OPTION_GROUP, &structure_group_filter},
	{"IP_MULTICAST_ALL", 49},
	{"IP_UNICAST_IF", 50},
	{"IP_LOCAL_PORT_RANGE", 51},
	{"IP_PROTOCOL", 52, OPTION_CONSTANT, .names = constants_ip_protocols},
	{"SO_ORIGINAL_DST", 80, OPTION_ADDRESS},
	{NULL},
};

/* linux/in6.h, linux/netfilter_ipv6/ip6_tables.h; ipv6(7) */
static const struct socket_option ipv6_level[] = {
	{"IPV6_ADDRFORM", 1},
	{"IPV6_2292PKTINFO", 2},
	{"IPV6_2292HOPOPTS", 3},
	{"IPV6_2292DSTOPTS", 4},
	{"IPV6_2292RTHDR", 5},
	{"IPV6_2292PKTOPTIONS", 6, OPTION_BYTES},
	{"IPV6_CHECKSUM", 7},
	{"IPV6_2292HOPLIMIT", 8},
	{"IPV6_NEXTHOP", 9, OPTION_ADDRESS},
	{"IPV6_AUTHHDR", 10, OPTION_BYTES},
	{"IPV6_FLOWINFO", 11},
	{"IPV6_UNICAST_HOPS", 16},
	{"IPV6_MULTICAST_IF", 17},
	{"IPV6_MULTICAST_HOPS", 18},
	{"IPV6_MULTICAST_LOOP", 19},
	{"IPV6_ADD_MEMBERSHIP", 20, OPTION_STRUCT, &structure_membership6},
	{"IPV6_DROP_MEMBERSHIP", 21, OPTION_STRUCT, &structure_membership6},
	{"IPV6_ROUTER_ALERT", 22},
	{"IPV6_MTU_DISCOVER", 23},
	{"IPV6_MTU", 24},
	{"IPV6_RECVERR", 25},
	{"IPV6_V6ONLY", 26},
	{"IPV6_JOIN_ANYCAST", 27, OPTION_STRUCT, &structure_membership6},
	{"IPV6_LEAVE_ANYCAST", 28, OPTION_STRUCT, &structure_membership6},
	{"IPV6_MULTICAST_ALL", 29},
	{"IPV6_ROUTER_ALERT_ISOLATE", 30},
	{"IPV6_RECVERR_RFC4884", 31},
	{"IPV6_FLOWLABEL_MGR", 32, OPTION_STRUCT, &structure_flow_label},
	{"IPV6_FLOWINFO_SEND", 33},
	{"IPV6_IPSEC_POLICY", 34, OPTION_BYTES},
	{"IPV6_XFRM_POLICY", 35, OPTION_BYTES},
	{"IPV6_HDRINCL", 36},
	{"MCAST_JOIN_GROUP", 42, OPTION_GROUP, &structure_group},
	{"MCAST_BLOCK_SOURCE", 43, OPTION_GROUP, &structure_group_source},
	{"MCAST_UNBLOCK_SOURCE", 44, OPTION_GROUP, &structure_group_source},
	{"MCAST_LEAVE_GROUP", 45, OPTION_GROUP, &structure_group},
	{"MCAST_JOIN_SOURCE_GROUP", 46, OPTION_GROUP, &structure_group_source},
	{"MCAST_LEAVE_SOURCE_GROUP", 47, OPTION_GROUP, &structure_group_source},
	{"MCAST_MSFILTER", 48, OPTION_GROUP, &structure_group_filter},
	{"IPV6_RECVPKTINFO", 49},
	{"IPV6_PKTINFO", 50, OPTION_STRUCT, &structure_packet_info6},
	{"IPV6_RECVHOPLIMIT", 51},
	{"IPV6_HOPLIMIT", 52},
	{"IPV6_RECVHOPOPTS", 53},
	{"IPV6_HOPOPTS", 54, OPTION_BYTES},
	{"IPV6_RTHDRDSTOPTS", 55, OPTION_BYTES},
	{"IPV6_RECVRTHDR", 56},
	{"IPV6_RTHDR", 57, OPTION_BYTES},
	{"IPV6_RECVDSTOPTS", 58},
	{"IPV6_DSTOPTS", 59, OPTION_BYTES},
	{"IPV6_RECVPATHMTU", 60},
	{"IPV6_PATHMTU", 61, OPTION_STRUCT, &structure_path_mtu},
	{"IPV6_DONTFRAG", 62},
	{"IPV6_USE_MIN_MTU", 63},
	{"IPV6_RECVTCLASS", 66},
	{"IPV6_TCLASS", 67},
	{"IPV6_AUTOFLOWLABEL", 70},
	{"IPV6_ADDR_PREFERENCES", 72},
	{"IPV6_MINHOPCOUNT", 73},
	{"IPV6_ORIGDSTADDR", 74},
	{"IPV6_TRANSPARENT", 75},
	{"IPV6_UNICAST_IF", 76},
	{"IPV6_RECVFRAGSIZE", 77},
	{"IPV6_FREEBIND", 78},
	{"IP6T_SO_ORIGINAL_DST", 80, OPTION_ADDRESS},
	{NULL},
};

/* linux/icmp.h; raw(7) */
static const struct socket_option raw_level[] = {
	{"ICMP_FILTER", 1, OPTION_ICMP_FILTER},
	{NULL},
};

/* linux/icmpv6.h */
static const struct socket_option icmpv6_level[] = {
	{"ICMPV6_FILTER", 1, OPTION_ICMP6_FILTER},
	{NULL},
};

/* linux/tcp.h; tcp(7) */
static const struct socket_option tcp_level[] = {
	{"TCP_NODELAY", 1},
	{"TCP_MAXSEG", 2},
	{"TCP_CORK", 3},
	{"TCP_KEEPIDLE", 4},
	{"TCP_KEEPINTVL", 5},
	{"TCP_KEEPCNT", 6},
	{"TCP_SYNCNT", 7},
	{"TCP_LINGER2", 8},
	{"TCP_DEFER_ACCEPT", 9},
	{"TCP_WINDOW_CLAMP", 10},
	{"TCP_INFO", 11, OPTION_STRUCT, &structure_tcp_info},
	{"TCP_QUICKACK", 12},
	{"TCP_CONGESTION", 13, OPTION_STRING},
	{"TCP_MD5SIG", 14, OPTION_BYTES},
	{"TCP_COOKIE_TRANSACTIONS", 15, OPTION_BYTES},
	{"TCP_THIN_LINEAR_TIMEOUTS", 16},
	{"TCP_THIN_DUPACK", 17},
	{"TCP_USER_TIMEOUT", 18},
	{"TCP_REPAIR", 19},
	{"TCP_REPAIR_QUEUE", 20},
	{"TCP_QUEUE_SEQ", 21},
	{"TCP_REPAIR_OPTIONS", 22, OPTION_LIST, &structure_repair_option},
	{"TCP_FASTOPEN", 23},
	{"TCP_TIMESTAMP", 24},
	{"TCP_NOTSENT_LOWAT", 25},
	{"TCP_CC_INFO", 26, OPTION_BYTES},
	{"TCP_SAVE_SYN", 27},
	{"TCP_SAVED_SYN", 28, OPTION_BYTES},
	{"TCP_REPAIR_WINDOW", 29, OPTION_STRUCT, &structure_repair_window},
	{"TCP_FASTOPEN_CONNECT", 30},
	{"TCP_ULP", 31, OPTION_STRING},
	{"TCP_MD5SIG_EXT", 32, OPTION_BYTES},
	{"TCP_FASTOPEN_KEY", 33, OPTION_BYTES},
	{"TCP_FASTOPEN_NO_COOKIE", 34},
	{"TCP_ZEROCOPY_RECEIVE", 35, OPTION_STRUCT, &structure_zerocopy},
	{"TCP_INQ", 36},
	{"TCP_TX_DELAY", 37},
	{"TCP_AO_ADD_KEY", 38, OPTION_STRUCT, &structure_ao_key},
	{"TCP_AO_DEL_KEY", 39, OPTION_STRUCT, &structure_ao_deleted_key},
	{"TCP_AO_INFO", 40, OPTION_STRUCT, &structure_ao_info},
	{"TCP_AO_GET_KEYS", 41, OPTION_LIST, &structure_ao_found_key},
	{"TCP_AO_REPAIR", 42, OPTION_STRUCT, &structure_ao_repair},
	{"TCP_IS_MPTCP", 43},
	{"TCP_RTO_MAX_MS", 44},
	{"TCP_RTO_MIN_US", 45},
	{"TCP_DELACK_MAX_US", 46},
	{NULL},
};

/* linux/udp.h; udp(7) */
static const struct socket_option udp_level[] = {
	{"UDP_CORK", 1},
	{"UDP_ENCAP", 100},
	{"UDP_NO_CHECK6_TX", 101},
	{"UDP_NO_CHECK6_RX", 102},
	{"UDP_SEGMENT", 103},
	{"UDP_GRO", 104},
	{NULL},
};

/* include/net/udplite.h in the kernel's sources; udplite(7) */
static const struct socket_option udplite_level[] = {
	{"UDPLITE_SEND_CSCOV", 10},
	{"UDPLITE_RECV_CSCOV", 11},
	{NULL},
};

/* linux/sctp.h; sctp(7) */
static const struct socket_option sctp_level[] = {
	{"SCTP_RTOINFO", 0, OPTION_BYTES},
	{"SCTP_ASSOCINFO", 1, OPTION_BYTES},
	{"SCTP_INITMSG", 2, OPTION_BYTES},
	{"SCTP_NODELAY", 3},
	{"SCTP_AUTOCLOSE", 4},
	{"SCTP_SET_PEER_PRIMARY_ADDR", 5, OPTION_BYTES},
	{"SCTP_PRIMARY_ADDR", 6, OPTION_BYTES},
	{"SCTP_ADAPTATION_LAYER", 7},
	{"SCTP_DISABLE_FRAGMENTS", 8},
	{"SCTP_PEER_ADDR_PARAMS", 9, OPTION_BYTES},
	{"SCTP_DEFAULT_SEND_PARAM", 10, OPTION_BYTES},
	{"SCTP_EVENTS", 11, OPTION_BYTES},
	{"SCTP_I_WANT_MAPPED_V4_ADDR", 12},
	{"SCTP_MAXSEG", 13, OPTION_INTEGER, &structure_association_value},
	{"SCTP_STATUS", 14, OPTION_BYTES},
	{"SCTP_GET_PEER_ADDR_INFO", 15, OPTION_BYTES},
	{"SCTP_DELAYED_ACK_TIME", 16, OPTION_BYTES},
	{"SCTP_CONTEXT", 17, OPTION_INTEGER, &structure_association_value},
	{"SCTP_FRAGMENT_INTERLEAVE", 18},
	{"SCTP_PARTIAL_DELIVERY_POINT", 19},
	{"SCTP_MAX_BURST", 20, OPTION_INTEGER, &structure_association_value},
	{"SCTP_AUTH_CHUNK", 21},
	{"SCTP_HMAC_IDENT", 22, OPTION_BYTES},
	{"SCTP_AUTH_KEY", 23, OPTION_BYTES},
	{"SCTP_AUTH_ACTIVE_KEY", 24, OPTION_BYTES},
	{"SCTP_AUTH_DELETE_KEY", 25, OPTION_BYTES},
	{"SCTP_PEER_AUTH_CHUNKS", 26, OPTION_BYTES},
	{"SCTP_LOCAL_AUTH_CHUNKS", 27, OPTION_BYTES},
	{"SCTP_GET_ASSOC_NUMBER", 28},
	{"SCTP_GET_ASSOC_ID_LIST", 29, OPTION_BYTES},
	{"SCTP_AUTO_ASCONF", 30},
	{"SCTP_PEER_ADDR_THLDS", 31, OPTION_BYTES},
	{"SCTP_RECVRCVINFO", 32},
	{"SCTP_RECVNXTINFO", 33},
	{"SCTP_DEFAULT_SNDINFO", 34, OPTION_BYTES},
	{"SCTP_AUTH_DEACTIVATE_KEY", 35, OPTION_BYTES},
	{"SCTP_REUSE_PORT", 36},
	{"SCTP_PEER_ADDR_THLDS_V2", 37, OPTION_BYTES},
	{"SCTP_SOCKOPT_BINDX_ADD", 100, OPTION_BYTES},
	{"SCTP_SOCKOPT_BINDX_REM", 101, OPTION_BYTES},
	{"SCTP_SOCKOPT_PEELOFF", 102},
	{"SCTP_SOCKOPT_CONNECTX_OLD", 107, OPTION_BYTES},
	{"SCTP_GET_PEER_ADDRS", 108, OPTION_BYTES},
	{"SCTP_GET_LOCAL_ADDRS", 109, OPTION_BYTES},
	{"SCTP_SOCKOPT_CONNECTX", 110},
	{"SCTP_SOCKOPT_CONNECTX3", 111, OPTION_BYTES},
	{"SCTP_GET_ASSOC_STATS", 112, OPTION_BYTES},
	{"SCTP_PR_SUPPORTED", 113, OPTION_BYTES},
	{"SCTP_DEFAULT_PRINFO", 114, OPTION_BYTES},
	{"SCTP_PR_ASSOC_STATUS", 115, OPTION_BYTES},
	{"SCTP_PR_STREAM_STATUS", 116, OPTION_BYTES},
	{"SCTP_RECONFIG_SUPPORTED", 117, OPTION_BYTES},
	{"SCTP_ENABLE_STREAM_RESET", 118, OPTION_BYTES},
	{"SCTP_RESET_STREAMS", 119, OPTION_BYTES},
	{"SCTP_RESET_ASSOC", 120, OPTION_BYTES},
	{"SCTP_ADD_STREAMS", 121, OPTION_BYTES},
	{"SCTP_SOCKOPT_PEELOFF_FLAGS", 122, OPTION_BYTES},
	{"SCTP_STREAM_SCHEDULER", 123, OPTION_BYTES},
	{"SCTP_STREAM_SCHEDULER_VALUE", 124, OPTION_BYTES},
	{"SCTP_INTERLEAVING_SUPPORTED", 125, OPTION_BYTES},
	{"SCTP_SENDMSG_CONNECT", 126, OPTION_BYTES},
	{"SCTP_EVENT", 127, OPTION_BYTES},
	{"SCTP_ASCONF_SUPPORTED", 128, OPTION_BYTES},
	{"SCTP_AUTH_SUPPORTED", 129, OPTION_BYTES},
	{"SCTP_ECN_SUPPORTED", 130, OPTION_BYTES},
	{"SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", 131, OPTION_BYTES},
	{"SCTP_REMOTE_UDP_ENCAPS_PORT", 132, OPTION_BYTES},
	{"SCTP_PLPMTUD_PROBE_INTERVAL", 133, OPTION_BYTES},
	{NULL},
};

/* linux/netlink.h; netlink(7) */
static const struct socket_option netlink_level[] = {
	{"NETLINK_ADD_MEMBERSHIP", 1},
	{"NETLINK_DROP_MEMBERSHIP", 2},
	{"NETLINK_PKTINFO", 3},
	{"NETLINK_BROADCAST_ERROR", 4},
	{"NETLINK_NO_ENOBUFS", 5},
	{"NETLINK_RX_RING", 6, OPTION_BYTES},
	{"NETLINK_TX_RING", 7, OPTION_BYTES},
	{"NETLINK_LISTEN_ALL_NSID", 8},
	{"NETLINK_LIST_MEMBERSHIPS", 9, OPTION_NUMBERS},
	{"NETLINK_CAP_ACK", 10},
	{"NETLINK_EXT_ACK", 11},
	{"NETLINK_GET_STRICT_CHK", 12},
	{NULL},
};

/* linux/if_packet.h; packet(7) */
static const struct socket_option packet_level[] = {
	{"PACKET_ADD_MEMBERSHIP", 1, OPTION_STRUCT, &structure_packet_membership},
	{"PACKET_DROP_MEMBERSHIP", 2, OPTION_STRUCT, &structure_packet_membership},
	{"PACKET_RECV_OUTPUT", 3},
	{"PACKET_RX_RING", 5, OPTION_STRUCT, &structure_packet_ring},
	{"PACKET_STATISTICS", 6, OPTION_STRUCT, &structure_packet_statistics},
	{"PACKET_COPY_THRESH", 7},
	{"PACKET_AUXDATA", 8},
	{"PACKET_ORIGDEV", 9},
	{"PACKET_VERSION", 10},
	{"PACKET_HDRLEN", 11},
	{"PACKET_RESERVE", 12},
	{"PACKET_TX_RING", 13, OPTION_STRUCT, &structure_packet_ring},
	{"PACKET_LOSS", 14},
	{"PACKET_VNET_HDR", 15},
	{"PACKET_TX_TIMESTAMP", 16},
	{"PACKET_TIMESTAMP", 17},
	{"PACKET_FANOUT", 18, OPTION_INTEGER, &structure_packet_fanout},
	{"PACKET_TX_HAS_OFF", 19},
	{"PACKET_QDISC_BYPASS", 20},
	{"PACKET_ROLLOVER_STATS", 21, OPTION_STRUCT, &structure_packet_rollover},
	{"PACKET_FANOUT_DATA", 22, OPTION_PROGRAM},
	{"PACKET_IGNORE_OUTGOING", 23},
	{"PACKET_VNET_HDR_SZ", 24},
	{NULL},
};

/* linux/if_alg.h */
static const struct socket_option alg_level[] = {
	{"ALG_SET_KEY", 1, OPTION_BYTES},
	{"ALG_SET_AEAD_AUTHSIZE", 5},
	{"ALG_SET_DRBG_ENTROPY", 6, OPTION_BYTES},
	{"ALG_SET_KEY_BY_KEY_SERIAL", 7},
	{NULL},
};

/* linux/tipc.h */
static const struct socket_option tipc_level[] = {
	{"TIPC_IMPORTANCE", 127, OPTION_CONSTANT, .names = constants_tipc_importances},
	{"TIPC_SRC_DROPPABLE", 128},
	{"TIPC_DEST_DROPPABLE", 129},
	{"TIPC_CONN_TIMEOUT", 130},
	{"TIPC_NODE_RECVQ_DEPTH", 131},
	{"TIPC_SOCK_RECVQ_DEPTH", 132},
	{"TIPC_MCAST_BROADCAST", 133},
	{"TIPC_MCAST_REPLICAST", 134},
	{"TIPC_GROUP_JOIN", 135, OPTION_STRUCT, &structure_tipc_group},
	{"TIPC_GROUP_LEAVE", 136},
	{"TIPC_SOCK_RECVQ_USED", 137},
	{"TIPC_NODELAY", 138},
	{NULL},
};

/* linux/tls.h */
static const struct socket_option tls_level[] = {
	{"TLS_TX", 1, OPTION_STRUCT, &structure_tls},
	{"TLS_RX", 2, OPTION_STRUCT, &structure_tls},
	{"TLS_TX_ZEROCOPY_RO", 3},
	{"TLS_RX_EXPECT_NO_PAD", 4},
	{"TLS_TX_MAX_PAYLOAD_LEN", 5},
	{NULL},
};

/* linux/if_xdp.h */
static const struct socket_option xdp_level[] = {
	{"XDP_MMAP_OFFSETS", 1, OPTION_BYTES},
	{"XDP_RX_RING", 2},
	{"XDP_TX_RING", 3},
	{"XDP_UMEM_REG", 4, OPTION_BYTES},
	{"XDP_UMEM_FILL_RING", 5},
	{"XDP_UMEM_COMPLETION_RING", 6},
	{"XDP_STATISTICS", 7, OPTION_BYTES},
	{"XDP_OPTIONS", 8, OPTION_INTEGER},
	{"XDP_MAX_TX_SKB_BUDGET", 9},
	{NULL},
};

/* linux/mptcp.h */
static const struct socket_option mptcp_level[] = {
	{"MPTCP_INFO", 1, OPTION_BYTES},
	{"MPTCP_TCPINFO", 2, OPTION_BYTES},
	{"MPTCP_SUBFLOW_ADDRS", 3, OPTION_BYTES},
	{"MPTCP_FULL_INFO", 4, OPTION_BYTES},
	{NULL},
};

/* linux/vm_sockets.h; vsock(7) */
static const struct socket_option vsock_level[] = {
	{"SO_VM_SOCKETS_BUFFER_SIZE", 0, OPTION_WIDE},
	{"SO_VM_SOCKETS_BUFFER_MIN_SIZE", 1, OPTION_WIDE},
	{"SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2, OPTION_WIDE},
	{"SO_VM_SOCKETS_PEER_HOST_VM_ID", 3},
	{"SO_VM_SOCKETS_TRUSTED", 5},
	{"SO_VM_SOCKETS_CONNECT_TIMEOUT", 6, OPTION_TIME},
	{"SO_VM_SOCKETS_NONBLOCK_TXRX", 7},
	{"SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW", 8, OPTION_TIME},
	{NULL},
};

/* linux/can/raw.h */
static const struct socket_option can_raw_level[] = {
	{"CAN_RAW_FILTER", 1, OPTION_BYTES},
	{"CAN_RAW_ERR_FILTER", 2},
	{"CAN_RAW_LOOPBACK", 3},
	{"CAN_RAW_RECV_OWN_MSGS", 4},
	{"CAN_RAW_FD_FRAMES", 5},
	{"CAN_RAW_JOIN_FILTERS", 6},
	{"CAN_RAW_XL_FRAMES", 7},
	{"CAN_RAW_XL_VCID_OPTS", 8, OPTION_BYTES},
	{NULL},
};

/* linux/ax25.h */
static const struct socket_option ax25_level[] = {
	{"AX25_WINDOW", 1},
	{"AX25_T1", 2},
	{"AX25_N2", 3},
	{"AX25_T3", 4},
	{"AX25_T2", 5},
	{"AX25_BACKOFF", 6},
	{"AX25_EXTSEQ", 7},
	{"AX25_PIDINCL", 8},
	{"AX25_IDLE", 9},
	{"AX25_PACLEN", 10},
	{"AX25_IAMDIGI", 12},
	{"AX25_KILL", 99},
	{NULL},
};

/* netipx/ipx.h */
static const struct socket_option ipx_level[] = {
	{"IPX_TYPE", 1},
	{NULL},
};

/* linux/netrom.h */
static const struct socket_option netrom_level[] = {
	{"NETROM_T1", 1},
	{"NETROM_T2", 2},
	{"NETROM_N2", 3},
	{"NETROM_T4", 6},
	{"NETROM_IDLE", 7},
	{NULL},
};

/* linux/rose.h */
static const struct socket_option rose_level[] = {
	{"ROSE_DEFER", 1},
	{"ROSE_T1", 2},
	{"ROSE_T2", 3},
	{"ROSE_T3", 4},
	{"ROSE_IDLE", 5},
	{"ROSE_QBITINCL", 6},
	{"ROSE_HOLDBACK", 7},
	{NULL},
};

/* linux/x25.h */
static const struct socket_option x25_level[] = {
	{"X25_QBITINCL", 1},
	{NULL},
};

/* IrDA left the kernel with Linux 4.17: include/uapi/linux/irda.h of those before */
static const struct socket_option irda_level[] = {
	{"IRLMP_ENUMDEVICES", 1, OPTION_BYTES},
	{"IRLMP_IAS_SET", 2, OPTION_BYTES},
	{"IRLMP_IAS_QUERY", 3, OPTION_BYTES},
	{"IRLMP_HINTS_SET", 4},
	{"IRLMP_QOS_SET", 5, OPTION_BYTES},
	{"IRLMP_QOS_GET", 6, OPTION_BYTES},
	{"IRLMP_MAX_SDU_SIZE", 7},
	{"IRLMP_IAS_GET", 8, OPTION_BYTES},
	{"IRLMP_IAS_DEL", 9, OPTION_BYTES},
	{"IRLMP_HINT_MASK_SET", 10},
	{"IRLMP_WAITDEVICE", 11, OPTION_BYTES},
	{NULL},
};

/* linux/llc.h */
static const struct socket_option llc_level[] = {
	{"LLC_OPT_UNKNOWN", 0},
	{"LLC_OPT_RETRY", 1},
	{"LLC_OPT_SIZE", 2},
	{"LLC_OPT_ACK_TMR_EXP", 3},
	{"LLC_OPT_P_TMR_EXP", 4},
	{"LLC_OPT_REJ_TMR_EXP", 5},
	{"LLC_OPT_BUSY_TMR_EXP", 6},
	{"LLC_OPT_TX_WIN", 7},
	{"LLC_OPT_RX_WIN", 8},
	{"LLC_OPT_PKTINFO", 9},
	{NULL},
};

/* linux/dccp.h */
static const struct socket_option dccp_level[] = {
	{"DCCP_SOCKOPT_PACKET_SIZE", 1},
	{"DCCP_SOCKOPT_SERVICE", 2, OPTION_BYTES},
	{"DCCP_SOCKOPT_CHANGE_L", 3, OPTION_BYTES},
	{"DCCP_SOCKOPT_CHANGE_R", 4, OPTION_BYTES},
	{"DCCP_SOCKOPT_GET_CUR_MPS", 5},
	{"DCCP_SOCKOPT_SERVER_TIMEWAIT", 6},
	{"DCCP_SOCKOPT_SEND_CSCOV", 10},
	{"DCCP_SOCKOPT_RECV_CSCOV", 11},
	{"DCCP_SOCKOPT_AVAILABLE_CCIDS", 12, OPTION_BYTES},
	{"DCCP_SOCKOPT_CCID", 13, OPTION_BYTES},
	{"DCCP_SOCKOPT_TX_CCID", 14},
	{"DCCP_SOCKOPT_RX_CCID", 15},
	{"DCCP_SOCKOPT_QPOLICY_ID", 16},
	{"DCCP_SOCKOPT_QPOLICY_TXQLEN", 17},
	{"DCCP_SOCKOPT_CCID_RX_INFO", 128, OPTION_BYTES},
	{"DCCP_SOCKOPT_CCID_TX_INFO", 192, OPTION_BYTES},
	{NULL},
};

/* linux/rxrpc.h */
static const struct socket_option rxrpc_level[] = {
	{"RXRPC_SECURITY_KEY", 1, OPTION_BYTES},
	{"RXRPC_SECURITY_KEYRING", 2, OPTION_BYTES},
	{"RXRPC_EXCLUSIVE_CONNECTION", 3},
	{"RXRPC_MIN_SECURITY_LEVEL", 4},
	{"RXRPC_UPGRADEABLE_SERVICE", 5, OPTION_BYTES},
	{"RXRPC_SUPPORTED_CMSG", 6},
	{"RXRPC_MANAGE_RESPONSE", 7},
	{NULL},
};

/* linux/if_pppol2tp.h */
static const struct socket_option pppol2tp_level[] = {
	{"PPPOL2TP_SO_DEBUG", 1},
	{"PPPOL2TP_SO_RECVSEQ", 2},
	{"PPPOL2TP_SO_SENDSEQ", 3},
	{"PPPOL2TP_SO_LNSMODE", 4},
	{"PPPOL2TP_SO_REORDERTO", 5},
	{NULL},
};

/* include/net/bluetooth/bluetooth.h in the kernel's sources */
static const struct socket_option bluetooth_level[] = {
	{"BT_SECURITY", 4, OPTION_BYTES},
	{"BT_DEFER_SETUP", 7},
	{"BT_FLUSHABLE", 8},
	{"BT_POWER", 9, OPTION_BYTES},
	{"BT_CHANNEL_POLICY", 10},
	{"BT_VOICE", 11, OPTION_BYTES},
	{"BT_SNDMTU", 12},
	{"BT_RCVMTU", 13},
	{"BT_PHY", 14},
	{"BT_MODE", 15},
	{"BT_PKT_STATUS", 16},
	{"BT_ISO_QOS", 17, OPTION_BYTES},
	{"BT_CODEC", 19, OPTION_BYTES},
	{"BT_ISO_BASE", 20, OPTION_BYTES},
	{NULL},
};

/* linux/phonet.h */
static const struct socket_option phonet_level[] = {
	{"PNPIPE_ENCAP", 1},
	{"PNPIPE_IFINDEX", 2},
	{"PNPIPE_HANDLE", 3},
	{"PNPIPE_INITSTATE", 4},
	{NULL},
};

/* linux/rds.h */
static const struct socket_option rds_level[] = {
	{"RDS_CANCEL_SENT_TO", 1, OPTION_ADDRESS},
	{"RDS_GET_MR", 2, OPTION_BYTES},
	{"RDS_FREE_MR", 3, OPTION_BYTES},
	{"RDS_RECVERR", 5},
	{"RDS_CONG_MONITOR", 6},
	{"RDS_GET_MR_FOR_DEST", 7, OPTION_BYTES},
	{"SO_RDS_TRANSPORT", 8},
	{"SO_RDS_MSG_RXPATH_LATENCY", 10, OPTION_BYTES},
	{NULL},
};

/* net/iucv/af_iucv.h in the kernel's sources */
static const struct socket_option iucv_level[] = {
	{"SO_IPRMDATA_MSG", 0x0080},
	{"SO_MSGSIZE", 0x0800},
	{"SO_MSGLIMIT", 0x1000},
	{NULL},
};

/* linux/caif/caif_socket.h */
static const struct socket_option caif_level[] = {
	{"CAIFSO_LINK_SELECT", 127},
	{"CAIFSO_REQ_PARAM", 128, OPTION_BYTES},
	{"CAIFSO_RSP_PARAM", 129, OPTION_BYTES},
	{NULL},
};

/* linux/nfc.h */
static const struct socket_option nfc_level[] = {
	{"NFC_LLCP_RW", 0},
	{"NFC_LLCP_MIUX", 1},
	{"NFC_LLCP_REMOTE_MIU", 2},
	{"NFC_LLCP_REMOTE_LTO", 3},
	{"NFC_LLCP_REMOTE_RW", 4},
	{NULL},
};

/* linux/kcm.h */
static const struct socket_option kcm_level[] = {
	{"KCM_RECV_DISABLE", 1},
	{NULL},
};

static const struct level {
	int number;
	const struct socket_option *options;
} levels[] = {
	{1, socket_level},
	{0, ip_level},
	{41, ipv6_level},
	{6, tcp_level},
	{17, udp_level},
	{136, udplite_level},
	{136, udp_level}, /* besides its own */
	{58, icmpv6_level},
	{255, raw_level},
	{132, sctp_level},
	{270, netlink_level},
	{263, packet_level},
	{279, alg_level},
	{271, tipc_level},
	{282, tls_level},
	{283, xdp_level},
	{284, mptcp_level},
	{40, vsock_level}, /* AF_VSOCK */
	{101, can_raw_level},
	{256, ipx_level},
	{257, ax25_level},
	{259, netrom_level},
	{260, rose_level},
	{262, x25_level},
	{266, irda_level},
	{268, llc_level},
	{269, dccp_level},
	{272, rxrpc_level},
	{273, pppol2tp_level},
	{274, bluetooth_level},
	{275, phonet_level},
	{276, rds_level},
	{277, iucv_level},
	{278, caif_level},
	{280, nfc_level},
	{281, kcm_level},
};

const struct socket_option *socket_option(int level, int number)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (levels[i].number != level)
			continue;
		for (const struct socket_option *option = levels[i].options; option->name; option++)
			if (option->number == number)
				return option;
	}
	return NULL;
}
