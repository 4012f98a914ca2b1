/* SPDX-License-Identifier: MIT */
/*
 * The files that a trace is written to, one after the other: `t.jsonl` becomes `t.jsonl.1` when it
 * is full. No file is overwritten or removed that this trace has not written.
 */
#ifndef TRACER_ROTATION_H
#define TRACER_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rotation;

/* How large a file becomes, and how many older ones are kept; 0: all. */
struct rotation_limits {
	uint64_t size; /* 0: nothing is rotated */
	size_t count;
};

/* A first line, and the lines of a few processes and sockets, are shorter. */
#define ROTATION_LEAST_SIZE 65536
#define ROTATION_MOST_COUNT 1000

/* `fd` is the file of that name, which is not forgotten. NULL when it cannot be rotated: errno. */
struct rotation *rotation_new(const char *name, int fd, struct rotation_limits limits);
void rotation_free(struct rotation *rotation);

uint64_t rotation_size(const struct rotation *rotation);

/* The present file is full: gives it another name, and begins one that has its name. Returns the
 * new one, which no program inherits; -1: it stays the present one, which has been said once. */
int rotation_turn(struct rotation *rotation);

/* Somebody has moved the present file away, or removed it: logrotate(8). Looks once a second. */
bool rotation_is_moved(struct rotation *rotation, int64_t now_ns);

/* Begins a new one where that was. Returns as rotation_turn() does. */
int rotation_renew(struct rotation *rotation);

/* How many files there are behind the present one; moved ones do not count. */
size_t rotation_older(const struct rotation *rotation);

#endif
