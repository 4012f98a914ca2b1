/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/relate/connection.h"
#include "viewer/term/percentile.h"
#include "viewer/term/quantity.h"
#include "viewer/views/connection_table.h"
#include "viewer/views/data_table.h"
#include "viewer/views/exchange_table.h"
#include "viewer/views/socket_sums.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

static void fill_socket(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_NUMBER, ((const struct socket_sums *)row)->socket->id);
}

static void fill_kind(struct datum *datum, const void *row)
{
	const struct socket_sums *sums = row;

	datum->style = STYLE_TITLE;
	datum_words(datum, name_kind(sums->trace, sums->socket));
}

static void fill_local(struct datum *datum, const void *row)
{
	datum_address(datum, ((const struct socket_sums *)row)->socket->local);
}

static void fill_peer(struct datum *datum, const void *row)
{
	datum_address(datum, ((const struct socket_sums *)row)->socket->peer);
}

static void fill_state(struct datum *datum, const void *row)
{
	const struct socket *socket = ((const struct socket_sums *)row)->socket;

	datum->style = connection_never_stood(socket) ? STYLE_ERROR : STYLE_PLAIN;
	datum_term(datum, name_state_of(socket));
}

static void fill_calls(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_NUMBER, ((const struct socket_sums *)row)->calls);
}

static void fill_in(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_BYTES, ((const struct socket_sums *)row)->bytes_in);
}

static void fill_out(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_BYTES, ((const struct socket_sums *)row)->bytes_out);
}

static void fill_rate(struct datum *datum, const void *row)
{
	const struct socket_sums *sums = row;
	int64_t rate = socket_sums_rate(
		(double)sums->bytes_in + (double)sums->bytes_out, sums->first_ns, sums->last_ns);

	if (rate >= 0)
		datum_number(datum, DATUM_RATE, rate);
}

static void fill_first_byte(struct datum *datum, const void *row)
{
	const struct socket_sums *sums = row;

	if (sums->first_ns != INT64_MIN)
		datum_number(datum, DATUM_DURATION, sums->first_ns - sums->born_ns);
}

static void fill_in_calls(struct datum *datum, const void *row)
{
	datum_number(datum, DATUM_DURATION, ((const struct socket_sums *)row)->waited_ns);
}

static void fill_errors(struct datum *datum, const void *row)
{
	const struct socket_sums *sums = row;

	datum->style = sums->errors ? STYLE_ERROR : STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, sums->errors);
}

static void tell_part(struct json_output *output, const char *key, const void *row)
{
	const struct socket_sums *sums = row;

	tell_trace_of(&output->writer, key, sums->trace, sums->socket->part);
}

static const struct data_column of_sockets[] = {
	{"trace", NULL, 0, .tell = tell_part},
	{"socket", "socket", 'r', .fill = fill_socket},
	{"kind", "kind", 'l', .fill = fill_kind},
	{"local", "local", 't', .fill = fill_local},
	{"peer", "peer", 'T', .fill = fill_peer},
	{"state", "state", 'l', .fill = fill_state},
	{"calls", "calls", 'r', .spare = 1, .fill = fill_calls},
	{"bytes_in", "in", 'r', .fill = fill_in},
	{"bytes_out", "out", 'r', .fill = fill_out},
	{"bytes_per_second", "rate", 'r', .spare = 5, .fill = fill_rate},
	{"first_byte_ns", "first byte", 'r', .spare = 4, .fill = fill_first_byte},
	{"in_calls_ns", "in calls", 'r', .spare = 3, .fill = fill_in_calls},
	{"errors", "errors", 'r', .spare = 2, .fill = fill_errors},
	{NULL},
};

/* Those with calls that are shown. `are_all`: the ends of connections, too. */
static void choose_sockets(struct rank *rank, const struct socket_sums *all,
	const struct selection *selection, const struct view_options *options, bool are_all)
{
	for (uint32_t i = 0; i < selection->trace->socket_count; i++)
		if ((all[i].calls > 0 || selection->left_out == 0) &&
			(are_all || !all[i].socket->connection))
			rank_add(rank, i, all[i].bytes_in, all[i].bytes_out, all[i].waited_ns,
				all[i].calls);
	rank_choose(rank, options->sort, view_most(options));
}

/* The sockets that are ends of no connection: `has_connections` says that others are. */
static void draw_sockets(struct text *text, const struct selection *selection,
	const struct socket_sums *all, const struct view_options *options, bool has_connections)
{
	struct rank rank = {0};
	struct data_table table;

	choose_sockets(&rank, all, selection, options, false);
	if (rank.count > 0) {
		data_table_begin(&table, of_sockets, text, NULL, options->is_full);
		for (size_t i = 0; i < rank.chosen; i++)
			data_table_row(&table, &all[rank.list[i].number]);
		text_add(text, STYLE_TITLE, has_connections ? "Other sockets" : "Sockets");
		text_end_line(text);
		data_table_end(&table, text);
		rank_say_rest(text, &rank, "sockets");
		text_end_line(text);
	}
	rank_free(&rank);
}

static void tell_sockets(struct json_output *output, const struct selection *selection,
	const struct socket_sums *all, const struct view_options *options)
{
	struct rank rank = {0};

	choose_sockets(&rank, all, selection, options, true);
	json_array_begin(&output->writer, "sockets");
	for (size_t i = 0; i < rank.chosen; i++)
		data_table_tell(output, of_sockets, &all[rank.list[i].number]);
	json_array_end(&output->writer);
	json_number(&output->writer, "sockets_left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
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
		percentile_sort(name->list, name->count);
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

	datum_number(datum, DATUM_DURATION, percentile_50(durations->list, durations->count));
}

static void fill_p99(struct datum *datum, const void *row)
{
	const struct durations *durations = ((const struct name_row *)row)->durations;

	datum_number(datum, DATUM_DURATION, percentile_99(durations->list, durations->count));
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
	{"p99_ns", "p99", 'o', .fill = fill_p99},
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

static void draw_names(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct call_names names = collect(selection);
	struct rank rank = {0};
	struct data_table table;

	choose_names(&rank, &names, selection);
	data_table_begin(&table, of_names, text, NULL, options->is_full);
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

/* How many calls were recorded in which way, in all parts of the trace. */
struct ways {
	bool is_known;
	int64_t stops, in_tracee;
};

static struct ways count_ways(const struct trace *trace)
{
	struct ways ways = {0};

	for (size_t i = 0; i < trace->part_count; i++) {
		const struct record_end *end = trace->parts[i].end;
		if (!end || end->stops < 0 || end->in_tracee < 0)
			continue;
		ways.is_known = true;
		quantity_add_up(&ways.stops, end->stops);
		quantity_add_up(&ways.in_tracee, end->in_tracee);
	}
	return ways;
}

static void draw_ways(struct text *text, const struct trace *trace)
{
	struct ways ways = count_ways(trace);

	if (!ways.is_known)
		return;
	text_end_line(text);
	text_addf(text, STYLE_FAINT,
		"%" PRId64 " calls recorded by the program itself, %" PRId64 " by stopping it",
		ways.in_tracee, ways.stops);
	text_end_line(text);
}

static void tell_ways(struct json_writer *w, const struct trace *trace)
{
	struct ways ways = count_ways(trace);

	if (!ways.is_known)
		return;
	json_object_begin(w, "recorded");
	json_number(w, "stops", ways.stops);
	json_number(w, "tracee", ways.in_tracee);
	json_object_end(w);
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
	struct socket_sums *sums = socket_sums_of(selection);
	bool has_connections = connection_table_draw(text, selection, sums, options);
	if (has_connections) {
		exchange_table_draw_redacted(text, selection->trace);
		text_end_line(text);
	}
	draw_sockets(text, selection, sums, options, has_connections);
	free(sums);
	draw_names(text, selection, options);
	draw_ways(text, selection->trace);
}

void view_summary_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	header_tell(&output->writer, selection);
	struct socket_sums *sums = socket_sums_of(selection);
	connection_table_tell(output, selection, sums, options);
	tell_sockets(output, selection, sums, options);
	free(sums);
	tell_names(output, selection);
	tell_ways(&output->writer, selection->trace);
}
