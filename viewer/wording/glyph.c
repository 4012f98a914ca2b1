/* SPDX-License-Identifier: MIT */
#include "viewer/wording/glyph.h"

#include "viewer/relate/connection.h"

static const struct glyph_sign signs[GLYPH_COUNT] = {
	[GLYPH_NONE] = {" ", " ", STYLE_PLAIN, NULL},
	[GLYPH_LINE] = {"─", "-", STYLE_FAINT, NULL},
	[GLYPH_FOLD] = {"┄", ".", STYLE_FAINT, NULL},
	[GLYPH_OTHER] = {"·", ":", STYLE_PLAIN, "other call"},
	[GLYPH_START] = {"├", "|", STYLE_PLAIN, NULL},
	[GLYPH_END] = {"╳", "x", STYLE_RELEASE, "ended without close"},
	[GLYPH_SEND] = {"▲", "^", STYLE_SEND, "send"},
	[GLYPH_RECEIVE] = {"▼", "v", STYLE_RECEIVE, "recv"},
	[GLYPH_BOTH] = {"◆", "o", STYLE_PLAIN, "send and recv"},
	[GLYPH_FEW] = {"░", "+", STYLE_SEND, "few"},
	[GLYPH_SOME] = {"▒", "*", STYLE_SEND, "some"},
	[GLYPH_MANY] = {"▓", "%", STYLE_SEND, "many"},
	[GLYPH_MOST] = {"█", "#", STYLE_SEND, "most calls at once"},
	[GLYPH_DUPLICATE] = {"D", "D", STYLE_ESTABLISH, "dup"},
	[GLYPH_SOCKET] = {"S", "S", STYLE_ESTABLISH, "socket"},
	[GLYPH_BIND] = {"B", "B", STYLE_ESTABLISH, "bind"},
	[GLYPH_LISTEN] = {"L", "L", STYLE_ESTABLISH, "listen"},
	[GLYPH_ACCEPT] = {"A", "A", STYLE_ESTABLISH, "accept"},
	[GLYPH_CONNECT] = {"C", "C", STYLE_ESTABLISH, "connect"},
	[GLYPH_SHUTDOWN] = {"H", "H", STYLE_RELEASE, "shutdown"},
	[GLYPH_CLOSE] = {"X", "X", STYLE_RELEASE, "close"},
	[GLYPH_UNFINISHED] = {"…", "?", STYLE_ERROR, "never returned"},
	[GLYPH_ERROR] = {"!", "!", STYLE_ERROR, "error"},
};

const struct glyph_sign *glyph_sign(enum glyph glyph)
{
	return &signs[glyph];
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

	if (call_is(call, CALL_UNFINISHED) && call->effect != EFFECT_CLOSE)
		return GLYPH_UNFINISHED;
	if (call_is(call, CALL_FAILED) || connection_has_failed(trace, call))
		return GLYPH_ERROR;
	if (descriptor_maker(trace, lane) == call && call->effect != EFFECT_CREATE)
		return GLYPH_START;
	if (call->effect == EFFECT_CONNECT || !call_is(call, CALL_PENDING))
		return by_effect[call->effect];
	return GLYPH_OTHER;
}
