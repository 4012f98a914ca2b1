/* SPDX-License-Identifier: MIT */
#include "viewer/read/file_order.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "format/hash.h"
#include "format/id_map.h"
#include "format/memory.h"
#include "format/record.h"
#include "viewer/model/source.h"

/* A first line has the words of a command, which execve(2) limits. */
#define MOST_BYTES ((size_t)8 << 20)
#define READ_BYTES ((size_t)64 << 10)

struct ordered_file {
	char *name;
	uint64_t trace; /* the same for all files of one; 0: there is no other file of it */
	int64_t number;
	size_t group; /* the place of the first of them */
	size_t at;
};

/* A pipe can be read once only. */
static struct source *open_file(const char *name)
{
	struct stat file;

	return stat(name, &file) == 0 && S_ISREG(file.st_mode) ? source_open(name) : NULL;
}

/* The first line of the file for the caller to free, or NULL. */
static char *first_line(const char *name, size_t *length)
{
	struct source *source = open_file(name);
	char *line = NULL, *end = NULL;
	size_t capacity = 0;
	ssize_t got = 1;

	*length = 0;
	while (source && !end && got > 0 && *length < MOST_BYTES) {
		if (capacity - *length < READ_BYTES) {
			capacity = 2 * capacity + READ_BYTES;
			line = xrealloc(line, capacity);
		}
		got = source_read(source, line + *length, READ_BYTES);
		if (got > 0) {
			end = memchr(line + *length, '\n', (size_t)got);
			*length = end ? (size_t)(end - line) : *length + (size_t)got;
		}
	}
	source_close(source);
	return line;
}

static void identify(struct ordered_file *file)
{
	size_t length;
	char *line = first_line(file->name, &length);
	struct record record;

	if (!line || record_read(&record, line, length)) {
		free(line);
		return;
	}
	const struct record_trace *header = &record.trace;
	if (record.type == RECORD_TRACE && header->part > 0 && header->started) {
		file->trace = hash_of(header->started, strlen(header->started));
		if (header->host)
			file->trace = hash_from(file->trace, header->host, strlen(header->host));
		file->number = header->part;
	}
	record_release(&record);
	free(line);
}

static int by_number(const void *one, const void *other)
{
	const struct ordered_file *a = one, *b = other;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

void file_order_sort(char **names, size_t count)
{
	struct ordered_file *files = xcalloc(count + 1, sizeof(*files));
	struct id_map groups = {0};

	for (size_t i = 0; i < count; i++) {
		files[i] = (struct ordered_file){.name = names[i], .group = i, .at = i};
		identify(&files[i]);
		if (files[i].trace == 0)
			continue;
		uintptr_t first = (uintptr_t)id_map_get(&groups, files[i].trace);
		if (first)
			files[i].group = first - 1;
		else
			id_map_put(&groups, files[i].trace, (void *)(uintptr_t)(i + 1));
	}
	qsort(files, count, sizeof(*files), by_number);
	for (size_t i = 0; i < count; i++)
		names[i] = files[i].name;
	id_map_free(&groups);
	free(files);
}
