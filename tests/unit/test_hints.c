/* SPDX-License-Identifier: MIT */
/* The table of hints: what belongs to a rule besides its row. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format/record.h"
#include "viewer/hints/dns.h"
#include "viewer/hints/hint_rules.h"
#include "viewer/hints/hint_search.h"

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

static void a_question_to_a_name_server_is_read(void **state)
{
#define HEADER "000001000001000000000000"
	static const struct {
		const char *data, *name; /* name NULL: it is no question */
	} cases[] = {
		{"{\"hex\":\"" HEADER "04686f zz00\"}", NULL},
		{"{\"hex\":\"" HEADER "04686f7374076578616d706c65000001\"}", "host.example"},
		{"{\"hex\":\"" HEADER "04484F5354000001\"}", "HOST"},
		{"{\"text\":"
		 "\"\\u0000\\u0007\\u0001\\u0000\\u0000\\u0001\\u0000\\u0000\\u0000\\u0000"
		 "\\u0000\\u0000\\u0002ab\\u0000\"}",
			"ab"},
		{"{\"hex\":\"" HEADER "0461\"}", NULL},                 /* cut off */
		{"{\"hex\":\"" HEADER "0161\"}", NULL},                 /* without its end */
		{"{\"hex\":\"" HEADER "00\"}", NULL},                   /* the root */
		{"{\"hex\":\"" HEADER "c00c00\"}", NULL},               /* a pointer to itself */
		{"{\"hex\":\"" HEADER "011b00\"}", NULL},               /* a letter for terminals */
		{"{\"hex\":\"000081000001000000000000016100\"}", NULL}, /* an answer */
		{"{\"hex\":\"0000\"}", NULL},
		{"{\"hex\":7}", NULL},
		{"{}", NULL},
		{"[]", NULL},
	};
	char name[DNS_NAME_SIZE], line[600];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record record;
		struct scratch room = {0};
		snprintf(line, sizeof(line),
			"{\"type\":\"call\",\"seq\":1,\"time_ns\":5,\"duration_ns\":2,\"pid\":4,"
			"\"tid\":4,\"name\":\"sendto\",\"effect\":\"send\",\"args\":{\"d\":%s},"
			"\"result\":4}",
			cases[i].data);
		assert_null(record_read(&record, line, strlen(line)));
		record_read_values(&record, &room);
		bool is_question = dns_question(name, value_member(record.call.args, "d"));
		assert_int_equal(is_question, cases[i].name != NULL);
		if (is_question)
			assert_string_equal(name, cases[i].name);
		record_release(&record);
		scratch_free(&room);
	}
}

static void a_name_is_not_longer_than_it_may_be(void **state)
{
	char name[DNS_NAME_SIZE], line[2000], labels[1200] = "";
	struct record record;
	struct scratch room = {0};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		strcat(labels, "3f");
		for (size_t j = 0; j < 63; j++)
			strcat(labels, "61");
	}
	snprintf(line, sizeof(line),
		"{\"type\":\"call\",\"seq\":1,\"time_ns\":5,\"duration_ns\":2,\"pid\":4,\"tid\":4,"
		"\"name\":\"sendto\",\"effect\":\"send\",\"args\":{\"d\":{\"hex\":\"" HEADER
		"%s00\"}},\"result\":4}",
		labels);
	assert_null(record_read(&record, line, strlen(line)));
	record_read_values(&record, &room);
	assert_false(dns_question(name, value_member(record.call.args, "d")));
	record_release(&record);
	scratch_free(&room);
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
		cmocka_unit_test(a_hint_at_no_call_is_not_added),
		cmocka_unit_test(a_question_to_a_name_server_is_read),
		cmocka_unit_test(a_name_is_not_longer_than_it_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
