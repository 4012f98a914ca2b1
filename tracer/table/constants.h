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
extern const struct constant constants_levels[];
extern const struct constant constants_message_flags[];
extern const struct constant constants_io_flags[];
extern const struct constant constants_splice_flags[];
extern const struct constant constants_poll_events[];
extern const struct constant constants_epoll_events[];
extern const struct constant constants_epoll_operations[];
extern const struct constant constants_range_flags[];
extern const struct constant constants_how[];
extern const struct constant constants_tcp_states[];
extern const struct constant constants_control_commands[];
extern const struct constant constants_status_flags[];
extern const struct constant constants_descriptor_flags[];

/* The name of `value`, or NULL. */
const char *constant_name(const struct constant *constants, uint64_t value);

/* The name as a string, or the number when it has none. */
void constant_write(
	struct json_writer *w, const char *key, const struct constant *constants, int64_t value);

/* An array with the name of each flag that is set, and the rest as one number. */
void flags_write(
	struct json_writer *w, const char *key, const struct constant *constants, uint64_t flags);

#endif
