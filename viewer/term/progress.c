/* SPDX-License-Identifier: MIT */
#include "viewer/term/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_NS 1000000000
#define INTERVAL_NS 100000000
#define BAR         30

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void draw(uint64_t done, uint64_t whole)
{
	static const char full[] = "##############################";
	static const char empty[] = "..............................";
	uint64_t percent = whole > 0 && done < whole ? done * 100 / whole : 100;
	int filled = (int)(percent * BAR / 100);

	if (whole > 0)
		dprintf(STDERR_FILENO, "\rsockview: reading [%.*s%.*s] %3" PRIu64 "%%", filled,
			full, BAR - filled, empty, percent);
	else
		dprintf(STDERR_FILENO, "\rsockview: reading, %" PRIu64 " MB", done / 1000000);
}

void progress_show(struct progress *progress, uint64_t done, uint64_t whole)
{
	int64_t now = now_ns();

	if (progress->began_ns == 0)
		progress->began_ns = now;
	if (now - progress->began_ns < PATIENCE_NS || now - progress->shown_ns < INTERVAL_NS ||
		!isatty(STDERR_FILENO))
		return;
	progress->shown_ns = now;
	progress->is_shown = true;
	draw(done, whole);
}

/* ECMA-48: erase the line. */
void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		dprintf(STDERR_FILENO, "\r\033[K");
}
