/* SPDX-License-Identifier: MIT */
#include "tracer/trace_output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/compression.h"
#include "format/log_file.h"
#include "format/memory.h"
#include "format/messages.h"

/* sockview's exit status when rules are violated. */
#define CHECK_VIOLATED 3

static char viewer_name[] = "sockview";

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
		print_message(
			"socktrace: %s: %s (set TMPDIR, or use -o FILE)\n", path, strerror(errno));
	return fd;
}

/* sockview beside this program, as in a build directory and after an installation; else the one
 * in PATH. Prints where our standard error is. `words` begin with its name. */
static void exec_viewer(char *const *words)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(viewer_name));

	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (length > 0) {
		path[length] = '\0';
		char *name = strrchr(path, '/');
		memcpy(name ? name + 1 : path, viewer_name, sizeof(viewer_name));
		execv(path, words);
	}
	execvp(viewer_name, words);
	print_message("socktrace: cannot show the trace: sockview: %s\n", strerror(errno));
	_exit(127);
}

/* Has it show its standard input. */
static void become_viewer(const struct choices *choices)
{
	char follow[] = "--follow", color[32], language[32];
	char *const words[] = {
		viewer_name, color, language, choices->is_live ? follow : NULL, NULL};

	snprintf(color, sizeof(color), "--color=%s", color_word(choices->color));
	snprintf(language, sizeof(language), "--lang=%s", language_word(choices->language));
	exec_viewer(words);
}

static void become_live_viewer(const void *choices)
{
	become_viewer(choices);
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
		print_message("socktrace: cannot start %s: %s\n", command ? command : "sockview",
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

/* Returns the exit status of the process, or -1. */
static int wait_for(pid_t process)
{
	int status;

	while (process > 0 && waitpid(process, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return process > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs sockview with that option for the rules, on the file `trace`, or on `fd` where there is
 * none. Returns its exit status, or -1. */
static int run_check(const struct choices *choices, const char *option, const char *trace, int fd)
{
	struct sigaction usual = {.sa_handler = SIG_DFL}, before;
	size_t count = 0;
	char color[32], **words;

	fflush(NULL);
	/* A process that ignores SIGCHLD, as its program may have to, gets no status of a child:
	 * wait(2). */
	sigaction(SIGCHLD, &usual, &before);
	pid_t viewer = fork();
	if (viewer != 0) {
		int status = wait_for(viewer);
		sigaction(SIGCHLD, &before, NULL);
		return status;
	}
	if (!trace)
		dup2(fd, STDIN_FILENO);
	words = xcalloc(choices->check_count + 5, sizeof(*words));
	snprintf(color, sizeof(color), "--color=%s", color_word(choices->color));
	words[count++] = viewer_name;
	words[count++] = color;
	for (size_t i = 0; i < choices->check_count; i++)
		if (asprintf(&words[count++], "--%s=%s", option, choices->checks[i]) < 0)
			_exit(127);
	if (trace && asprintf(&words[count++], "--") < 0)
		_exit(127);
	words[count++] = trace ? xstrdup(trace) : NULL;
	exec_viewer(words);
	_exit(127);
}

/* Rules that nobody can read are found before the program runs, and not after. */
static bool has_good_rules(const struct choices *choices)
{
	return choices->check_count == 0 ||
	       run_check(choices, "check-rules", NULL, STDIN_FILENO) == 0;
}

/* What cannot be read once more cannot be checked. */
static bool can_be_checked(const struct choices *choices, int fd)
{
	struct stat status;

	if (choices->check_count == 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
		return true;
	print_message("socktrace: %s: is no regular file, and --check reads the trace again\n",
		choices->output);
	return false;
}

/* False when the file that was asked to be rotated cannot be. */
static bool begin_rotation(struct trace_output *output, const struct choices *choices)
{
	if (choices->rotation.size == 0)
		return true;
	output->rotation = rotation_new(choices->output, output->fd, choices->rotation);
	if (!output->rotation)
		print_message("socktrace: --rotate: %s: %s\n", choices->output,
			errno == EINVAL ? "is no regular file" : strerror(errno));
	return output->rotation != NULL;
}

bool trace_output_open(struct trace_output *output, const struct choices *choices)
{
	*output = (struct trace_output){.fd = -1, .consumer = {-1, -1}};
	if (!has_good_rules(choices))
		return false;
	/* -o - says so when it is closed. */
	if (!is_standard_output(choices))
		occupy_standard_numbers();
	if (choices->is_live || command_of(choices))
		output->fd = start_consumer(output, choices);
	else if (choices->output && (output->fd = open_named(choices)) < 0)
		print_message("socktrace: %s: %s\n", choices->output, log_file_error(errno));
	else if (!choices->output)
		output->fd = open_temporary();
	output->kind = command_of(choices)           ? LOG_COMMAND
		       : is_standard_output(choices) ? LOG_SHARED
						     : LOG_OWN;
	if (choices->output && !command_of(choices))
		output->compression = compression_of_name(choices->output);
	if (output->fd >= 0 &&
		(!can_be_checked(choices, output->fd) || !begin_rotation(output, choices))) {
		close(output->fd);
		output->fd = -1;
	}
	return output->fd >= 0;
}

static void show_trace(const struct choices *choices, int fd)
{
	fflush(NULL);
	lseek(fd, 0, SEEK_SET);
	pid_t viewer = fork();
	if (viewer == 0) {
		dup2(fd, STDIN_FILENO);
		become_viewer(choices);
	}
	wait_for(viewer);
}

static enum trace_shown check_trace(const struct choices *choices, int fd)
{
	if (!choices->output)
		lseek(fd, 0, SEEK_SET);
	switch (run_check(choices, "check", choices->output, fd)) {
	case 0:
		return TRACE_SHOWN;
	case CHECK_VIOLATED:
		return TRACE_VIOLATES;
	default:
		print_message("socktrace: the trace could not be checked\n");
		return TRACE_NOT_SHOWN;
	}
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
	print_message("socktrace: %s: ", choices->output);
	if (status == -1)
		print_message("not waited for; it may not have ended\n");
	else if (WIFSIGNALED(status))
		print_message("killed by signal %d (%s)\n", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		print_message("ended with status %d\n", WEXITSTATUS(status));
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

static void say_where(const struct trace_output *output, const char *trace)
{
	const char *name;
	int folder = named_folder(&name), stem = (int)compression_stem(trace);
	size_t older = output->rotation ? rotation_older(output->rotation) : 0;

	if (older > 0)
		print_message("socktrace: trace written to %s and %zu older %s; see it with: "
			      "%.*ssockview %.*s*\n",
			trace, older, older == 1 ? "file" : "files", folder, name, stem, trace);
	else
		print_message("socktrace: trace written to %s; see it with: %.*ssockview %s\n",
			trace, folder, name, trace);
}

static void say_how_to_keep(void)
{
	const char *name;
	int folder = named_folder(&name);

	print_message(
		"\nsocktrace: the trace is not kept; keep it with: %.*ssocktrace -o FILE ...\n",
		folder, name);
}

enum trace_shown trace_output_show(struct trace_output *output, const struct choices *choices)
{
	enum trace_shown shown = TRACE_SHOWN;

	if (command_of(choices))
		return end_command(output, choices) ? TRACE_SHOWN : TRACE_NOT_SHOWN;
	if (choices->is_live)
		wait_for_consumer(output);
	else if (choices->check_count > 0)
		shown = check_trace(choices, output->fd);
	else if (!choices->output)
		show_trace(choices, output->fd);
	if (!choices->output)
		say_how_to_keep();
	else if (!choices->is_quiet && !is_standard_output(choices))
		say_where(output, choices->output);
	return shown;
}

void trace_output_close(struct trace_output *output)
{
	if (output->consumer.trace >= 0)
		wait_for_consumer(output);
	if (output->fd >= 0)
		close(output->fd);
	rotation_free(output->rotation);
}
