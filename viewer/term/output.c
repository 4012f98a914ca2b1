/* SPDX-License-Identifier: MIT */
#include "viewer/term/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/compression.h"
#include "format/log_file.h"
#include "format/memory.h"

struct output {
	const char *name;  /* borrowed */
	const char *pager; /* borrowed; NULL: none */
	int fd;            /* -1: not opened yet */
	pid_t child;       /* the pager's; 0: none */
	bool is_full;      /* the reader has gone */
	char *first;       /* owned: what was written first, should the pager turn out not to run */
	size_t first_length;
	int error;
	struct compressor *compressor; /* owned; NULL: nothing is compressed */
	char *frame;                   /* owned: what will be compressed next */
	size_t frame_length;
};

static const char *wanted_pager(void)
{
	const char *pager = getenv("PAGER");

	if (!isatty(STDOUT_FILENO))
		return NULL;
	if (!pager)
		return "less 2>/dev/null";
	return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

struct output *output_new(const char *name, bool wants_pager)
{
	struct output *output = xcalloc(1, sizeof(*output));

	signal(SIGPIPE, SIG_IGN);
	output->name = name;
	output->fd = -1;
	output->pager = !name && wants_pager ? wanted_pager() : NULL;
	output->compressor = name ? compressor_new(compression_of_name(name)) : NULL;
	if (output->compressor)
		output->frame = xrealloc(NULL, COMPRESSION_FRAME_BYTES);
	return output;
}

/* Colours as they are, stay if it is less than a screen, do not clear the screen: as git does. */
static void exec_pager(const char *pager, int from)
{
	dup2(from, STDIN_FILENO);
	setenv("LESS", "FRX", 0);
	setenv("LESSCHARSET", "utf-8", 0);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(127);
}

static void open_pager(struct output *output)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	output->child = fork();
	if (output->child == 0)
		exec_pager(output->pager, ends[0]);
	close(ends[0]);
	if (output->child > 0) {
		output->fd = ends[1];
		return;
	}
	close(ends[1]);
	output->child = 0;
}

static void open_it(struct output *output)
{
	if (output->name)
		output->fd = log_file_open(output->name);
	else if (output->pager)
		open_pager(output);
	if (output->fd < 0 && !output->name)
		output->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (output->fd < 0)
		output->error = errno;
}

/* True when the pager could not be run: the shell's word for that is its status. */
static bool has_no_pager(struct output *output)
{
	int status = 0;

	if (output->child == 0)
		return false;
	while (waitpid(output->child, &status, 0) < 0 && errno == EINTR)
		;
	output->child = 0;
	return WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		/* Who else has the terminal or the pipe may have made it one that does not block.
		 */
		if (written < 0 && errno == EAGAIN)
			poll(&(struct pollfd){fd, POLLOUT, 0}, 1, -1);
		if (written < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* The rest, which the pager did not read. */
static bool write_directly(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	output->pager = NULL;
	output->fd = -1;
	open_it(output);
	return output->error == 0 && write_all(output->fd, output->first, output->first_length);
}

static void keep_first(struct output *output, const char *bytes, size_t length)
{
	if (output->first || output->child == 0)
		return;
	output->first = xrealloc(NULL, length);
	memcpy(output->first, bytes, length);
	output->first_length = length;
}

static bool write_frame(struct output *output)
{
	size_t length = output->frame_length;
	const char *frame = compressor_frame(output->compressor, output->frame, &length);

	output->frame_length = 0;
	if (write_all(output->fd, frame, length))
		return true;
	output->is_full = errno == EPIPE;
	output->error = errno == EPIPE ? 0 : errno;
	return false;
}

static bool write_compressed(struct output *output, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t room = COMPRESSION_FRAME_BYTES - output->frame_length;
		size_t part = length < room ? length : room;
		memcpy(output->frame + output->frame_length, bytes, part);
		output->frame_length += part;
		bytes += part;
		length -= part;
		if (output->frame_length == COMPRESSION_FRAME_BYTES && !write_frame(output))
			return false;
	}
	return true;
}

bool output_write(void *context, const char *bytes, size_t length)
{
	struct output *output = context;
	bool is_first = !output->first;

	if (output->fd < 0 && output->error == 0)
		open_it(output);
	if (!output_is_wanted(output))
		return false;
	if (output->compressor)
		return write_compressed(output, bytes, length);
	keep_first(output, bytes, length);
	if (write_all(output->fd, bytes, length))
		return true;
	int problem = errno;
	if (problem == EPIPE && is_first && has_no_pager(output))
		return write_directly(output);
	output->is_full = problem == EPIPE;
	output->error = problem == EPIPE ? 0 : problem;
	return false;
}

bool output_is_wanted(const struct output *output)
{
	return output->error == 0 && !output->is_full;
}

int output_finish(struct output *output)
{
	if (output->frame_length > 0 && output_is_wanted(output))
		write_frame(output);
	int error = output->error;

	if (output->fd >= 0 && close(output->fd) != 0 && error == 0)
		error = errno;
	output->fd = -1;
	if (has_no_pager(output) && write_directly(output))
		close(output->fd);
	free(output->first);
	free(output->frame);
	compressor_free(output->compressor);
	free(output);
	return error;
}
