/* SPDX-License-Identifier: MIT */
#include "viewer/wording/glyph.h"

#include "viewer/relate/connection.h"
#include "viewer/term/dictionary.h"

static const struct glyph_sign signs[GLYPH_COUNT] = {
	[GLYPH_NONE] = {"none", " ", " ", STYLE_PLAIN, SHAPE_NONE, NULL},
	[GLYPH_LINE] = {"line", "─", "-", STYLE_FAINT, SHAPE_LINE, NULL},
	[GLYPH_FOLD] = {"fold", "┄", ".", STYLE_FAINT, SHAPE_DASHES, NULL},
	[GLYPH_OTHER] = {"other", "·", ":", STYLE_PLAIN, SHAPE_DOT, "other call"},
	[GLYPH_START] = {"start", "├", "|", STYLE_PLAIN, SHAPE_BAR, NULL},
	[GLYPH_END] = {"end", "╳", "x", STYLE_RELEASE, SHAPE_CROSS, "ended without close"},
	[GLYPH_SEND] = {"send", "▲", "^", STYLE_SEND, SHAPE_UP, "send"},
	[GLYPH_RECEIVE] = {"receive", "▼", "v", STYLE_RECEIVE, SHAPE_DOWN, "recv"},
	[GLYPH_BOTH] = {"both", "◆", "o", STYLE_PLAIN, SHAPE_DIAMOND, "send and recv"},
	[GLYPH_FEW] = {"few", "░", "+", STYLE_PLAIN, SHAPE_QUARTER, "few"},
	[GLYPH_SOME] = {"some", "▒", "*", STYLE_PLAIN, SHAPE_HALF, "some"},
	[GLYPH_MANY] = {"many", "▓", "%", STYLE_PLAIN, SHAPE_THREE_QUARTERS, "many"},
	[GLYPH_MOST] = {"most", "█", "#", STYLE_PLAIN, SHAPE_WHOLE, "most calls at once"},
	[GLYPH_DUPLICATE] = {"duplicate", "D", "D", STYLE_ESTABLISH, SHAPE_LETTER, "dup"},
	[GLYPH_SOCKET] = {"socket", "S", "S", STYLE_ESTABLISH, SHAPE_LETTER, "socket"},
	[GLYPH_BIND] = {"bind", "B", "B", STYLE_ESTABLISH, SHAPE_LETTER, "bind"},
	[GLYPH_LISTEN] = {"listen", "L", "L", STYLE_ESTABLISH, SHAPE_LETTER, "listen"},
	[GLYPH_ACCEPT] = {"accept", "A", "A", STYLE_ESTABLISH, SHAPE_LETTER, "accept"},
	[GLYPH_CONNECT] = {"connect", "C", "C", STYLE_ESTABLISH, SHAPE_LETTER, "connect"},
	[GLYPH_SHUTDOWN] = {"shutdown", "H", "H", STYLE_RELEASE, SHAPE_LETTER, "shutdown"},
	[GLYPH_CLOSE] = {"close", "X", "X", STYLE_RELEASE, SHAPE_LETTER, "close"},
	[GLYPH_UNFINISHED] = {"never_returned", "…", "?", STYLE_ERROR, SHAPE_LETTER,
		"never returned"},
	[GLYPH_ERROR] = {"error", "!", "!", STYLE_ERROR, SHAPE_LETTER, "error"},
};

/* The order of a socket's life. */
const enum glyph glyph_legend[] = {GLYPH_SOCKET, GLYPH_BIND, GLYPH_LISTEN, GLYPH_ACCEPT,
	GLYPH_CONNECT, GLYPH_SEND, GLYPH_RECEIVE, GLYPH_BOTH, GLYPH_FEW, GLYPH_SOME, GLYPH_MANY,
	GLYPH_MOST, GLYPH_OTHER, GLYPH_DUPLICATE, GLYPH_SHUTDOWN, GLYPH_CLOSE, GLYPH_END,
	GLYPH_UNFINISHED, GLYPH_ERROR, GLYPH_NONE};

const struct glyph_sign *glyph_sign(enum glyph glyph)
{
	return &signs[glyph];
}

const char *glyph_legend_words(enum glyph glyph, enum language language)
{
	bool is_call = glyph >= GLYPH_DUPLICATE && glyph <= GLYPH_CLOSE;

	return dictionary_words(is_call ? LANGUAGE_ENGLISH : language, signs[glyph].legend);
}

enum glyph glyph_of(
	const struct trace *trace, const struct descriptor *lane, const struct call *call)
{
	static const enum glyph by_effect[EFFECT_COUNT] = {
		[EFFECT_CREATE] = GLYPH_SOCKET,
		[EFFECT_BIND] = GLYPH_BIND,
		[EFFECT_LISTEN] = GLYPH_LISTEN,
		[EFFECT_CONNECT] = GLYPH_CONNECT,
		[EFFECT_ACCEPT] = GLYPH_ACCEPT,
		[EFFECT_SEND] = GLYPH_SEND,
		[EFFECT_RECEIVE] = GLYPH_RECEIVE,
		[EFFECT_OPTION] = GLYPH_OTHER,
		[EFFECT_QUERY] = GLYPH_OTHER,
		[EFFECT_WAIT] = GLYPH_OTHER,
		[EFFECT_SHUTDOWN] = GLYPH_SHUTDOWN,
		[EFFECT_DUPLICATE] = GLYPH_DUPLICATE,
		[EFFECT_PASS] = GLYPH_DUPLICATE,
		[EFFECT_CLOSE] = GLYPH_CLOSE,
		[EFFECT_CONTROL] = GLYPH_OTHER,
	};

	/* It is drawn once, for its thread. */
	if (lane && call_is(call, CALL_FOUND_NONE))
		return GLYPH_NONE;
	if (call_is(call, CALL_UNFINISHED) && call->effect != EFFECT_CLOSE)
		return GLYPH_UNFINISHED;
	if (call_is(call, CALL_NO_SERVICE))
		return GLYPH_OTHER;
	if (call_is(call, CALL_FAILED) || connection_has_failed(trace, call))
		return GLYPH_ERROR;
	if (lane && descriptor_maker(trace, lane) == call && call->effect != EFFECT_CREATE)
		return GLYPH_START;
	if (call->effect == EFFECT_CONNECT || !call_is(call, CALL_PENDING))
		return by_effect[call->effect];
	return GLYPH_OTHER;
}

enum glyph glyph_join(enum glyph a, enum glyph b)
{
	if ((a == GLYPH_SEND && b == GLYPH_RECEIVE) || (a == GLYPH_RECEIVE && b == GLYPH_SEND))
		return GLYPH_BOTH;
	return a > b ? a : b;
}

const char *glyph_shape_name(enum glyph_shape shape)
{
	static const char *const names[SHAPE_COUNT] = {
		[SHAPE_NONE] = "none",
		[SHAPE_LINE] = "line",
		[SHAPE_DASHES] = "dashes",
		[SHAPE_BAR] = "bar",
		[SHAPE_CROSS] = "cross",
		[SHAPE_DOT] = "dot",
		[SHAPE_UP] = "up",
		[SHAPE_DOWN] = "down",
		[SHAPE_DIAMOND] = "diamond",
		[SHAPE_QUARTER] = "quarter",
		[SHAPE_HALF] = "half",
		[SHAPE_THREE_QUARTERS] = "three_quarters",
		[SHAPE_WHOLE] = "whole",
		[SHAPE_LETTER] = "letter",
	};

	return names[shape];
}

void glyph_tell(struct json_writer *w, enum glyph glyph, enum language language)
{
	const struct glyph_sign *sign = glyph_sign(glyph);

	json_object_begin(w, NULL);
	json_text(w, "name", sign->name);
	json_text(w, "unicode", sign->unicode);
	json_text(w, "ascii", sign->ascii);
	json_text(w, "style", palette_row(sign->style)->name);
	json_text(w, "shape", glyph_shape_name(sign->shape));
	if (sign->legend)
		json_text(w, "legend", glyph_legend_words(glyph, language));
	json_object_end(w);
}
