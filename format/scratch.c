/* SPDX-License-Identifier: MIT */
#include "format/scratch.h"

#include <stdlib.h>

#include "format/memory.h"

void *scratch_get(struct scratch *scratch, size_t size)
{
	if (size >= scratch->capacity) {
		scratch_free(scratch);
		scratch->bytes = xrealloc(NULL, 2 * size + 64);
		scratch->capacity = 2 * size + 64;
	}
	return scratch->bytes;
}

void scratch_free(struct scratch *scratch)
{
	free(scratch->bytes);
	*scratch = (struct scratch){0};
}
