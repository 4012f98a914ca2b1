/* SPDX-License-Identifier: MIT */
#include "tracer/proc/status.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "tracer/proc/file.h"
#include "tracer/ptrace/stop.h"
#include "tracer/ptrace/tracee_memory.h"

/* So many are gone through, one traced by the next, while they may change. */
#define TRACERS 100

#define STATUS_SIZE 4096

static bool read_status(pid_t tid, char text[STATUS_SIZE])
{
	size_t length = file_read(tid, "status", text, STATUS_SIZE - 1);

	text[length] = '\0';
	return length > 0;
}

/* Copies what stands behind the field of the text. */
static bool find_field(const char *text, const char *field, char *value, size_t size)
{
	char pattern[32];

	snprintf(pattern, sizeof(pattern), "\n%s:", field);
	const char *at = strstr(text, pattern);
	if (at)
		snprintf(value, size, "%s", at + strlen(pattern));
	return at != NULL;
}

/* The same of /proc/TID/status. */
static bool read_field(pid_t tid, const char *field, char *value, size_t size)
{
	char text[STATUS_SIZE];

	return read_status(tid, text) && find_field(text, field, value, size);
}

long status_number(pid_t tid, const char *field)
{
	char value[32];

	return read_field(tid, field, value, sizeof(value)) ? strtol(value, NULL, 10) : -1;
}

long status_user(pid_t tid)
{
	char value[64];
	long user;

	return read_field(tid, "Uid", value, sizeof(value)) && sscanf(value, "%*d %ld", &user) == 1
		       ? user
		       : -1;
}

bool status_is_traced_by(pid_t tid, pid_t pid)
{
	long tracer = status_number(tid, "TracerPid");

	for (int i = 0; i < TRACERS && tracer > 0; i++) {
		if (status_number((pid_t)tracer, "Tgid") == pid)
			return true;
		tracer = status_number((pid_t)tracer, "TracerPid");
	}
	return false;
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

/* The calls that wait for such a child, in 64-bit and in 32-bit programs:
 * arch/x86/entry/syscalls/syscall_32.tbl. */
static const long waits_for_child[2][3] = {{SYS_vfork, SYS_clone, SYS_clone3}, {190, 120, 435}};

bool status_is_in_vfork(pid_t tid)
{
	unsigned char instruction[2];
	uint64_t address;
	char text[256];
	long number;
	size_t length = file_read(tid, "syscall", text, sizeof(text) - 1);

	text[length] = '\0';
	if (sscanf(text, "%ld %*x %*x %*x %*x %*x %*x %*x %" SCNx64, &number, &address) != 2 ||
		memory_read(tid, address - sizeof(instruction), instruction, sizeof(instruction)) !=
			sizeof(instruction))
		return false;
	bool is_compat = instruction[0] == 0xcd && instruction[1] == 0x80; /* int 0x80 */
	for (size_t i = 0; i < sizeof(waits_for_child[0]) / sizeof(long); i++)
		if (waits_for_child[is_compat][i] == number)
			return status_is_uninterruptible(tid);
	return false;
}

bool status_is_in_poll(pid_t tid)
{
	static const char *const functions[] = {
		"poll_schedule_timeout", "do_poll", "do_sys_poll", "do_restart_poll"};
	char text[64];
	size_t length = file_read(tid, "wchan", text, sizeof(text) - 1);

	text[length] = '\0';
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strncmp(text, functions[i], strlen(functions[i])) == 0)
			return true;
	return false;
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

static uint64_t bit(int signal)
{
	return UINT64_C(1) << (signal - 1);
}

static uint64_t set_of(const char *text, const char *field)
{
	char value[32] = "";

	find_field(text, field, value, sizeof(value));
	return strtoull(value, NULL, 16);
}

bool status_catches(pid_t tid, int signal)
{
	char text[STATUS_SIZE];

	return read_status(tid, text) && set_of(text, "SigCgt") & bit(signal);
}

bool status_signals(pid_t tid, struct status_signals *signals)
{
	const uint64_t by_default = bit(SIGCHLD) | bit(SIGCONT) | bit(SIGURG) | bit(SIGWINCH);
	char text[STATUS_SIZE];

	if (!read_status(tid, text))
		return false;
	signals->pending = set_of(text, "SigPnd") | set_of(text, "ShdPnd");
	signals->blocked = set_of(text, "SigBlk");
	signals->ignored = set_of(text, "SigIgn") | (by_default & ~set_of(text, "SigCgt"));
	return true;
}

bool status_ignores(pid_t tid, int signal)
{
	struct status_signals signals;

	return status_signals(tid, &signals) && signals.ignored & bit(signal);
}

bool status_is_stopped_by(pid_t tid, int signal)
{
	return stop_is_by(signal) && !status_ignores(tid, signal);
}

bool status_has_capability(pid_t tid, int capability)
{
	char value[32];

	return read_field(tid, "CapEff", value, sizeof(value)) &&
	       (strtoull(value, NULL, 16) >> capability & 1);
}

/* The 45th field behind the name. */
#define FIELDS_TO_HEAP 45

uint64_t status_heap(pid_t tid)
{
	char text[1024];
	size_t length = file_read(tid, "stat", text, sizeof(text) - 1);

	text[length] = '\0';
	const char *at = strrchr(text, ')');
	for (int i = 0; at && i < FIELDS_TO_HEAP; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

bool status_has_shadow_stack(pid_t tid)
{
	char value[64];

	return read_field(tid, "x86_Thread_features", value, sizeof(value)) &&
	       strstr(value, "shstk");
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
