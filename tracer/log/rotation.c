/* SPDX-License-Identifier: MIT */
#include "tracer/log/rotation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/compression.h"
#include "format/log_file.h"
#include "format/memory.h"
#include "format/messages.h"

#define LOOK_NS     1000000000
#define MOST_DIGITS 10 /* of a number in a name */

/* Which file it is, by whatever name. */
struct file_identity {
	dev_t device;
	ino_t inode;
};

struct older_file {
	size_t number;
	struct file_identity identity;
};

struct rotation {
	const char *name; /* borrowed: as the user calls it */
	char *path;       /* owned: through no link */
	struct rotation_limits limits;
	struct file_identity present;
	struct older_file *older; /* owned: the oldest first; without a limit none */
	size_t older_count, older_capacity;
	size_t last_number; /* without a limit: of the newest one */
	int64_t looked_ns;
	bool has_complained;
};

static bool identify(struct file_identity *identity, const struct stat *file)
{
	*identity = (struct file_identity){.device = file->st_dev, .inode = file->st_ino};
	return S_ISREG(file->st_mode);
}

static bool is_at(const char *path, struct file_identity identity)
{
	struct stat file;

	return lstat(path, &file) == 0 && file.st_dev == identity.device &&
	       file.st_ino == identity.inode;
}

struct rotation *rotation_new(const char *name, int fd, struct rotation_limits limits)
{
	struct rotation *rotation;
	struct stat file;
	char *path;

	if (fstat(fd, &file) != 0 || !(path = realpath(name, NULL)))
		return NULL;
	rotation = xcalloc(1, sizeof(*rotation));
	*rotation = (struct rotation){.name = name, .path = path, .limits = limits};
	bool is_regular = identify(&rotation->present, &file);
	bool is_short = strlen(strrchr(path, '/')) + MOST_DIGITS + 1 < NAME_MAX;
	if (is_regular && is_short && is_at(path, rotation->present))
		return rotation;
	rotation_free(rotation);
	errno = !is_regular ? EINVAL : !is_short ? ENAMETOOLONG : EEXIST;
	return NULL;
}

void rotation_free(struct rotation *rotation)
{
	if (!rotation)
		return;
	free(rotation->path);
	free(rotation->older);
	free(rotation);
}

uint64_t rotation_size(const struct rotation *rotation)
{
	return rotation->limits.size;
}

size_t rotation_older(const struct rotation *rotation)
{
	return rotation->older_count;
}

static int complain(struct rotation *rotation, const char *what, int error)
{
	if (!rotation->has_complained)
		print_message("socktrace: %s: %s: %s; the trace goes on in that file\n",
			rotation->name, what, log_file_error(error));
	rotation->has_complained = true;
	return -1;
}

/* The name of that number for the caller to free: "t.jsonl.3", "t.jsonl.3.zst". */
static char *numbered(const struct rotation *rotation, size_t number)
{
	size_t stem = compression_stem(rotation->path);
	char *name;
	int length = asprintf(
		&name, "%.*s.%zu%s", (int)stem, rotation->path, number, rotation->path + stem);

	return memory_or_escape(length < 0 ? NULL : name);
}

/* Returns 0 or an errno: EEXIST where the other name is taken. Not every file system can tell while
 * it renames: rename(2). A file that has two names for a moment is overwritten by none, either. */
static int rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	return link(from, to) == 0 && unlink(from) == 0 ? 0 : errno;
}

/* The same where the names are that of the trace (0) or numbers. */
static int rename_number(const struct rotation *rotation, size_t from, size_t to)
{
	char *one = from > 0 ? numbered(rotation, from) : xstrdup(rotation->path);
	char *other = to > 0 ? numbered(rotation, to) : xstrdup(rotation->path);
	int error = rename_new(one, other);

	free(one);
	free(other);
	return error;
}

static bool is_number_of(
	const struct rotation *rotation, size_t number, struct file_identity identity)
{
	char *name = numbered(rotation, number);
	bool is_so = is_at(name, identity);

	free(name);
	return is_so;
}

/* The user may have moved or removed older ones: they are theirs then. */
static void forget_moved(struct rotation *rotation)
{
	size_t count = 0;

	for (size_t i = 0; i < rotation->older_count; i++)
		if (is_number_of(rotation, rotation->older[i].number, rotation->older[i].identity))
			rotation->older[count++] = rotation->older[i];
	rotation->older_count = count;
}

/* Somebody else's file has that number. */
static bool is_taken(const struct rotation *rotation, size_t number)
{
	for (size_t i = 0; i < rotation->older_count; i++)
		if (rotation->older[i].number == number)
			return false;
	char *name = numbered(rotation, number);
	struct stat file;
	bool is_there = lstat(name, &file) == 0;

	free(name);
	return is_there;
}

static size_t next_number(const struct rotation *rotation, size_t number)
{
	do
		number++;
	while (is_taken(rotation, number));
	return number;
}

/* Older files get higher numbers, as logrotate(8) gives them, so that the first number is free;
 * those of other files are passed over. Returns 0 or an errno. */
static int shift(struct rotation *rotation, size_t *first)
{
	size_t *numbers = xcalloc(rotation->older_count + 1, sizeof(*numbers));
	size_t i = rotation->older_count, number = next_number(rotation, 0);
	int error = 0;

	*first = number;
	/* The newest first; from a gap on they can stay. */
	for (; i > 0 && rotation->older[i - 1].number <= number; i--)
		numbers[i - 1] = number = next_number(rotation, number);
	for (; i < rotation->older_count && error == 0; i++) {
		error = rename_number(rotation, rotation->older[i].number, numbers[i]);
		if (error == 0)
			rotation->older[i].number = numbers[i];
	}
	free(numbers);
	return error;
}

/* Gives the present file a number, and says which. Returns 0 or an errno. */
static int put_aside(struct rotation *rotation, size_t *number)
{
	int error = 0;

	if (rotation->limits.count > 0) {
		forget_moved(rotation);
		error = shift(rotation, number);
		return error ? error : rename_number(rotation, 0, *number);
	}
	/* All are kept, and none moved again: of many that would take ever longer. */
	*number = rotation->last_number;
	do
		error = rename_number(rotation, 0, ++*number);
	while (error == EEXIST);
	return error;
}

static void remove_oldest(struct rotation *rotation)
{
	char *name = numbered(rotation, rotation->older[0].number);

	if (is_at(name, rotation->older[0].identity))
		unlink(name);
	free(name);
	memmove(rotation->older, rotation->older + 1,
		--rotation->older_count * sizeof(*rotation->older));
}

static void keep_older(struct rotation *rotation, size_t number, struct file_identity identity)
{
	rotation->last_number = number;
	if (rotation->limits.count == 0) {
		rotation->older_count++;
		return;
	}
	rotation->older = array_grow(rotation->older, rotation->older_count,
		&rotation->older_capacity, sizeof(*rotation->older));
	rotation->older[rotation->older_count++] =
		(struct older_file){.number = number, .identity = identity};
	if (rotation->older_count > rotation->limits.count)
		remove_oldest(rotation);
}

/* Opens a file where the present one was, which it is then. */
static int open_present(struct rotation *rotation)
{
	struct file_identity identity;
	int fd = log_file_open_new(rotation->path);
	struct stat file;

	if (fd < 0)
		return -1;
	if (fstat(fd, &file) != 0 || !identify(&identity, &file)) {
		close(fd);
		errno = EEXIST;
		return -1;
	}
	rotation->present = identity;
	return fd;
}

int rotation_turn(struct rotation *rotation)
{
	static const char what[] = "cannot be rotated";
	struct file_identity identity = rotation->present;
	size_t number;

	if (!is_at(rotation->path, identity))
		return rotation_renew(rotation);
	int error = put_aside(rotation, &number);
	if (error)
		return complain(rotation, what, error);
	/* Somebody has put another file there between the two. */
	if (!is_number_of(rotation, number, identity)) {
		rename_number(rotation, number, 0);
		return complain(rotation, what, EEXIST);
	}
	int fd = open_present(rotation);
	if (fd < 0) {
		error = errno;
		rename_number(rotation, number, 0);
		return complain(rotation, what, error);
	}
	keep_older(rotation, number, identity);
	return fd;
}

bool rotation_is_moved(struct rotation *rotation, int64_t now_ns)
{
	if (now_ns - rotation->looked_ns < LOOK_NS)
		return false;
	rotation->looked_ns = now_ns;
	return !is_at(rotation->path, rotation->present);
}

int rotation_renew(struct rotation *rotation)
{
	int fd = open_present(rotation);

	return fd < 0 ? complain(rotation, "was moved away, and cannot be begun anew", errno) : fd;
}
