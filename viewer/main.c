/* sockview: shows what socktrace has recorded. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "viewer/options.h"
#include "viewer/output.h"
#include "viewer/terminal.h"
#include "viewer/trace_read.h"

#define GOOD        0
#define TRACE_WRONG 1
#define USAGE       2

static bool has_color(const struct options *options)
{
	if (options->color == COLOR_AUTO)
		return !options->output && terminal_has_color();
	return options->color == COLOR_ALWAYS;
}

static int show(const struct options *options, const struct trace *trace)
{
	struct output *output = output_new(options->output, options->wants_pager);
	struct text text = {.has_color = has_color(options),
		.is_ascii = options->is_ascii,
		.width = options->width ? options->width : terminal_width(),
		.sink = output_write,
		.context = output};

	options->view->draw(&text, trace, &options->view_options);
	text_flush(&text);
	text_free(&text);
	int problem = output_finish(output);
	if (problem == 0)
		return GOOD;
	fprintf(stderr, "sockview: %s: %s\n", options->output ? options->output : "standard output",
		strerror(problem));
	return USAGE;
}

static int read_all(struct trace *trace, const struct options *options)
{
	struct source *source = source_open(options->input);

	if (!source) {
		fprintf(stderr, "sockview: %s: %s\n", options->input, strerror(errno));
		return USAGE;
	}
	return trace_read(trace, source) ? GOOD : TRACE_WRONG;
}

int main(int argc, char **argv)
{
	struct options options;
	enum options_answer answer = options_parse(&options, argc, argv);

	if (answer != OPTIONS_SHOW)
		return answer;
	struct trace *trace = trace_new();
	int problem = read_all(trace, &options);
	if (problem != GOOD) {
		trace_free(trace);
		return problem;
	}
	trace_finish(trace);
	int status = show(&options, trace);
	if (status == GOOD && trace->problems > 0)
		status = TRACE_WRONG;
	trace_free(trace);
	return status;
}
