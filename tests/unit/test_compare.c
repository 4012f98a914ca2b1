/* SPDX-License-Identifier: MIT */
/* What two traces are compared by. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/compare/align.h"
#include "viewer/compare/normal.h"

#define MOST 12

/* The things as letters. */
static size_t things_of(const char *letters, uint32_t *things)
{
	size_t count = strlen(letters);

	for (size_t i = 0; i < count; i++)
		things[i] = (uint32_t)letters[i];
	return count;
}

static void what_has_moved_is_the_least_that_can_have(void **state)
{
	static const struct {
		const char *first, *second, *moved; /* of the second one: x has moved */
	} cases[] = {
		{"", "", ""},
		{"abc", "abc", "..."},
		{"abc", "bca", "..x"},
		{"abcdef", "fabcde", "x....."},
		{"aab", "baa", "x.."},
		{"abc", "axc", "..."},
		{"", "abc", "..."},
		{"aaaa", "aa", ".."},
	};
	uint32_t first[MOST], second[MOST];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool moved[MOST];
		char shown[MOST] = "";
		size_t first_count = things_of(cases[i].first, first);
		size_t second_count = things_of(cases[i].second, second);
		size_t expected = 0,
		       count = align_moved(first, first_count, second, second_count, moved);
		for (size_t j = 0; j < second_count; j++) {
			shown[j] = moved[j] ? 'x' : '.';
			expected += moved[j];
		}
		assert_string_equal(shown, cases[i].moved);
		assert_int_equal(count, expected);
	}
}

/* The longest common subsequence, by the table of all pairs. */
static size_t longest_common(const uint32_t *first, const uint32_t *second, size_t count)
{
	size_t table[MOST + 1][MOST + 1] = {{0}};

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			size_t longest = table[i][j + 1] > table[i + 1][j] ? table[i][j + 1]
									   : table[i + 1][j];
			table[i + 1][j + 1] = first[i] == second[j] ? table[i][j] + 1 : longest;
		}
	return table[count][count];
}

/* Where each thing is there once, no other alignment keeps more. */
static void as_many_stay_as_in_the_longest_common_subsequence(void **state)
{
	(void)state;
	srandom(1);
	for (int round = 0; round < 2000; round++) {
		uint32_t first[MOST], second[MOST];
		bool moved[MOST];
		size_t count = 1 + (size_t)random() % MOST;
		for (size_t i = 0; i < count; i++)
			first[i] = second[i] = (uint32_t)i;
		for (size_t i = count; i-- > 1;) {
			size_t other = (size_t)random() % (i + 1);
			uint32_t thing = second[i];
			second[i] = second[other];
			second[other] = thing;
		}
		assert_int_equal(count - align_moved(first, count, second, count, moved),
			longest_common(first, second, count));
	}
}

static void only_what_both_have_is_common(void **state)
{
	uint32_t first[MOST], second[MOST];
	size_t first_count = things_of("axbya", first), second_count = things_of("bzaaa", second);

	(void)state;
	align_common(first, &first_count, second, &second_count);
	assert_int_equal(first_count, 3);
	assert_int_equal(second_count, 3);
	assert_memory_equal(first, ((uint32_t[]){'a', 'b', 'a'}), sizeof(*first) * 3);
	assert_memory_equal(second, ((uint32_t[]){'b', 'a', 'a'}), sizeof(*second) * 3);
}

/* All the same, all in reverse, and as many as a long trace has: a table of all pairs of these
 * would take 40 GB. */
static void long_sequences_take_no_table_of_all_pairs(void **state)
{
	const size_t count = 200000;
	uint32_t *first = calloc(count, sizeof(*first)), *second = calloc(count, sizeof(*second));
	bool *moved = calloc(count, sizeof(*moved));

	(void)state;
	assert_true(first && second && moved);
	assert_int_equal(align_moved(first, count, second, count, moved), 0);
	for (size_t i = 0; i < count; i++) {
		first[i] = (uint32_t)i;
		second[i] = (uint32_t)(count - i);
	}
	second[0] = 0;
	assert_int_equal(align_moved(first, count, second, count, moved), count - 2);
	free(first);
	free(second);
	free(moved);
}

static void addresses_are_without_what_the_kernel_or_chance_picked(void **state)
{
	static const struct {
		const char *address, *normal;
	} cases[] = {
		{"", ""},
		{"127.0.0.1:80", "127.0.0.1:80"},
		{"127.0.0.1:5432", "127.0.0.1:5432"},
		{"127.0.0.1:32767", "127.0.0.1:32767"},
		{"127.0.0.1:32768", "127.0.0.1:*"},
		{"[::1]:40113", "[::1]:*"},
		{"[::1]:61000", "[::1]:61000"},
		{"/run/app-812/a.sock", "/run/app-#/a.sock"},
		{"/tmp/tmp.Xa81bz/a.sock", "/tmp/*/a.sock"},
		{"/tmp/x", "/tmp/*"},
		{"@/tmp/dbus-Zq81", "@/tmp/*"},
		{"@0a1b2", "@*"},
		{"@name", "@name"},
	};
	char normal[ADDRESS_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		normal_address(normal, cases[i].address);
		assert_string_equal(normal, cases[i].normal);
	}
}

static void names_are_without_counters_and_hashes(void **state)
{
	static const struct {
		const char *name, *normal;
	} cases[] = {
		{"", ""},
		{"GET /v1/users", "GET /v1/users"},
		{"GET /v1/users/4711", "GET /v1/users/#"},
		{"SET key:000000001234", "SET key:#"},
		{"GET /objects/9f86d081884c7d65", "GET /objects/*"},
		{"GET /deadbeef", "GET /deadbeef"},
		{"GET /f/550e8400-e29b-41d4-a716-446655440000", "GET /f/*"},
		{"POST /s?t=Xq3f9ZpLw0aVbT7k", "POST /s?t=*"},
		{"GET /internationalization", "GET /internationalization"},
		{"x12y345z", "x12y#z"},
	};
	char normal[300];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		normal_words(normal, sizeof(normal), cases[i].name, NORMAL_NAME_DIGITS);
		assert_string_equal(normal, cases[i].normal);
	}
	for (size_t size = 1; size < 20; size++) {
		normal_words(normal, size, "GET /v1/users/4711/x", NORMAL_NAME_DIGITS);
		assert_true(strlen(normal) < size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_moved_is_the_least_that_can_have),
		cmocka_unit_test(as_many_stay_as_in_the_longest_common_subsequence),
		cmocka_unit_test(only_what_both_have_is_common),
		cmocka_unit_test(long_sequences_take_no_table_of_all_pairs),
		cmocka_unit_test(addresses_are_without_what_the_kernel_or_chance_picked),
		cmocka_unit_test(names_are_without_counters_and_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
