/* SPDX-License-Identifier: MIT */
#include "format/record.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/memory.h"

/* The first thing found wrong with a line. Lines are read on several threads. */
static _Thread_local char problem[160];

/* The members of all records: first those of a call, in the order in which they stand in its line.
 */
enum member {
	M_TYPE,
	M_SEQ,
	M_TIME_NS,
	M_DURATION_NS,
	M_PID,
	M_TID,
	M_NAME,
	M_EFFECT,
	M_FD,
	M_DESCRIPTOR,
	M_SOCKET,
	M_ARGS,
	M_RESULT,
	M_ERROR,
	M_BYTES,
	M_DATA,
	M_NEW,
	M_LOCAL,
	M_PEER,
	M_TCP,
	M_QUEUES,
	M_NETLINK,
	M_MESSAGES,
	M_WAITS,
	M_CALL,
	M_INTERRUPTED,
	M_UNFINISHED,
	M_UNSEEN,
	M_EVENT,
	M_REASON,
	M_FROM,
	M_PARENT,
	M_PROGRAM,
	M_COMMAND,
	M_EXIT_CODE,
	M_SIGNAL,
	M_FAMILY,
	M_SOCKET_TYPE,
	M_PROTOCOL,
	M_STATE,
	M_CODE,
	M_MESSAGE,
	M_FORMAT,
	M_TEXT,
	M_CALLS,
	M_RECORDED,
	M_VERSION,
	M_TRACER,
	M_STARTED,
	M_HOST,
	M_KERNEL,
	M_MACHINE,
	M_OPTIONS,
	M_OTHER,
	M_DIRECTION,
	M_PART,
	M_CONTINUES,
	MEMBER_COUNT
};

static const struct json_span member_names[MEMBER_COUNT] = {
	[M_TYPE] = JSON_WORD("type"),
	[M_SEQ] = JSON_WORD("seq"),
	[M_TIME_NS] = JSON_WORD("time_ns"),
	[M_DURATION_NS] = JSON_WORD("duration_ns"),
	[M_PID] = JSON_WORD("pid"),
	[M_TID] = JSON_WORD("tid"),
	[M_NAME] = JSON_WORD("name"),
	[M_EFFECT] = JSON_WORD("effect"),
	[M_FD] = JSON_WORD("fd"),
	[M_DESCRIPTOR] = JSON_WORD("descriptor"),
	[M_SOCKET] = JSON_WORD("socket"),
	[M_ARGS] = JSON_WORD("args"),
	[M_RESULT] = JSON_WORD("result"),
	[M_ERROR] = JSON_WORD("error"),
	[M_BYTES] = JSON_WORD("bytes"),
	[M_DATA] = JSON_WORD("data"),
	[M_NEW] = JSON_WORD("new"),
	[M_LOCAL] = JSON_WORD("local"),
	[M_PEER] = JSON_WORD("peer"),
	[M_TCP] = JSON_WORD("tcp"),
	[M_QUEUES] = JSON_WORD("queues"),
	[M_NETLINK] = JSON_WORD("netlink"),
	[M_MESSAGES] = JSON_WORD("messages"),
	[M_WAITS] = JSON_WORD("waits"),
	[M_CALL] = JSON_WORD("call"),
	[M_INTERRUPTED] = JSON_WORD("interrupted"),
	[M_UNFINISHED] = JSON_WORD("unfinished"),
	[M_UNSEEN] = JSON_WORD("unseen"),
	[M_EVENT] = JSON_WORD("event"),
	[M_REASON] = JSON_WORD("reason"),
	[M_FROM] = JSON_WORD("from"),
	[M_PARENT] = JSON_WORD("parent"),
	[M_PROGRAM] = JSON_WORD("program"),
	[M_COMMAND] = JSON_WORD("command"),
	[M_EXIT_CODE] = JSON_WORD("exit_code"),
	[M_SIGNAL] = JSON_WORD("signal"),
	[M_FAMILY] = JSON_WORD("family"),
	[M_SOCKET_TYPE] = JSON_WORD("socket_type"),
	[M_PROTOCOL] = JSON_WORD("protocol"),
	[M_STATE] = JSON_WORD("state"),
	[M_CODE] = JSON_WORD("code"),
	[M_MESSAGE] = JSON_WORD("message"),
	[M_FORMAT] = JSON_WORD("format"),
	[M_TEXT] = JSON_WORD("text"),
	[M_CALLS] = JSON_WORD("calls"),
	[M_RECORDED] = JSON_WORD("recorded"),
	[M_VERSION] = JSON_WORD("version"),
	[M_TRACER] = JSON_WORD("tracer"),
	[M_STARTED] = JSON_WORD("started"),
	[M_HOST] = JSON_WORD("host"),
	[M_KERNEL] = JSON_WORD("kernel"),
	[M_MACHINE] = JSON_WORD("machine"),
	[M_OPTIONS] = JSON_WORD("options"),
	[M_OTHER] = JSON_WORD("other"),
	[M_DIRECTION] = JSON_WORD("direction"),
	[M_PART] = JSON_WORD("part"),
	[M_CONTINUES] = JSON_WORD("continues"),
};

/* A line being read: where its members stand, and whether something about it was wrong. */
struct fields {
	struct json_span members[MEMBER_COUNT]; /* text NULL: not there */
	const char *line;
	size_t length, values; /* of the line; in it */
	struct record *record;
	struct value_room room; /* what the record owns */
	bool is_bad;
};

__attribute__((format(printf, 2, 3))) static void complain(
	struct fields *f, const char *format, ...)
{
	va_list arguments;

	if (f->is_bad)
		return;
	f->is_bad = true;
	va_start(arguments, format);
	vsnprintf(problem, sizeof(problem), format, arguments);
	va_end(arguments);
}

/* Of a member that is needed, or of another type than the one that it has. */
static void complain_of(
	struct fields *f, const char *key, struct json_span value, const char *article)
{
	complain(f, value.text ? "\"%s\" is not %s" : "\"%s\" is missing (expected %s)", key,
		article);
}

static bool has(const struct fields *f, enum member member)
{
	return f->members[member].text != NULL;
}

static int64_t to_integer(struct fields *f, const char *key, struct json_span value)
{
	int64_t integer = 0;

	if (!value.text || !json_span_integer(value, &integer))
		complain_of(f, key, value, "an integer");
	return integer;
}

static int64_t need_integer(struct fields *f, enum member member)
{
	return to_integer(f, member_names[member].text, f->members[member]);
}

/* An optional field that is of another type is as wrong as a needed one that is missing. */
static int64_t get_integer(struct fields *f, enum member member)
{
	return has(f, member) ? need_integer(f, member) : RECORD_ABSENT;
}

/* Reads each member at most once, so that the room is enough. */
static const struct value *get_value(struct fields *f, enum member member)
{
	if (!f->record->owned) {
		f->record->owned = xrealloc(NULL, value_room_size(f->values, f->length));
		f->room = value_room(f->record->owned, f->values);
	}
	return value_read(&f->room, f->members[member]);
}

static const char *need_string(struct fields *f, enum member member)
{
	const char *text = value_text(get_value(f, member), NULL);

	if (!text)
		complain_of(f, member_names[member].text, f->members[member], "a string");
	return text ? text : "";
}

/* The same of one that is short where nobody wants to read something else: not in owned memory. */
static const char *need_short(struct fields *f, enum member member, char *into, size_t size)
{
	struct json_span inside;

	if (!has(f, member) || !json_span_string(f->members[member], &inside) ||
		inside.length >= size)
		return need_string(f, member);
	json_span_decode(inside, into);
	return into;
}

static const char *get_string(struct fields *f, enum member member)
{
	return has(f, member) ? need_string(f, member) : NULL;
}

/* The member of a value that is an object; nothing where it is none. */
static struct json_span member_of(struct json_span object, struct json_span name)
{
	struct json_span key, value, found = {0};
	struct json_scan scan;

	json_scan_value_object(&scan, object);
	while (json_scan_member(&scan, &key, &value))
		if (json_key_is(key, name))
			found = value;
	return found;
}

static int64_t need_integer_of(struct fields *f, struct json_span object, struct json_span name)
{
	return to_integer(f, name.text, member_of(object, name));
}

/* The index of the member in `words`; complains when it is none of them. */
static int need_word(struct fields *f, enum member member, const char *const *words, int count)
{
	char word[16];
	const char *text = need_short(f, member, word, sizeof(word));

	for (int i = 0; i < count; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	complain(f, "\"%s\" is \"%.40s\", which this version does not know",
		member_names[member].text, text);
	return 0;
}

static unsigned int left_out_of(const struct value *options)
{
	const struct value *words = value_member(options, "left_out");
	unsigned int effects = 0;

	for (size_t i = 0; i < value_count(words); i++) {
		const char *word = value_text(value_element(words, i), NULL);
		int effect = word ? effect_from_name(word) : -1;
		if (effect >= 0)
			effects |= 1u << effect;
	}
	return effects;
}

static void read_trace(struct fields *f, struct record *record)
{
	/* Once: the values of a line have room for each of its members once. */
	const struct value *options = get_value(f, M_OPTIONS);
	const char *redacted = value_text(value_member(options, "redact"), NULL);
	int64_t kept = -1;

	value_integer(value_member(options, "payload"), &kept);
	record->trace = (struct record_trace){
		.version = need_integer(f, M_VERSION),
		.tracer = get_string(f, M_TRACER),
		.started = get_string(f, M_STARTED),
		.host = get_string(f, M_HOST),
		.kernel = get_string(f, M_KERNEL),
		.machine = get_string(f, M_MACHINE),
		.part = RECORD_ABSENT,
		.calls_before = RECORD_ABSENT,
		.command = get_value(f, M_COMMAND),
		.left_out = left_out_of(options),
		.is_redacted = redacted != NULL,
		.has_no_addresses = redacted && strcmp(redacted, "addresses") == 0,
		.has_no_payloads =
			redacted || (kept == 0 && !value_member(options, "payload_first")),
		.has_no_children = value_is_true(value_member(options, "no_follow")),
		.has_keys = value_is_true(value_member(options, "keys")),
	};
	if (!has(f, M_PART))
		return;
	record->trace.part = need_integer_of(f, f->members[M_PART], JSON_WORD("number"));
	record->trace.calls_before =
		need_integer_of(f, f->members[M_PART], JSON_WORD("calls_before"));
	if (record->trace.part < 1 || record->trace.calls_before < 0)
		complain(f, "\"part\" is out of range");
}

/* The line stands at the beginning of a part of the trace, and says what others say. */
static bool is_repeated(const struct fields *f)
{
	return has(f, M_REASON) && json_span_is(f->members[M_REASON], "\"rotation\"");
}

static void read_process(struct fields *f, struct record *record)
{
	static const char *const events[] = {"start", "fork", "exec", "exit"};

	record->process = (struct record_process){
		.event = (enum process_event)need_word(f, M_EVENT, events, 4),
		.pid = need_integer(f, M_PID),
		.parent = get_integer(f, M_PARENT),
		.exit_code = get_integer(f, M_EXIT_CODE),
		.program = get_string(f, M_PROGRAM),
		.signal = get_string(f, M_SIGNAL),
		.command = get_value(f, M_COMMAND),
		.is_repeated = is_repeated(f),
	};
}

/* An error without a name is a number. */
static const char nameless[] = "an error without a name";

static const char *get_descriptor_error(struct fields *f)
{
	int64_t number;

	return has(f, M_ERROR) && json_span_integer(f->members[M_ERROR], &number)
		       ? nameless
		       : get_string(f, M_ERROR);
}

static struct record_place place_of(const struct fields *f, enum member member)
{
	struct json_span value = f->members[member];

	return has(f, member) ? (struct record_place){(uint32_t)(value.text - f->line),
					(uint32_t)value.length}
			      : (struct record_place){0};
}

static void read_descriptor(struct fields *f, struct record *record)
{
	static const char *const events[DESCRIPTOR_EVENTS] = {"inherit", "receive", "close", "bind",
		"listen", "connect", "accept", "pair", "state"};

	record->descriptor = (struct record_descriptor){
		.event = (enum descriptor_event)need_word(f, M_EVENT, events, DESCRIPTOR_EVENTS),
		.reason = get_string(f, M_REASON),
		.pid = need_integer(f, M_PID),
		.fd = need_integer(f, M_FD),
		.descriptor = need_integer(f, M_DESCRIPTOR),
		.socket = need_integer(f, M_SOCKET),
		.from_pid = RECORD_ABSENT,
		.from_descriptor = RECORD_ABSENT,
		.error = get_descriptor_error(f),
		.other = get_integer(f, M_OTHER),
		.family = get_value(f, M_FAMILY),
		.socket_type = get_value(f, M_SOCKET_TYPE),
		.protocol = get_value(f, M_PROTOCOL),
		.state = get_value(f, M_STATE),
		.local = get_value(f, M_LOCAL),
		.peer = get_value(f, M_PEER),
		.direction = get_string(f, M_DIRECTION),
		.is_repeated = is_repeated(f),
	};
	struct json_span from = f->members[M_FROM];
	if (from.text && member_of(from, JSON_WORD("pid")).text)
		record->descriptor.from_pid = need_integer_of(f, from, JSON_WORD("pid"));
	if (from.text && member_of(from, JSON_WORD("descriptor")).text)
		record->descriptor.from_descriptor =
			need_integer_of(f, from, JSON_WORD("descriptor"));
	record->values = (struct record_values){
		.line = f->line, .tcp = place_of(f, M_TCP), .queues = place_of(f, M_QUEUES)};
}

static void read_new(struct fields *f, struct record_call *call)
{
	struct json_scan list;
	struct json_span element;
	size_t capacity = 0;

	if (!has(f, M_NEW))
		return;
	if (*f->members[M_NEW].text != '[')
		complain_of(f, "new", f->members[M_NEW], "an array");
	json_scan_value_array(&list, f->members[M_NEW]);
	while (json_scan_element(&list, &element)) {
		call->new_descriptors = array_grow(call->new_descriptors, call->new_count,
			&capacity, sizeof(*call->new_descriptors));
		call->new_descriptors[call->new_count++] = (struct record_new){
			.fd = need_integer_of(f, element, JSON_WORD("fd")),
			.descriptor = need_integer_of(f, element, JSON_WORD("descriptor")),
			.socket = need_integer_of(f, element, JSON_WORD("socket")),
		};
	}
}

/* What the list of events says: bits of enum readiness. */
static uint8_t read_events(struct json_span events)
{
	static const struct {
		struct json_span name;
		enum readiness means;
	} names[] = {
		{JSON_WORD("POLLOUT"), READY_TO_SEND},
		{JSON_WORD("EPOLLOUT"), READY_TO_SEND},
		{JSON_WORD("POLLERR"), READY_FAILED},
		{JSON_WORD("EPOLLERR"), READY_FAILED},
		{JSON_WORD("POLLHUP"), READY_FAILED},
		{JSON_WORD("EPOLLHUP"), READY_FAILED},
		{JSON_WORD("POLLRDHUP"), READY_FAILED},
		{JSON_WORD("EPOLLRDHUP"), READY_FAILED},
	};
	struct json_scan list;
	struct json_span event, name;
	uint8_t ready = 0;

	json_scan_value_array(&list, events);
	while (json_scan_element(&list, &event)) {
		ready |= READY;
		if (!json_span_string(event, &name))
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (json_key_is(name, names[i].name))
				ready |= names[i].means;
	}
	return ready;
}

static void read_wait(struct record_call *call, struct json_span element)
{
	struct record_wait wait = {.descriptor = RECORD_ABSENT};
	struct json_span key, value, events = {0}, ready = {0};
	bool has_descriptor = false;
	struct json_scan scan;

	json_scan_value_object(&scan, element);
	while (json_scan_member(&scan, &key, &value)) {
		if (json_key_is(key, JSON_WORD("descriptor")))
			has_descriptor = json_span_integer(value, &wait.descriptor);
		else if (json_key_is(key, JSON_WORD("events")))
			events = value;
		else if (json_key_is(key, JSON_WORD("ready")))
			ready = value;
	}
	if (events.text && read_events(events) & READY_TO_SEND)
		call->waits_to_send = true;
	if (!has_descriptor)
		return;
	wait.ready = ready.text ? read_events(ready) : 0;
	call->waited = array_grow(
		call->waited, call->waited_count, &call->waited_capacity, sizeof(*call->waited));
	call->waited[call->waited_count++] = wait;
}

static void read_waits(struct fields *f, struct record_call *call)
{
	struct json_scan list;
	struct json_span element;

	if (!call->has_waits)
		return;
	json_scan_value_array(&list, f->members[M_WAITS]);
	while (json_scan_element(&list, &element))
		read_wait(call, element);
}

static enum effect need_effect(struct fields *f)
{
	char word[16];
	const char *name = need_short(f, M_EFFECT, word, sizeof(word));
	int effect = effect_from_name(name);

	if (effect < 0)
		complain(f, "\"effect\" is \"%.40s\", which this version does not know", name);
	return effect < 0 ? EFFECT_CONTROL : (enum effect)effect;
}

static const char *get_error(struct fields *f, struct record *record)
{
	int64_t number;

	if (!has(f, M_ERROR))
		return NULL;
	if (json_span_integer(f->members[M_ERROR], &number))
		return nameless;
	return need_short(f, M_ERROR, record->error_word, sizeof(record->error_word));
}

static void read_call(struct fields *f, struct record *record)
{
	record->call = (struct record_call){
		.seq = need_integer(f, M_SEQ),
		.duration_ns = get_integer(f, M_DURATION_NS),
		.pid = need_integer(f, M_PID),
		.tid = need_integer(f, M_TID),
		.name = need_short(f, M_NAME, record->name_word, sizeof(record->name_word)),
		.effect = need_effect(f),
		.fd = get_integer(f, M_FD),
		.descriptor = get_integer(f, M_DESCRIPTOR),
		.socket = get_integer(f, M_SOCKET),
		.result = get_integer(f, M_RESULT),
		.error = get_error(f, record),
		.bytes = get_integer(f, M_BYTES),
		.interrupted = get_integer(f, M_INTERRUPTED),
		.is_unfinished =
			has(f, M_UNFINISHED) && json_span_is(f->members[M_UNFINISHED], "true"),
		.is_unseen = has(f, M_UNSEEN) && json_span_is(f->members[M_UNSEEN], "true"),
		.has_address = has(f, M_LOCAL) || has(f, M_PEER),
		.has_waits = has(f, M_WAITS),
	};
	record->values = (struct record_values){
		.line = f->line,
		.length = (uint32_t)f->length,
		.count = (uint32_t)f->values,
		.args = place_of(f, M_ARGS),
		.local = place_of(f, M_LOCAL),
		.peer = place_of(f, M_PEER),
		.data = place_of(f, M_DATA),
		.netlink = place_of(f, M_NETLINK),
		.messages = place_of(f, M_MESSAGES),
		.waits = place_of(f, M_WAITS),
		.tcp = place_of(f, M_TCP),
		.queues = place_of(f, M_QUEUES),
	};
	if (record->call.duration_ns < 0)
		record->call.duration_ns = 0;
	if (record->call.duration_ns > INT64_MAX - record->time_ns)
		complain(f, "\"duration_ns\" is out of range");
	read_new(f, &record->call);
	read_waits(f, &record->call);
}

static const struct value *read_value(
	struct value_room *room, const char *line, struct record_place place)
{
	struct json_span text = {line + place.at, place.length};

	return place.length > 0 ? value_read(room, text) : NULL;
}

void record_read_values(struct record *record, struct scratch *memory)
{
	const struct record_values *at = &record->values;
	struct record_call *call = &record->call;
	struct value_room room =
		value_room(scratch_get(memory, value_room_size(at->count, at->length)), at->count);

	call->args = read_value(&room, at->line, at->args);
	call->local = read_value(&room, at->line, at->local);
	call->peer = read_value(&room, at->line, at->peer);
	call->data = read_value(&room, at->line, at->data);
	call->netlink = read_value(&room, at->line, at->netlink);
	call->messages = read_value(&room, at->line, at->messages);
	call->waits = read_value(&room, at->line, at->waits);
}

bool record_read_report(const struct record *record, struct kernel_report *report)
{
	const struct record_values *at = &record->values;
	const char *tcp = at->tcp.length > 0 ? at->line + at->tcp.at : NULL;
	const char *queues = at->queues.length > 0 ? at->line + at->queues.at : NULL;

	if (!tcp && !queues)
		return false;
	*report = kernel_report_read((struct json_span){tcp, at->tcp.length},
		(struct json_span){queues, at->queues.length});
	return true;
}

static void read_pending(struct fields *f, struct record *record)
{
	record->pending = (struct record_pending){
		.duration_ns = need_integer(f, M_DURATION_NS),
		.pid = need_integer(f, M_PID),
		.tid = need_integer(f, M_TID),
		.name = need_string(f, M_CALL),
		.effect = need_effect(f),
		.descriptor = get_integer(f, M_DESCRIPTOR),
	};
	if (record->pending.duration_ns < 0 ||
		record->pending.duration_ns > INT64_MAX - record->time_ns)
		complain(f, "\"duration_ns\" is out of range");
}

static void read_warning(struct fields *f, struct record *record)
{
	record->warning = (struct record_warning){
		.code = need_string(f, M_CODE),
		.message = need_string(f, M_MESSAGE),
		.pid = get_integer(f, M_PID),
	};
}

static void read_keys(struct fields *f, struct record *record)
{
	size_t length = 0;
	const char *text = value_text(get_value(f, M_TEXT), &length);

	record->keys = (struct record_keys){
		.format = need_string(f, M_FORMAT),
		.text = text,
		.length = length,
	};
	if (!text)
		complain_of(f, "text", f->members[M_TEXT], "a string");
}

static void read_end(struct fields *f, struct record *record)
{
	record->end = (struct record_end){
		.calls = get_integer(f, M_CALLS),
		.stops = RECORD_ABSENT,
		.in_tracee = RECORD_ABSENT,
		.exit_code = get_integer(f, M_EXIT_CODE),
		.signal = get_string(f, M_SIGNAL),
		.continues = has(f, M_CONTINUES) && json_span_is(f->members[M_CONTINUES], "true"),
	};
	if (!has(f, M_RECORDED))
		return;
	record->end.stops = need_integer_of(f, f->members[M_RECORDED], JSON_WORD("stops"));
	record->end.in_tracee = need_integer_of(f, f->members[M_RECORDED], JSON_WORD("tracee"));
}

static const struct kind {
	const char *name;
	void (*read)(struct fields *f, struct record *record);
} kinds[] = {
	[RECORD_TRACE] = {"trace", read_trace},
	[RECORD_PROCESS] = {"process", read_process},
	[RECORD_DESCRIPTOR] = {"descriptor", read_descriptor},
	[RECORD_CALL] = {"call", read_call},
	[RECORD_PENDING] = {"pending", read_pending},
	[RECORD_WARNING] = {"warning", read_warning},
	[RECORD_KEYS] = {"keys", read_keys},
	[RECORD_END] = {"end", read_end},
};

static void read_fields(struct fields *f, struct record *record)
{
	char word[16];
	const char *type = need_short(f, M_TYPE, word, sizeof(word));
	int64_t time_ns = get_integer(f, M_TIME_NS);

	record->time_ns = time_ns == RECORD_ABSENT ? 0 : time_ns;
	if (record->time_ns < 0)
		complain(f, "\"time_ns\" is negative");
	for (int i = 0; i < RECORD_UNKNOWN && !f->is_bad; i++) {
		if (strcmp(kinds[i].name, type) != 0)
			continue;
		record->type = (enum record_type)i;
		kinds[i].read(f, record);
	}
}

/* Looks first at what follows the one before in most lines. */
static enum member find_member(struct json_span key, size_t before)
{
	for (size_t i = 1; i <= MEMBER_COUNT; i++) {
		size_t member = (before + i) % MEMBER_COUNT;
		if (json_key_is(key, member_names[member]))
			return (enum member)member;
	}
	return MEMBER_COUNT;
}

static void find_members(struct fields *f)
{
	struct json_scan scan;
	struct json_span key, value;
	enum member member = MEMBER_COUNT - 1, found;

	if (!json_scan_object(&scan, f->line, f->length)) {
		complain(f, "not a JSON object");
		return;
	}
	while (json_scan_member(&scan, &key, &value)) {
		found = find_member(key, member);
		if (found == MEMBER_COUNT)
			continue;
		member = found;
		f->members[member] = value;
	}
	f->values = scan.values;
	if (scan.is_bad && scan.at == scan.end)
		complain(f, "not JSON (it ends in the middle)");
	else if (scan.is_bad)
		complain(f, "not JSON (near '%.*s')",
			scan.end - scan.at < 20 ? (int)(scan.end - scan.at) : 20, scan.at);
}

const char *record_read(struct record *record, const char *line, size_t length)
{
	struct fields f = {.line = line, .length = length, .record = record};

	*record = (struct record){.type = RECORD_UNKNOWN};
	if (length > UINT32_MAX)
		complain(&f, "longer than 4 GiB");
	else
		find_members(&f);
	if (!f.is_bad)
		read_fields(&f, record);
	if (!f.is_bad)
		return NULL;
	record_release(record);
	return problem;
}

size_t record_trace_within(const char *line, size_t length)
{
	static const char begin[] = "{\"type\":\"trace\",";
	const char *at = length > 0 ? memmem(line + 1, length - 1, begin, sizeof(begin) - 1) : NULL;

	return at ? (size_t)(at - line) : 0;
}

void record_release(struct record *record)
{
	if (record->type == RECORD_CALL) {
		free(record->call.new_descriptors);
		free(record->call.waited);
	}
	free(record->owned);
	*record = (struct record){.type = RECORD_UNKNOWN};
}
