/* SPDX-License-Identifier: MIT */
/* The mappings of a process: /proc/TID/maps, proc(5). */
#ifndef TRACER_MAPPINGS_H
#define TRACER_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mapping {
	uint64_t begin, end;
	bool is_writable, is_executable;
	bool is_shared;
	bool is_file;  /* of a file that has a name; not of memory that has one, such as a memfd */
	bool is_stack; /* of the first thread: it grows down */
};

/* All of them, ascending. Returns how many; -1 when they cannot be read. `*mappings` is to be
 * freed. */
ssize_t mappings_read(pid_t tid, struct mapping **mappings);

/* Takes one line of maps. False when it is none. */
bool mapping_parse(const char *line, struct mapping *mapping);

/* The mapping that `address` lies in; NULL when there is none. */
const struct mapping *mapping_find(const struct mapping *mappings, size_t count, uint64_t address);

#endif
