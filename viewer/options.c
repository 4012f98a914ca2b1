/* SPDX-License-Identifier: MIT */
#include "viewer/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/command_line.h"
#include "format/completion.h"

static bool set_view(void *into, const char *value)
{
	struct options *options = into;

	options->view = view_find(value);
	if (options->view)
		return true;
	const struct view *guess = view_guess(value);
	fprintf(stderr, "sockview: there is no view '%s'; ", value);
	if (guess)
		fprintf(stderr, "did you mean %s? ", guess->name);
	fprintf(stderr, "views are");
	for (const struct view *view = views; view->name; view++)
		fprintf(stderr, "%s %s", view == views ? "" : ",", view->name);
	fputc('\n', stderr);
	return false;
}

static bool set_output(void *into, const char *value)
{
	struct options *options = into;

	options->output = value;
	if (value[0] == '|') {
		fprintf(stderr,
			"sockview: --output=%s: expected a file; a command: sockview ... %s\n",
			value, value);
		return false;
	}
	return true;
}

static bool set_ascii(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->is_ascii = true;
	return true;
}

static bool set_full(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->view_options.is_full = true;
	return true;
}

static bool set_no_pager(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->wants_pager = false;
	return true;
}

static bool wrong_value(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "sockview: --%s=%s: expected %s\n", option, value, expected);
	return false;
}

static bool set_color(void *into, const char *value)
{
	struct options *options = into;

	return color_find(value, &options->color) || wrong_value("color", value, COLOR_WORDS);
}

COMMAND_WORDS(scale_word, "folded", "linear")

static bool set_scale(void *into, const char *value)
{
	struct options *options = into;
	int index = command_word_find(scale_word, value);

	options->view_options.is_linear = index == 1;
	return index >= 0 || wrong_value("scale", value, "folded or linear");
}

static bool set_top(void *into, const char *value)
{
	struct options *options = into;
	char *end;
	unsigned long top = strtoul(value, &end, 10);

	if (*end != '\0' || value[0] < '0' || value[0] > '9' || top == 0)
		return wrong_value("top", value, "a number from 1 on");
	options->view_options.top = top;
	return true;
}

/* In the order of enum sort, without SORT_NONE. */
COMMAND_WORDS(sort_word, "bytes", "time", "calls")

static bool set_sort(void *into, const char *value)
{
	struct options *options = into;
	int index = command_word_find(sort_word, value);

	options->view_options.sort = (enum sort)(SORT_BYTES + index);
	return index >= 0 || wrong_value("sort", value, "bytes, time or calls");
}

COMMAND_WORDS(by_word, "process", "thread")

static bool set_by(void *into, const char *value)
{
	struct options *options = into;
	int index = command_word_find(by_word, value);

	options->view_options.by_thread = index == 1;
	return index >= 0 || wrong_value("by", value, "process or thread");
}

COMMAND_WORDS(
	part_word, [PART_BOTH] = "both", [PART_TIMELINE] = "timeline", [PART_SEQUENCE] = "sequence")

static bool set_part(void *into, const char *value)
{
	struct options *options = into;
	int index = command_word_find(part_word, value);

	options->view_options.part = (enum view_part)index;
	return index >= 0 || wrong_value("part", value, "timeline, sequence or both");
}

static bool set_width(void *into, const char *value)
{
	struct options *options = into;
	char *end;
	unsigned long width = strtoul(value, &end, 10);

	if (*end != '\0' || value[0] < '0' || value[0] > '9' || width < 20 || width > 10000)
		return wrong_value("width", value, "a number of columns from 20 to 10000");
	options->width = width;
	return true;
}

static bool add_to_filter(void *into, enum filter_kind kind, const char *option, const char *value)
{
	struct options *options = into;
	char wrong[100];
	const char *expected = filter_add(&options->filter, kind, value, wrong, sizeof(wrong));

	return expected ? wrong_value(option, value, expected) : true;
}

#define FILTER(name, kind)                                      \
	static bool set_##name(void *into, const char *value)   \
	{                                                       \
		return add_to_filter(into, kind, #name, value); \
	}

FILTER(pid, FILTER_PID)
FILTER(program, FILTER_PROGRAM)
FILTER(fd, FILTER_FD)
FILTER(socket, FILTER_SOCKET)
FILTER(port, FILTER_PORT)
FILTER(address, FILTER_ADDRESS)
FILTER(family, FILTER_FAMILY)
FILTER(role, FILTER_ROLE)
FILTER(call, FILTER_CALL)
FILTER(effect, FILTER_EFFECT)

static bool set_errors(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->filter.only_errors = true;
	return true;
}

static bool set_time(const char *option, const char *value, int64_t *time_ns)
{
	if (filter_time(value, time_ns))
		return true;
	return wrong_value(option, value, "a time, such as 1.5s, 200ms or 30us");
}

static bool set_since(void *into, const char *value)
{
	struct options *options = into;

	return set_time("since", value, &options->filter.since_ns);
}

static bool set_until(void *into, const char *value)
{
	struct options *options = into;

	options->filter.has_until = true;
	return set_time("until", value, &options->filter.until_ns);
}

static bool set_slower_than(void *into, const char *value)
{
	struct options *options = into;

	return set_time("slower-than", value, &options->filter.slower_than_ns);
}

static bool set_follow(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->is_following = true;
	return true;
}

static bool set_redact(void *into, const char *value)
{
	struct options *options = into;

	enum redaction_level level;

	if (!redaction_level_find(value, &level))
		return wrong_value("redact", value, "data or addresses");
	redaction_free(options->redaction);
	options->redaction = redaction_new(level);
	return true;
}

COMMAND_WORDS(family_word, "inet", "inet6", "unix", "netlink", "packet", "vsock")

static const struct command_option rows[] = {
	{'v', "view", "NAME", "the view to show", set_view, .word = view_word},
	{'o', "output", "FILE",
		"write to FILE, whose ending (.html, .svg, ...) may choose the view", set_output,
		VALUE_FILE},
	{'f', "follow", NULL, "print calls as they end, of a trace that still grows", set_follow},
	{0, "pid", "LIST", "show only these processes' calls", set_pid, VALUE_PIDS},
	{0, "program", "LIST", "those of programs of these names", set_program, VALUE_LIST},
	{0, "fd", "LIST", "on these descriptors", set_fd, VALUE_LIST},
	{0, "socket", "LIST", "on these sockets, by their numbers in the trace", set_socket,
		VALUE_LIST},
	{0, "port", "LIST", "on sockets with these ports, at either end", set_port, VALUE_LIST},
	{0, "address", "LIST", "on sockets with these addresses or paths, at either end",
		set_address, VALUE_LIST},
	{0, "family", "LIST", "on sockets of these families: inet, inet6, unix ...", set_family,
		VALUE_LIST, family_word},
	{0, "role", "LIST", "on sockets of these roles: listen, connect, accept, socketpair",
		set_role, VALUE_LIST, filter_role_word},
	{0, "call", "LIST", "of these names", set_call, VALUE_LIST},
	{0, "effect", "LIST", "of these effects: connect, send, receive, close ...", set_effect,
		VALUE_LIST, effect_word},
	{0, "errors", NULL, "that failed", set_errors},
	{0, "since", "TIME", "that ended later than TIME after the beginning: 1.5s, 200ms",
		set_since},
	{0, "until", "TIME", "that began earlier than that", set_until},
	{0, "slower-than", "TIME", "that took longer", set_slower_than},
	{0, "redact", "[WHAT]",
		"put placeholders for what moved (data), or for addresses, too (addresses)",
		set_redact, .word = redaction_level_word},
	{0, "scale", "KIND", "time: folded (idle gaps are short) or linear", set_scale,
		.word = scale_word},
	{0, "by", "WHAT", "columns of the sequence: process or thread", set_by, .word = by_word},
	{0, "part", "PART", "of the picture: timeline, sequence or both", set_part,
		.word = part_word},
	{0, "full", NULL, "leave nothing out that is many", set_full},
	{0, "top", "N", "of many descriptors or sockets the N with the most bytes (40)", set_top},
	{0, "sort", "KEY", "the most first: by bytes, time or calls", set_sort, .word = sort_word},
	{0, "ascii", NULL, "plain letters only", set_ascii},
	{0, "color", "[WHEN]", "colours: auto, always or never", set_color, .word = color_word},
	{0, "width", "N", "fit into N columns", set_width},
	{0, "no-pager", NULL, "do not show through $PAGER", set_no_pager},
};

static void print_views(void)
{
	printf("\nViews:\n");
	for (const struct view *view = views; view->name; view++)
		printf("  %-12s %s\n", view->name, view->help);
	printf("\nExit status: 0; 1 if the trace had errors, 2 if the command line had. See\n"
	       "sockview(1).\n");
}

static const struct command_line line = {
	.program = "sockview",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.usage = "Usage: sockview [OPTION]... [TRACE]...\n\n"
		 "Shows a trace of socktrace, or several on one axis of time. Without TRACE, or "
		 "when it\nis -, reads standard input.\n\n",
	.print_rest = print_views,
};

static enum command_answer take_input(struct options *options, int argc, char **argv)
{
	options->inputs = argv + optind;
	options->input_count = (size_t)(argc - optind);
	if (options->is_following && (options->input_count > 1 || options->view)) {
		fprintf(stderr, "sockview: --follow takes one trace, and has a view of its own\n");
		return command_line_wrong(&line);
	}
	if (!options->view && options->output)
		options->view = view_for_file(options->output);
	if (!options->view)
		options->view = &views[0];
	if (options->view->draw == view_log &&
		(options->input_count > 1 || !filter_is_empty(&options->filter))) {
		fprintf(stderr,
			"sockview: the view log, which -v log and the ending of -o FILE mean, is "
			"one trace and all of it; a part: use jq\n");
		return command_line_wrong(&line);
	}
	if (options->input_count == 0 && isatty(STDIN_FILENO)) {
		fprintf(stderr,
			"sockview: no trace: name its file, or send it to standard input\n");
		return command_line_wrong(&line);
	}
	return COMMAND_GOOD;
}

enum options_answer options_parse(struct options *options, int argc, char **argv)
{
	static const enum options_answer answers[] = {
		[COMMAND_GOOD] = OPTIONS_SHOW,
		[COMMAND_DONE] = OPTIONS_DONE,
		[COMMAND_WRONG] = OPTIONS_WRONG,
	};

	*options = (struct options){.wants_pager = true, .view_options = {.top = 40}};
	enum command_answer answer = completion_answer(&line, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = command_line_parse(&line, options, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = take_input(options, argc, argv);
	return answers[answer];
}
