/* SPDX-License-Identifier: MIT */
/* socktrace: runs a program and records what it does with its sockets. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/memory.h"
#include "format/messages.h"
#include "tracer/attach.h"
#include "tracer/follow/drain.h"
#include "tracer/follow/follow.h"
#include "tracer/follow/hot_calls.h"
#include "tracer/launch.h"
#include "tracer/log/writer.h"
#include "tracer/options.h"
#include "tracer/passthrough.h"
#include "tracer/proc/machine.h"
#include "tracer/program.h"
#include "tracer/ptrace/abi.h"
#include "tracer/ptrace/limits.h"
#include "tracer/ptrace/signals.h"
#include "tracer/refusal.h"
#include "tracer/trace_loop.h"
#include "tracer/trace_output.h"

#define VIOLATED       3
#define OWN_FAILURE    125
#define NOT_EXECUTABLE 126
#define NOT_FOUND      127
#define KILLED         128 /* plus the signal's number, as in shells */
#define QUEUE_BYTES    (4 << 20)

static void report_untraceable(int error)
{
	struct refusal refusal = refusal_of(0, error);
	char why[300];

	refusal_explain(&refusal, why, sizeof(why));
	print_message("socktrace: cannot trace a process: %s\n", why);
}

/* Says why the program never ran. */
static int report_launch(const struct launch_result *result, const char *program)
{
	char why[2 * PATH_MAX];

	switch (result->stage) {
	case LAUNCH_FILTER:
		print_message(
			"socktrace: the kernel refused the seccomp filter: %s (--detach-on-exit "
			"traces without one)\n",
			strerror(result->error));
		return OWN_FAILURE;
	case LAUNCH_EXEC:
		if (!program_explain(program, result->error, why, sizeof(why))) {
			print_message("socktrace: %s: not found\n", program);
			return NOT_FOUND;
		}
		print_message("socktrace: %s: %s\n", program, why);
		return NOT_EXECUTABLE;
	}
	return OWN_FAILURE;
}

/* Where there is no memory for what is traced, the stops are answered all the same. */
static void loop(struct tracer *tracer)
{
	jmp_buf out_of_memory;

	if (setjmp(out_of_memory) == 0)
		memory_escape(&out_of_memory);
	else
		passthrough_begin(tracer);
	if (!tracer->is_passing_through || !tracer->settings.is_attached)
		trace_loop(tracer);
	memory_escape(NULL);
}

/* Traces until everything has ended. Returns the errno of a log that could not be written. */
static int trace(struct tracer *tracer, struct writer *writer)
{
	loop(tracer);
	key_log_close(tracer->keys);
	int error = writer_finish(writer);
	/* The structures may be in any state where memory ran out: nothing is freed. */
	if (tracer->is_passing_through)
		return ENOMEM;
	log_free(&tracer->log);
	sockets_free(&tracer->sockets);
	tcp_diag_close(&tracer->tcp_diag);
	rings_free(&tracer->rings);
	filters_free(&tracer->coverage.filters);
	scratch_free(&tracer->scratch);
	stop_queue_free(&tracer->stops);
	drain_free(tracer);
	return error;
}

static int run_program(struct tracer *tracer, const struct choices *choices, struct writer *writer,
	struct trace_output *output)
{
	const struct stop *end = &tracer->program.end;
	struct launch launch;
	const struct sock_fprog *filter = NULL;

	if (!tracer->settings.is_unfiltered)
		filter = tracer->settings.stops_at_all ? filter_all(&tracer->coverage.filters)
						       : filter_launch(&tracer->coverage.filters);
	if (choices->wants_keys && !(tracer->keys = key_log_open()))
		return OWN_FAILURE;
	if ((!filter && !tracer->settings.is_unfiltered) ||
		!launch_start(&launch, choices->command, key_log_path(tracer->keys), filter)) {
		report_untraceable(errno);
		key_log_close(tracer->keys);
		return OWN_FAILURE;
	}
	limits_raise();
	signals_install(launch.pid);
	follow_launch(tracer, launch.pid);
	int error = trace(tracer, writer);
	struct launch_result result = launch_result(&launch);
	if (result.stage != LAUNCH_GOOD)
		return report_launch(&result, choices->command[0]);
	enum trace_shown shown = trace_output_show(output, choices);
	if (end->signal)
		signals_die_of(end->signal);
	if (error || shown == TRACE_NOT_SHOWN)
		return OWN_FAILURE;
	/* The signal does not end socktrace where it is the first process of a PID namespace:
	 * pid_namespaces(7). */
	int status = end->signal ? KILLED + end->signal : end->exit_code;
	return status == 0 && shown == TRACE_VIOLATES ? VIOLATED : status;
}

static int run_attached(struct tracer *tracer, const struct choices *choices, struct writer *writer,
	struct trace_output *output)
{
	limits_raise();
	signals_install_attached();
	if (!attach_start(tracer, choices->pids, choices->pid_count))
		return OWN_FAILURE;
	if (!choices->is_quiet)
		tracer->settings.left_running =
			choices->pid_count == 1 ? "the process" : "the processes";
	int error = trace(tracer, writer);
	enum trace_shown shown = trace_output_show(output, choices);
	if (error || shown == TRACE_NOT_SHOWN)
		return OWN_FAILURE;
	return shown == TRACE_VIOLATES ? VIOLATED : 0;
}

static int run(const struct choices *choices, struct trace_output *output)
{
	bool is_attached = choices->pid_count > 0;
	struct tracer tracer = {
		.settings = {.recorded = &choices->recorded,
			.command = is_attached ? NULL : choices->command,
			.payload = choices->payload,
			.is_attached = is_attached,
			.is_unfiltered = is_attached || choices->detaches_on_exit,
			.detaches_on_exit = choices->detaches_on_exit,
			.no_follow = choices->no_follow,
			.stops_at_all = choices->stops_at_all,
			.has_recorder = !choices->has_no_recorder},
		.stop = {.kind = STOP_NOTHING},
	};

	/* A process that runs on without socktrace must not stay pinned, even when socktrace is
	 * killed. */
	tracer.affinity.ticks = &tracer.ticks;
	tracer.coverage.stops = &tracer.stops;
	tracer.coverage.tracees = &tracer.tracees;
	tracer.coverage.log = &tracer.log;
	tracer.affinity.is_free = choices->is_affinity_free || tracer.settings.is_unfiltered;
	abi_begin();
	hot_calls_begin(&tracer);
	log_begin(&tracer.log, QUEUE_BYTES);
	tracer.log.asks_tcp = !choices->has_no_tcp_info;
	tracer.log.has_recorder = tracer.settings.has_recorder;
	tsc_begin(&tracer.recorder.clock, tsc_now(), log_now(&tracer.log));
	tracer.log.has_keys = choices->wants_keys;
	tracer.log.follows_nobody = choices->no_follow;
	struct writer *writer = writer_start(tracer.log.queue, output->fd, output->kind,
		output->compression, choices->redaction, output->rotation);
	if (!writer) {
		print_message("socktrace: cannot start a thread: %s\n", strerror(errno));
		return OWN_FAILURE;
	}
	return is_attached ? run_attached(&tracer, choices, writer, output)
			   : run_program(&tracer, choices, writer, output);
}

/* socktrace needs no privilege of its own: the kernel decides what its user may trace,
 * ptrace(2). */
static bool is_set_id(void)
{
	if (geteuid() == getuid() && getegid() == getgid())
		return false;
	print_message(
		"socktrace: is set-user-ID or set-group-ID, and needs no privilege: remove that "
		"with chmod ug-s\n");
	return true;
}

static bool can_see_processes(void)
{
	if (machine_has_proc())
		return true;
	print_message("socktrace: /proc is not mounted, or shows another PID namespace: the "
		      "processes could not be identified\n");
	return false;
}

int main(int argc, char **argv)
{
	messages_begin();
	if (is_set_id())
		return OWN_FAILURE;
	struct choices choices;
	enum command_answer answer = options_parse(&choices, argc, argv);
	struct trace_output output;
	int status = answer == COMMAND_DONE ? 0 : OWN_FAILURE;

	if (answer == COMMAND_GOOD && can_see_processes() && trace_output_open(&output, &choices)) {
		status = run(&choices, &output);
		trace_output_close(&output);
	}
	free(choices.pids);
	free(choices.checks);
	redaction_free(choices.redaction);
	return status;
}
