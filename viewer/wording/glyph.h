/* SPDX-License-Identifier: MIT */
/* The signs of the timeline: one table for terminals, pictures and pages. */
#ifndef VIEWER_GLYPH_H
#define VIEWER_GLYPH_H

#include "format/json_writer.h"
#include "format/language.h"
#include "viewer/model/trace.h"
#include "viewer/term/palette.h"

/* What a cell shows. Where several things happen in one cell, the last of this list wins. */
enum glyph {
	GLYPH_NONE,
	GLYPH_LINE,
	GLYPH_FOLD,
	GLYPH_OTHER,
	GLYPH_START,
	GLYPH_END,
	GLYPH_SEND,
	GLYPH_RECEIVE,
	GLYPH_BOTH,
	GLYPH_FEW, /* of many calls in one cell: how many */
	GLYPH_SOME,
	GLYPH_MANY,
	GLYPH_MOST,
	GLYPH_DUPLICATE,
	GLYPH_SOCKET,
	GLYPH_BIND,
	GLYPH_LISTEN,
	GLYPH_ACCEPT,
	GLYPH_CONNECT,
	GLYPH_SHUTDOWN,
	GLYPH_CLOSE,
	GLYPH_UNFINISHED,
	GLYPH_ERROR,
	GLYPH_COUNT
};

/* What a sign looks like where it is drawn and not written. */
enum glyph_shape {
	SHAPE_NONE,
	SHAPE_LINE,
	SHAPE_DASHES,
	SHAPE_BAR,   /* upright, where a lane begins */
	SHAPE_CROSS, /* where it ends */
	SHAPE_DOT,
	SHAPE_UP, /* triangles */
	SHAPE_DOWN,
	SHAPE_DIAMOND,
	SHAPE_QUARTER, /* blocks: of the height of a row so much */
	SHAPE_HALF,
	SHAPE_THREE_QUARTERS,
	SHAPE_WHOLE,
	SHAPE_LETTER, /* the sign itself */
	SHAPE_COUNT
};

struct glyph_sign {
	const char *name; /* for programs */
	const char *unicode, *ascii;
	enum style style;
	enum glyph_shape shape;
	const char *legend; /* in words; NULL: not in the legend */
};

const struct glyph_sign *glyph_sign(enum glyph glyph);

/* What the legend says of it; names of calls are the same in all languages. */
const char *glyph_legend_words(enum glyph glyph, enum language language);
const char *glyph_shape_name(enum glyph_shape shape);

/* The signs of the legend in its order, behind the last one GLYPH_NONE. */
extern const enum glyph glyph_legend[];

/* What a call is shown as in the lane of the descriptor; NULL: in none, or in that of a thread. */
enum glyph glyph_of(
	const struct trace *trace, const struct descriptor *lane, const struct call *call);

/* Two things in one cell: what it shows. */
enum glyph glyph_join(enum glyph a, enum glyph b);

/* A sign as an object of JSON. */
void glyph_tell(struct json_writer *w, enum glyph glyph, enum language language);

#endif
