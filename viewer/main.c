/* SPDX-License-Identifier: MIT */
/* sockview: shows what socktrace has recorded. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "format/log_file.h"
#include "format/messages.h"
#include "viewer/check/check_find.h"
#include "viewer/check/check_junit.h"
#include "viewer/check/check_report.h"
#include "viewer/check/check_sarif.h"
#include "viewer/options.h"
#include "viewer/read/file_order.h"
#include "viewer/read/trace_read.h"
#include "viewer/relate/complete.h"
#include "viewer/term/gaps.h"
#include "viewer/term/output.h"
#include "viewer/term/terminal.h"
#include "viewer/views/follow.h"
#include "viewer/views/view_diff.h"
#include "viewer/wording/header.h"
#include "viewer/wording/warnings.h"

#define GOOD        0
#define TRACE_WRONG 1
#define USAGE       2
#define VIOLATED    3

/* Of --diff: as diff(1) has them, and 2 for all trouble. */
#define DIFFERS 1
#define TROUBLE 2

static bool has_color(const struct options *options)
{
	if (options->color == COLOR_AUTO)
		return !options->output && terminal_has_color();
	return options->color == COLOR_ALWAYS;
}

static bool is_for_programs(const struct options *options)
{
	return options->view_options.format != FORMAT_TEXT;
}

/* Programs read it in the words that are documented. */
static enum language language_of(const struct options *options)
{
	return is_for_programs(options) ? LANGUAGE_ENGLISH : options->language;
}

static struct text begin_text(const struct options *options, struct output *output)
{
	return (struct text){.has_color = has_color(options),
		.is_ascii = options->is_ascii,
		.gaps = options->view_options.gaps,
		.language = language_of(options),
		.width = options->width ? options->width : terminal_width(),
		.is_window = options->width || (!options->output && terminal_is_there()),
		.sink = output_write,
		.context = output};
}

/* Returns GOOD, or USAGE when it could not be written. `name`: of the file, or NULL. */
static int end_text(const char *name, struct text *text, struct output *output)
{
	text_flush(text);
	text_free(text);
	int problem = output_finish(output);
	if (problem == 0)
		return GOOD;
	print_message(
		"sockview: %s: %s\n", name ? name : "standard output", log_file_error(problem));
	return USAGE;
}

static bool write_error(void *context, const char *bytes, size_t length)
{
	(void)context;
	return write(STDERR_FILENO, bytes, length) == (ssize_t)length;
}

/* A table of CSV has no room for it, nor have some views. */
static void say_beside(const struct trace *trace, size_t left_out)
{
	struct text text = {.width = SIZE_MAX, .sink = write_error};

	warnings_draw(&text, trace);
	text_flush(&text);
	text_free(&text);
	if (left_out > 0)
		print_message("sockview: %zu more %s left out, of which the table has no row "
			      "(--top=N, --full)\n",
			left_out, left_out == 1 ? "is" : "are");
}

static int show(const struct options *options, const struct selection *selection)
{
	struct output *output = output_new(options->output, !options->no_pager);
	struct text text = begin_text(options, output);

	/* In what other programs read nothing can be said. */
	if ((options->view->is_data || is_for_programs(options)) &&
		!options->view->is_of_exchanges && header_is_empty(selection))
		print_message("sockview: %s\n",
			header_nothing(selection->trace, selection->left_out > 0));
	if (selection->is_cut)
		print_message(
			"sockview: %s: the first %zu calls only, as browsers take no more; %zu are "
			"left out (choose others, as by --since, --call or --socket)\n",
			options->view->name, selection->call_count, selection->left_out);
	struct gaps *gaps = text.gaps && !options->view->is_data ? gaps_new(&text) : NULL;
	size_t left_out = view_show(options->view, &text, selection, &options->view_options);
	if (options->view_options.format == FORMAT_CSV ||
		(options->view_options.format == FORMAT_TEXT && options->view->warns_beside))
		say_beside(selection->trace, left_out);
	if (gaps)
		gaps_finish(gaps);
	return end_text(options->output, &text, output);
}

/* Writes what came of a check for other programs; nothing where no file is named. */
static int write_check(const char *name, const struct checks *checks,
	void (*write)(struct text *text, const struct checks *checks))
{
	if (!name)
		return GOOD;
	struct output *output = output_new(name, false);
	struct text text = {.width = SIZE_MAX, .sink = output_write, .context = output};
	write(&text, checks);
	return end_text(name, &text, output);
}

/* Says it where the view is, or beside a view that was asked for, too. */
static int report(const struct options *options, const struct checks *checks, struct text text)
{
	struct output *output = NULL;

	if (options->is_report) {
		output = output_new(options->output, !options->no_pager);
		text = begin_text(options, output);
	}
	check_report(&text, checks, options->view_options.time, options->view_options.is_full);
	if (options->is_report)
		return end_text(options->output, &text, output);
	text_flush(&text);
	text_free(&text);
	return GOOD;
}

/* Returns VIOLATED when a rule is, but USAGE when that could not be written. */
static int check(const struct options *options, const struct selection *selection)
{
	struct text text = {.is_ascii = options->is_ascii,
		.language = options->language,
		.width = SIZE_MAX,
		.sink = write_error};
	struct checks *checks = checks_new(selection, &options->rules, &text);
	int status = report(options, checks, text);

	/* What programs read is English. */
	if (text.language != LANGUAGE_ENGLISH && (options->junit || options->sarif)) {
		text.language = LANGUAGE_ENGLISH;
		checks_free(checks);
		checks = checks_new(selection, &options->rules, &text);
	}
	if (status == GOOD)
		status = write_check(options->junit, checks, check_junit);
	if (status == GOOD)
		status = write_check(options->sarif, checks, check_sarif);
	if (status == GOOD && checks->violated > 0)
		status = VIOLATED;
	checks_free(checks);
	return status;
}

/* A user who forgets -v names a view where a trace is to stand. */
static void complain_of_input(const char *name, int error)
{
	const struct view *view = error == ENOENT && name ? view_guess(name) : NULL;

	print_message("sockview: %s: %s", name ? name : "standard input", strerror(error));
	if (view)
		print_message("; did you mean -v %s?", view->name);
	print_message("\n");
}

static struct source *open_input(const struct options *options, const char *name)
{
	struct source *source = source_open(name && strcmp(name, "-") != 0 ? name : NULL);

	if (!source) {
		complain_of_input(name, errno);
		return NULL;
	}
	const char *const written[] = {options->output, options->junit, options->sarif};
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		if (!written[i] || !source_is_file(source, written[i]))
			continue;
		print_message(
			"sockview: %s: is the trace itself, and is not overwritten\n", written[i]);
		source_close(source);
		return NULL;
	}
	if (options->redaction)
		source_redact(source, options->redaction);
	return source;
}

static int read_one(struct trace *trace, const struct options *options, const char *name)
{
	struct source *source = open_input(options, name);

	if (!source)
		return USAGE;
	return trace_read(trace, source) ? GOOD : TRACE_WRONG;
}

static int read_all(struct trace *trace, const struct options *options)
{
	int problem = options->input_count == 0 ? read_one(trace, options, NULL) : GOOD;

	if (options->input_count > 1)
		file_order_sort(options->inputs, options->input_count);
	for (size_t i = 0; problem == GOOD && i < options->input_count; i++)
		problem = read_one(trace, options, options->inputs[i]);
	return problem;
}

static int follow_one(struct trace *trace, struct options *options)
{
	const char *name = options->input_count > 0 ? options->inputs[0] : NULL;
	struct source *source = open_input(options, name);

	if (!source)
		return USAGE;
	struct output *output = output_new(options->output, false);
	struct text text = begin_text(options, output);
	size_t shown = 0;
	bool is_good = (options->view->follow ? options->view->follow : follow)(
		&text, trace, source, &options->filter, options->view_options.time, &shown);
	if (is_good && shown == 0)
		print_message("sockview: %s\n", header_nothing(trace, trace->call_count > 0));
	int status = end_text(options->output, &text, output);
	return status == GOOD && !is_good ? TRACE_WRONG : status;
}

static int show_all(struct trace *trace, struct options *options)
{
	int problem = read_all(trace, options);

	if (problem != GOOD)
		return problem;
	trace_complete(trace);
	instants_check(trace, options->view_options.time);
	if (!filter_settle(&options->filter, trace))
		return USAGE;
	if (!filter_instant_settle(&options->view_options.at.instant, trace, true)) {
		print_message(
			"sockview: the trace does not say when it began: --at needs a call, or a "
			"time that counts from its beginning\n");
		return USAGE;
	}
	struct selection *selection = selection_new(trace, &options->filter);
	int status = options->is_report ? GOOD : show(options, selection);
	if (status == GOOD && options->rules.count > 0)
		status = check(options, selection);
	selection_free(selection);
	return status;
}

/* Nothing differs from nothing: a name that is misspelt would be good for ever. */
static bool have_nothing(
	const struct selection *const selections[2], const struct differences *differences)
{
	return differences->count == 0 && header_is_empty(selections[0]) &&
	       header_is_empty(selections[1]) &&
	       (selections[0]->left_out > 0 || selections[1]->left_out > 0);
}

static int write_differences(const struct options *options, const struct differences *differences)
{
	struct output *output = output_new(options->output, !options->no_pager);
	struct text text = begin_text(options, output);

	(options->view && options->view_options.format != FORMAT_JSON ? view_diff_page : view_diff)(
		&text, differences, &options->view_options);
	int status = end_text(options->output, &text, output);
	return status == GOOD && differences->count > 0 ? DIFFERS : status;
}

/* The filters hold for each trace, and so does a time, which counts from its beginning. */
static struct selection *select_of(
	const struct options *options, struct trace *trace, const char *name, struct filter *filter)
{
	if (read_one(trace, options, name) != GOOD)
		return NULL;
	trace_complete(trace);
	instants_check(trace, options->view_options.time);
	*filter = options->filter;
	/* What is slow is said of the comparison: else what is fast in one would be missing. */
	filter->slower_than_ns = 0;
	return filter_settle(filter, trace) ? selection_new(trace, filter) : NULL;
}

static int show_differences(
	const struct options *options, const struct selection *const selections[2])
{
	struct string_table words = {0};
	struct side *sides[2];
	bool is_nameless = trace_has_no_payloads(selections[0]->trace) ||
			   trace_has_no_payloads(selections[1]->trace);

	for (int i = 0; i < 2; i++)
		sides[i] = side_new(selections[i], &words, is_nameless, language_of(options));
	struct differences *differences = differences_new(
		sides[0], sides[1], options->filter.slower_than_ns, options->is_ascii);
	int status = TROUBLE;
	if (have_nothing(selections, differences))
		print_message("sockview: --diff: no call of either trace fits the filters\n");
	else
		status = write_differences(options, differences);
	differences_free(differences);
	side_free(sides[0]);
	side_free(sides[1]);
	string_table_free(&words);
	return status;
}

static int diff(const struct options *options)
{
	struct trace *traces[2] = {trace_new(), trace_new()};
	struct selection *selections[2] = {NULL, NULL};
	struct filter filters[2];
	int status = TROUBLE;

	for (int i = 0; i < 2 && (i == 0 || selections[0]); i++)
		selections[i] = select_of(options, traces[i], options->inputs[i], &filters[i]);
	if (selections[0] && selections[1])
		status = show_differences(options, (const struct selection *const *)selections);
	/* What is missing from a trace may be all that differs. */
	if (traces[0]->problems > 0 || traces[1]->problems > 0)
		status = TROUBLE;
	for (int i = 0; i < 2; i++) {
		if (selections[i])
			selection_free(selections[i]);
		trace_free(traces[i]);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct options options;

	messages_begin();
	enum command_answer answer = options_parse(&options, argc, argv);
	int status = answer == COMMAND_DONE ? GOOD : USAGE;

	if (answer == COMMAND_GOOD && options.is_diff) {
		status = diff(&options);
	} else if (answer == COMMAND_GOOD) {
		struct trace *trace = trace_new();
		status = options.is_following ? follow_one(trace, &options)
					      : show_all(trace, &options);
		if (status == GOOD && trace->problems > 0)
			status = TRACE_WRONG;
		trace_free(trace);
	}
	filter_free(&options.filter);
	check_rules_free(&options.rules);
	redaction_free(options.redaction);
	return status;
}
