/* SPDX-License-Identifier: MIT */
/* The command line of socktrace. */
#ifndef TRACER_OPTIONS_H
#define TRACER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "format/color.h"
#include "format/redaction.h"
#include "tracer/call/selection.h"

struct options {
	const char *output; /* borrowed; NULL: show the timeline at the end */
	bool is_quiet;
	bool is_live;
	enum color color; /* of what is shown */
	size_t payload;
	struct redaction *redaction; /* owned; NULL: none */
	struct selection selection;
	bool no_follow;
	unsigned int follow_count; /* how often -f was given */
	bool detaches_on_exit;
	bool stops_at_all;
	bool is_affinity_free;
	pid_t *pids; /* owned: what to attach to, instead of running a command */
	size_t pid_count;
	char **command; /* borrowed; ends with NULL */
};

/* Whether there is something to trace, or the process ends with this status now. */
enum options_answer { OPTIONS_TRACE = -1, OPTIONS_DONE = 0, OPTIONS_WRONG = 125 };

/* Fills `options`. Prints help, version or what is wrong. */
enum options_answer options_parse(struct options *options, int argc, char **argv);

#endif
