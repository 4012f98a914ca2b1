/* SPDX-License-Identifier: MIT */
#include "viewer/wording/call_line.h"

#include <stdlib.h>
#include <string.h>

#include "format/decimal.h"
#include "format/memory.h"
#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/term/dictionary.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

/* In a file or a pipe lines are searched, and so are not cut; a payload may still be long. */
#define LONGEST 2000

#define GAP        2
#define TOOK       8  /* "950 ms" */
#define MOST_NAME  24 /* of a program; longer ones are cut */
#define LEAST_NAME 8
#define MOST_CALL  26
#define MOST_ENDS  60 /* two longer addresses stand behind what the call did */
#define ROOM       34 /* for what a call did, if that is to stand in its line */

/* How wide the columns are. */
struct widths {
	size_t name, ids, fd, socket, ends, call; /* name and ids are one column */
};

static void at_least(size_t *width, size_t columns)
{
	if (columns > *width)
		*width = columns;
}

static size_t digits(int64_t number)
{
	char words[DECIMAL_SIZE];

	return (size_t)(decimal_put(words, number) - words);
}

static void add_end(struct text *text, const struct value *address)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	if (*words)
		text_add_foreign(text, STYLE_PLAIN, words, strlen(words), LONGEST);
	else
		text_add(text, STYLE_FAINT, "-");
}

static void add_ends(struct text *text, const struct socket *socket)
{
	add_end(text, socket->local);
	if (!socket->peer)
		return;
	text_add(text, STYLE_PLAIN, " ");
	text_add(text, STYLE_PLAIN, name_arrow(text, socket));
	text_add(text, STYLE_PLAIN, " ");
	add_end(text, socket->peer);
}

static void add_socket(struct text *text, const struct trace *trace, const struct socket *socket)
{
	text_add(text, STYLE_FAINT, "s");
	text_add_number(text, STYLE_FAINT, socket->id);
	text_add(text, STYLE_FAINT, " ");
	text_add(text, STYLE_FAINT, name_kind(trace, socket));
}

static size_t columns_of_name(const struct text *text, const struct process *process)
{
	struct text scratch = {.is_ascii = text->is_ascii, .language = text->language};
	const char *name = name_program(process);

	text_add_foreign(&scratch, STYLE_PLAIN, name, strlen(name), MOST_NAME);
	text_free(&scratch);
	return scratch.column;
}

static size_t columns_of_ends(const struct text *text, const struct socket *socket)
{
	struct text scratch = {.is_ascii = text->is_ascii, .language = text->language};

	add_ends(&scratch, socket);
	text_free(&scratch);
	return scratch.column;
}

static size_t columns_of_call(const struct text *text, const char *name)
{
	struct text scratch = {.is_ascii = text->is_ascii, .language = text->language};

	name_call(&scratch, STYLE_PLAIN, name, MOST_CALL);
	text_free(&scratch);
	return scratch.column;
}

/* A heading in the language of the text. */
static size_t columns_of(const struct text *text, const char *words)
{
	return text_columns(dictionary_words(text->language, words));
}

/* What was measured already, as many calls are of few processes and sockets. */
struct measured {
	bool *processes, *sockets, *names; /* owned; by number */
};

static void see_socket(struct widths *widths, const struct text *text, const struct trace *trace,
	const struct socket *socket)
{
	size_t ends = columns_of_ends(text, socket);

	at_least(&widths->socket, columns_of(text, "socket"));
	at_least(&widths->ends, columns_of(text, "addresses"));
	at_least(&widths->socket, 1 + digits(socket->id) + 1 + strlen(name_kind(trace, socket)));
	if (ends <= MOST_ENDS)
		at_least(&widths->ends, ends);
}

static void see(struct widths *widths, struct measured *measured, const struct text *text,
	const struct trace *trace, const struct call *call)
{
	const struct process *process = call->process;
	size_t thread = call->tid == process->pid ? 0 : 1 + digits(call->tid);

	at_least(&widths->ids, digits(process->pid) + thread);
	if (call->fd >= 0)
		at_least(&widths->fd, digits(call->fd));
	if (!measured->processes[process->number])
		at_least(&widths->name, columns_of_name(text, process));
	measured->processes[process->number] = true;
	if (!measured->names[call->name])
		at_least(&widths->call, columns_of_call(text, trace_word(trace, call->name)));
	measured->names[call->name] = true;
	if (!call->descriptor)
		return;
	const struct socket *socket = call->descriptor->socket;
	if (!measured->sockets[socket->number])
		see_socket(widths, text, trace, socket);
	measured->sockets[socket->number] = true;
}

static size_t place(size_t *at, size_t width)
{
	size_t begin = *at;

	*at += width + GAP;
	return begin;
}

/* Returns where the last one ends. */
static size_t place_all(struct line_columns *columns, const struct widths *widths)
{
	size_t at = instants_columns(&columns->instants) + GAP;

	columns->process = place(&at, widths->name + 1 + widths->ids);
	columns->process_end = at - GAP;
	columns->fd = place(&at, widths->fd);
	columns->socket = widths->socket ? place(&at, widths->socket) : 0;
	columns->ends = widths->ends ? place(&at, widths->ends) : 0;
	columns->call = place(&at, widths->call);
	columns->took = place(&at, TOOK);
	columns->details = at;
	return at - GAP;
}

/* In a window, what has no room goes to the line below, or, if it follows from the rest or may be
 * cut, goes without. */
static struct line_columns fit(
	const struct text *text, const struct instants *instants, struct widths widths)
{
	struct line_columns columns = {.instants = *instants};
	size_t end = place_all(&columns, &widths);

	if (!text->is_window || end + GAP + ROOM <= text->width)
		return columns;
	columns.is_narrow = true;
	widths.ends = 0;
	while (place_all(&columns, &widths) > text->width) {
		bool is_last = columns.instants.since_columns == 0 && widths.socket == 0;
		if (widths.name > (is_last ? (size_t)LEAST_NAME : (size_t)2 * LEAST_NAME))
			widths.name--;
		else if (columns.instants.since_columns)
			columns.instants.since_columns = 0;
		else if (widths.socket)
			widths.socket = 0;
		else
			break;
	}
	return columns;
}

static struct line_columns columns_in(const struct text *text, const struct trace *trace,
	const struct instants *instants, const uint32_t *calls, size_t count)
{
	struct widths widths = {.name = columns_of(text, "process") - 1,
		.fd = columns_of(text, "fd"),
		.call = columns_of(text, "call")};
	struct measured measured = {
		xcalloc(trace->process_count + 1, sizeof(bool)),
		xcalloc(trace->socket_count + 1, sizeof(bool)),
		xcalloc(trace->strings.count + 1, sizeof(bool)),
	};

	for (size_t i = 0; i < count; i++)
		see(&widths, &measured, text, trace, &trace->calls[calls[i]]);
	free(measured.processes);
	free(measured.sockets);
	free(measured.names);
	return fit(text, instants, widths);
}

/* Where there is little room columns are as wide as headings in Chinese alone. */
struct line_columns line_columns_of(const struct text *text, const struct trace *trace,
	const struct instants *instants, const uint32_t *calls, size_t count)
{
	struct line_columns columns = columns_in(text, trace, instants, calls, count);
	struct text chinese = *text;

	if (text->language != LANGUAGE_BOTH || !columns.is_narrow)
		return columns;
	chinese.language = LANGUAGE_CHINESE;
	return columns_in(&chinese, trace, instants, calls, count);
}

struct line_columns line_columns_usual(const struct text *text, const struct instants *instants)
{
	static const struct widths usual = {
		.name = 12, .ids = 6, .fd = 2, .socket = 7, .ends = 33, .call = 11};

	return fit(text, instants, usual);
}

void line_columns_draw_heading(struct text *text, const struct line_columns *columns)
{
	const struct {
		size_t begin;
		const char *words;
	} headings[] = {{columns->process, "process"}, {columns->fd, "fd"},
		{columns->socket, "socket"}, {columns->ends, "addresses"}, {columns->call, "call"},
		{columns->took, "took"}, {columns->is_narrow ? 0 : columns->details, "what"}};
	const size_t count = sizeof(headings) / sizeof(headings[0]);

	instants_add_heading(text, &columns->instants);
	for (size_t i = 0; i < count; i++) {
		size_t begin = headings[i].begin, end = SIZE_MAX;
		if (begin == 0)
			continue;
		for (size_t next = i + 1; next < count && end == SIZE_MAX; next++)
			if (headings[next].begin > 0)
				end = headings[next].begin - GAP;
		text_add(text, STYLE_PLAIN, text->column < begin ? "" : " ");
		if (begin == columns->took) {
			text_add_right(text, STYLE_FAINT, headings[i].words, TOOK, begin + TOOK);
			continue;
		}
		text_pad(text, begin);
		if (!text_add_fitting(text, STYLE_FAINT, headings[i].words, end))
			text_add(text, STYLE_FAINT, headings[i].words);
	}
	text_end_line(text);
}

/* Where a column begins, or, when the line is full up to there, after a blank. */
static void go_to(struct text *text, size_t column)
{
	if (text->column >= column)
		text_add(text, STYLE_PLAIN, " ");
	text_pad(text, column);
}

static void draw_process(
	struct text *text, const struct line_columns *columns, const struct call *call)
{
	const char *program = name_program(call->process);
	char ids[2 * DECIMAL_SIZE + 3] = " ", *end = decimal_put(ids + 1, call->process->pid);

	if (call->tid != call->process->pid) {
		*end++ = '/';
		end = decimal_put(end, call->tid);
	}
	*end = '\0';
	go_to(text, columns->process);
	text_add_foreign(text, STYLE_PLAIN, program, strlen(program),
		columns->process_end > strlen(ids) ? columns->process_end - strlen(ids) : 0);
	text_add(text, STYLE_PLAIN, ids);
}

static void draw_took(
	struct text *text, const struct line_columns *columns, const struct call *call)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, call->duration_ns, text->is_ascii);
	size_t width = text_columns(words);
	go_to(text, columns->took + (width < TOOK ? TOOK - width : 0));
	text_add(text, STYLE_FAINT, words);
}

/* False: they are longer than the column. */
static bool draw_ends(
	struct text *text, const struct line_columns *columns, const struct socket *socket)
{
	struct text_mark mark = text_mark(text);

	go_to(text, columns->ends);
	size_t begin = text->column;
	add_ends(text, socket);
	if (text->column - begin <= MOST_ENDS)
		return true;
	text_undo(text, mark);
	return false;
}

/* Behind what else is in the line, or, when it has no room there, in one of its own. */
static void add_behind(struct text *text, const struct line_columns *columns, size_t indent,
	void (*add)(struct text *, const struct socket *), const struct socket *socket)
{
	struct text_mark mark = text_mark(text);

	text_add(text, STYLE_PLAIN, text->column > indent ? "  " : "");
	add(text, socket);
	if (columns->is_narrow && mark.column > indent)
		text_break_at(text, mark, text->width, indent - GAP);
}

void call_line_draw(struct text *text, struct line_columns *columns, const struct trace *trace,
	const struct call *call)
{
	const struct record_call *details = call_details(trace, call);
	const struct socket *socket = call->descriptor ? call->descriptor->socket : NULL;
	bool has_ends = false;

	instants_add(text, &columns->instants, call->time_ns);
	draw_process(text, columns, call);
	go_to(text, columns->fd);
	if (call->fd >= 0)
		text_add_number(text, STYLE_PLAIN, call->fd);
	if (socket && columns->socket) {
		go_to(text, columns->socket);
		add_socket(text, trace, socket);
	}
	if (socket && columns->ends)
		has_ends = draw_ends(text, columns, socket);
	go_to(text, columns->call);
	name_call(text, describe_call_style(trace, call), details->name, columns->call + MOST_CALL);
	draw_took(text, columns, call);
	size_t indent = columns->details;
	if (columns->is_narrow) {
		text_end_line(text);
		indent = columns->process;
	}
	struct text_mark below = text_mark(text);
	go_to(text, indent);
	describe_call(text, details, text->is_window ? text->width : LONGEST);
	if (socket && !columns->socket) {
		struct text_mark mark = text_mark(text);
		text_add(text, STYLE_PLAIN, "  ");
		add_socket(text, trace, socket);
		text_break_at(text, mark, text->is_window ? text->width : LONGEST, indent - GAP);
	}
	if (socket && !has_ends && (socket->local || socket->peer))
		add_behind(text, columns, indent, add_ends, socket);
	/* No line below for nothing. */
	if (columns->is_narrow && text->column == indent)
		text_undo(text, below);
	else
		text_end_line(text);
}
