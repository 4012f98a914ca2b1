/* SPDX-License-Identifier: MIT */
#include "viewer/layout/state_caption.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/details.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"
#include "viewer/wording/state_name.h"

#define CELLS_MOST 8

static const struct call *call_at(const struct state_picture *picture, uint32_t index)
{
	return &picture->trace->calls[index];
}

void state_caption_call(struct text *text, const struct state_picture *picture,
	const struct instants *instants, size_t end)
{
	const struct call *call = call_at(picture, picture->snapshot->call);
	char when[INSTANT_SIZE];

	text_addf(text, STYLE_TITLE, "call %zu of %zu", picture->step + 1, picture->step_count);
	text_add(text, STYLE_PLAIN, "   ");
	instant_words(instants, when, causal_order_time_ns(call));
	text_add(text, STYLE_FAINT, when);
	text_add(text, STYLE_PLAIN, "   ");
	name_process(text, STYLE_TITLE, call->process, text->column + 30);
	text_add(text, STYLE_PLAIN, "   ");
	name_call(text, describe_call_style(picture->trace, call),
		trace_word(picture->trace, call->name), end);
	if (call->fd >= 0)
		text_addf(text, STYLE_PLAIN, " fd %" PRId32, call->fd);
}

void state_caption_did(struct text *text, const struct state_picture *picture, size_t end)
{
	if (text->column < end)
		describe_call(text,
			call_details(picture->trace, call_at(picture, picture->snapshot->call)),
			end);
}

void state_caption_step(struct text *text, const struct state_picture *picture,
	const struct instants *instants, size_t end)
{
	state_caption_call(text, picture, instants, end);
	text_add(text, STYLE_PLAIN, "  ");
	state_caption_did(text, picture, end);
}

static const char *mark(const struct text *text)
{
	return text_choose(text, " ●", " *");
}

enum style state_caption_row_style(const struct state_picture *picture, const struct state_row *row)
{
	switch (row->kind) {
	case STATE_PROCESS:
		return STYLE_TITLE;
	case STATE_DESCRIPTOR:
		return row->changes & CHANGE_ENDED ? STYLE_RELEASE
		       : row->changes              ? STYLE_ESTABLISH
						   : STYLE_PLAIN;
	case STATE_CALL:
		return row->is_made
			       ? describe_call_style(picture->trace, call_at(picture, row->call))
			       : STYLE_WAIT;
	}
	return STYLE_PLAIN;
}

/* By the name that crossed into the kernel, as the step says it above the picture. */
static void add_call(struct text *text, enum style style, const struct state_picture *picture,
	const struct call *call, size_t end)
{
	name_call(text, style, trace_word(picture->trace, call->name), end);
	if (call->fd >= 0 && text->column + 6 <= end)
		text_addf(text, style, " fd %" PRId32, call->fd);
}

void state_caption_ids(struct text *text, const struct state_row *row)
{
	text_addf(text, STYLE_TITLE, "%" PRId64, row->process->pid);
	if (row->count > 1)
		text_addf(text, STYLE_PLAIN, " +%zu", row->count - 1);
}

void state_caption_row(struct text *text, const struct state_picture *picture,
	const struct state_row *row, size_t end)
{
	enum style style = state_caption_row_style(picture, row);

	if (row->kind == STATE_PROCESS) {
		size_t digits = (size_t)snprintf(NULL, 0, " %" PRId64, row->process->pid) +
				(row->count > 1 ? 3 : 0);
		name_process(text, style, row->process, end > digits ? end - digits : end);
		if (row->count > 1)
			text_addf(text, STYLE_PLAIN, " +%zu", row->count - 1);
	} else if (row->kind == STATE_DESCRIPTOR) {
		text_addf(text, style, "fd %" PRId64, row->descriptor->fd);
		if (row->count > 1)
			text_addf(text, style, " +%zu", row->count - 1);
		if (row->changes & CHANGE_ENDED)
			text_add(text, style, text_choose(text, " ✗", " x"));
		else if (row->changes)
			text_add(text, style, mark(text));
		if (row->is_named)
			text_addf(text, style, "%s s%" PRId64, text_choose(text, " →", " ->"),
				picture->boxes[row->box].socket->socket->id);
	} else {
		text_add(text, style,
			row->is_made ? text_choose(text, "▸ ", "> ")
				     : text_choose(text, "◔ ", "w "));
		add_call(text, style, picture, call_at(picture, row->call), end);
		if (row->count > 1)
			text_addf(text, style, " +%zu", row->count - 1);
	}
}

/* --- boxes ---------------------------------------------------------------------------------- */

static const char *const labels[STATE_LINE_COUNT] = {
	[STATE_LINE_LOCAL] = "local",
	[STATE_LINE_PEER] = "peer",
	[STATE_LINE_QUEUE] = "queue",
	[STATE_LINE_UNREAD] = "unread",
	[STATE_LINE_BYTES] = "so far",
	[STATE_LINE_LOST] = "lost",
};

void state_caption_label(struct text *text, const struct state_box *box, size_t line)
{
	size_t begin = text->column, widest = 0;

	if (box->lines[line] == STATE_LINE_TITLE)
		return;
	for (size_t i = 0; i < STATE_LINE_COUNT; i++) {
		if (i == STATE_LINE_QUEUE && box->socket->state != STATE_LISTENING)
			continue;
		size_t columns =
			labels[i] ? text_columns(dictionary_words(text->language, labels[i])) : 0;
		widest = columns > widest ? columns : widest;
	}
	if (labels[box->lines[line]])
		text_add(text, STYLE_FAINT, labels[box->lines[line]]);
	text_pad(text, begin + widest + 1);
}

static unsigned changes_of(enum state_line line)
{
	switch (line) {
	case STATE_LINE_TITLE:
		return CHANGE_NEW | CHANGE_STATE | CHANGE_ENDED;
	case STATE_LINE_LOCAL:
		return CHANGE_LOCAL;
	case STATE_LINE_PEER:
		return CHANGE_PEER;
	case STATE_LINE_QUEUE:
		return CHANGE_QUEUE;
	case STATE_LINE_UNREAD:
		return CHANGE_UNREAD;
	case STATE_LINE_LOST:
		return CHANGE_LOST;
	default:
		return 0;
	}
}

bool state_caption_is_changed(const struct state_box *box, size_t line)
{
	return box->changes & changes_of(box->lines[line]);
}

enum style state_caption_line_style(const struct state_box *box, size_t line)
{
	if (box->lines[line] == STATE_LINE_LOST)
		return STYLE_ERROR;
	if (box->socket->state == STATE_GIVEN_BACK)
		return box->lines[line] == STATE_LINE_TITLE ? STYLE_RELEASE : STYLE_FAINT;
	if (state_caption_is_changed(box, line))
		return box->lines[line] == STATE_LINE_UNREAD ? STYLE_SEND : STYLE_ESTABLISH;
	return box->lines[line] == STATE_LINE_TITLE ? STYLE_TITLE : STYLE_PLAIN;
}

static void add_title(struct text *text, const struct state_picture *picture,
	const struct state_box *box, enum style style, size_t end)
{
	const struct present_socket *present = box->socket;
	const char *kind = name_kind(picture->trace, present->socket);
	const char *kernel = state_kernel_name(present);

	if (box->count > 1)
		name_times(text, style, box->count);
	else
		text_addf(text, style, "s%" PRId64 " ", present->socket->id);
	text_add_foreign(text, style, kind, strlen(kind), end);
	text_add(text, STYLE_PLAIN, " ");
	text_add(text, style, state_name(present));
	if (*kernel)
		text_addf(text, style, " (%s)", kernel);
	if (box->count == 1 && present->open == 0 && present->state != STATE_GIVEN_BACK)
		text_add(text, STYLE_FAINT, ", on its way in a message");
}

/* An address that is not there: because there is none, or because nobody told. */
static void add_no_address(struct text *text, const struct present_socket *present)
{
	const char *family = trace_word(present->known.trace, present->socket->family);
	bool has_one = strncmp(family, "AF_INET", 7) == 0 && present->state != STATE_NEW &&
		       present->state != STATE_GIVEN_BACK && present->state != STATE_UNCONNECTED &&
		       present->state != STATE_DISCONNECTED;

	text_add(text, STYLE_FAINT, has_one ? "?" : text_choose(text, "–", "-"));
}

static void add_local(struct text *text, const struct state_box *box, enum style style, size_t end)
{
	const struct present_socket *present = box->socket;

	if (box->count > 1 && present->socket->direction != DIRECTION_IN)
		text_add(text, STYLE_FAINT, text_choose(text, "…", "..."));
	else if (*present->known.local)
		name_endpoint(text, style, present->known.local, end);
	else
		add_no_address(text, present);
}

static void add_peer(struct text *text, const struct state_picture *picture,
	const struct state_box *box, enum style style, size_t end)
{
	const struct present_socket *present = box->socket;
	const struct socket *other = present->socket->other_end;
	bool has_peer = present->state == STATE_CONNECTED || present->state == STATE_SHUT_DOWN ||
			present->state == STATE_PEER_ENDED;
	/* For what stands behind the address. */
	size_t room = has_peer && other ? (size_t)snprintf(NULL, 0, " = s%" PRId64, other->id)
		      : has_peer        ? strlen(" outside")
					: 0;

	bool is_other_there = other && snapshot_find(picture->snapshot, other) &&
			      snapshot_find(picture->snapshot, other)->state != STATE_GIVEN_BACK;

	if (box->count > 1 && present->socket->direction != DIRECTION_OUT)
		text_add(text, STYLE_FAINT, text_choose(text, "…", "..."));
	else if (!*present->known.peer && box->count == 1 && has_peer && is_other_there)
		text_addf(text, style, "s%" PRId64, other->id);
	else if (*present->known.peer)
		name_endpoint(text, style, present->known.peer, end > room ? end - room : end);
	else if (present->state == STATE_BOUND || present->state == STATE_LISTENING || has_peer)
		text_add(text, STYLE_FAINT,
			has_peer && !other && socket_is_stream(picture->trace, present->socket)
				? "?"
				: text_choose(text, "–", "-"));
	else
		add_no_address(text, present);
	if (box->count > 1 || !has_peer)
		return;
	if (is_other_there && *present->known.peer)
		text_addf(text, STYLE_FAINT, " = s%" PRId64, other->id);
	else if (is_other_there)
		return;
	else if (other && present->is_peer_gone)
		text_add(text, STYLE_RELEASE, " closed");
	else if (!other && !present->is_waiting && present->socket->connection &&
		 present->socket->connection->acceptor == NULL)
		text_add(text, STYLE_FAINT, " outside");
}

static void add_cells(struct text *text, enum style style, size_t full, size_t all)
{
	for (size_t i = 0; i < all; i++)
		text_add(text, style,
			i < full ? text_choose(text, "▮", "#") : text_choose(text, "▯", "."));
	text_add(text, STYLE_PLAIN, " ");
}

static void add_queue(struct text *text, const struct state_box *box, enum style style)
{
	const struct present_socket *present = box->socket;
	int64_t backlog = present->backlog;
	bool has_backlog = backlog != RECORD_ABSENT && backlog > 0;
	size_t cells = has_backlog && backlog < CELLS_MOST ? (size_t)backlog : CELLS_MOST;

	if (!present->is_queue_known && present->waiting == 0) {
		text_add(text, STYLE_FAINT, "? not known");
		return;
	}
	if (has_backlog)
		add_cells(text, style, present->waiting < cells ? present->waiting : cells, cells);
	/* The kernel takes one more than the backlog: listen(2), sk_acceptq_is_full(). */
	if (has_backlog && present->waiting > 1 && (int64_t)present->waiting - 1 > backlog)
		text_addf(text, style, "full, %zu ask", present->waiting);
	else if (has_backlog && present->is_queue_known)
		text_addf(text, style, "%zu of %" PRId64, present->waiting, backlog);
	else
		text_addf(text, style, "%zu waiting", present->waiting);
	if (!present->is_queue_known)
		text_add(text, STYLE_FAINT, ", others are not seen");
}

static void add_waiting(struct text *text, const struct state_picture *picture,
	const struct socket *waiting, size_t end)
{
	const struct present_socket *present = snapshot_find(picture->snapshot, waiting);
	int64_t sent = snapshot_sent_ahead(picture->snapshot, waiting);
	bool has_address = present && *present->known.local;
	size_t room = (size_t)snprintf(NULL, 0, " = s%" PRId64, waiting->id);
	char words[QUANTITY_SIZE];

	text_add(text, STYLE_PLAIN, text_choose(text, "← ", "< "));
	if (has_address)
		name_endpoint(
			text, STYLE_PLAIN, present->known.local, end > room ? end - room : end);
	text_addf(text, STYLE_FAINT, "%ss%" PRId64, has_address ? " = " : "", waiting->id);
	if (sent > 0) {
		quantity_bytes(words, sent);
		text_addf(text, STYLE_PLAIN, ", %s sent", words);
	}
}

static void add_unread(struct text *text, const struct state_picture *picture,
	const struct state_box *box, enum style style)
{
	bool is_stream = socket_is_stream(picture->trace, box->socket->socket);
	char words[QUANTITY_SIZE];

	quantity_bytes(words, box->unread);
	if (is_stream && !box->socket->is_unread_known) {
		text_add(text, STYLE_FAINT, "? not known");
	} else if (box->unread == 0 && (is_stream || box->unread_messages == 0)) {
		add_cells(text, STYLE_FAINT, 0, 1);
		text_add(text, STYLE_FAINT, "nothing to receive");
	} else {
		size_t pieces = is_stream ? 1 : box->unread_messages;
		pieces = pieces < CELLS_MOST ? pieces : CELLS_MOST;
		add_cells(text, style, pieces, pieces);
		if (!is_stream) {
			text_addf(text, style,
				box->unread_messages == 1 ? "%zu datagram" : "%zu datagrams",
				box->unread_messages);
			text_addf(text, style, ", %s", words);
		} else {
			text_addf(text, style, "%s not received yet", words);
		}
	}
}

static void add_bytes(struct text *text, const struct state_box *box)
{
	char in[QUANTITY_SIZE], out[QUANTITY_SIZE];

	quantity_bytes(in, box->bytes_in);
	quantity_bytes(out, box->bytes_out);
	text_addf(text, STYLE_PLAIN, "%s in, %s out", in, out);
}

static size_t not_listed(const struct state_box *box)
{
	return box->socket->waiting > STATE_WAITING_MOST ? box->socket->waiting - STATE_WAITING_MOST
							 : 0;
}

void state_caption_value(struct text *text, const struct state_picture *picture,
	const struct state_box *box, size_t line, size_t end)
{
	enum state_line kind = box->lines[line];
	enum style style = state_caption_line_style(box, line);
	bool is_changed = state_caption_is_changed(box, line);
	size_t begin = text->column, room = is_changed && end > begin + 2 ? end - 2 : end;
	char words[QUANTITY_SIZE];

	switch (kind) {
	case STATE_LINE_TITLE:
		add_title(text, picture, box, style, room);
		break;
	case STATE_LINE_LOCAL:
		add_local(text, box, style, room);
		break;
	case STATE_LINE_PEER:
		add_peer(text, picture, box, style, room);
		break;
	case STATE_LINE_QUEUE:
		add_queue(text, box, style);
		break;
	case STATE_LINE_WAITING:
		add_waiting(text, picture, box->waiting[line], room);
		break;
	case STATE_LINE_MORE:
		text_addf(text, STYLE_FAINT, "and %zu more", not_listed(box));
		break;
	case STATE_LINE_UNREAD:
		add_unread(text, picture, box, style);
		break;
	case STATE_LINE_BYTES:
		add_bytes(text, box);
		break;
	case STATE_LINE_LOST:
		quantity_bytes(words, box->lost);
		text_addf(text, style, "%s never received", words);
		break;
	default:
		break;
	}
	if (is_changed)
		text_add(text, style,
			box->changes & CHANGE_ENDED && kind == STATE_LINE_TITLE
				? text_choose(text, " ✗", " x")
				: mark(text));
}

void state_caption_line(struct text *text, const struct state_picture *picture,
	const struct state_box *box, size_t line, size_t end)
{
	state_caption_label(text, box, line);
	state_caption_value(text, picture, box, line, end);
}

/* --- below ---------------------------------------------------------------------------------- */

static void add_sign(struct text *text, const char *sign, const char *words)
{
	struct text_mark at = text_mark(text);

	text_addf(text, STYLE_FAINT, "%s ", sign);
	text_add(text, STYLE_FAINT, words);
	if (text->width > 0)
		text_break(text, at, text->width);
	text_add(text, STYLE_PLAIN, "   ");
}

void state_caption_legend(struct text *text, const struct state_picture *picture)
{
	const char *empty = text_choose(text, "–", "-");
	struct text words = text_like(text);

	for (size_t i = 0; i < picture->box_count; i++)
		for (size_t line = 1; line < picture->boxes[i].line_count; line++) {
			state_caption_line(&words, picture, &picture->boxes[i], line, 200);
			text_add(&words, STYLE_PLAIN, " ");
		}
	text_raw(&words, "", 1); /* ends it */
	if (picture->has_mark)
		add_sign(text, text_choose(text, "●", "*"), "by this call");
	if (picture->has_end)
		add_sign(text, text_choose(text, "✗", "x"), "ended by this call");
	if (picture->has_call)
		add_sign(text, text_choose(text, "◔", "w"), "in a call that has not returned");
	char sign[16];
	snprintf(sign, sizeof(sign), "  %s ", empty);
	if (strstr(words.bytes, sign))
		add_sign(text, empty, "empty");
	if (strstr(words.bytes, " ? "))
		add_sign(text, "?", "not known");
	text_free(&words);
}

void state_caption_rest(struct text *text, const struct state_picture *picture)
{
	size_t sockets = picture->sockets_left_out, processes = picture->processes_left_out;

	if (sockets == 0 && processes == 0)
		return;
	text_addf(text, STYLE_FAINT, "not shown: %zu sockets, %zu processes (--full)", sockets,
		processes);
}
