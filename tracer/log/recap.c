/* SPDX-License-Identifier: MIT */
#include "tracer/log/recap.h"

#include <stdlib.h>
#include <string.h>

#include "format/effect.h"
#include "format/id_map.h"
#include "format/json_scan.h"
#include "format/memory.h"

/* Members whose names begin so are owned texts of JSON, or NULL. One that has ended is kept while
 * another one holds descriptors of its table: CLONE_FILES in clone(2). */
struct recap_process {
	int64_t pid, parent; /* parent 0: not known */
	uint64_t number;     /* in the order in which they began */
	char *json_program, *json_file, *json_command, *json_exit_code, *json_signal;
	size_t descriptors;
	bool has_ended;
};

struct recap_socket {
	uint64_t id;
	size_t descriptors;
	char *json_family, *json_type, *json_protocol, *json_state, *json_local, *json_peer;
	const char *direction; /* NULL: none */
	uint64_t other;        /* of a pair */
	bool is_connecting;
	uint64_t written; /* with which file it was described last */
};

struct recap_descriptor {
	uint64_t id;
	int64_t pid, fd;
	struct recap_process *process; /* NULL: the trace does not know it */
	struct recap_socket *socket;
};

struct recap {
	char *trace; /* owned: the first line without its last brace; NULL: there was none */
	size_t trace_length;
	uint64_t files; /* that were begun */
	int64_t last_seq, time_ns;
	uint64_t last_process;
	size_t connecting;                             /* so many sockets are */
	struct id_map processes, descriptors, sockets; /* owned, by pid and ids */
};

/* --- what a line says ------------------------------------------------------------------------ */

enum recap_member {
	R_TYPE,
	R_TIME_NS,
	R_EVENT,
	R_PID,
	R_PARENT,
	R_PROGRAM,
	R_FILE,
	R_COMMAND,
	R_EXIT_CODE,
	R_SIGNAL,
	R_EFFECT,
	R_FD,
	R_DESCRIPTOR,
	R_SOCKET,
	R_OTHER,
	R_ARGS,
	R_ERROR,
	R_UNFINISHED,
	R_UNSEEN,
	R_NEW,
	R_FAMILY,
	R_SOCKET_TYPE,
	R_PROTOCOL,
	R_STATE,
	R_LOCAL,
	R_PEER,
	R_ADDRESS,
	R_HOW,
	R_OPTION,
	R_VALUE,
	R_TCP,
	R_COUNT
};

static const struct json_span member_names[R_COUNT] = {
	[R_TYPE] = JSON_WORD("type"),
	[R_TIME_NS] = JSON_WORD("time_ns"),
	[R_EVENT] = JSON_WORD("event"),
	[R_PID] = JSON_WORD("pid"),
	[R_PARENT] = JSON_WORD("parent"),
	[R_PROGRAM] = JSON_WORD("program"),
	[R_FILE] = JSON_WORD("file"),
	[R_COMMAND] = JSON_WORD("command"),
	[R_EXIT_CODE] = JSON_WORD("exit_code"),
	[R_SIGNAL] = JSON_WORD("signal"),
	[R_EFFECT] = JSON_WORD("effect"),
	[R_FD] = JSON_WORD("fd"),
	[R_DESCRIPTOR] = JSON_WORD("descriptor"),
	[R_SOCKET] = JSON_WORD("socket"),
	[R_OTHER] = JSON_WORD("other"),
	[R_ARGS] = JSON_WORD("args"),
	[R_ERROR] = JSON_WORD("error"),
	[R_UNFINISHED] = JSON_WORD("unfinished"),
	[R_UNSEEN] = JSON_WORD("unseen"),
	[R_NEW] = JSON_WORD("new"),
	[R_FAMILY] = JSON_WORD("family"),
	[R_SOCKET_TYPE] = JSON_WORD("socket_type"),
	[R_PROTOCOL] = JSON_WORD("protocol"),
	[R_STATE] = JSON_WORD("state"),
	[R_LOCAL] = JSON_WORD("local"),
	[R_PEER] = JSON_WORD("peer"),
	[R_ADDRESS] = JSON_WORD("address"),
	[R_HOW] = JSON_WORD("how"),
	[R_OPTION] = JSON_WORD("option"),
	[R_VALUE] = JSON_WORD("value"),
	[R_TCP] = JSON_WORD("tcp"),
};

/* Where its members stand; text NULL: it has none of that name. */
struct recap_line {
	struct json_span members[R_COUNT];
};

static void find_members(struct recap_line *line, struct json_scan *scan)
{
	struct json_span key, value;

	*line = (struct recap_line){0};
	while (json_scan_member(scan, &key, &value))
		for (int i = 0; i < R_COUNT; i++)
			if (member_names[i].text && json_key_is(key, member_names[i])) {
				line->members[i] = value;
				break;
			}
}

/* An object that is a value of another one; nothing where it is none. */
static struct recap_line members_of(struct json_span object)
{
	struct recap_line line = {0};
	struct json_scan scan;

	if (object.text && json_scan_value_object(&scan, object))
		find_members(&line, &scan);
	return line;
}

static bool says(const struct recap_line *line, enum recap_member member, const char *word)
{
	struct json_span inside, value = line->members[member];

	return value.text && json_span_string(value, &inside) && inside.length == strlen(word) &&
	       memcmp(inside.text, word, inside.length) == 0;
}

/* 0: there is none. */
static int64_t number(const struct recap_line *line, enum recap_member member)
{
	int64_t value = 0;

	if (!line->members[member].text || !json_span_integer(line->members[member], &value))
		return 0;
	return value;
}

/* What the line does not say stays. */
static void keep(char **into, const struct recap_line *line, enum recap_member member)
{
	struct json_span value = line->members[member];

	if (!value.text)
		return;
	*into = xrealloc(*into, value.length + 1);
	memcpy(*into, value.text, value.length);
	(*into)[value.length] = '\0';
}

static void set(char **into, const char *json)
{
	free(*into);
	*into = NULL;
	*into = json ? xstrdup(json) : NULL;
}

/* --- processes ------------------------------------------------------------------------------- */

static void clear_words(struct recap_process *process)
{
	set(&process->json_program, NULL);
	set(&process->json_file, NULL);
	set(&process->json_command, NULL);
	set(&process->json_exit_code, NULL);
	set(&process->json_signal, NULL);
}

static void process_free(struct recap_process *process)
{
	clear_words(process);
	free(process);
}

static struct recap_process *process_of(const struct recap *recap, int64_t pid)
{
	return id_map_get(&recap->processes, (uint64_t)pid);
}

static void forget_when_unused(struct recap *recap, struct recap_process *process)
{
	if (!process->has_ended || process->descriptors > 0)
		return;
	id_map_remove(&recap->processes, (uint64_t)process->pid);
	process_free(process);
}

static void end_process(
	struct recap *recap, struct recap_process *process, const struct recap_line *line)
{
	process->has_ended = true;
	keep(&process->json_exit_code, line, R_EXIT_CODE);
	keep(&process->json_signal, line, R_SIGNAL);
	forget_when_unused(recap, process);
}

static void learn_process(struct recap *recap, const struct recap_line *line)
{
	int64_t pid = number(line, R_PID);
	struct recap_process *process = pid > 0 ? process_of(recap, pid) : NULL;

	if (pid <= 0)
		return;
	if (says(line, R_EVENT, "exit")) {
		if (process)
			end_process(recap, process, line);
		return;
	}
	/* Its number may be that of a process which has ended. */
	if (process && says(line, R_EVENT, "fork")) {
		clear_words(process);
		process->parent = 0;
		process->number = ++recap->last_process;
		process->has_ended = false;
	}
	if (!process) {
		process = xcalloc(1, sizeof(*process));
		process->pid = pid;
		process->number = ++recap->last_process;
		id_map_put(&recap->processes, (uint64_t)pid, process);
	}
	if (number(line, R_PARENT) > 0)
		process->parent = number(line, R_PARENT);
	keep(&process->json_program, line, R_PROGRAM);
	set(&process->json_file, NULL);
	keep(&process->json_file, line, R_FILE);
	keep(&process->json_command, line, R_COMMAND);
}

/* --- sockets --------------------------------------------------------------------------------- */

#define ESTABLISHED "\"TCP_ESTABLISHED\""

static bool is(const char *json, const char *expected)
{
	return json && strcmp(json, expected) == 0;
}

static bool has_state(const struct recap_socket *socket)
{
	return is(socket->json_type, "\"SOCK_STREAM\"") ||
	       is(socket->json_type, "\"SOCK_SEQPACKET\"");
}

static void set_state(struct recap_socket *socket, const char *state)
{
	if (has_state(socket))
		set(&socket->json_state, state);
}

static void set_connecting(struct recap *recap, struct recap_socket *socket, bool is_connecting)
{
	recap->connecting += is_connecting;
	recap->connecting -= socket->is_connecting;
	socket->is_connecting = is_connecting;
}

static void socket_free(struct recap_socket *socket)
{
	free(socket->json_family);
	free(socket->json_type);
	free(socket->json_protocol);
	free(socket->json_state);
	free(socket->json_local);
	free(socket->json_peer);
	free(socket);
}

/* NULL where no descriptor stands for it. */
static struct recap_socket *socket_of(const struct recap *recap, uint64_t id)
{
	return id > 0 ? id_map_get(&recap->sockets, id) : NULL;
}

static void forget_descriptor(struct recap *recap, uint64_t id)
{
	struct recap_descriptor *descriptor = id > 0 ? id_map_get(&recap->descriptors, id) : NULL;

	if (!descriptor)
		return;
	if (--descriptor->socket->descriptors == 0) {
		id_map_remove(&recap->sockets, descriptor->socket->id);
		set_connecting(recap, descriptor->socket, false);
		socket_free(descriptor->socket);
	}
	id_map_remove(&recap->descriptors, id);
	if (descriptor->process) {
		descriptor->process->descriptors--;
		forget_when_unused(recap, descriptor->process);
	}
	free(descriptor);
}

/* Returns its socket; NULL where the line does not say all of it. */
static struct recap_socket *begin_descriptor(
	struct recap *recap, int64_t pid, const struct recap_line *line)
{
	uint64_t id = (uint64_t)number(line, R_DESCRIPTOR);
	uint64_t socket_id = (uint64_t)number(line, R_SOCKET);

	if (id == 0 || socket_id == 0 || id_map_get(&recap->descriptors, id))
		return NULL;
	struct recap_socket *socket = socket_of(recap, socket_id);
	if (!socket) {
		socket = xcalloc(1, sizeof(*socket));
		socket->id = socket_id;
		id_map_put(&recap->sockets, socket_id, socket);
	}
	struct recap_descriptor *descriptor = xcalloc(1, sizeof(*descriptor));
	*descriptor = (struct recap_descriptor){.id = id,
		.pid = pid,
		.fd = number(line, R_FD),
		.process = process_of(recap, pid),
		.socket = socket};
	id_map_put(&recap->descriptors, id, descriptor);
	socket->descriptors++;
	if (descriptor->process)
		descriptor->process->descriptors++;
	return socket;
}

/* The first thing that it did is what it is. */
static void set_direction(struct recap_socket *socket, const char *direction)
{
	if (!socket->direction)
		socket->direction = direction;
}

/* connect(2) goes on without the call, or a wait or SO_ERROR says how it ended. */
static bool is_pending(const struct recap_line *line)
{
	return says(line, R_ERROR, "EINPROGRESS") || says(line, R_ERROR, "EALREADY") ||
	       says(line, R_ERROR, "EINTR");
}

/* `address`: whom it asked for. */
static void learn_connect(struct recap *recap, struct recap_socket *socket,
	const struct recap_line *line, const struct recap_line *address)
{
	struct recap_line asked = members_of(address->members[R_ADDRESS]);
	bool has_failed =
		line->members[R_ERROR].text && !is_pending(line) && !says(line, R_ERROR, "EISCONN");

	if (says(&asked, R_FAMILY, "AF_UNSPEC")) {
		set(&socket->json_peer, NULL);
		set(&socket->json_state, NULL);
		set_connecting(recap, socket, false);
		return;
	}
	/* Who has a peer would be taken for connected. */
	if (has_failed)
		return;
	keep(&socket->json_peer, address, R_ADDRESS);
	set_direction(socket, "out");
	set_connecting(recap, socket, is_pending(line));
	set_state(socket, is_pending(line) ? "\"TCP_SYN_SENT\"" : ESTABLISHED);
}

/* SO_ERROR says how a connect ended that went on without its call; without an error it may go on
 * still, which the kernel tells: connect(2). */
static void learn_outcome(struct recap *recap, struct recap_socket *socket,
	const struct recap_line *line, const struct recap_line *args)
{
	struct recap_line tcp = members_of(line->members[R_TCP]);
	struct json_span error;

	if (!socket->is_connecting || !says(args, R_OPTION, "SO_ERROR"))
		return;
	if (args->members[R_VALUE].text && json_span_string(args->members[R_VALUE], &error)) {
		set(&socket->json_peer, NULL);
		set(&socket->json_state, NULL);
		set_connecting(recap, socket, false);
	} else if (says(&tcp, R_STATE, "TCP_ESTABLISHED")) {
		set_state(socket, ESTABLISHED);
		set_connecting(recap, socket, false);
	}
}

static void learn_listen(struct recap_socket *socket)
{
	set_direction(socket, "listening");
	set_state(socket, "\"TCP_LISTEN\"");
}

static void learn_accepted(struct recap_socket *socket, const struct recap_socket *listening)
{
	set_direction(socket, "in");
	if (listening && !socket->json_type) {
		set(&socket->json_family, listening->json_family);
		set(&socket->json_type, listening->json_type);
		set(&socket->json_protocol, listening->json_protocol);
	}
	set_state(socket, ESTABLISHED);
}

static void learn_pair(struct recap_socket *socket, struct recap_socket *other)
{
	if (!socket || !other)
		return;
	set_direction(socket, "pair");
	set_direction(other, "pair");
	socket->other = other->id;
	other->other = socket->id;
	set_state(socket, ESTABLISHED);
	set_state(other, ESTABLISHED);
}

static void describe(struct recap_socket *socket, const struct recap_line *line)
{
	keep(&socket->json_family, line, R_FAMILY);
	keep(&socket->json_type, line, R_SOCKET_TYPE);
	keep(&socket->json_protocol, line, R_PROTOCOL);
	keep(&socket->json_state, line, R_STATE);
	keep(&socket->json_local, line, R_LOCAL);
	keep(&socket->json_peer, line, R_PEER);
}

static void learn_descriptor(struct recap *recap, const struct recap_line *line)
{
	struct recap_socket *socket;

	if (says(line, R_EVENT, "inherit"))
		begin_descriptor(recap, number(line, R_PID), line);
	if (says(line, R_EVENT, "close"))
		forget_descriptor(recap, (uint64_t)number(line, R_DESCRIPTOR));
	socket = socket_of(recap, (uint64_t)number(line, R_SOCKET));
	if (!socket)
		return;
	if (says(line, R_EVENT, "connect")) {
		struct recap_line address = {0};
		address.members[R_ADDRESS] = line->members[R_PEER];
		learn_connect(recap, socket, line, &address);
		keep(&socket->json_local, line, R_LOCAL);
		return;
	}
	describe(socket, line);
	if (says(line, R_EVENT, "listen"))
		learn_listen(socket);
	else if (says(line, R_EVENT, "accept"))
		learn_accepted(socket, NULL);
	else if (says(line, R_EVENT, "pair"))
		learn_pair(socket, socket_of(recap, (uint64_t)number(line, R_OTHER)));
}

/* What a call has made: one or two of a new socket, or descriptors of sockets that are there. */
static void learn_new(
	struct recap *recap, const struct recap_line *line, const struct recap_line *args)
{
	struct recap_socket *made[2] = {NULL, NULL}, *socket;
	struct json_span element;
	struct json_scan list;
	size_t count = 0;

	if (!json_scan_value_array(&list, line->members[R_NEW]))
		return;
	while (json_scan_element(&list, &element)) {
		struct recap_line one = members_of(element);
		socket = begin_descriptor(recap, number(line, R_PID), &one);
		if (!socket)
			continue;
		if (says(line, R_EFFECT, "create")) {
			keep(&socket->json_family, args, R_FAMILY);
			keep(&socket->json_type, args, R_TYPE);
			keep(&socket->json_protocol, args, R_PROTOCOL);
		} else if (says(line, R_EFFECT, "accept")) {
			learn_accepted(socket, socket_of(recap, (uint64_t)number(line, R_SOCKET)));
			keep(&socket->json_local, line, R_LOCAL);
			keep(&socket->json_peer, args, R_ADDRESS);
			keep(&socket->json_peer, line, R_PEER);
		}
		if (count < 2)
			made[count++] = socket;
	}
	if (count == 2 && says(line, R_EFFECT, "create"))
		learn_pair(made[0], made[1]);
}

/* What it has done to the socket that it was made on. */
static void learn_done(struct recap *recap, struct recap_socket *socket,
	const struct recap_line *line, const struct recap_line *args)
{
	bool has_failed = line->members[R_ERROR].text || line->members[R_UNFINISHED].text ||
			  line->members[R_UNSEEN].text;

	if (says(line, R_EFFECT, "connect") && !line->members[R_UNFINISHED].text)
		learn_connect(recap, socket, line, args);
	else if (has_failed)
		return;
	else if (says(line, R_EFFECT, "listen"))
		learn_listen(socket);
	else if (says(line, R_EFFECT, "query"))
		learn_outcome(recap, socket, line, args);
	else if (says(line, R_EFFECT, "shutdown") && !says(args, R_HOW, "SHUT_RD"))
		set_state(socket, "\"TCP_FIN_WAIT2\"");
	/* An accept says these of the new socket. */
	if (says(line, R_EFFECT, "accept"))
		return;
	keep(&socket->json_local, line, R_LOCAL);
	keep(&socket->json_peer, line, R_PEER);
}

static void learn_call(struct recap *recap, const struct recap_line *line)
{
	struct recap_line args = members_of(line->members[R_ARGS]);
	struct recap_socket *socket = socket_of(recap, (uint64_t)number(line, R_SOCKET));

	if (socket)
		learn_done(recap, socket, line, &args);
	if (line->members[R_NEW].text)
		learn_new(recap, line, &args);
	/* Linux gives the number back whatever close returns: close(2). */
	if (says(line, R_EFFECT, "close") && !says(line, R_ERROR, "EBADF") &&
		!line->members[R_UNFINISHED].text && !line->members[R_UNSEEN].text)
		forget_descriptor(recap, (uint64_t)number(line, R_DESCRIPTOR));
}

/* --- the trace ------------------------------------------------------------------------------- */

struct recap *recap_new(void)
{
	return xcalloc(1, sizeof(struct recap));
}

void recap_free(struct recap *recap)
{
	void *value;

	if (!recap)
		return;
	for (size_t at = 0; (value = id_map_next(&recap->processes, &at));)
		process_free(value);
	for (size_t at = 0; (value = id_map_next(&recap->descriptors, &at));)
		free(value);
	for (size_t at = 0; (value = id_map_next(&recap->sockets, &at));)
		socket_free(value);
	id_map_free(&recap->processes);
	id_map_free(&recap->descriptors);
	id_map_free(&recap->sockets);
	free(recap->trace);
	free(recap);
}

static void see_time(struct recap *recap, int64_t time_ns)
{
	if (time_ns > recap->time_ns)
		recap->time_ns = time_ns;
}

/* The end of stream, and that a connection stands, need no line. */
static void see_transfer(struct recap *recap, const struct captured_call *call)
{
	bool is_end = call->effect == EFFECT_RECEIVE && call->has_bytes && call->bytes == 0;
	struct recap_socket *socket;

	if (call->is_unfinished || call->is_unseen || call->result < 0 ||
		(!is_end && recap->connecting == 0))
		return;
	socket = socket_of(recap, call->socket);
	if (!socket)
		return;
	if (socket->is_connecting) {
		set_connecting(recap, socket, false);
		set_state(socket, ESTABLISHED);
	}
	if (is_end && call->result == 0 && is(socket->json_state, ESTABLISHED))
		set_state(socket, "\"TCP_CLOSE_WAIT\"");
}

bool recap_see_call(struct recap *recap, const struct captured_call *call)
{
	recap->last_seq = (int64_t)call->seq;
	see_time(recap, call->time_ns + call->duration_ns);
	switch ((enum effect)call->effect) {
	case EFFECT_CREATE:
	case EFFECT_BIND:
	case EFFECT_LISTEN:
	case EFFECT_CONNECT:
	case EFFECT_ACCEPT:
	case EFFECT_SHUTDOWN:
	case EFFECT_DUPLICATE:
	case EFFECT_PASS:
	case EFFECT_CLOSE:
		return true;
	case EFFECT_QUERY:
		if (recap->connecting > 0)
			return true;
		break;
	case EFFECT_SEND:
	case EFFECT_RECEIVE:
		see_transfer(recap, call);
		break;
	default:
		break;
	}
	return call_part(call, PART_OF_CALL, PART_NEW) ||
	       call_part(call, PART_OF_CALL, PART_LOCAL) ||
	       call_part(call, PART_OF_CALL, PART_PEER);
}

static bool learn_trace(struct recap *recap, const char *line, size_t length)
{
	const char *brace = memrchr(line, '}', length);

	if (!brace || recap->trace)
		return false;
	recap->trace_length = (size_t)(brace - line);
	recap->trace = xrealloc(NULL, recap->trace_length);
	memcpy(recap->trace, line, recap->trace_length);
	return true;
}

bool recap_learn(struct recap *recap, const char *line, size_t length)
{
	struct json_scan scan;
	struct recap_line members;

	if (!json_scan_object(&scan, line, length))
		return false;
	find_members(&members, &scan);
	if (says(&members, R_TYPE, "call")) {
		learn_call(recap, &members);
		return false;
	}
	see_time(recap, number(&members, R_TIME_NS));
	if (says(&members, R_TYPE, "process"))
		learn_process(recap, &members);
	else if (says(&members, R_TYPE, "descriptor"))
		learn_descriptor(recap, &members);
	return says(&members, R_TYPE, "trace") && learn_trace(recap, line, length);
}

static void write_json(struct json_writer *w, const char *key, const char *json)
{
	if (json)
		json_raw(w, key, json, strlen(json));
}

static void write_trace(const struct recap *recap, struct json_writer *w)
{
	if (!recap->trace)
		return;
	json_line(w, recap->trace, recap->trace_length);
	w->needs_comma = true;
	json_object_begin(w, "part");
	json_unsigned(w, "number", recap->files);
	json_number(w, "calls_before", recap->last_seq);
	json_object_end(w);
	json_object_end(w);
	json_line_end(w);
}

static void begin_line(const struct recap *recap, struct json_writer *w, const char *type)
{
	json_object_begin(w, NULL);
	json_text(w, "type", type);
	json_number(w, "time_ns", recap->time_ns);
}

static void write_process(
	const struct recap *recap, struct json_writer *w, const struct recap_process *process)
{
	begin_line(recap, w, "process");
	json_text(w, "event", "start");
	json_text(w, "reason", "rotation");
	json_number(w, "pid", process->pid);
	if (process->parent > 0)
		json_number(w, "parent", process->parent);
	write_json(w, "program", process->json_program);
	write_json(w, "file", process->json_file);
	write_json(w, "command", process->json_command);
	json_object_end(w);
	json_line_end(w);
}

/* Behind the descriptors of its table, which others hold still. */
static void write_exit(
	const struct recap *recap, struct json_writer *w, const struct recap_process *process)
{
	if (!process->has_ended)
		return;
	begin_line(recap, w, "process");
	json_text(w, "event", "exit");
	json_text(w, "reason", "rotation");
	json_number(w, "pid", process->pid);
	write_json(w, "exit_code", process->json_exit_code);
	write_json(w, "signal", process->json_signal);
	json_object_end(w);
	json_line_end(w);
}

/* The first descriptor of a socket says what that is. */
static void write_descriptor(
	const struct recap *recap, struct json_writer *w, const struct recap_descriptor *descriptor)
{
	struct recap_socket *socket = descriptor->socket;

	begin_line(recap, w, "descriptor");
	json_text(w, "event", "inherit");
	json_text(w, "reason", "rotation");
	json_number(w, "pid", descriptor->pid);
	json_number(w, "fd", descriptor->fd);
	json_unsigned(w, "descriptor", descriptor->id);
	json_unsigned(w, "socket", socket->id);
	if (socket->written != recap->files) {
		socket->written = recap->files;
		write_json(w, "family", socket->json_family);
		write_json(w, "socket_type", socket->json_type);
		write_json(w, "protocol", socket->json_protocol);
		write_json(w, "state", socket->json_state);
		write_json(w, "local", socket->json_local);
		write_json(w, "peer", socket->json_peer);
		if (socket->direction)
			json_text(w, "direction", socket->direction);
		if (socket->other)
			json_unsigned(w, "other", socket->other);
	}
	json_object_end(w);
	json_line_end(w);
}

static int by_birth(const void *one, const void *other)
{
	const struct recap_process *const *a = one, *const *b = other;

	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

static int by_id(const void *one, const void *other)
{
	const struct recap_descriptor *const *a = one, *const *b = other;

	return ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

/* What is in the map, sorted, for the caller to free. */
static void **sorted(const struct id_map *map, int (*compare)(const void *, const void *))
{
	void **list = xcalloc(map->count + 1, sizeof(*list));
	size_t count = 0;

	for (size_t at = 0; (list[count] = id_map_next(map, &at));)
		count++;
	if (count > 1)
		qsort(list, count, sizeof(*list), compare);
	return list;
}

void recap_write_begin(struct recap *recap, struct json_writer *lines)
{
	recap->files++;
	write_trace(recap, lines);
	if (recap->files == 1)
		return;
	void **processes = sorted(&recap->processes, by_birth);
	for (size_t i = 0; processes[i]; i++)
		write_process(recap, lines, processes[i]);
	void **descriptors = sorted(&recap->descriptors, by_id);
	for (size_t i = 0; descriptors[i]; i++)
		write_descriptor(recap, lines, descriptors[i]);
	free(descriptors);
	for (size_t i = 0; processes[i]; i++)
		write_exit(recap, lines, processes[i]);
	free(processes);
}

void recap_write_end(const struct recap *recap, struct json_writer *lines)
{
	begin_line(recap, lines, "end");
	json_number(lines, "calls", recap->last_seq);
	json_bool(lines, "continues", true);
	json_object_end(lines);
	json_line_end(lines);
}
