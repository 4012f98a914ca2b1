/* SPDX-License-Identifier: MIT */
#include "viewer/relate/thread_time.h"

#include <stdlib.h>
#include <string.h>

#include "format/id_map.h"
#include "format/memory.h"
#include "viewer/term/quantity.h"

/* A call that can wait has waited when it took so long, which a call does not that finds what it
 * wants, traced or not. */
#define SHORTEST_WAIT_NS 50000

/* On what a wait was, and what of it became ready. */
enum watch {
	WATCHED_PEER = 1,
	WATCHED_CLIENTS = 2,
	READY_PEER = 4,
	READY_CLIENTS = 8,
};

static bool is_listening(const struct descriptor *descriptor)
{
	return descriptor->socket->direction == DIRECTION_LISTENING;
}

static uint8_t *find_watches(const struct trace *trace)
{
	uint8_t *watches = xcalloc(trace->call_count + 1, sizeof(*watches));

	for (size_t i = 0; i < trace->descriptor_count; i++) {
		const struct descriptor *descriptor = trace->descriptors[i];
		uint8_t watched = is_listening(descriptor) ? WATCHED_CLIENTS : WATCHED_PEER;
		uint8_t ready = is_listening(descriptor) ? READY_CLIENTS : READY_PEER;
		for (size_t j = 0; j < descriptor->calls.count; j++) {
			uint32_t index = descriptor->calls.list[j];
			if (trace->calls[index].effect == EFFECT_WAIT)
				watches[index] |= watched;
		}
		for (size_t j = 0; j < descriptor->answer_count; j++)
			watches[descriptor->answers[j].wait] |= ready;
	}
	return watches;
}

static enum time_kind kind_of_wait(const struct call *call, uint8_t watches)
{
	if (watches & READY_PEER)
		return TIME_PEER;
	if (watches & READY_CLIENTS)
		return TIME_CLIENTS;
	if (call_is(call, CALL_UNFINISHED))
		return watches & WATCHED_PEER      ? TIME_PEER
		       : watches & WATCHED_CLIENTS ? TIME_CLIENTS
						   : TIME_OTHER;
	return call->result == 0 && !call->error ? TIME_LIMIT : TIME_OTHER;
}

static enum time_kind kind_of(const struct call *call, uint8_t watches)
{
	bool is_short = call->duration_ns < SHORTEST_WAIT_NS && !call_is(call, CALL_UNFINISHED);

	if (is_short)
		return TIME_CALLS;
	switch ((enum effect)call->effect) {
	case EFFECT_WAIT:
		return kind_of_wait(call, watches);
	case EFFECT_ACCEPT:
		return TIME_CLIENTS;
	case EFFECT_CONNECT:
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
		/* SO_RCVTIMEO and its like. */
		return call_is(call, CALL_PENDING) ? TIME_LIMIT : TIME_PEER;
	default:
		return TIME_CALLS;
	}
}

/* By the number of their name the calls that go on beside their thread: io_uring(7). For the caller
 * to free. */
static bool *find_beside(const struct trace *trace)
{
	bool *is_beside = xcalloc(trace->strings.count + 1, sizeof(*is_beside));

	for (uint32_t i = 0; i < trace->strings.count; i++)
		is_beside[i] = strncmp(trace_word(trace, i), "io_uring_", strlen("io_uring_")) == 0;
	return is_beside;
}

static struct thread_time *thread_of(
	struct thread_times *times, struct id_map *threads, const struct call *call)
{
	uint64_t key = ((uint64_t)call->process->part << 32 | (uint32_t)call->tid) + 1;
	uintptr_t at = (uintptr_t)id_map_get(threads, key);

	if (at)
		return &times->list[at - 1];
	times->list = array_grow(times->list, times->count, &times->capacity, sizeof(*times->list));
	times->list[times->count] = (struct thread_time){.process = call->process,
		.tid = call->tid,
		.begin_ns = call->time_ns,
		.end_ns = call->time_ns};
	id_map_put(threads, key, (void *)(uintptr_t)(times->count + 1));
	return &times->list[times->count++];
}

static void add_call(
	struct thread_time *thread, const struct call *call, uint32_t index, uint8_t watches)
{
	int64_t until_ns = call->time_ns + call->duration_ns;

	quantity_add_up(&thread->spent_ns[kind_of(call, watches)], call->duration_ns);
	if (call->time_ns < thread->begin_ns)
		thread->begin_ns = call->time_ns;
	if (until_ns > thread->end_ns)
		thread->end_ns = until_ns;
	thread->calls++;
	thread->last = index;
}

struct thread_times *thread_times_new(const struct selection *selection)
{
	const struct trace *trace = selection->trace;
	struct thread_times *times = xcalloc(1, sizeof(*times));
	uint8_t *watches = find_watches(trace);
	bool *is_beside = find_beside(trace);
	struct id_map threads = {0};

	for (uint32_t i = 0; i < trace->call_count; i++) {
		const struct call *call = &trace->calls[i];
		if (selection_has_call(selection, i) && !is_beside[call->name])
			add_call(thread_of(times, &threads, call), call, i, watches[i]);
	}
	for (size_t i = 0; i < times->count; i++) {
		struct thread_time *thread = &times->list[i];
		int64_t in_calls_ns = 0, life_ns = thread->end_ns - thread->begin_ns;
		for (size_t kind = 0; kind < TIME_ELSEWHERE; kind++)
			quantity_add_up(&in_calls_ns, thread->spent_ns[kind]);
		if (life_ns > in_calls_ns)
			thread->spent_ns[TIME_ELSEWHERE] = life_ns - in_calls_ns;
	}
	id_map_free(&threads);
	free(is_beside);
	free(watches);
	return times;
}

void thread_times_free(struct thread_times *times)
{
	free(times->list);
	free(times);
}
