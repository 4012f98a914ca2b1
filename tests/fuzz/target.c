/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/target.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static size_t chosen;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *wanted = getenv("FUZZ_TARGET");

	(void)argc;
	(void)argv;
	for (size_t i = 0; target_name(i); i++) {
		if (!wanted)
			puts(target_name(i));
		else if (strcmp(wanted, target_name(i)) == 0)
			chosen = i;
	}
	if (!wanted)
		exit(0);
	if (strcmp(wanted, target_name(chosen)) != 0)
		exit(2);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	target_run(chosen, &(struct input){bytes, size});
	return 0;
}

size_t input_take(struct input *input, void *into, size_t size)
{
	size_t there = size < input->size ? size : input->size;

	memset(into, 0, size);
	memcpy(into, input->bytes, there);
	input->bytes += there;
	input->size -= there;
	return there;
}

void target_expect_line(struct json_writer *w)
{
	json_t *line =
		json_loadb(w->text, w->length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(line) || memchr(w->text, '\n', w->length) != w->text + w->length - 1) {
		fwrite(w->text, 1, w->length, stderr);
		abort();
	}
	json_decref(line);
	json_writer_free(w);
}
