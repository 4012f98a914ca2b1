/* SPDX-License-Identifier: MIT */
/* Structs in bytes that a tracee gave, which may be fewer than the struct has. */
#ifndef TRACER_BYTES_H
#define TRACER_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Copies the first `size` of the `length` bytes; false when there are not so many. */
static inline bool bytes_copy(
	const unsigned char *bytes, size_t length, void *destination, size_t size)
{
	if (length < size)
		return false;
	memcpy(destination, bytes, size);
	return true;
}

/* The two longs of a struct timeval or timespec: of 8 bytes each or, as a 32-bit program has them,
 * of 4. */
static inline bool bytes_times(const unsigned char *bytes, size_t length, int64_t times[2])
{
	int32_t compat[2];

	if (bytes_copy(bytes, length, times, 2 * sizeof(times[0])))
		return true;
	if (!bytes_copy(bytes, length, compat, sizeof(compat)))
		return false;
	times[0] = compat[0];
	times[1] = compat[1];
	return true;
}

#endif
