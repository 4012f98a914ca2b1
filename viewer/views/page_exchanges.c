/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/views/exchange_table.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/row_set.h"
#include "viewer/views/talk_table.h"
#include "viewer/wording/exchange_words.h"

/* What is said of an end, of a question or a result is cut here. */
#define WORDS_LIMIT 120

/* What the columns are made of. */
struct exchange_columns {
	struct page_data *d;
	const struct exchanges *exchanges;
	uint32_t *shown; /* owned: numbers of exchanges, in the order in which they began */
	size_t count;
	struct string_table words; /* those of the page's exchanges */
	struct text text;          /* for one of them at a time */
	struct row_set kinds;
};

/* What an exchange is, a bit each in this order; the page is told their names. */
enum {
	FLAG_ANSWERED, /* the answer, or its beginning, has come */
	FLAG_FAILED,
	FLAG_PENDING,
	FLAG_NOTICE,
};
static const char *const flag_names[] = {
	[FLAG_ANSWERED] = "answered",
	[FLAG_FAILED] = "failed",
	[FLAG_PENDING] = "pending",
	[FLAG_NOTICE] = "notice",
};

typedef int64_t column(struct exchange_columns *columns, const struct exchange *exchange);

static int64_t begin_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	return exchange_begin_ns(columns->exchanges, exchange);
}

static int64_t wait_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	return exchange_has_waited(exchange) ? exchange_wait_ns(columns->exchanges, exchange) : -1;
}

static int64_t total_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	return exchange_total_ns(columns->exchanges, exchange);
}

static int64_t asked_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	(void)columns;
	return exchange_table_bytes(exchange->bytes_asked);
}

static int64_t answered_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	(void)columns;
	return exchange_table_bytes(exchange->bytes_answered);
}

static int64_t question_first_column(
	struct exchange_columns *columns, const struct exchange *exchange)
{
	return page_call_number(columns->d, exchange->question_first);
}

static int64_t question_last_column(
	struct exchange_columns *columns, const struct exchange *exchange)
{
	return page_call_number(columns->d, exchange->question_last);
}

static int64_t answer_first_column(
	struct exchange_columns *columns, const struct exchange *exchange)
{
	return page_call_number(columns->d, exchange->answer_first);
}

static int64_t answer_last_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	return page_call_number(columns->d, exchange->answer_last);
}

/* The place of the words that the text has; empties it. */
static int64_t take_words(struct exchange_columns *columns)
{
	struct text *text = &columns->text;

	text_raw(text, "", 1);
	uint32_t place = string_table_number(&columns->words, text->bytes);
	text->length = text->column = 0;
	return place;
}

static int64_t name_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	exchange_add_name(&columns->text, columns->exchanges, exchange, WORDS_LIMIT);
	return take_words(columns);
}

static int64_t asker(struct exchange_columns *columns, const struct exchange *exchange,
	enum exchange_detail detail)
{
	exchange_add_asker(&columns->text, columns->exchanges, exchange, detail, WORDS_LIMIT);
	return take_words(columns);
}

static int64_t answerer(struct exchange_columns *columns, const struct exchange *exchange,
	enum exchange_detail detail)
{
	exchange_add_answerer(&columns->text, columns->exchanges, exchange, detail, WORDS_LIMIT);
	return take_words(columns);
}

static int64_t result(struct exchange_columns *columns, const struct exchange *exchange)
{
	exchange_add_result(&columns->text, columns->exchanges, exchange, WORDS_LIMIT);
	return take_words(columns);
}

static int64_t flags_of(const struct exchange *exchange)
{
	return exchange_has_answer(exchange) << FLAG_ANSWERED |
	       exchange_has_failed(exchange) << FLAG_FAILED |
	       (exchange->result == EXCHANGE_PENDING) << FLAG_PENDING |
	       (exchange->result == EXCHANGE_NOTICE) << FLAG_NOTICE;
}

/* What many exchanges have in common. */
static int64_t kind_column(struct exchange_columns *columns, const struct exchange *exchange)
{
	int64_t row[] = {exchange->socket->number, asker(columns, exchange, EXCHANGE_WHOLE),
		answerer(columns, exchange, EXCHANGE_WHOLE),
		asker(columns, exchange, EXCHANGE_KIND), answerer(columns, exchange, EXCHANGE_KIND),
		result(columns, exchange), exchange_style(exchange), flags_of(exchange)};

	return (int64_t)row_set_put(&columns->kinds, row);
}

static void tell_column(struct exchange_columns *columns, const char *key, column *number)
{
	struct json_output *output = columns->d->output;

	json_array_begin(&output->writer, key);
	for (size_t i = 0; i < columns->count; i++) {
		const struct exchange *exchange = &columns->exchanges->list[columns->shown[i]];
		json_number(&output->writer, NULL, number(columns, exchange));
		json_output_some(output);
	}
	json_array_end(&output->writer);
}

static void tell_words(struct exchange_columns *columns)
{
	struct json_output *output = columns->d->output;

	json_array_begin(&output->writer, "exchange_words");
	json_text(&output->writer, NULL, "");
	for (uint32_t i = 1; i < columns->words.count; i++) {
		json_text(&output->writer, NULL, string_table_get(&columns->words, i));
		json_output_some(output);
	}
	json_array_end(&output->writer);
}

/* Of more calls than a page can hold it has the first ones: of the exchanges those that begin with
 * them. */
static void leave_out_later(struct exchange_columns *columns)
{
	const struct page_data *d = columns->d;
	uint32_t end = (uint32_t)d->trace->call_count;
	size_t kept = 0;

	if (!d->selection->is_cut)
		return;
	while (end > 0 && d->numbers[end - 1] == PAGE_NOT_SHOWN)
		end--;
	for (size_t i = 0; i < columns->count; i++)
		if (columns->exchanges->list[columns->shown[i]].question_first < end)
			columns->shown[kept++] = columns->shown[i];
	columns->count = kept;
}

void page_exchanges_add(struct page_data *d)
{
	static const char *const kind_names[] = {
		"socket", "from", "to", "from_kind", "to_kind", "result", "style", "flags"};
	static const struct {
		const char *key;
		column *number;
	} keys[] = {{"begin", begin_column}, {"wait", wait_column}, {"total", total_column},
		{"asked", asked_column}, {"answered", answered_column}, {"name", name_column},
		{"kind", kind_column}, {"question_first", question_first_column},
		{"question_last", question_last_column}, {"answer_first", answer_first_column},
		{"answer_last", answer_last_column}};
	struct exchange_columns columns = {.d = d,
		.exchanges = trace_exchanges(d->trace),
		.text = {.is_ascii = d->output->text->is_ascii,
			.language = d->output->text->language},
		.kinds = {.width = 8, .names = kind_names}};

	columns.shown = exchanges_shown(columns.exchanges, d->selection, &columns.count);
	leave_out_later(&columns);
	json_object_begin(&d->output->writer, "exchanges");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		tell_column(&columns, keys[i].key, keys[i].number);
	json_object_end(&d->output->writer);
	row_set_tell(&columns.kinds, d->output, "exchange_kinds");
	page_names_add(d, "exchange_flags", flag_names, sizeof(flag_names) / sizeof(flag_names[0]));
	tell_words(&columns);
	talk_table_tell(d->output, d->selection, SIZE_MAX);
	string_table_free(&columns.words);
	text_free(&columns.text);
	free(columns.shown);
}
