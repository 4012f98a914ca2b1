/* SPDX-License-Identifier: MIT */
#include "tracer/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/command_line.h"
#include "format/completion.h"
#include "format/memory.h"
#include "tracer/call/capture.h"
#include "tracer/strace_options.h"

#define DEFAULT_PAYLOAD 64

static bool set_output(void *into, const char *value)
{
	struct options *options = into;

	options->output = value;
	if (value[0] != '|' || value[1 + strspn(value + 1, " \t\n")])
		return true;
	fprintf(stderr, "socktrace: --output: expected a command behind |\n");
	return false;
}

static bool set_quiet(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->is_quiet = true;
	return true;
}

static bool set_live(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->is_live = true;
	return true;
}

static bool set_color(void *into, const char *value)
{
	struct options *options = into;

	if (color_find(value, &options->color))
		return true;
	fprintf(stderr, "socktrace: --color=%s: expected " COLOR_WORDS "\n", value);
	return false;
}

COMMAND_WORDS(payload_word, "0", "all")

static bool set_payload(void *into, const char *value)
{
	struct options *options = into;
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

static bool set_redact(void *into, const char *value)
{
	struct options *options = into;
	enum redaction_level level;

	if (!redaction_level_find(value, &level)) {
		fprintf(stderr, "socktrace: --redact=%s: expected data or addresses\n", value);
		return false;
	}
	redaction_free(options->redaction);
	options->redaction = redaction_new(level);
	return true;
}

static bool set_calls(void *into, const char *value)
{
	struct options *options = into;
	char wrong[64], *list = strace_calls(value);

	if (!list)
		return false;
	bool is_good = selection_add(&options->selection, list, wrong, sizeof(wrong));
	free(list);
	if (is_good)
		return true;
	fprintf(stderr,
		"socktrace: --calls=%s: '%s' is no effect and no call that is recorded; %%network "
		"is all, effects are",
		value, wrong);
	for (int effect = 0; effect < EFFECT_COUNT; effect++)
		fprintf(stderr, "%s %s", effect ? "," : "", effect_name((enum effect)effect));
	fputc('\n', stderr);
	return false;
}

/* The words of a list of processes may be separated by commas and by what pgrep(1) and pidof(1)
 * put between theirs. */
static bool set_attach(void *into, const char *value)
{
	struct options *options = into;
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

static bool set_no_follow(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->no_follow = true;
	return true;
}

static bool set_detach_on_exit(void *into, const char *value)
{
	struct options *options = into;

	(void)value;
	options->detaches_on_exit = true;
	return true;
}

/* Takes one of two words: false or true. */
static bool set_word(
	bool *into, const char *option, const char *value, const char *(*word)(size_t index))
{
	int index = command_word_find(word, value);

	*into = index == 1;
	if (index < 0)
		fprintf(stderr, "socktrace: --%s=%s: expected %s or %s\n", option, value, word(0),
			word(1));
	return index >= 0;
}

COMMAND_WORDS(stop_word, "sockets", "all")
COMMAND_WORDS(affinity_word, "auto", "free")

static bool set_stop(void *into, const char *value)
{
	struct options *options = into;

	return set_word(&options->stops_at_all, "stop", value, stop_word);
}

static bool set_affinity(void *into, const char *value)
{
	struct options *options = into;

	return set_word(&options->is_affinity_free, "affinity", value, affinity_word);
}

static const struct command_option rows[] = {
	{'o', "output", "FILE",
		"write the trace to FILE, - for standard output, '|COMMAND' for a command",
		set_output, VALUE_FILE},
	{'q', "quiet", NULL, "with -o: print nothing about the trace", set_quiet},
	{'l', "live", NULL, "print the calls on standard error as they end", set_live},
	{0, "color", "[WHEN]", "colours of what is shown: auto, always or never", set_color,
		.word = color_word},
	{'s', "payload", "N", "keep N bytes of what a call moves (64; 0 none; all)", set_payload,
		.word = payload_word},
	{0, "redact", "[WHAT]",
		"put placeholders for what moves (data), or for addresses, too (addresses)",
		set_redact, .word = redaction_level_word},
	{'e', "calls", "LIST", "record these effects and calls only; ! leaves out", set_calls,
		VALUE_LIST, effect_word},
	{'p', "attach", "PID", "trace the process PID, which runs already, until Ctrl-C",
		set_attach, VALUE_PIDS},
	{0, "stop", "WHERE", "stop at calls on sockets only (sockets) or on any descriptor (all)",
		set_stop, .word = stop_word},
	{0, "affinity", "HOW",
		"run threads that stop often on socktrace's processor (auto), or not (free)",
		set_affinity, .word = affinity_word},
	{0, "no-follow", NULL, "leave out the processes that the program starts", set_no_follow},
	{0, "detach-on-exit", NULL, "end with the program, and leave what it started running",
		set_detach_on_exit},
};

static void print_status(void)
{
	printf("\nExit status: that of PROGRAM; 125 if socktrace failed, 126 if PROGRAM could not "
	       "be\n"
	       "executed, 127 if it was not found. See socktrace(1).\n");
}

static const struct command_line line = {
	.program = "socktrace",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.foreign = strace_options,
	.foreign_program = "strace",
	.is_for_command = true,
	.usage =
		"Usage: socktrace [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
		"       socktrace [OPTION]... -p PID...\n\n"
		"Runs PROGRAM and records what it does with its sockets. Without -o, its timeline\n"
		"is shown on standard error when it has ended.\n\n",
	.print_rest = print_status,
};

static enum command_answer check(const struct options *options)
{
	if (options->pid_count > 0 && options->command[0])
		fprintf(stderr,
			"socktrace: %s: with -p no program is started (several processes: -p "
			"1,2)\n",
			options->command[0]);
	else if (options->pid_count == 0 && !options->command[0])
		fprintf(stderr, "socktrace: no program to trace\n");
	else if (options->pid_count > 0 && options->detaches_on_exit)
		fprintf(stderr,
			"socktrace: --detach-on-exit goes with a program: with -p all are left "
			"running anyway\n");
	else if (options->is_live && options->output)
		fprintf(stderr,
			"socktrace: --live shows the calls instead of writing them; with a log: -o "
			"FILE, and sockview --follow FILE\n");
	else if (options->is_quiet && !options->output)
		fprintf(stderr,
			"socktrace: -q goes with -o FILE: without it nothing would be left\n");
	else
		return COMMAND_GOOD;
	return command_line_wrong(&line);
}

enum options_answer options_parse(struct options *options, int argc, char **argv)
{
	static const enum options_answer answers[] = {
		[COMMAND_GOOD] = OPTIONS_TRACE,
		[COMMAND_DONE] = OPTIONS_DONE,
		[COMMAND_WRONG] = OPTIONS_WRONG,
	};

	*options = (struct options){.payload = DEFAULT_PAYLOAD};
	enum command_answer answer = completion_answer(&line, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = command_line_parse(&line, options, argc, argv);
	if (answer == COMMAND_GOOD) {
		options->command = argv + optind;
		answer = check(options);
	}
	return answers[answer];
}
