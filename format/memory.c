#include "format/memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	exit(125);
}

void *xcalloc(size_t count, size_t size)
{
	return or_die(calloc(count, size));
}

void *xrealloc(void *memory, size_t size)
{
	return or_die(realloc(memory, size));
}

char *xstrdup(const char *text)
{
	return or_die(strdup(text));
}

void *array_grow(void *array, size_t count, size_t *capacity, size_t element_size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 16;
	if (*capacity > SIZE_MAX / element_size)
		or_die(NULL);
	return xrealloc(array, *capacity * element_size);
}
