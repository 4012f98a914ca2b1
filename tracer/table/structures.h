/* SPDX-License-Identifier: MIT */
/* Structs of the kernel's interface as data: what their members are called in a trace, where they
 * are, and how they are to be read. */
#ifndef TRACER_STRUCTURES_H
#define TRACER_STRUCTURES_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/table/constants.h"

enum member_kind {
	MEMBER_UNSIGNED,
	MEMBER_SIGNED,
	MEMBER_CONSTANT,         /* one of `names` */
	MEMBER_FLAGS,            /* several of `names` */
	MEMBER_HEXADECIMAL,      /* unsigned, as addresses in memory are written */
	MEMBER_NETWORK,          /* unsigned, in the byte order of the network */
	MEMBER_INTERNET,         /* struct in_addr, or struct in6_addr */
	MEMBER_INTERNET_LIST,    /* struct in_addr[], as many as the member before it says */
	MEMBER_HARDWARE,         /* the address of a network interface */
	MEMBER_COUNTED_HARDWARE, /* as long as the member before it says */
	MEMBER_ADDRESS, /* a struct sockaddr, or sockaddr_storage, of which the family tells the
			   length */
	MEMBER_ADDRESS_LIST,   /* struct sockaddr_storage[], as many as the member before it says */
	MEMBER_CALL_SIGN,      /* of amateur radio: ax25_address */
	MEMBER_CALL_SIGN_LIST, /* as many as the member before it says */
	MEMBER_TEXT,           /* up to its first NUL */
	MEMBER_BYTES,          /* up to the end, when its size is 0 */
	MEMBER_COUNTED_BYTES,  /* as many as the member before it says */
	MEMBER_KIND_COUNT
};

struct structure_member {
	const char *name;
	enum member_kind kind;
	uint16_t offset, size;
	const struct constant *names;
};

struct structure {
	/* Without so many bytes it is none. There may be members behind them, as kernels add some
	 * at the end: of these, those are shown that are there. */
	uint16_t minimum;
	const struct structure_member *members; /* one without a name ends them */
};

/* socket(7), unix(7) */
extern const struct structure structure_linger;
extern const struct structure structure_credentials;
extern const struct structure structure_txtime;
extern const struct structure structure_timestamping;

/* ip(7), ipv6(7), setsockopt(2) of multicast groups and their sources: RFC 3678 */
extern const struct structure structure_membership;
extern const struct structure structure_membership6;
extern const struct structure structure_source;
extern const struct structure structure_source_filter;
extern const struct structure structure_group;
extern const struct structure structure_group_source;
extern const struct structure structure_group_filter;
extern const struct structure structure_packet_info;
extern const struct structure structure_packet_info6;
extern const struct structure structure_path_mtu;
extern const struct structure structure_flow_label;

/* tcp(7) */
extern const struct structure structure_tcp_info;
extern const struct structure structure_repair_window;
extern const struct structure structure_repair_option;
extern const struct structure structure_zerocopy;
extern const struct structure structure_ao_key;
extern const struct structure structure_ao_deleted_key;
extern const struct structure structure_ao_info;
extern const struct structure structure_ao_found_key;
extern const struct structure structure_ao_repair;
extern const struct structure structure_tls;

/* packet(7) */
extern const struct structure structure_packet_membership;
extern const struct structure structure_packet_ring;
extern const struct structure structure_packet_statistics;
extern const struct structure structure_packet_rollover;
extern const struct structure structure_packet_fanout;

/* sctp(7), linux/tipc.h */
extern const struct structure structure_association_value;
extern const struct structure structure_tipc_group;

/* netdevice(7) */
extern const struct structure structure_interface;
extern const struct structure structure_interface_index;
extern const struct structure structure_interface_metric;
extern const struct structure structure_interface_mtu;
extern const struct structure structure_interface_queue;
extern const struct structure structure_interface_flags;
extern const struct structure structure_interface_slave;
extern const struct structure structure_interface_new_name;
extern const struct structure structure_interface_address;
extern const struct structure structure_interface_hardware;
extern const struct structure structure_interface_map;
extern const struct structure structure_interface_of_index;
extern const struct structure structure_index_of_interface;

/* Ancillary data */
extern const struct structure structure_timestamping_packet;
extern const struct structure structure_packet_auxiliary;
extern const struct structure structure_sctp_init;
extern const struct structure structure_sctp_send_receive;
extern const struct structure structure_sctp_send;
extern const struct structure structure_sctp_receive;
extern const struct structure structure_sctp_next;
extern const struct structure structure_sctp_partial;
extern const struct structure structure_sctp_authentication;

/* Socket addresses; their families stand before these members: address_families(7) */
extern const struct structure structure_packet_address;
extern const struct structure structure_ax25_address;
extern const struct structure structure_ipx_address;
extern const struct structure structure_x25_address;
extern const struct structure structure_can_address;
extern const struct structure structure_alg_address;
extern const struct structure structure_xdp_address;
extern const struct structure structure_qrtr_address;
extern const struct structure structure_mctp_address;

/* Netlink: headers of its messages, and attributes */
extern const struct structure structure_netlink_family;
extern const struct structure structure_netlink_link;
extern const struct structure structure_netlink_address;
extern const struct structure structure_netlink_route;
extern const struct structure structure_netlink_neighbour;
extern const struct structure structure_netlink_rule;
extern const struct structure structure_netlink_traffic;
extern const struct structure structure_netlink_address_label;
extern const struct structure structure_netlink_next_hop;
extern const struct structure structure_netlink_statistics;
extern const struct structure structure_netlink_bridge_port;
extern const struct structure structure_netlink_inet_request;
extern const struct structure structure_netlink_inet_socket;
extern const struct structure structure_netlink_inet6_request;
extern const struct structure structure_netlink_inet6_socket;
extern const struct structure structure_netlink_unix_request;
extern const struct structure structure_netlink_unix_socket;
extern const struct structure structure_netlink_socket_request;
extern const struct structure structure_netlink_netlink_socket;
extern const struct structure structure_netlink_packet_socket;
extern const struct structure structure_netlink_generic;
extern const struct structure structure_netlink_control;
extern const struct structure structure_link_statistics;
extern const struct structure structure_link_statistics32;
extern const struct structure structure_link_map;
extern const struct structure structure_link_cache;
extern const struct structure structure_address_cache;
extern const struct structure structure_neighbour_cache;
extern const struct structure structure_route_cache;
extern const struct structure structure_user_range;
extern const struct structure structure_port_range;
extern const struct structure structure_inet_memory;
extern const struct structure structure_socket_memory;
extern const struct structure structure_unix_file;
extern const struct structure structure_unix_queue;

#endif
