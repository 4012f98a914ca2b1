/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/messages.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/term/quantity.h"
#include "viewer/views/data_table.h"
#include "viewer/views/exchange_table.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/header.h"
#include "viewer/wording/names.h"

/* What stands in one cell of words is cut here. */
#define CELL_COLUMNS 120

/* --- which of them -------------------------------------------------------------------------- */

/* The numbers of those that fit; those that are chosen come first. */
struct exchange_list {
	const struct exchanges *exchanges;
	uint32_t *numbers; /* owned, in the order in which they began */
	size_t count;
	uint32_t *chosen; /* owned, in the order that was asked for */
	size_t chosen_count;
	enum sort sort;
};

struct exchange_key {
	int64_t key;
	uint32_t number;
};

/* The most first; of equal ones the one that began first. */
static int by_key(const void *one, const void *other)
{
	const struct exchange_key *a = one, *b = other;

	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static void put_in_order(struct exchange_list *list)
{
	struct exchange_key *keys = xcalloc(list->count + 1, sizeof(*keys));

	for (size_t i = 0; i < list->count; i++)
		keys[i] = (struct exchange_key){
			exchange_table_key(list->exchanges,
				&list->exchanges->list[list->numbers[i]], list->sort),
			list->numbers[i]};
	qsort(keys, list->count, sizeof(*keys), by_key);
	for (size_t i = 0; i < list->chosen_count; i++)
		list->chosen[i] = keys[i].number;
	free(keys);
}

static int by_number(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return (a > b) - (a < b);
}

/* Where no order is asked for, those that waited longest are shown in the order of time. */
static struct exchange_list list_of(
	const struct selection *selection, const struct view_options *options)
{
	struct exchange_list list = {
		.exchanges = trace_exchanges(selection->trace), .sort = options->sort};
	size_t most = view_most(options);

	list.numbers = exchanges_shown(list.exchanges, selection, &list.count);
	list.chosen_count = list.count < most ? list.count : most;
	list.chosen = xcalloc(list.chosen_count + 1, sizeof(*list.chosen));
	for (size_t i = 0; i < list.chosen_count; i++)
		list.chosen[i] = list.numbers[i];
	if (list.sort == SORT_BEGIN || (list.sort == SORT_NONE && list.chosen_count == list.count))
		return list;
	put_in_order(&list);
	if (list.sort == SORT_NONE)
		qsort(list.chosen, list.chosen_count, sizeof(*list.chosen), by_number);
	return list;
}

static void free_list(struct exchange_list *list)
{
	free(list->numbers);
	free(list->chosen);
}

/* --- by peer -------------------------------------------------------------------------------- */

/* Those with the same words for both ends. */
struct peer_group {
	const struct exchanges *exchanges;
	const struct exchange *first;
	size_t begin; /* in the list of numbers */
	struct exchange_figures figures;
};

struct peer_groups {
	struct string_table words;
	struct peer_group *list; /* owned, the longest wait first */
	size_t count, capacity;
	uint32_t *numbers; /* owned: of exchanges, those of a group together */
};

struct grouped {
	uint64_t key; /* both words */
	uint32_t number;
};

static int by_group(const void *one, const void *other)
{
	const struct grouped *a = one, *b = other;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static uint32_t word_of(struct peer_groups *groups, struct text *words)
{
	text_raw(words, "", 1);
	uint32_t number = string_table_number(&groups->words, words->bytes);
	words->length = words->column = 0;
	return number;
}

static uint64_t group_key(struct peer_groups *groups, struct text *words,
	const struct exchanges *exchanges, const struct exchange *exchange)
{
	exchange_add_asker(words, exchanges, exchange, EXCHANGE_KIND, CELL_COLUMNS);
	uint64_t from = word_of(groups, words);
	exchange_add_answerer(words, exchanges, exchange, EXCHANGE_KIND, CELL_COLUMNS);
	return from << 32 | word_of(groups, words);
}

/* All on one stream are between the same ends. */
static struct grouped *group_all(
	struct peer_groups *groups, const struct exchange_list *list, bool is_ascii)
{
	const struct trace *trace = list->exchanges->trace;
	struct grouped *grouped = xcalloc(list->count + 1, sizeof(*grouped));
	uint64_t *of_socket = xcalloc(2 * trace->socket_count + 1, sizeof(*of_socket));
	struct text words = {.is_ascii = is_ascii};

	for (size_t i = 0; i < list->count; i++) {
		const struct exchange *exchange = &list->exchanges->list[list->numbers[i]];
		uint64_t *known = &of_socket[2 * exchange->socket->number +
					     (exchange->asker == SPEAKER_PEER)];
		if (!*known || exchange->address)
			*known = group_key(groups, &words, list->exchanges, exchange);
		grouped[i] = (struct grouped){*known, list->numbers[i]};
	}
	text_free(&words);
	free(of_socket);
	qsort(grouped, list->count, sizeof(*grouped), by_group);
	return grouped;
}

static int by_longest(const void *one, const void *other)
{
	const struct peer_group *a = one, *b = other;

	if (a->figures.max_ns != b->figures.max_ns)
		return a->figures.max_ns > b->figures.max_ns ? -1 : 1;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

static struct peer_groups groups_of(const struct exchange_list *list, bool is_ascii)
{
	struct peer_groups groups = {0};
	struct grouped *grouped = group_all(&groups, list, is_ascii);

	groups.numbers = xcalloc(list->count + 1, sizeof(*groups.numbers));
	for (size_t i = 0; i < list->count; i++)
		groups.numbers[i] = grouped[i].number;
	for (size_t i = 0, end; i < list->count; i = end) {
		for (end = i + 1; end < list->count && grouped[end].key == grouped[i].key;)
			end++;
		groups.list = array_grow(
			groups.list, groups.count, &groups.capacity, sizeof(*groups.list));
		groups.list[groups.count++] = (struct peer_group){.exchanges = list->exchanges,
			.first = &list->exchanges->list[grouped[i].number],
			.begin = i,
			.figures =
				exchange_figures_of(list->exchanges, groups.numbers + i, end - i)};
	}
	free(grouped);
	if (groups.count > 0)
		qsort(groups.list, groups.count, sizeof(*groups.list), by_longest);
	return groups;
}

static void free_groups(struct peer_groups *groups)
{
	string_table_free(&groups->words);
	free(groups->list);
	free(groups->numbers);
}

static void fill_group_from(struct datum *datum, const void *data)
{
	const struct peer_group *group = data;

	datum->kind = DATUM_WORDS;
	exchange_add_asker(
		&datum->words, group->exchanges, group->first, EXCHANGE_KIND, CELL_COLUMNS);
}

static void fill_group_to(struct datum *datum, const void *data)
{
	const struct peer_group *group = data;

	datum->kind = DATUM_WORDS;
	exchange_add_answerer(
		&datum->words, group->exchanges, group->first, EXCHANGE_KIND, CELL_COLUMNS);
}

static void fill_group_count(struct datum *datum, const void *data)
{
	datum_number(
		datum, DATUM_NUMBER, (int64_t)((const struct peer_group *)data)->figures.count);
}

static void fill_group_failed(struct datum *datum, const void *data)
{
	const struct peer_group *group = data;

	datum->style = group->figures.failed ? STYLE_ERROR : STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, (int64_t)group->figures.failed);
}

static void fill_group_pending(struct datum *datum, const void *data)
{
	const struct peer_group *group = data;

	datum->style = group->figures.pending ? STYLE_WAIT : STYLE_FAINT;
	datum_number(datum, DATUM_NUMBER, (int64_t)group->figures.pending);
}

static void fill_group_asked(struct datum *datum, const void *data)
{
	datum_number(datum, DATUM_BYTES,
		exchange_table_bytes(((const struct peer_group *)data)->figures.bytes_asked));
}

static void fill_group_answered(struct datum *datum, const void *data)
{
	datum_number(datum, DATUM_BYTES,
		exchange_table_bytes(((const struct peer_group *)data)->figures.bytes_answered));
}

static void fill_group_wait(struct datum *datum, const struct peer_group *group, int64_t wait_ns)
{
	if (group->figures.answered > 0)
		datum_number(datum, DATUM_DURATION, wait_ns);
}

static void fill_group_median(struct datum *datum, const void *data)
{
	fill_group_wait(datum, data, ((const struct peer_group *)data)->figures.p50_ns);
}

static void fill_group_p99(struct datum *datum, const void *data)
{
	fill_group_wait(datum, data, ((const struct peer_group *)data)->figures.p99_ns);
}

static void fill_group_longest(struct datum *datum, const void *data)
{
	fill_group_wait(datum, data, ((const struct peer_group *)data)->figures.max_ns);
}

static const struct data_column of_peers[] = {
	{"from", "from", 'l', .fill = fill_group_from},
	{"to", "to", 'l', .fill = fill_group_to},
	{"count", "count", 'r', .fill = fill_group_count},
	{"failed", "failed", 'r', .fill = fill_group_failed},
	{"pending", "pending", 'r', .fill = fill_group_pending},
	{"bytes_asked", "out", 'o', .fill = fill_group_asked},
	{"bytes_answered", "in", 'o', .fill = fill_group_answered},
	{"p50_ns", "p50", 'o', .fill = fill_group_median},
	{"p99_ns", "p99", 'r', .fill = fill_group_p99},
	{"max_ns", "max", 'r', .fill = fill_group_longest},
	{NULL},
};

/* --- the view ------------------------------------------------------------------------------- */

static void draw_list(
	struct text *text, const struct exchange_list *list, const struct view_options *options)
{
	exchange_table_draw(text, list->exchanges, list->chosen, list->chosen_count, options);
	if (list->chosen_count < list->count) {
		text_pad(text, 2);
		text_addf(text, STYLE_FAINT, "and %zu more exchanges",
			list->count - list->chosen_count);
		text_end_line(text);
	}
}

static void draw_peers(
	struct text *text, const struct exchange_list *list, const struct view_options *options)
{
	struct peer_groups groups = groups_of(list, text->is_ascii);
	size_t most = view_most(options);
	struct data_table table;

	text_end_line(text);
	text_add(text, STYLE_TITLE, "Waits by peer");
	text_end_line(text);
	data_table_begin(&table, of_peers, text, NULL, options->is_full);
	if (text->width < EXCHANGE_TABLE_WIDE)
		table_set_gap(table.table, 1);
	for (size_t i = 0; i < groups.count && i < most; i++)
		data_table_row(&table, &groups.list[i]);
	data_table_end(&table, text);
	if (groups.count > most) {
		text_pad(text, 2);
		text_addf(text, STYLE_FAINT, "and %zu more peers", groups.count - most);
		text_end_line(text);
	}
	free_groups(&groups);
}

/* Why there is nothing to show. */
static const char *nothing(const struct selection *selection)
{
	const struct exchanges *exchanges = trace_exchanges(selection->trace);

	if (exchanges->count > 0)
		return "No exchange fits.";
	return header_leaves_calls_out(selection->trace)
		       ? "No exchanges: the trace has no calls that send and receive, or not all."
		       : "No exchanges: nothing was asked and nothing was answered.";
}

void view_exchanges(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct exchange_list list = list_of(selection, options);

	header_draw(text, selection);
	text_end_line(text);
	if (selection->trace->call_count == 0) {
		header_draw_nothing(text, selection);
	} else if (list.count == 0) {
		text_add(text, STYLE_PLAIN, nothing(selection));
		text_end_line(text);
	} else {
		draw_list(text, &list, options);
		draw_peers(text, &list, options);
	}
	free_list(&list);
}

static void tell_peers(struct json_output *output, const struct exchange_list *list,
	const struct view_options *options)
{
	struct peer_groups groups = groups_of(list, output->text->is_ascii);
	size_t most = view_most(options);
	size_t shown = groups.count < most ? groups.count : most;

	json_array_begin(&output->writer, "peers");
	for (size_t i = 0; i < shown; i++)
		data_table_tell(output, of_peers, &groups.list[i]);
	json_array_end(&output->writer);
	json_number(&output->writer, "peers_left_out", (int64_t)(groups.count - shown));
	free_groups(&groups);
}

/* Programs do not read it, so it stands beside. */
static void say_nothing(const struct selection *selection)
{
	const char *words = nothing(selection);

	if (selection->trace->call_count == 0)
		print_message("sockview: %s\n", header_nothing(selection->trace, false));
	else
		print_message("sockview: %c%.*s\n", tolower((unsigned char)words[0]),
			(int)strlen(words) - 2, words + 1);
}

void view_exchanges_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct exchange_list list = list_of(selection, options);

	if (list.count == 0)
		say_nothing(selection);
	header_tell(&output->writer, selection);
	exchange_table_tell(output, "exchanges", list.exchanges, list.chosen, list.chosen_count);
	json_number(
		&output->writer, "exchanges_left_out", (int64_t)(list.count - list.chosen_count));
	tell_peers(output, &list, options);
	free_list(&list);
}
