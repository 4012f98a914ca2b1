/* SPDX-License-Identifier: MIT */
/* The model of a trace is whole and const: what is shown is a selection beside it. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"
#include "viewer/views/view.h"

#define ECHO "tests/viewer/traces/tcp_echo.jsonl"

static struct trace *read_whole(const char *name)
{
	struct trace *trace = trace_new();

	trace_read(trace, source_open(name));
	trace_complete(trace);
	return trace;
}

static struct selection *select_by(
	const struct trace *trace, enum filter_kind kind, const char *words)
{
	struct filter filter = {0};
	char wrong[40];

	assert_null(filter_add(&filter, kind, words, wrong, sizeof(wrong)));
	struct selection *selection = selection_new(trace, &filter);
	filter_free(&filter);
	return selection;
}

/* What a view draws of the selection; for the caller to free with text_free. */
static struct text draw(const struct view *view, const struct selection *selection)
{
	struct text text = {.width = 100};

	view->draw(&text, selection, &(struct view_options){.top = 40});
	return text;
}

static void expect_same(const struct text *one, const struct text *other)
{
	assert_int_equal(one->length, other->length);
	assert_memory_equal(one->bytes, other->bytes, one->length);
}

static void where_everything_fits_nothing_is_kept_twice(void **state)
{
	struct trace *trace = read_whole(ECHO);
	struct selection *all = selection_new(trace, &(struct filter){0});

	(void)state;
	assert_null(all->has_call);
	assert_null(all->has_socket);
	assert_null(all->calls);
	assert_ptr_equal(
		selection_calls(all, trace->descriptors[0]), &trace->descriptors[0]->calls);
	assert_int_equal(all->call_count, trace->call_count);
	assert_int_equal(all->left_out, 0);
	selection_free(all);
	trace_free(trace);
}

static void a_selection_has_the_calls_that_fit_and_their_sums(void **state)
{
	struct trace *trace = read_whole(ECHO);
	struct selection *sends = select_by(trace, FILTER_EFFECT, "send");
	size_t count = 0, descriptors = 0;

	(void)state;
	for (uint32_t i = 0; i < trace->call_count; i++) {
		assert_int_equal(
			selection_has_call(sends, i), trace->calls[i].effect == EFFECT_SEND);
		count += trace->calls[i].effect == EFFECT_SEND;
	}
	assert_true(count > 0);
	assert_int_equal(sends->call_count, count);
	assert_int_equal(sends->left_out, trace->call_count - count);
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		const struct call_list *shown = selection_calls(sends, descriptor);
		assert_int_equal(shown->bytes_in, 0);
		assert_int_equal(shown->bytes_out, descriptor->calls.bytes_out);
		assert_int_equal(shown->transfers_out, shown->count);
		assert_int_equal(selection_has_descriptor(sends, descriptor), shown->count > 0);
		descriptors += shown->count > 0;
	}
	assert_int_equal(sends->descriptor_count, descriptors);
	assert_true(descriptors < trace->descriptor_count);
	selection_free(sends);
	trace_free(trace);
}

static void a_selection_by_socket_has_what_belongs_to_it(void **state)
{
	struct trace *trace = read_whole("tests/viewer/traces/waits.jsonl");
	struct selection *one = select_by(trace, FILTER_SOCKET, "2");
	size_t waits = 0;

	(void)state;
	for (size_t i = 0; i < trace->socket_count; i++)
		assert_int_equal(
			selection_has_socket(one, trace->sockets[i]), trace->sockets[i]->id == 2);
	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		for (size_t j = 0; j < descriptor->calls.count; j++)
			if (descriptor->socket->id == 2)
				assert_true(selection_has_call(one, descriptor->calls.list[j]));
	}
	for (uint32_t i = 0; i < trace->call_count; i++)
		waits += selection_has_call(one, i) && call_is(&trace->calls[i], CALL_WAITS);
	assert_true(waits > 0);
	selection_free(one);
	trace_free(trace);
}

/* Several selections stand beside each other, and what one shows does not depend on another. */
static void a_selection_does_not_change_the_trace(void **state)
{
	struct trace *trace = read_whole(ECHO);
	struct selection *all = selection_new(trace, &(struct filter){0});

	(void)state;
	for (const struct view *view = views; view->name; view++) {
		struct text before = draw(view, all);
		struct selection *few = select_by(trace, FILTER_CALL, "accept*,close");
		struct text shown = draw(view, few), after = draw(view, all);
		assert_true(view->draw == view_log || shown.length != before.length);
		expect_same(&before, &after);
		selection_free(few);
		text_free(&before);
		text_free(&shown);
		text_free(&after);
	}
	selection_free(all);
	trace_free(trace);
}

/* A reset comes from the peer's close, also where that is not shown. */
static void what_is_true_does_not_depend_on_what_is_shown(void **state)
{
	struct trace *trace = read_whole("tests/viewer/traces/reset.jsonl");
	struct selection *client = select_by(trace, FILTER_FD, "3");
	struct text text = draw(view_find("sequence"), client);

	(void)state;
	assert_non_null(memmem(text.bytes, text.length, "ECONNRESET ✗╌", strlen("ECONNRESET ✗╌")));
	text_free(&text);
	selection_free(client);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_everything_fits_nothing_is_kept_twice),
		cmocka_unit_test(a_selection_has_the_calls_that_fit_and_their_sums),
		cmocka_unit_test(a_selection_by_socket_has_what_belongs_to_it),
		cmocka_unit_test(a_selection_does_not_change_the_trace),
		cmocka_unit_test(what_is_true_does_not_depend_on_what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
