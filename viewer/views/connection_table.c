/* SPDX-License-Identifier: MIT */
#include "viewer/views/connection_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/layout/rank.h"
#include "viewer/model/address.h"
#include "viewer/views/connection_rows.h"
#include "viewer/views/data_table.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

/* Of a program's name so much is shown. */
#define PROGRAM_COLUMNS 16

/* Narrower tables do without the numbers of processes and the addresses of this machine. */
#define NARROW 120

/* Addresses that are longer take the room of other columns. */
#define ADDRESS_COLUMNS 26

/* A row as it is shown: what the functions of the columns are called with. */
struct shown_row {
	const struct connection_row *row;
	bool is_whole; /* nothing is cut */
	bool is_narrow;
};

static const struct connection_row *row_of(const void *of)
{
	return ((const struct shown_row *)of)->row;
}

static bool is_narrow(const void *of)
{
	return ((const struct shown_row *)of)->is_narrow;
}

static size_t room_of(const void *of)
{
	return ((const struct shown_row *)of)->is_whole ? ADDRESS_SIZE : ADDRESS_COLUMNS;
}

/* The end that is in the trace: the one that asked, if both are. */
static const struct socket *socket_of(const void *of)
{
	const struct connection *connection = row_of(of)->first;

	return connection->opener ? connection->opener : connection->acceptor;
}

static bool is_pair(const void *of)
{
	return socket_of(of)->direction == DIRECTION_PAIR;
}

/* True: the row is that of all connections, where such a cell stays empty. */
static bool is_of_all(struct datum *datum, const void *of)
{
	bool is_total = !row_of(of)->first;

	if (is_total)
		datum->kind = DATUM_WORDS;
	return is_total;
}

static void tell_part(struct json_output *output, const char *key, const void *of)
{
	if (row_of(of)->first)
		tell_trace_of(&output->writer, key, row_of(of)->trace, socket_of(of)->part);
}

static void fill_count(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_NUMBER, (int64_t)row_of(of)->count);
}

static void fill_socket(struct datum *datum, const void *of)
{
	if (!is_of_all(datum, of))
		datum_number(datum, DATUM_NUMBER, socket_of(of)->id);
}

static void tell_server_socket(struct json_output *output, const char *key, const void *of)
{
	const struct connection *connection = row_of(of)->first;

	if (connection && connection->opener && connection->acceptor)
		json_number(&output->writer, key, connection->acceptor->id);
}

static void fill_kind(struct datum *datum, const void *of)
{
	if (!is_of_all(datum, of))
		datum_words(datum, name_kind(row_of(of)->trace, socket_of(of)));
}

/* "node 3468"; without the number where it stands for several processes, or has no room. */
static void add_program(struct text *words, const struct process *process, bool has_number)
{
	const char *name = name_program(process);

	text_add_foreign(words, STYLE_PLAIN, name, strlen(name), words->column + PROGRAM_COLUMNS);
	if (has_number)
		text_addf(words, STYLE_PLAIN, " %" PRId64, process->pid);
}

/* "127.0.0.1:80"; where there is little room ":80" of this machine, and the last part of a path.
 * One that is long is cut before its port, unless nothing is. */
static void add_address(struct text *words, const struct value *address, const void *of)
{
	char text[ADDRESS_SIZE];

	address_text(text, address);
	if (is_narrow(of) || strlen(text) > room_of(of))
		address_short(text, address, !is_narrow(of));
	address_unmap(text);
	name_endpoint(words, STYLE_PLAIN, *text ? text : "?", words->column + room_of(of));
}

/* The client of several connections, whose ports differ. */
static void add_host(struct text *words, const struct value *address)
{
	char text[ADDRESS_SIZE];

	address_text(text, address);
	address_unmap(text);
	address_cut_port(text);
	text_add_foreign(
		words, STYLE_PLAIN, *text ? text : "?", *text ? strlen(text) : 1, SIZE_MAX / 2);
}

static void add_client(struct text *words, const void *of)
{
	const struct connection_row *row = row_of(of);

	if (row->first->opener)
		add_program(words, row->first->opener->holder->process,
			row->is_of_one_client && !is_narrow(of));
	else if (row->count == 1)
		add_address(words, row->first->acceptor->peer, of);
	else
		add_host(words, row->first->acceptor->peer);
}

static void fill_client(struct datum *datum, const void *of)
{
	const struct connection_row *row = row_of(of);
	struct text *words = &datum->words;

	if (is_of_all(datum, of)) {
		datum->style = STYLE_TITLE;
		text_addf(words, STYLE_PLAIN, "all %zu", row->count);
		return;
	}
	datum->kind = DATUM_WORDS;
	if (row->count > 1)
		name_times(words, STYLE_PLAIN, row->count);
	add_client(words, of);
}

static void tell_client(struct json_output *output, const char *key, const void *of)
{
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	if (!row_of(of)->first)
		return;
	add_client(&words, of);
	json_output_words(output, key, &words);
	text_free(&words);
}

static void tell_client_address(struct json_output *output, const char *key, const void *of)
{
	const struct connection_row *row = row_of(of);

	if (row->first && row->count == 1 && !is_pair(of))
		tell_address(&output->writer, key,
			row->first->opener ? row->first->opener->local
					   : row->first->acceptor->peer);
}

static void add_server(struct text *words, const void *of)
{
	const struct connection_row *row = row_of(of);

	add_program(words, row->first->acceptor->holder->process,
		row->is_of_one_server && !is_narrow(of));
}

static void fill_server(struct datum *datum, const void *of)
{
	struct text *words = &datum->words;

	if (is_of_all(datum, of))
		return;
	datum->kind = DATUM_WORDS;
	text_add(words, STYLE_PLAIN,
		is_pair(of)              ? text_choose(words, "↔", "<->")
		: row_of(of)->is_guessed ? text_choose(words, "⇄", "<>")
					 : text_choose(words, "→", "->"));
	if (!row_of(of)->first->acceptor)
		return;
	text_add(words, STYLE_PLAIN, " ");
	add_server(words, of);
}

static void tell_server(struct json_output *output, const char *key, const void *of)
{
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	if (!row_of(of)->first || !row_of(of)->first->acceptor)
		return;
	add_server(&words, of);
	json_output_words(output, key, &words);
	text_free(&words);
}

/* Where the server is: as the client asked for it, or as the server was found. */
static void fill_address(struct datum *datum, const void *of)
{
	if (is_of_all(datum, of) || is_pair(of))
		return;
	const struct socket *opener = row_of(of)->first->opener;
	const struct socket *acceptor = row_of(of)->first->acceptor;
	datum->kind = DATUM_WORDS;
	add_address(&datum->words,
		opener && opener->peer ? opener->peer
		: acceptor             ? acceptor->local
				       : NULL,
		of);
}

static void fill_known(struct datum *datum, int64_t time_ns)
{
	if (time_ns >= 0)
		datum_number(datum, DATUM_DURATION, time_ns);
}

static void fill_connect(struct datum *datum, const void *of)
{
	fill_known(datum, row_of(of)->connect_ns);
}

static void fill_to_server(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_BYTES, row_of(of)->bytes_to_server);
}

static void fill_to_client(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_BYTES, row_of(of)->bytes_to_client);
}

static void fill_exchanges(struct datum *datum, const void *of)
{
	const struct exchange_figures *figures = &row_of(of)->exchanges;

	datum_number(datum, DATUM_NUMBER, (int64_t)(figures->count - figures->notices));
}

static void fill_wait(struct datum *datum, const void *of, int64_t wait_ns)
{
	if (row_of(of)->exchanges.answered > 0)
		datum_number(datum, DATUM_DURATION, wait_ns);
}

static void fill_p50(struct datum *datum, const void *of)
{
	fill_wait(datum, of, row_of(of)->exchanges.p50_ns);
}

static void fill_p99(struct datum *datum, const void *of)
{
	fill_wait(datum, of, row_of(of)->exchanges.p99_ns);
}

static void fill_max(struct datum *datum, const void *of)
{
	fill_wait(datum, of, row_of(of)->exchanges.max_ns);
}

static void fill_bad(struct datum *datum, int64_t count)
{
	datum->style = count ? STYLE_ERROR : STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, count);
}

static void fill_failed(struct datum *datum, const void *of)
{
	fill_bad(datum, (int64_t)row_of(of)->exchanges.failed);
}

static void fill_pending(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_NUMBER, (int64_t)row_of(of)->exchanges.pending);
}

static void fill_calls(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_NUMBER, row_of(of)->calls);
}

static void fill_errors(struct datum *datum, const void *of)
{
	fill_bad(datum, row_of(of)->errors);
}

static void fill_in_calls(struct datum *datum, const void *of)
{
	datum_number(datum, DATUM_DURATION, row_of(of)->in_calls_ns);
}

static void fill_first_byte(struct datum *datum, const void *of)
{
	fill_known(datum, row_of(of)->first_byte_ns);
}

static void fill_rate(struct datum *datum, const void *of)
{
	const struct connection_row *row = row_of(of);
	double bytes = (double)row->bytes_to_server + (double)row->bytes_to_client;
	int64_t rate = socket_sums_rate(bytes, row->first_ns, row->last_ns);

	if (rate >= 0)
		datum_number(datum, DATUM_RATE, rate);
}

static void fill_lived(struct datum *datum, const void *of)
{
	fill_known(datum, row_of(of)->lived_ns);
}

static void tell_outcome(struct json_output *output, const char *key, const void *of)
{
	const struct connection *connection = row_of(of)->first;

	if (!connection)
		return;
	json_text(&output->writer, key, name_outcome(connection->outcome));
	if (connection->outcome == OUTCOME_ESTABLISHED)
		json_text(&output->writer, "ending", name_ending(connection->ending));
}

/* Which end ended it, where the two can be told apart; NULL: that is not known. */
static const char *ender_of(const void *of)
{
	const struct connection_row *row = row_of(of);

	if (!row->first->ended_at || row->is_guessed || is_pair(of))
		return NULL;
	bool is_client = row->first->ended_at == row->first->opener;
	/* What one end was told of the other one did. */
	if (row->first->ending == ENDING_PEER || row->first->ending == ENDING_RESET)
		is_client = !is_client;
	return is_client ? "client" : "server";
}

/* "server closed", "refused", "open". */
static void fill_ended(struct datum *datum, const void *of)
{
	static const char *const deeds[] = {
		[ENDING_NONE] = "open",
		[ENDING_CLOSE] = "closed",
		[ENDING_SHUTDOWN] = "shut down",
		[ENDING_RESET] = "reset",
		[ENDING_EXIT] = "exited",
		[ENDING_PEER] = "ended",
	};
	const struct connection *connection = row_of(of)->first;

	if (is_of_all(datum, of))
		return;
	datum->kind = DATUM_WORDS;
	if (connection->outcome != OUTCOME_ESTABLISHED) {
		datum->style = STYLE_ERROR;
		text_add(&datum->words, STYLE_PLAIN, name_outcome(connection->outcome));
		return;
	}
	const char *ender = ender_of(of);
	if (connection->ending == ENDING_RESET)
		datum->style = STYLE_ERROR;
	text_addf(&datum->words, STYLE_PLAIN, "%s%s%s", ender ? ender : "", ender ? " " : "",
		deeds[connection->ending]);
}

static const struct data_column columns[] = {
	{"trace", NULL, 0, .tell = tell_part},
	{"count", NULL, 0, .fill = fill_count},
	{"socket", "socket", 'o', .fill = fill_socket},
	{"server_socket", NULL, 0, .tell = tell_server_socket},
	{"kind", "kind", 'l', .spare = 6, .fill = fill_kind},
	{"client", "client", 'l', .fill = fill_client, .tell = tell_client},
	{"client_address", NULL, 0, .tell = tell_client_address},
	{"server", "server", 'l', .fill = fill_server, .tell = tell_server},
	{"address", "", 't', .fill = fill_address},
	{"connect_ns", "connect", 'r', .spare = 1, .fill = fill_connect},
	{"bytes_to_server", "there", 'r', .fill = fill_to_server},
	{"bytes_to_client", "back", 'r', .fill = fill_to_client},
	{"exchanges", "asked", 'r', .spare = 2, .fill = fill_exchanges},
	{"wait_p50_ns", "p50", 'r', .spare = 3, .fill = fill_p50},
	{"wait_p99_ns", "p99", 'r', .spare = 4, .fill = fill_p99},
	{"wait_max_ns", NULL, 0, .fill = fill_max},
	{"failed", "failed", 'r', .spare = 5, .fill = fill_failed},
	{"pending", NULL, 0, .fill = fill_pending},
	{"calls", "calls", 'r', .spare = 8, .fill = fill_calls},
	{"errors", "errors", 'r', .spare = 7, .fill = fill_errors},
	{"in_calls_ns", "in calls", 'r', .spare = 10, .fill = fill_in_calls},
	{"first_byte_ns", "first byte", 'r', .spare = 11, .fill = fill_first_byte},
	{"bytes_per_second", "rate", 'r', .spare = 12, .fill = fill_rate},
	{"lived_ns", "lived", 'r', .spare = 9, .fill = fill_lived},
	{"outcome", NULL, 0, .tell = tell_outcome},
	{"ended", "ended", 'l', .fill = fill_ended},
	{NULL},
};

static void choose(
	struct rank *rank, const struct connection_rows *rows, const struct view_options *options)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		const struct connection_row *row = &rows->list[i];
		rank_add(rank, i, row->bytes_to_client, row->bytes_to_server, row->in_calls_ns,
			row->calls);
	}
	rank_choose(rank, options->sort, view_most(options));
}

static void draw(struct text *text, const struct connection_rows *rows, const struct rank *rank,
	bool is_full)
{
	struct shown_row shown = {
		.is_whole = is_full, .is_narrow = text->width < NARROW && !is_full};
	struct data_table table;

	data_table_begin(&table, columns, text, NULL, is_full);
	if (shown.is_narrow)
		table_set_gap(table.table, 1);
	for (size_t i = 0; i < rank->chosen; i++) {
		shown.row = &rows->list[rank->list[i].number];
		data_table_row(&table, &shown);
	}
	shown.row = &rows->total;
	if (rows->total.count > 1)
		data_table_row(&table, &shown);
	text_add(text, STYLE_TITLE, "Connections");
	text_add(text, STYLE_FAINT, "   there: to the server, back: to the client");
	text_end_line(text);
	data_table_end(&table, text);
	rank_say_rest(text, rank, "rows (--top=N, --full)");
	if (rows->total.count > rows->count) {
		text_pad(text, 2);
		text_add(text, STYLE_FAINT, "times of several are medians; --full has each alone");
		text_end_line(text);
	}
}

bool connection_table_draw(struct text *text, const struct selection *selection,
	const struct socket_sums *sums, const struct view_options *options)
{
	struct connection_rows rows = connection_rows_of(selection, sums, options->is_full);
	struct rank rank = {0};
	bool has_some = rows.count > 0;

	choose(&rank, &rows, options);
	if (has_some)
		draw(text, &rows, &rank, options->is_full);
	rank_free(&rank);
	connection_rows_free(&rows);
	return has_some;
}

void connection_table_tell(struct json_output *output, const struct selection *selection,
	const struct socket_sums *sums, const struct view_options *options)
{
	struct connection_rows rows = connection_rows_of(selection, sums, options->is_full);
	struct shown_row shown = {.is_whole = true};
	struct rank rank = {0};

	choose(&rank, &rows, options);
	json_array_begin(&output->writer, "connections");
	for (size_t i = 0; i < rank.chosen; i++) {
		shown.row = &rows.list[rank.list[i].number];
		data_table_tell(output, columns, &shown);
	}
	json_array_end(&output->writer);
	json_number(&output->writer, "connections_left_out", (int64_t)(rank.count - rank.chosen));
	shown.row = &rows.total;
	if (rows.count > 0)
		data_table_tell_member(output, "total", columns, &shown);
	rank_free(&rank);
	connection_rows_free(&rows);
}
