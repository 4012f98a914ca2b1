/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "viewer/views/page.h"
#include "viewer/views/page_data.h"
#include "viewer/views/view.h"

void view_html(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	const char *rest = page_copy(text, page_template, PAGE_LANGUAGE_MARK);

	page_add_language(text);
	rest = page_copy(text, rest, PAGE_STYLE_MARK);
	page_add_style(text);
	rest = page_copy(text, rest, PAGE_DATA_MARK);
	struct json_output output = {.text = text};
	json_object_begin(&output.writer, NULL);
	page_data_add(&output, selection, options);
	json_object_end(&output.writer);
	json_output_finish(&output);
	rest = page_copy(text, rest, PAGE_SCRIPT_MARK);
	text_raw(text, page_script, strlen(page_script));
	page_add(text, rest, rest + strlen(rest));
}

void view_html_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	page_data_add(output, selection, options);
}
