/* SPDX-License-Identifier: MIT */
/* The styles in which things are shown, and the one colour that each has: on a terminal, and on a
 * light and a dark ground in pictures and pages. */
#ifndef VIEWER_PALETTE_H
#define VIEWER_PALETTE_H

enum style {
	STYLE_PLAIN,
	STYLE_TITLE,     /* what a part is about */
	STYLE_FAINT,     /* there, but not what one looks for */
	STYLE_ESTABLISH, /* socket, bind, listen, accept, connect */
	STYLE_SEND,
	STYLE_RECEIVE,
	STYLE_WAIT,
	STYLE_RELEASE, /* shutdown, close */
	STYLE_ERROR,
	STYLE_COUNT
};

struct palette_row {
	const char *name;         /* as pictures, pages and JSON have it */
	const char *sequence;     /* that begins the style on a terminal; empty: nothing does */
	const char *light, *dark; /* "#rrggbb", on a light and on a dark ground */
};

const struct palette_row *palette_row(enum style style);

#endif
