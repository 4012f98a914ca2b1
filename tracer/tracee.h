/* The requests of ptrace(2), one function each. A thread that is gone is no error: it will be
 * reported by wait, so requests on it do nothing. */
#ifndef TRACER_TRACEE_H
#define TRACER_TRACEE_H

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
 * Makes the calling process the tracer of `tid`: with its children, killed when the tracer dies.
 * Returns 0 or a negative errno.
 */
int tracee_seize(pid_t tid);

void tracee_resume(pid_t tid, enum resume how, int signal);

/* A call that the filter caught. */
struct syscall_entry {
	uint32_t arch; /* AUDIT_ARCH_X86_64 … */
	uint64_t number;
	uint64_t arguments[6];
	uint64_t instruction_pointer, stack_pointer;
};

/* What the stopped thread is about to do; false when it is gone or not at an entry. */
bool tracee_entry(pid_t tid, struct syscall_entry *entry);

/* What the call has returned, -errno on error; false when it is gone or not at an exit. */
bool tracee_exit(pid_t tid, int64_t *result);

/* PTRACE_GETEVENTMSG: the new thread's tid, or at exec the thread's former tid. */
pid_t tracee_event_tid(pid_t tid);

#endif
