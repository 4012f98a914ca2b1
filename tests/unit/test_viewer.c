/* SPDX-License-Identifier: MIT */
/* The parts of the viewer that every view stands on. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "viewer/layout/time_scale.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/term/text.h"
#include "viewer/wording/glyph.h"
#include "viewer/wording/names.h"

static void times_and_sizes_have_three_digits(void **state)
{
	static const struct {
		int64_t number;
		const char *time, *bytes;
	} cases[] = {
		{0, "0", "0 B"},
		{950, "950 ns", "950 B"},
		{1380, "1.38 us", "1.38 kB"},
		{12400000, "12.4 ms", "12.4 MB"},
		{999999, "1.00 ms", "1.00 MB"},
		{59000000000, "59.0 s", "59.0 GB"},
	};
	char text[QUANTITY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		quantity_time(text, cases[i].number, true);
		assert_string_equal(text, cases[i].time);
		quantity_bytes(text, cases[i].number);
		assert_string_equal(text, cases[i].bytes);
	}
	quantity_time(text, INT64_MAX, true);
	quantity_time(text, INT64_MIN, true);
	quantity_bytes(text, INT64_MAX);
	quantity_bytes(text, INT64_MIN);
}

/* Those that stand in the middle between two are no less right. */
static void quantities_are_rounded_as_printf_rounds(void **state)
{
	char text[QUANTITY_SIZE], expected[QUANTITY_SIZE];

	(void)state;
	for (int64_t time_ns = 1000; time_ns < 999500; time_ns++) {
		double value = (double)time_ns / 1e3;
		snprintf(expected, sizeof(expected), "%.*f us",
			value < 9.995   ? 2
			: value < 99.95 ? 1
					: 0,
			value);
		quantity_time(text, time_ns, true);
		assert_string_equal(text, expected);
	}
	for (int64_t bytes = 1000000; bytes < 1000000000; bytes += 4999) {
		double value = (double)bytes / 1e6;
		snprintf(expected, sizeof(expected), "%.*f MB",
			value < 9.995   ? 2
			: value < 99.95 ? 1
					: 0,
			value);
		quantity_bytes(text, bytes);
		if (value < 999.5)
			assert_string_equal(text, expected);
	}
}

static struct time_scale *scale_of(
	const int64_t *moments, size_t count, size_t width, bool is_linear)
{
	int64_t *copy = malloc(count * sizeof(*copy) + 1);

	memcpy(copy, moments, count * sizeof(*copy));
	return time_scale_new(copy, count, width, is_linear);
}

static void every_moment_has_a_column_of_its_own_while_there_is_room(void **state)
{
	const int64_t moments[] = {1000000, 0, 10, 20, 1000010, 20};
	struct time_scale *scale = scale_of(moments, 6, 40, false);

	(void)state;
	assert_int_equal(scale->count, 5);
	for (size_t i = 1; i < scale->count; i++)
		assert_true(scale->columns[i] > scale->columns[i - 1]);
	assert_int_equal(scale->fold_count, 1);
	assert_int_equal(scale->folds[0].from, 2);
	assert_int_equal(scale->columns[3], scale->columns[2] + SCALE_FOLD_COLUMNS + 1);
	assert_true(scale->columns[4] < 40);
	assert_int_equal(time_scale_column(scale, 15), scale->columns[1]);
	assert_int_equal(time_scale_column(scale, -5), 0);
	assert_int_equal(time_scale_column(scale, INT64_MAX), scale->columns[4]);
	time_scale_free(scale);
}

static void what_is_busy_has_the_width(void **state)
{
	int64_t moments[1000];

	(void)state;
	/* A second in which nearly nothing happens, then a millisecond in which everything does. */
	for (int i = 0; i < 1000; i++)
		moments[i] = i < 10 ? i * 100000000LL : 1000000000 + i * 1000;
	struct time_scale *scale = scale_of(moments, 1000, 57, false);
	assert_int_equal(scale->fold_count, 1);
	assert_int_equal(scale->folds[0].from, 0);
	assert_int_equal(scale->folds[0].to, 10);
	assert_int_equal(scale->columns[9], 0);
	assert_int_equal(scale->columns[10], SCALE_FOLD_COLUMNS + 1);
	/* As many in each column. */
	assert_in_range(scale->columns[505], 29, 31);
	assert_int_equal(scale->columns[999], 56);
	time_scale_free(scale);
}

static void two_quiet_stretches_are_as_far_apart_as_their_lengths_are_long(void **state)
{
	const int64_t second = 1000000000;
	const int64_t moments[] = {0, 1, 2, 2 + second, 3 + second, 3 + 2 * second, 4 + 2 * second};
	struct time_scale *scale = scale_of(moments, 7, 40, false);

	(void)state;
	assert_int_equal(scale->fold_count, 1);
	time_scale_free(scale);
	scale = scale_of(moments, 7, 80, false);
	assert_int_equal(scale->fold_count, 2);
	time_scale_free(scale);
}

static void a_linear_scale_is_linear(void **state)
{
	const int64_t moments[] = {0, 500, 1000};
	struct time_scale *scale = scale_of(moments, 3, 101, true);

	(void)state;
	assert_int_equal(scale->columns[1], 50);
	assert_int_equal(scale->columns[2], 100);
	time_scale_free(scale);
}

static void a_nanosecond_is_a_gap_at_any_time(void **state)
{
	const int64_t moments[] = {INT64_MAX - 2, INT64_MAX - 1, INT64_MAX};
	struct time_scale *scale = scale_of(moments, 3, 101, true);

	(void)state;
	assert_int_equal(scale->columns[1], 50);
	assert_int_equal(scale->columns[2], 100);
	time_scale_free(scale);
}

static void scales_of_nothing_and_of_anything(void **state)
{
	const int64_t moments[] = {INT64_MIN, -1, 0, INT64_MAX};

	(void)state;
	for (size_t count = 0; count <= 4; count++)
		for (size_t width = 1; width < 100; width++) {
			struct time_scale *scale = scale_of(moments, count, width, width % 2);
			assert_true(time_scale_column(scale, INT64_MAX) < width);
			time_scale_free(scale);
		}
}

static void expect_shown(const char *bytes, size_t length, bool is_ascii, const char *expected)
{
	struct text text = {.width = 80, .is_ascii = is_ascii};

	text_add_foreign(&text, STYLE_PLAIN, bytes, length, 60);
	assert_int_equal(text.length, strlen(expected));
	assert_memory_equal(text.bytes, expected, text.length);
	text_free(&text);
}

static void foreign_words_cannot_reach_the_terminal(void **state)
{
	(void)state;
	expect_shown("\x1b[31m", 5, false, "\\x1b[31m");
	expect_shown("\r\n\t\0", 4, false, "\\r\\n\\t\\x00");
	expect_shown("\x7f", 1, false, "\\x7f");
	expect_shown("\xc2\x9b", 2, false, "\\u009b");
	expect_shown("\xe2\x80\xae", 3, false, "\\u202e");
	expect_shown("\xff", 1, false, "\\xff");
	expect_shown("\xc3\xa9", 2, false, "\xc3\xa9");
	expect_shown("\xc3\xa9", 2, true, "\\u00e9");
}

static void foreign_words_are_cut_only_where_they_do_not_fit(void **state)
{
	struct text text = {.width = 80};

	(void)state;
	text_add_foreign(&text, STYLE_PLAIN, "abcdef", 6, 6);
	assert_int_equal(text.column, 6);
	text_add_foreign(&text, STYLE_PLAIN, "abcdef", 6, 10);
	assert_int_equal(text.column, 10);
	assert_int_equal(text.length, 6 + 3 + strlen("…"));
	/* Two columns a character. */
	text_add_foreign(&text, STYLE_PLAIN, "日本", 6, 14);
	assert_int_equal(text.column, 14);
	text_free(&text);
}

/* What a terminal makes of it, with as much room as is wanted. */
static const struct {
	const char *bytes, *shown;
	size_t columns;
} widths[] = {
	{"caf\u00e9", "caf\u00e9", 4},
	{"\u65e5\u672c", "\u65e5\u672c", 4},
	{"\uff21\uff76\uff9e", "\uff21\uff76\uff9e", 4}, /* full and half width */
	{"\u3231", "\u3231", 2},
	{"\u00b1\u2192\u03b1", "\u00b1\u2192\u03b1", 3}, /* ambiguous ones are narrow */
	{"\u1112\u1161\u11ab", "\u1112\u1161\u11ab", 2}, /* a Korean syllable in parts */
	{"\ud55c", "\ud55c", 2},                         /* and as one */
	{"\u0e17\u0e35\u0e48", "\u0e17\u0e35\u0e48", 1}, /* Thai, two marks above */
	{"\u0915\u094d\u0937\u093f", "\u0915\u094d\u0937\u093f", 3}, /* Devanagari */
	{"\u3042\u3099", "\u3042\u3099", 2},                         /* Japanese, a voicing mark */
	{"\U0001f1e9\U0001f1ea", "\U0001f1e9\U0001f1ea", 2},         /* a flag */
	{"\U0001f44d\U0001f3fd", "\U0001f44d\U0001f3fd", 4}, /* as wcwidth(3) adds them up */
	{"\U0001f680", "\U0001f680", 2},
	/* What is hidden is shown as its number. */
	{"\U0001f469\u200d\U0001f680", "\U0001f469\\u200d\U0001f680", 10},
	{"\u2764\ufe0f", "\u2764\\ufe0f", 7},
	{"e\u0301", "e\\u0301", 7},
	{"\U000e0041", "\\U000e0041", 10},
	{"\u0378", "\\u0378", 6}, /* no character yet */
	{"\U00013430", "\\U00013430", 10},
	/* Marks with nothing to stand on would be drawn on what is not the trace's. */
	{"\u0e35a", "\\u0e35a", 7},
	{"\u200b\u0e35", "\\u200b\\u0e35", 12},
	{"\xff\u0e35", "\\xff\\u0e35", 10},
	{"a\u1161", "a\\u1161", 7},
};

static void foreign_words_take_the_columns_of_a_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct text text = {.width = 80};
		text_add_foreign(&text, STYLE_PLAIN, widths[i].bytes, strlen(widths[i].bytes), 80);
		text_raw(&text, "", 1);
		assert_string_equal(text.bytes, widths[i].shown);
		assert_int_equal(text.column, widths[i].columns);
		text_free(&text);
	}
}

/* Cut before the column `end`. */
static void expect_cut(const char *bytes, size_t end, const char *expected, size_t columns)
{
	struct text text = {.width = 80};

	text_add_foreign(&text, STYLE_PLAIN, bytes, strlen(bytes), end);
	text_raw(&text, "", 1);
	assert_string_equal(text.bytes, expected);
	assert_int_equal(text.column, columns);
	text_free(&text);
}

static void foreign_words_are_not_cut_within_a_character(void **state)
{
	char heap[1 + 3 * 100 + 1] = "a";

	(void)state;
	expect_cut("\u65e5\u672c\u8a9e", 6, "\u65e5\u672c\u8a9e", 6);
	expect_cut("\u65e5\u672c\u8a9e", 5, "\u65e5\u672c…", 5);
	expect_cut("\u65e5\u672c\u8a9e", 4, "\u65e5…", 3);
	/* Two syllables of three parts. */
	expect_cut("\u1112\u1161\u11ab\u1100\u1173\u11af", 4,
		"\u1112\u1161\u11ab\u1100\u1173\u11af", 4);
	expect_cut("\u1112\u1161\u11ab\u1100\u1173\u11af", 3, "\u1112\u1161\u11ab…", 3);
	/* Two flags. */
	expect_cut("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 4,
		"\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 4);
	expect_cut("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 3, "\U0001f1e9\U0001f1ea…", 3);
	expect_cut("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2, "…", 1);
	/* A skin colour goes with its hand, a vowel with its letter. */
	expect_cut("\U0001f44d\U0001f3fdx", 4, "…", 1);
	expect_cut("\u0e17\u0e35\u0e48\u0e17\u0e35\u0e48x", 2, "\u0e17\u0e35\u0e48…", 2);
	expect_cut("\u0e17\u0e35\u0e48\u0e17\u0e35\u0e48", 2,
		"\u0e17\u0e35\u0e48\u0e17\u0e35\u0e48", 2);
	/* An escape is not cut either. */
	expect_cut("a\u200b", 6, "a…", 2);
	/* Marks are not heaped up without end. */
	for (int i = 0; i < 100; i++)
		memcpy(heap + 1 + 3 * i, "\u0e35", 3);
	struct text text = {.width = 80};
	text_add_foreign(&text, STYLE_PLAIN, heap, strlen(heap), 20);
	assert_int_equal(text.column, 1 + 3 * 6 + 1);
	assert_int_equal(text.length, 1 + 31 * 3 + 3 * 6 + strlen("…"));
	text_free(&text);
}

static void a_line_that_is_too_wide_is_broken_at_its_mark(void **state)
{
	struct text text = {.width = 10};

	(void)state;
	text_add(&text, STYLE_PLAIN, "12345");
	struct text_mark mark = text_mark(&text);
	text_add(&text, STYLE_PLAIN, " 678");
	text_break(&text, mark, 10);
	assert_int_equal(text.column, 9);
	mark = text_mark(&text);
	text_add(&text, STYLE_PLAIN, " 9ab");
	text_break(&text, mark, 10);
	text_end_line(&text);
	assert_memory_equal(text.bytes, "12345 678\n  9ab\n", text.length);
	text_free(&text);
}

/* For tests/viewer/widths.py: a line for each code point, - for one that is hidden. */
static int print_widths(void)
{
	printf("%s\n", utf8proc_unicode_version());
	for (uint32_t code = 0; code < 0x110000; code++)
		puts(text_is_hidden(code)            ? "-"
			: text_columns_of(code) == 2 ? "2"
			: text_columns_of(code) == 1 ? "1"
						     : "0");
	return 0;
}

static bool is_conversion(char letter)
{
	return strchr("diuoxXcspfgGeE", letter) != NULL;
}

/* The conversions of a format by the number of their argument: "zu" and so on. Returns how many. */
static size_t conversions(const char *format, char found[10][8])
{
	size_t count = 0, next = 0;

	memset(found, 0, 10 * sizeof(found[0]));
	for (; (format = strchr(format, '%')) != NULL; format++) {
		if (*++format == '%')
			continue;
		char *end;
		size_t at = next++, length = 0;
		unsigned long numbered = strtoul(format, &end, 10);
		if (*end == '$') {
			at = numbered - 1;
			format = end + 1;
		}
		assert_true(at < 10);
		format += strspn(format, "-+ 0123456789.");
		do
			found[at][length++] = *format;
		while (!is_conversion(*format++) && length < 7);
		format--;
		count = at + 1 > count ? at + 1 : count;
	}
	return count;
}

static void words_stand_in_order_with_a_chinese_side(void **state)
{
	(void)state;
	for (const struct dictionary_row *row = dictionary_rows; row->english; row++) {
		char english[10][8], chinese[10][8], both[10][8];
		if (row[1].english && strcmp(row->english, row[1].english) >= 0)
			fail_msg("%s: not before %s", row->english, row[1].english);
		if (text_columns(row->chinese) == strlen(row->chinese) &&
			strcmp(row->chinese, " / ") != 0)
			fail_msg("%s: %s", row->english, row->chinese);
		conversions(row->english, english);
		conversions(row->chinese, chinese);
		conversions(row->both, both);
		if (memcmp(english, chinese, sizeof(english)) != 0 ||
			memcmp(english, both, sizeof(english)) != 0)
			fail_msg("%s: %s", row->english, row->chinese);
	}
}

static void has_chinese(const char *english)
{
	if (dictionary_words(LANGUAGE_CHINESE, english) == english)
		fail_msg("%s has no row in the dictionary", english);
}

static void states_phases_outcomes_and_the_legend_have_chinese(void **state)
{
	struct socket listening = {.direction = DIRECTION_LISTENING}, other = {0};

	(void)state;
	for (enum phase phase = PHASE_NONE; phase <= PHASE_RELEASE; phase++) {
		has_chinese(name_phase(NULL, phase));
		has_chinese(name_phase(&listening, phase));
		has_chinese(name_phase(&other, phase));
	}
	for (enum outcome outcome = 0; outcome <= OUTCOME_FAILED; outcome++)
		has_chinese(name_outcome(outcome));
	for (enum state now = STATE_NEW; now <= STATE_GIVEN_BACK; now++)
		has_chinese(name_state(&other, now));
	for (size_t i = 0; glyph_legend[i] != GLYPH_NONE; i++) {
		enum glyph glyph = glyph_legend[i];
		bool is_call = (glyph >= GLYPH_DUPLICATE && glyph <= GLYPH_CLOSE) ||
			       glyph == GLYPH_SEND || glyph == GLYPH_RECEIVE;
		if (!is_call)
			has_chinese(glyph_sign(glyph)->legend);
	}
}

static void words_are_those_of_the_language(void **state)
{
	struct text text = {.language = LANGUAGE_CHINESE, .width = 80};

	(void)state;
	text_add(&text, STYLE_PLAIN, "  listening ");
	text_addf(&text, STYLE_PLAIN, "%s", "accept");
	assert_int_equal(text.column, 2 + 12 + 1 + 6);
	text_raw(&text, "", 1);
	assert_string_equal(text.bytes, "  收听（监听） accept");
	text_free(&text);
	assert_string_equal(dictionary_words(LANGUAGE_BOTH, "listening"), "收听（监听） listening");
	assert_string_equal(dictionary_words(LANGUAGE_ENGLISH, "listening"), "listening");
}

static void words_that_have_no_room_are_chinese_alone_or_not_there(void **state)
{
	static const struct {
		enum language language;
		size_t end;
		const char *words;
	} cases[] = {
		{LANGUAGE_ENGLISH, 6, "client"},
		{LANGUAGE_ENGLISH, 5, ""},
		{LANGUAGE_BOTH, 13, "客户端 client"},
		{LANGUAGE_BOTH, 12, "客户端"},
		{LANGUAGE_BOTH, 5, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text = {.language = cases[i].language};
		bool is_there = text_add_fitting(&text, STYLE_PLAIN, "client", cases[i].end);
		assert_true(is_there == (*cases[i].words != '\0'));
		text_raw(&text, "", 1);
		assert_string_equal(text.bytes, cases[i].words);
		text_free(&text);
	}
}

static void a_sentence_goes_on_in_a_new_line(void **state)
{
	static const struct {
		const char *words, *lines;
	} sentences[] = {
		{"one two three", "  one two\n  three"},
		{"数据传送，连接", "  数据传\n  送，连\n  接"},
		{"在 accept 里", "  在\n  accept\n  里"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		struct text text = {.width = 80};
		text_pad(&text, 2);
		text_add_sentence(&text, STYLE_PLAIN, sentences[i].words, 2, 9);
		text_raw(&text, "", 1);
		assert_string_equal(text.bytes, sentences[i].lines);
		text_free(&text);
	}
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "widths") == 0)
		return print_widths();

	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_and_sizes_have_three_digits),
		cmocka_unit_test(quantities_are_rounded_as_printf_rounds),
		cmocka_unit_test(every_moment_has_a_column_of_its_own_while_there_is_room),
		cmocka_unit_test(what_is_busy_has_the_width),
		cmocka_unit_test(two_quiet_stretches_are_as_far_apart_as_their_lengths_are_long),
		cmocka_unit_test(a_linear_scale_is_linear),
		cmocka_unit_test(a_nanosecond_is_a_gap_at_any_time),
		cmocka_unit_test(scales_of_nothing_and_of_anything),
		cmocka_unit_test(foreign_words_cannot_reach_the_terminal),
		cmocka_unit_test(foreign_words_are_cut_only_where_they_do_not_fit),
		cmocka_unit_test(foreign_words_take_the_columns_of_a_terminal),
		cmocka_unit_test(foreign_words_are_not_cut_within_a_character),
		cmocka_unit_test(a_line_that_is_too_wide_is_broken_at_its_mark),
		cmocka_unit_test(words_stand_in_order_with_a_chinese_side),
		cmocka_unit_test(states_phases_outcomes_and_the_legend_have_chinese),
		cmocka_unit_test(words_are_those_of_the_language),
		cmocka_unit_test(words_that_have_no_room_are_chinese_alone_or_not_there),
		cmocka_unit_test(a_sentence_goes_on_in_a_new_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
