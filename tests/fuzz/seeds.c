/* SPDX-License-Identifier: MIT */
/*
 * Inputs for the fuzzers of the tracer, from what programs really do: socktrace, linked with these
 * instead of some of its functions (ld --wrap), which keep what passes through them as files
 * FUZZ_SEEDS/TARGET/NUMBER, in the form that fuzz_decode.c and fuzz_capture.c read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracer/decode/decode.h"
#include "tracer/decode/decode_ioctl.h"
#include "tracer/decode/decode_netlink.h"
#include "tracer/follow/effects.h"
#include "tracer/follow/uring_ring.h"
#include "tracer/ptrace/tracee_memory.h"

#define LOGS 64

struct seed {
	FILE *file;
	char *bytes;
	size_t length;
};

/* What was read out of a thread since its last call, as fuzz_capture.c reads it. */
static struct seed logs[LOGS];

static void seed_add(struct seed *seed, const void *bytes, size_t length)
{
	if (!seed->file)
		seed->file = open_memstream(&seed->bytes, &seed->length);
	fwrite(bytes, 1, length, seed->file);
}

static void seed_add_all(struct seed *seed, const struct seed *from, size_t start)
{
	if (from->file && fflush(from->file) == 0)
		seed_add(seed, from->bytes + start, from->length - start);
}

static void seed_drop(struct seed *seed)
{
	if (seed->file)
		fclose(seed->file);
	free(seed->bytes);
	*seed = (struct seed){0};
}

/* The queue's two threads both come here. */
static void seed_keep(struct seed *seed, const char *target)
{
	static unsigned int number;
	char path[4096];

	fflush(seed->file);
	snprintf(path, sizeof(path), "%s/%s/%d-%u", getenv("FUZZ_SEEDS"), target, getpid(),
		__atomic_fetch_add(&number, 1, __ATOMIC_RELAXED));
	FILE *file = fopen(path, "w");
	if (file) {
		fwrite(seed->bytes, 1, seed->length, file);
		fclose(file);
	}
	seed_drop(seed);
}

static struct seed *log_of(pid_t tid)
{
	return &logs[tid % LOGS];
}

static size_t log_length(pid_t tid)
{
	struct seed *log = log_of(tid);

	return log->file && fflush(log->file) == 0 ? log->length : 0;
}

static size_t log_read(pid_t tid, const void *bytes, size_t length)
{
	uint16_t there = length < UINT16_MAX ? (uint16_t)length : UINT16_MAX;

	seed_add(log_of(tid), &there, sizeof(there));
	seed_add(log_of(tid), bytes, there);
	return length;
}

static void add_numbers(struct seed *seed, const struct captured_call *call)
{
	seed_add(seed, &(uint8_t){(uint8_t)call->row}, 1);
	seed_add(seed,
		&(uint8_t){call->is_compat | call->is_unfinished << 1 | call->has_bytes << 2 |
			   call->netlink << 3},
		1);
	seed_add(seed, call->arguments, sizeof(call->arguments));
}

static void keep_part(struct seed *seed, const struct captured_part *part)
{
	struct seed control = {0};

	seed_add(seed, &(uint8_t){(uint8_t)part->argument}, 1);
	seed_add(seed, &part->kind, 1);
	seed_add(seed, &(uint16_t){(uint16_t)part->length}, 2);
	seed_add(seed, &part->wanted, sizeof(part->wanted));
	seed_add(seed, part->bytes, (uint16_t)part->length);
	if (part->kind != PART_CONTROL)
		return;
	seed_add(&control, part->bytes, part->length);
	seed_keep(&control, "ancillary");
}

#define WRAP(type, name, ...)            \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAP(size_t, memory_read, pid_t tid, uint64_t address, void *destination, size_t length)
{
	return log_read(tid, destination, __real_memory_read(tid, address, destination, length));
}

WRAP(size_t, memory_gather, pid_t tid, const struct iovec *segments, size_t count,
	void *destination, size_t length)
{
	return log_read(
		tid, destination, __real_memory_gather(tid, segments, count, destination, length));
}

static void add_params(struct seed *seed, const struct ring *ring)
{
	seed_add(seed, &(uint16_t){sizeof(ring->params)}, 2);
	seed_add(seed, &ring->params, sizeof(ring->params));
}

/* Done last with each call. */
WRAP(void, effect_apply, struct tracer *tracer, struct thread *thread, struct captured_call **of)
{
	struct seed seed = {0};
	const struct captured_call *call = *of;

	add_numbers(&seed, call);
	seed_add(&seed, &(uint8_t){0}, 1);
	seed_add(&seed, &call->result, sizeof(call->result));
	seed_add_all(&seed, log_of(call->memory_tid), 0);
	seed_keep(&seed, "capture");
	seed_drop(log_of(call->memory_tid));
	__real_effect_apply(tracer, thread, of);
}

WRAP(uint32_t, ring_offered, struct ring *ring, pid_t tid, struct io_uring_sqe *entries,
	uint32_t count)
{
	struct seed seed = {0};
	size_t start = log_length(tid);
	uint32_t offered = __real_ring_offered(ring, tid, entries, count);

	add_params(&seed, ring);
	seed_add(&seed, &ring->seen, sizeof(ring->seen));
	seed_add(&seed, &ring->claimed, sizeof(ring->claimed));
	seed_add_all(&seed, log_of(tid), start);
	seed_keep(&seed, "ring");
	return offered;
}

WRAP(uint32_t, ring_completed, struct ring *ring, pid_t tid, struct io_uring_cqe *completions,
	uint32_t count, uint32_t *lost)
{
	struct seed seed = {0};
	size_t start = log_length(tid);

	add_params(&seed, ring);
	seed_add(&seed, &ring->seen, sizeof(ring->seen));
	seed_add(&seed, &ring->claimed, sizeof(ring->claimed));
	seed_add(&seed, &(uint16_t){0}, 2); /* nothing is offered */
	uint32_t completed = __real_ring_completed(ring, tid, completions, count, lost);
	seed_add_all(&seed, log_of(tid), start);
	seed_keep(&seed, "ring");
	return completed;
}

WRAP(void, decode_call, struct json_writer *w, const struct captured_call *call)
{
	struct seed seed = {0};

	add_numbers(&seed, call);
	seed_add(&seed, &call->result, sizeof(call->result));
	seed_add(&seed, &call->bytes, sizeof(call->bytes));
	seed_add(&seed, &call->fd, sizeof(call->fd));
	seed_add(&seed, &call->waits_omitted, sizeof(call->waits_omitted));
	for (size_t at = 0; at < call->parts_length;) {
		const struct captured_part *part = (const struct captured_part *)(call->parts + at);
		keep_part(&seed, part);
		at += (sizeof(*part) + part->length + 7) / 8 * 8; /* as call.c lays them out */
	}
	seed_keep(&seed, "call");
	__real_decode_call(w, call);
}

WRAP(void, decode_address, struct json_writer *w, const char *key, const unsigned char *bytes,
	size_t length)
{
	struct seed seed = {0};

	seed_add(&seed, bytes, length);
	seed_keep(&seed, "address");
	__real_decode_address(w, key, bytes, length);
}

static void keep_option(int32_t level, int32_t option, uint8_t has_failed,
	const unsigned char *bytes, size_t length)
{
	struct seed seed = {0};

	seed_add(&seed, &level, sizeof(level));
	seed_add(&seed, &option, sizeof(option));
	seed_add(&seed, &has_failed, sizeof(has_failed));
	seed_add(&seed, bytes, length);
	seed_keep(&seed, "option");
}

WRAP(void, decode_option_value, struct json_writer *w, const char *key, int level, int option,
	const unsigned char *bytes, size_t length)
{
	keep_option(level, option, 0, bytes, length);
	__real_decode_option_value(w, key, level, option, bytes, length);
}

WRAP(void, decode_ioctl_argument, struct json_writer *w, const char *key,
	const struct ioctl_request *request, bool has_failed, const unsigned char *bytes,
	size_t length)
{
	keep_option(0, (int32_t)request->request, has_failed, bytes, length);
	__real_decode_ioctl_argument(w, key, request, has_failed, bytes, length);
}

WRAP(void, decode_netlink, struct json_writer *w, const char *key, int protocol, bool is_received,
	const unsigned char *bytes, size_t length)
{
	struct seed seed = {0};

	seed_add(&seed, &(uint8_t){(uint8_t)(protocol | is_received << 5)}, 1);
	seed_add(&seed, bytes, length);
	seed_keep(&seed, "netlink");
	__real_decode_netlink(w, key, protocol, is_received, bytes, length);
}
