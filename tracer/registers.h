/* A stopped thread's registers: all that depends on the processor, one .c file each. */
#ifndef TRACER_REGISTERS_H
#define TRACER_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* At the entry of a call, before the kernel reads it: replaces the argument number `index`.
 * `is_compat`: the call is made through the ABI of 32-bit programs. */
void registers_set_argument(pid_t tid, bool is_compat, int index, uint64_t value);

/*
 * To a thread that stopped because its tracer asked it to, or for a signal that it ignores and that
 * only a tracer is told of: a call that has failed with EINTR for that alone is made again. If the
 * signal has a handler, that runs and the call fails all the same, as it should: ERESTARTNOHAND in
 * linux/errno.h; sig_ignored in kernel/signal.c.
 */
void registers_restart_call(pid_t tid);

#endif
