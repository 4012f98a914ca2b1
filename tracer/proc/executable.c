/* SPDX-License-Identifier: MIT */
#include "tracer/proc/executable.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tracer/proc/file.h"

/* The kernel keeps 15 bytes of a name: TASK_COMM_LEN, proc(5). The executable file may know more.
 */
#define KERNEL_NAME_LENGTH 15

/* What the kernel adds to the name of a file that is gone: d_path in fs/d_path.c. */
#define DELETED " (deleted)"

/* Cut to `size`. False when the kernel does not tell. */
static bool file_name(pid_t tid, char *name, size_t size)
{
	char path[64], file[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%d/exe", tid);
	ssize_t length = readlink(path, file, sizeof(file) - 1);
	if (length < 0)
		return false;
	file[length] = '\0';
	char *end = file + length - strlen(DELETED);
	if (end > file && strcmp(end, DELETED) == 0)
		*end = '\0';
	const char *slash = strrchr(file, '/');
	snprintf(name, size, "%s", slash ? slash + 1 : file);
	return true;
}

void executable_file(pid_t tid, char *name, size_t size)
{
	if (!file_name(tid, name, size))
		snprintf(name, size, "process");
}

void executable_name(pid_t tid, char *name, size_t size)
{
	size_t length = file_read(tid, "comm", name, size - 1);
	char file[NAME_MAX + 1];

	if (length > 0 && name[length - 1] == '\n')
		length--;
	name[length] = '\0';
	if (length == KERNEL_NAME_LENGTH && file_name(tid, file, sizeof(file)) &&
		strncmp(file, name, KERNEL_NAME_LENGTH) == 0)
		snprintf(name, size, "%s", file);
}

size_t executable_command(pid_t tid, char *words, size_t size)
{
	return file_read(tid, "cmdline", words, size);
}

bool executable_is_foreign(pid_t tid)
{
	Elf64_Ehdr header;

	/* Both classes have e_machine at the same place. */
	if (file_read(tid, "exe", (char *)&header, sizeof(header)) < EI_NIDENT + 4)
		return false;
	bool is_wide = header.e_ident[EI_CLASS] == ELFCLASS64;
	return header.e_machine != (is_wide ? EM_X86_64 : EM_386);
}

bool executable_is_hidden(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd", tid);
	return access(path, R_OK) != 0 && errno == EACCES;
}

bool executable_is_set_id(pid_t tid)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%d/exe", tid);
	if (stat(path, &status) != 0)
		return false;
	return ((status.st_mode & S_ISUID) && status.st_uid != geteuid()) ||
	       ((status.st_mode & S_ISGID) && status.st_gid != getegid());
}
