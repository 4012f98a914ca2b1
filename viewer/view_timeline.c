#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "viewer/header.h"
#include "viewer/lanes.h"
#include "viewer/names.h"
#include "viewer/story.h"
#include "viewer/view.h"

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
		if (call_is(call, CALL_LEFT_OUT) || call->descriptor || !call->error ||
			call->flags & (CALL_MAKES | CALL_WAITS))
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
	header_draw(text, trace);
	draw_warnings(text, trace);
	draw_failed_creations(text, trace);
	text_end_line(text);
	if (header_descriptors(trace) == 0) {
		text_add(text, STYLE_PLAIN,
			trace->left_out ? "No call fits." : "No socket was used.");
		text_end_line(text);
		return;
	}
	lanes_draw(text, trace, options->is_linear);
	for (size_t i = 0; i < trace->descriptor_count && !text->is_unwanted; i++) {
		if (trace->descriptors[i]->is_left_out)
			continue;
		text_end_line(text);
		story_tell(text, trace, trace->descriptors[i], options->is_full);
	}
}
