/* SPDX-License-Identifier: MIT */
/* The signs of the lanes. */
#ifndef VIEWER_GLYPH_H
#define VIEWER_GLYPH_H

#include "viewer/model/trace.h"
#include "viewer/term/text.h"

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

struct glyph_sign {
	const char *unicode, *ascii;
	enum style style;
	const char *legend; /* NULL: not in the legend */
};

const struct glyph_sign *glyph_sign(enum glyph glyph);

/* What a call is shown as in the lane of the descriptor. */
enum glyph glyph_of(
	const struct trace *trace, const struct descriptor *lane, const struct call *call);

#endif
