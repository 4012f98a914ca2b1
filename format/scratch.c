#include "format/scratch.h"

#include <stdlib.h>

#include "format/memory.h"

void *scratch_get(struct scratch *scratch, size_t size)
{
	if (size >= scratch->capacity) {
		free(scratch->bytes);
		scratch->capacity = 2 * size + 64;
		scratch->bytes = xrealloc(NULL, scratch->capacity);
	}
	return scratch->bytes;
}

void scratch_free(struct scratch *scratch)
{
	free(scratch->bytes);
	*scratch = (struct scratch){0};
}
