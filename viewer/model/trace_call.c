/* SPDX-License-Identifier: MIT */
#include "viewer/model/trace_call.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/model/address.h"
#include "viewer/model/model.h"

static bool is(const char *name, const char *expected)
{
	return strcmp(name, expected) == 0;
}

/* Learns of its socket from a call that has succeeded. */
static void learn(struct descriptor *descriptor, const struct record_call *call)
{
	struct socket *socket = descriptor->socket;

	switch (call->effect) {
	case EFFECT_LISTEN:
		model_set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		break;
	case EFFECT_ACCEPT:
		model_set_direction(socket, DIRECTION_LISTENING);
		descriptor->process->is_server = true;
		return;
	case EFFECT_CONNECT:
		if (address_is_unspecified(value_member(call->args, "address")))
			break;
		model_set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
		model_set_address(&socket->peer, value_member(call->args, "address"));
		break;
	case EFFECT_SEND:
		/* TCP Fast Open: it connects, too, and tells of both addresses then, or the next
		 * one does, where it did not block. tcp(7), MSG_FASTOPEN in sendto(2). */
		if (!call->peer || socket->found || socket->direction != DIRECTION_NONE)
			break;
		model_set_direction(socket, DIRECTION_OUT);
		descriptor->process->is_client = true;
		break;
	default:
		break;
	}
	model_set_address(&socket->local, call->local);
	model_set_address(&socket->peer, call->peer);
}

static void make_descriptor(struct trace *trace, const struct record *record,
	const struct record_new *made, uint32_t index)
{
	const struct record_call *call = &record->call;
	struct descriptor *descriptor =
		model_add_descriptor(trace, made->descriptor, made->socket, call->pid, made->fd);
	struct socket *socket = descriptor->socket;

	descriptor->born_ns = call_end_ns(&trace->calls[index]);
	descriptor->made_by = index;
	if (call->effect == EFFECT_CREATE) {
		socket->family = model_word(trace, value_member(call->args, "family"));
		socket->type = model_word(trace, value_member(call->args, "type"));
		socket->protocol = model_word(trace, value_member(call->args, "protocol"));
		if (call->new_count == 2)
			model_set_direction(socket, DIRECTION_PAIR);
	}
	if (call->effect == EFFECT_ACCEPT) {
		const struct socket *listening = model_socket(trace, call->socket);
		model_set_direction(socket, DIRECTION_IN);
		socket->family = listening->family;
		socket->type = listening->type;
		socket->protocol = listening->protocol;
		model_set_address(&socket->local, call->local);
		model_set_address(&socket->peer,
			call->peer ? call->peer : value_member(call->args, "address"));
	}
	call_list_add(&descriptor->calls, trace, descriptor, index);
}

/* Of a descriptor that a wait names twice it says all that it says of either. */
static void add_answer(struct descriptor *descriptor, uint32_t wait, uint8_t ready)
{
	size_t count = descriptor->answer_count;

	if (count > 0 && descriptor->answers[count - 1].wait == wait)
		descriptor->answers[count - 1].ready |= ready;
	else if (ready)
		APPEND(descriptor->answers, descriptor->answer_count, descriptor->answer_capacity,
			((struct answer){.wait = wait, .ready = ready}));
}

static bool is_last_of(const struct call_list *calls, uint32_t index)
{
	return calls->count > 0 && calls->list[calls->count - 1] == index;
}

/* A wait belongs to the descriptors that it found ready; one that found none, to its thread. In the
 * story of a descriptor that it was for alone it is told, too. */
static void add_waits(struct trace *trace, const struct record_call *call, uint32_t index)
{
	bool has_found = false;

	for (size_t i = 0; i < call->waited_count; i++) {
		struct descriptor *descriptor =
			id_map_get(&trace->descriptor_by_id, model_key(call->waited[i].descriptor));
		if (!descriptor)
			continue;
		bool is_its_own = call->waited[i].ready || call->waited_count == 1;
		if (is_its_own && !is_last_of(&descriptor->calls, index))
			call_list_add(&descriptor->calls, trace, descriptor, index);
		add_answer(descriptor, index, call->waited[i].ready);
		has_found |= call->waited[i].ready != 0;
		descriptor->last_wait = index;
		if (call->waits_to_send)
			descriptor->last_wait_to_send = index;
	}
	if (!has_found && call->effect == EFFECT_WAIT && call->descriptor == RECORD_ABSENT)
		trace->calls[index].flags |= CALL_FOUND_NONE;
}

static bool tells_error(const struct record_call *call)
{
	const char *option = value_text(value_member(call->args, "option"), NULL);

	return option && is(option, "SO_ERROR") && !call->error && !call->is_unfinished;
}

/* The error that SO_ERROR answers, which came while no call waited, such as that of a connect that
 * did not block; NULL: none. socket(7). */
static const char *socket_error(const struct record_call *call)
{
	return tells_error(call) ? value_text(value_member(call->args, "value"), NULL) : NULL;
}

/* A connect that finds the queue of a UNIX listener full, or no free port, says EAGAIN, and does
 * not go on: connect(2). */
static bool is_pending(const struct record_call *call)
{
	return error_is_pending(call->error) &&
	       !(call->effect == EFFECT_CONNECT && is(call->error, "EAGAIN"));
}

/* What C libraries ask for names, users and hosts, and do without: nscd(8), nslcd(8), sssd(8),
 * systemd-resolved(8), avahi-daemon(8). */
static bool asks_absent_service(const struct record_call *call)
{
	static const char *const services[] = {"/var/run/nscd/socket", "/run/nscd/socket",
		"/var/run/nslcd/socket", "/run/nslcd/socket", "/var/lib/sss/pipes/nss",
		"/run/systemd/resolve/io.systemd.Resolve", "/var/run/avahi-daemon/socket",
		"/run/avahi-daemon/socket"};

	if (call->effect != EFFECT_CONNECT || !call->error || !is(call->error, "ENOENT"))
		return false;
	const struct value *address = value_member(call->args, "address");
	const char *path = value_text(value_member(address, "path"), NULL);
	for (size_t i = 0; path && i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(path, services[i]) == 0)
			return true;
	return false;
}

static uint16_t flags_of(
	const struct trace *trace, const struct record_call *call, const struct descriptor *on)
{
	/* A descriptor whose close nobody has seen to succeed is taken for open. */
	bool is_unfinished =
		call->is_unfinished || (call->is_unseen && call->effect == EFFECT_CLOSE);
	uint16_t flags = is_unfinished ? CALL_UNFINISHED : 0;

	if (call->error)
		flags |= is_pending(call) ? CALL_PENDING : CALL_FAILED;
	if (asks_absent_service(call))
		flags |= CALL_NO_SERVICE;
	if (tells_error(call))
		flags |= CALL_TELLS_ERROR;
	if (call->effect == EFFECT_CONNECT &&
		address_is_unspecified(value_member(call->args, "address")))
		flags |= CALL_UNDOES;
	if (socket_error(call))
		flags |= CALL_FAILED;
	if (call->new_count > 0)
		flags |= CALL_MAKES;
	if (call->has_waits)
		flags |= CALL_WAITS;
	if (call->waits_to_send)
		flags |= CALL_WAITS_TO_SEND;
	/* TCP_ZEROCOPY_RECEIVE moves bytes and returns 0. */
	if (call->effect == EFFECT_RECEIVE && call->result == 0 && call->bytes <= 0 &&
		!call->error && (!on || socket_is_stream(trace, on->socket)))
		flags |= CALL_END_OF_STREAM;
	return flags;
}

/* A datagram names its peer itself, or a connect before it does, of which there may be several. */
static uint32_t datagram_address(
	struct trace *trace, const struct record_call *call, const struct descriptor *on)
{
	char text[ADDRESS_SIZE];

	bool has_peer = effect_transfers(call->effect) || call->effect == EFFECT_CONNECT;

	if (!on || !has_peer || socket_is_stream(trace, on->socket))
		return 0;
	address_text(text, value_member(call->args, "address"));
	return string_table_number(&trace->strings, text);
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
		.time_ns = model_time(trace, record->time_ns),
		.duration_ns = said->duration_ns == RECORD_ABSENT ? 0 : said->duration_ns,
		.result = said->result,
		.seq = said->seq,
		.bytes = said->bytes,
		.descriptor = on,
		.process = model_process(trace, said->pid),
		.offset = offset,
		.length = length,
		.name = string_table_number(&trace->strings, said->name),
		.error = string_table_number(
			&trace->strings, said->error ? said->error : socket_error(said)),
		.address = datagram_address(trace, said, on),
		.tid = as_int(said->tid),
		.fd = said->fd == RECORD_ABSENT ? -1 : as_int(said->fd),
		.effect = (uint8_t)said->effect,
		.flags = flags_of(trace, said, on),
		.payload_at = record->values.data.length > 0 ? record->values.data.at : 0,
	};

	if (call.duration_ns > MODEL_TIME_LIMIT - (call.time_ns > 0 ? call.time_ns : 0))
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
		id_map_get(&trace->descriptor_by_id, model_key(call->descriptor));
	if (known)
		return known;
	known = model_add_descriptor(trace, call->descriptor, call->socket, call->pid, call->fd);
	known->born_ns = model_time(trace, record->time_ns);
	return known;
}

static void work_on(struct trace *trace, struct descriptor *descriptor,
	const struct record_call *said, uint32_t index)
{
	const struct call *call = &trace->calls[index];

	call_list_add(&descriptor->calls, trace, descriptor, index);
	if (!call_is(call, CALL_FAILED))
		learn(descriptor, said);
	else if (call->effect == EFFECT_CONNECT && !descriptor->socket->peer)
		model_set_address(&descriptor->socket->peer, value_member(said->args, "address"));
	if (call->effect == EFFECT_CLOSE && !call_is(call, CALL_UNFINISHED))
		descriptor->ended_ns = call_end_ns(call);
}

/* Of most calls the model needs no values: of those that say what a socket is, with whom it talks,
 * and what went wrong with it. */
static bool needs_values(
	const struct trace *trace, const struct record_call *call, const struct descriptor *on)
{
	switch (call->effect) {
	case EFFECT_CREATE:
	case EFFECT_CONNECT:
	case EFFECT_ACCEPT:
	case EFFECT_QUERY:
		return true;
	default:
		return call->has_address || (effect_transfers(call->effect) && on &&
						    !socket_is_stream(trace, on->socket));
	}
}

/* An accept's queues are those of the connection, and the backlog is the listener's. */
static void add_reports(
	struct trace *trace, const struct record *record, struct descriptor *on, uint32_t index)
{
	const struct call *call = &trace->calls[index];
	int64_t time_ns = call->effect == EFFECT_CLOSE ? call->time_ns : call_end_ns(call);
	struct kernel_report none = kernel_report_none();

	if (call->effect != EFFECT_ACCEPT || record->call.new_count == 0) {
		if (on)
			model_add_report(on->socket, record, time_ns, index);
		return;
	}
	struct socket *made = model_socket(trace, record->call.new_descriptors[0].socket);
	size_t before = made->report_count;
	model_add_report(made, record, time_ns, index);
	if (made->report_count == before || !on ||
		made->reports[before].queues.backlog == RECORD_ABSENT)
		return;
	struct record_queues *queues = &made->reports[before].queues;
	struct socket_report listener = {
		.time_ns = time_ns, .call = index, .tcp = none.tcp, .queues = *queues};
	listener.tcp.state = TCP_LISTEN;
	listener.queues.receive = listener.queues.send = RECORD_ABSENT;
	queues->backlog = queues->backlog_limit = queues->drops = RECORD_ABSENT;
	APPEND(on->socket->reports, on->socket->report_count, on->socket->report_capacity,
		listener);
}

void trace_call_add(struct trace *trace, struct record *record, uint64_t offset, uint32_t length)
{
	const struct record_call *said = &record->call;
	struct descriptor *descriptor = descriptor_of(trace, record, said);

	if (trace->call_count >= NO_CALL)
		return;
	if (needs_values(trace, said, descriptor))
		record_read_values(record, &trace->values);
	uint32_t index = append_call(trace, record, descriptor, offset, length);
	const struct call *call = &trace->calls[index];
	model_see_time(trace, call->time_ns, call_end_ns(call));
	trace->error_count += call_has_erred(call);
	if (descriptor)
		work_on(trace, descriptor, said, index);
	add_waits(trace, said, index);
	for (size_t i = 0; i < said->new_count; i++)
		make_descriptor(trace, record, &said->new_descriptors[i], index);
	if (record->values.tcp.length > 0 || record->values.queues.length > 0)
		add_reports(trace, record, descriptor, index);
}
