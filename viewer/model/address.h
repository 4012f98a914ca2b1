/* SPDX-License-Identifier: MIT */
/* The addresses of a trace as people write them. */
#ifndef VIEWER_ADDRESS_H
#define VIEWER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/value.h"

#define ADDRESS_SIZE 300

/*
 * "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@abstract", "AF_NETLINK pid 0". Characters of the
 * trace stand in it as they are: show it with text_add_foreign. Empty for NULL and for an unnamed
 * address.
 */
void address_text(char text[ADDRESS_SIZE], const struct value *address);

/* The port of an internet address; 0: it has none, or none is known. */
int64_t address_port_number(const struct value *address);

/* As short as it can be known again: ":80" on this machine, the last part of a path. With
 * `is_told_apart` the addresses of this machine are not left out: a trace has several. */
void address_short(char text[ADDRESS_SIZE], const struct value *address, bool is_told_apart);

/* An address of this machine that address_short may leave out: a loopback one or the wildcard, as
 * text that lives as long as the address; NULL: it is another one. */
const char *address_of_this_machine(const struct value *address, bool *is_wildcard);

/* "[::ffff:127.0.0.1]:80" becomes "127.0.0.1:80", as the other end has it: ipv6(7). */
void address_unmap(char text[ADDRESS_SIZE]);

/* Of what --redact has put in place of a host: "ipv4-12" is 12 where the kind is "ipv4-". 0: it is
 * none of these. */
uint32_t address_placeholder(const char *text, const char *kind);

/* Of an address as text: its port from the colon on; NULL: it has none, as paths have not. */
const char *address_port(const char *text);
void address_cut_port(char *text);

/* Of an address as text: the kernel's, with which netlink(7) sockets talk. */
bool address_is_kernels(const char *text);

/* A number that is the same for the same two addresses in the same order, mapped ones or not. */
uint64_t address_hash(const struct value *from, const struct value *to);

/* AF_UNSPEC: a connect to it only undoes an earlier one, connect(2). */
bool address_is_unspecified(const struct value *address);

#endif
