/* SPDX-License-Identifier: MIT */
#include "tracer/follow/uring.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "tracer/follow/recording.h"
#include "tracer/follow/uring_ring.h"
#include "tracer/log/records.h"

#define OFFER_LIMIT   4096  /* entries looked at in one call */
#define PENDING_LIMIT 65536 /* of a ring */

/* An operation that was offered or submitted. */
struct operation {
	uint64_t user_data;
	bool takes_any_length;      /* of a buffer that the kernel chooses */
	struct captured_call *call; /* owned; NULL: nothing to do with sockets */
};

struct uring {
	struct ring ring; /* first, so that its `next` links these */
	struct operation *pending;
	size_t count, capacity;
};

struct uring_offer {
	struct uring *uring;
	size_t count;
	struct operation operations[];
};

/* Each warning is given once for a process. */
enum {
	UNSEEN_POLL = 1,
	UNSEEN_DIRECT = 2,
	UNSEEN_OLD = 4,
	UNSEEN_LOST = 8,
	UNSEEN_LATE = 16,
	UNSEEN_NEW = 32
};

static void warn(struct tracer *tracer, struct traced_process *process, unsigned int kind,
	const char *message)
{
	if (process->uring_warnings & kind)
		return;
	process->uring_warnings |= kind;
	record_warning(&tracer->log, process, "io-uring", message);
}

/* Where in an entry the arguments of an operation stand: io_uring_enter(2). */
enum entry_field { NOWHERE, FD, OFFSET, ADDRESS, LENGTH, FLAGS, ADDRESS_LENGTH };

/* Newer than some headers: of Linux 6.7, 6.11, 6.15 and 6.17. */
#define OP_READ_MULTISHOT 49
#define OP_BIND           56
#define OP_LISTEN         57
#define OP_RECV_ZC        58
#define OP_READV_FIXED    60
#define OP_WRITEV_FIXED   61
#define SEND_VECTORIZED   (1u << 5) /* IORING_SEND_VECTORIZED: the address is that of segments */

static const struct entry_layout {
	uint8_t code;
	uint16_t flags; /* in ioprio, that the entry has; rows with flags stand first */
	enum entry_field arguments[SYSCALL_ARGUMENTS];
	const char *row;
} entry_layouts[] = {
	{IORING_OP_SEND, SEND_VECTORIZED, {FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH},
		"io_uring_send_vectorized"},
	{IORING_OP_SEND_ZC, SEND_VECTORIZED, {FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH},
		"io_uring_send_zc_vectorized"},
	{IORING_OP_READV, 0, {FD, ADDRESS, LENGTH}, "io_uring_readv"},
	{IORING_OP_WRITEV, 0, {FD, ADDRESS, LENGTH}, "io_uring_writev"},
	{IORING_OP_READ_FIXED, 0, {FD, ADDRESS, LENGTH}, "io_uring_read_fixed"},
	{IORING_OP_WRITE_FIXED, 0, {FD, ADDRESS, LENGTH}, "io_uring_write_fixed"},
	{IORING_OP_SENDMSG, 0, {FD, ADDRESS, FLAGS}, "io_uring_sendmsg"},
	{IORING_OP_RECVMSG, 0, {FD, ADDRESS, FLAGS}, "io_uring_recvmsg"},
	{IORING_OP_ACCEPT, 0, {FD, ADDRESS, OFFSET, FLAGS}, "io_uring_accept"},
	{IORING_OP_CONNECT, 0, {FD, ADDRESS, OFFSET}, "io_uring_connect"},
	{IORING_OP_CLOSE, 0, {FD}, "io_uring_close"},
	{IORING_OP_READ, 0, {FD, ADDRESS, LENGTH}, "io_uring_read"},
	{IORING_OP_WRITE, 0, {FD, ADDRESS, LENGTH}, "io_uring_write"},
	{IORING_OP_SEND, 0, {FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH}, "io_uring_send"},
	{IORING_OP_RECV, 0, {FD, ADDRESS, LENGTH, FLAGS}, "io_uring_recv"},
	{IORING_OP_SHUTDOWN, 0, {FD, LENGTH}, "io_uring_shutdown"},
	{IORING_OP_SOCKET, 0, {FD, OFFSET, LENGTH}, "io_uring_socket"},
	{IORING_OP_SEND_ZC, 0, {FD, ADDRESS, LENGTH, FLAGS, OFFSET, ADDRESS_LENGTH},
		"io_uring_send_zc"},
	{IORING_OP_SENDMSG_ZC, 0, {FD, ADDRESS, FLAGS}, "io_uring_sendmsg_zc"},
	{OP_READ_MULTISHOT, 0, {FD, ADDRESS, LENGTH}, "io_uring_read_multishot"},
	{OP_BIND, 0, {FD, ADDRESS, OFFSET}, "io_uring_bind"},
	{OP_LISTEN, 0, {FD, LENGTH}, "io_uring_listen"},
	/* Into the device's memory. */
	{OP_RECV_ZC, 0, {FD, NOWHERE, LENGTH, FLAGS}, "io_uring_recv_zc"},
	{OP_READV_FIXED, 0, {FD, ADDRESS, LENGTH}, "io_uring_readv_fixed"},
	{OP_WRITEV_FIXED, 0, {FD, ADDRESS, LENGTH}, "io_uring_writev_fixed"},
};

static uint64_t argument(const struct io_uring_sqe *entry, enum entry_field field)
{
	switch (field) {
	case FD:
		return (uint32_t)entry->fd;
	case OFFSET:
		return entry->off;
	case ADDRESS:
		/* The kernel chooses a buffer that the program has given it before. */
		return entry->flags & IOSQE_BUFFER_SELECT ? 0 : entry->addr;
	case LENGTH:
		return entry->len;
	case FLAGS:
		return entry->rw_flags;
	case ADDRESS_LENGTH:
		return entry->addr_len;
	case NOWHERE:
		break;
	}
	return 0;
}

static const struct entry_layout *layout_of(const struct io_uring_sqe *entry)
{
	for (size_t i = 0; i < sizeof(entry_layouts) / sizeof(entry_layouts[0]); i++)
		if (entry_layouts[i].code == entry->opcode &&
			(entry->ioprio & entry_layouts[i].flags) == entry_layouts[i].flags)
			return &entry_layouts[i];
	return NULL;
}

static struct uring *find(const struct traced_process *process, int fd)
{
	for (struct uring *uring = process->urings; uring; uring = (struct uring *)uring->ring.next)
		if (uring->ring.fd == fd)
			return uring;
	return NULL;
}

/* The entry as a call; NULL when it is not made on a socket. */
static struct captured_call *call_of(
	struct tracer *tracer, struct thread *thread, const struct io_uring_sqe *entry)
{
	const struct entry_layout *layout = layout_of(entry);
	struct syscall_entry made = {0};
	bool is_direct = (entry->flags & IOSQE_FIXED_FILE) ||
			 ((entry->opcode == IORING_OP_ACCEPT || entry->opcode == IORING_OP_SOCKET ||
				  entry->opcode == IORING_OP_CLOSE) &&
				 entry->file_index != 0);

	if (layout && is_direct)
		warn(tracer, thread->process, UNSEEN_DIRECT,
			"the program uses io_uring with registered (direct) descriptors: what it "
			"does on those is not in the trace");
	if (!layout || is_direct)
		return NULL;
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++)
		made.arguments[i] = argument(entry, layout->arguments[i]);
	struct captured_call *call = call_new();
	if (!recording_begin(tracer, thread, &call, syscall_named(layout->row), &made) ||
		!call->is_recorded) {
		free(call);
		return NULL;
	}
	call->is_from_ring = true;
	return call;
}

/* Keeps the entries that the thread submits in this call; the kernel says at its end how many of
 * them were taken. */
static void offer(struct tracer *tracer, struct thread *thread, struct uring *uring, uint32_t count)
{
	struct io_uring_sqe *entries;
	struct uring_offer *offered;

	if (count > OFFER_LIMIT)
		count = OFFER_LIMIT;
	entries = xcalloc(count + 1, sizeof(*entries));
	count = ring_offered(&uring->ring, thread->tid, entries, count);
	offered = xcalloc(1, sizeof(*offered) + count * sizeof(offered->operations[0]));
	offered->uring = uring;
	offered->count = count;
	for (uint32_t i = 0; i < count; i++)
		offered->operations[i] = (struct operation){
			.user_data = entries[i].user_data,
			.takes_any_length = (entries[i].flags & IOSQE_BUFFER_SELECT) ||
					    entries[i].opcode == OP_RECV_ZC,
			.call = call_of(tracer, thread, &entries[i]),
		};
	free(entries);
	uring_forget(thread);
	thread->offer = offered;
}

static void submit(struct uring *uring, const struct operation *operation)
{
	uring->pending =
		array_grow(uring->pending, uring->count, &uring->capacity, sizeof(*uring->pending));
	uring->pending[uring->count++] = *operation;
}

static void drop(struct uring *uring, size_t index)
{
	free(uring->pending[index].call);
	memmove(&uring->pending[index], &uring->pending[index + 1],
		(--uring->count - index) * sizeof(*uring->pending));
}

static struct captured_call *copy_of(const struct captured_call *call)
{
	struct captured_call *copy = xcalloc(1, call_size(call));

	memcpy(copy, call, call_size(call));
	copy->parts_capacity = copy->parts_length;
	return copy;
}

/* Finds the operation that has a result, and completes its call. There may be more results to come,
 * for which the operation keeps its call. */
static void take(struct tracer *tracer, struct thread *thread, struct uring *uring,
	const struct io_uring_cqe *completion)
{
	bool has_more = completion->flags & IORING_CQE_F_MORE;
	size_t i = 0;

	while (i < uring->count && uring->pending[i].user_data != completion->user_data)
		i++;
	if (i == uring->count)
		return;
	struct operation *operation = &uring->pending[i];
	/* The second completion of a zero-copy send only says that the buffer may be used again. */
	if (operation->call && !(completion->flags & IORING_CQE_F_NOTIF)) {
		struct captured_call *call = operation->call;
		if (has_more)
			operation->call = copy_of(call);
		int size_at = syscall_argument(call_row(call), ARGUMENT_SIZE);
		if (operation->takes_any_length && completion->res > 0 && size_at >= 0 &&
			call->arguments[size_at] == 0)
			call->arguments[size_at] = (uint64_t)completion->res;
		recording_complete(tracer, thread, &call, completion->res);
		if (has_more) {
			free(call);
			operation->call->time_ns = log_now(&tracer->log);
		} else {
			operation->call = call;
		}
	}
	if (!has_more)
		drop(uring, i);
}

static bool collect(struct tracer *tracer, struct thread *thread, struct uring *uring)
{
	struct io_uring_cqe completion;
	uint32_t lost = 0;
	uint32_t count = 0;

	/* Another thread may write more and more completions while these are read. */
	while (count < uring->ring.params.cq_entries &&
		ring_completed(&uring->ring, thread->tid, &completion, &lost)) {
		take(tracer, thread, uring, &completion);
		count++;
	}
	if (lost > 0)
		warn(tracer, thread->process, UNSEEN_LOST,
			"the program takes completions of io_uring without io_uring_enter: some "
			"were overwritten before they could be seen, and the results of their "
			"operations are not in the trace");
	return count > 0;
}

static void made_ring(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct traced_process *process = thread->process;
	struct uring *uring, *last = process->urings;

	if (call->result < 0)
		return;
	/* The mappings that exist by now belong to the ring made before, not to the new one. */
	if (last && !last->ring.entries)
		ring_locate(&last->ring, &last->ring, thread->tid);
	uring = xcalloc(1, sizeof(*uring));
	uring->ring.fd = (int)call->result;
	uring->ring.next = last ? &last->ring : NULL;
	ring_describe(&uring->ring, thread->tid, call_argument(call, ARGUMENT_RING_PARAMETERS));
	process->urings = uring;
	if (uring->ring.is_unreadable)
		warn(tracer, process, UNSEEN_NEW,
			"the program uses io_uring in a way that is newer than this socktrace: what it "
			"does to sockets that way, and sockets and descriptors that are made or closed "
			"that way, are not in the trace");
	if (uring->ring.params.flags & IORING_SETUP_SQPOLL)
		warn(tracer, process, UNSEEN_POLL,
			"the program uses io_uring with a thread of the kernel that takes what is "
			"submitted (IORING_SETUP_SQPOLL): what it does to sockets that way, and "
			"sockets and descriptors that are made or closed that way, are not in the "
			"trace");
}

static struct uring *ring_of_call(
	struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct traced_process *process = thread->process;
	bool is_registered =
		call_argument(call, ARGUMENT_RING_FLAGS) & IORING_ENTER_REGISTERED_RING;
	struct uring *uring =
		is_registered
			? process->urings /* its number is no descriptor: assume the last made */
			: find(process, call_fd(call, ARGUMENT_RING));

	if (!uring)
		warn(tracer, process, UNSEEN_OLD,
			"the program uses an io_uring that was made before the trace began or by "
			"another process: what it does to sockets that way is not in the trace");
	else if (!uring->ring.entries)
		ring_locate(&uring->ring, &process->urings->ring, thread->tid);
	return uring;
}

void uring_enter(struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct uring *uring;

	if (call_row(call)->hook != HOOK_IO_URING_ENTER ||
		!(uring = ring_of_call(tracer, thread, call)))
		return;
	if (collect(tracer, thread, uring))
		warn(tracer, thread->process, UNSEEN_LATE,
			"operations of io_uring were completed without io_uring_enter: their calls "
			"seem to end later than they did, and data may be what came after");
	if (!(uring->ring.params.flags & IORING_SETUP_SQPOLL))
		offer(tracer, thread, uring, (uint32_t)call_argument(call, ARGUMENT_RING_OFFERED));
}

void uring_exit(struct tracer *tracer, struct thread *thread, const struct captured_call *call)
{
	struct uring_offer *offered = thread->offer;
	int64_t taken = call->result;

	if (call_row(call)->hook == HOOK_IO_URING_SETUP)
		made_ring(tracer, thread, call);
	if (!offered)
		return;
	struct uring *uring = offered->uring;
	for (size_t i = 0; i < offered->count && (int64_t)i < taken; i++) {
		if (uring->count == PENDING_LIMIT)
			drop(uring, 0);
		submit(uring, &offered->operations[i]);
		offered->operations[i].call = NULL;
	}
	uring_forget(thread);
	collect(tracer, thread, uring);
}

void uring_forget(struct thread *thread)
{
	struct uring_offer *offered = thread->offer;

	for (size_t i = 0; offered && i < offered->count; i++)
		free(offered->operations[i].call);
	free(offered);
	thread->offer = NULL;
}

void uring_end(struct tracer *tracer, struct thread *thread)
{
	struct uring *uring;

	while ((uring = thread->process->urings)) {
		thread->process->urings = (struct uring *)uring->ring.next;
		for (; uring->count > 0; drop(uring, 0))
			if (uring->pending[0].call)
				recording_abandon(tracer, thread, uring->pending[0].call);
		free(uring->pending);
		free(uring);
	}
}
