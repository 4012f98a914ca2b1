/* SPDX-License-Identifier: MIT */
/*
 * Threads that work on pieces of something long, which come back in the order in which they went:
 *
 *	while (there is more && (piece = workers_free_piece(workers))) {
 *		…
 *		workers_start(workers);
 *	}
 *	piece = workers_finished(workers);
 *	…
 *	workers_take(workers);
 */
#ifndef VIEWER_WORKERS_H
#define VIEWER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct workers;

/* What is done with a piece, on one of the threads. */
typedef void work_on(void *piece);

/* A thread for each processor. Pieces have `size` bytes, zeros at first, and are used again. */
struct workers *workers_new(work_on *work, size_t size);

/* Waits for what is under way; gives each piece to `release`, which frees what it owns. */
void workers_free(struct workers *workers, void (*release)(void *piece));

/* The piece to be filled next; NULL while all are under way. */
void *workers_free_piece(struct workers *workers);

/* It is filled: has a thread work on it. */
void workers_start(struct workers *workers);

/* True when no piece is under way. */
bool workers_are_idle(const struct workers *workers);

/* Waits for the piece that was started first; NULL when none is under way. */
void *workers_finished(struct workers *workers);

/* That piece may be filled again. */
void workers_take(struct workers *workers);

#endif
