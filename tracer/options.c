#include "tracer/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "format/version.h"
#include "tracer/capture.h"

#define DEFAULT_PAYLOAD 64

static bool set_output(struct options *options, const char *value)
{
	options->output = value;
	return true;
}

static bool set_quiet(struct options *options, const char *value)
{
	(void)value;
	options->is_quiet = true;
	return true;
}

static bool set_payload(struct options *options, const char *value)
{
	char *end;

	if (strcmp(value, "all") == 0) {
		options->payload = PAYLOAD_ALL;
		return true;
	}
	errno = 0;
	unsigned long bytes = strtoul(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno || bytes > PAYLOAD_ALL) {
		fprintf(stderr,
			"socktrace: --payload=%s: expected a number of bytes (0 for none) or all\n",
			value);
		return false;
	}
	options->payload = bytes;
	return true;
}

static bool set_calls(struct options *options, const char *value)
{
	char wrong[64];

	if (selection_add(&options->selection, value, wrong, sizeof(wrong)))
		return true;
	fprintf(stderr,
		"socktrace: --calls=%s: '%s' is no effect and no call that is recorded; effects "
		"are",
		value, wrong);
	for (int effect = 0; effect < EFFECT_COUNT; effect++)
		fprintf(stderr, "%s %s", effect ? "," : "", effect_name((enum effect)effect));
	fputc('\n', stderr);
	return false;
}

/* The words of a list of processes may be separated by commas and by what pgrep(1) and pidof(1)
 * put between theirs. */
static bool set_attach(struct options *options, const char *value)
{
	const char *at = value;
	char *end;

	for (;; at = end) {
		at += strspn(at, ", \t\n");
		if (*at == '\0')
			break;
		long pid = strtol(at, &end, 10);
		if (*at < '0' || *at > '9' || pid <= 0 || pid > INT_MAX ||
			(*end && !strchr(", \t\n", *end))) {
			fprintf(stderr, "socktrace: --attach=%s: expected process ids\n", value);
			return false;
		}
		options->pids =
			xrealloc(options->pids, (options->pid_count + 1) * sizeof(*options->pids));
		options->pids[options->pid_count++] = (pid_t)pid;
	}
	if (options->pid_count == 0)
		fprintf(stderr, "socktrace: --attach: no process id\n");
	return options->pid_count > 0;
}

static bool set_no_follow(struct options *options, const char *value)
{
	(void)value;
	options->no_follow = true;
	return true;
}

/* Every option: the parser, --help and the checks of man page and completion read this. */
static const struct option_row {
	char letter; /* 0: none */
	const char *name;
	const char *value; /* NULL: it takes none */
	const char *help;
	bool (*set)(struct options *options, const char *value); /* NULL: help or version */
} rows[] = {
	{'o', "output", "FILE", "write the trace to FILE, - for standard output", set_output},
	{'q', "quiet", NULL, "with -o: print nothing about the trace", set_quiet},
	{0, "payload", "N", "keep N bytes of what a call moves (64; 0 none; all)", set_payload},
	{'e', "calls", "LIST", "record these effects and calls only; ! leaves out", set_calls},
	{'p', "attach", "PID", "trace the process PID, which runs already, until Ctrl-C",
		set_attach},
	{0, "no-follow", NULL, "leave out the processes that the program starts", set_no_follow},
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
	printf("Usage: socktrace [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
	       "       socktrace [OPTION]... -p PID...\n\n"
	       "Runs PROGRAM and records what it does with its sockets. Without -o, its timeline\n"
	       "is shown on standard error when it has ended.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char name[40];
		snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, rows[i].value ? "=" : "",
			rows[i].value ? rows[i].value : "");
		printf("  %c%c%c %-16s %s\n", rows[i].letter ? '-' : ' ',
			rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ',' : ' ', name,
			rows[i].help);
	}
	printf("\nExit status: that of PROGRAM; 125 if socktrace failed, 126 if PROGRAM could not "
	       "be\n"
	       "executed, 127 if it was not found. See socktrace(1).\n");
}

static enum options_answer wrong(void)
{
	fprintf(stderr, "Try 'socktrace --help'.\n");
	return OPTIONS_WRONG;
}

static enum options_answer apply(struct options *options, int number)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (number_of(i) != number)
			continue;
		if (rows[i].set)
			return rows[i].set(options, optarg) ? OPTIONS_TRACE : wrong();
		if (rows[i].letter == 'h')
			print_help();
		else
			printf("socktrace %s\n", SOCKLINE_VERSION);
		return OPTIONS_DONE;
	}
	return wrong();
}

/* getopt's own form of the table. "+": the first word that is no option is the program. */
static void make_getopt(char *letters, struct option *names)
{
	*letters++ = '+';
	for (size_t i = 0; i < ROWS; i++) {
		names[i] = (struct option){rows[i].name,
			rows[i].value ? required_argument : no_argument, NULL, number_of(i)};
		if (rows[i].letter)
			*letters++ = rows[i].letter;
		if (rows[i].letter && rows[i].value)
			*letters++ = ':';
	}
	*letters = '\0';
	names[ROWS] = (struct option){0};
}

static enum options_answer check(const struct options *options)
{
	if (options->pid_count > 0 && options->command[0])
		fprintf(stderr,
			"socktrace: %s: with -p no program is started (several processes: -p "
			"1,2)\n",
			options->command[0]);
	else if (options->pid_count == 0 && !options->command[0])
		fprintf(stderr, "socktrace: no program to trace\n");
	else if (options->is_quiet && !options->output)
		fprintf(stderr,
			"socktrace: -q goes with -o FILE: without it nothing would be left\n");
	else
		return OPTIONS_TRACE;
	return wrong();
}

enum options_answer options_parse(struct options *options, int argc, char **argv)
{
	char letters[2 * ROWS + 2];
	struct option names[ROWS + 1];
	int number;

	*options = (struct options){.payload = DEFAULT_PAYLOAD};
	make_getopt(letters, names);
	argv[0] = (char *)"socktrace"; /* what getopt's messages begin with */
	while ((number = getopt_long(argc, argv, letters, names, NULL)) >= 0) {
		enum options_answer answer = apply(options, number);
		if (answer != OPTIONS_TRACE)
			return answer;
	}
	options->command = argv + optind;
	return check(options);
}
