/* SPDX-License-Identifier: MIT */
#include "tracer/refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tracer/proc/executable.h"
#include "tracer/proc/machine.h"
#include "tracer/proc/status.h"
#include "tracer/ptrace/tracee.h"

static void ask_process(struct refusal *refusal, pid_t pid)
{
	bool exists = kill(pid, 0) == 0 || errno == EPERM;
	long uid = status_number(pid, "Uid");
	const struct passwd *owner = uid >= 0 ? getpwuid((uid_t)uid) : NULL;

	refusal->is_hidden = exists && uid < 0;
	refusal->is_gone = !exists || (uid >= 0 && status_has_ended(pid));
	refusal->is_our_tracer = status_is_traced_by(getpid(), pid);
	refusal->is_kernel = status_is_kernel_thread(pid);
	refusal->is_ours = uid == (long)geteuid();
	snprintf(refusal->owner, sizeof(refusal->owner), "%s",
		owner ? owner->pw_name : "another user");
}

struct refusal refusal_of(pid_t pid, int error)
{
	struct refusal refusal = {.error = error,
		.is_filtered = tracee_is_forbidden(),
		.is_capable = status_has_capability(getpid(), CAP_SYS_PTRACE),
		.is_root = geteuid() == 0,
		.is_nested = machine_is_in_user_namespace(),
		.is_undumpable = prctl(PR_GET_DUMPABLE) != 1,
		.ptrace_scope = machine_ptrace_scope(),
		.is_launched = pid == 0};

	machine_hidepid(refusal.hidepid, sizeof(refusal.hidepid));
	if (pid != 0)
		ask_process(&refusal, pid);
	/* A process has one tracer: what socktrace starts while it is traced itself has one
	 * already. */
	refusal.tracer = status_number(pid ? pid : getpid(), "TracerPid");
	if (refusal.tracer > 0)
		executable_name(
			(pid_t)refusal.tracer, refusal.tracer_name, sizeof(refusal.tracer_name));
	return refusal;
}

/* How to come to what root has outside of containers. */
static const char *way_to_root(const struct refusal *refusal)
{
	if (!refusal->is_root)
		return "run socktrace as root";
	return refusal->is_nested ? "run socktrace as root outside of this user namespace"
				  : "give the container CAP_SYS_PTRACE (docker run "
				    "--cap-add=SYS_PTRACE)";
}

/* True when Yama has refused. Another user's process is refused without it, too. */
static bool is_yama(const struct refusal *refusal)
{
	if (refusal->is_capable || refusal->ptrace_scope >= 3)
		return refusal->ptrace_scope >= 3;
	return refusal->ptrace_scope == 2 ||
	       (refusal->ptrace_scope == 1 && !refusal->is_launched && refusal->is_ours);
}

static void explain_scope(const struct refusal *refusal, char *words, size_t size)
{
	int scope = refusal->ptrace_scope;
	int length = snprintf(
		words, size, "not permitted: kernel.yama.ptrace_scope is %d, which ", scope);

	if (scope >= 3)
		snprintf(words + length, size - (size_t)length, "allows no tracing until reboot");
	else if (scope == 2)
		snprintf(words + length, size - (size_t)length,
			"lets only root trace; %s, or sysctl kernel.yama.ptrace_scope=1",
			way_to_root(refusal));
	else
		snprintf(words + length, size - (size_t)length,
			"lets only root attach to what it has not started; %s, or start the "
			"program with it",
			way_to_root(refusal));
}

static void explain_hidden(const struct refusal *refusal, char *words, size_t size)
{
	if (*refusal->hidepid)
		snprintf(words, size,
			"not permitted: /proc is mounted with hidepid=%s and hides it; %s",
			refusal->hidepid, way_to_root(refusal));
	else
		snprintf(words, size, "not permitted: /proc does not show it; %s",
			way_to_root(refusal));
}

/* Of what has been asked for, the first that is enough of a reason. */
void refusal_explain(const struct refusal *refusal, char *words, size_t size)
{
	bool is_attached = !refusal->is_launched;

	if (is_attached && (refusal->is_gone || (refusal->error == ESRCH && !refusal->is_hidden)))
		snprintf(words, size, "%s",
			refusal->error == ESRCH ? "no such process" : "it has ended");
	else if (is_attached && refusal->is_our_tracer)
		snprintf(words, size,
			"it traces socktrace itself, and each of the two would wait for the other");
	else if (refusal->is_filtered)
		snprintf(words, size,
			"not permitted: a seccomp filter forbids ptrace(2), as those of containers "
			"do: docker run --cap-add=SYS_PTRACE, or --security-opt "
			"seccomp=unconfined");
	else if (refusal->error != EPERM && refusal->error != EACCES && refusal->error != ESRCH)
		snprintf(words, size, "%s", strerror(refusal->error));
	else if (is_attached && refusal->is_hidden)
		explain_hidden(refusal, words, size);
	else if (refusal->tracer > 0)
		snprintf(words, size, "%salready traced by %s, process %ld",
			is_attached ? "" : "what is started here is ", refusal->tracer_name,
			refusal->tracer);
	else if (is_attached && refusal->is_kernel)
		snprintf(words, size, "not permitted: it is a part of the kernel");
	else if (is_yama(refusal))
		explain_scope(refusal, words, size);
	else if (refusal->is_launched && refusal->is_undumpable)
		snprintf(words, size,
			"not permitted: socktrace's file may be executed, but not be read, and so "
			"may not what it starts: chmod +r");
	else if (is_attached && !refusal->is_capable && !refusal->is_ours)
		snprintf(words, size, "not permitted: it belongs to %s; %s%s", refusal->owner,
			refusal->is_root ? "" : "run socktrace as that user or as root",
			refusal->is_root ? way_to_root(refusal) : "");
	else if (is_attached && (!refusal->is_capable || refusal->is_nested))
		snprintf(words, size, "not permitted: it is protected, or has changed its user; %s",
			way_to_root(refusal));
	else
		snprintf(words, size,
			"not permitted: a security module may forbid it (SELinux: setsebool "
			"deny_ptrace off)");
}
