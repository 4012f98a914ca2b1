/* SPDX-License-Identifier: MIT */
/* There are several schemas, none of them JUnit's own. Both that are used most are kept to, that of
 * Ant's tasks and that of Jenkins: so all the attributes, and elements that may be empty. */
#include "viewer/check/check_junit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "viewer/check/check_words.h"
#include "viewer/term/xml.h"

#define SECOND_NS 1000000000

static void add(struct text *text, const char *words)
{
	text_raw(text, words, strlen(words));
}

static void add_number(struct text *text, const char *name, size_t number)
{
	char words[80];

	snprintf(words, sizeof(words), " %s=\"%zu\"", name, number);
	add(text, words);
}

/* Adds the words of the other text, and empties it. */
static void add_words(struct text *text, struct text *words)
{
	if (words->length > 0)
		xml_add(text, words->bytes, words->length);
	words->length = words->column = 0;
}

static void add_attribute(struct text *text, const char *name, struct text *words)
{
	add(text, " ");
	add(text, name);
	add(text, "=\"");
	add_words(text, words);
	add(text, "\"");
}

static void put_foreign(struct text *words, const char *foreign)
{
	text_add_foreign(words, STYLE_PLAIN, foreign, strlen(foreign), 300);
}

/* Of the trace, as the check itself has none: so the same trace gives the same file. */
static void add_begin(struct text *text, const struct trace *trace, struct text *words)
{
	const struct part *part = trace->part_count > 0 ? &trace->parts[0] : NULL;
	time_t started = part ? (time_t)(part->started_ns / SECOND_NS) : 0;
	char written[32] = "1970-01-01T00:00:00";
	struct tm utc;

	if (gmtime_r(&started, &utc) && utc.tm_year >= 0 && utc.tm_year < 8000)
		strftime(written, sizeof(written), "%Y-%m-%dT%H:%M:%S", &utc);
	put_foreign(words, written);
	add_attribute(text, "timestamp", words);
	put_foreign(words, part && part->header && part->header->host && *part->header->host
				   ? part->header->host
				   : "localhost");
	add_attribute(text, "hostname", words);
}

static void add_failure(struct text *text, const struct checks *checks,
	const struct check_result *result, const struct instants *instants, struct text *words)
{
	const struct trace *trace = checks->trace;
	size_t rest = result->violations;

	add(text, "      <failure type=\"violated\"");
	text_addf(words, STYLE_PLAIN, "%zu %s: ", result->violations,
		result->violations == 1 ? "violation" : "violations");
	check_put_place(words, trace, &result->list[0]);
	check_put_finding(words, trace, instants, &result->list[0]);
	add_attribute(text, "message", words);
	add(text, ">");
	for (size_t i = 0; i < result->count; i++) {
		check_put_place(words, trace, &result->list[i]);
		check_put_finding(words, trace, instants, &result->list[i]);
		add_words(text, words);
		add(text, "\n");
		rest -= result->list[i].times;
	}
	if (rest > 0) {
		text_addf(words, STYLE_PLAIN, "and %zu more", rest);
		add_words(text, words);
		add(text, "\n");
	}
	add(text, "</failure>\n");
}

static void add_case(struct text *text, const struct checks *checks,
	const struct check_result *result, const struct instants *instants, struct text *words)
{
	const char *name = trace_name(checks->trace);

	add(text, "    <testcase");
	check_put_rule(words, result->rule);
	add_attribute(text, "name", words);
	put_foreign(words, name ? name : "standard input");
	add_attribute(text, "classname", words);
	add_number(text, "time", 0);
	if (result->violations == 0) {
		add(text, "/>\n");
		return;
	}
	add(text, ">\n");
	add_failure(text, checks, result, instants, words);
	add(text, "    </testcase>\n");
}

void check_junit(struct text *text, const struct checks *checks)
{
	struct instants instants = instants_of(checks->trace, TIME_RELATIVE, true);
	struct text words = {.is_ascii = true, .width = SIZE_MAX};

	add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		  "  <testsuite name=\"sockview --check\" package=\"sockline\" id=\"0\"");
	add_number(text, "tests", checks->count);
	add_number(text, "failures", checks->violated);
	add_number(text, "errors", 0);
	add_number(text, "time", 0);
	add_begin(text, checks->trace, &words);
	add(text, ">\n    <properties/>\n");
	for (size_t i = 0; i < checks->count; i++)
		add_case(text, checks, &checks->list[i], &instants, &words);
	add(text, "    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n"
		  "</testsuites>");
	text_end_line(text);
	text_free(&words);
}
