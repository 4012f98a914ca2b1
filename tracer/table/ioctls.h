/* SPDX-License-Identifier: MIT */
/* The requests of ioctl(2) that sockets know: their names, and what their argument points to. */
#ifndef TRACER_IOCTLS_H
#define TRACER_IOCTLS_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/table/structures.h"

enum ioctl_kind {
	IOCTL_NONE,      /* nothing that is shown */
	IOCTL_INTEGER,   /* an int that the program gives */
	IOCTL_ANSWER,    /* an int that the kernel writes */
	IOCTL_STRUCT,    /* `structure` */
	IOCTL_INTERFACES /* struct ifconf, and the list that it points to: netdevice(7) */
};

struct ioctl_request {
	const char *name;
	uint32_t request;
	enum ioctl_kind kind;
	const struct structure *structure;
	const struct structure *given; /* what is left of it when the kernel has not answered */
};

/* An interface and its address: what each element of such a list begins with. */
#define IOCTL_INTERFACE_SIZE 32

/* The request, or NULL. The kernel takes it as an unsigned int. */
const struct ioctl_request *ioctl_find(uint32_t request);

/* The bytes that the argument of such a request points to, or what is shown of them; 0 when it is
 * not known. */
size_t ioctl_size(const struct ioctl_request *request);

#endif
