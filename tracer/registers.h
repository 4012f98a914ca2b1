/* A stopped thread's registers: all that depends on the processor, one .c file each. */
#ifndef TRACER_REGISTERS_H
#define TRACER_REGISTERS_H

#include <stdint.h>
#include <sys/types.h>

/* At the entry of a call, before the kernel reads it: replaces the argument number `index`. */
void registers_set_argument(pid_t tid, int index, uint64_t value);

#endif
