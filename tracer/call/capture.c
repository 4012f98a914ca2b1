/* SPDX-License-Identifier: MIT */
#include "tracer/call/capture.h"

#include <limits.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tracer/call/layout.h"
#include "tracer/ptrace/tracee_memory.h"
#include "tracer/table/ioctls.h"
#include "tracer/table/socket_options.h"

/* The lengths that a program gives are believed up to these. */
#define ADDRESS_LIMIT   256 /* struct sockaddr_storage has 128 */
#define OPTION_LIMIT    4096
#define CONTROL_LIMIT   65536
#define SEGMENT_LIMIT   IOV_MAX
#define INTERFACE_LIMIT 256
#define NETLINK_ROOM    4096 /* and so much is kept of netlink's messages at least */
#define MESSAGE_LIMIT   1024 /* UIO_MAXIOV, which is the kernel's, too: sendmmsg(2) */

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
	size_t copied = memory_read((*c->call)->memory_tid, address, bytes, wanted);
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

static void epoll_event_entry(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), sizeof(struct epoll_event), sizeof(struct epoll_event));
}

/* The kernel says how long the result is, but wrote no more than the program had room for. */
static uint64_t result_length(struct capture *c)
{
	int32_t room = 0, length = 0;

	if (!has_succeeded(c) || argument(c, 1) == 0)
		return 0;
	part_copy(call_part(*c->call, c->argument, PART_LENGTH), &room, sizeof(room));
	if (memory_read((*c->call)->memory_tid, argument(c, 1), &length, sizeof(length)) <
		sizeof(length))
		return 0;
	return address_length((uint32_t)(length > room ? room : length));
}

static void address_result_exit(struct capture *c)
{
	add(c, PART_BYTES, argument(c, 0), result_length(c), ADDRESS_LIMIT);
}

static const struct socket_option *option_of(const struct capture *c)
{
	return socket_option((int32_t)call_argument(*c->call, ARGUMENT_LEVEL),
		(int32_t)call_argument(*c->call, ARGUMENT_OPTION));
}

static bool is_option(const struct capture *c, enum option_kind kind)
{
	const struct socket_option *option = option_of(c);

	return option && option->kind == kind;
}

static void add_group(struct capture *c, uint64_t length)
{
	size_t wanted = at_most(length, OPTION_LIMIT);

	if (argument(c, 0) == 0 || wanted == 0)
		return;
	unsigned char *bytes =
		call_add(c->call, c->part, PART_BYTES, layout_group_room(*c->call, wanted), length);
	size_t copied = memory_read((*c->call)->memory_tid, argument(c, 0), bytes, wanted);
	call_part_shrink(*c->call, bytes, layout_group(*c->call, bytes, copied));
}

static void add_option(struct capture *c, uint64_t length)
{
	if (is_option(c, OPTION_GROUP))
		add_group(c, length);
	else
		add(c, PART_BYTES, argument(c, 0), length, OPTION_LIMIT);
}

static void add_instructions(struct capture *c, uint64_t address, size_t count)
{
	size_t wanted = at_most(count, BPF_MAXINSNS) * sizeof(struct sock_filter);

	add(c, PART_PROGRAM, address, count * sizeof(struct sock_filter), wanted);
}

static void option_exit(struct capture *c)
{
	uint64_t length = address_length(argument(c, 1));
	struct sock_fprog program;

	add_option(c, length);
	if (is_option(c, OPTION_PROGRAM) &&
		layout_program(*c->call, argument(c, 0), length, &program))
		add_instructions(c, (uintptr_t)program.filter, program.len);
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

static void gather(struct capture *c, const struct iovec *segments, size_t count, uint64_t length);

/* tcp_zerocopy_receive in net/ipv4/tcp.c: bytes that are mapped, and behind them those that had to
 * be copied. What moves none is a question how many there are. */
static void zero_copy_exit(struct capture *c)
{
	struct tcp_zerocopy_receive moved = {0};
	const struct captured_part *value = call_part(*c->call, c->argument, PART_BYTES);

	memcpy(&moved, value->bytes, value->length < sizeof(moved) ? value->length : sizeof(moved));
	struct iovec segments[2] = {
		{(void *)(uintptr_t)moved.address, moved.length},
		{(void *)(uintptr_t)moved.copybuf_address,
			moved.copybuf_len > 0 ? (size_t)moved.copybuf_len : 0},
	};
	uint64_t sum = segments[0].iov_len + segments[1].iov_len;
	if (sum == 0)
		return;
	(*c->call)->effect = EFFECT_RECEIVE;
	(*c->call)->is_doubtful = true;
	set_bytes(c, sum);
	gather(c, segments, 2, sum);
}

/* Of a program the length is the number of its instructions: sk_get_filter in net/core/filter.c. */
static void program_exit(struct capture *c)
{
	uint16_t count = (uint16_t)at_most(result_length(c), UINT16_MAX);

	if (!has_succeeded(c))
		return;
	add_copy(c, PART_BYTES, &count, sizeof(count));
	add_instructions(c, argument(c, 0), count);
}

static void option_result_exit(struct capture *c)
{
	if (is_option(c, OPTION_PROGRAM)) {
		program_exit(c);
		return;
	}
	add_option(c, result_length(c));
	if ((int32_t)call_argument(*c->call, ARGUMENT_LEVEL) == IPPROTO_TCP &&
		(int32_t)call_argument(*c->call, ARGUMENT_OPTION) == TCP_ZEROCOPY_RECEIVE &&
		call_part(*c->call, c->argument, PART_BYTES))
		zero_copy_exit(c);
}

/* The call returns how long the value is. */
static void option_returned_exit(struct capture *c)
{
	if (has_succeeded(c))
		add(c, PART_BYTES, argument(c, 0),
			at_most((uint64_t)(*c->call)->result, argument(c, 1)), OPTION_LIMIT);
}

static void fd_pair_exit(struct capture *c)
{
	if (has_succeeded(c))
		add(c, PART_BYTES, argument(c, 0), 2 * sizeof(int32_t), 2 * sizeof(int32_t));
}

/* Counts and returns what the call has moved of `size` bytes; with MSG_TRUNC the kernel returns the
 * length of the whole datagram: recv(2). */
static uint64_t count_bytes(struct capture *c, uint64_t size)
{
	const struct captured_call *call = *c->call;
	uint64_t there = has_succeeded(c) ? (uint64_t)call->result : 0;

	if (call->chooses_buffer)
		there -= there < call->not_data ? there : call->not_data;
	else if (there > size)
		there = size;
	set_bytes(c, there);
	return there;
}

/* How many bytes of a payload are kept. A result comes from the kernel, and is not doubted. Of
 * netlink's messages more are decoded than are shown as they are. */
static size_t payload_room(struct capture *c)
{
	struct captured_call *call = *c->call;
	size_t left = call->parts_length < DOUBTFUL_LIMIT ? DOUBTFUL_LIMIT - call->parts_length : 0;
	bool is_doubtful = call->is_from_ring || call->is_doubtful || c->part >= PART_OF_MESSAGE;
	bool is_more = call->netlink && c->payload > 0 && c->payload < NETLINK_ROOM;
	size_t wanted = is_more ? NETLINK_ROOM : c->payload;

	call->payload = (uint32_t)at_most(c->payload, UINT32_MAX);
	if (call->chooses_buffer)
		return 0;
	return is_doubtful ? at_most(wanted, left) : wanted;
}

static void data_exit(struct capture *c)
{
	uint64_t length = count_bytes(c, argument(c, 1));

	if (payload_room(c) > 0)
		add(c, PART_DATA, argument(c, 0), length, payload_room(c));
}

static void moved_exit(struct capture *c)
{
	count_bytes(c, argument(c, 0));
}

/* The list of interfaces that a struct ifconf points to: its length, and of each element as much as
 * is shown. */
static void add_interfaces(struct capture *c)
{
	unsigned char elements[INTERFACE_LIMIT][sizeof(struct ifreq)];
	struct ifconf list;

	if (!has_succeeded(c) || !layout_interfaces(*c->call, argument(c, 0), &list))
		return;
	size_t size = layout_interface_size(*c->call);
	size_t room =
		at_most((uint32_t)list.ifc_len, sizeof(elements) / sizeof(elements[0]) * size);
	size_t copied = list.ifc_len > 0 && list.ifc_buf
				? memory_read((*c->call)->memory_tid, (uintptr_t)list.ifc_buf,
					  elements, room)
				: 0;
	unsigned char *bytes = call_add(c->call, c->part, PART_BYTES,
		sizeof(list.ifc_len) + copied / size * IOCTL_INTERFACE_SIZE, sizeof(list.ifc_len));
	memcpy(bytes, &list.ifc_len, sizeof(list.ifc_len));
	bytes += sizeof(list.ifc_len);
	for (size_t i = 0; i < copied / size; i++)
		memcpy(bytes + i * IOCTL_INTERFACE_SIZE, elements[0] + i * size,
			IOCTL_INTERFACE_SIZE);
}

static void add_interface_map(struct capture *c)
{
	struct ifreq request;

	if (layout_interface_map(*c->call, argument(c, 0), &request))
		add_copy(c, PART_BYTES, &request, sizeof(request));
}

static void ioctl_exit(struct capture *c)
{
	const struct ioctl_request *request =
		ioctl_find((uint32_t)call_argument(*c->call, ARGUMENT_IOCTL_REQUEST));

	if (!request)
		return;
	if (request->kind == IOCTL_INTERFACES)
		add_interfaces(c);
	else if (request->structure == &structure_interface_map)
		add_interface_map(c);
	else
		add(c, PART_BYTES, argument(c, 0), ioctl_size(request), ioctl_size(request));
}

static void gather(struct capture *c, const struct iovec *segments, size_t count, uint64_t length)
{
	size_t wanted = at_most(length, payload_room(c));

	if (wanted == 0)
		return;
	unsigned char *bytes = call_add(c->call, c->part, PART_DATA, wanted, length);
	size_t copied = memory_gather((*c->call)->memory_tid, segments, count, bytes, wanted);
	if (copied < wanted)
		call_part_shrink(*c->call, bytes, copied);
}

/* The segments of one message, or of a call without any. */
struct segments {
	struct iovec list[SEGMENT_LIMIT];
	struct call_segments sum;
};

/* The list as it was at the entry, if that was kept; or as it is. */
static size_t take_list(
	const struct capture *c, struct iovec *list, uint64_t address, uint64_t count)
{
	const struct captured_part *kept = call_part(*c->call, c->part, PART_LIST);

	if (!kept)
		return layout_segments(*c->call, address, list, at_most(count, SEGMENT_LIMIT));
	memcpy(list, kept->bytes, kept->length);
	return kept->length / sizeof(*list);
}

static void add_segments(
	struct capture *c, struct segments *segments, uint64_t address, uint64_t count)
{
	struct call_segments *sum = &segments->sum;

	sum->total = 0;
	sum->count = take_list(c, segments->list, address, count);
	for (size_t i = 0; i < sum->count; i++)
		if (__builtin_add_overflow(sum->total, segments->list[i].iov_len, &sum->total))
			sum->total = UINT64_MAX;
	if (!call_part(*c->call, c->part, PART_SEGMENTS))
		add_copy(c, PART_SEGMENTS, sum, sizeof(*sum));
}

/* What the kernel reads when an operation is submitted to io_uring(7) need not be there any more
 * when it ends: io_uring_setup(2), IORING_FEAT_SUBMIT_STABLE. */
static void keep_list(struct capture *c, uint64_t address, uint64_t count)
{
	struct iovec list[SEGMENT_LIMIT];

	count = layout_segments(*c->call, address, list, at_most(count, SEGMENT_LIMIT));
	add_copy(c, PART_LIST, list, count * sizeof(*list));
}

static void segments_entry(struct capture *c)
{
	struct segments segments;

	if (!(*c->call)->is_from_ring)
		return;
	keep_list(c, argument(c, 0), argument(c, 1));
	add_segments(c, &segments, 0, 0);
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
		memory_read((*c->call)->memory_tid, (uintptr_t)message->msg_control, bytes, wanted);
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
	struct segments segments;
	struct msghdr message;

	if (!layout_message(*c->call, argument(c, 0), &message))
		return;
	add_copy(c, PART_HEADER, &message, sizeof(message));
	if ((*c->call)->is_from_ring)
		keep_list(c, (uintptr_t)message.msg_iov, message.msg_iovlen);
	if (is_result(c))
		return;
	add_copy(c, PART_RESULT, &message, sizeof(message));
	add_message(c, &segments, &message, 0);
}

static void sent_message_entry(struct capture *c)
{
	if ((*c->call)->is_from_ring)
		message_entry(c);
}

/* What is left to do when a message was captured as it was submitted. */
static void submitted_message_exit(struct capture *c)
{
	struct segments segments;

	add_segments(c, &segments, 0, 0);
	gather(c, segments.list, segments.sum.count, count_bytes(c, segments.sum.total));
}

static void message_exit(struct capture *c)
{
	struct segments segments;
	struct msghdr room = {0}, message;

	bool was_submitted = call_part(*c->call, c->argument, PART_HEADER) && !is_result(c);
	if (was_submitted || (*c->call)->not_data > 0) {
		submitted_message_exit(c);
		return;
	}
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

/* One message: its parts, and how many bytes moved in it. Of the one that a call failed with the
 * kernel has not said. */
static uint64_t message_of_several(struct capture *c, size_t index)
{
	struct segments segments;
	struct mmsghdr message;

	if (layout_messages(*c->call, argument(c, 0), index, &message, 1) == 0)
		return 0;
	c->part = PART_OF_MESSAGE + (int)index;
	add_copy(c, PART_RESULT, &message.msg_hdr, sizeof(message.msg_hdr));
	add_message(c, &segments, &message.msg_hdr, name_room(c, index));
	uint64_t moved = has_succeeded(c) ? message.msg_len : 0;
	if (moved > segments.sum.total)
		moved = segments.sum.total;
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
	if (!has_succeeded(c) && argument(c, 1) > 0)
		message_of_several(c, 0);
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
	[ARGUMENT_EPOLL_EVENT] = {epoll_event_entry},
	[ARGUMENT_MOVED] = {.exit = moved_exit},
	[ARGUMENT_IOCTL_ARGUMENT] = {.exit = ioctl_exit},
	[ARGUMENT_SEGMENTS] = {segments_entry, segments_exit},
	[ARGUMENT_MESSAGE] = {sent_message_entry, message_exit},
	[ARGUMENT_MESSAGE_RESULT] = {message_entry, message_exit},
	[ARGUMENT_MESSAGES] = {.exit = messages_exit},
	[ARGUMENT_MESSAGES_RESULT] = {messages_entry, messages_exit},
	[ARGUMENT_OPTION_VALUE] = {.exit = option_exit},
	[ARGUMENT_OPTION_RESULT] = {result_length_entry, option_result_exit},
	[ARGUMENT_OPTION_RETURNED] = {.exit = option_returned_exit},
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

/* How many bytes the call had room for, or gave. */
static uint64_t recorded_size(const struct capture *c)
{
	const struct captured_part *part = call_part(*c->call, c->argument, PART_SEGMENTS);
	struct call_segments segments = {0};

	switch (c->row->arguments[c->argument].kind) {
	case ARGUMENT_DATA:
		return argument(c, 1);
	case ARGUMENT_MOVED:
		return argument(c, 0);
	default:
		part_copy(part, &segments, sizeof(segments));
		return segments.total;
	}
}

/* The payload is the last part. */
static void cut_payload(struct captured_call *call, int argument, size_t room)
{
	struct captured_part *part = call_part_writable(call, argument, PART_DATA);

	if (!part || part->length <= room)
		return;
	if (room > 0)
		call_part_shrink(call, part->bytes, room);
	else
		call->parts_length = (uint32_t)((unsigned char *)part - call->parts);
}

void capture_recorded(struct captured_call *call, const struct syscall_row *row, size_t payload)
{
	for (int i = 0; i < SYSCALL_ARGUMENTS; i++) {
		struct capture c = {&call, row, i, i, payload};
		enum argument_kind kind = row->arguments[i].kind;
		if (kind == ARGUMENT_DATA || kind == ARGUMENT_MOVED || kind == ARGUMENT_SEGMENTS ||
			kind == ARGUMENT_MESSAGE || kind == ARGUMENT_MESSAGE_RESULT) {
			count_bytes(&c, recorded_size(&c));
			cut_payload(call, i, payload_room(&c));
		}
	}
}
