/* SPDX-License-Identifier: MIT */
/* Where a datagram comes from or goes to, as numbers that can be compared and sorted. */
#ifndef VIEWER_ENDPOINT_H
#define VIEWER_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address as it is compared: a socket that is bound to any address of the machine has no host.
 */
struct endpoint {
	uint64_t port; /* of AF_UNIX the name; 0: not known */
	uint64_t host; /* 0: any */
};

/* The endpoint with the address of that text, as address_text() writes it. */
struct endpoint endpoint_named(const char *text, bool is_unix);

/* They may be the same, as far as is known. */
bool endpoint_matches(struct endpoint one, struct endpoint other);

#endif
