#include "viewer/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/version.h"

static bool set_view(struct options *options, const char *value)
{
	options->view = view_find(value);
	if (!options->view)
		fprintf(stderr, "sockview: there is no view '%s'\n", value);
	return options->view != NULL;
}

static bool set_output(struct options *options, const char *value)
{
	options->output = value;
	return true;
}

static bool set_ascii(struct options *options, const char *value)
{
	(void)value;
	options->is_ascii = true;
	return true;
}

static bool set_full(struct options *options, const char *value)
{
	(void)value;
	options->view_options.is_full = true;
	return true;
}

static bool set_no_pager(struct options *options, const char *value)
{
	(void)value;
	options->wants_pager = false;
	return true;
}

static bool wrong_value(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "sockview: --%s=%s: expected %s\n", option, value, expected);
	return false;
}

static bool set_color(struct options *options, const char *value)
{
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

static bool set_scale(struct options *options, const char *value)
{
	options->view_options.is_linear = strcmp(value, "linear") == 0;
	if (!options->view_options.is_linear && strcmp(value, "folded") != 0)
		return wrong_value("scale", value, "folded or linear");
	return true;
}

static bool set_width(struct options *options, const char *value)
{
	char *end;
	unsigned long width = strtoul(value, &end, 10);

	if (*end != '\0' || value[0] < '0' || value[0] > '9' || width < 20 || width > 10000)
		return wrong_value("width", value, "a number of columns from 20 to 10000");
	options->width = width;
	return true;
}

/* Every option: the parser, --help and the checks of man page and completion read this. */
static const struct option_row {
	char letter; /* 0: none */
	const char *name;
	const char *value; /* NULL: it takes none; in brackets: it may be left out */
	const char *help;
	bool (*set)(struct options *options, const char *value); /* NULL: help or version */
} rows[] = {
	{'v', "view", "NAME", "the view to show", set_view},
	{'o', "output", "FILE", "write to FILE instead of standard output", set_output},
	{0, "scale", "KIND", "time: folded (idle gaps are short) or linear", set_scale},
	{0, "full", NULL, "every call of long stories", set_full},
	{0, "ascii", NULL, "plain letters only", set_ascii},
	{0, "color", "[WHEN]", "colours: auto, always or never", set_color},
	{0, "width", "N", "fit into N columns", set_width},
	{0, "no-pager", NULL, "do not show through $PAGER", set_no_pager},
	{'h', "help", NULL, "print this help", NULL},
	{'V', "version", NULL, "print the version", NULL},
};

#define ROWS         (sizeof(rows) / sizeof(rows[0]))
#define FIRST_NUMBER 256 /* of options without a letter */

static int number_of(size_t row)
{
	return rows[row].letter ? rows[row].letter : FIRST_NUMBER + (int)row;
}

static void print_help(void)
{
	printf("Usage: sockview [OPTION]... [TRACE]\n\n"
	       "Shows a trace of socktrace. Without TRACE, or when it is -, reads standard "
	       "input.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		const char *value = rows[i].value ? rows[i].value : "";
		char name[40];
		if (*value == '[')
			snprintf(name, sizeof(name), "--%s[=%s", rows[i].name, value + 1);
		else
			snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, *value ? "=" : "",
				value);
		printf("  %c%c%c %-16s %s\n", rows[i].letter ? '-' : ' ',
			rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ',' : ' ', name,
			rows[i].help);
	}
	printf("\nViews:\n");
	for (const struct view *view = views; view->name; view++)
		printf("  %-12s %s\n", view->name, view->help);
	printf("\nExit status: 0; 1 if the trace had errors, 2 if the command line had. See\n"
	       "sockview(1).\n");
}

static enum options_answer wrong(void)
{
	fprintf(stderr, "Try 'sockview --help'.\n");
	return OPTIONS_WRONG;
}

static enum options_answer apply(struct options *options, int number)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (number_of(i) != number)
			continue;
		if (rows[i].set)
			return rows[i].set(options, optarg) ? OPTIONS_SHOW : wrong();
		if (rows[i].letter == 'h')
			print_help();
		else
			printf("sockview %s\n", SOCKLINE_VERSION);
		return OPTIONS_DONE;
	}
	return wrong();
}

/* getopt's own form of the table. */
static void make_getopt(char *letters, struct option *names)
{
	for (size_t i = 0; i < ROWS; i++) {
		int argument = !rows[i].value          ? no_argument
			       : *rows[i].value == '[' ? optional_argument
						       : required_argument;
		names[i] = (struct option){rows[i].name, argument, NULL, number_of(i)};
		if (rows[i].letter)
			*letters++ = rows[i].letter;
		if (rows[i].letter && rows[i].value)
			*letters++ = ':';
	}
	*letters = '\0';
	names[ROWS] = (struct option){0};
}

static enum options_answer take_input(struct options *options, int argc, char **argv)
{
	if (argc - optind > 1) {
		fprintf(stderr, "sockview: one trace at a time, not also '%s'\n", argv[optind + 1]);
		return wrong();
	}
	if (optind < argc && strcmp(argv[optind], "-") != 0)
		options->input = argv[optind];
	if (!options->input && isatty(STDIN_FILENO)) {
		fprintf(stderr,
			"sockview: no trace: name its file, or send it to standard input\n");
		return wrong();
	}
	return OPTIONS_SHOW;
}

enum options_answer options_parse(struct options *options, int argc, char **argv)
{
	char letters[2 * ROWS + 1];
	struct option names[ROWS + 1];
	int number;

	*options = (struct options){.view = &views[0], .wants_pager = true};
	make_getopt(letters, names);
	argv[0] = (char *)"sockview"; /* what getopt's messages begin with */
	while ((number = getopt_long(argc, argv, letters, names, NULL)) >= 0) {
		enum options_answer answer = apply(options, number);
		if (answer != OPTIONS_SHOW)
			return answer;
	}
	return take_input(options, argc, argv);
}
