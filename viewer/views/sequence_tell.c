/* SPDX-License-Identifier: MIT */
#include "viewer/views/sequence_tell.h"

#include "viewer/layout/caption.h"
#include "viewer/layout/sequence_build.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

static const char *const kinds[] = {
	[STEP_ALONE] = "alone",
	[STEP_DEAD_END] = "dead_end",
	[STEP_ARROW] = "arrow",
	[STEP_LOOP] = "loop",
	[STEP_PHASE] = "phase",
	[STEP_FOLD] = "fold",
};

static void tell_lifelines(struct json_output *output, const struct sequence *sequence)
{
	struct json_writer *writer = &output->writer;
	struct text words = {.is_ascii = output->text->is_ascii};

	json_array_begin(writer, "lifelines");
	for (size_t i = 0; i < sequence->lifeline_count; i++) {
		const struct lifeline *lifeline = &sequence->lifelines[i];
		const struct process *process = lifeline->process;
		const char *role = process ? name_role(process) : NULL;
		json_object_begin(writer, NULL);
		caption_lifeline_line(&words, STYLE_PLAIN, lifeline, 0, TELL_LONGEST);
		json_output_words(output, "name", &words);
		if (!process)
			json_text(writer, "address", lifeline->address);
		if (role)
			json_text(writer, "role", role);
		if (process) {
			json_number(writer, "pid", process->pid);
			if (lifeline->tid >= 0)
				json_number(writer, "tid", lifeline->tid);
			tell_trace_of(writer, "trace", sequence->trace, process->part);
		}
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
	text_free(&words);
}

static void tell_sum(
	struct json_output *output, const struct sequence *sequence, const struct step *step)
{
	struct json_writer *writer = &output->writer;
	struct text words = {.is_ascii = output->text->is_ascii};

	caption_sum(&words, sequence, step);
	json_output_words(output, "words", &words);
	text_free(&words);
	if (step->kind == STEP_FOLD) {
		const struct fold *fold = &sequence->folds[step->fold];
		if (fold->connections)
			json_number(writer, "connections", fold->connections);
		json_number(writer, "transfers", fold->steps);
		json_number(writer, "turns", fold->turns);
		json_number(writer, "bytes_right", fold->bytes_right);
		json_number(writer, "bytes_left", fold->bytes_left);
	}
}

static void tell_calls(
	struct json_output *output, const struct sequence *sequence, const struct step *step)
{
	static const struct {
		const char *call, *part, *words, *style;
	} keys[] = {
		[AT_FROM] = {"from_call", "from_trace", "from_words", "from_style"},
		[AT_TO] = {"to_call", "to_trace", "to_words", "to_style"},
	};
	const struct trace *trace = sequence->trace;
	struct json_writer *writer = &output->writer;
	struct text words = {.is_ascii = output->text->is_ascii};

	if (step->from != NO_LIFELINE)
		json_number(writer, "from", step->from);
	if (step->to != NO_LIFELINE)
		json_number(writer, "to", step->to);
	json_text(writer, "arrow", arrow_names[step->arrow]);
	if (step->arrow != ARROW_NONE)
		json_text(writer, "link", name_link(step->link));
	if (step->is_broken)
		json_bool(writer, "broken", true);
	json_text(writer, "style", palette_row(step->style)->name);
	if (step->other != NO_STEP)
		json_number(writer, "other_step", step->other);
	for (enum step_end at = AT_FROM; at <= AT_TO; at++) {
		uint32_t call = at == AT_FROM ? step->from_call : step->to_call;
		if (call != NO_CALL) {
			tell_call_number(writer, keys[at].call, trace, call);
			tell_trace_of(
				writer, keys[at].part, trace, trace->calls[call].process->part);
		}
		caption_end(&words, trace, step, at, false, TELL_LONGEST);
		if (words.length > 0)
			json_text(writer, keys[at].style,
				palette_row(caption_end_style(trace, step, at))->name);
		json_output_words(output, keys[at].words, &words);
	}
	caption_arrow(&words, trace, step, false, TELL_LONGEST);
	json_output_words(output, "carries", &words);
	if (step->cargo == CARGO_BYTES)
		json_number(writer, "bytes", step->bytes);
	if (step->lost > 0)
		json_number(writer, "lost", step->lost);
	if (step->source_count > 1)
		json_number(writer, "sends", step->source_count);
	if (step->is_repeated)
		json_bool(writer, "repeated", true);
	text_free(&words);
}

void sequence_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct sequence *sequence = sequence_new(selection, options->by_thread, options->is_full);
	struct json_writer *writer = &output->writer;
	struct instants instants = {0};

	tell_lifelines(output, sequence);
	json_number(writer, "connections", (int64_t)sequence->connection_count);
	tell_absent_services(writer, &sequence->absent);
	json_number(writer, "left_out", (int64_t)sequence->left_out);
	json_array_begin(writer, "steps");
	for (size_t i = 0; i < sequence->step_count && !output->text->is_unwanted; i++) {
		const struct step *step = &sequence->steps[i];
		json_object_begin(writer, NULL);
		json_text(writer, "kind", kinds[step->kind]);
		if (step->kind == STEP_PHASE || step->kind == STEP_FOLD)
			json_number(writer, "time_ns", step->time_ns);
		else
			tell_line_time(writer, &instants, step->time_ns);
		if (step->phase != PHASE_NONE)
			json_text(writer, "phase", name_phase(NULL, (enum phase)step->phase));
		if (step->connection)
			json_number(writer, "connection", step->connection);
		if (step->kind == STEP_PHASE || step->kind == STEP_FOLD)
			tell_sum(output, sequence, step);
		else
			tell_calls(output, sequence, step);
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
	json_array_begin(writer, "waits");
	for (size_t i = 0; i < sequence->wait_count; i++) {
		const struct sequence_wait *wait = &sequence->waits[i];
		json_object_begin(writer, NULL);
		json_number(writer, "lifeline", wait->lifeline);
		json_number(writer, "first", (int64_t)wait->first);
		json_number(writer, "last", (int64_t)wait->last);
		json_object_end(writer);
		json_output_some(output);
	}
	json_array_end(writer);
	sequence_free(sequence);
}
