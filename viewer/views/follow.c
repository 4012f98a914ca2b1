/* SPDX-License-Identifier: MIT */
#include "viewer/views/follow.h"

#include "viewer/read/trace_read.h"
#include "viewer/wording/call_line.h"

struct following {
	struct text *text;
	const struct filter *filter;
	size_t shown;
};

static bool draw_call(void *context, const struct trace *trace)
{
	struct following *following = context;
	const struct call *call = &trace->calls[trace->call_count - 1];

	if (filter_fits(following->filter, trace, call)) {
		call_line_draw(following->text, trace, call);
		text_flush(following->text);
		following->shown++;
	}
	return !following->text->is_unwanted;
}

bool follow(struct text *text, struct trace *trace, struct source *source,
	const struct filter *filter, size_t *shown)
{
	struct following following = {text, filter, 0};

	source_follow(source, true);
	bool is_good = trace_read_each(trace, source, draw_call, &following);
	*shown = following.shown;
	return is_good;
}
