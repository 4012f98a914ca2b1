/* SPDX-License-Identifier: MIT */
/*
 * Preloaded, has allocations of the program fail: FAIL_FROM is the first one's number, FAIL_COUNT
 * how many. With FAIL_FROM=0 none does, and at the end the program says how many there were. Those
 * of the library FAIL_SPARE are not counted and do not fail, and neither do those of what the
 * program starts.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static pid_t whose;
static unsigned long from, until;
static const char *spared;
static atomic_ulong number;

static unsigned long number_from(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	from = number_from("FAIL_FROM");
	until = from + number_from("FAIL_COUNT");
	spared = getenv("FAIL_SPARE");
	whose = getpid();
	unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void)
{
	if (whose == getpid() && from == 0)
		dprintf(STDERR_FILENO, "allocations: %lu\n", atomic_load(&number));
}

static bool is_spared(const void *caller)
{
	Dl_info info;

	return spared && dladdr(caller, &info) && strstr(info.dli_fname, spared);
}

static bool fails(const void *caller)
{
	if (whose == 0 || whose != getpid() || is_spared(caller))
		return false;
	unsigned long which = ++number;
	if (which < from || which >= until)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

/* Also the copies that a library asks the C library for are its own. */
char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void *calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}
