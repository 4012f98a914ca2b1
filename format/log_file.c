/* SPDX-License-Identifier: MIT */
#include "format/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
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

/* Nobody can put another file into such a directory where ours or its owner's is: unlink(2). */
static bool is_planted(const char *name, const struct stat *file)
{
	char *copy = xstrdup(name);
	struct stat directory;
	bool is_found = stat(dirname(copy), &directory) == 0;

	free(copy);
	return is_found && is_everybodys(&directory) && file->st_uid != geteuid() &&
	       file->st_uid != directory.st_uid;
}

int log_file_open(const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
	struct stat file;

	/* Of one that is made between the two calls open says that there is one. */
	if (lstat(name, &file) != 0)
		return open(name, errno == ENOENT ? flags | O_EXCL : flags, 0600);
	if (is_planted(name, &file)) {
		errno = EPERM;
		return -1;
	}
	return open(name, S_ISLNK(file.st_mode) ? flags : flags | O_NOFOLLOW, 0600);
}

const char *log_file_error(int error)
{
	return error == EPERM ? "put there by another user, where everybody may make files; use "
				"another name"
			      : strerror(error);
}
