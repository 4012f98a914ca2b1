/* SPDX-License-Identifier: MIT */
/*
 * The messages of netlink(7) by protocol: what their headers and attributes are. Tables of our own,
 * as libmnl (and libnl's core) have no names: they walk through attributes, which is a loop of ten
 * lines.
 */
#ifndef TRACER_NETLINK_H
#define TRACER_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracer/table/constants.h"
#include "tracer/table/structures.h"

enum attribute_kind {
	ATTRIBUTE_BYTES,
	ATTRIBUTE_NUMBER, /* unsigned, of 1, 2, 4 or 8 bytes; so are those below */
	ATTRIBUTE_SIGNED,
	ATTRIBUTE_NETWORK,  /* unsigned, in the byte order of the network */
	ATTRIBUTE_CONSTANT, /* one of `names` */
	ATTRIBUTE_FLAGS,    /* several of `names` */
	ATTRIBUTE_FLAG,     /* there or not */
	ATTRIBUTE_TEXT,
	ATTRIBUTE_INTERFACE, /* the name of one */
	ATTRIBUTE_INTERNET,  /* struct in_addr, or struct in6_addr */
	ATTRIBUTE_HARDWARE,  /* the address of a network interface */
	ATTRIBUTE_PATH,      /* as in a struct sockaddr_un */
	ATTRIBUTE_STRUCT,    /* `structure` */
	ATTRIBUTE_NESTED,    /* `nested` */
	ATTRIBUTE_LIST       /* elements that are counted, each `nested` */
};

struct attribute {
	const char *name; /* NULL ends a list */
	uint16_t type;
	enum attribute_kind kind;
	const struct attribute *nested;
	const struct structure *structure;
	const struct constant *names;
	uint8_t family; /* means this only in messages of that family; 0: in those of all others */
};

/* What follows a message's struct nlmsghdr. */
struct netlink_body {
	uint16_t first, last; /* the types of message that have it */
	uint16_t size;        /* of the header, which attributes follow; a request may have less */
	const struct structure *header;
	const struct attribute *attributes;
};

/* The names of a protocol's messages; NULL: not known. */
const struct constant *netlink_messages(int protocol);

/* The flags of a message of that type. */
const struct constant *netlink_flags(int protocol, uint16_t type);

/* What the message has; NULL: not known. `family` is the first byte behind its struct nlmsghdr. */
const struct netlink_body *netlink_body(
	int protocol, uint16_t type, uint8_t family, bool is_received);

/* What NLMSG_ERROR and NLMSG_DONE have in the end. */
extern const struct attribute *const netlink_answer_attributes;

/* Its row in a list, or NULL. `family` is the first byte behind the message's struct nlmsghdr. */
const struct attribute *netlink_attribute(
	const struct attribute *attributes, uint16_t type, uint8_t family);

#endif
