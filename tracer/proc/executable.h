/* SPDX-License-Identifier: MIT */
/* The program that a thread runs. */
#ifndef TRACER_EXECUTABLE_H
#define TRACER_EXECUTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The program's name, which it may have given itself (PR_SET_NAME, prctl(2)), but not when it has
 * just been loaded: /proc/TID/comm, which is made whole from /proc/TID/exe where the kernel cut it
 * short. Cut to `size`. */
void executable_name(pid_t tid, char *name, size_t size);

/* The name of the file of /proc/TID/exe, without its folder; "process" where we may not know it. Of
 * a script that is its interpreter. */
void executable_file(pid_t tid, char *name, size_t size);

/* The command (/proc/TID/cmdline), its words ended by NUL each; its length, at most `size`. */
size_t executable_command(pid_t tid, char *words, size_t size);

/* True when it is for an ABI that abi.c does not know, such as x32. From the head of /proc/TID/exe:
 * elf(5). */
bool executable_is_foreign(pid_t tid);

/* True when we may not look into the process of the thread, though we trace it: its program may be
 * executed, but not be read. PR_SET_DUMPABLE, prctl(2). */
bool executable_is_hidden(pid_t tid);

/* True when it would change its user or group at exec. */
bool executable_is_set_id(pid_t tid);

#endif
