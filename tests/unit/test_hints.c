/* SPDX-License-Identifier: MIT */
/* The table of hints: what belongs to a rule besides its row. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/record.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/hints/hint_search.h"
#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"

static void every_rule_has_a_program_that_gives_its_hint(void **state)
{
	char path[200];

	(void)state;
	for (const struct hint_rule *rule = hint_rules; rule->name; rule++) {
		snprintf(path, sizeof(path), "tests/hints/%s.py", rule->name);
		for (char *letter = path + strlen("tests/hints/"); *letter; letter++)
			if (*letter == '-')
				*letter = '_';
		if (access(path, R_OK) != 0)
			fail_msg("there is no %s", path);
	}
}

static void every_rule_has_words_and_one_function(void **state)
{
	(void)state;
	for (const struct hint_rule *rule = hint_rules; rule->name; rule++) {
		assert_non_null(rule->title);
		assert_non_null(rule->advice);
		if (!rule->title_zh || !rule->advice_zh)
			fail_msg("%s has no .title_zh and .advice_zh", rule->name);
		assert_int_equal(!!rule->of_socket + !!rule->of_process + !!rule->of_trace, 1);
	}
}

static void every_rule_is_in_the_man_page(void **state)
{
	static char page[1 << 16];
	char item[80];
	FILE *file = fopen("docs/man/sockview.1", "r");

	(void)state;
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (const struct hint_rule *rule = hint_rules; rule->name; rule++) {
		snprintf(item, sizeof(item), "\n.It Sy %s\n", rule->name);
		if (!strstr(page, item))
			fail_msg("%s is not in the man page", rule->name);
	}
}

static void a_rule_stands_above_those_that_it_stands_before(void **state)
{
	(void)state;
	for (const struct hint_rule *rule = hint_rules; rule->name; rule++) {
		assert_in_range(rule - hint_rules, 0, HINT_RULES - 1);
		for (size_t i = 0; i < HINT_BEFORE && rule->before[i]; i++) {
			const struct hint_rule *other = rule + 1;
			while (other->name && strcmp(other->name, rule->before[i]) != 0)
				other++;
			if (!other->name)
				fail_msg("%s is not below %s", rule->before[i], rule->name);
		}
	}
}

/* Hints of a rule and of one that it stands before, at calls of an echo server and its client. */
static void what_is_said_is_not_said_again(void **state)
{
	uint64_t sockets[8] = {0}, processes[8] = {0};
	struct hints hints = {0};
	struct trace *trace = trace_new();
	struct filter filter = {0};

	assert_true(trace_read(trace, source_open("tests/viewer/traces/tcp_echo.jsonl")));
	trace_complete(trace);
	struct selection *selection = selection_new(trace, &filter);
	struct hint_search search = {.trace = trace,
		.selection = selection,
		.hints = &hints,
		.rule = hint_rules,
		.bit = 1,
		.spoke_of_socket = sockets,
		.spoke_of_process = processes};
	uint32_t first = 0;

	(void)state;
	assert_in_range(trace->socket_count, 1, 7);
	assert_in_range(trace->process_count, 1, 7);
	while (!trace->calls[first].descriptor ||
		!trace->calls[first].descriptor->socket->other_end)
		first++;
	const struct socket *socket = trace->calls[first].descriptor->socket, *third = NULL;
	for (size_t i = 0; i < trace->socket_count; i++)
		if (trace->sockets[i] != socket && trace->sockets[i] != socket->other_end)
			third = trace->sockets[i];

	hint_add(&search, hint_begin(&search, first), "the first");
	hint_add(&search, hint_begin(&search, first), "a rule is not before itself");
	assert_int_equal(hints.count, 2);

	search.rule++;
	search.bit = 2;
	assert_false(hint_is_said(&search, socket, NULL));
	search.before = 1;
	assert_true(hint_is_said(&search, socket, NULL));
	assert_true(hint_is_said(&search, socket->other_end, NULL));
	assert_non_null(third);
	assert_false(hint_is_said(&search, third, trace->processes[0]));
	hint_add(&search, hint_begin(&search, first), "the second");
	assert_int_equal(hints.count, 2);

	struct hint of_process = hint_begin(&search, first);
	of_process.descriptor = NULL;
	hint_add(&search, of_process, "of its process");
	assert_int_equal(hints.count, 3);
	search.before = 2;
	assert_true(hint_is_said(&search, third, of_process.process));
	hint_speaks_of(&search, third);
	assert_true(hint_is_said(&search, third, NULL));

	for (size_t i = 0; i < hints.count; i++)
		free(hints.list[i].seen);
	free(hints.list);
	selection_free(selection);
	trace_free(trace);
}

static void a_hint_at_no_call_is_not_added(void **state)
{
	struct trace *trace = trace_new();
	struct hints hints = {0};
	struct hint_search search = {.trace = trace, .hints = &hints};
	struct hint hint = hint_begin(&search, NO_CALL);

	(void)state;
	hint_show(&hint, NO_CALL);
	hint_add(&search, hint, "nothing");
	assert_int_equal(hints.count, 0);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_a_program_that_gives_its_hint),
		cmocka_unit_test(every_rule_is_in_the_man_page),
		cmocka_unit_test(every_rule_has_words_and_one_function),
		cmocka_unit_test(a_rule_stands_above_those_that_it_stands_before),
		cmocka_unit_test(what_is_said_is_not_said_again),
		cmocka_unit_test(a_hint_at_no_call_is_not_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
