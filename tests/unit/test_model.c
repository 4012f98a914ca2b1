/* SPDX-License-Identifier: MIT */
/* The model of a trace is whole and const: what is shown is a selection beside it, and when the
 * trace has grown it is completed again. */
#include "tests/unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viewer/layout/packets.h"
#include "viewer/read/parser.h"
#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"
#include "viewer/views/view.h"

#define TRACES "tests/viewer/traces/"
#define ECHO   TRACES "tcp_echo.jsonl"

/* Reads one more part; completes the trace, and looks at it, after each `step` lines, and after the
 * last one. */
static void read_in_steps(struct trace *trace, const char *name, size_t step)
{
	struct source *source = source_open(name);
	struct parsed_line *line;

	assert_non_null(source);
	trace_begin_source(trace, source);
	struct parser *parser = parser_new(source);
	while ((line = parser_next(parser))) {
		if (line->problem)
			continue;
		trace_add(trace, &line->record, line->offset, line->length);
		if (parser_line_number(parser) % step != 0)
			continue;
		trace_complete(trace);
		trace_causal_order(trace);
	}
	parser_free(parser);
	trace_complete(trace);
}

static struct trace *read_whole(const char *name)
{
	struct trace *trace = trace_new();

	read_in_steps(trace, name, SIZE_MAX);
	return trace;
}

/* The filter is there until the next call. */
static struct selection *select_by(
	const struct trace *trace, enum filter_kind kind, const char *words)
{
	static struct filter filter;

	filter_free(&filter);
	filter = (struct filter){0};
	assert_null(filter_add(&filter, kind, words));
	return selection_new(trace, &filter);
}

static void of_too_many_calls_the_first_are_selected(void **state)
{
	struct trace *trace = read_whole(ECHO);
	struct filter filter = {.most = trace->call_count - 1};
	struct selection *cut = selection_new(trace, &filter);

	(void)state;
	assert_true(cut->is_cut);
	assert_int_equal(cut->call_count, trace->call_count - 1);
	assert_int_equal(cut->left_out, 1);
	assert_true(selection_has_call(cut, 0));
	assert_false(selection_has_call(cut, (uint32_t)trace->call_count - 1));
	selection_free(cut);
	filter.most++;
	struct selection *whole = selection_new(trace, &filter);
	assert_false(whole->is_cut);
	assert_null(whole->has_call);
	selection_free(whole);
	trace_free(trace);
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
	struct trace *trace = read_whole(TRACES "waits.jsonl");
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
	struct trace *trace = read_whole(TRACES "reset.jsonl");
	struct selection *client = select_by(trace, FILTER_FD, "3");
	struct text text = draw(view_find("sequence"), client);

	(void)state;
	assert_non_null(memmem(text.bytes, text.length, "ECONNRESET ✗╌", strlen("ECONNRESET ✗╌")));
	text_free(&text);
	selection_free(client);
	trace_free(trace);
}

/* Each view of the traces, read in steps, is that of the traces as they were read at once. */
static void expect_same_in_steps(const char *const *names, size_t count, size_t step)
{
	struct trace *at_once = trace_new(), *grown = trace_new();

	for (size_t i = 0; i < count; i++) {
		read_in_steps(at_once, names[i], SIZE_MAX);
		read_in_steps(grown, names[i], step);
	}
	struct selection *expected = selection_new(at_once, &(struct filter){0});
	struct selection *selection = selection_new(grown, &(struct filter){0});
	for (const struct view *view = views; view->name; view++) {
		struct text before = draw(view, expected), after = draw(view, selection);
		expect_same(&before, &after);
		text_free(&before);
		text_free(&after);
	}
	selection_free(expected);
	selection_free(selection);
	trace_free(at_once);
	trace_free(grown);
}

static void a_trace_that_has_grown_is_completed_again(void **state)
{
	DIR *folder = opendir(TRACES);
	size_t count = 0;

	(void)state;
	assert_non_null(folder);
	for (const struct dirent *entry; (entry = readdir(folder));) {
		char name[400];
		const char *names[] = {name};
		if (!strstr(entry->d_name, ".jsonl"))
			continue;
		snprintf(name, sizeof(name), TRACES "%s", entry->d_name);
		expect_same_in_steps(names, 1, 1);
		expect_same_in_steps(names, 1, 7);
		count++;
	}
	closedir(folder);
	assert_true(count > 5);
}

/* The file's name is good until the next one is written. */
static const char *write_lines(int number, const char *lines)
{
	static char names[2][40];
	char *name = strcpy(names[number], "/tmp/test_model.XXXXXX");
	int file = mkstemp(name);

	assert_int_equal(write(file, lines, strlen(lines)), strlen(lines));
	close(file);
	return name;
}

#define HEADER   "{\"type\":\"trace\",\"version\":1,\"started\":\"2026-01-01T00:00:00.0Z\"}\n"
#define AT(port) "{\"family\":\"AF_INET\",\"address\":\"127.0.0.1\",\"port\":" #port "}"
#define CALL(time, pid, name, effect, on)                                                     \
	"{\"type\":\"call\",\"seq\":1,\"time_ns\":" #time ",\"duration_ns\":10,\"pid\":" #pid \
	",\"tid\":" #pid ",\"name\":\"" name "\",\"effect\":\"" effect                        \
	"\",\"fd\":3,\"descriptor\":" #on ",\"socket\":" #on ","

/* The clocks of two traces differ, and by how much is only known when both are read: what was
 * corrected by too little is corrected anew. */
static void clocks_are_corrected_anew(void **state)
{
	const char *client =
		HEADER CALL(1000, 1, "connect", "connect", 1) "\"args\":{\"address\":" AT(
			7) "},\"result\":0,\"local\":" AT(5) ",\"peer\":" AT(7) "}\n" CALL(3000, 1,
			"send", "send", 1) "\"args\":{},\"result\":9,\"bytes\":9}\n" CALL(5000, 1,
			"recv", "receive", 1) "\"args\":{},\"result\":4,\"bytes\":4}\n"
					      "{\"type\":\"end\",\"time_ns\":6000,\"calls\":3}\n";
	const char *server = HEADER CALL(50, 2, "listen", "listen",
		1) "\"args\":{},\"result\":0,\"local\":" AT(7) "}\n" CALL(100, 2, "accept",
		"accept",
		1) "\"args\":{\"address\":" AT(5) "},\"result\":4,\"local\":" AT(7) ",\"peer\":" AT(5) ",\"new\":[{\"fd\":4,\"descriptor\":2,\"socket\":2}]}\n" CALL(200,
		2, "recv", "receive", 2) "\"args\":{},\"result\":9,\"bytes\":9}\n" CALL(300, 2,
		"send", "send", 2) "\"args\":{},\"result\":4,\"bytes\":4}\n"
				   "{\"type\":\"end\",\"time_ns\":400,\"calls\":4}\n";
	const char *names[] = {write_lines(0, client), write_lines(1, server)};
	struct trace *trace = trace_new();

	(void)state;
	read_in_steps(trace, names[0], 1);
	read_in_steps(trace, names[1], 1);
	assert_true(trace->parts[1].correction_ns > 0);
	trace_free(trace);
	expect_same_in_steps(names, 2, 1);
	unlink(names[0]);
	unlink(names[1]);
}

/* That a socket was accepted is taken from the port that listens, as long as no call says more. */
static void what_was_only_concluded_gives_way_to_what_is_read(void **state)
{
#define FOUND(time, number, local, rest)                                               \
	"{\"type\":\"descriptor\",\"event\":\"inherit\",\"time_ns\":" #time            \
	",\"descriptor\":" #number ",\"socket\":" #number ",\"pid\":1,\"fd\":" #number \
	",\"reason\":\"attach\",\"family\":"                                           \
	"\"AF_INET\",\"socket_type\":\"SOCK_STREAM\",\"local\":" local rest "}\n"
	const char *lines = HEADER FOUND(10, 1, AT(7), ",\"state\":\"TCP_LISTEN\"") FOUND(
		20, 2, AT(7), ",\"peer\":" AT(5)) FOUND(30, 3, AT(5), ",\"peer\":" AT(7)) FOUND(40,
		4, AT(7), ",\"peer\":" AT(6))
		CALL(50, 1, "connect", "connect", 4) "\"args\":{\"address\":" AT(6) "},\"result\":0,\"local\":" AT(
			7) ",\"peer\":" AT(6) "}\n"
					      "{\"type\":\"end\",\"time_ns\":90,\"calls\":1}\n";
	const char *names[] = {write_lines(0, lines)};
	struct trace *trace = trace_new();

	(void)state;
	read_in_steps(trace, names[0], 1);
	assert_int_equal(trace->sockets[1]->direction, DIRECTION_IN);
	assert_ptr_equal(trace->sockets[1]->other_end, trace->sockets[2]);
	assert_int_equal(trace->sockets[3]->direction, DIRECTION_OUT);
	trace_free(trace);
	expect_same_in_steps(names, 1, 1);
	unlink(names[0]);
}

/* Who acknowledges when depends on what is known by then; what is carried does not. */
struct taken {
	size_t until, carrying;
	uint64_t bytes;
};

static bool take_packet(void *context, const struct trace *trace, const struct captured *packet)
{
	struct taken *taken = context;

	(void)trace;
	assert_true(packet->call == NO_CALL || packet->call < taken->until);
	taken->carrying += packet->length > 0;
	taken->bytes += packet->length;
	return true;
}

/* So many calls more each time. */
static struct taken take_packets(const struct selection *selection, size_t step)
{
	size_t count = selection->trace->call_count;
	struct taken taken = {0};
	struct packet_sink sink = {.context = &taken, .packet = take_packet};
	struct packets *packets = packets_new(&sink);

	while (taken.until < count) {
		taken.until = count - taken.until > step ? taken.until + step : count;
		packets_take(packets, selection, taken.until, taken.until == count);
	}
	packets_free(packets);
	return taken;
}

static void packets_are_of_the_calls_that_were_asked_for(void **state)
{
	struct trace *trace = read_whole(ECHO);
	struct selection *all = selection_new(trace, &(struct filter){0});
	struct taken whole = take_packets(all, SIZE_MAX);

	(void)state;
	assert_int_equal(whole.bytes, 62);
	for (size_t step = 1; step < trace->call_count; step++) {
		struct taken taken = take_packets(all, step);
		assert_int_equal(taken.carrying, whole.carrying);
		assert_int_equal(taken.bytes, whole.bytes);
	}
	selection_free(all);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_everything_fits_nothing_is_kept_twice),
		cmocka_unit_test(of_too_many_calls_the_first_are_selected),
		cmocka_unit_test(a_selection_has_the_calls_that_fit_and_their_sums),
		cmocka_unit_test(a_selection_by_socket_has_what_belongs_to_it),
		cmocka_unit_test(a_selection_does_not_change_the_trace),
		cmocka_unit_test(what_is_true_does_not_depend_on_what_is_shown),
		cmocka_unit_test(a_trace_that_has_grown_is_completed_again),
		cmocka_unit_test(clocks_are_corrected_anew),
		cmocka_unit_test(what_was_only_concluded_gives_way_to_what_is_read),
		cmocka_unit_test(packets_are_of_the_calls_that_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
