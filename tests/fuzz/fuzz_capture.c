/* SPDX-License-Identifier: MIT */
/*
 * A tracee whose memory says something else at each look, as if another of its threads wrote there:
 * each read takes its bytes, and how many there are, from the input. Calls of every row are
 * captured from it and decoded, for both ABIs; and the rings of io_uring are read in it.
 */
#include <stdlib.h>
#include <string.h>

#include "format/record.h"
#include "tests/fuzz/target.h"
#include "tracer/call/capture.h"
#include "tracer/decode/decode.h"
#include "tracer/follow/tracer.h"
#include "tracer/follow/uring_operation.h"
#include "tracer/follow/uring_ring.h"
#include "tracer/follow/waits.h"
#include "tracer/ptrace/tracee_memory.h"

static struct input *memory;

/* Instead of tracee_memory.c. */
size_t memory_read(pid_t tid, uint64_t address, void *destination, size_t length)
{
	uint16_t there = 0;

	(void)tid;
	(void)address;
	input_take(memory, &there, sizeof(there));
	if (there > length)
		there = (uint16_t)length;
	/* What was not read is as the tracer had it. */
	return input_take(memory, destination, there < memory->size ? there : memory->size);
}

size_t memory_gather(
	pid_t tid, const struct iovec *segments, size_t count, void *destination, size_t length)
{
	return count > 0 ? memory_read(tid, (uintptr_t)segments[0].iov_base, destination, length)
			 : 0;
}

size_t memory_write(pid_t tid, uint64_t address, const void *source, size_t length)
{
	(void)tid;
	(void)address;
	(void)source;
	return length;
}

size_t memory_force(pid_t tid, uint64_t address, const void *source, size_t length)
{
	return memory_write(tid, address, source, length);
}

/* A process with sockets at the low numbers, so that there is something to wait for. */
static struct descriptor_table *hold_sockets(struct sockets *sockets, int count)
{
	struct descriptor_table *table = table_new();

	for (int fd = 0; fd < count; fd++)
		table_put(sockets, table, fd, socket_get(sockets, (uint64_t)fd + 1));
	return table;
}

static void drop_sockets(struct sockets *sockets, struct descriptor_table *table)
{
	uint64_t socket;

	for (int fd; (fd = table_next(table, 0)) >= 0;)
		table_remove(sockets, table, fd, &socket);
	table_release(table);
	sockets_free(sockets);
}

static struct captured_call *begin_call(struct input *input)
{
	struct captured_call *call = call_new();
	uint8_t row, flags;

	input_take(input, &row, 1);
	input_take(input, &flags, 1);
	call->row = (uint16_t)(row % syscall_count());
	call->effect = (uint8_t)syscall_row(call->row)->effect;
	call->is_compat = flags & 1;
	input_take(input, call->arguments, sizeof(call->arguments));
	return call;
}

/* As much as a program could have the tracer keep; the fuzzer's memory has limits. */
static size_t take_payload(struct input *input)
{
	static const size_t payloads[] = {64, 0, 1, 100000};
	uint8_t which;

	input_take(input, &which, 1);
	return payloads[which % 4];
}

static void capture(struct input *input)
{
	struct tracer tracer = {0};
	struct thread thread = {.call = begin_call(input)};
	const struct syscall_row *row = syscall_row(thread.call->row);
	size_t payload = take_payload(input);
	struct json_writer w = {0};

	input_take(input, &thread.call->result, sizeof(thread.call->result));
	thread.table = hold_sockets(&tracer.sockets, 70);
	bool is_waiting = row->effect == EFFECT_WAIT && waits_enter(&tracer, &thread, &thread.call);
	capture_entry(&thread.call, row);
	capture_exit(&thread.call, row, payload);
	if (is_waiting)
		waits_exit(&tracer, &thread, &thread.call);
	decode_call(&w, thread.call);
	target_expect_line(&w);
	drop_sockets(&tracer.sockets, thread.table);
	scratch_free(&tracer.scratch);
	free(thread.call);
}

static void ring(struct input *input)
{
	struct ring ring = {.submissions = 1, .completions = 1, .entries = 1, .submitting = 1};
	struct io_uring_sqe entries[64];
	struct io_uring_cqe completions[64];
	uint32_t lost = 0;

	ring_describe(&ring, 0, 0);
	if (ring.params.sq_entries > 32768 || ring.params.cq_entries > 65536)
		abort();
	input_take(input, &ring.seen, sizeof(ring.seen));
	input_take(input, &ring.claimed, sizeof(ring.claimed));
	uint32_t count = ring_offered(&ring, 0, entries, 64);
	if (count > 64)
		abort();
	for (uint32_t i = 0; i < count; i++) {
		struct operation_call call;
		if (operation_describe(&entries[i], &call) && !syscall_row((size_t)call.row))
			abort();
	}
	while (ring_completed(&ring, 0, completions, 64, &lost) > 0)
		;
}

const char *target_name(size_t target)
{
	static const char *const names[] = {"capture", "ring", NULL};

	return names[target];
}

void target_run(size_t target, struct input *input)
{
	memory = input;
	if (target == 0)
		capture(input);
	else
		ring(input);
}
