/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/relate/connection.h"
#include "viewer/term/quantity.h"
#include "viewer/views/data_table.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* What the calls on one socket come to. */
struct sums {
	const struct trace *trace;
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
		all[i] = (struct sums){.trace = trace,
			.socket = trace->sockets[i],
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

static void fill_socket(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_NUMBER, ((const struct sums *)row)->socket->id);
}

static void fill_kind(struct datum *datum, const void *row)
{
	const struct sums *sums = row;

	datum->style = STYLE_TITLE;
	datum_words(datum, name_kind(sums->trace, sums->socket));
}

static void fill_local(struct datum *datum, const void *row)
{
	datum_address(datum, ((const struct sums *)row)->socket->local);
}

static void fill_peer(struct datum *datum, const void *row)
{
	datum_address(datum, ((const struct sums *)row)->socket->peer);
}

static void fill_state(struct datum *datum, const void *row)
{
	const struct socket *socket = ((const struct sums *)row)->socket;

	datum->style = connection_never_stood(socket) ? STYLE_ERROR : STYLE_PLAIN;
	datum_words(datum, name_state_of(socket));
}

static void fill_calls(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_NUMBER, ((const struct sums *)row)->calls);
}

static void fill_in(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_BYTES, ((const struct sums *)row)->bytes_in);
}

static void fill_out(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_BYTES, ((const struct sums *)row)->bytes_out);
}

static void fill_rate(struct datum *datum, const void *row)
{
	const struct sums *sums = row;
	double bytes = (double)sums->bytes_in + (double)sums->bytes_out;
	double seconds = ((double)sums->last_ns - (double)sums->first_ns) / 1e9;

	if (sums->first_ns != INT64_MIN && seconds > 0 && bytes / seconds <= 1e18)
		datum_number(datum, DATUM_RATE, (int64_t)(bytes / seconds));
}

static void fill_first_byte(struct datum *datum, const void *row)
{
	const struct sums *sums = row;

	if (sums->first_ns != INT64_MIN)
		datum_number(datum, DATUM_DURATION, sums->first_ns - sums->born_ns);
}

static void fill_in_calls(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_DURATION, ((const struct sums *)row)->waited_ns);
}

static void fill_errors(struct datum *datum, const void *row)
{
	const struct sums *sums = row;

	datum->style = sums->errors ? STYLE_ERROR : STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, sums->errors);
}

static void tell_part(struct json_output *output, const char *key, const void *row)
{
	const struct sums *sums = row;

	tell_trace_of(&output->writer, key, sums->trace, sums->socket->part);
}

static const struct data_column of_sockets[] = {
	{"trace", NULL, 0, .tell = tell_part},
	{"socket", "socket", 'r', .fill = fill_socket},
	{"kind", "kind", 'l', .fill = fill_kind},
	{"local", "local", 't', .fill = fill_local},
	{"peer", "peer", 't', .fill = fill_peer},
	{"state", "state", 'l', .fill = fill_state},
	{"calls", "calls", 'r', .fill = fill_calls},
	{"bytes_in", "in", 'r', .fill = fill_in},
	{"bytes_out", "out", 'r', .fill = fill_out},
	{"bytes_per_second", "rate", 'o', .fill = fill_rate},
	{"first_byte_ns", "first byte", 'o', .fill = fill_first_byte},
	{"in_calls_ns", "in calls", 'o', .fill = fill_in_calls},
	{"errors", "errors", 'r', .fill = fill_errors},
	{NULL},
};

static void choose_sockets(struct rank *rank, const struct sums *all,
	const struct selection *selection, const struct view_options *options)
{
	for (uint32_t i = 0; i < selection->trace->socket_count; i++)
		if (all[i].calls > 0 || selection->left_out == 0)
			rank_add(rank, i, all[i].bytes_in, all[i].bytes_out, all[i].waited_ns,
				all[i].calls);
	rank_choose(rank, options->sort, view_most(options));
}

static void draw_sockets(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct sums *all = sum_up(selection);
	struct rank rank = {0};
	struct data_table table;

	choose_sockets(&rank, all, selection, options);
	data_table_begin(&table, of_sockets, text, selection->trace, options->is_full);
	for (size_t i = 0; i < rank.chosen; i++)
		data_table_row(&table, &all[rank.list[i].number]);
	text_add(text, STYLE_TITLE, "Sockets");
	text_end_line(text);
	data_table_end(&table, text);
	rank_say_rest(text, &rank, "sockets");
	rank_free(&rank);
	free(all);
}

static void tell_sockets(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct sums *all = sum_up(selection);
	struct rank rank = {0};

	choose_sockets(&rank, all, selection, options);
	json_array_begin(&output->writer, "sockets");
	for (size_t i = 0; i < rank.chosen; i++)
		data_table_tell(output, of_sockets, &all[rank.list[i].number]);
	json_array_end(&output->writer);
	json_number(&output->writer, "sockets_left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
	free(all);
}

/* The durations of all calls of one name, and how they failed. */
struct durations {
	int64_t *list;    /* into one array for all */
	uint32_t *errors; /* the same: words, equal ones together */
	size_t count, error_count;
	double total;
};

struct call_names {
	struct durations *list; /* owned, by word */
	int64_t *durations;     /* owned */
	uint32_t *errors;       /* owned */
};

static int by_length(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int by_word(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static void count_calls(struct call_names *names, const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	size_t calls = 0, errors = 0;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (!selection_has_call(selection, i))
			continue;
		names->list[call->name].count++;
		names->list[call->name].error_count += call->error != 0;
	}
	for (size_t i = 0; i < trace->strings.count; i++) {
		calls += names->list[i].count;
		errors += names->list[i].error_count;
	}
	names->durations = xcalloc(calls + 1, sizeof(*names->durations));
	names->errors = xcalloc(errors + 1, sizeof(*names->errors));
	calls = errors = 0;
	for (size_t i = 0; i < trace->strings.count; i++) {
		struct durations *name = &names->list[i];
		name->list = names->durations + calls;
		name->errors = names->errors + errors;
		calls += name->count;
		errors += name->error_count;
		name->count = name->error_count = 0;
	}
}

static struct call_names collect(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct call_names names = {.list = xcalloc(trace->strings.count + 1, sizeof(*names.list))};

	count_calls(&names, selection);
	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		struct durations *name = &names.list[call->name];
		if (!selection_has_call(selection, i))
			continue;
		name->list[name->count++] = call->duration_ns;
		name->total += (double)call->duration_ns;
		if (call->error)
			name->errors[name->error_count++] = call->error;
	}
	for (size_t i = 0; i < trace->strings.count; i++) {
		struct durations *name = &names.list[i];
		if (name->count > 0)
			qsort(name->list, name->count, sizeof(*name->list), by_length);
		if (name->error_count > 0)
			qsort(name->errors, name->error_count, sizeof(*name->errors), by_word);
	}
	return names;
}

static int64_t total_ns(const struct durations *durations)
{
	return durations->total < 9e18 ? (int64_t)durations->total : INT64_MAX;
}

/* A call's name, its durations in order. */
struct name_row {
	const struct selection *selection;
	uint32_t word;
	const struct durations *durations;
};

static void fill_name(struct datum *datum, const void *row)
{
	const struct name_row *name = row;

	datum->style = STYLE_TITLE;
	datum_words(datum, trace_word(name->selection->trace, name->word));
}

static void fill_count(struct datum *datum, const void *row)
{
	datum_number(
		datum, DATUM_NUMBER, (int64_t)((const struct name_row *)row)->durations->count);
}

static void fill_total(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_DURATION, total_ns(((const struct name_row *)row)->durations));
}

static void fill_median(struct datum *datum, const void *row)
{
	const struct durations *durations = ((const struct name_row *)row)->durations;

	datum_number(datum, DATUM_DURATION, durations->list[durations->count / 2]);
}

static void fill_p99(struct datum *datum, const void *row)
{
	const struct durations *durations = ((const struct name_row *)row)->durations;
	size_t count = durations->count;

	datum_number(datum, DATUM_DURATION, durations->list[count - 1 - count / 100]);
}

static void fill_longest(struct datum *datum, const void *row)
{
	const struct durations *durations = ((const struct name_row *)row)->durations;

	datum_number(datum, DATUM_DURATION, durations->list[durations->count - 1]);
}

struct error_count {
	uint32_t error; /* a word */
	size_t count;
};

static int by_count(const void *a, const void *b)
{
	const struct error_count *left = a, *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return (left->error > right->error) - (left->error < right->error);
}

/* The errors of one call's name, the most frequent first; for the caller to free. */
static struct error_count *count_errors(const struct name_row *row, size_t *found)
{
	const struct durations *durations = row->durations;
	struct error_count *counts = xcalloc(durations->error_count + 1, sizeof(*counts));

	*found = 0;
	for (size_t i = 0; i < durations->error_count; i++) {
		if (i == 0 || durations->errors[i] != durations->errors[i - 1])
			counts[(*found)++].error = durations->errors[i];
		counts[*found - 1].count++;
	}
	qsort(counts, *found, sizeof(*counts), by_count);
	return counts;
}

/* "EAGAIN 12, ECONNRESET 1", as far as there is room. */
static void fill_name_errors(struct datum *datum, const void *row)
{
	const struct name_row *name = row;
	size_t found, length = 0;
	struct error_count *counts = count_errors(name, &found);
	char words[400] = "";

	for (size_t i = 0; i < found && length + 40 < sizeof(words); i++)
		length += (size_t)snprintf(words + length, sizeof(words) - length, "%s%.24s %zu",
			length ? ", " : "", trace_word(name->selection->trace, counts[i].error),
			counts[i].count);
	datum->style = STYLE_ERROR;
	datum->kind = DATUM_WORDS;
	text_raw(&datum->words, words, length);
	free(counts);
}

static void tell_name_errors(struct json_output *output, const char *key, const void *row)
{
	const struct name_row *name = row;
	size_t found;
	struct error_count *counts = count_errors(name, &found);

	json_array_begin(&output->writer, key);
	for (size_t i = 0; i < found; i++) {
		json_object_begin(&output->writer, NULL);
		json_text(&output->writer, "error",
			trace_word(name->selection->trace, counts[i].error));
		json_number(&output->writer, "count", (int64_t)counts[i].count);
		json_object_end(&output->writer);
		json_output_some(output);
	}
	json_array_end(&output->writer);
	free(counts);
}

static const struct data_column of_names[] = {
	{"call", "call", 'l', .fill = fill_name},
	{"count", "count", 'r', .fill = fill_count},
	{"total_ns", "total", 'r', .fill = fill_total},
	{"p50_ns", "p50", 'r', .fill = fill_median},
	{"p99_ns", "p99", 'r', .fill = fill_p99},
	{"max_ns", "max", 'r', .fill = fill_longest},
	{"errors", "errors", 'l', .fill = fill_name_errors, .tell = tell_name_errors},
	{NULL},
};

/* Those that were called, by the time that they took. */
static void choose_names(
	struct rank *rank, const struct call_names *names, const struct selection *selection)
{
	for (uint32_t i = 0; i < selection->trace->strings.count; i++)
		if (names->list[i].count > 0)
			rank_add(rank, i, 0, 0, total_ns(&names->list[i]),
				(int64_t)names->list[i].count);
	rank_choose(rank, SORT_TIME, SIZE_MAX);
}

static struct name_row name_row(const struct selection *selection, const struct call_names *names,
	const struct ranked *ranked)
{
	return (struct name_row){selection, ranked->number, &names->list[ranked->number]};
}

static void free_names(struct call_names *names, struct rank *rank)
{
	rank_free(rank);
	free(names->list);
	free(names->durations);
	free(names->errors);
}

static void draw_names(struct text *text, const struct selection *selection)
{
	struct call_names names = collect(selection);
	struct rank rank = {0};
	struct data_table table;

	choose_names(&rank, &names, selection);
	data_table_begin(&table, of_names, text, selection->trace, true);
	for (size_t i = 0; i < rank.chosen; i++) {
		struct name_row row = name_row(selection, &names, &rank.list[i]);
		data_table_row(&table, &row);
	}
	text_add(text, STYLE_TITLE, "Calls");
	text_end_line(text);
	data_table_end(&table, text);
	free_names(&names, &rank);
}

static void tell_names(struct json_output *output, const struct selection *selection)
{
	struct call_names names = collect(selection);
	struct rank rank = {0};

	choose_names(&rank, &names, selection);
	json_array_begin(&output->writer, "calls");
	for (size_t i = 0; i < rank.chosen; i++) {
		struct name_row row = name_row(selection, &names, &rank.list[i]);
		data_table_tell(output, of_names, &row);
	}
	json_array_end(&output->writer);
	free_names(&names, &rank);
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
	draw_names(text, selection);
}

void view_summary_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	header_tell(&output->writer, selection);
	tell_sockets(output, selection, options);
	tell_names(output, selection);
}
