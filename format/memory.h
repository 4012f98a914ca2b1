/* SPDX-License-Identifier: MIT */
/*
 * Memory. Where there is none, each of these ends the program, or jumps to where the calling thread
 * goes on without it. Memory that was to grow is as it was then.
 *
 * It jumps, so that no caller has to say what it does without memory. A function that is called
 * instead, and does not return, could not end the thread: pthread_exit(3) itself needs memory.
 */
#ifndef FORMAT_MEMORY_H
#define FORMAT_MEMORY_H

#include <setjmp.h>
#include <stddef.h>

/* The thread's failing allocation jumps to `where` from now on, once. NULL: it ends the program. */
void memory_escape(jmp_buf *where);

/* For what the C library returns: fails like the others when it is NULL for want of memory. */
void *memory_or_escape(void *memory);

/* The next allocations, of so many bytes in all, are sure to be had. */
void memory_ensure(size_t size);

/* Zeroed memory for the caller to free. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *memory, size_t size);
char *xstrdup(const char *text);

/*
 * Makes room for one more element at the end of `array`, of which `count` are used and `*capacity`
 * are there. Returns the array, moved where it had to.
 */
void *array_grow(void *array, size_t count, size_t *capacity, size_t element_size);

#endif
