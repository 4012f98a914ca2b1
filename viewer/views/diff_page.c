/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/term/dictionary.h"
#include "viewer/term/xml.h"
#include "viewer/views/diff_words.h"
#include "viewer/views/page.h"
#include "viewer/views/view_diff.h"
#include "viewer/wording/header.h"

static void put(struct text *text, const char *markup)
{
	text_raw(text, markup, strlen(markup));
}

/* Words that may be a trace's: what is not seen stands as escapes, as on a terminal. */
static void put_words(struct text *text, const char *words, size_t length)
{
	struct text safe = {.width = SIZE_MAX};

	text_add_foreign(&safe, STYLE_PLAIN, words, length, SIZE_MAX / 2);
	xml_add(text, safe.bytes ? safe.bytes : "", safe.length);
	text_free(&safe);
}

static void put_element(struct text *text, const char *begin, const char *words, const char *end)
{
	put(text, begin);
	put_words(text, words, strlen(words));
	put(text, end);
}

/* What the first lines of views say of each. */
static void put_sides(struct text *text, const struct differences *differences)
{
	put(text, "<table class=\"sides\">\n");
	for (int on = 0; on < 2; on++) {
		struct text lines = {.width = SIZE_MAX, .language = text->language};
		header_draw(&lines, differences->sides[on]->selection);
		if (header_is_empty(differences->sides[on]->selection))
			header_draw_nothing(&lines, differences->sides[on]->selection);
		put(text, on ? "<tr class=\"plus\"><th>+</th><td>"
			     : "<tr class=\"minus\"><th>−</th><td>");
		for (size_t at = 0; at < lines.length;) {
			const char *line = lines.bytes + at;
			const char *end = memchr(line, '\n', lines.length - at);
			size_t length = end ? (size_t)(end - line) : lines.length - at;
			if (at > 0)
				put(text, "<br>");
			xml_add(text, line, length);
			at += length + 1;
		}
		put(text, "</td></tr>\n");
		text_free(&lines);
	}
	put(text, "</table>\n");
	for (size_t i = 0; diff_note(differences, i); i++)
		put_element(text, "<p class=\"note\">",
			dictionary_words(text->language, diff_note(differences, i)), "</p>\n");
}

static void put_side(struct text *text, const struct differences *differences,
	const struct difference *difference, int on, const struct instants *instants)
{
	const struct difference_side *side = &difference->sides[on];
	char when[INSTANT_SIZE], where[INSTANT_SIZE + 40];

	put_element(text, on ? "<p class=\"plus\">+ " : "<p class=\"minus\">− ", side->words, "");
	if (side->call != NO_CALL) {
		const struct call *call = &differences->sides[on]->trace->calls[side->call];
		instant_words(instants, when, call->time_ns);
		snprintf(where, sizeof(where),
			dictionary_words(text->language, "call %" PRId64 ", %s"), call->seq, when);
		put_element(text, "<span class=\"where\">", where, "</span>");
	}
	put(text, "</p>\n");
}

static void put_difference(struct text *text, const struct differences *differences, size_t index,
	const struct instants instants[2])
{
	const struct difference *difference = &differences->list[index];
	struct text subject = {.width = SIZE_MAX, .language = text->language};

	diff_put_subject(&subject, differences, difference);
	put(text, index == 0 ? "<article class=\"first\">\n<h3>" : "<article>\n<h3>");
	put_words(text, subject.bytes, subject.length);
	put(text, "</h3>\n");
	text_free(&subject);
	for (int on = 0; on < 2; on++)
		put_side(text, differences, difference, on, &instants[on]);
	put(text, "</article>\n");
}

/* As many of each section as the options say. */
static void put_sections(struct text *text, const struct differences *differences,
	const struct view_options *options, const struct instants instants[2])
{
	const char *title = NULL;
	size_t shown = 0, left_out = 0;

	for (size_t i = 1; i <= differences->count; i++) {
		bool is_end = i == differences->count;
		const char *next = is_end ? NULL : diff_kind_title(differences->list[i].kind);
		char words[80];
		if (left_out > 0 && next != title) {
			snprintf(words, sizeof(words),
				dictionary_words(text->language, "and %zu more (--full)"),
				left_out);
			put_element(text, "<p class=\"note\">", words, "</p>\n");
		}
		if (is_end)
			break;
		if (next != title) {
			put_element(
				text, "<h2>", dictionary_words(text->language, next), "</h2>\n");
			shown = left_out = 0;
			title = next;
		}
		if (shown++ < view_most(options))
			put_difference(text, differences, i, instants);
		else
			left_out++;
	}
}

void view_diff_page(struct text *text, const struct differences *differences,
	const struct view_options *options)
{
	const char *rest = page_copy(text, page_diff, PAGE_LANGUAGE_MARK);
	struct instants instants[2];
	char words[DIFF_COMPARED_SIZE];

	for (int on = 0; on < 2; on++)
		instants[on] = instants_of(differences->sides[on]->trace, options->time, false);
	page_add_language(text);
	rest = page_copy(text, rest, PAGE_STYLE_MARK);
	page_add_style(text);
	rest = page_copy(text, rest, PAGE_DATA_MARK);
	put_sides(text, differences);
	if (differences->count == 0) {
		diff_compared(words, sizeof(words), differences, text->language);
		put_element(
			text, "<h1>", dictionary_words(text->language, "No difference"), "</h1>\n");
		put_element(text, "<p class=\"note\">", words, "</p>\n");
	} else {
		snprintf(words, sizeof(words),
			dictionary_words(text->language,
				differences->count == 1
					? "%zu difference"
					: "%zu differences; the first that matters:"),
			differences->count);
		put_element(text, "<h1>", words, "</h1>\n");
		put_difference(text, differences, 0, instants);
		put_sections(text, differences, options, instants);
	}
	put(text, rest);
}
