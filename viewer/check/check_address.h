/* SPDX-License-Identifier: MIT */
/* The addresses that a rule of a check names, and whether one of a trace is among them. */
#ifndef VIEWER_CHECK_ADDRESS_H
#define VIEWER_CHECK_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check_address;

struct check_addresses {
	struct check_address *list; /* owned */
	size_t count, capacity;
};

/* Adds what one word names: "127.0.0.0/8", "[::1]:80", ":443", "unix:/run/x*", "inet". False when
 * it names no address. */
bool check_addresses_add(struct check_addresses *addresses, const char *word);
void check_addresses_free(struct check_addresses *addresses);

/* Some of them are more than a family or a port: a trace whose addresses were taken out of it does
 * not tell. */
bool check_addresses_want_hosts(const struct check_addresses *addresses);

enum check_match {
	CHECK_NO,
	CHECK_YES,
	CHECK_UNKNOWN, /* the trace does not tell the address, or not all of it */
};

/* Whether the address, as text, of a socket of that family ("AF_INET") is one of them. IPv4
 * addresses that are mapped into IPv6 are IPv4: ipv6(7). */
enum check_match check_addresses_match(
	const struct check_addresses *addresses, const char *family, const char *text);

#endif
