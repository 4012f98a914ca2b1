/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/ring.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tracer/ptrace/abi.h"
#include "tracer/recorder/tsc.h"

/* The parts that a record has, in this order, each of them once or not at all. */
#define MOST_PARTS 5

struct expected_part {
	uint8_t argument, kind;
	uint32_t size; /* its bytes are so many, or, of a list, a multiple of it */
};

/* rdtsc may be run before what stands before it, and processors differ a little: some hundred
 * microseconds say that a time is none, and are wrong about no good one. */
#define SLACK (UINT64_C(1) << 20)

struct record_kind {
	const char *names[2]; /* of its calls */
	struct expected_part parts[MOST_PARTS];
	bool is_list; /* of a wait: the one part is no part of a call */
};

static const struct record_kind kinds[] = {
	[AREA_READ] = {{"read"}, {{1, PART_DATA, 1}}},
	[AREA_WRITE] = {{"write"}, {{1, PART_DATA, 1}}},
	[AREA_READV] = {{"readv"},
		{{1, PART_SEGMENTS, sizeof(struct call_segments)}, {1, PART_DATA, 1}}},
	[AREA_WRITEV] = {{"writev"},
		{{1, PART_SEGMENTS, sizeof(struct call_segments)}, {1, PART_DATA, 1}}},
	[AREA_SENDTO] = {{"sendto"}, {{4, PART_BYTES, 1}, {1, PART_DATA, 1}}},
	[AREA_RECVFROM] = {{"recvfrom"}, {{1, PART_DATA, 1}}},
	[AREA_SENDMSG] = {{"sendmsg"},
		{{1, PART_RESULT, sizeof(struct msghdr)}, {1, PART_ADDRESS, 1},
			{1, PART_CONTROL, 1}, {1, PART_SEGMENTS, sizeof(struct call_segments)},
			{1, PART_DATA, 1}}},
	[AREA_SENDFILE] = {{"sendfile"}},
	[AREA_EPOLL] = {{"epoll_wait", "epoll_pwait"},
		{{1, AREA_PART_EVENTS, sizeof(struct epoll_event)}}, .is_list = true},
	[AREA_CONTROL] = {{"epoll_ctl"}, {{3, PART_BYTES, 1}}},
	[AREA_POLL] = {{"poll"}, {{0, AREA_PART_POLLED, sizeof(struct pollfd)}}, .is_list = true},
};

static const struct record_kind *kind_of(uint64_t number)
{
	return number < sizeof(kinds) / sizeof(kinds[0]) && kinds[number].names[0] ? &kinds[number]
										   : NULL;
}

/* The row of the call with that number, if such calls are recorded as `kind`; or -1. */
static int row_of(uint64_t number, uint64_t kind_number)
{
	const struct record_kind *kind = kind_of(kind_number);
	int index = kind ? abi_row_numbered(number) : -1;

	if (index < 0)
		return -1;
	const char *name = syscall_row((size_t)index)->name;
	for (size_t i = 0; i < 2 && kind->names[i]; i++)
		if (strcmp(kind->names[i], name) == 0)
			return index;
	return -1;
}

void ring_begin(struct area_ring *ring, struct area *area, uint32_t payload)
{
	*ring = (struct area_ring){.area = area, .payload = payload, .row = -1};
	area->payload = payload;
	area->state = AREA_OUTSIDE;
	area->began = area->head = area->tail = 0;
}

static const unsigned char *at(const struct area_ring *ring, uint64_t position)
{
	return (const unsigned char *)ring->area + AREA_RING + (position & (AREA_RING_SIZE - 1));
}

enum ring_answer ring_look(struct area_ring *ring)
{
	const uint64_t head = __atomic_load_n(&ring->area->head, __ATOMIC_ACQUIRE);

	if (head == ring->head)
		return RING_EMPTY;
	ring->head = head;
	ring->latest = tsc_now() + SLACK;
	if (ring->head - ring->tail > AREA_RING_SIZE || ring->head % 8 != 0)
		return RING_BROKEN;
	return RING_EMPTY;
}

static int row_of_record(struct area_ring *ring)
{
	const struct area_record *record = &ring->record;

	if (ring->row_number != record->number || ring->row_kind != record->kind) {
		ring->row_number = record->number;
		ring->row_kind = record->kind;
		ring->row = row_of(record->number, record->kind);
	}
	return ring->row;
}

/* The record fits where it is, and is of a call that began after the last one and has ended. */
static bool is_good(struct area_ring *ring)
{
	const struct area_record *record = &ring->record;

	return record->size >= sizeof(*record) && record->size <= AREA_RECORD_MAX &&
	       record->size % 8 == 0 && record->size <= ring->head - ring->tail &&
	       record->fd == (int32_t)record->arguments[0] && record->entry >= ring->last_exit &&
	       record->exit >= record->entry && record->exit <= ring->latest &&
	       record->result >= -4095 && row_of_record(ring) >= 0;
}

enum ring_answer ring_next(struct area_ring *ring)
{
	struct area_record *record = &ring->record;

	if (ring->has_record)
		return RING_RECORD;
	while (ring->tail != ring->head) {
		/* Records are whole: what is left of the ring has room for one, or is padding. */
		uint64_t left = AREA_RING_SIZE - (ring->tail & (AREA_RING_SIZE - 1));
		size_t length = left < sizeof(*record) ? (size_t)left : sizeof(*record);
		memcpy(record, at(ring, ring->tail), length);
		if (record->kind == AREA_PADDING && record->size == left &&
			left <= AREA_RECORD_MAX && left <= ring->head - ring->tail) {
			ring->tail += left;
			continue;
		}
		ring->has_record =
			length == sizeof(*record) && record->size <= left && is_good(ring);
		return ring->has_record ? RING_RECORD : RING_BROKEN;
	}
	return RING_EMPTY;
}

static bool is_part(const struct area_ring *ring, const struct captured_part *part,
	const struct expected_part *expected, bool is_list)
{
	if (part->kind == PART_DATA && part->length > ring->payload)
		return false;
	return part->wanted >= part->length &&
	       (expected->size == 1 || part->length == expected->size ||
		       (is_list && part->length % expected->size == 0));
}

/* The copied parts are those that a record of its kind may have. */
static bool has_good_parts(const struct area_ring *ring, const struct captured_call *call,
	const struct record_kind *kind)
{
	const unsigned char *next = call->parts, *end = call->parts + call->parts_length;

	for (size_t i = 0; next != end; i++) {
		const struct captured_part *part = (const struct captured_part *)next;
		if ((size_t)(end - next) < sizeof(*part))
			return false;
		while (i < MOST_PARTS &&
			(kind->parts[i].size == 0 || kind->parts[i].kind != part->kind ||
				kind->parts[i].argument != part->argument))
			i++;
		size_t length = ((size_t)part->length + 7) / 8 * 8;
		if (i == MOST_PARTS || length > (size_t)(end - next) - sizeof(*part) ||
			!is_part(ring, part, &kind->parts[i], kind->is_list))
			return false;
		next += sizeof(*part) + length;
	}
	return true;
}

/* The list is no part of the call: those that it names are. */
static void take_list(struct captured_call *call, struct ring_list *list)
{
	const struct captured_part *part = (const struct captured_part *)call->parts;

	list->length = call->parts_length > 0 ? part->length : 0;
	memcpy(list->bytes, part->bytes, list->length);
	call->parts_length = 0;
}

bool ring_take(struct area_ring *ring, struct captured_call **call, struct ring_list *list)
{
	const struct area_record *record = &ring->record;
	const struct record_kind *kind = kind_of(record->kind);
	const int index = row_of_record(ring);
	const struct syscall_row *row = syscall_row((size_t)index);

	call_reset(*call);
	call_copy_parts(
		call, at(ring, ring->tail) + sizeof(*record), record->size - sizeof(*record));
	ring->tail += record->size;
	ring->last_exit = record->exit;
	ring->has_record = false;
	if (!has_good_parts(ring, *call, kind)) {
		call_reset(*call);
		return false;
	}
	list->length = 0;
	if (kind->is_list)
		take_list(*call, list);
	(*call)->row = (uint16_t)index;
	(*call)->effect = (uint8_t)row->effect;
	memcpy((*call)->arguments, record->arguments, sizeof((*call)->arguments));
	(*call)->instruction_pointer = record->instruction_pointer;
	(*call)->stack_pointer = record->stack_pointer;
	(*call)->fd = call_fd(*call, ARGUMENT_FD);
	(*call)->result = record->result;
	return true;
}

void ring_release(struct area_ring *ring)
{
	__atomic_store_n(&ring->area->tail, ring->tail, __ATOMIC_RELEASE);
}

bool ring_is_writing(const struct area_ring *ring)
{
	return __atomic_load_n(&ring->area->state, __ATOMIC_RELAXED) == AREA_WRITING;
}

uint64_t ring_written(const struct area_ring *ring)
{
	return ring_is_writing(ring) ? __atomic_load_n(&ring->area->exit, __ATOMIC_RELAXED) : 0;
}

bool ring_is_waiting(const struct area_ring *ring)
{
	if (__atomic_load_n(&ring->area->state, __ATOMIC_RELAXED) != AREA_IN_CALL)
		return false;
	const uint64_t kind = __atomic_load_n(&ring->area->kind, __ATOMIC_RELAXED);
	return kind == AREA_EPOLL || kind == AREA_POLL;
}

/* A copy of the area while the thread is in one and the same call; its entry's time is that call's
 * name. What the call is stands there before its state does. */
static bool copy_area(const struct area_ring *ring, struct area *area)
{
	const uint32_t state = __atomic_load_n(&ring->area->state, __ATOMIC_ACQUIRE);
	const uint64_t entry = __atomic_load_n(&ring->area->entry, __ATOMIC_ACQUIRE);

	if (state != AREA_IN_CALL && state != AREA_WRITING)
		return false;
	memcpy(area, ring->area, sizeof(*area));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&ring->area->state, __ATOMIC_RELAXED) == state &&
	       __atomic_load_n(&ring->area->entry, __ATOMIC_RELAXED) == entry &&
	       area->state == state && area->entry == entry;
}

bool ring_pending(const struct area_ring *ring, struct ring_call *pending)
{
	struct area area;

	/* A record is published before the thread leaves. */
	if (!copy_area(ring, &area) || area.head != area.began || area.head != ring->tail)
		return false;
	*pending = (struct ring_call){
		.row = row_of(area.number, area.kind),
		.state = area.state,
		.word = area.word,
		.entry = area.entry,
		.exit = area.exit,
		.result = area.result,
		.instruction_pointer = area.back,
		.stack_pointer = area.stack_pointer,
	};
	memcpy(pending->arguments, area.arguments, sizeof(pending->arguments));
	return pending->row >= 0 && pending->entry >= ring->last_exit &&
	       (pending->state == AREA_IN_CALL ||
		       (pending->exit >= pending->entry && pending->result >= -4095));
}
