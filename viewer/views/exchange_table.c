/* SPDX-License-Identifier: MIT */
#include "viewer/views/exchange_table.h"

#include <string.h>

#include "viewer/views/data_table.h"
#include "viewer/views/tell.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/names.h"

/* What stands in one cell of words is cut here. */
#define CELL_COLUMNS 120

/* The longest wait has so many cells; in a narrow table half as many, where ends are told in less
 * words. */
#define BAR_CELLS 8

struct exchange_row {
	const struct exchanges *exchanges;
	const struct exchange *exchange;
	int64_t longest_ns; /* wait of those that are shown */
	bool is_narrow;
};

static void fill_time(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;

	datum_number(datum, DATUM_TIME, exchange_begin_ns(row->exchanges, row->exchange));
}

static void fill_socket(struct datum *datum, const void *data)
{
	datum_number(
		datum, DATUM_NUMBER, ((const struct exchange_row *)data)->exchange->socket->id);
}

/* "curl fd 5 → nginx :80" */
static void fill_ends(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;
	enum exchange_detail detail = row->is_narrow ? EXCHANGE_SHORT : EXCHANGE_WHOLE;
	struct text *words = &datum->words;

	datum->kind = DATUM_WORDS;
	exchange_add_asker(words, row->exchanges, row->exchange, detail, CELL_COLUMNS);
	text_add(words, STYLE_PLAIN, text_choose(words, " → ", " -> "));
	exchange_add_answerer(words, row->exchanges, row->exchange, detail, CELL_COLUMNS);
}

static void tell_end(struct json_output *output, const char *key, const struct exchange_row *row,
	void (*add)(struct text *text, const struct exchanges *exchanges,
		const struct exchange *exchange, enum exchange_detail detail, size_t end))
{
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	add(&words, row->exchanges, row->exchange, EXCHANGE_WHOLE, CELL_COLUMNS);
	json_output_words(output, key, &words);
	text_free(&words);
}

static void tell_from(struct json_output *output, const char *key, const void *data)
{
	tell_end(output, key, data, exchange_add_asker);
}

static void tell_to(struct json_output *output, const char *key, const void *data)
{
	tell_end(output, key, data, exchange_add_answerer);
}

/* Nobody asks in a notice. */
static bool has_sides(const struct exchange_row *row)
{
	return row->exchange->result != EXCHANGE_NOTICE;
}

static void tell_side(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	if (has_sides(row))
		json_text(&output->writer, key,
			row->exchange->asker == SPEAKER_PEER ? "server" : "client");
}

static void tell_process(struct json_output *output, const char *key,
	const struct exchange_row *row, const struct process *process)
{
	if (!process || !has_sides(row))
		return;
	json_object_begin(&output->writer, key);
	json_text(&output->writer, "program", name_program(process));
	json_number(&output->writer, "pid", process->pid);
	json_object_end(&output->writer);
}

static void tell_client(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_process(output, key, row, exchange_asker_process(row->exchanges, row->exchange));
}

static void tell_server(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_process(output, key, row, exchange_answerer_process(row->exchanges, row->exchange));
}

static void tell_end_address(struct json_output *output, const char *key,
	const struct exchange_row *row, const char *address)
{
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	if (!has_sides(row))
		return;
	text_add_foreign(&words, STYLE_PLAIN, address, strlen(address), SIZE_MAX / 2);
	json_output_words(output, key, &words);
	text_free(&words);
}

static void tell_server_address(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;
	char address[ADDRESS_SIZE];

	exchange_answerer_address(address, row->exchanges, row->exchange);
	tell_end_address(output, key, row, address);
}

static void tell_client_address(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;
	char address[ADDRESS_SIZE];

	exchange_asker_address(address, row->exchanges, row->exchange);
	tell_end_address(output, key, row, address);
}

static void fill_name(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;

	datum->style = STYLE_SEND;
	exchange_add_name(&datum->words, row->exchanges, row->exchange, CELL_COLUMNS);
	if (datum->words.length > 0)
		datum->kind = DATUM_WORDS;
}

int64_t exchange_table_bytes(uint64_t bytes)
{
	return bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
}

int64_t exchange_table_key(
	const struct exchanges *exchanges, const struct exchange *exchange, enum sort sort)
{
	switch (sort) {
	case SORT_TOTAL:
	case SORT_TIME:
		return exchange_total_ns(exchanges, exchange);
	case SORT_BYTES:
		return exchange_table_bytes(
			exchange->bytes_asked / 2 + exchange->bytes_answered / 2);
	case SORT_BEGIN:
		return 0;
	case SORT_NONE:
	case SORT_CALLS:
	case SORT_WAIT:
		break;
	}
	return exchange_wait_ns(exchanges, exchange);
}

static void fill_asked(struct datum *datum, const void *data)
{
	datum_number(datum, DATUM_BYTES,
		exchange_table_bytes(((const struct exchange_row *)data)->exchange->bytes_asked));
}

static void fill_answered(struct datum *datum, const void *data)
{
	datum_number(datum, DATUM_BYTES,
		exchange_table_bytes(
			((const struct exchange_row *)data)->exchange->bytes_answered));
}

static void fill_wait(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;

	if (exchange_has_waited(row->exchange))
		datum_number(
			datum, DATUM_DURATION, exchange_wait_ns(row->exchanges, row->exchange));
}

/* In eighths of a cell, of which the longest wait has all. */
static void fill_bar(struct datum *datum, const void *data)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	const struct exchange_row *row = data;
	double wait = (double)exchange_wait_ns(row->exchanges, row->exchange);
	double share = row->longest_ns > 0 ? wait / (double)row->longest_ns : 0;
	size_t parts = (size_t)(share * 8 * (row->is_narrow ? BAR_CELLS / 2 : BAR_CELLS));

	datum->kind = DATUM_WORDS;
	datum->style = exchange_has_failed(row->exchange) ? STYLE_ERROR : STYLE_WAIT;
	for (size_t i = 0; i < parts / 8; i++)
		text_add(&datum->words, STYLE_PLAIN, text_choose(&datum->words, "█", "#"));
	if (parts % 8 > 0 && !datum->words.is_ascii)
		text_add(&datum->words, STYLE_PLAIN, eighths[parts % 8]);
}

static void fill_total(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;

	datum_number(datum, DATUM_DURATION, exchange_total_ns(row->exchanges, row->exchange));
}

static void fill_result(struct datum *datum, const void *data)
{
	const struct exchange_row *row = data;

	datum->kind = DATUM_WORDS;
	datum->style = exchange_style(row->exchange);
	exchange_add_result(&datum->words, row->exchanges, row->exchange, CELL_COLUMNS);
}

static void tell_part(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_trace_of(&output->writer, key, row->exchanges->trace, row->exchange->socket->part);
}

static void tell_text(struct json_output *output, const char *key, const char *words)
{
	if (words && *words)
		json_text(&output->writer, key, words);
}

static void tell_protocol(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_text(output, key, protocol_name((enum protocol)row->exchange->protocol));
}

static void tell_answer(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_text(output, key, exchange_answer(row->exchanges, row->exchange));
}

static void tell_result(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	json_text(&output->writer, key,
		exchange_result_name((enum exchange_result)row->exchange->result));
}

static void tell_failed(struct json_output *output, const char *key, const void *data)
{
	if (exchange_has_failed(((const struct exchange_row *)data)->exchange))
		json_bool(&output->writer, key, true);
}

static void tell_ended_by(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_text(output, key, exchange_end_name((enum exchange_end)row->exchange->end));
}

static void tell_calls(struct json_output *output, const char *key, const struct trace *trace,
	uint32_t first, uint32_t last)
{
	if (first == NO_CALL)
		return;
	json_array_begin(&output->writer, key);
	tell_call_number(&output->writer, NULL, trace, first);
	tell_call_number(&output->writer, NULL, trace, last);
	json_array_end(&output->writer);
}

static void tell_question_calls(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_calls(output, key, row->exchanges->trace, row->exchange->question_first,
		row->exchange->question_last);
}

static void tell_answer_calls(struct json_output *output, const char *key, const void *data)
{
	const struct exchange_row *row = data;

	tell_calls(output, key, row->exchanges->trace, row->exchange->answer_first,
		row->exchange->answer_last);
}

/* The first one only where there is room. */
static const struct data_column of_exchanges[] = {
	{"socket", "socket", 'r', .fill = fill_socket},
	{"trace", NULL, 0, .tell = tell_part},
	{"time_ns", "time", 'r', .fill = fill_time},
	{"ends", "who", 'l', .fill = fill_ends, .tell = datum_tell_nothing},
	{"from", NULL, 0, .tell = tell_from},
	{"to", NULL, 0, .tell = tell_to},
	{"side", NULL, 0, .tell = tell_side},
	{"client", NULL, 0, .tell = tell_client},
	{"client_address", NULL, 0, .tell = tell_client_address},
	{"server", NULL, 0, .tell = tell_server},
	{"address", NULL, 0, .tell = tell_server_address},
	{"protocol", NULL, 0, .tell = tell_protocol},
	{"name", "asks", 'l', .fill = fill_name},
	{"answer", NULL, 0, .tell = tell_answer},
	{"bytes_asked", "out", 'r', .fill = fill_asked},
	{"bytes_answered", "in", 'r', .fill = fill_answered},
	{"wait_ns", "wait", 'r', .fill = fill_wait},
	{"bar", "", 'l', .fill = fill_bar, .tell = datum_tell_nothing},
	{"total_ns", "total", 'o', .fill = fill_total},
	{"words", "result", 'l', .fill = fill_result},
	{"result", NULL, 0, .tell = tell_result},
	{"failed", NULL, 0, .tell = tell_failed},
	{"ended_by", NULL, 0, .tell = tell_ended_by},
	{"question_calls", NULL, 0, .tell = tell_question_calls},
	{"answer_calls", NULL, 0, .tell = tell_answer_calls},
	{NULL},
};

static int64_t longest_wait_ns(
	const struct exchanges *exchanges, const uint32_t *numbers, size_t count)
{
	int64_t longest_ns = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t wait_ns = exchange_wait_ns(exchanges, &exchanges->list[numbers[i]]);
		longest_ns = wait_ns > longest_ns ? wait_ns : longest_ns;
	}
	return longest_ns;
}

void exchange_table_draw(struct text *text, const struct exchanges *exchanges,
	const uint32_t *numbers, size_t count, const struct view_options *options)
{
	struct instants instants = instants_of(exchanges->trace, options->time, text->is_ascii);
	int64_t longest_ns = longest_wait_ns(exchanges, numbers, count);
	bool is_narrow = text->width < EXCHANGE_TABLE_WIDE && !options->is_full;
	struct data_table table;

	data_table_begin(&table, is_narrow ? of_exchanges + 1 : of_exchanges, text, &instants,
		options->is_full);
	if (is_narrow)
		table_set_gap(table.table, 1);
	for (size_t i = 0; i < count; i++) {
		struct exchange_row row = {
			exchanges, &exchanges->list[numbers[i]], longest_ns, is_narrow};
		data_table_row(&table, &row);
	}
	data_table_end(&table, text);
	exchange_table_draw_redacted(text, exchanges->trace);
}

void exchange_table_draw_redacted(struct text *text, const struct trace *trace)
{
	if (!trace_is_redacted(trace))
		return;
	text_pad(text, 2);
	text_add(text, STYLE_ERROR, "payloads are redacted:");
	struct text_mark mark = text_mark(text);
	text_add(text, STYLE_PLAIN, " what was asked, and what failed, is not known");
	text_break_at(text, mark, text->width, 1);
	text_end_line(text);
}

void exchange_table_tell(struct json_output *output, const char *key,
	const struct exchanges *exchanges, const uint32_t *numbers, size_t count)
{
	json_array_begin(&output->writer, key);
	for (size_t i = 0; i < count && !output->text->is_unwanted; i++) {
		struct exchange_row row = {exchanges, &exchanges->list[numbers[i]]};
		data_table_tell(output, of_exchanges, &row);
	}
	json_array_end(&output->writer);
}
