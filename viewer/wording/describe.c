/* SPDX-License-Identifier: MIT */
#include "viewer/wording/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/relate/connection.h"
#include "viewer/term/quantity.h"

enum style describe_style(enum effect effect)
{
	static const enum style styles[EFFECT_COUNT] = {
		[EFFECT_CREATE] = STYLE_ESTABLISH,
		[EFFECT_BIND] = STYLE_ESTABLISH,
		[EFFECT_LISTEN] = STYLE_ESTABLISH,
		[EFFECT_CONNECT] = STYLE_ESTABLISH,
		[EFFECT_ACCEPT] = STYLE_ESTABLISH,
		[EFFECT_SEND] = STYLE_SEND,
		[EFFECT_RECEIVE] = STYLE_RECEIVE,
		[EFFECT_OPTION] = STYLE_FAINT,
		[EFFECT_QUERY] = STYLE_FAINT,
		[EFFECT_WAIT] = STYLE_WAIT,
		[EFFECT_SHUTDOWN] = STYLE_RELEASE,
		[EFFECT_DUPLICATE] = STYLE_ESTABLISH,
		[EFFECT_PASS] = STYLE_ESTABLISH,
		[EFFECT_CLOSE] = STYLE_RELEASE,
		[EFFECT_CONTROL] = STYLE_FAINT,
	};

	return styles[effect];
}

enum style describe_call_style(const struct trace *trace, const struct call *call)
{
	if (call_is(call, CALL_FAILED) || call_is(call, CALL_UNFINISHED) ||
		connection_has_failed(trace, call))
		return STYLE_ERROR;
	/* It belongs to the release of its connection. */
	if (call_is(call, CALL_END_OF_STREAM))
		return STYLE_RELEASE;
	return describe_style((enum effect)call->effect);
}

static void space(struct text *text, size_t start)
{
	if (text->column > start)
		text_add(text, STYLE_PLAIN, " ");
}

static void describe_value(struct text *text, const struct value *value, size_t end);

static void describe_members(
	struct text *text, const struct value *object, const char *separator, size_t end)
{
	const char *key;
	const struct value *member;

	for (size_t i = 0; value_at(object, i, &key, &member) && text->column < end; i++) {
		if (i > 0)
			text_add(text, STYLE_PLAIN, separator);
		text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
		if (text->column + 1 >= end)
			break;
		text_add(text, STYLE_PLAIN, " ");
		describe_value(text, member, end);
	}
}

static void describe_elements(struct text *text, const struct value *array, size_t end)
{
	bool is_words = value_text(value_element(array, 0), NULL) != NULL;

	for (size_t i = 0; i < value_count(array) && text->column < end; i++) {
		if (i > 0)
			text_add(text, STYLE_PLAIN, is_words ? "|" : ", ");
		describe_value(text, value_element(array, i), end);
	}
}

/* Ancillary data: its type, and what it carries. */
static void describe_typed(struct text *text, const struct value *object, size_t end)
{
	const char *key;
	const struct value *member;

	describe_value(text, value_member(object, "type"), end);
	for (size_t i = 0; value_at(object, i, &key, &member) && text->column < end; i++) {
		if (strcmp(key, "type") == 0 || strcmp(key, "level") == 0)
			continue;
		text_add(text, STYLE_PLAIN, " ");
		text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
		text_add(text, STYLE_PLAIN, " ");
		describe_value(text, member, end);
	}
}

/* Numbers and names as they are, addresses as people write them, the rest as key and value. */
static void describe_value(struct text *text, const struct value *value, size_t end)
{
	char address[ADDRESS_SIZE];
	size_t length;
	int64_t number;
	const char *string = value_text(value, &length);

	if (string) {
		text_add_foreign(text, STYLE_PLAIN, string, length, end);
	} else if (value_integer(value, &number)) {
		snprintf(address, sizeof(address), "%" PRId64, number);
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
	} else if (value_member(value, "family")) {
		address_text(address, value);
		if (!*address)
			snprintf(address, sizeof(address), "%s", "unnamed");
		text_add_foreign(text, STYLE_PLAIN, address, strlen(address), end);
	} else if (value_is_array(value)) {
		describe_elements(text, value, end);
	} else if (value_text(value_member(value, "type"), NULL)) {
		describe_typed(text, value, end);
	} else if (value_is_object(value)) {
		text_add(text, STYLE_PLAIN, "{");
		describe_members(text, value, ", ", end - 1);
		text_add(text, STYLE_PLAIN, "}");
	}
}

/* Of the flags of what was received, those that say that something was lost. */
static bool has_lost(const struct value *flags)
{
	return value_has(flags, "MSG_TRUNC") || value_has(flags, "MSG_CTRUNC");
}

/* Members that the line says in its own words, or that are the usual thing. */
static bool is_said(const struct record_call *call, const char *key, const struct value *member)
{
	static const char *const of_transfers[] = {"size", "segments"};
	int64_t number;

	if (value_is_array(member) && value_count(member) == 0)
		return true;
	if (strcmp(key, "protocol") == 0 && value_integer(member, &number) && number == 0)
		return true;
	if (strcmp(key, "level") == 0)
		return value_text(value_member(call->args, "option"), NULL) != NULL;
	if (strcmp(key, "received_flags") == 0)
		return !has_lost(member);
	for (size_t i = 0; i < 2 && effect_transfers(call->effect); i++)
		if (strcmp(key, of_transfers[i]) == 0 && !(i == 0 && call->error))
			return true;
	return false;
}

/* Whose name is in front of its value: the others are told by what they look like. */
static bool needs_key(const char *key)
{
	static const char *const plain[] = {"family", "type", "flags", "address", "option", "level",
		"command", "request", "op", "how", "protocol", "control", "received_flags"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(key, plain[i]) == 0)
			return false;
	return true;
}

static void describe_arguments(struct text *text, const struct record_call *call, size_t end)
{
	size_t start = text->column;
	const char *key;
	const struct value *member;

	for (size_t i = 0; value_at(call->args, i, &key, &member) && text->column < end; i++) {
		if (is_said(call, key, member))
			continue;
		space(text, start);
		if (strcmp(key, "value") == 0) {
			text_add(text, STYLE_PLAIN, "= ");
		} else if (needs_key(key)) {
			text_add_foreign(text, STYLE_FAINT, key, strlen(key), end);
			text_add(text, STYLE_PLAIN, " ");
		}
		describe_value(text, member, end);
	}
}

static void describe_data(struct text *text, const struct record_call *call, size_t end)
{
	size_t length, hex_length;
	/* Of several messages, the first one's. */
	const struct value *data =
		call->data ? call->data : value_member(value_element(call->messages, 0), "data");
	const char *string = value_text(value_member(data, "text"), &length);
	const char *hex = value_text(value_member(data, "hex"), &hex_length);
	bool is_cut = value_is_true(value_member(data, "truncated"));
	size_t room = is_cut ? 4 : 1;

	if (text->column + 8 > end)
		return;
	if (string) {
		text_add(text, STYLE_PLAIN, "  \"");
		text_add_foreign(text, STYLE_PLAIN, string, length, end - room);
		text_add(text, STYLE_PLAIN, "\"");
	} else if (hex) {
		text_add(text, STYLE_FAINT, "  hex ");
		text_add_foreign(text, STYLE_PLAIN, hex, hex_length, end - room);
	}
	if (is_cut && text->column + 3 <= end)
		text_add(text, STYLE_FAINT, text_choose(text, "…", "..."));
}

static void describe_transfer(struct text *text, const struct record_call *call, size_t end)
{
	char bytes[QUANTITY_SIZE];
	/* Bytes that MSG_PEEK saw stay in the buffer: they are returned and not moved. */
	bool is_peek = call->bytes == 0 && call->result > 0 && !call->messages;

	quantity_bytes(bytes, is_peek ? call->result : call->bytes);
	text_addf(text, STYLE_PLAIN, "%7s", bytes);
	if (call->messages)
		text_addf(text, STYLE_PLAIN, "  in %zu %s", value_count(call->messages),
			value_count(call->messages) == 1 ? "message" : "messages");
	if (is_peek)
		text_add(text, STYLE_FAINT, " peeked");
	describe_data(text, call, end);
	if (call->is_end_of_stream)
		text_add(text, STYLE_FAINT, "  nothing more: end of stream");
	else if (call->effect == EFFECT_RECEIVE && call->result == 0 && !call->messages)
		text_add(text, STYLE_FAINT, "  an empty datagram");
	text_add(text, STYLE_PLAIN, "  ");
	describe_arguments(text, call, end);
}

static bool is_ready(const struct value *wait)
{
	return value_count(value_member(wait, "ready")) > 0;
}

static void describe_wait(struct text *text, const struct value *wait, size_t end)
{
	int64_t fd;

	if (!value_integer(value_member(wait, "fd"), &fd))
		return;
	text_addf(text, STYLE_PLAIN, "fd %" PRId64 " ", fd);
	describe_elements(text, value_member(wait, "events"), end);
	if (!is_ready(wait))
		return;
	text_add(text, STYLE_PLAIN, text_choose(text, " → ", " -> "));
	describe_elements(text, value_member(wait, "ready"), end);
}

#define FEW_WAITS 3

/* Those that are ready, or those that are not. */
static void list_waits(struct text *text, const struct record_call *call, bool wants_ready,
	size_t *shown, size_t end)
{
	for (size_t i = 0; i < value_count(call->waits) && *shown < FEW_WAITS; i++) {
		const struct value *wait = value_element(call->waits, i);
		if (is_ready(wait) != wants_ready || text->column + 16 > end)
			continue;
		if ((*shown)++ > 0)
			text_add(text, STYLE_PLAIN, ", ");
		describe_wait(text, wait, end);
	}
}

/* Those that are ready first; of many descriptors only these, and how many there were. */
static void describe_waits(struct text *text, const struct record_call *call, size_t end)
{
	size_t count = value_count(call->waits), shown = 0;

	end = end > 10 ? end - 10 : end; /* ", 99 more" */
	list_waits(text, call, true, &shown, end);
	if (count <= FEW_WAITS)
		list_waits(text, call, false, &shown, end);
	if (count > shown)
		text_addf(text, STYLE_FAINT, "%s%zu %s", shown > 0 ? ", " : "", count - shown,
			shown > 0 ? "more" : "descriptors");
	if (call->result == 0 && !call->error)
		text_add(text, STYLE_FAINT, "  none ready");
}

static void describe_new(struct text *text, const struct record_call *call, size_t end)
{
	for (size_t i = 0; i < call->new_count && text->column + 8 < end; i++)
		text_addf(text, STYLE_PLAIN, "%s fd %" PRId64,
			i == 0 ? text_choose(text, "→", "->") : ",", call->new_descriptors[i].fd);
}

void describe_call(struct text *text, const struct record_call *call, size_t end)
{
	size_t start = text->column;

	if (effect_transfers(call->effect) && !call->error && call->bytes != RECORD_ABSENT)
		describe_transfer(text, call, end);
	else if (call->effect == EFFECT_WAIT)
		describe_waits(text, call, end);
	else
		describe_arguments(text, call, end);
	if (call->new_count > 0) {
		space(text, start);
		describe_new(text, call, end);
	}
	if (call->error) {
		text_add(text, STYLE_PLAIN, "  ");
		text_add_foreign(text, error_is_pending(call->error) ? STYLE_FAINT : STYLE_ERROR,
			call->error, strlen(call->error), end);
	}
	if (call->is_unfinished)
		text_add(text, STYLE_ERROR, "  never returned");
	if (call->interrupted != RECORD_ABSENT)
		text_addf(text, STYLE_FAINT, "  restarted after a signal, %" PRId64 " x",
			call->interrupted);
}
