/* SPDX-License-Identifier: MIT */
#include "tracer/model/tracees.h"

#include <stdlib.h>

#include "format/memory.h"

struct thread *tracees_find(const struct tracees *tracees, pid_t tid)
{
	return id_map_get(&tracees->threads, (uint32_t)tid);
}

struct thread *tracees_next(const struct tracees *tracees, size_t *at)
{
	return id_map_next(&tracees->threads, at);
}

struct thread *tracees_add(struct tracees *tracees, pid_t tid, enum thread_state state)
{
	struct thread *thread = xcalloc(1, sizeof(*thread));

	thread->tid = tid;
	thread->state = state;
	thread->restart_row = -1;
	thread->call = call_new();
	id_map_put(&tracees->threads, (uint32_t)tid, thread);
	return thread;
}

void tracees_renumber(struct tracees *tracees, struct thread *thread, pid_t tid)
{
	tracees_forget(tracees, thread->tid);
	thread->tid = tid;
	id_map_put(&tracees->threads, (uint32_t)tid, thread);
}

void tracees_forget(struct tracees *tracees, pid_t tid)
{
	id_map_remove(&tracees->threads, (uint32_t)tid);
}

void tracees_remove(struct tracees *tracees, struct thread *thread)
{
	tracees_forget(tracees, thread->tid);
	tracees->settling -= thread->is_settling;
	tracees->limited -= thread->limit.deadline_ns != 0;
	free(thread->call);
	free(thread);
}

void tracees_free(struct tracees *tracees)
{
	id_map_free(&tracees->threads);
}

struct traced_process *process_new(pid_t pid)
{
	struct traced_process *process = xcalloc(1, sizeof(*process));

	process->pid = pid;
	return process;
}

void process_join(struct traced_process *process, struct thread *thread)
{
	thread->process = process;
	process->threads++;
}
