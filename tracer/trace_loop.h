/* The tracer's thread: takes one stop after the other until no tracee is left. */
#ifndef TRACER_TRACE_LOOP_H
#define TRACER_TRACE_LOOP_H

#include "tracer/tracer.h"

/* Traces the process `pid`, which was seized and not yet seen; `command` ends with NULL. */
void trace_loop(struct tracer *tracer, pid_t pid, char *const *command);

#endif
