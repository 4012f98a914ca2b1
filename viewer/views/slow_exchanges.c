/* SPDX-License-Identifier: MIT */
#include "viewer/views/slow_exchanges.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/term/quantity.h"
#include "viewer/views/exchange_table.h"

/* So many are shown that failed or wait for an answer, and so many of those that have one. */
#define MOST_BAD  2
#define MOST_SLOW 3

struct slow_exchanges {
	const struct exchanges *exchanges;
	enum sort sort;
	uint32_t *shown; /* owned: all that fit through the filter */
	size_t shown_count;
	uint32_t list[MOST_BAD + MOST_SLOW];
	size_t count;
};

/* Those that come first by `is_before`, of which `list` has room for `most`. */
static void insert(const struct slow_exchanges *found, uint32_t *list, size_t *count, size_t most,
	uint32_t number,
	bool (*is_before)(
		const struct slow_exchanges *, const struct exchange *, const struct exchange *))
{
	const struct exchange *all = found->exchanges->list;
	size_t at = *count;

	while (at > 0 && is_before(found, &all[number], &all[list[at - 1]]))
		at--;
	if (at == most)
		return;
	*count += *count < most;
	memmove(list + at + 1, list + at, (*count - 1 - at) * sizeof(*list));
	list[at] = number;
}

static bool waited_longer(const struct slow_exchanges *found, const struct exchange *one,
	const struct exchange *other)
{
	return exchange_wait_ns(found->exchanges, one) > exchange_wait_ns(found->exchanges, other);
}

/* By the order that was asked for; of equal ones those that began first are there first. */
static bool comes_first(const struct slow_exchanges *found, const struct exchange *one,
	const struct exchange *other)
{
	int64_t key = exchange_table_key(found->exchanges, one, found->sort);
	int64_t other_key = exchange_table_key(found->exchanges, other, found->sort);

	return key != other_key ? key > other_key : one < other;
}

static bool is_pending(const struct exchange *exchange)
{
	return exchange->result == EXCHANGE_PENDING;
}

/* What waits for an answer still comes before what failed, if it has waited for long. */
static bool is_worse(const struct slow_exchanges *found, const struct exchange *one,
	const struct exchange *other)
{
	if (is_pending(one) != is_pending(other))
		return is_pending(one);
	return is_pending(one) && waited_longer(found, one, other);
}

/* Of those that have an answer these with the most by the order that was asked for, which all that
 * are found stand in; in the order of time, those that waited longest. Unless an order was asked
 * for the worst stand first. */
static struct slow_exchanges find(const struct selection *selection, enum sort sort)
{
	struct slow_exchanges found = {
		.exchanges = trace_exchanges(selection->trace), .sort = sort};
	uint32_t bad[MOST_BAD] = {0}, slow[MOST_SLOW] = {0};
	size_t bad_count = 0, slow_count = 0;

	found.shown = exchanges_shown(found.exchanges, selection, &found.shown_count);
	for (size_t i = 0; i < found.shown_count; i++) {
		uint32_t number = found.shown[i];
		const struct exchange *exchange = &found.exchanges->list[number];
		if (exchange_has_failed(exchange) || is_pending(exchange))
			insert(&found, bad, &bad_count, MOST_BAD, number, is_worse);
		else if (exchange_has_answer(exchange))
			insert(&found, slow, &slow_count, MOST_SLOW, number,
				sort == SORT_BEGIN ? waited_longer : comes_first);
	}
	memcpy(found.list, bad, bad_count * sizeof(*bad));
	memcpy(found.list + bad_count, slow, slow_count * sizeof(*slow));
	size_t both = bad_count + slow_count;
	if (sort == SORT_NONE)
		found.count = both;
	else
		for (size_t i = 0; i < both; i++)
			insert(&found, found.list, &found.count, both, found.list[i], comes_first);
	return found;
}

static void add_wait(struct text *text, const char *what, int64_t wait_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, wait_ns, text->is_ascii);
	text_addf(text, STYLE_FAINT, "%s ", what);
	text_add(text, STYLE_PLAIN, words);
}

static void draw_heading(struct text *text, const struct exchange_figures *figures)
{
	size_t count = figures->count - figures->notices;

	text_pad(text, 2);
	text_addf(text, STYLE_FAINT, "%zu exchange%s", count, count == 1 ? "" : "s");
	if (figures->failed > 0)
		text_addf(text, STYLE_ERROR, ", %zu failed", figures->failed);
	if (figures->pending > 0)
		text_addf(text, STYLE_WAIT, ", %zu without an answer yet", figures->pending);
	/* Of a few the lines below say it. */
	if (figures->answered > MOST_SLOW) {
		struct text_mark mark = text_mark(text);
		text_add(text, STYLE_FAINT, ", waited for");
		add_wait(text, ": p50", figures->p50_ns);
		add_wait(text, ", p99", figures->p99_ns);
		add_wait(text, ", max", figures->max_ns);
		text_break_at(text, mark, text->width, 4);
	}
	text_end_line(text);
}

void slow_exchanges_draw(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct slow_exchanges found = find(selection, options->sort);

	if (found.count > 0) {
		struct exchange_figures figures =
			exchange_figures_of(found.exchanges, found.shown, found.shown_count);
		draw_heading(text, &figures);
		exchange_table_draw(text, found.exchanges, found.list, found.count, options);
	}
	free(found.shown);
}

void slow_exchanges_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct slow_exchanges found = find(selection, options->sort);

	exchange_table_tell(output, "exchanges", found.exchanges, found.list, found.count);
	json_number(
		&output->writer, "exchanges_left_out", (int64_t)(found.shown_count - found.count));
	free(found.shown);
}

void slow_exchanges_mark(
	const struct selection *selection, const struct view_options *options, bool *is_marked)
{
	struct slow_exchanges found = find(selection, options->sort);

	for (size_t i = 0; i < found.count; i++) {
		const struct socket *socket = found.exchanges->list[found.list[i]].socket;
		is_marked[socket->number] = true;
		if (socket->other_end)
			is_marked[socket->other_end->number] = true;
	}
	free(found.shown);
}
