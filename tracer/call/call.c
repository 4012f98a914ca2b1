/* SPDX-License-Identifier: MIT */
#include "tracer/call/call.h"

#include <string.h>

#include "format/memory.h"

/* Parts start at multiples of this, so that their headers are aligned. */
#define ALIGNMENT 8

static size_t aligned(size_t length)
{
	return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t part_size(size_t length)
{
	return aligned(sizeof(struct captured_part) + length);
}

struct captured_call *call_new(void)
{
	const size_t capacity = 512;
	struct captured_call *call = xcalloc(1, sizeof(*call) + capacity);

	call->parts_capacity = capacity;
	call_reset(call);
	return call;
}

const struct syscall_row *call_row(const struct captured_call *call)
{
	return syscall_row(call->row);
}

uint64_t call_argument(const struct captured_call *call, enum argument_kind kind)
{
	int at = syscall_argument(call_row(call), kind);

	return at >= 0 ? call->arguments[at] : 0;
}

int32_t call_fd(const struct captured_call *call, enum argument_kind kind)
{
	int at = syscall_argument(call_row(call), kind);

	return at >= 0 ? (int32_t)call->arguments[at] : -1;
}

void call_reset(struct captured_call *call)
{
	*call = (struct captured_call){.parts_capacity = call->parts_capacity, .fd = -1};
}

static void reserve(struct captured_call **call, size_t needed)
{
	if (needed <= (*call)->parts_capacity)
		return;
	size_t capacity = aligned(needed * 2);
	*call = xrealloc(*call, sizeof(**call) + capacity);
	(*call)->parts_capacity = (uint32_t)capacity;
}

unsigned char *call_add(struct captured_call **call, int argument, enum part_kind kind,
	size_t length, uint64_t wanted)
{
	size_t needed = (*call)->parts_length + part_size(length);

	reserve(call, needed);
	struct captured_part *part =
		(struct captured_part *)((*call)->parts + (*call)->parts_length);
	*part = (struct captured_part){(uint16_t)argument, (uint8_t)kind, (uint32_t)length, wanted};
	(*call)->parts_length = (uint32_t)needed;
	return part->bytes;
}

void call_copy_parts(struct captured_call **call, const void *parts, size_t length)
{
	reserve(call, (*call)->parts_length + length);
	memcpy((*call)->parts + (*call)->parts_length, parts, length);
	(*call)->parts_length += (uint32_t)length;
}

void call_part_shrink(struct captured_call *call, const unsigned char *bytes, size_t length)
{
	struct captured_part *part =
		(struct captured_part *)(bytes - offsetof(struct captured_part, bytes));

	part->length = (uint32_t)length;
	call->parts_length = (uint32_t)((unsigned char *)part - call->parts + part_size(length));
}

/* The part at `*at`, which moves on behind it; NULL behind the last one. */
static const struct captured_part *next_part(const struct captured_call *call, size_t *at)
{
	const struct captured_part *part = (const struct captured_part *)(call->parts + *at);

	if (*at + sizeof(*part) > call->parts_length ||
		part->length > call->parts_length - *at - sizeof(*part))
		return NULL;
	*at += part_size(part->length);
	return part;
}

const struct captured_part *call_part(
	const struct captured_call *call, int argument, enum part_kind kind)
{
	const struct captured_part *part;
	size_t at = 0;

	while ((part = next_part(call, &at)))
		if (part->argument == argument && part->kind == kind)
			return part;
	return NULL;
}

const struct captured_part *call_payload(const struct captured_call *call)
{
	const struct captured_part *part;
	size_t at = 0;

	while ((part = next_part(call, &at)))
		if (part->argument < SYSCALL_ARGUMENTS && part->kind == PART_DATA)
			return part;
	return NULL;
}

struct captured_part *call_part_writable(
	struct captured_call *call, int argument, enum part_kind kind)
{
	return (struct captured_part *)call_part(call, argument, kind);
}

bool part_copy(const struct captured_part *part, void *destination, size_t size)
{
	if (!part || part->length < size)
		return false;
	memcpy(destination, part->bytes, size);
	return true;
}

size_t call_size(const struct captured_call *call)
{
	return sizeof(*call) + call->parts_length;
}
