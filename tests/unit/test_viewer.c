/* SPDX-License-Identifier: MIT */
/* The parts of the viewer that every view stands on. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/quantity.h"
#include "viewer/text.h"
#include "viewer/time_scale.h"

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
	assert_true(scale->is_folded[3]);
	assert_true(scale->columns[4] < 40);
	assert_int_equal(time_scale_column(scale, 15), scale->columns[1]);
	assert_int_equal(time_scale_column(scale, -5), 0);
	assert_int_equal(time_scale_column(scale, INT64_MAX), scale->columns[4]);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_and_sizes_have_three_digits),
		cmocka_unit_test(every_moment_has_a_column_of_its_own_while_there_is_room),
		cmocka_unit_test(a_linear_scale_is_linear),
		cmocka_unit_test(scales_of_nothing_and_of_anything),
		cmocka_unit_test(foreign_words_cannot_reach_the_terminal),
		cmocka_unit_test(foreign_words_are_cut_only_where_they_do_not_fit),
		cmocka_unit_test(a_line_that_is_too_wide_is_broken_at_its_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
