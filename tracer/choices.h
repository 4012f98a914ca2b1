/* SPDX-License-Identifier: MIT */
/* The choices of the command line, apart from how they are read. */
#ifndef TRACER_CHOICES_H
#define TRACER_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "format/color.h"
#include "format/language.h"
#include "format/redaction.h"
#include "tracer/call/capture.h"
#include "tracer/call/recorded_calls.h"
#include "tracer/log/rotation.h"

struct choices {
	const char *output; /* borrowed; NULL: show the timeline at the end */
	bool is_quiet;
	struct rotation_limits rotation; /* of the file that `output` names */
	const char **checks; /* owned array of what is borrowed: rules for sockview --check */
	size_t check_count;
	bool is_live;
	enum color color; /* of what is shown */
	enum language language;
	struct payload_limits payload;
	enum redaction_level redact;
	struct redaction *redaction; /* owned, of that level; NULL: none */
	struct recorded_calls recorded;
	bool no_follow;
	unsigned int follow_count; /* how often -f was given */
	bool detaches_on_exit;
	bool stops_at_all;
	bool is_affinity_free;
	bool has_no_recorder;
	bool has_no_tcp_info;
	bool wants_keys;
	pid_t *pids; /* owned: what to attach to, instead of running a command */
	size_t pid_count;
	char **command; /* borrowed; ends with NULL */
};

#endif
