/* SPDX-License-Identifier: MIT */
#include "viewer/views/connection_rows.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/connection.h"
#include "viewer/relate/talk.h"
#include "viewer/term/percentile.h"
#include "viewer/term/quantity.h"

/* Fewer connections have a row each. */
#define MANY 8

/* A connection that is shown, and which others it is equal to. */
struct placed {
	const struct connection *connection;
	uint64_t group;
};

struct connection_maker {
	const struct selection *selection;
	const struct trace *trace;
	const struct socket_sums *sums;
	const struct exchanges *exchanges;
	struct placed *placed; /* owned; equal ones together */
	size_t count;
	int64_t *times;    /* owned: room for one time of each */
	uint32_t *numbers; /* owned: of exchanges; room for all */
};

static bool is_shown(const struct connection_maker *maker, const struct socket *socket)
{
	return socket && (maker->selection->left_out == 0 || maker->sums[socket->number].calls > 0);
}

static int by_group(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	return left->connection->number < right->connection->number ? -1 : 1;
}

/* The same two ends, and the same outcome and end. */
static uint64_t group_of(const struct talks *talks, const struct connection *connection)
{
	const struct socket *socket =
		connection->opener ? connection->opener : connection->acceptor;
	uint64_t which = connection->ended_at == NULL                 ? 0
			 : connection->ended_at == connection->opener ? 1
								      : 2;

	return ((uint64_t)talks->of_socket[socket->number] << 16) |
	       ((uint64_t)connection->outcome << 8) | ((uint64_t)connection->ending << 4) | which;
}

static void place(struct connection_maker *maker, bool is_full)
{
	const struct trace *trace = maker->trace;

	maker->placed = xcalloc(trace->connection_count + 1, sizeof(*maker->placed));
	for (size_t i = 0; i < trace->connection_count; i++) {
		const struct connection *connection = trace->connections[i];
		if (is_shown(maker, connection->opener) || is_shown(maker, connection->acceptor))
			maker->placed[maker->count++] =
				(struct placed){connection, connection->number};
	}
	if (is_full || maker->count <= MANY)
		return;
	struct talks *talks = talks_new(maker->selection);
	for (size_t i = 0; i < maker->count; i++)
		maker->placed[i].group = group_of(talks, maker->placed[i].connection);
	talks_free(talks);
	qsort(maker->placed, maker->count, sizeof(*maker->placed), by_group);
}

static int64_t begin_ns(const struct connection_maker *maker, const struct connection *connection)
{
	const struct socket *socket =
		connection->opener ? connection->opener : connection->acceptor;

	if (connection->asked_by != NO_CALL)
		return maker->trace->calls[connection->asked_by].time_ns;
	return maker->sums[socket->number].born_ns;
}

/* From the connect until the program knew. */
static int64_t connect_ns(const struct connection_maker *maker, const struct connection *connection)
{
	const struct call *calls = maker->trace->calls;

	if (connection->asked_by == NO_CALL || connection->told_by == NO_CALL)
		return -1;
	return call_end_ns(&calls[connection->told_by]) - calls[connection->asked_by].time_ns;
}

static int64_t lived_ns(const struct connection_maker *maker, const struct connection *connection)
{
	const struct trace *trace = maker->trace;
	const struct descriptor *last = connection->ended_at ? connection->ended_at->last : NULL;
	int64_t end_ns = trace->end_ns;

	if (connection->outcome != OUTCOME_ESTABLISHED)
		return -1;
	if (connection->ended_by != NO_CALL)
		end_ns = call_end_ns(&trace->calls[connection->ended_by]);
	else if (connection->ending != ENDING_NONE && last)
		end_ns = last->ended_ns;
	return end_ns - begin_ns(maker, connection);
}

static void see_bytes(struct connection_row *row, int64_t first_ns, int64_t last_ns)
{
	if (first_ns == INT64_MIN)
		return;
	if (row->first_ns == INT64_MIN || first_ns < row->first_ns)
		row->first_ns = first_ns;
	if (last_ns > row->last_ns)
		row->last_ns = last_ns;
}

static int64_t first_byte_ns(
	const struct connection_maker *maker, const struct connection *connection)
{
	const struct socket *ends[] = {connection->opener, connection->acceptor};
	struct connection_row row = {.first_ns = INT64_MIN, .last_ns = INT64_MIN};

	for (size_t i = 0; i < 2; i++)
		if (ends[i])
			see_bytes(&row, maker->sums[ends[i]->number].first_ns,
				maker->sums[ends[i]->number].last_ns);
	return row.first_ns == INT64_MIN ? -1 : row.first_ns - begin_ns(maker, connection);
}

static void add_end(const struct connection_maker *maker, struct connection_row *row,
	const struct socket *socket)
{
	const struct socket_sums *sums = &maker->sums[socket->number];

	quantity_add_up(&row->calls, sums->calls);
	quantity_add_up(&row->errors, sums->errors);
	quantity_add_up(&row->in_calls_ns, sums->waited_ns);
	see_bytes(row, sums->first_ns, sums->last_ns);
}

/* What an end has sent, where it is in the trace, else what the other one has received. */
static int64_t moved(
	const struct connection_maker *maker, const struct socket *from, const struct socket *to)
{
	if (from)
		return maker->sums[from->number].bytes_out;
	return to ? maker->sums[to->number].bytes_in : 0;
}

static void add_connection(const struct connection_maker *maker, struct connection_row *row,
	const struct connection *connection)
{
	const struct socket *opener = connection->opener, *acceptor = connection->acceptor;

	row->is_of_one_client &= socket_process(opener) == socket_process(row->first->opener);
	row->is_of_one_server &= socket_process(acceptor) == socket_process(row->first->acceptor);
	row->is_guessed |= connection_is_guessed(connection);
	quantity_add_up(&row->bytes_to_server, moved(maker, opener, acceptor));
	quantity_add_up(&row->bytes_to_client, moved(maker, acceptor, opener));
	if (opener)
		add_end(maker, row, opener);
	if (acceptor)
		add_end(maker, row, acceptor);
	row->count++;
}

/* Of those that have one; -1: none has. */
static int64_t median(const struct connection_maker *maker, size_t from, size_t to,
	int64_t (*time)(const struct connection_maker *maker, const struct connection *connection))
{
	size_t count = 0;

	for (size_t i = from; i < to; i++) {
		int64_t time_ns = time(maker, maker->placed[i].connection);
		if (time_ns >= 0)
			maker->times[count++] = time_ns;
	}
	if (count == 0)
		return -1;
	percentile_sort(maker->times, count);
	return percentile_50(maker->times, count);
}

static struct exchange_figures figures(const struct connection_maker *maker, size_t from, size_t to)
{
	size_t found = 0, count;

	for (size_t i = from; i < to; i++) {
		const struct connection *connection = maker->placed[i].connection;
		const uint32_t *numbers = exchanges_on(maker->exchanges,
			connection->opener ? connection->opener : connection->acceptor, &count);
		for (size_t j = 0; j < count && found < maker->exchanges->count; j++)
			if (selection_has_call(maker->selection,
				    maker->exchanges->list[numbers[j]].question_first))
				maker->numbers[found++] = numbers[j];
	}
	return exchange_figures_of(maker->exchanges, maker->numbers, found);
}

static struct connection_row row_of(const struct connection_maker *maker, size_t from, size_t to)
{
	struct connection_row row = {.trace = maker->trace,
		.first = maker->placed[from].connection,
		.is_of_one_client = true,
		.is_of_one_server = true,
		.first_ns = INT64_MIN,
		.last_ns = INT64_MIN};

	for (size_t i = from; i < to; i++)
		add_connection(maker, &row, maker->placed[i].connection);
	row.connect_ns = median(maker, from, to, connect_ns);
	row.first_byte_ns = median(maker, from, to, first_byte_ns);
	row.lived_ns = median(maker, from, to, lived_ns);
	row.exchanges = figures(maker, from, to);
	return row;
}

static int by_first(const void *a, const void *b)
{
	const struct connection_row *left = a, *right = b;

	return left->first->number < right->first->number ? -1 : 1;
}

struct connection_rows connection_rows_of(
	const struct selection *selection, const struct socket_sums *sums, bool is_full)
{
	const struct trace *trace = selection->trace;
	struct connection_maker maker = {.selection = selection,
		.trace = trace,
		.sums = sums,
		.exchanges = trace_exchanges(trace)};
	struct connection_rows rows = {0};

	place(&maker, is_full);
	maker.times = xcalloc(maker.count + 1, sizeof(*maker.times));
	maker.numbers = xcalloc(maker.exchanges->count + 1, sizeof(*maker.numbers));
	rows.list = xcalloc(maker.count + 1, sizeof(*rows.list));
	for (size_t from = 0, to; from < maker.count; from = to) {
		for (to = from + 1;
			to < maker.count && maker.placed[to].group == maker.placed[from].group;)
			to++;
		rows.list[rows.count++] = row_of(&maker, from, to);
	}
	if (rows.count > 1)
		qsort(rows.list, rows.count, sizeof(*rows.list), by_first);
	if (rows.count > 0) {
		rows.total = rows.count == 1 ? rows.list[0] : row_of(&maker, 0, maker.count);
		rows.total.first = NULL;
	}
	free(maker.placed);
	free(maker.times);
	free(maker.numbers);
	return rows;
}

void connection_rows_free(struct connection_rows *rows)
{
	free(rows->list);
}
