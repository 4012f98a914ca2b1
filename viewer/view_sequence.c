#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/figure.h"
#include "viewer/quantity.h"
#include "viewer/view.h"

/* "1,204" */
static void count_words(char words[32], uint64_t count)
{
	char digits[24];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count), at = 0;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			words[at++] = ',';
		words[at++] = digits[i];
	}
	words[at] = '\0';
}

static void draw_note(struct text *text, uint64_t count, const char *one, const char *many)
{
	char words[32];

	if (count == 0)
		return;
	count_words(words, count);
	text_addf(text, STYLE_FAINT, "%s %s", words, count == 1 ? one : many);
	text_end_line(text);
}

/* Ruled across all lifelines; the first and the last one are not crossed. */
static void draw_phase(struct figure *figure, const struct step *step)
{
	struct text *text = figure->text;
	const char *line = text_choose(text, "─", "-");
	size_t last = figure->columns[figure->slot_count - 1];
	size_t end = figure->slot_count > 1 ? last - 1 : text->width;
	char tag[32] = "";

	if (figure->sequence->connection_count > 1 && step->connection)
		snprintf(tag, sizeof(tag), "#%u ", step->connection);
	text_pad(text, figure->left);
	text_add(text, STYLE_FAINT, text_choose(text, "│ ", "| "));
	text_add(text, STYLE_FAINT, text_choose(text, "── ", "-- "));
	text_addf(text, STYLE_TITLE, "%s%s", tag,
		sequence_phase_name((enum sequence_phase)step->phase));
	text_add(text, STYLE_FAINT, " ");
	while (text->column < end)
		text_add(text, STYLE_FAINT, line);
	if (figure->slot_count > 1)
		text_add(text, STYLE_FAINT, text_choose(text, " │", " |"));
	text_end_line(text);
}

static void draw_fold(struct figure *figure, const struct step *step)
{
	const struct fold *fold = &step->fold;
	bool is_exchange = fold->bytes_left > 0 && fold->bytes_right > 0;
	uint64_t count = fold->connections ? fold->connections
			 : is_exchange     ? (fold->turns + 1) / 2
					   : fold->steps;
	const char *what = fold->connections ? "connection" : is_exchange ? "exchange" : "transfer";
	struct text *text = figure->text;
	char words[32], bytes[QUANTITY_SIZE];

	count_words(words, count);
	text_pad(text, figure->left);
	text_add(text, STYLE_FAINT, text_choose(text, "┊ ", ": "));
	text_addf(text, STYLE_FAINT, "%s %s more %s%s", text_choose(text, "…", "..."), words, what,
		count == 1 ? "" : "s");
	quantity_bytes(bytes, fold->bytes_right);
	if (fold->bytes_right > 0)
		text_addf(text, STYLE_FAINT, ", %s %s", bytes, text_choose(text, "→", "->"));
	quantity_bytes(bytes, fold->bytes_left);
	if (fold->bytes_left > 0)
		text_addf(text, STYLE_FAINT, ", %s %s", bytes, text_choose(text, "←", "<-"));
	text_add(text, STYLE_PLAIN, " ");
	figure_draw_lines(figure, 1);
	text_end_line(text);
}

static void draw_steps(struct figure *figure)
{
	const struct sequence *sequence = figure->sequence;

	for (size_t i = 0; i < sequence->step_count && !figure->text->is_unwanted; i++) {
		const struct step *step = &sequence->steps[i];
		figure->step = i;
		if (step->kind == STEP_PHASE)
			draw_phase(figure, step);
		else if (step->kind == STEP_FOLD)
			draw_fold(figure, step);
		else
			figure_draw_step(figure, step);
	}
}

static void draw_notes(struct figure *figure)
{
	struct text *text = figure->text;

	if (!figure->has_dashes && !figure->has_breaks && figure->sequence->left_out == 0 &&
		figure->hidden_lifelines == 0)
		return;
	text_end_line(text);
	if (figure->has_dashes)
		text_addf(text, STYLE_FAINT, "%s on its way   ", text_choose(text, "╌", "."));
	if (figure->has_breaks)
		text_addf(text, STYLE_FAINT, "%s refused, reset or lost",
			text_choose(text, "✗", "x"));
	if (figure->has_dashes || figure->has_breaks)
		text_end_line(text);
	draw_note(text, figure->hidden_lifelines,
		"more column does not fit, which has less to do with the others",
		"more columns do not fit, which have less to do with the others");
	draw_note(text, figure->hidden_steps, "step of it is not shown",
		"steps of them are not shown");
	draw_note(text, figure->sequence->left_out,
		"call that sets, asks, waits or found nothing is not shown: see --full",
		"calls that set, ask, wait or found nothing are not shown: see --full");
}

void view_sequence(struct text *text, const struct trace *trace, const struct view_options *options)
{
	struct sequence *sequence = sequence_new(trace, options->by_thread, options->is_full);
	struct figure figure = {.text = text, .sequence = sequence};

	figure_lay_out(&figure);
	if (figure.slot_count == 0) {
		text_add(text, STYLE_PLAIN, "No socket was used.");
		text_end_line(text);
	} else {
		figure_draw_header(&figure);
		draw_steps(&figure);
		draw_notes(&figure);
	}
	figure_free(&figure);
	sequence_free(sequence);
}
