/* SPDX-License-Identifier: MIT */
#include "viewer/term/palette.h"

/*
 * Terminals: SGR sequences of ECMA-48, the eight basic colours, which every terminal theme has made
 * legible. The other colours have the same hues; each has a contrast of 4.5 at least on the grounds
 * of the picture and of the page.
 */
static const struct palette_row rows[STYLE_COUNT] = {
	[STYLE_PLAIN] = {"plain", "", "#1f2328", "#e6edf3"},
	[STYLE_TITLE] = {"title", "\033[1m", "#1f2328", "#e6edf3"},
	[STYLE_FAINT] = {"faint", "\033[2m", "#5c6570", "#97a1ad"},
	[STYLE_ESTABLISH] = {"establish", "\033[32m", "#176f30", "#4cc35f"},
	[STYLE_SEND] = {"send", "\033[36m", "#0b6b7b", "#39c5cf"},
	[STYLE_RECEIVE] = {"receive", "\033[35m", "#7d4ed8", "#c297ff"},
	[STYLE_WAIT] = {"wait", "\033[2m", "#46607c", "#8fb0d0"},
	[STYLE_RELEASE] = {"release", "\033[33m", "#845800", "#dba13a"},
	[STYLE_ERROR] = {"error", "\033[1;31m", "#c3261f", "#ff7b72"},
};

const struct palette_row *palette_row(enum style style)
{
	return &rows[style];
}
