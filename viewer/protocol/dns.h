/* SPDX-License-Identifier: MIT */
/* Messages to and from name servers: RFC 1035, 4; those of multicast DNS: RFC 6762. */
#ifndef VIEWER_PROTOCOL_DNS_H
#define VIEWER_PROTOCOL_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A name has no more bytes than these as text, the zero at its end included. */
#define DNS_NAME_SIZE 256

struct dns_message {
	bool is_answer, is_truncated;
	uint16_t id;
	uint8_t opcode, rcode;
	uint16_t questions, answers;
	uint16_t type;            /* of the first question; 0: it is not there */
	char name[DNS_NAME_SIZE]; /* that of the first question, with whatever bytes it has */
	size_t name_length;
	bool is_cut;           /* not all of the question is there */
	uint64_t pair, lookup; /* as in struct packet */
};

/* Reads a message of `length` bytes, the first `known` of which are there. False: it is none. */
bool dns_read(
	struct dns_message *message, const unsigned char *bytes, size_t known, uint64_t length);

/* Whether it has what nearly all have: one question, whose name is text. */
bool dns_is_plain(const struct dns_message *message);

/* An address that an answer gives for a name. */
struct dns_address {
	char name[DNS_NAME_SIZE]; /* printable text without blanks */
	uint8_t address[16];      /* in network order; of IPv4 the first four */
	bool is_ipv6;
};

/* Calls `found` for each address in the answer section of a message, as far as it is there: with
 * the name that was asked for, which may be an alias of the record's (RFC 1034, 3.6.2). Nothing
 * when it is no answer to one question. */
void dns_addresses(const unsigned char *bytes, size_t known,
	void (*found)(void *context, const struct dns_address *address), void *context);

/* The names of a type of record and of an answer's code; NULL: it has none. */
const char *dns_type_name(unsigned int type);
const char *dns_rcode_name(unsigned int rcode);

/* Writes what it says, MESSAGE_NAME_SIZE bytes. */
void dns_write_name(char *text, const struct dns_message *message);

#endif
