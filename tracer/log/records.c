/* SPDX-License-Identifier: MIT */
#include "tracer/log/records.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "format/version.h"
#include "tracer/decode/decode_address.h"
#include "tracer/decode/decode_option.h"
#include "tracer/proc/executable.h"
#include "tracer/proc/socket_info.h"
#include "tracer/table/constants.h"

static struct json_writer *begin(struct trace_log *log, const char *type)
{
	struct json_writer *line = &log->line;

	line->length = 0;
	line->needs_comma = false;
	json_object_begin(line, NULL);
	json_text(line, "type", type);
	return line;
}

static struct json_writer *begin_now(struct trace_log *log, const char *type)
{
	struct json_writer *w = begin(log, type);

	json_number(w, "time_ns", log_now(log));
	return w;
}

static void end(struct trace_log *log)
{
	json_object_end(&log->line);
	json_line_end(&log->line);
	log_line(log);
}

/* The line is about the process, whose records may be suppressed. */
static void end_of(struct trace_log *log, const struct traced_process *process)
{
	json_object_end(&log->line);
	json_line_end(&log->line);
	if (!process->is_suppressed)
		log_line(log);
}

static void started(struct json_writer *w)
{
	char text[80], date[40];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, sizeof(text), "%s.%09ldZ", date, now.tv_nsec);
	json_text(w, "started", text);
}

static void command_words(struct json_writer *w, pid_t tid)
{
	char words[4096];
	size_t length = executable_command(tid, words, sizeof(words));

	json_array_begin(w, "command");
	for (size_t at = 0; at < length;) {
		size_t word = strnlen(words + at, length - at);
		json_text_n(w, NULL, words + at, word);
		at += word + 1;
	}
	json_array_end(w);
}

static void command_to_launch(struct json_writer *w, char *const *command)
{
	json_array_begin(w, "command");
	for (; *command; command++)
		json_text(w, NULL, *command);
	json_array_end(w);
}

void record_trace_begin(struct trace_log *log, char *const *command, pid_t attached, size_t payload)
{
	struct json_writer *w = begin(log, "trace");
	struct utsname host;

	uname(&host);
	json_number(w, "version", TRACE_FORMAT_VERSION);
	json_text(w, "tracer", "socktrace " SOCKLINE_VERSION);
	if (command)
		command_to_launch(w, command);
	else
		command_words(w, attached);
	started(w);
	json_text(w, "host", host.nodename);
	json_text(w, "kernel", host.release);
	json_text(w, "machine", host.machine);
	json_object_begin(w, "options");
	json_unsigned(w, "payload", payload);
	json_object_end(w);
	end(log);
}

static void ending(struct json_writer *w, const struct stop *stop)
{
	char text[32];

	if (stop->signal == 0) {
		json_number(w, "exit_code", stop->exit_code);
		return;
	}
	const char *name = sigabbrev_np(stop->signal);
	if (name)
		snprintf(text, sizeof(text), "SIG%s", name);
	else
		snprintf(text, sizeof(text), "SIGRTMIN+%d", stop->signal - SIGRTMIN);
	json_text(w, "signal", text);
}

/* The processes that go on without a tracer. */
static void write_detached(struct json_writer *w, const struct tracees *tracees)
{
	const struct thread *thread;
	size_t at = 0;

	json_array_begin(w, "detached");
	while ((thread = tracees_next(tracees, &at))) {
		if (!thread->process || thread->process->is_announced)
			continue;
		json_number(w, NULL, thread->process->pid);
		thread->process->is_announced = true;
	}
	json_array_end(w);
}

void record_trace_end(
	struct trace_log *log, const struct stop *program_end, const struct tracees *detached)
{
	struct json_writer *w = begin_now(log, "end");

	json_unsigned(w, "calls", log->last_seq);
	if (program_end)
		ending(w, program_end);
	if (detached)
		write_detached(w, detached);
	end(log);
}

static struct json_writer *begin_process(
	struct trace_log *log, const char *event, const struct traced_process *process)
{
	struct json_writer *w = begin_now(log, "process");

	json_text(w, "event", event);
	json_number(w, "pid", process->pid);
	return w;
}

void record_program(
	struct trace_log *log, const struct thread *thread, const char *event, pid_t parent)
{
	struct json_writer *w = begin_process(log, event, thread->process);
	char name[64];

	if (parent)
		json_number(w, "parent", parent);
	executable_name(thread->tid, name, sizeof(name));
	json_text(w, "program", name);
	command_words(w, thread->tid);
	end_of(log, thread->process);
}

void record_fork(struct trace_log *log, const struct traced_process *process, pid_t parent)
{
	struct json_writer *w = begin_process(log, "fork", process);
	char name[64];

	json_number(w, "parent", parent);
	executable_name(process->pid, name, sizeof(name));
	json_text(w, "program", name);
	end_of(log, process);
}

void record_exit(
	struct trace_log *log, const struct traced_process *process, const struct stop *stop)
{
	ending(begin_process(log, "exit", process), stop);
	end_of(log, process);
}

static struct json_writer *begin_descriptor(struct trace_log *log, const char *event,
	const char *reason, pid_t pid, int fd, uint64_t descriptor, uint64_t socket)
{
	struct json_writer *w = begin_now(log, "descriptor");

	json_text(w, "event", event);
	json_text(w, "reason", reason);
	json_number(w, "pid", pid);
	json_number(w, "fd", fd);
	json_unsigned(w, "descriptor", descriptor);
	json_unsigned(w, "socket", socket);
	return w;
}

/* Writes what no call of the trace has said of the socket. */
static void describe_socket(struct trace_log *log, const struct thread *thread, int fd,
	struct socket_identity *identity)
{
	struct json_writer *w = &log->line;
	struct socket_info socket;

	if (identity->is_announced || thread->process->is_suppressed)
		return;
	identity->is_announced = identity->has_address = true;
	if (!socket_info_get(thread->process->pid, thread->tid, fd, &socket))
		return;
	constant_write(w, "family", constants_families, socket.family);
	constant_write(w, "socket_type", constants_types, socket.type);
	decode_protocol(w, "protocol", socket.family, socket.protocol);
	if (socket.state >= 0)
		constant_write(w, "state", constants_tcp_states, socket.state);
	decode_address(w, "local", (unsigned char *)&socket.local, socket.local_length);
	decode_address(w, "peer", (unsigned char *)&socket.peer, socket.peer_length);
}

void record_inherit(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason, const struct descriptor_source *from)
{
	struct json_writer *w = begin_descriptor(log, "inherit", reason, thread->process->pid, fd,
		descriptor.id, descriptor.socket->id);

	if (from) {
		json_object_begin(w, "from");
		json_number(w, "pid", from->pid);
		json_unsigned(w, "descriptor", from->descriptor);
		json_object_end(w);
	}
	describe_socket(log, thread, fd, descriptor.socket);
	end_of(log, thread->process);
}

void record_receive(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason)
{
	begin_descriptor(log, "receive", reason, thread->process->pid, fd, descriptor.id,
		descriptor.socket->id);
	describe_socket(log, thread, fd, descriptor.socket);
	end_of(log, thread->process);
}

void record_close(struct trace_log *log, const struct traced_process *process, int fd,
	uint64_t descriptor, uint64_t socket, const char *reason)
{
	begin_descriptor(log, "close", reason, process->pid, fd, descriptor, socket);
	end_of(log, process);
}

void record_warning(struct trace_log *log, const struct traced_process *process, const char *code,
	const char *message)
{
	struct json_writer *w = begin_now(log, "warning");

	json_text(w, "code", code);
	json_number(w, "pid", process->pid);
	json_text(w, "message", message);
	end_of(log, process);
}

void record_hidden(struct trace_log *log, const struct traced_process *process)
{
	record_warning(log, process, "hidden",
		"the process does not let an ordinary user look into it (PR_SET_DUMPABLE, or a "
		"program that cannot be read): what its calls point to is not in the trace, nor "
		"are all of its descriptors");
}
