/* SPDX-License-Identifier: MIT */
/*
 * What a fuzzer of libFuzzer consists of: a table of targets, one of which FUZZ_TARGET names for a
 * run. Without it the program lists them, a line each, so that whoever runs fuzzers needs no list.
 */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "format/json_writer.h"

/* Bytes of any value, taken from the front. */
struct input {
	const uint8_t *bytes;
	size_t size;
};

/* Each fuzzer has these two: the name of the target, NULL behind the last one; and one input. */
const char *target_name(size_t target);
void target_run(size_t target, struct input *input);

/* Takes the next bytes; zeros where there are no more. Returns how many there were. */
size_t input_take(struct input *input, void *into, size_t size);

/* Ends the fuzzer unless what was written is one line, which is an object of JSON that names no
 * member twice. Empties the writer. */
void target_expect_line(struct json_writer *w);

#endif
