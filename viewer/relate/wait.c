/* SPDX-License-Identifier: MIT */
#include "viewer/relate/wait.h"

#include <stdlib.h>

#include "format/memory.h"

static int by_thread(const void *a, const void *b, void *context)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	const struct call *calls = context, *one = &calls[left], *other = &calls[right];

	if (one->process->number != other->process->number)
		return one->process->number < other->process->number ? -1 : 1;
	if (one->tid != other->tid)
		return one->tid < other->tid ? -1 : 1;
	return left < right ? -1 : left > right;
}

static void find_threads(struct thread_waits *waits, const struct trace *trace, size_t count)
{
	for (size_t i = 0; waits->threads && i < count; i++) {
		const struct call *call = &trace->calls[waits->list[i]];
		const struct waiting_thread *last =
			waits->count ? &waits->threads[waits->count - 1] : NULL;
		if (!last || last->process != call->process || last->tid != call->tid)
			waits->threads[waits->count++] = (struct waiting_thread){
				call->process, call->tid, waits->list + i, 0};
		waits->threads[waits->count - 1].count++;
	}
}

struct thread_waits *waits_new(const struct trace *trace)
{
	struct thread_waits *waits = xcalloc(1, sizeof(*waits));
	size_t count = 0, capacity = 0;

	for (uint32_t i = 0; i < trace->call_count; i++) {
		if (!call_is(&trace->calls[i], CALL_FOUND_NONE))
			continue;
		waits->list = array_grow(waits->list, count, &capacity, sizeof(*waits->list));
		waits->list[count++] = i;
	}
	if (count > 0)
		qsort_r(waits->list, count, sizeof(*waits->list), by_thread, trace->calls);
	waits->threads = xcalloc(count + 1, sizeof(*waits->threads));
	find_threads(waits, trace, count);
	return waits;
}

void waits_free(struct thread_waits *waits)
{
	if (!waits)
		return;
	free(waits->threads);
	free(waits->list);
	free(waits);
}

size_t *waits_by_process(const struct thread_waits *waits, const struct trace *trace)
{
	size_t *first = xcalloc(trace->process_count + 1, sizeof(*first)), at = 0;

	for (size_t i = 0; i <= trace->process_count; i++) {
		while (at < waits->count && waits->threads[at].process->number < i)
			at++;
		first[i] = at;
	}
	return first;
}
