/* SPDX-License-Identifier: MIT */
#include "viewer/model/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	bool is_file; /* from its beginning on */
	bool is_followed;
	struct redact redact;
	char head[FILE_KIND_BYTES];
	size_t head_length;
};

static int open_temporary(void)
{
	const char *directory = getenv("TMPDIR");
	char path[PATH_MAX];

	if (!directory || !*directory)
		directory = "/tmp";
	snprintf(path, sizeof(path), "%s/sockview.XXXXXX", directory);
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
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

uint64_t source_size(const struct source *source)
{
	return source->size;
}

static void keep(struct source *source, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = pwrite(source->kept, bytes, length, (off_t)source->written);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return; /* a full disk: its lines cannot be read again */
		source->written += (uint64_t)written;
		bytes += written;
		length -= (size_t)written;
	}
}

void source_follow(struct source *source, bool expects_more)
{
	source->is_followed = source->is_file && expects_more;
	source->size = 0;
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

#define GROWTH_NS 50000000

static ssize_t read_raw(struct source *source, char *bytes, size_t size)
{
	ssize_t length;

	while (true) {
		length = read(source->fd, bytes, size);
		if (length == 0 && source->is_followed)
			nanosleep(&(struct timespec){.tv_nsec = GROWTH_NS}, NULL);
		else if (length >= 0 || errno != EINTR)
			break;
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

	if (length > 0 && source->kept != source->fd)
		keep(source, bytes, (size_t)length);
	return length;
}

ssize_t source_part(const struct source *source, uint64_t offset, char *bytes, size_t size)
{
	return pread(source->kept, bytes, size, (off_t)offset);
}

bool source_again(const struct source *source, uint64_t offset, char *bytes, size_t length)
{
	return source_part(source, offset, bytes, length) == (ssize_t)length;
}
