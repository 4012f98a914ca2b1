/* SPDX-License-Identifier: MIT */
/* Where the trace goes, and what the user is shown of it at the end. */
#ifndef TRACER_OUTPUT_H
#define TRACER_OUTPUT_H

#include "tracer/options.h"

struct output {
	int fd;      /* owned; no program inherits it */
	bool is_own; /* nobody else writes there */
	int done;    /* owned: ends when a live viewer does; -1: there is none */
};

/* Opens what -o names, or an unnamed temporary file, or starts a viewer that shows calls as they
 * end. False when that failed: then it has been said why. */
bool output_open(struct output *output, const struct options *options);

/* Shows the timeline, or says how to, or lets a live viewer show the rest. */
void output_show(struct output *output, const struct options *options);

void output_close(struct output *output);

#endif
