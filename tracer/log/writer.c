/* SPDX-License-Identifier: MIT */
#include "tracer/log/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/compression.h"
#include "format/json_writer.h"
#include "format/memory.h"
#include "format/messages.h"
#include "tracer/call/call.h"
#include "tracer/decode/decode.h"
#include "tracer/log/recap.h"
#include "tracer/ptrace/clock.h"

#define FLUSH_BYTES 65536

/* Lines are flushed when there are none to take, and so at once; those that are compressed wait for
 * others for so long, as a frame of a line is hardly shorter than the line. */
#define FRAME_DELAY_NS 1000000000

struct writer {
	pthread_t thread;
	struct trace_queue *queue; /* borrowed */
	int fd;
	enum log_kind kind;
	struct redaction *redaction; /* borrowed; NULL: none */
	int error;                   /* of the first write that failed */
	bool is_over;                /* nothing more is written: an error, or the reader is gone */
	bool is_out_of_memory;
	struct json_writer lines;
	size_t whole;                  /* bytes of the whole lines among them */
	struct compressor *compressor; /* owned; NULL: none */
	int64_t flushed_ns;            /* when that was last done */
	struct rotation *rotation;     /* borrowed; NULL: there is one file */
	struct recap *recap;           /* owned: what the next file begins with; NULL: none */
	uint64_t written;              /* bytes of the present file */
	uint64_t full;                 /* so many are enough */
};

static void give_up(struct writer *writer, int error)
{
	writer->error = error;
	writer->is_over = true;
	print_message("socktrace: writing the trace: %s; the program goes on unrecorded\n",
		strerror(error));
}

/* Cuts the log behind its last whole line, or frame, if no other process writes to it. */
static void cut(struct writer *writer, const char *text, size_t written)
{
	const char *end = writer->compressor ? NULL : memrchr(text, '\n', written);
	size_t part = end ? written - (size_t)(end + 1 - text) : written;
	off_t place = lseek(writer->fd, 0, SEEK_CUR);
	struct stat file;

	/* Whoever rotates logs may have truncated it since. */
	if (writer->kind == LOG_OWN && part > 0 && fstat(writer->fd, &file) == 0 &&
		file.st_size == place && place >= (off_t)part &&
		ftruncate(writer->fd, place - (off_t)part) != 0)
		print_message("socktrace: the last line of the trace is not whole\n");
}

/* Writes all, or says once why not: the program goes on, its log ends here. */
static void write_all(struct writer *writer, const char *text, size_t length)
{
	const char *begin = text;

	while (length > 0 && !writer->is_over) {
		ssize_t written = write(writer->fd, text, length);
		if (written >= 0) {
			text += written;
			length -= (size_t)written;
			writer->written += (size_t)written;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){writer->fd, POLLOUT, 0}, 1, -1);
		} else if (errno == EPIPE && writer->kind == LOG_COMMAND) {
			writer->is_over = true;
		} else if (errno != EINTR) {
			give_up(writer, errno);
			cut(writer, begin, (size_t)(text - begin));
		}
	}
}

static void flush(struct writer *writer)
{
	const char *text = writer->lines.text;
	size_t length = writer->whole;

	if (writer->compressor && length > 0 && !writer->is_over)
		text = compressor_frame(writer->compressor, text, &length);
	write_all(writer, text, length);
	writer->lines.length = writer->whole = 0;
	writer->flushed_ns = clock_ns();
}

/* When what is there has to be flushed. */
static int64_t flush_time(const struct writer *writer)
{
	if (writer->whole == 0)
		return INT64_MAX;
	return writer->compressor ? writer->flushed_ns + FRAME_DELAY_NS : 0;
}

/* Redacts the line behind the whole ones. */
static void redact(struct writer *writer)
{
	struct json_writer *lines = &writer->lines;
	size_t length = lines->length - writer->whole - 1;
	const char *line =
		redaction_line(writer->redaction, lines->text + writer->whole, length, &length);

	lines->length = writer->whole;
	json_line(lines, line, length);
}

/* A file that has as much of its own as it says again of those before is never full of that alone.
 */
static void set_full(struct writer *writer)
{
	uint64_t size = rotation_size(writer->rotation);

	writer->full = 2 * writer->written > size ? 2 * writer->written : size;
}

/*
 * The trace goes on in another file, behind the same descriptor; what is written of it so far has
 * come to the end of a line. `next` is that of the new file; -1: it goes on in the present one, and
 * this is tried again when as much was written once more.
 */
static void change_file(struct writer *writer, int next)
{
	if (next < 0) {
		writer->full = writer->written + rotation_size(writer->rotation);
		return;
	}
	bool has_begun = writer->written + writer->whole > 0;
	if (has_begun)
		recap_write_end(writer->recap, &writer->lines);
	writer->whole = writer->lines.length;
	flush(writer);
	if (!writer->is_over && dup3(next, writer->fd, O_CLOEXEC) < 0)
		give_up(writer, errno);
	close(next);
	if (writer->is_over)
		return;
	writer->written = 0;
	if (has_begun)
		recap_write_begin(writer->recap, &writer->lines);
	writer->whole = writer->lines.length;
	flush(writer);
	set_full(writer);
}

static bool is_full(const struct writer *writer)
{
	return writer->written + (writer->compressor ? 0 : writer->whole) >= writer->full;
}

/* Learns what is behind the whole lines, which is a line unless it was redacted away. */
static void learn(struct writer *writer, const struct entry *entry)
{
	struct json_writer *lines = &writer->lines;
	bool is_told = entry->kind != ENTRY_CALL ||
		       recap_see_call(writer->recap, (const struct captured_call *)entry->bytes);

	if (!is_told || lines->length == writer->whole)
		return;
	if (recap_learn(
		    writer->recap, lines->text + writer->whole, lines->length - writer->whole)) {
		lines->length = writer->whole;
		recap_write_begin(writer->recap, lines);
	}
}

static void take(struct writer *writer, const struct entry *entry)
{
	/* Not behind the last line: only where another follows does the trace go on. */
	if (writer->rotation && !writer->is_over && is_full(writer))
		change_file(writer, rotation_turn(writer->rotation));
	if (writer->is_over)
		return;
	if (entry->kind == ENTRY_CALL)
		decode_call(&writer->lines, (const struct captured_call *)entry->bytes);
	else
		json_line(&writer->lines, (const char *)entry->bytes, entry->length);
	if (writer->redaction)
		redact(writer);
	if (writer->recap)
		learn(writer, entry);
	writer->whole = writer->lines.length;
	if (writer->whole >= (writer->compressor ? COMPRESSION_FRAME_BYTES : FLUSH_BYTES))
		flush(writer);
}

/* Before lines are taken, so that none of them goes where a log was moved to and nobody looks for
 * it.
 */
static void look_for_file(struct writer *writer)
{
	if (writer->rotation && !writer->is_over && rotation_is_moved(writer->rotation, clock_ns()))
		change_file(writer, rotation_renew(writer->rotation));
}

static void *run(void *context)
{
	struct writer *writer = context;
	const struct entry *entry;
	jmp_buf out_of_memory;

	if (setjmp(out_of_memory) == 0) {
		memory_escape(&out_of_memory);
	} else {
		/* A frame wants memory, too. */
		bool is_first = !writer->is_out_of_memory;
		writer->is_out_of_memory = true;
		memory_escape(&out_of_memory);
		if (is_first)
			flush(writer);
		give_up(writer, ENOMEM);
	}
	while (queue_collect(writer->queue, flush_time(writer))) {
		bool is_first = true;
		for (; (entry = queue_next(writer->queue)); is_first = false) {
			if (is_first)
				look_for_file(writer);
			take(writer, entry);
		}
		if (flush_time(writer) <= clock_ns())
			flush(writer);
	}
	flush(writer);
	return NULL;
}

struct writer *writer_start(struct trace_queue *queue, int fd, enum log_kind kind,
	enum compression compression, struct redaction *redaction, struct rotation *rotation)
{
	struct writer *writer = xcalloc(1, sizeof(*writer));
	sigset_t all, old;

	writer->queue = queue;
	writer->fd = fd;
	writer->kind = kind;
	writer->redaction = redaction;
	writer->compressor = compressor_new(compression);
	writer->rotation = rotation;
	if (rotation) {
		writer->recap = recap_new();
		set_full(writer);
	}
	/* The tracer's thread gets all signals, because they end its waiting. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int problem = pthread_create(&writer->thread, NULL, run, writer);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (problem == 0)
		return writer;
	recap_free(writer->recap);
	compressor_free(writer->compressor);
	free(writer);
	errno = problem;
	return NULL;
}

int writer_finish(struct writer *writer)
{
	int error;

	queue_close(writer->queue);
	pthread_join(writer->thread, NULL);
	error = writer->error;
	json_writer_free(&writer->lines);
	compressor_free(writer->compressor);
	recap_free(writer->recap);
	free(writer);
	return error;
}
