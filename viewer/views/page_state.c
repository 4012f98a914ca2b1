/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "viewer/layout/state_caption.h"
#include "viewer/model/string_table.h"
#include "viewer/views/page_parts.h"
#include "viewer/views/state_tell.h"

/* Of more steps the first ones are on the page. */
#define STEPS_MOST 1000

#define CALL_LENGTH 110

/* Objects that many pictures have, each told once and named by its place. */
struct told_once {
	struct string_table texts;
	struct json_output scratch;
};

static void take(struct told_once *once, struct json_writer *into)
{
	struct json_writer *w = &once->scratch.writer;

	json_text_n(w, NULL, "", 0);
	w->text[w->length - 3] = '\0'; /* the comma and the empty string behind the object */
	json_number(into, NULL, (int64_t)string_table_number(&once->texts, w->text) - 1);
	w->length = 0;
	w->needs_comma = false;
}

static void tell_all(struct told_once *once, struct json_output *output, const char *key)
{
	json_array_begin(&output->writer, key);
	for (uint32_t i = 1; i < once->texts.count; i++) {
		const char *object = string_table_get(&once->texts, i);
		json_raw(&output->writer, NULL, object, strlen(object));
		json_output_some(output);
	}
	json_array_end(&output->writer);
	string_table_free(&once->texts);
	json_writer_free(&once->scratch.writer);
}

static void tell_words(
	struct page_data *d, const struct state_picture *picture, const struct instants *instants)
{
	struct text words = text_like(d->output->text);

	state_caption_step(&words, picture, instants, CALL_LENGTH);
	json_output_words(d->output, "words", &words);
	state_caption_legend(&words, picture);
	json_output_words(d->output, "legend", &words);
	state_caption_rest(&words, picture);
	json_output_words(d->output, "rest", &words);
	text_free(&words);
}

static void tell_step(struct page_data *d, const struct state_picture *picture,
	const struct instants *instants, struct told_once *rows, struct told_once *boxes)
{
	struct json_writer *w = &d->output->writer;

	json_object_begin(w, NULL);
	json_number(w, "call", page_call_number(d, picture->snapshot->call));
	tell_words(d, picture, instants);
	json_array_begin(w, "rows");
	for (size_t i = 0; i < picture->row_count; i++) {
		state_tell_row(&rows->scratch, picture, &picture->rows[i]);
		take(rows, w);
	}
	json_array_end(w);
	json_array_begin(w, "boxes");
	for (size_t i = 0; i < picture->box_count; i++) {
		state_tell_box(&boxes->scratch, picture, &picture->boxes[i]);
		take(boxes, w);
	}
	json_array_end(w);
	json_object_end(w);
	json_output_some(d->output);
}

void page_state_add(struct page_data *d)
{
	struct state_steps *steps = state_steps_new(d->selection, false);
	struct instants instants = instants_of(d->trace, d->options->time, false);
	struct json_writer *w = &d->output->writer;
	struct told_once rows = {.scratch.text = d->output->text};
	struct told_once boxes = {.scratch.text = d->output->text};
	size_t count = steps->count < STEPS_MOST ? steps->count : STEPS_MOST;

	json_object_begin(w, "state");
	size_t first = steps->count > 0 ? state_steps_first(steps) : 0;
	json_number(w, "first", first < count ? (int64_t)first : 0);
	json_number(w, "left_out", (int64_t)(steps->count - count));
	json_array_begin(w, "steps");
	for (size_t i = 0; i < count && !d->output->text->is_unwanted; i++) {
		struct state_picture *picture = state_picture_new(steps, i, 2, STATE_ROWS_MOST);
		tell_step(d, picture, &instants, &rows, &boxes);
		state_picture_free(picture);
	}
	json_array_end(w);
	tell_all(&rows, d->output, "rows");
	tell_all(&boxes, d->output, "boxes");
	json_object_end(w);
	state_steps_free(steps);
}
