/* SPDX-License-Identifier: MIT */
/* Bytes of any value as addresses, options, control messages, as text, and as whole captured calls:
 * what is decoded is a line of JSON, whatever a tracee's memory held. */
#include <stdlib.h>
#include <sys/socket.h>

#include "format/effect.h"
#include "tests/fuzz/target.h"
#include "tests/plain_json.h"
#include "tracer/call/ancillary.h"
#include "tracer/call/call.h"
#include "tracer/decode/decode.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_ancillary.h"
#include "tracer/decode/decode_ioctl.h"
#include "tracer/decode/decode_netlink.h"
#include "tracer/decode/decode_option.h"
#include "tracer/table/syscall_table.h"

static void address(struct json_writer *w, struct input *input)
{
	decode_address(w, "address", input->bytes, input->size);
}

/* Also of ioctl, which are options in all but name. */
static void option(struct json_writer *w, struct input *input)
{
	int32_t level, number;
	uint8_t has_failed;

	input_take(input, &level, sizeof(level));
	input_take(input, &number, sizeof(number));
	input_take(input, &has_failed, sizeof(has_failed));
	decode_option_level(w, "level", level);
	decode_option_name(w, "name", level, number);
	decode_protocol(w, "protocol", level, number);
	decode_option_value(w, "value", level, number, input->bytes, input->size);
	const struct ioctl_request *request = ioctl_find((uint32_t)number);
	if (request)
		decode_ioctl_argument(
			w, "argument", request, has_failed & 1, input->bytes, input->size);
}

static void ancillary(struct json_writer *w, struct input *input)
{
	struct ancillary message;
	size_t at = 0;

	json_array_begin(w, "control");
	while (ancillary_next(input->bytes, input->size, &at, &message))
		decode_ancillary(w, &message);
	json_array_end(w);
}

static void netlink(struct json_writer *w, struct input *input)
{
	uint8_t protocol;

	input_take(input, &protocol, sizeof(protocol));
	decode_netlink(w, "netlink", protocol & 31, protocol & 32, input->bytes, input->size);
}

static void text(struct json_writer *w, struct input *input)
{
	char *room = malloc(PLAIN_ROOM(input->size));
	uint8_t flags;

	input_take(input, &flags, sizeof(flags));
	if (!plain_agrees(w, "text", room, input->bytes, input->size, flags & 1))
		abort();
	free(room);
}

static const struct {
	const char *name;
	void (*decode)(struct json_writer *w, struct input *input);
} values[] = {{"address", address}, {"option", option}, {"ancillary", ancillary},
	{"netlink", netlink}, {"text", text}};

#define VALUES (sizeof(values) / sizeof(values[0]))

static void decode_value(size_t target, struct input *input)
{
	struct json_writer w = {0};

	json_object_begin(&w, NULL);
	values[target].decode(&w, input);
	json_object_end(&w);
	json_line_end(&w);
	target_expect_line(&w);
}

static void take_numbers(struct input *input, struct captured_call *call)
{
	uint8_t row, flags;

	input_take(input, &row, 1);
	input_take(input, &flags, 1);
	call->row = (uint16_t)(row % syscall_count());
	call->effect = (uint8_t)syscall_row(call->row)->effect;
	call->is_compat = flags & 1;
	call->is_unfinished = flags & 2;
	call->has_bytes = flags & 4;
	call->netlink = flags >> 3;
	call->payload = flags;
	input_take(input, call->arguments, sizeof(call->arguments));
	input_take(input, &call->result, sizeof(call->result));
	input_take(input, &call->bytes, sizeof(call->bytes));
	input_take(input, &call->fd, sizeof(call->fd));
	input_take(input, &call->waits_omitted, sizeof(call->waits_omitted));
}

static void take_part(struct input *input, struct captured_call **call)
{
	uint8_t argument, kind;
	uint16_t length;
	uint64_t wanted;

	input_take(input, &argument, 1);
	input_take(input, &kind, 1);
	input_take(input, &length, sizeof(length));
	input_take(input, &wanted, sizeof(wanted));
	/* A call has one argument that points to its payload. */
	if (argument < SYSCALL_ARGUMENTS && kind % (PART_NEW + 1) == PART_DATA)
		argument = 1;
	unsigned char *bytes = call_add(call, argument, kind % (PART_NEW + 1), length, wanted);
	input_take(input, bytes, length);
}

static void decode_whole(struct input *input)
{
	struct captured_call *call = call_new();
	struct json_writer w = {0};

	take_numbers(input, call);
	while (input->size > 0)
		take_part(input, &call);
	decode_call(&w, call);
	target_expect_line(&w);
	free(call);
}

const char *target_name(size_t target)
{
	return target < VALUES ? values[target].name : target == VALUES ? "call" : NULL;
}

void target_run(size_t target, struct input *input)
{
	if (target < VALUES)
		decode_value(target, input);
	else
		decode_whole(input);
}
