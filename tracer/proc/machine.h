/* SPDX-License-Identifier: MIT */
/* The limits that this machine sets to seeing other processes. */
#ifndef TRACER_MACHINE_H
#define TRACER_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* True when /proc is there, and is of the PID namespace that we are in: proc(5). */
bool machine_has_proc(void);

/* kernel.yama.ptrace_scope, or 0 where there is no Yama: Documentation/admin-guide/LSM/Yama.rst */
int machine_ptrace_scope(void);

/* The option hidepid of the mount of /proc, as it is written there; empty when it has none:
 * proc(5). */
void machine_hidepid(char *value, size_t size);

/* True when our user namespace is not the machine's: user_namespaces(7). */
bool machine_is_in_user_namespace(void);

#endif
