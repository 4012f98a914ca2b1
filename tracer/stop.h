/* The next thing that happened to a tracee, as wait reports it. */
#ifndef TRACER_STOP_H
#define TRACER_STOP_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The states of a thread and what resumes it; "ptrace(2), Stopped states":
 *
 *	running ──filtered call──> STOP_ENTRY ──RESUME_CALL──> in the call ──> STOP_EXIT ──┐
 *	   ▲                           └──RESUME_RUN (not of interest)──────────────────┐  │
 *	   ├──────────────────────────────RESUME_RUN────────────────────────────────────┴──┘
 *	   ├── STOP_SIGNAL   RESUME_RUN with the signal
 *	   ├── STOP_CHILD, STOP_EXEC, STOP_TRAP   RESUME_RUN
 *	   └── STOP_GROUP    RESUME_LISTEN; STOP_TRAP follows when the group stop ends
 */
enum stop_kind {
	STOP_ENTRY,   /* the filter caught a call */
	STOP_EXIT,    /* the call returned */
	STOP_SIGNAL,  /* `signal` is about to be delivered */
	STOP_GROUP,   /* the thread's process is stopped by `signal` */
	STOP_TRAP,    /* a new thread's first stop, or the end of a group stop */
	STOP_CHILD,   /* fork, vfork or clone made a thread */
	STOP_EXEC,    /* a new program was loaded */
	STOP_ENDED,   /* the thread is gone: `exit_code`, or killed by `signal` */
	STOP_NOTHING, /* nothing happened within the time given */
	STOP_NO_TRACEE,
};

struct stop {
	enum stop_kind kind;
	pid_t tid;
	int signal;
	int exit_code;
};

/* Waits for the next stop of any tracee; interrupted by a signal, it answers STOP_NOTHING. */
struct stop stop_wait(void);

/* Waits no longer than that. */
struct stop stop_wait_ms(int milliseconds);

#endif
