/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_words.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/term/dictionary.h"
#include "viewer/wording/names.h"

#define LONGEST_RULE 2000

static void put_foreign(struct text *text, const char *words)
{
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), text->column + LONGEST_RULE);
}

void check_put_rule(struct text *text, const struct check_rule *rule)
{
	if (rule->kind == CHECK_COMPLETE)
		text_add(text, STYLE_PLAIN, rule->text);
	else
		put_foreign(text, rule->text);
}

const char *check_source_name(const struct trace *trace, const struct check_finding *finding)
{
	uint64_t offset;

	if (finding->call != NO_CALL)
		return source_name(trace_source_of(trace, &trace->calls[finding->call], &offset));
	return trace->part_count > 0 ? source_name(trace->parts[0].source) : NULL;
}

void check_put_place(
	struct text *text, const struct trace *trace, const struct check_finding *finding)
{
	const char *name = check_source_name(trace, finding);

	if (finding->line == 0)
		return;
	if (name)
		put_foreign(text, name);
	else
		text_add(text, STYLE_PLAIN, "line ");
	text_addf(text, STYLE_PLAIN, "%s%" PRIu64, name ? ":" : "", finding->line);
	text_add(text, STYLE_PLAIN, ": "); /* as compilers say it, for editors */
}

void check_put_finding(struct text *text, const struct trace *trace,
	const struct instants *instants, const struct check_finding *finding)
{
	const struct call *call = finding->call == NO_CALL ? NULL : &trace->calls[finding->call];
	char words[INSTANT_SIZE], took[QUANTITY_SIZE];

	if (finding->process)
		name_process(text, STYLE_PLAIN, finding->process, text->column + 40);
	if (call && call->fd >= 0)
		text_addf(text, STYLE_PLAIN, " fd %" PRId32, call->fd);
	if (call) {
		text_add_separator(text, STYLE_PLAIN, ',');
		name_call(text, STYLE_PLAIN, trace_word(trace, call->name), text->column + 40);
		instant_words(instants, words, call->time_ns);
		text_add(text, STYLE_PLAIN, " at ");
		text_add(text, STYLE_PLAIN, words);
	}
	if (finding->process || call)
		text_add_separator(text, STYLE_PLAIN, ':');
	text_add(text, STYLE_PLAIN, finding->what);
	if (finding->took_ns > 0) {
		quantity_time(took, finding->took_ns, text->is_ascii);
		text_add(text, STYLE_PLAIN, ": took ");
		text_add(text, STYLE_PLAIN, took);
	}
	if (finding->times > 1)
		text_addf(text, STYLE_PLAIN,
			finding->took_ns > 0 ? " (%zu times, this the longest)" : " (%zu times)",
			finding->times);
}

void check_put_seen(struct text *text, const struct check_result *result)
{
	const char *things = result->things;
	bool is_most = things && strcmp(things, "at most") == 0;

	if (is_most)
		text_addf(text, STYLE_PLAIN, "at most %zu", result->seen);
	else if (things && text->language != LANGUAGE_ENGLISH)
		text_addf(text, STYLE_PLAIN, "%s %zu", dictionary_words(text->language, things),
			result->seen);
	else if (things)
		text_addf(text, STYLE_PLAIN, "%zu %.*s", result->seen,
			(int)(strlen(things) - (result->seen == 1)), things);
}
