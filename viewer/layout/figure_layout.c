/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "viewer/layout/figure.h"

/* Columns from one lifeline to the next; the last one has only words at its right. */
#define NARROWEST      17
#define WIDEST         104
#define NARROWEST_LAST 15
#define WIDEST_LAST    36

static void measure_left(struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;
	size_t tag = 0;

	for (size_t n = sequence->connection_count; n > 0 && sequence->connection_count > 1;
		n /= 10)
		tag++;
	figure->left = instants_columns(&figure->instants) + 1 + (tag ? tag + 2 : 0);
}

static size_t room(const struct figure *figure)
{
	size_t width = figure->text->width;

	return width > figure->left + NARROWEST_LAST ? width - figure->left : NARROWEST_LAST;
}

static size_t slots_that_fit(const struct figure *figure)
{
	return 1 + (room(figure) - NARROWEST_LAST) / NARROWEST;
}

static void see(struct figure *figure, uint32_t lifeline, size_t step)
{
	struct figure_place *place;

	if (lifeline == NO_LIFELINE)
		return;
	place = &figure->places[lifeline];
	if (place->first == SIZE_MAX)
		place->first = step;
	place->last = step;
}

static void measure_lives(struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;

	for (size_t i = 0; i < sequence->lifeline_count; i++)
		figure->places[i] = (struct figure_place){NO_SLOT, SIZE_MAX, 0};
	for (size_t i = 0; i < sequence->step_count; i++) {
		see(figure, sequence->steps[i].from, i);
		see(figure, sequence->steps[i].to, i);
	}
}

static bool is_of_a_kind(const struct lifeline *one, const struct lifeline *other)
{
	const struct process *a = one->process, *b = other->process;

	if (!a || !b)
		return !a && !b && one->has_connected == other->has_connected;
	return a->program && b->program && strcmp(a->program, b->program) == 0 &&
	       a->is_server == b->is_server && a->is_client == b->is_client;
}

/* Processes of a kind that live one after the other share a column. False when that is not enough.
 */
static bool share_slots(struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;
	size_t limit = slots_that_fit(figure), count = 0;
	uint32_t *last = xcalloc(limit + 1, sizeof(*last));

	for (uint32_t i = 0; i < sequence->lifeline_count; i++) {
		struct figure_place *place = &figure->places[i];
		size_t slot = 0;
		if (place->first == SIZE_MAX)
			continue;
		while (slot < count && (figure->places[last[slot]].last >= place->first ||
					       !is_of_a_kind(&sequence->lifelines[last[slot]],
						       &sequence->lifelines[i])))
			slot++;
		if (slot == limit)
			break;
		count += slot == count;
		last[slot] = i;
		place->slot = (uint32_t)slot;
	}
	free(last);
	figure->slot_count = count;
	for (size_t i = 0; i < sequence->lifeline_count; i++)
		if (figure->places[i].slot == NO_SLOT && figure->places[i].first != SIZE_MAX)
			return false;
	return true;
}

/* A slot of its own, to the end. */
static void stay(struct figure *figure, size_t lifeline)
{
	figure->places[lifeline].slot = (uint32_t)figure->slot_count++;
	figure->places[lifeline].last = SIZE_MAX;
}

static size_t lifelines_seen(const struct figure *figure)
{
	size_t count = 0;

	for (size_t i = 0; i < figure->sequence->lifeline_count; i++)
		count += figure->places[i].first != SIZE_MAX;
	return count;
}

static bool give_each_a_slot(struct figure *figure)
{
	if (lifelines_seen(figure) > slots_that_fit(figure))
		return false;
	figure->slot_count = 0;
	for (size_t i = 0; i < figure->sequence->lifeline_count; i++)
		if (figure->places[i].first != SIZE_MAX)
			stay(figure, i);
	return true;
}

/* What each lifeline has to do with those that were chosen before; their number decides for the
 * first one. */
static void weigh(
	const struct figure *figure, const bool *is_chosen, uint32_t chosen, size_t *weights)
{
	const struct sequence *sequence = figure->sequence;

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		if (step->from == NO_LIFELINE || step->to == NO_LIFELINE)
			continue;
		if (step->from == chosen && !is_chosen[step->to])
			weights[step->to]++;
		else if (step->to == chosen && !is_chosen[step->from])
			weights[step->from]++;
	}
}

static uint32_t heaviest(const struct figure *figure, const bool *is_chosen, const size_t *weights)
{
	const struct lifeline *lifelines = figure->sequence->lifelines;
	uint32_t best = NO_LIFELINE;

	for (uint32_t i = 0; i < figure->sequence->lifeline_count; i++) {
		if (is_chosen[i] || figure->places[i].first == SIZE_MAX)
			continue;
		if (best == NO_LIFELINE || weights[i] > weights[best] ||
			(weights[i] == weights[best] &&
				lifelines[i].step_count > lifelines[best].step_count))
			best = i;
	}
	return best;
}

/* The busiest lifeline, then those that have most to do with it. */
static void choose_the_busiest(struct figure *figure)
{
	size_t count = figure->sequence->lifeline_count, slots = slots_that_fit(figure);
	bool *is_chosen = xcalloc(count + 1, sizeof(*is_chosen));
	size_t *weights = xcalloc(count + 1, sizeof(*weights));

	for (size_t i = 0; i < slots; i++) {
		uint32_t best = heaviest(figure, is_chosen, weights);
		if (best == NO_LIFELINE)
			break;
		is_chosen[best] = true;
		weigh(figure, is_chosen, best, weights);
	}
	figure->slot_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct figure_place *place = &figure->places[i];
		place->slot = NO_SLOT;
		if (is_chosen[i])
			stay(figure, i);
		figure->hidden_lifelines += !is_chosen[i] && place->first != SIZE_MAX;
	}
	free(is_chosen);
	free(weights);
}

static size_t within(size_t number, size_t least, size_t most)
{
	return number < least ? least : number > most ? most : number;
}

/* Arrows from the last lifeline to itself need more room than words. */
static bool has_loops(const struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		if (step->from != NO_LIFELINE && step->from == step->to &&
			figure->places[step->from].slot + 1 == figure->slot_count)
			return true;
	}
	return false;
}

static void space_out(struct figure *figure)
{
	size_t count = figure->slot_count, width = room(figure);
	size_t last = within(width / (count < 3 ? 3 : count), NARROWEST_LAST, WIDEST_LAST);
	if (has_loops(figure))
		last = within(width / (count + 1) * 2, NARROWEST_LAST, WIDEST);
	size_t between = count > 1 ? (width - last) / (count - 1) : width;

	if (count > 1 && between > WIDEST)
		between = WIDEST;
	figure->columns = xcalloc(count + 2, sizeof(*figure->columns));
	for (size_t i = 0; i < count; i++)
		figure->columns[i] = figure->left + i * between;
	figure->columns[count] = figure->left + width + 1;
}

/* The time since the step before is left out where lifelines need its room. */
static void choose_times(struct figure *figure, enum time_mode time)
{
	figure->instants = instants_of(figure->sequence->trace, time, figure->text->is_ascii);
	measure_left(figure);
	size_t slots = slots_that_fit(figure), since_columns = figure->instants.since_columns;
	if (slots >= lifelines_seen(figure))
		return;
	figure->instants.since_columns = 0;
	measure_left(figure);
	if (slots_that_fit(figure) > slots)
		return;
	figure->instants.since_columns = since_columns;
	measure_left(figure);
}

void figure_lay_out(struct figure *figure, enum time_mode time)
{
	const struct sequence *sequence = figure->sequence;

	figure->places = xcalloc(sequence->lifeline_count + 1, sizeof(*figure->places));
	measure_lives(figure);
	choose_times(figure, time);
	if (!give_each_a_slot(figure) && !share_slots(figure))
		choose_the_busiest(figure);
	space_out(figure);
	figure->blocked = xcalloc(sequence->lifeline_count + 1, sizeof(*figure->blocked));
	figure->occupants = xcalloc(figure->slot_count + 1, sizeof(*figure->occupants));
	for (uint32_t i = (uint32_t)sequence->lifeline_count; i-- > 0;)
		if (figure->places[i].slot != NO_SLOT)
			figure->occupants[figure->places[i].slot] = i;
}

void figure_free(struct figure *figure)
{
	free(figure->places);
	free(figure->columns);
	free(figure->occupants);
	free(figure->blocked);
}
