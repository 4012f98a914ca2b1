/* SPDX-License-Identifier: MIT */
/* Shapes and words of a standalone SVG file; lengths are pixels. What is written is escaped. */
#ifndef VIEWER_SVG_H
#define VIEWER_SVG_H

#include "viewer/term/text.h"

/* Of the letters, which all have the same width. */
#define SVG_COLUMN 7.25
#define SVG_MARGIN 24

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* The beginning and the end of the file; the drawing is in between. */
void svg_begin(struct text *text, int width, int height);
void svg_end(struct text *text);

/* What is between them belongs together: an element of that class, with the number of what it
 * shows; NULL: it has none. */
void svg_group_begin(struct text *text, const char *class, const int64_t *number);
void svg_group_end(struct text *text);

/* A path, in the colour of the style. */
__attribute__((format(printf, 3, 4))) void svg_path(
	struct text *text, enum style style, const char *format, ...);
__attribute__((format(printf, 3, 4))) void svg_dashes(
	struct text *text, enum style style, const char *format, ...);

/* A shape that is filled with the colour of the style. */
__attribute__((format(printf, 3, 4))) void svg_shape(
	struct text *text, enum style style, const char *format, ...);

/* Words at a point of their base line. They hide the lines behind them. Frees the words. */
void svg_words(struct text *text, enum style style, int x, int y, enum svg_anchor anchor,
	struct text *words);
void svg_text(struct text *text, enum style style, int x, int y, enum svg_anchor anchor,
	const char *words);

/* The same, of which the words behind the first `bytes` begin at a place of their own, however wide
 * the font has what stands before them. */
void svg_labelled(struct text *text, enum style style, int x, int y, struct text *words,
	size_t bytes, int value_x);

/* Words that have the escapes already. */
void svg_escaped(
	struct text *text, enum style style, int x, int y, const char *words, size_t length);

/* How many letters have room in so many pixels; how wide so many are. */
size_t svg_columns(int pixels);
int svg_pixels(size_t columns);

#endif
