/* SPDX-License-Identifier: MIT */
#include "viewer/views/under_way.h"

#include <inttypes.h>
#include <stdlib.h>

#include "format/memory.h"
#include "viewer/layout/rank.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/names.h"

/* So many are told of. */
#define MOST 3

struct under_way {
	const struct pending_call **list; /* owned */
	struct rank rank;
};

static bool is_selected(const struct selection *selection, const struct pending_call *call)
{
	const struct filter *filter = selection->filter;

	return filter_fits_process(filter, call->process) && filter_fits_name(filter, call->name) &&
	       filter_fits_effect(filter, call->effect) &&
	       filter_fits_span(filter, selection->trace, call->time_ns,
		       call->time_ns + call->duration_ns, false) &&
	       (call->descriptor
			       ? filter_fits_descriptor(filter, selection->trace, call->descriptor)
			       : !filter_is_about_sockets(filter));
}

/* A trace with an end has the calls themselves, also those that never returned. With a process its
 * threads end, and with an exec all but one. */
static bool is_under_way(const struct selection *selection, const struct pending_call *call)
{
	const struct record_end *end = selection->trace->parts[call->part].end;

	return (!end || end->continues) && !call->process->has_ended &&
	       call->process->executed_ns <= call->time_ns && is_selected(selection, call);
}

static struct under_way under_way_find(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct under_way found = {.list = xcalloc(trace->pending.count + 1, sizeof(*found.list))};
	const struct pending_call *call;
	uint32_t count = 0;
	size_t at = 0;

	while ((call = id_map_next(&trace->pending, &at))) {
		if (!is_under_way(selection, call))
			continue;
		rank_add(&found.rank, count, 0, 0, trace->end_ns - call->time_ns, 0);
		found.list[count++] = call;
	}
	rank_choose(&found.rank, SORT_TIME, MOST);
	return found;
}

static void under_way_free(struct under_way *found)
{
	rank_free(&found->rank);
	free(found->list);
}

/* For a peer, and not for whoever comes first. */
static bool waits_for_peer(const struct pending_call *call)
{
	const struct socket *socket = call->descriptor ? call->descriptor->socket : NULL;

	return socket &&
	       (call->effect == EFFECT_CONNECT ||
		       ((socket->peer || socket->other_end) &&
			       (call->effect == EFFECT_RECEIVE || call->effect == EFFECT_SEND)));
}

static void draw_one(
	struct text *text, const struct instants *instants, const struct pending_call *call)
{
	char since[INSTANT_SIZE], lasted[QUANTITY_SIZE];
	enum style style = waits_for_peer(call) ? STYLE_ERROR : STYLE_WAIT;

	instant_words(instants, since, call->time_ns);
	quantity_time(lasted, call->duration_ns, text->is_ascii);
	text_add(text, style, waits_for_peer(call) ? "! " : "  ");
	name_process(text, STYLE_PLAIN, call->process, text->width / 3);
	if (call->tid != call->process->pid)
		text_addf(text, STYLE_PLAIN, " thread %" PRId32, call->tid);
	text_add(text, STYLE_PLAIN, " waits in ");
	name_call(text, STYLE_PLAIN, call->name, text->column + 20);
	if (call->descriptor)
		text_addf(text, STYLE_PLAIN, " on fd %" PRId32, (int32_t)call->descriptor->fd);
	struct text_mark mark = text_mark(text);
	if (call->descriptor && call->descriptor->socket->peer)
		name_peer(text, call->descriptor->socket, text->width / 2);
	text_break_at(text, mark, text->width, 2);
	mark = text_mark(text);
	text_addf(text, STYLE_PLAIN, " since %s: ", since);
	text_addf(text, style, "had not returned after %s", lasted);
	text_break_at(text, mark, text->width, 2);
	text_end_line(text);
}

void under_way_draw(struct text *text, const struct selection *selection, enum time_mode time)
{
	struct instants instants = instants_of(selection->trace, time, text->is_ascii);
	struct under_way found = under_way_find(selection);

	for (size_t i = 0; i < found.rank.chosen; i++)
		draw_one(text, &instants, found.list[found.rank.list[i].number]);
	rank_say_rest(text, &found.rank, "threads that wait so");
	under_way_free(&found);
}

void under_way_tell(struct json_output *output, const struct selection *selection)
{
	struct under_way found = under_way_find(selection);
	struct json_writer *w = &output->writer;

	json_array_begin(w, "under_way");
	for (size_t i = 0; i < found.rank.chosen; i++) {
		const struct pending_call *call = found.list[found.rank.list[i].number];
		json_object_begin(w, NULL);
		json_number(w, "time_ns", call->time_ns);
		json_number(w, "duration_ns", call->duration_ns);
		json_number(w, "pid", call->process->pid);
		json_number(w, "tid", call->tid);
		json_text(w, "name", call->name);
		if (call->descriptor)
			json_number(w, "fd", call->descriptor->fd);
		json_object_end(w);
	}
	json_array_end(w);
	json_number(w, "under_way_left_out", (int64_t)(found.rank.count - found.rank.chosen));
	under_way_free(&found);
}
