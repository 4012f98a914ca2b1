/* SPDX-License-Identifier: MIT */
#include "viewer/views/socket_table.h"

#include <string.h>

#include "viewer/model/details.h"
#include "viewer/relate/socket_state.h"
#include "viewer/term/quantity.h"
#include "viewer/views/data_table.h"
#include "viewer/views/tell.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

#define ROOM_FOR_SINCE 110

struct socket_row {
	const struct trace *trace;
	const struct socket *socket;
	const struct life_event *event;
	struct socket_state state; /* after it */
	int64_t time_ns, since_ns; /* of the row, and since the one above */
	bool has_row, is_first;
};

static void fill_time(struct datum *datum, const void *row)
{
	datum->style = STYLE_FAINT;
	datum_number(datum, DATUM_TIME, ((const struct socket_row *)row)->event->time_ns);
}

static void fill_since(struct datum *datum, const void *row)
{
	const struct socket_row *at = row;

	datum->style = STYLE_FAINT;
	if (!at->is_first)
		datum_number(datum, DATUM_SINCE, at->since_ns);
}

static void fill_fd(struct datum *datum, const void *row)
{
	datum->style = STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, ((const struct socket_row *)row)->event->descriptor->fd);
}

static void fill_pid(struct datum *datum, const void *row)
{
	const struct descriptor *descriptor = ((const struct socket_row *)row)->event->descriptor;

	datum_number(datum, DATUM_NUMBER, descriptor->process->pid);
}

static bool is_one_call(const struct life_event *event)
{
	return event->call && (event->kind == LIFE_CALL || event->kind == LIFE_BEGIN);
}

/* "recvfrom", "transfers", "inherited". */
static void fill_name(struct datum *datum, const void *row)
{
	static const char *const words[] = {
		[LIFE_BEGIN] = "inherited",
		[LIFE_TRANSFERS] = "transfers",
		[LIFE_ACCEPTS] = "accepts",
		[LIFE_END] = "closed",
	};
	const struct socket_row *at = row;
	const struct life_event *event = at->event;

	if (event->call)
		datum->style = describe_style((enum effect)event->call->effect);
	datum->kind = DATUM_WORDS;
	if (is_one_call(event))
		name_call(&datum->words, STYLE_PLAIN, trace_word(at->trace, event->call->name), 40);
	else if (event->kind == LIFE_BEGIN && !event->descriptor->given_by)
		datum_term(datum, "found");
	else
		datum_term(datum, words[event->kind]);
}

static void describe_run(struct text *text, const struct life_event *run)
{
	char bytes[QUANTITY_SIZE];

	if (run->kind == LIFE_ACCEPTS && run->count)
		text_addf(text, STYLE_PLAIN, "%zu connection%s", run->count,
			run->count == 1 ? "" : "s");
	if (run->sends) {
		quantity_bytes(bytes, run->bytes_out);
		text_addf(text, STYLE_PLAIN, "out %s in %zu", bytes, run->sends);
	}
	if (run->kind == LIFE_TRANSFERS && run->count) {
		quantity_bytes(bytes, run->bytes_in);
		if (run->sends)
			text_add_separator(text, STYLE_PLAIN, ',');
		text_addf(text, STYLE_PLAIN, "in %s in %zu", bytes, run->count);
	}
	if (run->blocked) {
		if (run->sends + run->count)
			text_add_separator(text, STYLE_PLAIN, ',');
		text_addf(text, STYLE_PLAIN, "%zu EAGAIN", run->blocked);
	}
}

/* Addresses stand in columns of their own. */
static bool is_told_by_address(const struct call *call)
{
	return !call->error && (call->effect == EFFECT_BIND || call->effect == EFFECT_CONNECT);
}

static void fill_words(struct datum *datum, const void *row)
{
	const struct socket_row *at = row;
	const struct life_event *event = at->event;
	struct text *text = &datum->words;
	const char *reason = NULL;

	datum->kind = DATUM_WORDS;
	bool is_run = event->kind == LIFE_TRANSFERS || event->kind == LIFE_ACCEPTS;
	datum->style = !is_run && event->call && event->call->error ? STYLE_ERROR : STYLE_PLAIN;
	if (is_run)
		describe_run(text, event);
	else if (event->kind == LIFE_END)
		reason = event->descriptor->ended_by;
	else if (event->kind == LIFE_BEGIN && !event->call)
		reason = event->descriptor->given_by;
	else if (event->call && !is_told_by_address(event->call))
		describe_call(text, call_details(at->trace, event->call), 60);
	if (reason && *reason) {
		text_add(text, STYLE_PLAIN, "at ");
		text_add_foreign(text, STYLE_PLAIN, reason, strlen(reason), 40);
	}
}

static void fill_local(struct datum *datum, const void *row)
{
	datum_words(datum, ((const struct socket_row *)row)->state.local);
}

static void fill_peer(struct datum *datum, const void *row)
{
	datum_words(datum, ((const struct socket_row *)row)->state.peer);
}

static void fill_state(struct datum *datum, const void *row)
{
	const struct socket_row *at = row;

	datum->style = STYLE_TITLE;
	datum_term(datum, name_state(at->socket, at->state.state));
}

static void fill_open(struct datum *datum, const void *row)
{
	datum->style = STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, (int64_t)((const struct socket_row *)row)->event->open);
}

/* The number of the call, or what a run of them moved. */
static void tell_calls(struct json_output *output, const char *key, const void *row)
{
	const struct socket_row *at = row;
	const struct life_event *event = at->event;
	struct json_writer *writer = &output->writer;

	if (is_one_call(event)) {
		tell_call_number(
			writer, key, at->trace, (uint32_t)(event->call - at->trace->calls));
	} else if (event->kind == LIFE_ACCEPTS) {
		json_number(writer, "accepts", (int64_t)event->count);
		json_number(writer, "would_block", (int64_t)event->blocked);
	} else if (event->kind == LIFE_TRANSFERS) {
		json_number(writer, "sends", (int64_t)event->sends);
		json_number(writer, "bytes_out", event->bytes_out);
		json_number(writer, "receives", (int64_t)event->count);
		json_number(writer, "bytes_in", event->bytes_in);
		json_number(writer, "would_block", (int64_t)event->blocked);
	}
}

static const struct data_column columns[] = {
	{"time_ns", "time", 'r', .fill = fill_time},
	{"since_ns", "since", 'r', .is_since = true, .fill = fill_since},
	{"pid", NULL, 0, .fill = fill_pid},
	{"fd", "fd", 'r', .fill = fill_fd},
	{"what", "what", 'l', .fill = fill_name},
	{"call", NULL, 0, .tell = tell_calls},
	{"words", "", 'l', .fill = fill_words},
	{"local", "local", 'T', .is_once = true, .fill = fill_local},
	{"peer", "peer", 't', .is_once = true, .fill = fill_peer},
	{"state", "state", 'l', .is_once = true, .fill = fill_state},
	{"open", "open", 'o', .fill = fill_open},
	{NULL},
};

/* What the socket is after each event; false after the last one that was asked for. */
static bool next_row(struct socket_row *row, const struct life *life, size_t *at)
{
	while (*at < life->count) {
		row->event = &life->list[*at];
		socket_state_learn(&row->state, row->event, ++*at == life->count);
		if (row->event->is_left_out)
			continue;
		row->is_first = !row->has_row;
		row->has_row = true;
		row->since_ns = row->event->time_ns - row->time_ns;
		row->time_ns = row->event->time_ns;
		return true;
	}
	return false;
}

void socket_table_draw(struct text *text, const struct instants *instants,
	const struct trace *trace, const struct socket *socket, const struct life *life)
{
	struct socket_row row = {.trace = trace,
		.socket = socket,
		.state = {.trace = trace, .is_narrow = text->width < 100}};
	struct instants times = *instants;
	struct data_table table;
	size_t at = 0;

	/* Words are worth more than the difference of two times. */
	if (text->width < ROOM_FOR_SINCE)
		times.since_columns = 0;
	data_table_begin(&table, columns, text, &times, false);
	while (next_row(&row, life, &at))
		data_table_row(&table, &row);
	data_table_end(&table, text);
}

void socket_table_tell(struct json_output *output, const struct trace *trace,
	const struct socket *socket, const struct life *life)
{
	struct socket_row row = {.trace = trace, .socket = socket, .state = {.trace = trace}};
	size_t at = 0;

	while (next_row(&row, life, &at) && !output->text->is_unwanted)
		data_table_tell(output, columns, &row);
}
