/* SPDX-License-Identifier: MIT */
#include "tracer/follow/calls.h"

#include <errno.h>
#include <string.h>

#include "tracer/filter/coverage.h"
#include "tracer/follow/hooks.h"
#include "tracer/follow/recording.h"
#include "tracer/follow/uring.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/table/syscall_table.h"

static bool is_of_io_uring(const struct syscall_row *row)
{
	return row->hook == HOOK_IO_URING_SETUP || row->hook == HOOK_IO_URING_ENTER;
}

static bool is_same_call(
	const struct captured_call *call, int row, const struct syscall_entry *entry)
{
	return call->row == row && call->is_compat == abi_is_compat(entry->arch) &&
	       call->instruction_pointer == entry->instruction_pointer &&
	       call->stack_pointer == entry->stack_pointer &&
	       memcmp(call->arguments, entry->arguments, sizeof(call->arguments)) == 0;
}

/* The kernel never restarts epoll_wait and epoll_pwait. When one is made again because the tracer
 * has interrupted it, its timeout is what is left of it; calls_restore_time gives the program its
 * register back. */
static void limit_time(struct tracer *tracer, struct thread *thread)
{
	const struct captured_call *call = thread->call;
	int at = syscall_argument(call_row(call), ARGUMENT_MILLISECONDS);
	int64_t passed_ms = (log_now(&tracer->log) - call->time_ns) / 1000000;
	int32_t timeout = (int32_t)call_argument(call, ARGUMENT_MILLISECONDS);

	if (at < 0 || timeout <= 0)
		return;
	thread->has_less_time = true;
	registers_set_argument(thread->tid, call->is_compat, at,
		passed_ms < timeout ? (uint64_t)(timeout - passed_ms) : 0);
}

void calls_restore_time(struct thread *thread)
{
	const struct captured_call *call = thread->call;

	if (thread->has_less_time)
		registers_set_argument(thread->tid, call->is_compat,
			syscall_argument(call_row(call), ARGUMENT_MILLISECONDS),
			call_argument(call, ARGUMENT_MILLISECONDS));
	thread->has_less_time = false;
}

enum resume calls_enter(struct tracer *tracer, struct thread *thread, struct syscall_entry *entry)
{
	int index = thread->process->has_started ? abi_row(thread->tid, entry) : -1;
	const struct syscall_row *row = index >= 0 ? syscall_row((size_t)index) : NULL;

	if (!row || !syscall_is_of_interest(row, entry->arguments[0]))
		return RESUME_RUN;
	if (thread->state == THREAD_INTERRUPTED &&
		(row->hook == HOOK_RESTART || is_same_call(thread->call, index, entry))) {
		thread->call->interrupted++;
		thread->state = THREAD_IN_CALL;
		limit_time(tracer, thread);
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
	if (!recording_begin(tracer, thread, &thread->call, index, entry))
		return RESUME_RUN;
	thread->state = THREAD_IN_CALL;
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
	calls_restore_time(thread);
	if (is_interruption(result)) {
		call->duration_ns = log_now(&tracer->log) - call->time_ns;
		call->result = -EINTR;
		thread->interruption = result;
		thread->state = THREAD_INTERRUPTED;
	} else if (is_of_io_uring(call_row(call))) {
		call->result = result;
		uring_exit(tracer, thread, call);
	} else {
		recording_complete(tracer, thread, &thread->call, result);
	}
}

void calls_exit(struct tracer *tracer, struct thread *thread, int64_t result)
{
	if (thread->state == THREAD_IN_CALL)
		exit_call(tracer, thread, result);
	/* The registers of a call that may be made again must stay as they are. */
	if (!is_interruption(result))
		coverage_settle(&tracer->coverage, thread);
}

void calls_abandon(struct tracer *tracer, struct thread *thread)
{
	if (thread->state != THREAD_IN_CALL && thread->state != THREAD_INTERRUPTED)
		return;
	recording_abandon(tracer, thread, thread->call);
	thread->state = THREAD_RUNNING;
}
