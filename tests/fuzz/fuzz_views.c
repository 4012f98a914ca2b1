/* SPDX-License-Identifier: MIT */
/*
 * Traces of any bytes, shown in each view of the table with any options, and checked: the first
 * line of an input is the options, the rest the trace; and rules of any bytes. Nothing crashes or
 * hangs, and nothing that the trace says is obeyed by what reads the view: no terminal moves, no
 * markup begins.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format/key_line.h"
#include "format/utf8.h"
#include "perfetto.pb-c.h"
#include "tests/fuzz/target.h"
#include "viewer/check/check_find.h"
#include "viewer/check/check_junit.h"
#include "viewer/check/check_report.h"
#include "viewer/check/check_sarif.h"
#include "viewer/options.h"
#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"
#include "viewer/views/follow.h"
#include "viewer/views/page.h"
#include "viewer/views/view_diff.h"

static void expect(bool is_true)
{
	if (!is_true)
		abort();
}

/* The length of a colour's sequence, which is ours; 0 when it is none. */
static size_t color_length(const char *bytes, size_t length)
{
	size_t digits = 2;

	if (length < 3 || memcmp(bytes, "\033[", 2) != 0)
		return 0;
	while (digits < length && strchr("0123456789;", bytes[digits]) && bytes[digits])
		digits++;
	return digits < length && bytes[digits] == 'm' ? digits + 1 : 0;
}

/* Controls of ASCII and of Unicode, and what changes the direction of what is read. */
static bool is_obeyed(unsigned int code)
{
	return (code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0) ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

static void expect_lines(const struct text *text)
{
	for (size_t at = 0, step; at < text->length; at += step) {
		const char *bytes = text->bytes + at;
		if (text->has_color && (step = color_length(bytes, text->length - at)) > 0)
			continue;
		step = utf8_character((const unsigned char *)bytes, text->length - at);
		expect(step > 0);
		expect(!is_obeyed(utf8_code_point((const unsigned char *)bytes, step)));
	}
	expect(text->length == 0 || text->bytes[text->length - 1] == '\n');
}

static bool begins(const char *bytes, size_t length, const char *const words[])
{
	for (; *words; words++)
		if (length >= strlen(*words) && memcmp(bytes, *words, strlen(*words)) == 0)
			return true;
	return false;
}

static size_t count_of(const char *bytes, size_t length, char byte)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == byte;
	return count;
}

/* Every tag is one that we draw with, and every reference one that we escape with. */
static void expect_picture(const struct text *text)
{
	static const char *const tags[] = {"<svg ", "</svg>", "<style>", "</style>", "<rect ",
		"<g ", "</g>", "<text ", "</text>", "<path ", NULL};
	static const char *const references[] = {"&lt;", "&gt;", "&amp;", "&quot;", NULL};

	expect_lines(text);
	for (size_t at = 0; at < text->length; at++) {
		if (text->bytes[at] == '<')
			expect(begins(text->bytes + at, text->length - at, tags));
		if (text->bytes[at] == '&')
			expect(begins(text->bytes + at, text->length - at, references));
	}
	expect(count_of(text->bytes, text->length, '<') ==
		count_of(text->bytes, text->length, '>'));
}

/* A page has the tags of its parts, and a trace adds none. */
static void expect_page(const struct text *text)
{
	size_t own = text->length == 0 ? 0
				       : count_of(page_template, strlen(page_template), '<') +
						 count_of(page_style, strlen(page_style), '<') +
						 count_of(page_script, strlen(page_script), '<');

	expect(count_of(text->bytes, text->length, '<') == own);
}

/* A semicolon ends a statement, unless it ends an entity. */
static void expect_diagram(const struct text *text)
{
	expect_lines(text);
	for (size_t at = 0; at < text->length; at++) {
		size_t digits = at;
		while (text->bytes[at] == ';' && digits > 0 && text->bytes[digits - 1] >= '0' &&
			text->bytes[digits - 1] <= '9')
			digits--;
		expect(text->bytes[at] != ';' ||
			(digits > 0 && digits < at && text->bytes[digits - 1] == '#'));
	}
}

/* One line, which a library reads. Nothing in it ends an element of a page. */
static void expect_json(const struct text *text)
{
	expect_lines(text);
	expect(count_of(text->bytes, text->length, '<') == 0);
	expect(count_of(text->bytes, text->length, '\n') == 1);
	/* The library takes no key with that, which the view log may have from a trace. */
	if (memmem(text->bytes, text->length, "\\u0000", 6))
		return;
	json_t *shown = json_loadb(text->bytes, text->length, 0, NULL);
	expect(json_is_object(shown));
	json_decref(shown);
}

static uint32_t number_at(const struct text *text, size_t at)
{
	uint32_t number;

	expect(at + sizeof(number) <= text->length);
	memcpy(&number, text->bytes + at, sizeof(number));
	return number;
}

/* Nothing but keys, as whole lines: draft-ietf-opsawg-pcapng, 4.7. */
static void expect_keys(const struct text *text, size_t at, size_t length)
{
	const char *line = text->bytes + at + 16, *end = line + number_at(text, at + 12), *newline;

	expect(length >= 20 && (size_t)(end - line) <= length - 20 && line < end);
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		expect(newline && key_line_is_good(line, newline));
	}
}

/* Blocks that are whole: draft-ietf-opsawg-pcapng, 3.1 and 4.3. */
static void expect_packets(const struct text *text)
{
	for (size_t at = 0, length; at < text->length; at += length) {
		length = number_at(text, at + 4);
		expect(length >= 12 && length % 4 == 0 && length <= text->length - at);
		expect(number_at(text, at + length - 4) == length);
		if (number_at(text, at) == 10)
			expect_keys(text, at, length);
		if (number_at(text, at) == 6)
			expect(number_at(text, at + 20) <= number_at(text, at + 24) &&
				number_at(text, at + 20) <= length - 32);
	}
}

/* Packets in the order of time, in which nothing is on a track that is not described. */
static void expect_tracks(const struct text *text)
{
	Perfetto__Trace *trace =
		perfetto__trace__unpack(NULL, text->length, (const uint8_t *)text->bytes);
	uint64_t time_ns = 0, tracks = 0;

	expect(trace != NULL);
	for (size_t i = 0; i < trace->n_packet; i++) {
		const Perfetto__TracePacket *packet = trace->packet[i];
		expect(packet->base.n_unknown_fields == 0 && packet->has_sequence_flags);
		expect(!packet->has_timestamp || packet->timestamp >= time_ns);
		time_ns = packet->has_timestamp ? packet->timestamp : time_ns;
		if (packet->track_descriptor)
			expect(packet->track_descriptor->uuid == ++tracks &&
				packet->track_descriptor->parent_uuid < tracks);
		if (packet->track_event)
			expect(packet->track_event->track_uuid > 0 &&
				packet->track_event->track_uuid <= tracks);
	}
	perfetto__trace__free_unpacked(trace, NULL);
}

/* What is not in here is read on a terminal. */
static const struct {
	const char *view;
	void (*expect)(const struct text *text);
} readers[] = {{"html", expect_page}, {"svg", expect_picture}, {"mermaid", expect_diagram},
	{"pcapng", expect_packets}, {"perfetto", expect_tracks}};

static void expect_harmless(
	const struct view *view, enum view_format format, const struct text *text)
{
	if (view && format != FORMAT_TEXT && text->length > 0) {
		if (format == FORMAT_JSON)
			expect_json(text);
		else
			expect_lines(text);
		return;
	}
	for (size_t i = 0; view && i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(readers[i].view, view->name) == 0) {
			readers[i].expect(text);
			return;
		}
	expect_lines(text);
}

static bool collect(void *shown, const char *bytes, size_t length)
{
	text_raw(shown, bytes, length);
	return true;
}

/* The options of the first line. What is wrong with them has been told: it goes on without. A
 * filter with a wrong word in it is none. */
static void take_options(struct input *input, struct options *options, char words[256])
{
	static char program[] = "sockview", trace[] = "trace";
	char *arguments[32] = {program, trace};
	int count = 2;
	const uint8_t *end = memchr(input->bytes, '\n', input->size);
	size_t length = end ? (size_t)(end - input->bytes) : input->size;

	memset(words, 0, 256);
	memcpy(words, input->bytes, length < 255 ? length : 255);
	input->bytes += length + !!end;
	input->size -= length + !!end;
	for (char *word = strtok(words, " "); word && count < 31; word = strtok(NULL, " "))
		arguments[count++] = word;
	optind = 0; /* from the beginning again: getopt(3) */
	if (options_parse(options, count, arguments) != COMMAND_GOOD) {
		filter_free(&options->filter);
		options->filter = (struct filter){0};
	}
}

/* A file, or a pipe, so that what follows a trace knows its end. Returns what to close. */
static int open_trace(const struct input *input, bool is_pipe)
{
	int pipes[2];

	if (!is_pipe) {
		int file = memfd_create("trace", MFD_CLOEXEC);
		expect(write(file, input->bytes, input->size) == (ssize_t)input->size);
		return file;
	}
	expect(pipe2(pipes, O_CLOEXEC) == 0);
	fcntl(pipes[1], F_SETPIPE_SZ, 1 << 20);
	expect(write(pipes[1], input->bytes, input->size) == (ssize_t)input->size);
	close(pipes[1]);
	return pipes[0];
}

static void show(
	const struct view *view, struct text *text, struct options *options, struct source *source)
{
	struct trace *trace = trace_new();
	size_t shown;

	if (!view) {
		bool (*following)(struct text *, struct trace *, struct source *, struct filter *,
			enum time_mode, size_t *) = options->view_options.is_full ? follow_exchanges
						    : options->view_options.is_linear
							    ? follow_pcapng
							    : follow;
		following(
			text, trace, source, &options->filter, options->view_options.time, &shown);
	} else if (trace_read(trace, source)) {
		trace_complete(trace);
		struct selection *selection = selection_new(trace, &options->filter);
		view_show(view, text, selection, &options->view_options);
		selection_free(selection);
	}
	text_flush(text);
	trace_free(trace);
}

/* A rule of each kind, so that all of them are looked at. */
static const char all_rules[] =
	"connect only 10.0.0.0/8,[::1]:80,unix:/x*; connect not :80; listen only loopback; listen not "
	"inet; no failed connects to unix; no failed exchanges; no pending exchanges; exchange within "
	"1us to :80; answer within 1ns in p; at most 1 connections; at most 1 open sockets; no unclosed "
	"sockets; no hints";

static void expect_rules(const struct check_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		expect(*rules->list[i].text && !strpbrk(rules->list[i].text, "\n;"));
}

static void check(struct options *options, struct source *source)
{
	struct trace *trace = trace_new();
	struct text report = {.width = 80, .is_ascii = options->is_ascii}, junit = {0}, sarif = {0};
	char problem[200];

	if (trace_read(trace, source)) {
		trace_complete(trace);
		expect(check_rules_read(
			&options->rules, "all", all_rules, problem, sizeof(problem)));
		struct selection *selection = selection_new(trace, &options->filter);
		struct checks *checks = checks_new(selection, &options->rules, &report);
		check_report(
			&report, checks, options->view_options.time, options->view_options.is_full);
		check_junit(&junit, checks);
		check_sarif(&sarif, checks);
		checks_free(checks);
		selection_free(selection);
		expect_lines(&report);
		expect_lines(&junit);
		expect_json(&sarif);
	}
	text_free(&report);
	text_free(&junit);
	text_free(&sarif);
	trace_free(trace);
}

/* Reads bytes of a trace as one of two. NULL: it is none. */
static struct selection *select_one(
	struct trace *trace, struct options *options, const uint8_t *bytes, size_t size)
{
	struct input input = {.bytes = bytes, .size = size};
	char name[40];
	int fd = open_trace(&input, false);

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	bool is_good = trace_read(trace, source_open(name));
	close(fd);
	if (!is_good)
		return NULL;
	trace_complete(trace);
	return selection_new(trace, &options->filter);
}

/* The trace, and what begins it or ends it; a trace does not differ from itself. */
static void compare(struct options *options, const struct input *input)
{
	size_t part = input->size / 2;
	bool is_end = options->view_options.is_linear, is_same = options->view_options.is_full;
	struct trace *traces[2] = {trace_new(), trace_new()};
	struct selection *selections[2] = {
		select_one(traces[0], options, input->bytes, input->size),
		is_same  ? select_one(traces[1], options, input->bytes, input->size)
		: is_end ? select_one(traces[1], options, input->bytes + part, input->size - part)
			 : select_one(traces[1], options, input->bytes, part)};
	struct string_table words = {0};
	struct text told = {0}, drawn = {.width = options->width ? options->width : 80}, page = {0};

	if (selections[0] && selections[1]) {
		struct side *sides[2];
		bool is_nameless =
			trace_has_no_payloads(traces[0]) || trace_has_no_payloads(traces[1]);
		for (int i = 0; i < 2; i++)
			sides[i] = side_new(selections[i], &words, is_nameless, options->language);
		struct differences *differences =
			differences_new(sides[0], sides[1], 0, options->is_ascii);
		expect(!is_same || differences->count == 0);
		options->view_options.format = FORMAT_TEXT;
		view_diff(&drawn, differences, &options->view_options);
		expect_lines(&drawn);
		view_diff_page(&page, differences, &options->view_options);
		options->view_options.format = FORMAT_JSON;
		view_diff(&told, differences, &options->view_options);
		expect_json(&told);
		differences_free(differences);
		side_free(sides[0]);
		side_free(sides[1]);
	}
	for (int i = 0; i < 2; i++) {
		if (selections[i])
			selection_free(selections[i]);
		trace_free(traces[i]);
	}
	string_table_free(&words);
	text_free(&told);
	text_free(&drawn);
	text_free(&page);
}

/* They are read, or it is said what is wrong; and so are they as they are written then. */
static void read_rules(const struct input *input)
{
	struct check_rules rules = {0}, again = {0};
	char problem[1000] = "", *words = strndup((const char *)input->bytes, input->size);

	bool is_good = check_rules_read(&rules, "rules", words, problem, sizeof(problem));
	expect(is_good ? rules.count > 0 : strncmp(problem, "rules:", 6) == 0);
	expect_rules(&rules);
	for (size_t i = 0; i < rules.count; i++) {
		const struct check_rule *rule = &rules.list[i];
		expect(check_rules_read(&again, "again", rule->text, problem, sizeof(problem)));
		expect(again.count == i + 1 && again.list[i].kind == rule->kind &&
			again.list[i].addresses.count == rule->addresses.count);
		check_addresses_match(&rule->addresses, "AF_INET", words);
		check_addresses_match(&rule->addresses, "AF_UNIX", words);
	}
	check_rules_free(&rules);
	check_rules_free(&again);
	free(words);
}

static size_t view_count(void)
{
	size_t count = 0;

	while (views[count].name)
		count++;
	return count;
}

/* Behind the views. */
static const char *const others[] = {"follow", "check", "rules", "diff", NULL};

enum { OTHER_FOLLOW, OTHER_CHECK, OTHER_RULES, OTHER_DIFF };

const char *target_name(size_t target)
{
	return target < view_count() ? views[target].name : others[target - view_count()];
}

void target_run(size_t target, struct input *input)
{
	struct options options;
	char words[256], name[40];
	const struct view *view = target < view_count() ? &views[target] : NULL;
	size_t other = view ? 0 : target - view_count();

	if (!view && other == OTHER_RULES) {
		read_rules(input);
		return;
	}
	take_options(input, &options, words);
	if (view && options.view_options.format == FORMAT_CSV &&
		!view_table(view, &options.view_options))
		options.view_options.format = FORMAT_JSON;
	struct text shown = {.has_color = options.color == COLOR_ALWAYS};
	struct text text = {.sink = collect,
		.context = &shown,
		.has_color = shown.has_color,
		.is_ascii = options.is_ascii,
		.width = options.width ? options.width : 80};
	if (!view && other == OTHER_DIFF) {
		compare(&options, input);
		filter_free(&options.filter);
		check_rules_free(&options.rules);
		redaction_free(options.redaction);
		return;
	}
	int fd = open_trace(input, !view && other == OTHER_FOLLOW);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	struct source *source = source_open(name);
	expect(source != NULL);
	if (options.redaction)
		source_redact(source, options.redaction);
	if (!view && other == OTHER_CHECK)
		check(&options, source);
	else
		show(view, &text, &options, source);
	bool is_packets = !view && other == OTHER_FOLLOW && options.view_options.is_linear &&
			  !options.view_options.is_full;
	expect_harmless(is_packets ? view_find("pcapng") : view,
		is_packets ? FORMAT_TEXT : options.view_options.format, &shown);
	text_free(&text);
	text_free(&shown);
	filter_free(&options.filter);
	check_rules_free(&options.rules);
	redaction_free(options.redaction);
	close(fd);
}
