#include "viewer/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/command_line.h"

static bool set_view(void *into, const char *value)
{
	struct options *options = into;

	options->view = view_find(value);
	if (!options->view)
		fprintf(stderr, "sockview: there is no view '%s'\n", value);
	return options->view != NULL;
}

static bool set_output(void *into, const char *value)
{
	struct options *options = into;

	options->output = value;
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
	static const char *const words[] = {"auto", "always", "never"};

	for (int i = 0; value && i < 3; i++) {
		if (strcmp(words[i], value) == 0) {
			options->color = (enum color)i;
			return true;
		}
	}
	if (value)
		return wrong_value("color", value, "auto, always or never");
	options->color = COLOR_ALWAYS;
	return true;
}

static bool set_scale(void *into, const char *value)
{
	struct options *options = into;

	options->view_options.is_linear = strcmp(value, "linear") == 0;
	if (!options->view_options.is_linear && strcmp(value, "folded") != 0)
		return wrong_value("scale", value, "folded or linear");
	return true;
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

static const struct command_option rows[] = {
	{'v', "view", "NAME", "the view to show", set_view},
	{'o', "output", "FILE", "write to FILE instead of standard output", set_output},
	{0, "scale", "KIND", "time: folded (idle gaps are short) or linear", set_scale},
	{0, "full", NULL, "every call of long stories", set_full},
	{0, "ascii", NULL, "plain letters only", set_ascii},
	{0, "color", "[WHEN]", "colours: auto, always or never", set_color},
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
	.usage = "Usage: sockview [OPTION]... [TRACE]\n\n"
		 "Shows a trace of socktrace. Without TRACE, or when it is -, reads standard "
		 "input.\n\n",
	.print_rest = print_views,
};

static enum command_answer take_input(struct options *options, int argc, char **argv)
{
	if (argc - optind > 1) {
		fprintf(stderr, "sockview: one trace at a time, not also '%s'\n", argv[optind + 1]);
		return command_line_wrong(&line);
	}
	if (optind < argc && strcmp(argv[optind], "-") != 0)
		options->input = argv[optind];
	if (!options->input && isatty(STDIN_FILENO)) {
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

	*options = (struct options){.view = &views[0], .wants_pager = true};
	enum command_answer answer = command_line_parse(&line, options, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = take_input(options, argc, argv);
	return answers[answer];
}
