/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/model/address.h"
#include "viewer/relate/connection.h"
#include "viewer/term/quantity.h"
#include "viewer/term/table.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* What the calls on one socket come to. */
struct sums {
	const struct socket *socket;
	int64_t bytes_in, bytes_out, calls, errors, waited_ns;
	int64_t born_ns, first_ns, last_ns; /* first and last byte; INT64_MIN: none */
};

static void add_transfer(struct sums *sums, const struct call *call)
{
	if (call->bytes <= 0 ||
		!(call_has_moved(call, EFFECT_SEND) || call_has_moved(call, EFFECT_RECEIVE)))
		return;
	quantity_add_up(
		call->effect == EFFECT_SEND ? &sums->bytes_out : &sums->bytes_in, call->bytes);
	if (sums->first_ns == INT64_MIN)
		sums->first_ns = call_end_ns(call);
	sums->last_ns = call_end_ns(call);
}

static void add_call(struct sums *sums, const struct call *call)
{
	sums->calls++;
	sums->errors += call_is(call, CALL_FAILED);
	quantity_add_up(&sums->waited_ns, call->duration_ns);
	add_transfer(sums, call);
}

static struct sums *sum_up(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct sums *all = xcalloc(trace->socket_count + 1, sizeof(*all));

	for (size_t i = 0; i < trace->socket_count; i++)
		all[i] = (struct sums){.socket = trace->sockets[i],
			.born_ns = INT64_MAX,
			.first_ns = INT64_MIN,
			.last_ns = INT64_MIN};
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		struct sums *sums = &all[descriptor->socket->number];
		if (descriptor->born_ns < sums->born_ns)
			sums->born_ns = descriptor->born_ns;
	}
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->descriptor && selection_has_call(selection, i))
			add_call(&all[call->descriptor->socket->number], call);
	}
	return all;
}

static void add_time(struct table *table, const struct text *text, bool is_known, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns, text->is_ascii);
	table_add(table, STYLE_PLAIN, is_known ? words : "-");
}

static void add_bytes(struct table *table, int64_t bytes)
{
	char words[QUANTITY_SIZE];

	quantity_bytes(words, bytes);
	table_add(table, STYLE_PLAIN, words);
}

static void add_rate(struct table *table, const struct sums *sums)
{
	char words[QUANTITY_SIZE];
	double bytes = (double)sums->bytes_in + (double)sums->bytes_out;
	double seconds = ((double)sums->last_ns - (double)sums->first_ns) / 1e9;

	if (sums->first_ns == INT64_MIN || seconds <= 0 || bytes / seconds > 1e18) {
		table_add(table, STYLE_PLAIN, "-");
		return;
	}
	quantity_bytes(words, (int64_t)(bytes / seconds));
	table_addf(table, STYLE_PLAIN, "%s/s", words);
}

static void add_row(struct table *table, const struct text *text, const struct trace *trace,
	const struct sums *sums)
{
	char address[ADDRESS_SIZE];

	table_addf(table, STYLE_PLAIN, "%" PRId64, sums->socket->id);
	table_add(table, STYLE_TITLE, name_kind(trace, sums->socket));
	address_text(address, sums->socket->local);
	table_add(table, STYLE_PLAIN, *address ? address : "-");
	address_text(address, sums->socket->peer);
	table_add(table, STYLE_PLAIN, *address ? address : "-");
	table_add(table, connection_never_stood(sums->socket) ? STYLE_ERROR : STYLE_PLAIN,
		name_state_of(sums->socket));
	table_addf(table, STYLE_PLAIN, "%" PRId64, sums->calls);
	add_bytes(table, sums->bytes_in);
	add_bytes(table, sums->bytes_out);
	add_rate(table, sums);
	add_time(table, text, sums->first_ns != INT64_MIN,
		sums->first_ns != INT64_MIN ? sums->first_ns - sums->born_ns : 0);
	add_time(table, text, true, sums->waited_ns);
	table_addf(table, sums->errors ? STYLE_ERROR : STYLE_FAINT, "%" PRId64, sums->errors);
}

static void draw_sockets(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;
	static const char *const titles[] = {"socket", "kind", "local", "peer", "state", "calls",
		"in", "out", "rate", "first byte", "in calls", "errors"};
	struct sums *all = sum_up(selection);
	struct table *table = table_new(options->is_full ? "rlttlrrrrrrr" : "rlttlrrrooor");
	struct rank rank = {0};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_add(table, STYLE_FAINT, titles[i]);
	for (size_t i = 0; i < trace->socket_count; i++)
		if (all[i].calls > 0 || selection->left_out == 0)
			rank_add(&rank, (uint32_t)i, all[i].bytes_in, all[i].bytes_out,
				all[i].waited_ns, all[i].calls);
	rank_choose(&rank, options->sort, options->is_full ? SIZE_MAX : options->top);
	for (size_t i = 0; i < rank.chosen; i++)
		add_row(table, text, trace, &all[rank.list[i].number]);
	text_add(text, STYLE_TITLE, "Sockets");
	text_end_line(text);
	table_draw(text, table);
	rank_say_rest(text, &rank, "sockets");
	rank_free(&rank);
	table_free(table);
	free(all);
}

/* The durations of all calls of one name, and how they failed. */
struct durations {
	int64_t *list; /* into one array for all */
	size_t count, errors;
	double total;
};

static int by_length(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static struct durations *collect(const struct selection *selection, int64_t *room)
{
	const struct trace *trace = selection->trace;
	struct durations *names = xcalloc(trace->strings.count + 1, sizeof(*names));

	for (uint32_t i = 0; i < trace->call_count; i++)
		names[trace->calls[i].name].count += selection_has_call(selection, i);
	for (size_t i = 0; i < trace->strings.count; i++) {
		names[i].list = room;
		room += names[i].count;
		names[i].count = 0;
	}
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		struct durations *name = &names[call->name];
		if (!selection_has_call(selection, i))
			continue;
		name->list[name->count++] = call->duration_ns;
		name->total += (double)call->duration_ns;
		name->errors += call->error != 0;
	}
	for (size_t i = 0; i < trace->strings.count; i++)
		if (names[i].count > 0)
			qsort(names[i].list, names[i].count, sizeof(int64_t), by_length);
	return names;
}

/* "EAGAIN 12, ECONNRESET 1", the most frequent first, of one call's name. */
static void list_errors(char *words, size_t size, const struct selection *selection, uint32_t name)
{
	const struct trace *trace = selection->trace;
	size_t *counts = xcalloc(trace->strings.count + 1, sizeof(*counts)), length = 0;

	words[0] = '\0';
	for (uint32_t i = 0; i < trace->call_count; i++)
		if (trace->calls[i].name == name && selection_has_call(selection, i))
			counts[trace->calls[i].error]++;
	counts[0] = 0;
	for (size_t most; length + 40 < size;) {
		most = 0;
		for (size_t i = 1; i < trace->strings.count; i++)
			if (counts[i] > counts[most])
				most = i;
		if (most == 0)
			break;
		length += (size_t)snprintf(words + length, size - length, "%s%.24s %zu",
			length ? ", " : "", trace_word(trace, (uint32_t)most), counts[most]);
		counts[most] = 0;
	}
	free(counts);
}

static void add_name(struct table *table, const struct text *text,
	const struct selection *selection, const struct durations *name, uint32_t word)
{
	char errors[400] = "";
	size_t count = name->count;

	table_add(table, STYLE_TITLE, trace_word(selection->trace, word));
	table_addf(table, STYLE_PLAIN, "%zu", count);
	add_time(table, text, true, name->total < 9e18 ? (int64_t)name->total : INT64_MAX);
	add_time(table, text, true, name->list[count / 2]);
	add_time(table, text, true, name->list[count - 1 - count / 100]);
	add_time(table, text, true, name->list[count - 1]);
	if (name->errors)
		list_errors(errors, sizeof(errors), selection, word);
	table_add(table, STYLE_ERROR, errors);
}

static void draw_names(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;
	static const char *const titles[] = {
		"call", "count", "total", "p50", "p99", "max", "errors"};
	int64_t *room = xcalloc(selection->call_count + 1, sizeof(*room));
	struct durations *names = collect(selection, room);
	struct table *table = table_new("lrrrrrl");
	struct rank rank = {0};

	(void)options;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_add(table, STYLE_FAINT, titles[i]);
	for (uint32_t i = 0; i < trace->strings.count; i++)
		if (names[i].count > 0)
			rank_add(&rank, i, 0, 0, (int64_t)names[i].total, (int64_t)names[i].count);
	rank_choose(&rank, SORT_TIME, SIZE_MAX);
	for (size_t i = 0; i < rank.chosen; i++)
		add_name(table, text, selection, &names[rank.list[i].number], rank.list[i].number);
	text_add(text, STYLE_TITLE, "Calls");
	text_end_line(text);
	table_draw(text, table);
	rank_free(&rank);
	table_free(table);
	free(names);
	free(room);
}

void view_summary(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	header_draw(text, selection);
	text_end_line(text);
	if (header_is_empty(selection)) {
		header_draw_nothing(text, selection);
		return;
	}
	draw_sockets(text, selection, options);
	text_end_line(text);
	draw_names(text, selection, options);
}

void view_summary_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	(void)output;
	(void)selection;
	(void)options;
}
