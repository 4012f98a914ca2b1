/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/relate/complete.h"
#include "viewer/relate/exchange_choice.h"
#include "viewer/term/quantity.h"
#include "viewer/views/follow.h"
#include "viewer/views/growing.h"
#include "viewer/wording/exchange_words.h"
#include "viewer/wording/warnings.h"

/* Words are cut here. */
#define LONGEST ((size_t)200)

struct exchange_following {
	struct text *text;
	struct trace *trace;
	struct filter *filter;
	enum time_mode time;
	struct instants instants;
	size_t *told; /* owned, by socket: so many of its exchanges, the first */
	size_t told_count;
	size_t shown;
};

static void add_right(struct text *text, const char *words, size_t width)
{
	size_t columns = text_columns(words);

	text_pad(text, text->column + (width > columns ? width - columns : 0));
	text_add(text, STYLE_PLAIN, words);
}

static void add_time(struct text *text, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns, text->is_ascii);
	add_right(text, words, 9);
}

static void add_bytes(struct text *text, uint64_t bytes)
{
	char words[QUANTITY_SIZE];

	quantity_bytes(words, bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX);
	add_right(text, words, 9);
}

/* Lines are searched, and so are not cut: the numbers come first. */
static void draw(struct exchange_following *following, const struct exchanges *exchanges,
	const struct exchange *exchange)
{
	struct text *text = following->text;

	instants_add(text, &following->instants, exchange_begin_ns(exchanges, exchange));
	if (exchange_has_waited(exchange))
		add_time(text, exchange_wait_ns(exchanges, exchange));
	else
		add_right(text, "-", 9);
	add_time(text, exchange_total_ns(exchanges, exchange));
	add_bytes(text, exchange->bytes_asked);
	add_bytes(text, exchange->bytes_answered);
	text_add(text, STYLE_PLAIN, "  ");
	exchange_add_asker(text, exchanges, exchange, EXCHANGE_WHOLE, LONGEST);
	text_add(text, STYLE_PLAIN, text_choose(text, " → ", " -> "));
	exchange_add_answerer(text, exchanges, exchange, EXCHANGE_WHOLE, 2 * LONGEST);
	text_add(text, STYLE_PLAIN, "  ");
	exchange_add_name(text, exchanges, exchange, 3 * LONGEST);
	text_add(text, STYLE_PLAIN, "  ");
	exchange_add_result(text, exchanges, exchange, 4 * LONGEST);
	text_end_line(text);
	following->shown++;
}

/* The end that tells of a connection may become another one, when that is seen. */
static size_t *told_of(struct exchange_following *following, const struct socket *socket)
{
	size_t *told = &following->told[socket->number];

	if (socket->other_end && following->told[socket->other_end->number] > *told)
		*told = following->told[socket->other_end->number];
	return told;
}

static void make_room(struct exchange_following *following)
{
	size_t count = following->trace->socket_count;

	following->told = xrealloc(following->told, (count + 1) * sizeof(*following->told));
	memset(following->told + following->told_count, 0,
		(count - following->told_count) * sizeof(*following->told));
	following->told_count = count;
}

/* Those that have ended, each when those before it on the same socket have. */
static void tell_ended(struct exchange_following *following, bool is_last)
{
	const struct trace *trace = following->trace;
	const struct exchanges *exchanges = trace_exchanges(trace);
	const struct selection selection = {.trace = trace, .filter = following->filter};
	size_t *passed = xcalloc(trace->socket_count + 1, sizeof(*passed));
	size_t shown_count, next = 0;
	uint32_t *shown = exchanges_shown(exchanges, &selection, &shown_count);

	make_room(following);
	for (size_t i = 0; i < exchanges->count && !following->text->is_unwanted; i++) {
		const struct exchange *exchange = &exchanges->list[i];
		size_t *told = told_of(following, exchange->socket);
		size_t at = passed[exchange->socket->number]++;
		bool has_ended =
			is_last || (exchange->result != EXCHANGE_PENDING && !exchange->is_open);
		bool is_shown = next < shown_count && shown[next] == i;
		next += is_shown;
		if (at != *told || !has_ended)
			continue;
		++*told;
		if (is_shown)
			draw(following, exchanges, exchange);
	}
	free(shown);
	free(passed);
	text_flush(following->text);
}

static bool look(void *context, bool is_last)
{
	tell_ended(context, is_last);
	return false;
}

static void begin(void *context)
{
	struct exchange_following *following = context;
	const struct trace *trace = following->trace;

	instants_check(trace, following->time);
	following->instants =
		instants_of_growing(trace, following->time, following->text->is_ascii);
}

static void warn(void *context, const struct record_warning *warning)
{
	struct exchange_following *following = context;

	warnings_draw_one(following->text, warning, 0);
	text_flush(following->text);
}

bool follow_exchanges(struct text *text, struct trace *trace, struct source *source,
	struct filter *filter, enum time_mode time, size_t *shown)
{
	struct exchange_following following = {
		.text = text, .trace = trace, .filter = filter, .time = time};
	struct growing growing = {.text = text,
		.trace = trace,
		.filter = filter,
		.context = &following,
		.look = look,
		.begin = begin,
		.warn = warn};
	bool is_good = growing_follow(&growing, source);

	*shown = following.shown;
	free(following.told);
	return is_good;
}
