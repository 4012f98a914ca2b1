/* SPDX-License-Identifier: MIT */
#include "viewer/wording/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/relate/connection.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"

static bool is(const char *name, const char *expected)
{
	return name && strcmp(name, expected) == 0;
}

const char *name_kind(const struct trace *trace, const struct socket *socket)
{
	const char *family = trace_word(trace, socket->family);
	const char *type = trace_word(trace, socket->type);
	static _Thread_local char kind[16];
	bool is_internet = is(family, "AF_INET") || is(family, "AF_INET6");

	if (is_internet && is(type, "SOCK_STREAM"))
		return "TCP";
	if (is_internet && is(type, "SOCK_DGRAM"))
		return "UDP";
	if (!*family)
		return "socket";
	/* A constant is made of capitals; anything else is no family. */
	if (strspn(family, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != strlen(family))
		return "socket";
	snprintf(kind, sizeof(kind), "%.15s", strncmp(family, "AF_", 3) == 0 ? family + 3 : family);
	return kind;
}

const char *name_program(const struct process *process)
{
	return process->program ? process->program : "process";
}

void name_times(struct text *text, enum style style, size_t count)
{
	text_addf(text, style, "%zu ", count);
	text_add(text, style, text_choose(text, "× ", "x "));
}

void name_process(struct text *text, enum style style, const struct process *process, size_t end)
{
	const char *program =
		process->program ? process->program : dictionary_words(text->language, "process");

	text_add_foreign(text, style, program, strlen(program), end);
	text_addf(text, style, " %" PRId64, process->pid);
}

void name_endpoint(struct text *text, enum style style, const char *address, size_t end)
{
	size_t length = strlen(address);
	const char *port = address_port(address);
	struct text_mark mark = text_mark(text);

	if (!port)
		port = address + length;
	size_t columns = strlen(port);
	if (text->column + length <= end || columns == 0) {
		text_add_foreign(text, style, address, length, end);
		text_gap(text, GAP_ADDRESSES, mark);
		return;
	}
	size_t least = text->column + text_columns(text_choose(text, "…", "..."));
	text_add_foreign(text, style, address, (size_t)(port - address),
		end > least + columns ? end - columns : least);
	text_add(text, style, port);
	text_gap(text, GAP_ADDRESSES, mark);
}

void name_address(struct text *text, const struct value *address, size_t room)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	if (!*words)
		return;
	text_add(text, STYLE_PLAIN, " ");
	struct text_mark mark = text_mark(text);
	text_add_foreign(text, STYLE_PLAIN, words, strlen(words), text->column + room);
	text_gap(text, GAP_ADDRESSES, mark);
}

const char *name_arrow(const struct text *text, const struct socket *socket)
{
	switch (socket->direction) {
	case DIRECTION_LISTENING:
		return "";
	case DIRECTION_IN:
		return text_choose(text, "←", "<-");
	case DIRECTION_PAIR:
		return text_choose(text, "↔", "pair");
	default:
		break;
	}
	if (!socket->peer)
		return "";
	return socket->direction == DIRECTION_NONE && socket->connection &&
			       socket->connection->asked_by == NO_CALL && !socket->joined
		       ? text_choose(text, "⇄", "<>")
		       : text_choose(text, "→", "->");
}

void name_peer(struct text *text, const struct socket *socket, size_t room)
{
	text_addf(text, STYLE_PLAIN, " %s", name_arrow(text, socket));
	name_address(text, socket->peer, room);
}

const char *name_role(const struct process *process)
{
	if (process->is_server)
		return "server";
	return process->is_client ? "client" : NULL;
}

const char *name_link(enum link_kind kind)
{
	static const char *const names[] = {
		[LINK_DATA] = "data",
		[LINK_CONNECT] = "connect",
		[LINK_CLOSE] = "close",
		[LINK_FAILED] = "failed",
		[LINK_LOST] = "lost",
		[LINK_ASKED] = "asked",
	};

	return names[kind];
}

void name_call(struct text *text, enum style style, const char *name, size_t end)
{
	static const char of_uring[] = "io_uring_";
	struct text_mark mark = text_mark(text);

	if (strncmp(name, of_uring, strlen(of_uring)) == 0) {
		text_add(text, style, "uring:");
		name += strlen(of_uring);
	}
	text_add_foreign(text, style, name, strlen(name), end);
	text_gap(text, GAP_CALLS, mark);
}

void name_absent_services(struct text *text, const struct name_services *services, const char *more)
{
	char words[ADDRESS_SIZE];

	address_text(words, services->address);
	text_addf(text, STYLE_FAINT, "not shown: %zu connect%s to ", services->connects,
		services->connects == 1 ? "" : "s");
	text_add_foreign(text, STYLE_FAINT, words, strlen(words), text->column + 40);
	struct text_mark mark = text_mark(text);
	text_addf(text, STYLE_FAINT, ", which is not there%s",
		dictionary_words(text->language, more));
	if (text->width > 0)
		text_break_at(text, mark, text->width, 2);
}

const char *name_phase(const struct socket *socket, enum phase phase)
{
	static const char *const of_connections[] = {
		[PHASE_NONE] = "copy closed",
		[PHASE_ESTABLISHMENT] = "connection establishment",
		[PHASE_TRANSFER] = "data transfer",
		[PHASE_RELEASE] = "connection release",
	};
	static const char *const of_listeners[] = {
		[PHASE_NONE] = "copy closed",
		[PHASE_ESTABLISHMENT] = "opening",
		[PHASE_TRANSFER] = "serving",
		[PHASE_RELEASE] = "closing",
	};
	static const char *const of_others[] = {
		[PHASE_NONE] = "copy closed",
		[PHASE_ESTABLISHMENT] = "set-up",
		[PHASE_TRANSFER] = "data transfer",
		[PHASE_RELEASE] = "release",
	};
	bool has_stood = !socket ||
			 (socket->connection && socket->connection->outcome == OUTCOME_ESTABLISHED);

	if (socket && socket->direction == DIRECTION_LISTENING)
		return of_listeners[phase];
	if (has_stood || (socket->connection && phase == PHASE_ESTABLISHMENT))
		return of_connections[phase];
	return of_others[phase];
}

const char *name_direction(enum direction direction)
{
	static const char *const names[] = {
		[DIRECTION_NONE] = "none",
		[DIRECTION_LISTENING] = "listening",
		[DIRECTION_OUT] = "out",
		[DIRECTION_IN] = "in",
		[DIRECTION_PAIR] = "pair",
	};

	return names[direction];
}

const char *name_outcome(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_ASKING] = "connecting",
		[OUTCOME_ESTABLISHED] = "connected",
		[OUTCOME_REFUSED] = "refused",
		[OUTCOME_UNREACHABLE] = "unreachable",
		[OUTCOME_TIMED_OUT] = "timed out",
		[OUTCOME_BACKLOG_FULL] = "backlog full",
		[OUTCOME_GIVEN_UP] = "given up",
		[OUTCOME_FAILED] = "failed",
	};

	return names[outcome];
}

const char *name_state(const struct socket *socket, enum state state)
{
	static const char *const names[] = {
		[STATE_NEW] = "new",
		[STATE_BOUND] = "bound",
		[STATE_LISTENING] = "listening",
		[STATE_CONNECTING] = "connecting",
		[STATE_CONNECTED] = "connected",
		[STATE_SHUT_DOWN] = "shut down",
		[STATE_PEER_ENDED] = "peer is done",
		[STATE_RESET] = "reset",
		[STATE_TIMED_OUT] = "timed out",
		[STATE_UNCONNECTED] = "failed",
		[STATE_DISCONNECTED] = "disconnected",
		[STATE_GIVEN_BACK] = "given back",
	};

	if (state == STATE_UNCONNECTED && socket->connection)
		return name_outcome(socket->connection->outcome);
	return names[state];
}

const char *name_state_of(const struct socket *socket)
{
	bool has_failed = connection_never_stood(socket);

	if (!has_failed && socket->state == STATE_GIVEN_BACK)
		return "closed";
	return name_state(socket, has_failed ? STATE_UNCONNECTED : socket->state);
}

/* A call that the trace leaves out; the others are what a descriptor is inherited at. */
static bool is_call(const char *reason)
{
	static const char *const others[] = {
		"start", "attach", "fork", "exec", "unshare", "found", "rotation"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(reason, others[i]) == 0)
			return false;
	return true;
}

bool name_birth(struct text *text, const struct trace *trace, const struct descriptor *descriptor,
	size_t room)
{
	const struct call *maker = descriptor_maker(trace, descriptor);
	const char *given = descriptor->given_by;

	if (given) {
		bool is_made = *given && is_call(given);
		if (descriptor->given_from == RECORD_ABSENT)
			text_add(text, STYLE_PLAIN, is_made ? "made" : "inherited");
		else
			text_addf(text, STYLE_PLAIN,
				is_made ? "made from %" PRId64 : "inherited from %" PRId64,
				descriptor->given_from);
		if (*given) {
			text_add(text, STYLE_PLAIN, is_made ? " by " : " at ");
			struct text_mark mark = text_mark(text);
			text_add_foreign(
				text, STYLE_PLAIN, given, strlen(given), text->column + room);
			text_gap(text, is_call(given) ? GAP_CALLS : GAP_NONE, mark);
		}
	} else if (maker && maker->effect == EFFECT_ACCEPT) {
		text_addf(text, STYLE_PLAIN, "accepted on fd %" PRId32, maker->fd);
	} else if (maker && maker->effect == EFFECT_DUPLICATE) {
		text_addf(text, STYLE_PLAIN, "copy of fd %" PRId32, maker->fd);
	} else if (maker && maker->effect == EFFECT_RECEIVE) {
		text_addf(text, STYLE_PLAIN, "received on fd %" PRId32, maker->fd);
	} else {
		return false;
	}
	return true;
}

const char *name_ending(enum ending ending)
{
	static const char *const names[] = {
		[ENDING_NONE] = "open",
		[ENDING_CLOSE] = "close",
		[ENDING_SHUTDOWN] = "shutdown",
		[ENDING_RESET] = "reset",
		[ENDING_EXIT] = "exit",
		[ENDING_PEER] = "end of stream",
	};

	return names[ending];
}

void name_outcome_at(
	struct text *text, const struct trace *trace, const struct socket *socket, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	const struct connection *connection = socket->connection;
	const struct attempt *attempt = connection_attempt(trace, index);
	char words[QUANTITY_SIZE];

	/* An error that is no outcome people name says it alone. */
	if (attempt && attempt->outcome != OUTCOME_ESTABLISHED &&
		!(attempt->outcome == OUTCOME_FAILED && call->error) &&
		(attempt->told_by == NO_CALL || attempt->told_by == index)) {
		text_addf(text, attempt->outcome == OUTCOME_ASKING ? STYLE_FAINT : STYLE_ERROR,
			"  %s", name_outcome(attempt->outcome));
	} else if (connection && connection->told_by == index && connection->asked_by != index) {
		bool has_stood = connection->outcome == OUTCOME_ESTABLISHED;
		quantity_time(words, call_end_ns(call) - trace->calls[connection->asked_by].time_ns,
			text->is_ascii);
		text_addf(text, has_stood ? STYLE_ESTABLISH : STYLE_ERROR, "  %s after %s",
			dictionary_words(text->language, name_outcome(connection->outcome)), words);
	}
}
