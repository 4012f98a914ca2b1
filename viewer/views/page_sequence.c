/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/caption.h"
#include "viewer/layout/sequence_build.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/row_set.h"
#include "viewer/wording/names.h"

#define NAME_LIMIT 200

static void tell_lifelines(struct page_data *d, const struct sequence *sequence)
{
	static const char *const keys[] = {"name", "note"};
	struct json_writer *w = &d->output->writer;
	struct text words = text_like(d->output->text);

	json_array_begin(w, "lifelines");
	for (size_t i = 0; i < sequence->lifeline_count; i++) {
		const struct lifeline *lifeline = &sequence->lifelines[i];
		json_object_begin(w, NULL);
		json_bool(w, "outside", !lifeline->process);
		for (int line = 0; line < 2; line++) {
			caption_lifeline_line(&words, STYLE_PLAIN, lifeline, line, NAME_LIMIT);
			json_output_words(d->output, keys[line], &words);
		}
		json_object_end(w);
		json_output_some(d->output);
	}
	json_array_end(w);
	text_free(&words);
}

static int64_t lifeline_number(uint32_t lifeline)
{
	return lifeline == NO_LIFELINE ? -1 : (int64_t)lifeline;
}

static bool is_call_step(const struct step *step)
{
	return step->kind != STEP_PHASE && step->kind != STEP_FOLD;
}

/* A number of the step for each column: where it leads, the calls at its ends, and its kind. */
static int64_t value_of(
	struct page_data *d, const struct step *step, int column, struct row_set *kinds)
{
	switch (column) {
	case 0:
		return lifeline_number(step->from);
	case 1:
		return lifeline_number(step->to);
	case 2:
		return page_call_number(d, step->from_call);
	case 3:
		return page_call_number(d, step->to_call);
	default:
		break;
	}
	int64_t row[] = {step->kind, step->arrow, step->link, step->style, step->cargo,
		step->is_broken, step->is_repeated};
	return (int64_t)row_set_put(kinds, row);
}

static const char *const cargo_names[] = {
	[CARGO_NONE] = "none",
	[CARGO_BYTES] = "bytes",
	[CARGO_ADDRESS] = "address",
};

static void tell_steps(struct page_data *d, const struct sequence *sequence)
{
	static const char *const names[] = {"from", "to", "from_call", "to_call", "kind"};
	static const char *const kind_names[] = {
		"kind", "arrow", "link", "style", "cargo", "broken", "repeated"};
	struct row_set kinds = {.width = 7, .names = kind_names};

	json_object_begin(&d->output->writer, "steps");
	for (int column = 0; column < 5; column++) {
		json_array_begin(&d->output->writer, names[column]);
		for (size_t i = 0; i < sequence->step_count; i++)
			if (is_call_step(&sequence->steps[i])) {
				json_number(&d->output->writer, NULL,
					value_of(d, &sequence->steps[i], column, &kinds));
				json_output_some(d->output);
			}
		json_array_end(&d->output->writer);
	}
	json_object_end(&d->output->writer);
	row_set_tell(&kinds, d->output, "kinds");
	page_names_add(d, "arrows", arrow_names, ARROW_COUNT);
	page_names_add(d, "cargos", cargo_names, sizeof(cargo_names) / sizeof(cargo_names[0]));
}

static const struct connection *connection_on(const struct descriptor *descriptor)
{
	return descriptor ? descriptor->socket->connection : NULL;
}

/* The number of the connection that the step is about, or -1. */
static int64_t connection_of(const struct page_data *d, const struct step *step)
{
	uint32_t index = step_first_call(step);
	const struct call *call = index == NO_CALL ? NULL : &d->trace->calls[index];
	bool is_accept = call && call->effect == EFFECT_ACCEPT && d->made[index] >= 0;
	const struct connection *connection =
		is_accept ? connection_on(d->trace->descriptors[d->made[index]])
		: call    ? connection_on(call->descriptor)
			  : NULL;

	return connection ? (int64_t)connection->number : -1;
}

static void add_rule(struct row_set *rules, size_t step, const struct step *of, int64_t only)
{
	int64_t row[] = {(int64_t)step, of->phase, of->connection, only};

	row_set_put(rules, row);
}

/* Where phases begin: seen from all that goes on together, and, of one connection alone, for who
 * chooses it. Before which of the steps each stands. */
static void tell_rules(struct page_data *d, const struct sequence *sequence)
{
	static const char *const names[] = {"step", "phase", "number", "only"};
	struct row_set rules = {.width = 4, .names = names};
	uint8_t *phases = xcalloc(sequence->connection_count + 1, sizeof(*phases));
	size_t count = 0;

	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		if (step->kind == STEP_PHASE) {
			add_rule(&rules, count, step, -1);
			continue;
		}
		int64_t connection = step->connection > 0 ? connection_of(d, step) : -1;
		if (connection >= 0 && step->phase != phases[step->connection]) {
			phases[step->connection] = step->phase;
			add_rule(&rules, count, step, connection);
		}
		count++;
	}
	row_set_tell(&rules, d->output, "rules");
	free(phases);
}

/* A number, and words that belong to it. */
static void tell_pair(struct page_data *d, int64_t number, struct text *words)
{
	json_array_begin(&d->output->writer, NULL);
	json_number(&d->output->writer, NULL, number);
	if (words->length > 0)
		json_output_words(d->output, NULL, words);
	else
		json_text(&d->output->writer, NULL, "");
	json_array_end(&d->output->writer);
	json_output_some(d->output);
}

/* How each connect ended; nothing of one that stood. */
static void tell_outcomes(struct page_data *d)
{
	struct text words = text_like(d->output->text);

	json_array_begin(&d->output->writer, "outcomes");
	for (size_t i = 0; i < d->trace->attempt_count; i++) {
		uint32_t connect = d->trace->attempts[i].connect;
		if (page_call_number(d, connect) < 0)
			continue;
		caption_outcome(&words, d->trace, &d->trace->calls[connect], NAME_LIMIT);
		tell_pair(d, page_call_number(d, connect), &words);
	}
	json_array_end(&d->output->writer);
	text_free(&words);
}

/* Words of steps that do not follow from their calls: the address that a connect's arrow carries,
 * and what began an arrow that was no call. */
static void tell_step_words(
	struct page_data *d, const struct sequence *sequence, const char *key, bool is_carried)
{
	struct text words = text_like(d->output->text);
	int64_t number = 0;

	json_array_begin(&d->output->writer, key);
	for (size_t i = 0; i < sequence->step_count; i++) {
		const struct step *step = &sequence->steps[i];
		if (!is_call_step(step))
			continue;
		if (is_carried && step->cargo == CARGO_ADDRESS)
			caption_arrow(&words, d->trace, step, false, NAME_LIMIT);
		else if (!is_carried && step->ended_by)
			caption_end(&words, d->trace, step, AT_FROM, false, NAME_LIMIT);
		if (words.length > 0)
			tell_pair(d, number, &words);
		number++;
	}
	json_array_end(&d->output->writer);
	text_free(&words);
}

void page_sequence_add(struct page_data *d)
{
	struct sequence *sequence = sequence_new(d->selection, d->options->by_thread, true);
	struct json_writer *w = &d->output->writer;

	json_object_begin(w, "sequence");
	tell_lifelines(d, sequence);
	tell_steps(d, sequence);
	tell_rules(d, sequence);
	tell_outcomes(d);
	tell_step_words(d, sequence, "carried", true);
	tell_step_words(d, sequence, "ends", false);
	json_array_begin(w, "phases");
	for (int i = PHASE_NONE; i <= PHASE_RELEASE; i++)
		json_text(w, NULL, page_words(d, name_phase(NULL, (enum phase)i)));
	json_array_end(w);
	json_number(w, "connections", (int64_t)sequence->connection_count);
	json_object_end(w);
	sequence_free(sequence);
}
