/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "viewer/term/palette.h"
#include "viewer/views/page.h"
#include "viewer/views/page_data.h"
#include "viewer/views/view.h"

static const char *copy_up_to(struct text *text, const char *from, const char *mark)
{
	const char *found = strstr(from, mark);

	text_raw(text, from, (size_t)(found - from));
	return found + strlen(mark);
}

/* The colours of the styles, for both themes, and a class for what is written in each. */
static void add_palette(struct text *text)
{
	char rule[128];

	for (int i = 0; i < STYLE_COUNT; i++) {
		const struct palette_row *row = palette_row((enum style)i);
		snprintf(rule, sizeof(rule),
			":root { --%s: %s; }\n:root[data-theme=dark] { --%s: %s; }\n"
			".tint-%s { color: var(--%s); }\n",
			row->name, row->light, row->name, row->dark, row->name, row->name);
		text_raw(text, rule, strlen(rule));
	}
}

void view_html(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const char *rest = page_template;

	rest = copy_up_to(text, rest, PAGE_STYLE_MARK);
	text_raw(text, page_style, strlen(page_style));
	add_palette(text);
	rest = copy_up_to(text, rest, PAGE_DATA_MARK);
	struct json_output output = {.text = text};
	json_object_begin(&output.writer, NULL);
	page_data_add(&output, selection, options);
	json_object_end(&output.writer);
	json_output_finish(&output);
	rest = copy_up_to(text, rest, PAGE_SCRIPT_MARK);
	text_raw(text, page_script, strlen(page_script));
	text_raw(text, rest, strlen(rest));
}

void view_html_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	page_data_add(output, selection, options);
}
