/* SPDX-License-Identifier: MIT */
#include "tracer/options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/completion.h"
#include "format/memory.h"
#include "tracer/call/capture.h"
#include "tracer/strace_options.h"

#define DEFAULT_PAYLOAD 64

COMMAND_WORDS(payload_word, "0", "all")

static const char *set_payload(const struct command_option *option, void *into, const char *value)
{
	size_t bytes = PAYLOAD_ALL;

	if (strcmp(value, "all") != 0 && (!command_number(value, &bytes) || bytes > PAYLOAD_ALL))
		return "a number of bytes (0 for none) or all";
	*(size_t *)command_member(option, into) = bytes;
	return NULL;
}

static const char *set_calls(const struct command_option *option, void *into, const char *value)
{
	char wrong[64], *list = strace_calls(value);

	if (!list)
		return COMMAND_REPORTED;
	bool is_good = recorded_calls_add(command_member(option, into), list, wrong, sizeof(wrong));
	free(list);
	if (is_good)
		return NULL;
	fprintf(stderr,
		"socktrace: --calls=%s: '%s' is no effect and no call that is recorded; %%network "
		"is all, effects are",
		value, wrong);
	for (size_t i = 0; effect_word(i); i++)
		fprintf(stderr, "%s %s", i ? "," : "", effect_word(i));
	fputc('\n', stderr);
	return COMMAND_REPORTED;
}

/* The words of a list of processes may be separated by commas and by what pgrep(1) and pidof(1)
 * put between theirs. */
static const char *set_attach(const struct command_option *option, void *into, const char *value)
{
	struct choices *choices = into;
	const char *at = value;
	char *end;

	(void)option;
	for (;; at = end) {
		at += strspn(at, ", \t\n");
		if (*at == '\0')
			break;
		long pid = strtol(at, &end, 10);
		if (*at < '0' || *at > '9' || pid <= 0 || pid > INT_MAX ||
			(*end && !strchr(", \t\n", *end)))
			return "process ids";
		choices->pids =
			xrealloc(choices->pids, (choices->pid_count + 1) * sizeof(*choices->pids));
		choices->pids[choices->pid_count++] = (pid_t)pid;
	}
	return choices->pid_count > 0 ? NULL : "process ids";
}

COMMAND_WORDS(stop_word, "sockets", "all")
COMMAND_WORDS(affinity_word, "auto", "free")

#define INTO(member) COMMAND_MEMBER(struct choices, member)

static const struct command_option rows[] = {
	{'o', "output", "FILE",
		"write the trace to FILE, - for standard output, '|COMMAND' for a command",
		VALUE_FILE, INTO(output)},
	{'q', "quiet", NULL, "with -o: print nothing about the trace", VALUE_NONE, INTO(is_quiet)},
	{'l', "live", NULL, "print the calls on standard error as they end", VALUE_NONE,
		INTO(is_live)},
	{0, "color", "[WHEN]", "use colours in what is shown: auto, always or never", VALUE_WORD,
		INTO(color), .word = color_word, .alone = COLOR_ALWAYS},
	{'s', "payload", "N",
		"keep N bytes of each call's payload (64 unless given; 0 for none; all)",
		VALUE_TEXT, INTO(payload), .word = payload_word, .set = set_payload},
	{0, "redact", "[WHAT]",
		"put placeholders for payloads (data), or for addresses, too (addresses)",
		VALUE_WORD, INTO(redact), .word = redaction_level_word, .first = REDACT_DATA,
		.alone = REDACT_DATA},
	{'e', "calls", "LIST",
		"record only calls of these names and effects; ! before one leaves it out",
		VALUE_LIST, INTO(recorded), .word = effect_word, .set = set_calls},
	{'p', "attach", "PID", "trace the process PID, which runs already, until Ctrl-C",
		VALUE_PIDS, .set = set_attach},
	{0, "stop", "WHERE", "stop at calls on sockets only (sockets) or on any descriptor (all)",
		VALUE_WORD, INTO(stops_at_all), .word = stop_word},
	{0, "affinity", "HOW",
		"run threads that stop often on socktrace's processor (auto), or anywhere (free)",
		VALUE_WORD, INTO(is_affinity_free), .word = affinity_word},
	{0, "no-follow", NULL, "leave out the processes that the program starts", VALUE_NONE,
		INTO(no_follow)},
	{0, "detach-on-exit", NULL,
		"end with the program, and leave the processes that it started running", VALUE_NONE,
		INTO(detaches_on_exit)},
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

static enum command_answer check(const struct choices *choices)
{
	if (choices->pid_count > 0 && choices->command[0])
		fprintf(stderr,
			"socktrace: %s: with -p no program is started (several processes: -p "
			"1,2)\n",
			choices->command[0]);
	else if (choices->pid_count == 0 && !choices->command[0])
		fprintf(stderr, "socktrace: no program to trace\n");
	else if (choices->pid_count > 0 && choices->detaches_on_exit)
		fprintf(stderr,
			"socktrace: --detach-on-exit goes with a program: with -p all are left "
			"running anyway\n");
	else if (choices->is_live && choices->output)
		fprintf(stderr,
			"socktrace: --live shows the calls instead of writing them; with a log: -o "
			"FILE, and sockview --follow FILE\n");
	else if (choices->output && choices->output[0] == '|' &&
		 choices->output[1 + strspn(choices->output + 1, " \t\n")] == '\0')
		fprintf(stderr, "socktrace: --output: expected a command behind |\n");
	else if (choices->is_quiet && !choices->output)
		fprintf(stderr,
			"socktrace: -q goes with -o FILE: without it nothing would be left\n");
	else
		return COMMAND_GOOD;
	return command_line_wrong(&line);
}

enum command_answer options_parse(struct choices *choices, int argc, char **argv)
{
	*choices = (struct choices){.payload = DEFAULT_PAYLOAD};
	enum command_answer answer = completion_answer(&line, argc, argv);
	if (answer == COMMAND_GOOD)
		answer = command_line_parse(&line, choices, argc, argv);
	if (answer == COMMAND_GOOD) {
		choices->command = argv + optind;
		answer = check(choices);
	}
	choices->redaction = redaction_new(choices->redact);
	return answer;
}
