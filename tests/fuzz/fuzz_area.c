/* SPDX-License-Identifier: MIT */
/*
 * Programs whose areas hold anything, and change while the tracer looks: records that are nearly
 * good, raw bytes in the rings, numbers in the areas' heads, and a descriptor table that changes in
 * between. What is taken out of them becomes lines of JSON, in order.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"
#include "tests/fuzz/target.h"
#include "tracer/decode/decode.h"
#include "tracer/follow/drain.h"
#include "tracer/ptrace/abi.h"
#include "tracer/recorder/words.h"

#define THREADS 2
#define NUMBERS 12

/* No process has such numbers, so that the kernel knows nothing of them. */
#define FIRST_TID (INT_MAX - THREADS)

struct fuzzed {
	struct tracer tracer;
	struct recorded_calls recorded;
	struct traced_process process;
	struct descriptor_table *table;
	struct words words;
	uint64_t memory[NUMBERS];
	struct hot_thread hot[THREADS];
	unsigned char *areas[THREADS];
	uint64_t last_seq;
};

static struct area *area_of(const struct fuzzed *f, int thread)
{
	return (struct area *)f->areas[thread];
}

static void begin(struct fuzzed *f)
{
	static bool has_begun;

	if (!has_begun)
		abi_begin();
	has_begun = true;
	memset(f, 0, sizeof(*f));
	f->tracer.settings = (struct settings){.recorded = &f->recorded,
		.payload = {.bytes = 64, .first_bytes = 100, .first_calls = 2}};
	log_begin(&f->tracer.log, 1 << 16);
	queue_close(f->tracer.log.queue); /* nobody waits for more */
	tsc_begin(&f->tracer.recorder.clock, tsc_now() - 1000000, 0);
	tsc_sample(&f->tracer.recorder.clock, tsc_now(), 1000000);
	f->table = table_new();
	for (int fd = 1; fd < 5; fd++)
		table_put(&f->tracer.sockets, f->table, fd,
			socket_get(&f->tracer.sockets, (uint64_t)fd));
	interests_begin(&f->table->interests, 6, 0);
	words_begin(&f->words, f->table, &f->tracer.interest_doubts, f->memory, NUMBERS);
	f->process.pid = FIRST_TID;
	for (int i = 0; i < THREADS; i++) {
		struct hot_thread *hot = &f->hot[i];
		f->areas[i] = xcalloc(1, AREA_SIZE);
		hot->thread = tracees_add(&f->tracer.tracees, FIRST_TID + i, THREAD_RUNNING);
		hot->thread->hot = hot;
		hot->thread->table = f->table;
		process_join(&f->process, hot->thread);
		hot->next = f->tracer.recorder.first;
		f->tracer.recorder.first = hot;
		ring_begin(&hot->ring, area_of(f, i), 100);
	}
}

static void end(struct fuzzed *f)
{
	uint64_t socket;

	f->tracer.recorder.first = NULL;
	drain_before_stop(&f->tracer, NULL); /* no more ticks */
	words_end(&f->words);
	for (int fd; (fd = table_next(f->table, 0)) >= 0;)
		table_remove(&f->tracer.sockets, f->table, fd, &socket);
	for (int i = 0; i < THREADS; i++) {
		tracees_remove(&f->tracer.tracees, f->hot[i].thread);
		free(f->areas[i]);
	}
	tracees_free(&f->tracer.tracees);
	table_release(f->table);
	sockets_free(&f->tracer.sockets);
	scratch_free(&f->tracer.scratch);
	drain_free(&f->tracer);
	log_free(&f->tracer.log);
}

/* A record as a recorder writes it, but for what the input has instead. */
static void write_record(struct fuzzed *f, int thread, struct input *input)
{
	static const uint16_t numbers[] = {0, 1, 19, 20, 44, 45, 46, 40, 232, 7, 281, 233};
	static const uint8_t kinds[] = {AREA_READ, AREA_WRITE, AREA_READV, AREA_WRITEV, AREA_SENDTO,
		AREA_RECVFROM, AREA_SENDMSG, AREA_SENDFILE, AREA_EPOLL, AREA_POLL, AREA_EPOLL,
		AREA_CONTROL};
	struct area *area = area_of(f, thread);
	uint64_t at = area->head & (AREA_RING_SIZE - 8);
	struct area_record *record = (struct area_record *)(f->areas[thread] + AREA_RING + at);
	uint8_t which = 0, fd = 0;
	uint16_t length = 0;

	if (at > AREA_RING_SIZE - AREA_RECORD_MAX) {
		record->kind = AREA_PADDING;
		record->size = (uint32_t)(AREA_RING_SIZE - at);
		area->head += record->size;
		record = (struct area_record *)(f->areas[thread] + AREA_RING);
	}
	input_take(input, &which, 1);
	input_take(input, &fd, 1);
	which %= sizeof(kinds);
	*record = (struct area_record){.number = numbers[which],
		.kind = kinds[which],
		.fd = fd % 8,
		.word = f->memory[fd % 8],
		.entry = tsc_now() - 1000,
		.arguments = {fd % 8}};
	record->exit = tsc_now();
	input_take(input, &record->result, 2);
	input_take(input, &record->arguments[1], 2);
	input_take(input, &record->arguments[2], 2);
	input_take(input, &length, 2);
	length %= AREA_RECORD_MAX - sizeof(*record);
	input_take(input, record + 1, length);
	record->size = (uint32_t)(sizeof(*record) + length) & ~7u;
	area->head += record->size;
}

static void write_raw(struct fuzzed *f, int thread, struct input *input)
{
	struct area *area = area_of(f, thread);
	uint8_t length = 0;

	input_take(input, &length, 1);
	for (; length > 0; length--, area->head++)
		input_take(input,
			f->areas[thread] + AREA_RING + (area->head & (AREA_RING_SIZE - 1)), 1);
}

static void write_head(struct fuzzed *f, int thread, struct input *input)
{
	uint8_t offset = 0;

	input_take(input, &offset, 1);
	offset %= sizeof(struct area) / 8;
	input_take(input, f->areas[thread] + (size_t)offset * 8, 8);
}

static void change_table(struct fuzzed *f, int thread, struct input *input)
{
	uint8_t fd = 0;
	uint64_t socket;

	(void)thread;
	input_take(input, &fd, 1);
	if (fd & 128)
		table_set_ending(f->table, fd % 8, fd & 64);
	else if (table_get(f->table, fd % 8))
		table_remove(&f->tracer.sockets, f->table, fd % 8, &socket);
	else if (fd % 8 != 6)
		table_put(&f->tracer.sockets, f->table, fd % 8, socket_get(&f->tracer.sockets, fd));
}

static void change_interest(struct fuzzed *f, int thread, struct input *input)
{
	struct interest *interest =
		interests_get(&f->table->interests, 6, f->tracer.interest_doubts);
	uint8_t fd = 0, data = 0;

	(void)thread;
	input_take(input, &fd, 1);
	input_take(input, &data, 1);
	const struct held_descriptor *held = table_get(f->table, fd % 8);
	if (interest && held)
		interest_set(interest, fd % 8, fd, data, held->id);
}

/* Every call is one line, and they are counted on. */
static void decode_all(struct fuzzed *f)
{
	const struct entry *entry;

	if (f->tracer.log.last_seq == f->last_seq)
		return;
	queue_collect(f->tracer.log.queue, INT64_MAX);
	while ((entry = queue_next(f->tracer.log.queue))) {
		const struct captured_call *call = (const struct captured_call *)entry->bytes;
		struct json_writer w = {0};
		if (entry->kind != ENTRY_CALL || call->seq != ++f->last_seq ||
			call->duration_ns < 0)
			abort();
		decode_call(&w, call);
		target_expect_line(&w);
	}
}

static void drain(struct fuzzed *f, int thread, struct input *input)
{
	uint8_t how = 0;

	input_take(input, &how, 1);
	f->tracer.stop = (struct stop){.kind = how & 1 ? STOP_CALL : STOP_SIGNAL};
	if (how & 2)
		drain_tick(&f->tracer, how & 4 ? TICK_WHOLE : TICK_PART);
	else
		drain_before_stop(&f->tracer, f->hot[thread].thread);
	decode_all(f);
}

/* The thread dies, or is given another area. */
static void finish(struct fuzzed *f, int thread, struct input *input)
{
	(void)input;
	drain_end(&f->tracer, f->hot[thread].thread);
	decode_all(f);
	f->hot[thread].thread->state = THREAD_RUNNING;
	f->hot[thread].is_broken = false;
	f->hot[thread].entered = 0;
	ring_begin(&f->hot[thread].ring, area_of(f, thread), 100);
}

const char *target_name(size_t target)
{
	return target == 0 ? "area" : NULL;
}

void target_run(size_t target, struct input *input)
{
	static void (*const moves[])(struct fuzzed *, int, struct input *) = {write_record,
		write_record, write_raw, write_head, change_table, change_interest, drain, finish};
	struct fuzzed f;

	(void)target;
	begin(&f);
	while (input->size > 0) {
		uint8_t move = 0;
		input_take(input, &move, 1);
		moves[move % 8](&f, move / 8 % THREADS, input);
	}
	drain(&f, 0, input);
	end(&f);
}
