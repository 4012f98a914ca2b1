/* SPDX-License-Identifier: MIT */
/* Internet addresses as bytes, for what has to write packets with them. */
#ifndef VIEWER_INTERNET_H
#define VIEWER_INTERNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/value.h"

#define INTERNET_BYTES 16

/* An address and a port; zeros where they are not known. */
struct internet {
	uint8_t address[INTERNET_BYTES]; /* in network order; of IPv4 the first four */
	uint16_t port;
	bool is_ipv6;
	bool is_known; /* the address; it may be the wildcard */
};

/* The address as address_text() writes it; mapped ones (ipv6(7)) are IPv4, and of placeholders of
 * --redact each has an address that nobody has. Not known where it is none of the internet. */
struct internet internet_of_text(const char *text);
struct internet internet_of(const struct value *address);

/* The two ends of what is sent between them become of one family. The address of an end is not
 * known, or is the wildcard, where a program has not chosen one: towards a loopback address the
 * kernel takes the loopback's first one then (ip(7)). */
void internet_pair(struct internet *one, struct internet *other);

size_t internet_bytes(const struct internet *internet);

/* 0.0.0.0 or ::, also where no address is known. */
bool internet_is_wildcard(const struct internet *internet);

/* "127.0.0.1:80", "[::1]:80" */
#define INTERNET_TEXT_SIZE 64
void internet_text(char text[INTERNET_TEXT_SIZE], const struct internet *internet);

#endif
