/* SPDX-License-Identifier: MIT */
/* The records of a trace that are not calls: written at once, in the order in which they happen. */
#ifndef TRACER_RECORDS_H
#define TRACER_RECORDS_H

#include "tracer/call/capture.h"
#include "tracer/call/recorded_calls.h"
#include "tracer/log/trace_log.h"
#include "tracer/model/tracees.h"
#include "tracer/ptrace/stop.h"

/* The first line. `command` is what was launched, or NULL: the process `attached` runs already. Of
 * the payload of a call no more than `payload` says is kept, and only calls that are `recorded`. */
void record_trace_begin(struct trace_log *log, char *const *command, pid_t attached,
	const struct payload_limits *payload, const struct recorded_calls *recorded);

/* The last one. Says how the program has ended (NULL: it has not), and which processes go on
 * without a tracer (NULL: no wish to say). */
void record_trace_end(
	struct trace_log *log, const struct stop *program_end, const struct tracees *detached);

/* The records below are about a process, and suppressed with it. */

/* `event` is "start" or "exec": the thread runs another program now. */
void record_program(
	struct trace_log *log, const struct thread *thread, const char *event, pid_t parent);
void record_fork(struct trace_log *log, const struct traced_process *process, pid_t parent);
void record_exit(
	struct trace_log *log, const struct traced_process *process, const struct stop *stop);

/* Where an inherited descriptor comes from; NULL when that is not in the trace. */
struct descriptor_source {
	pid_t pid;
	uint64_t descriptor;
};

/* Each announces the socket, unless the trace has already. record_receive is about a descriptor
 * that a call has made. */
void record_inherit(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason,
	const struct descriptor_source *from);
void record_receive(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason);
void record_close(struct trace_log *log, const struct traced_process *process, int fd,
	uint64_t descriptor, uint64_t socket, const char *reason,
	const struct kernel_report *report); /* NULL: none */

/* How the socket is, for that reason. */
void record_state(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason, const struct kernel_report *report);

/* Says what the call, which the trace leaves out, has done to sockets: bound, listening, connected,
 * accepted, a pair. The descriptors that it has made were announced by record_inherit. */
void record_left_out(struct trace_log *log, const struct traced_process *process,
	const struct captured_call *call);

/* The call is under way, and will have its own record when it ends. */
void record_pending(struct trace_log *log, const struct captured_call *call);

/* Lines of a key log of TLS, each with its newline. */
void record_keys(struct trace_log *log, const char *text, size_t length);

/* `process` may be NULL: it is about none. */
void record_warning(struct trace_log *log, const struct traced_process *process, const char *code,
	const char *message);

/* What the kernel refuses to us: bits of trace_log.refused. */
enum refused {
	REFUSED_SOCKETS = 1, /* to ask what a socket is */
	REFUSED_TABLES = 2,  /* to ask whether two processes share their descriptors */
};

/* Warns of it, once in a trace. */
void record_refused(
	struct trace_log *log, const struct traced_process *process, enum refused refused);

/* Warns that only root could look into the process from now on. */
void record_hidden(struct trace_log *log, const struct traced_process *process);

#endif
