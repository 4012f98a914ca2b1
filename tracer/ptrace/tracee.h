/* SPDX-License-Identifier: MIT */
/* The requests of ptrace(2), one function each. A thread that is gone is no error: it will be
 * reported by wait, so requests on it do nothing. */
#ifndef TRACER_TRACEE_H
#define TRACER_TRACEE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a stopped thread goes on. */
enum resume {
	RESUME_RUN,    /* until its next stop for an event or a filtered call */
	RESUME_CALL,   /* until the call that it has entered returns */
	RESUME_LISTEN, /* stay in the group stop, and report when it ends */
};

/*
 * Make the calling process the tracer of `tid` and of its children; return 0 or a negative errno.
 * When the tracer dies, a launched program is killed, because its filter needs a tracer; a running
 * one, which has none, runs on.
 */
int tracee_seize_launched(pid_t tid);
int tracee_seize_running(pid_t tid);

/* The stopped thread, seized in the one way or the other, stops once more before it ends, and so do
 * the threads that it makes: STOP_EXIT. */
void tracee_report_exit(pid_t tid, bool is_launched);

/* True when ptrace(2) itself is refused to us, as a seccomp filter does it. */
bool tracee_is_forbidden(void);

/* Makes a running thread stop soon, with STOP_TRAP; a call that it blocks in is interrupted. */
void tracee_interrupt(pid_t tid);

/* Detaches from a stopped thread, which goes on and gets the signal, if any. */
void tracee_detach(pid_t tid, int signal);

void tracee_resume(pid_t tid, enum resume how, int signal);

/* A call that a thread is about to make. */
struct syscall_entry {
	uint32_t arch; /* AUDIT_ARCH_X86_64 … */
	uint64_t number;
	uint64_t arguments[6];
	uint64_t instruction_pointer, stack_pointer;
	uint32_t filter_data; /* what the filter that has caught it says */
};

/* A filtered call of a stepped thread is reported as entered first, and then as filtered. */
enum syscall_stop { SYSCALL_NONE, SYSCALL_ENTRY, SYSCALL_FILTERED, SYSCALL_EXIT };

/* At the entry of a call, or where a filter has caught it, fills `entry`, at its exit `result`,
 * which is -errno on error; neither when the thread is gone. PTRACE_GET_SYSCALL_INFO. */
enum syscall_stop tracee_syscall(pid_t tid, struct syscall_entry *entry, int64_t *result);

/* The signals that the thread blocks, as the kernel's sigset_t: PTRACE_GETSIGMASK. */
bool tracee_signal_mask(pid_t tid, uint64_t *mask);
void tracee_set_signal_mask(pid_t tid, uint64_t mask);

/* What the signal says by which the thread is stopped: PTRACE_GETSIGINFO. */
bool tracee_signal_info(pid_t tid, siginfo_t *info);
void tracee_set_signal_info(pid_t tid, const siginfo_t *info);

/* PTRACE_GETEVENTMSG: the new thread's tid, or at exec the thread's former tid. */
pid_t tracee_event_tid(pid_t tid);

#endif
