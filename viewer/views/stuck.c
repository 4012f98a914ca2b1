/* SPDX-License-Identifier: MIT */
#include "viewer/views/stuck.h"

#include <inttypes.h>

#include "viewer/layout/rank.h"
#include "viewer/relate/complete.h"
#include "viewer/term/quantity.h"
#include "viewer/views/tell.h"
#include "viewer/wording/names.h"

/* So many are told of. */
#define MOST 3

/* Who waits for less was on its way when the trace ended. */
#define STUCK_NS 100000000

/* What the other end had done by then. */
struct other_end {
	const struct descriptor *descriptor; /* NULL: it is not in the trace */
	int64_t has_read;
	bool has_answered; /* it sent something after what it read last */
};

static struct other_end other_end_of(const struct trace *trace, const struct socket *socket)
{
	struct other_end other = {.descriptor = NULL};

	if (!socket || !socket->other_end || !socket->other_end->holder)
		return other;
	const struct socket_calls *calls = trace_socket_calls(trace);
	for (size_t i = 0; i < socket_calls_count(calls, socket->other_end); i++) {
		const struct call *call =
			&trace->calls[socket_calls_at(calls, socket->other_end, i)];
		if (call_has_moved(call, EFFECT_RECEIVE)) {
			quantity_add_up(&other.has_read, call->bytes);
			other.has_answered = false;
		} else if (call_has_moved(call, EFFECT_SEND)) {
			other.has_answered = true;
		}
	}
	other.descriptor = socket->other_end->last_holder ? socket->other_end->last_holder
							  : socket->other_end->holder;
	return other;
}

/* Its last call is on one socket, on which it waits for what the other end does. */
static bool is_stuck(const struct trace *trace, const struct thread_time *thread)
{
	const struct call *call = &trace->calls[thread->last];

	return call_is(call, CALL_UNFINISHED) && call->duration_ns >= STUCK_NS &&
	       call->descriptor &&
	       (call->effect == EFFECT_RECEIVE || call->effect == EFFECT_SEND ||
		       call->effect == EFFECT_CONNECT);
}

static struct rank choose(const struct trace *trace, const struct thread_times *times)
{
	struct rank rank = {0};

	for (uint32_t i = 0; i < times->count; i++)
		if (is_stuck(trace, &times->list[i]))
			rank_add(&rank, i, 0, 0, trace->calls[times->list[i].last].duration_ns, 0);
	rank_choose(&rank, SORT_TIME, MOST);
	return rank;
}

static void draw_other_end(struct text *text, const struct trace *trace, const struct call *call)
{
	struct other_end other = other_end_of(trace, call->descriptor->socket);
	char words[QUANTITY_SIZE];

	if (!other.descriptor)
		return;
	text_add(text, STYLE_PLAIN, "  its peer, ");
	name_process(text, STYLE_PLAIN, other.descriptor->process, text->width / 2);
	quantity_bytes(words, other.has_read);
	text_addf(text, STYLE_PLAIN, " fd %" PRId64 ", has read %s", other.descriptor->fd, words);
	if (call->effect == EFFECT_RECEIVE && other.has_read > 0)
		text_add(text, STYLE_PLAIN,
			other.has_answered ? ", and has sent since" : " and has not answered");
	text_end_line(text);
}

static void draw_one(struct text *text, const struct instants *instants, const struct trace *trace,
	const struct thread_time *thread)
{
	const struct call *call = &trace->calls[thread->last];
	char since[INSTANT_SIZE], waited[QUANTITY_SIZE];

	instant_words(instants, since, call->time_ns);
	quantity_time(waited, call->duration_ns, text->is_ascii);
	text_add(text, STYLE_ERROR, "! ");
	name_process(text, STYLE_PLAIN, thread->process, text->width / 3);
	if (thread->tid != thread->process->pid)
		text_addf(text, STYLE_PLAIN, " thread %" PRId32, thread->tid);
	text_add(text, STYLE_PLAIN, " waits in ");
	name_call(text, STYLE_PLAIN, trace_word(trace, call->name), text->column + 20);
	text_addf(text, STYLE_PLAIN, " on fd %" PRId32, call->fd);
	struct text_mark mark = text_mark(text);
	if (call->descriptor->socket->peer)
		name_peer(text, call->descriptor->socket, text->width / 2);
	text_break_at(text, mark, text->width, 2);
	mark = text_mark(text);
	text_addf(text, STYLE_PLAIN, " since %s: ", since);
	text_addf(text, STYLE_ERROR, "%s, never returned", waited);
	text_break_at(text, mark, text->width, 2);
	text_end_line(text);
	draw_other_end(text, trace, call);
}

void stuck_draw(struct text *text, const struct trace *trace, const struct thread_times *times,
	enum time_mode time)
{
	struct instants instants = instants_of(trace, time, text->is_ascii);
	struct rank rank = choose(trace, times);

	for (size_t i = 0; i < rank.chosen; i++)
		draw_one(text, &instants, trace, &times->list[rank.list[i].number]);
	rank_say_rest(text, &rank, "threads that wait so");
	rank_free(&rank);
}

static void tell_one(
	struct json_output *output, const struct trace *trace, const struct thread_time *thread)
{
	struct json_writer *w = &output->writer;
	struct instants instants = {0};
	const struct call *call = &trace->calls[thread->last];
	struct other_end other = other_end_of(trace, call->descriptor->socket);

	json_object_begin(w, NULL);
	json_number(w, "waited_ns", call->duration_ns);
	json_object_begin(w, "call");
	tell_call_facts(output, trace, &instants, thread->last);
	json_object_end(w);
	if (other.descriptor) {
		json_object_begin(w, "other_end");
		json_number(w, "pid", other.descriptor->process->pid);
		json_number(w, "fd", other.descriptor->fd);
		json_number(w, "has_read", other.has_read);
		json_bool(w, "has_answered", other.has_answered);
		json_object_end(w);
	}
	json_object_end(w);
}

void stuck_tell(
	struct json_output *output, const struct trace *trace, const struct thread_times *times)
{
	struct rank rank = choose(trace, times);

	json_array_begin(&output->writer, "waiting");
	for (size_t i = 0; i < rank.chosen; i++)
		tell_one(output, trace, &times->list[rank.list[i].number]);
	json_array_end(&output->writer);
	json_number(&output->writer, "waiting_left_out", (int64_t)(rank.count - rank.chosen));
	rank_free(&rank);
}

void stuck_mark(const struct trace *trace, const struct thread_times *times, bool *is_marked)
{
	struct rank rank = choose(trace, times);

	for (size_t i = 0; i < rank.chosen; i++) {
		const struct thread_time *thread = &times->list[rank.list[i].number];
		const struct socket *socket = trace->calls[thread->last].descriptor->socket;
		is_marked[socket->number] = true;
		if (socket->other_end)
			is_marked[socket->other_end->number] = true;
	}
	rank_free(&rank);
}
