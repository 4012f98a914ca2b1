#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/lanes.h"
#include "viewer/names.h"
#include "viewer/quantity.h"
#include "viewer/story.h"
#include "viewer/view.h"

static void add_title(struct text *text, const struct trace *trace)
{
	size_t limit = text->width > 60 ? text->width - 20 : 40;
	const struct record_trace *header = trace->parts[0].header;
	const struct value *command = header ? header->command : NULL;
	const char *name = trace_name(trace);

	if (name) {
		text_add_foreign(text, STYLE_TITLE, name, strlen(name), limit);
		return;
	}
	for (size_t i = 0; i < value_count(command) && text->column < limit; i++) {
		size_t length;
		const char *word = value_text(value_element(command, i), &length);
		if (i > 0)
			text_add(text, STYLE_PLAIN, " ");
		if (word)
			text_add_foreign(text, STYLE_TITLE, word, length, limit);
	}
}

static void add_count(
	struct text *text, enum style style, size_t count, const char *one, const char *many)
{
	char words[64];

	snprintf(words, sizeof(words), "%zu %s", count, count == 1 ? one : many);
	if (text->column + 3 + strlen(words) > text->width)
		text_end_line(text);
	text_add(text, STYLE_PLAIN, "   ");
	text_add(text, style, words);
}

static void draw_header(struct text *text, const struct trace *trace)
{
	char duration[QUANTITY_SIZE];

	add_title(text, trace);
	add_count(text, STYLE_PLAIN, trace->process_count, "process", "processes");
	add_count(text, STYLE_PLAIN, trace->descriptor_count, "descriptor", "descriptors");
	add_count(text, STYLE_PLAIN, trace->connection_count, "connection", "connections");
	add_count(text, STYLE_PLAIN, trace->call_count, "call", "calls");
	if (trace->error_count)
		add_count(text, STYLE_ERROR, trace->error_count, "error", "errors");
	quantity_time(duration, trace->end_ns - trace->begin_ns, text->is_ascii);
	struct text_mark mark = text_mark(text);
	text_addf(text, STYLE_PLAIN, "   %s", duration);
	text_break(text, mark, text->width);
	text_end_line(text);
}

static void draw_warnings(struct text *text, const struct trace *trace)
{
	for (size_t i = 0; i < trace->record_count && trace->warning_count > 0; i++) {
		const struct record *record = trace->records[i];
		if (record->type != RECORD_WARNING)
			continue;
		text_add(text, STYLE_ERROR, "warning: ");
		text_add_foreign(text, STYLE_PLAIN, record->warning.message,
			strlen(record->warning.message), text->width * 3);
		text_end_line(text);
	}
}

/* Calls that were made on no descriptor that the trace knows. */
static void draw_failed_creations(struct text *text, const struct trace *trace)
{
	for (size_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (call->descriptor || !call->error || call->flags & (CALL_MAKES | CALL_WAITS))
			continue;
		name_call(text, STYLE_ERROR, trace_word(trace, call->name), 20);
		if (call->fd >= 0)
			text_addf(text, STYLE_PLAIN, " on fd %" PRId32, call->fd);
		text_addf(text, STYLE_PLAIN, " in process %" PRId64 ": ", call->process->pid);
		text_add_foreign(text, STYLE_ERROR, trace_word(trace, call->error),
			strlen(trace_word(trace, call->error)), text->width);
		text_end_line(text);
	}
}

void view_timeline(struct text *text, const struct trace *trace, const struct view_options *options)
{
	draw_header(text, trace);
	draw_warnings(text, trace);
	draw_failed_creations(text, trace);
	text_end_line(text);
	if (trace->descriptor_count == 0) {
		text_add(text, STYLE_PLAIN, "No socket was used.");
		text_end_line(text);
		return;
	}
	lanes_draw(text, trace, options->is_linear);
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		text_end_line(text);
		story_tell(text, trace, trace->descriptors[i], options->is_full);
	}
}
