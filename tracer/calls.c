/* SPDX-License-Identifier: MIT */
#include "tracer/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "tracer/call/capture.h"
#include "tracer/coverage.h"
#include "tracer/effects.h"
#include "tracer/hooks.h"
#include "tracer/model/kernel.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/registers.h"
#include "tracer/records.h"
#include "tracer/table/syscall_table.h"
#include "tracer/uring.h"
#include "tracer/waits.h"

typedef void made_descriptor(struct tracer *tracer, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const struct syscall_row *row);

static void each_made(struct tracer *tracer, const struct thread *thread,
	const struct syscall_row *row, made_descriptor *found)
{
	const struct captured_part *part = call_part(thread->call, PART_OF_CALL, PART_NEW);
	struct call_new made;

	for (size_t at = 0; part && at + sizeof(made) <= part->length; at += sizeof(made)) {
		memcpy(&made, part->bytes + at, sizeof(made));
		const struct held_descriptor *held = table_get(thread->table, made.fd);
		if (held)
			found(tracer, thread, made.fd, *held, row);
	}
}

/* A call that is left out may have made and ended descriptors, which the trace says all the same.
 */
static void tell_left_out(struct tracer *tracer, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const struct syscall_row *row)
{
	record_inherit(&tracer->log, thread, fd, descriptor, row->name, NULL);
}

static void leave_out(
	struct tracer *tracer, const struct thread *thread, const struct syscall_row *row)
{
	const struct captured_call *call = thread->call;

	each_made(tracer, thread, row, tell_left_out);
	if (call->effect == EFFECT_CLOSE && call->descriptor && !call->is_unfinished &&
		call->result != -EBADF)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, row->name);
}

/* The call itself says what it creates and accepts; a socket may also come from where nobody
 * traces. */
static void tell_made(struct tracer *tracer, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const struct syscall_row *row)
{
	if (row->effect == EFFECT_CREATE || row->effect == EFFECT_ACCEPT)
		descriptor.socket->is_told = true;
	if (!descriptor.socket->is_told)
		record_receive(&tracer->log, thread, fd, descriptor, row->name);
}

static bool is_left_out(const struct tracer *tracer, const struct captured_call *call)
{
	return tracer->settings.selection->is_left_out[call->row];
}

static void publish(struct tracer *tracer, struct thread *thread)
{
	const struct syscall_row *row = syscall_row(thread->call->row);

	if (thread->process->is_suppressed || !thread->is_recorded)
		return;
	if (is_left_out(tracer, thread->call)) {
		leave_out(tracer, thread, row);
	} else {
		log_call(&tracer->log, thread->call);
		each_made(tracer, thread, row, tell_made);
	}
}

static bool is_same_call(
	const struct captured_call *call, int row, const struct syscall_entry *entry)
{
	return call->row == row && call->is_compat == abi_is_compat(entry->arch) &&
	       call->instruction_pointer == entry->instruction_pointer &&
	       call->stack_pointer == entry->stack_pointer &&
	       memcmp(call->arguments, entry->arguments, sizeof(call->arguments)) == 0;
}

static void fill(
	struct tracer *tracer, struct thread *thread, int index, const struct syscall_entry *entry)
{
	struct captured_call *call = thread->call;
	const struct syscall_row *row = syscall_row((size_t)index);

	call_reset(call);
	thread->is_outrun = false;
	call->row = (uint16_t)index;
	call->is_compat = abi_is_compat(entry->arch);
	call->effect = (uint8_t)row->effect;
	call->pid = thread->process->pid;
	call->tid = thread->tid;
	call->time_ns = log_now(&tracer->log);
	memcpy(call->arguments, entry->arguments, sizeof(call->arguments));
	call->instruction_pointer = entry->instruction_pointer;
	call->stack_pointer = entry->stack_pointer;
	int fd_at = syscall_argument(row, ARGUMENT_FD);
	if (fd_at >= 0)
		call->fd = (int32_t)call->arguments[fd_at];
	if (syscall_argument(row, ARGUMENT_CONTROL_COMMAND) == 1 &&
		((int32_t)call->arguments[1] == F_DUPFD ||
			(int32_t)call->arguments[1] == F_DUPFD_CLOEXEC))
		call->effect = EFFECT_DUPLICATE;
}

/* A socket that came from where no call of the trace could tell. */
static const struct held_descriptor *find(struct tracer *tracer, struct thread *thread, int fd)
{
	uint64_t inode = fd >= 0 ? kernel_socket_inode(thread->tid, fd) : 0;

	if (!inode)
		return NULL;
	struct socket_identity *socket = socket_get(&tracer->sockets, inode);
	struct held_descriptor found = table_put(&tracer->sockets, thread->table, fd, socket);
	record_inherit(&tracer->log, thread, fd, found, "found", NULL);
	return table_get(thread->table, fd);
}

/* Bytes that come from no socket go to one. */
static const struct held_descriptor *find_sink(struct thread *thread, const struct syscall_row *row)
{
	struct captured_call *call = thread->call;
	int sink = syscall_argument(row, ARGUMENT_SINK_FD);

	if (sink < 0)
		return NULL;
	call->fd = (int32_t)call->arguments[sink];
	call->effect = EFFECT_SEND;
	return table_get(thread->table, call->fd);
}

/* Names the socket of the call. Returns true when the call is to be recorded. */
static bool identify(struct tracer *tracer, struct thread *thread, const struct syscall_row *row)
{
	struct captured_call *call = thread->call;
	const struct held_descriptor *held = table_get(thread->table, call->fd);

	if (!held && (row->needs_socket || thread->process->is_supervised))
		held = find(tracer, thread, call->fd);
	if (!held)
		held = find_sink(thread, row);
	if (!held)
		return row->needs_socket;
	call->descriptor = held->id;
	call->socket = held->socket->id;
	if (call->effect == EFFECT_CLOSE)
		table_set_closing(thread->table, call->fd, true);
	return true;
}

/* close_range on numbers of which one at least is a socket's. */
static bool covers_socket(const struct thread *thread, const struct syscall_row *row)
{
	const uint64_t *arguments = thread->call->arguments;

	return syscall_argument(row, ARGUMENT_FIRST_FD) == 0 &&
	       table_next_in(thread->table, (uint32_t)arguments[0], (uint32_t)arguments[1]) >= 0;
}

/* On a number that stands for an epoll instance: which one it is must stay known. */
static bool is_about_epoll(const struct thread *thread, const struct syscall_row *row)
{
	const struct interests *interests = &thread->table->interests;

	for (int i = 0; interests->by_number.count > 0 && i < SYSCALL_ARGUMENTS; i++) {
		uint32_t number = (uint32_t)thread->call->arguments[i];
		if (syscall_is_number(row->arguments[i].kind) &&
			interests_find(interests, number, number) >= 0)
			return true;
	}
	return false;
}

/* Calls that may change the descriptor table although they are made on no socket: dup2 of
 * something else onto a socket's number, and those that make or unshare without any. */
static bool may_change_table(const struct thread *thread, const struct syscall_row *row)
{
	int target = syscall_argument(row, ARGUMENT_TARGET_FD);

	return row->makes_descriptor || is_about_epoll(thread, row) ||
	       syscall_argument(row, ARGUMENT_FIRST_FD) >= 0 ||
	       syscall_argument(row, ARGUMENT_CLONE_FLAGS) >= 0 ||
	       (target >= 0 && table_get(thread->table, (int32_t)thread->call->arguments[target]));
}

static bool is_of_io_uring(const struct syscall_row *row)
{
	return row->hook == HOOK_IO_URING_SETUP || row->hook == HOOK_IO_URING_ENTER;
}

/* epoll_wait and epoll_pwait fail with EINTR, with or without SA_RESTART: a call that is made again
 * for the tracer's sake alone has no more time than is left. The program's register is afterwards
 * as it was. */
static void limit_time(struct tracer *tracer, struct thread *thread, const struct syscall_row *row)
{
	const struct captured_call *call = thread->call;
	int at = 3;
	int64_t passed_ms = (log_now(&tracer->log) - call->time_ns) / 1000000;
	int32_t timeout = (int32_t)call->arguments[at];

	if (syscall_argument(row, ARGUMENT_EPOLL) < 0 ||
		row->arguments[at].kind != ARGUMENT_INTEGER || timeout <= 0)
		return;
	thread->has_less_time = true;
	registers_set_argument(thread->tid, call->is_compat, at,
		passed_ms < timeout ? (uint64_t)(timeout - passed_ms) : 0);
}

void calls_restore_time(struct thread *thread)
{
	if (thread->has_less_time)
		registers_set_argument(
			thread->tid, thread->call->is_compat, 3, thread->call->arguments[3]);
	thread->has_less_time = false;
}

bool calls_begin(struct tracer *tracer, struct thread *thread, const char *name,
	const struct syscall_entry *entry)
{
	int index = syscall_named(name);
	const struct syscall_row *row = syscall_row((size_t)index);

	fill(tracer, thread, index, entry);
	thread->call->is_from_ring = true;
	if (!identify(tracer, thread, row))
		return false;
	capture_entry(&thread->call, row);
	return true;
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
		limit_time(tracer, thread, row);
		return RESUME_CALL;
	}
	if (thread->state == THREAD_INTERRUPTED) {
		publish(tracer, thread);
		thread->state = THREAD_RUNNING;
	}
	if (is_of_io_uring(row)) {
		fill(tracer, thread, index, entry);
		thread->is_recorded = false;
		thread->state = THREAD_IN_CALL;
		uring_enter(tracer, thread, row);
		return RESUME_CALL;
	}
	if (row->hook) {
		hook_run(tracer, thread, row->hook, entry);
		return RESUME_RUN;
	}
	fill(tracer, thread, index, entry);
	if (row->effect == EFFECT_WAIT)
		thread->is_recorded =
			!is_left_out(tracer, thread->call) && waits_enter(tracer, thread, row);
	else
		thread->is_recorded = identify(tracer, thread, row) || covers_socket(thread, row);
	if (!thread->is_recorded && !may_change_table(thread, row))
		return RESUME_RUN;
	capture_entry(&thread->call, row);
	thread->state = THREAD_IN_CALL;
	return RESUME_CALL;
}

/* Results that may not be the last word: linux/errno.h. Of the first four a program never hears:
 * after the signal the call is made again, or has failed with EINTR. EINTR itself becomes the third
 * where nobody handles the signal: registers_restart_call. */
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
	/* What SA_RESTART and ERESTARTNOINTR restart will be made again: signal(7). */
	if (thread->state != THREAD_INTERRUPTED || thread->interruption == -ERESTARTSYS ||
		thread->interruption == -ERESTARTNOINTR || !kernel_catches(thread->tid, signal))
		return;
	publish(tracer, thread);
	thread->state = THREAD_RUNNING;
}

static void complete(struct tracer *tracer, struct thread *thread, int64_t result)
{
	const struct syscall_row *row = syscall_row(thread->call->row);

	thread->call->result = result;
	capture_exit(&thread->call, row, tracer->settings.payload);
	if (row->effect == EFFECT_WAIT)
		waits_exit(tracer, thread, row);
	effect_apply(tracer, thread, row);
	thread->is_recorded |= call_part(thread->call, PART_OF_CALL, PART_NEW) != NULL;
	publish(tracer, thread);
}

void calls_complete(struct tracer *tracer, struct thread *thread, int64_t result)
{
	thread->call->duration_ns = log_now(&tracer->log) - thread->call->time_ns;
	thread->is_recorded = true;
	complete(tracer, thread, result);
}

static void exit_call(struct tracer *tracer, struct thread *thread, int64_t result)
{
	struct captured_call *call = thread->call;
	const struct syscall_row *row = syscall_row(call->row);

	call->duration_ns = log_now(&tracer->log) - call->time_ns;
	thread->state = THREAD_RUNNING;
	calls_restore_time(thread);
	if (is_interruption(result)) {
		call->result = -EINTR;
		thread->interruption = result;
		thread->state = THREAD_INTERRUPTED;
	} else if (is_of_io_uring(row)) {
		call->result = result;
		uring_exit(tracer, thread, row);
	} else {
		complete(tracer, thread, result);
	}
}

void calls_exit(struct tracer *tracer, struct thread *thread, int64_t result)
{
	if (thread->state == THREAD_IN_CALL)
		exit_call(tracer, thread, result);
	/* What may be made again must be left as it is. */
	if (!is_interruption(result))
		coverage_settle(tracer, thread);
}

void calls_abandon_begun(struct tracer *tracer, struct thread *thread)
{
	struct captured_call *call = thread->call;

	if (thread->table && call->effect == EFFECT_CLOSE && !thread->is_outrun)
		table_set_closing(thread->table, call->fd, false);
	thread->is_recorded = true;
	call->is_unfinished = true;
	call->duration_ns = log_now(&tracer->log) - call->time_ns;
	publish(tracer, thread);
	if (thread->is_outrun)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, "replaced");
}

void calls_abandon(struct tracer *tracer, struct thread *thread)
{
	if (thread->state != THREAD_IN_CALL && thread->state != THREAD_INTERRUPTED)
		return;
	if (thread->is_recorded)
		calls_abandon_begun(tracer, thread);
	thread->state = THREAD_RUNNING;
}
