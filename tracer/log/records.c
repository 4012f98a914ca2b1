/* SPDX-License-Identifier: MIT */
#include "tracer/log/records.h"

#include <linux/netlink.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "format/version.h"
#include "tracer/decode/decode.h"
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

/* The effects of which the trace leaves calls out. */
static void write_left_out(struct json_writer *w, const struct recorded_calls *recorded)
{
	bool is_left_out[EFFECT_COUNT] = {false}, is_any = false;

	for (size_t i = 0; i < syscall_count(); i++)
		if (recorded->is_left_out[i] && !syscall_row(i)->hook)
			is_left_out[syscall_row(i)->effect] = is_any = true;
	if (!is_any)
		return;
	json_array_begin(w, "left_out");
	for (int effect = 0; effect < EFFECT_COUNT; effect++)
		if (is_left_out[effect])
			json_text(w, NULL, effect_name((enum effect)effect));
	json_array_end(w);
}

static void write_payload(struct json_writer *w, const struct payload_limits *payload)
{
	json_unsigned(w, "payload", payload->bytes);
	if (payload->first_bytes == 0)
		return;
	json_object_begin(w, "payload_first");
	json_unsigned(w, "bytes", payload->first_bytes);
	json_unsigned(w, "calls", payload->first_calls);
	json_object_end(w);
}

void record_trace_begin(struct trace_log *log, char *const *command, pid_t attached,
	const struct payload_limits *payload, const struct recorded_calls *recorded)
{
	struct json_writer *w = begin(log, "trace");
	char file[PROGRAM_NAME_SIZE];
	struct utsname host;

	uname(&host);
	json_number(w, "version", TRACE_FORMAT_VERSION);
	json_text(w, "tracer", "socktrace " SOCKLINE_VERSION);
	if (command) {
		command_to_launch(w, command);
	} else {
		executable_file(attached, file, sizeof(file));
		command_words(w, attached);
		json_text(w, "file", file);
	}
	started(w);
	json_text(w, "host", host.nodename);
	json_text(w, "kernel", host.release);
	json_text(w, "machine", host.machine);
	json_object_begin(w, "options");
	write_payload(w, payload);
	if (log->asks_tcp)
		json_bool(w, "tcp_info", true);
	if (log->has_recorder)
		json_text(w, "recorder", "auto");
	if (log->has_keys)
		json_bool(w, "keys", true);
	if (log->follows_nobody)
		json_bool(w, "no_follow", true);
	write_left_out(w, recorded);
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

/* How many calls the threads stopped for, and how many they recorded themselves. */
static void write_recorded(struct json_writer *w, const struct trace_log *log)
{
	json_object_begin(w, "recorded");
	json_unsigned(w, "stops", log->last_seq - log->recorded_in_tracee);
	json_unsigned(w, "tracee", log->recorded_in_tracee);
	json_object_end(w);
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
	if (log->has_recorder)
		write_recorded(w, log);
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

/* The name that it has, and that of its file where it is another one. */
static void write_names(struct json_writer *w, const struct traced_process *process, pid_t tid)
{
	char name[PROGRAM_NAME_SIZE];

	executable_name(tid, name, sizeof(name));
	json_text(w, "program", name);
	if (strcmp(name, process->file) != 0)
		json_text(w, "file", process->file);
}

void record_program(
	struct trace_log *log, const struct thread *thread, const char *event, pid_t parent)
{
	struct json_writer *w = begin_process(log, event, thread->process);

	if (parent)
		json_number(w, "parent", parent);
	write_names(w, thread->process, thread->tid);
	command_words(w, thread->tid);
	end_of(log, thread->process);
}

void record_fork(struct trace_log *log, const struct traced_process *process, pid_t parent)
{
	struct json_writer *w = begin_process(log, "fork", process);

	json_number(w, "parent", parent);
	write_names(w, process, process->pid);
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

/* The kernel binds it at its first send, as ip(7) and netlink(7) say. */
static bool is_unbound(const struct socket_info *socket)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&socket->local;
	const struct sockaddr_nl *nl = (const struct sockaddr_nl *)&socket->local;

	/* sockaddr_in6 has its port where sockaddr_in has it. */
	if (socket->family == AF_INET || socket->family == AF_INET6)
		return in->sin_port == 0;
	return socket->family == AF_NETLINK && nl->nl_pid == 0;
}

/* Writes what no call of the trace has said of the socket. False when the kernel refuses a part of
 * it. */
static bool describe_socket(struct trace_log *log, const struct thread *thread, int fd,
	struct socket_identity *identity)
{
	struct json_writer *w = &log->line;
	struct socket_info socket;

	if (identity->is_announced || thread->process->is_suppressed)
		return true;
	bool is_known =
		socket_info_get(&log->tables, thread->process->pid, thread->tid, fd, &socket);
	identity->is_announced = true;
	identity->has_address = !socket.is_partial && !is_unbound(&socket);
	identity->is_internet = is_known && (socket.family == AF_INET || socket.family == AF_INET6);
	if (!is_known)
		return !socket_info_is_refused();
	identity->tcp.is_tcp = identity->is_internet && socket.protocol == IPPROTO_TCP;
	if (identity->tcp.is_tcp)
		tcp_name_set(&identity->tcp.name, &socket.local, socket.local_length,
			(const struct sockaddr *)&socket.peer, socket.peer_length);
	if (socket.family == AF_NETLINK && socket.protocol >= 0)
		identity->netlink = (uint8_t)(1 + socket.protocol);
	constant_write(w, "family", constants_families, socket.family);
	if (socket.type >= 0)
		constant_write(w, "socket_type", constants_types, socket.type);
	if (socket.protocol >= 0)
		decode_protocol(w, "protocol", socket.family, socket.protocol);
	if (socket.state >= 0)
		constant_write(w, "state", constants_tcp_states, socket.state);
	if (!is_unbound(&socket))
		decode_address(w, "local", (unsigned char *)&socket.local, socket.local_length);
	decode_address(w, "peer", (unsigned char *)&socket.peer, socket.peer_length);
	if (log->asks_tcp && socket.has_report)
		kernel_report_write(w, &socket.report);
	return !socket.is_partial || !socket_info_is_refused();
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
	bool is_whole = describe_socket(log, thread, fd, descriptor.socket);
	end_of(log, thread->process);
	if (!is_whole)
		record_refused(log, thread->process, REFUSED_SOCKETS);
}

void record_receive(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason)
{
	begin_descriptor(log, "receive", reason, thread->process->pid, fd, descriptor.id,
		descriptor.socket->id);
	bool is_whole = describe_socket(log, thread, fd, descriptor.socket);
	end_of(log, thread->process);
	if (!is_whole)
		record_refused(log, thread->process, REFUSED_SOCKETS);
}

void record_close(struct trace_log *log, const struct traced_process *process, int fd,
	uint64_t descriptor, uint64_t socket, const char *reason,
	const struct kernel_report *report)
{
	struct json_writer *w =
		begin_descriptor(log, "close", reason, process->pid, fd, descriptor, socket);

	if (report)
		kernel_report_write(w, report);
	end_of(log, process);
}

void record_state(struct trace_log *log, const struct thread *thread, int fd,
	struct held_descriptor descriptor, const char *reason, const struct kernel_report *report)
{
	kernel_report_write(begin_descriptor(log, "state", reason, thread->process->pid, fd,
				    descriptor.id, descriptor.socket->id),
		report);
	end_of(log, thread->process);
}

static void write_part(struct json_writer *w, const char *key, const struct captured_part *part)
{
	if (part)
		decode_address(w, key, part->bytes, part->length);
}

/* The address of the socket; where the kernel was not asked, what the program has given. */
static void write_address(struct json_writer *w, const char *key, const struct captured_call *call,
	enum part_kind kind)
{
	const struct captured_part *part = call_part(call, PART_OF_CALL, kind);
	int given_at = syscall_argument(call_row(call), ARGUMENT_ADDRESS);

	write_part(w, key, part || given_at < 0 ? part : call_part(call, given_at, PART_BYTES));
}

static void write_report(struct json_writer *w, const struct captured_call *call)
{
	struct kernel_report report;

	if (part_copy(call_part(call, PART_OF_CALL, PART_KERNEL), &report, sizeof(report)))
		kernel_report_write(w, &report);
}

/* A connect that fails is told as well: its socket has asked for a connection. */
static void record_changed(struct trace_log *log, const struct traced_process *process,
	const struct captured_call *call, const char *event)
{
	bool is_connect = call->effect == EFFECT_CONNECT;
	struct json_writer *w;

	if (!call->descriptor || call->is_unfinished || (call->result < 0 && !is_connect))
		return;
	w = begin_descriptor(log, event, call_row(call)->name, process->pid, call->fd,
		call->descriptor, call->socket);
	if (call->result < 0)
		decode_error(w, call->result);
	if (is_connect)
		write_part(w, "local", call_part(call, PART_OF_CALL, PART_LOCAL));
	else
		write_address(w, "local", call, PART_LOCAL);
	if (is_connect)
		write_address(w, "peer", call, PART_PEER);
	write_report(w, call);
	end_of(log, process);
}

static void record_made(struct trace_log *log, const struct traced_process *process,
	const struct captured_call *call, const char *event)
{
	const struct captured_part *part = call_part(call, PART_OF_CALL, PART_NEW);
	struct call_new made[2] = {{0}};
	struct json_writer *w;

	if (!part)
		return;
	memcpy(made, part->bytes, part->length < sizeof(made) ? part->length : sizeof(made));
	w = begin_descriptor(log, event, call_row(call)->name, process->pid, made[0].fd,
		made[0].descriptor, made[0].socket);
	if (made[1].socket)
		json_unsigned(w, "other", made[1].socket);
	write_part(w, "local", call_part(call, PART_OF_CALL, PART_LOCAL));
	write_part(w, "peer", call_part(call, PART_OF_CALL, PART_PEER));
	write_report(w, call);
	end_of(log, process);
}

void record_left_out(struct trace_log *log, const struct traced_process *process,
	const struct captured_call *call)
{
	switch ((enum effect)call->effect) {
	case EFFECT_BIND:
	case EFFECT_LISTEN:
	case EFFECT_CONNECT:
		record_changed(log, process, call, effect_name((enum effect)call->effect));
		break;
	case EFFECT_SEND:
		/* The first send has bound it. */
		if (call_part(call, PART_OF_CALL, PART_LOCAL))
			record_changed(log, process, call, "bind");
		break;
	case EFFECT_ACCEPT:
		record_made(log, process, call, "accept");
		break;
	case EFFECT_CREATE:
		if (call_row(call)->form == FORM_PAIR)
			record_made(log, process, call, "pair");
		break;
	default:
		break;
	}
}

/* The socket that it waits for, when it is one alone; what is no socket may be among the rest. */
static bool waits_for_one(const struct captured_call *call, struct call_wait *wait)
{
	const struct captured_part *part = call_part(call, PART_OF_CALL, PART_WAITS);

	return part && part->length == sizeof(*wait) && call->waits_omitted == 0 &&
	       part_copy(part, wait, sizeof(*wait));
}

void record_pending(struct trace_log *log, const struct captured_call *call)
{
	struct json_writer *w = begin(log, "pending");
	struct call_wait wait = {
		.fd = call->fd, .descriptor = call->descriptor, .socket = call->socket};

	if (!call->descriptor)
		waits_for_one(call, &wait);
	json_number(w, "time_ns", call->time_ns);
	json_number(w, "duration_ns", log_now(log) - call->time_ns);
	json_number(w, "pid", call->pid);
	json_number(w, "tid", call->tid);
	json_text(w, "call", call_row(call)->name);
	json_text(w, "effect", effect_name((enum effect)call->effect));
	if (wait.descriptor) {
		json_number(w, "fd", wait.fd);
		json_unsigned(w, "descriptor", wait.descriptor);
		json_unsigned(w, "socket", wait.socket);
	}
	end(log);
}

void record_keys(struct trace_log *log, const char *text, size_t length)
{
	struct json_writer *w = begin_now(log, "keys");

	json_text(w, "format", "nss");
	json_text_n(w, "text", text, length);
	end(log);
}

void record_warning(struct trace_log *log, const struct traced_process *process, const char *code,
	const char *message)
{
	struct json_writer *w = begin_now(log, "warning");

	json_text(w, "code", code);
	if (process)
		json_number(w, "pid", process->pid);
	json_text(w, "message", message);
	if (process)
		end_of(log, process);
	else
		end(log);
}

void record_hidden(struct trace_log *log, const struct traced_process *process)
{
	record_warning(log, process, "hidden",
		"the process does not let an ordinary user look into it (PR_SET_DUMPABLE, or a "
		"program that cannot be read): what its calls point to is not in the trace, nor "
		"are all of its descriptors");
}

void record_refused(
	struct trace_log *log, const struct traced_process *process, enum refused refused)
{
	if (log->refused & refused || process->is_suppressed)
		return;
	log->refused |= refused;
	record_warning(log, process, "refused",
		refused == REFUSED_SOCKETS
			? "the kernel refuses pidfd_getfd(2), as it does in containers: some "
			  "addresses and states of sockets are not in the trace (docker run "
			  "--cap-add=SYS_PTRACE)"
			: "the kernel refuses kcmp(2), as it does in containers: if processes that "
			  "were attached to share their descriptors, the trace does not show it "
			  "(docker run --cap-add=SYS_PTRACE)");
}
