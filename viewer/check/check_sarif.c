/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_sarif.h"

#include <stdio.h>
#include <string.h>

#include "format/version.h"
#include "viewer/check/check_words.h"
#include "viewer/term/json_output.h"

static void tell_words(struct json_output *output, const char *key, struct text *words)
{
	json_text_n(&output->writer, key, words->bytes ? words->bytes : "", words->length);
	words->length = words->column = 0;
}

/* "message": {"text": …} */
static void tell_message(struct json_output *output, const char *key, struct text *words)
{
	json_object_begin(&output->writer, key);
	tell_words(output, "text", words);
	json_object_end(&output->writer);
}

/* The name of a file as a URI reference: RFC 3986. */
static void tell_uri(struct json_output *output, const char *name, struct text *words)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";

	if (*name == '/')
		text_add(words, STYLE_PLAIN, "file://");
	for (; *name; name++)
		text_addf(words, STYLE_PLAIN, strchr(plain, *name) ? "%c" : "%%%02X",
			(unsigned char)*name);
	tell_words(output, "uri", words);
}

static void tell_rules(struct json_output *output, const struct checks *checks, struct text *words)
{
	struct json_writer *w = &output->writer;

	json_array_begin(w, "rules");
	for (size_t i = 0; i < checks->count; i++) {
		json_object_begin(w, NULL);
		check_put_rule(words, checks->list[i].rule);
		tell_words(output, "id", words);
		check_put_rule(words, checks->list[i].rule);
		tell_message(output, "shortDescription", words);
		json_object_end(w);
	}
	json_array_end(w);
}

static void tell_driver(struct json_output *output, const struct checks *checks, struct text *words)
{
	struct json_writer *w = &output->writer;

	json_object_begin(w, "tool");
	json_object_begin(w, "driver");
	json_text(w, "name", "sockview");
	json_text(w, "version", SOCKLINE_VERSION);
	tell_rules(output, checks, words);
	json_object_end(w);
	json_object_end(w);
}

/* A finding about the whole trace is at its first line, as those that show results want a place. */
static void tell_place(struct json_output *output, const struct trace *trace,
	const struct check_finding *finding, struct text *words)
{
	struct json_writer *w = &output->writer;
	const char *name = check_source_name(trace, finding);

	json_array_begin(w, "locations");
	json_object_begin(w, NULL);
	json_object_begin(w, "physicalLocation");
	json_object_begin(w, "artifactLocation");
	tell_uri(output, name ? name : "standard-input", words);
	json_object_end(w);
	json_object_begin(w, "region");
	json_number(w, "startLine", finding->line > 0 ? (int64_t)finding->line : 1);
	json_object_end(w);
	json_object_end(w);
	json_object_end(w);
	json_array_end(w);
}

static void tell_results(
	struct json_output *output, const struct checks *checks, struct text *words)
{
	struct json_writer *w = &output->writer;
	struct instants instants = instants_of(checks->trace, TIME_RELATIVE, true);

	json_array_begin(w, "results");
	for (size_t i = 0; i < checks->count; i++)
		for (size_t j = 0; j < checks->list[i].count; j++) {
			const struct check_finding *finding = &checks->list[i].list[j];
			json_object_begin(w, NULL);
			check_put_rule(words, checks->list[i].rule);
			tell_words(output, "ruleId", words);
			json_number(w, "ruleIndex", (int64_t)i);
			json_text(w, "level", "error");
			check_put_finding(words, checks->trace, &instants, finding);
			tell_message(output, "message", words);
			tell_place(output, checks->trace, finding, words);
			json_number(w, "occurrenceCount", (int64_t)finding->times);
			json_object_end(w);
			json_output_some(output);
		}
	json_array_end(w);
}

void check_sarif(struct text *text, const struct checks *checks)
{
	struct json_output output = {.text = text};
	struct json_writer *w = &output.writer;
	struct text words = {.is_ascii = true, .width = SIZE_MAX};

	json_object_begin(w, NULL);
	json_text(w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_text(w, "version", "2.1.0");
	json_array_begin(w, "runs");
	json_object_begin(w, NULL);
	tell_driver(&output, checks, &words);
	tell_results(&output, checks, &words);
	json_object_end(w);
	json_array_end(w);
	json_object_end(w);
	json_line_end(w);
	json_output_finish(&output);
	text_free(&words);
}
