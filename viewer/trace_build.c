#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "format/memory.h"
#include "viewer/address.h"
#include "viewer/trace.h"
#include "viewer/trace_join.h"

#define APPEND(array, count, capacity, element)                                        \
	do {                                                                           \
		(array) = array_grow((array), (count), &(capacity), sizeof(*(array))); \
		(array)[(count)++] = (element);                                        \
	} while (0)

static bool is(const char *name, const char *expected)
{
	return strcmp(name, expected) == 0;
}

static struct part *current_part(const struct trace *trace)
{
	return &trace->parts[trace->part_count - 1];
}

static uint16_t part_number(const struct trace *trace)
{
	return (uint16_t)(trace->part_count - 1);
}

/* Ids count anew in each part. 0 is no key of an id_map, and no id of a trace that socktrace wrote.
 */
static uint64_t key(const struct trace *trace, int64_t id)
{
	uint64_t value = (uint64_t)id ^ ((uint64_t)part_number(trace) << 48);

	return value == 0 ? UINT64_MAX : value;
}

/* Times of the record as the trace counts them; a hostile one stays where it is. */
static int64_t shifted(const struct trace *trace, int64_t time_ns)
{
	int64_t sum;

	return __builtin_add_overflow(time_ns, current_part(trace)->shift_ns, &sum) ? time_ns : sum;
}

static struct process *add_process(struct trace *trace, int64_t pid)
{
	struct process *process = xcalloc(1, sizeof(*process));

	process->pid = pid;
	process->part = part_number(trace);
	process->number = (uint32_t)trace->process_count;
	process->parent = RECORD_ABSENT;
	id_map_put(&trace->process_by_pid, key(trace, pid), process);
	APPEND(trace->processes, trace->process_count, trace->process_capacity, process);
	return process;
}

static struct process *get_process(struct trace *trace, int64_t pid)
{
	struct process *process = id_map_get(&trace->process_by_pid, key(trace, pid));

	return process ? process : add_process(trace, pid);
}

static struct socket *get_socket(struct trace *trace, int64_t id)
{
	struct socket *socket = id_map_get(&trace->socket_by_id, key(trace, id));

	if (socket)
		return socket;
	socket = xcalloc(1, sizeof(*socket));
	socket->id = id;
	socket->number = (uint32_t)trace->socket_count;
	socket->part = part_number(trace);
	id_map_put(&trace->socket_by_id, key(trace, id), socket);
	APPEND(trace->sockets, trace->socket_count, trace->socket_capacity, socket);
	return socket;
}

static struct descriptor *add_descriptor(
	struct trace *trace, int64_t id, int64_t socket, int64_t pid, int64_t fd)
{
	struct descriptor *descriptor = xcalloc(1, sizeof(*descriptor));
	struct process *process = get_process(trace, pid);

	descriptor->id = id;
	descriptor->fd = fd;
	descriptor->number = (uint32_t)trace->descriptor_count;
	descriptor->process = process;
	descriptor->socket = get_socket(trace, socket);
	descriptor->ended_ns = INT64_MAX;
	descriptor->made_by = NO_CALL;
	id_map_put(&trace->descriptor_by_id, key(trace, id), descriptor);
	APPEND(trace->descriptors, trace->descriptor_count, trace->descriptor_capacity, descriptor);
	APPEND(process->descriptors, process->descriptor_count, process->descriptor_capacity,
		descriptor);
	return descriptor;
}

static void set_direction(struct socket *socket, enum direction direction)
{
	if (socket->direction == DIRECTION_NONE)
		socket->direction = direction;
}

static void set_address(const struct value **into, const struct value *address)
{
	if (!address || *into == address)
		return;
	value_drop(*into);
	*into = value_keep(address);
}

/* What a call that has succeeded says of its socket. */
static void learn(struct descriptor *descriptor, const struct record_call *call)
{
	struct socket *socket = descriptor->socket;

	switch (call->effect) {
	case EFFECT_LISTEN:
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		break;
	case EFFECT_ACCEPT:
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		return;
	case EFFECT_CONNECT:
		set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
		set_address(&socket->peer, value_member(call->args, "address"));
		break;
	default:
		break;
	}
	set_address(&socket->local, call->local);
	set_address(&socket->peer, call->peer);
}

static uint32_t word_of(struct trace *trace, const struct value *value)
{
	return words_number(&trace->words, value_text(value, NULL));
}

static void make_descriptor(struct trace *trace, const struct record *record,
	const struct record_new *made, uint32_t index)
{
	const struct record_call *call = &record->call;
	struct descriptor *descriptor =
		add_descriptor(trace, made->descriptor, made->socket, call->pid, made->fd);
	struct socket *socket = descriptor->socket;

	descriptor->born_ns = call_end_ns(&trace->calls[index]);
	descriptor->made_by = index;
	if (call->effect == EFFECT_CREATE) {
		socket->family = word_of(trace, value_member(call->args, "family"));
		socket->type = word_of(trace, value_member(call->args, "type"));
		if (call->new_count == 2)
			set_direction(socket, DIRECTION_PAIR);
	}
	if (call->effect == EFFECT_ACCEPT) {
		const struct socket *listening = get_socket(trace, call->socket);
		set_direction(socket, DIRECTION_IN);
		socket->family = listening->family;
		socket->type = listening->type;
		set_address(&socket->local, call->local);
		set_address(&socket->peer,
			call->peer ? call->peer : value_member(call->args, "address"));
	}
	descriptor_take(trace, descriptor, index);
}

/* The two ends of a pair know each other from birth. */
static void join_pair(struct trace *trace, const struct record_call *call)
{
	if (call->effect != EFFECT_CREATE || call->new_count != 2)
		return;
	struct socket *one = get_socket(trace, call->new_descriptors[0].socket);
	struct socket *other = get_socket(trace, call->new_descriptors[1].socket);
	one->other_end = other;
	other->other_end = one;
}

/* A wait belongs to the story of every descriptor that was waited for. */
static void add_waits(struct trace *trace, const struct record_call *call, uint32_t index)
{
	for (size_t i = 0; i < call->waited_count; i++) {
		struct descriptor *descriptor =
			id_map_get(&trace->descriptor_by_id, key(trace, call->waited[i]));
		if (descriptor)
			descriptor_take(trace, descriptor, index);
	}
}

static uint8_t flags_of(
	const struct trace *trace, const struct record_call *call, const struct descriptor *on)
{
	bool is_pending =
		call->error && (is(call->error, "EAGAIN") || is(call->error, "EINPROGRESS"));
	uint8_t flags = call->is_unfinished ? CALL_UNFINISHED : 0;

	if (call->error)
		flags |= is_pending ? CALL_PENDING : CALL_FAILED;
	if (call->new_count > 0)
		flags |= CALL_MAKES;
	if (call->has_waits)
		flags |= CALL_WAITS;
	if (call->effect == EFFECT_RECEIVE && call->result == 0 && !call->error &&
		(!on || socket_is_stream(trace, on->socket)))
		flags |= CALL_END_OF_STREAM;
	return flags;
}

/* A datagram names its peer itself, or a connect before it does, of which there may be several. */
static uint32_t datagram_address(
	struct trace *trace, const struct record_call *call, const struct descriptor *on)
{
	char text[ADDRESS_SIZE];

	bool has_peer = call->effect == EFFECT_SEND || call->effect == EFFECT_RECEIVE ||
			call->effect == EFFECT_CONNECT;

	if (!on || !has_peer || socket_is_stream(trace, on->socket))
		return 0;
	address_text(text, value_member(call->args, "address"));
	return words_number(&trace->words, text);
}

static int32_t as_int(int64_t number)
{
	return number >= INT32_MIN && number <= INT32_MAX ? (int32_t)number : -1;
}

static uint32_t append_call(struct trace *trace, const struct record *record, struct descriptor *on,
	uint64_t offset, uint32_t length)
{
	const struct record_call *said = &record->call;
	struct call call = {
		.time_ns = shifted(trace, record->time_ns),
		.duration_ns = said->duration_ns == RECORD_ABSENT ? 0 : said->duration_ns,
		.result = said->result,
		.bytes = said->bytes,
		.descriptor = on,
		.process = get_process(trace, said->pid),
		.offset = offset,
		.length = length,
		.name = words_number(&trace->words, said->name),
		.error = words_number(&trace->words, said->error),
		.address = datagram_address(trace, said, on),
		.tid = as_int(said->tid),
		.fd = said->fd == RECORD_ABSENT ? -1 : as_int(said->fd),
		.effect = (uint8_t)said->effect,
		.flags = flags_of(trace, said, on),
		.source = part_number(trace),
	};

	if (call.duration_ns > INT64_MAX - (call.time_ns > 0 ? call.time_ns : 0))
		call.duration_ns = 0;
	APPEND(trace->calls, trace->call_count, trace->call_capacity, call);
	return (uint32_t)(trace->call_count - 1);
}

static struct descriptor *descriptor_of(
	struct trace *trace, const struct record *record, const struct record_call *call)
{
	if (call->descriptor == RECORD_ABSENT)
		return NULL;
	struct descriptor *known =
		id_map_get(&trace->descriptor_by_id, key(trace, call->descriptor));
	if (known)
		return known;
	known = add_descriptor(trace, call->descriptor, call->socket, call->pid, call->fd);
	known->born_ns = shifted(trace, record->time_ns);
	return known;
}

static void work_on(struct trace *trace, struct descriptor *descriptor,
	const struct record_call *said, uint32_t index)
{
	const struct call *call = &trace->calls[index];

	descriptor_take(trace, descriptor, index);
	if (!call_is(call, CALL_FAILED))
		learn(descriptor, said);
	else if (call->effect == EFFECT_CONNECT && !descriptor->socket->peer)
		set_address(&descriptor->socket->peer, value_member(said->args, "address"));
	if (call->effect == EFFECT_CLOSE && !call_is(call, CALL_UNFINISHED))
		descriptor->ended_ns = call_end_ns(call);
}

static void see_time(struct trace *trace, int64_t from_ns, int64_t to_ns)
{
	if (from_ns < trace->begin_ns)
		trace->begin_ns = from_ns;
	if (to_ns > trace->end_ns)
		trace->end_ns = to_ns;
}

static void add_call_record(
	struct trace *trace, const struct record *record, uint64_t offset, uint32_t length)
{
	const struct record_call *said = &record->call;
	struct descriptor *descriptor = descriptor_of(trace, record, said);

	if (trace->call_count >= NO_CALL)
		return;
	uint32_t index = append_call(trace, record, descriptor, offset, length);
	const struct call *call = &trace->calls[index];
	see_time(trace, call->time_ns, call_end_ns(call));
	trace->error_count += call_is(call, CALL_FAILED);
	if (descriptor)
		work_on(trace, descriptor, said, index);
	add_waits(trace, said, index);
	for (size_t i = 0; i < said->new_count; i++)
		make_descriptor(trace, record, &said->new_descriptors[i], index);
	join_pair(trace, said);
}

static void describe_socket(
	struct trace *trace, struct descriptor *descriptor, const struct record_descriptor *said)
{
	struct socket *socket = descriptor->socket;
	const char *state = value_text(said->state, NULL);

	socket->family = word_of(trace, said->family);
	socket->type = word_of(trace, said->socket_type);
	set_address(&socket->local, said->local);
	set_address(&socket->peer, said->peer);
	if (state && is(state, "TCP_LISTEN")) {
		set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
	}
}

static void add_descriptor_record(struct trace *trace, const struct record *record)
{
	const struct record_descriptor *said = &record->descriptor;
	struct descriptor *descriptor =
		id_map_get(&trace->descriptor_by_id, key(trace, said->descriptor));

	if (!descriptor)
		descriptor =
			add_descriptor(trace, said->descriptor, said->socket, said->pid, said->fd);
	if (said->event == DESCRIPTOR_CLOSE) {
		descriptor->ended_ns = shifted(trace, record->time_ns);
		descriptor->ended_by = said;
		return;
	}
	if (said->event == DESCRIPTOR_INHERIT) {
		descriptor->born_ns = shifted(trace, record->time_ns);
		descriptor->given_by = said;
	}
	if (said->family)
		describe_socket(trace, descriptor, said);
}

static void add_process_record(struct trace *trace, const struct record *record)
{
	const struct record_process *said = &record->process;
	struct process *process;

	/* The kernel gives a pid again when its process has ended. */
	process = said->event == PROCESS_FORK ? add_process(trace, said->pid)
					      : get_process(trace, said->pid);
	if (said->parent != RECORD_ABSENT)
		process->parent = said->parent;
	if (said->program)
		process->program = said->program;
}

/* "2026-11-25T01:18:10.622664379Z" in nanoseconds since 1970; 0 when it is not so. */
static int64_t wall_clock(const char *text)
{
	struct tm utc = {0};
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) : NULL;
	int64_t fraction = 0, unit = 100000000;

	if (!rest || utc.tm_year < 70 || utc.tm_year > 300)
		return 0;
	for (rest += *rest == '.'; *rest >= '0' && *rest <= '9' && unit > 0; rest++, unit /= 10)
		fraction += (*rest - '0') * unit;
	return (int64_t)timegm(&utc) * 1000000000 + fraction;
}

void trace_begin_part(struct trace *trace, struct source *source)
{
	struct part part = {.source = source};

	APPEND(trace->parts, trace->part_count, trace->part_capacity, part);
}

/* The first part's beginning is 0. */
static void begin_part(struct trace *trace, const struct record_trace *header)
{
	struct part *part = current_part(trace);
	int64_t first_ns = trace->parts[0].started_ns;

	part->header = header;
	part->started_ns = wall_clock(header->started);
	if (part->started_ns != 0 && first_ns != 0)
		part->shift_ns = part->started_ns - first_ns;
}

bool trace_add(struct trace *trace, struct record *record, uint64_t offset, uint32_t length)
{
	if (record->type == RECORD_CALL) {
		add_call_record(trace, record, offset, length);
		return false;
	}
	APPEND(trace->records, trace->record_count, trace->record_capacity, record);
	if (record->type != RECORD_TRACE && record->type != RECORD_UNKNOWN)
		see_time(trace, shifted(trace, record->time_ns), shifted(trace, record->time_ns));
	switch (record->type) {
	case RECORD_TRACE:
		begin_part(trace, &record->trace);
		break;
	case RECORD_PROCESS:
		add_process_record(trace, record);
		break;
	case RECORD_DESCRIPTOR:
		add_descriptor_record(trace, record);
		break;
	case RECORD_WARNING:
		trace->warning_count++;
		break;
	case RECORD_END:
		current_part(trace)->end = &record->end;
		break;
	default:
		break;
	}
	return true;
}

/* Each has one end that connected, or at least one that was accepted. */
static void count_connections(struct trace *trace)
{
	for (size_t i = 0; i < trace->socket_count; i++) {
		const struct socket *socket = trace->sockets[i];
		trace->connection_count +=
			socket->direction == DIRECTION_OUT ||
			(socket->direction == DIRECTION_IN && !socket->other_end);
	}
}

void trace_finish(struct trace *trace)
{
	if (trace->begin_ns > trace->end_ns)
		trace->begin_ns = trace->end_ns;
	trace_join(trace);
	count_connections(trace);
}
