/* SPDX-License-Identifier: MIT */
#include "viewer/views/hint_lines.h"

#include <inttypes.h>

#include "viewer/hints/hint_find.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

#define MOST_HINTS 4

static void draw_hint(struct text *text, const struct hint_group *group)
{
	const struct hint *hint = &group->list[0];

	text_add(text, STYLE_FAINT, "hint: ");
	text_add(text, STYLE_PLAIN,
		text->language != LANGUAGE_ENGLISH && group->rule->title_zh ? group->rule->title_zh
									    : group->rule->title);
	struct text_mark mark = text_mark(text);
	text_add(text, STYLE_FAINT, " (");
	name_process(text, STYLE_FAINT, hint->process, text->column + text->width / 4);
	if (hint->descriptor)
		text_addf(text, STYLE_FAINT, " fd %" PRId64, hint->descriptor->fd);
	if (group->count > 1)
		text_addf(text, STYLE_FAINT, " and %zu more", group->count - 1);
	text_add(text, STYLE_FAINT, ")");
	text_break(text, mark, text->width);
	text_end_line(text);
}

/* Those that are no mere remarks; the heaviest of them are shown. */
static size_t count_hints(const struct hints *hints)
{
	size_t count = 0;

	while (count < hints->group_count && hints->groups[count].rule->weight != HINT_TELLS)
		count++;
	return count;
}

void hint_lines_draw(struct text *text, const struct selection *selection)
{
	struct hints *hints = hints_new(selection, text->is_ascii, text->language);
	size_t count = count_hints(hints), shown = count < MOST_HINTS ? count : MOST_HINTS;

	for (size_t i = 0; i < shown; i++)
		draw_hint(text, &hints->groups[i]);
	if (shown > 0) {
		text_add(text, STYLE_FAINT, "      ");
		if (count > shown)
			text_addf(text, STYLE_FAINT, "and %zu more: ", count - shown);
		text_add(text, STYLE_FAINT, "sockview -v hints says what to do");
		text_end_line(text);
	}
	hints_free(hints);
}

void hint_lines_tell(struct json_writer *w, const struct selection *selection, bool is_ascii)
{
	struct hints *hints = hints_new(selection, is_ascii, LANGUAGE_ENGLISH);
	size_t count = count_hints(hints), shown = count < MOST_HINTS ? count : MOST_HINTS;

	json_array_begin(w, "hints");
	for (size_t i = 0; i < shown; i++) {
		const struct hint_group *group = &hints->groups[i];
		json_object_begin(w, NULL);
		json_text(w, "name", group->rule->name);
		json_text(w, "title", group->rule->title);
		tell_trace_of(w, "trace", selection->trace, group->list[0].process->part);
		json_number(w, "pid", group->list[0].process->pid);
		if (group->list[0].descriptor)
			json_number(w, "fd", group->list[0].descriptor->fd);
		json_number(w, "more", (int64_t)group->count - 1);
		json_object_end(w);
	}
	json_array_end(w);
	json_number(w, "hints_left_out", (int64_t)(count - shown));
	hints_free(hints);
}
