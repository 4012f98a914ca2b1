/* Where the trace goes, and what the user is shown of it at the end. */
#ifndef TRACER_OUTPUT_H
#define TRACER_OUTPUT_H

#include "tracer/options.h"

/* Opens what -o names, or an unnamed temporary file. Returns a descriptor that no program
 * inherits, or -1 when that failed: then it has been said why. */
int output_open(const struct options *options);

/* Shows the timeline, or says how to. */
void output_show(const struct options *options, int fd);

#endif
