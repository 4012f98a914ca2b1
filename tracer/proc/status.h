/* SPDX-License-Identifier: MIT */
/* How a thread is: /proc/TID/status, /proc/TID/stat and /proc/TID/schedstat. */
#ifndef TRACER_STATUS_H
#define TRACER_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The number after `field` in /proc/TID/status, or -1: "Tgid", "PPid" …. */
long status_number(pid_t tid, const char *field);

/* True when the thread is gone or a zombie. */
bool status_has_ended(pid_t tid);

/* True when the thread is in a sleep that no signal ends. */
bool status_is_uninterruptible(pid_t tid);

/* True of a thread of the kernel's: PF_KTHREAD in linux/sched.h, the flags of /proc/PID/stat. */
bool status_is_kernel_thread(pid_t pid);

/* True when the thread has another number where it is than where we are: NSpid in /proc/TID/status,
 * pid_namespaces(7). */
bool status_is_nested(pid_t tid);

/* True when the thread's process has a handler for the signal: SigCgt in /proc/TID/status. */
bool status_catches(pid_t tid, int signal);

/* True when the thread has the capability, in its user namespace: CapEff in /proc/TID/status. */
bool status_has_capability(pid_t tid, int capability);

/* Nanoseconds that the thread has been kept waiting for a processor: /proc/TID/schedstat, in
 * Documentation/scheduler/sched-stats.rst. 0 where there is none. */
uint64_t status_delay_ns(pid_t tid);

#endif
