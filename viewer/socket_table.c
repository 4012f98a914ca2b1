#include "viewer/socket_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/address.h"
#include "viewer/describe.h"
#include "viewer/details.h"
#include "viewer/names.h"
#include "viewer/quantity.h"
#include "viewer/table.h"

/* What the socket is known to be after the events so far. */
struct state {
	const struct trace *trace;
	struct table *table;
	bool is_ascii, is_narrow;
	char local[ADDRESS_SIZE], peer[ADDRESS_SIZE];
	const char *name; /* of the state */
	bool is_shut, has_peer_closed;
	char shown_local[ADDRESS_SIZE], shown_peer[ADDRESS_SIZE];
	const char *shown_name;
};

/* Where there is little room, as short as it can be known again. */
static void set_address(
	const struct state *state, char into[ADDRESS_SIZE], const struct value *address)
{
	if (value_is_object(address))
		(state->is_narrow ? address_short : address_text)(into, address);
}

static bool is_asked_for_error(const struct record_call *details)
{
	const char *option = value_text(value_member(details->args, "option"), NULL);

	return option && strcmp(option, "SO_ERROR") == 0 && !details->error;
}

/* A connect that did not block is done when SO_ERROR says 0: connect(2), EINPROGRESS. */
static void learn_outcome(struct state *state, const struct record_call *details)
{
	int64_t error;

	if (state->name && strcmp(state->name, "connecting") == 0 && is_asked_for_error(details))
		state->name =
			value_integer(value_member(details->args, "value"), &error) && error == 0
				? "connected"
				: "failed";
}

static void learn_connect(
	struct state *state, const struct call *call, const struct record_call *details)
{
	if (call_is(call, CALL_UNFINISHED) || call_is(call, CALL_PENDING))
		state->name = "connecting";
	else
		state->name = call_is(call, CALL_FAILED) ? "failed" : "connected";
	if (!call_is(call, CALL_FAILED))
		set_address(state, state->peer, value_member(details->args, "address"));
}

static void learn_call(
	struct state *state, const struct call *call, const struct record_call *details)
{
	switch ((enum effect)call->effect) {
	case EFFECT_BIND:
		if (details->error)
			return;
		set_address(state, state->local, value_member(details->args, "address"));
		state->name = "bound";
		break;
	case EFFECT_LISTEN:
		state->name = details->error ? state->name : "listening";
		break;
	case EFFECT_CONNECT:
		learn_connect(state, call, details);
		break;
	case EFFECT_QUERY:
		learn_outcome(state, details);
		break;
	case EFFECT_SHUTDOWN:
		state->name = details->error ? state->name : "shut down";
		break;
	case EFFECT_RECEIVE:
		if (call_is(call, CALL_END_OF_STREAM) && state->name &&
			strcmp(state->name, "shut down") != 0)
			state->name = "peer is done";
		break;
	default:
		break;
	}
	/* An accept says these of the new socket. */
	if (call->effect != EFFECT_ACCEPT) {
		set_address(state, state->local, details->local);
		set_address(state, state->peer, details->peer);
	}
}

static void learn_begin(struct state *state, const struct life_event *event)
{
	const struct record_descriptor *given = event->descriptor->given_by;

	if (event->call && event->call->effect == EFFECT_ACCEPT) {
		const struct record_call *details = call_details(state->trace, event->call);
		set_address(state, state->local, details->local);
		set_address(state, state->peer,
			details->peer ? details->peer : value_member(details->args, "address"));
		state->name = "connected";
	} else if (given) {
		set_address(state, state->local, given->local);
		set_address(state, state->peer, given->peer);
	}
	if (!state->name && event->descriptor->socket->direction == DIRECTION_PAIR)
		state->name = "connected";
	if (!state->name)
		state->name = state->peer[0] ? "connected" : "new";
}

static void learn(struct state *state, const struct life_event *event)
{
	bool is_connecting = state->name && strcmp(state->name, "connecting") == 0;

	if (event->kind == LIFE_BEGIN)
		learn_begin(state, event);
	else if (event->kind == LIFE_CALL)
		learn_call(state, event->call, call_details(state->trace, event->call));
	else if (event->kind == LIFE_TRANSFERS && is_connecting)
		state->name = "connected";
	if (event->open == 0 && event->kind != LIFE_BEGIN)
		state->name = "given back";
}

static void add_time(struct state *state, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns - state->trace->begin_ns, state->is_ascii);
	table_add(state->table, STYLE_FAINT, words);
}

/* "recvfrom", "3 sends", "inherited". */
static void add_name(struct state *state, const struct life_event *event)
{
	struct text name = {.is_ascii = state->is_ascii};
	static const char *const words[] = {
		[LIFE_BEGIN] = "inherited",
		[LIFE_TRANSFERS] = "transfers",
		[LIFE_ACCEPTS] = "accepts",
		[LIFE_END] = "closed",
	};
	bool is_call = event->call && (event->kind == LIFE_CALL || event->kind == LIFE_BEGIN);
	const struct record_descriptor *given = event->descriptor->given_by;

	if (is_call)
		name_call(&name, STYLE_PLAIN, trace_word(state->trace, event->call->name), 40);
	else if (event->kind == LIFE_BEGIN && !given)
		text_add(&name, STYLE_PLAIN, "found");
	else
		text_add(&name, STYLE_PLAIN, words[event->kind]);
	table_addf(state->table,
		event->call ? describe_style((enum effect)event->call->effect) : STYLE_PLAIN,
		"%.*s", (int)name.length, name.bytes ? name.bytes : "");
	text_free(&name);
}

static void describe_run(struct text *text, const struct life_event *run)
{
	char bytes[QUANTITY_SIZE];

	if (run->kind == LIFE_ACCEPTS) {
		text_addf(text, STYLE_PLAIN, "%zu connection%s", run->count,
			run->count == 1 ? "" : "s");
		return;
	}
	if (run->sends) {
		quantity_bytes(bytes, run->bytes_out);
		text_addf(text, STYLE_PLAIN, "out %s in %zu", bytes, run->sends);
	}
	if (run->count) {
		quantity_bytes(bytes, run->bytes_in);
		text_addf(text, STYLE_PLAIN, "%sin %s in %zu", run->sends ? ", " : "", bytes,
			run->count);
	}
}

/* Addresses stand in columns of their own. */
static bool is_told_by_address(const struct call *call)
{
	return !call->error && (call->effect == EFFECT_BIND || call->effect == EFFECT_CONNECT);
}

static void describe(struct state *state, struct text *text, const struct life_event *event)
{
	const struct record_descriptor *given = event->descriptor->given_by;
	const struct record_descriptor *ended = event->descriptor->ended_by;
	const char *reason = NULL;

	if (event->kind == LIFE_TRANSFERS || event->kind == LIFE_ACCEPTS)
		describe_run(text, event);
	else if (event->kind == LIFE_END)
		reason = ended->reason;
	else if (event->kind == LIFE_BEGIN && !event->call)
		reason = given ? given->reason : NULL;
	else if (!is_told_by_address(event->call))
		describe_call(text, call_details(state->trace, event->call), 60);
	if (reason) {
		text_add(text, STYLE_PLAIN, "at ");
		text_add_foreign(text, STYLE_PLAIN, reason, strlen(reason), 40);
	}
}

static void add_description(struct state *state, const struct life_event *event)
{
	struct text text = {.is_ascii = state->is_ascii, .width = 60};

	describe(state, &text, event);
	size_t blanks = text.bytes ? strspn(text.bytes, " ") : 0;
	blanks = blanks < text.length ? blanks : text.length;
	table_addf(state->table, event->call && event->call->error ? STYLE_ERROR : STYLE_PLAIN,
		"%.*s", (int)(text.length - blanks), text.bytes ? text.bytes + blanks : "");
	text_free(&text);
}

/* Where nothing has changed nothing stands, so that changes are seen. */
static void add_changed(struct state *state, const char *now, char *shown, bool is_first)
{
	bool is_same = !is_first && strcmp(now, shown) == 0;

	table_add(state->table, STYLE_PLAIN, is_same ? "" : *now ? now : "-");
	snprintf(shown, ADDRESS_SIZE, "%s", now);
}

static void add_state(struct state *state)
{
	bool is_same = state->shown_name && strcmp(state->shown_name, state->name) == 0;

	table_add(state->table, STYLE_TITLE, is_same ? "" : state->name);
	state->shown_name = state->name;
}

static void add_row(struct state *state, const struct life_event *event, bool is_first)
{
	learn(state, event);
	add_time(state, event->time_ns);
	table_addf(state->table, STYLE_FAINT, "%" PRId64, event->descriptor->fd);
	add_name(state, event);
	add_description(state, event);
	add_changed(state, state->local, state->shown_local, is_first);
	add_changed(state, state->peer, state->shown_peer, is_first);
	add_state(state);
	table_addf(state->table, STYLE_FAINT, "%zu", event->open);
}

void socket_table_draw(struct text *text, const struct trace *trace, const struct life *life)
{
	static const char *const titles[] = {
		"time", "fd", "what", "", "local", "peer", "state", "open"};
	struct state state = {.trace = trace,
		.table = table_new("rrllttlr"),
		.is_ascii = text->is_ascii,
		.is_narrow = text->width < 100};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_add(state.table, STYLE_FAINT, titles[i]);
	for (size_t i = 0; i < life->count; i++)
		add_row(&state, &life->list[i], i == 0);
	table_draw(text, state.table);
	table_free(state.table);
}
