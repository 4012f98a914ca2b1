/* SPDX-License-Identifier: MIT */
#include "tracer/follow/drain.h"

#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include "format/memory.h"
#include "tracer/call/capture.h"
#include "tracer/follow/effects.h"
#include "tracer/follow/recording.h"
#include "tracer/follow/waits.h"
#include "tracer/ptrace/abi.h"

/* So often in a drain records are looked for that threads are writing: some microseconds. One that
 * has lost its processor meanwhile takes its place later. */
#define PATIENCE 100

/* The pace of the ticks doubles when a ring is found half full, and halves when little was found in
 * a row of looks: each takes a processor from the program, and a ring that is full costs but one
 * stop. */
#define FULL_BYTES (AREA_RING_SIZE / 2)
#define CALM_BYTES (AREA_RING_SIZE / 8)
#define CALM_LOOKS 32
#define PACE_MAX   8

static void set_broken(struct recorder *recorder, struct hot_thread *hot)
{
	hot->is_broken = recorder->has_broken = true;
}

static void sample_clock(struct tracer *tracer)
{
	struct tsc_clock *clock = &tracer->recorder.clock;

	if (tsc_wants_sample(clock, tsc_now()))
		tsc_sample(clock, tsc_now(), log_now(&tracer->log));
}

/* The calls of a thread do not overlap, however the clocks differ. */
static void set_begin(const struct tracer *tracer, const struct hot_thread *hot,
	struct captured_call *call, uint64_t entry)
{
	call->time_ns = tsc_ns(&tracer->recorder.clock, entry);
	if (call->time_ns < hot->last_ns)
		call->time_ns = hot->last_ns;
}

static void set_end(const struct tracer *tracer, struct hot_thread *hot, struct captured_call *call,
	uint64_t exit)
{
	int64_t end_ns = tsc_ns(&tracer->recorder.clock, exit);

	call->duration_ns = end_ns > call->time_ns ? end_ns - call->time_ns : 0;
	hot->last_ns = call->time_ns + call->duration_ns;
}

/* What the call is made on. A wait is made on none. */
static void name(const struct thread *thread, struct captured_call *call, uint64_t word)
{
	const uint64_t descriptor = word & AREA_WORD_ID;

	if (call->effect == EFFECT_WAIT)
		return;
	call->socket = table_socket_of(thread->table, call->fd, descriptor);
	call->descriptor = call->socket ? descriptor : 0;
	call->is_recorded = true;
}

/* Writes the call's record. */
static void write_call(
	struct tracer *tracer, const struct thread *thread, struct captured_call *call)
{
	const uint64_t before = tracer->log.last_seq;

	recording_write(tracer, thread, call);
	tracer->log.recorded_in_tracee += tracer->log.last_seq - before;
}

/* The lists that the thread waited for when the model changed. */
static bool take_entry(struct hot_thread *hot, struct captured_call **call, uint64_t entry)
{
	const struct captured_call *entered = hot->thread->call;

	if (hot->entered != entry)
		return false;
	call_copy_parts(call, entered->parts, entered->parts_length);
	(*call)->waits_omitted = entered->waits_omitted;
	(*call)->is_recorded = entered->is_recorded;
	return true;
}

static void take_wait(
	struct tracer *tracer, struct hot_thread *hot, struct captured_call **call, uint64_t entry)
{
	const struct ring_list *list = &tracer->recorder.list;
	bool is_entered = take_entry(hot, call, entry);

	if (tracer->settings.recorded->is_left_out[(*call)->row])
		return;
	/* The call may move: it is not to be looked at before. */
	bool is_recorded = (!is_entered || (*call)->is_recorded) &&
			   waits_recorded(tracer, hot->thread, call, list, is_entered);
	if (!is_entered)
		(*call)->is_recorded = is_recorded;
}

static void take(struct tracer *tracer, struct hot_thread *hot)
{
	struct recorder *recorder = &tracer->recorder;
	const struct area_record *record = &hot->ring.record;
	struct captured_call **call = &recorder->call;
	const struct thread *thread = hot->thread;

	if (!ring_take(&hot->ring, call, &recorder->list)) {
		set_broken(recorder, hot);
		return;
	}
	(*call)->pid = thread->process->pid;
	(*call)->tid = (*call)->memory_tid = thread->tid;
	set_begin(tracer, hot, *call, record->entry);
	set_end(tracer, hot, *call, record->exit);
	name(thread, *call, record->word);
	if ((*call)->effect == EFFECT_WAIT)
		take_wait(tracer, hot, call, record->entry);
	else
		capture_recorded(*call, call_row(*call), recording_payload(tracer, thread, *call));
	/* Nobody else has the table, or waits by it. */
	if ((*call)->effect == EFFECT_CONTROL)
		effect_apply(tracer, hot->thread, call);
	write_call(tracer, thread, *call);
}

/* Sees what the thread has published; waits a little for what it is about to. */
static void look(struct recorder *recorder, struct hot_thread *hot, int *patience)
{
	enum ring_answer answer = RING_EMPTY;

	if (hot->is_broken)
		return;
	for (; *patience > 0 && ring_is_writing(&hot->ring); --*patience)
		_mm_pause();
	answer = ring_look(&hot->ring);
	if (answer == RING_EMPTY)
		answer = ring_next(&hot->ring);
	if (answer == RING_BROKEN)
		set_broken(recorder, hot);
}

static bool ends_before(const struct hot_thread *a, const struct hot_thread *b)
{
	return a->ring.record.exit < b->ring.record.exit;
}

/* The heap's first thread is that whose next record ended first. */
static void sink(struct hot_thread **heap, size_t count, size_t at)
{
	struct hot_thread *moved = heap[at];

	for (size_t next = 2 * at + 1; next < count; next = 2 * at + 1) {
		if (next + 1 < count && ends_before(heap[next + 1], heap[next]))
			next++;
		if (!ends_before(heap[next], moved))
			break;
		heap[at] = heap[next];
		at = next;
	}
	heap[at] = moved;
}

/* The threads that have records, as a heap; recorder.fullest is the ring with the most of them. */
static size_t find_records(struct recorder *recorder)
{
	size_t count = 0;
	int patience = PATIENCE;

	recorder->fullest = 0;
	for (struct hot_thread *hot = recorder->first; hot; hot = hot->next) {
		look(recorder, hot, &patience);
		if (hot->is_broken || !hot->ring.has_record)
			continue;
		if (hot->ring.head - hot->ring.tail > recorder->fullest)
			recorder->fullest = (size_t)(hot->ring.head - hot->ring.tail);
		recorder->heap = array_grow(
			recorder->heap, count, &recorder->heap_capacity, sizeof(*recorder->heap));
		recorder->heap[count++] = hot;
	}
	for (size_t i = count / 2; i > 0; i--)
		sink(recorder->heap, count, i - 1);
	return count;
}

/* Calls that ended after a record that is still being written wait for it, but for no longer than
 * one tick: its thread has lost its processor. */
static uint64_t watermark(struct recorder *recorder, uint64_t until)
{
	for (struct hot_thread *hot = recorder->first; hot; hot = hot->next) {
		uint64_t exit = hot->is_broken ? 0 : ring_written(&hot->ring);
		if (exit != 0 && exit != hot->awaited && exit < until)
			until = exit;
		hot->awaited = exit;
	}
	return until;
}

/* Takes the first record of all; true when the thread has another one. */
static bool take_first(struct tracer *tracer, struct hot_thread *hot)
{
	take(tracer, hot);
	if (!hot->is_broken && ring_next(&hot->ring) == RING_BROKEN)
		set_broken(&tracer->recorder, hot);
	if (!hot->is_broken && hot->ring.has_record)
		return true;
	ring_release(&hot->ring);
	return false;
}

/* Takes the calls that ended before then, in their order. */
static void merge(struct tracer *tracer, size_t count, uint64_t until)
{
	struct hot_thread **heap = tracer->recorder.heap;

	while (count > 0 && heap[0]->ring.record.exit < until) {
		if (!take_first(tracer, heap[0]))
			heap[0] = heap[--count];
		sink(heap, count, 0);
	}
	for (size_t i = 0; i < count; i++)
		ring_release(&heap[i]->ring);
}

/* False when nobody records. */
static bool begin(struct tracer *tracer)
{
	if (!tracer->recorder.first)
		return false;
	if (!tracer->recorder.call)
		tracer->recorder.call = call_new();
	sample_clock(tracer);
	return true;
}

static void set_pace(struct tracer *tracer)
{
	struct recorder *recorder = &tracer->recorder;
	unsigned int pace = recorder->pace > 0 ? recorder->pace : 1;

	recorder->calm_looks = recorder->fullest < CALM_BYTES ? recorder->calm_looks + 1 : 0;
	if (recorder->fullest >= FULL_BYTES && pace < PACE_MAX)
		pace *= 2;
	else if (recorder->calm_looks >= CALM_LOOKS && pace > 1)
		pace /= 2;
	else
		return;
	recorder->calm_looks = 0;
	recorder->pace = pace;
	ticks_set_pace(&tracer->ticks, pace);
}

void drain_all(struct tracer *tracer)
{
	if (!begin(tracer))
		return;
	size_t count = find_records(&tracer->recorder);
	if (tracer->recorder.fullest >= FULL_BYTES)
		set_pace(tracer);
	tracer->recorder.looked_ns = log_now(&tracer->log);
	merge(tracer, count, UINT64_MAX);
}

/* The call may move while it is filled. */
static void enter_wait(struct tracer *tracer, struct thread *thread, struct captured_call **call)
{
	bool is_recorded = !tracer->settings.recorded->is_left_out[(*call)->row] &&
			   waits_enter(tracer, thread, call);

	(*call)->is_recorded = is_recorded;
}

/* Makes thread->call the call that the thread is in. */
static bool enter(struct tracer *tracer, struct hot_thread *hot, struct ring_call *pending)
{
	struct thread *thread = hot->thread;
	struct captured_call **call = &thread->call;

	if (hot->is_broken || thread->state != THREAD_RUNNING || !ring_pending(&hot->ring, pending))
		return false;
	if (hot->entered == pending->entry)
		return true;
	struct syscall_entry entry = {.arch = abi_arch(false),
		.instruction_pointer = pending->instruction_pointer,
		.stack_pointer = pending->stack_pointer};
	memcpy(entry.arguments, pending->arguments, sizeof(entry.arguments));
	recording_fill(tracer, thread, *call, pending->row, &entry);
	set_begin(tracer, hot, *call, pending->entry);
	name(thread, *call, pending->word);
	if ((*call)->effect == EFFECT_WAIT)
		enter_wait(tracer, thread, call);
	capture_entry(call, call_row(*call));
	hot->entered = pending->entry;
	return true;
}

bool drain_pending(struct tracer *tracer, struct thread *thread)
{
	struct ring_call pending;
	bool is_pending = thread->hot && enter(tracer, thread->hot, &pending);

	if (is_pending)
		thread->hot->entered = 0;
	return is_pending;
}

/* What the other threads of the table wait for, before the stop changes it. */
static void enter_waits(struct tracer *tracer, const struct descriptor_table *table)
{
	struct ring_call pending;

	for (struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next)
		if (hot->thread->table == table && ring_is_waiting(&hot->ring))
			enter(tracer, hot, &pending);
}

void drain_before_stop(struct tracer *tracer, const struct thread *thread)
{
	tracer->recorder.looked_ns = 0;
	if (!tracer->recorder.first)
		return;
	drain_all(tracer);
	if (tracer->stop.kind == STOP_CALL && thread && thread->table)
		enter_waits(tracer, thread->table);
}

void drain_after_stop(struct tracer *tracer)
{
	ticks_want(&tracer->ticks, TICK_RECORDER, tracer->recorder.first != NULL);
}

/* Calls that have not returned for a tick. */
static void enter_long_calls(struct tracer *tracer)
{
	struct ring_call pending;

	for (struct hot_thread *hot = tracer->recorder.first; hot; hot = hot->next) {
		if (hot->is_broken || !ring_pending(&hot->ring, &pending))
			continue;
		if (hot->seen == pending.entry)
			enter(tracer, hot, &pending);
		hot->seen = pending.entry;
	}
}

struct captured_call *drain_long_call(const struct thread *thread)
{
	const struct hot_thread *hot = thread->hot;
	struct ring_call pending;

	if (!hot || hot->is_broken || thread->state != THREAD_RUNNING || hot->entered == 0 ||
		!ring_pending(&hot->ring, &pending))
		return NULL;
	return pending.state == AREA_IN_CALL && pending.entry == hot->entered ? thread->call : NULL;
}

void drain_tick(struct tracer *tracer, enum tick tick)
{
	if (!begin(tracer))
		return;
	uint64_t now = tsc_now();
	size_t count = find_records(&tracer->recorder);
	set_pace(tracer);
	merge(tracer, count, watermark(&tracer->recorder, now));
	if (tick == TICK_WHOLE)
		enter_long_calls(tracer);
}

/* The call has returned, and the thread has died before its record was written. */
static void write_returned(
	struct tracer *tracer, struct hot_thread *hot, const struct ring_call *pending)
{
	struct thread *thread = hot->thread;
	struct captured_call **call = &thread->call;

	(*call)->result = pending->result;
	set_end(tracer, hot, *call, pending->exit);
	capture_recorded(*call, call_row(*call), recording_payload(tracer, thread, *call));
	write_call(tracer, thread, *call);
}

void drain_end(struct tracer *tracer, struct thread *thread)
{
	struct ring_call pending;

	if (!thread->hot)
		return;
	drain_all(tracer);
	if (!enter(tracer, thread->hot, &pending))
		return;
	if (pending.state == AREA_WRITING)
		write_returned(tracer, thread->hot, &pending);
	else
		thread->state = THREAD_IN_CALL;
}

void drain_free(struct tracer *tracer)
{
	free(tracer->recorder.call);
	free(tracer->recorder.heap);
}
