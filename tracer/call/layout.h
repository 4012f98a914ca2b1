/* SPDX-License-Identifier: MIT */
/*
 * Structures in a tracee's memory that the ABI of 32-bit programs lays out in its own way, because
 * a long or a pointer is part of them. They are read into our own: include/net/compat.h and
 * include/linux/compat.h in the kernel's sources.
 */
#ifndef TRACER_LAYOUT_H
#define TRACER_LAYOUT_H

#include <linux/filter.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "tracer/call/call.h"

/* Reads up to `count` elements of an iovec array; returns how many there were. */
size_t layout_segments(
	const struct captured_call *call, uint64_t address, struct iovec *segments, size_t count);

/* Reads a struct msghdr; false when it is not there. */
bool layout_message(const struct captured_call *call, uint64_t address, struct msghdr *message);

/* Reads up to `count` elements of an mmsghdr array, the first of them being number `first`;
 * returns how many there were. */
size_t layout_messages(const struct captured_call *call, uint64_t address, size_t first,
	struct mmsghdr *messages, size_t count);

/* Reads a struct timespec or timeval: two longs. */
bool layout_times(const struct captured_call *call, uint64_t address, int64_t times[2]);

/* Bytes in a long. */
size_t layout_long(const struct captured_call *call);

/* The room that layout_control needs for `length` bytes. */
size_t layout_control_room(const struct captured_call *call, size_t length);

/* Converts control messages into the native layout, in place; returns their length. */
size_t layout_control(const struct captured_call *call, unsigned char *bytes, size_t length);

/* Reads a struct ifconf; false when it is not there. */
bool layout_interfaces(const struct captured_call *call, uint64_t address, struct ifconf *list);

/* Bytes in a struct ifreq. */
size_t layout_interface_size(const struct captured_call *call);

/* Reads a struct ifreq with its map; false when it is not there. */
bool layout_interface_map(
	const struct captured_call *call, uint64_t address, struct ifreq *request);

/* Reads a struct sock_fprog; false when it is not there. */
bool layout_program(const struct captured_call *call, uint64_t address, uint64_t length,
	struct sock_fprog *program);

/* The room that layout_group needs for `length` bytes. */
size_t layout_group_room(const struct captured_call *call, size_t length);

/* Converts struct group_req, group_source_req or group_filter into the native layout, in place;
 * returns its length. */
size_t layout_group(const struct captured_call *call, unsigned char *bytes, size_t length);

#endif
