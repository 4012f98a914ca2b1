/* SPDX-License-Identifier: MIT */
#include "tracer/proc/fds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/hash.h"
#include "format/memory.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* since Linux 6.9: pidfd_open(2) */
#endif

/* What /proc/TID/fd/FD reads, cut to `size`; its length, or -1. */
static ssize_t read_link(pid_t tid, int fd, char *target, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	return readlink(path, target, size);
}

uint64_t fds_socket_inode(pid_t tid, int fd)
{
	char target[64];
	unsigned long long inode;
	ssize_t length = read_link(tid, fd, target, sizeof(target) - 1);

	if (length < 0)
		return 0;
	target[length] = '\0';
	return sscanf(target, "socket:[%llu]", &inode) == 1 ? inode : 0;
}

bool fds_is_open(pid_t tid, int fd)
{
	char target[1];

	return read_link(tid, fd, target, sizeof(target)) >= 0;
}

uint64_t fds_inode(pid_t tid, int fd)
{
	char path[64];
	struct stat file;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	return fd >= 0 && stat(path, &file) == 0 ? file.st_ino : 0;
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

bool fds_have_file(pid_t tid, const char *name)
{
	char target[PATH_MAX];
	size_t count;
	int *numbers = descriptor_numbers(tid, &count);
	bool is_there = false;

	for (size_t i = 0; i < count && !is_there; i++)
		is_there = read_link(tid, numbers[i], target, sizeof(target)) ==
				   (ssize_t)strlen(name) &&
			   memcmp(target, name, strlen(name)) == 0;
	free(numbers);
	return is_there;
}

void fds_each_mapped_socket(pid_t tid, void (*found)(void *context, uint64_t inode), void *context)
{
	char path[64], line[512];
	unsigned long long inode;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	FILE *file = memory_or_escape(fopen(path, "re"));
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %*s %*s %*s %*s socket:[%llu]", &inode) == 1)
			found(context, inode);
	if (file)
		fclose(file);
}

enum fds_order fds_compare_tables(pid_t a, pid_t b)
{
	long order = syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);

	return order < 0 ? FDS_UNTOLD : order == 0 ? FDS_SAME : FDS_OTHER;
}

uint64_t fds_likeness(pid_t tid)
{
	char target[PATH_MAX];
	size_t count;
	int *numbers = descriptor_numbers(tid, &count);
	uint64_t sum[3] = {0};

	for (size_t i = 0; i < count; i++) {
		ssize_t length = read_link(tid, numbers[i], target, sizeof(target));
		sum[1] = (uint64_t)numbers[i];
		sum[2] = hash_of(target, length > 0 ? (size_t)length : 0);
		sum[0] = hash_of(sum, sizeof(sum));
	}
	free(numbers);
	return sum[0];
}

int fds_copy(pid_t pid, pid_t tid, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, tid, PIDFD_THREAD);

	if (pidfd < 0 && errno == EINVAL)
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -1;
	int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}
