/* SPDX-License-Identifier: MIT */
/* The kernel's constants by their C names, as data: the numbers are part of the kernel's ABI. */
#ifndef TRACER_CONSTANTS_H
#define TRACER_CONSTANTS_H

#include <stdint.h>

#include "format/json_writer.h"

struct constant {
	const char *name; /* NULL ends a list */
	uint64_t value;
};

extern const struct constant constants_families[];
extern const struct constant constants_types[];
extern const struct constant constants_socket_flags[];
extern const struct constant constants_ip_protocols[];
extern const struct constant constants_netlink_protocols[];
extern const struct constant constants_ethernet_protocols[];
extern const struct constant constants_bluetooth_protocols[];
extern const struct constant constants_can_protocols[];
extern const struct constant constants_phonet_protocols[];
extern const struct constant constants_caif_protocols[];
extern const struct constant constants_nfc_protocols[];
extern const struct constant constants_kcm_protocols[];
extern const struct constant constants_smc_protocols[];
extern const struct constant constants_levels[];
extern const struct constant constants_message_flags[];
extern const struct constant constants_io_flags[];
extern const struct constant constants_splice_flags[];
extern const struct constant constants_poll_events[];
extern const struct constant constants_epoll_events[];
extern const struct constant constants_epoll_operations[];
extern const struct constant constants_epoll_flags[];
extern const struct constant constants_range_flags[];
extern const struct constant constants_how[];
extern const struct constant constants_tcp_states[];
extern const struct constant constants_control_commands[];
extern const struct constant constants_status_flags[];
extern const struct constant constants_descriptor_flags[];
extern const struct constant constants_filter_modes[];
extern const struct constant constants_repair_options[];
extern const struct constant constants_ao_flags[];
extern const struct constant constants_ao_info_flags[];
extern const struct constant constants_ao_found_flags[];
extern const struct constant constants_ao_key_flags[];
extern const struct constant constants_tls_versions[];
extern const struct constant constants_tls_ciphers[];
extern const struct constant constants_packet_memberships[];
extern const struct constant constants_icmp_types[];
extern const struct constant constants_icmpv6_types[];
extern const struct constant constants_rehashing[];
extern const struct constant constants_tipc_importances[];
extern const struct constant constants_hardware_types[];
extern const struct constant constants_packet_types[];
extern const struct constant constants_xdp_flags[];
extern const struct constant constants_packet_status[];
extern const struct constant constants_interface_flags[];
extern const struct constant constants_bpf_classes[];
extern const struct constant constants_bpf_sizes[];
extern const struct constant constants_bpf_modes[];
extern const struct constant constants_bpf_operations[];
extern const struct constant constants_bpf_jumps[];
extern const struct constant constants_bpf_sources[];
extern const struct constant constants_bpf_moves[];
extern const struct constant constants_netlink_messages[];
extern const struct constant constants_netlink_get_flags[];
extern const struct constant constants_netlink_new_flags[];
extern const struct constant constants_netlink_delete_flags[];
extern const struct constant constants_netlink_answer_flags[];
extern const struct constant constants_netlink_attribute_flags[];
extern const struct constant constants_route_messages[];
extern const struct constant constants_route_types[];
extern const struct constant constants_route_protocols[];
extern const struct constant constants_route_scopes[];
extern const struct constant constants_route_tables[];
extern const struct constant constants_route_flags[];
extern const struct constant constants_address_flags[];
extern const struct constant constants_neighbour_states[];
extern const struct constant constants_neighbour_flags[];
extern const struct constant constants_rule_actions[];
extern const struct constant constants_rule_flags[];
extern const struct constant constants_diag_messages[];
extern const struct constant constants_unix_diag_show[];
extern const struct constant constants_generic_messages[];
extern const struct constant constants_generic_commands[];
extern const struct constant constants_operational_states[];
extern const struct constant constants_xdp_attachments[];
extern const struct constant constants_inet6_modes[];
extern const struct constant constants_inet6_flags[];

/* The name of `value`, or NULL. */
const char *constant_name(const struct constant *constants, uint64_t value);

/* The name as a string, or the number when it has none. */
void constant_write(
	struct json_writer *w, const char *key, const struct constant *constants, int64_t value);

/* An array with the name of each flag that is set, and the rest as one number. */
void flags_write(
	struct json_writer *w, const char *key, const struct constant *constants, uint64_t flags);

#endif
