/* SPDX-License-Identifier: MIT */
/* How a thread is: /proc/TID/status, /proc/TID/stat and /proc/TID/schedstat. */
#ifndef TRACER_STATUS_H
#define TRACER_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The number after `field` in /proc/TID/status, or -1: "Tgid", "PPid" …. */
long status_number(pid_t tid, const char *field);

/* The effective user of the thread, or -1: Uid in /proc/TID/status, proc(5). */
long status_user(pid_t tid);

/* True when the process `pid` traces the thread, or traces who does, and so on: TracerPid. */
bool status_is_traced_by(pid_t tid, pid_t pid);

/* True when the thread is gone or a zombie. */
bool status_has_ended(pid_t tid);

/* True when the thread is in a sleep that no signal ends. */
bool status_is_uninterruptible(pid_t tid);

/* True when the thread waits for a child that vfork(2), or clone(2) with CLONE_VFORK, has made:
 * nothing wakes it before. From /proc/TID/syscall: proc(5). */
bool status_is_in_vfork(pid_t tid);

/* True when the thread sleeps in poll(2) or its kin, as far as the kernel tells: /proc/TID/wchan in
 * proc(5), the functions of fs/select.c of which compilers make one. */
bool status_is_in_poll(pid_t tid);

/* True of a thread of the kernel's: PF_KTHREAD in linux/sched.h, the flags of /proc/PID/stat. */
bool status_is_kernel_thread(pid_t pid);

/* True when the thread has another number where it is than where we are: NSpid in /proc/TID/status,
 * pid_namespaces(7). */
bool status_is_nested(pid_t tid);

/* True when the thread's process has a handler for the signal: SigCgt in /proc/TID/status. */
bool status_catches(pid_t tid, int signal);

/* True when the signal does nothing: SigIgn in /proc/TID/status, or no handler where that is what
 * happens by default: signal(7). */
bool status_ignores(pid_t tid, int signal);

/* The bit of signal 1 is 1. */
struct status_signals {
	uint64_t pending; /* for the thread or its process */
	uint64_t blocked;
	uint64_t ignored; /* by the program or by default */
};

/* All of them at one moment. False when the thread is gone. */
bool status_signals(pid_t tid, struct status_signals *signals);

/* True when the signal stops the thread's process, or its handler runs instead. It interrupts calls
 * in either case: signal(7), "Interruption of system calls and library functions by stop signals".
 */
bool status_is_stopped_by(pid_t tid, int signal);

/* True when the thread has the capability, in its user namespace: CapEff in /proc/TID/status. */
bool status_has_capability(pid_t tid, int capability);

/* Where the heap of the thread's process begins: start_brk in /proc/TID/stat. 0 when it is not
 * said. */
uint64_t status_heap(pid_t tid);

/* True when the thread has a shadow stack: x86_Thread_features in /proc/TID/status. */
bool status_has_shadow_stack(pid_t tid);

/* Nanoseconds that the thread has been kept waiting for a processor: /proc/TID/schedstat, in
 * Documentation/scheduler/sched-stats.rst. 0 where there is none. */
uint64_t status_delay_ns(pid_t tid);

#endif
