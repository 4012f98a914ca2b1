/* SPDX-License-Identifier: MIT */
/*
 * Signals of the terminal and of other programs: the program gets them, and socktrace runs on until
 * the program has ended. The terminal's signals reach the program's process group by themselves,
 * and are ignored here. Signals that are sent to socktrace itself, by timeout(1) or kill(1), are
 * passed on to the program, and so is the hangup of a terminal whose session socktrace leads.
 */
#ifndef TRACER_SIGNALS_H
#define TRACER_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on signals go to the process `program`. */
void signals_install(pid_t program);

/* There is no program, but others that run already: signals are kept for signals_take. */
void signals_install_attached(void);

/* The program is gone: signals are kept for signals_take. */
void signals_program_ended(void);

/* The last signal that was kept, or 0; and how many have been kept since the program ended. */
int signals_take(void);
int signals_count(void);

/* Stops the calling process by the signal, as the program was, until it is continued. */
void signals_stop_by(int signal);

/* Ends the calling process by the signal, as the program did, without a core file. */
void signals_die_of(int signal);

#endif
