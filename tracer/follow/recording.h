/* SPDX-License-Identifier: MIT */
/*
 * One call on its way to its record: it is named and captured when it begins; when it returns it is
 * captured again, has its effect on the model, and is written. A thread makes one call after the
 * other (calls.c); those that it submits to an io_uring are many at a time (uring.c).
 */
#ifndef TRACER_RECORDING_H
#define TRACER_RECORDING_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/tracee.h"

/* Fills the call of the row number `row` with what stands in registers. */
void recording_fill(struct tracer *tracer, const struct thread *thread, struct captured_call *call,
	int row, const struct syscall_entry *entry);

/* The same, and captures its entry. False when the call's exit is of no interest. */
bool recording_begin(struct tracer *tracer, struct thread *thread, struct captured_call **call,
	int row, const struct syscall_entry *entry);

/* How many bytes of the payload of the call, which has its result, are kept: more of what is said
 * first on a socket. Counts the call. */
size_t recording_payload(
	const struct tracer *tracer, const struct thread *thread, const struct captured_call *call);

/* The call has returned `result`: -errno on error. */
void recording_complete(
	struct tracer *tracer, struct thread *thread, struct captured_call **call, int64_t result);

/* Nobody learns when and with what result the call has ended, or whether it has. */
void recording_unseen(struct tracer *tracer, struct thread *thread, struct captured_call **call);

/* The call never returns. */
void recording_abandon(struct tracer *tracer, struct thread *thread, struct captured_call *call);

/* Writes the call's record, or what the trace has to say where that is left out. */
void recording_write(
	struct tracer *tracer, const struct thread *thread, struct captured_call *call);

/* The call is under way still: the log is told of it, once. Its record follows when it has ended.
 */
void recording_tell_pending(
	struct tracer *tracer, const struct thread *thread, struct captured_call *call);

#endif
