/* SPDX-License-Identifier: MIT */
/* Copies out of a tracee's memory. Every byte and every length there is hostile. */
#ifndef TRACER_TRACEE_MEMORY_H
#define TRACER_TRACEE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * Copies up to `length` bytes from `address` in the thread `tid` to `destination`. Returns how many
 * could be copied, which is fewer when the tracee's memory ends before, and 0 when it is gone.
 */
size_t memory_read(pid_t tid, uint64_t address, void *destination, size_t length);

/* The same from `count` segments of the tracee, one after the other, up to `length` in all. */
size_t memory_gather(
	pid_t tid, const struct iovec *segments, size_t count, void *destination, size_t length);

/* Overwrites `length` bytes of the tracee; the number that could be. */
size_t memory_write(pid_t tid, uint64_t address, const void *source, size_t length);

/* The same of memory that the program itself may not write to, such as its text. */
size_t memory_force(pid_t tid, uint64_t address, const void *source, size_t length);

#endif
