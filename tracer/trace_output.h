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
	struct consumer consumer;
};

/* Opens the file that -o names, or an unnamed temporary file, or starts a consumer: a command, or a
 * viewer that shows calls as they end. False when that failed, of which the reason has been
 * printed.
 */
bool trace_output_open(struct trace_output *output, const struct choices *choices);

/* Shows the timeline, or says how to, or waits for a consumer to see the rest. False when a command
 * has failed, which has been said. */
bool trace_output_show(struct trace_output *output, const struct choices *choices);

void trace_output_close(struct trace_output *output);

#endif
