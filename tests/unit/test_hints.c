/* The table of hints: what belongs to a rule besides its row. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "viewer/hint.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_a_program_that_gives_its_hint),
		cmocka_unit_test(every_rule_is_in_the_man_page),
		cmocka_unit_test(every_rule_has_words_and_one_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
