/* SPDX-License-Identifier: MIT */
#include "tracer/proc/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

size_t file_read(pid_t tid, const char *name, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t length = read(fd, text, size);
	close(fd);
	return length > 0 ? (size_t)length : 0;
}
