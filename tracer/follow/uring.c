/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format/memory.h"
#include "tracer/follow/recording.h"
#include "tracer/follow/uring_operation.h"
#include "tracer/follow/uring_pending.h"
#include "tracer/follow/uring_ring.h"
#include "tracer/follow/waits.h"
#include "tracer/log/records.h"
#include "tracer/proc/fds.h"
#include "tracer/ptrace/tracee.h"
#include "tracer/ptrace/tracee_memory.h"

/* Of a ring. The kernel has a request of its own for each, but the program may hide results. */
#define PENDING_LIMIT (1u << 20)

/* Newer than some headers. */
#define SETUP_REGISTERED_FD_ONLY (1u << 15)
#define REGISTER_RESIZE_RINGS    33
#define REGISTER_BY_INDEX        (1u << 31)

struct uring {
	struct ring_identity identity; /* first: tables and threads hold this */
	struct ring ring;
	struct pending pending;
	int64_t looked_ns; /* when it was read last */
};

/* What a thread is submitting; a slot is NULL when its operation has had its result. */
struct uring_offer {
	struct uring *uring;
	size_t count;
	struct operation *operations[];
};

/* Each warning is given once for a process. */
enum {
	UNSEEN_POLL = 1,
	UNSEEN_DIRECT = 2,
	UNSEEN_OLD = 4,
	UNSEEN_LOST = 8,
	UNSEEN_LATE = 16,
	UNSEEN_NEW = 32,
	UNSEEN_MANY = 64,
	UNSEEN_ALIKE = 128,
	UNSEEN_SUCCESS = 256,
	UNSEEN_MIXED = 512,
};

static const char lost_results[] =
	"the program takes completions of io_uring without io_uring_enter: some were overwritten, or "
	"their ring was gone, before they could be seen, and the results of their operations are "
	"not in the trace";

static struct uring *uring_of(struct ring_identity *identity)
{
	return (struct uring *)identity;
}

static void warn(struct tracer *tracer, struct traced_process *process, unsigned int kind,
	const char *message)
{
	if (process->uring_warnings & kind)
		return;
	process->uring_warnings |= kind;
	record_warning(&tracer->log, process, "io-uring", message);
}

/* The same, and from now on nobody knows what epoll_ctl has done: it goes through rings, too. */
static void warn_opaque(struct tracer *tracer, struct traced_process *process, unsigned int kind,
	const char *message)
{
	tracer->rings.are_opaque = true;
	warn(tracer, process, kind, message);
}

static struct captured_call *copy_of(const struct captured_call *call)
{
	struct captured_call *copy = xcalloc(1, call_size(call));

	memcpy(copy, call, call_size(call));
	copy->parts_capacity = copy->parts_length;
	return copy;
}

/* Whose table the call has its effect on, and through whom its memory is read: the thread that
 * submitted it may have ended. */
static struct thread *owner_of(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct thread *submitter = thread->process->pid == call->pid
					   ? NULL
					   : tracees_find(&tracer->tracees, call->tid);

	return submitter && submitter->table ? submitter : thread;
}

static void complete(struct tracer *tracer, struct thread *thread, struct captured_call **call,
	const struct io_uring_cqe *completion)
{
	struct thread *owner = owner_of(tracer, thread, *call);
	int size_at = syscall_argument(call_row(*call), ARGUMENT_SIZE);

	if ((*call)->chooses_buffer && completion->res > 0 && size_at >= 0 &&
		(*call)->arguments[size_at] == 0)
		(*call)->arguments[size_at] = (uint64_t)completion->res;
	(*call)->memory_tid = owner->tid;
	recording_complete(tracer, owner, call, completion->res);
}

/* When the operation has begun to wait for its next result: now, unless its descriptor was closed
 * since the ring was read last. */
static int64_t follows_at(const struct tracer *tracer, const struct thread *thread,
	const struct uring *uring, const struct operation *operation,
	const struct captured_call *call)
{
	const struct held_descriptor *held =
		thread->table ? table_get(thread->table, call->fd) : NULL;

	if (call->descriptor == 0 || (held && held->id == call->descriptor))
		return log_now(&tracer->log);
	return operation->submitted_ns > uring->looked_ns ? operation->submitted_ns
							  : uring->looked_ns;
}

/* A result has nothing but the user_data of its operation. Of operations that do the same it does
 * not matter which had it. */
static void warn_of_mixed(
	struct tracer *tracer, struct traced_process *process, const struct operation *operation)
{
	const struct operation *next = operation->next_same;
	const struct captured_call *one = operation->call, *other = next->call;
	bool is_same = one && other ? one->row == other->row && one->fd == other->fd : one == other;

	if (next != operation && next->user_data == operation->user_data && !is_same)
		warn(tracer, process, UNSEEN_MIXED,
			"operations of io_uring that do different things are under way with the same "
			"user_data: which of them had which result is a guess");
}

/* The operation has a result. There may be more to come, for which it keeps its call. Returns true
 * when it is in the trace. */
static bool take(struct tracer *tracer, struct thread *thread, struct uring *uring,
	struct operation *operation, const struct io_uring_cqe *completion)
{
	bool has_more = completion->flags & IORING_CQE_F_MORE;
	warn_of_mixed(tracer, thread->process, operation);
	struct captured_call *call = pending_take_call(&uring->pending, operation), *next = NULL;
	bool is_recorded = false;
	if (call) {
		/* The second result of a zero-copy send only says that its buffer is free again. */
		if (has_more && !operation->is_zero_copy)
			next = copy_of(call);
		complete(tracer, thread, &call, completion);
		is_recorded = call->is_recorded;
		free(call);
	}
	if (next) {
		next->time_ns = follows_at(tracer, thread, uring, operation, next);
		pending_set_call(&uring->pending, operation, next);
	}
	if (operation->renames && completion->res >= 0)
		pending_rename(&uring->pending, operation->old_name, operation->new_name);
	if (!has_more)
		pending_remove(&uring->pending, operation);
	return is_recorded;
}

/* Reads what has been completed, through the thread `tid` of the memory that the ring is in.
 * Returns true when calls of it are in the trace. */
static bool collect(struct tracer *tracer, struct thread *thread, struct uring *uring,
	struct ring *ring, pid_t tid)
{
	struct io_uring_cqe completions[64];
	uint32_t lost = 0, count = 0, got = 1;
	bool has_recorded = false;

	/* Another thread may write more and more completions while these are read. */
	while (count < ring->params.cq_entries && got > 0) {
		got = ring_completed(ring, tid, completions, 64, &lost);
		for (uint32_t i = 0; i < got; i++) {
			struct operation *operation =
				pending_find(&uring->pending, completions[i].user_data);
			if (operation)
				has_recorded |=
					take(tracer, thread, uring, operation, &completions[i]);
		}
		count += got;
	}
	uring->ring.seen = ring->seen;
	uring->looked_ns = log_now(&tracer->log);
	if (lost > 0)
		warn(tracer, thread->process, UNSEEN_LOST, lost_results);
	return has_recorded;
}

/* False when it is mapped nowhere. */
static bool locate(struct thread *thread, struct uring *uring)
{
	ring_locate(&uring->ring, thread->process->pid, thread->tid);
	return ring_is_there(&uring->ring, thread->tid);
}

static bool collect_here(struct tracer *tracer, struct thread *thread, struct uring *uring)
{
	return locate(thread, uring) && collect(tracer, thread, uring, &uring->ring, thread->tid);
}

/* The ring is about to end. Who ends it may have unmapped it before, and something else be there:
 * it is read through its descriptor `fd`, if that can be had. -1: it has none any more. */
static void look_once_more(
	struct tracer *tracer, struct thread *thread, struct ring_identity *identity, int fd)
{
	struct uring *uring = uring_of(identity);
	struct ring mapped;

	if (uring->pending.calls == 0)
		return;
	if (fd >= 0 && ring_map(&uring->ring, thread->process->pid, thread->tid, fd, &mapped)) {
		collect(tracer, thread, uring, &mapped, getpid());
		ring_unmap(&mapped);
	} else if (locate(thread, uring)) {
		collect(tracer, thread, uring, &uring->ring, thread->tid);
	} else {
		warn(tracer, thread->process, UNSEEN_LOST, lost_results);
	}
}

static void look_at_number(struct tracer *tracer, struct thread *thread, int fd)
{
	struct ring_identity *ring = ring_of_number(thread->table, fd);

	if (ring)
		look_once_more(tracer, thread, ring, fd);
}

static void look_at_numbers(
	struct tracer *tracer, struct thread *thread, uint32_t first, uint32_t last)
{
	const struct ring_number *number;

	for (size_t at = 0; (number = ring_number_next(thread->table, &at));)
		if ((uint32_t)number->fd >= first && (uint32_t)number->fd <= last)
			look_once_more(tracer, thread, number->ring, number->fd);
}

/* The call may close rings, or put something else into their place. */
static void look_before_close(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	if (call_row(call)->form == FORM_RANGE)
		look_at_numbers(tracer, thread, (uint32_t)call_argument(call, ARGUMENT_FIRST_FD),
			(uint32_t)call_argument(call, ARGUMENT_LAST_FD));
	else if (call->effect == EFFECT_CLOSE)
		look_at_number(tracer, thread, call->fd);
	else
		look_at_number(tracer, thread, call_fd(call, ARGUMENT_TARGET_FD));
}

/* What stands before the data in the buffer of a recvmsg with several results:
 * io_uring_prep_recvmsg(3). The kernel takes the two lengths when it is submitted. */
static uint32_t envelope_of(const struct captured_call *call)
{
	const int message_at = syscall_argument(call_row(call), ARGUMENT_MESSAGE_RESULT);
	struct msghdr header = {0};

	part_copy(call_part(call, message_at, PART_HEADER), &header, sizeof(header));
	return (uint32_t)(sizeof(struct io_uring_recvmsg_out) + header.msg_namelen +
			  header.msg_controllen);
}

/* The operation as a call; NULL when it is not made on a socket. */
static struct captured_call *call_of(
	struct tracer *tracer, struct thread *thread, const struct operation_call *operation)
{
	struct syscall_entry made = {0};

	if (operation->is_direct) {
		warn(tracer, thread->process, UNSEEN_DIRECT,
			"the program uses io_uring with registered (direct) descriptors: what it "
			"does on those is not in the trace");
		return NULL;
	}
	memcpy(made.arguments, operation->arguments, sizeof(made.arguments));
	struct captured_call *call = call_new();
	if (!recording_begin(tracer, thread, &call, operation->row, &made)) {
		free(call);
		return NULL;
	}
	call->chooses_buffer = operation->chooses_buffer;
	if (operation->has_envelope)
		call->not_data = envelope_of(call);
	look_before_close(tracer, thread, call);
	return call;
}

/* The number does not stand for the socket any more: the close has succeeded. */
static bool has_closed(const struct thread *thread, const struct captured_call *call)
{
	const struct held_descriptor *held =
		thread->table ? table_get(thread->table, call->fd) : NULL;

	return call->effect == EFFECT_CLOSE && held && held->id == call->descriptor &&
	       fds_socket_inode(thread->tid, call->fd) != held->socket->inode;
}

/* Nothing more will be heard of the operation. */
static void end_operation(struct tracer *tracer, struct thread *thread, struct uring *uring,
	struct operation *operation)
{
	struct captured_call *call = pending_take_call(&uring->pending, operation);
	struct thread *owner = call ? owner_of(tracer, thread, call) : NULL;

	if (call && operation->skips_success && has_closed(owner, call))
		recording_complete(tracer, owner, &call, 0);
	else if (call && operation->skips_success)
		recording_unseen(tracer, owner, &call);
	else if (call)
		recording_abandon(tracer, thread, call);
	free(call);
	pending_remove(&uring->pending, operation);
}

/* The program has given the same user_data to another one, and so hears no more of those that it
 * has submitted before and that have not failed. */
static void end_unseen(
	struct tracer *tracer, struct thread *thread, struct uring *uring, uint64_t user_data)
{
	struct operation *operation;

	while ((operation = pending_find(&uring->pending, user_data)) && operation->skips_success &&
		!operation->submitter)
		end_operation(tracer, thread, uring, operation);
}

/* The kernel has taken so many of what the thread offers. */
static void remove_untaken(struct uring_offer *offer, size_t taken)
{
	for (size_t i = taken; i < offer->count; i++)
		if (offer->operations[i])
			pending_remove(&offer->uring->pending, offer->operations[i]);
}

static void forget_offer(struct tracer *tracer, struct thread *thread)
{
	struct uring_offer *offer = thread->offer;

	if (!offer)
		return;
	for (size_t i = 0; i < offer->count; i++)
		if (offer->operations[i])
			offer->operations[i]->submitter = NULL;
	offer->uring->ring.submitting--;
	ring_drop(&tracer->rings, &offer->uring->identity);
	free(offer);
	thread->offer = NULL;
}

/* What has no result yet and gets none but an error: as far as anybody knows, it has ended now. */
static void note_unseen(struct tracer *tracer, struct thread *thread, struct uring *uring,
	struct operation *operation)
{
	struct captured_call *call = operation->call;

	if (!operation->skips_success || !call)
		return;
	warn(tracer, thread->process, UNSEEN_SUCCESS,
		"the program asks io_uring for no word of operations that succeed "
		"(IOSQE_CQE_SKIP_SUCCESS): when they have ended and what they have moved is not in "
		"the trace");
	/* When the kernel changes the interest list is not known. */
	if (call_row(call)->form == FORM_EPOLL_CONTROL)
		waits_doubt(tracer);
	call->duration_ns = log_now(&tracer->log) - call->time_ns;
	if (has_closed(thread, call))
		end_operation(tracer, thread, uring, operation);
}

/* What the thread offers in this call. Another thread may see the result before this one returns;
 * the kernel says at the end how much of it was taken. */
static void offer(struct tracer *tracer, struct thread *thread, struct uring *uring, uint32_t count)
{
	if (thread->offer) {
		/* A signal has ended that call before it took anything. */
		remove_untaken(thread->offer, 0);
		forget_offer(tracer, thread);
	}
	if (count > uring->ring.params.sq_entries)
		count = uring->ring.params.sq_entries;
	struct io_uring_sqe *entries = xcalloc(count + 1, sizeof(*entries));
	count = ring_offered(&uring->ring, thread->tid, entries, count);
	struct uring_offer *made = xcalloc(1, sizeof(*made) + count * sizeof(made->operations[0]));
	made->uring = uring;
	made->count = count;
	ring_hold(&uring->identity);
	uring->ring.submitting++;
	thread->offer = made;
	for (uint32_t i = 0; i < count; i++) {
		struct operation_call described = {0};
		bool is_known = operation_describe(&entries[i], &described);
		if (uring->pending.count >= PENDING_LIMIT) {
			warn(tracer, thread->process, UNSEEN_MANY,
				"so many operations of io_uring are under way that results of the "
				"oldest are not in the trace");
			end_operation(tracer, thread, uring, uring->pending.oldest);
		}
		end_unseen(tracer, thread, uring, entries[i].user_data);
		struct operation *operation = pending_add(&uring->pending, entries[i].user_data,
			is_known ? call_of(tracer, thread, &described) : NULL);
		operation->submitted_ns = log_now(&tracer->log);
		operation->is_zero_copy = described.is_zero_copy;
		operation->skips_success = described.skips_success;
		if (entries[i].opcode == IORING_OP_POLL_REMOVE &&
			(entries[i].len & IORING_POLL_UPDATE_USER_DATA)) {
			operation->renames = true;
			operation->old_name = entries[i].addr;
			operation->new_name = entries[i].off;
		}
		operation->submitter = &made->operations[i];
		made->operations[i] = operation;
	}
	free(entries);
}

/* The ring of that index, from now on. */
static void set_registered(
	struct tracer *tracer, struct thread *thread, uint32_t index, struct ring_identity *ring)
{
	if (index >= REGISTERED_RINGS)
		return;
	if (ring)
		ring_hold(ring);
	ring_drop(&tracer->rings, thread->registered_rings[index]);
	thread->registered_rings[index] = ring;
}

/* The ring behind a number. It may have got that in a way that nobody has seen. */
static struct uring *uring_of_fd(struct tracer *tracer, struct thread *thread, int fd)
{
	struct ring_identity *ring = rings_find(&tracer->rings, fds_inode(thread->tid, fd));

	if (ring)
		ring_number_put(&tracer->rings, thread->table, fd, ring);
	return uring_of(ring);
}

static void made_ring(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct traced_process *process = thread->process;
	int number = (int)call->result;

	if (call->result < 0)
		return;
	struct uring *uring = xcalloc(1, sizeof(*uring));
	ring_describe(&uring->ring, thread->tid, call_argument(call, ARGUMENT_RING_PARAMETERS));
	bool has_index = uring->ring.params.flags & SETUP_REGISTERED_FD_ONLY;
	uring->ring.inode = has_index ? 0 : fds_inode(thread->tid, number);
	if (rings_find(&tracer->rings, uring->ring.inode)) {
		/* Before Linux 5.16 the rings of all programs have one inode. */
		free(uring);
		warn_opaque(tracer, process, UNSEEN_ALIKE,
			"this kernel does not say which io_uring is which: of several, what the "
			"program does to sockets through the later ones is not in the trace");
		return;
	}
	rings_add(&tracer->rings, &uring->identity, uring->ring.inode);
	if (has_index)
		set_registered(tracer, thread, (uint32_t)number, &uring->identity);
	else
		ring_number_put(&tracer->rings, thread->table, number, &uring->identity);
	if (uring->ring.is_unreadable)
		warn_opaque(tracer, process, UNSEEN_NEW,
			"the program uses io_uring in a way that is newer than this socktrace: what it "
			"does to sockets that way, and sockets and descriptors that are made or closed "
			"that way, are not in the trace");
	if (uring->ring.params.flags & IORING_SETUP_SQPOLL)
		warn_opaque(tracer, process, UNSEEN_POLL,
			"the program uses io_uring with a thread of the kernel that takes what is "
			"submitted (IORING_SETUP_SQPOLL): what it does to sockets that way, and "
			"sockets and descriptors that are made or closed that way, are not in the "
			"trace");
}

static void warn_old(struct tracer *tracer, struct thread *thread)
{
	warn_opaque(tracer, thread->process, UNSEEN_OLD,
		"the program uses an io_uring that was made before the trace began or by "
		"another process: what it does to sockets that way is not in the trace");
}

/* A thread of the kernel may take what is submitted, so that the ring is not entered. */
void uring_found(struct tracer *tracer, struct thread *thread)
{
	if (fds_have_file(thread->tid, "anon_inode:[io_uring]"))
		warn_old(tracer, thread);
}

/* The ring of an io_uring_enter or _register, whose first argument is a number or, with the flag,
 * an index of the thread's registered rings. */
static struct uring *ring_of_call(struct tracer *tracer, struct thread *thread,
	const struct captured_call *call, bool is_index)
{
	int32_t number = call_fd(call, ARGUMENT_RING);
	struct uring *uring = NULL;

	if (!is_index)
		uring = uring_of_fd(tracer, thread, number);
	else if ((uint32_t)number < REGISTERED_RINGS)
		uring = uring_of(thread->registered_rings[number]);
	if (!uring)
		warn_old(tracer, thread);
	return uring;
}

static void enter_ring(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	uint64_t flags = call_argument(call, ARGUMENT_RING_FLAGS);
	struct uring *uring =
		ring_of_call(tracer, thread, call, flags & IORING_ENTER_REGISTERED_RING);

	if (!uring)
		return;
	if (collect_here(tracer, thread, uring))
		warn(tracer, thread->process, UNSEEN_LATE,
			"operations of io_uring were completed without io_uring_enter: their calls "
			"seem to end later than they did, and data may be what came after");
	if (!(uring->ring.params.flags & IORING_SETUP_SQPOLL))
		offer(tracer, thread, uring, (uint32_t)call_argument(call, ARGUMENT_RING_OFFERED));
}

/* struct io_uring_rsrc_update: the kernel has filled in which index each ring has got. */
static void change_registered(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call, bool is_new)
{
	struct io_uring_rsrc_update update;
	uint64_t address = call_argument(call, ARGUMENT_RING_VALUE);

	for (int64_t i = 0; i < call->result && i < REGISTERED_RINGS; i++) {
		if (memory_read(thread->tid, address + (uint64_t)i * sizeof(update), &update,
			    sizeof(update)) < sizeof(update))
			return;
		struct uring *uring = is_new ? uring_of_fd(tracer, thread, (int)update.data) : NULL;
		set_registered(tracer, thread, update.offset, uring ? &uring->identity : NULL);
	}
}

static uint32_t command_of(const struct captured_call *call)
{
	return (uint32_t)call_argument(call, ARGUMENT_RING_COMMAND);
}

static struct uring *ring_to_resize(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	uint32_t command = command_of(call);

	return (command & ~REGISTER_BY_INDEX) == REGISTER_RESIZE_RINGS
		       ? ring_of_call(tracer, thread, call, command & REGISTER_BY_INDEX)
		       : NULL;
}

/* The indexes may be all that is left of the rings. */
static void look_before_unregister(struct tracer *tracer, struct thread *thread)
{
	for (uint32_t i = 0; i < REGISTERED_RINGS; i++)
		if (thread->registered_rings[i] && thread->registered_rings[i]->references == 1)
			look_once_more(tracer, thread, thread->registered_rings[i], -1);
}

static void before_register(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct uring *uring = ring_to_resize(tracer, thread, call);

	if (uring)
		collect_here(tracer, thread, uring);
	if ((command_of(call) & ~REGISTER_BY_INDEX) == IORING_UNREGISTER_RING_FDS)
		look_before_unregister(tracer, thread);
}

static void after_register(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	uint32_t command = command_of(call) & ~REGISTER_BY_INDEX;
	struct uring *uring = ring_to_resize(tracer, thread, call);

	if (call->result < 0)
		return;
	if (uring)
		ring_describe_again(
			&uring->ring, thread->tid, call_argument(call, ARGUMENT_RING_VALUE));
	else if (command == IORING_REGISTER_RING_FDS || command == IORING_UNREGISTER_RING_FDS)
		change_registered(tracer, thread, call, command == IORING_REGISTER_RING_FDS);
}

void uring_enter(struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	/* What is completed when the thread ends is read then. */
	if (!thread->reports_exit)
		tracee_report_exit(thread->tid, !tracer->settings.is_unfiltered);
	thread->reports_exit = true;
	if (call_row(call)->hook == HOOK_IO_URING_ENTER)
		enter_ring(tracer, thread, call);
	else if (call_row(call)->hook == HOOK_IO_URING_REGISTER)
		before_register(tracer, thread, call);
}

void uring_exit(struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	enum syscall_hook hook = call_row(call)->hook;

	if (hook == HOOK_IO_URING_SETUP)
		made_ring(tracer, thread, call);
	if (hook == HOOK_IO_URING_REGISTER)
		after_register(tracer, thread, call);
	struct uring_offer *offered = thread->offer;
	if (!offered)
		return;
	remove_untaken(offered, call->result > 0 ? (size_t)call->result : 0);
	collect_here(tracer, thread, offered->uring);
	for (size_t i = 0; i < offered->count; i++)
		if (offered->operations[i])
			note_unseen(tracer, thread, offered->uring, offered->operations[i]);
	forget_offer(tracer, thread);
}

/* The program may have seen in the ring what the trace has not. A child that has inherited the
 * number has not mapped the ring as a rule, and to look for that at each of its calls takes long.
 */
static void catch_up(struct tracer *tracer, struct thread *thread)
{
	const struct ring_number *number;

	for (size_t at = 0; (number = ring_number_next(thread->table, &at));)
		if (uring_of(number->ring)->pending.calls > 0 &&
			uring_of(number->ring)->ring.pid == thread->process->pid)
			collect_here(tracer, thread, uring_of(number->ring));
}

/* A number may stand for nothing, or for something else, after the call. */
static bool may_end_number(const struct captured_call *call)
{
	return call_row(call)->form == FORM_RANGE || call->effect == EFFECT_CLOSE ||
	       call_fd(call, ARGUMENT_TARGET_FD) >= 0;
}

void uring_before(struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	if (thread->table->rings.count == 0)
		return;
	/* What was completed on a number comes before its end. */
	if (call->effect == EFFECT_WAIT || may_end_number(call) ||
		(call->fd >= 0 && !table_get(thread->table, call->fd)))
		catch_up(tracer, thread);
	look_before_close(tracer, thread, call);
}

void uring_last_look(struct tracer *tracer, struct thread *thread)
{
	if (thread->table)
		look_at_numbers(tracer, thread, 0, UINT32_MAX);
	for (uint32_t i = 0; i < REGISTERED_RINGS; i++)
		if (thread->registered_rings[i])
			look_once_more(tracer, thread, thread->registered_rings[i], -1);
}

void uring_forget_ended(struct tracer *tracer, struct thread *thread)
{
	struct ring_identity *ring;

	while ((ring = tracer->rings.ended)) {
		tracer->rings.ended = ring->next;
		while (uring_of(ring)->pending.oldest)
			end_operation(
				tracer, thread, uring_of(ring), uring_of(ring)->pending.oldest);
		pending_free(&uring_of(ring)->pending);
		free(ring);
	}
}

static void leave(struct tracer *tracer, struct thread *thread, bool has_own_table)
{
	forget_offer(tracer, thread);
	for (uint32_t i = 0; i < REGISTERED_RINGS; i++)
		set_registered(tracer, thread, i, NULL);
	if (has_own_table)
		ring_numbers_remove(&tracer->rings, thread->table, 0, UINT32_MAX);
	uring_forget_ended(tracer, thread);
}

void uring_exec(struct tracer *tracer, struct thread *thread)
{
	leave(tracer, thread, thread->table->users <= thread->process->threads);
}

void uring_leave(struct tracer *tracer, struct thread *thread)
{
	leave(tracer, thread, thread->table && thread->table->users == 1);
}

void uring_detach(struct tracer *tracer)
{
	struct ring_identity *ring;
	size_t at = 0;

	while ((ring = id_map_next(&tracer->rings.by_id, &at))) {
		struct uring *uring = uring_of(ring);
		while (uring->pending.oldest) {
			const struct captured_call *call = uring->pending.oldest->call;
			size_t any = 0;
			struct thread *thread =
				call ? tracees_find(&tracer->tracees, call->tid) : NULL;
			if (!thread)
				thread = tracees_next(&tracer->tracees, &any);
			if (!thread || !thread->process)
				break;
			end_operation(tracer, thread, uring, uring->pending.oldest);
		}
	}
}
