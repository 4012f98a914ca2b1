/* Follows the program's threads and processes, and the descriptor tables that they hold. */
#ifndef TRACER_FOLLOW_H
#define TRACER_FOLLOW_H

#include "tracer/stop.h"
#include "tracer/tracer.h"

/* The process `pid` has been launched: it runs our code until it loads the program. */
void follow_launch(struct tracer *tracer, pid_t pid);

/* A thread was seen before the call that made it returned: it has to wait for that. */
void follow_unknown(struct tracer *tracer, pid_t tid);

/* `parent` has made a thread or a process. Lets a child that waited for this run. */
void follow_child(struct tracer *tracer, const struct thread *parent);

/* `tid` has loaded a program; `command` is that of the trace. Returns its thread. */
struct thread *follow_exec(struct tracer *tracer, pid_t tid, char *const *command);

/* The thread is gone. Frees it. */
void follow_end(struct tracer *tracer, struct thread *thread, const struct stop *stop);

void follow_free(struct tracer *tracer);

#endif
