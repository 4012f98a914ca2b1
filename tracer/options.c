/* SPDX-License-Identifier: MIT */
#include "tracer/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/completion.h"
#include "format/compression.h"
#include "format/memory.h"
#include "format/messages.h"
#include "tracer/call/capture.h"
#include "tracer/log/key_log.h"
#include "tracer/strace_options.h"

/* --payload=auto. In 512 bytes are a request line and the headers that tell how long its body is,
 * and a ClientHello's server name. */
static const struct payload_limits payload_auto = {
	.bytes = 64, .first_bytes = 512, .first_calls = 16};

COMMAND_WORDS(payload_word, "auto", "0", "all")

static const char *set_payload(const struct command_option *option, void *into, const char *value)
{
	struct payload_limits *limits = command_member(option, into);
	size_t bytes = PAYLOAD_ALL;

	if (strcmp(value, "auto") == 0) {
		*limits = payload_auto;
		return NULL;
	}
	if (strcmp(value, "all") != 0 && (!command_number(value, &bytes) || bytes > PAYLOAD_ALL))
		return "a number of bytes (0 for none), all or auto";
	*limits = (struct payload_limits){.bytes = bytes};
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
	print_message(
		"socktrace: --calls=%s: '%s' is no effect and no call that is recorded; %%network "
		"is all, effects are",
		value, wrong);
	for (size_t i = 0; effect_word(i); i++)
		print_message("%s %s", i ? "," : "", effect_word(i));
	print_message("\n");
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

/* sockview reads them. */
static const char *set_check(const struct command_option *option, void *into, const char *value)
{
	struct choices *choices = into;

	(void)option;
	choices->checks =
		xrealloc(choices->checks, (choices->check_count + 1) * sizeof(*choices->checks));
	choices->checks[choices->check_count++] = value;
	return NULL;
}

/* Bytes, or K, M or G of them, as logrotate(8) has sizes. Returns what follows it; NULL: it is
 * none. */
static const char *read_size(const char *text, uint64_t *size)
{
	static const char units[] = "KMG";
	char *end;

	errno = 0;
	unsigned long long number = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, *end == 'k' ? 'K' : *end) : NULL;
	int bits = unit ? 10 * (int)(unit + 1 - units) : 0;
	if (text[0] < '0' || text[0] > '9' || errno != 0 || number > UINT64_MAX >> bits)
		return NULL;
	*size = (uint64_t)number << bits;
	return end + (unit != NULL);
}

static const char *set_rotate(const struct command_option *option, void *into, const char *value)
{
	struct rotation_limits *limits = command_member(option, into);
	uint64_t size = 0;
	size_t count = 0;
	const char *rest = read_size(value, &size);

	if (!rest || (*rest && *rest != ',') ||
		(*rest && (!command_number(rest + 1, &count) || count == 0 ||
				  count > ROTATION_MOST_COUNT)))
		return "SIZE or SIZE,COUNT: bytes, or with K, M or G behind them, and up to 1000 "
		       "older files";
	if (size < ROTATION_LEAST_SIZE || size > INT64_MAX)
		return "a SIZE from 64K on, as each file begins with lines of its own";
	*limits = (struct rotation_limits){.size = size, .count = count};
	return NULL;
}

COMMAND_WORDS(stop_word, "sockets", "all")
COMMAND_WORDS(affinity_word, "auto", "free")
COMMAND_WORDS(recorder_word, "auto", "off")

#define INTO(member) COMMAND_MEMBER(struct choices, member)

static const struct command_option rows[] = {
	{'o', "output", "FILE",
		"write the trace to FILE, - for standard output, '|COMMAND' for a command",
		VALUE_FILE, INTO(output)},
	{'q', "quiet", NULL, "with -o: print nothing about the trace", VALUE_NONE, INTO(is_quiet)},
	{0, "rotate", "SIZE[,COUNT]",
		"with -o: begin another file when it has SIZE bytes (K, M, G), and keep COUNT older "
		"ones: FILE.1 ...",
		VALUE_TEXT, INTO(rotation), .set = set_rotate},
	{'l', "live", NULL, "print the calls on standard error as they end", VALUE_NONE,
		INTO(is_live)},
	{0, "check", "RULES",
		"say at the end whether the trace keeps to RULES, or to those in a file: @FILE; "
		"exit with 3 unless it does",
		VALUE_TEXT, .set = set_check},
	{0, "color", "[WHEN]", "use colours in what is shown: auto, always or never", VALUE_WORD,
		INTO(color), .word = color_word, .alone = COLOR_ALWAYS},
	{0, "lang", "LANGUAGE", "show it in English (en), in Chinese (zh), or terms in both",
		VALUE_WORD, INTO(language), .word = language_word},
	{'s', "payload", "N",
		"keep N bytes of each call's payload (0 for none; all), or auto: 512 of the first "
		"16 calls of a socket in each direction, 64 of others (unless given)",
		VALUE_TEXT, INTO(payload), .word = payload_word, .set = set_payload},
	{0, "redact", "[WHAT]",
		"put placeholders for payloads (data), or for addresses, too (addresses)",
		VALUE_WORD, INTO(redact), .word = redaction_level_word, .first = REDACT_DATA,
		.alone = REDACT_DATA},
	{0, "keys", NULL,
		"put the keys of the program's TLS connections into the trace, where its library "
		"gives them away (SSLKEYLOGFILE)",
		VALUE_NONE, INTO(wants_keys)},
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
	{0, "recorder", "HOW",
		"have programs record hot calls themselves (auto), or stop at every call (off)",
		VALUE_WORD, INTO(has_no_recorder), .word = recorder_word},
	{0, "no-tcp-info", NULL, "do not ask the kernel what TCP was doing on the sockets",
		VALUE_NONE, INTO(has_no_tcp_info)},
	{0, "no-follow", NULL, "leave out the processes that the program starts", VALUE_NONE,
		INTO(no_follow)},
	{0, "detach-on-exit", NULL,
		"end with the program, and leave the processes that it started running", VALUE_NONE,
		INTO(detaches_on_exit)},
};

static void print_status(void)
{
	printf("\nExit status: that of PROGRAM; 3 if that was 0, and a rule of --check is\n"
	       "violated; 125 if socktrace failed, 126 if PROGRAM could not be executed, 127 if\n"
	       "it was not found. See socktrace(1).\n");
}

static const struct command_line line = {
	.program = "socktrace",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.foreign = strace_options,
	.foreign_program = "strace",
	.is_for_command = true,
	.usage = "Usage: socktrace [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
		 "       socktrace [OPTION]... -p PID...\n\n"
		 "Runs PROGRAM and records what it does with its sockets. Without -o, what\n"
		 "matters is shown on standard error when it has ended.\n\n",
	.print_rest = print_status,
};

/* Files that are no logs by their names, and how to get them. */
static const struct file_ending {
	const char *ending, *advice;
} other_files[] = {
	{".xz", "socktrace compresses to .zst and .gz; by xz: -o '|xz >FILE'"},
	{".bz2", "socktrace compresses to .zst and .gz; by bzip2: -o '|bzip2 >FILE'"},
	{".pcap",
		"sockview makes packets of a trace: -o t.jsonl, then sockview -o t.pcapng t.jsonl"},
	{".pcapng",
		"sockview makes packets of a trace: -o t.jsonl, then sockview -o t.pcapng t.jsonl"},
	{".html", "sockview makes a page of a trace: -o t.jsonl, then sockview -o t.html t.jsonl"},
	{".svg", "sockview makes a picture of a trace: -o t.jsonl, then sockview -o t.svg t.jsonl"},
	{NULL},
};

/* The row of the file to write to; NULL: it may be a log. */
static const struct file_ending *other_file(const char *output)
{
	const struct file_ending *file = other_files;

	if (!output || output[0] == '|')
		return NULL;
	while (file->ending && !compression_stem_ends(output, file->ending))
		file++;
	return file->ending ? file : NULL;
}

static enum command_answer check(const struct choices *choices)
{
	const struct file_ending *other = other_file(choices->output);

	if (choices->pid_count > 0 && choices->command[0])
		print_message("socktrace: %s: with -p no program is started (several processes: -p "
			      "1,2)\n",
			choices->command[0]);
	else if (choices->pid_count == 0 && !choices->command[0])
		print_message("socktrace: no program to trace\n");
	else if (choices->pid_count > 0 && choices->detaches_on_exit)
		print_message(
			"socktrace: --detach-on-exit goes with a program: with -p all are left "
			"running anyway\n");
	else if (choices->pid_count > 0 && choices->wants_keys)
		print_message(
			"socktrace: --keys goes with a program: it has to find " KEY_LOG_VARIABLE
			" in its environment when it begins\n");
	else if (choices->wants_keys && choices->detaches_on_exit && !key_log_is_named())
		print_message(
			"socktrace: --keys goes with --detach-on-exit only where you set " KEY_LOG_VARIABLE
			": ours is removed at the end, and what runs on could not write to it\n");
	else if (choices->rotation.size > 0 && (!choices->output || choices->output[0] == '|' ||
						       strcmp(choices->output, "-") == 0))
		print_message("socktrace: --rotate goes with -o FILE, which gets other names\n");
	else if (choices->rotation.size > 0 && choices->check_count > 0)
		print_message(
			"socktrace: --check reads the trace at the end, and --rotate may have "
			"removed files of it by then (sockview --check=RULES FILE*)\n");
	else if (choices->is_live && choices->output)
		print_message(
			"socktrace: --live shows the calls instead of writing them; with a log: -o "
			"FILE, and sockview --follow FILE\n");
	else if (choices->output && choices->output[0] == '|' &&
		 choices->output[1 + strspn(choices->output + 1, " \t\n")] == '\0')
		print_message("socktrace: --output: expected a command behind |\n");
	else if (other)
		print_message("socktrace: --output=%s: %s\n", choices->output, other->advice);
	else if (choices->check_count > 0 && choices->is_live)
		print_message("socktrace: --check wants the whole trace, and --live keeps none\n");
	else if (choices->check_count > 0 && choices->output &&
		 (choices->output[0] == '|' || strcmp(choices->output, "-") == 0))
		print_message(
			"socktrace: --check reads the trace again, so -o names a file (or: socktrace "
			"-o - ... | sockview --check=RULES)\n");
	else if (choices->is_quiet && !choices->output)
		print_message(
			"socktrace: -q goes with -o FILE: without it nothing would be left\n");
	else
		return COMMAND_GOOD;
	return command_line_wrong(&line);
}

enum command_answer options_parse(struct choices *choices, int argc, char **argv)
{
	*choices = (struct choices){.payload = payload_auto};
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
