/* SPDX-License-Identifier: MIT */
/*
 * Writes the record of a call that has returned, into the ring of its thread's area. Runs in the
 * tracee, and in the tracer for a thread that stops in the recorder: so it is compiled twice, and
 * calls nothing but what it is given.
 *
 * The parts are those that capture.c makes of the same call. Memory is read plainly only where the
 * kernel has read or written it during the call.
 */
#ifndef TRACER_FINISH_H
#define TRACER_FINISH_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tracer/call/call.h"
#include "tracer/recorder/area.h"

#define FINISH_ADDRESS_MAX      256 /* as in capture.c */
#define FINISH_CONTROL_MAX      2048
#define FINISH_SEGMENTS_MAX     1024 /* IOV_MAX */
#define FINISH_SEGMENTS_AT_ONCE 32

struct finish {
	const struct area *area;
	unsigned char *ring;
	const uint64_t *words;
	/* Returns how many of the bytes there are: less, where `from` cannot be read. */
	size_t (*copy)(const struct finish *finish, void *to, const void *from, size_t length);
	bool is_doubtful; /* the kernel may not have read or written what is copied */
	int tid;          /* of the thread whose memory it is, for who reads it from outside */
	struct area_record *record;
	uint32_t size; /* of the record so far */
};

static inline size_t finish_least(uint64_t length, size_t limit)
{
	return length < limit ? (size_t)length : limit;
}

/* Adds a part of the `length` bytes that there are `wanted` of, or of as many as can be read: so
 * many. */
static inline size_t finish_add(
	struct finish *f, int argument, int kind, uint64_t from, size_t length, uint64_t wanted)
{
	struct captured_part *part = (struct captured_part *)((char *)f->record + f->size);
	const uint32_t need = sizeof(*part) + (((uint32_t)length + 7) & ~7u);

	if (length == 0 || from == 0 || need > AREA_RECORD_MAX - f->size)
		return 0;
	length = f->copy(f, part->bytes, (const void *)from, length);
	part->argument = (uint16_t)argument;
	part->kind = (uint8_t)kind;
	part->length = (uint32_t)length;
	part->wanted = wanted;
	f->size += sizeof(*part) + (((uint32_t)length + 7) & ~7u);
	return length;
}

/* The results after which the kernel has read what the arguments point to, for certain. */
static inline bool finish_has_read(int64_t result)
{
	return result >= 0 || result == -EAGAIN || result == -EINTR || result == -EPIPE ||
	       result == -ECONNRESET || result == -ENOTCONN || result == -ECONNREFUSED;
}

static inline uint64_t finish_moved(const struct area *area, uint64_t size)
{
	const int64_t result = area->result;

	return result > 0 ? finish_least((uint64_t)result, size) : 0;
}

static inline void finish_data(struct finish *f)
{
	uint64_t moved = finish_moved(f->area, f->area->arguments[2]);

	finish_add(f, 1, PART_DATA, f->area->arguments[1],
		finish_least(moved, finish_least(f->area->payload, AREA_PAYLOAD_MAX)), moved);
}

static inline void finish_address(
	struct finish *f, int argument, int kind, uint64_t address, uint64_t length)
{
	if ((int32_t)length > 0)
		finish_add(f, argument, kind, address,
			finish_least((uint32_t)length, FINISH_ADDRESS_MAX), (uint32_t)length);
}

/* The segment is in the list, which holds some at once. */
static inline bool finish_has_segment(const struct finish *f, struct iovec *list, size_t *there,
	const struct iovec *from, size_t index, size_t count)
{
	const size_t wanted = finish_least(count - index, FINISH_SEGMENTS_AT_ONCE);

	if (index % FINISH_SEGMENTS_AT_ONCE == 0)
		*there = f->copy(f, list, from + index, wanted * sizeof(*list)) / sizeof(*list);
	return index % FINISH_SEGMENTS_AT_ONCE < *there;
}

/* Their sum and number, and then the beginning of what was moved, gathered. */
static inline void finish_segments(struct finish *f, uint64_t at, uint64_t count)
{
	struct captured_part *sum = (struct captured_part *)((char *)f->record + f->size);
	struct captured_part *data;
	struct call_segments segments = {0, 0};
	struct iovec list[FINISH_SEGMENTS_AT_ONCE];
	uint32_t need = 2 * sizeof(*sum) + sizeof(segments);
	size_t room = finish_least(f->area->payload, AREA_PAYLOAD_MAX), kept = 0;
	bool is_whole = true;

	if (need + room + 8 > AREA_RECORD_MAX - f->size)
		return;
	room = finish_moved(f->area, room);
	data = (struct captured_part *)(sum->bytes + sizeof(segments));
	count = finish_least(count, FINISH_SEGMENTS_MAX);
	for (size_t there = 0, i = 0; i < count; i++) {
		if (!finish_has_segment(f, list, &there, (const struct iovec *)at, i, count))
			break;
		const struct iovec *segment = &list[i % FINISH_SEGMENTS_AT_ONCE];
		if (__builtin_add_overflow(segments.total, segment->iov_len, &segments.total))
			segments.total = UINT64_MAX;
		segments.count++;
		size_t length = finish_least(segment->iov_len, room - kept);
		if (length > 0 && is_whole)
			is_whole =
				f->copy(f, data->bytes + kept, segment->iov_base, length) == length;
		if (is_whole)
			kept += length;
	}
	sum->argument = 1;
	sum->kind = PART_SEGMENTS;
	sum->length = sizeof(segments);
	sum->wanted = sizeof(segments);
	*(struct call_segments *)sum->bytes = segments;
	f->size += sizeof(*sum) + sizeof(segments);
	if (kept == 0)
		return;
	data->argument = 1;
	data->kind = PART_DATA;
	data->length = (uint32_t)kept;
	data->wanted = finish_moved(f->area, segments.total);
	f->size += sizeof(*data) + (((uint32_t)kept + 7) & ~7u);
}

static inline void finish_message(struct finish *f)
{
	struct msghdr message;

	if (f->copy(f, &message, (const void *)f->area->arguments[1], sizeof(message)) <
		sizeof(message))
		return;
	finish_add(f, 1, PART_RESULT, f->area->arguments[1], sizeof(message), sizeof(message));
	/* Of a longer one the kernel reads so much: net/socket.c, __copy_msghdr. */
	f->is_doubtful |= message.msg_namelen > sizeof(struct sockaddr_storage);
	finish_address(f, 1, PART_ADDRESS, (uint64_t)message.msg_name, message.msg_namelen);
	finish_add(f, 1, PART_CONTROL, (uint64_t)message.msg_control,
		finish_least(message.msg_controllen, FINISH_CONTROL_MAX), message.msg_controllen);
	finish_segments(f, (uint64_t)message.msg_iov, message.msg_iovlen);
}

/* True when one of those that are waited for is a socket. */
static inline bool finish_polled(struct finish *f)
{
	struct captured_part *part = (struct captured_part *)((char *)f->record + f->size);
	const volatile struct pollfd *polled = (const void *)part->bytes;
	size_t count = finish_least(f->area->arguments[1], AREA_POLL_MAX);

	count = finish_add(f, 0, AREA_PART_POLLED, f->area->arguments[0],
			count * sizeof(struct pollfd), count * sizeof(struct pollfd)) /
		sizeof(struct pollfd);
	if (count == 0)
		return true;
	/* Whole ones. */
	part->length = (uint32_t)(count * sizeof(struct pollfd));
	for (size_t i = 0; i < count; i++) {
		const uint32_t fd = (uint32_t)polled[i].fd;
		if (fd >= AREA_WORD_COUNT ||
			(f->words[fd] & ~(AREA_FD_EPOLL | AREA_FD_SHARED)) != 0)
			return true;
	}
	return false;
}

static inline void finish_events(struct finish *f)
{
	const int64_t result = f->area->result;
	uint64_t count = result > 0 ? (uint64_t)result : 0;

	finish_add(f, 1, AREA_PART_EVENTS, f->area->arguments[1],
		finish_least(count, AREA_EVENTS_MAX) * sizeof(struct epoll_event),
		count * sizeof(struct epoll_event));
}

/* False when the call is to leave no record. */
static inline bool finish_parts(struct finish *f)
{
	const struct area *area = f->area;

	switch (area->kind) {
	case AREA_SENDTO:
		finish_address(f, 4, PART_BYTES, area->arguments[4], area->arguments[5]);
		finish_data(f);
		return true;
	case AREA_READ:
	case AREA_WRITE:
	case AREA_RECVFROM:
		finish_data(f);
		return true;
	case AREA_READV:
	case AREA_WRITEV:
		finish_segments(f, area->arguments[1], area->arguments[2]);
		return true;
	case AREA_SENDMSG:
		finish_message(f);
		return true;
	case AREA_EPOLL:
		finish_events(f);
		return true;
	case AREA_POLL:
		return finish_polled(f);
	case AREA_CONTROL:
		finish_add(f, 3, PART_BYTES, area->arguments[3], sizeof(struct epoll_event),
			sizeof(struct epoll_event));
		return true;
	}
	return true;
}

/* Writes the record behind the ring's head. Returns the head with which it is published; the same
 * as before when there is none. */
static inline uint64_t finish_record(struct finish *f)
{
	const struct area *area = f->area;
	const uint64_t began = area->began & ~UINT64_C(7);
	uint64_t head = began;
	uint32_t at = (uint32_t)head & (AREA_RING_SIZE - 1);
	struct area_record *record = (struct area_record *)(f->ring + at);

	if (at > AREA_RING_SIZE - AREA_RECORD_MAX) {
		record->size = AREA_RING_SIZE - at;
		record->kind = AREA_PADDING;
		head += AREA_RING_SIZE - at;
		record = (struct area_record *)f->ring;
	}
	record->number = (uint16_t)area->number;
	record->kind = (uint8_t)area->kind;
	record->unused = 0;
	record->fd = (int32_t)area->arguments[0];
	record->reserved = 0;
	record->word = area->word;
	record->entry = area->entry;
	record->exit = area->exit;
	for (int i = 0; i < 6; i++)
		record->arguments[i] = area->arguments[i];
	record->result = area->result;
	record->instruction_pointer = area->back;
	record->stack_pointer = area->stack_pointer;
	/* With MSG_TRUNC TCP writes nothing: tcp(7). What is removed has no event to read:
	 * epoll_ctl(2). */
	f->is_doubtful =
		!finish_has_read(area->result) ||
		(area->kind == AREA_RECVFROM && area->arguments[3] & MSG_TRUNC) ||
		(area->kind == AREA_CONTROL && (int32_t)area->arguments[1] == EPOLL_CTL_DEL);
	f->record = record;
	f->size = sizeof(*record);
	if (!finish_parts(f))
		return began;
	record->size = f->size;
	return head + f->size;
}

#endif
