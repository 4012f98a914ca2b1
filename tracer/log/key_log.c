/* SPDX-License-Identifier: MIT */
#include "tracer/log/key_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/key_line.h"
#include "format/memory.h"
#include "format/messages.h"
#include "tracer/log/records.h"
#include "tracer/proc/status.h"

#define FILE_NAME "keys.log"

#define READ_BYTES   65536
#define AT_ONCE      (1 << 20)   /* of one reading, in which the program may write on */
#define IN_ALL_BYTES (256 << 20) /* keys of some 300,000 connections */

struct key_log {
	char *path;
	int fd;                  /* -1: the user's file is not there yet */
	int directory;           /* of the file that is ours; -1: it is the user's */
	int guard;               /* its process removes the file when this is closed */
	off_t at;                /* up to here it was read, */
	off_t size;              /* when it had so many bytes */
	uint64_t taken, foreign; /* lines */
	uint64_t bytes;          /* read in all */
	bool is_in_line;         /* of which nothing is kept */
	bool is_shut_out;
	bool is_unreadable; /* the user's file, which was said */
	char text[READ_BYTES];
};

bool key_log_is_named(void)
{
	const char *path = getenv(KEY_LOG_VARIABLE);

	return path && *path;
}

/* The directory by its descriptor, which stands for it whatever has its name; calls nothing that a
 * process may not call that was forked beside threads. */
static int take_away(const struct key_log *keys)
{
	char *end = strrchr(keys->path, '/');

	unlinkat(keys->directory, FILE_NAME, 0);
	*end = '\0';
	int problem = rmdir(keys->path) == 0 ? 0 : errno;
	*end = '/';
	return problem;
}

/* Of what lies behind the standard streams: the log is locked while somebody has its descriptor. */
static void keep_only(int one, int other)
{
	unsigned int low = (unsigned int)(one < other ? one : other);
	unsigned int high = (unsigned int)(one < other ? other : one);

	close_range(STDERR_FILENO + 1, low - 1, 0);
	close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
}

/* Our process may be killed: another one, no child of it, then removes the file. */
static bool start_guard(struct key_log *keys)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid_t child = fork();
	if (child == 0) {
		if (fork() != 0)
			_exit(0);
		keep_only(ends[0], keys->directory);
		while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
			;
		take_away(keys);
		_exit(0);
	}
	close(ends[0]);
	keys->guard = ends[1];
	if (child > 0)
		waitpid(child, NULL, 0);
	return child > 0;
}

/* Makes our file in a new directory there. Returns 0 or an errno. */
static int make_file(struct key_log *keys, const char *where)
{
	if (!where || *where != '/')
		return ENOENT;
	free(keys->path);
	if (asprintf(&keys->path, "%s/socktrace.XXXXXX/" FILE_NAME, where) < 0)
		return ENOMEM;
	char *end = strrchr(keys->path, '/');
	*end = '\0';
	if (!mkdtemp(keys->path))
		return errno;
	keys->directory = open(keys->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*end = '/';
	keys->fd = openat(keys->directory, FILE_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (keys->fd >= 0 && fchmod(keys->fd, 0600) == 0 && start_guard(keys))
		return 0;
	int problem = errno;
	take_away(keys);
	close(keys->directory);
	keys->directory = -1;
	return problem;
}

/* No signal ends this process between the making of the file and that of its guard, which none
 * ends at all. */
static bool make(struct key_log *keys)
{
	const char *const places[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp"};
	sigset_t all, mask;
	int problem = ENOENT;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && problem != 0; i++)
		problem = make_file(keys, places[i]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (problem != 0)
		print_message(
			"socktrace: --keys: %s: %s (set TMPDIR)\n", keys->path, strerror(problem));
	return problem == 0;
}

/* Opens the user's file when it is there; from its beginning on, unless it was there before. */
static void open_named(struct key_log *keys)
{
	char self[64];
	struct stat file;
	/* This neither waits at a FIFO nor has any effect on one: open(2). */
	int place = open(keys->path, O_PATH | O_CLOEXEC);

	if (place < 0 && errno == ENOENT)
		return;
	if (place >= 0 && fstat(place, &file) == 0) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
		errno = EINVAL;
		if (S_ISREG(file.st_mode))
			keys->fd = open(self, O_RDONLY | O_CLOEXEC);
	}
	if (keys->fd < 0) {
		keys->is_unreadable = true;
		print_message("socktrace: --keys: " KEY_LOG_VARIABLE "=%s: %s\n", keys->path,
			errno == EINVAL ? "is no regular file, and is not read" : strerror(errno));
	}
	if (place >= 0)
		close(place);
	keys->at = keys->size = 0;
	keys->is_in_line = false;
}

struct key_log *key_log_open(void)
{
	struct key_log *keys = xcalloc(1, sizeof(*keys));
	struct stat file;
	char last;

	keys->fd = keys->directory = keys->guard = -1;
	if (!key_log_is_named()) {
		if (make(keys))
			return keys;
		key_log_close(keys);
		return NULL;
	}
	keys->path = xstrdup(getenv(KEY_LOG_VARIABLE));
	open_named(keys);
	if (keys->fd >= 0 && fstat(keys->fd, &file) == 0) {
		keys->at = keys->size = file.st_size;
		keys->is_in_line = file.st_size > 0 &&
				   pread(keys->fd, &last, 1, file.st_size - 1) == 1 && last != '\n';
	}
	return keys;
}

void key_log_close(struct key_log *keys)
{
	if (!keys)
		return;
	if (keys->guard >= 0) {
		int problem = take_away(keys);
		if (problem != 0)
			print_message("socktrace: --keys: the directory of %s is left there: %s\n",
				keys->path, strerror(problem));
		close(keys->guard);
	}
	if (keys->fd >= 0)
		close(keys->fd);
	if (keys->directory >= 0)
		close(keys->directory);
	free(keys->path);
	free(keys);
}

const char *key_log_path(const struct key_log *keys)
{
	return keys && keys->directory >= 0 ? keys->path : NULL;
}

/* Empty lines and comments stand in a key log, too. */
static bool is_foreign(const char *line, const char *end)
{
	return line < end && *line != '#';
}

/* Moves the keys among the lines of the text to its beginning, and says how many bytes they are;
 * `*passed`: how many may be read no more. */
static size_t keep_keys(struct key_log *keys, size_t length, size_t *passed)
{
	const char *line = keys->text, *end = line + length, *newline;
	size_t kept = 0;

	while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
		size_t size = (size_t)(newline + 1 - line);
		if (!keys->is_in_line && key_line_is_good(line, newline)) {
			memmove(keys->text + kept, line, size);
			kept += size;
			keys->taken++;
		} else if (!keys->is_in_line && is_foreign(line, newline)) {
			keys->foreign++;
		}
		keys->is_in_line = false;
		line = newline + 1;
	}
	if (end - line >= KEY_LINE_BYTES && !keys->is_in_line) {
		keys->is_in_line = true;
		keys->foreign++;
	}
	if (keys->is_in_line)
		line = end;
	*passed = (size_t)(line - keys->text);
	return kept;
}

/* False when there is nothing more of which anything could be made. */
static bool read_some(struct key_log *keys, struct trace_log *log)
{
	size_t passed, kept;
	ssize_t length = pread(keys->fd, keys->text, sizeof(keys->text), keys->at);

	if (length <= 0)
		return false;
	kept = keep_keys(keys, (size_t)length, &passed);
	if (kept > 0)
		record_keys(log, keys->text, kept);
	/* What stands in the trace needs no room any more, and is not left behind. */
	if (keys->directory >= 0 && passed > 0)
		fallocate(keys->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, keys->at,
			(off_t)passed);
	keys->at += (off_t)passed;
	keys->bytes += passed;
	return passed > 0;
}

static bool is_exhausted(const struct key_log *keys)
{
	return keys->bytes >= IN_ALL_BYTES;
}

/* True when there is something new. */
static bool look(struct key_log *keys)
{
	struct stat file;

	if (is_exhausted(keys) || keys->is_unreadable)
		return false;
	/* The user's was removed, and read to its end; there may be a new one. */
	if (keys->directory < 0 && keys->fd >= 0 && fstat(keys->fd, &file) == 0 &&
		file.st_nlink == 0 && file.st_size == keys->size) {
		close(keys->fd);
		keys->fd = -1;
	}
	if (keys->fd < 0)
		open_named(keys);
	if (keys->fd < 0 || fstat(keys->fd, &file) != 0)
		return false;
	if (file.st_size < keys->at) {
		keys->at = 0;
		keys->is_in_line = false;
	}
	if (file.st_size == keys->size)
		return false;
	keys->size = file.st_size;
	return true;
}

void key_log_read(struct key_log *keys, struct trace_log *log)
{
	uint64_t begin = keys->bytes;

	while (look(keys))
		while (read_some(keys, log))
			if (is_exhausted(keys) || keys->bytes - begin >= AT_ONCE) {
				keys->size = -1;
				return;
			}
}

void key_log_see_exit(struct key_log *keys, struct trace_log *log, const struct thread *thread)
{
	if (keys->is_shut_out || keys->directory < 0 || !thread->process)
		return;
	long user = status_user(thread->tid);
	if (user < 0 || user == (long)geteuid())
		return;
	keys->is_shut_out = true;
	record_warning(log, thread->process, "keys",
		"the process has become another user, who may not write to the file that " KEY_LOG_VARIABLE
		" names: keys of its TLS connections are missing");
}

/* Something else may stand where our file was, which is never opened. */
static bool is_replaced(const struct key_log *keys)
{
	struct stat ours, now;

	return keys->directory >= 0 && fstat(keys->fd, &ours) == 0 &&
	       (fstatat(keys->directory, FILE_NAME, &now, AT_SYMLINK_NOFOLLOW) != 0 ||
		       now.st_ino != ours.st_ino || now.st_dev != ours.st_dev);
}

void key_log_finish(struct key_log *keys, struct trace_log *log)
{
	char message[200];

	do
		key_log_read(keys, log);
	while (keys->size < 0 && !is_exhausted(keys));
	if (is_exhausted(keys))
		record_warning(log, NULL, "keys",
			"more was written to the file that " KEY_LOG_VARIABLE
			" names than is read: keys are missing");
	if (is_replaced(keys))
		record_warning(log, NULL, "keys",
			"the program has removed or replaced the file that " KEY_LOG_VARIABLE
			" names: keys are missing");
	if (keys->foreign > 0) {
		snprintf(message, sizeof(message),
			"%" PRIu64 " %s written to the file that " KEY_LOG_VARIABLE
			" names that %s no keys of TLS, and left out",
			keys->foreign, keys->foreign == 1 ? "line was" : "lines were",
			keys->foreign == 1 ? "is" : "are");
		record_warning(log, NULL, "keys", message);
	}
	if (keys->taken == 0)
		record_warning(log, NULL, "keys",
			"the program has written no keys: it has made no TLS connection, or its "
			"library does not write them: socktrace(1) lists those that do");
}
