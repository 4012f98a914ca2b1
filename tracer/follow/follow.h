/* SPDX-License-Identifier: MIT */
/* Follows the program's threads and processes, and the descriptor tables that they hold. */
#ifndef TRACER_FOLLOW_H
#define TRACER_FOLLOW_H

#include "tracer/follow/tracer.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/tracee.h"

/* The process `pid` has been launched: it runs our code until it loads the program. */
void follow_launch(struct tracer *tracer, pid_t pid);

/* A thread of the process `pid` was attached to. */
struct thread *follow_attached(struct tracer *tracer, pid_t pid, pid_t tid);

/* A thread has stopped before the call that made it was reported: it stays stopped until then. */
void follow_unknown(struct tracer *tracer, pid_t tid);

/* `parent` has made a thread or a process, by vfork(2) if `shares_memory`. Lets a child that waited
 * for this run. */
void follow_child(struct tracer *tracer, const struct thread *parent, bool shares_memory);

/* At each tick, ticks.h: a thread whose making is not reported for too long is taken as it is. */
void follow_tick(struct tracer *tracer);

/* `tid` has loaded a program. Returns its thread, or NULL when it is not known. */
struct thread *follow_exec(struct tracer *tracer, pid_t tid);

/* The thread is gone. Frees it. */
void follow_end(struct tracer *tracer, struct thread *thread, const struct stop *stop);

/* The parent of the new thread is known: the thread begins. Frees it when it needs no tracer. */
void follow_release(struct tracer *tracer, struct thread *thread);

/* Resumes a stopped thread; `how` is RESUME_RUN also for one that is stepped. */
void follow_resume(const struct thread *thread, enum resume how, int signal);

void follow_free(struct tracer *tracer);

#endif
