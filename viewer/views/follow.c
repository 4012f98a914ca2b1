/* SPDX-License-Identifier: MIT */
#include "viewer/views/follow.h"

#include "viewer/read/trace_read.h"
#include "viewer/wording/call_line.h"
#include "viewer/wording/warnings.h"

struct following {
	struct text *text;
	struct filter *filter;
	enum time_mode time;
	struct line_columns columns; /* from the first call on */
	size_t seen, shown;
	bool is_wrong;
};

static bool begin(struct following *following, const struct trace *trace)
{
	instants_check(trace, following->time);
	struct instants instants =
		instants_of_growing(trace, following->time, following->text->is_ascii);
	following->columns = line_columns_usual(following->text, &instants);
	following->is_wrong = !filter_settle(following->filter, trace);
	return !following->is_wrong;
}

static bool draw(void *context, const struct trace *trace, const struct record_warning *warning)
{
	struct following *following = context;
	const struct call *call = warning ? NULL : &trace->calls[trace->call_count - 1];

	if (!warning && following->seen++ == 0 && !begin(following, trace))
		return false;
	if (warning) {
		warnings_draw_one(following->text, warning, 0);
		text_flush(following->text);
	} else if (filter_fits(following->filter, trace, call)) {
		if (following->shown == 0)
			line_columns_draw_heading(following->text, &following->columns);
		call_line_draw(following->text, &following->columns, trace, call);
		text_flush(following->text);
		following->shown++;
	}
	return !following->text->is_unwanted;
}

bool follow(struct text *text, struct trace *trace, struct source *source, struct filter *filter,
	enum time_mode time, size_t *shown)
{
	struct following following = {.text = text, .filter = filter, .time = time};

	source_follow(source, true);
	bool is_good = trace_read_each(trace, source, draw, &following);
	*shown = following.shown;
	return is_good && !following.is_wrong;
}
