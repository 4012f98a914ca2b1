/* SPDX-License-Identifier: MIT */
#include "viewer/model/redact.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

void redact_free(struct redact *redact)
{
	free(redact->lines);
	redact->lines = NULL;
}

void redact_put(struct redact *redact, const char *bytes, size_t length)
{
	redact->length -= redact->at;
	if (redact->length > 0)
		memmove(redact->lines, redact->lines + redact->at, redact->length);
	redact->at = 0;
	if (redact->length + length > redact->capacity) {
		redact->capacity = 2 * (redact->length + length);
		redact->lines = xrealloc(redact->lines, redact->capacity);
	}
	memcpy(redact->lines + redact->length, bytes, length);
	redact->length += length;
}

/* Redacts the next line, of which nothing may be left. False when there is none that is whole. */
static bool prepare(struct redact *redact)
{
	/* A hole, as in parser.c. */
	while (redact->at < redact->length && redact->lines[redact->at] == '\0')
		redact->at++;
	size_t left = redact->length - redact->at;

	if (left == 0)
		return false;
	const char *line = redact->lines + redact->at;
	const char *end = memchr(line, '\n', left);
	if (!end)
		return false;
	redact->at += (size_t)(end - line) + 1;
	if (end == line) {
		redact->ready = "\n";
		redact->ready_length = 1;
		return true;
	}
	redact->ready = redaction_line(
		redact->redaction, line, (size_t)(end - line), &redact->ready_length);
	return true;
}

static size_t take_of_line(struct redact *redact, char *bytes, size_t size)
{
	while (redact->ready_length == 0 && prepare(redact))
		;
	size_t length = redact->ready_length < size ? redact->ready_length : size;
	if (length == 0)
		return 0;
	memcpy(bytes, redact->ready, length);
	redact->ready += length;
	redact->ready_length -= length;
	return length;
}

size_t redact_take(struct redact *redact, char *bytes, size_t size)
{
	size_t taken = 0, length;

	while ((length = take_of_line(redact, bytes + taken, size - taken)) > 0)
		taken += length;
	return taken;
}

size_t redact_take_last(struct redact *redact, char *bytes, size_t size)
{
	size_t taken = redact_take(redact, bytes, size);

	if (taken > 0 || redact->length == redact->at || size == 0)
		return taken;
	redact->at = redact->length;
	bytes[0] = '{';
	return 1;
}
