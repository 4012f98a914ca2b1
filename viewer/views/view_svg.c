/* SPDX-License-Identifier: MIT */
/* A standalone SVG file, for slides and papers. */
#include <string.h>

#include "viewer/views/sequence_tell.h"
#include "viewer/views/state_tell.h"
#include "viewer/views/svg.h"
#include "viewer/views/svg_lanes.h"
#include "viewer/views/svg_sequence.h"
#include "viewer/views/svg_state.h"
#include "viewer/views/timeline_tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"

#define TITLE_COLUMNS 130
#define TITLE_ROW     18
#define GAP           32

static void see_size(struct svg_size *size, struct svg_size part)
{
	if (part.width > size->width)
		size->width = part.width;
	size->height = part.height + GAP;
}

/* Returns the width and the bottom. */
static struct svg_size draw_title(struct text *text, const struct selection *selection)
{
	struct text words = {
		.is_ascii = text->is_ascii, .language = text->language, .width = TITLE_COLUMNS};
	int y = SVG_MARGIN + 8, width = 0;

	header_draw(&words, selection);
	for (size_t at = 0; at < words.length; y += TITLE_ROW) {
		struct text line = {.is_ascii = text->is_ascii, .language = text->language};
		size_t length = (size_t)((char *)memchr(words.bytes + at, '\n', words.length - at) -
					 (words.bytes + at));
		text_raw(&line, words.bytes + at, length);
		text_raw(&line, "", 1);
		line.length--;
		if (width < svg_pixels(text_columns(line.bytes)))
			width = svg_pixels(text_columns(line.bytes));
		svg_words(text, STYLE_PLAIN, SVG_MARGIN, y, SVG_START, &line);
		at += length + 1;
	}
	text_free(&words);
	return (struct svg_size){width + 2 * SVG_MARGIN, y - TITLE_ROW - 20};
}

void view_svg(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	/* The size stands at the beginning of the file, and is known at the end. */
	struct text drawing = {.is_ascii = text->is_ascii, .language = text->language};
	struct svg_size size = {0};

	text->has_color = false;
	see_size(&size, draw_title(&drawing, selection));
	if (options->part == PART_STATE)
		see_size(&size, svg_state_draw(&drawing, selection, options, size.height));
	if (options->part == PART_TIMELINE || options->part == PART_BOTH)
		see_size(&size, svg_lanes_draw(&drawing, selection, options, size.height));
	if (options->part == PART_SEQUENCE || options->part == PART_BOTH)
		see_size(&size, svg_sequence_draw(&drawing, selection, options, size.height));
	svg_begin(text, size.width, size.height);
	text_raw(text, drawing.bytes, drawing.length);
	svg_end(text);
	text_free(&drawing);
}

void view_svg_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct json_writer *w = &output->writer;

	header_tell(w, selection);
	if (options->part == PART_STATE) {
		json_object_begin(w, "state");
		state_tell(output, selection, options, 2);
		json_object_end(w);
	}
	if (options->part == PART_TIMELINE || options->part == PART_BOTH) {
		struct timeline *timeline = svg_lanes_timeline(selection, options, output->text);
		json_object_begin(w, "timeline");
		timeline_tell(output, timeline);
		json_object_end(w);
		timeline_free(timeline);
	}
	if (options->part == PART_SEQUENCE || options->part == PART_BOTH) {
		json_object_begin(w, "sequence");
		sequence_tell(output, selection, options);
		json_object_end(w);
	}
}
