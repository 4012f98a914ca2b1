/* SPDX-License-Identifier: MIT */
#include "format/memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/messages.h"

/* The one state of this file. */
static _Thread_local jmp_buf *escape;

void memory_escape(jmp_buf *where)
{
	escape = where;
}

static void *or_escape(void *memory)
{
	jmp_buf *where = escape;

	if (memory)
		return memory;
	escape = NULL;
	if (where)
		longjmp(*where, 1);
	print_message("%s: out of memory\n", program_invocation_short_name);
	exit(125);
}

void *memory_or_escape(void *memory)
{
	return memory || errno != ENOMEM ? memory : or_escape(NULL);
}

void memory_ensure(size_t size)
{
	/* Freed memory stays with the process: mallopt(3). */
	mallopt(M_MMAP_THRESHOLD, 1 << 22);
	mallopt(M_TRIM_THRESHOLD, 1 << 22);
	free(xrealloc(NULL, size));
}

void *xcalloc(size_t count, size_t size)
{
	return or_escape(calloc(count, size));
}

void *xrealloc(void *memory, size_t size)
{
	return or_escape(realloc(memory, size));
}

char *xstrdup(const char *text)
{
	return or_escape(strdup(text));
}

void *array_grow(void *array, size_t count, size_t *capacity, size_t element_size)
{
	if (count < *capacity)
		return array;
	size_t more = *capacity ? *capacity * 2 : 16;
	if (more > SIZE_MAX / element_size)
		or_escape(NULL);
	array = xrealloc(array, more * element_size);
	*capacity = more;
	return array;
}
