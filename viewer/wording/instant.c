/* SPDX-License-Identifier: MIT */
#include "viewer/wording/instant.h"
#include "viewer/term/dictionary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "format/decimal.h"
#include "format/messages.h"

#define SECOND_NS 1000000000
#define MINUTE_NS (60LL * SECOND_NS)

/* "+999 ms"; a minute later "+59 min 59 s". */
#define SINCE_COLUMNS      8
#define SINCE_COLUMNS_LONG 12

#define GAP 2

static bool local_time(
	const struct instants *instants, int64_t time_ns, struct tm *local, int64_t *fraction_ns)
{
	int64_t wall_ns;

	if (__builtin_add_overflow(time_ns, instants->started_ns, &wall_ns))
		return false;
	*fraction_ns = wall_ns % SECOND_NS;
	time_t seconds = wall_ns / SECOND_NS;
	if (*fraction_ns < 0) {
		*fraction_ns += SECOND_NS;
		seconds--;
	}
	return localtime_r(&seconds, local) != NULL;
}

static bool clock_words(const struct instants *instants, char words[INSTANT_SIZE], int64_t time_ns)
{
	struct tm local;
	int64_t fraction_ns;

	if (!local_time(instants, time_ns, &local, &fraction_ns))
		return false;
	size_t length = strftime(
		words, INSTANT_SIZE, instants->has_date ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &local);
	snprintf(words + length, INSTANT_SIZE - length, ".%06" PRId64, fraction_ns / 1000);
	return length > 0;
}

/* Cut off and not rounded: what is asked for from the instant on that is printed has its line. */
static void exact_words(
	const struct instants *instants, char words[INSTANT_SIZE], const char *sign, uint64_t us)
{
	uint64_t unit = instants->is_short ? 1000 : 1000000, rest = us % unit;
	char *to = decimal_put(stpcpy(words, sign), (int64_t)(us / unit));

	*to++ = '.';
	for (uint64_t digit = unit / 10; digit > 0; digit /= 10)
		*to++ = (char)('0' + rest / digit % 10);
	stpcpy(to, instants->is_short ? " ms" : " s");
}

/* Of the trace, in whole microseconds. */
static int64_t microseconds(const struct instants *instants, int64_t time_ns)
{
	return (time_ns - instants->begin_ns) / 1000;
}

void instant_words(const struct instants *instants, char words[INSTANT_SIZE], int64_t time_ns)
{
	int64_t us = microseconds(instants, time_ns);

	if (instants->mode == TIME_CLOCK && clock_words(instants, words, time_ns))
		return;
	exact_words(instants, words, us < 0 ? "-" : "", (uint64_t)(us < 0 ? -us : us));
}

void instant_since_words(
	const struct instants *instants, char words[INSTANT_SIZE], int64_t from_ns, int64_t to_ns)
{
	/* Differences of what would be printed, so that their sums are that, too. */
	int64_t us = microseconds(instants, to_ns) - microseconds(instants, from_ns);
	int64_t since_ns = to_ns - from_ns;
	char duration[QUANTITY_SIZE];

	if (instants->mode == TIME_DELTA) {
		exact_words(instants, words, us < 0 ? "-" : "+", (uint64_t)(us < 0 ? -us : us));
		return;
	}
	quantity_time(duration, since_ns < 0 ? -since_ns : since_ns, instants->is_ascii);
	words[0] = since_ns < 0 ? '-' : '+';
	stpcpy(words + 1, duration);
}

static size_t columns_of(const struct instants *instants, int64_t time_ns)
{
	char words[INSTANT_SIZE];

	instant_words(instants, words, time_ns);
	return strlen(words);
}

static bool has_two_dates(const struct instants *instants, int64_t end_ns)
{
	struct tm begin, end;
	int64_t fraction_ns;

	return local_time(instants, instants->begin_ns, &begin, &fraction_ns) &&
	       local_time(instants, end_ns, &end, &fraction_ns) &&
	       (begin.tm_yday != end.tm_yday || begin.tm_year != end.tm_year);
}

static int64_t started_ns(const struct trace *trace)
{
	return trace->part_count > 0 ? trace->parts[0].started_ns : 0;
}

void instants_check(const struct trace *trace, enum time_mode mode)
{
	if (mode == TIME_CLOCK && started_ns(trace) == 0 && trace->call_count > 0)
		print_message("sockview: the trace does not say when it began: times count from "
			      "its beginning\n");
}

static struct instants make(
	const struct trace *trace, enum time_mode mode, bool is_ascii, int64_t end_ns)
{
	struct instants instants = {.mode = mode,
		.is_ascii = is_ascii,
		.begin_ns = trace->begin_ns,
		.started_ns = started_ns(trace)};
	int64_t length_us = microseconds(&instants, end_ns);

	if (instants.started_ns == 0 && mode == TIME_CLOCK)
		instants.mode = TIME_RELATIVE;
	instants.is_short = length_us < SECOND_NS / 1000;
	instants.has_date = instants.mode == TIME_CLOCK && has_two_dates(&instants, end_ns);
	instants.columns = columns_of(&instants, end_ns);
	if (instants.mode == TIME_DELTA)
		instants.columns++;
	else
		instants.since_columns =
			length_us < MINUTE_NS / 1000 ? SINCE_COLUMNS : SINCE_COLUMNS_LONG;
	return instants;
}

struct instants instants_of(const struct trace *trace, enum time_mode mode, bool is_ascii)
{
	return make(trace, mode, is_ascii, trace->end_ns);
}

struct instants instants_of_growing(const struct trace *trace, enum time_mode mode, bool is_ascii)
{
	return make(trace, mode, is_ascii, trace->begin_ns + 10LL * SECOND_NS);
}

size_t instants_columns(const struct instants *instants)
{
	return instants->columns + (instants->since_columns ? GAP + instants->since_columns : 0);
}

static void add_right(struct text *text, const char *words, size_t end)
{
	size_t columns = text_columns(words);

	text_pad(text, end > columns ? end - columns : 0);
	text_add(text, STYLE_FAINT, words);
}

void instants_pass(struct instants *instants, int64_t time_ns)
{
	instants->last_ns = time_ns;
	instants->has_line = true;
}

void instants_next(struct instants *instants, int64_t time_ns, char when[INSTANT_SIZE],
	char since[INSTANT_SIZE])
{
	*since = '\0';
	if (instants->mode == TIME_DELTA)
		instant_since_words(instants, when,
			instants->has_line ? instants->last_ns : instants->begin_ns, time_ns);
	else
		instant_words(instants, when, time_ns);
	if (instants->since_columns && instants->has_line)
		instant_since_words(instants, since, instants->last_ns, time_ns);
	instants_pass(instants, time_ns);
}

void instants_add(struct text *text, struct instants *instants, int64_t time_ns)
{
	size_t begin = text->column;
	char when[INSTANT_SIZE], since[INSTANT_SIZE];

	instants_next(instants, time_ns, when, since);
	add_right(text, when, begin + instants->columns);
	if (!instants->since_columns)
		return;
	text_add(text, STYLE_PLAIN, " ");
	add_right(text, since, begin + instants_columns(instants));
}

void instants_add_heading(struct text *text, const struct instants *instants)
{
	size_t begin = text->column;

	text_add_right(text, STYLE_FAINT, instants->mode == TIME_DELTA ? "since" : "time",
		instants->columns, begin + instants->columns);
	if (instants->since_columns)
		text_add_right(text, STYLE_FAINT, "since", instants->since_columns,
			begin + instants_columns(instants));
}

void instants_begin_list(struct instants *instants)
{
	instants->has_line = false;
}
