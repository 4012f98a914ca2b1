/* SPDX-License-Identifier: MIT */
/* Where the trace goes, and what the user is shown of it at the end. */
#ifndef TRACER_TRACE_OUTPUT_H
#define TRACER_TRACE_OUTPUT_H

#include "tracer/choices.h"
#include "tracer/consumer.h"
#include "tracer/log/writer.h"

struct trace_output {
	int fd; /* owned, unless there is a consumer; no program inherits it */
	enum log_kind kind;
	enum compression compression;
	struct rotation *rotation; /* owned; NULL: none */
	struct consumer consumer;
};

/* Opens the file that -o names, or an unnamed temporary file, or starts a consumer: a command, or a
 * viewer that shows calls as they end. False when that failed, or when something is wrong with the
 * rules of --check, of which the reason has been printed.
 */
bool trace_output_open(struct trace_output *output, const struct choices *choices);

enum trace_shown {
	TRACE_SHOWN,
	TRACE_VIOLATES,  /* rules of --check */
	TRACE_NOT_SHOWN, /* a command has failed, or the check, which has been said */
};

/* Shows the trace, or says how to, or has it checked, or waits for a consumer to see the rest. */
enum trace_shown trace_output_show(struct trace_output *output, const struct choices *choices);

void trace_output_close(struct trace_output *output);

#endif
