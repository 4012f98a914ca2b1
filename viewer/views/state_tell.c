/* SPDX-License-Identifier: MIT */
#include "viewer/views/state_tell.h"

#include "viewer/layout/state_caption.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"
#include "viewer/wording/state_name.h"

void state_choose(
	struct state_steps *steps, const struct view_options *options, size_t *first, size_t *end)
{
	*first = 0;
	*end = 0;
	if (steps->count == 0)
		return;
	if (options->at.call > 0)
		*first = options->at.call < steps->count ? options->at.call - 1 : steps->count - 1;
	else if (options->at.instant.is_given)
		*first = state_steps_at(
			steps, steps->trace->begin_ns + options->at.instant.since_begin_ns);
	else if (!options->is_stepping)
		*first = state_steps_first(steps);
	*end = *first + 1;
	if (options->is_stepping) {
		size_t rest = steps->count - *first, most = view_most(options);
		*end = *first + (rest < most ? rest : most);
	}
}

static void tell_changes(struct json_writer *writer, unsigned changes)
{
	static const struct {
		enum snapshot_change change;
		const char *name;
	} names[] = {{CHANGE_NEW, "new"}, {CHANGE_ENDED, "ended"}, {CHANGE_LOCAL, "local"},
		{CHANGE_PEER, "peer"}, {CHANGE_STATE, "state"}, {CHANGE_QUEUE, "queue"},
		{CHANGE_UNREAD, "unread"}, {CHANGE_LOST, "lost"}};

	json_array_begin(writer, "changes");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (changes & names[i].change)
			json_text(writer, NULL, names[i].name);
	json_array_end(writer);
}

void state_tell_row(struct json_output *output, const struct state_picture *picture,
	const struct state_row *row)
{
	static const char *const kinds[] = {[STATE_PROCESS] = "process",
		[STATE_DESCRIPTOR] = "descriptor",
		[STATE_CALL] = "call"};
	struct json_writer *writer = &output->writer;
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	json_object_begin(writer, NULL);
	json_text(writer, "kind", kinds[row->kind]);
	json_text(writer, "side", row->side == SIDE_LEFT ? "left" : "right");
	json_number(writer, "row", (int64_t)row->row);
	json_number(writer, "pid", row->process->pid);
	tell_trace_of(writer, "trace", picture->trace, row->process->part);
	if (row->count > 1)
		json_number(writer, "count", (int64_t)row->count);
	if (row->kind == STATE_DESCRIPTOR) {
		json_number(writer, "fd", row->descriptor->fd);
		json_number(writer, "descriptor", row->descriptor->id);
		json_number(writer, "box", row->box);
		if (row->is_named)
			json_bool(writer, "named", true);
		else
			json_number(writer, "port", (int64_t)row->port);
		if (row->lane != NO_LANE)
			json_number(writer, "lane", row->lane);
		tell_changes(writer, row->changes);
	} else if (row->kind == STATE_CALL) {
		tell_call_number(writer, "call", picture->trace, row->call);
		json_number(writer, "tid", row->tid);
		json_bool(writer, "made", row->is_made);
	}
	json_text(writer, "style", palette_row(state_caption_row_style(picture, row))->name);
	state_caption_row(&words, picture, row, TELL_LONGEST);
	json_output_words(output, "words", &words);
	json_object_end(writer);
	text_free(&words);
}

static void tell_waiting(struct json_writer *writer, const struct state_picture *picture,
	const struct present_socket *present)
{
	const struct socket *waiting = present->first_waiting;

	json_object_begin(writer, "queue");
	if (present->backlog != RECORD_ABSENT)
		json_number(writer, "backlog", present->backlog);
	json_number(writer, "waiting", (int64_t)present->waiting);
	json_bool(writer, "known", present->is_queue_known);
	json_array_begin(writer, "first");
	for (size_t i = 0; waiting && i < STATE_WAITING_MOST; i++) {
		json_number(writer, NULL, waiting->id);
		waiting = snapshot_next_waiting(picture->snapshot, waiting);
	}
	json_array_end(writer);
	json_object_end(writer);
}

static void tell_lines(struct json_output *output, const struct state_picture *picture,
	const struct state_box *box)
{
	struct json_writer *writer = &output->writer;
	struct text words = {
		.is_ascii = output->text->is_ascii, .language = output->text->language};

	json_array_begin(writer, "lines");
	for (size_t i = 0; i < box->line_count; i++) {
		json_object_begin(writer, NULL);
		json_text(writer, "style", palette_row(state_caption_line_style(box, i))->name);
		if (state_caption_is_changed(box, i))
			json_bool(writer, "changed", true);
		state_caption_label(&words, box, i);
		if (words.column > 0)
			json_number(writer, "value_column", (int64_t)words.column);
		json_output_words(output, "label", &words);
		state_caption_line(&words, picture, box, i, TELL_LONGEST);
		json_output_words(output, "words", &words);
		json_object_end(writer);
	}
	json_array_end(writer);
	text_free(&words);
}

void state_tell_box(struct json_output *output, const struct state_picture *picture,
	const struct state_box *box)
{
	const struct present_socket *present = box->socket;
	struct json_writer *writer = &output->writer;
	bool is_stream = socket_is_stream(picture->trace, present->socket);

	json_object_begin(writer, NULL);
	json_number(writer, "socket", present->socket->id);
	tell_trace_of(writer, "trace", picture->trace, present->socket->part);
	if (box->count > 1)
		json_number(writer, "count", (int64_t)box->count);
	json_text(writer, "column", box->column == SIDE_LEFT ? "left" : "right");
	json_number(writer, "row", (int64_t)box->row);
	json_number(writer, "height", (int64_t)box->height);
	json_text(writer, "kind", name_kind(picture->trace, present->socket));
	json_text(writer, "state", state_name(present));
	if (*state_kernel_name(present))
		json_text(writer, "kernel_state", state_kernel_name(present));
	if (*present->known.local)
		json_text(writer, "local", present->known.local);
	if (*present->known.peer)
		json_text(writer, "peer", present->known.peer);
	if (box->other != NO_BOX)
		json_number(writer, "other", box->other);
	if (present->state == STATE_LISTENING)
		tell_waiting(writer, picture, present);
	if (!is_stream || present->is_unread_known)
		json_number(writer, "unread", box->unread);
	if (!is_stream)
		json_number(writer, "unread_messages", (int64_t)box->unread_messages);
	json_number(writer, "bytes_in", box->bytes_in);
	json_number(writer, "bytes_out", box->bytes_out);
	json_number(writer, "lost", box->lost);
	tell_changes(writer, box->changes);
	tell_lines(output, picture, box);
	json_object_end(writer);
}

void state_tell_step(struct json_output *output, const struct state_picture *picture)
{
	struct json_writer *writer = &output->writer;
	const struct call *call = &picture->trace->calls[picture->snapshot->call];

	json_number(writer, "step", (int64_t)picture->step + 1);
	tell_call_number(writer, "call", picture->trace, picture->snapshot->call);
	tell_trace_of(writer, "trace", picture->trace, call->process->part);
	json_number(writer, "time_ns", causal_order_time_ns(call));
	json_number(writer, "pid", call->process->pid);
	json_text(writer, "name", trace_word(picture->trace, call->name));
}

static void tell_picture(struct json_output *output, const struct state_picture *picture)
{
	struct json_writer *writer = &output->writer;

	json_object_begin(writer, NULL);
	state_tell_step(output, picture);
	json_array_begin(writer, "rows");
	for (size_t i = 0; i < picture->row_count; i++) {
		state_tell_row(output, picture, &picture->rows[i]);
		json_output_some(output);
	}
	json_array_end(writer);
	json_array_begin(writer, "boxes");
	for (size_t i = 0; i < picture->box_count; i++) {
		state_tell_box(output, picture, &picture->boxes[i]);
		json_output_some(output);
	}
	json_array_end(writer);
	json_number(writer, "sockets_left_out", (int64_t)picture->sockets_left_out);
	json_number(writer, "processes_left_out", (int64_t)picture->processes_left_out);
	json_object_end(writer);
}

void state_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options, size_t columns)
{
	struct state_steps *steps = state_steps_new(selection, options->is_full);
	struct json_writer *writer = &output->writer;
	size_t first, end;

	state_choose(steps, options, &first, &end);
	json_number(writer, "steps", (int64_t)steps->count);
	json_array_begin(writer, "pictures");
	for (size_t i = first; i < end && !output->text->is_unwanted; i++) {
		struct state_picture *picture = state_picture_new(
			steps, i, columns, options->is_full ? 0 : STATE_ROWS_MOST);
		tell_picture(output, picture);
		state_picture_free(picture);
	}
	json_array_end(writer);
	json_number(writer, "pictures_left_out",
		options->is_stepping ? (int64_t)(steps->count - end) : 0);
	state_steps_free(steps);
}
