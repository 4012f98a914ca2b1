/* SPDX-License-Identifier: MIT */
/* The limits that socktrace was started with are the program's; its tracer need not keep to them.
 */
#ifndef TRACER_LIMITS_H
#define TRACER_LIMITS_H

/* Raises what limits this process as far as it may without privilege: getrlimit(2). */
void limits_raise(void);

#endif
