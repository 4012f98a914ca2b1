/* SPDX-License-Identifier: MIT */
#include "viewer/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/completion.h"
#include "format/messages.h"
#include "viewer/hints/hint_rules.h"

static const char *set_view(const struct command_option *option, void *into, const char *value)
{
	const struct view **view = command_member(option, into);

	*view = view_find(value);
	if (*view)
		return NULL;
	const struct view *guess = view_guess(value);
	print_message("sockview: there is no view '%s'; ", value);
	if (guess)
		print_message("did you mean %s? ", guess->name);
	print_message("views are");
	for (size_t i = 0; view_word(i); i++)
		print_message("%s %s", i ? "," : "", view_word(i));
	print_message("\n");
	return COMMAND_REPORTED;
}

static const char *set_filter(const struct command_option *option, void *into, const char *value)
{
	return filter_add(command_member(option, into), (enum filter_kind)option->argument, value);
}

static const char *set_duration(const struct command_option *option, void *into, const char *value)
{
	return filter_duration(value, command_member(option, into))
		       ? NULL
		       : "a time, such as 1.5s, 200ms or 30us";
}

static const char *set_instant(const struct command_option *option, void *into, const char *value)
{
	return filter_instant(value, command_member(option, into))
		       ? NULL
		       : "a time, such as 1.213405s, 200ms or 10:07:25.5";
}

static const char *set_at(const struct command_option *option, void *into, const char *value)
{
	struct view_at *at = command_member(option, into);
	char *end;

	*at = (struct view_at){0};
	errno = 0;
	if (*value >= '1' && *value <= '9' && (at->call = strtoul(value, &end, 10)) && !*end &&
		errno == 0)
		return NULL;
	at->call = 0;
	return filter_instant(value, &at->instant)
		       ? NULL
		       : "the number of a call, or a time, such as 9, 1.213405s or 10:07:25.5";
}

/* What tables there are is known with the view. */
static const char *set_table(const struct command_option *option, void *into, const char *value)
{
	*(const char **)command_member(option, into) = value;
	return NULL;
}

static const char *set_rules(const struct command_option *option, void *into, const char *value)
{
	((struct options *)into)->rules_option = option->name;
	return check_rules_add(command_member(option, into), value) ? NULL : COMMAND_REPORTED;
}

static const char *set_only_rules(
	const struct command_option *option, void *into, const char *value)
{
	struct options *options = into;

	options->is_of_rules = true;
	return set_rules(option, into, value);
}

static const char *set_fail_on(const struct command_option *option, void *into, const char *value)
{
	int weight = command_word_find(hint_weight_word, value);

	if (weight < 0)
		return "breaks, delays, wastes or tells";
	((struct options *)into)->rules_option = option->name;
	check_rules_add_weight(command_member(option, into), (enum hint_weight)weight);
	return NULL;
}

COMMAND_WORDS(
	time_word, [TIME_RELATIVE] = "relative", [TIME_DELTA] = "delta", [TIME_CLOCK] = "clock")
COMMAND_WORDS(scale_word, "folded", "linear")
COMMAND_WORDS(format_word, [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_CSV] = "csv")
COMMAND_WORDS(by_word, "process", "thread")
/* enum sort from SORT_BYTES on */
COMMAND_WORDS(sort_word, "bytes", "time", "calls", "wait", "total", "begin")
COMMAND_WORDS(part_word, [PART_BOTH] = "both", [PART_TIMELINE] = "timeline",
	[PART_SEQUENCE] = "sequence", [PART_STATE] = "state")
COMMAND_WORDS(gap_word, [GAP_CALLS - 1] = "calls", [GAP_ADDRESSES - 1] = "addresses",
	[GAP_FDS - 1] = "fds")
COMMAND_WORDS(family_word, "inet", "inet6", "unix", "netlink", "packet", "vsock")

#define INTO(member) COMMAND_MEMBER(struct options, member)
#define FILTER(kind) INTO(filter), .set = set_filter, .argument = (kind)

static const struct command_option rows[] = {
	{'v', "view", "NAME", "show this view, one of those below", VALUE_WORD, INTO(view),
		.word = view_word, .set = set_view},
	{'o', "output", "FILE",
		"write to FILE; its ending (.html, .svg, .json, ...) chooses the view or format "
		"unless -v or --format does",
		VALUE_FILE, INTO(output)},
	{'f', "follow", NULL,
		"print calls, or with -v exchanges these, when they end, of a trace that is still "
		"being written",
		VALUE_NONE, INTO(is_following)},
	{0, "diff", NULL,
		"show what differs between two traces, such as of a good run and of a bad one; exit "
		"with 0 if nothing does, else with 1",
		VALUE_NONE, INTO(is_diff)},
	{0, "check", "RULES",
		"say whether the trace keeps to RULES, or to those in a file: @FILE; exit with 3 "
		"unless it does",
		VALUE_TEXT, INTO(rules), .set = set_rules},
	{0, "fail-on", "WEIGHT",
		"the same of hints: none of this weight or a heavier one: breaks, delays, wastes, "
		"tells",
		VALUE_WORD, INTO(rules), .word = hint_weight_word, .set = set_fail_on},
	{0, "junit", "FILE", "write what came of the check to FILE, as XML of JUnit", VALUE_FILE,
		INTO(junit)},
	{0, "sarif", "FILE", "write what came of the check to FILE, as SARIF 2.1.0", VALUE_FILE,
		INTO(sarif)},
	{0, "check-rules", "RULES", "say what is wrong with RULES, and read no trace", VALUE_TEXT,
		INTO(rules), .set = set_only_rules},
	{0, "pid", "LIST", "only calls of these processes", VALUE_PIDS, FILTER(FILTER_PID)},
	{0, "program", "LIST", "only calls of programs of these names", VALUE_LIST,
		FILTER(FILTER_PROGRAM)},
	{0, "fd", "LIST", "only calls on these descriptors", VALUE_LIST, FILTER(FILTER_FD)},
	{0, "socket", "LIST", "only calls on these sockets, by their numbers in the trace",
		VALUE_LIST, FILTER(FILTER_SOCKET)},
	{0, "port", "LIST", "only calls on sockets with these ports, at either end", VALUE_LIST,
		FILTER(FILTER_PORT)},
	{0, "address", "LIST", "only calls on sockets with these addresses or paths, at either end",
		VALUE_LIST, FILTER(FILTER_ADDRESS)},
	{0, "family", "LIST", "only calls on sockets of these families: inet, inet6, unix ...",
		VALUE_LIST, FILTER(FILTER_FAMILY), .word = family_word},
	{0, "role", "LIST",
		"only calls on sockets of these roles: listen, connect, accept, socketpair",
		VALUE_LIST, FILTER(FILTER_ROLE), .word = filter_role_word},
	{0, "call", "LIST", "only calls of these names", VALUE_LIST, FILTER(FILTER_CALL)},
	{0, "effect", "LIST", "only calls of these effects: connect, send, receive, close ...",
		VALUE_LIST, FILTER(FILTER_EFFECT), .word = effect_word},
	{0, "errors", NULL, "only calls that failed", VALUE_NONE, INTO(filter.only_errors)},
	{0, "since", "TIME",
		"only calls that ended at TIME or later, as views print it: 1.5s, 10:07:25",
		VALUE_TEXT, INTO(filter.since), .set = set_instant},
	{0, "until", "TIME", "only calls that began at TIME or earlier, as views print it",
		VALUE_TEXT, INTO(filter.until), .set = set_instant},
	{0, "slower-than", "TIME", "only calls, or exchanges, that took longer than TIME",
		VALUE_TEXT, INTO(filter.slower_than_ns), .set = set_duration},
	{0, "time", "KIND",
		"say when: relative to the beginning, delta to the line before, or by the clock",
		VALUE_WORD, INTO(view_options.time), .word = time_word},
	{0, "redact", "[WHAT]",
		"put placeholders for payloads (data), or for addresses, too (addresses)",
		VALUE_WORD, INTO(redact), .word = redaction_level_word, .first = REDACT_DATA,
		.alone = REDACT_DATA},
	{0, "scale", "KIND", "draw time folded (quiet stretches are short) or linear", VALUE_WORD,
		INTO(view_options.is_linear), .word = scale_word},
	{0, "by", "WHAT", "give a column of the sequence to each process or thread", VALUE_WORD,
		INTO(view_options.by_thread), .word = by_word},
	{0, "at", "CALL|TIME",
		"show the state after this call, of those that are counted, or at a time",
		VALUE_TEXT, INTO(view_options.at), .set = set_at},
	{0, "steps", NULL, "show the state after each call, one picture below the other",
		VALUE_NONE, INTO(view_options.is_stepping)},
	{0, "part", "PART",
		"draw this part of the view svg: timeline, sequence, both, or the state",
		VALUE_WORD, INTO(view_options.part), .word = part_word},
	{0, "format", "FORMAT",
		"print the view as text, or for programs what it shows as json, or a table of it as csv",
		VALUE_WORD, INTO(format), .word = format_word, .first = FORMAT_TEXT + 1},
	{0, "table", "NAME", "print this table of the view as csv, and not its first one",
		VALUE_WORD, INTO(view_options.table), .word = csv_table_word, .set = set_table},
	{0, "full", NULL, "show all calls, descriptors and columns, however many there are",
		VALUE_NONE, INTO(view_options.is_full)},
	{0, "top", "N",
		"show only the N descriptors or sockets with the most bytes, exchanges that waited "
		"longest (40)",
		VALUE_NUMBER, INTO(view_options.top), .least = 1},
	{0, "sort", "KEY",
		"show first what has the most bytes, time or calls; exchanges: by wait, total, "
		"bytes or begin",
		VALUE_WORD, INTO(view_options.sort), .word = sort_word, .first = SORT_BYTES},
	{0, "blank", "WHAT",
		"make an exercise of timeline, sequence or state: gaps in place of calls, addresses "
		"or fds, and the answers behind it",
		VALUE_WORD, INTO(view_options.gaps), .word = gap_word, .first = GAP_CALLS},
	{0, "ascii", NULL, "draw with ASCII characters only", VALUE_NONE, INTO(is_ascii)},
	{0, "lang", "LANGUAGE",
		"say it in Chinese (zh), or terms in both; calls, errors and json stay as they are",
		VALUE_WORD, INTO(language), .word = language_word},
	{0, "color", "[WHEN]", "use colours: auto, always or never", VALUE_WORD, INTO(color),
		.word = color_word, .alone = COLOR_ALWAYS},
	{0, "width", "N", "fit the output into N columns", VALUE_NUMBER, INTO(width), .least = 20,
		.most = 10000},
	{0, "no-pager", NULL, "do not show the output through $PAGER", VALUE_NONE, INTO(no_pager)},
};

#define VIEW_INDENT 15

static void print_views(void)
{
	printf("\nViews:\n");
	for (const struct view *view = views; view->name; view++)
		command_print_help(view->help, printf("  %-12s", view->name), VIEW_INDENT);
	printf("\nExit status: 0; 1 if the trace had errors, 2 if the command line had, 3 if a\n"
	       "rule of --check is violated. With --diff: 0 if the traces do not differ, 1 if\n"
	       "they do, 2 in trouble. See sockview(1).\n");
}

static const struct command_line line = {
	.program = "sockview",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.usage = "Usage: sockview [OPTION]... [TRACE]...\n\n"
		 "Shows a trace of socktrace, or several on one axis of time. Without TRACE, or\n"
		 "when it is -, reads standard input.\n\n",
	.print_rest = print_views,
};

/* The view knows what the order is by. */
static bool sorts(const struct options *options)
{
	switch (options->view_options.sort) {
	case SORT_NONE:
	case SORT_BYTES:
	case SORT_TIME:
		return true;
	case SORT_CALLS:
		return !options->view->is_of_exchanges;
	case SORT_WAIT:
	case SORT_TOTAL:
	case SORT_BEGIN:
		return options->view->is_of_exchanges || options->view->has_exchanges;
	}
	return false;
}

/* The options know better than the name of a file. */
static enum command_answer take_output(struct options *options)
{
	const struct view_ending *ending = options->output ? view_ending_of(options->output) : NULL;

	if (options->format > 0)
		options->view_options.format = (enum view_format)(options->format - 1);
	else if (ending && !(options->view && options->view->is_json))
		options->view_options.format = ending->format;
	if (!ending || options->output[0] == '|')
		return COMMAND_GOOD;
	if (ending->view)
		options->view_of_output = view_find(ending->view);
	if (!ending->refusal || options->view || options->format > 0)
		return COMMAND_GOOD;
	print_message("sockview: --output=%s: %s\n", options->output, ending->refusal);
	return command_line_wrong(&line);
}

static enum command_answer take_check(struct options *options)
{
	bool has_rules = options->rules.count > 0;

	if (options->is_of_rules)
		return COMMAND_DONE;
	if (!has_rules && (options->junit || options->sarif)) {
		print_message("sockview: --junit and --sarif go with --check or --fail-on\n");
		return command_line_wrong(&line);
	}
	if (has_rules && options->is_following) {
		print_message(
			"sockview: --check is about a whole trace, and does not follow one\n");
		return command_line_wrong(&line);
	}
	options->is_report = has_rules && !options->view && !options->view_of_output;
	if (options->is_report && options->view_options.format != FORMAT_TEXT) {
		print_message("sockview: --check is told to programs with --sarif=FILE, which is "
			      "JSON, or --junit=FILE\n");
		return command_line_wrong(&line);
	}
	return COMMAND_GOOD;
}

/* The option that was given and does not go with --diff; NULL: all do. */
static const char *beside_diff(const struct options *options)
{
	if (options->is_following)
		return "follow";
	if (options->rules.count > 0)
		return options->rules_option;
	if (options->view_options.gaps != GAP_NONE)
		return "blank";
	return options->view_options.format == FORMAT_CSV ? "format=csv" : NULL;
}

static enum command_answer take_terminal(const struct options *options)
{
	if (!options->view || !options->view->is_for_file ||
		options->view_options.format != FORMAT_TEXT || options->output ||
		!isatty(STDOUT_FILENO))
		return COMMAND_GOOD;
	print_message("sockview: -v %s writes %s not for a terminal: name a file with -o%s\n",
		options->view->name,
		options->view->draw == view_html ? "a page that is" : "bytes that are",
		options->view->is_live ? ", or send it to a program, as in: sockview -v "
					 "pcapng ... | wireshark -k -i -"
				       : "");
	return command_line_wrong(&line);
}

/* It has a view of its own, which is drawn as text, as JSON or as a page. */
static enum command_answer take_diff(struct options *options)
{
	const struct view *page = view_find("html");

	if (options->input_count != 2) {
		print_message("sockview: --diff compares two traces: sockview --diff GOOD BAD\n");
		return command_line_wrong(&line);
	}
	if (strcmp(options->inputs[0], "-") == 0 && strcmp(options->inputs[1], "-") == 0) {
		print_message(
			"sockview: --diff: standard input is one trace; name the other one\n");
		return command_line_wrong(&line);
	}
	if (beside_diff(options)) {
		print_message("sockview: --diff does not go with --%s\n", beside_diff(options));
		return command_line_wrong(&line);
	}
	if (options->view && options->view != page) {
		print_message("sockview: --diff shows what differs as text, with --format=json, or "
			      "with -v html as a page; not as %s\n",
			options->view->name);
		return command_line_wrong(&line);
	}
	return take_terminal(options);
}

static void print_tables(const struct view *view)
{
	for (size_t i = 0; csv_table_of(view->name, i); i++)
		print_message("%s %s", i ? "," : "", csv_table_of(view->name, i));
	print_message("\n");
}

static enum command_answer take_table(struct options *options)
{
	const struct view_options *of_view = &options->view_options;

	if (of_view->format != FORMAT_CSV && of_view->table) {
		print_message("sockview: --table chooses what --format=csv prints\n");
		return command_line_wrong(&line);
	}
	if (of_view->format != FORMAT_CSV || view_table(options->view, of_view))
		return COMMAND_GOOD;
	if (csv_table_of(options->view->name, 0)) {
		print_message("sockview: --table=%s: the view %s has no such table; it has",
			of_view->table, options->view->name);
		print_tables(options->view);
		return command_line_wrong(&line);
	}
	print_message("sockview: --format=csv: the view %s is no table; views with tables:",
		options->view->name);
	for (const struct view *view = views, *before = NULL; view->name; view++)
		if (csv_table_of(view->name, 0)) {
			print_message("%s %s", before ? "," : "", view->name);
			before = view;
		}
	print_message("\n");
	return command_line_wrong(&line);
}

/* One trace through a pipe, which may be made meanwhile. */
static bool comes_in_pieces(const struct options *options)
{
	const char *name = options->input_count > 0 ? options->inputs[0] : "-";
	struct stat status;

	return options->input_count <= 1 &&
	       (strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &status) : stat(name, &status)) == 0 &&
	       !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static enum command_answer take_input(struct options *options, int argc, char **argv)
{
	options->inputs = argv + optind;
	options->input_count = (size_t)(argc - optind);
	if (options->is_following && !options->is_diff &&
		(options->input_count > 1 || (options->view && !options->view->follow))) {
		print_message("sockview: --follow takes one trace, and shows calls or, with -v "
			      "exchanges or -v pcapng, these\n");
		return command_line_wrong(&line);
	}
	if (options->is_following && options->view_options.format != FORMAT_TEXT) {
		print_message(
			"sockview: --follow prints lines; the trace itself is JSON, a call a line\n");
		return command_line_wrong(&line);
	}
	if (options->is_ascii && options->language != LANGUAGE_ENGLISH) {
		print_message("sockview: --lang=%s: Chinese cannot be drawn with --ascii\n",
			language_word(options->language));
		return command_line_wrong(&line);
	}
	if (options->output && options->output[0] == '|') {
		print_message(
			"sockview: --output=%s: expected a file; a command: sockview ... %s\n",
			options->output, options->output);
		return command_line_wrong(&line);
	}
	if (!options->view)
		options->view = options->view_of_output;
	if (options->is_diff)
		return take_diff(options);
	if (!options->view)
		options->view = &views[0];
	options->filter.most = options->view->most;
	if (take_terminal(options) != COMMAND_GOOD)
		return COMMAND_WRONG;
	options->is_following |= options->view->is_live &&
				 options->view_options.format == FORMAT_TEXT &&
				 options->rules.count == 0 && comes_in_pieces(options);
	if (!sorts(options)) {
		print_message("sockview: --sort=%s: %s\n",
			sort_word(options->view_options.sort - 1),
			options->view->is_of_exchanges
				? "exchanges are sorted by wait, total, bytes or begin"
				: "this is for the views exchanges and overview; others: bytes, "
				  "time or calls");
		return command_line_wrong(&line);
	}
	if (options->view_options.gaps != GAP_NONE &&
		(!options->view->has_gaps || options->view_options.format != FORMAT_TEXT)) {
		print_message("sockview: --blank is for the views timeline, sequence and state, as "
			      "text or svg\n");
		return command_line_wrong(&line);
	}
	if (options->view_options.gaps == GAP_CALLS && options->view->draw == view_svg &&
		options->view_options.part == PART_TIMELINE) {
		print_message("sockview: --blank=calls: a picture of the timeline has no names of "
			      "calls; --part=sequence and --part=state have them\n");
		return command_line_wrong(&line);
	}
	if (options->view->draw == view_log &&
		(options->input_count > 1 || !filter_is_empty(&options->filter))) {
		print_message(
			"sockview: the view log, which -v log and the ending of -o FILE mean, is "
			"one trace and all of it; a part: use jq\n");
		return command_line_wrong(&line);
	}
	if (options->input_count == 0 && isatty(STDIN_FILENO)) {
		print_message("sockview: no trace: name its file, or send it to standard input\n");
		return command_line_wrong(&line);
	}
	return COMMAND_GOOD;
}

enum command_answer options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options){.view_options = {.top = 40}};
	enum command_answer answer = completion_answer(&line, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = command_line_parse(&line, options, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = take_output(options);
	if (answer == COMMAND_GOOD)
		answer = take_check(options);
	if (answer == COMMAND_GOOD)
		answer = take_input(options, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = take_table(options);
	options->redaction = redaction_new(options->redact);
	return answer;
}
