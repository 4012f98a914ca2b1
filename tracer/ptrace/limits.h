/* SPDX-License-Identifier: MIT */
/* The limits that socktrace was started with are meant for the program, not for its tracer. */
#ifndef TRACER_LIMITS_H
#define TRACER_LIMITS_H

/* Raises this process's limits as far as is possible without privilege: getrlimit(2). */
void limits_raise(void);

#endif
