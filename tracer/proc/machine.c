/* SPDX-License-Identifier: MIT */
#include "tracer/proc/machine.h"

#include <mntent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tracer/proc/file.h"

bool machine_has_proc(void)
{
	char target[32];
	ssize_t length = readlink("/proc/self", target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	return strtol(target, NULL, 10) == getpid();
}

int machine_ptrace_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &scope) != 1)
		scope = 0;
	fclose(file);
	return scope;
}

void machine_hidepid(char *value, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	const char *option;

	*value = '\0';
	while (mounts && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_dir, "/proc") == 0) {
			/* The last one covers the others. */
			option = hasmntopt(mount, "hidepid");
			option = option ? strchr(option, '=') : NULL;
			snprintf(value, size, "%.*s", option ? (int)strcspn(option + 1, ",") : 0,
				option ? option + 1 : "");
		}
	if (mounts)
		endmntent(mounts);
}

bool machine_is_in_user_namespace(void)
{
	unsigned long long inside, outside, count;
	char text[256];
	size_t length = file_read(getpid(), "uid_map", text, sizeof(text) - 1);

	text[length] = '\0';
	return sscanf(text, "%llu %llu %llu", &inside, &outside, &count) == 3 && count < UINT32_MAX;
}
