/* SPDX-License-Identifier: MIT */
/* The requests of ioctl(2) that sockets know: their names, and what their argument points to. */
#ifndef TRACER_IOCTLS_H
#define TRACER_IOCTLS_H

#include <stddef.h>
#include <stdint.h>

enum ioctl_kind {
	IOCTL_NONE,      /* nothing that is shown */
	IOCTL_INTEGER,   /* an int */
	IOCTL_INTERFACE, /* struct ifreq: netdevice(7) */
	IOCTL_ADDRESS,   /* struct ifreq whose union is an address */
	IOCTL_KIND_COUNT
};

/* Of a struct ifreq, what is shown, and what a 32-bit program's has, too: the interface's name and
 * an address. */
#define IOCTL_IFREQ_SIZE 32

struct ioctl_request {
	const char *name;
	uint32_t request;
	enum ioctl_kind kind;
};

/* The request, or NULL. The kernel takes it as an unsigned int. */
const struct ioctl_request *ioctl_find(uint32_t request);

/* The bytes that the argument of such a request points to; 0 when it is not known. */
size_t ioctl_size(uint32_t request);

#endif
