/* sockview: shows what socktrace has recorded. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "viewer/options.h"
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

static bool write_file(const char *name, const struct text *text)
{
	FILE *file = fopen(name, "we");

	if (!file)
		return false;
	bool is_good = fwrite(text->bytes, 1, text->length, file) == text->length;
	return (fclose(file) == 0) && is_good;
}

static int show(const struct options *options, const struct trace *trace)
{
	struct text text = {.has_color = has_color(options),
		.is_ascii = options->is_ascii,
		.width = options->width ? options->width : terminal_width()};
	bool is_good;

	options->view->draw(&text, trace, &options->view_options);
	if (options->output)
		is_good = write_file(options->output, &text);
	else
		is_good = terminal_show(text.bytes, text.length, options->wants_pager);
	if (!is_good)
		fprintf(stderr, "sockview: %s: %s\n",
			options->output ? options->output : "standard output", strerror(errno));
	text_free(&text);
	return is_good ? GOOD : USAGE;
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
