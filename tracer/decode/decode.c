/* SPDX-License-Identifier: MIT */
#include "tracer/decode/decode.h"

#include <string.h>

#include "format/kernel_report.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_arguments.h"
#include "tracer/decode/decode_message.h"
#include "tracer/decode/decode_netlink.h"
#include "tracer/table/constants.h"
#include "tracer/table/syscall_table.h"

void decode_error(struct json_writer *w, int64_t result)
{
	uint64_t error = -(uint64_t)result;
	const char *name = error <= INT32_MAX ? strerrorname_np((int)error) : NULL;

	if (name)
		json_text(w, "error", name);
	else
		json_unsigned(w, "error", error);
}

static void write_result(struct json_writer *w, const struct captured_call *call)
{
	if (call->is_unfinished || call->is_unseen)
		return;
	json_number(w, "result", call->result < 0 ? -1 : call->result);
	if (call->result < 0)
		decode_error(w, call->result);
}

static void write_new(struct json_writer *w, const struct captured_part *part)
{
	struct call_new made;

	if (!part)
		return;
	json_array_begin(w, "new");
	for (size_t at = 0; at + sizeof(made) <= part->length; at += sizeof(made)) {
		memcpy(&made, part->bytes + at, sizeof(made));
		json_object_begin(w, NULL);
		json_number(w, "fd", made.fd);
		json_unsigned(w, "descriptor", made.descriptor);
		json_unsigned(w, "socket", made.socket);
		json_object_end(w);
	}
	json_array_end(w);
}

static void write_data(
	struct json_writer *w, const struct captured_call *call, const struct captured_part *part)
{
	size_t shown = part ? part->length : 0;

	if (!part)
		return;
	if (call->netlink && call->payload < shown)
		shown = call->payload;
	json_bytes(w, "data", part->bytes, shown, part->wanted > shown);
	if (call->netlink)
		decode_netlink(w, "netlink", call->netlink - 1, call->effect == EFFECT_RECEIVE,
			part->bytes, part->length);
}

static void write_messages(struct json_writer *w, const struct captured_call *call)
{
	bool is_received = call->effect == EFFECT_RECEIVE;
	uint64_t moved;

	if (!call_part(call, PART_OF_MESSAGE, PART_RESULT))
		return;
	json_array_begin(w, "messages");
	for (int at = PART_OF_MESSAGE; call_part(call, at, PART_RESULT); at++) {
		json_object_begin(w, NULL);
		decode_message(w, call, at, is_received);
		if (part_copy(call_part(call, at, PART_LENGTH), &moved, sizeof(moved)))
			json_unsigned(w, "bytes", moved);
		write_data(w, call, call_part(call, at, PART_DATA));
		json_object_end(w);
	}
	json_array_end(w);
}

static void write_wait_elements(
	struct json_writer *w, const struct captured_part *part, const struct constant *names)
{
	struct call_wait wait;

	for (size_t at = 0; part && at + sizeof(wait) <= part->length; at += sizeof(wait)) {
		memcpy(&wait, part->bytes + at, sizeof(wait));
		json_object_begin(w, NULL);
		json_number(w, "fd", wait.fd);
		json_unsigned(w, "descriptor", wait.descriptor);
		json_unsigned(w, "socket", wait.socket);
		flags_write(w, "events", names, wait.events);
		flags_write(w, "ready", names, wait.ready);
		json_object_end(w);
	}
}

static void write_waits(struct json_writer *w, const struct captured_call *call)
{
	bool is_epoll = call_row(call)->form == FORM_EPOLL_WAIT;
	const struct captured_part *part = call_part(call, PART_OF_CALL, PART_WAITS);
	const struct constant *names = is_epoll ? constants_epoll_events : constants_poll_events;

	if (!part)
		return;
	json_array_begin(w, "waits");
	write_wait_elements(w, part, names);
	write_wait_elements(w, call_part(call, PART_OF_CALL, PART_MORE_WAITS), names);
	json_array_end(w);
	if (call->waits_omitted)
		json_number(w, "waits_omitted", call->waits_omitted);
}

static void write_end(struct json_writer *w, const char *key, const struct captured_part *part)
{
	if (part)
		decode_address(w, key, part->bytes, part->length);
}

static void write_identity(struct json_writer *w, const struct captured_call *call)
{
	if (call->fd >= 0)
		json_number(w, "fd", call->fd);
	if (call->descriptor)
		json_unsigned(w, "descriptor", call->descriptor);
	if (call->socket)
		json_unsigned(w, "socket", call->socket);
}

void decode_call(struct json_writer *w, const struct captured_call *call)
{
	const struct syscall_row *row = call_row(call);
	struct kernel_report report;

	json_object_begin(w, NULL);
	json_text(w, "type", "call");
	json_unsigned(w, "seq", call->seq);
	json_number(w, "time_ns", call->time_ns);
	json_number(w, "duration_ns", call->duration_ns);
	json_number(w, "pid", call->pid);
	json_number(w, "tid", call->tid);
	json_text(w, "name", row->name);
	json_text(w, "effect", effect_name(call->effect));
	write_identity(w, call);
	decode_arguments(w, call, row);
	write_result(w, call);
	if (call->has_bytes)
		json_unsigned(w, "bytes", call->bytes);
	write_data(w, call, call_payload(call));
	write_messages(w, call);
	write_waits(w, call);
	write_new(w, call_part(call, PART_OF_CALL, PART_NEW));
	write_end(w, "local", call_part(call, PART_OF_CALL, PART_LOCAL));
	write_end(w, "peer", call_part(call, PART_OF_CALL, PART_PEER));
	if (part_copy(call_part(call, PART_OF_CALL, PART_KERNEL), &report, sizeof(report)))
		kernel_report_write(w, &report);
	if (call->interrupted)
		json_unsigned(w, "interrupted", call->interrupted);
	if (call->is_unfinished)
		json_bool(w, "unfinished", true);
	if (call->is_unseen)
		json_bool(w, "unseen", true);
	json_object_end(w);
	json_line_end(w);
}
