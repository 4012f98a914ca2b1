/* SPDX-License-Identifier: MIT */
#include "tracer/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "format/file_kind.h"

/* The folders that execvp(3) looks through where PATH is not set. */
#define DEFAULT_PATH "/bin:/usr/bin"

/* The kernel looks at so much of a script: BINPRM_BUF_SIZE in linux/binfmts.h. */
#define SCRIPT_BYTES 256

/* A script's interpreter may be a script, and so on; this deep: exec_binprm in fs/exec.c. */
#define MOST_INTERPRETERS 5

static bool is_file(const char *path, bool is_executable)
{
	struct stat status;

	if (!is_executable)
		return lstat(path, &status) == 0;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* The first file of that name in PATH. */
static bool search(const char *name, bool is_executable, char path[PATH_MAX])
{
	const char *folders = getenv("PATH");

	for (const char *at = folders ? folders : DEFAULT_PATH;; at++) {
		int length = (int)strcspn(at, ":");
		int needed = snprintf(
			path, PATH_MAX, "%.*s%s%s", length, at, length > 0 ? "/" : "", name);
		if (needed < PATH_MAX && is_file(path, is_executable))
			return true;
		at += length;
		if (*at == '\0')
			return false;
	}
}

/* The file that a program of that name is, which need not be executable; false when there is none.
 */
static bool find(const char *name, char path[PATH_MAX])
{
	if (!strchr(name, '/'))
		return *name && (search(name, true, path) || search(name, false, path));
	return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && is_file(path, false);
}

static size_t read_at(const char *path, off_t offset, void *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	ssize_t length = pread(fd, bytes, size, offset);
	close(fd);
	return length > 0 ? (size_t)length : 0;
}

/* A line with a zero byte in it is none of a script: POSIX, sh(1), 1.4 of its rationale. */
static bool is_binary(const char *path)
{
	char head[SCRIPT_BYTES];
	size_t length = read_at(path, 0, head, sizeof(head));
	const char *end = memchr(head, '\n', length);

	return memchr(head, '\0', end ? (size_t)(end - head) : length) != NULL;
}

void program_execute(char *const *command)
{
	char path[PATH_MAX];

	if (find(command[0], path)) {
		execv(path, command);
		if (errno == ENOEXEC && is_binary(path))
			return;
	}
	execvp(command[0], command);
}

/* Text of a file is shown on a terminal: its control characters are taken out. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			*text = '?';
}

/* The interpreter in a script's first line. False when it is no script. */
static bool find_interpreter(const char *path, char interpreter[SCRIPT_BYTES + 1])
{
	char *head = interpreter;
	size_t length = read_at(path, 0, head, SCRIPT_BYTES);

	head[length] = '\0';
	if (strncmp(head, "#!", 2) != 0)
		return false;
	char *begin = head + 2 + strspn(head + 2, " \t");
	begin[strcspn(begin, " \t\n")] = '\0';
	memmove(interpreter, begin, strlen(begin) + 1);
	return *interpreter != '\0';
}

/* Both classes of ELF, in what is asked for here. */
struct elf {
	unsigned int class, type, machine;
	uint64_t headers;
	size_t header_size, header_count;
};

static bool read_elf(const char *path, struct elf *elf)
{
	union {
		unsigned char ident[EI_NIDENT];
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} head = {0};
	bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

	if (read_at(path, 0, &head, sizeof(head)) < sizeof(Elf32_Ehdr) ||
		memcmp(head.ident, ELFMAG, SELFMAG) != 0)
		return false;
	*elf = (struct elf){.class = head.ident[EI_CLASS]};
	if ((head.ident[EI_DATA] == ELFDATA2LSB) != is_little)
		return true;          /* of a machine with another order of bytes */
	elf->type = head.wide.e_type; /* both stand at the same places */
	elf->machine = head.wide.e_machine;
	if (elf->class == ELFCLASS64) {
		elf->headers = head.wide.e_phoff;
		elf->header_size = head.wide.e_phentsize;
		elf->header_count = head.wide.e_phnum;
	} else {
		elf->headers = head.narrow.e_phoff;
		elf->header_size = head.narrow.e_phentsize;
		elf->header_count = head.narrow.e_phnum;
	}
	return true;
}

/* The dynamic loader that the program wants: PT_INTERP, elf(5). */
static bool find_loader(const char *path, const struct elf *elf, char loader[PATH_MAX])
{
	for (size_t i = 0; i < elf->header_count; i++) {
		union {
			Elf32_Phdr narrow;
			Elf64_Phdr wide;
		} header = {0};
		off_t at = (off_t)(elf->headers + i * elf->header_size);
		if (read_at(path, at, &header, sizeof(header)) < sizeof(header.narrow))
			return false;
		if (header.wide.p_type != PT_INTERP)
			continue;
		size_t length = read_at(path,
			(off_t)(elf->class == ELFCLASS64 ? header.wide.p_offset
							 : header.narrow.p_offset),
			loader, PATH_MAX - 1);
		loader[length] = '\0';
		return true;
	}
	return false;
}

static const char *machine_name(unsigned int machine)
{
	static const struct {
		unsigned int machine;
		const char *name;
	} names[] = {{EM_386, "i386"}, {EM_X86_64, "x86_64"}, {EM_ARM, "arm"},
		{EM_AARCH64, "aarch64"}, {EM_RISCV, "riscv"}, {EM_PPC, "ppc"}, {EM_PPC64, "ppc64"},
		{EM_S390, "s390"}, {EM_MIPS, "mips"}, {EM_SPARCV9, "sparc64"}, {258, "loongarch"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return "another machine";
}

/* The kernel knows no way to execute it. */
static void explain_format(const char *path, char *words, size_t size)
{
	char head[FILE_KIND_BYTES] = {0};
	const struct file_kind *kind = file_kind(head, read_at(path, 0, head, sizeof(head)));
	struct utsname system;
	struct elf elf;

	uname(&system);
	if (!read_elf(path, &elf))
		snprintf(words, size, "%s, and no program that can be executed here",
			kind ? kind->name : "a file of text");
	else if (elf.type == ET_REL || elf.type == ET_CORE)
		snprintf(words, size, "%s, and no program",
			elf.type == ET_REL ? "an object file, which is to be linked first"
					   : "a core file");
	else if (strcmp(machine_name(elf.machine), system.machine) == 0)
		snprintf(words, size, "a broken program (ELF)");
	else
		snprintf(words, size, "a program for %s, and this machine is %s",
			machine_name(elf.machine), system.machine);
}

static void explain_file(const char *path, int error, unsigned int depth, char *words, size_t size);

/* Says what is the matter with the interpreter of a script. */
static void explain_interpreter(
	char *interpreter, int error, unsigned int depth, char *words, size_t size)
{
	bool is_there = is_file(interpreter, false);
	size_t length = strlen(interpreter);
	bool is_of_dos = length > 0 && interpreter[length - 1] == '\r';
	char why[PATH_MAX + 200] = "not found";

	if (is_there && depth < MOST_INTERPRETERS)
		explain_file(interpreter, error, depth + 1, why, sizeof(why));
	else if (is_of_dos)
		snprintf(why, sizeof(why),
			"not found, as the line ends in a carriage return: sed -i 's/\\r$//' FILE");
	else if (!strchr(interpreter, '/'))
		snprintf(why, sizeof(why), "not found, as it has no path: #!/usr/bin/env %s",
			interpreter);
	if (is_of_dos)
		interpreter[length - 1] = '\0';
	snprintf(words, size, "the interpreter of its first line, %s: %s", interpreter, why);
}

static void explain_file(const char *path, int error, unsigned int depth, char *words, size_t size)
{
	char target[PATH_MAX], interpreter[SCRIPT_BYTES + 1];
	struct statvfs mount;
	struct stat status;
	struct elf elf;

	snprintf(words, size, "%s", strerror(error));
	if (stat(path, &status) != 0) {
		ssize_t length = errno == ENOENT ? readlink(path, target, sizeof(target) - 1) : -1;
		if (length > 0)
			snprintf(words, size, "a link to %.*s, which is not there", (int)length,
				target);
	} else if (S_ISDIR(status.st_mode)) {
		snprintf(words, size, "a directory");
	} else if (!S_ISREG(status.st_mode)) {
		snprintf(words, size, "not a regular file");
	} else if (error == EACCES && statvfs(path, &mount) == 0 && mount.f_flag & ST_NOEXEC) {
		snprintf(words, size, "on a file system that is mounted noexec");
	} else if (error == EACCES && !is_file(path, true)) {
		snprintf(words, size, "not executable (chmod +x makes it so)");
	} else if ((error == ENOENT || error == EACCES) && find_interpreter(path, interpreter)) {
		explain_interpreter(interpreter, error, depth, words, size);
	} else if (error == ENOENT && read_elf(path, &elf) && find_loader(path, &elf, target)) {
		snprintf(words, size,
			"its dynamic loader %s is not there: made for another C library or system",
			target);
	} else if (error == ENOEXEC) {
		explain_format(path, words, size);
	}
}

bool program_explain(const char *name, int error, char *words, size_t size)
{
	char path[PATH_MAX];

	snprintf(words, size, "%s", strerror(error));
	if (find(name, path))
		explain_file(path, error, 1, words, size);
	else if (error == ENOENT || (error == EACCES && !strchr(name, '/')))
		return false; /* or a folder of PATH may not be searched */
	make_printable(words);
	return true;
}
