/* SPDX-License-Identifier: MIT */
/* The words of area.h, by which the recorder in a process knows what each number stands for: a copy
 * of the model, which they follow. */
#ifndef TRACER_WORDS_H
#define TRACER_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/model/descriptors.h"

struct words {
	struct table_watcher watcher;
	struct descriptor_table *table; /* borrowed; NULL: none is followed */
	const unsigned int *doubts;     /* borrowed: interest.h */
	volatile uint64_t *memory;      /* borrowed; the program may write to it, too */
	size_t count;
};

/* Fills the words, and has them follow the table. `doubts` stays the caller's. */
void words_begin(struct words *words, struct descriptor_table *table, const unsigned int *doubts,
	volatile uint64_t *memory, size_t count);

/* They follow it no more. */
void words_end(struct words *words);

#endif
