/* SPDX-License-Identifier: MIT */
#include "tracer/trace_output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/log_file.h"

static bool is_standard_output(const struct choices *choices)
{
	return choices->output && strcmp(choices->output, "-") == 0;
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
 * in PATH. Shows its standard input where our standard error is. */
static void exec_viewer(const struct choices *choices)
{
	char program[] = "sockview", follow[] = "--follow", color[32], path[PATH_MAX];
	char *const words[] = {program, color, choices->is_live ? follow : NULL, NULL};
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(program));

	dup2(STDERR_FILENO, STDOUT_FILENO);
	snprintf(color, sizeof(color), "--color=%s", color_word(choices->color));
	if (length > 0) {
		path[length] = '\0';
		char *name = strrchr(path, '/');
		memcpy(name ? name + 1 : path, program, sizeof(program));
		execv(path, words);
	}
	execvp(program, words);
	fprintf(stderr, "socktrace: cannot show the trace: sockview: %s\n", strerror(errno));
	_exit(127);
}

static void become_live_viewer(const void *choices)
{
	exec_viewer(choices);
}

/* The command of -o '|command', as strace(1) has it, or NULL. */
static const char *command_of(const struct choices *choices)
{
	return choices->output && choices->output[0] == '|' ? choices->output + 1 : NULL;
}

static void become_command(const void *command)
{
	execl("/bin/sh", "sh", "-c", (const char *)command, (char *)NULL);
}

static int start_consumer(struct trace_output *output, const struct choices *choices)
{
	const char *command = command_of(choices);

	if (!(command ? consumer_start(&output->consumer, become_command, command)
		      : consumer_start(&output->consumer, become_live_viewer, choices)))
		fprintf(stderr, "socktrace: cannot start %s: %s\n", command ? command : "sockview",
			strerror(errno));
	return output->consumer.trace;
}

static int open_named(const struct choices *choices)
{
	if (is_standard_output(choices))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return log_file_open(choices->output);
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

bool trace_output_open(struct trace_output *output, const struct choices *choices)
{
	*output = (struct trace_output){.fd = -1, .consumer = {-1, -1}};
	/* -o - says so when it is closed. */
	if (!is_standard_output(choices))
		occupy_standard_numbers();
	if (choices->is_live || command_of(choices))
		output->fd = start_consumer(output, choices);
	else if (choices->output && (output->fd = open_named(choices)) < 0)
		fprintf(stderr, "socktrace: %s: %s\n", choices->output, log_file_error(errno));
	else if (!choices->output)
		output->fd = open_temporary();
	output->kind = command_of(choices)           ? LOG_COMMAND
		       : is_standard_output(choices) ? LOG_SHARED
						     : LOG_OWN;
	return output->fd >= 0;
}

static void show_timeline(const struct choices *choices, int fd)
{
	pid_t viewer;

	fflush(NULL);
	lseek(fd, 0, SEEK_SET);
	viewer = fork();
	if (viewer == 0) {
		dup2(fd, STDIN_FILENO);
		exec_viewer(choices);
	}
	while (viewer > 0 && waitpid(viewer, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Returns the consumer's wait status, or -1. */
static int wait_for_consumer(struct trace_output *output)
{
	output->fd = -1;
	return consumer_wait(&output->consumer);
}

/* Says what became of a command but for its good end. */
static bool end_command(struct trace_output *output, const struct choices *choices)
{
	int status = wait_for_consumer(output);

	if (status == 0)
		return true;
	fprintf(stderr, "socktrace: %s: ", choices->output);
	if (status == -1)
		fprintf(stderr, "not waited for; it may not have ended\n");
	else if (WIFSIGNALED(status))
		fprintf(stderr, "killed by signal %d (%s)\n", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		fprintf(stderr, "ended with status %d\n", WEXITSTATUS(status));
	return false;
}

/* The folder that this program was named with, as its user names sockview, too; empty for a command
 * in PATH. */
static int named_folder(const char **name)
{
	const char *slash;

	*name = program_invocation_name;
	slash = strrchr(*name, '/');
	return slash ? (int)(slash + 1 - *name) : 0;
}

static void say_where(const char *trace)
{
	const char *name;
	int folder = named_folder(&name);

	fprintf(stderr, "socktrace: trace written to %s; see it with: %.*ssockview %s\n", trace,
		folder, name, trace);
}

static void say_how_to_keep(void)
{
	const char *name;
	int folder = named_folder(&name);

	fprintf(stderr,
		"\nsocktrace: the trace is not kept; keep it with: %.*ssocktrace -o FILE ...\n",
		folder, name);
}

bool trace_output_show(struct trace_output *output, const struct choices *choices)
{
	if (command_of(choices))
		return end_command(output, choices);
	if (choices->is_live)
		wait_for_consumer(output);
	else if (!choices->output)
		show_timeline(choices, output->fd);
	if (!choices->output)
		say_how_to_keep();
	else if (!choices->is_quiet && !is_standard_output(choices))
		say_where(choices->output);
	return true;
}

void trace_output_close(struct trace_output *output)
{
	if (output->consumer.trace >= 0)
		wait_for_consumer(output);
	if (output->fd >= 0)
		close(output->fd);
}
