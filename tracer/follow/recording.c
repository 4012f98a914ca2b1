/* SPDX-License-Identifier: MIT */
#include "tracer/follow/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "tracer/call/capture.h"
#include "tracer/follow/effects.h"
#include "tracer/follow/waits.h"
#include "tracer/log/records.h"
#include "tracer/proc/fds.h"
#include "tracer/ptrace/abi.h"
#include "tracer/table/syscall_table.h"

void recording_fill(struct tracer *tracer, const struct thread *thread, struct captured_call *call,
	int index, const struct syscall_entry *entry)
{
	const struct syscall_row *row = syscall_row((size_t)index);

	call_reset(call);
	call->row = (uint16_t)index;
	call->is_compat = abi_is_compat(entry->arch);
	call->effect = (uint8_t)row->effect;
	call->pid = thread->process->pid;
	call->tid = thread->tid;
	call->time_ns = log_now(&tracer->log);
	memcpy(call->arguments, entry->arguments, sizeof(call->arguments));
	call->instruction_pointer = entry->instruction_pointer;
	call->stack_pointer = entry->stack_pointer;
	call->fd = call_fd(call, ARGUMENT_FD);
	int32_t command = (int32_t)call_argument(call, ARGUMENT_CONTROL_COMMAND);
	if (row->form == FORM_FCNTL && (command == F_DUPFD || command == F_DUPFD_CLOEXEC))
		call->effect = EFFECT_DUPLICATE;
}

/* The thread has got a socket, and no call of the trace has said so: from a seccomp supervisor, or
 * before. */
static const struct held_descriptor *find(
	struct tracer *tracer, const struct thread *thread, int fd)
{
	uint64_t inode = fd >= 0 ? fds_socket_inode(thread->tid, fd) : 0;

	if (!inode)
		return NULL;
	struct socket_identity *socket = socket_get(&tracer->sockets, inode);
	struct held_descriptor found = table_put(&tracer->sockets, thread->table, fd, socket);
	record_inherit(&tracer->log, thread, fd, found, "found", NULL);
	return table_get(thread->table, fd);
}

/* Names the socket of the call. Returns true when the call is to be recorded. */
static bool identify(struct tracer *tracer, const struct thread *thread, struct captured_call *call)
{
	const struct held_descriptor *held = table_get(thread->table, call->fd);
	bool needs_socket = call_row(call)->needs_socket;

	if (!held && (needs_socket || thread->process->is_supervised))
		held = find(tracer, thread, call->fd);
	int32_t sink = call_fd(call, ARGUMENT_SINK_FD);
	if (!held && sink >= 0) {
		/* splice from a file or a pipe is a send when its other end is a socket. */
		call->fd = sink;
		call->effect = EFFECT_SEND;
		held = table_get(thread->table, sink);
	}
	if (!held)
		return needs_socket;
	call->descriptor = held->id;
	call->socket = held->socket->id;
	if (call->effect == EFFECT_CLOSE)
		table_set_closing(thread->table, call->fd, true);
	return true;
}

/* close_range on numbers of which at least one is a socket's. */
static bool covers_socket(const struct descriptor_table *table, const struct captured_call *call)
{
	return call_row(call)->form == FORM_RANGE &&
	       table_next_in(table, (uint32_t)call_argument(call, ARGUMENT_FIRST_FD),
		       (uint32_t)call_argument(call, ARGUMENT_LAST_FD)) >= 0;
}

/* The call is made on an epoll instance, or replaces it: the model follows which numbers these
 * have. */
static bool is_about_epoll(const struct interests *interests, const struct captured_call *call)
{
	for (int i = 0; interests->by_number.count > 0 && i < SYSCALL_ARGUMENTS; i++) {
		uint32_t number = (uint32_t)call->arguments[i];
		if (syscall_is_number(call_row(call)->arguments[i].kind) &&
			interests_find(interests, number, number) >= 0)
			return true;
	}
	return false;
}

/* Calls that may change the descriptor table although they are made on no socket: dup2 of
 * something else onto a socket's number, and those that make or unshare without any. */
static bool may_change_table(const struct descriptor_table *table, const struct captured_call *call)
{
	enum syscall_form form = call_row(call)->form;

	return form == FORM_TAKE || form == FORM_RANGE || form == FORM_UNSHARE ||
	       is_about_epoll(&table->interests, call) ||
	       table_get(table, call_fd(call, ARGUMENT_TARGET_FD));
}

static bool is_left_out(const struct tracer *tracer, const struct captured_call *call)
{
	return tracer->settings.recorded->is_left_out[call->row];
}

bool recording_begin(struct tracer *tracer, struct thread *thread, struct captured_call **call,
	int row, const struct syscall_entry *entry)
{
	recording_fill(tracer, thread, *call, row, entry);
	if ((*call)->effect == EFFECT_WAIT)
		(*call)->is_recorded =
			!is_left_out(tracer, *call) && waits_enter(tracer, thread, call);
	else
		(*call)->is_recorded =
			identify(tracer, thread, *call) || covers_socket(thread->table, *call);
	if (!(*call)->is_recorded && !may_change_table(thread->table, *call))
		return false;
	capture_entry(call, call_row(*call));
	return true;
}

void recording_complete(
	struct tracer *tracer, struct thread *thread, struct captured_call **call, int64_t result)
{
	(*call)->duration_ns = log_now(&tracer->log) - (*call)->time_ns;
	(*call)->result = result;
	capture_exit(call, call_row(*call), tracer->settings.payload);
	if ((*call)->effect == EFFECT_WAIT)
		waits_exit(tracer, thread, call);
	effect_apply(tracer, thread, call);
	(*call)->is_recorded |= call_part(*call, PART_OF_CALL, PART_NEW) != NULL;
	recording_write(tracer, thread, *call);
}

void recording_abandon(struct tracer *tracer, struct thread *thread, struct captured_call *call)
{
	if (!call->is_recorded)
		return;
	if (thread->table && call->effect == EFFECT_CLOSE && !call->is_number_reused)
		table_set_closing(thread->table, call->fd, false);
	call->is_unfinished = true;
	call->duration_ns = log_now(&tracer->log) - call->time_ns;
	recording_write(tracer, thread, call);
	if (call->is_number_reused)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, "replaced");
}

void recording_write(struct tracer *tracer, const struct thread *thread, struct captured_call *call)
{
	const struct syscall_row *row = call_row(call);
	bool is_hidden = is_left_out(tracer, call);

	if (thread->process->is_suppressed || !call->is_recorded)
		return;
	if (!is_hidden)
		log_call(&tracer->log, call);
	const struct captured_part *part = call_part(call, PART_OF_CALL, PART_NEW);
	for (size_t at = 0; part && at + sizeof(struct call_new) <= part->length;) {
		struct call_new made;
		memcpy(&made, part->bytes + at, sizeof(made));
		at += sizeof(made);
		const struct held_descriptor *held = table_get(thread->table, made.fd);
		if (!held)
			continue;
		if (is_hidden) {
			record_inherit(&tracer->log, thread, made.fd, *held, row->name, NULL);
			continue;
		}
		/* The record of a socket(2) or accept(2) announces what it makes; a socket that is
		 * received may come from a process that is not traced. */
		if (row->effect == EFFECT_CREATE || row->effect == EFFECT_ACCEPT)
			held->socket->is_announced = true;
		if (!held->socket->is_announced)
			record_receive(&tracer->log, thread, made.fd, *held, row->name);
	}
	if (is_hidden && call->effect == EFFECT_CLOSE && call->descriptor && !call->is_unfinished &&
		call->result != -EBADF)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, row->name);
}
