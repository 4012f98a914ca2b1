/* SPDX-License-Identifier: MIT */
/* A process that reads the trace while it is made: the live viewer, or a command. */
#ifndef TRACER_CONSUMER_H
#define TRACER_CONSUMER_H

#include <stdbool.h>

/* Starts as {-1, -1}. */
struct consumer {
	int trace; /* owned: what to write to; no program inherits it */
	int done;  /* owned: says how the consumer has ended */
};

/*
 * Starts it: `become`, which does not return, makes a process that has the trace as its standard
 * input, and that neither Ctrl-C nor timeout(1) ends, the consumer. It is a child of no
 * traced process, and its end is not among those of tracees. False when it could not be started:
 * see errno.
 */
bool consumer_start(
	struct consumer *consumer, void (*become)(const void *context), const void *context);

/* Ends the trace and waits for the consumer's end. Returns its wait status, or -1 where that is not
 * known, as when a signal to socktrace ended the wait. */
int consumer_wait(struct consumer *consumer);

#endif
