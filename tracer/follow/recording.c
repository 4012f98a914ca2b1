/* SPDX-License-Identifier: MIT */
#include "tracer/follow/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "tracer/call/capture.h"
#include "tracer/follow/bypass.h"
#include "tracer/follow/effects.h"
#include "tracer/follow/tcp.h"
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
	call->is_from_ring = row->is_operation;
	call->is_compat = abi_is_compat(entry->arch);
	call->effect = (uint8_t)row->effect;
	call->pid = thread->process->pid;
	call->tid = call->memory_tid = thread->tid;
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

/* A number that was a socket's is closed once more, and nothing is there: the program took it for
 * its own still. */
static bool closes_again(const struct thread *thread, const struct captured_call *call)
{
	return call->effect == EFFECT_CLOSE && call_row(call)->form != FORM_RANGE &&
	       table_was_closed(thread->table, call->fd) && !fds_is_open(thread->tid, call->fd);
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
		return needs_socket || closes_again(thread, call);
	call->descriptor = held->id;
	call->socket = held->socket->id;
	call->netlink = held->socket->netlink;
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

static bool is_followed(const struct descriptor_table *table, uint32_t number)
{
	return interests_find(&table->interests, number, number) >= 0 ||
	       ring_of_number(table, (int)number);
}

/* The call is made on an epoll instance or a ring, or replaces it: the model follows which numbers
 * these have. */
static bool is_on_followed(const struct descriptor_table *table, const struct captured_call *call)
{
	if (table->interests.by_number.count == 0 && table->rings.count == 0)
		return false;
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		if (syscall_is_number(call_row(call)->arguments[i].kind) &&
			is_followed(table, (uint32_t)call->arguments[i]))
			return true;
	return false;
}

/* Calls that may change the descriptor table although they are made on no socket: dup2 of
 * something else onto a socket's number, and those that make or unshare without any. */
static bool may_change_table(const struct descriptor_table *table, const struct captured_call *call)
{
	enum syscall_form form = call_row(call)->form;

	return form == FORM_TAKE || form == FORM_RANGE || form == FORM_UNSHARE ||
	       is_on_followed(table, call) || table_get(table, call_fd(call, ARGUMENT_TARGET_FD));
}

/* While the call is under way another thread may use the number for what was there before, or is
 * now: nobody knows which. */
static void set_ending(const struct thread *thread, const struct captured_call *call, bool is_begun)
{
	struct descriptor_table *table = thread->table;
	uint32_t first = (uint32_t)call_argument(call, ARGUMENT_FIRST_FD);
	uint32_t last = (uint32_t)call_argument(call, ARGUMENT_LAST_FD);

	if (!table)
		return;
	table_set_ending(table, call_fd(call, ARGUMENT_TARGET_FD), is_begun);
	for (int fd; call_row(call)->form == FORM_RANGE && first <= last &&
		     (fd = table_next_in(table, first, last)) >= 0;
		first = (uint32_t)fd + 1)
		table_set_ending(table, fd, is_begun);
}

static bool is_left_out(const struct tracer *tracer, const struct captured_call *call)
{
	return tracer->settings.recorded->is_left_out[call->row];
}

bool recording_begin(struct tracer *tracer, struct thread *thread, struct captured_call **call,
	int row, const struct syscall_entry *entry)
{
	bool is_recorded; /* the call may move meanwhile */

	recording_fill(tracer, thread, *call, row, entry);
	if ((*call)->effect == EFFECT_WAIT)
		is_recorded = !is_left_out(tracer, *call) && waits_enter(tracer, thread, call);
	else
		is_recorded =
			identify(tracer, thread, *call) || covers_socket(thread->table, *call);
	(*call)->is_recorded = is_recorded;
	if (!(*call)->is_recorded && !may_change_table(thread->table, *call))
		return false;
	set_ending(thread, *call, true);
	capture_entry(call, call_row(*call));
	tcp_before(tracer, thread, call);
	return true;
}

size_t recording_payload(
	const struct tracer *tracer, const struct thread *thread, const struct captured_call *call)
{
	const struct payload_limits *limits = &tracer->settings.payload;
	const struct held_descriptor *held =
		thread->table ? table_get(thread->table, call->fd) : NULL;
	bool is_send = call->effect == EFFECT_SEND;

	if (limits->first_bytes == 0 || call->result <= 0 || !held ||
		held->id != call->descriptor || !effect_transfers((enum effect)call->effect))
		return limits->bytes;
	uint8_t *count = is_send ? &held->socket->sends : &held->socket->receives;
	if (*count >= limits->first_calls)
		return limits->bytes;
	++*count;
	return limits->first_bytes;
}

/* The call had ended when its thread stopped. What is handled before, and takes its time, are calls
 * that other threads have recorded until then. */
static int64_t duration_ns(const struct tracer *tracer, const struct captured_call *call)
{
	int64_t end_ns = tracer->recorder.looked_ns;

	if (end_ns == 0)
		end_ns = log_now(&tracer->log);
	return end_ns > call->time_ns ? end_ns - call->time_ns : 0;
}

void recording_complete(
	struct tracer *tracer, struct thread *thread, struct captured_call **call, int64_t result)
{
	(*call)->duration_ns = duration_ns(tracer, *call);
	(*call)->result = result;
	capture_exit(call, call_row(*call), recording_payload(tracer, thread, *call));
	if ((*call)->effect == EFFECT_WAIT)
		waits_exit(tracer, thread, call);
	effect_apply(tracer, thread, call);
	tcp_after(tracer, thread, call);
	set_ending(thread, *call, false);
	table_changed(thread->table, (*call)->fd);
	bypass_check(tracer, thread, *call);
	(*call)->is_recorded |= call_part(*call, PART_OF_CALL, PART_NEW) != NULL;
	/* Another thread has got the number meanwhile, for what is no socket. */
	if ((*call)->effect == EFFECT_CLOSE && !(*call)->descriptor && result >= 0 &&
		call_row(*call)->form != FORM_RANGE)
		(*call)->is_recorded = false;
	recording_write(tracer, thread, *call);
}

void recording_unseen(struct tracer *tracer, struct thread *thread, struct captured_call **call)
{
	uint8_t effect = (*call)->effect;

	(*call)->is_unseen = true;
	/* These ask the socket itself. */
	if (effect == EFFECT_BIND || effect == EFFECT_CONNECT || effect == EFFECT_LISTEN ||
		effect == EFFECT_SEND)
		effect_apply(tracer, thread, call);
	if (effect == EFFECT_CLOSE && thread->table)
		table_set_closing(thread->table, (*call)->fd, false);
	set_ending(thread, *call, false);
	recording_write(tracer, thread, *call);
}

void recording_abandon(struct tracer *tracer, struct thread *thread, struct captured_call *call)
{
	set_ending(thread, call, false);
	if (!call->is_recorded)
		return;
	if (thread->table && call->effect == EFFECT_CLOSE && !call->is_number_reused)
		table_set_closing(thread->table, call->fd, false);
	call->is_unfinished = true;
	call->duration_ns = log_now(&tracer->log) - call->time_ns;
	recording_write(tracer, thread, call);
	if (call->is_number_reused)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, "replaced", NULL);
}

void recording_write(struct tracer *tracer, const struct thread *thread, struct captured_call *call)
{
	const struct syscall_row *row = call_row(call);
	bool is_hidden = is_left_out(tracer, call);
	struct kernel_report report;

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
	if (is_hidden)
		record_left_out(&tracer->log, thread->process, call);
	bool has_report =
		part_copy(call_part(call, PART_OF_CALL, PART_KERNEL), &report, sizeof(report));
	if (is_hidden && call->effect == EFFECT_CLOSE && call->descriptor && !call->is_unfinished &&
		!call->is_unseen && call->result != -EBADF)
		record_close(&tracer->log, thread->process, call->fd, call->descriptor,
			call->socket, row->name, has_report ? &report : NULL);
}

void recording_tell_pending(
	struct tracer *tracer, const struct thread *thread, struct captured_call *call)
{
	if (call->is_pending_told || !call->is_recorded || thread->process->is_suppressed ||
		is_left_out(tracer, call))
		return;
	call->is_pending_told = true;
	record_pending(&tracer->log, call);
}
