/* SPDX-License-Identifier: MIT */
/* A standalone SVG file, for slides and papers. */
#include <string.h>

#include "viewer/views/svg.h"
#include "viewer/views/svg_lanes.h"
#include "viewer/views/svg_sequence.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"

#define TITLE 44
#define GAP   32

static void draw_title(struct text *text, const struct selection *selection)
{
	struct text words = {.is_ascii = text->is_ascii, .width = 400};

	header_draw(&words, selection);
	const char *end = memchr(words.bytes, '\n', words.length);
	words.length = end ? (size_t)(end - words.bytes) : words.length;
	svg_words(text, STYLE_PLAIN, SVG_MARGIN, SVG_MARGIN + 8, SVG_START, &words);
}

static void see_size(struct svg_size *size, struct svg_size part)
{
	if (part.width > size->width)
		size->width = part.width;
	size->height = part.height + GAP;
}

void view_svg(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	/* The size stands at the beginning of the file, and is known at the end. */
	struct text drawing = {.is_ascii = text->is_ascii};
	struct svg_size size = {2 * SVG_MARGIN, TITLE};

	text->has_color = false;
	draw_title(&drawing, selection);
	if (options->part != PART_SEQUENCE)
		see_size(&size, svg_lanes_draw(&drawing, selection, options, size.height));
	if (options->part != PART_TIMELINE)
		see_size(&size, svg_sequence_draw(&drawing, selection, options, size.height));
	svg_begin(text, size.width, size.height);
	text_raw(text, drawing.bytes, drawing.length);
	svg_end(text);
	text_free(&drawing);
}

void view_svg_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	(void)output;
	(void)selection;
	(void)options;
}
