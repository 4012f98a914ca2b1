/* SPDX-License-Identifier: MIT */
#include "tracer/ptrace/tracee_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* A seccomp filter of ours, such as a container has, refuses the call itself. */
static bool is_refused(ssize_t copied)
{
	return copied < 0 && (errno == EPERM || errno == ENOSYS);
}

/* /proc/TID/mem; -1 when it cannot be opened. */
static int open_memory(pid_t tid, int how)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", tid);
	return open(path, how | O_CLOEXEC);
}

static ssize_t read_file(pid_t tid, uint64_t address, void *destination, size_t length)
{
	int fd = open_memory(tid, O_RDONLY);

	if (fd < 0)
		return -1;
	ssize_t copied = pread(fd, destination, length, (off_t)address);
	close(fd);
	return copied;
}

static ssize_t read_once(pid_t tid, uint64_t address, void *destination, size_t length)
{
	/* cppcheck-suppress ctuuninitvar ; it is filled, not read */
	struct iovec local = {destination, length};
	struct iovec remote = {(void *)(uintptr_t)address, length};
	ssize_t copied = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return is_refused(copied) ? read_file(tid, address, destination, length) : copied;
}

/*
 * process_vm_readv(2) may give up a whole element for one bad page in it, so what a first attempt
 * did not get is read again page by page.
 */
static size_t read_pages(pid_t tid, uint64_t address, char *destination, size_t length)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	size_t done = 0;

	while (done < length) {
		size_t step = page - (address + done) % page;
		if (step > length - done)
			step = length - done;
		ssize_t copied = read_once(tid, address + done, destination + done, step);
		if (copied > 0)
			done += (size_t)copied;
		if (copied != (ssize_t)step)
			break;
	}
	return done;
}

size_t memory_read(pid_t tid, uint64_t address, void *destination, size_t length)
{
	if (length == 0)
		return 0;
	ssize_t copied = read_once(tid, address, destination, length);
	if (copied == (ssize_t)length)
		return length;
	return read_pages(tid, address, destination, length);
}

size_t memory_gather(
	pid_t tid, const struct iovec *segments, size_t count, void *destination, size_t length)
{
	size_t done = 0;

	for (size_t i = 0; i < count && done < length; i++) {
		size_t step = segments[i].iov_len;
		if (step > length - done)
			step = length - done;
		size_t copied = memory_read(
			tid, (uintptr_t)segments[i].iov_base, (char *)destination + done, step);
		done += copied;
		if (copied < step)
			break;
	}
	return done;
}

static ssize_t write_file(pid_t tid, uint64_t address, const void *source, size_t length)
{
	int fd = open_memory(tid, O_WRONLY);

	if (fd < 0)
		return -1;
	ssize_t written = pwrite(fd, source, length, (off_t)address);
	close(fd);
	return written;
}

size_t memory_write(pid_t tid, uint64_t address, const void *source, size_t length)
{
	struct iovec local = {(void *)(uintptr_t)source, length};
	struct iovec remote = {(void *)(uintptr_t)address, length};
	ssize_t written = process_vm_writev(tid, &local, 1, &remote, 1, 0);

	if (is_refused(written))
		written = write_file(tid, address, source, length);
	return written > 0 ? (size_t)written : 0;
}

size_t memory_force(pid_t tid, uint64_t address, const void *source, size_t length)
{
	ssize_t written = write_file(tid, address, source, length);

	return written > 0 ? (size_t)written : 0;
}
