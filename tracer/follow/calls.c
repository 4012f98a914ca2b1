/* SPDX-License-Identifier: MIT */
#include "tracer/follow/calls.h"

#include <errno.h>
#include <string.h>

#include "tracer/filter/coverage.h"
#include "tracer/follow/hooks.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/follow/owed.h"
#include "tracer/follow/recording.h"
#include "tracer/follow/uring.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/table/syscall_table.h"

static bool is_of_io_uring(const struct syscall_row *row)
{
	return row->hook == HOOK_IO_URING_SETUP || row->hook == HOOK_IO_URING_ENTER ||
	       row->hook == HOOK_IO_URING_REGISTER;
}

static bool is_same_call(
	const struct captured_call *call, int row, const struct syscall_entry *entry)
{
	return call->row == row && call->is_compat == abi_is_compat(entry->arch) &&
	       call->instruction_pointer == entry->instruction_pointer &&
	       call->stack_pointer == entry->stack_pointer &&
	       memcmp(call->arguments, entry->arguments, sizeof(call->arguments)) == 0;
}

enum resume calls_enter(struct tracer *tracer, struct thread *thread, struct syscall_entry *entry)
{
	int index = thread->process->has_started ? abi_row(thread->tid, entry) : -1;
	const struct syscall_row *row = index >= 0 ? syscall_row((size_t)index) : NULL;

	/* It has the arguments of the call that it goes on with. */
	if (row && row->hook == HOOK_RESTART && thread->restart_row >= 0) {
		index = thread->restart_row;
		row = syscall_row((size_t)index);
	}
	thread->restart_row = -1;
	if (!row || !syscall_is_of_interest(row, entry->arguments[0]))
		return RESUME_RUN;
	if (thread->state == THREAD_INTERRUPTED &&
		(row->hook == HOOK_RESTART || is_same_call(thread->call, index, entry))) {
		thread->call->interrupted++;
		thread->state = THREAD_IN_CALL;
		return RESUME_CALL;
	}
	if (thread->state == THREAD_INTERRUPTED) {
		recording_write(tracer, thread, thread->call);
		thread->state = THREAD_RUNNING;
	}
	if (is_of_io_uring(row)) {
		recording_fill(tracer, thread, thread->call, index, entry);
		thread->state = THREAD_IN_CALL;
		uring_enter(tracer, thread, thread->call);
		return RESUME_CALL;
	}
	if (row->hook) {
		hook_run(tracer, thread, row, entry);
		return RESUME_RUN;
	}
	if (thread->table->rings.count > 0) {
		recording_fill(tracer, thread, thread->call, index, entry);
		uring_before(tracer, thread, thread->call);
	}
	if (!recording_begin(tracer, thread, &thread->call, index, entry))
		return RESUME_RUN;
	thread->state = THREAD_IN_CALL;
	owed_enter(tracer, thread);
	return RESUME_CALL;
}

/* Results that may not be final: linux/errno.h. A program never sees the first four: after the
 * signal the kernel makes the call again, or has it fail with EINTR. EINTR itself is turned into
 * the third where no handler runs: registers_restart_call. */
#define ERESTARTSYS           512
#define ERESTARTNOINTR        513
#define ERESTARTNOHAND        514
#define ERESTART_RESTARTBLOCK 516

static bool is_interruption(int64_t result)
{
	return result == -ERESTARTSYS || result == -ERESTARTNOINTR || result == -ERESTARTNOHAND ||
	       result == -ERESTART_RESTARTBLOCK || result == -EINTR;
}

void calls_signal(struct tracer *tracer, struct thread *thread, int signal)
{
	/* With these two results the kernel makes the call again after the handler: signal(7),
	 * SA_RESTART. */
	if (thread->state != THREAD_INTERRUPTED || thread->interruption == -ERESTARTSYS ||
		thread->interruption == -ERESTARTNOINTR || !status_catches(thread->tid, signal))
		return;
	recording_write(tracer, thread, thread->call);
	thread->state = THREAD_RUNNING;
}

static void exit_call(struct tracer *tracer, struct thread *thread, int64_t result)
{
	struct captured_call *call = thread->call;

	thread->state = THREAD_RUNNING;
	if (is_interruption(result)) {
		call->duration_ns = log_now(&tracer->log) - call->time_ns;
		call->result = -EINTR;
		thread->interruption = result;
		thread->state = THREAD_INTERRUPTED;
	} else if (is_of_io_uring(call_row(call))) {
		call->result = result;
		uring_exit(tracer, thread, call);
	} else {
		owed_exit(tracer, thread, &result);
		recording_complete(tracer, thread, &thread->call, result);
	}
}

void calls_end(struct tracer *tracer, struct thread *thread, int64_t result)
{
	if (thread->state == THREAD_IN_CALL)
		exit_call(tracer, thread, result);
}

void calls_exit(struct tracer *tracer, struct thread *thread, int64_t result)
{
	bool was_in_call = thread->state == THREAD_IN_CALL;

	calls_end(tracer, thread, result);
	uring_forget_ended(tracer, thread);
	/* The registers of a call that may be made again must stay as they are. */
	if (is_interruption(result))
		return;
	coverage_settle(&tracer->coverage, thread);
	if (was_in_call)
		hot_calls_settle(tracer, thread);
}

void calls_abandon(struct tracer *tracer, struct thread *thread)
{
	if (thread->state != THREAD_IN_CALL && thread->state != THREAD_INTERRUPTED)
		return;
	recording_abandon(tracer, thread, thread->call);
	thread->state = THREAD_RUNNING;
}
