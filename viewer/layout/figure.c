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

void figure_go_on(struct figure *figure, size_t step)
{
	const struct sequence *sequence = figure->sequence;

	figure->step = step;
	for (; figure->next_wait < sequence->wait_count &&
		sequence->waits[figure->next_wait].first <= step;
		figure->next_wait++) {
		const struct sequence_wait *wait = &sequence->waits[figure->next_wait];
		if (figure->blocked[wait->lifeline] < wait->last + 1)
			figure->blocked[wait->lifeline] = wait->last + 1;
	}
}

bool figure_is_blocked(struct figure *figure, size_t slot)
{
	bool is_blocked = figure_is_alive(figure, slot) &&
			  figure->blocked[figure->occupants[slot]] > figure->step;

	figure->has_waits |= is_blocked;
	return is_blocked;
}

void figure_draw_line(struct figure *figure, size_t slot)
{
	bool is_blocked = figure_is_blocked(figure, slot);
	const char *line =
		is_blocked ? figure_choose(figure, "┃", "#") : figure_choose(figure, "│", "|");

	text_pad(figure->text, figure->columns[slot]);
	text_add(figure->text, is_blocked ? STYLE_WAIT : STYLE_FAINT,
		figure_is_alive(figure, slot) ? line : " ");
}

void figure_draw_lines(struct figure *figure, size_t from)
{
	for (size_t slot = from; slot < figure->slot_count; slot++)
		if (figure->text->column <= figure->columns[slot])
			figure_draw_line(figure, slot);
}
