/* SPDX-License-Identifier: MIT */
#include "tracer/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/log_file.h"

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

/* sockview beside this program, as in a build directory and after an installation; else the one
 * in PATH. */
static void exec_viewer(const char *option)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof("sockview"));

	if (length > 0) {
		path[length] = '\0';
		char *name = strrchr(path, '/');
		memcpy(name ? name + 1 : path, "sockview", sizeof("sockview"));
		execl(path, "sockview", option, (char *)NULL);
	}
	execlp("sockview", "sockview", option, (char *)NULL);
	fprintf(stderr, "socktrace: cannot show the trace: sockview: %s\n", strerror(errno));
	_exit(127);
}

/* Ctrl-C ends the program, and the viewer with the trace. */
static void become_live_viewer(int from)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	dup2(from, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	exec_viewer("--follow");
}

/* Its grandchild, so that its end is not reported among those of tracees; `done` ends when it does.
 */
static bool start_live(struct output *output)
{
	int trace[2], done[2];

	if (pipe2(trace, O_CLOEXEC) != 0 || pipe(done) != 0)
		return false;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		close(trace[1]);
		close(done[0]);
		if (fork() == 0)
			become_live_viewer(trace[0]);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	close(trace[0]);
	close(done[1]);
	fcntl(done[0], F_SETFD, FD_CLOEXEC);
	output->fd = trace[1];
	output->done = done[0];
	return child > 0;
}

static int open_named(const struct options *options)
{
	if (is_standard_output(options))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return log_file_open(options->output);
}

/* Where standard input, output or error are closed, nothing that is opened here may stand for them:
 * messages would go into the trace. The program does not inherit this. */
static void occupy_standard_numbers(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

bool output_open(struct output *output, const struct options *options)
{
	*output = (struct output){.fd = -1, .done = -1};
	/* -o - says so when it is closed. */
	if (!is_standard_output(options))
		occupy_standard_numbers();
	if (options->is_live && !start_live(output))
		fprintf(stderr, "socktrace: cannot start sockview: %s\n", strerror(errno));
	else if (options->output && (output->fd = open_named(options)) < 0)
		fprintf(stderr, "socktrace: %s: %s\n", options->output, log_file_error(errno));
	else if (!options->is_live && !options->output)
		output->fd = open_temporary();
	output->is_own = !is_standard_output(options);
	return output->fd >= 0;
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
		exec_viewer(NULL);
	}
	while (viewer > 0 && waitpid(viewer, NULL, 0) < 0 && errno == EINTR)
		;
}

static void wait_for_viewer(struct output *output)
{
	char byte;

	close(output->fd);
	output->fd = -1;
	while (read(output->done, &byte, 1) < 0 && errno == EINTR)
		;
}

/* sockview is named as this program was: as a command, or with the folder in front. */
static void say_where(const char *trace)
{
	const char *name = program_invocation_name, *slash = strrchr(name, '/');
	int folder = slash ? (int)(slash + 1 - name) : 0;

	fprintf(stderr, "socktrace: trace written to %s; see it with: %.*ssockview %s\n", trace,
		folder, name, trace);
}

void output_show(struct output *output, const struct options *options)
{
	if (options->is_live)
		wait_for_viewer(output);
	else if (!options->output)
		show_timeline(output->fd);
	else if (!options->is_quiet && !is_standard_output(options))
		say_where(options->output);
}

void output_close(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	if (output->done >= 0)
		close(output->done);
}
