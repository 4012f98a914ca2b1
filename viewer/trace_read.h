/* Reads a trace line by line; every byte of it is hostile. */
#ifndef VIEWER_TRACE_READ_H
#define VIEWER_TRACE_READ_H

#include <stdio.h>

#include "viewer/trace.h"

/*
 * Reads all lines of `file` into a new trace. What is wrong is said on standard error, with the
 * line's number, and counted in `problems`; what could be used is in the trace. NULL when nothing
 * could: it is empty, no trace, or of a newer version.
 */
struct trace *trace_read(FILE *file, const char *name);

#endif
