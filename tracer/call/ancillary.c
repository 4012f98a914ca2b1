/* SPDX-License-Identifier: MIT */
#include "tracer/call/ancillary.h"

#include <string.h>
#include <sys/socket.h>

bool ancillary_next(
	const unsigned char *bytes, size_t length, size_t *at, struct ancillary *message)
{
	struct cmsghdr header;

	if (*at >= length || length - *at < sizeof(header))
		return false;
	memcpy(&header, bytes + *at, sizeof(header));
	if (header.cmsg_len < CMSG_LEN(0) || header.cmsg_len > length - *at)
		return false;
	*message = (struct ancillary){header.cmsg_level, header.cmsg_type,
		bytes + *at + CMSG_LEN(0), header.cmsg_len - CMSG_LEN(0)};
	*at += CMSG_ALIGN(header.cmsg_len);
	return true;
}

bool ancillary_broken(const unsigned char *bytes, size_t length, size_t at,
	struct ancillary *message, size_t *said)
{
	struct cmsghdr header;

	if (at >= length || length - at < sizeof(header))
		return false;
	memcpy(&header, bytes + at, sizeof(header));
	*said = header.cmsg_len;
	*message = (struct ancillary){header.cmsg_level, header.cmsg_type,
		bytes + at + sizeof(header), length - at - sizeof(header)};
	return true;
}

int ancillary_fd(const struct ancillary *message, size_t index)
{
	int fd;

	if (message->level != SOL_SOCKET || message->type != SCM_RIGHTS ||
		message->length / sizeof(fd) <= index)
		return -1;
	memcpy(&fd, message->data + index * sizeof(fd), sizeof(fd));
	return fd;
}
