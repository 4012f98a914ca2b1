/* SPDX-License-Identifier: MIT */
#include "viewer/views/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/details.h"
#include "viewer/relate/phase.h"
#include "viewer/relate/state.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

/* A phase with more calls than this is told by its beginning and its end. */
#define LONG_PHASE 14
#define TOLD_FIRST 7
#define TOLD_LAST  4

/* A call that took longer than this has waited. */
#define WAIT_NS 1000000

/* Lines that end at the right do so here on wide terminals. */
#define RIGHT_COLUMN 110

struct story {
	struct text *text;
	const struct trace *trace;
	const struct descriptor *descriptor;
	const struct call_list *calls; /* of it, that are shown */
	bool is_full;
	size_t width;
};

/* The phase that begins with the call number `at` of the descriptor, or goes on. */
static enum phase phase_at(const struct story *story, size_t at, enum phase current)
{
	uint32_t index = story->calls->list[at];

	return phase_goes_on(story->trace, story->descriptor, index)
		       ? current
		       : phase_on(story->trace, story->descriptor, index);
}

/* The number of the next call that begins another phase. */
static size_t phase_end(const struct story *story, size_t at, enum phase phase)
{
	while (at < story->calls->count && phase_at(story, at, phase) == phase)
		at++;
	return at;
}

static void add_ends(struct story *story)
{
	const struct socket *socket = story->descriptor->socket;
	struct text *text = story->text;

	text_add_dot(text);
	text_add(text, STYLE_TITLE, name_kind(story->trace, socket));
	name_address(text, socket->local, story->width / 2);
	if (socket->direction == DIRECTION_PAIR) {
		text_add(text, STYLE_PLAIN, " pair");
	} else if (socket->direction == DIRECTION_LISTENING) {
		text_add(text, STYLE_PLAIN, " listening");
	} else if (socket->peer) {
		name_peer(text, socket, story->width / 2);
	}
}

/* What the kernel said that a socket was which the trace found, where nothing else tells it. */
static void add_found_state(struct story *story)
{
	const struct socket *socket = story->descriptor->socket;
	enum state state = state_first(story->trace, socket);

	if (!socket->found || story->descriptor != socket->holder || state == STATE_LISTENING ||
		state == STATE_CONNECTED || state == STATE_NEW)
		return;
	text_add_dot(story->text);
	text_add(story->text, STYLE_PLAIN, name_state(socket, state));
}

static void add_birth(struct story *story)
{
	struct text *text = story->text;
	struct text_mark before = text_mark(text);

	text_add_dot(text);
	if (!name_birth(text, story->trace, story->descriptor, story->width / 2)) {
		text->length = before.length;
		text->column = before.column;
	}
	if (story->descriptor->given_by)
		add_found_state(story);
}

static void add_lifetime(struct story *story)
{
	const struct descriptor *descriptor = story->descriptor;
	char lifetime[QUANTITY_SIZE];
	int64_t end_ns = descriptor_end_ns(story->trace, descriptor);

	text_add_dot(story->text);
	quantity_time(lifetime, end_ns - descriptor->born_ns, story->text->is_ascii);
	text_add(story->text, STYLE_FAINT, lifetime);
}

static void tell_header(struct story *story)
{
	static void (*const parts[])(struct story *) = {add_ends, add_birth, add_lifetime};
	struct text *text = story->text;

	name_process(text, STYLE_TITLE, story->descriptor->process, story->width / 2);
	text_add_dot(text);
	text_addf(text, STYLE_TITLE, "fd %" PRId64, story->descriptor->fd);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct text_mark mark = text_mark(text);
		parts[i](story);
		text_break(text, mark, story->width);
	}
	text_end_line(text);
}

static void add_right(struct story *story, enum style style, const char *words)
{
	size_t columns = text_columns(words);
	size_t right = story->width < RIGHT_COLUMN ? story->width : RIGHT_COLUMN;

	if (story->text->column + 2 > right || right - story->text->column - 2 < columns)
		text_add(story->text, STYLE_PLAIN, "  ");
	else
		text_pad(story->text, right - columns);
	text_add(story->text, style, words);
}

static const struct call *call_at(const struct story *story, size_t at)
{
	return &story->trace->calls[story->calls->list[at]];
}

static void tell_phase(struct story *story, enum phase phase)
{
	const struct socket *socket = story->descriptor->socket;
	const struct call_list *calls = story->calls;
	char in[QUANTITY_SIZE], out[QUANTITY_SIZE], sums[160];

	text_addf(story->text, STYLE_TITLE, "  %s",
		name_phase(socket, phase));
	if (phase == PHASE_TRANSFER && calls->transfers_in + calls->transfers_out > 0) {
		quantity_bytes(in, calls->bytes_in);
		quantity_bytes(out, calls->bytes_out);
		snprintf(sums, sizeof(sums), "in %s in %" PRId64 ", out %s in %" PRId64, in,
			calls->transfers_in, out, calls->transfers_out);
		add_right(story, STYLE_FAINT, sums);
	}
	text_end_line(story->text);
}

static void tell_time(struct story *story, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns - story->trace->begin_ns, story->text->is_ascii);
	size_t columns = text_columns(words);
	text_pad(story->text, columns < 12 ? 12 - columns : 1);
	text_addf(story->text, STYLE_FAINT, "%s  ", words);
}

static void tell_call(struct story *story, const struct call *call)
{
	const struct record_call *details = call_details(story->trace, call);
	struct text *text = story->text;
	char waited[QUANTITY_SIZE + 16], duration[QUANTITY_SIZE];
	bool has_waited = call->duration_ns >= WAIT_NS;
	enum style style = call_is(call, CALL_FAILED) ? STYLE_ERROR : describe_style(call->effect);

	tell_time(story, call->time_ns);
	size_t start = text->column;
	name_call(text, style, details->name, start + 16);
	if (text->column >= start + 12)
		text_add(text, STYLE_PLAIN, " ");
	text_pad(text, start + 12);
	describe_call(text, details, story->width - (has_waited ? 16 : 0));
	name_outcome_at(
		text, story->trace, story->descriptor->socket, (uint32_t)(call - story->trace->calls));
	if (has_waited) {
		quantity_time(duration, call->duration_ns, text->is_ascii);
		snprintf(waited, sizeof(waited), "waited %s", duration);
		add_right(story, STYLE_FAINT, waited);
	}
	text_end_line(text);
}

static void tell_rest(struct story *story, size_t from, size_t to)
{
	int64_t in = 0, out = 0, sends = 0, receives = 0, errors = 0;
	char in_text[QUANTITY_SIZE], out_text[QUANTITY_SIZE];

	for (size_t i = from; i < to; i++) {
		const struct call *call = call_at(story, i);
		bool has_moved = !call->error && call->bytes > 0;
		sends += call->effect == EFFECT_SEND;
		receives += call->effect == EFFECT_RECEIVE;
		errors += call_is(call, CALL_FAILED);
		if (has_moved && call->effect == EFFECT_SEND && call->bytes <= INT64_MAX - out)
			out += call->bytes;
		if (has_moved && call->effect == EFFECT_RECEIVE && call->bytes <= INT64_MAX - in)
			in += call->bytes;
	}
	quantity_bytes(in_text, in);
	quantity_bytes(out_text, out);
	text_pad(story->text, 14);
	text_addf(story->text, STYLE_FAINT, "%s %zu more calls",
		text_choose(story->text, "…", "..."), to - from);
	if (sends)
		text_addf(story->text, STYLE_FAINT, ", %" PRId64 " sent %s", sends, out_text);
	if (receives)
		text_addf(story->text, STYLE_FAINT, ", %" PRId64 " received %s", receives, in_text);
	if (errors)
		text_addf(story->text, STYLE_ERROR, ", %" PRId64 " failed", errors);
	text_end_line(story->text);
}

static void tell_calls(struct story *story, size_t from, size_t to)
{
	bool is_long = !story->is_full && to - from > LONG_PHASE;

	for (size_t i = from; i < to; i++) {
		if (is_long && i == from + TOLD_FIRST) {
			tell_rest(story, i, to - TOLD_LAST);
			i = to - TOLD_LAST;
		}
		tell_call(story, call_at(story, i));
	}
}

static void tell_end(struct story *story)
{
	const struct descriptor *descriptor = story->descriptor;
	struct text *text = story->text;

	if (descriptor->ended_by) {
		const char *reason = descriptor->ended_by->reason;
		tell_time(story, descriptor->ended_ns);
		text_add(text, STYLE_RELEASE, "closed by ");
		if (reason)
			text_add_foreign(text, STYLE_RELEASE, reason, strlen(reason), story->width);
		text_end_line(text);
	} else if (descriptor->ended_ns == INT64_MAX) {
		text_pad(text, 14);
		text_add(text, STYLE_FAINT, "still open at the end of the trace");
		text_end_line(text);
	}
}

void story_tell(struct text *text, const struct selection *selection,
	const struct descriptor *descriptor, bool is_full)
{
	struct story story = {.text = text,
		.trace = selection->trace,
		.descriptor = descriptor,
		.calls = selection_calls(selection, descriptor),
		.is_full = is_full,
		.width = text->width > 40 ? text->width : 40};
	enum phase phase = PHASE_ESTABLISHMENT;

	tell_header(&story);
	for (size_t from = 0, to; from < story.calls->count; from = to) {
		phase = phase_at(&story, from, phase);
		to = phase_end(&story, from + 1, phase);
		tell_phase(&story, phase);
		tell_calls(&story, from, to);
	}
	tell_end(&story);
}
