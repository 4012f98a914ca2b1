/* SPDX-License-Identifier: MIT */
/* Where a datagram comes from or goes to, as numbers that can be compared and sorted. */
#ifndef VIEWER_PLACE_H
#define VIEWER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address as it is compared: a socket that is bound to any address of the machine has no host.
 */
struct place {
	uint64_t port; /* of AF_UNIX the name; 0: not known */
	uint64_t host; /* 0: any */
};

/* The place with the address of that text, as address_text() writes it. */
struct place place_named(const char *text, bool is_unix);

/* They may be the same, as far as is known. */
bool place_matches(struct place one, struct place other);

#endif
