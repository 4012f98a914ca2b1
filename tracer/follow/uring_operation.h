/* SPDX-License-Identifier: MIT */
/* What an entry of io_uring(7) asks for, as a call: which row of the syscall table it is, and where
 * in the entry that call's arguments stand. */
#ifndef TRACER_URING_OPERATION_H
#define TRACER_URING_OPERATION_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>

#include "tracer/table/syscall_table.h"

struct operation_call {
	int row;             /* of the syscall table */
	bool is_direct;      /* made on a descriptor that only the ring has, or makes one */
	bool chooses_buffer; /* the kernel does, or a device: nobody knows where the bytes are */
	bool has_envelope;   /* there, something stands before them */
	bool is_zero_copy;
	bool skips_success; /* it has a result only if it fails */
	uint64_t arguments[SYSCALL_ARGUMENTS];
};

/* False when the operation has nothing to do with sockets. */
bool operation_describe(const struct io_uring_sqe *entry, struct operation_call *call);

#endif
