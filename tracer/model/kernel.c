/* SPDX-License-Identifier: MIT */
#include "tracer/model/kernel.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <mntent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/memory.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* since Linux 6.9: pidfd_open(2) */
#endif

uint64_t kernel_socket_inode(pid_t tid, int fd)
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

void kernel_each_socket(
	pid_t tid, void (*found)(void *context, int fd, uint64_t inode), void *context)
{
	size_t count;
	int *numbers = descriptor_numbers(tid, &count);

	for (size_t i = 0; i < count; i++) {
		uint64_t inode = kernel_socket_inode(tid, numbers[i]);
		if (inode)
			found(context, numbers[i], inode);
	}
	free(numbers);
}

static int copy_descriptor(pid_t pid, pid_t tid, int fd)
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

static int integer_option(int fd, int option)
{
	int value;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

typedef int ask_address(int fd, struct sockaddr *address, socklen_t *length);

/* The length of the address; 0 when there is none. The kernel may report a longer one than there
 * was room for: getsockname(2). */
static socklen_t get_address(ask_address *ask, int fd, struct sockaddr_storage *address)
{
	socklen_t length = sizeof(*address);

	if (ask(fd, (struct sockaddr *)address, &length) != 0)
		return 0;
	return length > sizeof(*address) ? sizeof(*address) : length;
}

/* TCP_INFO has it of TCP: tcp(7). The others listen, are connected or neither. */
static int get_state(int fd, const struct kernel_socket *socket)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);

	if (socket->protocol == IPPROTO_TCP &&
		getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0)
		return info.tcpi_state;
	if (socket->type != SOCK_STREAM && socket->type != SOCK_SEQPACKET)
		return -1;
	if (integer_option(fd, SO_ACCEPTCONN) == 1)
		return TCP_LISTEN;
	return socket->peer_length > 0 ? TCP_ESTABLISHED : TCP_CLOSE;
}

bool kernel_socket(pid_t pid, pid_t tid, int fd, struct kernel_socket *socket)
{
	int copy = copy_descriptor(pid, tid, fd);

	*socket = (struct kernel_socket){.family = -1, .type = -1, .protocol = -1, .state = -1};
	if (copy < 0)
		return false;
	socket->family = integer_option(copy, SO_DOMAIN);
	socket->type = integer_option(copy, SO_TYPE);
	socket->protocol = integer_option(copy, SO_PROTOCOL);
	socket->local_length = get_address(getsockname, copy, &socket->local);
	socket->peer_length = get_address(getpeername, copy, &socket->peer);
	socket->state = get_state(copy, socket);
	close(copy);
	return socket->family >= 0;
}

void kernel_each_interest(pid_t tid, int epoll_fd,
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

void kernel_each_uring_mapping(
	pid_t tid, void (*found)(void *context, uint64_t address, uint64_t offset), void *context)
{
	char path[64], line[512];
	uint64_t address, offset;

	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	FILE *file = memory_or_escape(fopen(path, "re"));
	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (strstr(line, "anon_inode:[io_uring]") &&
			sscanf(line, "%" SCNx64 "-%*x %*s %" SCNx64, &address, &offset) == 2)
			found(context, address, offset);
	fclose(file);
}

bool kernel_shares_files(pid_t a, pid_t b, bool otherwise)
{
	long order = syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);

	return order < 0 ? otherwise : order == 0;
}

bool kernel_is_thread_of(pid_t tid, pid_t pid)
{
	/* Signal 0 asks whether `tid` is in the thread group `pid`: tgkill(2). */
	return syscall(SYS_tgkill, pid, tid, 0) == 0 || errno == EPERM;
}

/* Reads a small file of /proc/TID; returns its length. */
static size_t read_file(pid_t tid, const char *name, char *text, size_t size)
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

uint64_t kernel_delay_ns(pid_t tid)
{
	char text[64];
	size_t length = read_file(tid, "schedstat", text, sizeof(text) - 1);
	char *end = text;

	text[length] = '\0';
	strtoull(text, &end, 10); /* how long it has run */
	return strtoull(end, NULL, 10);
}

/* Copies what stands behind the field of /proc/TID/status. */
static bool status_field(pid_t tid, const char *field, char *value, size_t size)
{
	char text[4096], pattern[32];
	size_t length = read_file(tid, "status", text, sizeof(text) - 1);

	text[length] = '\0';
	snprintf(pattern, sizeof(pattern), "\n%s:", field);
	const char *at = strstr(text, pattern);
	if (at)
		snprintf(value, size, "%s", at + strlen(pattern));
	return at != NULL;
}

long kernel_status(pid_t tid, const char *field)
{
	char value[32];

	return status_field(tid, field, value, sizeof(value)) ? strtol(value, NULL, 10) : -1;
}

bool kernel_has_proc(void)
{
	char target[32];
	ssize_t length = readlink("/proc/self", target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	return strtol(target, NULL, 10) == getpid();
}

bool kernel_has_ended(pid_t tid)
{
	char value[32];

	return !status_field(tid, "State", value, sizeof(value)) || strchr("ZX", value[1]);
}

bool kernel_is_uninterruptible(pid_t tid)
{
	char value[32];

	return status_field(tid, "State", value, sizeof(value)) && value[1] == 'D';
}

bool kernel_is_nested(pid_t tid)
{
	char value[64], *end;

	if (!status_field(tid, "NSpid", value, sizeof(value)))
		return false;
	strtol(value, &end, 10);
	return *end == '\t';
}

bool kernel_catches(pid_t tid, int signal)
{
	char value[32];

	return status_field(tid, "SigCgt", value, sizeof(value)) &&
	       (strtoull(value, NULL, 16) >> (signal - 1) & 1);
}

int kernel_ptrace_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &scope) != 1)
		scope = 0;
	fclose(file);
	return scope;
}

void kernel_hidepid(char *value, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	const char *option;

	*value = '\0';
	while (mounts && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_dir, "/proc") == 0) {
			/* The last one covers the others. */
			option = hasmntopt(mount, "hidepid");
			option = option ? strchr(option, '=') : NULL;
			snprintf(value, size, "%.*s", option ? (int)strcspn(option + 1, ",") : 0,
				option ? option + 1 : "");
		}
	if (mounts)
		endmntent(mounts);
}

bool kernel_can_trace(void)
{
	char value[32];

	return status_field(getpid(), "CapEff", value, sizeof(value)) &&
	       (strtoull(value, NULL, 16) >> CAP_SYS_PTRACE & 1);
}

bool kernel_is_in_user_namespace(void)
{
	unsigned long long inside, outside, count;
	char text[256];
	size_t length = read_file(getpid(), "uid_map", text, sizeof(text) - 1);

	text[length] = '\0';
	return sscanf(text, "%llu %llu %llu", &inside, &outside, &count) == 3 && count < UINT32_MAX;
}

#define KERNEL_THREAD 0x00200000

bool kernel_is_kernel_thread(pid_t pid)
{
	unsigned long flags;
	char text[512];
	size_t length = read_file(pid, "stat", text, sizeof(text) - 1);

	text[length] = '\0';
	/* The name, in parentheses, may be anything. */
	const char *end = strrchr(text, ')');
	return end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 &&
	       flags & KERNEL_THREAD;
}

/* The kernel keeps 15 bytes of a name: TASK_COMM_LEN, proc(5). The executable file may know more.
 */
#define KERNEL_NAME_LENGTH 15

static void complete_name(pid_t tid, char *name, size_t size)
{
	char path[64], file[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%d/exe", tid);
	ssize_t length = readlink(path, file, sizeof(file) - 1);
	if (length < 0)
		return;
	file[length] = '\0';
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	if (strncmp(base, name, KERNEL_NAME_LENGTH) == 0)
		snprintf(name, size, "%s", base);
}

void kernel_program(pid_t tid, char *name, size_t size)
{
	size_t length = read_file(tid, "comm", name, size - 1);

	if (length > 0 && name[length - 1] == '\n')
		length--;
	name[length] = '\0';
	if (length == KERNEL_NAME_LENGTH)
		complete_name(tid, name, size);
}

size_t kernel_command(pid_t tid, char *words, size_t size)
{
	return read_file(tid, "cmdline", words, size);
}

bool kernel_is_foreign(pid_t tid)
{
	Elf64_Ehdr header;

	/* Both classes have e_machine at the same place. */
	if (read_file(tid, "exe", (char *)&header, sizeof(header)) < EI_NIDENT + 4)
		return false;
	bool is_wide = header.e_ident[EI_CLASS] == ELFCLASS64;
	return header.e_machine != (is_wide ? EM_X86_64 : EM_386);
}

bool kernel_is_hidden(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", tid);
	return access(path, R_OK) != 0 && errno == EACCES;
}

bool kernel_is_set_id(pid_t tid)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%d/exe", tid);
	if (stat(path, &status) != 0)
		return false;
	return ((status.st_mode & S_ISUID) && status.st_uid != geteuid()) ||
	       ((status.st_mode & S_ISGID) && status.st_gid != getegid());
}
