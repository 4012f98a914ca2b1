/* SPDX-License-Identifier: MIT */
#include "tracer/proc/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/proc/file.h"

/* Copies what stands behind the field of /proc/TID/status. */
static bool read_field(pid_t tid, const char *field, char *value, size_t size)
{
	char text[4096], pattern[32];
	size_t length = file_read(tid, "status", text, sizeof(text) - 1);

	text[length] = '\0';
	snprintf(pattern, sizeof(pattern), "\n%s:", field);
	const char *at = strstr(text, pattern);
	if (at)
		snprintf(value, size, "%s", at + strlen(pattern));
	return at != NULL;
}

long status_number(pid_t tid, const char *field)
{
	char value[32];

	return read_field(tid, field, value, sizeof(value)) ? strtol(value, NULL, 10) : -1;
}

bool status_has_ended(pid_t tid)
{
	char value[32];

	return !read_field(tid, "State", value, sizeof(value)) || strchr("ZX", value[1]);
}

bool status_is_uninterruptible(pid_t tid)
{
	char value[32];

	return read_field(tid, "State", value, sizeof(value)) && value[1] == 'D';
}

#define KERNEL_THREAD 0x00200000

bool status_is_kernel_thread(pid_t pid)
{
	unsigned long flags;
	char text[512];
	size_t length = file_read(pid, "stat", text, sizeof(text) - 1);

	text[length] = '\0';
	/* The name, in parentheses, may be anything. */
	const char *end = strrchr(text, ')');
	return end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 &&
	       flags & KERNEL_THREAD;
}

bool status_is_nested(pid_t tid)
{
	char value[64], *end;

	if (!read_field(tid, "NSpid", value, sizeof(value)))
		return false;
	strtol(value, &end, 10);
	return *end == '\t';
}

bool status_catches(pid_t tid, int signal)
{
	char value[32];

	return read_field(tid, "SigCgt", value, sizeof(value)) &&
	       (strtoull(value, NULL, 16) >> (signal - 1) & 1);
}

bool status_has_capability(pid_t tid, int capability)
{
	char value[32];

	return read_field(tid, "CapEff", value, sizeof(value)) &&
	       (strtoull(value, NULL, 16) >> capability & 1);
}

uint64_t status_delay_ns(pid_t tid)
{
	char text[64];
	size_t length = file_read(tid, "schedstat", text, sizeof(text) - 1);
	char *end = text;

	text[length] = '\0';
	strtoull(text, &end, 10); /* how long it has run */
	return strtoull(end, NULL, 10);
}
