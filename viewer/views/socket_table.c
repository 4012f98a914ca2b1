/* SPDX-License-Identifier: MIT */
#include "viewer/views/socket_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/model/details.h"
#include "viewer/relate/socket_state.h"
#include "viewer/term/quantity.h"
#include "viewer/term/table.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

struct socket_rows {
	const struct trace *trace;
	struct table *table;
	bool is_ascii;
	const struct socket *socket;
	struct socket_state state;
	char shown_local[ADDRESS_SIZE], shown_peer[ADDRESS_SIZE];
	const char *shown_name; /* of the state; NULL before the first row */
};

static void add_time(struct socket_rows *rows, int64_t time_ns)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, time_ns - rows->trace->begin_ns, rows->is_ascii);
	table_add(rows->table, STYLE_FAINT, words);
}

/* "recvfrom", "3 sends", "inherited". */
static void add_name(struct socket_rows *rows, const struct life_event *event)
{
	struct text name = {.is_ascii = rows->is_ascii};
	static const char *const words[] = {
		[LIFE_BEGIN] = "inherited",
		[LIFE_TRANSFERS] = "transfers",
		[LIFE_ACCEPTS] = "accepts",
		[LIFE_END] = "closed",
	};
	bool is_call = event->call && (event->kind == LIFE_CALL || event->kind == LIFE_BEGIN);
	const struct record_descriptor *given = event->descriptor->given_by;

	if (is_call)
		name_call(&name, STYLE_PLAIN, trace_word(rows->trace, event->call->name), 40);
	else if (event->kind == LIFE_BEGIN && !given)
		text_add(&name, STYLE_PLAIN, "found");
	else
		text_add(&name, STYLE_PLAIN, words[event->kind]);
	table_addf(rows->table,
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

static void describe(struct socket_rows *rows, struct text *text, const struct life_event *event)
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
		describe_call(text, call_details(rows->trace, event->call), 60);
	if (reason) {
		text_add(text, STYLE_PLAIN, "at ");
		text_add_foreign(text, STYLE_PLAIN, reason, strlen(reason), 40);
	}
}

static void add_description(struct socket_rows *rows, const struct life_event *event)
{
	struct text text = {.is_ascii = rows->is_ascii, .width = 60};

	describe(rows, &text, event);
	size_t blanks = text.bytes ? strspn(text.bytes, " ") : 0;
	blanks = blanks < text.length ? blanks : text.length;
	table_addf(rows->table, event->call && event->call->error ? STYLE_ERROR : STYLE_PLAIN,
		"%.*s", (int)(text.length - blanks), text.bytes ? text.bytes + blanks : "");
	text_free(&text);
}

/* Where nothing has changed nothing stands, so that changes are seen. */
static void add_changed(struct socket_rows *rows, const char *now, char *shown)
{
	bool is_same = rows->shown_name && strcmp(now, shown) == 0;

	table_add(rows->table, STYLE_PLAIN, is_same ? "" : *now ? now : "-");
	snprintf(shown, ADDRESS_SIZE, "%s", now);
}

static void add_state(struct socket_rows *rows)
{
	const char *name = name_state(rows->socket, rows->state.state);
	bool is_same = rows->shown_name && strcmp(rows->shown_name, name) == 0;

	table_add(rows->table, STYLE_TITLE, is_same ? "" : name);
	rows->shown_name = name;
}

static void add_row(struct socket_rows *rows, const struct life_event *event)
{
	add_time(rows, event->time_ns);
	table_addf(rows->table, STYLE_FAINT, "%" PRId64, event->descriptor->fd);
	add_name(rows, event);
	add_description(rows, event);
	add_changed(rows, rows->state.local, rows->shown_local);
	add_changed(rows, rows->state.peer, rows->shown_peer);
	add_state(rows);
	table_addf(rows->table, STYLE_FAINT, "%zu", event->open);
}

void socket_table_draw(struct text *text, const struct trace *trace, const struct life *life)
{
	static const char *const titles[] = {
		"time", "fd", "what", "", "local", "peer", "state", "open"};
	struct socket_rows rows = {.trace = trace,
		.table = table_new("rrllttlr"),
		.is_ascii = text->is_ascii,
		.socket = life->count > 0 ? life->list[0].descriptor->socket : NULL,
		.state = {.trace = trace, .is_narrow = text->width < 100}};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_add(rows.table, STYLE_FAINT, titles[i]);
	for (size_t i = 0; i < life->count; i++) {
		socket_state_learn(&rows.state, &life->list[i], i + 1 == life->count);
		if (!life->list[i].is_left_out)
			add_row(&rows, &life->list[i]);
	}
	table_draw(text, rows.table);
	table_free(rows.table);
}
