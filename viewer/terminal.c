#include "viewer/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define MAX_WIDTH     10000

size_t terminal_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	long width = columns ? strtol(columns, NULL, 10) : 0;
	return width > 0 && width <= MAX_WIDTH ? (size_t)width : DEFAULT_WIDTH;
}

bool terminal_has_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno == EPIPE;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
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

/* Returns false when the pager could not be used, and nothing was shown. */
static bool show_in_pager(const char *pager, const char *bytes, size_t length)
{
	int ends[2], status;

	if (pipe(ends) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[1]);
		exec_pager(pager, ends[0]);
	}
	close(ends[0]);
	if (pid > 0)
		write_all(ends[1], bytes, length);
	close(ends[1]);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* The shell's word for a command that is not there or cannot be run. */
	return !(WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126));
}

bool terminal_show(const char *bytes, size_t length, bool wants_pager)
{
	const char *pager = getenv("PAGER");

	signal(SIGPIPE, SIG_IGN);
	if (!pager)
		pager = "less 2>/dev/null";
	if (wants_pager && isatty(STDOUT_FILENO) && *pager && strcmp(pager, "cat") != 0 &&
		show_in_pager(pager, bytes, length))
		return true;
	return write_all(STDOUT_FILENO, bytes, length);
}
