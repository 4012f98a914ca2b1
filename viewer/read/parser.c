/* SPDX-License-Identifier: MIT */
#include "viewer/read/parser.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/hash.h"
#include "format/memory.h"

#define BATCH_BYTES (256 << 10)
#define MAX_THREADS 8

/* A batch goes round: it is filled with lines, parsed by a thread, given out, and filled again. */
enum batch_state { BATCH_EMPTY, BATCH_FILLED, BATCH_PARSED };

struct batch {
	enum batch_state state;
	char *bytes; /* owned; whole lines, and at the end of the source what is left */
	size_t length, capacity;
	uint64_t offset;
	struct parsed_line *lines; /* owned */
	size_t count, lines_capacity;
};

struct parser {
	struct source *source; /* borrowed */
	pthread_mutex_t lock;
	pthread_cond_t has_filled, has_parsed;
	pthread_t threads[MAX_THREADS];
	size_t thread_count;
	bool is_closed;
	struct batch *batches; /* owned; a ring */
	size_t batch_count;
	size_t to_parse, to_give, to_fill; /* positions only grow; the place is the remainder */
	size_t next_line;                  /* in the batch that is given out */
	bool is_at_end;
	int error;
	uint64_t read; /* so far */
	char *rest;    /* owned: the beginning of a line whose end is not read yet */
	size_t rest_length, rest_capacity;
	size_t given; /* lines, empty ones, too */
};

static struct batch *batch_at(struct parser *parser, size_t position)
{
	return &parser->batches[position % parser->batch_count];
}

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

static void parse(struct batch *batch)
{
	forget_lines(batch);
	reserve_lines(batch);
	for (size_t at = 0; at < batch->length;) {
		const char *end = end_of_line(batch, at);
		size_t length = end ? (size_t)(end - batch->bytes) - at : batch->length - at;
		parse_line(batch, at, length, end != NULL);
		at += length + 1;
	}
}

static void *work(void *context)
{
	struct parser *parser = context;

	pthread_mutex_lock(&parser->lock);
	while (true) {
		while (parser->to_parse == parser->to_fill && !parser->is_closed)
			pthread_cond_wait(&parser->has_filled, &parser->lock);
		if (parser->is_closed)
			break;
		struct batch *batch = batch_at(parser, parser->to_parse++);
		pthread_mutex_unlock(&parser->lock);
		parse(batch);
		pthread_mutex_lock(&parser->lock);
		batch->state = BATCH_PARSED;
		pthread_cond_signal(&parser->has_parsed);
	}
	pthread_mutex_unlock(&parser->lock);
	return NULL;
}

struct parser *parser_new(struct source *source)
{
	struct parser *parser = xcalloc(1, sizeof(*parser));
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 1             ? 1
			: processors > MAX_THREADS ? MAX_THREADS
						   : (size_t)processors;

	parser->source = source;
	pthread_mutex_init(&parser->lock, NULL);
	pthread_cond_init(&parser->has_filled, NULL);
	pthread_cond_init(&parser->has_parsed, NULL);
	parser->batch_count = 2 * wanted + 2;
	parser->batches = xcalloc(parser->batch_count, sizeof(*parser->batches));
	while (parser->thread_count < wanted &&
		pthread_create(&parser->threads[parser->thread_count], NULL, work, parser) == 0)
		parser->thread_count++;
	return parser;
}

void parser_free(struct parser *parser)
{
	pthread_mutex_lock(&parser->lock);
	parser->is_closed = true;
	pthread_cond_broadcast(&parser->has_filled);
	pthread_mutex_unlock(&parser->lock);
	for (size_t i = 0; i < parser->thread_count; i++)
		pthread_join(parser->threads[i], NULL);
	for (size_t i = 0; i < parser->batch_count; i++) {
		forget_lines(&parser->batches[i]);
		free(parser->batches[i].bytes);
		free(parser->batches[i].lines);
	}
	pthread_mutex_destroy(&parser->lock);
	pthread_cond_destroy(&parser->has_filled);
	pthread_cond_destroy(&parser->has_parsed);
	free(parser->batches);
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
	while (!parser->is_at_end && parser->to_fill - parser->to_give < parser->batch_count &&
		(source_size(parser->source) > 0 || parser->to_fill == parser->to_give)) {
		struct batch *batch = batch_at(parser, parser->to_fill);
		fill(parser, batch);
		pthread_mutex_lock(&parser->lock);
		batch->state = BATCH_FILLED;
		parser->to_fill++;
		pthread_cond_signal(&parser->has_filled);
		pthread_mutex_unlock(&parser->lock);
	}
}

/* The batch that is next to be given out, parsed; NULL at the end. */
static struct batch *current(struct parser *parser)
{
	struct batch *batch = batch_at(parser, parser->to_give);

	fill_some(parser);
	if (parser->to_give == parser->to_fill)
		return NULL;
	if (parser->thread_count == 0 && batch->state == BATCH_FILLED) {
		parse(batch);
		batch->state = BATCH_PARSED;
	}
	pthread_mutex_lock(&parser->lock);
	while (batch->state != BATCH_PARSED)
		pthread_cond_wait(&parser->has_parsed, &parser->lock);
	pthread_mutex_unlock(&parser->lock);
	return batch;
}

struct parsed_line *parser_next(struct parser *parser)
{
	struct batch *batch;

	while ((batch = current(parser))) {
		while (parser->next_line < batch->count) {
			struct parsed_line *line = &batch->lines[parser->next_line++];
			parser->given++;
			if (line->length > 0)
				return line;
		}
		batch->state = BATCH_EMPTY;
		parser->to_give++;
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

uint64_t parser_position(const struct parser *parser)
{
	const struct batch *batch = &parser->batches[parser->to_give % parser->batch_count];

	return parser->next_line > 0 ? batch->lines[parser->next_line - 1].offset : parser->read;
}

struct record *parser_take(struct parsed_line *line)
{
	struct record *taken = xcalloc(1, sizeof(*taken));

	*taken = line->record;
	line->record = (struct record){.type = RECORD_UNKNOWN};
	return taken;
}
