/* SPDX-License-Identifier: MIT */
#include "viewer/layout/figure.h"

const char *figure_choose(const struct figure *figure, const char *unicode, const char *ascii)
{
	return text_choose(figure->text, unicode, ascii);
}

bool figure_is_alive(const struct figure *figure, size_t slot)
{
	return figure->places[figure->occupants[slot]].last >= figure->step;
}

void figure_draw_line(struct figure *figure, size_t slot)
{
	text_pad(figure->text, figure->columns[slot]);
	text_add(figure->text, STYLE_FAINT,
		figure_is_alive(figure, slot) ? figure_choose(figure, "│", "|") : " ");
}

void figure_draw_lines(struct figure *figure, size_t from)
{
	for (size_t slot = from; slot < figure->slot_count; slot++)
		if (figure->text->column <= figure->columns[slot])
			figure_draw_line(figure, slot);
}
