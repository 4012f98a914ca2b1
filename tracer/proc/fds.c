/* SPDX-License-Identifier: MIT */
#include "tracer/proc/fds.h"

#include <dirent.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/memory.h"

uint64_t fds_socket_inode(pid_t tid, int fd)
{
	char path[64], target[64];
	unsigned long long inode;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return 0;
	target[length] = '\0';
	return sscanf(target, "socket:[%llu]", &inode) == 1 ? inode : 0;
}

static int by_number(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;

	return (left > right) - (left < right);
}

/* The numbers of a thread's descriptors, sorted, for the caller to free; NULL when it is gone. */
static int *descriptor_numbers(pid_t tid, size_t *count)
{
	char path[64];
	int *numbers = NULL;
	size_t capacity = 0;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%d/fd", tid);
	DIR *directory = memory_or_escape(opendir(path));
	*count = 0;
	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		numbers = array_grow(numbers, *count, &capacity, sizeof(*numbers));
		numbers[(*count)++] = atoi(entry->d_name);
	}
	if (directory)
		closedir(directory);
	if (numbers)
		qsort(numbers, *count, sizeof(*numbers), by_number);
	return numbers;
}

void fds_each_socket(pid_t tid, void (*found)(void *context, int fd, uint64_t inode), void *context)
{
	size_t count;
	int *numbers = descriptor_numbers(tid, &count);

	for (size_t i = 0; i < count; i++) {
		uint64_t inode = fds_socket_inode(tid, numbers[i]);
		if (inode)
			found(context, numbers[i], inode);
	}
	free(numbers);
}

void fds_each_interest(pid_t tid, int epoll_fd,
	void (*found)(void *context, int fd, uint32_t events, uint64_t data), void *context)
{
	char path[64], line[256];
	unsigned int events;
	uint64_t data;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", tid, epoll_fd);
	FILE *file = memory_or_escape(fopen(path, "re"));
	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "tfd: %d events: %x data: %" SCNx64, &fd, &events, &data) == 3)
			found(context, fd, events, data);
	fclose(file);
}

bool fds_are_shared(pid_t a, pid_t b, bool otherwise)
{
	long order = syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);

	return order < 0 ? otherwise : order == 0;
}
