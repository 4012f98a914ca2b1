/* SPDX-License-Identifier: MIT */
#include "tracer/call/capture.h"

#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tracer/call/layout.h"
#include "tracer/ptrace/tracee_memory.h"
#include "tracer/table/ioctls.h"

/* The lengths that a program gives are believed up to these. */
#define ADDRESS_LIMIT 256 /* struct sockaddr_storage has 128 */
#define OPTION_LIMIT  4096
#define CONTROL_LIMIT 65536
#define SEGMENT_LIMIT IOV_MAX
#define MESSAGE_LIMIT 1024 /* UIO_MAXIOV, which is the kernel's, too: sendmmsg(2) */

/* The most that is kept of all payloads of a call whose lengths stand in the tracee's memory, where
 * they may be anything. */
#define DOUBTFUL_LIMIT (64u << 20)

struct capture {
	struct captured_call **call;
	const struct syscall_row *row;
	int argument;
	int part; /* the argument that parts are added to: the same, or a message of several */
	size_t payload;
};

static uint64_t argument(const struct capture *c, int offset)
{
	return (*c->call)->arguments[c->argument + offset];
}

static size_t at_most(uint64_t length, size_t limit)
{
	return length > limit ? limit : (size_t)length;
}

/* Adds a part with up to `limit` of the `length` bytes at `address`. */
static void add(
	struct capture *c, enum part_kind kind, uint64_t address, uint64_t length, size_t limit)
{
	if (address == 0 || length == 0)
		return;
	size_t wanted = at_most(length, limit);
	unsigned char *bytes = call_add(c->call, c->part, kind, wanted, length);
	size_t copied = memory_read((*c->call)->tid, address, bytes, wanted);
	if (copied < wanted)
		call_part_shrink(*c->call, bytes, copied);
}

static bool has_succeeded(const struct capture *c)
{
	return (*c->call)->result >= 0;
}

/* socklen_t is unsigned, and the kernel refuses negative ones all the same: net/socket.c. */
static uint64_t address_length(uint64_t length)
{
	return (int32_t)length > 0 ? (uint32_t)length : 0;
}

/* Captured at the entry: the address is what matters of a connect that never returns. */
static void address_entry(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), address_length(argument(c, 1)), ADDRESS_LIMIT);
}

static void result_length_entry(struct capture *c)
{
	add(c, PART_LENGTH, argument(c, 1), sizeof(int32_t), sizeof(int32_t));
}

static void add_copy(struct capture *c, enum part_kind kind, const void *bytes, size_t length)
{
	memcpy(call_add(c->call, c->part, kind, length, length), bytes, length);
}

/* At entry: select changes its timeout. */
static void time_entry(struct capture *c)
{
	int64_t times[2];

	if (layout_times(*c->call, argument(c, 0), times))
		add_copy(c, PART_BYTES, times, sizeof(times));
}

static void time64_entry(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), 2 * sizeof(int64_t), 2 * sizeof(int64_t));
}

static void epoll_event_exit(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), sizeof(struct epoll_event), sizeof(struct epoll_event));
}

/* The kernel says how long the result is, but wrote no more than the program had room for. */
static void result_exit(struct capture *c, size_t limit)
{
	int32_t room = 0, length = 0;
	pid_t tid = (*c->call)->tid;

	if (!has_succeeded(c) || argument(c, 1) == 0)
		return;
	part_copy(call_part(*c->call, c->argument, PART_LENGTH), &room, sizeof(room));
	if (memory_read(tid, argument(c, 1), &length, sizeof(length)) < sizeof(length))
		return;
	if (length > room)
		length = room;
	add(c, PART_BYTES, argument(c, 0), address_length((uint32_t)length), limit);
}

static void address_result_exit(struct capture *c)
{
	result_exit(c, ADDRESS_LIMIT);
}

static void option_exit(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), address_length(argument(c, 1)), OPTION_LIMIT);
}

static void option_result_exit(struct capture *c)
{
	result_exit(c, OPTION_LIMIT);
}

static void fd_pair_exit(struct capture *c)
{
	if (has_succeeded(c))
		add(c, PART_BYTES, argument(c, 0), 2 * sizeof(int32_t), 2 * sizeof(int32_t));
}

/* MSG_PEEK leaves the bytes where they are, so that they are not counted: recv(2). */
static void set_bytes(struct capture *c, uint64_t moved)
{
	struct captured_call *call = *c->call;
	bool is_peek = call->effect == EFFECT_RECEIVE &&
		       (call_argument(call, ARGUMENT_MESSAGE_FLAGS) & MSG_PEEK);

	call->has_bytes = has_succeeded(c);
	call->bytes = is_peek ? 0 : moved;
}

/* Counts and returns what the call has moved of `size` bytes; with MSG_TRUNC the kernel returns the
 * length of the whole datagram: recv(2). */
static uint64_t count_bytes(struct capture *c, uint64_t size)
{
	uint64_t there = has_succeeded(c) ? (uint64_t)(*c->call)->result : 0;

	if (there > size)
		there = size;
	set_bytes(c, there);
	return there;
}

/* How many bytes of a payload are kept. A result comes from the kernel, and is not doubted. */
static size_t payload_room(const struct capture *c)
{
	const struct captured_call *call = *c->call;
	size_t left = call->parts_length < DOUBTFUL_LIMIT ? DOUBTFUL_LIMIT - call->parts_length : 0;
	bool is_doubtful = call->is_from_ring || c->part >= PART_OF_MESSAGE;

	return is_doubtful ? at_most(c->payload, left) : c->payload;
}

static void data_exit(struct capture *c)
{
	uint64_t length = count_bytes(c, argument(c, 1));

	if (c->payload > 0)
		add(c, PART_DATA, argument(c, 0), length, payload_room(c));
}

static void moved_exit(struct capture *c)
{
	count_bytes(c, argument(c, 0));
}

static void ioctl_exit(struct capture *c)
{
	size_t size = ioctl_size((uint32_t)call_argument(*c->call, ARGUMENT_IOCTL_REQUEST));

	add(c, PART_BYTES, argument(c, 0), size, size);
}

static void gather(struct capture *c, const struct iovec *segments, size_t count, uint64_t length)
{
	size_t wanted = at_most(length, payload_room(c));

	if (wanted == 0)
		return;
	unsigned char *bytes = call_add(c->call, c->part, PART_DATA, wanted, length);
	size_t copied = memory_gather((*c->call)->tid, segments, count, bytes, wanted);
	if (copied < wanted)
		call_part_shrink(*c->call, bytes, copied);
}

/* The segments of one message, or of a call without any. */
struct segments {
	struct iovec list[SEGMENT_LIMIT];
	struct call_segments sum;
};

static void add_segments(
	struct capture *c, struct segments *segments, uint64_t address, uint64_t count)
{
	struct call_segments *sum = &segments->sum;

	sum->total = 0;
	sum->count =
		layout_segments(*c->call, address, segments->list, at_most(count, SEGMENT_LIMIT));
	for (size_t i = 0; i < sum->count; i++)
		if (__builtin_add_overflow(sum->total, segments->list[i].iov_len, &sum->total))
			sum->total = UINT64_MAX;
	add_copy(c, PART_SEGMENTS, sum, sizeof(*sum));
}

static void segments_exit(struct capture *c)
{
	struct segments segments;

	add_segments(c, &segments, argument(c, 0), argument(c, 1));
	gather(c, segments.list, segments.sum.count, count_bytes(c, segments.sum.total));
}

static bool is_result(const struct capture *c)
{
	enum argument_kind kind = c->row->arguments[c->argument].kind;

	return kind == ARGUMENT_MESSAGE_RESULT || kind == ARGUMENT_MESSAGES_RESULT;
}

static void add_control(struct capture *c, const struct msghdr *message)
{
	size_t wanted = at_most(message->msg_controllen, CONTROL_LIMIT);

	if (!message->msg_control || wanted == 0)
		return;
	size_t room = layout_control_room(*c->call, wanted);
	unsigned char *bytes =
		call_add(c->call, c->part, PART_CONTROL, room, message->msg_controllen);
	size_t copied =
		memory_read((*c->call)->tid, (uintptr_t)message->msg_control, bytes, wanted);
	call_part_shrink(*c->call, bytes, layout_control(*c->call, bytes, copied));
}

/* In a message that the kernel filled, the length of msg_control is never more than there was room
 * for; msg_namelen may be more than `name_room`. */
static void add_message(struct capture *c, struct segments *segments, const struct msghdr *message,
	socklen_t name_room)
{
	socklen_t name_length = message->msg_namelen;

	if (is_result(c) && name_length > name_room)
		name_length = name_room;
	if (!is_result(c) || has_succeeded(c)) {
		add(c, PART_ADDRESS, (uintptr_t)message->msg_name, address_length(name_length),
			ADDRESS_LIMIT);
		add_control(c, message);
	}
	add_segments(c, segments, (uintptr_t)message->msg_iov, message->msg_iovlen);
}

static void message_entry(struct capture *c)
{
	struct msghdr message;

	if (layout_message(*c->call, argument(c, 0), &message))
		add_copy(c, PART_HEADER, &message, sizeof(message));
}

static void message_exit(struct capture *c)
{
	struct segments segments;
	struct msghdr room = {0}, message;

	if (!layout_message(*c->call, argument(c, 0), &message))
		return;
	add_copy(c, PART_RESULT, &message, sizeof(message));
	part_copy(call_part(*c->call, c->argument, PART_HEADER), &room, sizeof(room));
	add_message(c, &segments, &message, room.msg_namelen);
	gather(c, segments.list, segments.sum.count, count_bytes(c, segments.sum.total));
}

static void messages_entry(struct capture *c)
{
	struct mmsghdr messages[MESSAGE_LIMIT];
	size_t count = layout_messages(*c->call, argument(c, 0), 0, messages,
		at_most((uint32_t)argument(c, 1), MESSAGE_LIMIT));

	add_copy(c, PART_HEADER, messages, count * sizeof(*messages));
}

/* The room for the address of the message number `index`, as it was at entry. */
static socklen_t name_room(const struct capture *c, size_t index)
{
	const struct captured_part *headers = call_part(*c->call, c->argument, PART_HEADER);
	struct mmsghdr header = {0};

	if (headers && headers->length >= (index + 1) * sizeof(header))
		memcpy(&header, headers->bytes + index * sizeof(header), sizeof(header));
	return header.msg_hdr.msg_namelen;
}

/* One message: its parts, and how many bytes moved in it. */
static uint64_t message_of_several(struct capture *c, size_t index)
{
	struct segments segments;
	struct mmsghdr message;

	if (layout_messages(*c->call, argument(c, 0), index, &message, 1) == 0)
		return 0;
	c->part = PART_OF_MESSAGE + (int)index;
	add_copy(c, PART_RESULT, &message.msg_hdr, sizeof(message.msg_hdr));
	add_message(c, &segments, &message.msg_hdr, name_room(c, index));
	uint64_t moved =
		message.msg_len < segments.sum.total ? message.msg_len : segments.sum.total;
	add_copy(c, PART_LENGTH, &moved, sizeof(moved));
	gather(c, segments.list, segments.sum.count, moved);
	return moved;
}

static void messages_exit(struct capture *c)
{
	size_t count = has_succeeded(c) ? at_most((uint64_t)(*c->call)->result, MESSAGE_LIMIT) : 0;
	uint64_t moved = 0;

	for (size_t i = 0; i < count; i++)
		moved += message_of_several(c, i);
	set_bytes(c, moved);
}

static const struct {
	void (*entry)(struct capture *c);
	void (*exit)(struct capture *c);
} kinds[ARGUMENT_COUNT] = {
	[ARGUMENT_FD_PAIR] = {.exit = fd_pair_exit},
	[ARGUMENT_ADDRESS] = {address_entry},
	[ARGUMENT_ADDRESS_RESULT] = {result_length_entry, address_result_exit},
	[ARGUMENT_DATA] = {.exit = data_exit},
	[ARGUMENT_TIMESPEC] = {time_entry},
	[ARGUMENT_TIMESPEC64] = {time64_entry},
	[ARGUMENT_TIMEVAL] = {time_entry},
	[ARGUMENT_EPOLL_EVENT] = {.exit = epoll_event_exit},
	[ARGUMENT_MOVED] = {.exit = moved_exit},
	[ARGUMENT_IOCTL_ARGUMENT] = {.exit = ioctl_exit},
	[ARGUMENT_SEGMENTS] = {.exit = segments_exit},
	[ARGUMENT_MESSAGE] = {.exit = message_exit},
	[ARGUMENT_MESSAGE_RESULT] = {message_entry, message_exit},
	[ARGUMENT_MESSAGES] = {.exit = messages_exit},
	[ARGUMENT_MESSAGES_RESULT] = {messages_entry, messages_exit},
	[ARGUMENT_OPTION_VALUE] = {.exit = option_exit},
	[ARGUMENT_OPTION_RESULT] = {result_length_entry, option_result_exit},
};

void capture_entry(struct captured_call **call, const struct syscall_row *row)
{
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++) {
		struct capture c = {call, row, i, i, 0};
		if (kinds[row->arguments[i].kind].entry && (*call)->arguments[i] != 0)
			kinds[row->arguments[i].kind].entry(&c);
	}
}

void capture_exit(struct captured_call **call, const struct syscall_row *row, size_t payload)
{
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++) {
		struct capture c = {call, row, i, i, payload};
		if (kinds[row->arguments[i].kind].exit)
			kinds[row->arguments[i].kind].exit(&c);
	}
}
