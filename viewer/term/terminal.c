/* SPDX-License-Identifier: MIT */
#include "viewer/term/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define MAX_WIDTH     10000

bool terminal_is_there(void)
{
	return isatty(STDOUT_FILENO);
}

size_t terminal_width(void)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	long width = columns ? strtol(columns, NULL, 10) : 0;
	return width > 0 && width <= MAX_WIDTH ? (size_t)width : DEFAULT_WIDTH;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value && strcmp(value, "0") != 0;
}

static bool is_zero(const char *name)
{
	const char *value = getenv(name);

	return value && strcmp(value, "0") == 0;
}

bool terminal_has_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (no_color && *no_color)
		return false;
	if (is_set("CLICOLOR_FORCE"))
		return true;
	return !is_zero("CLICOLOR") && terminal_is_there() && term && strcmp(term, "dumb") != 0;
}
