/* SPDX-License-Identifier: MIT */
#include "viewer/follow.h"

#include "viewer/call_line.h"
#include "viewer/trace_read.h"

struct following {
	struct text *text;
	const struct filter *filter;
};

static bool draw_call(void *context, const struct trace *trace)
{
	struct following *following = context;
	const struct call *call = &trace->calls[trace->call_count - 1];

	if (filter_fits(following->filter, trace, call)) {
		call_line_draw(following->text, trace, call);
		text_flush(following->text);
	}
	return !following->text->is_unwanted;
}

bool follow(
	struct text *text, struct trace *trace, struct source *source, const struct filter *filter)
{
	struct following following = {text, filter};

	source_follow(source);
	return trace_read_each(trace, source, draw_call, &following);
}
