/* SPDX-License-Identifier: MIT */
#include "tracer/call/layout.h"

#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "tracer/ptrace/tracee_memory.h"

struct compat_segment {
	uint32_t base, length;
};

struct compat_message {
	uint32_t name;
	int32_t name_length;
	uint32_t segments, segment_count, control, control_length, flags;
};

struct compat_message_of_several {
	struct compat_message header;
	uint32_t moved;
};

struct compat_control {
	uint32_t length;
	int32_t level, type;
};

static void *pointer(uint32_t address)
{
	return (void *)(uintptr_t)address;
}

size_t layout_segments(
	const struct captured_call *call, uint64_t address, struct iovec *segments, size_t count)
{
	if (!call->is_compat)
		return memory_read(call->tid, address, segments, count * sizeof(*segments)) /
		       sizeof(*segments);
	struct compat_segment *compat = xcalloc(count + 1, sizeof(*compat));
	count = memory_read(call->tid, address, compat, count * sizeof(*compat)) / sizeof(*compat);
	for (size_t i = 0; i < count; i++)
		segments[i] = (struct iovec){pointer(compat[i].base), compat[i].length};
	free(compat);
	return count;
}

static struct msghdr from_compat(const struct compat_message *message)
{
	return (struct msghdr){
		.msg_name = pointer(message->name),
		.msg_namelen = (socklen_t)message->name_length,
		.msg_iov = pointer(message->segments),
		.msg_iovlen = message->segment_count,
		.msg_control = pointer(message->control),
		.msg_controllen = message->control_length,
		.msg_flags = (int)message->flags,
	};
}

bool layout_message(const struct captured_call *call, uint64_t address, struct msghdr *message)
{
	struct compat_message compat;

	if (!call->is_compat)
		return memory_read(call->tid, address, message, sizeof(*message)) ==
		       sizeof(*message);
	if (memory_read(call->tid, address, &compat, sizeof(compat)) < sizeof(compat))
		return false;
	*message = from_compat(&compat);
	return true;
}

size_t layout_messages(const struct captured_call *call, uint64_t address, size_t first,
	struct mmsghdr *messages, size_t count)
{
	struct compat_message_of_several *compat;

	if (!call->is_compat)
		return memory_read(call->tid, address + first * sizeof(*messages), messages,
			       count * sizeof(*messages)) /
		       sizeof(*messages);
	compat = xcalloc(count + 1, sizeof(*compat));
	count = memory_read(call->tid, address + first * sizeof(*compat), compat,
			count * sizeof(*compat)) /
		sizeof(*compat);
	for (size_t i = 0; i < count; i++)
		messages[i] = (struct mmsghdr){from_compat(&compat[i].header), compat[i].moved};
	free(compat);
	return count;
}

bool layout_times(const struct captured_call *call, uint64_t address, int64_t times[2])
{
	int32_t compat[2];

	if (!call->is_compat)
		return memory_read(call->tid, address, times, 2 * sizeof(*times)) ==
		       2 * sizeof(*times);
	if (memory_read(call->tid, address, compat, sizeof(compat)) < sizeof(compat))
		return false;
	times[0] = compat[0];
	times[1] = compat[1];
	return true;
}

size_t layout_long(const struct captured_call *call)
{
	return call->is_compat ? sizeof(int32_t) : sizeof(int64_t);
}

/* A header of 12 bytes becomes one of 16, and what follows it is aligned to 8 instead of 4. */
size_t layout_control_room(const struct captured_call *call, size_t length)
{
	return call->is_compat ? 2 * length : length;
}

size_t layout_control(const struct captured_call *call, unsigned char *bytes, size_t length)
{
	struct compat_control compat;
	size_t from = 0, to = 0;

	if (!call->is_compat || length == 0)
		return length;
	unsigned char *copy = xcalloc(1, length);
	memcpy(copy, bytes, length);
	while (length - from >= sizeof(compat)) {
		memcpy(&compat, copy + from, sizeof(compat));
		if (compat.length < sizeof(compat) || compat.length > length - from)
			break;
		size_t data = compat.length - sizeof(compat);
		struct cmsghdr header = {CMSG_LEN(data), compat.level, compat.type};
		memcpy(bytes + to, &header, sizeof(header));
		memset(bytes + to + sizeof(header), 0, CMSG_SPACE(data) - sizeof(header));
		memcpy(bytes + to + sizeof(header), copy + from + sizeof(compat), data);
		to += CMSG_SPACE(data);
		/* The last one need not be filled up to a multiple of 4. */
		size_t step = (compat.length + 3u) & ~(size_t)3;
		from = step > length - from ? length : from + step;
	}
	free(copy);
	return to;
}
