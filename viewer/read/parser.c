/* SPDX-License-Identifier: MIT */
#include "viewer/read/parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format/hash.h"
#include "format/memory.h"
#include "viewer/term/workers.h"

#define BATCH_BYTES (256 << 10)

/* A batch goes round: it is filled with lines, parsed by a thread, given out, and filled again. */
struct batch {
	char *bytes; /* owned; whole lines, and at the end of the source what is left */
	size_t length, capacity;
	uint64_t offset;
	struct parsed_line *lines; /* owned */
	size_t count, lines_capacity;
};

struct parser {
	struct source *source;   /* borrowed */
	struct workers *workers; /* owned */
	struct batch *batch;     /* the one that is given out; NULL: none */
	size_t next_line;        /* in it */
	bool is_at_end;
	int error;
	uint64_t read; /* so far */
	char *rest;    /* owned: the beginning of a line whose end is not read yet */
	size_t rest_length, rest_capacity;
	size_t given; /* lines, empty ones, too */
};

static void forget_lines(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (!batch->lines[i].problem)
			record_release(&batch->lines[i].record);
		free(batch->lines[i].problem);
	}
	batch->count = 0;
}

static const char *end_of_line(const struct batch *batch, size_t at)
{
	return memchr(batch->bytes + at, '\n', batch->length - at);
}

/* All at once: a record may point into itself, and cannot be moved. */
static void reserve_lines(struct batch *batch)
{
	size_t count = 1;
	const char *end;

	for (size_t at = 0; (end = end_of_line(batch, at)); at = (size_t)(end - batch->bytes) + 1)
		count++;
	if (count <= batch->lines_capacity)
		return;
	batch->lines_capacity = count + count / 8;
	batch->lines = xrealloc(batch->lines, batch->lines_capacity * sizeof(*batch->lines));
}

/* Behind a trace that was cut short in the middle of a line the first line of another one. */
static void read_glued(struct parsed_line *line, const char *text, size_t length)
{
	size_t at = record_trace_within(text, length);

	if (at == 0 || record_read(&line->record, text + at, length - at))
		return;
	free(line->problem);
	line->problem = NULL;
	line->follows_cut = true;
	line->hash = hash_of(text + at, length - at);
}

static void parse_line(struct batch *batch, size_t at, size_t length, bool is_whole)
{
	struct parsed_line *line = &batch->lines[batch->count++];
	const char *text = batch->bytes + at, *problem = NULL;

	*line = (struct parsed_line){
		.offset = batch->offset + at, .length = length, .is_whole = is_whole};
	if (length == 0)
		problem = "";
	else
		problem = record_read(&line->record, text, length);
	/* What is wrong is kept first: reading what may follow overwrites it. */
	if (problem) {
		line->problem = xstrdup(problem);
		read_glued(line, text, length);
	} else if (line->record.type != RECORD_CALL) {
		line->hash = hash_of(text, length);
	}
}

/* A log that was truncated while it was written may have a hole. How many of the bytes are one:
 * JSON has no NUL in it. */
static size_t hole(const char *bytes, size_t length)
{
	size_t count = 0;

	while (count < length && bytes[count] == '\0')
		count++;
	return count;
}

static void parse(void *piece)
{
	struct batch *batch = piece;

	forget_lines(batch);
	reserve_lines(batch);
	for (size_t at = 0; at < batch->length;) {
		at += hole(batch->bytes + at, batch->length - at);
		if (at == batch->length)
			break;
		const char *end = end_of_line(batch, at);
		size_t length = end ? (size_t)(end - batch->bytes) - at : batch->length - at;
		parse_line(batch, at, length, end != NULL);
		at += length + 1;
	}
}

struct parser *parser_new(struct source *source)
{
	struct parser *parser = xcalloc(1, sizeof(*parser));

	parser->source = source;
	parser->workers = workers_new(parse, sizeof(struct batch));
	return parser;
}

static void release(void *piece)
{
	struct batch *batch = piece;

	forget_lines(batch);
	free(batch->bytes);
	free(batch->lines);
}

void parser_free(struct parser *parser)
{
	workers_free(parser->workers, release);
	free(parser->rest);
	free(parser);
}

static void *reserve(void *bytes, size_t *capacity, size_t wanted)
{
	if (wanted <= *capacity)
		return bytes;
	*capacity = wanted * 2;
	return xrealloc(bytes, *capacity);
}

static size_t after_last_line(const struct batch *batch)
{
	const char *end = memrchr(batch->bytes, '\n', batch->length);

	return end ? (size_t)(end - batch->bytes) + 1 : 0;
}

/* What follows the last whole line waits for the next batch. */
static void set_rest_aside(struct parser *parser, struct batch *batch)
{
	size_t whole = after_last_line(batch);

	parser->rest_length = batch->length - whole;
	parser->rest = reserve(parser->rest, &parser->rest_capacity, parser->rest_length);
	if (parser->rest_length > 0)
		memcpy(parser->rest, batch->bytes + whole, parser->rest_length);
	batch->length = whole;
}

/* A hole may be as long as a log was. */
static void pass_over_hole(struct batch *batch)
{
	size_t count = hole(batch->bytes, batch->length);

	if (count < batch->length)
		return;
	batch->offset += count;
	batch->length = 0;
}

/* Reads until there is a whole line, or nothing more. In what waited there is no end of one, so
 * that only what is new is looked through: a line may be long. */
static void fill(struct parser *parser, struct batch *batch)
{
	ssize_t length = 1;
	bool has_line = false;

	batch->bytes = reserve(batch->bytes, &batch->capacity, parser->rest_length + BATCH_BYTES);
	if (parser->rest_length > 0)
		memcpy(batch->bytes, parser->rest, parser->rest_length);
	batch->length = parser->rest_length;
	batch->offset = parser->read - parser->rest_length;
	while (length > 0 && !has_line) {
		batch->bytes = reserve(batch->bytes, &batch->capacity, batch->length + BATCH_BYTES);
		length = source_read(parser->source, batch->bytes + batch->length, BATCH_BYTES);
		if (length > 0) {
			has_line = memchr(batch->bytes + batch->length, '\n', (size_t)length);
			batch->length += (size_t)length;
			parser->read += (uint64_t)length;
			pass_over_hole(batch);
		}
	}
	parser->error = length < 0 ? errno : 0;
	parser->is_at_end = length <= 0;
	if (!parser->is_at_end)
		set_rest_aside(parser, batch);
}

/* A pipe gives what it has: so that a batch from there does not wait for more, one is filled only
 * where none can be given out. */
static void fill_some(struct parser *parser)
{
	struct batch *batch;

	while (!parser->is_at_end &&
		(source_size(parser->source) > 0 || workers_are_idle(parser->workers)) &&
		(batch = workers_free_piece(parser->workers))) {
		fill(parser, batch);
		workers_start(parser->workers);
	}
}

static struct batch *next_batch(struct parser *parser)
{
	fill_some(parser);
	return workers_finished(parser->workers);
}

struct parsed_line *parser_next(struct parser *parser)
{
	while (parser->batch || (parser->batch = next_batch(parser))) {
		while (parser->next_line < parser->batch->count) {
			struct parsed_line *line = &parser->batch->lines[parser->next_line++];
			parser->given++;
			if (line->length > 0)
				return line;
		}
		workers_take(parser->workers);
		parser->batch = NULL;
		parser->next_line = 0;
	}
	return NULL;
}

int parser_error(const struct parser *parser)
{
	return parser->error;
}

size_t parser_line_number(const struct parser *parser)
{
	return parser->given;
}
