/* Memory, without which neither program can go on: each of these ends it when there is none. */
#ifndef FORMAT_MEMORY_H
#define FORMAT_MEMORY_H

#include <stddef.h>

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
