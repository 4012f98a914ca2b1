/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "viewer/hints/hint_find.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/stuck.h"
#include "viewer/wording/names.h"

/* So many are on the page, and names of programs are cut here. */
#define MOST_HINTS 100
#define NAME_LIMIT 200

/* Of two sentences that of the language; of both the Chinese one first. */
static void tell_either(
	struct page_data *d, const char *key, const char *english, const char *chinese)
{
	struct json_writer *w = &d->output->writer;

	json_array_begin(w, key);
	if (page_language(d) != LANGUAGE_ENGLISH && chinese)
		json_text(w, NULL, chinese);
	if (page_language(d) != LANGUAGE_CHINESE || !chinese)
		json_text(w, NULL, english);
	json_array_end(w);
}

static void tell_place(struct page_data *d, const struct hint_group *group)
{
	const struct hint *hint = &group->list[0];
	struct text words = text_like(d->output->text);

	name_process(&words, STYLE_PLAIN, hint->process, NAME_LIMIT);
	if (hint->descriptor)
		text_addf(&words, STYLE_PLAIN, " fd %" PRId64, hint->descriptor->fd);
	if (group->count > 1)
		text_addf(&words, STYLE_PLAIN, " and %zu more", group->count - 1);
	json_output_words(d->output, "place", &words);
	text_free(&words);
}

static void tell_hint(struct page_data *d, const struct hint_group *group)
{
	const struct hint *hint = &group->list[0];
	const struct hint_rule *rule = group->rule;
	struct json_writer *w = &d->output->writer;

	json_object_begin(w, NULL);
	json_text(w, "name", rule->name);
	json_bool(w, "is_remark", rule->weight == HINT_TELLS);
	tell_either(d, "title", rule->title, rule->title_zh);
	tell_place(d, group);
	json_text(w, "seen", hint->seen);
	json_number(w, "lane", hint->descriptor ? (int64_t)hint->descriptor->number : -1);
	json_array_begin(w, "calls");
	for (size_t i = 0; i < hint->call_count; i++)
		json_number(w, NULL, page_call_number(d, hint->calls[i]));
	json_array_end(w);
	tell_either(
		d, "advice", hint_advice(hint), hint->advice ? hint->advice_zh : rule->advice_zh);
	json_object_end(w);
	json_output_some(d->output);
}

/* Which threads wait for ever, in lines. */
static void tell_verdict(struct page_data *d)
{
	struct json_writer *w = &d->output->writer;
	struct text lines = text_like(d->output->text);
	struct thread_times *times = thread_times_new(d->selection);

	lines.width = NAME_LIMIT;
	stuck_draw(&lines, d->trace, times, d->options->time);
	text_end_line(&lines);
	json_array_begin(w, "verdict");
	for (size_t from = 0, at = 0; at < lines.length; at++) {
		if (lines.bytes[at] != '\n')
			continue;
		if (at > from)
			json_text_n(w, NULL, lines.bytes + from, at - from);
		from = at + 1;
	}
	json_array_end(w);
	thread_times_free(times);
	text_free(&lines);
}

void page_hints_add(struct page_data *d)
{
	struct hints *hints = hints_new(d->selection, false, page_language(d));
	struct json_writer *w = &d->output->writer;
	size_t count = hints->group_count < MOST_HINTS ? hints->group_count : MOST_HINTS;

	tell_verdict(d);
	json_array_begin(w, "hints");
	for (size_t i = 0; i < count; i++)
		tell_hint(d, &hints->groups[i]);
	json_array_end(w);
	json_number(w, "hints_left_out", (int64_t)(hints->group_count - count));
	hints_free(hints);
}
