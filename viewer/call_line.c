/* SPDX-License-Identifier: MIT */
#include "viewer/call_line.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/address.h"
#include "viewer/describe.h"
#include "viewer/details.h"
#include "viewer/names.h"
#include "viewer/quantity.h"

/* Who searches does not want lines cut; a payload may still be long. */
#define LONGEST 2000

#define WHO     13
#define SOCKET  34
#define CALL    50
#define DETAILS 63
#define TOOK    101
#define ENDS    111

static void draw_time(struct text *text, const struct trace *trace, const struct call *call)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, call->time_ns - trace->begin_ns, text->is_ascii);
	size_t columns = text_columns(words);
	text_pad(text, columns < WHO - 2 ? WHO - 2 - columns : 0);
	text_add(text, STYLE_FAINT, words);
}

static void draw_who(struct text *text, const struct call *call)
{
	const char *program = call->process->program ? call->process->program : "process";

	text_pad(text, WHO);
	text_add_foreign(text, STYLE_PLAIN, program, strlen(program), LONGEST);
	text_addf(text, STYLE_PLAIN, " %" PRId64, call->process->pid);
	if (call->tid != call->process->pid)
		text_addf(text, STYLE_FAINT, "/%" PRId32, call->tid);
	text_add(text, STYLE_PLAIN, " ");
}

static void draw_socket(struct text *text, const struct trace *trace, const struct call *call)
{
	text_pad(text, SOCKET);
	if (call->fd >= 0)
		text_addf(text, STYLE_PLAIN, "fd %-3" PRId32 " ", call->fd);
	if (!call->descriptor)
		return;
	const struct socket *socket = call->descriptor->socket;
	text_addf(text, STYLE_FAINT, "s%" PRId64 " %s ", socket->id, name_kind(trace, socket));
}

static void draw_duration(struct text *text, const struct call *call)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, call->duration_ns, text->is_ascii);
	size_t columns = text_columns(words);
	text_add(text, STYLE_PLAIN, " ");
	text_pad(text, columns < TOOK - DETAILS ? TOOK + 8 - columns : TOOK);
	text_add(text, STYLE_FAINT, words);
}

static void draw_end(struct text *text, const struct value *address)
{
	char words[ADDRESS_SIZE];

	address_text(words, address);
	if (*words)
		text_add_foreign(text, STYLE_PLAIN, words, strlen(words), LONGEST);
	else
		text_add(text, STYLE_FAINT, "-");
}

static void draw_ends(struct text *text, const struct socket *socket)
{
	text_add(text, STYLE_PLAIN, " ");
	text_pad(text, ENDS);
	draw_end(text, socket->local);
	if (!socket->peer)
		return;
	text_add(text, STYLE_PLAIN,
		socket->direction == DIRECTION_IN ? text_choose(text, " ← ", " <- ")
						  : text_choose(text, " → ", " -> "));
	draw_end(text, socket->peer);
}

void call_line_draw(struct text *text, const struct trace *trace, const struct call *call)
{
	const struct record_call *details = call_details(trace, call);
	enum style style = call_is(call, CALL_FAILED) ? STYLE_ERROR
						      : describe_style((enum effect)call->effect);

	draw_time(text, trace, call);
	text_add(text, STYLE_PLAIN, "  ");
	draw_who(text, call);
	draw_socket(text, trace, call);
	text_pad(text, CALL);
	name_call(text, style, details->name, LONGEST);
	text_add(text, STYLE_PLAIN, " ");
	text_pad(text, DETAILS);
	describe_call(text, details, LONGEST);
	draw_duration(text, call);
	if (call->descriptor)
		draw_ends(text, call->descriptor->socket);
	text_end_line(text);
}
