/* SPDX-License-Identifier: MIT */
/* Why the kernel does not let a process be traced, and what to do about it. */
#ifndef TRACER_REFUSAL_H
#define TRACER_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The facts that decide: __ptrace_may_access in kernel/ptrace.c, security/yama/yama_lsm.c, and
 * seccomp(2). */
struct refusal {
	int error;          /* errno of ptrace(2) or of /proc */
	bool is_filtered;   /* ptrace(2) fails whatever it is called with */
	bool is_capable;    /* we have CAP_SYS_PTRACE */
	bool is_root;       /* we are root */
	bool is_nested;     /* we are in a user namespace that is not the first */
	bool is_undumpable; /* we are: our user may execute our file, and not read it */
	int ptrace_scope;   /* of Yama */
	char hidepid[16];   /* the mount option of /proc; empty: none */
	bool is_launched;   /* it is what we have started; else there is also: */
	bool is_hidden;     /* it is there, and /proc does not show it */
	bool is_gone;       /* it has ended, or was never there */
	bool is_our_tracer; /* it traces us, or who does */
	bool is_kernel;     /* it is a thread of the kernel */
	bool is_ours;       /* it belongs to our user */
	char owner[64];     /* the user that it belongs to */
	long tracer;        /* the process that traces it already; 0: none */
	char tracer_name[64];
};

/* Asks why `pid` could not be traced; 0: what was launched. */
struct refusal refusal_of(pid_t pid, int error);

/* Says it in words. */
void refusal_explain(const struct refusal *refusal, char *words, size_t size);

#endif
