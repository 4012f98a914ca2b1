/* SPDX-License-Identifier: MIT */
/* A standalone SVG file, for slides and papers. */
#include <string.h>

#include "viewer/term/gaps.h"
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
	struct text words = text_like(text);
	int y = SVG_MARGIN + 8, width = 0;

	words.width = TITLE_COLUMNS;
	header_draw(&words, selection);
	for (size_t at = 0; at < words.length; y += TITLE_ROW) {
		struct text line = text_like(text);
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

/* What belongs into the gaps, below the drawing. */
static struct svg_size draw_answers(struct text *text, const struct text *answers, int y)
{
	const char *at = answers->bytes, *end = at + answers->length;

	for (const char *next; at < end; at = next + 1, y += TITLE_ROW) {
		next = memchr(at, '\n', (size_t)(end - at));
		if (next > at)
			svg_escaped(text, STYLE_PLAIN, SVG_MARGIN, y, at, (size_t)(next - at));
	}
	return (struct svg_size){svg_pixels(answers->width) + 2 * SVG_MARGIN, y - TITLE_ROW};
}

static bool keep(void *context, const char *bytes, size_t length)
{
	text_raw(context, bytes, length);
	return true;
}

void view_svg(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	/* The size stands at the beginning of the file, and is known at the end. */
	struct text drawing = text_like(text), numbered = {0};
	struct svg_size size = {0};
	struct gaps *gaps = NULL;

	if (text->gaps != GAP_NONE) {
		drawing.sink = keep;
		drawing.context = &numbered;
		gaps = gaps_new(&drawing);
	}

	text->has_color = false;
	see_size(&size, draw_title(&drawing, selection));
	if (options->part == PART_STATE)
		see_size(&size, svg_state_draw(&drawing, selection, options, size.height));
	/* The letters of lanes would give the answers. */
	if ((options->part == PART_TIMELINE || options->part == PART_BOTH) &&
		text->gaps != GAP_CALLS)
		see_size(&size, svg_lanes_draw(&drawing, selection, options, size.height));
	if (options->part == PART_SEQUENCE || options->part == PART_BOTH)
		see_size(&size, svg_sequence_draw(&drawing, selection, options, size.height));
	if (gaps) {
		struct text answers = text_like(text);
		answers.width = svg_columns(size.width - 2 * SVG_MARGIN);
		gaps_finish_into(gaps, &answers);
		drawing.gaps = GAP_NONE;
		see_size(&size, draw_answers(&drawing, &answers, size.height));
		text_flush(&drawing);
		text_free(&answers);
	}
	svg_begin(text, size.width, size.height);
	text_raw(text, numbered.bytes, numbered.length);
	text_raw(text, drawing.bytes, drawing.length);
	svg_end(text);
	text_free(&drawing);
	text_free(&numbered);
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
