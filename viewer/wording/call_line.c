/* SPDX-License-Identifier: MIT */
#include "viewer/wording/call_line.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/details.h"
#include "viewer/term/quantity.h"
#include "viewer/wording/describe.h"
#include "viewer/wording/names.h"

/* Lines are searched, and so are not cut; a payload may still be long. */
#define LONGEST 2000

#define WHO 13

/* Where what follows the program begins, when the line is not full before. */
struct columns {
	size_t socket, call, details, took, ends;
};

static const struct columns wide = {34, 50, 63, 101, 111};
/* In a window that is too narrow for the other: no line is cut, but it may be broken. */
static const struct columns narrow = {29, 44, 56, 0, 0};

#define WIDE   145 /* with two addresses of IPv4 */
#define INDENT 8
#define GAP    "  "

static bool is_narrow(const struct text *text)
{
	return text->is_window && text->width < WIDE;
}

/* The text that was added since the mark goes to a line of its own where the window is too narrow
 * for it. */
static void end_part(struct text *text, struct text_mark *mark, size_t indent)
{
	if (is_narrow(text))
		text_break_at(text, *mark, text->width, indent);
	*mark = text_mark(text);
}

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
	const char *program = name_program(call->process);

	text_pad(text, WHO);
	text_add_foreign(text, STYLE_PLAIN, program, strlen(program), LONGEST);
	text_addf(text, STYLE_PLAIN, " %" PRId64, call->process->pid);
	if (call->tid != call->process->pid)
		text_addf(text, STYLE_FAINT, "/%" PRId32, call->tid);
	text_add(text, STYLE_PLAIN, " ");
}

static void draw_socket(struct text *text, const struct trace *trace, const struct call *call)
{
	if (call->fd >= 0)
		text_addf(text, STYLE_PLAIN, "fd %-3" PRId32 " ", call->fd);
	if (!call->descriptor)
		return;
	const struct socket *socket = call->descriptor->socket;
	text_addf(text, STYLE_FAINT, "s%" PRId64 " %s ", socket->id, name_kind(trace, socket));
}

static void draw_duration(struct text *text, const struct call *call, size_t took)
{
	char words[QUANTITY_SIZE];

	quantity_time(words, call->duration_ns, text->is_ascii);
	size_t columns = text_columns(words);
	text_add(text, STYLE_PLAIN, took ? " " : GAP);
	text_pad(text, columns < 8 ? took + 8 - columns : took);
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

static void draw_ends(struct text *text, const struct socket *socket, size_t ends)
{
	text_add(text, STYLE_PLAIN, ends ? " " : GAP);
	text_pad(text, ends);
	draw_end(text, socket->local);
	if (!socket->peer)
		return;
	text_addf(text, STYLE_PLAIN, " %s ", name_arrow(text, socket));
	draw_end(text, socket->peer);
}

void call_line_draw(struct text *text, const struct trace *trace, const struct call *call)
{
	const struct record_call *details = call_details(trace, call);
	enum style style = describe_call_style(trace, call);
	const struct columns *columns = is_narrow(text) ? &narrow : &wide;

	draw_time(text, trace, call);
	text_add(text, STYLE_PLAIN, "  ");
	draw_who(text, call);
	text_pad(text, columns->socket);
	draw_socket(text, trace, call);
	text_pad(text, columns->call);
	name_call(text, style, details->name, LONGEST);
	text_add(text, STYLE_PLAIN, " ");
	text_pad(text, columns->details);
	struct text_mark mark = text_mark(text);
	describe_call(text, details, LONGEST);
	end_part(text, &mark, INDENT);
	draw_duration(text, call, columns->took);
	end_part(text, &mark, INDENT - strlen(GAP));
	if (call->descriptor)
		draw_ends(text, call->descriptor->socket, columns->ends);
	end_part(text, &mark, INDENT - strlen(GAP));
	text_end_line(text);
}
