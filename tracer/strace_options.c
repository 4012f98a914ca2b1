/* SPDX-License-Identifier: MIT */
#include "tracer/strace_options.h"

#include <stdio.h>
#include <string.h>

#include "format/memory.h"
#include "format/messages.h"
#include "tracer/choices.h"

/* -f is what socktrace does; twice, it is a file for each process. */
static const char *set_follow(const struct command_option *option, void *into, const char *value)
{
	struct choices *choices = into;

	(void)option, (void)value;
	choices->no_follow = false;
	if (++choices->follow_count < 2)
		return NULL;
	print_message("socktrace: -ff: one trace has all processes; one of them: sockview "
		      "--pid=PID FILE\n");
	return COMMAND_REPORTED;
}

#define SUMMARY "sums are a view of a trace: socktrace -o FILE ..., sockview -v summary FILE"
#define UNKNOWN "not recorded; strace(1) has it"

/* Those without a word are how socktrace does it always: times, durations, structures in full,
 * bytes that are no text in hexadecimal, and what descriptors and processes are. */
const struct command_option strace_options[] = {
	{'f', .set = set_follow},
	{'t'},
	{'r'},
	{'T'},
	{'y'},
	{'Y'},
	{'v'},
	{'x'},
	{'A', .help = "a log has one trace; several together: sockview FILE FILE"},
	{'a', .value = "N", .help = "what is shown fits into N columns with sockview --width=N"},
	{'b', .value = "CALL", .help = "to leave out what the program starts: --no-follow"},
	{'C', .help = SUMMARY},
	{'c', .help = SUMMARY},
	{'D', .help = "to trace what runs already, and leave it running: -p PID"},
	{'d', .help = UNKNOWN},
	{'E', .value = "NAME", .help = "socktrace ... env NAME=VALUE PROGRAM, or env -u NAME"},
	{'I', .value = "N", .help = "signals go to the program always"},
	{'i', .help = UNKNOWN},
	{'k', .help = UNKNOWN},
	{'n', .help = UNKNOWN},
	{'O', .value = "TIME", .help = "times are as they are measured"},
	{'P', .value = "PATH", .help = "sockets by address or path: sockview --address=PATH FILE"},
	{'S', .value = "KEY", .help = SUMMARY " --sort=KEY"},
	{'U', .value = "COLUMNS", .help = SUMMARY},
	{'u', .value = "USER", .help = "to run it as another user: sudo -u USER socktrace ..."},
	{'w', .help = SUMMARY},
	{'X', .value = "FORMAT", .help = "constants have their names always"},
	{'Z', .help = "calls that failed: sockview --errors FILE"},
	{'z', .help = "calls that failed are recorded, too; they alone: sockview --errors FILE"},
	{0},
};

/* The other qualifiers of strace's -e, by all of their names. */
static const struct {
	const char *names; /* with a comma at either end */
	const char *advice;
} qualifiers[] = {
	{",status,", "calls that failed: sockview --errors FILE"},
	{",read,reads,r,write,writes,w,", "data is in the trace: as much as -s N, -s all says"},
	{",abbrev,a,verbose,v,", "nothing but data is abbreviated: -s N"},
	{",raw,x,", "constants have their names always"},
	{",signal,signals,s,", "of signals there is only which one ended a process"},
	{",inject,fault,", "the program is left as it is; strace(1) does that"},
	{",quiet,q,", "-q goes with -o FILE"},
	{",decode-fds,decode-fd,decode-pids,decode-pid,",
		"what descriptors and processes are is recorded always"},
	{",kvm,", UNKNOWN},
};

static const char *qualifier_advice(const char *name, size_t length)
{
	char pattern[32];

	snprintf(pattern, sizeof(pattern), ",%.*s,", (int)length, name);
	for (size_t i = 0; length > 0 && i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++)
		if (strstr(qualifiers[i].names, pattern))
			return qualifiers[i].advice;
	return NULL;
}

/* One '!' is for the whole list there, and for one word here. */
static char *leave_out_each(const char *list)
{
	char *words = xcalloc(2 * strlen(list) + 2, 1), *end = words;

	*end++ = '!';
	for (; *list; list++) {
		*end++ = *list;
		if (*list == ',' && list[1] != '!')
			*end++ = '!';
	}
	return words;
}

char *strace_calls(const char *expression)
{
	size_t length = strcspn(expression, "=");

	if (expression[length] == '\0')
		return xstrdup(expression);
	const char *advice = qualifier_advice(expression, length), *list = expression + length + 1;
	if (advice) {
		print_message("socktrace: -e %s: %s\n", expression, advice);
		return NULL;
	}
	if ((length != 5 || strncmp(expression, "trace", 5) != 0) &&
		(length != 1 || expression[0] != 't'))
		return xstrdup(expression);
	return list[0] == '!' ? leave_out_each(list + 1) : xstrdup(list);
}
