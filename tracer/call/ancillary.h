/* SPDX-License-Identifier: MIT */
/* Walks the control messages that sendmsg(2) and recvmsg(2) carry beside the data: cmsg(3). */
#ifndef TRACER_ANCILLARY_H
#define TRACER_ANCILLARY_H

#include <stdbool.h>
#include <stddef.h>

struct ancillary {
	int level, type;
	const unsigned char *data; /* not aligned */
	size_t length;
};

/*
 * Puts the message at `*at` of the `length` bytes into `message` and moves `*at` behind it; false
 * when there is no whole one.
 */
bool ancillary_next(
	const unsigned char *bytes, size_t length, size_t *at, struct ancillary *message);

/*
 * The same of what stands at `at` and is no whole message, but has a header: its data are all the
 * bytes that are left. `*said` is the length that the header says.
 */
bool ancillary_broken(const unsigned char *bytes, size_t length, size_t at,
	struct ancillary *message, size_t *said);

/* The descriptor number `index` of an SCM_RIGHTS message; -1 when it is none or has no more. */
int ancillary_fd(const struct ancillary *message, size_t index);

#endif
