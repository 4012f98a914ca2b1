/* SPDX-License-Identifier: MIT */
#include "viewer/layout/rank.h"
#include "viewer/relate/socket_life.h"
#include "viewer/views/socket_facts.h"
#include "viewer/views/socket_table.h"
#include "viewer/views/view.h"
#include "viewer/wording/header.h"

static void choose(
	struct rank *rank, const struct selection *selection, const struct view_options *options)
{
	const struct trace *trace = selection->trace;

	for (uint32_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		int64_t in = 0, out = 0, calls = 0;
		for (const struct descriptor *holder = socket->holder; holder;
			holder = holder->next_holder) {
			const struct call_list *shown = selection_calls(selection, holder);
			calls += (int64_t)shown->count;
			in = shown->bytes_in > in ? shown->bytes_in : in;
			out = shown->bytes_out > out ? shown->bytes_out : out;
		}
		if (calls > 0 && selection_has_socket(selection, socket))
			rank_add(rank, i, in, out, 0, calls);
	}
	rank_choose(rank, options->sort, options->is_full ? SIZE_MAX : options->top);
}

static void draw_socket(struct text *text, const struct selection *selection,
	const struct socket *socket, const struct view_options *options)
{
	struct instants instants = instants_of(selection->trace, options->time, text->is_ascii);
	struct life life = life_of(selection, socket, options->is_full);

	text_end_line(text);
	socket_facts_draw(text, &instants, selection, socket);
	text_end_line(text);
	socket_table_draw(text, &instants, selection->trace, socket, &life);
	life_free(&life);
}

void view_socket(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct rank rank = {0};

	header_draw(text, selection);
	choose(&rank, selection, options);
	for (size_t i = 0; i < rank.chosen && !text->is_unwanted; i++)
		draw_socket(
			text, selection, selection->trace->sockets[rank.list[i].number], options);
	if (rank.count == 0)
		header_draw_nothing(text, selection);
	rank_say_rest(text, &rank, "sockets (--top=N, --full)");
	rank_free(&rank);
}

void view_socket_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct rank rank = {0};

	header_tell(&output->writer, selection);
	choose(&rank, selection, options);
	json_array_begin(&output->writer, "sockets");
	for (size_t i = 0; i < rank.chosen && !output->text->is_unwanted; i++) {
		const struct socket *socket = selection->trace->sockets[rank.list[i].number];
		struct life life = life_of(selection, socket, options->is_full);
		json_object_begin(&output->writer, NULL);
		socket_facts_tell(output, selection, socket);
		json_array_begin(&output->writer, "life");
		socket_table_tell(output, selection->trace, socket, &life);
		json_array_end(&output->writer);
		json_object_end(&output->writer);
		life_free(&life);
	}
	json_array_end(&output->writer);
	json_number(&output->writer, "left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
}
