/* SPDX-License-Identifier: MIT */
/* The records of a trace that are not calls: written at once, in the order in which they happen. */
#ifndef TRACER_RECORDS_H
#define TRACER_RECORDS_H

#include "tracer/tracer.h"

/* The first line. `attached` is the process that was attached to first, or 0. */
void record_trace_begin(struct tracer *tracer, pid_t attached);

/* The last one. */
void record_trace_end(struct tracer *tracer);

/* What follows is about a process, and suppressed with it. */

/* `event` is "start" or "exec": the thread runs another program now. */
void record_program(
	struct trace_log *log, const struct thread *thread, const char *event, pid_t parent);
void record_fork(struct trace_log *log, const struct traced_process *process, pid_t parent);
/* `signal` is 0 when it was not killed. */
void record_exit(
	struct trace_log *log, const struct traced_process *process, int exit_code, int signal);

/* Where an inherited descriptor comes from; NULL when that is not in the trace. */
struct descriptor_source {
	pid_t pid;
	uint64_t descriptor;
};

/* Each says what the trace has not yet told of the socket. record_receive is about a descriptor
 * that a call has made. */
void record_inherit(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason,
	const struct descriptor_source *from);
void record_receive(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason);
void record_close(struct trace_log *log, const struct traced_process *process, int fd,
	uint64_t descriptor, uint64_t socket, const char *reason);

void record_warning(struct trace_log *log, const struct traced_process *process, const char *code,
	const char *message);

/* Warns that only root could look into the process from now on. */
void record_hidden(struct trace_log *log, const struct traced_process *process);

#endif
