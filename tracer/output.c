#include "tracer/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_standard_output(const struct options *options)
{
	return options->output && strcmp(options->output, "-") == 0;
}

static int open_temporary(void)
{
	const char *directory = getenv("TMPDIR");
	char path[PATH_MAX];

	if (!directory || !*directory)
		directory = "/tmp";
	int fd = open(directory, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* Not every file system has O_TMPFILE: open(2). */
	snprintf(path, sizeof(path), "%s/socktrace.XXXXXX", directory);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	else
		fprintf(stderr, "socktrace: %s: %s (set TMPDIR, or use -o FILE)\n", path,
			strerror(errno));
	return fd;
}

int output_open(const struct options *options)
{
	if (!options->output)
		return open_temporary();
	int fd = is_standard_output(options)
			 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
			 : open(options->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		fprintf(stderr, "socktrace: %s: %s\n", options->output, strerror(errno));
	return fd;
}

/* sockview beside this program, as in a build directory and after an installation; else the one
 * in PATH. */
static void exec_viewer(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof("sockview"));

	if (length > 0) {
		path[length] = '\0';
		char *name = strrchr(path, '/');
		strcpy(name ? name + 1 : path, "sockview");
		execl(path, "sockview", (char *)NULL);
	}
	execlp("sockview", "sockview", (char *)NULL);
	fprintf(stderr, "socktrace: cannot show the timeline: sockview: %s\n", strerror(errno));
	_exit(127);
}

static void show_timeline(int fd)
{
	pid_t viewer;

	fflush(NULL);
	lseek(fd, 0, SEEK_SET);
	viewer = fork();
	if (viewer == 0) {
		dup2(fd, STDIN_FILENO);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		exec_viewer();
	}
	while (viewer > 0 && waitpid(viewer, NULL, 0) < 0 && errno == EINTR)
		;
}

void output_show(const struct options *options, int fd)
{
	if (!options->output)
		show_timeline(fd);
	else if (!options->is_quiet && !is_standard_output(options))
		fprintf(stderr, "socktrace: trace written to %s; see it with: sockview %s\n",
			options->output, options->output);
}
