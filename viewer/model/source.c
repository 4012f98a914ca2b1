/* SPDX-License-Identifier: MIT */
#include "viewer/model/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "format/file_kind.h"
#include "format/memory.h"
#include "viewer/model/decompression.h"
#include "viewer/model/redact.h"
#include "viewer/model/spool.h"

/* A line that is decompressed is trusted up to this length, and beyond it when it is no more than
 * so often as long as its compressed bytes. */
#define LINE_BYTES_TRUSTED ((size_t)256 << 20)
#define MAX_RATIO          1000

struct expansion {
	size_t line_bytes; /* of the line that is being read */
	uint64_t position; /* of the source where it began */
};

struct source {
	const char *name; /* borrowed */
	int fd;           /* to read from once */
	/* To read from again; owned. NULL: the file itself can be. */
	struct spool *spool;
	uint64_t size;
	uint64_t position; /* how much was read of the file, compressed or not */
	uint64_t gone;     /* bytes that were read, and are not in the file any more */
	bool is_file;      /* from its beginning on */
	bool has_no_room;  /* it could be kept nowhere */
	bool is_sniffed;   /* whether it is compressed is known */
	struct decompression *decompression; /* owned; NULL: it is not */
	struct expansion expansion;          /* of a line that is decompressed */
	const char *problem;                 /* with what is decompressed; NULL: none */
	bool is_followed;
	bool is_abandoned;           /* nobody writes to it any more */
	void (*idle)(void *context); /* NULL: nobody wants to know */
	void *context;
	struct redact redact;
	char head[FILE_KIND_BYTES];
	size_t head_length;
};

struct source *source_open(const char *name)
{
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	struct stat status;

	if (fd < 0)
		return NULL;
	struct source *source = xcalloc(1, sizeof(*source));
	*source = (struct source){.name = name, .fd = fd};
	/* From a place in the middle of a file its offsets would count. */
	source->is_file =
		fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == 0;
	if (source->is_file)
		source->size = (uint64_t)status.st_size;
	else
		source->spool = spool_new();
	return source;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	close(source->fd);
	spool_free(source->spool);
	decompression_free(source->decompression);
	redact_free(&source->redact);
	free(source);
}

const char *source_name(const struct source *source)
{
	return source->name;
}

bool source_is_file(const struct source *source, const char *name)
{
	struct stat own, other;

	return fstat(source->fd, &own) == 0 && stat(name, &other) == 0 && S_ISREG(own.st_mode) &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

bool source_is_abandoned(const struct source *source)
{
	return source->is_abandoned;
}

bool source_has_no_room(const struct source *source)
{
	return source->has_no_room;
}

uint64_t source_size(const struct source *source)
{
	return source->size;
}

uint64_t source_position(const struct source *source)
{
	return source->position;
}

const char *source_problem(const struct source *source)
{
	return source->problem;
}

void source_follow(struct source *source, bool expects_more)
{
	source->is_followed = source->is_file && expects_more;
	/* Who opens the file for writing while we have a lease would send this: it ends us. */
	signal(SIGIO, SIG_IGN);
	source->size = 0;
}

void source_on_idle(struct source *source, void (*idle)(void *context), void *context)
{
	source->idle = idle;
	source->context = context;
}

void source_redact(struct source *source, struct redaction *redaction)
{
	source->redact.redaction = redaction;
	if (!source->spool)
		source->spool = spool_new();
}

static void keep_head(struct source *source, const char *bytes, size_t length)
{
	size_t room = sizeof(source->head) - source->head_length;

	if (length > room)
		length = room;
	memcpy(source->head + source->head_length, bytes, length);
	source->head_length += length;
}

#define GROWTH_MS 50
#define GROWTH_NS (GROWTH_MS * 1000000L)

/*
 * True when some process has the file open for writing, as far as we may know: the kernel grants no
 * read lease then, and to nobody but the file's owner. fcntl(2), F_SETLEASE.
 */
static bool may_grow(const struct source *source)
{
	if (fcntl(source->fd, F_SETLEASE, F_RDLCK) != 0)
		return true;
	fcntl(source->fd, F_SETLEASE, F_UNLCK);
	return false;
}

/* True when the file was truncated since: what is written is read from its beginning again. Logs
 * are rotated so. */
static bool begins_anew(struct source *source)
{
	off_t at = lseek(source->fd, 0, SEEK_CUR);
	struct stat status;

	if (at <= 0 || fstat(source->fd, &status) != 0 || status.st_size >= at)
		return false;
	source->gone += (uint64_t)at;
	if (source->decompression)
		decompression_reset(source->decompression);
	return lseek(source->fd, 0, SEEK_SET) == 0;
}

/* A pipe says when there is more. */
static void wait_for_more(struct source *source)
{
	struct pollfd more = {.fd = source->fd, .events = POLLIN};

	while (source->idle && !source->is_file && poll(&more, 1, GROWTH_MS) == 0)
		source->idle(source->context);
}

static ssize_t read_raw(struct source *source, char *bytes, size_t size)
{
	ssize_t length;

	while (true) {
		wait_for_more(source);
		length = read(source->fd, bytes, size);
		bool is_end = length == 0 && source->is_followed;
		if (length >= 0 ? !is_end || source->is_abandoned : errno != EINTR)
			break;
		if (is_end && begins_anew(source))
			continue;
		/* Before a trace has begun its file may not have been opened yet; and what was
		 * written last, before its writer ended, is read once more. */
		if (is_end && source->position > 0 && !may_grow(source))
			source->is_abandoned = true;
		else if (is_end)
			nanosleep(&(struct timespec){.tv_nsec = GROWTH_NS}, NULL);
		if (is_end && source->idle)
			source->idle(source->context);
	}
	if (length > 0)
		source->position += (uint64_t)length;
	return length;
}

/* How long after a file has ended that was rotated its name may be nobody's. */
#define NEXT_NS (2 * 1000000000L)

struct source *source_next(const struct source *source)
{
	struct source *next = NULL;
	struct stat file;

	for (long waited_ns = 0; source->name && source->is_file; waited_ns += GROWTH_NS) {
		if (stat(source->name, &file) == 0 && S_ISREG(file.st_mode) &&
			!source_is_file(source, source->name))
			next = source_open(source->name);
		if (next || waited_ns >= NEXT_NS)
			break;
		nanosleep(&(struct timespec){.tv_nsec = GROWTH_NS}, NULL);
	}
	if (!next)
		return NULL;
	if (source->redact.redaction)
		source_redact(next, source->redact.redaction);
	source_on_idle(next, source->idle, source->context);
	source_follow(next, true);
	return next;
}

/* Looks at the first bytes, which stay what was read. */
static ssize_t sniff(struct source *source, char *bytes, size_t size)
{
	enum compression_guess guess = COMPRESSION_UNSURE;
	ssize_t length = 0, more;

	while (guess == COMPRESSION_UNSURE &&
		(more = read_raw(source, bytes + length, size - (size_t)length)) != 0) {
		if (more < 0)
			return more;
		length += more;
		guess = compression_guess(bytes, (size_t)length);
	}
	source->is_sniffed = true;
	if (guess == COMPRESSION_SURE) {
		source->decompression = decompression_new();
		decompression_put(source->decompression, bytes, (size_t)length);
		if (!source->spool)
			source->spool = spool_new();
		spool_pack(source->spool);
	}
	return length;
}

/* A few bytes may stand for a line that no memory has room for. No log has such a line: a plain one
 * of that length takes as much of the disk. */
static bool is_bomb(struct source *source, const char *bytes, size_t length)
{
	struct expansion *expansion = &source->expansion;
	const char *end = memrchr(bytes, '\n', length);

	expansion->line_bytes =
		end ? (size_t)(bytes + length - end - 1) : expansion->line_bytes + length;
	if (end)
		expansion->position = source->position;
	return expansion->line_bytes > LINE_BYTES_TRUSTED &&
	       expansion->line_bytes / MAX_RATIO > source->position - expansion->position;
}

static ssize_t read_decompressed(struct source *source, char *bytes, size_t size)
{
	struct decompression *of = source->decompression;
	char raw[DECOMPRESSION_BYTES];
	ssize_t taken = 0, length;

	while (!source->problem && (taken = decompression_take(of, bytes, size)) == 0) {
		length = read_raw(source, raw, sizeof(raw));
		if (length < 0)
			return length;
		if (length > 0)
			decompression_put(of, raw, (size_t)length);
		else if (decompression_finish(of))
			return 0;
		else
			source->problem = decompression_problem(of);
	}
	if (!source->problem && taken < 0)
		source->problem = decompression_problem(of);
	if (!source->problem && is_bomb(source, bytes, (size_t)taken))
		source->problem = "a few compressed bytes stand for a line of more than 256 MB, "
				  "which no trace has";
	return source->problem ? 0 : taken;
}

static ssize_t read_plain(struct source *source, char *bytes, size_t size)
{
	ssize_t length = 0;

	if (!source->is_sniffed)
		length = sniff(
			source, bytes, size < DECOMPRESSION_BYTES ? size : DECOMPRESSION_BYTES);
	else if (!source->decompression)
		length = read_raw(source, bytes, size);
	if (length >= 0 && source->decompression)
		length = read_decompressed(source, bytes, size);
	if (length > 0)
		keep_head(source, bytes, (size_t)length);
	return length;
}

size_t source_head(const struct source *source, const char **bytes)
{
	*bytes = source->head;
	return source->head_length;
}

static ssize_t read_redacted(struct source *source, char *bytes, size_t size)
{
	char raw[65536];
	size_t taken;

	while ((taken = redact_take(&source->redact, bytes, size)) == 0) {
		ssize_t length = read_plain(source, raw, sizeof(raw));
		if (length < 0)
			return length;
		if (length == 0)
			return (ssize_t)redact_take_last(&source->redact, bytes, size);
		redact_put(&source->redact, raw, (size_t)length);
	}
	return (ssize_t)taken;
}

ssize_t source_read(struct source *source, char *bytes, size_t size)
{
	ssize_t length = source->redact.redaction ? read_redacted(source, bytes, size)
						  : read_plain(source, bytes, size);

	/* A view that cannot read it again would show less than there is. */
	if (length > 0 && source->spool && !spool_add(source->spool, bytes, (size_t)length)) {
		source->has_no_room = true;
		errno = ENOSPC;
		return -1;
	}
	return length;
}

ssize_t source_part(const struct source *source, uint64_t offset, char *bytes, size_t size)
{
	if (source->spool)
		return spool_part(source->spool, offset, bytes, size);
	if (offset < source->gone)
		return 0;
	return pread(source->fd, bytes, size, (off_t)(offset - source->gone));
}
