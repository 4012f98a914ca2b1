/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_search.h"
#include "viewer/relate/complete.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/model/details.h"
#include "viewer/term/dictionary.h"
#include "viewer/wording/names.h"

static enum hint_failure failure_of(const struct call *call, const uint32_t errors[3])
{
	return call->error == errors[0]   ? HINT_BROKEN_PIPE
	       : call->error == errors[1] ? HINT_RESET
	       : call->error == errors[2] ? HINT_IN_PROGRESS
					  : HINT_OTHER_FAILURE;
}

struct hint_facts *hint_facts_new(const struct trace *trace)
{
	struct hint_facts *all = xcalloc(trace->socket_count + 1, sizeof(*all));
	const uint32_t errors[] = {string_table_find(&trace->strings, "EPIPE"),
		string_table_find(&trace->strings, "ECONNRESET"),
		string_table_find(&trace->strings, "EINPROGRESS")};

	for (size_t i = 0; i < trace->socket_count; i++)
		all[i].last_ns = INT64_MIN;
	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		struct hint_facts *facts =
			call->descriptor ? &all[call->descriptor->socket->number] : NULL;
		if (!facts)
			continue;
		int64_t end_ns = call_end_ns(call);
		int64_t since_ns = facts->last_ns == INT64_MIN ? call->time_ns : facts->last_ns;
		int64_t half_ns = end_ns / 2 - since_ns / 2;
		if (half_ns > facts->longest_ns / 2)
			facts->longest_ns = half_ns < INT64_MAX / 2 ? half_ns * 2 : INT64_MAX;
		if (facts->last_ns == INT64_MIN)
			facts->tid = call->tid;
		facts->has_threads |= facts->tid != call->tid;
		facts->last_ns = end_ns;
		facts->has_receives |= call->effect == EFFECT_RECEIVE;
		if (call->error)
			facts->failures |= failure_of(call, errors);
		else if (call->bytes == 1 && facts->single_bytes < UINT8_MAX)
			facts->single_bytes++;
	}
	return all;
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

/* Its trace has all accepts on the listening socket, also those of other processes, until it ended,
 * and no other one has the port. */
static bool has_all_accepts(const struct hint_search *search, const struct socket *listener)
{
	static const char *const options[] = {"SO_REUSEPORT", NULL};
	const struct part *part = &search->trace->parts[listener->part];

	return listener->direction == DIRECTION_LISTENING && !listener->found && part->end &&
	       part->header && !part->header->has_no_children &&
	       !trace_leaves_out(search->trace, listener, EFFECT_ACCEPT) &&
	       !hint_has_set(search, listener, NO_CALL, options);
}

/* The connection was in the queue of a listening socket. Clocks of several traces are not compared.
 */
static bool was_queued(
	const struct hint_search *search, const struct socket *socket, int64_t until_ns)
{
	const struct links *links = hint_links(search);
	uint32_t connect = socket->connection && socket->connection->opener == socket
				   ? socket->connection->asked_by
				   : NO_CALL;

	for (size_t i = connect == NO_CALL ? links->count : links_from(links, connect);
		i < links->count && links->list[i].from == connect; i++) {
		const struct link *link = &links->list[i];
		if (link->kind != LINK_CONNECT)
			continue;
		if (link->to != NO_CALL)
			return hint_call(search, link->to)->process->part == socket->part &&
			       call_end_ns(hint_call(search, link->to)) > until_ns;
		return link->peer && link->peer->part == socket->part &&
		       has_all_accepts(search, link->peer);
	}
	return false;
}

void hint_say_peer(const struct hint_search *search, const struct socket *socket, int64_t until_ns,
	char *words, size_t size)
{
	const struct socket *peer = socket->other_end;
	int64_t received = 0;

	words[0] = '\0';
	if (was_queued(search, socket, until_ns)) {
		snprintf(words, size, "%s",
			hint_term(search, "; nobody had accepted the connection until then"));
		return;
	}
	if (!peer || !peer->held_by)
		return;
	for (size_t i = 0; i < hint_call_count(search, peer); i++) {
		const struct call *call = hint_call(search, hint_call_on(search, peer, i));
		if (hint_has_moved(call, EFFECT_RECEIVE))
			quantity_add_up(&received, call->bytes);
	}
	snprintf(words, size, hint_term(search, "; its peer, %.60s, has read %s"),
		name_program(peer->held_by), hint_bytes(search, received));
}

struct hint hint_begin(const struct hint_search *search, uint32_t index)
{
	if (index >= search->trace->call_count)
		return (struct hint){.rule = search->rule};
	const struct call *call = hint_call(search, index);
	return (struct hint){.rule = search->rule,
		.process = call->process,
		.descriptor = call->descriptor,
		.shown_by = index,
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

bool hint_is_said(const struct hint_search *search, const struct socket *socket,
	const struct process *process)
{
	uint64_t spoke = 0;

	if (socket)
		spoke |= search->spoke_of_socket[socket->number];
	if (process)
		spoke |= search->spoke_of_process[process->number];
	return spoke & search->before;
}

void hint_speaks_of(struct hint_search *search, const struct socket *socket)
{
	search->spoke_of_socket[socket->number] |= search->bit;
	if (socket->other_end)
		search->spoke_of_socket[socket->other_end->number] |= search->bit;
}

static void sort_calls(const struct hint_search *search, struct hint *hint)
{
	for (size_t i = 1; i < hint->call_count; i++) {
		uint32_t index = hint->calls[i];
		size_t at = i;
		for (; at > 0 && hint_call(search, hint->calls[at - 1])->time_ns >
					 hint_call(search, index)->time_ns;
			at--)
			hint->calls[at] = hint->calls[at - 1];
		hint->calls[at] = index;
	}
}

void hint_add(struct hint_search *search, struct hint hint, const char *format, ...)
{
	struct hints *hints = search->hints;
	char words[512];
	va_list arguments;

	if (hint.call_count == 0 ||
		hint_is_said(
			search, hint.descriptor ? hint.descriptor->socket : NULL, hint.process))
		return;
	if (hint.descriptor)
		hint_speaks_of(search, hint.descriptor->socket);
	else
		search->spoke_of_process[hint.process->number] |= search->bit;
	for (size_t i = 0; i < hint.call_count; i++)
		if (!selection_has_call(search->selection, hint.calls[i]))
			return;
	sort_calls(search, &hint);
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), dictionary_words(search->language, format), arguments);
	va_end(arguments);
	hint.seen = xstrdup(words);
	hints->list = array_grow(hints->list, hints->count, &hints->capacity, sizeof(*hints->list));
	hints->list[hints->count++] = hint;
}

const char *hint_term(const struct hint_search *search, const char *words)
{
	return dictionary_words(search->language, words);
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
	return descriptor->ended_by && strcmp(descriptor->ended_by, "exit") == 0;
}

bool hint_is_work(const struct call *call)
{
	switch ((enum effect)call->effect) {
	case EFFECT_OPTION:
	case EFFECT_QUERY:
	case EFFECT_CONTROL:
	case EFFECT_SHUTDOWN:
	case EFFECT_CLOSE:
		return false;
	default:
		return true;
	}
}

uint32_t *hint_last_works_new(const struct trace *trace)
{
	uint32_t *works = xcalloc(trace->process_count + 1, sizeof(*works));

	for (size_t i = 0; i < trace->process_count; i++)
		works[i] = NO_CALL;
	for (size_t i = trace->call_count, left = trace->process_count; i-- > 0 && left > 0;) {
		uint32_t *last = &works[trace->calls[i].process->number];
		if (*last == NO_CALL && hint_is_work(&trace->calls[i])) {
			*last = (uint32_t)i;
			left--;
		}
	}
	return works;
}

bool hint_is_epoll_control(const struct hint_search *search, const struct call *call)
{
	return call->effect == EFFECT_CONTROL && !call->error &&
	       strcmp(trace_word(search->trace, call->name), "epoll_ctl") == 0;
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

bool hint_has_all_bytes(const struct hint_search *search, const struct socket *socket)
{
	return !socket->found && !trace_leaves_out(search->trace, socket, EFFECT_SEND) &&
	       !trace_leaves_out(search->trace, socket, EFFECT_RECEIVE);
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

const char *hint_host(const struct value *address)
{
	static const char mapped[] = "::ffff:";
	const char *family = value_text(value_member(address, "family"), NULL);
	const char *host = value_text(value_member(address, "address"), NULL);

	if (!family || strncmp(family, "AF_INET", strlen("AF_INET")) != 0 || !host)
		return "";
	if (strncmp(host, mapped, sizeof(mapped) - 1) == 0 && strchr(host, '.'))
		host += sizeof(mapped) - 1;
	return host;
}

bool hint_may_take(const struct hint_search *search, const struct socket *socket, const char *at,
	const char *host)
{
	static const char *const options[] = {"IPV6_V6ONLY", NULL};
	bool is_six = strchr(host, ':') != NULL;
	size_t calls = hint_call_count(search, socket);
	uint32_t bound = calls > OPTIONS_LOOKED_AT ? hint_call_on(search, socket, OPTIONS_LOOKED_AT)
						   : NO_CALL;

	if (strcmp(at, "0.0.0.0") == 0)
		return !is_six;
	if (strcmp(at, "::") == 0) /* the option is set before the bind: ipv6(7) */
		return is_six || !hint_has_set(search, socket, bound, options);
	return at[0] == '\0' || strcmp(at, host) == 0;
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
