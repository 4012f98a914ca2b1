/* SPDX-License-Identifier: MIT */
#include "viewer/model/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "format/file_kind.h"
#include "format/memory.h"
#include "viewer/model/redact.h"

struct source {
	const char *name; /* borrowed */
	int fd;           /* to read from once */
	int kept;         /* to read from again; the same where it can be */
	uint64_t size, written;
	uint64_t gone;     /* bytes that were read, and are not in the file any more */
	bool is_file;      /* from its beginning on */
	bool is_in_memory; /* what is kept */
	bool has_no_room;  /* it could be kept nowhere */
	bool is_followed;
	bool is_abandoned;           /* nobody writes to it any more */
	void (*idle)(void *context); /* NULL: nobody wants to know */
	void *context;
	struct redact redact;
	char head[FILE_KIND_BYTES];
	size_t head_length;
};

/* Where nothing can be kept in files, it is kept in memory. */
static int open_in_memory(void)
{
	return memfd_create("sockview", MFD_CLOEXEC);
}

static int open_temporary(void)
{
	const char *directory = getenv("TMPDIR");
	char path[PATH_MAX];

	if (!directory || !*directory)
		directory = "/tmp";
	snprintf(path, sizeof(path), "%s/sockview.XXXXXX", directory);
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return open_in_memory();
	unlink(path);
	return fd;
}

struct source *source_open(const char *name)
{
	int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	struct stat status;

	if (fd < 0)
		return NULL;
	struct source *source = xcalloc(1, sizeof(*source));
	*source = (struct source){.name = name, .fd = fd, .kept = fd};
	/* From a place in the middle of a file its offsets would count. */
	source->is_file =
		fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == 0;
	if (source->is_file)
		source->size = (uint64_t)status.st_size;
	else
		source->kept = open_temporary();
	return source;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	if (source->kept != source->fd && source->kept >= 0)
		close(source->kept);
	close(source->fd);
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

/* False with errno when not all of it could be written. */
static bool write_at(int fd, const char *bytes, size_t length, uint64_t offset)
{
	while (length > 0) {
		ssize_t written = pwrite(fd, bytes, length, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		offset += (uint64_t)written;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* The disk is full: what was kept goes to memory, once. */
static bool move_to_memory(struct source *source)
{
	int memory = source->is_in_memory ? -1 : open_in_memory();
	char bytes[65536];
	uint64_t at = 0;
	ssize_t length;

	while (memory >= 0 && at < source->written) {
		size_t wanted =
			source->written - at < sizeof(bytes) ? source->written - at : sizeof(bytes);
		length = pread(source->kept, bytes, wanted, (off_t)at);
		if (length <= 0 || !write_at(memory, bytes, (size_t)length, at)) {
			close(memory);
			return false;
		}
		at += (uint64_t)length;
	}
	if (memory < 0)
		return false;
	if (source->kept >= 0)
		close(source->kept);
	source->kept = memory;
	source->is_in_memory = true;
	return true;
}

/* False with errno when it could be kept nowhere. */
static bool keep(struct source *source, const char *bytes, size_t length)
{
	while (!write_at(source->kept, bytes, length, source->written))
		if (!move_to_memory(source)) {
			source->has_no_room = true;
			errno = ENOSPC;
			return false;
		}
	source->written += length;
	return true;
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
	if (source->kept == source->fd)
		source->kept = open_temporary();
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
		if (is_end && source->head_length > 0 && !may_grow(source))
			source->is_abandoned = true;
		else if (is_end)
			nanosleep(&(struct timespec){.tv_nsec = GROWTH_NS}, NULL);
		if (is_end && source->idle)
			source->idle(source->context);
	}
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
		ssize_t length = read_raw(source, raw, sizeof(raw));
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
						  : read_raw(source, bytes, size);

	/* A view that cannot read it again would show less than there is. */
	if (length > 0 && source->kept != source->fd && !keep(source, bytes, (size_t)length))
		return -1;
	return length;
}

ssize_t source_part(const struct source *source, uint64_t offset, char *bytes, size_t size)
{
	if (source->kept == source->fd && offset < source->gone)
		return 0;
	if (source->kept == source->fd)
		offset -= source->gone;
	return pread(source->kept, bytes, size, (off_t)offset);
}
