/* SPDX-License-Identifier: MIT */
/* The options of setsockopt(2) by level: names and the kinds of their values. */
#ifndef TRACER_SOCKET_OPTIONS_H
#define TRACER_SOCKET_OPTIONS_H

#include <stddef.h>

#include "tracer/table/structures.h"

enum option_kind {
	/* What most are. Of more than its 4 bytes the kernel takes no more, unless they are
	 * `structure`; fewer are shown as bytes. */
	OPTION_INTEGER,
	OPTION_WIDE,   /* 64 bits */
	OPTION_ERROR,  /* an errno */
	OPTION_TIME,   /* struct timeval */
	OPTION_STRUCT, /* `structure` */
	OPTION_STRING,
	OPTION_CONSTANT, /* an int that is one of `names` */
	OPTION_PROGRAM,  /* struct sock_fprog, or an int; what it points to is another part of the
			    call */
	OPTION_INTERNET, /* struct in_addr, or `structure`: ip(7), IP_MULTICAST_IF */
	OPTION_GROUP,    /* `structure`, whose first member a 32-bit program aligns to 4 */
	OPTION_LIST,     /* `structure`, several */
	OPTION_NUMBERS,  /* unsigned int[] */
	OPTION_ICMP_FILTER,  /* a bit for each type of message */
	OPTION_ICMP6_FILTER, /* the same */
	OPTION_ADDRESS,      /* struct sockaddr */
	OPTION_BYTES,
	OPTION_KIND_COUNT
};

struct socket_option {
	const char *name;
	int number;
	enum option_kind kind;
	const struct structure *structure;
	const struct constant *names;
};

/* The option of that number on that level, or NULL when it is not known. */
const struct socket_option *socket_option(int level, int number);

#endif
