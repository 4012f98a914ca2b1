/* SPDX-License-Identifier: MIT */
#include "viewer/wording/warnings.h"

#include <inttypes.h>
#include <string.h>

#define MOST_WARNINGS 20

/* They are sentences, but a log may say anything. */
#define LONGEST 400

/* Of further lines of one. */
#define INDENT 2

/* The same warning for many processes is said once. */
struct warnings {
	const struct record_warning *list[MOST_WARNINGS];
	size_t more[MOST_WARNINGS]; /* that say the same */
	size_t count;
	size_t left_out; /* that say something else than all of these */
};

static void find_warnings(struct warnings *warnings, const struct trace *trace)
{
	warnings->count = warnings->left_out = 0;
	for (size_t i = 0; i < trace->record_count && trace->warning_count > 0; i++) {
		const struct record_warning *warning = &trace->records[i]->warning;
		size_t at = 0;
		if (trace->records[i]->type != RECORD_WARNING)
			continue;
		while (at < warnings->count &&
			strcmp(warnings->list[at]->message, warning->message) != 0)
			at++;
		if (at < warnings->count) {
			warnings->more[at]++;
		} else if (at < MOST_WARNINGS) {
			warnings->list[at] = warning;
			warnings->more[at] = 0;
			warnings->count++;
		} else {
			warnings->left_out++;
		}
	}
}

static void add_sentence(struct text *text, const char *words)
{
	size_t length = strlen(words), at = 0;

	while (at < length && at < LONGEST) {
		size_t next = at + strspn(words + at, " ");
		next += strcspn(words + next, " ");
		size_t wanted = next < LONGEST ? next : LONGEST;
		struct text_mark mark = text_mark(text);
		text_add_foreign(text, STYLE_PLAIN, words + at, wanted - at, SIZE_MAX);
		text_break_at(text, mark, text->width, INDENT);
		at = wanted;
	}
	if (at < length)
		text_add(text, STYLE_FAINT, text_choose(text, "…", "..."));
}

void warnings_draw_one(struct text *text, const struct record_warning *warning, size_t more)
{
	text_add(text, STYLE_ERROR, "warning: ");
	if (warning->pid != RECORD_ABSENT)
		text_addf(text, STYLE_PLAIN, "process %" PRId64 ": ", warning->pid);
	add_sentence(text, warning->message);
	if (more > 0) {
		struct text_mark mark = text_mark(text);
		text_addf(text, STYLE_FAINT, " (and %zu more)", more);
		text_break_at(text, mark, text->width, INDENT);
	}
	text_end_line(text);
}

void warnings_draw(struct text *text, const struct trace *trace)
{
	struct warnings warnings;

	find_warnings(&warnings, trace);
	for (size_t i = 0; i < warnings.count; i++)
		warnings_draw_one(text, warnings.list[i], warnings.more[i]);
	if (warnings.left_out > 0) {
		text_addf(text, STYLE_FAINT, "and %zu more %s", warnings.left_out,
			warnings.left_out == 1 ? "warning" : "warnings");
		text_end_line(text);
	}
}

void warnings_tell(struct json_writer *w, const struct trace *trace)
{
	struct warnings warnings;

	find_warnings(&warnings, trace);
	json_array_begin(w, "warnings");
	for (size_t i = 0; i < warnings.count; i++) {
		json_object_begin(w, NULL);
		if (warnings.list[i]->pid != RECORD_ABSENT)
			json_number(w, "pid", warnings.list[i]->pid);
		json_text(w, "message", warnings.list[i]->message);
		json_number(w, "more", (int64_t)warnings.more[i]);
		json_object_end(w);
	}
	json_array_end(w);
	json_number(w, "warnings_left_out", (int64_t)warnings.left_out);
}
