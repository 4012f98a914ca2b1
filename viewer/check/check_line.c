/* SPDX-License-Identifier: MIT */
#include "viewer/check/check_line.h"

#include <stdlib.h>

#include "format/memory.h"

struct check_line {
	const struct source *source;
	uint64_t offset;
	struct check_finding *finding;
};

static int by_place(const void *one, const void *other)
{
	const struct check_line *a = one, *b = other;

	if (a->source != b->source)
		return (uintptr_t)a->source < (uintptr_t)b->source ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

static size_t add_lines(const struct checks *checks, struct check_line *lines)
{
	const struct trace *trace = checks->trace;
	size_t count = 0;

	for (size_t i = 0; i < checks->count; i++) {
		const struct check_result *result = &checks->list[i];
		for (size_t j = 0; j < result->count; j++) {
			if (result->list[j].call == NO_CALL)
				continue;
			const struct call *call = &trace->calls[result->list[j].call];
			struct check_line *line = &lines[count++];
			line->source = trace_source_of(trace, call, &line->offset);
			line->finding = &result->list[j];
		}
	}
	if (count > 1)
		qsort(lines, count, sizeof(*lines), by_place);
	return count;
}

/* Numbers those of one source, of which there are some. Returns how many these are. */
static size_t number_lines(const struct check_line *lines, size_t count)
{
	const struct source *source = lines[0].source;
	static char bytes[1 << 16];
	uint64_t at = 0, line = 1;
	size_t done = 0;
	ssize_t length;

	while (done < count && lines[done].source == source &&
		(length = source_part(source, at, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < length; i++, at++) {
			for (; done < count && lines[done].source == source &&
				lines[done].offset == at;
				done++)
				lines[done].finding->line = line;
			line += bytes[i] == '\n';
		}
	while (done < count && lines[done].source == source)
		done++;
	return done;
}

void check_lines_find(struct checks *checks)
{
	size_t room = 0, done = 0;

	for (size_t i = 0; i < checks->count; i++)
		room += checks->list[i].count;
	struct check_line *lines = xcalloc(room + 1, sizeof(*lines));
	size_t count = add_lines(checks, lines);
	while (done < count)
		done += number_lines(lines + done, count - done);
	free(lines);
}
