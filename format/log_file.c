/* SPDX-License-Identifier: MIT */
#include "format/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "format/memory.h"

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

/* Where everybody may make files, one is planted that is neither ours nor the directory's owner's,
 * and one of ours that another user may have linked there: link(2), and fs.protected_hardlinks in
 * proc_sys_fs(5). A file of the user who called sudo is an earlier log. */
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
	if (!is_found || !(directory.st_mode & S_IWOTH))
		return false;
	return (file->st_uid != geteuid() && file->st_uid != directory.st_uid) ||
	       (S_ISREG(file->st_mode) && file->st_nlink > 1);
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

/* False, with EBUSY: another process of ours writes the file. A file system that has no locks lets
 * everybody write. The lock ends with the descriptor, F_OFD_SETLK in fcntl(2), and is on a byte far
 * behind the log: where locks are mandatory, as on SMB, the log can be read. */
static bool lock(int fd)
{
	struct flock byte = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
	struct stat file;

	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || fcntl(fd, F_OFD_SETLK, &byte) == 0 ||
		(errno != EAGAIN && errno != EACCES))
		return true;
	errno = EBUSY;
	return false;
}

static int close_with(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

/* All are opened to append: where a log is copied and truncated to rotate it, writing goes on at
 * its beginning, and leaves no hole before. */
static int open_new(const char *name, bool is_own_name)
{
	int fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	if (!lock(fd))
		return close_with(fd, EBUSY);
	if (is_own_name)
		leave_to_sudo_user(fd);
	return fd;
}

/* Only a file has a length: ftruncate(2). */
static int begin_anew(int fd)
{
	struct stat file;

	if (!lock(fd))
		return close_with(fd, EBUSY);
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && ftruncate(fd, 0) != 0)
		return close_with(fd, errno);
	return fd;
}

/* The file that was judged by its name is the one that is opened, whatever was put there meanwhile;
 * one `to_be_empty` is. */
static int open_judged(const char *name, const struct stat *judged, bool to_be_empty)
{
	int fd = open(name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	struct stat file;

	if (fd < 0)
		return -1;
	if (fstat(fd, &file) != 0 || file.st_dev != judged->st_dev ||
		file.st_ino != judged->st_ino || is_planted(name, &file))
		return close_with(fd, EPERM);
	if (!to_be_empty)
		return begin_anew(fd);
	if (!lock(fd))
		return close_with(fd, EBUSY);
	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size > 0)
		return close_with(fd, EEXIST);
	return fd;
}

#define PROC_MAGIC 0x9fa0 /* linux/magic.h */

enum link_answer { LINK_WRONG, LINK_READ, LINK_OF_KERNEL };

/* Puts where the link leads to, as seen from where we are, into `target`: of the link that is
 * judged here, whatever has its name by then. Links of /proc, such as /dev/stdout leads to, only
 * the kernel can follow: proc(5). */
static enum link_answer read_link(const char *name, char *target, size_t size)
{
	char *copy = xstrdup(name), text[PATH_MAX];
	int link = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	enum link_answer answer = LINK_WRONG;
	ssize_t length = -1;
	struct statfs system;
	struct stat file;

	errno = EPERM;
	if (link >= 0 && fstat(link, &file) == 0 && S_ISLNK(file.st_mode) &&
		!is_planted(name, &file) && fstatfs(link, &system) == 0) {
		answer = system.f_type == PROC_MAGIC ? LINK_OF_KERNEL : LINK_READ;
		length = readlinkat(link, "", text, sizeof(text) - 1);
	}
	if (link >= 0)
		close(link);
	if (answer == LINK_READ && length >= 0) {
		text[length] = '\0';
		length = text[0] == '/' ? snprintf(target, size, "%s", text)
					: snprintf(target, size, "%s/%s", dirname(copy), text);
	}
	free(copy);
	return length >= 0 && (size_t)length < size ? answer : LINK_WRONG;
}

#define MAX_LINKS 40 /* as many as the kernel follows: path_resolution(7) */

/* True when a folder on the way, the last name apart, is a link that was planted, or leads through
 * one. Where there is no sticky bit another user can still be quicker than we are. */
static bool leads_through_planted(const char *path, int links)
{
	char *prefix = xstrdup(path), text[PATH_MAX], target[2 * PATH_MAX];
	struct stat file;
	bool is_so = false;

	for (char *slash = prefix; !is_so && *slash && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		ssize_t length = -1;
		if (lstat(prefix, &file) == 0 && S_ISLNK(file.st_mode))
			length = readlink(prefix, text, sizeof(text) - 1);
		if (length >= 0) {
			char *copy = xstrdup(prefix);
			text[length] = '\0';
			/* The slash at its end makes a folder of it. */
			snprintf(target, sizeof(target), "%s/%s/",
				text[0] == '/' ? "" : dirname(copy), text);
			free(copy);
			is_so = is_planted(prefix, &file) || links == MAX_LINKS ||
				leads_through_planted(target, links + 1);
		}
		*slash = '/';
	}
	free(prefix);
	return is_so;
}

static int open_log(const char *name, bool to_be_empty)
{
	char path[2 * PATH_MAX], target[2 * PATH_MAX];
	struct stat file;
	int links = 0;

	snprintf(path, sizeof(path), "%s", name);
	/* What a link leads to is judged like what is named. */
	for (;; snprintf(path, sizeof(path), "%s", target), links++) {
		if (leads_through_planted(path, links)) {
			errno = EPERM;
			return -1;
		}
		/* Of one that is made between the two calls open says that there is one. */
		if (lstat(path, &file) != 0)
			return errno == ENOENT ? open_new(path, links == 0) : -1;
		if (is_planted(path, &file)) {
			errno = EPERM;
			return -1;
		}
		if (!S_ISLNK(file.st_mode))
			return open_judged(path, &file, to_be_empty);
		if (links == MAX_LINKS || to_be_empty) {
			errno = to_be_empty ? EEXIST : ELOOP;
			return -1;
		}
		enum link_answer answer = read_link(path, target, sizeof(target));
		if (answer == LINK_WRONG)
			return -1;
		if (answer == LINK_OF_KERNEL) {
			int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
			return fd < 0 ? -1 : begin_anew(fd);
		}
	}
}

int log_file_open(const char *name)
{
	return open_log(name, false);
}

int log_file_open_new(const char *name)
{
	return open_log(name, true);
}

const char *log_file_error(int error)
{
	if (error == EPERM)
		return "put there by another user, where everybody may make files; use another name";
	return error == EBUSY ? "another socktrace or sockview writes it; use another name"
			      : strerror(error);
}
