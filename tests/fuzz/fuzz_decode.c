/* Captured calls of any bytes: what is decoded is a line of JSON, whatever a tracee's memory held.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "format/json_writer.h"
#include "tracer/call.h"
#include "tracer/decode.h"
#include "tracer/syscall_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
	const uint8_t *bytes;
	size_t size;
};

/* Takes the next bytes; zeros where there are no more. */
static void take(struct input *input, void *into, size_t size)
{
	size_t there = size < input->size ? size : input->size;

	memset(into, 0, size);
	memcpy(into, input->bytes, there);
	input->bytes += there;
	input->size -= there;
}

static void take_numbers(struct input *input, struct call *call)
{
	uint8_t row, flags;

	take(input, &row, 1);
	take(input, &flags, 1);
	call->row = (uint16_t)(row % syscall_count());
	call->effect = (uint8_t)syscall_row(call->row)->effect;
	call->is_compat = flags & 1;
	call->is_unfinished = flags & 2;
	call->has_bytes = flags & 4;
	take(input, call->arguments, sizeof(call->arguments));
	take(input, &call->result, sizeof(call->result));
	take(input, &call->bytes, sizeof(call->bytes));
	take(input, &call->fd, sizeof(call->fd));
	take(input, &call->waits_omitted, sizeof(call->waits_omitted));
}

static void take_part(struct input *input, struct call **call)
{
	uint8_t argument, kind, length;
	uint16_t wanted;

	take(input, &argument, 1);
	take(input, &kind, 1);
	take(input, &length, 1);
	take(input, &wanted, sizeof(wanted));
	unsigned char *bytes = call_add(call, argument % 20, kind % (PART_NEW + 1), length, wanted);
	take(input, bytes, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input = {bytes, size};
	struct call *call = call_new();
	struct json_writer w = {0};
	json_error_t error;

	take_numbers(&input, call);
	for (int i = 0; i < 16 && input.size > 0; i++)
		take_part(&input, &call);
	decode_call(&w, call);
	json_t *line = json_loadb(w.text, w.length, JSON_ALLOW_NUL, &error);
	if (!json_is_object(line) || memchr(w.text, '\n', w.length) != w.text + w.length - 1)
		abort();
	json_decref(line);
	json_writer_free(&w);
	free(call);
	return 0;
}
