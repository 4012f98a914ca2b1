/* SPDX-License-Identifier: MIT */
/* The calls that get a record: a list of effects and call names, as --calls takes it. */
#ifndef TRACER_RECORDED_CALLS_H
#define TRACER_RECORDED_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "tracer/table/syscall_table.h"

/* More rows than the table will have. */
#define RECORDED_ROWS 256

/* All calls, until something is named. Starts as a struct of zeros. */
struct recorded_calls {
	bool has_words;
	bool is_left_out[RECORDED_ROWS]; /* by the index of the row */
};

/*
 * Takes words that are separated by commas: "send,receive,close", "!wait,!getsockopt". If the first
 * word of all is one without '!', nothing is selected but what is named. False when a word is
 * neither an effect nor a call: it is put into `wrong`, cut to `size`.
 */
bool recorded_calls_add(
	struct recorded_calls *recorded, const char *words, char *wrong, size_t size);

#endif
