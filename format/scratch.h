/* SPDX-License-Identifier: MIT */
/* A piece of memory that is used again and again, and grows to what was needed most. */
#ifndef FORMAT_SCRATCH_H
#define FORMAT_SCRATCH_H

#include <stddef.h>

/* Starts as a struct of zeros. */
struct scratch {
	void *bytes; /* owned */
	size_t capacity;
};

/* Room for `size` bytes, whose content is anything; good until the next call. */
void *scratch_get(struct scratch *scratch, size_t size);

void scratch_free(struct scratch *scratch);

#endif
