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

/* Ours are twice as large: theirs are read to the second half of the array, and each is gone from
 * there before what it becomes is put in its place. */
size_t layout_segments(
	const struct captured_call *call, uint64_t address, struct iovec *segments, size_t count)
{
	struct compat_segment compat;
	const size_t size = call->is_compat ? sizeof(compat) : sizeof(*segments);
	char *bytes = (char *)segments + count * (sizeof(*segments) - size);

	_Static_assert(2 * sizeof(compat) == sizeof(*segments), "");
	count = memory_read(call->memory_tid, address, bytes, count * size) / size;
	for (size_t i = 0; call->is_compat && i < count; i++) {
		memcpy(&compat, bytes + i * size, size);
		segments[i] = (struct iovec){pointer(compat.base), compat.length};
	}
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
		return memory_read(call->memory_tid, address, message, sizeof(*message)) ==
		       sizeof(*message);
	if (memory_read(call->memory_tid, address, &compat, sizeof(compat)) < sizeof(compat))
		return false;
	*message = from_compat(&compat);
	return true;
}

size_t layout_messages(const struct captured_call *call, uint64_t address, size_t first,
	struct mmsghdr *messages, size_t count)
{
	struct compat_message_of_several compat;
	const size_t size = call->is_compat ? sizeof(compat) : sizeof(*messages);
	char *bytes = (char *)messages + count * (sizeof(*messages) - size);

	_Static_assert(2 * sizeof(compat) == sizeof(*messages), "");
	count = memory_read(call->memory_tid, address + first * size, bytes, count * size) / size;
	for (size_t i = 0; call->is_compat && i < count; i++) {
		memcpy(&compat, bytes + i * size, size);
		messages[i] = (struct mmsghdr){from_compat(&compat.header), compat.moved};
	}
	return count;
}

bool layout_times(const struct captured_call *call, uint64_t address, int64_t times[2])
{
	int32_t compat[2];

	if (!call->is_compat)
		return memory_read(call->memory_tid, address, times, 2 * sizeof(*times)) ==
		       2 * sizeof(*times);
	if (memory_read(call->memory_tid, address, compat, sizeof(compat)) < sizeof(compat))
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
	if (length - from >= sizeof(compat)) {
		/* One that is not whole, and is so in our layout, too. */
		memcpy(&compat, copy + from, sizeof(compat));
		size_t growth = compat.length < sizeof(compat)
					? 0
					: sizeof(struct cmsghdr) - sizeof(compat);
		struct cmsghdr header = {compat.length + growth, compat.level, compat.type};
		size_t rest = length - from - sizeof(compat);
		memcpy(bytes + to, &header, sizeof(header));
		memcpy(bytes + to + sizeof(header), copy + from + sizeof(compat), rest);
		to += sizeof(header) + rest;
	}
	free(copy);
	return to;
}

bool layout_interfaces(const struct captured_call *call, uint64_t address, struct ifconf *list)
{
	struct {
		int32_t length;
		uint32_t list;
	} compat;

	if (!call->is_compat)
		return memory_read(call->memory_tid, address, list, sizeof(*list)) == sizeof(*list);
	if (memory_read(call->memory_tid, address, &compat, sizeof(compat)) < sizeof(compat))
		return false;
	*list = (struct ifconf){.ifc_len = compat.length, .ifc_buf = pointer(compat.list)};
	return true;
}

/* Its union is as long as the longest member, a struct ifmap of two longs: linux/if.h. */
size_t layout_interface_size(const struct captured_call *call)
{
	return call->is_compat ? 32 : sizeof(struct ifreq);
}

bool layout_interface_map(const struct captured_call *call, uint64_t address, struct ifreq *request)
{
	struct {
		char name[IFNAMSIZ];
		uint32_t start, end;
		uint16_t base;
		uint8_t irq, dma, port;
	} compat;

	if (!call->is_compat)
		return memory_read(call->memory_tid, address, request, sizeof(*request)) ==
		       sizeof(*request);
	if (memory_read(call->memory_tid, address, &compat, sizeof(compat)) < sizeof(compat))
		return false;
	*request = (struct ifreq){.ifr_map = {compat.start, compat.end, compat.base, compat.irq,
					  compat.dma, compat.port}};
	memcpy(request->ifr_name, compat.name, sizeof(compat.name));
	return true;
}

bool layout_program(const struct captured_call *call, uint64_t address, uint64_t length,
	struct sock_fprog *program)
{
	struct {
		uint16_t count;
		uint32_t instructions;
	} compat = {0};
	void *into = call->is_compat ? (void *)&compat : program;
	size_t size = call->is_compat ? sizeof(compat) : sizeof(*program);

	if (length < size || memory_read(call->memory_tid, address, into, size) < size)
		return false;
	if (call->is_compat)
		*program = (struct sock_fprog){compat.count, pointer(compat.instructions)};
	return true;
}

/* An interface's index, and an address that is aligned to 8 and there to 4: struct compat_group_req
 * in net/compat.h. */
#define GROUP_INDEX sizeof(uint32_t)
#define GROUP_GAP   sizeof(uint32_t)

size_t layout_group_room(const struct captured_call *call, size_t length)
{
	return call->is_compat ? length + GROUP_GAP : length;
}

size_t layout_group(const struct captured_call *call, unsigned char *bytes, size_t length)
{
	if (!call->is_compat || length < GROUP_INDEX)
		return length;
	memmove(bytes + GROUP_INDEX + GROUP_GAP, bytes + GROUP_INDEX, length - GROUP_INDEX);
	memset(bytes + GROUP_INDEX, 0, GROUP_GAP);
	return length + GROUP_GAP;
}
