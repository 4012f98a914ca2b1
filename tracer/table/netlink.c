/* SPDX-License-Identifier: MIT */
#include "tracer/table/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

/* linux/if_link.h */
static const struct attribute link_info[] = {
	{"IFLA_INFO_UNSPEC", 0},
	{"IFLA_INFO_KIND", 1, ATTRIBUTE_TEXT},
	{"IFLA_INFO_DATA", 2},
	{"IFLA_INFO_XSTATS", 3},
	{"IFLA_INFO_SLAVE_KIND", 4, ATTRIBUTE_TEXT},
	{"IFLA_INFO_SLAVE_DATA", 5},
	{NULL},
};

static const struct attribute link_inet[] = {
	{"IFLA_INET_UNSPEC", 0},
	{"IFLA_INET_CONF", 1},
	{NULL},
};

static const struct attribute link_inet6[] = {
	{"IFLA_INET6_UNSPEC", 0},
	{"IFLA_INET6_FLAGS", 1, ATTRIBUTE_FLAGS, .names = constants_inet6_flags},
	{"IFLA_INET6_CONF", 2},
	{"IFLA_INET6_STATS", 3},
	{"IFLA_INET6_MCAST", 4},
	{"IFLA_INET6_CACHEINFO", 5, ATTRIBUTE_STRUCT, .structure = &structure_link_cache},
	{"IFLA_INET6_ICMP6STATS", 6},
	{"IFLA_INET6_TOKEN", 7, ATTRIBUTE_INTERNET},
	{"IFLA_INET6_ADDR_GEN_MODE", 8, ATTRIBUTE_CONSTANT, .names = constants_inet6_modes},
	{"IFLA_INET6_RA_MTU", 9, ATTRIBUTE_NUMBER},
	{NULL},
};

/* Of these the type is the address family. */
static const struct attribute link_families[] = {
	{"AF_INET", 2, ATTRIBUTE_NESTED, .nested = link_inet},
	{"AF_INET6", 10, ATTRIBUTE_NESTED, .nested = link_inet6},
	{"AF_BRIDGE", 7},
	{"AF_MPLS", 28},
	{"AF_MCTP", 45},
	{NULL},
};

/* linux/if_bridge.h: of a bridge the same attribute has no families in it. */
static const struct attribute link_bridge[] = {
	{"IFLA_BRIDGE_FLAGS", 0, ATTRIBUTE_NUMBER},
	{"IFLA_BRIDGE_MODE", 1, ATTRIBUTE_NUMBER},
	{"IFLA_BRIDGE_VLAN_INFO", 2},
	{"IFLA_BRIDGE_VLAN_TUNNEL_INFO", 3},
	{"IFLA_BRIDGE_MRP", 4},
	{"IFLA_BRIDGE_CFM", 5},
	{"IFLA_BRIDGE_MST", 6},
	{NULL},
};

/* linux/if_link.h */
static const struct attribute bridge_port[] = {
	{"IFLA_BRPORT_UNSPEC", 0},
	{"IFLA_BRPORT_STATE", 1, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_PRIORITY", 2, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_COST", 3, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MODE", 4, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_GUARD", 5, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_PROTECT", 6, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_FAST_LEAVE", 7, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_LEARNING", 8, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_UNICAST_FLOOD", 9, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_PROXYARP", 10, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_LEARNING_SYNC", 11, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_PROXYARP_WIFI", 12, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_ROOT_ID", 13},
	{"IFLA_BRPORT_BRIDGE_ID", 14},
	{"IFLA_BRPORT_DESIGNATED_PORT", 15, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_DESIGNATED_COST", 16, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_ID", 17, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_NO", 18, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_TOPOLOGY_CHANGE_ACK", 19, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_CONFIG_PENDING", 20, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MESSAGE_AGE_TIMER", 21, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_FORWARD_DELAY_TIMER", 22, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_HOLD_TIMER", 23, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_FLUSH", 24},
	{"IFLA_BRPORT_MULTICAST_ROUTER", 25, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_PAD", 26},
	{"IFLA_BRPORT_MCAST_FLOOD", 27, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MCAST_TO_UCAST", 28, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_VLAN_TUNNEL", 29, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_BCAST_FLOOD", 30, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_GROUP_FWD_MASK", 31, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_NEIGH_SUPPRESS", 32, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_ISOLATED", 33, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_BACKUP_PORT", 34, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MRP_RING_OPEN", 35},
	{"IFLA_BRPORT_MRP_IN_OPEN", 36},
	{"IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT", 37},
	{"IFLA_BRPORT_MCAST_EHT_HOSTS_CNT", 38},
	{"IFLA_BRPORT_LOCKED", 39, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MAB", 40, ATTRIBUTE_NUMBER},
	{"IFLA_BRPORT_MCAST_N_GROUPS", 41},
	{"IFLA_BRPORT_MCAST_MAX_GROUPS", 42},
	{"IFLA_BRPORT_NEIGH_VLAN_SUPPRESS", 43},
	{"IFLA_BRPORT_BACKUP_NHID", 44},
	{"IFLA_BRPORT_NEIGH_FORWARD_GRAT", 45},
	{NULL},
};

static const struct attribute link_xdp[] = {
	{"IFLA_XDP_UNSPEC", 0},
	{"IFLA_XDP_FD", 1, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_ATTACHED", 2, ATTRIBUTE_CONSTANT, .names = constants_xdp_attachments},
	{"IFLA_XDP_FLAGS", 3, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_PROG_ID", 4, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_DRV_PROG_ID", 5, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_SKB_PROG_ID", 6, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_HW_PROG_ID", 7, ATTRIBUTE_NUMBER},
	{"IFLA_XDP_EXPECTED_FD", 8, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute link_functions[] = {
	{"IFLA_VF_INFO_UNSPEC", 0},
	{"IFLA_VF_INFO", 1},
	{NULL},
};

static const struct attribute link_function_ports[] = {
	{"IFLA_VF_PORT_UNSPEC", 0},
	{"IFLA_VF_PORT", 1},
	{NULL},
};

static const struct attribute link_port[] = {
	{"IFLA_PORT_UNSPEC", 0},
	{"IFLA_PORT_VF", 1, ATTRIBUTE_NUMBER},
	{"IFLA_PORT_PROFILE", 2},
	{"IFLA_PORT_VSI_TYPE", 3},
	{"IFLA_PORT_INSTANCE_UUID", 4},
	{"IFLA_PORT_HOST_UUID", 5},
	{"IFLA_PORT_REQUEST", 6, ATTRIBUTE_NUMBER},
	{"IFLA_PORT_RESPONSE", 7, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute link_properties[] = {
	{"IFLA_UNSPEC", 0},
	{"IFLA_ALT_IFNAME", 53, ATTRIBUTE_INTERFACE},
	{NULL},
};

static const struct attribute link_proto_down[] = {
	{"IFLA_PROTO_DOWN_REASON_UNSPEC", 0},
	{"IFLA_PROTO_DOWN_REASON_MASK", 1, ATTRIBUTE_NUMBER},
	{"IFLA_PROTO_DOWN_REASON_VALUE", 2, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute link[] = {
	{"IFLA_UNSPEC", 0},
	{"IFLA_ADDRESS", 1, ATTRIBUTE_HARDWARE},
	{"IFLA_BROADCAST", 2, ATTRIBUTE_HARDWARE},
	{"IFLA_IFNAME", 3, ATTRIBUTE_INTERFACE},
	{"IFLA_MTU", 4, ATTRIBUTE_NUMBER},
	{"IFLA_LINK", 5, ATTRIBUTE_NUMBER},
	{"IFLA_QDISC", 6, ATTRIBUTE_TEXT},
	{"IFLA_STATS", 7, ATTRIBUTE_STRUCT, .structure = &structure_link_statistics32},
	{"IFLA_COST", 8, ATTRIBUTE_NUMBER},
	{"IFLA_PRIORITY", 9, ATTRIBUTE_NUMBER},
	{"IFLA_MASTER", 10, ATTRIBUTE_NUMBER},
	{"IFLA_WIRELESS", 11},
	/* br_fill_ifinfo in net/bridge/br_netlink.c, inet6_fill_ifinfo in net/ipv6/addrconf.c */
	{"IFLA_PROTINFO", 12, ATTRIBUTE_NESTED, .nested = bridge_port, .family = AF_BRIDGE},
	{"IFLA_PROTINFO", 12, ATTRIBUTE_NESTED, .nested = link_inet6, .family = AF_INET6},
	{"IFLA_PROTINFO", 12},
	{"IFLA_TXQLEN", 13, ATTRIBUTE_NUMBER},
	{"IFLA_MAP", 14, ATTRIBUTE_STRUCT, .structure = &structure_link_map},
	{"IFLA_WEIGHT", 15, ATTRIBUTE_NUMBER},
	{"IFLA_OPERSTATE", 16, ATTRIBUTE_CONSTANT, .names = constants_operational_states},
	{"IFLA_LINKMODE", 17, ATTRIBUTE_NUMBER},
	{"IFLA_LINKINFO", 18, ATTRIBUTE_NESTED, .nested = link_info},
	{"IFLA_NET_NS_PID", 19, ATTRIBUTE_NUMBER},
	{"IFLA_IFALIAS", 20},
	{"IFLA_NUM_VF", 21, ATTRIBUTE_NUMBER},
	{"IFLA_VFINFO_LIST", 22, ATTRIBUTE_NESTED, .nested = link_functions},
	{"IFLA_STATS64", 23, ATTRIBUTE_STRUCT, .structure = &structure_link_statistics},
	{"IFLA_VF_PORTS", 24, ATTRIBUTE_NESTED, .nested = link_function_ports},
	{"IFLA_PORT_SELF", 25, ATTRIBUTE_NESTED, .nested = link_port},
	{"IFLA_AF_SPEC", 26, ATTRIBUTE_NESTED, .nested = link_bridge, .family = AF_BRIDGE},
	{"IFLA_AF_SPEC", 26, ATTRIBUTE_NESTED, .nested = link_families},
	{"IFLA_GROUP", 27, ATTRIBUTE_NUMBER},
	{"IFLA_NET_NS_FD", 28, ATTRIBUTE_NUMBER},
	{"IFLA_EXT_MASK", 29, ATTRIBUTE_NUMBER},
	{"IFLA_PROMISCUITY", 30, ATTRIBUTE_NUMBER},
	{"IFLA_NUM_TX_QUEUES", 31, ATTRIBUTE_NUMBER},
	{"IFLA_NUM_RX_QUEUES", 32, ATTRIBUTE_NUMBER},
	{"IFLA_CARRIER", 33, ATTRIBUTE_NUMBER},
	{"IFLA_PHYS_PORT_ID", 34},
	{"IFLA_CARRIER_CHANGES", 35, ATTRIBUTE_NUMBER},
	{"IFLA_PHYS_SWITCH_ID", 36},
	{"IFLA_LINK_NETNSID", 37, ATTRIBUTE_NUMBER},
	{"IFLA_PHYS_PORT_NAME", 38, ATTRIBUTE_INTERFACE},
	{"IFLA_PROTO_DOWN", 39, ATTRIBUTE_NUMBER},
	{"IFLA_GSO_MAX_SEGS", 40, ATTRIBUTE_NUMBER},
	{"IFLA_GSO_MAX_SIZE", 41, ATTRIBUTE_NUMBER},
	{"IFLA_PAD", 42},
	{"IFLA_XDP", 43, ATTRIBUTE_NESTED, .nested = link_xdp},
	{"IFLA_EVENT", 44, ATTRIBUTE_NUMBER},
	{"IFLA_NEW_NETNSID", 45, ATTRIBUTE_NUMBER},
	{"IFLA_IF_NETNSID", 46, ATTRIBUTE_NUMBER},
	{"IFLA_CARRIER_UP_COUNT", 47, ATTRIBUTE_NUMBER},
	{"IFLA_CARRIER_DOWN_COUNT", 48, ATTRIBUTE_NUMBER},
	{"IFLA_NEW_IFINDEX", 49, ATTRIBUTE_NUMBER},
	{"IFLA_MIN_MTU", 50, ATTRIBUTE_NUMBER},
	{"IFLA_MAX_MTU", 51, ATTRIBUTE_NUMBER},
	{"IFLA_PROP_LIST", 52, ATTRIBUTE_NESTED, .nested = link_properties},
	{"IFLA_ALT_IFNAME", 53, ATTRIBUTE_INTERFACE},
	{"IFLA_PERM_ADDRESS", 54, ATTRIBUTE_HARDWARE},
	{"IFLA_PROTO_DOWN_REASON", 55, ATTRIBUTE_NESTED, .nested = link_proto_down},
	{"IFLA_PARENT_DEV_NAME", 56},
	{"IFLA_PARENT_DEV_BUS_NAME", 57, ATTRIBUTE_TEXT},
	{"IFLA_GRO_MAX_SIZE", 58, ATTRIBUTE_NUMBER},
	{"IFLA_TSO_MAX_SIZE", 59, ATTRIBUTE_NUMBER},
	{"IFLA_TSO_MAX_SEGS", 60, ATTRIBUTE_NUMBER},
	{"IFLA_ALLMULTI", 61, ATTRIBUTE_NUMBER},
	{"IFLA_DEVLINK_PORT", 62},
	{"IFLA_GSO_IPV4_MAX_SIZE", 63, ATTRIBUTE_NUMBER},
	{"IFLA_GRO_IPV4_MAX_SIZE", 64, ATTRIBUTE_NUMBER},
	{"IFLA_DPLL_PIN", 65},
	{"IFLA_MAX_PACING_OFFLOAD_HORIZON", 66, ATTRIBUTE_NUMBER},
	{"IFLA_NETNS_IMMUTABLE", 67, ATTRIBUTE_NUMBER},
	{"IFLA_HEADROOM", 68, ATTRIBUTE_NUMBER},
	{"IFLA_TAILROOM", 69, ATTRIBUTE_NUMBER},
	{NULL},
};

/* linux/if_addr.h */
static const struct attribute address[] = {
	{"IFA_UNSPEC", 0},
	{"IFA_ADDRESS", 1, ATTRIBUTE_INTERNET},
	{"IFA_LOCAL", 2, ATTRIBUTE_INTERNET},
	{"IFA_LABEL", 3, ATTRIBUTE_INTERFACE},
	{"IFA_BROADCAST", 4, ATTRIBUTE_INTERNET},
	{"IFA_ANYCAST", 5, ATTRIBUTE_INTERNET},
	{"IFA_CACHEINFO", 6, ATTRIBUTE_STRUCT, .structure = &structure_address_cache},
	{"IFA_MULTICAST", 7, ATTRIBUTE_INTERNET},
	{"IFA_FLAGS", 8, ATTRIBUTE_FLAGS, .names = constants_address_flags},
	{"IFA_RT_PRIORITY", 9, ATTRIBUTE_NUMBER},
	{"IFA_TARGET_NETNSID", 10, ATTRIBUTE_NUMBER},
	{"IFA_PROTO", 11, ATTRIBUTE_NUMBER},
	{"IFA_MC_USERS", 12, ATTRIBUTE_NUMBER},
	{NULL},
};

/* linux/rtnetlink.h */
static const struct attribute route_metrics[] = {
	{"RTAX_UNSPEC", 0},
	{"RTAX_LOCK", 1, ATTRIBUTE_NUMBER},
	{"RTAX_MTU", 2, ATTRIBUTE_NUMBER},
	{"RTAX_WINDOW", 3, ATTRIBUTE_NUMBER},
	{"RTAX_RTT", 4, ATTRIBUTE_NUMBER},
	{"RTAX_RTTVAR", 5, ATTRIBUTE_NUMBER},
	{"RTAX_SSTHRESH", 6, ATTRIBUTE_NUMBER},
	{"RTAX_CWND", 7, ATTRIBUTE_NUMBER},
	{"RTAX_ADVMSS", 8, ATTRIBUTE_NUMBER},
	{"RTAX_REORDERING", 9, ATTRIBUTE_NUMBER},
	{"RTAX_HOPLIMIT", 10, ATTRIBUTE_NUMBER},
	{"RTAX_INITCWND", 11, ATTRIBUTE_NUMBER},
	{"RTAX_FEATURES", 12, ATTRIBUTE_NUMBER},
	{"RTAX_RTO_MIN", 13, ATTRIBUTE_NUMBER},
	{"RTAX_INITRWND", 14, ATTRIBUTE_NUMBER},
	{"RTAX_QUICKACK", 15, ATTRIBUTE_NUMBER},
	{"RTAX_CC_ALGO", 16, ATTRIBUTE_TEXT},
	{"RTAX_FASTOPEN_NO_COOKIE", 17, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute route[] = {
	{"RTA_UNSPEC", 0},
	{"RTA_DST", 1, .family = AF_MPLS}, /* labels, and so is RTA_NEWDST */
	{"RTA_DST", 1, ATTRIBUTE_INTERNET},
	{"RTA_SRC", 2, ATTRIBUTE_INTERNET},
	{"RTA_IIF", 3, ATTRIBUTE_NUMBER},
	{"RTA_OIF", 4, ATTRIBUTE_NUMBER},
	{"RTA_GATEWAY", 5, ATTRIBUTE_INTERNET},
	{"RTA_PRIORITY", 6, ATTRIBUTE_NUMBER},
	{"RTA_PREFSRC", 7, ATTRIBUTE_INTERNET},
	{"RTA_METRICS", 8, ATTRIBUTE_NESTED, .nested = route_metrics},
	{"RTA_MULTIPATH", 9},
	{"RTA_PROTOINFO", 10},
	{"RTA_FLOW", 11, ATTRIBUTE_NUMBER},
	{"RTA_CACHEINFO", 12, ATTRIBUTE_STRUCT, .structure = &structure_route_cache},
	{"RTA_SESSION", 13},
	{"RTA_MP_ALGO", 14},
	{"RTA_TABLE", 15, ATTRIBUTE_CONSTANT, .names = constants_route_tables},
	{"RTA_MARK", 16, ATTRIBUTE_NUMBER},
	{"RTA_MFC_STATS", 17},
	{"RTA_VIA", 18},
	{"RTA_NEWDST", 19},
	{"RTA_PREF", 20, ATTRIBUTE_NUMBER},
	{"RTA_ENCAP_TYPE", 21, ATTRIBUTE_NUMBER},
	{"RTA_ENCAP", 22},
	{"RTA_EXPIRES", 23, ATTRIBUTE_NUMBER},
	{"RTA_PAD", 24},
	{"RTA_UID", 25, ATTRIBUTE_NUMBER},
	{"RTA_TTL_PROPAGATE", 26, ATTRIBUTE_NUMBER},
	{"RTA_IP_PROTO", 27, ATTRIBUTE_CONSTANT, .names = constants_ip_protocols},
	{"RTA_SPORT", 28, ATTRIBUTE_NETWORK},
	{"RTA_DPORT", 29, ATTRIBUTE_NETWORK},
	{"RTA_NH_ID", 30, ATTRIBUTE_NUMBER},
	{"RTA_FLOWLABEL", 31},
	{"RTA_DEL_REASON", 32},
	{NULL},
};

/* linux/neighbour.h */
static const struct attribute neighbour[] = {
	{"NDA_UNSPEC", 0},
	{"NDA_DST", 1, ATTRIBUTE_INTERNET},
	{"NDA_LLADDR", 2, ATTRIBUTE_HARDWARE},
	{"NDA_CACHEINFO", 3, ATTRIBUTE_STRUCT, .structure = &structure_neighbour_cache},
	{"NDA_PROBES", 4, ATTRIBUTE_NUMBER},
	{"NDA_VLAN", 5, ATTRIBUTE_NUMBER},
	{"NDA_PORT", 6, ATTRIBUTE_NETWORK},
	{"NDA_VNI", 7, ATTRIBUTE_NUMBER},
	{"NDA_IFINDEX", 8, ATTRIBUTE_NUMBER},
	{"NDA_MASTER", 9, ATTRIBUTE_NUMBER},
	{"NDA_LINK_NETNSID", 10, ATTRIBUTE_NUMBER},
	{"NDA_SRC_VNI", 11, ATTRIBUTE_NUMBER},
	{"NDA_PROTOCOL", 12, ATTRIBUTE_CONSTANT, .names = constants_route_protocols},
	{"NDA_NH_ID", 13, ATTRIBUTE_NUMBER},
	{"NDA_FDB_EXT_ATTRS", 14},
	{"NDA_FLAGS_EXT", 15, ATTRIBUTE_NUMBER},
	{"NDA_NDM_STATE_MASK", 16, ATTRIBUTE_NUMBER},
	{"NDA_NDM_FLAGS_MASK", 17, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute neighbour_parameters[] = {
	{"NDTPA_UNSPEC", 0},
	{"NDTPA_IFINDEX", 1, ATTRIBUTE_NUMBER},
	{"NDTPA_REFCNT", 2, ATTRIBUTE_NUMBER},
	{"NDTPA_REACHABLE_TIME", 3, ATTRIBUTE_NUMBER},
	{"NDTPA_BASE_REACHABLE_TIME", 4, ATTRIBUTE_NUMBER},
	{"NDTPA_RETRANS_TIME", 5, ATTRIBUTE_NUMBER},
	{"NDTPA_GC_STALETIME", 6, ATTRIBUTE_NUMBER},
	{"NDTPA_DELAY_PROBE_TIME", 7, ATTRIBUTE_NUMBER},
	{"NDTPA_QUEUE_LEN", 8, ATTRIBUTE_NUMBER},
	{"NDTPA_APP_PROBES", 9, ATTRIBUTE_NUMBER},
	{"NDTPA_UCAST_PROBES", 10, ATTRIBUTE_NUMBER},
	{"NDTPA_MCAST_PROBES", 11, ATTRIBUTE_NUMBER},
	{"NDTPA_ANYCAST_DELAY", 12, ATTRIBUTE_NUMBER},
	{"NDTPA_PROXY_DELAY", 13, ATTRIBUTE_NUMBER},
	{"NDTPA_PROXY_QLEN", 14, ATTRIBUTE_NUMBER},
	{"NDTPA_LOCKTIME", 15, ATTRIBUTE_NUMBER},
	{"NDTPA_QUEUE_LENBYTES", 16, ATTRIBUTE_NUMBER},
	{"NDTPA_MCAST_REPROBES", 17, ATTRIBUTE_NUMBER},
	{"NDTPA_PAD", 18},
	{"NDTPA_INTERVAL_PROBE_TIME_MS", 19, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute neighbour_table[] = {
	{"NDTA_UNSPEC", 0},
	{"NDTA_NAME", 1, ATTRIBUTE_TEXT},
	{"NDTA_THRESH1", 2, ATTRIBUTE_NUMBER},
	{"NDTA_THRESH2", 3, ATTRIBUTE_NUMBER},
	{"NDTA_THRESH3", 4, ATTRIBUTE_NUMBER},
	{"NDTA_CONFIG", 5},
	{"NDTA_PARMS", 6, ATTRIBUTE_NESTED, .nested = neighbour_parameters},
	{"NDTA_STATS", 7},
	{"NDTA_GC_INTERVAL", 8, ATTRIBUTE_NUMBER},
	{"NDTA_PAD", 9},
	{NULL},
};

/* linux/fib_rules.h */
static const struct attribute rule[] = {
	{"FRA_UNSPEC", 0},
	{"FRA_DST", 1, ATTRIBUTE_INTERNET},
	{"FRA_SRC", 2, ATTRIBUTE_INTERNET},
	{"FRA_IIFNAME", 3, ATTRIBUTE_INTERFACE},
	{"FRA_GOTO", 4, ATTRIBUTE_NUMBER},
	{"FRA_UNUSED2", 5},
	{"FRA_PRIORITY", 6, ATTRIBUTE_NUMBER},
	{"FRA_UNUSED3", 7},
	{"FRA_UNUSED4", 8},
	{"FRA_UNUSED5", 9},
	{"FRA_FWMARK", 10, ATTRIBUTE_NUMBER},
	{"FRA_FLOW", 11, ATTRIBUTE_NUMBER},
	{"FRA_TUN_ID", 12, ATTRIBUTE_NETWORK},
	{"FRA_SUPPRESS_IFGROUP", 13, ATTRIBUTE_NUMBER},
	{"FRA_SUPPRESS_PREFIXLEN", 14, ATTRIBUTE_NUMBER},
	{"FRA_TABLE", 15, ATTRIBUTE_CONSTANT, .names = constants_route_tables},
	{"FRA_FWMASK", 16, ATTRIBUTE_NUMBER},
	{"FRA_OIFNAME", 17, ATTRIBUTE_INTERFACE},
	{"FRA_PAD", 18},
	{"FRA_L3MDEV", 19, ATTRIBUTE_NUMBER},
	{"FRA_UID_RANGE", 20, ATTRIBUTE_STRUCT, .structure = &structure_user_range},
	{"FRA_PROTOCOL", 21, ATTRIBUTE_CONSTANT, .names = constants_route_protocols},
	{"FRA_IP_PROTO", 22, ATTRIBUTE_CONSTANT, .names = constants_ip_protocols},
	{"FRA_SPORT_RANGE", 23, ATTRIBUTE_STRUCT, .structure = &structure_port_range},
	{"FRA_DPORT_RANGE", 24, ATTRIBUTE_STRUCT, .structure = &structure_port_range},
	{"FRA_DSCP", 25, ATTRIBUTE_NUMBER},
	{"FRA_FLOWLABEL", 26},
	{"FRA_FLOWLABEL_MASK", 27},
	{"FRA_SPORT_MASK", 28},
	{"FRA_DPORT_MASK", 29},
	{"FRA_DSCP_MASK", 30},
	{NULL},
};

/* linux/rtnetlink.h, linux/gen_stats.h */
static const struct attribute traffic_statistics[] = {
	{"TCA_STATS_UNSPEC", 0},
	{"TCA_STATS_BASIC", 1},
	{"TCA_STATS_RATE_EST", 2},
	{"TCA_STATS_QUEUE", 3},
	{"TCA_STATS_APP", 4},
	{"TCA_STATS_RATE_EST64", 5},
	{"TCA_STATS_PAD", 6},
	{"TCA_STATS_BASIC_HW", 7},
	{"TCA_STATS_PKT64", 8},
	{NULL},
};

static const struct attribute traffic[] = {
	{"TCA_UNSPEC", 0},
	{"TCA_KIND", 1, ATTRIBUTE_TEXT},
	{"TCA_OPTIONS", 2},
	{"TCA_STATS", 3},
	{"TCA_XSTATS", 4},
	{"TCA_RATE", 5},
	{"TCA_FCNT", 6, ATTRIBUTE_NUMBER},
	{"TCA_STATS2", 7, ATTRIBUTE_NESTED, .nested = traffic_statistics},
	{"TCA_STAB", 8},
	{"TCA_PAD", 9},
	{"TCA_DUMP_INVISIBLE", 10},
	{"TCA_CHAIN", 11, ATTRIBUTE_NUMBER},
	{"TCA_HW_OFFLOAD", 12, ATTRIBUTE_NUMBER},
	{"TCA_INGRESS_BLOCK", 13, ATTRIBUTE_NUMBER},
	{"TCA_EGRESS_BLOCK", 14, ATTRIBUTE_NUMBER},
	{"TCA_DUMP_FLAGS", 15},
	{"TCA_EXT_WARN_MSG", 16, ATTRIBUTE_TEXT},
	{NULL},
};

static const struct attribute actions[] = {
	{"TCA_ROOT_UNSPEC", 0},
	{"TCA_ROOT_TAB", 1},
	{"TCA_ROOT_FLAGS", 2},
	{"TCA_ROOT_COUNT", 3, ATTRIBUTE_NUMBER},
	{"TCA_ROOT_TIME_DELTA", 4, ATTRIBUTE_NUMBER},
	{"TCA_ROOT_EXT_WARN_MSG", 5, ATTRIBUTE_TEXT},
	{NULL},
};

/* linux/if_addrlabel.h, linux/netconf.h, linux/net_namespace.h, linux/nexthop.h */
static const struct attribute address_label[] = {
	{"IFAL_ADDRESS", 1, ATTRIBUTE_INTERNET},
	{"IFAL_LABEL", 2, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute interface_configuration[] = {
	{"NETCONFA_UNSPEC", 0},
	{"NETCONFA_IFINDEX", 1, ATTRIBUTE_SIGNED},
	{"NETCONFA_FORWARDING", 2, ATTRIBUTE_SIGNED},
	{"NETCONFA_RP_FILTER", 3, ATTRIBUTE_SIGNED},
	{"NETCONFA_MC_FORWARDING", 4, ATTRIBUTE_SIGNED},
	{"NETCONFA_PROXY_NEIGH", 5, ATTRIBUTE_SIGNED},
	{"NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN", 6, ATTRIBUTE_SIGNED},
	{"NETCONFA_INPUT", 7},
	{"NETCONFA_BC_FORWARDING", 8, ATTRIBUTE_SIGNED},
	{"NETCONFA_FORCE_FORWARDING", 9},
	{NULL},
};

static const struct attribute namespace[] = {
	{"NETNSA_NONE", 0},
	{"NETNSA_NSID", 1, ATTRIBUTE_SIGNED},
	{"NETNSA_PID", 2, ATTRIBUTE_SIGNED},
	{"NETNSA_FD", 3, ATTRIBUTE_SIGNED},
	{"NETNSA_TARGET_NSID", 4, ATTRIBUTE_SIGNED},
	{"NETNSA_CURRENT_NSID", 5, ATTRIBUTE_SIGNED},
	{NULL},
};

static const struct attribute next_hop[] = {
	{"NHA_UNSPEC", 0},
	{"NHA_ID", 1, ATTRIBUTE_NUMBER},
	{"NHA_GROUP", 2},
	{"NHA_GROUP_TYPE", 3, ATTRIBUTE_NUMBER},
	{"NHA_BLACKHOLE", 4, ATTRIBUTE_FLAG},
	{"NHA_OIF", 5, ATTRIBUTE_NUMBER},
	{"NHA_GATEWAY", 6, ATTRIBUTE_INTERNET},
	{"NHA_ENCAP_TYPE", 7, ATTRIBUTE_NUMBER},
	{"NHA_ENCAP", 8},
	{"NHA_GROUPS", 9, ATTRIBUTE_FLAG},
	{"NHA_MASTER", 10, ATTRIBUTE_NUMBER},
	{"NHA_FDB", 11, ATTRIBUTE_FLAG},
	{"NHA_RES_GROUP", 12},
	{"NHA_RES_BUCKET", 13},
	{"NHA_OP_FLAGS", 14},
	{"NHA_GROUP_STATS", 15},
	{"NHA_HW_STATS_ENABLE", 16},
	{"NHA_HW_STATS_USED", 17},
	{"NHA_DST_PORT", 18},
	{NULL},
};

static const struct attribute link_statistics_of[] = {
	{"IFLA_STATS_UNSPEC", 0},
	{"IFLA_STATS_LINK_64", 1, ATTRIBUTE_STRUCT, .structure = &structure_link_statistics},
	{"IFLA_STATS_LINK_XSTATS", 2},
	{"IFLA_STATS_LINK_XSTATS_SLAVE", 3},
	{"IFLA_STATS_LINK_OFFLOAD_XSTATS", 4},
	{"IFLA_STATS_AF_SPEC", 5},
	{NULL},
};

/* linux/inet_diag.h */
static const struct attribute inet_request[] = {
	{"INET_DIAG_REQ_NONE", 0},
	{"INET_DIAG_REQ_BYTECODE", 1},
	{"INET_DIAG_REQ_SK_BPF_STORAGES", 2},
	{"INET_DIAG_REQ_PROTOCOL", 3, ATTRIBUTE_CONSTANT, .names = constants_ip_protocols},
	{NULL},
};

static const struct attribute inet_socket[] = {
	{"INET_DIAG_NONE", 0},
	{"INET_DIAG_MEMINFO", 1, ATTRIBUTE_STRUCT, .structure = &structure_inet_memory},
	{"INET_DIAG_INFO", 2, ATTRIBUTE_STRUCT, .structure = &structure_tcp_info},
	{"INET_DIAG_VEGASINFO", 3},
	{"INET_DIAG_CONG", 4, ATTRIBUTE_TEXT},
	{"INET_DIAG_TOS", 5, ATTRIBUTE_NUMBER},
	{"INET_DIAG_TCLASS", 6, ATTRIBUTE_NUMBER},
	{"INET_DIAG_SKMEMINFO", 7, ATTRIBUTE_STRUCT, .structure = &structure_socket_memory},
	{"INET_DIAG_SHUTDOWN", 8, ATTRIBUTE_NUMBER},
	{"INET_DIAG_DCTCPINFO", 9},
	{"INET_DIAG_PROTOCOL", 10, ATTRIBUTE_CONSTANT, .names = constants_ip_protocols},
	{"INET_DIAG_SKV6ONLY", 11, ATTRIBUTE_NUMBER},
	{"INET_DIAG_LOCALS", 12},
	{"INET_DIAG_PEERS", 13},
	{"INET_DIAG_PAD", 14},
	{"INET_DIAG_MARK", 15, ATTRIBUTE_NUMBER},
	{"INET_DIAG_BBRINFO", 16},
	{"INET_DIAG_CLASS_ID", 17, ATTRIBUTE_NUMBER},
	{"INET_DIAG_MD5SIG", 18},
	{"INET_DIAG_ULP_INFO", 19},
	{"INET_DIAG_SK_BPF_STORAGES", 20},
	{"INET_DIAG_CGROUP_ID", 21, ATTRIBUTE_NUMBER},
	{"INET_DIAG_SOCKOPT", 22},
	{NULL},
};

/* linux/unix_diag.h, linux/netlink_diag.h, linux/packet_diag.h */
static const struct attribute unix_socket[] = {
	{"UNIX_DIAG_NAME", 0, ATTRIBUTE_PATH},
	{"UNIX_DIAG_VFS", 1, ATTRIBUTE_STRUCT, .structure = &structure_unix_file},
	{"UNIX_DIAG_PEER", 2, ATTRIBUTE_NUMBER},
	{"UNIX_DIAG_ICONS", 3},
	{"UNIX_DIAG_RQLEN", 4, ATTRIBUTE_STRUCT, .structure = &structure_unix_queue},
	{"UNIX_DIAG_MEMINFO", 5, ATTRIBUTE_STRUCT, .structure = &structure_socket_memory},
	{"UNIX_DIAG_SHUTDOWN", 6, ATTRIBUTE_NUMBER},
	{"UNIX_DIAG_UID", 7, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute netlink_socket[] = {
	{"NETLINK_DIAG_MEMINFO", 0, ATTRIBUTE_STRUCT, .structure = &structure_socket_memory},
	{"NETLINK_DIAG_GROUPS", 1},
	{"NETLINK_DIAG_RX_RING", 2},
	{"NETLINK_DIAG_TX_RING", 3},
	{"NETLINK_DIAG_FLAGS", 4, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute packet_socket[] = {
	{"PACKET_DIAG_INFO", 0},
	{"PACKET_DIAG_MCLIST", 1},
	{"PACKET_DIAG_RX_RING", 2},
	{"PACKET_DIAG_TX_RING", 3},
	{"PACKET_DIAG_FANOUT", 4, ATTRIBUTE_NUMBER},
	{"PACKET_DIAG_UID", 5, ATTRIBUTE_NUMBER},
	{"PACKET_DIAG_MEMINFO", 6, ATTRIBUTE_STRUCT, .structure = &structure_socket_memory},
	{"PACKET_DIAG_FILTER", 7},
	{NULL},
};

/* linux/genetlink.h */
static const struct attribute control_operation[] = {
	{"CTRL_ATTR_OP_UNSPEC", 0},
	{"CTRL_ATTR_OP_ID", 1, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_OP_FLAGS", 2, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_OP_POLICY", 9},
	{NULL},
};

static const struct attribute control_group[] = {
	{"CTRL_ATTR_MCAST_GRP_UNSPEC", 0},
	{"CTRL_ATTR_MCAST_GRP_NAME", 1, ATTRIBUTE_TEXT},
	{"CTRL_ATTR_MCAST_GRP_ID", 2, ATTRIBUTE_NUMBER},
	{NULL},
};

static const struct attribute control[] = {
	{"CTRL_ATTR_UNSPEC", 0},
	{"CTRL_ATTR_FAMILY_ID", 1, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_FAMILY_NAME", 2, ATTRIBUTE_TEXT},
	{"CTRL_ATTR_VERSION", 3, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_HDRSIZE", 4, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_MAXATTR", 5, ATTRIBUTE_NUMBER},
	{"CTRL_ATTR_OPS", 6, ATTRIBUTE_LIST, .nested = control_operation},
	{"CTRL_ATTR_MCAST_GROUPS", 7, ATTRIBUTE_LIST, .nested = control_group},
	{"CTRL_ATTR_POLICY", 8},
	{"CTRL_ATTR_OP", 10, ATTRIBUTE_NUMBER},
	{NULL},
};

/* linux/netlink.h: of NLMSG_ERROR and NLMSG_DONE */
static const struct attribute answer[] = {
	{"NLMSGERR_ATTR_UNUSED", 0},
	{"NLMSGERR_ATTR_MSG", 1, ATTRIBUTE_TEXT},
	{"NLMSGERR_ATTR_OFFS", 2, ATTRIBUTE_NUMBER},
	{"NLMSGERR_ATTR_COOKIE", 3},
	{"NLMSGERR_ATTR_POLICY", 4},
	{"NLMSGERR_ATTR_MISS_TYPE", 5, ATTRIBUTE_NUMBER},
	{"NLMSGERR_ATTR_MISS_NEST", 6, ATTRIBUTE_NUMBER},
	{NULL},
};

const struct attribute *const netlink_answer_attributes = answer;

/* By the type of their messages; and a type of link has others than most. */
static const struct netlink_body route_bodies[] = {
	{RTM_NEWLINK, RTM_SETLINK, 16, &structure_netlink_link, link},
	{108, 110, 16, &structure_netlink_link, link}, /* RTM_NEWLINKPROP … */
	{RTM_NEWADDR, RTM_GETADDR, 8, &structure_netlink_address, address},
	{RTM_NEWROUTE, RTM_GETROUTE, 12, &structure_netlink_route, route},
	{RTM_NEWNEIGH, RTM_GETNEIGH, 12, &structure_netlink_neighbour, neighbour},
	{RTM_NEWRULE, RTM_GETRULE, 12, &structure_netlink_rule, rule},
	{RTM_NEWQDISC, RTM_GETTFILTER, 20, &structure_netlink_traffic, traffic},
	{100, 102, 20, &structure_netlink_traffic, traffic}, /* RTM_NEWCHAIN … */
	{RTM_NEWACTION, RTM_GETACTION, 4, &structure_netlink_family, actions},
	{56, 62, 8, &structure_netlink_address, address}, /* RTM_NEWMULTICAST … RTM_GETANYCAST */
	{RTM_NEWNEIGHTBL, RTM_SETNEIGHTBL, 4, &structure_netlink_family, neighbour_table},
	{RTM_NEWADDRLABEL, RTM_GETADDRLABEL, 12, &structure_netlink_address_label, address_label},
	{80, 82, 4, &structure_netlink_family, interface_configuration}, /* RTM_NEWNETCONF … */
	{84, 86, 8, &structure_netlink_bridge_port, NULL},               /* RTM_NEWMDB … */
	{88, 90, 4, &structure_netlink_family, namespace},               /* RTM_NEWNSID … */
	{92, 92, 12, &structure_netlink_statistics, link_statistics_of}, /* RTM_NEWSTATS */
	{94, 95, 12, &structure_netlink_statistics, NULL},               /* RTM_GETSTATS … */
	{104, 106, 8, &structure_netlink_next_hop, next_hop},            /* RTM_NEWNEXTHOP … */
};

/* By the family of their sockets, which stands there in place of the type: what is asked, and what
 * is told. */
static const struct netlink_body
	diag_requests[] =
		{
			{AF_INET, AF_INET, 56, &structure_netlink_inet_request, inet_request},
			{AF_INET6, AF_INET6, 56, &structure_netlink_inet6_request, inet_request},
			{AF_UNIX, AF_UNIX, 24, &structure_netlink_unix_request, NULL},
			{AF_NETLINK, AF_PACKET, 20, &structure_netlink_socket_request, NULL},
},
	diag_answers[] = {
		{AF_INET, AF_INET, 72, &structure_netlink_inet_socket, inet_socket},
		{AF_INET6, AF_INET6, 72, &structure_netlink_inet6_socket, inet_socket},
		{AF_UNIX, AF_UNIX, 16, &structure_netlink_unix_socket, unix_socket},
		{AF_NETLINK, AF_NETLINK, 28, &structure_netlink_netlink_socket, netlink_socket},
		{AF_PACKET, AF_PACKET, 16, &structure_netlink_packet_socket, packet_socket},
};

/* The other families have their numbers from the kernel while it runs. */
static const struct netlink_body generic_bodies[] = {
	{16, 16, 4, &structure_netlink_control, control}, /* GENL_ID_CTRL */
	{17, UINT16_MAX, 4, &structure_netlink_generic, NULL},
};

const struct constant *netlink_messages(int protocol)
{
	return protocol == NETLINK_ROUTE       ? constants_route_messages
	       : protocol == NETLINK_SOCK_DIAG ? constants_diag_messages
	       : protocol == NETLINK_GENERIC   ? constants_generic_messages
					       : NULL;
}

/* The types of NETLINK_ROUTE are in fours: to make, to delete, to get and to set. */
const struct constant *netlink_flags(int protocol, uint16_t type)
{
	if (type < NLMSG_MIN_TYPE)
		return constants_netlink_answer_flags;
	if (protocol != NETLINK_ROUTE || type % 4 == 2)
		return constants_netlink_get_flags;
	return type % 4 == 1 ? constants_netlink_delete_flags : constants_netlink_new_flags;
}

static const struct netlink_body *find(
	const struct netlink_body *bodies, size_t count, uint16_t type)
{
	for (size_t i = 0; i < count; i++)
		if (bodies[i].first <= type && type <= bodies[i].last)
			return &bodies[i];
	return NULL;
}

#define FIND(bodies, type) find(bodies, sizeof(bodies) / sizeof((bodies)[0]), type)

const struct netlink_body *netlink_body(
	int protocol, uint16_t type, uint8_t family, bool is_received)
{
	if (type < NLMSG_MIN_TYPE)
		return NULL;
	if (protocol == NETLINK_ROUTE)
		return FIND(route_bodies, type);
	if (protocol == NETLINK_GENERIC)
		return FIND(generic_bodies, type);
	if (protocol != NETLINK_SOCK_DIAG || !constant_name(constants_diag_messages, type))
		return NULL;
	if (is_received)
		return FIND(diag_answers, family);
	/* Before these types a request was another struct: struct inet_diag_req. */
	return type >= SOCK_DIAG_BY_FAMILY ? FIND(diag_requests, family) : NULL;
}

const struct attribute *netlink_attribute(
	const struct attribute *attributes, uint16_t type, uint8_t family)
{
	for (; attributes && attributes->name; attributes++)
		if (attributes->type == type &&
			(attributes->family == 0 || attributes->family == family))
			return attributes;
	return NULL;
}
