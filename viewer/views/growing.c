/* SPDX-License-Identifier: MIT */
#include "viewer/views/growing.h"

#include <time.h>

#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"

/* The trace is looked at no sooner than so long after the last look, and than so many times as long
 * as that took: all of it is completed anew. */
#define LOOK_NS    100000000
#define LOOK_TIMES 10

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void look(struct growing *growing, bool is_last)
{
	int64_t begin_ns = now_ns();

	trace_complete(growing->trace);
	growing->looks_again = growing->look(growing->context, is_last);
	growing->looked_at = growing->trace->call_count;
	int64_t end_ns = now_ns(), rest_ns = LOOK_TIMES * (end_ns - begin_ns);
	growing->next_ns = end_ns + (rest_ns > LOOK_NS ? rest_ns : LOOK_NS);
}

static void look_while_idle(void *context)
{
	struct growing *growing = context;

	bool has_more = growing->looks_again || growing->trace->call_count != growing->looked_at;

	if (growing->has_begun && !growing->is_wrong && has_more && now_ns() >= growing->next_ns)
		look(growing, false);
}

static void begin(struct growing *growing)
{
	growing->has_begun = true;
	growing->next_ns = now_ns() + LOOK_NS;
	if (growing->begin)
		growing->begin(growing->context);
	growing->is_wrong = !filter_settle(growing->filter, growing->trace);
}

static bool see(void *context, const struct trace *trace, const struct record_warning *warning)
{
	struct growing *growing = context;

	(void)trace;
	if (warning && growing->warn)
		growing->warn(growing->context, warning);
	else if (!warning && !growing->has_begun)
		begin(growing);
	if (!warning && now_ns() >= growing->next_ns)
		look_while_idle(growing);
	return !growing->text->is_unwanted && !growing->is_wrong;
}

bool growing_follow(struct growing *growing, struct source *source)
{
	source_follow(source, true);
	source_on_idle(source, look_while_idle, growing);
	bool is_good = trace_read_each(growing->trace, source, see, growing);
	source_on_idle(source, NULL, NULL);
	if (growing->has_begun && !growing->is_wrong)
		look(growing, true);
	return is_good && !growing->is_wrong;
}
