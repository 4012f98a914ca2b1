/* SPDX-License-Identifier: MIT */
/* The options of setsockopt(2) by level: names and the kinds of their values. */
#ifndef TRACER_SOCKET_OPTIONS_H
#define TRACER_SOCKET_OPTIONS_H

#include <stddef.h>

enum option_kind {
	OPTION_INTEGER, /* what most are; another length is shown as bytes */
	OPTION_WIDE,    /* 64 bits */
	OPTION_ERROR,   /* an errno */
	OPTION_TIME,    /* struct timeval */
	OPTION_LINGER,
	OPTION_CREDENTIALS, /* struct ucred */
	OPTION_STRING,
	OPTION_FAMILY,
	OPTION_TYPE,
	OPTION_PROTOCOL,
	OPTION_PROGRAM,     /* struct sock_fprog: only its length, the code is a pointer */
	OPTION_MEMBERSHIP,  /* struct in_addr, ip_mreq or ip_mreqn */
	OPTION_MEMBERSHIP6, /* struct ipv6_mreq */
	OPTION_GROUP,       /* struct group_req */
	OPTION_TCP_INFO,
	OPTION_ADDRESS, /* struct sockaddr */
	OPTION_BYTES,
	OPTION_KIND_COUNT
};

struct socket_option {
	const char *name;
	int number;
	enum option_kind kind;
};

/* The option of that number on that level, or NULL when it is not known. */
const struct socket_option *socket_option(int level, int number);

#endif
