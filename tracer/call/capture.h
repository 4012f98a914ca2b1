/* SPDX-License-Identifier: MIT */
/* Copies what a stopped call's arguments point to out of the tracee, into a struct captured_call.
 */
#ifndef TRACER_CAPTURE_H
#define TRACER_CAPTURE_H

#include <stddef.h>

#include "tracer/call/call.h"
#include "tracer/table/syscall_table.h"

/* No limit on the bytes of a payload that are kept, but what one call can move: read(2). */
#define PAYLOAD_ALL 0x7ffff000

/* How many bytes of the payload of a call are kept. What is said first on a socket tells what is
 * spoken, and asks in its headers: of the first calls in each direction more is kept. */
struct payload_limits {
	size_t bytes;
	size_t first_bytes;       /* of the first calls; 0: no other number */
	unsigned int first_calls; /* that many, in each direction of a socket */
};

/* At the call's entry: what the kernel is going to overwrite, and addresses. */
void capture_entry(struct captured_call **call, const struct syscall_row *row);

/* At its exit, with `result` set: everything else, and how many bytes it moved. At most `payload`
 * bytes of those are copied. */
void capture_exit(struct captured_call **call, const struct syscall_row *row, size_t payload);

/* The same of a call that has its parts already: how many bytes it moved; and cuts its payload. */
void capture_recorded(struct captured_call *call, const struct syscall_row *row, size_t payload);

#endif
