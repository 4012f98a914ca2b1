/* SPDX-License-Identifier: MIT */
#include "viewer/views/talk_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/model/address.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/relate/talk.h"
#include "viewer/term/dictionary.h"
#include "viewer/views/data_table.h"
#include "viewer/views/exchange_table.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

struct talk_row {
	const struct trace *trace;
	const struct talk *talk;
	const struct exchanges *exchanges;
	struct exchange_figures figures; /* of the exchanges between these ends */
	const uint32_t *numbers;         /* theirs, in the order in which they began */
};

/* The exchanges of all talks, those of one together. */
struct talk_exchanges {
	const struct exchanges *exchanges;
	uint32_t *numbers; /* owned */
	size_t *first;     /* owned: one more than talks */
};

/* Starts to wait; the longest wait in each part of the time is drawn. */
#define SPARK_CELLS 10

#define PROGRAM_COLUMNS 32

/* "curl", "8 x ab": all processes of a name are one end. */
static void add_end(struct text *words, const struct process *process, size_t count)
{
	if (count > 1)
		name_times(words, STYLE_PLAIN, count);
	text_add_foreign(words, STYLE_PLAIN, name_program(process), strlen(name_program(process)),
		words->column + PROGRAM_COLUMNS);
}

static void add_words(struct text *text, const char *words)
{
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), SIZE_MAX / 2);
}

static const char *arrow_of(const struct text *text, const struct talk *talk)
{
	if (talk->kind == TALK_PAIR)
		return text_choose(text, "↔", "<->");
	if (talk->is_guessed)
		return text_choose(text, "⇄", "<>");
	return text_choose(text, "→", "->");
}

static void fill_who(struct datum *datum, const void *of)
{
	const struct talk *talk = ((const struct talk_row *)of)->talk;
	struct text *words = &datum->words;

	datum->kind = DATUM_WORDS;
	if (talk->kind == TALK_LISTENING)
		add_end(words, talk->server, talk->server_count);
	else if (talk->client)
		add_end(words, talk->client, talk->client_count);
	else
		add_words(words,
			*talk->host ? talk->host : dictionary_words(words->language, "a client"));
}

static bool is_with_kernel(const struct talk_row *row)
{
	const struct talk *talk = row->talk;

	return strcmp(trace_word(row->trace, talk->socket->family), "AF_NETLINK") == 0 &&
	       (!*talk->address || address_is_kernels(talk->address));
}

static void add_whom(struct text *words, const struct talk_row *row)
{
	if (row->talk->server)
		add_end(words, row->talk->server, row->talk->server_count);
	else if (is_with_kernel(row))
		text_add(words, STYLE_PLAIN, "kernel");
}

static void fill_whom(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	datum->kind = DATUM_WORDS;
	if (row->talk->kind == TALK_LISTENING) {
		text_add(&datum->words, STYLE_PLAIN, "nobody came");
		return;
	}
	text_addf(&datum->words, STYLE_PLAIN, "%s ", arrow_of(&datum->words, row->talk));
	add_whom(&datum->words, row);
}

/* Without the arrow, of which `talk` says what it is, or that there is nobody, and `guessed` that
 * it is not known. */
static void tell_whom(struct json_output *output, const char *key, const void *of)
{
	const struct talk_row *row = of;
	struct text words = text_like(output->text);

	if (row->talk->kind != TALK_LISTENING)
		add_whom(&words, row);
	if (words.length > 0)
		json_output_words(output, key, &words);
	if (row->talk->kind != TALK_PAIR && row->talk->is_guessed)
		json_bool(&output->writer, "guessed", true);
	text_free(&words);
}

static void fill_address(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;
	const struct talk *talk = row->talk;
	char address[ADDRESS_SIZE];

	if (!talk->server && is_with_kernel(row)) {
		*address = '\0';
	} else if (talk->server_address) {
		address_short(address, talk->server_address, row->trace->has_several_loopbacks);
		address_unmap(address);
	} else {
		snprintf(address, sizeof(address), "%s", talk->address);
	}
	datum_words(datum, address);
}

static void fill_kind(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	datum_words(datum, name_kind(row->trace, row->talk->socket));
}

static size_t failed(const struct talk *talk)
{
	size_t count = 0;

	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++)
		if (outcome != OUTCOME_ESTABLISHED && outcome != OUTCOME_ASKING)
			count += talk->outcomes[outcome];
	return count;
}

static void fill_count(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	if (row->talk->count > 0)
		datum_number(datum, DATUM_NUMBER, (int64_t)row->talk->count);
}

/* "3 refused, 1 open"; nothing where all stood and ended. */
static void fill_state(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;
	const struct talk *talk = row->talk;
	bool is_first = true;

	datum->kind = DATUM_WORDS;
	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++) {
		if (outcome == OUTCOME_ESTABLISHED || talk->outcomes[outcome] == 0)
			continue;
		text_addf(&datum->words, STYLE_PLAIN, is_first ? "%zu %s" : ", %zu %s",
			talk->outcomes[outcome],
			dictionary_words(datum->words.language, name_outcome(outcome)));
		is_first = false;
	}
	if (talk->kind == TALK_CONNECTIONS && talk->open > 0)
		text_addf(&datum->words, STYLE_PLAIN, is_first ? "%zu open" : ", %zu open",
			talk->open);
	datum->style = failed(talk) ? STYLE_ERROR : STYLE_FAINT;
}

static bool has_bytes(const struct talk_row *row)
{
	return row->talk->kind != TALK_LISTENING;
}

static void fill_to_server(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	if (has_bytes(row))
		datum_number(datum, DATUM_BYTES, row->talk->bytes_to_server);
}

static void fill_to_client(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	if (has_bytes(row))
		datum_number(datum, DATUM_BYTES, row->talk->bytes_to_client);
}

static void tell_process(
	struct json_writer *w, const char *key, const struct process *process, size_t count)
{
	if (!process)
		return;
	json_object_begin(w, key);
	json_text(w, "program", name_program(process));
	json_number(w, "pid", process->pid);
	json_number(w, "processes", (int64_t)count);
	json_object_end(w);
}

static void tell_client(struct json_output *output, const char *key, const void *of)
{
	const struct talk_row *row = of;

	tell_process(&output->writer, key, row->talk->client, row->talk->client_count);
}

static void tell_server(struct json_output *output, const char *key, const void *of)
{
	const struct talk_row *row = of;

	tell_process(&output->writer, key, row->talk->server, row->talk->server_count);
}

static void tell_words(struct json_output *output, const char *key, const char *from)
{
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	add_words(&words, from);
	json_output_words(output, key, &words);
	text_free(&words);
}

static void tell_address_of(struct json_output *output, const char *key, const void *of)
{
	tell_words(output, key, ((const struct talk_row *)of)->talk->address);
}

static void tell_host(struct json_output *output, const char *key, const void *of)
{
	tell_words(output, key, ((const struct talk_row *)of)->talk->host);
}

static void tell_kind(struct json_output *output, const char *key, const void *of)
{
	static const char *const kinds[] = {
		[TALK_CONNECTIONS] = "connections",
		[TALK_DATAGRAMS] = "datagrams",
		[TALK_PAIR] = "pair",
		[TALK_LISTENING] = "listening",
	};

	json_text(&output->writer, key, kinds[((const struct talk_row *)of)->talk->kind]);
}

static void tell_outcomes(struct json_output *output, const char *key, const void *of)
{
	const struct talk *talk = ((const struct talk_row *)of)->talk;

	json_object_begin(&output->writer, key);
	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++)
		if (talk->outcomes[outcome] > 0)
			json_number(&output->writer, name_outcome(outcome),
				(int64_t)talk->outcomes[outcome]);
	json_object_end(&output->writer);
}

static void tell_open(struct json_output *output, const char *key, const void *of)
{
	json_number(&output->writer, key, (int64_t)((const struct talk_row *)of)->talk->open);
}

/* What was asked: a banner or a push is no question. */
static int64_t asked(const struct talk_row *row)
{
	return (int64_t)(row->figures.count - row->figures.notices);
}

static void fill_exchanges(struct datum *datum, const void *of)
{
	const struct talk_row *row = of;

	if (asked(row) > 0)
		datum_number(datum, DATUM_NUMBER, asked(row));
}

static void fill_wait(struct datum *datum, const struct talk_row *row, int64_t wait_ns)
{
	if (row->figures.answered > 0)
		datum_number(datum, DATUM_DURATION, wait_ns);
}

static void fill_median(struct datum *datum, const void *of)
{
	fill_wait(datum, of, ((const struct talk_row *)of)->figures.p50_ns);
}

static void fill_p99(struct datum *datum, const void *of)
{
	fill_wait(datum, of, ((const struct talk_row *)of)->figures.p99_ns);
}

/* The longest wait in each part of the time in which these ends talked, the longest of all as high
 * as a line. */
static void fill_spark(struct datum *datum, const void *of)
{
	static const char *const unicode[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char ascii[] = " .:-=+*%#";
	const struct talk_row *row = of;
	const struct exchange *list = row->exchanges->list;
	int64_t longest[SPARK_CELLS] = {0};

	datum->kind = DATUM_WORDS;
	datum->style = STYLE_WAIT;
	if (row->figures.answered < SPARK_CELLS || row->figures.max_ns == 0)
		return;
	int64_t begin_ns = exchange_begin_ns(row->exchanges, &list[row->numbers[0]]);
	int64_t last_ns =
		exchange_begin_ns(row->exchanges, &list[row->numbers[row->figures.count - 1]]);
	for (size_t i = 0; i < row->figures.count; i++) {
		const struct exchange *exchange = &list[row->numbers[i]];
		double at = (double)(exchange_begin_ns(row->exchanges, exchange) - begin_ns) /
			    ((double)(last_ns - begin_ns) + 1);
		int64_t *cell = &longest[(size_t)(at * SPARK_CELLS)];
		int64_t wait_ns = exchange_wait_ns(row->exchanges, exchange);
		if (exchange_has_answer(exchange) && wait_ns > *cell)
			*cell = wait_ns;
	}
	for (size_t i = 0; i < SPARK_CELLS; i++) {
		size_t height =
			(size_t)((double)longest[i] / (double)row->figures.max_ns * 8 + 0.5);
		height += height == 0 && longest[i] > 0;
		char plain[] = {ascii[height], '\0'};
		text_add(&datum->words, STYLE_PLAIN,
			text_choose(&datum->words, unicode[height], plain));
	}
}

static void tell_figures(struct json_output *output, const char *key, const void *of)
{
	const struct talk_row *row = of;
	struct json_writer *w = &output->writer;

	if (asked(row) == 0)
		return;
	json_object_begin(w, key);
	json_number(w, "count", asked(row));
	json_number(w, "failed", (int64_t)row->figures.failed);
	json_number(w, "pending", (int64_t)row->figures.pending);
	if (row->figures.answered > 0) {
		json_number(w, "p50_ns", row->figures.p50_ns);
		json_number(w, "p99_ns", row->figures.p99_ns);
		json_number(w, "max_ns", row->figures.max_ns);
	}
	json_object_end(w);
}

static const struct data_column columns[] = {
	{"talk", NULL, 0, .tell = tell_kind},
	{"who", "who", 'l', .fill = fill_who},
	{"whom", "talks to", 'l', .fill = fill_whom, .tell = tell_whom},
	{"address", "at", 't', .fill = fill_address, .tell = tell_address_of},
	{"client", NULL, 0, .tell = tell_client},
	{"host", NULL, 0, .tell = tell_host},
	{"server", NULL, 0, .tell = tell_server},
	{"kind", "kind", 'o', .fill = fill_kind},
	{"count", "times", 'o', .fill = fill_count},
	{"outcomes", NULL, 0, .tell = tell_outcomes},
	{"open", NULL, 0, .tell = tell_open},
	{"bytes_to_server", "there", 'r', .fill = fill_to_server},
	{"bytes_to_client", "back", 'r', .fill = fill_to_client},
	{"exchanges", "asked", 'r', .fill = fill_exchanges, .tell = tell_figures},
	{"p50", "p50", 'r', .fill = fill_median, .tell = datum_tell_nothing},
	{"p99", "p99", 'r', .fill = fill_p99, .tell = datum_tell_nothing},
	{"spark", "", 'o', .fill = fill_spark, .tell = datum_tell_nothing},
	{"state", "", 'l', .fill = fill_state},
	{NULL},
};

/* What failed comes first, then what moved most. A pair that a program made and did not use is no
 * talk. */
static void choose(struct rank *rank, const struct talks *talks, size_t most)
{
	for (uint32_t i = 0; i < talks->count; i++) {
		const struct talk *talk = &talks->list[i];
		if (talk->kind != TALK_PAIR || talk->bytes_to_server || talk->bytes_to_client)
			rank_add(rank, i, failed(talk) ? INT64_MAX : talk->bytes_to_server,
				talk->bytes_to_client, 0, (int64_t)talk->count);
	}
	rank_choose(rank, SORT_BYTES, most);
}

static struct talk_exchanges exchanges_of(
	const struct selection *selection, const struct talks *talks)
{
	struct talk_exchanges of = {.exchanges = trace_exchanges(selection->trace)};
	size_t count;
	uint32_t *shown = exchanges_shown(of.exchanges, selection, &count);

	of.numbers = xcalloc(count + 1, sizeof(*of.numbers));
	of.first = xcalloc(talks->count + 3, sizeof(*of.first));
	/* first[n + 1] is where the next one of talk n goes: at last, where those of n + 1 begin.
	 * Those of no talk come first. */
	for (size_t i = 0; i < count; i++)
		of.first[talks->of_socket[of.exchanges->list[shown[i]].socket->number] + 2]++;
	for (size_t i = 1; i < talks->count + 3; i++)
		of.first[i] += of.first[i - 1];
	for (size_t i = 0; i < count; i++) {
		uint32_t talk = talks->of_socket[of.exchanges->list[shown[i]].socket->number];
		of.numbers[of.first[talk + 1]++] = shown[i];
	}
	free(shown);
	return of;
}

static struct talk_row row_of(const struct selection *selection, const struct talks *talks,
	const struct talk_exchanges *of, uint32_t talk)
{
	/* Of the talks number 0 is none. */
	size_t first = of->first[talk + 1], end = of->first[talk + 2];

	return (struct talk_row){selection->trace, &talks->list[talk], of->exchanges,
		exchange_figures_of(of->exchanges, of->numbers + first, end - first),
		of->numbers + first};
}

void talk_table_draw(struct text *text, const struct selection *selection, size_t most)
{
	struct talks *talks = talks_new(selection);
	struct talk_exchanges exchanges = exchanges_of(selection, talks);
	struct rank rank = {0};
	struct data_table table;

	choose(&rank, talks, most);
	if (rank.chosen > 0) {
		data_table_begin(&table, columns, text, NULL, false);
		if (text->width < EXCHANGE_TABLE_WIDE)
			table_set_gap(table.table, 1);
		for (size_t i = 0; i < rank.chosen; i++) {
			struct talk_row row =
				row_of(selection, talks, &exchanges, rank.list[i].number);
			data_table_row(&table, &row);
		}
		data_table_end(&table, text);
		rank_say_rest(text, &rank, "pairs of ends (--top=N, --full)");
	}
	rank_free(&rank);
	free(exchanges.numbers);
	free(exchanges.first);
	talks_free(talks);
}

void talk_table_tell(struct json_output *output, const struct selection *selection, size_t most)
{
	struct talks *talks = talks_new(selection);
	struct talk_exchanges exchanges = exchanges_of(selection, talks);
	struct rank rank = {0};

	choose(&rank, talks, most);
	json_array_begin(&output->writer, "talks");
	for (size_t i = 0; i < rank.chosen; i++) {
		struct talk_row row = row_of(selection, talks, &exchanges, rank.list[i].number);
		data_table_tell(output, columns, &row);
	}
	json_array_end(&output->writer);
	json_number(&output->writer, "talks_left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
	free(exchanges.numbers);
	free(exchanges.first);
	talks_free(talks);
}
