/* SPDX-License-Identifier: MIT */
/* The next thing that happened to a tracee, as wait reports it. */
#ifndef TRACER_STOP_H
#define TRACER_STOP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The states of a thread and what resumes it; "ptrace(2), Stopped states":
 *
 *	running ──filtered call──> STOP_CALL ──RESUME_CALL──> in the call ──> STOP_CALL ──┐
 *	   ▲                       (entry) └──RESUME_RUN (not of interest)──┐     (exit)  │
 *	   ├──────────────────────────────RESUME_RUN────────────────────────┴─────────────┘
 *	   ├── STOP_SIGNAL   RESUME_RUN with the signal
 *	   ├── STOP_CHILD, STOP_EXEC, STOP_EXIT, STOP_TRAP   RESUME_RUN
 *	   └── STOP_GROUP    RESUME_LISTEN; STOP_TRAP follows when the group stop ends
 *
 * A thread that was attached to has no filter and is stepped: RESUME_CALL wherever RESUME_RUN
 * stands above, and a stop at the entry and the exit of every call.
 */
enum stop_kind {
	STOP_CALL,    /* at a call's entry or exit: see tracee_syscall */
	STOP_SIGNAL,  /* `signal` is about to be delivered */
	STOP_GROUP,   /* the thread's process is stopped by `signal` */
	STOP_TRAP,    /* a new thread's first stop, or the end of a group stop */
	STOP_CHILD,   /* fork or clone made a thread */
	STOP_VFORK,   /* vfork made a process, which runs in its parent's memory */
	STOP_EXEC,    /* a new program was loaded */
	STOP_EXIT,    /* the thread ends, and still has its memory: tracee_report_exit */
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

#define STOP_RECENT 8

/* How stops of many are waited for. Starts as a struct of zeros. */
struct stop_queue {
	bool has_signals;  /* SIGCHLD is blocked and taken */
	bool is_doubtful;  /* a tracee may have stopped whose signal was merged into another's */
	bool is_scan_due;  /* all are to be asked, if in doubt */
	size_t since_scan; /* stops since all were last asked */
	pid_t recent[STOP_RECENT];
	unsigned int oldest;
	struct stop *aside; /* owned: stops that were seen while another thread's were waited for */
	size_t aside_count, aside_capacity, aside_given;
};

/* True of the signals that stop a process by default: signal(7). */
bool stop_is_by(int signal);

/*
 * Waits for the next stop of any tracee; STOP_NOTHING when a signal interrupts the wait. `tracees`:
 * how many there are, about. To wait for any child the kernel goes through all of them (do_wait in
 * kernel/exit.c), which is slow when there are thousands. Then SIGCHLD says which one has stopped;
 * and since one signal may stand for several stops, all are asked for now and then.
 */
struct stop stop_wait(struct stop_queue *queue, size_t tracees);

/* The thread is likely to stop soon. */
void stop_expect(struct stop_queue *queue, pid_t tid);

/* True while the kernel has a stop of the thread to report, or will have. */
bool stop_is_to_come(pid_t tid);

/*
 * Waits for that thread's stop. Stops of other threads are put aside, and answered by the next
 * waits. STOP_NOTHING, after a millisecond, while the end of another thread is among them: the
 * thread may have ended, too, and the kernel reports the end of a process's leader only after the
 * ends of its other threads were taken (delay_group_leader in kernel/exit.c). Nor is the leader's
 * STOP_EXIT sure to be seen: who resumes a thread that was killed a moment ago resumes it from
 * that.
 */
struct stop stop_wait_for(struct stop_queue *queue, pid_t tid);

/* The stop is answered once more. */
void stop_put_aside(struct stop_queue *queue, const struct stop *stop);

/* Waits no longer than that. */
struct stop stop_wait_ms(struct stop_queue *queue, int milliseconds);

/* Makes room to put so many aside without a need for memory. */
void stop_reserve(struct stop_queue *queue, size_t count);

/* Puts aside what stops within that time. False when there is no tracee. */
bool stop_collect_ms(struct stop_queue *queue, int milliseconds);

void stop_queue_free(struct stop_queue *queue);

#endif
