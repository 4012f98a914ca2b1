/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_search.h"
#include "viewer/relate/complete.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/details.h"

size_t hint_call_count(const struct hint_search *search, const struct socket *socket)
{
	return socket_calls_count(search->calls, socket);
}

uint32_t hint_call_on(const struct hint_search *search, const struct socket *socket, size_t at)
{
	return socket_calls_at(search->calls, socket, at);
}

const struct call *hint_maker(const struct hint_search *search, const struct socket *socket)
{
	const struct descriptor *first = socket->holder;
	const struct call *call = first ? descriptor_maker(search->trace, first) : NULL;

	return call && effect_makes_socket(call->effect) ? call : NULL;
}

const struct links *hint_links(const struct hint_search *search)
{
	return trace_links(search->trace);
}

const struct call *hint_call(const struct hint_search *search, uint32_t index)
{
	return &search->trace->calls[index];
}

struct hint hint_begin(const struct hint_search *search, uint32_t index)
{
	if (index >= search->trace->call_count)
		return (struct hint){.rule = search->rule};
	const struct call *call = hint_call(search, index);
	return (struct hint){.rule = search->rule,
		.process = call->process,
		.descriptor = call->descriptor,
		.time_ns = call->time_ns,
		.times = 1,
		.calls = {index},
		.call_count = 1};
}

void hint_show(struct hint *hint, uint32_t index)
{
	if (hint->call_count > 0 && hint->call_count < HINT_CALLS)
		hint->calls[hint->call_count++] = index;
}

void hint_add(struct hint_search *search, struct hint hint, const char *format, ...)
{
	struct hints *hints = search->hints;
	char words[512];
	va_list arguments;

	if (hint.call_count == 0)
		return;
	for (size_t i = 0; i < hint.call_count; i++)
		if (!selection_has_call(search->selection, hint.calls[i]))
			return;
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	hint.seen = xstrdup(words);
	hints->list = array_grow(hints->list, hints->count, &hints->capacity, sizeof(*hints->list));
	hints->list[hints->count++] = hint;
}

size_t hint_place(const struct descriptor *descriptor, uint32_t index)
{
	size_t low = 0, high = descriptor->calls.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (descriptor->calls.list[middle] < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool hint_is_open_at_exit(const struct descriptor *descriptor)
{
	return descriptor->ended_by && descriptor->ended_by->reason &&
	       strcmp(descriptor->ended_by->reason, "exit") == 0;
}

uint32_t hint_close(const struct hint_search *search, const struct descriptor *descriptor)
{
	if (descriptor->ended_by)
		return NO_CALL;
	for (size_t i = descriptor->calls.count; i-- > 0;) {
		const struct call *call = descriptor_call(search->trace, descriptor, i);
		if (call->effect == EFFECT_CLOSE && call->descriptor == descriptor &&
			!call_is(call, CALL_UNFINISHED))
			return descriptor->calls.list[i];
	}
	return NO_CALL;
}

bool hint_has_failed(const struct hint_search *search, const struct call *call, const char *error)
{
	return call->error && strcmp(trace_word(search->trace, call->error), error) == 0;
}

bool hint_has_connected(const struct hint_search *search, const struct call *call)
{
	return call->effect == EFFECT_CONNECT && !call_is(call, CALL_UNFINISHED) &&
	       (!call->error || hint_has_failed(search, call, "EISCONN"));
}

bool hint_shows_connection(const struct hint_search *search, const struct call *call)
{
	return hint_has_connected(search, call) ||
	       (effect_transfers(call->effect) && hint_has_moved(call, call->effect));
}

bool hint_is_tcp(const struct hint_search *search, const struct socket *socket)
{
	const char *family = trace_word(search->trace, socket->family);

	return strcmp(trace_word(search->trace, socket->type), "SOCK_STREAM") == 0 &&
	       (strcmp(family, "AF_INET") == 0 || strcmp(family, "AF_INET6") == 0);
}

/* A program that sets more options may have set any. */
#define OPTIONS_LOOKED_AT 100

static bool is_one_of(
	const struct hint_search *search, const struct call *call, const char *const *options)
{
	const struct record_call *details = call_details(search->trace, call);
	const char *name = value_text(value_member(details->args, "option"), NULL);

	for (; name && *options; options++)
		if (strcmp(name, *options) == 0)
			return true;
	return false;
}

bool hint_has_set(const struct hint_search *search, const struct socket *socket, uint32_t before,
	const char *const *options)
{
	size_t looked_at = 0;

	for (size_t i = 0; i < hint_call_count(search, socket); i++) {
		uint32_t index = hint_call_on(search, socket, i);
		const struct call *call = hint_call(search, index);
		if (index >= before)
			return false;
		if (call->effect == EFFECT_OPTION && !call->error &&
			(++looked_at > OPTIONS_LOOKED_AT || is_one_of(search, call, options)))
			return true;
	}
	return false;
}

bool hint_has_moved(const struct call *call, enum effect effect)
{
	return call->bytes > 0 && call_has_moved(call, effect);
}

static char *next_text(struct hint_words *words)
{
	return words->texts[words->next++ % (sizeof(words->texts) / sizeof(words->texts[0]))];
}

const char *hint_time(const struct hint_search *search, int64_t time_ns)
{
	char *text = next_text(search->words);

	quantity_time(text, time_ns, search->is_ascii);
	return text;
}

const char *hint_bytes(const struct hint_search *search, int64_t bytes)
{
	char *text = next_text(search->words);

	quantity_bytes(text, bytes);
	return text;
}
