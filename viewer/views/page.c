/* SPDX-License-Identifier: MIT */
#include "viewer/views/page.h"

#include <stdio.h>
#include <string.h>

#include "viewer/term/dictionary.h"
#include "viewer/term/palette.h"

/* .incbin puts a file's bytes there: "Using as", the GNU assembler's manual. The Makefile has the
 * assembler look where the files of viewer/page/ were put together. */
#define EMBED(name, file)                         \
	__asm__(".pushsection .rodata\n"          \
		".global " #name "\n" #name ":\n" \
		".incbin \"" file "\"\n"          \
		".byte 0\n"                       \
		".popsection\n")

EMBED(page_template, "page.html");
EMBED(page_style, "page.css");
EMBED(page_script, "page.js");
EMBED(page_diff, "diff.html");

void page_add(struct text *text, const char *from, const char *to)
{
	char english[DICTIONARY_LONGEST + 1];
	const char *begin, *end;

	while ((begin = strstr(from, PAGE_WORDS_BEGIN)) && begin < to) {
		text_raw(text, from, (size_t)(begin - from));
		begin += strlen(PAGE_WORDS_BEGIN);
		end = strchr(begin, PAGE_WORDS_END);
		snprintf(english, sizeof(english), "%.*s", (int)(end - begin), begin);
		const char *words = dictionary_words(text->language, english);
		text_raw(text, words, strlen(words));
		from = end + 1;
	}
	text_raw(text, from, (size_t)(to - from));
}

const char *page_copy(struct text *text, const char *from, const char *mark)
{
	const char *found = strstr(from, mark);

	page_add(text, from, found);
	return found + strlen(mark);
}

void page_add_language(struct text *text)
{
	const char *tag = text->language == LANGUAGE_ENGLISH ? "en" : "zh-CN";

	text_raw(text, tag, strlen(tag));
}

void page_add_style(struct text *text)
{
	char rule[128];

	text_raw(text, page_style, strlen(page_style));
	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct palette_row *row = palette_row((enum style)i);
		snprintf(rule, sizeof(rule),
			":root { --%s: %s; }\n:root[data-theme=dark] { --%s: %s; }\n"
			".tint-%s { color: var(--%s); }\n",
			row->name, row->light, row->name, row->dark, row->name, row->name);
		text_raw(text, rule, strlen(rule));
	}
}
