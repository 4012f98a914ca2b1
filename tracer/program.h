/* SPDX-License-Identifier: MIT */
/* The program to trace: executes it, and says why it could not be executed. */
#ifndef TRACER_PROGRAM_H
#define TRACER_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Executes the command, whose end is NULL, as execvp(3) does, but does not give a binary file that
 * the kernel cannot execute to the shell. Returns when it could not: see errno. */
void program_execute(char *const *command);

/* Says in `words` why, where program_execute gave `error` for a program of that name. False when it
 * is not there at all. */
bool program_explain(const char *name, int error, char *words, size_t size);

#endif
