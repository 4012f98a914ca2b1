/* SPDX-License-Identifier: MIT */
#include "tracer/proc/mappings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

/* Memory that only looks like a file: what is mapped of it may change at any time, and is often
 * code that was made at run time. A deleted file is nobody's to look at, either. */
static bool is_name_of_file(const char *name)
{
	static const char deleted[] = " (deleted)";
	size_t length = strlen(name);

	return name[0] == '/' && strncmp(name, "/memfd:", 7) != 0 &&
	       strncmp(name, "/dev/", 5) != 0 && strncmp(name, "/SYSV", 5) != 0 &&
	       (length < sizeof(deleted) ||
		       strcmp(name + length - (sizeof(deleted) - 1), deleted) != 0);
}

bool mapping_parse(const char *line, struct mapping *mapping)
{
	uint64_t begin, end, inode;
	char mode[5];
	int name = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*s %" SCNu64 " %n", &begin, &end, mode,
		    &inode, &name) != 4 ||
		name == 0 || strlen(mode) != 4 || begin >= end)
		return false;
	char text[512];
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(line + name, "\n"), line + name);
	*mapping = (struct mapping){.begin = begin,
		.end = end,
		.is_writable = mode[1] == 'w',
		.is_executable = mode[2] == 'x',
		.is_shared = mode[3] == 's',
		.is_file = inode != 0 && is_name_of_file(text),
		.is_stack = strcmp(text, "[stack]") == 0};
	return true;
}

ssize_t mappings_read(pid_t tid, struct mapping **mappings)
{
	char path[64], *line = NULL;
	size_t room = 0, count = 0, line_room = 0;

	*mappings = NULL;
	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	FILE *file = memory_or_escape(fopen(path, "re"));
	if (!file)
		return -1;
	while (getline(&line, &line_room, file) > 0) {
		struct mapping mapping;
		if (!mapping_parse(line, &mapping))
			continue;
		*mappings = array_grow(*mappings, count, &room, sizeof(mapping));
		(*mappings)[count++] = mapping;
	}
	free(line);
	fclose(file);
	return (ssize_t)count;
}

const struct mapping *mapping_find(const struct mapping *mappings, size_t count, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (mappings[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && mappings[low].begin <= address ? &mappings[low] : NULL;
}
