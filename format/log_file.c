/* SPDX-License-Identifier: MIT */
#include "format/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/memory.h"

static bool is_everybodys(const struct stat *directory)
{
	return (directory->st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
}

/* The number that an environment variable of sudo(8) has; false when root was not made by it. */
static bool sudo_number(const char *name, unsigned int *number)
{
	const char *value = getenv(name);
	char *end;

	if (getuid() != 0 || geteuid() != 0 || !value || value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	unsigned long long parsed = strtoull(value, &end, 10);
	*number = (unsigned int)parsed;
	return errno == 0 && *end == '\0' && parsed < UINT_MAX; /* -1 stands for none: chown(2) */
}

/* In such a directory no other user can replace a file of ours or of its owner's: unlink(2). A file
 * of the user who called sudo is not planted either, but an earlier log. */
static bool is_planted(const char *name, const struct stat *file)
{
	char *copy = xstrdup(name);
	struct stat directory;
	bool is_found = stat(dirname(copy), &directory) == 0;
	unsigned int user;

	free(copy);
	if (S_ISREG(file->st_mode) && file->st_nlink == 1 && sudo_number("SUDO_UID", &user) &&
		file->st_uid == user)
		return false;
	return is_found && is_everybodys(&directory) && file->st_uid != geteuid() &&
	       file->st_uid != directory.st_uid;
}

/* Without a way to, it stays root's. */
static void leave_to_sudo_user(int fd)
{
	unsigned int user, group;

	if (!sudo_number("SUDO_UID", &user))
		return;
	if (!sudo_number("SUDO_GID", &group))
		group = (unsigned int)-1;
	(void)!fchown(fd, user, group);
}

static int open_new(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		leave_to_sudo_user(fd);
	return fd;
}

/* The file that was judged by its name is the one that is opened, whatever was put there meanwhile.
 */
static int open_judged(const char *name, const struct stat *judged)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat file;

	if (fd < 0)
		return -1;
	if (fstat(fd, &file) != 0 || file.st_dev != judged->st_dev ||
		file.st_ino != judged->st_ino || is_planted(name, &file)) {
		close(fd);
		errno = EPERM;
		return -1;
	}
	/* Only a file has a length: ftruncate(2). */
	if (S_ISREG(file.st_mode) && ftruncate(fd, 0) != 0) {
		int error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

int log_file_open(const char *name)
{
	struct stat file;

	/* Of one that is made between the two calls open says that there is one. */
	if (lstat(name, &file) != 0)
		return errno == ENOENT ? open_new(name) : -1;
	if (is_planted(name, &file)) {
		errno = EPERM;
		return -1;
	}
	/* A link may be to where nothing is yet. */
	return S_ISLNK(file.st_mode) ? open(name, O_WRONLY | O_TRUNC | O_CLOEXEC | O_CREAT, 0600)
				     : open_judged(name, &file);
}

const char *log_file_error(int error)
{
	return error == EPERM ? "put there by another user, where everybody may make files; use "
				"another name"
			      : strerror(error);
}
