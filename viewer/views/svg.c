/* SPDX-License-Identifier: MIT */
#include "viewer/views/svg.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/utf8.h"
#include "viewer/term/xml.h"

#define FONT                                                                                    \
	"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono'," \
	" monospace"

static void add(struct text *text, const char *words)
{
	text_raw(text, words, strlen(words));
}

__attribute__((format(printf, 2, 3))) static void addf(struct text *text, const char *format, ...)
{
	char words[600];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	add(text, words);
}

static void add_style(struct text *text)
{
	add(text, "<style>\n"
		  ".background { fill: #ffffff }\n"
		  "text { font: 12px " FONT "; fill: currentColor; white-space: pre;\n"
		  "  stroke: #ffffff; stroke-width: 4px; paint-order: stroke }\n"
		  ".line { fill: none; stroke: currentColor; stroke-width: 1.3px }\n"
		  ".dashes { fill: none; stroke: currentColor; stroke-width: 1.3px;\n"
		  "  stroke-dasharray: 4 3 }\n"
		  ".shape { fill: currentColor }\n"
		  /* Many lines lead to one box, one over the other, and look like one. */
		  ".state .line, .state .dashes { stroke-width: 1px;\n"
		  "  shape-rendering: crispEdges }\n"
		  "text.title { font-weight: bold }\n"
		  ".wide { font-size: 13px; letter-spacing: 1.5px }\n"
		  ".lane text { stroke-width: 6px }\n");
	for (int i = 0; i < STYLE_COUNT; i++)
		addf(text, ".%s { color: %s }\n", palette_row(i)->name, palette_row(i)->light);
	add(text, "@media (prefers-color-scheme: dark) {\n"
		  "  .background { fill: #0d1117 }\n"
		  "  text { stroke: #0d1117 }\n");
	for (int i = 0; i < STYLE_COUNT; i++)
		addf(text, "  .%s { color: %s }\n", palette_row(i)->name, palette_row(i)->dark);
	add(text, "}\n</style>\n");
}

void svg_begin(struct text *text, int width, int height)
{
	addf(text,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\">\n",
		width, height, width, height);
	add_style(text);
	add(text, "<rect class=\"background\" width=\"100%\" height=\"100%\"/>");
	text_end_line(text);
}

void svg_end(struct text *text)
{
	add(text, "</svg>");
	text_end_line(text);
}

void svg_group_begin(struct text *text, const char *class, const int64_t *number)
{
	addf(text, "<g class=\"%s\"", class);
	if (number)
		addf(text, " data-number=\"%" PRId64 "\"", *number);
	add(text, ">");
	text_end_line(text);
}

void svg_group_end(struct text *text)
{
	add(text, "</g>");
	text_end_line(text);
}

static void add_path(struct text *text, enum style style, const char *kind, const char *format,
	va_list arguments)
{
	char path[400];

	vsnprintf(path, sizeof(path), format, arguments);
	addf(text, "<path class=\"%s %s\" d=\"%s\"/>", kind, palette_row(style)->name, path);
	text_end_line(text);
}

void svg_path(struct text *text, enum style style, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_path(text, style, "line", format, arguments);
	va_end(arguments);
}

void svg_dashes(struct text *text, enum style style, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_path(text, style, "dashes", format, arguments);
	va_end(arguments);
}

void svg_shape(struct text *text, enum style style, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_path(text, style, "shape", format, arguments);
	va_end(arguments);
}

/* The columns of the character at the beginning of the bytes, and in `step` its length. */
static size_t columns_at(const char *bytes, size_t length, size_t *step)
{
	*step = utf8_character((const unsigned char *)bytes, length);
	if (*step == 0) {
		*step = 1;
		return 1;
	}
	return text_columns_of(utf8_code_point((const unsigned char *)bytes, *step));
}

/* Fonts have characters of two columns as wide as they are high, which is less: so these are set
 * apart. */
static void add_words(struct text *text, const char *bytes, size_t length)
{
	for (size_t at = 0, end, step; at < length; at = end) {
		bool is_wide = columns_at(bytes + at, length - at, &step) == 2;
		end = at + step;
		while (end < length &&
			(columns_at(bytes + end, length - end, &step) == 2) == is_wide)
			end += step;
		add(text, is_wide ? "<tspan class=\"wide\">" : "");
		xml_add(text, bytes + at, end - at);
		add(text, is_wide ? "</tspan>" : "");
	}
}

static void add_at(struct text *text, enum style style, int x, int y, enum svg_anchor anchor,
	const char *bytes, size_t length)
{
	static const char *const anchors[] = {
		"", " text-anchor=\"middle\"", " text-anchor=\"end\""};

	addf(text, "<text class=\"%s\" x=\"%d\" y=\"%d\"%s>", palette_row(style)->name, x, y,
		anchors[anchor]);
	add_words(text, bytes, length);
	add(text, "</text>");
	text_end_line(text);
}

void svg_words(struct text *text, enum style style, int x, int y, enum svg_anchor anchor,
	struct text *words)
{
	if (words->length > 0)
		add_at(text, style, x, y, anchor, words->bytes, words->length);
	text_free(words);
}

void svg_text(struct text *text, enum style style, int x, int y, enum svg_anchor anchor,
	const char *words)
{
	add_at(text, style, x, y, anchor, words, strlen(words));
}

void svg_escaped(
	struct text *text, enum style style, int x, int y, const char *words, size_t length)
{
	addf(text, "<text class=\"%s\" x=\"%d\" y=\"%d\">", palette_row(style)->name, x, y);
	text_raw(text, words, length);
	add(text, "</text>");
	text_end_line(text);
}

void svg_labelled(struct text *text, enum style style, int x, int y, struct text *words,
	size_t bytes, int value_x)
{
	addf(text, "<text class=\"%s\" x=\"%d\" y=\"%d\">", palette_row(style)->name, x, y);
	add_words(text, words->bytes, bytes);
	addf(text, "<tspan x=\"%d\">", value_x);
	add_words(text, words->bytes + bytes, words->length - bytes);
	add(text, "</tspan></text>");
	text_end_line(text);
	text_free(words);
}

int svg_pixels(size_t columns)
{
	return (int)((double)columns * SVG_COLUMN + 0.5);
}

size_t svg_columns(int pixels)
{
	return pixels > 0 ? (size_t)((double)pixels / SVG_COLUMN) : 0;
}
